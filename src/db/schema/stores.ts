import { boolean, foreignKey, integer, pgTable, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core'
import { instant, tenantId } from './columns.ts'
import { tenants } from './tenants.ts'

/** One shop. Its zone decides on which day a purchase was made. */
export const stores = pgTable(
  'stores',
  {
    tenantId: tenantId(),
    id: uuid('id').notNull(),
    code: text('code').notNull(),
    name: text('name').notNull(),
    timeZone: text('time_zone').notNull(),
    currency: text('currency'),
    active: boolean('active').notNull().default(true),
    version: integer('version').notNull().default(1),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull()
  },
  t => [
    primaryKey({ name: 'stores_pkey', columns: [t.tenantId, t.id] }),
    unique('stores_code_key').on(t.tenantId, t.code),
    foreignKey({ name: 'stores_tenant_id_fkey', columns: [t.tenantId], foreignColumns: [tenants.id] })
  ]
)
