import type { Config } from './config.ts'
import { type Database, openDatabase } from './db/client.ts'
import { startEmbedded, type Watch } from './db/embedded.ts'
import { migrate, verifyMigrations } from './db/migrate.ts'
import { createServices, type Services } from './services/index.ts'

/** What a process works with: a database at this version's schema, and the use cases over it. */
export interface Runtime {
  readonly database: Database
  readonly services: Services
  /** Closes the connections, and ends the embedded server if this process was its last user. */
  close(): Promise<void>
}

export interface RuntimeOptions {
  /** Given by the service, which then is the only one of its data directory and looks after the embedded server. */
  readonly service?: Watch
  /** Told of errors on idle connections. */
  readonly onError: (error: Error) => unknown
  /** Whether to bring the schema to this version, or to refuse another one. The embedded database always follows. */
  readonly migrations: 'apply' | 'verify'
}

/** Opens the database that the configuration names, or the embedded one, and the services over it; all of it or nothing. */
export async function openRuntime(config: Config, options: RuntimeOptions): Promise<Runtime> {
  const address = await openServer(config, options.service)
  const closers = [address.close]
  let closed: Promise<void> | undefined
  const close = () => {
    closed ??= (async () => {
      for (const closer of closers.reverse()) await closer()
    })()
    return closed
  }
  try {
    const { databaseUrl, migrationDatabaseUrl } = config
    if (databaseUrl === null || options.migrations === 'apply') {
      const role = migrationDatabaseUrl === null ? null : userOf(address.url)
      await migrate(migrationDatabaseUrl ?? address.url, { serviceUser: role })
    }
    const database = openDatabase({
      url: address.url,
      apiConnections: config.databaseConnections,
      queryTimeoutMs: config.queryTimeoutMs,
      // Connections that the server ends while they are being closed are no news.
      onError: error => closed ?? options.onError(error)
    })
    closers.push(database.close)
    await verifyMigrations(database.system)
    const services = createServices({ database, jwtIssuers: config.jwtIssuers })
    return { database, services, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** The database server of the configuration: a given one, or the one that this process starts or joins. */
export async function openServer(config: Config, service?: Watch): Promise<{ url: string; close(): Promise<void> }> {
  if (config.databaseUrl !== null) return { url: config.databaseUrl, close: async () => {} }
  const embedded = await startEmbedded({ dataDir: config.dataDir, ...(service ? { service } : {}) })
  return { url: embedded.url, close: embedded.stop }
}

/** The user of an address, who is given the service's roles. */
export const userOf = (url: string): string => decodeURIComponent(new URL(url).username)
