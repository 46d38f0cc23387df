import { sql } from 'drizzle-orm'
import {
  boolean,
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
import { bytes, day, instant, minor, tenantId } from './columns.ts'
import { customers } from './customers.ts'
import { jobs } from './jobs.ts'
import { tenants } from './tenants.ts'

/** The rules' numbers. A version is never changed; a new one replaces it. */
export const classificationPolicies = pgTable(
  'classification_policies',
  {
    tenantId: tenantId(),
    version: integer('version').notNull(),
    policy: jsonb('policy').$type<Record<string, unknown>>().notNull(),
    createdAt: instant('created_at').notNull(),
    createdBy: text('created_by')
  },
  t => [
    primaryKey({ name: 'classification_policies_pkey', columns: [t.tenantId, t.version] }),
    foreignKey({ name: 'classification_policies_tenant_id_fkey', columns: [t.tenantId], foreignColumns: [tenants.id] })
  ]
)

/** One run over all customers. Its id is its job's. */
export const classificationRuns = pgTable(
  'classification_runs',
  {
    tenantId: tenantId(),
    id: uuid('id').notNull(),
    asOf: instant('as_of').notNull(),
    /** The tenant's day of `asOf`: the window ends where this day starts. */
    asOfDay: day('as_of_day').notNull(),
    policyVersion: integer('policy_version').notNull(),
    /** What a trial changes; null when the policy's version was run as it stands. */
    trialPolicy: jsonb('trial_policy').$type<Record<string, unknown>>(),
    /** A dry run, and every trial, reports and changes nothing. */
    dryRun: boolean('dry_run').notNull(),
    trigger: text('trigger').notNull(),
    report: jsonb('report').$type<Record<string, unknown>>(),
    /** The fit by which it estimated who will buy again; null where there was too little to fit. */
    modelId: uuid('model_id'),
    createdAt: instant('created_at').notNull(),
    appliedAt: instant('applied_at')
  },
  t => [
    primaryKey({ name: 'classification_runs_pkey', columns: [t.tenantId, t.id] }),
    foreignKey({
      name: 'classification_runs_id_fkey',
      columns: [t.tenantId, t.id],
      foreignColumns: [jobs.tenantId, jobs.id]
    }),
    index('classification_runs_as_of_idx').on(t.tenantId, t.asOf, t.id),
    index('classification_runs_created_at_idx').on(t.tenantId, t.createdAt, t.id)
  ]
)

/** The columns that a run finds out about one customer, shared by the current row and by history. */
const findings = () => ({
  abcClass: text('abc_class').notNull(),
  abcReason: text('abc_reason').notNull(),
  amountMinor: minor('amount_minor').notNull(),
  /** Place among customers of the same amount where ties are broken by id; 0 where they stay together. */
  tieOffset: integer('tie_offset').notNull(),
  lastSaleOn: day('last_sale_on'),
  /** Distinct paid purchase days in the window. */
  frequency: integer('frequency').notNull(),
  r: smallint('r'),
  f: smallint('f'),
  m: smallint('m'),
  loyaltyLevel: text('loyalty_level').notNull().default('unknown'),
  loyaltyBasis: text('loyalty_basis').notNull().default('none'),
  loyaltyPattern: text('loyalty_pattern'),
  firstUser: boolean('first_user').notNull().default(false),
  priceDriven: boolean('price_driven').notNull().default(false),
  trustLevel: text('trust_level').notNull().default('insufficient'),
  standing: text('standing').notNull().default('general'),
  defectionState: text('defection_state').notNull().default('unknown'),
  /** On what the state rests: `cadence`, or `hiatus`; `none`, whatever is kept, where the state is unknown. */
  defectionBasis: text('defection_basis').notNull().default('cadence'),
  /** Null where too little is known to tell. */
  partialDefection: boolean('partial_defection'),
  /** Runs in A without a break, as far as the policy asks for. */
  runsInA: smallint('runs_in_a').notNull().default(0)
})

/** What each customer is now. Only rows whose findings changed are rewritten by a run. */
export const classifications = pgTable(
  'classifications',
  {
    tenantId: tenantId(),
    customerId: uuid('customer_id').notNull(),
    ...findings(),
    /** Since when the class holds. */
    classSince: instant('class_since').notNull()
  },
  t => [
    primaryKey({ name: 'classifications_pkey', columns: [t.tenantId, t.customerId] }),
    foreignKey({
      name: 'classifications_customer_id_fkey',
      columns: [t.tenantId, t.customerId],
      foreignColumns: [customers.tenantId, customers.id]
    }),
    index('classifications_abc_class_idx').on(t.tenantId, t.abcClass, t.amountMinor.desc(), t.customerId),
    // Few, and asked for by every run and report about who is not pursued.
    index('classifications_price_driven_idx').on(t.tenantId, t.abcClass, t.customerId).where(sql`price_driven`)
  ]
)

/**
 * Each change of findings, so that any past day can be asked. A row is only ever written beside that of the same customer
 * in `classifications`, whose foreign key has made sure of him: asking, and locking him, a second time would triple the cost.
 */
export const classificationHistory = pgTable(
  'classification_history',
  {
    tenantId: tenantId(),
    customerId: uuid('customer_id').notNull(),
    asOf: instant('as_of').notNull(),
    runId: uuid('run_id').notNull(),
    previousAbcClass: text('previous_abc_class'),
    ...findings()
  },
  t => [
    primaryKey({ name: 'classification_history_pkey', columns: [t.tenantId, t.customerId, t.asOf, t.runId] }),
    foreignKey({
      name: 'classification_history_run_id_fkey',
      columns: [t.tenantId, t.runId],
      foreignColumns: [classificationRuns.tenantId, classificationRuns.id]
    }),
    index('classification_history_run_id_idx')
      .on(t.tenantId, t.runId, t.customerId)
      .where(sql`previous_abc_class is distinct from abc_class`)
  ]
)

/** Who would change class in a dry run: the same question asked of history for a run that was applied. */
export const classificationDryChanges = pgTable(
  'classification_dry_changes',
  {
    tenantId: tenantId(),
    runId: uuid('run_id').notNull(),
    customerId: uuid('customer_id').notNull(),
    previousAbcClass: text('previous_abc_class'),
    abcClass: text('abc_class').notNull(),
    amountMinor: minor('amount_minor').notNull()
  },
  t => [
    primaryKey({ name: 'classification_dry_changes_pkey', columns: [t.tenantId, t.runId, t.customerId] }),
    foreignKey({
      name: 'classification_dry_changes_run_id_fkey',
      columns: [t.tenantId, t.runId],
      foreignColumns: [classificationRuns.tenantId, classificationRuns.id]
    }).onDelete('cascade')
  ]
)

/**
 * The ranking of an applied run, one row a few thousand distinct amounts: amounts descending, with the rank of the first
 * customer of each amount and the turnover ranked before him. It answers rank and share for any customer without
 * rewriting a row of every customer whenever somebody else buys.
 */
export const classificationCurves = pgTable(
  'classification_curves',
  {
    tenantId: tenantId(),
    runId: uuid('run_id').notNull(),
    /** The smallest amount of this piece. */
    lowestMinor: minor('lowest_minor').notNull(),
    amounts: minor('amounts').array().notNull(),
    ranks: integer('ranks').array().notNull(),
    befores: minor('befores').array().notNull()
  },
  t => [
    primaryKey({ name: 'classification_curves_pkey', columns: [t.tenantId, t.runId, t.lowestMinor] }),
    foreignKey({
      name: 'classification_curves_run_id_fkey',
      columns: [t.tenantId, t.runId],
      foreignColumns: [classificationRuns.tenantId, classificationRuns.id]
    }).onDelete('cascade')
  ]
)

/**
 * What the last applied run found of everybody, some thousand customers a row, packed in columns: `classifications`, and the
 * digests of `defections`, as a run reads them. Derived from those and written with them; they count only if they are all of
 * the last applied run, and without them the rows are read. Whoever writes the rows by other means than a run deletes these.
 */
export const findingBlocks = pgTable(
  'finding_blocks',
  {
    tenantId: tenantId(),
    /** Blocks follow one another in the order of the customers' ids. */
    block: integer('block').notNull(),
    runId: uuid('run_id').notNull(),
    /** How `findings` is to be read. */
    layout: text('layout').notNull(),
    customers: integer('customers').notNull(),
    /** Sixteen bytes each, ascending. */
    ids: bytes('ids').notNull(),
    findings: bytes('findings').notNull()
  },
  t => [
    primaryKey({ name: 'finding_blocks_pkey', columns: [t.tenantId, t.block] }),
    foreignKey({
      name: 'finding_blocks_run_id_fkey',
      columns: [t.tenantId, t.runId],
      foreignColumns: [classificationRuns.tenantId, classificationRuns.id]
    }).onDelete('cascade')
  ]
)
