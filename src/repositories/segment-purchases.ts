import type { Tx } from '../db/client.ts'
import { FACT_BLOCK_ROWS, FACT_LAYOUT, unpackFacts } from '../domain/fact-blocks.ts'
import type { WindowSums } from '../domain/segment-windows.ts'
import { DAY_FIGURES, PACKED_DAYS, unpackDays } from './daily-figures.ts'
import { factBlocksRepository } from './fact-blocks.ts'
import type { SegmentQuestion } from './segment-facts-query.ts'
import type { Scope } from './segment-query-parts.ts'
import { finderIn, type Rows, uuidText } from './segment-rows.ts'

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

/** How the days of customers are read: packed together, or a row each, or both; of what several say of one, the last counts. */
export interface DaysSources {
  readonly packed: Tx | null
  readonly queries: readonly DaysQuery[]
}

/** How to read the days of one customer: straight from his receipts. */
export const DAYS_OF_ONE: DaysSources = { packed: null, queries: [scope => ledgerDays(scope)] }

/**
 * How to read the days of all customers piece by piece: from the derived facts, and then, of whoever has receipts that these
 * may lack, from the ledger, which is read once and kept in a table of this transaction.
 */
export async function daysOfAll(
  tx: Tx,
  { factsMissFrom, factsPacked }: Pick<SegmentQuestion, 'factsMissFrom' | 'factsPacked'>,
  everybody: Scope
): Promise<DaysSources> {
  const recent = factsMissFrom === null ? ledgerDays(everybody) : ledgerDays(everybody, buyersSince(tx, factsMissFrom))
  const { rowCount } = await tx.client.query(`create temp table segment_days on commit drop as ${recent}`)
  if (rowCount !== 0) await tx.client.query('create unique index on pg_temp.segment_days (customer_id)')
  const recentDays: DaysQuery = ({ among }) =>
    `select customer_id, daily from pg_temp.segment_days where true ${among('customer_id')} order by customer_id`
  const packed = factsMissFrom !== null && factsPacked && (await factBlocksRepository(tx).extent(FACT_LAYOUT)) !== null
  return {
    packed: packed ? tx : null,
    queries: [...(factsMissFrom === null || packed ? [] : [keptDays]), ...(rowCount === 0 ? [] : [recentDays])]
  }
}

/** Lets go of what `daysOfAll` keeps. */
export const dropDays = (tx: Tx): Promise<unknown> => tx.client.query('drop table pg_temp.segment_days')

/** `purchases_recorded_at_idx` finds them at the end of the ledger. */
const buyersSince = (tx: Tx, recordedFrom: string): string =>
  `(select distinct customer_id from purchases
    where tenant_id = '${tx.tenantId}' and recorded_at >= '${recordedFrom}'::timestamptz and customer_id is not null) b`

/** Sums up what the customers of these ids have bought. */
export async function sumUp(
  rows: Rows,
  sums: WindowSums,
  { packed, queries }: DaysSources,
  scope: Scope,
  ids: Uint32Array
): Promise<void> {
  const id = new Uint32Array(4)
  sums.begin()
  if (packed !== null) await sumUpBlocks(packed, sums, ids)
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

/** The same of those who are packed, in the blocks that reach into these ids. */
async function sumUpBlocks(tx: Tx, sums: WindowSums, ids: Uint32Array): Promise<void> {
  const count = ids.length / 4
  if (count === 0) return
  const find = finderIn(ids)
  const reaching = `and last_id >= '${uuidText(ids, 0)}'::uuid and first_id <= '${uuidText(ids, count - 1)}'::uuid`
  await factBlocksRepository(tx).read(
    FACT_BLOCK_ROWS,
    (blockIds, bytes) => {
      const rows = blockIds.length / 4
      const { offsets, days, daySales, nets } = unpackFacts(bytes, rows)
      for (let row = 0; row < rows; row++) {
        const place = find(blockIds, row)
        if (place === null) continue
        const end = offsets[row + 1] as number
        for (let at = offsets[row] as number; at < end; at++) {
          sums.addDay(place, days[at] as number, daySales[at] as number, nets[at] as number)
        }
      }
    },
    reaching
  )
}
