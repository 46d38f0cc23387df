import { pick } from './canonical-rows.ts'
import type { DayNumber } from './period.ts'
import { dayOf, isPaid, paidDaysWithin, type ReceiptDays } from './receipt-days.ts'

/** The receipts of many customers by day: those of customer c lie at offsets[c] up to offsets[c + 1] (excluded). */
export interface PurchaseDays {
  readonly days: ReceiptDays
  /** Net minor units of that day, sales minus returns. */
  readonly nets: ArrayLike<number>
  /** One more than there are customers. */
  readonly offsets: ArrayLike<number>
}

/** All that the models know of one customer, in whole days. A purchase is a paid day, however many receipts it has. */
export interface BuyingHistory {
  /** x: purchases after the first. */
  repeats: number
  /** t_x: from the first purchase to the last; 0 without a repeat. */
  recency: number
  /** T: from the first purchase to the day of the reading. */
  age: number
  /** Net minor units of all days after the first purchase, returns included. */
  net: number
}

/** Histories as columns, one row a customer who has bought. */
export interface BuyingHistories {
  readonly repeats: Int32Array
  readonly recency: Int32Array
  readonly age: Int32Array
  /** Safe integers of minor units. */
  readonly net: Float64Array
  /** Purchases after the history ends, from its day (included) to a later one: what a forecast is held against. */
  readonly later: Int32Array
}

/** Room for one history, to be filled again for each customer. */
export function emptyHistory(): BuyingHistory {
  return { repeats: 0, recency: 0, age: 0, net: 0 }
}

/**
 * Reads the days at `from` up to `to` (excluded) into `into` as they stood when `asOfDay` began; that day and everything
 * later is not looked at. Null, and `into` is meaningless, for a customer who had not bought by then.
 */
export function readHistory(
  into: BuyingHistory,
  days: ReceiptDays,
  nets: ArrayLike<number>,
  from: number,
  to: number,
  asOfDay: DayNumber
): BuyingHistory | null {
  let at = from
  while (at < to && !isPaid(days[at] as number)) at++
  const first = at < to ? dayOf(days[at] as number) : asOfDay
  if (first >= asOfDay) return null
  let last = first
  let repeats = 0
  let net = 0
  for (at++; at < to; at++) {
    const entry = days[at] as number
    if (dayOf(entry) >= asOfDay) break
    net += nets[at] as number
    if (!isPaid(entry)) continue
    repeats++
    last = dayOf(entry)
  }
  into.repeats = repeats
  into.recency = last - first
  into.age = asOfDay - first
  into.net = net
  return into
}

/**
 * Net minor units of a repeat purchase, on average; the first purchase does not count, because it tells more of why
 * somebody came than of what he spends. Null without a repeat, or when returns ate everything: then it is unknown.
 */
export function meanSpend(repeats: number, net: number): number | null {
  return repeats > 0 && net > 0 ? net / repeats : null
}

/**
 * The histories of all customers who had bought when `asOfDay` began, in the order in which they come, and what each
 * bought from then on before `untilDay` began.
 */
export function historiesBefore(purchases: PurchaseDays, asOfDay: DayNumber, untilDay = asOfDay): BuyingHistories {
  const { days, nets, offsets } = purchases
  const customers = Math.max(offsets.length - 1, 0)
  const columns = emptyColumns(customers)
  const room = emptyHistory()
  let rows = 0
  for (let customer = 0; customer < customers; customer++) {
    const from = offsets[customer] as number
    const to = offsets[customer + 1] as number
    const history = readHistory(room, days, nets, from, to, asOfDay)
    if (history === null) continue
    columns.repeats[rows] = history.repeats
    columns.recency[rows] = history.recency
    columns.age[rows] = history.age
    columns.net[rows] = history.net
    columns.later[rows] = paidDaysWithin(days, from, to, asOfDay, untilDay)
    rows++
  }
  return columnwise(columns, column => column.subarray(0, rows))
}

/** The first day on which anybody bought; null when nobody did before `asOfDay`. */
export function firstPurchaseDay({ days }: PurchaseDays, asOfDay: DayNumber): DayNumber | null {
  let first = asOfDay
  for (let at = 0; at < days.length; at++) {
    const entry = days[at] as number
    if (isPaid(entry) && dayOf(entry) < first) first = dayOf(entry)
  }
  return first < asOfDay ? first : null
}

/** The histories of these rows, in this order. */
export function pickRows(histories: BuyingHistories, rows: Uint32Array): BuyingHistories {
  return columnwise(histories, column => pick(column, rows))
}

type Column = Int32Array | Float64Array

function columnwise(histories: BuyingHistories, change: (column: Column) => Column): BuyingHistories {
  return {
    repeats: change(histories.repeats) as Int32Array,
    recency: change(histories.recency) as Int32Array,
    age: change(histories.age) as Int32Array,
    net: change(histories.net) as Float64Array,
    later: change(histories.later) as Int32Array
  }
}

function emptyColumns(rows: number): BuyingHistories {
  return {
    repeats: new Int32Array(rows),
    recency: new Int32Array(rows),
    age: new Int32Array(rows),
    net: new Float64Array(rows),
    later: new Int32Array(rows)
  }
}
