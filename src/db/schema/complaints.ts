import { sql } from 'drizzle-orm'
import {
  boolean,
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  uniqueIndex,
  uuid
} from 'drizzle-orm/pg-core'
import type { AbcClass } from '../../domain/abc.ts'
import type {
  AuthorityMatrix,
  AuthorityVerdict,
  DecidingRole,
  RemedyDecision,
  RemedyStatus
} from '../../domain/authority.ts'
import type {
  ComplaintOutcome,
  ComplaintState,
  ComplaintStep,
  Complexity,
  Impact,
  Severity,
  Verdict
} from '../../domain/complaint.ts'
import type { CauseSource, ComplaintCause, SubCause } from '../../domain/complaint-cause.ts'
import type { FeedbackChannel } from '../../domain/feedback.ts'
import { day, instant, minor, tenantId } from './columns.ts'
import { customers } from './customers.ts'
import { feedback } from './feedback.ts'
import { purchases } from './purchases.ts'
import { staff } from './staff.ts'
import { tenants } from './tenants.ts'

/**
 * The case beside a feedback of the kind `complaint`: what the customer said, about what, and the clock of the answer are
 * there, under the same id. Store, customer and time are those of the feedback, for the order of lists.
 */
export const complaints = pgTable(
  'complaints',
  {
    tenantId: tenantId(),
    id: uuid('id').notNull(),
    subject: text('subject').notNull(),
    state: text('state').$type<ComplaintState>().notNull(),
    storeId: uuid('store_id'),
    customerId: uuid('customer_id'),
    receivedAt: instant('received_at').notNull(),
    /** The line of the purchase, from 1, and who supplied what it was. */
    purchaseLineNo: smallint('purchase_line_no'),
    supplierId: text('supplier_id'),
    severity: text('severity').$type<Severity>(),
    safety: boolean('safety'),
    complexity: text('complexity').$type<Complexity>(),
    impact: text('impact').$type<Impact>(),
    immediateAction: boolean('immediate_action'),
    assessedAt: instant('assessed_at'),
    /** Who is meant to finish the case, and who has it now. */
    firstHandlerId: uuid('first_handler_id'),
    handlerId: uuid('handler_id'),
    handovers: smallint('handovers').notNull().default(0),
    escalations: smallint('escalations').notNull().default(0),
    reopenings: smallint('reopenings').notNull().default(0),
    primaryCause: text('primary_cause').$type<ComplaintCause>(),
    primarySubCause: text('primary_sub_cause').$type<SubCause>(),
    /** Who gave the first substantive answer, and the last one before the first closure; null where nobody was named. */
    answeredById: uuid('answered_by_id'),
    settledById: uuid('settled_by_id'),
    outcome: text('outcome').$type<ComplaintOutcome>(),
    verdict: text('verdict').$type<Verdict>(),
    verdictAskedAt: instant('verdict_asked_at'),
    verdictChannel: text('verdict_channel').$type<FeedbackChannel>(),
    closedAt: instant('closed_at'),
    closedById: uuid('closed_by_id'),
    /** Of the first closure, which a reopening does not undo. */
    firstClosedAt: instant('first_closed_at'),
    firstVerdict: text('first_verdict').$type<Verdict>(),
    firstReopenedAt: instant('first_reopened_at'),
    /** It was brought before a higher authority before it was first closed. */
    escalatedBeforeClosure: boolean('escalated_before_closure').notNull().default(false),
    withdrawnAt: instant('withdrawn_at'),
    /** Who looked after the customer when he complained, and in which class he was. */
    relationshipManagerId: uuid('relationship_manager_id'),
    abcClass: text('abc_class').$type<AbcClass>(),
    version: integer('version').notNull().default(1),
    createdAt: instant('created_at').notNull(),
    createdBy: text('created_by'),
    updatedAt: instant('updated_at').notNull()
  },
  t => [
    primaryKey({ name: 'complaints_pkey', columns: [t.tenantId, t.id] }),
    foreignKey({
      name: 'complaints_id_fkey',
      columns: [t.tenantId, t.id],
      foreignColumns: [feedback.tenantId, feedback.id]
    }),
    foreignKey({
      name: 'complaints_customer_id_fkey',
      columns: [t.tenantId, t.customerId],
      foreignColumns: [customers.tenantId, customers.id]
    }),
    foreignKey({
      name: 'complaints_first_handler_id_fkey',
      columns: [t.tenantId, t.firstHandlerId],
      foreignColumns: [staff.tenantId, staff.id]
    }),
    foreignKey({
      name: 'complaints_handler_id_fkey',
      columns: [t.tenantId, t.handlerId],
      foreignColumns: [staff.tenantId, staff.id]
    }),
    check(
      'complaints_closed_at_check',
      sql`(${t.state} = 'closed') = (${t.closedAt} is not null) and (${t.closedAt} is null) = (${t.verdict} is null)`
    ),
    check('complaints_closed_cause_check', sql`${t.state} <> 'closed' or ${t.primaryCause} is not null`),
    index('complaints_received_at_idx').on(t.tenantId, t.receivedAt, t.id),
    index('complaints_store_id_idx').on(t.tenantId, t.storeId, t.receivedAt, t.id),
    index('complaints_state_idx').on(t.tenantId, t.state, t.receivedAt, t.id),
    index('complaints_severity_idx').on(t.tenantId, t.severity, t.receivedAt, t.id).where(sql`severity is not null`),
    index('complaints_primary_cause_idx')
      .on(t.tenantId, t.primaryCause, t.receivedAt, t.id)
      .where(sql`primary_cause is not null`),
    index('complaints_open_idx').on(t.tenantId, t.receivedAt, t.id).where(sql`state not in ('closed', 'withdrawn')`),
    index('complaints_open_store_id_idx')
      .on(t.tenantId, t.storeId, t.receivedAt, t.id)
      .where(sql`state not in ('closed', 'withdrawn')`),
    index('complaints_handler_id_idx')
      .on(t.tenantId, t.handlerId, t.receivedAt, t.id)
      .where(sql`state not in ('closed', 'withdrawn')`),
    index('complaints_relationship_manager_id_idx')
      .on(t.tenantId, t.relationshipManagerId, t.receivedAt, t.id)
      .where(sql`relationship_manager_id is not null`),
    index('complaints_customer_id_idx')
      .on(t.tenantId, t.customerId, t.receivedAt, t.id)
      .where(sql`customer_id is not null`)
  ]
)

/** What was done about a case, in order: only added to. */
export const complaintSteps = pgTable(
  'complaint_steps',
  {
    tenantId: tenantId(),
    complaintId: uuid('complaint_id').notNull(),
    stepNo: integer('step_no').notNull(),
    step: text('step').$type<ComplaintStep | 'open'>().notNull(),
    stateBefore: text('state_before').$type<ComplaintState>(),
    stateAfter: text('state_after').$type<ComplaintState>().notNull(),
    /** Who did it, where a person is known. */
    staffId: uuid('staff_id'),
    note: text('note'),
    /** What the step was about: codes and ids, no words of a customer. */
    facts: jsonb('facts').$type<Record<string, unknown>>().notNull(),
    at: instant('at').notNull(),
    actorType: text('actor_type').notNull(),
    actorId: text('actor_id')
  },
  t => [
    primaryKey({ name: 'complaint_steps_pkey', columns: [t.tenantId, t.complaintId, t.stepNo] }),
    foreignKey({
      name: 'complaint_steps_complaint_id_fkey',
      columns: [t.tenantId, t.complaintId],
      foreignColumns: [complaints.tenantId, complaints.id]
    }),
    foreignKey({
      name: 'complaint_steps_staff_id_fkey',
      columns: [t.tenantId, t.staffId],
      foreignColumns: [staff.tenantId, staff.id]
    }),
    // What a case was at an earlier time hangs on these alone.
    index('complaint_steps_turns_idx')
      .on(t.tenantId, t.complaintId, t.at, t.stepNo)
      .where(sql`step in ('close', 'reopen', 'withdraw')`)
  ]
)

/** Why a customer had to complain, with evidence. One of a case is the primary one. */
export const complaintCauses = pgTable(
  'complaint_causes',
  {
    tenantId: tenantId(),
    id: uuid('id').notNull(),
    complaintId: uuid('complaint_id').notNull(),
    cause: text('cause').$type<ComplaintCause>().notNull(),
    subCause: text('sub_cause').$type<SubCause>(),
    isPrimary: boolean('is_primary').notNull(),
    evidence: text('evidence'),
    /** What it leads back to, by the links of the case and its own. */
    sources: jsonb('sources').$type<CauseSource[]>().notNull(),
    foundAt: instant('found_at').notNull(),
    staffId: uuid('staff_id'),
    createdBy: text('created_by')
  },
  t => [
    primaryKey({ name: 'complaint_causes_pkey', columns: [t.tenantId, t.id] }),
    foreignKey({
      name: 'complaint_causes_complaint_id_fkey',
      columns: [t.tenantId, t.complaintId],
      foreignColumns: [complaints.tenantId, complaints.id]
    }),
    foreignKey({
      name: 'complaint_causes_staff_id_fkey',
      columns: [t.tenantId, t.staffId],
      foreignColumns: [staff.tenantId, staff.id]
    }),
    index('complaint_causes_complaint_id_idx').on(t.tenantId, t.complaintId, t.foundAt, t.id),
    // A cause that leads to a promotion leads to nothing else.
    index('complaint_causes_promotion_idx')
      .on(t.tenantId, sql`(sources -> 0 ->> 'key')`, t.complaintId)
      .where(sql`sources -> 0 ->> 'kind' = 'promotion'`),
    uniqueIndex('complaint_causes_primary_idx').on(t.tenantId, t.complaintId).where(sql`is_primary`)
  ]
)

/**
 * What is done to make a complaint good: granted, waiting for an approver, refused, dropped with the case, withdrawn by who
 * asked for it, or granted and taken back.
 */
export const complaintRemedies = pgTable(
  'complaint_remedies',
  {
    tenantId: tenantId(),
    id: uuid('id').notNull(),
    complaintId: uuid('complaint_id').notNull(),
    decision: text('decision').$type<RemedyDecision>().notNull(),
    status: text('status').$type<RemedyStatus>().notNull(),
    /** What it costs, in the tenant's currency. */
    amountMinor: minor('amount_minor').notNull(),
    purchaseId: uuid('purchase_id'),
    note: text('note'),
    requestedById: uuid('requested_by_id').notNull(),
    requestedAt: instant('requested_at').notNull(),
    /** Why it was not granted at once, and who is asked. */
    because: text('because').$type<AuthorityVerdict>(),
    approverRole: text('approver_role').$type<DecidingRole>(),
    approverId: uuid('approver_id'),
    /** The role by whose authority it was granted, out of which month's budget, by which version of the matrix. */
    grantedRole: text('granted_role').$type<DecidingRole>(),
    budgetMonth: day('budget_month'),
    /** Of which store's budget, as `remedy_budgets` names it; null of what was granted before this was kept. */
    budgetStoreKey: text('budget_store_key'),
    authorityVersion: integer('authority_version').notNull(),
    decidedById: uuid('decided_by_id'),
    decidedAt: instant('decided_at'),
    reason: text('reason'),
    revokedById: uuid('revoked_by_id'),
    revokedAt: instant('revoked_at'),
    revocationReason: text('revocation_reason'),
    version: integer('version').notNull().default(1),
    createdBy: text('created_by')
  },
  t => [
    primaryKey({ name: 'complaint_remedies_pkey', columns: [t.tenantId, t.id] }),
    foreignKey({
      name: 'complaint_remedies_complaint_id_fkey',
      columns: [t.tenantId, t.complaintId],
      foreignColumns: [complaints.tenantId, complaints.id]
    }),
    foreignKey({
      name: 'complaint_remedies_purchase_id_fkey',
      columns: [t.tenantId, t.purchaseId],
      foreignColumns: [purchases.tenantId, purchases.id]
    }),
    foreignKey({
      name: 'complaint_remedies_requested_by_id_fkey',
      columns: [t.tenantId, t.requestedById],
      foreignColumns: [staff.tenantId, staff.id]
    }),
    foreignKey({
      name: 'complaint_remedies_approver_id_fkey',
      columns: [t.tenantId, t.approverId],
      foreignColumns: [staff.tenantId, staff.id]
    }),
    foreignKey({
      name: 'complaint_remedies_decided_by_id_fkey',
      columns: [t.tenantId, t.decidedById],
      foreignColumns: [staff.tenantId, staff.id]
    }),
    foreignKey({
      name: 'complaint_remedies_revoked_by_id_fkey',
      columns: [t.tenantId, t.revokedById],
      foreignColumns: [staff.tenantId, staff.id]
    }),
    check('complaint_remedies_amount_minor_check', sql`${t.amountMinor} >= 0`),
    check(
      'complaint_remedies_status_check',
      sql`${t.status} in ('granted', 'waiting', 'refused', 'dropped', 'withdrawn', 'revoked')`
    ),
    check(
      'complaint_remedies_refund_check',
      sql`${t.decision} <> 'refund' or (${t.purchaseId} is not null and ${t.amountMinor} > 0)`
    ),
    index('complaint_remedies_complaint_id_idx').on(t.tenantId, t.complaintId, t.requestedAt, t.id),
    index('complaint_remedies_requested_at_idx').on(t.tenantId, t.requestedAt, t.id),
    index('complaint_remedies_waiting_idx')
      .on(t.tenantId, t.approverId, t.requestedAt, t.id)
      .where(sql`status = 'waiting'`),
    // The day by which what they cost is counted.
    index('complaint_remedies_counted_at_idx').on(t.tenantId, sql`(coalesce(decided_at, requested_at))`)
  ]
)

/** What was refunded of a purchase on complaints: a row to hold while a refund of it is decided. */
export const purchaseRefunds = pgTable(
  'purchase_refunds',
  {
    tenantId: tenantId(),
    purchaseId: uuid('purchase_id').notNull(),
    refundedMinor: minor('refunded_minor').notNull()
  },
  t => [
    primaryKey({ name: 'purchase_refunds_pkey', columns: [t.tenantId, t.purchaseId] }),
    foreignKey({
      name: 'purchase_refunds_purchase_id_fkey',
      columns: [t.tenantId, t.purchaseId],
      foreignColumns: [purchases.tenantId, purchases.id]
    }),
    check('purchase_refunds_refunded_minor_check', sql`${t.refundedMinor} >= 0`)
  ]
)

/** What a role has granted of a kind in a store and month, so that grants at the same moment cannot overdraw it. */
export const remedyBudgets = pgTable(
  'remedy_budgets',
  {
    tenantId: tenantId(),
    /** The id of a store; `none` for cases of no store. */
    storeKey: text('store_key').notNull(),
    role: text('role').$type<DecidingRole>().notNull(),
    decision: text('decision').$type<RemedyDecision>().notNull(),
    /** First day of the tenant's month. */
    month: day('month').notNull(),
    spentMinor: minor('spent_minor').notNull()
  },
  t => [
    primaryKey({ name: 'remedy_budgets_pkey', columns: [t.tenantId, t.storeKey, t.role, t.decision, t.month] }),
    check('remedy_budgets_spent_minor_check', sql`${t.spentMinor} >= 0`)
  ]
)

/** Who may decide what alone. A version is never changed; version 1 is what holds for a tenant that has set nothing. */
export const authorityMatrices = pgTable(
  'authority_matrices',
  {
    tenantId: tenantId(),
    version: integer('version').notNull(),
    matrix: jsonb('matrix').$type<AuthorityMatrix>().notNull(),
    createdAt: instant('created_at').notNull(),
    createdBy: text('created_by')
  },
  t => [
    primaryKey({ name: 'authority_matrices_pkey', columns: [t.tenantId, t.version] }),
    foreignKey({ name: 'authority_matrices_tenant_id_fkey', columns: [t.tenantId], foreignColumns: [tenants.id] })
  ]
)
