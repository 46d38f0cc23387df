import type { Tx } from '../db/client.ts'

/** A segment's members as bits, and the customers that they are of; see the table. */
export interface MemberSet {
  readonly segmentId: string
  readonly customers: number
  readonly idsDigest: string
  readonly members: Uint8Array
}

export const segmentMemberSetsRepository = (tx: Tx) => ({
  async find(segmentIds: readonly string[]): Promise<MemberSet[]> {
    return tx.rows<MemberSet>(
      {
        name: 'segment_member_sets_find',
        text: `select segment_id as "segmentId", customers, ids_digest as "idsDigest", members from segment_member_sets
               where tenant_id = $1 and segment_id = any ($2::uuid[])`
      },
      [tx.tenantId, segmentIds]
    )
  },

  async save({ segmentId, customers, idsDigest, members }: MemberSet): Promise<void> {
    await tx.rows(
      {
        name: 'segment_member_set_save',
        text: `insert into segment_member_sets (tenant_id, segment_id, customers, ids_digest, members)
               values ($1, $2, $3, $4, $5)
               on conflict (tenant_id, segment_id) do update set
                 customers = excluded.customers, ids_digest = excluded.ids_digest, members = excluded.members`
      },
      [
        tx.tenantId,
        segmentId,
        customers,
        idsDigest,
        Buffer.from(members.buffer, members.byteOffset, members.byteLength)
      ]
    )
  }
})
