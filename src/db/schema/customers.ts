import { sql } from 'drizzle-orm'
import {
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  unique,
  uuid
} from 'drizzle-orm/pg-core'
import { day, instant, tenantId } from './columns.ts'
import { stores } from './stores.ts'
import { tenants } from './tenants.ts'

export interface Address {
  label: string | null
  line1: string | null
  line2: string | null
  city: string | null
  region: string | null
  postalCode: string | null
  country: string | null
}

/** The customer file: everything that identifies a person lives here and in the two tables below, never in the ledger. */
export const customers = pgTable(
  'customers',
  {
    tenantId: tenantId(),
    id: uuid('id').notNull(),
    kind: text('kind').notNull(),
    /** Null while a till knows the customer only by his number. */
    name: text('name'),
    /** The name folded for search (case and diacritics gone) and its grams; see src/domain/text.ts. */
    foldedName: text('folded_name').notNull().default(''),
    nameGrams: text('name_grams').array().notNull().default(sql`'{}'`),
    gender: text('gender'),
    birthDate: day('birth_date'),
    birthYear: smallint('birth_year'),
    homeStoreId: uuid('home_store_id'),
    tags: text('tags').array().notNull().default(sql`'{}'`),
    attributes: jsonb('attributes').$type<Record<string, unknown>>().notNull().default({}),
    addresses: jsonb('addresses').$type<Address[]>().notNull().default([]),
    createdFrom: text('created_from').notNull(),
    version: integer('version').notNull().default(1),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull()
  },
  t => [
    primaryKey({ name: 'customers_pkey', columns: [t.tenantId, t.id] }),
    foreignKey({ name: 'customers_tenant_id_fkey', columns: [t.tenantId], foreignColumns: [tenants.id] }),
    foreignKey({
      name: 'customers_home_store_id_fkey',
      columns: [t.tenantId, t.homeStoreId],
      foreignColumns: [stores.tenantId, stores.id]
    }),
    check('customers_kind_check', sql`${t.kind} in ('person', 'organization')`),
    index('customers_updated_at_idx').on(t.tenantId, t.updatedAt, t.id),
    index('customers_home_store_id_idx').on(t.tenantId, t.homeStoreId, t.id),
    index('customers_name_grams_idx').using('gin', t.tenantId, t.nameGrams),
    index('customers_tags_idx').using('gin', t.tenantId, t.tags)
  ]
)

/** A way to reach a customer. `normalized` (E.164, lower case) is unique per type: one phone leads to one file. */
export const customerContacts = pgTable(
  'customer_contacts',
  {
    tenantId: tenantId(),
    customerId: uuid('customer_id').notNull(),
    position: smallint('position').notNull(),
    type: text('type').notNull(),
    value: text('value').notNull(),
    normalized: text('normalized').notNull(),
    label: text('label')
  },
  t => [
    primaryKey({ name: 'customer_contacts_pkey', columns: [t.tenantId, t.customerId, t.type, t.normalized] }),
    unique('customer_contacts_normalized_key').on(t.tenantId, t.type, t.normalized),
    foreignKey({
      name: 'customer_contacts_customer_id_fkey',
      columns: [t.tenantId, t.customerId],
      foreignColumns: [customers.tenantId, customers.id]
    }).onDelete('cascade')
  ]
)

/** The caller's own identity of a customer, unique per tenant and system. */
export const customerExternalIds = pgTable(
  'customer_external_ids',
  {
    tenantId: tenantId(),
    system: text('system').notNull(),
    key: text('key').notNull(),
    customerId: uuid('customer_id').notNull()
  },
  t => [
    primaryKey({ name: 'customer_external_ids_pkey', columns: [t.tenantId, t.system, t.key] }),
    foreignKey({
      name: 'customer_external_ids_customer_id_fkey',
      columns: [t.tenantId, t.customerId],
      foreignColumns: [customers.tenantId, customers.id]
    }).onDelete('cascade'),
    index('customer_external_ids_customer_id_idx').on(t.tenantId, t.customerId)
  ]
)
