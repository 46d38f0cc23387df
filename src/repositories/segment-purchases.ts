import type { Tx } from '../db/client.ts'
import type { WindowSums } from '../domain/segment-windows.ts'
import { DAY_FIGURES, PACKED_DAYS, unpackDays } from './daily-figures.ts'
import type { Scope } from './segment-query-parts.ts'
import { finderIn, type Rows } from './segment-rows.ts'

/** Statements for the days of customers: a row each by ascending id, his id and his packed days. */
export type DaysQuery = (scope: Scope) => string

/** The days as the derived facts have them. */
const keptDays: DaysQuery = ({ tenant, among }) =>
  `select customer_id, daily from customer_facts where tenant_id = ${tenant} ${among('customer_id')} order by customer_id`

/** The days of customers as the ledger has them; `buyers` names the rows whose customers are meant, instead of all. */
const ledgerDays = ({ tenant, among }: Scope, buyers = ''): string =>
  `select customer_id, ${PACKED_DAYS} as daily
   from (select p.customer_id, ${DAY_FIGURES} from ${buyers === '' ? '' : `${buyers} join`} purchases p
         ${buyers === '' ? 'where' : 'on p.customer_id = b.customer_id and'}
           p.tenant_id = ${tenant} and p.customer_id is not null ${among('p.customer_id')}
         group by p.customer_id, p.purchased_on) d
   group by customer_id order by customer_id`

/** How to read the days of one customer: straight from his receipts. */
export const DAYS_OF_ONE: readonly DaysQuery[] = [scope => ledgerDays(scope)]

/**
 * How to read the days of all customers piece by piece: from the derived facts, and then, of whoever has receipts that these
 * may lack, from the ledger, which is read once and kept in a table of this transaction.
 */
export async function daysOfAll(tx: Tx, factsMissFrom: string | null, everybody: Scope): Promise<DaysQuery[]> {
  const recent = factsMissFrom === null ? ledgerDays(everybody) : ledgerDays(everybody, buyersSince(tx, factsMissFrom))
  const { rowCount } = await tx.client.query(`create temp table segment_days on commit drop as ${recent}`)
  if (rowCount !== 0) await tx.client.query('create unique index on pg_temp.segment_days (customer_id)')
  const recentDays: DaysQuery = ({ among }) =>
    `select customer_id, daily from pg_temp.segment_days where true ${among('customer_id')} order by customer_id`
  return [...(factsMissFrom === null ? [] : [keptDays]), ...(rowCount === 0 ? [] : [recentDays])]
}

/** Lets go of what `daysOfAll` keeps. */
export const dropDays = (tx: Tx): Promise<unknown> => tx.client.query('drop table pg_temp.segment_days')

/** `purchases_recorded_at_idx` finds them at the end of the ledger. */
const buyersSince = (tx: Tx, recordedFrom: string): string =>
  `(select distinct customer_id from purchases
    where tenant_id = '${tx.tenantId}' and recorded_at >= '${recordedFrom}'::timestamptz and customer_id is not null) b`

/** Sums up what the customers of these ids have bought; of what several statements say of one, the last counts. */
export async function sumUp(
  rows: Rows,
  sums: WindowSums,
  queries: readonly DaysQuery[],
  scope: Scope,
  ids: Uint32Array
): Promise<void> {
  const id = new Uint32Array(4)
  sums.begin()
  for (const query of queries) {
    const find = finderIn(ids)
    await rows(query(scope), row => {
      row.uuid(id, 0)
      const place = find(id)
      if (place === null) return
      sums.restart(place)
      row.packed((view, from, length) =>
        unpackDays(view, from, length, (entry, sales, net) => sums.addDay(place, entry, sales, net))
      )
    })
  }
  sums.finish(ids.length / 4)
}
