import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres'
import pg from 'pg'
import { instantFromText } from './schema/columns.ts'

/** The role of requests and jobs: owns nothing, sees one tenant at a time. */
export const SERVICE_ROLE = 'clientele_service'
/** The role of the few tasks that look across tenants: credentials, the event dispatcher, the clock, retention. */
export const SYSTEM_ROLE = 'clientele_system'

/**
 * A transaction in which one tenant is visible. Repositories are made from it and can use nothing else.
 * `drizzle` builds statements; `rows` runs a hand-written one, prepared once per connection under its name.
 */
export interface Tx {
  readonly tenantId: string
  readonly drizzle: NodePgDatabase
  readonly client: pg.PoolClient
  rows<Row extends pg.QueryResultRow>(statement: Statement, values: unknown[]): Promise<Row[]>
}

/** A named statement: the name is what PostgreSQL keeps the plan under, so equal names must mean equal text. */
export interface Statement {
  readonly name: string
  readonly text: string
  /** Longer than the pool's limit where a statement is known to do the work of many. */
  readonly timeoutMs?: number
}

export interface Database {
  /** For requests: short statements, sent without waiting for one another. */
  readonly api: pg.Pool
  /** For jobs: COPY, cursors and statements of many seconds. */
  readonly work: pg.Pool
  /** Connects as SYSTEM_ROLE. */
  readonly system: pg.Pool
  close(): Promise<void>
}

export interface DatabaseOptions {
  readonly url: string
  readonly apiConnections: number
  readonly queryTimeoutMs: number
  /** Told of errors on idle connections; a pool without a listener would end the process. */
  readonly onError: (error: Error) => void
}

export function openDatabase(options: DatabaseOptions): Database {
  const open = (role: string, settings: pg.PoolConfig & { pipeline?: boolean }) => {
    const pool = new pg.Pool({
      connectionString: options.url,
      options: `-c role=${role} -c timezone=UTC -c citus.propagate_set_commands=local`,
      types: { getTypeParser } as pg.CustomTypesConfig,
      connectionTimeoutMillis: 2_000,
      idleTimeoutMillis: 60_000,
      application_name: 'clientele',
      ...settings
    } as pg.PoolConfig)
    pool.on('error', options.onError)
    // A connection that breaks while it is in use fails its query; unheard, it would also end the process.
    pool.on('connect', client => client.on('error', () => {}))
    return pool
  }
  const api = open(SERVICE_ROLE, { max: options.apiConnections, query_timeout: options.queryTimeoutMs, pipeline: true })
  const work = open(SERVICE_ROLE, { max: 6 })
  const system = open(SYSTEM_ROLE, { max: 3, query_timeout: options.queryTimeoutMs })
  return {
    api,
    work,
    system,
    async close() {
      await Promise.all([api.end(), work.end(), system.end()])
    }
  }
}

/** A transaction's handle over a connection that already stands inside the tenant's transaction. */
export function txOver(client: pg.PoolClient, tenantId: string): Tx {
  let built: NodePgDatabase | undefined
  return {
    tenantId,
    client,
    // Most hot statements are hand-written and need no builder.
    get drizzle() {
      built ??= drizzle(client)
      return built
    },
    async rows<Row extends pg.QueryResultRow>({ name, text, timeoutMs }: Statement, values: unknown[]) {
      const query = timeoutMs === undefined ? { name, text, values } : { name, text, values, query_timeout: timeoutMs }
      return (await client.query<Row>(query)).rows
    }
  }
}

const OID = {
  int8: 20,
  json: 114,
  textArray: 1009,
  int8Array: 1016,
  date: 1082,
  timestamptz: 1184,
  numeric: 1700,
  jsonb: 3802
}

/** Text from PostgreSQL as the wire wants it: instants as RFC 3339 strings, integers and decimals as numbers. */
function getTypeParser(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
  if (format !== 'binary') {
    if (oid === OID.timestamptz) return instantFromText
    if (oid === OID.date) return text => text
    if (oid === OID.int8 || oid === OID.numeric) return Number
    if (oid === OID.json || oid === OID.jsonb) return jsonFromText
    if (oid === OID.textArray) return textsFromText
    if (oid === OID.int8Array) return text => (text === '{}' ? [] : text.slice(1, -1).split(',').map(Number))
  }
  return pg.types.getTypeParser(oid, format as 'text') as (value: string) => unknown
}

/** Most lists and objects of a row are empty, and need no parser. */
const jsonFromText = (text: string): unknown => (text === '[]' ? [] : text === '{}' ? {} : JSON.parse(text))

const parseTexts = pg.types.getTypeParser(OID.textArray) as (text: string) => unknown
const textsFromText = (text: string): unknown => (text === '{}' ? [] : parseTexts(text))
