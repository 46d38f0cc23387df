import type { Writable } from 'node:stream'
import type pg from 'pg'
import { type Statement, type Tx, txOver } from './client.ts'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/**
 * The one way to a tenant's data: a transaction with the tenant set, committed when `fn` resolves and rolled back when it
 * throws. Row-level security compares every row with this setting, whatever a query forgot.
 */
export async function inTenant<T>(pool: pg.Pool, tenantId: string, fn: (tx: Tx) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  let broken: Error | undefined
  try {
    await open(client, tenantId)
    const result = await fn(txOver(client, tenantId))
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback').catch((failure: Error) => {
      broken = failure
    })
    throw error
  } finally {
    client.release(broken)
  }
}

/**
 * A part of a transaction that may be refused: then what it did is undone, locks that it took are let go, and the
 * transaction goes on with what it held before. Errors that are no refusals end the transaction as ever.
 */
export async function attempt<T, E>(
  tx: Tx,
  fn: () => Promise<T>,
  isRefusal: (error: unknown) => error is E
): Promise<{ result: T } | { refusal: E }> {
  await tx.client.query('savepoint attempt')
  try {
    return { result: await fn() }
  } catch (error) {
    if (!isRefusal(error)) throw error
    await tx.client.query('rollback to savepoint attempt')
    return { refusal: error }
  }
}

/** As `inTenant`, for reading only: the caller does not wait for the commit, which has nothing to save. */
export async function readInTenant<T>(pool: pg.Pool, tenantId: string, fn: (tx: Tx) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  let broken: Error | undefined
  try {
    await open(client, tenantId, 'read only')
    const result = await fn(txOver(client, tenantId))
    bundle(client)
    const ended = client.query('commit')
    if (isPipelined(client)) ended.catch(() => {})
    else await ended
    return result
  } catch (error) {
    await client.query('rollback').catch((failure: Error) => {
      broken = failure
    })
    throw error
  } finally {
    client.release(broken)
  }
}

/**
 * A statement of a reading transaction of its own, of which nothing else is asked: tenant and statement travel in one
 * message and its answer in another, which spares both sides most of what a transaction costs. The server holds such a
 * message to be one transaction, and with its end, good or bad, the setting is gone. Values are texts as PostgreSQL reads
 * them. A connection prepares the statement when it first meets it.
 */
export async function readOnceInTenant<Row extends pg.QueryResultRow>(
  pool: pg.Pool,
  tenantId: string,
  statement: Statement,
  values: readonly string[]
): Promise<Row[]> {
  const client = await pool.connect()
  let broken: Error | undefined
  try {
    if (!isPrepared(client, statement)) {
      await client.query(`begin read only; ${naming(tenantId)}`)
      const rows = await txOver(client, tenantId).rows<Row>(statement, [...values])
      await client.query('commit')
      return rows
    }
    const call = `execute ${client.escapeIdentifier(statement.name)}(${values.map(value => client.escapeLiteral(value))})`
    const answers: unknown = await client.query<Row>(`${naming(tenantId)}; ${call}`)
    return (answers as pg.QueryResult<Row>[]).at(-1)?.rows ?? []
  } catch (error) {
    await client.query('rollback').catch((failure: Error) => {
      broken = failure
    })
    throw error
  } finally {
    client.release(broken)
  }
}

/**
 * One statement as a whole transaction, sent in one go: nobody waits between begin, statement and commit. A statement that
 * fails makes the commit a rollback. Resolves only when the commit has succeeded. The plan made once is kept: planning a
 * statement of twenty parts for its values would cost several times its execution.
 */
export async function statementInTenant<Row extends pg.QueryResultRow>(
  pool: pg.Pool,
  tenantId: string,
  statement: Statement,
  values: unknown[]
): Promise<Row[]> {
  const client = await pool.connect()
  let broken: Error | undefined
  try {
    await open(client, tenantId, '', 'set local plan_cache_mode = force_generic_plan')
    const answer = txOver(client, tenantId).rows<Row>(statement, values)
    // The commit's clock starts now, while the statement before it still runs: it gets the statement's limit.
    const committed = client.query<Row>({
      text: 'commit',
      ...(statement.timeoutMs ? { query_timeout: statement.timeoutMs } : {})
    })
    const [rows] = await Promise.all([answer, committed])
    return rows
  } catch (error) {
    await client.query('rollback').catch((failure: Error) => {
      broken = failure
    })
    throw error
  } finally {
    client.release(broken)
  }
}

/**
 * Begins and names the tenant in one message. On a pipelined connection nobody waits for the answer: if it fails, so does
 * every statement behind it.
 */
async function open(client: pg.PoolClient, tenantId: string, mode = '', setting = ''): Promise<void> {
  const beginning = `begin ${mode}; ${naming(tenantId)}; ${setting}`
  bundle(client)
  const opened = client.query(beginning)
  if (isPipelined(client)) opened.catch(() => {})
  else await opened
}

/** The id is checked, because `set local` takes no parameters (and `set_config` is not carried to the workers of a distributed database). */
function naming(tenantId: string): string {
  if (!UUID.test(tenantId)) throw new Error('not a tenant id')
  return `set local app.tenant_id = '${tenantId}'`
}

/**
 * Holds back what is written to a pipelined connection until the work at hand is done, so that a transaction's beginning
 * leaves with its first statement, and a commit that nobody waits for with what the next user of the connection sends:
 * every packet is a system call here and wakes the database once more.
 */
function bundle(client: pg.PoolClient): void {
  if (!isPipelined(client)) return
  const { stream } = (client as unknown as { connection: { stream: Writable } }).connection
  stream.cork()
  setImmediate(() => stream.uncork())
}

const isPipelined = (client: pg.PoolClient): boolean => (client as { pipeline?: boolean }).pipeline === true

/** The driver keeps the names that it has prepared on a connection; the server knows them by the same. */
const isPrepared = (client: pg.PoolClient, { name, text }: Statement): boolean =>
  (client as unknown as { connection: { parsedStatements: Record<string, string> } }).connection.parsedStatements[
    name
  ] === text
