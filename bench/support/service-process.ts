import type { AddressInfo } from 'node:net'
import Fastify, { type FastifyInstance } from 'fastify'
import { buildApp } from '../../src/app.ts'
import { readConfig } from '../../src/config.ts'
import { openDatabase } from '../../src/db/client.ts'
import { startEventDispatcher } from '../../src/jobs/event-dispatcher.ts'
import { startWorkers } from '../../src/jobs/workers.ts'
import { createLogger } from '../../src/plugins/request-log.ts'
import { createServices } from '../../src/services/index.ts'

/**
 * The service as `server.ts` puts it together, workers and request log included, beside an empty application of the same
 * framework on another port. Only the gathering of single pushes can be turned off, which no setting of the service does.
 */
const config = readConfig(process.env)
const logger = createLogger(config.logLevel)
const database = openDatabase({
  url: config.databaseUrl ?? '',
  apiConnections: config.databaseConnections,
  // A benchmark may outrun the machine; a statement cut off would be counted as an error of the service.
  queryTimeoutMs: 20_000,
  onError: error => logger.warn(error.message)
})
const services = createServices({ database, purchases: { groupCommit: process.env.GROUP_COMMIT !== 'false' } })
const app = await buildApp(services, { ...config, logger })
await app.listen({ port: 0, host: '127.0.0.1' })
const dispatcher = startEventDispatcher(services, logger)
const workers = await startWorkers({ services, database, logger })

const empty = Fastify()
empty.get('/', async () => ({}))
await empty.listen({ port: 0, host: '127.0.0.1' })

let peak = 0
const watch = setInterval(() => {
  peak = Math.max(peak, process.memoryUsage.rss())
}, 100)

process.on('message', () => {
  const rss = process.memoryUsage.rss()
  const { user, system } = process.cpuUsage()
  process.send?.({
    rssMiB: rss / 2 ** 20,
    peakMiB: Math.max(peak, rss) / 2 ** 20,
    cpuMs: (user + system) / 1_000
  })
  peak = 0
})
process.once('SIGTERM', async () => {
  clearInterval(watch)
  await workers.stop()
  await dispatcher.stop()
  await Promise.all([app.close(), empty.close()])
  await database.close()
  process.disconnect()
})

process.send?.({ baseUrl: addressOf(app), emptyUrl: addressOf(empty) })

function addressOf(server: FastifyInstance): string {
  return `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`
}
