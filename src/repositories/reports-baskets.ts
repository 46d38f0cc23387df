import type { Tx } from '../db/client.ts'
import { copyOut } from '../db/copy.ts'
import type { BasketItems } from '../domain/basket-pairs.ts'
import { IN_WINDOW, REPORT_STATEMENT_MS, type ReceiptWindow, windowValues } from './reports-session.ts'

/** A product, as a report names it. */
export interface ProductName {
  readonly no: number
  readonly sku: string
  readonly name: string
}

/** Products by number: the same throughout a transaction, which sees one moment. */
const NUMBERED = `select sku, name, (row_number() over (order by sku, id) - 1)::int as no from products where tenant_id = $1`
const ROOM = 65_536

/** What was in the baskets of a window. Wants a connection that can stream. */
export const reportsBasketsRepository = (tx: Tx) => ({
  /** Receipts of sales, those without a product included. */
  async sales(window: ReceiptWindow): Promise<number> {
    const [row] = await tx.rows<{ sales: number }>(
      {
        name: 'reports_sales',
        timeoutMs: REPORT_STATEMENT_MS,
        text: `select count(*) as sales from purchases p where ${IN_WINDOW} and p.kind = 'sale'`
      },
      windowValues(tx, window)
    )
    return row?.sales ?? 0
  },

  /**
   * What was sold in which basket, a row a line, in whatever order they come: baskets and products as numbers. What a sale's
   * own receipt takes back is not in it. COPY takes no parameters, so they are written into the text.
   */
  async items(window: ReceiptWindow): Promise<BasketItems> {
    let rows = 0
    let baskets = new Int32Array(ROOM)
    let products = new Int32Array(ROOM)
    await copyOut(
      tx.client,
      written(
        `select s.no, g.no
         from (select p.id, (row_number() over () - 1)::int as no from purchases p where ${IN_WINDOW} and p.kind = 'sale') s
         join purchase_lines l on l.tenant_id = $1 and l.purchase_id = s.id
         join (${NUMBERED}) g on g.sku = l.sku
         where l.quantity > 0`,
        windowValues(tx, window)
      ),
      row => {
        if (rows === baskets.length) {
          baskets = doubled(baskets)
          products = doubled(products)
        }
        baskets[rows] = row.integer(0)
        products[rows++] = row.integer(0)
      }
    )
    return { baskets: baskets.subarray(0, rows), products: products.subarray(0, rows) }
  },

  /** The number of a product; undefined where there is none of this sku. */
  async numberOf(sku: string): Promise<number | undefined> {
    const [row] = await tx.rows<{ no: number }>(
      { name: 'reports_product_number', text: `select no from (${NUMBERED}) g where sku = $2` },
      [tx.tenantId, sku]
    )
    return row?.no
  },

  async names(numbers: readonly number[]): Promise<Map<number, ProductName>> {
    const rows = await tx.rows<ProductName & { [name: string]: unknown }>(
      { name: 'reports_product_names', text: `select no, sku, name from (${NUMBERED}) g where no = any ($2::int[])` },
      [tx.tenantId, numbers]
    )
    return new Map(rows.map(row => [row.no, row]))
  }
})

function doubled(column: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * column.length)
  larger.set(column)
  return larger
}

/** Ids, days and instants of our own making; anything else has no business in a statement's text. */
const LITERAL = /^[0-9a-f-]{36}$|^\d{4}-\d{2}-\d{2}(?:T[\d:.]+Z)?$/

/** A statement with its values written into it. */
function written(text: string, values: readonly unknown[]): string {
  return text.replace(/\$(\d)/g, (_, place: string) => {
    const value = values[Number(place) - 1]
    if (value === null) return 'null'
    if (typeof value !== 'string' || !LITERAL.test(value)) throw new Error('not a value for the text of a statement')
    return `'${value}'`
  })
}
