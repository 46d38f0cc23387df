import type { AbcPolicy } from '../domain/abc.ts'
import { type DayNumber, dayText, firstDayOfMonth, type MonthNumber, monthOf, type Period } from '../domain/period.ts'
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
 * One row of every customer who ever had a receipt, which whoever was classified has, by ascending id: id, net amount,
 * receipts, last paid month and its mask in one number (month's first day · 2^31 + mask), paid days, current findings.
 *
 * COPY takes no parameters, so the text holds its values: a checked id, days and integers of our own making. The months
 * come out of customer_months' primary key alone, in its order, which is why the reader forbids hashing.
 */
export function windowQuery(question: WindowQuestion): string {
  const tenant = `tenant_id = '${question.tenantId}'::uuid`
  return `
    select t.customer_id,
           coalesce(m.net, 0) + coalesce(e.net, 0), coalesce(m.receipts, 0) + coalesce(e.receipts, 0),
           greatest(m.last_paid, e.last_paid), coalesce(m.paid_days, 0) + coalesce(e.paid_days, 0),
           c.abc_class, c.abc_reason, c.amount_minor, c.tie_offset, c.last_sale_on, c.frequency, c.r, c.f, c.m
    from (select customer_id from customer_totals where ${tenant}) t
    left join (${monthsQuery(tenant, question.reading)}) m on m.customer_id = t.customer_id
    left join (${edgesQuery(tenant, question)}) e on e.customer_id = t.customer_id
    left join (select * from classifications where ${tenant}) c on c.customer_id = t.customer_id
    order by 1`
}

/** Sums of amounts stay below 2^53, so that float8 keeps them exactly; as numeric they would cost three times as much. */
function monthsQuery(tenant: string, { firstMonth, lastMonth, cut }: WindowReading): string {
  const narrowed = cut.map(({ month, mask }) => `when ${monthLiteral(month)} then paid_days & ${mask}`).join(' ')
  return `
    select customer_id, sum(net_minor::float8) as net, sum(sales + returns) as receipts,
           max(case when paid > 0 then ${packed('month', 'paid')} end) as last_paid,
           sum(bit_count(paid::bit(32))::int) as paid_days
    from (select customer_id, month, net_minor, sales, returns,
                 ${narrowed === '' ? 'paid_days' : `case month ${narrowed} else paid_days end`} as paid
          from customer_months
          where ${tenant} and month <= ${monthLiteral(lastMonth)}
            ${firstMonth === null ? '' : `and month >= ${monthLiteral(firstMonth)}`}) x
    group by customer_id`
}

/** What the months' figures lack at the edges of the window, or hold too much. */
function edgesQuery(tenant: string, { window, reading: { slices }, returnsCountOn }: WindowQuestion): string {
  const added = slices.filter(slice => slice.sign === 1)
  const masks = added.map((slice, index) => {
    const days = `date_part('day', purchased_on)::int - 1`
    const mask = `coalesce(bit_or(1 << (${days})) filter (where paid and ${withinDays('purchased_on', slice.fromDay, slice.toDay)}), 0)`
    return { mask, name: `mask_${index}`, month: monthLiteral(monthOf(slice.fromDay)) }
  })
  const receipts = slices.map(
    slice => `select customer_id, ${slice.sign} * net_minor as net, ${slice.sign} as receipts, purchased_on,
                     ${slice.sign === 1 ? `kind = 'sale' and net_minor > 0` : 'false'} as paid
              from purchases where ${tenant} and customer_id is not null and ${onDays(slice.fromDay, slice.toDay)}`
  )
  if (returnsCountOn === 'sale' && window.fromDay !== null)
    receipts.push(...movedReturns(tenant, window.fromDay, window.toDay))
  if (receipts.length === 0) receipts.push(NO_RECEIPTS)
  const paidDays = masks.map(({ name }) => `bit_count(${name}::bit(32))`)
  const lastPaid = masks.map(({ name, month }) => `case when ${name} > 0 then ${packed(month, name)} end`)
  return `
    select customer_id, net, receipts, ${['0', ...paidDays].join(' + ')} as paid_days,
           greatest(${['null::bigint', ...lastPaid].join(', ')}) as last_paid
    from (select customer_id, sum(net::float8) as net, sum(receipts) as receipts
                 ${masks.map(({ mask, name }) => `, ${mask} as ${name}`).join('')}
          from (${receipts.join(' union all ')}) x group by customer_id) y`
}

const NO_RECEIPTS =
  'select null::uuid as customer_id, 0 as net, 0 as receipts, null::date as purchased_on, false as paid where false'

/**
 * Returns that belong to the day of their sale: off the window if the sale was before it, into it if only the return was.
 * Neither may lie beyond the end of the window, which would be knowledge of the future.
 */
function movedReturns(tenant: string, fromDay: DayNumber, toDay: DayNumber): string[] {
  const moved = (returned: string, sold: string, sign: 1 | -1) => `
    select r.customer_id, ${sign} * r.net_minor as net, ${sign} as receipts, r.purchased_on, false as paid
    from purchases r join purchases s
      on s.${tenant} and s.source = r.return_of_source and s.receipt_number = r.return_of_receipt_number
    where r.${tenant} and r.kind = 'return' and r.return_of_source is not null and r.customer_id is not null and s.kind = 'sale'
      and r.purchased_on < ${dayLiteral(toDay)} and s.purchased_on < ${dayLiteral(toDay)}
      and r.purchased_on ${returned} ${dayLiteral(fromDay)} and s.purchased_on ${sold} ${dayLiteral(fromDay)}`
  return [moved('>=', '<', -1), moved('<', '>=', 1)]
}

/** The days [from, to) of receipts; the instants around them are for `purchases_purchased_at_idx`. */
function onDays(fromDay: DayNumber, toDay: DayNumber): string {
  return `purchased_at >= ${instantLiteral(fromDay * DAY_MS - AHEAD_MS)} and purchased_at < ${instantLiteral(toDay * DAY_MS + BEHIND_MS)}
          and ${withinDays('purchased_on', fromDay, toDay)}`
}

const withinDays = (column: string, fromDay: DayNumber, toDay: DayNumber): string =>
  `${column} >= ${dayLiteral(fromDay)} and ${column} < ${dayLiteral(toDay)}`

/** A month's first day and a mask of its days in one number that grows with time. */
const packed = (month: string, mask: string): string => `((${month} - date '1970-01-01')::bigint << 31) | ${mask}`

const instantLiteral = (ms: number): string => `'${new Date(ms).toISOString()}'::timestamptz`
const dayLiteral = (day: DayNumber): string => `'${dayText(day)}'::date`
const monthLiteral = (month: MonthNumber): string => dayLiteral(firstDayOfMonth(month))
