import { sql } from 'drizzle-orm'
import { boolean, check, foreignKey, index, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { instant, tenantId } from './columns.ts'
import { customers } from './customers.ts'
import { staff } from './staff.ts'
import { stores } from './stores.ts'

/** Going out to customers or asking them in: rounds, visits and customer meetings, as planned and as held. */
export const listeningSessions = pgTable(
  'listening_sessions',
  {
    tenantId: tenantId(),
    id: uuid('id').notNull(),
    kind: text('kind').notNull(),
    /** `planned`, `held` or `cancelled`. */
    status: text('status').notNull(),
    storeId: uuid('store_id'),
    topic: text('topic'),
    plannedAt: instant('planned_at').notNull(),
    heldAt: instant('held_at'),
    summary: text('summary'),
    cancelReason: text('cancel_reason'),
    /** Feedbacks that came of it. */
    findings: integer('findings').notNull().default(0),
    version: integer('version').notNull().default(1),
    createdAt: instant('created_at').notNull(),
    createdBy: text('created_by'),
    updatedAt: instant('updated_at').notNull()
  },
  t => [
    primaryKey({ name: 'listening_sessions_pkey', columns: [t.tenantId, t.id] }),
    foreignKey({
      name: 'listening_sessions_store_id_fkey',
      columns: [t.tenantId, t.storeId],
      foreignColumns: [stores.tenantId, stores.id]
    }),
    check('listening_sessions_kind_check', sql`${t.kind} in ('round', 'visit', 'customer_meeting')`),
    check('listening_sessions_status_check', sql`${t.status} in ('planned', 'held', 'cancelled')`),
    check('listening_sessions_held_at_check', sql`(${t.heldAt} is not null) = (${t.status} = 'held')`),
    index('listening_sessions_planned_at_idx').on(t.tenantId, t.plannedAt, t.id),
    index('listening_sessions_store_id_idx').on(t.tenantId, t.storeId, t.plannedAt, t.id),
    index('listening_sessions_held_at_idx').on(t.tenantId, t.heldAt).where(sql`status = 'held'`)
  ]
)

/** Who listens. */
export const listeningSessionStaff = pgTable(
  'listening_session_staff',
  {
    tenantId: tenantId(),
    sessionId: uuid('session_id').notNull(),
    staffId: uuid('staff_id').notNull()
  },
  t => [
    primaryKey({ name: 'listening_session_staff_pkey', columns: [t.tenantId, t.sessionId, t.staffId] }),
    foreignKey({
      name: 'listening_session_staff_session_id_fkey',
      columns: [t.tenantId, t.sessionId],
      foreignColumns: [listeningSessions.tenantId, listeningSessions.id]
    }),
    foreignKey({
      name: 'listening_session_staff_staff_id_fkey',
      columns: [t.tenantId, t.staffId],
      foreignColumns: [staff.tenantId, staff.id]
    }),
    index('listening_session_staff_staff_id_idx').on(t.tenantId, t.staffId)
  ]
)

/** Whom it is meant for, and who came. */
export const listeningSessionCustomers = pgTable(
  'listening_session_customers',
  {
    tenantId: tenantId(),
    sessionId: uuid('session_id').notNull(),
    customerId: uuid('customer_id').notNull(),
    invited: boolean('invited').notNull(),
    /** Null until the session was held. */
    attended: boolean('attended')
  },
  t => [
    primaryKey({ name: 'listening_session_customers_pkey', columns: [t.tenantId, t.sessionId, t.customerId] }),
    foreignKey({
      name: 'listening_session_customers_session_id_fkey',
      columns: [t.tenantId, t.sessionId],
      foreignColumns: [listeningSessions.tenantId, listeningSessions.id]
    }),
    foreignKey({
      name: 'listening_session_customers_customer_id_fkey',
      columns: [t.tenantId, t.customerId],
      foreignColumns: [customers.tenantId, customers.id]
    }),
    index('listening_session_customers_customer_id_idx').on(t.tenantId, t.customerId, t.sessionId)
  ]
)
