import type { Tx } from '../db/client.ts'
import { type DayNumber, dayNumber, dayText } from '../domain/period.ts'
import { REPORT_STATEMENT_MS } from './reports-session.ts'

/** Weeks that begin on Mondays from `fromWeek` on, up to `toWeek` (excluded). */
export interface WeekWindow {
  readonly fromWeek: DayNumber
  readonly toWeek: DayNumber
}

/** Net units of the weeks in which anything was sold or came back; the others are zeros. */
export interface WeeklyUnits {
  /** The sku, or the category. */
  readonly key: string
  readonly name: string
  /** The first week of all, which may lie before the window. */
  readonly firstWeek: DayNumber
  /** Weeks since the window began, ascending, and the units of each. */
  readonly weeks: readonly number[]
  readonly units: readonly number[]
}

interface WeekColumns {
  readonly [name: string]: unknown
  readonly key: string
  readonly name: string
  readonly first_week: string
  readonly weeks: number[]
  readonly units: number[]
}

const SERIES = `
  min(week) as first_week,
  array_agg((week - $2::date) / 7 order by week) filter (where week >= $2) as weeks,
  array_agg(units::float8 order by week) filter (where week >= $2) as units`

/** What was sold week by week, from the figures that are derived before each classification run. */
export const reportsDemandRepository = (tx: Tx) => ({
  /** Store days before this one are in the weekly figures; undefined before the first run. */
  async countedTo(): Promise<DayNumber | undefined> {
    const [row] = await tx.rows<{ day: string }>(
      { name: 'reports_counted_to', text: 'select counted_to as day from fact_states where tenant_id = $1' },
      [tx.tenantId]
    )
    return row && dayNumber(row.day)
  },

  /** Products by sku, a piece of them at a time: the primary key's order spares sorting. Only those of the window. */
  async products(window: WeekWindow, sku: string | null, afterSku: string, limit: number): Promise<WeeklyUnits[]> {
    const rows = await tx.rows<WeekColumns>(
      {
        name: 'reports_demand_products',
        timeoutMs: REPORT_STATEMENT_MS,
        text: `select w.sku as key, p.name, w.first_week, w.weeks, w.units
               from (select sku, ${SERIES} from product_weeks
                     where tenant_id = $1 and week < $3 and sku > $4 and ($5::text is null or sku = $5)
                     group by sku having max(week) >= $2 order by sku limit $6) w
               join products p on p.tenant_id = $1 and p.sku = w.sku order by w.sku`
      },
      [tx.tenantId, dayText(window.fromWeek), dayText(window.toWeek), afterSku, sku, limit]
    )
    return rows.map(weeklyUnits)
  },

  /** Categories that products are filed under now. */
  async categories(window: WeekWindow, category: string | null): Promise<WeeklyUnits[]> {
    const rows = await tx.rows<WeekColumns>(
      {
        name: 'reports_demand_categories',
        timeoutMs: REPORT_STATEMENT_MS,
        text: `select category as key, category as name, ${SERIES}
               from (select p.category, w.week, sum(w.units) as units
                     from product_weeks w join products p on p.tenant_id = $1 and p.sku = w.sku
                     where w.tenant_id = $1 and w.week < $3 and p.category is not null and ($4::text is null or p.category = $4)
                     group by 1, 2) x
               group by category having max(week) >= $2 order by category`
      },
      [tx.tenantId, dayText(window.fromWeek), dayText(window.toWeek), category]
    )
    return rows.map(weeklyUnits)
  }
})

const weeklyUnits = ({ key, name, first_week, weeks, units }: WeekColumns): WeeklyUnits => ({
  key,
  name,
  firstWeek: dayNumber(first_week),
  weeks,
  units
})
