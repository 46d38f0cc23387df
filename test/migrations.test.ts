import { readdirSync, readFileSync } from 'node:fs'
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
