import {
  type ComplaintState,
  endingOf,
  type FirstTimeFacts,
  handledFirstTime,
  type Verdict
} from '../../src/domain/complaint.ts'
import { countedAs, type HandlingCounts } from '../../src/domain/complaint-handling.ts'
import { quantile } from '../../src/domain/statistics.ts'

/** A complaint as far as it tells how complaints are handled. */
export interface HandledCase extends FirstTimeFacts {
  readonly state: ComplaintState
  readonly verdict: Verdict | null
  readonly reopenings: number
  readonly receivedAt: string
  readonly answeredAt: string | null
}

const HOUR_MS = 3_600_000

/** What the report counts in the database, counted case by case by the rules for one. */
export function countHandled(cases: readonly HandledCase[], now: string): HandlingCounts {
  const kept = cases.map(one => ({ ...one, ...countedAs(one) })).filter(one => one.state !== 'withdrawn')
  const ending = (wanted: string) => kept.filter(one => endingOf(one.state, one.verdict) === wanted).length
  const firstTime = (wanted: boolean) => kept.filter(one => handledFirstTime(one, now) === wanted).length
  const ended = kept.filter(one => one.firstClosedAt !== null || one.reopenings > 0)
  return {
    withdrawn: cases.length - kept.length,
    complaints: kept.length,
    open: ending('open'),
    firstTime: firstTime(true),
    notFirstTime: firstTime(false),
    everEnded: ended.length,
    reopened: ended.filter(one => one.reopenings > 0).length,
    recovered: ending('recovered'),
    badlyClosed: ending('badly_closed')
  }
}

/** Median and p90 of the hours from receiving to an end, of those that came to it. */
export function hoursTo(cases: readonly HandledCase[], end: 'answeredAt' | 'firstClosedAt') {
  const hours = Float64Array.from(
    cases.flatMap(one => {
      const at = one[end]
      return countedAs(one).state === 'withdrawn' || at === null
        ? []
        : [(Date.parse(at) - Date.parse(one.receivedAt)) / HOUR_MS]
    })
  ).sort()
  return { median: quantile(hours, 0.5), p90: quantile(hours, 0.9) }
}
