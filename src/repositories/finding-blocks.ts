import type { Tx } from '../db/client.ts'
import { copyOut } from '../db/copy.ts'

/** What a run found of some customers, packed; see the table. */
export interface FindingBlock {
  readonly block: number
  readonly customers: number
  /** Null where they are those that the block has. */
  readonly ids: Uint8Array | null
  readonly findings: Uint8Array
}

/** Takes the ids of a block's customers, four words each, and what is packed of them; both are used anew for the next block. */
export type TakeBlock = (ids: Uint32Array, findings: Uint8Array) => void

export const findingBlocksRepository = (tx: Tx) => ({
  /** How many customers the blocks are of; null where there are none, or not all of them are of that run and that layout. */
  async customersOf(runId: string, layout: string): Promise<number | null> {
    const [row] = await tx.rows<{ customers: number | null; fit: boolean | null }>(
      {
        name: 'finding_blocks_fit',
        text: `select sum(customers)::int as customers, bool_and(run_id = $2 and layout = $3) as fit
               from finding_blocks where tenant_id = $1`
      },
      [tx.tenantId, runId, layout]
    )
    return row?.fit ? row.customers : null
  },

  /** Hands over all blocks in their order, none of more than so many customers. */
  async read(mostCustomers: number, take: TakeBlock): Promise<void> {
    const ids = new Uint32Array(4 * mostCustomers)
    await copyOut(
      tx.client,
      `select ids, findings from finding_blocks where tenant_id = '${tx.tenantId}'::uuid order by block`,
      row => {
        const customers = row.uuids(ids)
        take(ids.subarray(0, 4 * customers), row.binary())
      }
    )
  },

  /** Writes a block of a run. */
  async save(runId: string, layout: string, { block, customers, ids, findings }: FindingBlock): Promise<void> {
    const values = [tx.tenantId, block, runId, layout, customers, buffer(findings)]
    if (ids === null) {
      await tx.rows(
        {
          name: 'finding_block_update',
          text: `update finding_blocks set run_id = $3, layout = $4, customers = $5, findings = $6
                 where tenant_id = $1 and block = $2`
        },
        values
      )
      return
    }
    await tx.rows(
      {
        name: 'finding_block_save',
        text: `insert into finding_blocks (tenant_id, block, run_id, layout, customers, findings, ids)
               values ($1, $2, $3, $4, $5, $6, $7)
               on conflict (tenant_id, block) do update set run_id = $3, layout = $4, customers = $5, findings = $6, ids = $7`
      },
      [...values, buffer(ids)]
    )
  },

  /** The blocks that a run has not written are as good as its own; those from `count` on are no more. */
  async takeOver(runId: string, count: number): Promise<void> {
    await tx.rows(
      { name: 'finding_blocks_drop', text: 'delete from finding_blocks where tenant_id = $1 and block >= $2' },
      [tx.tenantId, count]
    )
    await tx.rows(
      {
        name: 'finding_blocks_take_over',
        text: 'update finding_blocks set run_id = $2 where tenant_id = $1 and run_id <> $2'
      },
      [tx.tenantId, runId]
    )
  },

  /** Lets the next run read rows. */
  async forget(): Promise<void> {
    await tx.rows({ name: 'finding_blocks_forget', text: 'delete from finding_blocks where tenant_id = $1' }, [
      tx.tenantId
    ])
  }
})

const buffer = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer => Buffer.from(buffer, byteOffset, byteLength)
