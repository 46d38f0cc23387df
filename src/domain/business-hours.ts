import type { FieldFault } from './errors.ts'
import { type DayNumber, dayNumber } from './period.ts'

/** Open from `opensAt` (included) to `closesAt` (excluded) by the clock on the wall, `HH:MM`; `24:00` ends the day. */
export interface OpenInterval {
  readonly opensAt: string
  readonly closesAt: string
}

/** 1 is Monday. A lunch break makes two intervals of a day. */
export interface WeeklyInterval extends OpenInterval {
  readonly weekday: number
}

/** A day that differs from its weekday; without intervals the shop is closed on it. */
export interface DatedHours {
  readonly on: string
  readonly intervals: OpenInterval[]
}

export interface BusinessHours {
  readonly weekly: WeeklyInterval[]
  readonly exceptions: DatedHours[]
}

/** What a clock on the wall of some zone shows, given from outside: zones are no matter of rules. */
export interface ZoneClock {
  /** The day that it is at an instant. */
  dayOf(ms: number): DayNumber
  /**
   * The instant at which the wall shows a minute of a day (0 to 1440, the end of the day). The first one where it shows it
   * twice; the moment of the leap where it never does. A later minute never gives an earlier instant.
   */
  instantOf(day: DayNumber, minute: number): number
}

/** [open, close) as instants. */
interface Span {
  readonly from: number
  readonly to: number
}

const MINUTES_PER_HOUR = 60
const DAYS_PER_WEEK = 7
/** Far more than the longest term in a shop that opens for an hour a week. */
const DAYS_AT_MOST = 20_000
const CLOCK_TIME = /^(?:[01]\d|2[0-3]):[0-5]\d$/
const WEEKLY_MINUTES_AT_LEAST = 60

/**
 * The instant at which `ms` of open time have passed since `from`. Only time inside [open, close) counts; a start outside
 * of it begins with the next opening. A term that ends as the shop closes ends at the close, not at the next opening. None
 * at all ends where counting would begin.
 */
export function afterOpenTime(from: number, ms: number, hours: BusinessHours, zone: ZoneClock): number {
  let left = ms
  for (const span of spansFrom(from, hours, zone)) {
    const start = Math.max(span.from, from)
    if (left <= span.to - start) return start + left
    left -= span.to - start
  }
  throw new RangeError('the hours hold no such time')
}

/** How much open time lies in [from, to); nothing where `to` is not after `from`. */
export function openTimeBetween(from: number, to: number, hours: BusinessHours, zone: ZoneClock): number {
  let counted = 0
  for (const span of spansFrom(from, hours, zone)) {
    if (span.from >= to) break
    counted += Math.max(0, Math.min(span.to, to) - Math.max(span.from, from))
  }
  return counted
}

/** Open spans in their order, the first that ends after `from` onwards. */
function* spansFrom(from: number, hours: BusinessHours, zone: ZoneClock): Generator<Span> {
  const exceptions = new Map(hours.exceptions.map(one => [dayNumber(one.on), one.intervals]))
  const first = zone.dayOf(from)
  for (let day = first; day < first + DAYS_AT_MOST; day++) {
    const intervals = exceptions.get(day) ?? hours.weekly.filter(one => one.weekday === weekdayOf(day))
    for (const { opensAt, closesAt } of inOrder(intervals)) {
      const span = { from: zone.instantOf(day, minuteOf(opensAt)), to: zone.instantOf(day, minuteOf(closesAt)) }
      if (span.to > from && span.to > span.from) yield span
    }
  }
}

/** 1 is Monday; 1970-01-01 was a Thursday. */
function weekdayOf(day: DayNumber): number {
  return ((((day + 3) % DAYS_PER_WEEK) + DAYS_PER_WEEK) % DAYS_PER_WEEK) + 1
}

const minuteOf = (time: string): number => Number(time.slice(0, 2)) * MINUTES_PER_HOUR + Number(time.slice(3))

const inOrder = <T extends OpenInterval>(intervals: readonly T[]): T[] =>
  [...intervals].sort((a, b) => (a.opensAt < b.opensAt ? -1 : 1))

/**
 * Everything that is wrong with business hours, each with its place under `within`: times that no wall shows, intervals that
 * end before they begin or overlap on a day, a day named twice, and weeks with less than an hour (a promise that counts
 * open hours would have no end). Intervals may touch.
 */
export function businessHoursFaults(hours: BusinessHours, within = ''): FieldFault[] {
  const weekly = `${within}/weekly`
  const faults = [
    ...hours.weekly.flatMap((one, index) => intervalFaults(one, `${weekly}/${index}`)),
    ...overlapFaults(
      hours.weekly.map((one, index) => ({ ...one, key: String(one.weekday), pointer: `${weekly}/${index}` }))
    ),
    ...hours.exceptions.flatMap((one, index) => exceptionFaults(one, `${within}/exceptions/${index}`)),
    ...repeatedDays(hours.exceptions, `${within}/exceptions`)
  ]
  if (faults.length > 0 || openMinutes(hours.weekly) >= WEEKLY_MINUTES_AT_LEAST) return faults
  return [fault(weekly, 'business_hours.too_few', 'A week needs an hour in which the shop is open.')]
}

function intervalFaults({ opensAt, closesAt }: OpenInterval, pointer: string): FieldFault[] {
  const faults: FieldFault[] = []
  const message = 'is no time of a day, HH:MM'
  if (!CLOCK_TIME.test(opensAt)) faults.push(fault(`${pointer}/opensAt`, 'business_hours.time_invalid', message))
  if (closesAt !== '24:00' && !CLOCK_TIME.test(closesAt)) {
    faults.push(fault(`${pointer}/closesAt`, 'business_hours.time_invalid', message))
  }
  if (faults.length === 0 && opensAt >= closesAt) {
    const later = 'must lie after the opening; hours over midnight are two intervals'
    faults.push(fault(`${pointer}/closesAt`, 'business_hours.not_ordered', later))
  }
  return faults
}

const exceptionFaults = ({ intervals }: DatedHours, pointer: string): FieldFault[] => [
  ...intervals.flatMap((one, index) => intervalFaults(one, `${pointer}/intervals/${index}`)),
  ...overlapFaults(intervals.map((one, index) => ({ ...one, key: '', pointer: `${pointer}/intervals/${index}` })))
]

function overlapFaults(intervals: readonly (OpenInterval & { key: string; pointer: string })[]): FieldFault[] {
  const sorted = [...intervals].sort((a, b) => {
    if (a.key !== b.key) return a.key < b.key ? -1 : 1
    return a.opensAt < b.opensAt ? -1 : 1
  })
  return sorted.flatMap((one, index) => {
    const before = sorted[index - 1]
    if (before === undefined || before.key !== one.key || before.closesAt <= one.opensAt) return []
    return [fault(one.pointer, 'business_hours.overlap', 'overlaps with another interval of the day')]
  })
}

function repeatedDays(exceptions: readonly DatedHours[], within: string): FieldFault[] {
  const seen = new Set<string>()
  return exceptions.flatMap(({ on }, index) => {
    const repeated = seen.has(on)
    seen.add(on)
    return repeated ? [fault(`${within}/${index}/on`, 'business_hours.day_repeated', 'is named twice')] : []
  })
}

const openMinutes = (weekly: readonly WeeklyInterval[]): number =>
  weekly.reduce((sum, one) => sum + minuteOf(one.closesAt) - minuteOf(one.opensAt), 0)

const fault = (pointer: string, code: string, message: string): FieldFault => ({ pointer, code, message })
