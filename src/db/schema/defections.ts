import { sql } from 'drizzle-orm'
import {
  bigint,
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
  unique,
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
    /** The class that the same run found, so that a list of one class is read in its order. */
    abcClass: text('abc_class').notNull().default('none'),
    /** Of the customer's file as of the same run, for the same reason. */
    homeStoreId: uuid('home_store_id'),
    state: text('state').notNull(),
    /** On what the state rests: `cadence`, `hiatus`, or `none`. */
    basis: text('basis').notNull().default('cadence'),
    /** Null where too little is known to tell. */
    partial: boolean('partial'),
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
    facts: jsonb('facts').$type<Record<string, unknown>>().notNull(),
    /** Of all that a run writes here, so that it finds what has changed without reading it; null: not known, as if it had. */
    digest: bigint('digest', { mode: 'number' })
  },
  t => [
    primaryKey({ name: 'defections_pkey', columns: [t.tenantId, t.customerId] }),
    index('defections_value_idx').on(t.tenantId, t.valueAtStakeMinor.desc(), t.customerId),
    // Whatever of the five is asked for: each combination that fits is read in its order, and so is the list.
    index('defections_picked_value_idx').on(
      t.tenantId,
      t.abcClass,
      t.recommendation,
      t.state,
      t.cause,
      t.basis,
      t.valueAtStakeMinor.desc(),
      t.customerId
    ),
    index('defections_picked_since_idx').on(
      t.tenantId,
      t.abcClass,
      t.recommendation,
      t.state,
      t.cause,
      t.basis,
      t.since,
      t.customerId
    ),
    // With what a list is filtered and ordered by beside (in the migration: the draft tool has no word for it).
    index('defections_home_store_id_idx')
      .on(t.tenantId, t.homeStoreId, t.valueAtStakeMinor.desc(), t.customerId)
      .where(sql`home_store_id is not null`)
  ]
)

/**
 * Each advice that was given, and what came of it: whether the customer bought within the horizon, found by the runs. It is
 * followed to its end also where another one has taken its place: who did not come back would be missing otherwise. The
 * same advice is given once as long as a customer is at risk without a break.
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
    /** `since` of the customer's being at risk. */
    atRiskSince: instant('at_risk_since').notNull(),
    state: text('state').notNull(),
    recommendation: text('recommendation').notNull(),
    /** Who buys by price alone may come back whatever is done: his outcomes tell nothing of an advice to let him go. */
    priceDriven: boolean('price_driven').notNull(),
    pAlive: smallint('p_alive'),
    valueAtStakeMinor: minor('value_at_stake_minor').notNull(),
    /** Whether anybody did something about it within the horizon. */
    acted: boolean('acted').notNull().default(false),
    /** `bought` or `not_bought`; null while the horizon runs. */
    outcome: text('outcome'),
    /** The first day on which he bought. */
    outcomeOn: day('outcome_on')
  },
  t => [
    primaryKey({
      name: 'defection_advices_pkey',
      columns: [t.tenantId, t.customerId, t.atRiskSince, t.recommendation]
    }),
    index('defection_advices_open_idx').on(t.tenantId, t.dueOn).where(sql`outcome is null`)
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
    index('defection_actions_acted_at_idx').on(t.tenantId, t.actedAt, t.id),
    index('defection_actions_open_idx').on(t.tenantId, t.dueOn).where(sql`outcome is null`)
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
    /** Null while it holds. The row stays when it is taken away, so that versions go on. */
    removedAt: instant('removed_at'),
    removedBy: text('removed_by'),
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
    /** Tells a repeat of the same attempt, which does not count again. */
    attempt: text('attempt').notNull(),
    /** What was asked for: `relationship_manager`, `care_task`, `campaign`, `win_back`, `keep`, `recover`. */
    effort: text('effort').notNull(),
    /** What of that effort, where it has parts that are asked for apart: the kind of a care task. */
    about: text('about'),
    /** Why the customer is not pursued: `price_driven` or `let_go`. */
    cause: text('cause').notNull(),
    /** Null where it was refused. */
    overrideReason: text('override_reason'),
    minutes: integer('minutes').notNull(),
    costMinor: minor('cost_minor').notNull().default(0),
    occurredAt: instant('occurred_at').notNull(),
    actor: text('actor')
  },
  t => [
    primaryKey({ name: 'pursuits_pkey', columns: [t.tenantId, t.id] }),
    unique('pursuits_attempt_key').on(t.tenantId, t.attempt),
    foreignKey({
      name: 'pursuits_customer_id_fkey',
      columns: [t.tenantId, t.customerId],
      foreignColumns: [customers.tenantId, customers.id]
    }),
    index('pursuits_occurred_at_idx').on(t.tenantId, t.occurredAt, t.id)
  ]
)
