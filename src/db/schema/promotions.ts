import { sql } from 'drizzle-orm'
import { check, foreignKey, integer, pgTable, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core'
import type { PromotionKind } from '../../domain/promotion.ts'
import { day, instant, tenantId } from './columns.ts'
import { tenants } from './tenants.ts'

/** An offer of the shop. Lines, feedback and causes refer to it by `code`, the till's own word for it, kept here or not. */
export const promotions = pgTable(
  'promotions',
  {
    tenantId: tenantId(),
    id: uuid('id').notNull(),
    code: text('code').notNull(),
    name: text('name').notNull(),
    kind: text('kind').$type<PromotionKind>().notNull(),
    startsOn: day('starts_on').notNull(),
    /** The last day; null: until further notice. */
    endsOn: day('ends_on'),
    version: integer('version').notNull().default(1),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull()
  },
  t => [
    primaryKey({ name: 'promotions_pkey', columns: [t.tenantId, t.id] }),
    unique('promotions_code_key').on(t.tenantId, t.code),
    foreignKey({ name: 'promotions_tenant_id_fkey', columns: [t.tenantId], foreignColumns: [tenants.id] }),
    check('promotions_kind_check', sql`${t.kind} in ('promotion', 'launch')`),
    check('promotions_ends_on_check', sql`${t.endsOn} >= ${t.startsOn}`)
  ]
)
