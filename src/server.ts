import closeWithGrace from 'close-with-grace'
import { pino } from 'pino'
import { buildApp } from './app.ts'
import { ConfigError, readConfig } from './config.ts'
import { openDatabase } from './db/client.ts'
import { startEmbedded } from './db/embedded.ts'
import { migrate } from './db/migrate.ts'
import { createServices } from './services/index.ts'

/** The process: environment → configuration → database → app → listen → graceful stop. */
async function main(): Promise<void> {
  const config = readConfig(process.env)
  const logger = pino({ level: config.logLevel })
  const embedded = config.databaseUrl === null ? await startEmbedded({ dataDir: config.dataDir }) : null
  const url = config.databaseUrl ?? embedded?.url ?? ''
  await migrate(config.migrationDatabaseUrl ?? url)

  const database = openDatabase({
    url,
    apiConnections: config.databaseConnections,
    queryTimeoutMs: config.queryTimeoutMs,
    onError: error => logger.warn({ message: error.message }, 'an idle database connection failed')
  })
  const services = createServices({ database })
  const app = await buildApp(services, { logger, trustedProxies: config.trustedProxies })

  if ((await services.tenants.list()).length === 0) {
    const { key } = await services.tenants.create(
      {
        name: 'First shop',
        currency: 'EUR',
        country: 'DE',
        timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone
      },
      config.bootstrapApiKey
    )
    process.stdout.write(`\nAPI key (shown once): ${key.key}\n`)
  }
  await app.listen({ port: config.port, host: config.host })

  closeWithGrace({ delay: 30_000 }, async ({ err }) => {
    if (err) logger.error({ message: err.message }, 'stopping after an error')
    await app.close()
    await database.close()
    if (embedded) await embedded.stop()
  })
}

main().catch((error: unknown) => {
  process.stderr.write(
    `${error instanceof ConfigError ? error.message : error instanceof Error ? error.stack : String(error)}\n`
  )
  process.exitCode = 1
})
