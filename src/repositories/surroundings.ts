import type { Tx } from '../db/client.ts'
import { copyOut } from '../db/copy.ts'
import { dayNumber } from '../domain/period.ts'
import { customerRows } from './customer-rows.ts'

/** Buyers of new products who kept what they bought, product by product: see `ProductBuyers`. */
export interface NewProducts {
  /** Where the buyers of each product begin, and one more for the end of the last. */
  readonly offsets: Uint32Array
  readonly firstSoldDays: readonly number[]
  readonly rows: Uint32Array
  /** Milliseconds since 1970. */
  readonly times: Float64Array
}

/** Customers asked for in one statement. */
const STEP = 10_000

/**
 * What a customer's loyalty and standing need to know of others: how the products he bought were sold to everybody, who else
 * bought what is new, and what a manager decided. Unnamed statements, as the tables may be a transaction's own (see
 * `customerFactsRepository`).
 */
export const surroundingsRepository = (tx: Tx, ids: Uint32Array) => {
  const customers = customerRows(ids)
  return {
    /** By row: the share on promotion of the same products in the same weeks, on average over the row's lines before `before`. */
    async expectedPromotion(rows: readonly number[], before: string): Promise<Map<number, number>> {
      const expected = new Map<number, number>()
      for (let from = 0; from < rows.length; from += STEP) {
        const some = rows.slice(from, from + STEP)
        const { rows: found } = await tx.client.query({
          text: `select w.place, avg(k.promotion_lines::float8 / k.lines) as expected
                 from unnest($2::uuid[]) with ordinality as w (customer_id, place)
                 join purchases p on p.tenant_id = $1 and p.customer_id = w.customer_id
                 join purchase_lines l on l.tenant_id = $1 and l.purchase_id = p.id
                 join product_weeks k on k.tenant_id = $1 and k.sku = l.sku and k.week = date_trunc('week', p.purchased_on)::date
                 where p.kind = 'sale' and p.purchased_on < $3 and k.lines > 0
                 group by w.place`,
          values: [tx.tenantId, some.map(row => customers.text(row)), before]
        })
        for (const { place, expected: share } of found as { place: number; expected: number }[]) {
          expected.set(some[place - 1] as number, share)
        }
      }
      return expected
    },

    /** The first day of the ledger's sales, and all products with the day of their first sale in the tenant's zone; null without a sale. */
    async productStarts(
      timeZone: string
    ): Promise<{ begin: number; products: { sku: string; firstSoldDay: number }[] } | null> {
      const { rows: first } = await tx.client.query({
        text: `select purchased_on as day from purchases where tenant_id = $1 and kind = 'sale' order by purchased_at limit 1`,
        values: [tx.tenantId]
      })
      if (first.length === 0) return null
      const { rows } = await tx.client.query({
        text: `select sku, (min(first_sold_at) at time zone $2)::date as day from product_weeks
               where tenant_id = $1 and first_sold_at is not null group by sku order by sku collate "C"`,
        values: [tx.tenantId, timeZone]
      })
      return {
        begin: dayNumber((first[0] as { day: string }).day),
        products: (rows as { sku: string; day: string }[]).map(({ sku, day }) => ({
          sku,
          firstSoldDay: dayNumber(day)
        }))
      }
    },

    /** Who bought these products and kept them. */
    async buyers(products: readonly { sku: string; firstSoldDay: number }[]): Promise<NewProducts> {
      const found = { product: [] as number[], row: [] as number[], time: [] as number[] }
      const words = new Uint32Array(4)
      if (products.length > 0) {
        await tx.client.query('create temp table new_products (n integer, sku text) on commit drop')
        await tx.client.query({
          text: 'insert into new_products select n - 1, sku from unnest($1::text[]) with ordinality as p (sku, n)',
          values: [products.map(product => product.sku)]
        })
        await tx.client.query('analyze new_products')
        await copyOut(
          tx.client,
          `select k.customer_id, n.n, date_part('epoch', k.first_purchased_at) * 1000
           from new_products n join customer_products k on k.tenant_id = '${tx.tenantId}'::uuid and k.sku = n.sku
           where k.units > 0`,
          row => {
            row.uuid(words, 0)
            found.product.push(row.integer(0))
            found.time.push(row.float(0))
            found.row.push(customers.find(words))
          }
        )
      }
      return byProduct(products, found)
    }
  }
}

/** Brings purchases into the order of their products; whoever is not among the customers of the run is left out. */
function byProduct(
  products: readonly { readonly firstSoldDay: number }[],
  { product, row, time }: { readonly product: number[]; readonly row: number[]; readonly time: number[] }
): NewProducts {
  const offsets = new Uint32Array(products.length + 1)
  product.forEach((n, at) => {
    if ((row[at] as number) >= 0) offsets[n + 1] = (offsets[n + 1] as number) + 1
  })
  for (let n = 0; n < products.length; n++) offsets[n + 1] = (offsets[n + 1] as number) + (offsets[n] as number)
  const next = offsets.slice()
  const total = offsets[products.length] as number
  const rows = new Uint32Array(total)
  const times = new Float64Array(total)
  product.forEach((n, at) => {
    if ((row[at] as number) < 0) return
    const place = next[n] as number
    next[n] = place + 1
    rows[place] = row[at] as number
    times[place] = time[at] as number
  })
  return { offsets, firstSoldDays: products.map(one => one.firstSoldDay), rows, times }
}
