import { and, desc, eq, getTableColumns, gt, gte, inArray, lt, type SQL, sql } from 'drizzle-orm'
import type { Tx } from '../db/client.ts'
import { complaintSteps, complaints } from '../db/schema/complaints.ts'
import { feedback } from '../db/schema/feedback.ts'
import type { AbcClass } from '../domain/abc.ts'
import { type ComplaintState, FINISHED_STATES, type Severity } from '../domain/complaint.ts'
import type { ComplaintCause } from '../domain/complaint-cause.ts'
import type { FeedbackChannel, FeedbackState } from '../domain/feedback.ts'

type CaseColumns = Omit<typeof complaints.$inferSelect, 'tenantId'>

/** What the feedback of the same id knows of the case. */
export interface CaseFeedback {
  readonly channel: FeedbackChannel
  readonly purchaseId: string | null
  readonly sku: string | null
  readonly promotionCode: string | null
  readonly staffId: string | null
  readonly language: string | null
  readonly text: string
  readonly feedbackState: FeedbackState
  readonly answerDueAt: string
  readonly answeredAt: string | null
  readonly atRiskAt: string
  readonly pausedAt: string | null
  readonly pauseEndsAt: string | null
  readonly answeredInTime: boolean | null
  readonly breachedAt: string | null
}

export interface ComplaintRow extends CaseColumns, CaseFeedback {}

export type NewComplaint = Omit<typeof complaints.$inferInsert, 'tenantId'>
export type ComplaintChange = Partial<Omit<CaseColumns, 'id' | 'version' | 'createdAt' | 'createdBy'>>
export type StepRow = Omit<typeof complaintSteps.$inferSelect, 'tenantId' | 'complaintId'>

export interface ComplaintFilter {
  readonly state?: ComplaintState | undefined
  /** Neither closed nor withdrawn, or one of the two. */
  readonly open?: boolean | undefined
  readonly storeId?: string | undefined
  readonly customerId?: string | undefined
  readonly handlerId?: string | undefined
  readonly relationshipManagerId?: string | undefined
  readonly severity?: Severity | undefined
  readonly cause?: ComplaintCause | undefined
  readonly sku?: string | undefined
  /** From this instant on. */
  readonly receivedFrom?: string | undefined
  /** Before this instant. */
  readonly receivedTo?: string | undefined
}

export const COMPLAINT_ORDERS = ['-receivedAt', 'answerDueAt'] as const
export type ComplaintOrder = (typeof COMPLAINT_ORDERS)[number]

export interface ComplaintPlace {
  /** When it was received, or when its answer is due: what the order goes by. */
  readonly at: string
  readonly id: string
}

const { tenantId: _case, ...caseColumns } = getTableColumns(complaints)
const { tenantId: _step, complaintId: _of, ...stepColumns } = getTableColumns(complaintSteps)

/** In the words of the indexes that hold the open ones alone. */
const OPEN = sql`${complaints.state} not in ('closed', 'withdrawn')`

const columns = {
  ...caseColumns,
  channel: sql<FeedbackChannel>`${feedback.channel}`,
  purchaseId: feedback.purchaseId,
  sku: feedback.sku,
  promotionCode: feedback.promotionCode,
  staffId: feedback.staffId,
  language: feedback.language,
  text: feedback.text,
  feedbackState: sql<FeedbackState>`${feedback.state}`,
  answerDueAt: feedback.dueAt,
  answeredAt: feedback.answeredAt,
  atRiskAt: feedback.atRiskAt,
  pausedAt: feedback.pausedAt,
  pauseEndsAt: feedback.pauseEndsAt,
  answeredInTime: feedback.answeredInTime,
  breachedAt: feedback.breachedAt
}

/** Cases with what their feedback knows. Whoever changes one holds its feedback first, so that two never wait for each other. */
export const complaintsRepository = (tx: Tx) => {
  const own = (id: string) => and(eq(complaints.tenantId, tx.tenantId), eq(complaints.id, id))
  const read = () =>
    tx.drizzle
      .select(columns)
      .from(complaints)
      .innerJoin(feedback, and(eq(feedback.tenantId, complaints.tenantId), eq(feedback.id, complaints.id)))

  return {
    async insert(row: NewComplaint): Promise<void> {
      await tx.drizzle.insert(complaints).values({ ...row, tenantId: tx.tenantId })
    },

    async find(id: string): Promise<ComplaintRow | undefined> {
      return (await read().where(own(id)))[0]
    },

    /**
     * Locks the case until the transaction ends; its feedback is held already. A run that makes a task of the case, whose
     * key is asked for then, does not wait for who holds it.
     */
    async forUpdate(id: string): Promise<ComplaintRow | undefined> {
      return (await read().where(own(id)).for('no key update', { of: complaints }))[0]
    },

    async save(id: string, change: ComplaintChange, version: number): Promise<void> {
      await tx.drizzle
        .update(complaints)
        .set({ ...change, version })
        .where(own(id))
    },

    async addStep(complaintId: string, step: StepRow): Promise<void> {
      await tx.drizzle.insert(complaintSteps).values({ tenantId: tx.tenantId, complaintId, ...step })
    },

    /** What was done about a case after a step, in order. */
    async steps(id: string, afterNo: number, limit: number): Promise<StepRow[]> {
      return tx.drizzle
        .select(stepColumns)
        .from(complaintSteps)
        .where(
          and(
            eq(complaintSteps.tenantId, tx.tenantId),
            eq(complaintSteps.complaintId, id),
            gt(complaintSteps.stepNo, afterNo)
          )
        )
        .orderBy(complaintSteps.stepNo)
        .limit(limit)
    },

    /**
     * What came last comes first; the id breaks ties. An index for each of the usual filters is read in this order. By their
     * terms come those whose answer is owed: `feedback_open_idx` and its like for a store and for who answers are read.
     */
    async list(
      filter: ComplaintFilter,
      after: ComplaintPlace | null,
      limit: number,
      order: ComplaintOrder
    ): Promise<ComplaintRow[]> {
      const wanted = [eq(complaints.tenantId, tx.tenantId), ...conditionsOf(filter)]
      if (order === '-receivedAt') {
        return read()
          .where(and(...wanted, ...behind(after)))
          .orderBy(desc(complaints.receivedAt), desc(complaints.id))
          .limit(limit)
      }
      return read()
        .where(and(...wanted, ...owedOf(tx.tenantId, filter), ...dueBehind(after)))
        .orderBy(feedback.dueAt, feedback.id)
        .limit(limit)
    },

    /** Who looks after a customer now, and his class as of the last run. */
    async knownOf(
      customerId: string
    ): Promise<{ relationshipManagerId: string | null; abcClass: AbcClass | null } | undefined> {
      const [row] = await tx.rows<{ relationshipManagerId: string | null; abcClass: AbcClass | null }>(
        {
          name: 'complaints_known_of',
          text: `select (select a.staff_id from assignments a
                         where a.tenant_id = $1 and a.customer_id = $2 and a.valid_to is null) as "relationshipManagerId",
                        (select k.abc_class from classifications k
                         where k.tenant_id = $1 and k.customer_id = $2) as "abcClass"`
        },
        [tx.tenantId, customerId]
      )
      return row
    },

    /** A line of a receipt, counted from 1. */
    async purchaseLine(
      purchaseId: string,
      lineNo: number
    ): Promise<{ sku: string | null; promotionCode: string | null } | undefined> {
      const [row] = await tx.rows<{ sku: string | null; promotionCode: string | null }>(
        {
          name: 'complaints_purchase_line',
          text: `select sku, promotion_code as "promotionCode" from purchase_lines
                 where tenant_id = $1 and purchase_id = $2 and line_no = $3`
        },
        [tx.tenantId, purchaseId, lineNo]
      )
      return row
    },

    /** Who supplies a product, as far as it is known. */
    async supplierOf(sku: string): Promise<string | null> {
      const [row] = await tx.rows<{ supplier_id: string | null }>(
        { name: 'complaints_supplier_of', text: 'select supplier_id from products where tenant_id = $1 and sku = $2' },
        [tx.tenantId, sku]
      )
      return row?.supplier_id ?? null
    },

    /** How many other complaints a customer made from an instant on. `complaints_customer_id_idx` carries it. */
    async othersOf(customerId: string, id: string, since: string): Promise<number> {
      const [row] = await tx.rows<{ complaints: number }>(
        {
          name: 'complaints_others_of',
          text: `select count(*)::int as complaints from complaints
                 where tenant_id = $1 and customer_id = $2 and id <> $3 and received_at >= $4`
        },
        [tx.tenantId, customerId, id, since]
      )
      return row?.complaints ?? 0
    }
  }
}

function conditionsOf(filter: ComplaintFilter): (SQL | undefined)[] {
  const { state, open, storeId, customerId, handlerId, relationshipManagerId, severity, cause, sku } = filter
  return [
    state === undefined ? undefined : eq(complaints.state, state),
    open === undefined ? undefined : open ? OPEN : inArray(complaints.state, [...FINISHED_STATES]),
    storeId === undefined ? undefined : eq(complaints.storeId, storeId),
    customerId === undefined ? undefined : eq(complaints.customerId, customerId),
    handlerId === undefined ? undefined : eq(complaints.handlerId, handlerId),
    relationshipManagerId === undefined ? undefined : eq(complaints.relationshipManagerId, relationshipManagerId),
    severity === undefined ? undefined : eq(complaints.severity, severity),
    cause === undefined ? undefined : eq(complaints.primaryCause, cause),
    sku === undefined ? undefined : eq(feedback.sku, sku),
    filter.receivedFrom === undefined ? undefined : gte(complaints.receivedAt, filter.receivedFrom),
    filter.receivedTo === undefined ? undefined : lt(complaints.receivedAt, filter.receivedTo)
  ]
}

/** Behind a place in the list. */
const behind = (after: ComplaintPlace | null): SQL[] =>
  after === null
    ? []
    : [sql`(${complaints.receivedAt}, ${complaints.id}) < (${after.at}::timestamptz, ${after.id}::uuid)`]

const dueBehind = (after: ComplaintPlace | null): SQL[] =>
  after === null ? [] : [sql`(${feedback.dueAt}, ${feedback.id}) > (${after.at}::timestamptz, ${after.id}::uuid)`]

/** In the words of the queues: store and answerer are the same in a case and its feedback. */
const owedOf = (tenantId: string, { storeId, handlerId }: ComplaintFilter): (SQL | undefined)[] => [
  eq(feedback.tenantId, tenantId),
  sql`${feedback.state} = 'open'`,
  storeId === undefined ? undefined : eq(feedback.storeId, storeId),
  handlerId === undefined ? undefined : eq(feedback.ownerStaffId, handlerId)
]
