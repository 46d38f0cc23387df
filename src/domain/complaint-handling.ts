import { type ComplaintState, endingOf, type FirstTimeFacts, handledFirstTime, type Verdict } from './complaint.ts'
import { quantile, type ShareInterval, wilson } from './statistics.ts'

/** A complaint as far as it tells how complaints are handled. */
export interface HandledCase extends FirstTimeFacts {
  readonly state: ComplaintState
  readonly verdict: Verdict | null
  readonly reopenings: number
  readonly receivedAt: string
  readonly answeredAt: string | null
}

/** Cases of which something is true, out of those of which it can be told. */
export interface CountedShare {
  readonly count: number
  readonly of: number
  /** Null where there is nothing to share. */
  readonly share: number | null
  readonly interval: ShareInterval | null
}

export interface HandlingFigures {
  /** Withdrawn ones are in no other figure. */
  readonly withdrawn: number
  readonly complaints: number
  readonly open: number
  readonly closed: number
  /** Out of those of which it is known. */
  readonly firstTime: CountedShare
  /** Ever opened again, out of those that were ever closed or reopened. */
  readonly reopened: CountedShare
  /** Closed with the customer content, out of those closed after he was heard. */
  readonly recovered: CountedShare
  readonly badlyClosed: number
  /** Hours from receiving to the first substantive answer, and to the first closure; null without any. */
  readonly hoursToAnswer: Spread
  readonly hoursToClose: Spread
}

/** Median and the value that nine of ten do not exceed, by quantiles of type 7. */
export interface Spread {
  readonly median: number | null
  readonly p90: number | null
}

const HOUR_MS = 3_600_000

/** How complaints were handled, as it stands `now`. */
export function handlingFigures(cases: readonly HandledCase[], now: string): HandlingFigures {
  const kept = cases.filter(one => one.state !== 'withdrawn')
  const endings = kept.map(one => endingOf(one.state, one.verdict))
  const count = (ending: string) => endings.filter(one => one === ending).length
  const open = count('open')
  const [recovered, badlyClosed] = [count('recovered'), count('badly_closed')]
  const firstTime = kept.map(one => handledFirstTime(one, now)).filter(known => known !== null)
  const ended = kept.filter(one => one.firstClosedAt !== null || one.reopenings > 0)
  return {
    withdrawn: cases.length - kept.length,
    complaints: kept.length,
    open,
    closed: kept.length - open,
    firstTime: shareOf(firstTime.filter(Boolean).length, firstTime.length),
    reopened: shareOf(ended.filter(one => one.reopenings > 0).length, ended.length),
    recovered: shareOf(recovered, recovered + badlyClosed),
    badlyClosed,
    hoursToAnswer: hoursTo(kept, 'answeredAt'),
    hoursToClose: hoursTo(kept, 'firstClosedAt')
  }
}

const shareOf = (count: number, of: number): CountedShare => ({
  count,
  of,
  share: of === 0 ? null : count / of,
  interval: wilson(count, of)
})

function hoursTo(cases: readonly HandledCase[], end: 'answeredAt' | 'firstClosedAt'): Spread {
  const hours = Float64Array.from(
    cases.flatMap(one => {
      const at = one[end]
      return at === null ? [] : [(Date.parse(at) - Date.parse(one.receivedAt)) / HOUR_MS]
    })
  ).sort()
  return { median: quantile(hours, 0.5), p90: quantile(hours, 0.9) }
}
