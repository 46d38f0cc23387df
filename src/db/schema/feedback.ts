import { sql } from 'drizzle-orm'
import {
  bigint,
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
  uuid
} from 'drizzle-orm/pg-core'
import type { BusinessHours } from '../../domain/business-hours.ts'
import type { Attachment } from '../../domain/feedback.ts'
import { day, instant, tenantId } from './columns.ts'
import { customers } from './customers.ts'
import { listeningSessions } from './listening-sessions.ts'
import { products } from './products.ts'
import { purchases } from './purchases.ts'
import { staff } from './staff.ts'
import { stores } from './stores.ts'
import { tenants } from './tenants.ts'

/**
 * How soon a shop answers. A version is never changed; a new one replaces it. Version 1 is what holds for a tenant that has
 * set nothing, and has no row.
 */
export const answerPolicies = pgTable(
  'answer_policies',
  {
    tenantId: tenantId(),
    version: integer('version').notNull(),
    policy: jsonb('policy').$type<Record<string, unknown>>().notNull(),
    createdAt: instant('created_at').notNull(),
    createdBy: text('created_by')
  },
  t => [
    primaryKey({ name: 'answer_policies_pkey', columns: [t.tenantId, t.version] }),
    foreignKey({ name: 'answer_policies_tenant_id_fkey', columns: [t.tenantId], foreignColumns: [tenants.id] })
  ]
)

/** When a store is open, where it has hours of its own. Without a row those of the answer policy hold, as version 1. */
export const storeBusinessHours = pgTable(
  'store_business_hours',
  {
    tenantId: tenantId(),
    storeId: uuid('store_id').notNull(),
    hours: jsonb('hours').$type<BusinessHours>().notNull(),
    version: integer('version').notNull(),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull()
  },
  t => [
    primaryKey({ name: 'store_business_hours_pkey', columns: [t.tenantId, t.storeId] }),
    foreignKey({
      name: 'store_business_hours_store_id_fkey',
      columns: [t.tenantId, t.storeId],
      foreignColumns: [stores.tenantId, stores.id]
    })
  ]
)

/** Days on which a person is not there, both included, and who stands in. */
export const staffAbsences = pgTable(
  'staff_absences',
  {
    tenantId: tenantId(),
    id: uuid('id').notNull(),
    staffId: uuid('staff_id').notNull(),
    fromOn: day('from_on').notNull(),
    toOn: day('to_on').notNull(),
    deputyStaffId: uuid('deputy_staff_id'),
    note: text('note'),
    createdAt: instant('created_at').notNull(),
    createdBy: text('created_by')
  },
  t => [
    primaryKey({ name: 'staff_absences_pkey', columns: [t.tenantId, t.id] }),
    foreignKey({
      name: 'staff_absences_staff_id_fkey',
      columns: [t.tenantId, t.staffId],
      foreignColumns: [staff.tenantId, staff.id]
    }),
    foreignKey({
      name: 'staff_absences_deputy_staff_id_fkey',
      columns: [t.tenantId, t.deputyStaffId],
      foreignColumns: [staff.tenantId, staff.id]
    }),
    check('staff_absences_to_on_check', sql`${t.toOn} >= ${t.fromOn}`),
    index('staff_absences_staff_id_idx').on(t.tenantId, t.staffId, t.toOn, t.id),
    index('staff_absences_to_on_idx').on(t.tenantId, t.toOn)
  ]
)

/**
 * What a customer said, with the clock of its answer. Every instant that the clock will come to stands in the row: what is
 * overdue can be read off at any moment, whether or not anybody has noticed. While the clock is stopped for the customer's
 * sake, these instants are those of a pause that lasts as long as it may.
 */
export const feedback = pgTable(
  'feedback',
  {
    tenantId: tenantId(),
    id: uuid('id').notNull(),
    kind: text('kind').notNull(),
    channel: text('channel').notNull(),
    /** `open` until a substantive answer; `answered`; `withdrawn`. A pause is told by `paused_at`. */
    state: text('state').notNull(),
    storeId: uuid('store_id'),
    /** Null: nobody knows who said it. */
    customerId: uuid('customer_id'),
    purchaseId: uuid('purchase_id'),
    sku: text('sku'),
    promotionCode: text('promotion_code'),
    /** Whom it is about. */
    staffId: uuid('staff_id'),
    receivedByStaffId: uuid('received_by_staff_id'),
    /** Who answers it. */
    ownerStaffId: uuid('owner_staff_id'),
    receivedAt: instant('received_at').notNull(),
    /** The store's day of `receivedAt`, or the tenant's where no store is named. */
    receivedOn: day('received_on').notNull(),
    language: text('language'),
    /** The customer's own words, to the byte. */
    text: text('text').notNull(),
    attachments: jsonb('attachments').$type<Attachment[]>().notNull(),
    attitude: smallint('attitude'),
    listeningSessionId: uuid('listening_session_id'),
    /** The policy that the clock was set by; it stays, whatever is promised to others later. */
    policyVersion: integer('policy_version').notNull(),
    /** Milliseconds counted up to `running_since`; up to now where that is null. */
    countedMs: bigint('counted_ms', { mode: 'number' }).notNull(),
    runningSince: instant('running_since'),
    atRiskAt: instant('at_risk_at').notNull(),
    /** An answer at this instant is still in time. */
    dueAt: instant('due_at').notNull(),
    pausedAt: instant('paused_at'),
    /** When the clock goes on by itself at the latest; null while it is not paused. */
    pauseEndsAt: instant('pause_ends_at'),
    /** How long it was paused, pauses that are over alone. */
    pausedMs: bigint('paused_ms', { mode: 'number' }).notNull(),
    /** The first substantive answer. */
    answeredAt: instant('answered_at'),
    answeredInTime: boolean('answered_in_time'),
    /** The latest substantive answer. */
    lastAnsweredAt: instant('last_answered_at'),
    /** The instant at which it fell overdue; null before that was raised. */
    breachedAt: instant('breached_at'),
    reopenings: smallint('reopenings').notNull(),
    reopenedAt: instant('reopened_at'),
    withdrawnAt: instant('withdrawn_at'),
    /** How many steps of the policy (at risk, overdue, escalations) were raised. */
    stepsRaised: smallint('steps_raised').notNull(),
    /** What the timer does next, and when: a step, or the end of a pause; null when there is nothing left. */
    nextStep: text('next_step'),
    nextStepAt: instant('next_step_at'),
    version: integer('version').notNull().default(1),
    createdAt: instant('created_at').notNull(),
    createdBy: text('created_by'),
    updatedAt: instant('updated_at').notNull()
  },
  t => [
    primaryKey({ name: 'feedback_pkey', columns: [t.tenantId, t.id] }),
    foreignKey({
      name: 'feedback_store_id_fkey',
      columns: [t.tenantId, t.storeId],
      foreignColumns: [stores.tenantId, stores.id]
    }),
    foreignKey({
      name: 'feedback_customer_id_fkey',
      columns: [t.tenantId, t.customerId],
      foreignColumns: [customers.tenantId, customers.id]
    }),
    foreignKey({
      name: 'feedback_purchase_id_fkey',
      columns: [t.tenantId, t.purchaseId],
      foreignColumns: [purchases.tenantId, purchases.id]
    }),
    foreignKey({
      name: 'feedback_sku_fkey',
      columns: [t.tenantId, t.sku],
      foreignColumns: [products.tenantId, products.sku]
    }),
    foreignKey({
      name: 'feedback_staff_id_fkey',
      columns: [t.tenantId, t.staffId],
      foreignColumns: [staff.tenantId, staff.id]
    }),
    foreignKey({
      name: 'feedback_received_by_staff_id_fkey',
      columns: [t.tenantId, t.receivedByStaffId],
      foreignColumns: [staff.tenantId, staff.id]
    }),
    foreignKey({
      name: 'feedback_owner_staff_id_fkey',
      columns: [t.tenantId, t.ownerStaffId],
      foreignColumns: [staff.tenantId, staff.id]
    }),
    foreignKey({
      name: 'feedback_listening_session_id_fkey',
      columns: [t.tenantId, t.listeningSessionId],
      foreignColumns: [listeningSessions.tenantId, listeningSessions.id]
    }),
    check('feedback_state_check', sql`${t.state} in ('open', 'answered', 'withdrawn')`),
    check('feedback_attitude_check', sql`${t.attitude} between 1 and 5`),
    check('feedback_paused_at_check', sql`(${t.pausedAt} is null) = (${t.pauseEndsAt} is null)`),
    check('feedback_answered_at_check', sql`(${t.answeredAt} is null) = (${t.answeredInTime} is null)`),
    check('feedback_next_step_check', sql`(${t.nextStep} is null) = (${t.nextStepAt} is null)`),
    check(
      'feedback_running_since_check',
      sql`(${t.state} = 'open' and ${t.pausedAt} is null) = (${t.runningSince} is not null)`
    ),
    index('feedback_received_at_idx').on(t.tenantId, t.receivedAt, t.id),
    index('feedback_store_id_idx').on(t.tenantId, t.storeId, t.receivedAt, t.id),
    index('feedback_customer_id_idx')
      .on(t.tenantId, t.customerId, t.receivedAt, t.id)
      .where(sql`customer_id is not null`),
    index('feedback_staff_id_idx').on(t.tenantId, t.staffId, t.receivedAt, t.id).where(sql`staff_id is not null`),
    index('feedback_owner_staff_id_idx')
      .on(t.tenantId, t.ownerStaffId, t.receivedAt, t.id)
      .where(sql`owner_staff_id is not null`),
    // What comes seldom, by one of few channels or kinds, is not to be looked for among all that came.
    index('feedback_channel_idx').on(t.tenantId, t.channel, t.receivedAt, t.id),
    index('feedback_kind_idx').on(t.tenantId, t.kind, t.receivedAt, t.id),
    index('feedback_sku_idx').on(t.tenantId, t.sku, t.receivedAt, t.id).where(sql`sku is not null`),
    // What is counted of a promotion, from the index alone.
    index('feedback_promotion_code_idx')
      .on(t.tenantId, t.promotionCode, t.storeId, t.kind, t.attitude)
      .where(sql`promotion_code is not null and state <> 'withdrawn'`),
    index('feedback_listening_session_id_idx')
      .on(t.tenantId, t.listeningSessionId, t.receivedAt, t.id)
      .where(sql`listening_session_id is not null`),
    // Queues of what waits for an answer, the most urgent first; with what they are filtered by beside (in the migration:
    // the draft tool has no word for it).
    index('feedback_open_idx').on(t.tenantId, t.dueAt, t.id).where(sql`state = 'open'`),
    index('feedback_open_store_id_idx').on(t.tenantId, t.storeId, t.dueAt, t.id).where(sql`state = 'open'`),
    index('feedback_open_owner_staff_id_idx').on(t.tenantId, t.ownerStaffId, t.dueAt, t.id).where(sql`state = 'open'`),
    // What the timer looks at: the rows whose hour has come, and the next one.
    index('feedback_next_step_at_idx').on(t.tenantId, t.nextStepAt, t.id).where(sql`next_step_at is not null`)
  ]
)

/** What a customer was told. Only a substantive answer stops the clock. */
export const feedbackAnswers = pgTable(
  'feedback_answers',
  {
    tenantId: tenantId(),
    id: uuid('id').notNull(),
    feedbackId: uuid('feedback_id').notNull(),
    /** False: an acknowledgement. */
    substantive: boolean('substantive').notNull(),
    channel: text('channel').notNull(),
    text: text('text').notNull(),
    staffId: uuid('staff_id'),
    answeredAt: instant('answered_at').notNull(),
    createdAt: instant('created_at').notNull(),
    createdBy: text('created_by')
  },
  t => [
    primaryKey({ name: 'feedback_answers_pkey', columns: [t.tenantId, t.id] }),
    foreignKey({
      name: 'feedback_answers_feedback_id_fkey',
      columns: [t.tenantId, t.feedbackId],
      foreignColumns: [feedback.tenantId, feedback.id]
    }),
    foreignKey({
      name: 'feedback_answers_staff_id_fkey',
      columns: [t.tenantId, t.staffId],
      foreignColumns: [staff.tenantId, staff.id]
    }),
    index('feedback_answers_feedback_id_idx').on(t.tenantId, t.feedbackId, t.answeredAt, t.id)
  ]
)

/** The ledger of a clock: each time it was started, stopped or ran out, with what it had counted by then. Only added to. */
export const answerClockEntries = pgTable(
  'answer_clock_entries',
  {
    tenantId: tenantId(),
    feedbackId: uuid('feedback_id').notNull(),
    entryNo: smallint('entry_no').notNull(),
    entry: text('entry').notNull(),
    at: instant('at').notNull(),
    countedMs: bigint('counted_ms', { mode: 'number' }).notNull(),
    /** As it stood from then on; null where nothing is due any more. */
    dueAt: instant('due_at'),
    reason: text('reason'),
    /** Of an entry `moved`: whose hours counted until then; null where none was named. */
    fromStoreId: uuid('from_store_id'),
    actorType: text('actor_type').notNull(),
    actorId: text('actor_id'),
    recordedAt: instant('recorded_at').notNull()
  },
  t => [
    primaryKey({ name: 'answer_clock_entries_pkey', columns: [t.tenantId, t.feedbackId, t.entryNo] }),
    foreignKey({
      name: 'answer_clock_entries_feedback_id_fkey',
      columns: [t.tenantId, t.feedbackId],
      foreignColumns: [feedback.tenantId, feedback.id]
    }),
    foreignKey({
      name: 'answer_clock_entries_from_store_id_fkey',
      columns: [t.tenantId, t.fromStoreId],
      foreignColumns: [stores.tenantId, stores.id]
    })
  ]
)

/** Whom an open feedback was brought before, by step of the ladder; again where a breach was withdrawn, and came again. */
export const feedbackEscalations = pgTable(
  'feedback_escalations',
  {
    tenantId: tenantId(),
    feedbackId: uuid('feedback_id').notNull(),
    /** Which step of the ladder of its policy, from 0. */
    rung: smallint('rung').notNull(),
    /** The authority that the step names, and the one in which somebody was found; null where nobody was. */
    wantedRole: text('wanted_role').notNull(),
    role: text('role'),
    staffId: uuid('staff_id'),
    /** Who is absent, and is stood in for. */
    deputyForStaffId: uuid('deputy_for_staff_id'),
    /** When the step fell due, and when it was raised. */
    fellDueAt: instant('fell_due_at').notNull(),
    raisedAt: instant('raised_at').notNull()
  },
  t => [
    primaryKey({ name: 'feedback_escalations_pkey', columns: [t.tenantId, t.feedbackId, t.rung, t.raisedAt] }),
    foreignKey({
      name: 'feedback_escalations_feedback_id_fkey',
      columns: [t.tenantId, t.feedbackId],
      foreignColumns: [feedback.tenantId, feedback.id]
    }),
    foreignKey({
      name: 'feedback_escalations_staff_id_fkey',
      columns: [t.tenantId, t.staffId],
      foreignColumns: [staff.tenantId, staff.id]
    }),
    foreignKey({
      name: 'feedback_escalations_deputy_for_staff_id_fkey',
      columns: [t.tenantId, t.deputyForStaffId],
      foreignColumns: [staff.tenantId, staff.id]
    }),
    index('feedback_escalations_staff_id_idx').on(t.tenantId, t.staffId, t.raisedAt),
    index('feedback_escalations_deputy_for_staff_id_idx')
      .on(t.tenantId, t.deputyForStaffId, t.raisedAt)
      .where(sql`deputy_for_staff_id is not null`)
  ]
)
