import { sql } from 'drizzle-orm'
import {
  boolean,
  check,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid
} from 'drizzle-orm/pg-core'
import type { CareChannel, CareKind, CareSource, CareState, WithdrawnBecause } from '../../domain/care-task.ts'
import { instant, tenantId } from './columns.ts'
import { complaints } from './complaints.ts'
import { customers } from './customers.ts'
import { staff } from './staff.ts'
import { stores } from './stores.ts'

/** What is owed to a customer by a time, and the proof that it was done. */
export const careTasks = pgTable(
  'care_tasks',
  {
    tenantId: tenantId(),
    id: uuid('id').notNull(),
    kind: text('kind').$type<CareKind>().notNull(),
    /** What it comes from; the complaint where it is one. */
    source: text('source').$type<CareSource>().notNull(),
    complaintId: uuid('complaint_id'),
    customerId: uuid('customer_id').notNull(),
    storeId: uuid('store_id'),
    /** Who is to do it. */
    staffId: uuid('staff_id').notNull(),
    /** Whoever is the relationship manager of the customer is to do it: it goes on to the next one. */
    followsManager: boolean('follows_manager').notNull(),
    /** Why it was given to whoever has it, in the words of whoever gave it. */
    assignReason: text('assign_reason'),
    dueAt: instant('due_at').notNull(),
    note: text('note'),
    /** What it is expected to take; null for what nobody plans. */
    plannedMinutes: integer('planned_minutes'),
    /** Why somebody who is not pursued is pursued all the same. */
    overrideReason: text('override_reason'),
    state: text('state').$type<CareState>().notNull(),
    doneAt: instant('done_at'),
    doneByStaffId: uuid('done_by_staff_id'),
    doneChannel: text('done_channel').$type<CareChannel>(),
    doneNote: text('done_note'),
    onTime: boolean('on_time'),
    /** When it was cancelled or withdrawn, and why. */
    endedAt: instant('ended_at'),
    cancelReason: text('cancel_reason'),
    withdrawnBecause: text('withdrawn_because').$type<WithdrawnBecause>(),
    version: integer('version').notNull().default(1),
    createdAt: instant('created_at').notNull(),
    createdBy: text('created_by'),
    updatedAt: instant('updated_at').notNull()
  },
  t => [
    primaryKey({ name: 'care_tasks_pkey', columns: [t.tenantId, t.id] }),
    foreignKey({
      name: 'care_tasks_complaint_id_fkey',
      columns: [t.tenantId, t.complaintId],
      foreignColumns: [complaints.tenantId, complaints.id]
    }),
    foreignKey({
      name: 'care_tasks_customer_id_fkey',
      columns: [t.tenantId, t.customerId],
      foreignColumns: [customers.tenantId, customers.id]
    }),
    foreignKey({
      name: 'care_tasks_store_id_fkey',
      columns: [t.tenantId, t.storeId],
      foreignColumns: [stores.tenantId, stores.id]
    }),
    foreignKey({
      name: 'care_tasks_staff_id_fkey',
      columns: [t.tenantId, t.staffId],
      foreignColumns: [staff.tenantId, staff.id]
    }),
    foreignKey({
      name: 'care_tasks_done_by_staff_id_fkey',
      columns: [t.tenantId, t.doneByStaffId],
      foreignColumns: [staff.tenantId, staff.id]
    }),
    check('care_tasks_state_check', sql`${t.state} in ('open', 'done', 'cancelled', 'withdrawn')`),
    check('care_tasks_complaint_id_check', sql`(${t.complaintId} is not null) = (${t.source} = 'complaint')`),
    check(
      'care_tasks_done_at_check',
      sql`num_nulls(${t.doneAt}, ${t.doneByStaffId}, ${t.doneChannel}, ${t.onTime}) = case ${t.state} when 'done' then 0 else 4 end`
    ),
    check('care_tasks_ended_at_check', sql`(${t.endedAt} is not null) = (${t.state} in ('cancelled', 'withdrawn'))`),
    check('care_tasks_cancel_reason_check', sql`(${t.cancelReason} is not null) = (${t.state} = 'cancelled')`),
    check('care_tasks_withdrawn_because_check', sql`(${t.withdrawnBecause} is not null) = (${t.state} = 'withdrawn')`),
    // Lists are of one state each, or of all four laid together, in the order of their terms.
    index('care_tasks_due_at_idx').on(t.tenantId, t.state, t.dueAt, t.id),
    index('care_tasks_staff_id_idx').on(t.tenantId, t.staffId, t.state, t.dueAt, t.id),
    index('care_tasks_store_id_idx').on(t.tenantId, t.storeId, t.state, t.dueAt, t.id),
    index('care_tasks_customer_id_idx').on(t.tenantId, t.customerId, t.state, t.dueAt, t.id),
    index('care_tasks_complaint_id_idx').on(t.tenantId, t.complaintId).where(sql`complaint_id is not null`),
    // A case is owed one contact at a time, whoever opens it however often.
    uniqueIndex('care_tasks_open_complaint_idx')
      .on(t.tenantId, t.complaintId)
      .where(sql`state = 'open' and complaint_id is not null`),
    // The few that a change of managers moves.
    index('care_tasks_follows_manager_idx').on(t.tenantId, t.customerId).where(sql`state = 'open' and follows_manager`)
  ]
)
