import { boolean, foreignKey, index, integer, pgTable, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core'
import type { Role } from '../../domain/access.ts'
import { instant, tenantId } from './columns.ts'
import { stores } from './stores.ts'
import { tenants } from './tenants.ts'

/** A person who works for the tenant. */
export const staff = pgTable(
  'staff',
  {
    tenantId: tenantId(),
    id: uuid('id').notNull(),
    code: text('code').notNull(),
    name: text('name').notNull(),
    roles: text('roles').array().$type<Role[]>().notNull(),
    team: text('team'),
    department: text('department'),
    /** Minutes a month for customer care; null means no limit was stated. */
    capacityMinutesPerMonth: integer('capacity_minutes_per_month'),
    active: boolean('active').notNull().default(true),
    version: integer('version').notNull().default(1),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull()
  },
  t => [
    primaryKey({ name: 'staff_pkey', columns: [t.tenantId, t.id] }),
    unique('staff_code_key').on(t.tenantId, t.code),
    foreignKey({ name: 'staff_tenant_id_fkey', columns: [t.tenantId], foreignColumns: [tenants.id] })
  ]
)

/** Where a staff member serves customers. No row at all means: in every store. */
export const staffStores = pgTable(
  'staff_stores',
  {
    tenantId: tenantId(),
    staffId: uuid('staff_id').notNull(),
    storeId: uuid('store_id').notNull()
  },
  t => [
    primaryKey({ name: 'staff_stores_pkey', columns: [t.tenantId, t.staffId, t.storeId] }),
    foreignKey({
      name: 'staff_stores_staff_id_fkey',
      columns: [t.tenantId, t.staffId],
      foreignColumns: [staff.tenantId, staff.id]
    }).onDelete('cascade'),
    foreignKey({
      name: 'staff_stores_store_id_fkey',
      columns: [t.tenantId, t.storeId],
      foreignColumns: [stores.tenantId, stores.id]
    }),
    index('staff_stores_store_id_idx').on(t.tenantId, t.storeId)
  ]
)
