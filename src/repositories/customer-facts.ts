import type { Tx } from '../db/client.ts'
import { copyIn, copyOut } from '../db/copy.ts'
import { DAY_FIGURES, PACKED_DAYS } from './daily-figures.ts'

/** How far a tenant's derived facts go. */
export interface FactState {
  /** Store days before this one are counted. */
  readonly countedTo: string
  /** Receipts recorded before this are in the facts. */
  readonly recordedThrough: string
  /** The categories of several brands that the brand figures were made with, ascending. */
  readonly brandCategories: readonly string[]
  /** Whether what is packed of them is the same; see `fact_blocks`. */
  readonly packed: boolean
}

/** The brand figures of one customer; see `src/domain/brand-lines.ts`. */
export interface BrandFigures {
  readonly customer: number
  readonly lines: number
  readonly favourite: string
  readonly favouriteLines: number
  readonly switches: number
}

/** What a line says of brands, in the order of a customer's purchases. */
export type TakeBrandLine = (customer: number, brand: string, category: string) => void

/** 2 bytes of count; 5 columns with 4 bytes of length each; numbers and a brand of 200 characters of 3 bytes (one of 4 counts twice). */
const LONGEST_BRAND_ROW = 2 + 5 * 4 + 16 + 600
/** Every table that is derived here, in the shape of the real one. */
const DERIVED = ['customer_facts', 'customer_products', 'product_weeks', 'category_brands'] as const
/** A receipt's store day lies within these of its instant in UTC. */
const FROM_DAY = (from: string) => `p.purchased_at >= ${from}::timestamptz - interval '15 hours'`
const AROUND = (from: string, to: string) =>
  `${FROM_DAY(from)} and p.purchased_at < ${to}::timestamptz + interval '13 hours'`
const BRAND = 'coalesce(l.brand, k.brand)'
const CATEGORY = 'coalesce(l.category, k.category)'

/**
 * Brings what is derived from the ledger up to date, for the customers and weeks that have changed; or, where the question
 * is about another time, makes it anew in tables of this transaction that hide the real ones. For that reason no
 * statement here is a named one: a plan that is kept would go on reading the tables that it was made for.
 */
export const customerFactsRepository = (tx: Tx) => {
  const run = (text: string, ...values: unknown[]) => tx.client.query({ text, values: [tx.tenantId, ...values] })

  return {
    async state(): Promise<FactState | undefined> {
      const { rows } = await run(
        `select counted_to as "countedTo", recorded_through as "recordedThrough", brand_categories as "brandCategories",
                packed_through is not distinct from recorded_through as packed
         from fact_states where tenant_id = $1`
      )
      return rows[0] as FactState | undefined
    },

    async saveState({ countedTo, recordedThrough, brandCategories, packed }: FactState): Promise<void> {
      await run(
        `insert into fact_states (tenant_id, counted_to, recorded_through, brand_categories, packed_through)
         values ($1, $2, $3, $4, case when $5 then $3::timestamptz end)
         on conflict (tenant_id) do update set counted_to = $2, recorded_through = $3, brand_categories = $4,
           packed_through = excluded.packed_through`,
        countedTo,
        recordedThrough,
        brandCategories,
        packed
      )
    },

    /** Lets the next run make everything anew that is derived here. */
    async forget(): Promise<void> {
      await run('delete from fact_states where tenant_id = $1')
      await run('delete from fact_blocks where tenant_id = $1')
      for (const name of DERIVED) await run(`delete from ${name} where tenant_id = $1`)
    },

    /** From here on this transaction reads and writes derived tables of its own, which are empty. */
    async hideDerived(): Promise<void> {
      const tables = DERIVED.map(
        name => `create temp table ${name} (like public.${name} including indexes) on commit drop`
      )
      await tx.client.query(tables.join(';'))
    },

    /**
     * Notes which brands of which categories were sold before `to`, by the receipts that the last time did not have: recorded
     * since then, or of days that it did not count; null: by all.
     */
    async addBrands(last: { readonly since: string; readonly countedTo: string } | null, to: string): Promise<void> {
      const news =
        last === null ? [null] : ['p.recorded_at >= $3', `${FROM_DAY('$3::date')} and p.purchased_on >= $3::date`]
      for (const [n, condition] of news.entries()) {
        await run(
          `insert into category_brands as b (tenant_id, category, brand, first_sold_on)
           select $1, ${CATEGORY}, ${BRAND}, min(p.purchased_on)
           from purchases p
           join purchase_lines l on l.tenant_id = $1 and l.purchase_id = p.id
           left join products k on k.tenant_id = $1 and k.sku = l.sku
           where p.tenant_id = $1 and p.kind = 'sale' and p.purchased_on < $2 and ${BRAND} is not null
             and ${CATEGORY} is not null ${condition === null ? '' : `and ${condition}`}
           group by 2, 3 order by 2, 3
           on conflict (tenant_id, category, brand) do update set first_sold_on = excluded.first_sold_on
             where b.first_sold_on > excluded.first_sold_on`,
          to,
          ...(last === null ? [] : [n === 0 ? last.since : last.countedTo])
        )
      }
    },

    /** The categories of which at least so many brands were sold before a day, ascending. */
    async brandCategories(brands: number, before: string): Promise<string[]> {
      const { rows } = await run(
        `select category from category_brands where tenant_id = $1 and first_sold_on < $2
         group by category having count(*) >= $3 order by category collate "C"`,
        before,
        brands
      )
      return rows.map(row => (row as { category: string }).category)
    },

    /** Makes those weeks of all products anew, from receipts before `to`; null: all weeks. */
    async rebuildWeeks(mondays: readonly string[] | null, to: string): Promise<void> {
      if (mondays?.length === 0) return
      if (mondays !== null) {
        await run('delete from product_weeks where tenant_id = $1 and week = any ($2::date[])', mondays)
      }
      await run(
        `insert into product_weeks (tenant_id, sku, week, lines, promotion_lines, units, net_minor, first_sold_at)
         select $1, l.sku, date_trunc('week', p.purchased_on)::date,
                count(*) filter (where p.kind = 'sale'), count(l.promotion_code) filter (where p.kind = 'sale'),
                sum(case p.kind when 'sale' then l.quantity else -l.quantity end), sum(l.net_minor),
                min(p.purchased_at) filter (where p.kind = 'sale')
         from ${
           mondays === null
             ? 'purchases p'
             : `unnest($3::date[]) as w (monday) join purchases p on p.tenant_id = $1
                and ${AROUND('w.monday', '(w.monday + 7)')} and p.purchased_on >= w.monday and p.purchased_on < w.monday + 7`
         }
         join purchase_lines l on l.tenant_id = $1 and l.purchase_id = p.id
         where p.tenant_id = $1 and p.purchased_on < $2 and l.sku is not null
         group by 2, 3 order by 2, 3`,
        to,
        ...(mondays === null ? [] : [mondays])
      )
    },

    /** The Mondays of the weeks that receipts recorded since then lie in, future ones included, ascending. */
    async weeksOf(since: string): Promise<string[]> {
      const { rows } = await run(
        `select distinct date_trunc('week', purchased_on)::date as monday from purchases
         where tenant_id = $1 and recorded_at >= $2 order by 1`,
        since
      )
      return rows.map(row => (row as { monday: string }).monday)
    },

    /**
     * Numbers the customers whose facts are to be made anew, from 1, by id: those with receipts recorded since then and
     * those marked as stale; null: all who have receipts. Returns how many.
     */
    async collectStale(since: string | null): Promise<number> {
      const who =
        since === null
          ? 'select customer_id from customer_totals where tenant_id = $1'
          : `select customer_id from purchases where tenant_id = $1 and recorded_at >= $2 and customer_id is not null
             union select customer_id from customer_facts where tenant_id = $1 and stale`
      await tx.client.query(`create temp table stale_customers (n integer, customer_id uuid) on commit drop;
        create temp table stale_brands (n integer primary key, lines integer, favourite text, favourite_lines integer, switches integer)
          on commit drop`)
      const { rowCount } = await run(
        `insert into stale_customers select row_number() over (order by customer_id), customer_id from (${who}) s order by 1`,
        ...(since === null ? [] : [since])
      )
      await tx.client.query(
        `create unique index on stale_customers (n); create unique index on stale_customers (customer_id); analyze stale_customers`
      )
      return rowCount ?? 0
    },

    /** Hands over the lines of sales with a brand before a day, in those categories: customer by customer, in order of purchase. */
    async readBrandLines(numbers: readonly [number, number], before: string, take: TakeBrandLine): Promise<void> {
      await copyOut(
        tx.client,
        `select s.n, ${BRAND}, ${CATEGORY}
         from stale_customers s
         join purchases p on p.tenant_id = '${tx.tenantId}' and p.customer_id = s.customer_id
         join purchase_lines l on l.tenant_id = '${tx.tenantId}' and l.purchase_id = p.id
         left join products k on k.tenant_id = '${tx.tenantId}' and k.sku = l.sku
         where s.n >= ${numbers[0]} and s.n < ${numbers[1]} and p.kind = 'sale' and p.purchased_on < '${before}'::date
           and ${BRAND} is not null and ${CATEGORY} in (select category from wanted_categories)
         order by s.n, p.purchased_at, p.id, l.line_no`,
        row => take(row.integer(0), row.text(), row.text())
      )
    },

    /** Names the categories whose lines `readBrandLines` hands over. */
    async wantCategories(categories: readonly string[]): Promise<void> {
      await tx.client.query('create temp table wanted_categories (category text) on commit drop')
      await tx.client.query({
        text: 'insert into wanted_categories select unnest($1::text[])',
        values: [categories]
      })
      await tx.client.query('analyze wanted_categories')
    },

    /** Keeps brand figures for `writeFacts`. */
    async keepBrands(figures: readonly BrandFigures[]): Promise<void> {
      await copyIn(tx.client, 'pg_temp.stale_brands', 5, figures.length, LONGEST_BRAND_ROW, (row, place) => {
        const { customer, lines, favourite, favouriteLines, switches } = figures[place] as BrandFigures
        row.integer(customer)
        row.integer(lines)
        row.text(favourite)
        row.integer(favouriteLines)
        row.integer(switches)
      })
    },

    /** Writes the facts and the products of the stale customers with these numbers. Days and nets hold all receipts. */
    async writeFacts([first, end]: readonly [number, number], to: string): Promise<void> {
      const stale = `(select * from stale_customers where n >= ${first} and n < ${end}) s`
      // Receipts and lines are each gone through once, in whatever way is the best for so many customers.
      await run(
        `with receipts as materialized (
           select s.n, p.id, p.kind, p.net_minor, p.purchased_on, p.purchased_on >= $2 as ahead
           from ${stale} join purchases p on p.tenant_id = $1 and p.customer_id = s.customer_id)
         insert into customer_facts (tenant_id, customer_id, counted_to, stale, days, nets, daily, sales, returns,
           lines, promotion_lines, brand_lines, favourite_brand, favourite_lines, brand_switches)
         select $1, s.customer_id, $2, d.stale, d.days, d.nets, d.daily, d.sales, d.returns, coalesce(l.lines, 0),
                coalesce(l.promotion_lines, 0), coalesce(b.lines, 0), b.favourite, coalesce(b.favourite_lines, 0),
                coalesce(b.switches, 0)
         from (select n, array_agg(entry order by purchased_on) as days, array_agg(net order by purchased_on) as nets,
                      ${PACKED_DAYS} as daily, coalesce(sum(receipts) filter (where not ahead), 0) as sales,
                      coalesce(sum(returns) filter (where not ahead), 0) as returns, bool_or(ahead) as stale
               from (select p.n, p.ahead, ${DAY_FIGURES}, count(*) filter (where p.kind = 'return') as returns
                     from receipts p group by p.n, p.purchased_on, p.ahead) x
               group by n) d
         join ${stale} on s.n = d.n
         left join (select p.n, count(*) as lines, count(l.promotion_code) as promotion_lines
                    from receipts p join purchase_lines l on l.tenant_id = $1 and l.purchase_id = p.id
                    where p.kind = 'sale' and not p.ahead group by p.n) l on l.n = d.n
         left join stale_brands b on b.n = d.n
         order by d.n
         on conflict (tenant_id, customer_id) do update set
           counted_to = excluded.counted_to, stale = excluded.stale, days = excluded.days, nets = excluded.nets,
           daily = excluded.daily, sales = excluded.sales, returns = excluded.returns, lines = excluded.lines, promotion_lines = excluded.promotion_lines,
           brand_lines = excluded.brand_lines, favourite_brand = excluded.favourite_brand,
           favourite_lines = excluded.favourite_lines, brand_switches = excluded.brand_switches`,
        to
      )
      await run(
        `delete from customer_products k using ${stale} where k.tenant_id = $1 and k.customer_id = s.customer_id`
      )
      await run(
        `insert into customer_products (tenant_id, customer_id, sku, first_purchased_at, last_purchased_at, lines, units, net_minor)
         select $1, s.customer_id, l.sku, min(p.purchased_at) filter (where p.kind = 'sale'),
                max(p.purchased_at) filter (where p.kind = 'sale'), count(*) filter (where p.kind = 'sale'),
                sum(case p.kind when 'sale' then l.quantity else -l.quantity end), sum(l.net_minor)
         from ${stale} join purchases p on p.tenant_id = $1 and p.customer_id = s.customer_id
         join purchase_lines l on l.tenant_id = $1 and l.purchase_id = p.id
         where p.purchased_on < $2 and l.sku is not null
         group by 2, 3 having count(*) filter (where p.kind = 'sale') > 0
         order by 2, 3`,
        to
      )
    }
  }
}
