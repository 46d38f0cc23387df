import type { Tx } from '../db/client.ts'
import { IN_WINDOW, REPORT_STATEMENT_MS, type ReceiptWindow, windowValues } from './reports-session.ts'

/** Two products, and in how many baskets they were: together, the first, the second. */
export interface PairRow {
  readonly skuA: string
  readonly nameA: string
  readonly skuB: string
  readonly nameB: string
  readonly together: number
  readonly first: number
  readonly second: number
}

export interface PairQuestion extends ReceiptWindow {
  /** Pairs in fewer baskets are chance. */
  readonly minPairs: number
  /** Only pairs with this product; null for all. */
  readonly sku: string | null
  readonly sort: 'lift' | 'baskets'
  readonly limit: number
}

export interface BasketCount {
  /** Sales with at least one product. */
  readonly baskets: number
  /** Sales without, which count for nothing here. */
  readonly withoutProduct: number
  readonly products: number
}

/** What was in which basket, each product once: lines that were taken back on a sale's own receipt are not in it. */
const ITEMS = `
  sales as materialized (select p.id from purchases p where ${IN_WINDOW} and p.kind = 'sale'),
  items as materialized (
    select distinct l.purchase_id, l.sku from sales join purchase_lines l on l.tenant_id = $1 and l.purchase_id = sales.id
    where l.sku is not null and l.quantity > 0)`

export const reportsBasketsRepository = (tx: Tx) => ({
  async count(window: ReceiptWindow): Promise<BasketCount> {
    const [row] = await tx.rows<BasketCount & { [name: string]: unknown }>(
      {
        name: 'reports_basket_count',
        timeoutMs: REPORT_STATEMENT_MS,
        text: `with ${ITEMS}
               select (select count(distinct purchase_id) from items) as baskets,
                      (select count(*) from sales) - (select count(distinct purchase_id) from items) as "withoutProduct",
                      (select count(distinct sku) from items) as products`
      },
      windowValues(tx, window)
    )
    return row ?? { baskets: 0, withoutProduct: 0, products: 0 }
  },

  /**
   * Pairs in enough baskets, strongest first. A pair is never in more baskets than either of its products, so only
   * products that are in enough baskets themselves are paired; numbers stand for their skus, which spares half of the work.
   */
  async pairs(question: PairQuestion): Promise<PairRow[]> {
    const strength = 'pairs.n::float8 / (a.n::float8 * b.n)'
    const order = question.sort === 'lift' ? `${strength} desc, pairs.n desc` : `pairs.n desc, ${strength} desc`
    return tx.rows<PairRow & { [name: string]: unknown }>(
      {
        name: `reports_pairs_by_${question.sort}`,
        timeoutMs: REPORT_STATEMENT_MS,
        text: `with ${ITEMS},
               often as materialized (
                 select sku, count(*) as n, row_number() over (order by sku)::int as no from items
                 group by sku having count(*) >= $7),
               placed as materialized (select i.purchase_id, o.no from items i join often o using (sku)),
               pairs as materialized (
                 select a.no as a, b.no as b, count(*) as n
                 from placed a join placed b on b.purchase_id = a.purchase_id and b.no > a.no
                 where $8::text is null or (select no from often where sku = $8) in (a.no, b.no)
                 group by a.no, b.no having count(*) >= $7)
               select a.sku as "skuA", pa.name as "nameA", b.sku as "skuB", pb.name as "nameB",
                      pairs.n as together, a.n as first, b.n as second
               from pairs join often a on a.no = pairs.a join often b on b.no = pairs.b
               join products pa on pa.tenant_id = $1 and pa.sku = a.sku
               join products pb on pb.tenant_id = $1 and pb.sku = b.sku
               order by ${order}, a.sku, b.sku limit $9`
      },
      [...windowValues(tx, question), question.minPairs, question.sku, question.limit]
    )
  }
})
