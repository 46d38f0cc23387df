import { foreignKey, index, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { instant, tenantId } from './columns.ts'
import { customers } from './customers.ts'
import { staff } from './staff.ts'

/**
 * Who is whose relationship manager, by periods [validFrom, validTo). An exclusion constraint (in the migration: the
 * draft tool has no word for it) keeps two periods of one customer from overlapping.
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
    reason: text('reason'),
    endReason: text('end_reason'),
    /** Set by the first run that found the customer outside A; the grace is counted from it. */
    leftClassAt: instant('left_class_at'),
    createdBy: text('created_by')
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
    index('assignments_customer_id_idx').on(t.tenantId, t.customerId, t.validFrom),
    index('assignments_staff_id_idx').on(t.tenantId, t.staffId, t.validFrom)
  ]
)
