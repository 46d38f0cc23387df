import { Temporal } from 'temporal-polyfill'

/** The day, `YYYY-MM-DD`, that it is in a zone at an instant. */
export function dayIn(zone: string, instant: string): string {
  return zoned(zone, instant).toPlainDate().toString()
}

/** The hour of the day, 0 to 23, that a clock on the wall shows in a zone at an instant. */
export function hourIn(zone: string, instant: string): number {
  return zoned(zone, instant).hour
}

/** The instant at which a day begins in a zone: midnight, or the first moment after it where clocks leap over midnight. */
export function startOfDay(zone: string, day: string): string {
  return Temporal.PlainDate.from(day).toZonedDateTime(zone).toInstant().toString({ fractionalSecondDigits: 3 })
}

/** The instant at which a day has ended in a zone, which is where the next one begins. */
export function endOfDay(zone: string, day: string): string {
  return startOfDay(zone, Temporal.PlainDate.from(day).add({ days: 1 }).toString())
}

const zoned = (zone: string, instant: string): Temporal.ZonedDateTime =>
  Temporal.Instant.from(instant).toZonedDateTimeISO(zone)
