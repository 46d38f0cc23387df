import { sql } from 'drizzle-orm'
import {
  boolean,
  doublePrecision,
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
import { day, instant, minor, tenantId } from './columns.ts'
import { customers } from './customers.ts'
import { staff } from './staff.ts'

/**
 * Customers at risk, as the last run found them, each with one recommendation. Only rows that changed are rewritten. A row is
 * written beside that of the same customer in `classifications`, whose foreign key has made sure of him.
 */
export const defections = pgTable(
  'defections',
  {
    tenantId: tenantId(),
    customerId: uuid('customer_id').notNull(),
    state: text('state').notNull(),
    partial: boolean('partial').notNull(),
    /** Since when the customer is at risk, without a break. */
    since: instant('since').notNull(),
    lastPaidOn: day('last_paid_on'),
    /** Probability that the customer is still one, in hundredths; null where no model tells. */
    pAlive: smallint('p_alive'),
    /** Estimates for the policy's horizon, of two significant digits. */
    expectedPurchases: doublePrecision('expected_purchases'),
    expectedValueMinor: minor('expected_value_minor'),
    /** What is lost if the customer is, before the chance of losing him: the key of the list. */
    valueAtStakeMinor: minor('value_at_stake_minor').notNull(),
    cause: text('cause').notNull(),
    recommendation: text('recommendation').notNull(),
    costMinor: minor('cost_minor').notNull(),
    netBenefitMinor: minor('net_benefit_minor'),
    /** The figures that the advice was made of. */
    facts: jsonb('facts').$type<Record<string, unknown>>().notNull()
  },
  t => [
    primaryKey({ name: 'defections_pkey', columns: [t.tenantId, t.customerId] }),
    index('defections_value_idx').on(t.tenantId, t.valueAtStakeMinor.desc(), t.customerId),
    index('defections_recommendation_idx').on(t.tenantId, t.recommendation, t.valueAtStakeMinor.desc(), t.customerId),
    index('defections_state_idx').on(t.tenantId, t.state, t.valueAtStakeMinor.desc(), t.customerId)
  ]
)

/**
 * Each advice that was given, and what came of it: whether the customer bought within the horizon, found by the runs.
 * A customer has at most one that is still open.
 */
export const defectionAdvices = pgTable(
  'defection_advices',
  {
    tenantId: tenantId(),
    customerId: uuid('customer_id').notNull(),
    runId: uuid('run_id').notNull(),
    advisedOn: day('advised_on').notNull(),
    /** The day after the last one on which a purchase still counts. */
    dueOn: day('due_on').notNull(),
    state: text('state').notNull(),
    recommendation: text('recommendation').notNull(),
    pAlive: smallint('p_alive'),
    valueAtStakeMinor: minor('value_at_stake_minor').notNull(),
    /** Whether anybody did something about it within the horizon. */
    acted: boolean('acted').notNull().default(false),
    /** `bought` or `not_bought`; null while the horizon runs. */
    outcome: text('outcome'),
    outcomeOn: day('outcome_on')
  },
  t => [
    primaryKey({ name: 'defection_advices_pkey', columns: [t.tenantId, t.customerId, t.advisedOn, t.runId] }),
    index('defection_advices_open_idx').on(t.tenantId, t.customerId).where(sql`outcome is null`),
    index('defection_advices_outcome_idx').on(t.tenantId, t.recommendation, t.outcome)
  ]
)

/** What somebody did about a customer at risk, beside what was advised then. */
export const defectionActions = pgTable(
  'defection_actions',
  {
    tenantId: tenantId(),
    id: uuid('id').notNull(),
    customerId: uuid('customer_id').notNull(),
    action: text('action').notNull(),
    note: text('note'),
    costMinor: minor('cost_minor').notNull(),
    staffId: uuid('staff_id'),
    actedAt: instant('acted_at').notNull(),
    /** The tenant's day of `actedAt`. */
    actedOn: day('acted_on').notNull(),
    /** The day after the last one on which a purchase still counts. */
    dueOn: day('due_on').notNull(),
    state: text('state'),
    recommendation: text('recommendation'),
    pAlive: smallint('p_alive'),
    valueAtStakeMinor: minor('value_at_stake_minor'),
    outcome: text('outcome'),
    outcomeOn: day('outcome_on'),
    /** Net amount bought within the horizon. */
    outcomeMinor: minor('outcome_minor'),
    /** Why somebody who is not pursued was pursued all the same. */
    overrideReason: text('override_reason'),
    createdAt: instant('created_at').notNull(),
    createdBy: text('created_by')
  },
  t => [
    primaryKey({ name: 'defection_actions_pkey', columns: [t.tenantId, t.id] }),
    foreignKey({
      name: 'defection_actions_customer_id_fkey',
      columns: [t.tenantId, t.customerId],
      foreignColumns: [customers.tenantId, customers.id]
    }),
    foreignKey({
      name: 'defection_actions_staff_id_fkey',
      columns: [t.tenantId, t.staffId],
      foreignColumns: [staff.tenantId, staff.id]
    }),
    index('defection_actions_customer_id_idx').on(t.tenantId, t.customerId, t.actedAt, t.id),
    index('defection_actions_open_idx').on(t.tenantId, t.customerId).where(sql`outcome is null`)
  ]
)

/** What a manager decided about a customer by hand, with his reason. */
export const customerMarks = pgTable(
  'customer_marks',
  {
    tenantId: tenantId(),
    customerId: uuid('customer_id').notNull(),
    /** `strategic`: a key customer whatever he buys. `needs_not_served`: the shop has not what he needs. */
    mark: text('mark').notNull(),
    reason: text('reason').notNull(),
    markedAt: instant('marked_at').notNull(),
    markedBy: text('marked_by'),
    version: integer('version').notNull().default(1)
  },
  t => [
    primaryKey({ name: 'customer_marks_pkey', columns: [t.tenantId, t.customerId, t.mark] }),
    foreignKey({
      name: 'customer_marks_customer_id_fkey',
      columns: [t.tenantId, t.customerId],
      foreignColumns: [customers.tenantId, customers.id]
    }),
    index('customer_marks_mark_idx').on(t.tenantId, t.mark, t.customerId)
  ]
)

/** Requests for a customer who is not pursued that were refused, or allowed by a manager's reason: effort saved and spent. */
export const pursuits = pgTable(
  'pursuits',
  {
    tenantId: tenantId(),
    id: uuid('id').notNull(),
    customerId: uuid('customer_id').notNull(),
    /** What was asked for: `relationship_manager`, `care_task`, `campaign`, `win_back`. */
    effort: text('effort').notNull(),
    /** Why the customer is not pursued: `price_driven` or `let_go`. */
    cause: text('cause').notNull(),
    /** Null where it was refused. */
    overrideReason: text('override_reason'),
    minutes: integer('minutes').notNull(),
    occurredAt: instant('occurred_at').notNull(),
    actor: text('actor')
  },
  t => [
    primaryKey({ name: 'pursuits_pkey', columns: [t.tenantId, t.id] }),
    foreignKey({
      name: 'pursuits_customer_id_fkey',
      columns: [t.tenantId, t.customerId],
      foreignColumns: [customers.tenantId, customers.id]
    }),
    index('pursuits_occurred_at_idx').on(t.tenantId, t.occurredAt, t.id)
  ]
)
