import type { DayNumber } from '../domain/period.ts'
import type { DayRange, WindowSums } from '../domain/segment-windows.ts'
import { dayLiteral, type Scope } from './segment-query-parts.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** No zone is further ahead of UTC than 14 hours, or further behind than 12. */
const AHEAD_MS = 15 * HOUR_MS
const BEHIND_MS = 13 * HOUR_MS

/** Days since 1970-01-01. */
const dayNumberOf = (column: string): string => `${column} - date '1970-01-01'`

/**
 * The months that the windows need, by customer: first day, net amount, receipts of sales, mask of paid days. The primary
 * key of customer_months alone answers it, in its order.
 */
export function monthsQuery({ firstMonth, lastMonth }: WindowSums, scope: Scope): string {
  return `select customer_id, ${dayNumberOf('month')}, net_minor, sales, paid_days from customer_months
          where tenant_id = ${scope.tenant} ${scope.among('customer_id')} and month <= ${dayLiteral(lastMonth)}
            ${firstMonth === null ? '' : `and month >= ${dayLiteral(firstMonth)}`}
          order by customer_id`
}

/**
 * The receipts of some days, by customer: day, net amount, 1 for a sale. Each range of days is a search of its own, by the
 * instants around it, which are what purchases_purchased_at_idx knows; null where there are no such days.
 */
export function receiptsQuery(days: readonly DayRange[], scope: Scope): string | null {
  const receipts = days.map(
    ([from, to]) =>
      `select customer_id, ${dayNumberOf('purchased_on')}, net_minor, (kind = 'sale')::int from purchases
       where tenant_id = ${scope.tenant} and customer_id is not null ${scope.among('customer_id')} and ${onDays(from, to)}`
  )
  return receipts.length === 0 ? null : `${receipts.join(' union all ')} order by 1`
}

const onDays = (from: DayNumber, to: DayNumber): string =>
  `purchased_on >= ${dayLiteral(from)} and purchased_on < ${dayLiteral(to)}
   and purchased_at >= ${instantLiteral(from * DAY_MS - AHEAD_MS)} and purchased_at < ${instantLiteral(to * DAY_MS + BEHIND_MS)}`

const instantLiteral = (ms: number): string => `'${new Date(ms).toISOString()}'::timestamptz`
