import { and, asc, desc, eq, getTableColumns, gt, inArray, lt } from 'drizzle-orm'
import type { Tx } from '../db/client.ts'
import { promotions } from '../db/schema/promotions.ts'
import type { FeedbackKind } from '../domain/feedback.ts'

export type PromotionRow = Omit<typeof promotions.$inferSelect, 'tenantId'>
export type PromotionChange = Partial<Pick<PromotionRow, 'name' | 'kind' | 'startsOn' | 'endsOn'>>
/** By code from the first, or the newest first. */
export type PromotionOrder = 'code' | '-createdAt'

/** What customers said of a promotion: a row for each kind of feedback, and one without a kind for complaints of its promise. */
export interface SaidRow {
  readonly kind: FeedbackKind | null
  readonly count: number
  /** How many of them tell an attitude, and the sum of these. */
  readonly attitudes: number
  readonly attitudeSum: number
}

const { tenantId: _, ...columns } = getTableColumns(promotions)

export const promotionsRepository = (tx: Tx) => {
  const own = eq(promotions.tenantId, tx.tenantId)

  return {
    /** `promotions_code_key` speaks where another promotion has the code. */
    async insert(promotion: PromotionRow): Promise<void> {
      await tx.drizzle.insert(promotions).values({ tenantId: tx.tenantId, ...promotion })
    },

    async find(id: string): Promise<PromotionRow | undefined> {
      const [row] = await tx.drizzle
        .select(columns)
        .from(promotions)
        .where(and(own, eq(promotions.id, id)))
      return row
    },

    /** Locks the promotion until the transaction ends, so that two changes cannot both build on one version. */
    async forUpdate(id: string): Promise<PromotionRow | undefined> {
      const [row] = await tx.drizzle
        .select(columns)
        .from(promotions)
        .where(and(own, eq(promotions.id, id)))
        .for('update')
      return row
    },

    async save(promotion: PromotionRow): Promise<void> {
      await tx.drizzle
        .update(promotions)
        .set(promotion)
        .where(and(own, eq(promotions.id, promotion.id)))
    },

    /** The ids of those of these codes of which a promotion is kept, by code; `promotions_code_key` carries it. */
    async idsOf(codes: readonly string[]): Promise<Map<string, string>> {
      const rows = await tx.drizzle
        .select({ code: promotions.code, id: promotions.id })
        .from(promotions)
        .where(and(own, inArray(promotions.code, [...codes])))
      return new Map(rows.map(({ code, id }) => [code, id]))
    },

    /** `promotions_code_key` gives the one order, `promotions_pkey` the other: ids ascend with time. */
    async list(order: PromotionOrder, after: string | null, limit: number): Promise<PromotionRow[]> {
      const byCode = order === 'code'
      const beyond = byCode ? gt(promotions.code, after ?? '') : after === null ? undefined : lt(promotions.id, after)
      return tx.drizzle
        .select(columns)
        .from(promotions)
        .where(and(own, beyond))
        .orderBy(byCode ? asc(promotions.code) : desc(promotions.id))
        .limit(limit)
    },

    /**
     * What names a code: feedback by kind, and complaints with an expectation gap that leads back to it; `storeId` null: in
     * all stores. What was taken back is left out as in every count of the kind. `feedback_promotion_code_idx` and
     * `complaint_causes_promotion_idx` carry it.
     */
    async said(code: string, storeId: string | null): Promise<SaidRow[]> {
      return tx.rows<SaidRow>(
        {
          name: 'promotions_said',
          text: `select kind, count(*)::int as count, count(attitude)::int as attitudes,
                   coalesce(sum(attitude), 0)::int as "attitudeSum"
                 from feedback
                 where tenant_id = $1 and promotion_code = $2 and state <> 'withdrawn'
                   and ($3::uuid is null or store_id = $3)
                 group by kind
                 union all
                 select null, count(distinct k.complaint_id)::int, 0, 0
                 from complaint_causes k
                 join complaints c on c.tenant_id = $1 and c.id = k.complaint_id
                 where k.tenant_id = $1 and (k.sources -> 0 ->> 'key') = $2 and k.sources -> 0 ->> 'kind' = 'promotion'
                   and (c.state <> 'withdrawn' or c.first_closed_at is not null)
                   and ($3::uuid is null or c.store_id = $3)`
        },
        [tx.tenantId, code, storeId]
      )
    }
  }
}
