import { foreignKey, index, integer, pgTable, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core'
import { day, instant, tenantId } from './columns.ts'
import { tenants } from './tenants.ts'

/** What is sold. A line refers to it by `sku`, the till's own word for it. */
export const products = pgTable(
  'products',
  {
    tenantId: tenantId(),
    id: uuid('id').notNull(),
    sku: text('sku').notNull(),
    name: text('name').notNull(),
    brand: text('brand'),
    category: text('category'),
    supplierId: text('supplier_id'),
    launchedOn: day('launched_on'),
    createdFrom: text('created_from').notNull(),
    version: integer('version').notNull().default(1),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull()
  },
  t => [
    primaryKey({ name: 'products_pkey', columns: [t.tenantId, t.id] }),
    unique('products_sku_key').on(t.tenantId, t.sku),
    foreignKey({ name: 'products_tenant_id_fkey', columns: [t.tenantId], foreignColumns: [tenants.id] }),
    index('products_category_idx').on(t.tenantId, t.category, t.id),
    index('products_brand_idx').on(t.tenantId, t.brand, t.id)
  ]
)
