import { sql } from 'drizzle-orm'
import {
  boolean,
  foreignKey,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  unique,
  uniqueIndex,
  uuid
} from 'drizzle-orm/pg-core'
import { bytes, instant, tenantId } from './columns.ts'
import { tenants } from './tenants.ts'

/** A named group of customers, by a rule. `ruleVersion` grows with each change of the rule. */
export const segments = pgTable(
  'segments',
  {
    tenantId: tenantId(),
    id: uuid('id').notNull(),
    code: text('code').notNull(),
    name: text('name').notNull(),
    description: text('description'),
    /** A segment that is not active keeps its history and is no longer recomputed. */
    active: boolean('active').notNull().default(true),
    ruleVersion: integer('rule_version').notNull(),
    /** Members as they were last computed; null before the first time. */
    members: integer('members'),
    computedAsOf: instant('computed_as_of'),
    /** The rule's version that they were computed by: older than `ruleVersion` while a changed rule waits for its turn. */
    computedRuleVersion: integer('computed_rule_version'),
    version: integer('version').notNull().default(1),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull()
  },
  t => [
    primaryKey({ name: 'segments_pkey', columns: [t.tenantId, t.id] }),
    unique('segments_code_key').on(t.tenantId, t.code),
    foreignKey({ name: 'segments_tenant_id_fkey', columns: [t.tenantId], foreignColumns: [tenants.id] })
  ]
)

/** The rule of a segment, version by version. Never changed. */
export const segmentRules = pgTable(
  'segment_rules',
  {
    tenantId: tenantId(),
    segmentId: uuid('segment_id').notNull(),
    version: integer('version').notNull(),
    rule: jsonb('rule').$type<Record<string, unknown>>().notNull(),
    createdAt: instant('created_at').notNull(),
    createdBy: text('created_by')
  },
  t => [
    primaryKey({ name: 'segment_rules_pkey', columns: [t.tenantId, t.segmentId, t.version] }),
    foreignKey({
      name: 'segment_rules_segment_id_fkey',
      columns: [t.tenantId, t.segmentId],
      foreignColumns: [segments.tenantId, segments.id]
    })
  ]
)

/**
 * Who belongs to a segment, and who did: half-open periods. Segments, which are never deleted, and customers come out of their
 * own tables when it is written, and are not asked for a second time. What one customer belongs to is looked up segment by
 * segment: each change would touch another page of an index by customer.
 */
export const segmentMemberships = pgTable(
  'segment_memberships',
  {
    tenantId: tenantId(),
    segmentId: uuid('segment_id').notNull(),
    customerId: uuid('customer_id').notNull(),
    enteredAt: instant('entered_at').notNull(),
    /** Null while the customer belongs to it. */
    leftAt: instant('left_at'),
    /** The rule's version by which he entered, and by which he left. */
    enteredRuleVersion: integer('entered_rule_version').notNull(),
    leftRuleVersion: integer('left_rule_version')
  },
  t => [
    primaryKey({ name: 'segment_memberships_pkey', columns: [t.tenantId, t.segmentId, t.customerId, t.enteredAt] }),
    uniqueIndex('segment_memberships_current_idx').on(t.tenantId, t.segmentId, t.customerId).where(sql`left_at is null`)
  ]
)

/**
 * The members of a segment as one bit for each customer in the order of ids, to be compared with the next computation:
 * millions of memberships need not be read for that. Derived from the memberships and written with them; it counts only
 * for the customers that the digest is of, and without it the memberships themselves are read.
 */
export const segmentMemberSets = pgTable(
  'segment_member_sets',
  {
    tenantId: tenantId(),
    segmentId: uuid('segment_id').notNull(),
    /** How many customers it is of: the first so many. Whoever has come since is in no segment yet. */
    customers: integer('customers').notNull(),
    /** Of the ids of those customers. */
    idsDigest: text('ids_digest').notNull(),
    members: bytes('members').notNull()
  },
  t => [
    primaryKey({ name: 'segment_member_sets_pkey', columns: [t.tenantId, t.segmentId] }),
    foreignKey({
      name: 'segment_member_sets_segment_id_fkey',
      columns: [t.tenantId, t.segmentId],
      foreignColumns: [segments.tenantId, segments.id]
    })
  ]
)
