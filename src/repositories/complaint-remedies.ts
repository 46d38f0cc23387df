import { and, desc, eq, getTableColumns, inArray, isNull, ne, or, type SQL, sql } from 'drizzle-orm'
import type { Tx } from '../db/client.ts'
import { complaintRemedies, complaints } from '../db/schema/complaints.ts'
import { DECIDING_ROLES, type DecidingRole, type RemedyDecision, type RemedyStatus } from '../domain/authority.ts'
import type { PaidFacts } from '../domain/refund.ts'

export type RemedyRow = Omit<typeof complaintRemedies.$inferSelect, 'tenantId'> & { readonly storeId: string | null }
export type RemedyChange = Partial<
  Pick<
    RemedyRow,
    | 'status'
    | 'approverRole'
    | 'approverId'
    | 'grantedRole'
    | 'budgetMonth'
    | 'budgetStoreKey'
    | 'authorityVersion'
    | 'decidedById'
    | 'decidedAt'
    | 'reason'
    | 'revokedById'
    | 'revokedAt'
    | 'revocationReason'
  >
>

export interface RemedyFilter {
  readonly complaintId?: string | undefined
  readonly status?: RemedyStatus | undefined
  /** Who was asked; also what his role waits for where nobody was there to be asked, and he may take up now. */
  readonly approver?: RemedyApprover | undefined
  readonly approverRole?: DecidingRole | undefined
  readonly decision?: RemedyDecision | undefined
  readonly storeId?: string | undefined
}

export interface RemedyApprover {
  readonly id: string
  readonly roles: readonly DecidingRole[]
  /** None: serves every store. */
  readonly storeIds: readonly string[]
}

export interface RemedyPlace {
  readonly requestedAt: string
  readonly id: string
}

/** Whose money of which month a remedy comes out of. */
export interface Budget {
  readonly storeKey: string
  readonly role: DecidingRole
  readonly decision: RemedyDecision
  /** First day of the month. */
  readonly month: string
}

/** A purchase as far as a refund is concerned. */
export interface PaidPurchase extends PaidFacts {
  readonly customerId: string | null
  readonly storeId: string | null
}

const { tenantId: _, ...ownColumns } = getTableColumns(complaintRemedies)
const columns = { ...ownColumns, storeId: complaints.storeId }

/** `complaint_remedies_waiting_idx` carries both halves. */
const askedOf = ({ id, roles, storeIds }: RemedyApprover): SQL | undefined =>
  or(
    eq(complaintRemedies.approverId, id),
    and(
      isNull(complaintRemedies.approverId),
      eq(complaintRemedies.status, 'waiting'),
      ne(complaintRemedies.requestedById, id),
      inArray(complaintRemedies.approverRole, [...roles]),
      storeIds.length === 0 ? undefined : or(isNull(complaints.storeId), inArray(complaints.storeId, [...storeIds]))
    )
  )

/**
 * Remedies and what they are paid out of. Locks are taken in this order by everybody: the feedback and its case, the
 * refunds of a purchase, a budget.
 */
export const complaintRemediesRepository = (tx: Tx) => {
  const own = (id: string) => and(eq(complaintRemedies.tenantId, tx.tenantId), eq(complaintRemedies.id, id))
  const read = () =>
    tx.drizzle
      .select(columns)
      .from(complaintRemedies)
      .innerJoin(
        complaints,
        and(eq(complaints.tenantId, complaintRemedies.tenantId), eq(complaints.id, complaintRemedies.complaintId))
      )

  /** A purchase with what went back of it so far. */
  const paidPurchase = async (purchaseId: string): Promise<PaidPurchase | undefined> => {
    const [row] = await tx.rows<{
      kind: 'sale' | 'return'
      customerId: string | null
      storeId: string | null
      paidMinor: number
      returnedMinor: number
      refundedMinor: number
    }>(
      {
        name: 'purchase_refunds_paid',
        text: `select p.kind, p.customer_id as "customerId", p.store_id as "storeId", p.net_minor as "paidMinor",
                 coalesce(r.refunded_minor, 0) as "refundedMinor",
                 coalesce((select -sum(b.net_minor) from purchases b where b.tenant_id = $1 and b.kind = 'return'
                   and b.return_of_source = p.source and b.return_of_receipt_number = p.receipt_number), 0)::bigint
                   as "returnedMinor"
               from purchases p left join purchase_refunds r on r.tenant_id = $1 and r.purchase_id = p.id
               where p.tenant_id = $1 and p.id = $2`
      },
      [tx.tenantId, purchaseId]
    )
    if (!row) return undefined
    const { kind, customerId, storeId } = row
    return {
      kind,
      customerId,
      storeId,
      paidMinor: Number(row.paidMinor),
      returnedMinor: Number(row.returnedMinor),
      refundedMinor: Number(row.refundedMinor)
    }
  }

  return {
    async insert({ storeId: _store, ...row }: RemedyRow): Promise<void> {
      await tx.drizzle.insert(complaintRemedies).values({ tenantId: tx.tenantId, ...row })
    },

    async find(id: string): Promise<RemedyRow | undefined> {
      return (await read().where(own(id)))[0]
    },

    async save(id: string, change: RemedyChange, version: number): Promise<void> {
      await tx.drizzle
        .update(complaintRemedies)
        .set({ ...change, version })
        .where(own(id))
    },

    /** Of these cases, in the order in which they were asked for. */
    async of(complaintIds: readonly string[]): Promise<RemedyRow[]> {
      return read()
        .where(
          and(eq(complaintRemedies.tenantId, tx.tenantId), inArray(complaintRemedies.complaintId, [...complaintIds]))
        )
        .orderBy(complaintRemedies.requestedAt, complaintRemedies.id)
    },

    /** What was asked for last comes first; the id breaks ties. */
    async list(filter: RemedyFilter, after: RemedyPlace | null, limit: number): Promise<RemedyRow[]> {
      const { complaintId, status, approver, approverRole, decision, storeId } = filter
      const wanted: (SQL | undefined)[] = [
        complaintId === undefined ? undefined : eq(complaintRemedies.complaintId, complaintId),
        status === undefined ? undefined : eq(complaintRemedies.status, status),
        approver === undefined ? undefined : askedOf(approver),
        approverRole === undefined ? undefined : eq(complaintRemedies.approverRole, approverRole),
        decision === undefined ? undefined : eq(complaintRemedies.decision, decision),
        storeId === undefined ? undefined : eq(complaints.storeId, storeId),
        after === null
          ? undefined
          : sql`(${complaintRemedies.requestedAt}, ${complaintRemedies.id})
              < (${after.requestedAt}::timestamptz, ${after.id}::uuid)`
      ]
      return read()
        .where(and(eq(complaintRemedies.tenantId, tx.tenantId), ...wanted))
        .orderBy(desc(complaintRemedies.requestedAt), desc(complaintRemedies.id))
        .limit(limit)
    },

    /** What waits for somebody to be asked, the oldest first. `complaint_remedies_waiting_idx` carries it. */
    async withoutApprover(after: RemedyPlace | null, limit: number): Promise<RemedyRow[]> {
      return read()
        .where(
          and(
            eq(complaintRemedies.tenantId, tx.tenantId),
            isNull(complaintRemedies.approverId),
            sql`${complaintRemedies.status} = 'waiting'`,
            after === null
              ? undefined
              : sql`(${complaintRemedies.requestedAt}, ${complaintRemedies.id})
                  > (${after.requestedAt}::timestamptz, ${after.id}::uuid)`
          )
        )
        .orderBy(complaintRemedies.requestedAt, complaintRemedies.id)
        .limit(limit)
    },

    paidPurchase,

    /** Remedies of a withdrawn case that still wait are asked for no longer; their ids. */
    async drop(complaintId: string, now: string): Promise<string[]> {
      const rows = await tx.rows<{ id: string }>(
        {
          name: 'complaint_remedies_drop',
          text: `update complaint_remedies set status = 'dropped', decided_at = $3, version = version + 1
                 where tenant_id = $1 and complaint_id = $2 and status = 'waiting' returning id`
        },
        [tx.tenantId, complaintId, now]
      )
      return rows.map(row => row.id)
    },

    async countOf(complaintId: string): Promise<number> {
      const [row] = await tx.rows<{ remedies: number }>(
        {
          name: 'complaint_remedies_count',
          text: 'select count(*)::int as remedies from complaint_remedies where tenant_id = $1 and complaint_id = $2'
        },
        [tx.tenantId, complaintId]
      )
      return row?.remedies ?? 0
    },

    async waiting(complaintId: string): Promise<number> {
      const [row] = await tx.rows<{ waiting: number }>(
        {
          name: 'complaint_remedies_waiting',
          text: `select count(*)::int as waiting from complaint_remedies
                 where tenant_id = $1 and complaint_id = $2 and status = 'waiting'`
        },
        [tx.tenantId, complaintId]
      )
      return row?.waiting ?? 0
    },

    /** What was granted of a kind on a case, which is locked; with a purchase, without what went back of that one. */
    async grantedOnCase(
      complaintId: string,
      decision: RemedyDecision,
      besidesPurchaseId: string | null
    ): Promise<number> {
      const [row] = await tx.rows<{ amountMinor: number }>(
        {
          name: 'complaint_remedies_granted',
          text: `select coalesce(sum(amount_minor), 0)::bigint as "amountMinor" from complaint_remedies
                 where tenant_id = $1 and complaint_id = $2 and decision = $3 and status = 'granted'
                   and ($4::uuid is null or purchase_id is distinct from $4)`
        },
        [tx.tenantId, complaintId, decision, besidesPurchaseId]
      )
      return Number(row?.amountMinor ?? 0)
    },

    /** Where something was bought; undefined where there is no such purchase. With a store only a purchase of that store. */
    async purchasePlace(
      purchaseId: string,
      ownStoreId: string | null
    ): Promise<{ readonly storeId: string | null } | undefined> {
      const rows = await tx.rows<{ storeId: string | null }>(
        {
          name: 'complaint_remedies_purchase',
          text: `select store_id as "storeId" from purchases
                 where tenant_id = $1 and id = $2 and ($3::uuid is null or store_id = $3)`
        },
        [tx.tenantId, purchaseId, ownStoreId]
      )
      return rows[0]
    },

    async hasStores(): Promise<boolean> {
      const rows = await tx.rows(
        { name: 'complaint_remedies_stores', text: 'select 1 from stores where tenant_id = $1 limit 1' },
        [tx.tenantId]
      )
      return rows.length > 0
    },

    /**
     * A purchase with what went back of it, and nobody else decides on a refund of it until this transaction ends. With a
     * store only a purchase of that store.
     */
    async holdPurchase(purchaseId: string, ownStoreId: string | null): Promise<PaidPurchase | undefined> {
      const found = await tx.rows(
        {
          name: 'purchase_refunds_hold',
          text: `insert into purchase_refunds (tenant_id, purchase_id, refunded_minor)
                 select $1, id, 0 from purchases
                 where tenant_id = $1 and id = $2 and ($3::uuid is null or store_id = $3)
                 on conflict (tenant_id, purchase_id) do update set refunded_minor = purchase_refunds.refunded_minor
                 returning 1`
        },
        [tx.tenantId, purchaseId, ownStoreId]
      )
      if (found.length === 0) return undefined
      // A statement of its own, which sees what those wrote who held the row before.
      return paidPurchase(purchaseId)
    },

    /** Counts a refund of a purchase that is held; less than nothing where one is taken back. */
    async addRefund(purchaseId: string, amountMinor: number): Promise<void> {
      await tx.rows(
        {
          name: 'purchase_refunds_add',
          text: `update purchase_refunds set refunded_minor = refunded_minor + $3
                 where tenant_id = $1 and purchase_id = $2`
        },
        [tx.tenantId, purchaseId, amountMinor]
      )
    },

    /** What each role has spent of a decision in a store and month; other transactions may be spending more of it. */
    async spent({ storeKey, decision, month }: Omit<Budget, 'role'>): Promise<Map<string, number>> {
      const rows = await tx.rows<{ role: DecidingRole; spentMinor: number }>(
        {
          name: 'remedy_budgets_spent',
          text: `select role, spent_minor as "spentMinor" from remedy_budgets
                 where tenant_id = $1 and store_key = $2 and role = any($3) and decision = $4 and month = $5`
        },
        [tx.tenantId, storeKey, [...DECIDING_ROLES], decision, month]
      )
      return new Map(rows.map(row => [row.role, Number(row.spentMinor)]))
    },

    /** What was spent of all budgets of a store and month. */
    async budgets(
      storeKey: string,
      month: string
    ): Promise<{ readonly role: DecidingRole; readonly decision: RemedyDecision; readonly spentMinor: number }[]> {
      const rows = await tx.rows<{ role: DecidingRole; decision: RemedyDecision; spentMinor: number }>(
        {
          name: 'remedy_budgets_of_month',
          text: `select role, decision, spent_minor as "spentMinor" from remedy_budgets
                 where tenant_id = $1 and store_key = $2 and month = $3`
        },
        [tx.tenantId, storeKey, month]
      )
      return rows.map(row => ({ ...row, spentMinor: Number(row.spentMinor) }))
    },

    /**
     * Takes an amount out of a budget if it is within the limit (included; null: none), in one statement: it waits for
     * whoever spends of the same budget, and then looks at what he left. False where it does not fit.
     */
    async spend(
      { storeKey, role, decision, month }: Budget,
      amountMinor: number,
      limitMinor: number | null
    ): Promise<boolean> {
      const rows = await tx.rows(
        {
          name: 'remedy_budgets_spend',
          text: `insert into remedy_budgets as b (tenant_id, store_key, role, decision, month, spent_minor)
                 select $1, $2, $3, $4, $5::date, $6::bigint where $7::bigint is null or $6::bigint <= $7::bigint
                 on conflict (tenant_id, store_key, role, decision, month) do update
                   set spent_minor = b.spent_minor + excluded.spent_minor
                   where $7::bigint is null or b.spent_minor + excluded.spent_minor <= $7::bigint
                 returning 1`
        },
        [tx.tenantId, storeKey, role, decision, month, amountMinor, limitMinor]
      )
      return rows.length > 0
    },

    /** Gives an amount back to the budget that it was taken out of. */
    async unspend({ storeKey, role, decision, month }: Budget, amountMinor: number): Promise<void> {
      await tx.rows(
        {
          name: 'remedy_budgets_unspend',
          text: `update remedy_budgets set spent_minor = greatest(0, spent_minor - $6::bigint)
                 where tenant_id = $1 and store_key = $2 and role = $3 and decision = $4 and month = $5`
        },
        [tx.tenantId, storeKey, role, decision, month, amountMinor]
      )
    }
  }
}
