import { Temporal } from 'temporal-polyfill'
import type { ZoneClock } from '../domain/business-hours.ts'
import { dayNumber, dayText } from '../domain/period.ts'

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

/** What the clock on the wall shows in a zone. */
export const zoneClock = (zone: string): ZoneClock => ({
  dayOf: ms => dayNumber(dayIn(zone, new Date(ms).toISOString())),
  instantOf(day, minute) {
    const wanted = Temporal.PlainDateTime.from(dayText(day)).add({ minutes: minute })
    const found = wanted.toZonedDateTime(zone)
    if (found.toPlainDateTime().equals(wanted)) return found.epochMilliseconds
    // The clocks leapt over it: the moment of the leap is the last change of the zone up to what stands in its place.
    const leap = found.add({ nanoseconds: 1 }).getTimeZoneTransition('previous')
    return (leap ?? found).epochMilliseconds
  }
})

const zoned = (zone: string, instant: string): Temporal.ZonedDateTime =>
  Temporal.Instant.from(instant).toZonedDateTimeISO(zone)
