import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { searchableName } from '../src/domain/name-search.ts'
import { nameMaker } from './names.ts'
import type { Options } from './support/options.ts'
import { figure, say } from './support/report.ts'
import { ending, type Later, openTenant, startBenchDatabase } from './support/service.ts'

const SEED = 19_970_101
const ZONE = 'Europe/Berlin'
const ROWS_A_CHUNK = 2_000

/** A database of so many customers with a tenant, its key and its stores; made once and kept. */
export interface Seeded {
  readonly url: string
  readonly tenantId: string
  readonly key: string
  readonly customers: number
}

export async function run(options: Options): Promise<void> {
  await ending(later => seeded({ ...options, fresh: true }, later))
}

/**
 * Customers, their contacts and purchases of two years, for volume alone: written in SQL below the API, which would need
 * hours for it, but exactly as the API would have left them, so that rebuilding the aggregates from this ledger changes
 * nothing. Events are left out. The database is reused unless `--fresh` is said or its schema is another.
 */
export async function seeded(options: Options, later: Later): Promise<Seeded> {
  const { customers, fresh } = options
  const database = await startBenchDatabase(`seed_${customers}`, fresh, later)
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  try {
    const { rows } = await client.query(`select obj_description(to_regclass('seed_state')) as state`)
    if (rows[0]?.state) return { url: database.url, customers, ...JSON.parse(rows[0].state) }
    if (!database.created) throw new Error('a seeding was interrupted; say --fresh to begin anew')
    const tenant = await openTenant(database.url, { name: 'Volume', currency: 'EUR', country: 'DE', timeZone: ZONE })
    const started = performance.now()
    await fill(client, tenant.tenantId, customers)
    await client.query('create table seed_state ()')
    await client.query(`comment on table seed_state is ${client.escapeLiteral(JSON.stringify(tenant))}`)
    say(`seeded ${customers} customers in ${figure((performance.now() - started) / 1_000)} s`)
    return { url: database.url, customers, ...tenant }
  } finally {
    await client.end()
  }
}

/** The id of the n-th customer; ids of purchases differ in their beginning. */
export const customerId = (n: number): string => `01950000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`
export const phoneOf = (n: number): string => `+4915${String(n).padStart(9, '0')}`
export const emailOf = (n: number): string => `c${n}@example.com`

async function fill(client: pg.Client, tenantId: string, customers: number): Promise<void> {
  const step = async (what: string, work: () => Promise<unknown>) => {
    const started = performance.now()
    await work()
    say(`  ${what}: ${figure((performance.now() - started) / 1_000)} s`)
  }
  // The rows are right by construction; checking every foreign key would take longer than writing them.
  await client.query(`set session_replication_role = replica`)
  await client.query(`set synchronous_commit = off`)
  await client.query(`set maintenance_work_mem = '512MB'`)
  await client.query(`select setseed(0.1997)`)
  await step('customers', () => copyCustomers(client, tenantId, customers))
  for (const [what, sql] of statements(tenantId, customers)) await step(what, () => client.query(sql))
  await step('analyze', () => client.query('vacuum (analyze)'))
  await client.query(`set session_replication_role = origin`)
}

async function copyCustomers(client: pg.Client, tenantId: string, customers: number): Promise<void> {
  const nextName = nameMaker(SEED)
  const started = Date.now() - 730 * 86_400_000
  function* chunks(): Generator<string> {
    for (let first = 0; first < customers; first += ROWS_A_CHUNK) {
      let chunk = ''
      for (let n = first; n < Math.min(first + ROWS_A_CHUNK, customers); n++) {
        const name = nextName()
        const { foldedName, nameGrams } = searchableName(tenantId, name)
        const at = new Date(started + n * 60).toISOString()
        const tags = n % 20 === 0 ? '{vip}' : '{}'
        const grams = `{${nameGrams.join(',')}}`
        chunk += `${tenantId}\t${customerId(n)}\tperson\t${name}\t${foldedName}\t${grams}\t${tags}\t${foundBy(n)}\t1\timport\t${at}\t${at}\n`
      }
      yield chunk
    }
  }
  const copy = client.query(
    copyFrom(`copy customers (tenant_id, id, kind, name, folded_name, name_grams, tags, found_by, found_by_version,
      created_from, created_at, updated_at) from stdin`)
  )
  await pipeline(Readable.from(chunks()), copy)
}

/** The contacts and the external id that are written below, as the file keeps them. */
function foundBy(n: number): string {
  const contact = (type: string, value: string) => ({ type, value, normalized: value, label: null })
  const emails = n % 2 === 0 ? [contact('email', emailOf(n))] : []
  return JSON.stringify([[contact('phone', phoneOf(n)), ...emails], [{ system: 'pos', key: `C${n}` }]])
}

/** Everything after the customers, in the order of writing. Purchases are drawn first, then written and summed up. */
const statements = (tenant: string, customers: number): readonly (readonly [string, string])[] => [
  [
    'store',
    `insert into stores (tenant_id, id, code, name, time_zone, created_at, updated_at)
      values ('${tenant}', '01950000-0000-7000-9000-000000000001', 'S1', 'Volume', '${ZONE}', now(), now())`
  ],
  [
    'tags',
    `insert into customer_tags (tenant_id, tag, customer_id)
      select tenant_id, tag, id from customers, unnest(tags) tag`
  ],
  [
    'phones',
    `insert into customer_contacts (tenant_id, customer_id, position, type, value, normalized)
      select '${tenant}', id, 0, 'phone', phone, phone from (${customerRows(customers)}) c`
  ],
  [
    'e-mails',
    `insert into customer_contacts (tenant_id, customer_id, position, type, value, normalized)
      select '${tenant}', id, 1, 'email', 'c' || n || '@example.com', 'c' || n || '@example.com'
      from (${customerRows(customers)}) c where n % 2 = 0`
  ],
  [
    'external ids',
    `insert into customer_external_ids (tenant_id, system, key, customer_id)
      select '${tenant}', 'pos', 'C' || n, id from (${customerRows(customers)}) c`
  ],
  [
    'draw',
    `create temporary table drawn as
      select row_number() over () as n, d.*, (at at time zone '${ZONE}')::date as day from (
        select c.id as customer_id,
          case when random() < 0.03 then 'return' else 'sale' end as kind,
          date_trunc('day', now()) - interval '1 hour' - random() * interval '700 days' as at,
          (100 + 4000 * exp(1.1 * random_normal()))::bigint as amount,
          1 + (random() * 3)::int as units
        from (${customerRows(customers)}) c, generate_series(1, 1 + abs(hashint4(c.n)) % 10) s
      ) d`
  ],
  [
    'purchases',
    `insert into purchases (tenant_id, id, source, receipt_number, kind, store_id, customer_id, purchased_at, purchased_on,
        currency, total_minor, rounding_minor, net_minor, units, content_hash, recorded_at)
      select '${tenant}', ('01960000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'seed', 'S' || lpad(n::text, 9, '0'), kind,
        '01950000-0000-7000-9000-000000000001', customer_id, at, day, 'EUR', amount, 0,
        case kind when 'sale' then amount else -amount end, case kind when 'sale' then units else -units end,
        'seeded', at
      from drawn order by n`
  ],
  [
    'lines',
    `insert into purchase_lines (tenant_id, purchase_id, line_no, name, quantity, discount_minor, amount_minor, net_minor)
      select tenant_id, id, 1, 'Goods', abs(units), 0, total_minor, net_minor from purchases`
  ],
  [
    'months',
    `insert into customer_months (tenant_id, customer_id, month, net_minor, sales, returns, units, sale_days, paid_days, last_purchased_at)
      select tenant_id, customer_id, date_trunc('month', purchased_on)::date, sum(net_minor),
        count(*) filter (where kind = 'sale'), count(*) filter (where kind = 'return'), sum(units),
        coalesce(bit_or(1 << (date_part('day', purchased_on)::int - 1)) filter (where kind = 'sale'), 0),
        coalesce(bit_or(1 << (date_part('day', purchased_on)::int - 1)) filter (where kind = 'sale' and net_minor > 0), 0),
        max(purchased_at)
      from purchases group by 1, 2, 3 order by 1, 2, 3`
  ],
  [
    'totals',
    `insert into customer_totals (tenant_id, customer_id, net_minor, sales, returns, units, first_sale_on, last_sale_on, last_purchased_at)
      select tenant_id, customer_id, sum(net_minor), count(*) filter (where kind = 'sale'), count(*) filter (where kind = 'return'),
        sum(units), min(purchased_on) filter (where kind = 'sale'), max(purchased_on) filter (where kind = 'sale'), max(purchased_at)
      from purchases group by 1, 2 order by 1, 2`
  ]
]

/** Number, id and phone of every customer, as `customerId` and `phoneOf` spell them. */
const customerRows = (customers: number): string =>
  `select n, ('01950000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid as id, '+4915' || lpad(n::text, 9, '0') as phone
    from generate_series(0, ${customers - 1}) n`
