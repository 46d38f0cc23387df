import { type DayNumber, firstDayOfMonth, type MonthNumber, maskOfPeriod, monthOf } from '../domain/period.ts'
import { type Aggregate, type FactColumn, isNarrowed } from '../domain/segment-columns.ts'
import { type LedgerSlice, readingOf, type WindowReading } from '../domain/window-reading.ts'
import { dayLiteral, type Part, type Scope, type Selected, windowOf } from './segment-query-parts.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** No zone is further ahead of UTC than 14 hours, or further behind than 12. */
const AHEAD_MS = 15 * HOUR_MS
const BEHIND_MS = 13 * HOUR_MS

const MONTHS = 'months'
const EDGES = 'edges'

/**
 * Aggregates of everything that a customer bought, of any number of windows. They are summed up from the figures of whole
 * months, which the primary key of customer_months holds in the order of customers, and at the edges of windows from the
 * receipts of a few days. Days with a purchase need no receipts: the months' masks know each of them.
 */
export function monthlyPurchases(columns: readonly FactColumn[], scope: Scope): Part {
  const aggregates = columns.flatMap(({ key, source }) =>
    'aggregate' in source && !isNarrowed(source.aggregate) && source.aggregate.function !== 'distinct_products'
      ? [{ key, aggregate: source.aggregate }]
      : []
  )
  if (aggregates.length === 0) return { selected: new Map(), joined: [] }
  const windows = new Map(aggregates.map(({ aggregate }) => [aggregate.withinDays, windowFor(aggregate, scope)]))
  const summed = [...windows.values()].filter(({ withinDays }) =>
    aggregates.some(one => sums(one.aggregate, withinDays))
  )
  const counted = [...windows.values()].filter(({ withinDays }) =>
    aggregates.some(({ aggregate }) => aggregate.function === 'distinct_days' && aggregate.withinDays === withinDays)
  )
  return {
    selected: new Map(aggregates.map(({ key, aggregate }) => [key, selectedOf(aggregate, scope)])),
    joined: [
      { alias: MONTHS, rows: monthsQuery([...windows.values()], summed, counted, scope) },
      ...(summed.length > 0 ? [{ alias: EDGES, rows: edgesQuery(summed, scope) }] : [])
    ]
  }
}

interface Window {
  readonly withinDays: number | null
  /** Ends the names of its columns. */
  readonly name: string
  readonly fromDay: DayNumber | null
  readonly reading: WindowReading
}

function windowFor({ withinDays }: Aggregate, { until, lastDay }: Scope): Window {
  const window = windowOf(withinDays, until)
  return { withinDays, name: nameOf(withinDays), fromDay: window.fromDay, reading: readingOf(window, lastDay) }
}

const nameOf = (withinDays: number | null): string => (withinDays === null ? 'ever' : String(withinDays))

const sums = (aggregate: Aggregate, withinDays: number | null): boolean =>
  aggregate.withinDays === withinDays && ['sum', 'count', 'average'].includes(aggregate.function)

function selectedOf(aggregate: Aggregate, scope: Scope): Selected {
  const name = nameOf(aggregate.withinDays)
  const both = (column: string) => `coalesce(${MONTHS}.${column}_${name}, 0) + coalesce(${EDGES}.${column}_${name}, 0)`
  switch (aggregate.function) {
    case 'sum':
      return { expression: both('net'), form: 'number' }
    case 'count':
      return { expression: `(${both('sales')})::float8`, form: 'number' }
    case 'average':
      return { expression: `(${both('net')}) / nullif(${both('sales')}, 0)`, form: 'number' }
    case 'distinct_days':
      return { expression: `coalesce(${MONTHS}.days_${name}, 0)::float8`, form: 'number' }
    default: {
      const { fromDay } = windowOf(aggregate.withinDays, scope.until)
      const earliest = fromDay === null ? '' : `case when ${MONTHS}.last_paid >= ${packedDay(fromDay)} then`
      return { expression: `${earliest} ${MONTHS}.last_paid ${earliest && 'end'}`, form: 'packed_day' }
    }
  }
}

/** The month's first day · 2^31 + mask, so that numbers of later days are larger; of a day alone, its own bit. */
function packedDay(day: DayNumber): number {
  const first = firstDayOfMonth(monthOf(day))
  return first * 2 ** 31 + 2 ** (day - first)
}

function monthsQuery(
  windows: readonly Window[],
  summed: readonly Window[],
  counted: readonly Window[],
  scope: Scope
): string {
  const last = Math.max(monthOf(scope.until), ...summed.map(({ reading }) => reading.lastMonth))
  const first = earliest(windows.map(({ fromDay }) => (fromDay === null ? null : monthOf(fromDay))))
  const figures = [
    ...summed.flatMap(({ name, reading }) => {
      const { firstMonth, lastMonth } = reading
      const from = firstMonth === null ? '' : `month >= ${monthLiteral(firstMonth)} and`
      const filter = `filter (where ${from} month <= ${monthLiteral(lastMonth)})`
      return [`sum(net) ${filter} as net_${name}`, `sum(sales) ${filter} as sales_${name}`]
    }),
    ...counted.map(({ name, fromDay }) => `${paidDays(fromDay)} as days_${name}`),
    `max(case when paid > 0 then ((month - date '1970-01-01')::bigint << 31) | paid end) as last_paid`
  ]
  const running = monthOf(scope.until)
  const mask = maskOfPeriod(running, { fromDay: null, toDay: scope.until })
  return `
    select customer_id, ${figures.join(', ')}
    from (select customer_id, month, net_minor::float8 as net, sales,
                 case when month >= ${monthLiteral(running)} then paid_days & ${mask} else paid_days end as paid
          from customer_months
          where tenant_id = ${scope.tenant} ${scope.among('customer_id')} and month <= ${monthLiteral(last)}
            ${first === null ? '' : `and month >= ${monthLiteral(first)}`}) x
    group by customer_id`
}

/** Days with a sale of a positive amount from a day on; the month that the day cuts counts from it on. */
function paidDays(fromDay: DayNumber | null): string {
  const bits = (mask: string) => `bit_count((${mask})::bit(32))`
  if (fromDay === null) return `sum(${bits('paid')})`
  const month = monthOf(fromDay)
  const inside = maskOfPeriod(month, { fromDay, toDay: firstDayOfMonth(month + 1) })
  return `sum(case when month > ${monthLiteral(month)} then ${bits('paid')}
                   when month = ${monthLiteral(month)} then ${bits(`paid & ${inside}`)} end)`
}

/** What whole months lack at the edges of each window, or hold too much. */
function edgesQuery(windows: readonly Window[], scope: Scope): string {
  const slices = windows.flatMap(({ reading }) => reading.slices)
  const figure = (what: string, own: readonly LedgerSlice[]) =>
    own
      .map(({ sign, fromDay, toDay }) => `${sign} * coalesce(sum(${what}) filter (where ${onDays(fromDay, toDay)}), 0)`)
      .join(' + ') || '0'
  const figures = windows.flatMap(({ name, reading }) => [
    `${figure('net', reading.slices)} as net_${name}`,
    `${figure('sale', reading.slices)} as sales_${name}`
  ])
  const receipts = merged(slices).map(
    ([from, to]) => `
      select customer_id, purchased_on, net_minor::float8 as net, (kind = 'sale')::int as sale from purchases
      where tenant_id = ${scope.tenant} and customer_id is not null ${scope.among('customer_id')} and ${onDays(from, to)}
        and purchased_at >= ${instantLiteral(from * DAY_MS - AHEAD_MS)}
        and purchased_at < ${instantLiteral(to * DAY_MS + BEHIND_MS)}`
  )
  return `
    select customer_id, ${figures.join(', ')}
    from (${receipts.join(' union all ') || NO_RECEIPTS}) x
    group by customer_id`
}

const NO_RECEIPTS =
  'select null::uuid as customer_id, null::date as purchased_on, 0::float8 as net, 0 as sale where false'

/** The days that lie in any of the slices, as few ranges as they make: each receipt is read once. */
function merged(slices: readonly LedgerSlice[]): [DayNumber, DayNumber][] {
  const ranges: [DayNumber, DayNumber][] = []
  for (const { fromDay, toDay } of [...slices].sort((a, b) => a.fromDay - b.fromDay)) {
    const before = ranges.at(-1)
    if (before && fromDay <= before[1]) before[1] = Math.max(before[1], toDay)
    else ranges.push([fromDay, toDay])
  }
  return ranges
}

const earliest = (months: readonly (MonthNumber | null)[]): MonthNumber | null =>
  months.some(month => month === null) ? null : Math.min(...(months as MonthNumber[]))

const onDays = (fromDay: DayNumber, toDay: DayNumber): string =>
  `purchased_on >= ${dayLiteral(fromDay)} and purchased_on < ${dayLiteral(toDay)}`

const monthLiteral = (month: MonthNumber): string => dayLiteral(firstDayOfMonth(month))
const instantLiteral = (ms: number): string => `'${new Date(ms).toISOString()}'::timestamptz`
