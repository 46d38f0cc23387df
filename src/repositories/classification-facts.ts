import type { Tx } from '../db/client.ts'
import { copyOut, type RowReader } from '../db/copy.ts'
import type { MovedReturns } from '../domain/fact-columns.ts'
import { GrowingFacts, type IdentifiedFacts } from '../domain/growing-facts.ts'
import { type DayNumber, dayText, type Period } from '../domain/period.ts'
import { customerRows } from './customer-rows.ts'
import { unpackDays } from './daily-figures.ts'

/** Reads the facts of customers who ever had a receipt, out of the rows that were derived of each. */
export const classificationFactsRepository = (tx: Tx) => ({
  /** How many customers a run will meet. */
  async countCustomers(): Promise<number> {
    const { rows } = await tx.client.query({
      text: 'select count(*) as count from customer_facts where tenant_id = $1',
      values: [tx.tenantId]
    })
    return (rows[0] as { count: number }).count
  },

  /** Reads all customers in one statement, hence as of one moment. `onRow` is told how many were read. */
  async readAll(expected: number, onRow: (rows: number) => void): Promise<IdentifiedFacts> {
    // They lie in the order of their key, and to read them so is right whatever the planner believes of a table that this very
    // transaction may have filled: to it, it is still empty.
    await tx.client.query('set local max_parallel_workers_per_gather = 0; set local enable_seqscan = off')
    const facts = await read(tx, `customer_facts f where f.tenant_id = '${tx.tenantId}'::uuid`, expected, onRow)
    await tx.client.query('set local max_parallel_workers_per_gather to default; set local enable_seqscan to default')
    return facts
  },

  /** Reads the customers whose facts this transaction made anew: a part of all, so each is looked up by his key, in its order. */
  async readMade(made: number): Promise<IdentifiedFacts> {
    const others = ['hashjoin', 'mergejoin', 'seqscan'].map(way => `set local enable_${way}`)
    await tx.client.query(others.map(way => `${way} = off`).join(';'))
    const facts = await read(
      tx,
      `stale_customers s join customer_facts f on f.tenant_id = '${tx.tenantId}'::uuid and f.customer_id = s.customer_id`,
      made,
      () => {}
    )
    await tx.client.query(others.map(way => `${way} to default`).join(';'))
    return facts
  },

  /**
   * What returns bring into a window or take out of it by counting on the day of their sale: off the window if the sale was before
   * it, into it if only the return was. Neither may lie beyond its end, which would be knowledge of the future.
   */
  async movedReturns(ids: Uint32Array, window: Period): Promise<MovedReturns> {
    const moved = { rows: [] as number[], nets: [] as number[], receipts: [] as number[] }
    if (window.fromDay === null) return moved
    const customers = customerRows(ids)
    const id = new Uint32Array(4)
    await copyOut(tx.client, movedReturns(tx.tenantId, window.fromDay, window.toDay), row => {
      row.uuid(id, 0)
      const [net, receipts] = [row.float(0), row.integer(0)]
      const place = customers.find(id)
      if (place < 0 || (net === 0 && receipts === 0)) return
      moved.rows.push(place)
      moved.nets.push(net)
      moved.receipts.push(receipts)
    })
    return moved
  }
})

/** COPY takes no parameters, so the text holds its values: a checked id, and days of our own making. */
function movedReturns(tenantId: string, fromDay: DayNumber, toDay: DayNumber): string {
  const [from, to] = [`'${dayText(fromDay)}'::date`, `'${dayText(toDay)}'::date`]
  const within = (day: string) => `(${day} >= ${from})::int`
  return `
    select r.customer_id, sum((${within('s.purchased_on')} - ${within('r.purchased_on')}) * r.net_minor)::float8 as net,
           sum(${within('s.purchased_on')} - ${within('r.purchased_on')})::int as receipts
    from purchases r join purchases s
      on s.tenant_id = '${tenantId}'::uuid and s.source = r.return_of_source and s.receipt_number = r.return_of_receipt_number
    where r.tenant_id = '${tenantId}'::uuid and r.kind = 'return' and r.return_of_source is not null
      and r.customer_id is not null and s.kind = 'sale' and r.purchased_on < ${to} and s.purchased_on < ${to}
      and (r.purchased_on >= ${from}) <> (s.purchased_on >= ${from})
    group by r.customer_id order by r.customer_id`
}

/** One row of every customer, by ascending id. */
async function read(tx: Tx, from: string, expected: number, onRow: (rows: number) => void): Promise<IdentifiedFacts> {
  const facts = new GrowingFacts(expected + 1_024, 4 * expected + 1_024)
  await copyOut(
    tx.client,
    `select f.customer_id, f.daily, f.sales, f.returns, f.lines, f.promotion_lines, f.brand_lines, f.favourite_lines,
            f.brand_switches
     from ${from} order by f.customer_id`,
    row => {
      take(facts, row)
      onRow(facts.rows)
    }
  )
  return facts.columns()
}

function take(facts: GrowingFacts, row: RowReader): void {
  row.uuid(facts.idsOfNext(), facts.rows)
  row.packed((view, from, length) =>
    unpackDays(view, from, length, (entry, sales, net) => facts.addDay(entry, sales, net))
  )
  facts.set('sales', row.integer(0))
  facts.set('returns', row.integer(0))
  facts.set('lines', row.integer(0))
  facts.set('promotionLines', row.integer(0))
  facts.set('brandLines', row.integer(0))
  facts.set('favouriteLines', row.integer(0))
  facts.set('brandSwitches', row.integer(0))
  facts.end()
}
