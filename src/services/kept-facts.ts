import type { Tx } from '../db/client.ts'
import {
  type DatedFactColumns,
  FACT_BLOCK_ROWS,
  FACT_LAYOUT,
  factBlocksOf,
  packFacts,
  unpackFacts
} from '../domain/fact-blocks.ts'
import type { FactColumns, MovedReturns } from '../domain/fact-columns.ts'
import { FactMerge, GrowingFacts, type IdentifiedFacts } from '../domain/growing-facts.ts'
import type { Period } from '../domain/period.ts'
import { classificationFactsRepository } from '../repositories/classification-facts.ts'
import { bytesOf, textOf } from '../repositories/customer-rows.ts'
import { factBlocksRepository } from '../repositories/fact-blocks.ts'
import type { RefreshedFacts } from './customer-facts.ts'

/** All customers of a tenant in columns; a UUID is four words. */
export interface CustomerColumns {
  readonly ids: Uint32Array
  readonly facts: FactColumns
  readonly moved: MovedReturns
}

interface ReadFacts extends IdentifiedFacts {
  /** The blocks that are not what they have to be. */
  readonly changed: ReadonlySet<number>
}

/**
 * Reads what is derived of every customer who ever had a receipt: out of the blocks that an earlier run packed, with those in their
 * places whose facts this one made anew, or out of all rows where the blocks do not fit. What was read is packed for the next
 * run. `movedIn` is the window for which returns count on the day of their sale; null where they count on their own.
 */
export async function readCustomers(
  tx: Tx,
  refreshed: RefreshedFacts,
  movedIn: Period | null,
  onRow: (rows: number) => void
): Promise<CustomerColumns> {
  const read = await readFacts(tx, refreshed, onRow)
  if (!refreshed.own) await keep(tx, read, refreshed.packed && refreshed.made === 0)
  const { ids, facts } = read
  const { daySales: _, ...columns } = facts
  const moved = movedIn === null ? NOTHING_MOVED : await classificationFactsRepository(tx).movedReturns(ids, movedIn)
  return { ids, facts: columns, moved }
}

const NOTHING_MOVED: MovedReturns = { rows: [], nets: [], receipts: [] }

async function readFacts(
  tx: Tx,
  { own, made, packed }: RefreshedFacts,
  onRow: (rows: number) => void
): Promise<ReadFacts> {
  const rows = classificationFactsRepository(tx)
  const blocks = factBlocksRepository(tx)
  const extent = own || !packed ? null : await blocks.extent(FACT_LAYOUT)
  if (extent === null) {
    const all = await rows.readAll(await rows.countCustomers(), onRow)
    return { ...all, changed: new Set(Array(factBlocksOf(all.ids.length / 4)).keys()) }
  }
  const fresh = made === 0 ? new GrowingFacts(0, 0).columns() : await rows.readMade(made)
  const facts = new GrowingFacts(extent.customers + 1_024, extent.days + fresh.facts.days.length)
  const changed = new Set<number>()
  const merge = new FactMerge(facts, fresh, changed)
  await blocks.read(FACT_BLOCK_ROWS, (ids, bytes) => {
    merge.takeBlock({ ids, facts: unpackFacts(bytes, ids.length / 4) })
    onRow(facts.rows)
  })
  merge.finish()
  return { ...facts.columns(), changed }
}

/** Packs the blocks that changed, and says that they hold what the rows hold. */
async function keep(tx: Tx, { ids, facts, changed }: ReadFacts, complete: boolean): Promise<void> {
  const blocks = factBlocksRepository(tx)
  for (const block of changed) await blocks.save(FACT_LAYOUT, packed(ids, facts, block))
  if (!complete || changed.size > 0) await blocks.complete(factBlocksOf(ids.length / 4))
}

function packed(ids: Uint32Array, facts: DatedFactColumns, block: number) {
  const from = block * FACT_BLOCK_ROWS
  const to = Math.min(from + FACT_BLOCK_ROWS, ids.length / 4)
  return {
    block,
    customers: to - from,
    days: (facts.offsets[to] as number) - (facts.offsets[from] as number),
    firstId: textOf(ids, from),
    lastId: textOf(ids, to - 1),
    ids: bytesOf(ids.subarray(4 * from, 4 * to)),
    facts: packFacts(facts, from, to)
  }
}
