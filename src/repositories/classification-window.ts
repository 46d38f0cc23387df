import type { AbcPolicy } from '../domain/abc.ts'
import { type DayNumber, dayText, firstDayOfMonth, type MonthNumber, type Period } from '../domain/period.ts'
import type { WindowReading } from '../domain/window-reading.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** No zone is further ahead of UTC than 14 hours, or further behind than 12. */
const AHEAD_MS = 15 * HOUR_MS
const BEHIND_MS = 13 * HOUR_MS

/** What a run reads, and by which rules. */
export interface WindowQuestion {
  readonly tenantId: string
  readonly window: Period
  readonly reading: WindowReading
  readonly returnsCountOn: AbcPolicy['returnsCountOn']
}

/**
 * One row of every customer with ledger activity or findings, by ascending id: id, net amount, receipts, last paid month
 * and its mask in one number (month's first day · 2^31 + mask), paid days, and the current findings.
 *
 * COPY takes no parameters, so the text holds its values: a checked id, days and integers of our own making. The months
 * come out of customer_months' primary key alone, in its order, which is why the reader forbids hashing.
 */
export function windowQuery({ tenantId, window, reading, returnsCountOn }: WindowQuestion): string {
  const tenant = `tenant_id = '${tenantId}'::uuid`
  const corrections = [
    ...reading.slices.map(
      slice => `select customer_id, ${slice.sign} * net_minor as net, ${slice.sign} as receipts
                from purchases where ${tenant} and customer_id is not null and ${onDays(slice.fromDay, slice.toDay)}`
    ),
    ...(returnsCountOn === 'sale' && window.fromDay !== null
      ? [movedReturns(tenant, window.fromDay, window.toDay)]
      : [])
  ]
  return `
    select coalesce(t.customer_id, c.customer_id) as id,
           coalesce(m.net, 0) + coalesce(e.net, 0), coalesce(m.receipts, 0) + coalesce(e.receipts, 0),
           m.last_paid, coalesce(m.paid_days, 0),
           c.abc_class, c.abc_reason, c.amount_minor, c.tie_offset, c.last_sale_on, c.frequency, c.r, c.f, c.m
    from (select customer_id from customer_totals where ${tenant}) t
    full join (select * from classifications where ${tenant}) c on c.customer_id = t.customer_id
    left join (${monthsQuery(tenant, reading)}) m on m.customer_id = coalesce(t.customer_id, c.customer_id)
    left join (
      select customer_id, sum(net::float8) as net, sum(receipts) as receipts
      from (${corrections.length > 0 ? corrections.join(' union all ') : 'select null::uuid as customer_id, 0 as net, 0 as receipts where false'}) x
      group by customer_id
    ) e on e.customer_id = coalesce(t.customer_id, c.customer_id)
    order by 1`
}

/** Sums of amounts stay below 2^53, so that float8 keeps them exactly; as numeric they would cost three times as much. */
function monthsQuery(tenant: string, reading: WindowReading): string {
  const { firstMonth, lastMonth, firstMaskMonth, lastMaskMonth, cut } = reading
  const whole =
    firstMonth === firstMaskMonth && lastMonth === lastMaskMonth
      ? 'true'
      : `(${firstMonth === null ? '' : `month >= ${monthLiteral(firstMonth)} and `}month <= ${monthLiteral(lastMonth)})`
  const ifWhole = (figure: string) => (whole === 'true' ? figure : `case when ${whole} then ${figure} else 0 end`)
  const paid =
    cut.length === 0
      ? 'paid_days'
      : `case month ${cut.map(({ month, mask }) => `when ${monthLiteral(month)} then paid_days & ${mask}`).join(' ')} else paid_days end`
  return `
    select customer_id, sum(${ifWhole('net_minor::float8')}) as net, sum(${ifWhole('sales + returns')}) as receipts,
           max(case when paid > 0 then ((month - date '1970-01-01')::bigint << 31) | paid end) as last_paid,
           sum(bit_count(paid::bit(32))::int) as paid_days
    from (select customer_id, month, net_minor, sales, returns, ${paid} as paid from customer_months
          where ${tenant} and month <= ${monthLiteral(lastMaskMonth)}
            ${firstMaskMonth === null ? '' : `and month >= ${monthLiteral(firstMaskMonth)}`}) x
    group by customer_id`
}

/**
 * Returns that belong to the day of their sale: off the window if the sale was before it, into it if only the return was.
 * Neither may lie beyond the end of the window, which would be knowledge of the future.
 */
function movedReturns(tenant: string, fromDay: DayNumber, toDay: DayNumber): string {
  const moved = (returned: string, sold: string, sign: 1 | -1) => `
    select r.customer_id, ${sign} * r.net_minor, ${sign}
    from purchases r join purchases s
      on s.${tenant} and s.source = r.return_of_source and s.receipt_number = r.return_of_receipt_number
    where r.${tenant} and r.kind = 'return' and r.return_of_source is not null and r.customer_id is not null and s.kind = 'sale'
      and r.purchased_on < ${dayLiteral(toDay)} and s.purchased_on < ${dayLiteral(toDay)}
      and r.purchased_on ${returned} ${dayLiteral(fromDay)} and s.purchased_on ${sold} ${dayLiteral(fromDay)}`
  return `${moved('>=', '<', -1)} union all ${moved('<', '>=', 1)}`
}

/** The days [from, to) of receipts; the instants around them are for `purchases_purchased_at_idx`. */
function onDays(fromDay: DayNumber, toDay: DayNumber): string {
  return `purchased_at >= ${instantLiteral(fromDay * DAY_MS - AHEAD_MS)} and purchased_at < ${instantLiteral(toDay * DAY_MS + BEHIND_MS)}
          and purchased_on >= ${dayLiteral(fromDay)} and purchased_on < ${dayLiteral(toDay)}`
}

const instantLiteral = (ms: number): string => `'${new Date(ms).toISOString()}'::timestamptz`
const dayLiteral = (day: DayNumber): string => `'${dayText(day)}'::date`
const monthLiteral = (month: MonthNumber): string => dayLiteral(firstDayOfMonth(month))
