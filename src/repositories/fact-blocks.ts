import type { Tx } from '../db/client.ts'
import { copyOut } from '../db/copy.ts'

/** What is known of some customers, packed; see the table. */
export interface FactBlock {
  readonly block: number
  readonly customers: number
  /** Of all of them. */
  readonly days: number
  /** Of the first and the last customer. */
  readonly firstId: string
  readonly lastId: string
  readonly ids: Uint8Array
  readonly facts: Uint8Array
}

/** Takes the ids of a block's customers, four words each, and what is packed of them; both are used anew for the next block. */
export type TakeFacts = (ids: Uint32Array, facts: Uint8Array) => void

export const factBlocksRepository = (tx: Tx) => ({
  /** Of how many customers and days the blocks are; null where there are none, or one is of another layout. */
  async extent(layout: string): Promise<{ customers: number; days: number } | null> {
    const [row] = await tx.rows<{ customers: number; days: number; fit: boolean | null }>(
      {
        name: 'fact_blocks_extent',
        text: `select sum(customers)::int as customers, sum(days)::int as days, bool_and(layout = $2) as fit
               from fact_blocks where tenant_id = $1`
      },
      [tx.tenantId, layout]
    )
    return row?.fit ? row : null
  },

  /** Hands over the blocks in their order, none of more than so many customers; `condition` names those that are wanted. */
  async read(mostCustomers: number, take: TakeFacts, condition = ''): Promise<void> {
    const ids = new Uint32Array(4 * mostCustomers)
    await copyOut(
      tx.client,
      `select ids, facts from fact_blocks where tenant_id = '${tx.tenantId}'::uuid ${condition} order by block`,
      row => {
        const customers = row.uuids(ids)
        take(ids.subarray(0, 4 * customers), row.binary())
      }
    )
  },

  async save(layout: string, { block, customers, days, firstId, lastId, ids, facts }: FactBlock): Promise<void> {
    await tx.rows(
      {
        name: 'fact_block_save',
        text: `insert into fact_blocks (tenant_id, block, layout, customers, days, first_id, last_id, ids, facts)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
               on conflict (tenant_id, block) do update set layout = $3, customers = $4, days = $5, first_id = $6,
                 last_id = $7, ids = $8, facts = $9`
      },
      [tx.tenantId, block, layout, customers, days, firstId, lastId, buffer(ids), buffer(facts)]
    )
  },

  /** Drops the blocks from `count` on, and says that the others hold what the rows hold. */
  async complete(count: number): Promise<void> {
    await tx.rows({ name: 'fact_blocks_drop', text: 'delete from fact_blocks where tenant_id = $1 and block >= $2' }, [
      tx.tenantId,
      count
    ])
    await tx.rows(
      {
        name: 'fact_blocks_complete',
        text: 'update fact_states set packed_through = recorded_through where tenant_id = $1'
      },
      [tx.tenantId]
    )
  }
})

const buffer = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer => Buffer.from(buffer, byteOffset, byteLength)
