import type { AddressInfo } from 'node:net'
import closeWithGrace from 'close-with-grace'
import type { FastifyBaseLogger } from 'fastify'
import { buildApp } from './app.ts'
import { type Config, readConfig } from './config.ts'
import { describeFailure } from './db/errors.ts'
import { explain } from './explain.ts'
import { startEventDispatcher } from './jobs/event-dispatcher.ts'
import { startWorkers } from './jobs/workers.ts'
import { createLogger } from './plugins/request-log.ts'
import { openRuntime } from './runtime.ts'
import type { Services } from './services/index.ts'
import { onStopSignal, STOP_SIGNALS } from './signals.ts'
import { baseUrlOf, welcome } from './welcome.ts'

/** How long a stop may take before the process gives up on what still hangs. */
const STOP_WITHIN_MS = 30_000
/** After these the program cannot go on: a handler would return to the faulty instruction for ever. */
const FAULTS = ['SIGILL', 'SIGTRAP', 'SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGSEGV'] as const

type Closer = () => unknown

/** The process: environment → configuration → database → services → app → listen → workers → graceful stop. */
async function main(): Promise<void> {
  const config = readConfig(process.env)
  const logger = createLogger(config.logLevel)
  const opened: Closer[] = []
  stopGracefully(logger, async () => {
    // A stop during the start waits for the step at work, so that nothing is opened behind its back.
    await started.catch(() => {})
    await closeAll(opened)
  })
  const started = start(config, logger, opened)
  try {
    await started
  } catch (error) {
    await closeAll(opened)
    throw error
  }
}

/** Opens one thing after the other; `opened` holds what a stop has to close, in reverse. */
async function start(config: Config, logger: FastifyBaseLogger, opened: Closer[]): Promise<void> {
  const runtime = await openRuntime(config, {
    migrations: config.migrateAtStart ? 'apply' : 'verify',
    service: { notify: message => logger.warn(message), lost: stopBecause },
    onError: error => logger.warn({ failure: describeFailure(error) }, 'an idle database connection failed')
  })
  opened.push(runtime.close)
  const { services } = runtime

  const openFirstTenant = () =>
    services.tenants.createFirst(
      { ...config.firstTenant, timeZone: config.firstTenant.timeZone ?? machineTimeZone() },
      config.bootstrapApiKey
    )
  // A key that the operator chose must work from the first request on. One that is made here comes last, so that a start
  // that fails does not make a key that nobody is shown.
  const chosen = config.bootstrapApiKey === null ? null : await openFirstTenant()

  const app = await buildApp(services, { ...config, logger })
  opened.push(() => app.close())

  await app.listen({ port: config.port, host: config.host, listenTextResolver: () => 'listening' })
  const url = baseUrlOf(config.host, (app.server.address() as AddressInfo).port)

  if (config.workers) {
    const dispatcher = startEventDispatcher(services, logger)
    opened.push(() => dispatcher.stop())
    const workers = await startWorkers({ services, database: runtime.database, logger })
    opened.push(() => workers.stop())
  }

  logger.info({ url, docs: `${url}/docs` }, 'ready')
  const first = chosen ?? (await openFirstTenant())
  if (first) process.stdout.write(welcome(url, config.bootstrapApiKey === null ? first.key.key : null))
  else if (config.bootstrapApiKey !== null) await warnOfUselessKey(services, config.bootstrapApiKey, logger)
}

/** A chosen key is the first shop's or nobody's. Whoever chose it later would meet nothing but 401. */
async function warnOfUselessKey(services: Services, key: string, logger: FastifyBaseLogger): Promise<void> {
  const works = await services.credentials.authenticate(key, 'start').then(
    () => true,
    () => false
  )
  if (works) return
  logger.warn(
    'BOOTSTRAP_API_KEY is no key of this service: it is for the first shop alone, which is open already. Make a key with "npm run clientele -- api-key create"'
  )
}

/** Closes the last opened first. One that fails keeps none of the others open. */
async function closeAll(opened: Closer[]): Promise<void> {
  for (let close = opened.pop(); close; close = opened.pop()) {
    try {
      await close()
    } catch (error) {
      process.stderr.write(`while stopping: ${explain(error)}\n`)
    }
  }
}

/** Runs `close` once, on a signal or after an error that nobody caught, and ends the process. */
function stopGracefully(logger: FastifyBaseLogger, close: () => Promise<void>): void {
  const grace = closeWithGrace(
    {
      delay: STOP_WITHIN_MS,
      logger: false,
      skip: [...STOP_SIGNALS, ...FAULTS],
      onTimeout: () => logger.error('the stop took too long'),
      onSecondError: error => logger.error({ failure: describeFailure(error) }, 'a second error during the stop')
    },
    async ({ err }) => {
      if (err) logger.fatal({ failure: describeFailure(err) }, 'stopping after an error')
      else logger.info('stopping')
      await close()
    }
  )
  onStopSignal(() => grace.close())
}

/** An error that nobody catches ends the process, gracefully. */
const stopBecause = (error: Error): void => {
  setImmediate(() => {
    throw error
  })
}

const machineTimeZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone

main().catch((error: unknown) => {
  process.stderr.write(`${explain(error)}\n`)
  process.exit(1)
})
