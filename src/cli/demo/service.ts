import type { AddressInfo } from 'node:net'
import { buildApp } from '../../app.ts'
import { type Config, readConfig } from '../../config.ts'
import { describeFailure } from '../../db/errors.ts'
import { startEventDispatcher } from '../../jobs/event-dispatcher.ts'
import { startWorkers } from '../../jobs/workers.ts'
import { createLogger } from '../../plugins/request-log.ts'
import { openRuntime } from '../../runtime.ts'
import { baseUrlOf } from '../../welcome.ts'
import { SHOP_CURRENCY } from './shop.ts'

/** A service that the demo started, with a tenant of its own. */
export interface OwnService {
  readonly baseUrl: string
  readonly key: string
  close(): Promise<void>
}

/** A laptop that does other things beside may take its time over a batch. */
const PATIENT_MS = '15000'

/**
 * The demo's own service, in this process, over an embedded database beside the shop's own: DATABASE_URL is not looked
 * at, because a demo has no business in a database that somebody works with.
 */
export function demoConfig(environment: Record<string, string | undefined>): Config {
  const { DATA_DIR = '.data', PORT = '0', LOG_LEVEL = 'warn', HOST, QUERY_TIMEOUT_MS = PATIENT_MS } = environment
  return readConfig({ DATA_DIR: `${DATA_DIR}/demo`, PORT, LOG_LEVEL, HOST, QUERY_TIMEOUT_MS })
}

/** Starts the service and opens a tenant named after the moment. */
export async function startOwnService(config: Config, tenantName: string): Promise<OwnService> {
  const logger = createLogger(config.logLevel)
  const runtime = await openRuntime(config, {
    migrations: 'apply',
    service: { notify: message => logger.warn(message), lost: error => logger.fatal(error.message) },
    onError: error => logger.warn({ failure: describeFailure(error) }, 'an idle database connection failed')
  })
  const closers: (() => Promise<unknown>)[] = [runtime.close]
  let closed: Promise<void> | undefined
  // Once, however often an interrupt is doubled: whoever asks waits for the same end.
  const close = () => {
    closed ??= (async () => {
      for (const closer of closers.reverse()) await closer()
    })()
    return closed
  }
  try {
    const app = await buildApp(runtime.services, { ...config, logger })
    closers.push(() => app.close())
    await app.listen({ port: config.port, host: config.host, listenTextResolver: () => 'listening' })
    const dispatcher = startEventDispatcher(runtime.services, logger)
    closers.push(() => dispatcher.stop())
    const workers = await startWorkers({ ...runtime, logger })
    closers.push(() => workers.stop())
    const { key } = await runtime.services.tenants.create(
      { name: tenantName, currency: SHOP_CURRENCY, country: 'DE', timeZone: 'Europe/Berlin' },
      null
    )
    return { baseUrl: baseUrlOf(config.host, (app.server.address() as AddressInfo).port), key: key.key, close }
  } catch (error) {
    await close()
    throw error
  }
}
