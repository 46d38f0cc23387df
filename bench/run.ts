import pg from 'pg'
import { seeded } from './seed.ts'
import { api, finished } from './support/http.ts'
import type { Options } from './support/options.ts'
import { figure, say, table } from './support/report.ts'
import { ending, startServiceProcess } from './support/service.ts'

/** Of how many customers the aggregates change between two runs. */
const CHANGED_ONE_IN = 20
const MANAGERS = 500

/** A classification run over all customers: the first, one after 5 % have bought again, and one after nothing happened. */
export async function run(options: Options): Promise<void> {
  await ending(async later => {
    const { url, key, tenantId, customers } = await seeded(options, later)
    const service = await startServiceProcess(url, true, later)
    const shop = api(service.baseUrl, key)
    const rows: string[][] = []
    await employManagers(shop)
    const measure = async (what: string) => {
      await service.usage()
      const started = performance.now()
      const accepted = await shop.expect(202, 'POST', '/v1/classification-runs', {})
      const job = await finished(shop, `/v1/jobs/${accepted.id}`, 20)
      const waited = (performance.now() - started) / 1_000
      const worked = (Date.parse(job.finishedAt) - Date.parse(job.startedAt)) / 1_000
      const report = await shop.expect(200, 'GET', `/v1/classification-runs/${accepted.id}`)
      const { peakMiB, rssMiB } = await service.usage()
      const { gatheringMs, readingMs, classifyingMs, writingMs, advisingMs, assigningMs } = report.durations
      const phases = [gatheringMs, readingMs, classifyingMs, writingMs, advisingMs, assigningMs].map(ms =>
        figure(ms / 1_000)
      )
      await dayPasses(url, tenantId)
      rows.push([what, figure(worked), ...phases, figure(waited), figure(peakMiB), figure(rssMiB)])
      say(`${what}: ${figure(worked)} s, ${report.changed} of ${report.customers} changed, peak ${figure(peakMiB)} MiB`)
    }
    await measure('first run, nobody classified before')
    for (let round = 0; round < options.rounds; round++) {
      await buyAgain(url, tenantId, round)
      await measure('one in twenty has bought since')
      await measure('nothing has changed')
    }
    say()
    say(`${customers} customers`)
    say(
      table(
        [
          'run',
          'seconds',
          'gathering',
          'reading',
          'classifying',
          'writing',
          'advising',
          'assigning',
          'with waiting',
          'peak MiB',
          'MiB after'
        ],
        rows
      )
    )
  })
}

/** Staff who look after customers, as a chain of this size has: without them a run would have nobody to give to its A customers. */
async function employManagers(shop: ReturnType<typeof api>): Promise<void> {
  const { data } = await shop.expect(200, 'GET', '/v1/staff?limit=1')
  if (data.length > 0) return
  for (let n = 1; n <= MANAGERS; n++) {
    const roles = ['relationship_manager']
    await shop.expect(201, 'POST', '/v1/staff', { code: `M${n}`, name: `Manager ${n}`, storeIds: [], roles })
  }
}

/**
 * Puts a day between a run and the next one, which looks again at whatever was recorded within the last hour before this: the run is
 * told to have looked an hour later than it did. To move what was recorded instead would leave an index of the ledger's growth behind
 * that knows no order any more.
 */
async function dayPasses(url: string, tenantId: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(`set session_replication_role = replica`)
    await client.query(
      `update fact_states set recorded_through = now() + interval '1 hour',
        packed_through = case when packed_through = recorded_through then now() + interval '1 hour' end where tenant_id = '${tenantId}'`
    )
    await client.query(`update classification_runs set created_at = now() + interval '1 hour'
      where tenant_id = '${tenantId}' and created_at > now() - interval '1 hour'`)
  } finally {
    await client.end()
  }
}

/** One receipt more for one customer in twenty, below the API and consistent with the ledger as the seed is. */
async function buyAgain(url: string, tenantId: string, round: number): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  const source = `again-${Date.now()}`
  await client.connect()
  try {
    await client.query(`set session_replication_role = replica`)
    await client.query('begin')
    await client.query(`create temporary table bought on commit drop as
      select customer_id, row_number() over () as n, last_purchased_at + interval '1 second' as at, 5000::bigint as amount
      from customer_totals
      where tenant_id = '${tenantId}' and sales > 0 and abs(hashtext(customer_id::text)) % ${CHANGED_ONE_IN} = ${round % CHANGED_ONE_IN}`)
    await client.query(`insert into purchases (tenant_id, id, source, receipt_number, kind, store_id, customer_id, purchased_at,
        purchased_on, currency, total_minor, rounding_minor, net_minor, units, content_hash, recorded_at)
      select '${tenantId}', uuidv7(), '${source}', n::text, 'sale', s.id, customer_id, at,
        (at at time zone s.time_zone)::date, 'EUR', amount, 0, amount, 1, 'seeded', now()
      from bought, stores s where s.tenant_id = '${tenantId}'`)
    await client.query(`insert into purchase_lines (tenant_id, purchase_id, line_no, name, quantity, discount_minor, amount_minor, net_minor)
      select tenant_id, id, 1, 'Goods', 1, 0, total_minor, net_minor from purchases
      where tenant_id = '${tenantId}' and source = '${source}'`)
    await client.query(`insert into customer_months as t (tenant_id, customer_id, month, net_minor, sales, returns, units, sale_days, paid_days, last_purchased_at)
      select tenant_id, customer_id, date_trunc('month', purchased_on)::date, net_minor, 1, 0, units,
        1 << (date_part('day', purchased_on)::int - 1), 1 << (date_part('day', purchased_on)::int - 1), purchased_at
      from purchases where tenant_id = '${tenantId}' and source = '${source}'
      on conflict (tenant_id, customer_id, month) do update set net_minor = t.net_minor + excluded.net_minor, sales = t.sales + 1,
        units = t.units + excluded.units, sale_days = t.sale_days | excluded.sale_days, paid_days = t.paid_days | excluded.paid_days,
        last_purchased_at = greatest(t.last_purchased_at, excluded.last_purchased_at)`)
    await client.query(`update customer_totals t set net_minor = t.net_minor + p.net_minor, sales = t.sales + 1, units = t.units + p.units,
        first_sale_on = least(t.first_sale_on, p.purchased_on), last_sale_on = greatest(t.last_sale_on, p.purchased_on),
        last_purchased_at = greatest(t.last_purchased_at, p.purchased_at)
      from purchases p
      where p.tenant_id = '${tenantId}' and p.source = '${source}'
        and t.tenant_id = p.tenant_id and t.customer_id = p.customer_id`)
    await client.query('commit')
  } finally {
    await client.end()
  }
}
