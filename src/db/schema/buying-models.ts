import { foreignKey, index, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { day, instant, tenantId } from './columns.ts'
import { tenants } from './tenants.ts'

/** A fit of the models that say who will buy again, with the trial on the tenant's own past. Never changed. */
export const buyingModels = pgTable(
  'buying_models',
  {
    tenantId: tenantId(),
    id: uuid('id').notNull(),
    /** The fit knows receipts before this day alone. */
    asOfDay: day('as_of_day').notNull(),
    /** What did better on the tenant's own past and is used: `model` or `hiatus`. */
    used: text('used').notNull(),
    fit: jsonb('fit').$type<Record<string, unknown>>().notNull(),
    createdAt: instant('created_at').notNull()
  },
  t => [
    primaryKey({ name: 'buying_models_pkey', columns: [t.tenantId, t.id] }),
    foreignKey({ name: 'buying_models_tenant_id_fkey', columns: [t.tenantId], foreignColumns: [tenants.id] }),
    index('buying_models_as_of_day_idx').on(t.tenantId, t.asOfDay, t.id)
  ]
)
