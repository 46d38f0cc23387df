import { sql } from 'drizzle-orm'
import {
  bigint,
  check,
  foreignKey,
  index,
  integer,
  json,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  unique,
  uuid
} from 'drizzle-orm/pg-core'
import type { Contact } from '../../domain/contact.ts'
import type { Address, ExternalId } from '../../domain/customer.ts'
import { day, instant, tenantId } from './columns.ts'
import { stores } from './stores.ts'
import { tenants } from './tenants.ts'

/** The customer file: everything that identifies a person lives here and in the two tables below, never in the ledger. */
export const customers = pgTable(
  'customers',
  {
    tenantId: tenantId(),
    id: uuid('id').notNull(),
    kind: text('kind').notNull(),
    /** Null while a till knows the customer only by his number. */
    name: text('name'),
    /** The name folded for search (case and diacritics gone) and the keys of its grams; see src/domain/name-search.ts. */
    foldedName: text('folded_name').notNull().default(''),
    nameGrams: bigint('name_grams', { mode: 'number' }).array().notNull().default(sql`'{}'`),
    gender: text('gender'),
    birthDate: day('birth_date'),
    birthYear: smallint('birth_year'),
    homeStoreId: uuid('home_store_id'),
    tags: text('tags').array().notNull().default(sql`'{}'`),
    attributes: jsonb('attributes').$type<Record<string, unknown>>().notNull().default({}),
    addresses: jsonb('addresses').$type<Address[]>().notNull().default([]),
    /** `[contacts, externalIds]` of the two tables below once more; valid where it was kept for this version of the file. */
    foundBy: json('found_by').$type<[Contact[], ExternalId[]]>(),
    foundByVersion: integer('found_by_version'),
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
    index('customers_created_at_idx').on(t.tenantId, t.createdAt, t.id),
    // Files without a name, as tills open them, cost these two nothing. The keys of grams hold the tenant already. A short
    // list of pending entries keeps every search short, for a search reads all of it.
    index('customers_name_grams_idx')
      .using('gin', t.nameGrams)
      .with({ gin_pending_list_limit: 256 })
      .where(sql`folded_name <> ''`),
    index('customers_folded_name_idx').on(t.tenantId, sql`folded_name collate "C"`).where(sql`folded_name <> ''`),
    index('customers_last_word_idx')
      .on(t.tenantId, sql`split_part(folded_name, ' ', -1) collate "C"`)
      .where(sql`strpos(folded_name, ' ') > 0`)
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

/**
 * The tags of `customers.tags` once more, to find customers by: under row-level security an index on the array itself
 * would not be used, because its operators are not leakproof.
 */
export const customerTags = pgTable(
  'customer_tags',
  {
    tenantId: tenantId(),
    tag: text('tag').notNull(),
    customerId: uuid('customer_id').notNull()
  },
  t => [
    primaryKey({ name: 'customer_tags_pkey', columns: [t.tenantId, t.tag, t.customerId] }),
    foreignKey({
      name: 'customer_tags_customer_id_fkey',
      columns: [t.tenantId, t.customerId],
      foreignColumns: [customers.tenantId, customers.id]
    }).onDelete('cascade'),
    index('customer_tags_customer_id_idx').on(t.tenantId, t.customerId)
  ]
)
