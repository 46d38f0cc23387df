import type { Tx } from '../db/client.ts'
import { IN_WINDOW, REPORT_STATEMENT_MS, type ReceiptWindow, windowValues } from './reports-session.ts'

/** Null: lines of products without a category. */
export interface CategoryFigures {
  readonly category: string | null
  readonly netMinor: number
  readonly units: number
}

/** Receipts of sales with a positive amount. Null without any. */
export interface BasketFigures {
  readonly receipts: number
  readonly medianMinor: number | null
  readonly meanMinor: number | null
  readonly medianUnits: number | null
  readonly anonymousReceipts: number
  /** What is left out: sales of nothing or less, and returns. */
  readonly freeReceipts: number
  readonly returns: number
  readonly returnsMinor: number
}

/** Gaps of so many days between purchase days, of all customers together. */
export interface GapCount {
  readonly value: number
  readonly count: number
}

/** How often customers bought: all gaps, and how many customers there are, can be judged, and are regular. */
export interface FrequencyFigures {
  readonly gaps: GapCount[]
  readonly customers: number
  readonly judged: number
  readonly regular: number
}

/** Receipts and turnover of an hour of the week, by the store's clock; weekday 1 is Monday. */
export interface HourFigures {
  readonly weekday: number
  readonly hour: number
  readonly receipts: number
  readonly netMinor: number
}

const PAID = `p.kind = 'sale' and p.net_minor > 0`

/** Gaps between distinct paid purchase days of each known customer. */
const GAPS = `
  select customer_id, purchased_on - lag(purchased_on) over (partition by customer_id order by purchased_on) as gap
  from (select distinct p.customer_id, p.purchased_on from purchases p
        where ${IN_WINDOW} and p.customer_id is not null and ${PAID}) d`

/** How receipts of a window look. */
export const reportsHabitsRepository = (tx: Tx) => ({
  /** Net of returns, largest turnover first. What the product is filed under now goes before what the till wrote then. */
  async categories(window: ReceiptWindow): Promise<CategoryFigures[]> {
    return tx.rows<CategoryFigures & { [name: string]: unknown }>(
      {
        name: 'reports_categories',
        timeoutMs: REPORT_STATEMENT_MS,
        text: `select coalesce(g.category, l.category) as category, sum(l.net_minor)::bigint as "netMinor",
                      sum(case p.kind when 'return' then -l.quantity else l.quantity end) as units
               from purchases p
               join purchase_lines l on l.tenant_id = $1 and l.purchase_id = p.id
               left join products g on g.tenant_id = $1 and g.sku = l.sku
               where ${IN_WINDOW} group by 1 order by 2 desc, 1`
      },
      windowValues(tx, window)
    )
  },

  async baskets(window: ReceiptWindow): Promise<BasketFigures | undefined> {
    const [row] = await tx.rows<BasketFigures & { [name: string]: unknown }>(
      {
        name: 'reports_baskets',
        timeoutMs: REPORT_STATEMENT_MS,
        text: `select count(*) filter (where ${PAID}) as receipts,
                      percentile_cont(0.5) within group (order by p.net_minor) filter (where ${PAID}) as "medianMinor",
                      (avg(p.net_minor) filter (where ${PAID}))::float8 as "meanMinor",
                      percentile_cont(0.5) within group (order by p.units) filter (where ${PAID}) as "medianUnits",
                      count(*) filter (where ${PAID} and p.customer_id is null) as "anonymousReceipts",
                      count(*) filter (where p.kind = 'sale' and p.net_minor <= 0) as "freeReceipts",
                      count(*) filter (where p.kind = 'return') as returns,
                      coalesce(sum(p.net_minor) filter (where p.kind = 'return'), 0)::bigint as "returnsMinor"
               from purchases p where ${IN_WINDOW}`
      },
      windowValues(tx, window)
    )
    return row
  },

  /**
   * Gaps between distinct paid days of each customer, counted by length, and `frequencyOf` for everybody at once: the
   * deviation of a customer's gaps, as of a sample, over their mean.
   */
  async frequency(window: ReceiptWindow, maxVariation: number, minGaps: number): Promise<FrequencyFigures> {
    const rows = await tx.rows<GapCount & { what: 'gap' | 'customers' | 'judged' | 'regular' }>(
      {
        name: 'reports_frequency',
        timeoutMs: REPORT_STATEMENT_MS,
        text: `with gaps as materialized (${GAPS}),
               each as materialized (
                 select count(gap) as gaps, stddev_samp(gap::float8) / nullif(avg(gap::float8), 0) as variation
                 from gaps group by customer_id)
               select 'gap' as what, gap as value, count(*) as count from gaps where gap is not null group by gap
               union all select 'customers', 0, count(*) from each
               union all select 'judged', 0, count(*) from each where gaps >= $8
               union all select 'regular', 0, count(*) from each where gaps >= $8 and variation < $7::float8`
      },
      [...windowValues(tx, window), maxVariation, minGaps]
    )
    const figure = (what: string): number => rows.find(row => row.what === what)?.count ?? 0
    return {
      gaps: rows.filter(row => row.what === 'gap'),
      customers: figure('customers'),
      judged: figure('judged'),
      regular: figure('regular')
    }
  },

  async hours(window: ReceiptWindow): Promise<HourFigures[]> {
    return tx.rows<HourFigures & { [name: string]: unknown }>(
      {
        name: 'reports_hours',
        timeoutMs: REPORT_STATEMENT_MS,
        text: `select extract(isodow from local)::int as weekday, extract(hour from local)::int as hour,
                      count(*) as receipts, sum(net_minor)::bigint as "netMinor"
               from (select p.purchased_at at time zone s.time_zone as local, p.net_minor
                     from purchases p join stores s on s.tenant_id = $1 and s.id = p.store_id
                     where ${IN_WINDOW} and ${PAID}) x
               group by 1, 2`
      },
      windowValues(tx, window)
    )
  }
})
