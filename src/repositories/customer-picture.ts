import type { Tx } from '../db/client.ts'
import type { CustomerFacts } from '../domain/picture.ts'

/** A new product that a customer bought and kept. Times are milliseconds since 1970. */
export interface NewProduct {
  readonly sku: string
  /** In the tenant's zone. */
  readonly firstSoldOn: string
  /** His first purchase of it. */
  readonly time: number
  /** Lines of sales of it to anybody. */
  readonly lines: number
}

export interface FirstBuyers {
  readonly until: number
  readonly buyers: number
}

const NO_FACTS: CustomerFacts = {
  days: [],
  nets: [],
  sales: 0,
  returns: 0,
  lines: 0,
  promotionLines: 0,
  brandLines: 0,
  favouriteBrand: null,
  favouriteLines: 0,
  brandSwitches: 0
}

/** What is to be known of single customers, or of a page of them, to explain what a run found. */
export const customerPictureRepository = (tx: Tx) => ({
  /** Facts as they were last derived, by customer. */
  async kept(ids: readonly string[]): Promise<Map<string, CustomerFacts>> {
    const rows = await tx.rows<CustomerFacts & { id: string }>(
      {
        name: 'customer_picture_kept',
        text: `select customer_id as id, days, nets, sales, returns, lines, promotion_lines as "promotionLines",
                      brand_lines as "brandLines", favourite_brand as "favouriteBrand", favourite_lines as "favouriteLines",
                      brand_switches as "brandSwitches"
               from customer_facts where tenant_id = $1 and customer_id = any ($2::uuid[])`
      },
      [tx.tenantId, ids]
    )
    return new Map(rows.map(({ id, ...facts }) => [id, facts]))
  },

  /** Facts out of the ledger as they were before a day, brands left out. */
  async before(customerId: string, day: string): Promise<CustomerFacts> {
    const [row] = await tx.rows<
      Pick<CustomerFacts, 'days' | 'nets' | 'sales' | 'returns' | 'lines' | 'promotionLines'>
    >(
      {
        name: 'customer_picture_before',
        text: `select coalesce(array_agg(entry order by entry), '{}') as days, coalesce(array_agg(net order by entry), '{}') as nets,
                      coalesce(sum(sales), 0) as sales, coalesce(sum(returns), 0) as returns,
                      coalesce(sum(lines), 0) as lines, coalesce(sum(promotion_lines), 0) as "promotionLines"
               from (select (purchased_on - date '1970-01-01') * 2 + bool_or(kind = 'sale' and net_minor > 0)::int as entry,
                            sum(net_minor)::bigint as net, count(*) filter (where kind = 'sale') as sales,
                            count(*) filter (where kind = 'return') as returns, sum(l.lines) as lines,
                            sum(l.promotion_lines) as promotion_lines
                     from purchases p left join lateral (
                       select count(*) as lines, count(promotion_code) as promotion_lines from purchase_lines l
                       where l.tenant_id = $1 and l.purchase_id = p.id and p.kind = 'sale') l on true
                     where p.tenant_id = $1 and p.customer_id = $2 and p.purchased_on < $3
                     group by p.purchased_on) d`
      },
      [tx.tenantId, customerId, day]
    )
    return { ...NO_FACTS, ...row }
  },

  /** His lines of sales with a brand before a day, in the order of purchase. */
  async brandLines(customerId: string, day: string): Promise<{ brand: string; category: string }[]> {
    return tx.rows<{ brand: string; category: string }>(
      {
        name: 'customer_picture_brand_lines',
        text: `select coalesce(l.brand, k.brand) as brand, coalesce(l.category, k.category) as category
               from purchases p join purchase_lines l on l.tenant_id = $1 and l.purchase_id = p.id
               left join products k on k.tenant_id = $1 and k.sku = l.sku
               where p.tenant_id = $1 and p.customer_id = $2 and p.purchased_on < $3 and p.kind = 'sale'
                 and coalesce(l.brand, k.brand) is not null and coalesce(l.category, k.category) is not null
               order by p.purchased_at, p.id, l.line_no`
      },
      [tx.tenantId, customerId, day]
    )
  },

  /** Of these categories, those of which at least so many brands were sold before a day. */
  async categoriesOfChoice(categories: readonly string[], brands: number, day: string): Promise<Set<string>> {
    const rows = await tx.rows<{ category: string }>(
      {
        name: 'customer_picture_categories',
        text: `select category from category_brands
               where tenant_id = $1 and category = any ($2::text[]) and first_sold_on < $4
               group by category having count(*) >= $3`
      },
      [tx.tenantId, categories, brands, day]
    )
    return new Set(rows.map(row => row.category))
  },

  /** The share on promotion of the same products in the same weeks, on average over his lines before a day. */
  async expectedPromotion(customerId: string, day: string): Promise<number | null> {
    const [row] = await tx.rows<{ expected: number | null }>(
      {
        name: 'customer_picture_promotion',
        text: `select avg(k.promotion_lines::float8 / k.lines) as expected
               from purchases p join purchase_lines l on l.tenant_id = $1 and l.purchase_id = p.id
               join product_weeks k on k.tenant_id = $1 and k.sku = l.sku and k.week = date_trunc('week', p.purchased_on)::date
               where p.tenant_id = $1 and p.customer_id = $2 and p.kind = 'sale' and p.purchased_on < $3 and k.lines > 0`
      },
      [tx.tenantId, customerId, day]
    )
    return row?.expected ?? null
  },

  /** The day before which facts and products of customers are counted; null before the first run. */
  async countedTo(): Promise<string | null> {
    const [row] = await tx.rows<{ day: string }>(
      { name: 'customer_picture_counted_to', text: 'select counted_to as day from fact_states where tenant_id = $1' },
      [tx.tenantId]
    )
    return row?.day ?? null
  },

  /** The products that he bought and kept, as they were last counted, if they were first sold on or after a day. */
  async newProducts(customerId: string, newFrom: string, timeZone: string): Promise<NewProduct[]> {
    return tx.rows<NewProduct>(
      {
        name: 'customer_picture_new_products',
        text: `select m.sku, w.first_sold_on as "firstSoldOn", date_part('epoch', m.first_purchased_at) * 1000 as time, w.lines
               from customer_products m cross join lateral (
                 select (min(first_sold_at) at time zone $4)::date as first_sold_on, sum(lines)::float8 as lines from product_weeks w
                 where w.tenant_id = $1 and w.sku = m.sku) w
               where m.tenant_id = $1 and m.customer_id = $2 and m.units > 0 and w.first_sold_on >= $3
               order by m.sku`
      },
      [tx.tenantId, customerId, newFrom, timeZone]
    )
  },

  /** How many customers bought each of these products and kept it, as they were last counted. */
  async countBuyers(skus: readonly string[]): Promise<Map<string, number>> {
    const rows = await tx.rows<{ sku: string; buyers: number }>(
      {
        name: 'customer_picture_buyers',
        text: `select s.sku, (select count(*) from customer_products k
                 where k.tenant_id = $1 and k.sku = s.sku and k.units > 0) as buyers
               from unnest($2::text[]) as s (sku)`
      },
      [tx.tenantId, skus]
    )
    return new Map(rows.map(row => [row.sku, row.buyers]))
  },

  /** The time at which each product had so many buyers, in milliseconds since 1970, and how many it had by then. */
  async firstBuyers(skus: readonly string[], slots: readonly number[]): Promise<Map<string, FirstBuyers>> {
    const rows = await tx.rows<FirstBuyers & { sku: string }>(
      {
        name: 'customer_picture_first_buyers',
        text: `select s.sku, date_part('epoch', u.until) * 1000 as until,
                      (select count(*) from customer_products k where k.tenant_id = $1 and k.sku = s.sku and k.units > 0
                         and k.first_purchased_at <= u.until) as buyers
               from unnest($2::text[], $3::int[]) as s (sku, slots) cross join lateral (
                 select k.first_purchased_at as until from customer_products k
                 where k.tenant_id = $1 and k.sku = s.sku and k.units > 0
                 order by k.first_purchased_at offset s.slots - 1 limit 1) u`
      },
      [tx.tenantId, skus, slots]
    )
    return new Map(rows.map(row => [row.sku, row]))
  },

  /** The day on which the ledger's sales begin; null without one. */
  async firstSaleOn(): Promise<string | null> {
    const [row] = await tx.rows<{ day: string }>(
      {
        name: 'customer_picture_first_sale',
        text: `select purchased_on as day from purchases where tenant_id = $1 and kind = 'sale' order by purchased_at limit 1`
      },
      [tx.tenantId]
    )
    return row?.day ?? null
  }
})
