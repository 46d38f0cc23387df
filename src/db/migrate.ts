import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { drizzle } from 'drizzle-orm/node-postgres'
import { migrate as applyMigrations } from 'drizzle-orm/node-postgres/migrator'
import pg from 'pg'
import PgBoss from 'pg-boss'
import { SERVICE_ROLE, SYSTEM_ROLE } from './client.ts'
import { QUEUE_SCHEMA, QUEUES } from './queues.ts'

const FOLDER = fileURLToPath(new URL('../../migrations', import.meta.url))
/** Any number will do; it must only be the same for everybody who migrates. */
const MIGRATION_LOCK = 7_236_101

export interface MigrationOptions {
  /** The database user of the service where it is not the schema's owner: made a member of the roles it works as. */
  readonly serviceUser?: string | null
}

export interface MigrationReport {
  readonly applied: number
  readonly total: number
}

/** A connection or a pool of them. */
type Queryable = pg.ClientBase | pg.Pool

interface JournalEntry {
  readonly when: number
  readonly tag: string
}

/**
 * Brings the schema to this version, forward only. Safe to run from several processes at once: one works, the others
 * wait on an advisory lock and find nothing left to do. Fails if the database holds a migration that this version does
 * not know, or lacks one that it skipped, because Drizzle's migrator would pass over both in silence.
 */
export async function migrate(url: string, { serviceUser = null }: MigrationOptions = {}): Promise<MigrationReport> {
  const client = new pg.Client({ connectionString: url, application_name: 'clientele-migrate' })
  await client.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK])
    // A migration that cannot get its lock soon gives up rather than block the tills that queue behind it.
    await client.query(`set lock_timeout = '5s'`)
    // A schema that differs already is not changed any further.
    const before = await compareMigrations(client)
    await applyMigrations(drizzle(client), { migrationsFolder: FOLDER })
    await verifyMigrations(client)
    await prepareQueues(client, url)
    if (serviceUser !== null) await giveRoles(client, serviceUser)
    const total = (await appliedMigrations(client)).length
    return { applied: total - before, total }
  } finally {
    await client.end()
  }
}

/** Throws unless the applied migrations are exactly the journal's, by order, date and content. */
export async function verifyMigrations(client: Queryable): Promise<void> {
  const applied = await compareMigrations(client)
  const missing = readJournal()[applied]
  if (missing) throw new Error(`migration ${missing.tag} is not applied; run "clientele migrate"`)
}

/** How many of the journal's migrations are applied. Throws unless they are the journal's first ones, unchanged. */
async function compareMigrations(client: Queryable): Promise<number> {
  const applied = await appliedMigrations(client)
  const journal = readJournal()
  for (const [index, row] of applied.entries()) {
    const entry = journal[index]
    if (!entry) throw new Error('the database is newer than this version of the service')
    if (Number(row.created_at) !== entry.when || row.hash !== hashOf(entry)) {
      throw new Error(`migration ${entry.tag} differs from what was applied to this database`)
    }
  }
  return applied.length
}

export function readJournal(): JournalEntry[] {
  return (JSON.parse(readFileSync(`${FOLDER}/meta/_journal.json`, 'utf8')) as { entries: JournalEntry[] }).entries
}

const hashOf = (entry: JournalEntry): string =>
  createHash('sha256')
    .update(readFileSync(`${FOLDER}/${entry.tag}.sql`, 'utf8'))
    .digest('hex')

async function appliedMigrations(client: Queryable): Promise<{ hash: string; created_at: string }[]> {
  const { rows: known } = await client.query(`select to_regclass('drizzle.__drizzle_migrations') as name`)
  if (known[0]?.name === null) return []
  return (await client.query('select hash, created_at from drizzle.__drizzle_migrations order by created_at')).rows
}

/** The job queue's own tables and our queues; made here because the service's role may not create anything. */
async function prepareQueues(client: pg.ClientBase, url: string): Promise<void> {
  const boss = new PgBoss({ connectionString: url, schema: QUEUE_SCHEMA, max: 1, supervise: false, schedule: false })
  boss.on('error', () => {})
  await boss.start()
  try {
    for (const queue of QUEUES) {
      if (await boss.getQueue(queue.name)) await boss.updateQueue(queue.name, queue)
      else await boss.createQueue(queue.name, queue)
    }
  } finally {
    await boss.stop({ graceful: false, wait: true })
  }
  await client.query(`
    grant usage on schema ${QUEUE_SCHEMA} to clientele_service;
    grant select, insert, update, delete on all tables in schema ${QUEUE_SCHEMA} to clientele_service;
    grant execute on all functions in schema ${QUEUE_SCHEMA} to clientele_service;
    grant usage on schema drizzle to clientele_system;
    grant select on drizzle.__drizzle_migrations to clientele_system`)
}

/** Lets the service's user become the roles that it works as, unless an administrator has seen to it. */
async function giveRoles(client: pg.ClientBase, user: string): Promise<void> {
  const { rows } = await client.query<{ role: string }>(
    `select role from unnest($2::text[]) as role
     where not pg_has_role($1, role, case when current_setting('server_version_num')::integer < 160000 then 'MEMBER' else 'SET' end)`,
    [user, [SERVICE_ROLE, SYSTEM_ROLE]]
  )
  for (const { role } of rows) await client.query(`grant ${role} to ${pg.escapeIdentifier(user)}`)
}
