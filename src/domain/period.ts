import { invalid } from './errors.ts'

/** A day as whole days since 1970-01-01, so that days can be subtracted and kept in columns. It has no zone. */
export type DayNumber = number

/** No day at all, as columns keep it: earlier than any day of the calendar. */
export const NO_DAY: DayNumber = -(2 ** 31)

/** A month as whole months since January 1970. */
export type MonthNumber = number

/** The days from `fromDay` (included; null means since ever) up to `toDay` (excluded). */
export interface Period {
  readonly fromDay: DayNumber | null
  readonly toDay: DayNumber
}

const DAY_MS = 86_400_000
const DAY_TEXT = /^\d{4}-\d{2}-\d{2}$/

/** The day of a calendar date `YYYY-MM-DD` of years 0000 to 9999; a date that the calendar lacks is refused. */
export function dayNumber(text: string): DayNumber {
  const day = DAY_TEXT.test(text) ? Date.parse(`${text}T00:00:00Z`) / DAY_MS : Number.NaN
  if (Number.isNaN(day) || dayText(day) !== text) {
    throw invalid('day.invalid', 'A day is a date of the calendar, written YYYY-MM-DD.')
  }
  return day
}

/** The calendar date of a day, `YYYY-MM-DD`. */
export function dayText(day: DayNumber): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10)
}

/** The month that a day lies in. */
export function monthOf(day: DayNumber): MonthNumber {
  const date = new Date(day * DAY_MS)
  return (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth()
}

/** The first day of a month. */
export function firstDayOfMonth(month: MonthNumber): DayNumber {
  return Date.UTC(1970, month, 1) / DAY_MS
}

/** The last day of a month, the 28th to the 31st. */
export function lastDayOfMonth(month: MonthNumber): DayNumber {
  return firstDayOfMonth(month + 1) - 1
}

/** The same day of the month `months` later (or earlier), or that month's last day where it is shorter: 31 January + 1 → 28 February. */
export function addMonths(day: DayNumber, months: number): DayNumber {
  const from = monthOf(day)
  const dayOfMonth = day - firstDayOfMonth(from)
  return Math.min(firstDayOfMonth(from + months) + dayOfMonth, lastDayOfMonth(from + months))
}

/** The Monday of a day's week; 1970-01-01 was a Thursday. */
export function mondayOf(day: DayNumber): DayNumber {
  return day - ((((day + 3) % 7) + 7) % 7)
}

/**
 * The days that a classification as of `asOfDay` looks at: `windowMonths` months that end where that day starts, so the
 * day itself is out. Null takes all days before it.
 */
export function trailingWindow(asOfDay: DayNumber, windowMonths: number | null): Period {
  return { fromDay: windowMonths === null ? null : addMonths(asOfDay, -windowMonths), toDay: asOfDay }
}

/** The bit of a day in the mask of its month: bit 0 is the 1st, bit 30 the 31st, so a mask is never negative in 32 bits. */
export function dayBit(day: DayNumber): number {
  return 1 << (day - firstDayOfMonth(monthOf(day)))
}

/** The mask of those days of a month that lie in the period; a purchase-day mask is narrowed by `&` with it. */
export function maskOfPeriod(month: MonthNumber, period: Period): number {
  const first = firstDayOfMonth(month)
  const length = lastDayOfMonth(month) - first + 1
  const start = period.fromDay === null ? 0 : Math.max(period.fromDay - first, 0)
  const end = Math.min(period.toDay - first, length)
  return start < end ? lowBits(end) & ~lowBits(start) : 0
}

/** How many days a mask holds. */
export function countDays(mask: number): number {
  let days = 0
  for (let rest = mask; rest !== 0; rest &= rest - 1) days++
  return days
}

/** The latest day of a month's mask; null when the mask is empty. */
export function lastDayIn(mask: number, month: MonthNumber): DayNumber | null {
  return mask === 0 ? null : firstDayOfMonth(month) + 31 - Math.clz32(mask)
}

/** 1s in the lowest `count` bits; a shift by 31 would reach the sign, so the subtraction stays in doubles. */
function lowBits(count: number): number {
  return 2 ** count - 1
}
