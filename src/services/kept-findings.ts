import type { Tx } from '../db/client.ts'
import {
  BLOCK_ROWS,
  blocksOf,
  emptyKept,
  type KeptColumns,
  LAYOUT,
  packBlock,
  unpackBlock
} from '../domain/finding-blocks.ts'
import { adviceRunRepository } from '../repositories/advice-run.ts'
import { bytesOf, customerRows } from '../repositories/customer-rows.ts'
import { findingBlocksRepository } from '../repositories/finding-blocks.ts'
import { foundRowsRepository } from '../repositories/found-rows.ts'

/** What the last applied run found of the customers of this one, and which blocks of it are not as they have to be. */
export interface FindingsBefore extends KeptColumns {
  /** By block: 1 where it is of other customers than it will be, so that it has to be written whole. */
  readonly moved: Uint8Array
}

/** What a run found, with the ids of its customers, and what of it has to be written. */
export interface FindingsToKeep extends FindingsBefore {
  readonly ids: Uint32Array
  /** By block: 1 where anything was found to be another thing. */
  readonly changed: Uint8Array
}

/** How many customers the last applied run kept findings of, for the asking; null where only rows tell. */
export const customersKept = (tx: Tx, lastRunId: string | null): Promise<number | null> =>
  lastRunId === null ? Promise.resolve(null) : findingBlocksRepository(tx).customersOf(lastRunId, LAYOUT)

/**
 * What was found of the customers whose ids are given in ascending order: out of the blocks that the last applied run kept, if
 * there are such (`kept`), and otherwise out of the rows.
 */
export async function findingsBefore(tx: Tx, ids: Uint32Array, kept: boolean): Promise<FindingsBefore> {
  const customers = ids.length / 4
  const before = { ...emptyKept(customers), moved: new Uint8Array(blocksOf(customers)).fill(1) }
  if (!kept) {
    await foundRowsRepository(tx).read(ids, before.findings)
    await adviceRunRepository(tx, ids).readDigests(before.digests)
    return before
  }
  const place = customerRows(ids)
  let block = 0
  await findingBlocksRepository(tx).read(BLOCK_ROWS, (blockIds, findings) => {
    const rows = new Int32Array(blockIds.length / 4)
    for (let at = 0; at < rows.length; at++) rows[at] = place.find(blockIds.subarray(4 * at, 4 * at + 4))
    unpackBlock(findings, before, rows)
    if (fills(rows, block, customers)) before.moved[block] = 0
    block++
  })
  return before
}

/**
 * Keeps what a run found, after the rows were written: the blocks in which it changed anybody, and those that have other
 * customers now.
 */
export async function keepFindings(tx: Tx, runId: string, found: FindingsToKeep): Promise<void> {
  const { ids, moved, changed } = found
  const blocks = findingBlocksRepository(tx)
  const customers = ids.length / 4
  for (let block = 0; block < moved.length; block++) {
    if (moved[block] === 0 && changed[block] === 0) continue
    const from = block * BLOCK_ROWS
    const to = Math.min(from + BLOCK_ROWS, customers)
    await blocks.save(runId, LAYOUT, {
      block,
      customers: to - from,
      ids: moved[block] === 0 ? null : bytesOf(ids.subarray(4 * from, 4 * to)),
      findings: packBlock(found, from, to)
    })
  }
  await blocks.takeOver(runId, moved.length)
}

/** Marks the blocks of rows. */
export function markBlocks(changed: Uint8Array, rows: Iterable<number>): void {
  for (const row of rows) changed[Math.floor(row / BLOCK_ROWS)] = 1
}

/** Whether these are the rows of a block of so many customers, all of them and no others. */
function fills(rows: Int32Array, block: number, customers: number): boolean {
  const first = block * BLOCK_ROWS
  return rows.length === Math.min(BLOCK_ROWS, customers - first) && rows.every((row, at) => row === first + at)
}
