import pg from 'pg'
import { api } from './support/http.ts'
import type { Options } from './support/options.ts'
import { figure, say, seededRandom, table } from './support/report.ts'
import { type BenchDatabase, ending, openTenant, startBenchDatabase, startServiceProcess } from './support/service.ts'

const FEEDBACKS = 1_000_000
const STORES = 20
const PEOPLE = 50
const REQUESTS = 200
const SEED = 24

/**
 * Lists and queues of what customers said, at 1,000,000 of them, 30,000 of which wait for an answer: how long a page of
 * fifty takes, each time of another store or person.
 */
export async function run(options: Options): Promise<void> {
  await ending(async later => {
    const database = await startBenchDatabase('feedback', options.fresh, later)
    const { key, stores, people } = await filled(database)
    const { baseUrl } = await startServiceProcess(database.url, true, later)
    const shop = api(baseUrl, key)
    const random = seededRandom(SEED)
    const any = (ids: readonly string[]): string => ids[Math.floor(random() * ids.length)] as string
    const series: Readonly<Record<string, () => string>> = {
      'my open ones by due time': () => `/v1/feedback-queue?ownerStaffId=${any(people)}`,
      'a store’s open ones': () => `/v1/feedback-queue?storeId=${any(stores)}`,
      'a store’s at risk': () => `/v1/feedback-queue?storeId=${any(stores)}&urgency=at_risk`,
      'a store’s overdue complaints': () => `/v1/feedback-queue?storeId=${any(stores)}&urgency=overdue&kind=complaint`,
      'all that is at risk': () => '/v1/feedback-queue?urgency=at_risk',
      'the latest': () => '/v1/feedback',
      'the latest of a store': () => `/v1/feedback?storeId=${any(stores)}`,
      'the latest letters of praise': () => '/v1/feedback?kind=praise&channel=letter',
      'open ones, the latest first': () => '/v1/feedback?state=open',
      'of a store in a month two years ago': () =>
        `/v1/feedback?storeId=${any(stores)}&receivedAtTo=${new Date(Date.now() - 700 * DAY_MS).toISOString()}`,
      'answered in time, by store, a year': () => '/v1/reports/answered-in-time?by=store'
    }
    const rows: string[][] = []
    for (const [name, pathOf] of Object.entries(series)) {
      if (options.only.length > 0 && !options.only.some(beginning => name.startsWith(beginning))) continue
      const requests = name.startsWith('answered') ? 5 : REQUESTS
      const times: number[] = []
      let items = 0
      for (let n = 0; n < requests; n++) {
        const started = performance.now()
        const { data } = await shop.expect(200, 'GET', pathOf())
        times.push(performance.now() - started)
        items = data.length
      }
      times.sort((a, b) => a - b)
      const at = (share: number) =>
        figure(times[Math.min(times.length - 1, Math.floor(share * times.length))] as number)
      rows.push([name, String(items), at(0.5), at(0.95), at(1)])
    }
    say(table([`of ${figure(FEEDBACKS)} feedbacks`, 'items', 'ms p50', 'p95', 'max'], rows))
  })
}

const DAY_MS = 86_400_000

interface Filled {
  readonly key: string
  readonly stores: readonly string[]
  readonly people: readonly string[]
}

/** Written in SQL below the API, which would need an hour for it, but as the API would have left it. */
async function filled(database: BenchDatabase): Promise<Filled> {
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  try {
    const { rows } = await client.query(`select obj_description(to_regclass('feedback_state')) as state`)
    if (rows[0]?.state) return JSON.parse(rows[0].state)
    if (!database.created) throw new Error('a filling was interrupted; say --fresh to begin anew')
    const tenant = { name: 'Volume', currency: 'EUR', country: 'DE', timeZone: 'Europe/Berlin' }
    const { key, tenantId } = await openTenant(database.url, tenant)
    const started = performance.now()
    const stores = await idsOf(
      client,
      `insert into stores (tenant_id, id, code, name, time_zone, created_at, updated_at)
       select $1, gen_random_uuid(), 'S' || n, 'Store ' || n, 'Europe/Berlin', now(), now() from generate_series(1, $2) n
       returning id`,
      [tenantId, STORES]
    )
    const people = await idsOf(
      client,
      `insert into staff (tenant_id, id, code, name, roles, created_at, updated_at)
       select $1, gen_random_uuid(), 'P' || n, 'Person ' || n, '{front_line}', now(), now() from generate_series(1, $2) n
       returning id`,
      [tenantId, PEOPLE]
    )
    await client.query(`select setseed(0.24); set synchronous_commit = off; set maintenance_work_mem = '256MB'`)
    await client.query(FILL, [tenantId, FEEDBACKS, stores, people])
    await client.query('vacuum (analyze) feedback')
    await client.query('create table feedback_state ()')
    const state = JSON.stringify({ key, stores, people })
    await client.query(`comment on table feedback_state is ${client.escapeLiteral(state)}`)
    say(`${figure(FEEDBACKS)} feedbacks in ${figure((performance.now() - started) / 1_000)} s`)
    return { key, stores, people }
  } finally {
    await client.end()
  }
}

async function idsOf(client: pg.Client, sql: string, values: unknown[]): Promise<string[]> {
  return (await client.query<{ id: string }>(sql, values)).rows.map(row => row.id)
}

/** Two years of feedback. Of every 33 one is open: of those a third overdue by up to a month, the rest of the last day. */
const FILL = `
  insert into feedback (tenant_id, id, kind, channel, state, store_id, owner_staff_id, received_at, received_on, text,
    attachments, policy_version, counted_ms, running_since, at_risk_at, due_at, paused_ms, answered_at, answered_in_time,
    last_answered_at, breached_at, reopenings, steps_raised, created_at, updated_at)
  select $1, gen_random_uuid(),
    (array['praise', 'suggestion', 'question', 'promotion_attitude', 'product_attitude', 'complaint'])[1 + floor(random() * 6)],
    (array['visit', 'round', 'customer_meeting', 'letter', 'hotline', 'counter', 'email', 'chat', 'survey', 'web'])
      [1 + floor(random() * 10)],
    case when open then 'open' else 'answered' end,
    ($3::uuid[])[1 + floor(random() * cardinality($3::uuid[]))], ($4::uuid[])[1 + floor(random() * cardinality($4::uuid[]))],
    received, received::date, repeat('Words of a customer, and what he thinks of the shop. ', 6), '[]', 1,
    case when open then 0 else 3600000 end, case when open then received end, received + interval '18 hours',
    received + interval '24 hours', 0,
    case when not open then received + interval '1 hour' * (1 + random() * 24) end, case when not open then random() < 0.9 end,
    case when not open then received + interval '1 hour' end,
    case when open and received < now() - interval '24 hours' then received + interval '24 hours' end, 0, 0, received, received
  from (
    select n, n % 33 = 0 as open,
      case when n % 33 <> 0 then now() - interval '1 second' * (random() * 63000000)
           when n % 99 = 0 then now() - interval '1 day' - interval '1 second' * (random() * 2500000)
           else now() - interval '1 second' * (random() * 86400) end as received
    from generate_series(1, $2) n
  ) as one
  order by one.received`
