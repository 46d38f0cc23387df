/**
 * In which rhythm customers buy, and who is late by it, once more in the plainest code that can be written from the text of
 * the rules: shares nothing with the service on purpose, as `recompute.ts`. Whole numbers throughout, since a customer who is
 * exactly at a limit is still within it.
 */

export type State = 'active' | 'due' | 'overdue' | 'lapsed' | 'unknown'

export interface Rhythm {
  readonly purchaseDays: number
  readonly gaps: readonly number[]
  /** Median of the own gaps, and the length that nine of ten stay within; null with fewer than two gaps. */
  readonly ownMedian: number | null
  readonly ownLate: number | null
  readonly sinceDays: number | null
  readonly state: State
  /** What the state was told by: the rhythm, or by nothing having been bought for long; `none` where neither tells. */
  readonly basis: 'cadence' | 'hiatus' | 'none'
  /** Nothing bought for more than 180 days. */
  readonly hiatus: boolean
  /** The first day as of which the state is another one if nothing is bought. */
  readonly nextChange: { readonly on: string; readonly state: State } | null
}

export interface Everybody {
  readonly gaps: number
  readonly median: number
  readonly late: number
}

const MIN_GAPS = 2
const SEGMENT_GAPS = 4
const HIATUS_DAYS = 180
const LONGEST_WAIT = 5_000
/** Quantiles are kept in tenths of a day, in which those of type 7 at 0.5 and 0.9 are whole. */
const MEDIAN = 5
const LATE = 9

/** Everybody's rhythm by the days on which something was paid; as of the start of a day, of which nothing is known. */
export function recomputeRhythms(
  paidDays: ReadonlyMap<string, ReadonlySet<string>>,
  asOfDay: string
): { readonly customers: ReadonlyMap<string, Rhythm>; readonly everybody: Everybody } {
  const today = numberOf(asOfDay)
  const known = [...paidDays].map(([customer, days]) => {
    const before = [...days]
      .filter(day => day < asOfDay)
      .map(numberOf)
      .sort((a, b) => a - b)
    const gaps = before.slice(1).map((day, n) => day - (before[n] as number))
    return { customer, gaps, purchaseDays: before.length, last: before.at(-1) ?? null }
  })
  const all = known.flatMap(one => one.gaps)
  const allMedian = tenths(all, MEDIAN)
  const allLate = tenths(all, LATE)

  const customers = known.map(({ customer, gaps, purchaseDays, last }): [string, Rhythm] => {
    const ownMedian = gaps.length < MIN_GAPS ? null : tenths(gaps, MEDIAN)
    const ownLate = gaps.length < MIN_GAPS ? null : tenths(gaps, LATE)
    const stateAfter = (since: number): State => {
      if (ownMedian === null || ownLate === null) return since > HIATUS_DAYS ? 'lapsed' : 'unknown'
      // since ≤ (k·own + 4·all) / (k + 4), in tenths and without the fraction.
      const within = (own: number, everyone: number, times: number) =>
        since * 10 * (gaps.length + SEGMENT_GAPS) <= times * (gaps.length * own + SEGMENT_GAPS * everyone)
      if (within(ownMedian, allMedian, 1)) return 'active'
      if (within(ownLate, allLate, 1)) return 'due'
      return within(ownLate, allLate, 2) || since <= HIATUS_DAYS ? 'overdue' : 'lapsed'
    }
    const sinceDays = last === null ? null : today - last
    const state = sinceDays === null ? 'unknown' : stateAfter(sinceDays)
    return [
      customer,
      {
        purchaseDays,
        gaps,
        ownMedian: ownMedian === null ? null : ownMedian / 10,
        ownLate: ownLate === null ? null : ownLate / 10,
        sinceDays,
        state,
        basis: state === 'unknown' ? 'none' : ownMedian === null ? 'hiatus' : 'cadence',
        hiatus: sinceDays !== null && sinceDays > HIATUS_DAYS,
        nextChange: sinceDays === null ? null : waited(sinceDays, today, state, stateAfter)
      }
    ]
  })
  return {
    customers: new Map(customers),
    everybody: { gaps: all.length, median: allMedian / 10, late: allLate / 10 }
  }
}

/** Waits day by day until the state becomes another one. */
function waited(sinceDays: number, today: number, state: State, stateAfter: (since: number) => State) {
  for (let more = 1; more <= LONGEST_WAIT; more++) {
    const then = stateAfter(sinceDays + more)
    if (then !== state) return { on: dayOf(today + more), state: then }
  }
  return null
}

/** Quantile of type 7 at so many tenths, in tenths of a day: at (n − 1)·p of the sorted gaps, in between a straight line. */
function tenths(gaps: readonly number[], share: number): number {
  if (gaps.length === 0) return 0
  const sorted = [...gaps].sort((a, b) => a - b)
  const place = (sorted.length - 1) * share
  const lower = sorted[Math.floor(place / 10)] as number
  const upper = sorted[Math.ceil(place / 10)] as number
  return 10 * lower + (place % 10) * (upper - lower)
}

const numberOf = (day: string): number => Date.parse(day) / 86_400_000
const dayOf = (number: number): string => new Date(number * 86_400_000).toISOString().slice(0, 10)
