import { sql } from 'drizzle-orm'
import {
  check,
  foreignKey,
  index,
  integer,
  numeric,
  pgTable,
  primaryKey,
  smallint,
  text,
  unique,
  uuid
} from 'drizzle-orm/pg-core'
import { day, instant, minor, quantity, tenantId } from './columns.ts'
import { customers } from './customers.ts'
import { products } from './products.ts'
import { staff } from './staff.ts'
import { stores } from './stores.ts'

/**
 * The signed ledger: the truth from which every total is derived. A row is never changed by a later push;
 * whether a return has met its sale is read from `returnOf…`, so the order of arrival leaves no trace.
 */
export const purchases = pgTable(
  'purchases',
  {
    tenantId: tenantId(),
    id: uuid('id').notNull(),
    source: text('source').notNull(),
    receiptNumber: text('receipt_number').notNull(),
    kind: text('kind').notNull(),
    storeId: uuid('store_id').notNull(),
    staffId: uuid('staff_id'),
    customerId: uuid('customer_id'),
    purchasedAt: instant('purchased_at').notNull(),
    /** The store's day of `purchasedAt`. */
    purchasedOn: day('purchased_on').notNull(),
    currency: text('currency').notNull(),
    exchangeRate: numeric('exchange_rate', { precision: 20, scale: 10 }),
    /** As on the receipt, positive for a return too, in `currency`. */
    totalMinor: minor('total_minor').notNull(),
    roundingMinor: minor('rounding_minor').notNull(),
    /** In the tenant's currency, negative for a return. */
    netMinor: minor('net_minor').notNull(),
    units: quantity('units').notNull(),
    returnOfSource: text('return_of_source'),
    returnOfReceiptNumber: text('return_of_receipt_number'),
    /** SHA-256 of the canonical content: tells a repeated push from a different one with the same number. */
    contentHash: text('content_hash').notNull(),
    recordedAt: instant('recorded_at').notNull()
  },
  t => [
    primaryKey({ name: 'purchases_pkey', columns: [t.tenantId, t.id] }),
    unique('purchases_receipt_key').on(t.tenantId, t.source, t.receiptNumber),
    foreignKey({
      name: 'purchases_store_id_fkey',
      columns: [t.tenantId, t.storeId],
      foreignColumns: [stores.tenantId, stores.id]
    }),
    foreignKey({
      name: 'purchases_staff_id_fkey',
      columns: [t.tenantId, t.staffId],
      foreignColumns: [staff.tenantId, staff.id]
    }),
    foreignKey({
      name: 'purchases_customer_id_fkey',
      columns: [t.tenantId, t.customerId],
      foreignColumns: [customers.tenantId, customers.id]
    }),
    check('purchases_kind_check', sql`${t.kind} in ('sale', 'return')`),
    index('purchases_customer_id_idx').on(t.tenantId, t.customerId, t.purchasedAt, t.id),
    index('purchases_purchased_at_idx').on(t.tenantId, t.purchasedAt, t.id),
    // Receipts come in the order of this column, so a summary of each range of pages finds the latest of them at no cost.
    index('purchases_recorded_at_idx').using('brin', t.tenantId, t.recordedAt),
    index('purchases_return_of_idx')
      .on(t.tenantId, t.returnOfSource, t.returnOfReceiptNumber)
      .where(sql`return_of_source is not null`)
  ]
)

export const purchaseLines = pgTable(
  'purchase_lines',
  {
    tenantId: tenantId(),
    purchaseId: uuid('purchase_id').notNull(),
    lineNo: smallint('line_no').notNull(),
    sku: text('sku'),
    name: text('name'),
    brand: text('brand'),
    category: text('category'),
    quantity: quantity('quantity').notNull(),
    unitPriceMinor: numeric('unit_price_minor', { precision: 20, scale: 6 }),
    discountMinor: minor('discount_minor').notNull(),
    amountMinor: minor('amount_minor').notNull(),
    /** In the tenant's currency, negative on a return. */
    netMinor: minor('net_minor').notNull(),
    promotionCode: text('promotion_code')
  },
  t => [
    primaryKey({ name: 'purchase_lines_pkey', columns: [t.tenantId, t.purchaseId, t.lineNo] }),
    foreignKey({
      name: 'purchase_lines_purchase_id_fkey',
      columns: [t.tenantId, t.purchaseId],
      foreignColumns: [purchases.tenantId, purchases.id]
    }),
    foreignKey({
      name: 'purchase_lines_sku_fkey',
      columns: [t.tenantId, t.sku],
      foreignColumns: [products.tenantId, products.sku]
    })
  ]
)

/** What a customer bought in all: derived from the ledger in the statement that writes it, never authoritative. */
export const customerTotals = pgTable(
  'customer_totals',
  {
    tenantId: tenantId(),
    customerId: uuid('customer_id').notNull(),
    netMinor: minor('net_minor').notNull(),
    sales: integer('sales').notNull(),
    returns: integer('returns').notNull(),
    units: quantity('units').notNull(),
    firstSaleOn: day('first_sale_on'),
    lastSaleOn: day('last_sale_on'),
    lastPurchasedAt: instant('last_purchased_at').notNull()
  },
  t => [
    primaryKey({ name: 'customer_totals_pkey', columns: [t.tenantId, t.customerId] }),
    foreignKey({
      name: 'customer_totals_customer_id_fkey',
      columns: [t.tenantId, t.customerId],
      foreignColumns: [customers.tenantId, customers.id]
    })
  ]
)

/**
 * What a customer bought in a month of store days. The two masks hold one bit a day (bit 0 is the 1st): days with a
 * sale, and days with a sale of a positive amount. They make every distinct purchase day exact without a row for each.
 * The primary key includes the figures (in the migration: the draft tool has no word for it), so that a classification
 * reads customers in their order from the index alone.
 */
export const customerMonths = pgTable(
  'customer_months',
  {
    tenantId: tenantId(),
    customerId: uuid('customer_id').notNull(),
    /** First day of the month. */
    month: day('month').notNull(),
    netMinor: minor('net_minor').notNull(),
    sales: integer('sales').notNull(),
    returns: integer('returns').notNull(),
    units: quantity('units').notNull(),
    saleDays: integer('sale_days').notNull(),
    paidDays: integer('paid_days').notNull(),
    lastPurchasedAt: instant('last_purchased_at').notNull()
  },
  t => [
    primaryKey({ name: 'customer_months_pkey', columns: [t.tenantId, t.customerId, t.month] }),
    foreignKey({
      name: 'customer_months_customer_id_fkey',
      columns: [t.tenantId, t.customerId],
      foreignColumns: [customers.tenantId, customers.id]
    })
  ]
)
