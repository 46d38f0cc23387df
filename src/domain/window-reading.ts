import {
  type DayNumber,
  firstDayOfMonth,
  lastDayOfMonth,
  type MonthNumber,
  maskOfPeriod,
  monthOf,
  type Period
} from './period.ts'

/** Days of the ledger, [fromDay, toDay), whose receipts are added to the sum of the months or taken off it. */
export interface LedgerSlice {
  readonly fromDay: DayNumber
  readonly toDay: DayNumber
  readonly sign: 1 | -1
}

/** A month that is taken whole though the window cuts it: the mask of its days inside. */
export interface CutMonth {
  readonly month: MonthNumber
  readonly mask: number
}

/**
 * How to sum up a window from monthly figures and single receipts. Months from `firstMonth` (null: since ever) to
 * `lastMonth` are taken whole; `slices` correct what is too much or too little at the edges. Purchase days come from the
 * months' masks, narrowed where `cut` says so, and from the receipts of slices that are added.
 */
export interface WindowReading {
  readonly firstMonth: MonthNumber | null
  readonly lastMonth: MonthNumber
  readonly cut: readonly CutMonth[]
  readonly slices: readonly LedgerSlice[]
}

/**
 * The cheapest exact way to sum up a window: a month that the window cuts is either taken whole, less the days outside, or
 * left out, plus the days inside, whichever are fewer. `lastDay` is the last day that can hold a receipt, so a run up to
 * today takes today's receipts off the running month rather than read the month's.
 */
export function readingOf(window: Period, lastDay: DayNumber): WindowReading {
  const start = startOf(window)
  const end = endOf(window, lastDay)
  return {
    firstMonth: start.month,
    lastMonth: end.month,
    cut: [start.cut, end.cut].filter(cut => cut !== null),
    slices: [start.slice, end.slice].filter(slice => slice !== null)
  }
}

interface Edge<Month> {
  /** The first or last month whose figures are taken. */
  readonly month: Month
  readonly cut: CutMonth | null
  readonly slice: LedgerSlice | null
}

function startOf(window: Period): Edge<MonthNumber | null> {
  const { fromDay } = window
  if (fromDay === null) return { month: null, cut: null, slice: null }
  const month = monthOf(fromDay)
  const first = firstDayOfMonth(month)
  const next = firstDayOfMonth(month + 1)
  if (fromDay === first) return { month, cut: null, slice: null }
  if (fromDay - first > next - fromDay) {
    return { month: month + 1, cut: null, slice: { fromDay, toDay: next, sign: 1 } }
  }
  const cut = { month, mask: maskOfPeriod(month, window) }
  return { month, cut, slice: { fromDay: first, toDay: fromDay, sign: -1 } }
}

function endOf(window: Period, lastDay: DayNumber): Edge<MonthNumber> {
  const { toDay } = window
  const month = monthOf(toDay)
  const first = firstDayOfMonth(month)
  if (toDay === first) return { month: month - 1, cut: null, slice: null }
  const outside = Math.min(lastDayOfMonth(month), lastDay) + 1 - toDay
  if (outside > toDay - first) return { month: month - 1, cut: null, slice: { fromDay: first, toDay, sign: 1 } }
  const cut = { month, mask: maskOfPeriod(month, window) }
  return {
    month,
    cut,
    slice: outside <= 0 ? null : { fromDay: toDay, toDay: firstDayOfMonth(month + 1), sign: -1 }
  }
}
