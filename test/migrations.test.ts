import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { drizzle } from 'drizzle-orm/node-postgres'
import { migrate as applyMigrations } from 'drizzle-orm/node-postgres/migrator'
import pg from 'pg'
import t from 'tap'
import { migrate, readJournal, verifyMigrations } from '../src/db/migrate.ts'
import { asAdmin, cloneDatabase, clusterInfo, urlOf } from './support/cluster.ts'

const folder = new URL('../migrations/', import.meta.url)
const journal = readJournal()

async function emptyDatabase(name: string): Promise<{ url: string; drop: () => Promise<void> }> {
  const { adminUrl } = clusterInfo()
  const database = `empty_${name}_${process.pid}`
  await asAdmin(urlOf(adminUrl, 'postgres'), `create database ${database}`)
  return {
    url: urlOf(adminUrl, database),
    drop: async () => {
      await asAdmin(urlOf(adminUrl, 'postgres'), `drop database ${database} with (force)`)
    }
  }
}

/** What a schema looks like to those who use it. */
const outline = (url: string) =>
  asAdmin(
    url,
    `select c.relname, a.attname, format_type(a.atttypid, a.atttypmod) as type, a.attnotnull
     from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
     where c.relnamespace = 'public'::regnamespace order by 1, 2`
  )

t.test('a second run finds nothing to do', async t => {
  const database = await emptyDatabase('twice')
  t.teardown(database.drop)
  t.same(await migrate(database.url), { applied: journal.length, total: journal.length })
  const before = await outline(database.url)
  t.same(await migrate(database.url), { applied: 0, total: journal.length })
  t.same(await outline(database.url), before)
})

t.test('of four processes at once one does the work, and all succeed', async t => {
  const database = await emptyDatabase('at_once')
  t.teardown(database.drop)
  const reports = await Promise.all(Array.from({ length: 4 }, () => migrate(database.url)))
  t.same(
    reports.map(report => report.applied).sort((a, b) => a - b),
    [0, 0, 0, journal.length]
  )
})

t.test('a database that has drifted is refused, and left as it is', async t => {
  const drifts: [title: string, statement: string, message: RegExp][] = [
    [
      'a migration whose content was changed',
      `update drizzle.__drizzle_migrations set hash = 'changed' where created_at = ${journal[0]?.when}`,
      /0000_core differs/
    ],
    [
      'a migration that was passed over',
      `delete from drizzle.__drizzle_migrations where created_at = ${journal[0]?.when}`,
      /0000_core differs/
    ],
    [
      'a migration from elsewhere, later than ours',
      `insert into drizzle.__drizzle_migrations (hash, created_at) values ('foreign', ${Number(journal.at(-1)?.when) + 1})`,
      /newer than this version/
    ],
    [
      'a migration from elsewhere, earlier than ours',
      `insert into drizzle.__drizzle_migrations (hash, created_at) values ('foreign', 1)`,
      /0000_core differs/
    ]
  ]
  for (const [title, statement, message] of drifts) {
    t.test(title, async t => {
      const database = await cloneDatabase()
      t.teardown(database.drop)
      await asAdmin(database.url, statement)
      const before = await outline(database.url)
      await t.rejects(migrate(database.url), { message })
      t.same(await outline(database.url), before)
    })
  }
})

t.test('a database without the last migration is told from one that is complete', async t => {
  const database = await cloneDatabase()
  t.teardown(database.drop)
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  await verifyMigrations(client)
  await client.query('delete from drizzle.__drizzle_migrations where created_at = $1', [journal.at(-1)?.when])
  await t.rejects(verifyMigrations(client), { message: `migration ${journal.at(-1)?.tag} is not applied` })
  await client.end()
})

t.test('keys of owners follow the role after the upgrade, other keys keep their scopes', async t => {
  const { adminUrl } = clusterInfo()
  const owner = `owner_${process.pid}`
  const database = await emptyDatabase('keys')
  // As in the strictest set-up: who migrates owns the tables, and stands above no rule.
  const admin = (sql: string) => asAdmin(urlOf(adminUrl, 'postgres'), sql)
  await admin(`create role ${owner} login password 'x'`)
  t.teardown(async () => {
    await database.drop()
    await admin(`drop role ${owner}`)
  })
  await admin(`grant clientele_service, clientele_system, clientele_search to ${owner}`)
  await admin(`alter database ${new URL(database.url).pathname.slice(1)} owner to ${owner}`)
  const url = new URL(database.url)
  url.username = owner
  url.password = 'x'

  const until = journal.findIndex(({ tag }) => tag.endsWith('_roles_of_keys'))
  const older = t.testdir()
  cpSync(folder, older, { recursive: true })
  const all = JSON.parse(readFileSync(`${older}/meta/_journal.json`, 'utf8'))
  writeFileSync(`${older}/meta/_journal.json`, JSON.stringify({ ...all, entries: all.entries.slice(0, until) }))
  const client = new pg.Client({ connectionString: url.href })
  await client.connect()
  await applyMigrations(drizzle(client), { migrationsFolder: older })
  await client.end()

  const tenant = '01890000-0000-7000-8000-000000000001'
  await asAdmin(
    database.url,
    `insert into tenants (id, name, currency, country, time_zone, cursor_secret, created_at, updated_at)
     values ($1, 'Shop', 'EUR', 'DE', 'UTC', 'x', now(), now())`,
    [tenant]
  )
  // Names in the order in which versions added them: 31 is all that the second version had.
  const scopes = /ARRAY\[([^\]]+)\]/.exec(readFileSync(new URL(`${journal[until]?.tag}.sql`, folder), 'utf8'))?.[1]
  const keys = { owner: '[1:31]', present: '[1:44]', till: '[7:9]', nearly: '[2:31]', more: '[1:32]' }
  for (const [name, slice] of Object.entries(keys)) {
    await asAdmin(
      database.url,
      `insert into api_keys (tenant_id, id, key_id, secret_hash, name, scopes, created_at)
       values ($1, gen_random_uuid(), $2, '', $2, (array[${scopes}])${slice}, now())`,
      [tenant, name]
    )
  }
  await migrate(url.href)
  const after = await asAdmin<{ name: string; roles: string[] }>(
    database.url,
    'select name, roles from api_keys order by name'
  )
  t.same(
    after.filter(({ roles }) => roles.length > 0),
    [
      { name: 'owner', roles: ['owner'] },
      { name: 'present', roles: ['owner'] }
    ]
  )
  t.equal(after.length, Object.keys(keys).length)
})

t.test('the journal names every file, in the order of its dates', async t => {
  const files = readdirSync(folder).filter(file => file.endsWith('.sql'))
  t.same(
    journal.map(entry => `${entry.tag}.sql`),
    files.sort()
  )
  const dates = journal.map(entry => entry.when)
  t.same(
    dates,
    [...new Set(dates)].sort((a, b) => a - b),
    'a file dated before an applied one would be passed over in silence'
  )
})

t.test('no migration undoes another, or rewrites what a till may be writing', async t => {
  // That figures are derived may be forgotten: readers turn to the ledger, and the next run derives them anew.
  const derived = /truncate table "fact_states"/i
  for (const { tag } of journal) {
    const text = readFileSync(new URL(`${tag}.sql`, folder), 'utf8').replace(derived, '')
    t.notMatch(text, /\b(drop table|drop column|truncate)\b/i, tag)
  }
})
