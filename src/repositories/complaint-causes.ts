import { and, asc, eq, getTableColumns, inArray } from 'drizzle-orm'
import type { Tx } from '../db/client.ts'
import { complaintCauses } from '../db/schema/complaints.ts'
import type { ComplaintCause, SourceKind, SubCause } from '../domain/complaint-cause.ts'

export type CauseRow = Omit<typeof complaintCauses.$inferSelect, 'tenantId'>

/** Complaints of a window by what their causes lead back to; `sourceKind` null: to nothing that is known. */
export interface CauseCount {
  readonly cause: ComplaintCause
  readonly subCause: SubCause | null
  readonly sourceKind: SourceKind | null
  readonly sourceKey: string | null
  readonly complaints: number
  /** Of them, those of which it is the primary cause. */
  readonly primary: number
}

export interface CauseWindow {
  readonly receivedFrom: string
  readonly receivedTo: string
  readonly storeId: string | null
}

const { tenantId: _, ...columns } = getTableColumns(complaintCauses)

export const complaintCausesRepository = (tx: Tx) => ({
  async insert(row: CauseRow): Promise<void> {
    await tx.drizzle.insert(complaintCauses).values({ tenantId: tx.tenantId, ...row })
  },

  /** Makes room for another primary cause of the case. */
  async demote(complaintId: string): Promise<void> {
    await tx.rows(
      {
        name: 'complaint_causes_demote',
        text: 'update complaint_causes set is_primary = false where tenant_id = $1 and complaint_id = $2 and is_primary'
      },
      [tx.tenantId, complaintId]
    )
  },

  async countOf(complaintId: string): Promise<number> {
    const [row] = await tx.rows<{ causes: number }>(
      {
        name: 'complaint_causes_count',
        text: 'select count(*)::int as causes from complaint_causes where tenant_id = $1 and complaint_id = $2'
      },
      [tx.tenantId, complaintId]
    )
    return row?.causes ?? 0
  },

  /** Of these cases, in the order in which they were found. */
  async of(complaintIds: readonly string[]): Promise<CauseRow[]> {
    return tx.drizzle
      .select(columns)
      .from(complaintCauses)
      .where(and(eq(complaintCauses.tenantId, tx.tenantId), inArray(complaintCauses.complaintId, [...complaintIds])))
      .orderBy(asc(complaintCauses.foundAt), asc(complaintCauses.id))
  },

  /** What complaints of a window lead back to, the most frequent first; what was withdrawn before it was closed is left out. */
  async counts({ receivedFrom, receivedTo, storeId }: CauseWindow, limit: number): Promise<CauseCount[]> {
    const { rows } = await tx.client.query<CauseCount>({
      text: `select k.cause, k.sub_cause as "subCause", s.source ->> 'kind' as "sourceKind", s.source ->> 'key' as "sourceKey",
               count(distinct k.complaint_id)::int as complaints,
               (count(distinct k.complaint_id) filter (where k.is_primary))::int as primary
             from complaints c
             join complaint_causes k on k.tenant_id = $1 and k.complaint_id = c.id
             left join lateral jsonb_array_elements(k.sources) as s (source) on true
             where c.tenant_id = $1 and c.received_at >= $2 and c.received_at < $3
               and ($4::uuid is null or c.store_id = $4) and (c.state <> 'withdrawn' or c.first_closed_at is not null)
             group by 1, 2, 3, 4
             order by 5 desc, 6 desc, 1, 2 nulls last, 3 nulls last, 4 nulls last limit $5`,
      values: [tx.tenantId, receivedFrom, receivedTo, storeId, limit]
    })
    return rows
  },

  /** Complaints of a window by primary cause; null: none was found yet. What was withdrawn before it was closed is left out. */
  async byPrimary({
    receivedFrom,
    receivedTo,
    storeId
  }: CauseWindow): Promise<{ cause: ComplaintCause | null; complaints: number }[]> {
    const { rows } = await tx.client.query({
      text: `select primary_cause as cause, count(*)::int as complaints
             from complaints where tenant_id = $1 and received_at >= $2 and received_at < $3
               and ($4::uuid is null or store_id = $4) and (state <> 'withdrawn' or first_closed_at is not null)
             group by 1 order by 2 desc, 1 nulls last`,
      values: [tx.tenantId, receivedFrom, receivedTo, storeId]
    })
    return rows
  }
})
