import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { type Cluster, endServer, ensureRunning, prepareCluster, urlOf } from './embedded-cluster.ts'
import { databaseFailure, isUnreachable } from './errors.ts'

const DATABASE = 'clientele'
/** Held shared by every process that uses the server; whoever can have it alone is the last one and ends the server. */
const IN_USE = 7_236_111
/** Held by the one service of a data directory. */
const SERVICE = 7_236_112

export interface EmbeddedServer {
  /** Connects as the server's administrator; migrations use it, and the service switches its role. */
  readonly url: string
  /** False when the server was found running. */
  readonly startedHere: boolean
  /** Lets go of the server, and ends it unless another process still uses it. */
  stop(): Promise<void>
}

export interface EmbeddedOptions {
  /** Folder that holds the cluster, its password and its log in `database/`. */
  readonly dataDir: string
  /** Extra server settings, such as `fsync=off` for tests. */
  readonly settings?: readonly string[]
  /** Given by the service of the data directory: it refuses a second service and brings a dead server back. */
  readonly service?: Watch
}

export interface Watch {
  /** The server went away, is back, or could not be brought back yet. */
  notify(message: string): void
  /** The server cannot be brought back by this process, because another service has taken over. */
  lost(error: Error): void
}

/** This process's hold on the server: a connection that keeps its locks, and tells by its end that the server died. */
interface Seat {
  readonly keeper: Keeper
  readonly port: number
  readonly startedHere: boolean
}

/** The driver's types do not know that a connection can be told not to keep the process alive. */
type Keeper = pg.Client & { ref(): void; unref(): void }

/** Another service runs on the same data directory. */
export class AlreadyServedError extends Error {}

/**
 * Starts PostgreSQL under `dataDir`, or joins the one that already runs there: left by a service that was killed, or used
 * by a running service beside an operator's command. A data directory left by a crash is recovered by the server.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const cluster = await prepareCluster(options.dataDir)
  let seat = await takeSeat(cluster, options)
  let stopping = false
  let reviving = Promise.resolve()

  const watch = (service: Watch) => {
    seat.keeper.once('end', () => {
      if (!stopping) reviving = revive(service).catch(service.lost)
    })
  }

  const revive = async (service: Watch): Promise<void> => {
    service.notify('the embedded database went away')
    while (!stopping) {
      try {
        const found = await takeSeat(cluster, options)
        if (found.port === seat.port) {
          seat = found
          watch(service)
          return service.notify('the embedded database is back')
        }
        // An operator's command was quicker and had to take another port; it ends the server when it is done.
        await leaveSeat(cluster, found)
      } catch (error) {
        if (error instanceof AlreadyServedError) throw error
        service.notify(`the embedded database is not back yet: ${(error as Error).message}`)
      }
      await delay(1_000)
    }
  }

  await createDatabase(urlOf(cluster, seat.port, 'postgres'))
  if (options.service) watch(options.service)
  return {
    url: urlOf(cluster, seat.port, DATABASE),
    startedHere: seat.startedHere,
    async stop() {
      stopping = true
      await reviving
      await leaveSeat(cluster, seat)
    }
  }
}

/** Sees to a running server and takes the locks. A server that is just being ended is waited for and started again. */
async function takeSeat(cluster: Cluster, options: EmbeddedOptions): Promise<Seat> {
  for (let attempt = 1; ; attempt++) {
    const running = await ensureRunning(cluster, options.settings ?? [])
    const keeper = new pg.Client({
      connectionString: urlOf(cluster, running.port, 'postgres'),
      application_name: 'clientele-keeper'
    }) as Keeper
    keeper.on('error', () => {})
    const seat = { ...running, keeper }
    try {
      await keeper.connect()
      // Waits while the last user ends the server, and then fails with it.
      await keeper.query(`select pg_advisory_lock_shared(${IN_USE})`)
      if (options.service && !(await becomeService(keeper))) {
        await leaveSeat(cluster, seat)
        throw new AlreadyServedError(
          `another service already runs on the data directory ${options.dataDir}; stop it, or set DATA_DIR to another folder`
        )
      }
      keeper.unref()
      return seat
    } catch (error) {
      await keeper.end().catch(() => {})
      if (!isUnreachable(error) || attempt === 20) throw error
      await delay(200)
    }
  }
}

/** A predecessor that was killed is gone within moments, and one that is stopping within seconds. */
async function becomeService(keeper: pg.Client): Promise<boolean> {
  try {
    await keeper.query(`set lock_timeout = '3s'`)
    await keeper.query(`select pg_advisory_lock(${SERVICE})`)
    return true
  } catch (error) {
    if (databaseFailure(error)?.sqlState === '55P03') return false
    throw error
  }
}

/** Lets go, and ends the server if nobody else holds on to it. A keeper that died with the server has nothing to ask. */
async function leaveSeat(cluster: Cluster, { keeper }: Seat): Promise<void> {
  let last = true
  keeper.ref()
  try {
    await keeper.query(`select pg_advisory_unlock_shared(${IN_USE})`)
    const { rows } = await keeper.query(`select pg_try_advisory_lock(${IN_USE}) as last`)
    last = rows[0].last
  } catch {}
  if (last) await endServer(cluster)
  await keeper.end().catch(() => {})
}

async function createDatabase(adminUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl })
  await client.connect()
  try {
    const { rows } = await client.query('select 1 from pg_database where datname = $1', [DATABASE])
    if (rows.length === 0) await client.query(`create database ${DATABASE}`)
  } catch (error) {
    if (databaseFailure(error)?.sqlState !== '42P04' && databaseFailure(error)?.sqlState !== '23505') throw error
  } finally {
    await client.end()
  }
}
