import type { Tx } from '../db/client.ts'

/** A line as it stands on the receipt. */
export interface PurchaseLineView {
  sku: string | null
  name: string | null
  brand: string | null
  category: string | null
  quantity: number
  unitPriceMinor: number | null
  discountMinor: number
  amountMinor: number
  promotionCode: string | null
}

/** A receipt as the wire shows it. `netMinor` is in the tenant's currency and negative on a return. */
export interface PurchaseView {
  id: string
  source: string
  receiptNumber: string
  kind: 'sale' | 'return'
  storeId: string
  staffId: string | null
  customerId: string | null
  purchasedAt: string
  purchasedOn: string
  currency: string
  exchangeRate: number | null
  totalMinor: number
  roundingMinor: number
  netMinor: number
  units: number
  /** The sale that a return names; `purchaseId` is null until that sale has arrived. */
  returnOf: { source: string; receiptNumber: string; purchaseId: string | null } | null
  lines: PurchaseLineView[]
  recordedAt: string
}

export interface PurchaseFilter {
  readonly customerId: string | null
  readonly storeId: string | null
  /** Inclusive. */
  readonly from: string | null
  /** Exclusive. */
  readonly to: string | null
}

/**
 * One row a receipt with its lines as JSON. The sub-selects look a receipt's lines and the sale of a return up by their keys,
 * receipt by receipt: a join is planned by guesses right after a bulk load, and took seconds then.
 */
const VIEW = `
  select p.id, p.source, p.receipt_number as "receiptNumber", p.kind, p.store_id as "storeId", p.staff_id as "staffId",
    p.customer_id as "customerId", p.purchased_at as "purchasedAt", p.purchased_on as "purchasedOn", p.currency,
    p.exchange_rate as "exchangeRate", p.total_minor as "totalMinor", p.rounding_minor as "roundingMinor",
    p.net_minor as "netMinor", p.units, p.recorded_at as "recordedAt",
    case when p.return_of_source is not null then json_build_object(
      'source', p.return_of_source, 'receiptNumber', p.return_of_receipt_number, 'purchaseId', (
        select sale.id from purchases sale
        where sale.tenant_id = p.tenant_id and sale.source = p.return_of_source
          and sale.receipt_number = p.return_of_receipt_number and sale.kind = 'sale')) end as "returnOf",
    (select json_agg(json_build_object('sku', l.sku, 'name', l.name, 'brand', l.brand, 'category', l.category,
        'quantity', l.quantity, 'unitPriceMinor', l.unit_price_minor, 'discountMinor', l.discount_minor,
        'amountMinor', l.amount_minor, 'promotionCode', l.promotion_code) order by l.line_no)
      from purchase_lines l where l.tenant_id = p.tenant_id and l.purchase_id = p.id) as lines
  from purchases p`

export const purchasesRepository = (tx: Tx) => ({
  async find(id: string, storeId: string | null): Promise<PurchaseView | undefined> {
    const [row] = await tx.rows<PurchaseView>(
      {
        name: 'purchase_find',
        text: `${VIEW} where p.tenant_id = $1 and p.id = $2 and ($3::uuid is null or p.store_id = $3)`
      },
      [tx.tenantId, id, storeId]
    )
    return row
  },

  async findMany(ids: readonly string[]): Promise<PurchaseView[]> {
    return tx.rows<PurchaseView>(
      { name: 'purchase_find_many', text: `${VIEW} where p.tenant_id = $1 and p.id = any ($2)` },
      [tx.tenantId, ids]
    )
  },

  /**
   * A page by time of purchase, the id breaking ties. By customer it goes along purchases_customer_id_idx, else along
   * purchases_purchased_at_idx; the statement's text differs by filter so that each gets the plan of its index.
   */
  async list(
    filter: PurchaseFilter,
    newestFirst: boolean,
    after: readonly [string, string] | null,
    limit: number
  ): Promise<PurchaseView[]> {
    const direction = newestFirst ? 'desc' : 'asc'
    const conditions = ['p.tenant_id = $1']
    const values: unknown[] = [tx.tenantId, limit]
    const where = (sql: (place: string) => string, value: unknown) => {
      values.push(value)
      conditions.push(sql(`$${values.length}`))
    }
    if (filter.customerId !== null) where(place => `p.customer_id = ${place}`, filter.customerId)
    if (filter.storeId !== null) where(place => `p.store_id = ${place}`, filter.storeId)
    if (filter.from !== null) where(place => `p.purchased_at >= ${place}`, filter.from)
    if (filter.to !== null) where(place => `p.purchased_at < ${place}`, filter.to)
    if (after !== null) {
      values.push(after[0], after[1])
      conditions.push(`(p.purchased_at, p.id) ${newestFirst ? '<' : '>'} ($${values.length - 1}, $${values.length})`)
    }
    const text = `${VIEW} where ${conditions.join(' and ')} order by p.purchased_at ${direction}, p.id ${direction} limit $2`
    return (await tx.client.query<PurchaseView>(text, values)).rows
  }
})
