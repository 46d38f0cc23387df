import { sql } from 'drizzle-orm'
import { boolean, foreignKey, index, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { bytes, day, instant, minor, quantity, tenantId } from './columns.ts'
import { tenants } from './tenants.ts'

/**
 * What the classifications must know of a customer's receipts, one row each: derived from the ledger for whoever has new
 * receipts, before a run reads it. Never authoritative; after `rebuild-aggregates` the next run makes it anew. A row comes out of
 * receipts, whose foreign key has made sure of the customer: asking a second time would cost a first run more than the rest.
 */
export const customerFacts = pgTable(
  'customer_facts',
  {
    tenantId: tenantId(),
    customerId: uuid('customer_id').notNull(),
    /** Receipts from this day on are not in the figures of lines and receipts below; days and nets hold them all. */
    countedTo: day('counted_to').notNull(),
    /** True while receipts of `countedTo` or later exist, or when something else than a new receipt changed the ledger. */
    stale: boolean('stale').notNull(),
    /** Days with receipts, ascending, as days since 1970-01-01 times 2, plus 1 where a sale of a positive amount was made. */
    days: integer('days').array().notNull(),
    /** Net minor units of each of those days. */
    nets: minor('nets').array().notNull(),
    /**
     * The same once more with the receipts of sales, 16 bytes a day: entry of `days`, receipts (4 bytes each), net (8). A
     * million of these leave the database in half the time that arrays take.
     */
    daily: bytes('daily').notNull().default(sql`''::bytea`),
    sales: integer('sales').notNull(),
    returns: integer('returns').notNull(),
    /** Lines of sales, and those of them that were bought on a promotion. */
    lines: integer('lines').notNull(),
    promotionLines: integer('promotion_lines').notNull(),
    /** Lines with a brand, in categories of which the shop sells several brands. */
    brandLines: integer('brand_lines').notNull(),
    favouriteBrand: text('favourite_brand'),
    favouriteLines: integer('favourite_lines').notNull(),
    brandSwitches: integer('brand_switches').notNull()
  },
  t => [
    primaryKey({ name: 'customer_facts_pkey', columns: [t.tenantId, t.customerId] }),
    index('customer_facts_stale_idx').on(t.tenantId, t.customerId).where(sql`stale`)
  ]
)

/**
 * The same of everybody, some thousand customers a row, packed in columns as runs and segments read them. Derived from the rows by
 * the run that made any of them anew; where `fact_states` does not say that they are the same, the rows are read.
 */
export const factBlocks = pgTable(
  'fact_blocks',
  {
    tenantId: tenantId(),
    /** Blocks follow one another in the order of the customers' ids. */
    block: integer('block').notNull(),
    /** How `facts` is to be read. */
    layout: text('layout').notNull(),
    customers: integer('customers').notNull(),
    /** Of all customers together. */
    days: integer('days').notNull(),
    firstId: uuid('first_id').notNull(),
    lastId: uuid('last_id').notNull(),
    /** Sixteen bytes each, ascending. */
    ids: bytes('ids').notNull(),
    facts: bytes('facts').notNull()
  },
  t => [
    primaryKey({ name: 'fact_blocks_pkey', columns: [t.tenantId, t.block] }),
    foreignKey({ name: 'fact_blocks_tenant_id_fkey', columns: [t.tenantId], foreignColumns: [tenants.id] })
  ]
)

/** What a customer bought of a product, returns taken off: derived together with his facts. */
export const customerProducts = pgTable(
  'customer_products',
  {
    tenantId: tenantId(),
    customerId: uuid('customer_id').notNull(),
    sku: text('sku').notNull(),
    firstPurchasedAt: instant('first_purchased_at').notNull(),
    lastPurchasedAt: instant('last_purchased_at').notNull(),
    /** Lines of sales. */
    lines: integer('lines').notNull(),
    units: quantity('units').notNull(),
    netMinor: minor('net_minor').notNull()
  },
  t => [
    primaryKey({ name: 'customer_products_pkey', columns: [t.tenantId, t.customerId, t.sku] }),
    index('customer_products_sku_idx').on(t.tenantId, t.sku, t.firstPurchasedAt, t.customerId)
  ]
)

/** What was sold of a product in a week of store days, anonymous receipts included: derived from the ledger. */
export const productWeeks = pgTable(
  'product_weeks',
  {
    tenantId: tenantId(),
    sku: text('sku').notNull(),
    /** The Monday. */
    week: day('week').notNull(),
    /** Lines of sales, and those of them on a promotion. */
    lines: integer('lines').notNull(),
    promotionLines: integer('promotion_lines').notNull(),
    units: quantity('units').notNull(),
    netMinor: minor('net_minor').notNull(),
    /** The first sale of the week; null in a week of returns alone. */
    firstSoldAt: instant('first_sold_at')
  },
  t => [
    primaryKey({ name: 'product_weeks_pkey', columns: [t.tenantId, t.sku, t.week] }),
    foreignKey({ name: 'product_weeks_tenant_id_fkey', columns: [t.tenantId], foreignColumns: [tenants.id] }),
    index('product_weeks_week_idx').on(t.tenantId, t.week)
  ]
)

/** Which brands of a category were ever sold, and since when: a favourite says something only where there is a choice. */
export const categoryBrands = pgTable(
  'category_brands',
  {
    tenantId: tenantId(),
    category: text('category').notNull(),
    brand: text('brand').notNull(),
    firstSoldOn: day('first_sold_on').notNull()
  },
  t => [
    primaryKey({ name: 'category_brands_pkey', columns: [t.tenantId, t.category, t.brand] }),
    foreignKey({ name: 'category_brands_tenant_id_fkey', columns: [t.tenantId], foreignColumns: [tenants.id] })
  ]
)

/** How far a tenant's derived facts go. */
export const factStates = pgTable(
  'fact_states',
  {
    tenantId: tenantId(),
    /** Store days before this one are counted. */
    countedTo: day('counted_to').notNull(),
    /** Receipts recorded before this are in the facts. */
    recordedThrough: instant('recorded_through').notNull(),
    /** The categories of several brands that the brand figures were made with. */
    brandCategories: text('brand_categories').array().notNull(),
    /** What `recorded_through` was when `fact_blocks` came to hold what `customer_facts` holds: it does so as long as they are equal. */
    packedThrough: instant('packed_through')
  },
  t => [
    primaryKey({ name: 'fact_states_pkey', columns: [t.tenantId] }),
    foreignKey({ name: 'fact_states_tenant_id_fkey', columns: [t.tenantId], foreignColumns: [tenants.id] })
  ]
)
