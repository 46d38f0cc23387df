import { sql } from 'drizzle-orm'
import { check, foreignKey, index, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { instant, tenantId } from './columns.ts'
import { customers } from './customers.ts'
import { staff } from './staff.ts'

/**
 * Who is whose relationship manager, by periods [validFrom, validTo). An exclusion constraint (in the migration: the
 * draft tool has no word for it) keeps two periods of one customer from overlapping. A period that has ended is history:
 * a policy there refuses to change it, and nobody may delete.
 */
export const assignments = pgTable(
  'assignments',
  {
    tenantId: tenantId(),
    id: uuid('id').notNull(),
    customerId: uuid('customer_id').notNull(),
    staffId: uuid('staff_id').notNull(),
    validFrom: instant('valid_from').notNull(),
    validTo: instant('valid_to'),
    /** `class`: opened by a run, ends after the customer left A. `manual`: stays until changed by hand. */
    origin: text('origin').notNull(),
    /** How the manager was found, as a code of the domain; never rewritten. */
    reason: text('reason').notNull(),
    /** What the person who chose or kept him by hand gave as the reason. */
    note: text('note'),
    endReason: text('end_reason'),
    endNote: text('end_note'),
    /** Set by the first run that found the customer outside A, and how many runs in a row found him there. */
    leftClassAt: instant('left_class_at'),
    outsideRuns: integer('outside_runs').notNull().default(0),
    /** The key or staff member, or the run, that opened and that ended it. */
    createdBy: text('created_by'),
    endedBy: text('ended_by'),
    /** Counts the changes to who looks after the customer, over all of his assignments: the next one goes on from here. */
    version: integer('version').notNull().default(1)
  },
  t => [
    primaryKey({ name: 'assignments_pkey', columns: [t.tenantId, t.id] }),
    foreignKey({
      name: 'assignments_customer_id_fkey',
      columns: [t.tenantId, t.customerId],
      foreignColumns: [customers.tenantId, customers.id]
    }),
    foreignKey({
      name: 'assignments_staff_id_fkey',
      columns: [t.tenantId, t.staffId],
      foreignColumns: [staff.tenantId, staff.id]
    }),
    check('assignments_origin_check', sql`${t.origin} in ('class', 'manual')`),
    check('assignments_valid_to_check', sql`${t.validTo} > ${t.validFrom}`),
    check('assignments_end_reason_check', sql`(${t.validTo} is null) = (${t.endReason} is null)`),
    index('assignments_customer_id_idx').on(t.tenantId, t.customerId, t.validFrom, t.id),
    index('assignments_staff_id_idx').on(t.tenantId, t.staffId, t.validFrom, t.id),
    index('assignments_valid_from_idx').on(t.tenantId, t.validFrom, t.id)
  ]
)
