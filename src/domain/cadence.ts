import type { DefectionPolicy, HabitsPolicy } from './classification-policy.ts'
import { BASIS, basisPoints, quantileOf, type SegmentCadence, sortFirst } from './gap-quantiles.ts'
import { type DayNumber, NO_DAY } from './period.ts'
import { dayOf, isPaid, type ReceiptDays } from './receipt-days.ts'

/** In which rhythm a customer has bought: whole days between purchase days that follow each other. */
export interface Cadence {
  /** Distinct days before `asOf` on which something was paid. */
  readonly purchaseDays: number
  /** NO_DAY without any. */
  readonly firstDay: DayNumber
  readonly lastDay: DayNumber
  readonly gaps: number
  /** Own quantiles of the gaps, in ten-thousandths of a day; 0 with fewer gaps than a rhythm needs. */
  readonly ownDue: number
  readonly ownOverdue: number
  /** Standard deviation of the gaps (of a sample, n − 1) over their mean; null with fewer than two gaps. */
  readonly variation: number | null
}

/** Whole days since the last purchase up to which a state holds, the day named included. */
export interface CadenceLimits {
  readonly activeDays: number
  readonly dueDays: number
  /** At least `dueDays`, and never below the hiatus. */
  readonly overdueDays: number
}

/** States of a customer by his own rhythm, in order of danger; the index is the code of columns. */
export const DEFECTION_STATES = ['active', 'due', 'overdue', 'lapsed', 'unknown'] as const
export type DefectionState = (typeof DEFECTION_STATES)[number]

/** Whether a code of DEFECTION_STATES means that a customer is late by his own rhythm: overdue or lapsed. */
export const isOverdue = (state: number): boolean => state === 2 || state === 3

/**
 * Measures customers one after the other. The answer is the same object each time, so that a column of a million makes
 * no garbage: read it before the next is measured. Days from `asOfDay` on are not looked at.
 */
export function cadenceMeter(
  policy: DefectionPolicy
): (days: ReceiptDays, from: number, to: number, asOfDay: DayNumber) => Cadence {
  const dueBp = basisPoints(policy.dueQuantile)
  const overdueBp = basisPoints(policy.overdueQuantile)
  const found = { purchaseDays: 0, firstDay: NO_DAY, lastDay: NO_DAY, gaps: 0, ownDue: 0, ownOverdue: 0 }
  const cadence: { -readonly [K in keyof Cadence]: Cadence[K] } = { ...found, variation: null }
  let gaps = new Int32Array(64)
  return (days, from, to, asOfDay) => {
    if (to - from > gaps.length) gaps = new Int32Array(2 * (to - from))
    let count = 0
    let last = NO_DAY
    cadence.firstDay = NO_DAY
    for (let at = from; at < to && dayOf(days[at] as number) < asOfDay; at++) {
      const entry = days[at] as number
      if (!isPaid(entry)) continue
      const day = dayOf(entry)
      if (last === NO_DAY) cadence.firstDay = day
      else gaps[count++] = day - last
      last = day
    }
    cadence.lastDay = last
    cadence.gaps = count
    cadence.purchaseDays = last === NO_DAY ? 0 : count + 1
    cadence.variation = variationOf(gaps, count)
    const enough = count >= policy.minGaps
    if (enough) sortFirst(gaps, count)
    cadence.ownDue = enough ? quantileOf(gaps, count, dueBp) : 0
    cadence.ownOverdue = enough ? quantileOf(gaps, count, overdueBp) : 0
    return cadence
  }
}

/** The rhythm of one customer. */
export function measureCadence(days: ReceiptDays, asOfDay: DayNumber, policy: DefectionPolicy): Cadence {
  return cadenceMeter(policy)(days, 0, days.length, asOfDay)
}

/** Whether a customer buys at regular intervals: enough gaps, and a coefficient of variation below the policy's. */
export function isRegular(
  { gaps, variation }: Pick<Cadence, 'gaps' | 'variation'>,
  minGaps: number,
  habits: HabitsPolicy
): boolean {
  return gaps >= minGaps && variation !== null && variation < habits.regularMaxVariation
}

/**
 * Where the states of a customer end. His own quantile counts as many times as he has gaps, the segment's as often as the
 * policy says: q = (k·q_own + w·q_segment)/(k + w). Without a segment his own stands alone. Whole days, as a time since
 * the last purchase is whole: it is within q exactly when it is within ⌊q⌋. Null with fewer gaps than a rhythm needs.
 */
export function cadenceLimits(
  cadence: Cadence,
  segment: SegmentCadence,
  policy: DefectionPolicy
): CadenceLimits | null {
  if (cadence.gaps < policy.minGaps) return null
  return {
    activeDays: activeLimit(cadence, segment, policy),
    dueDays: dueLimit(cadence, segment, policy),
    overdueDays: overdueLimit(cadence, segment, policy)
  }
}

/**
 * Code of the state (index into DEFECTION_STATES) as of the start of a day: `active` while the days since the last
 * purchase are within the shrunk median, `due` within the upper quantile (0.9), `overdue` beyond it, `lapsed` beyond twice
 * that quantile and the hiatus; `unknown` with fewer gaps than a rhythm needs.
 */
export function cadenceState(
  cadence: Cadence,
  segment: SegmentCadence,
  policy: DefectionPolicy,
  asOfDay: DayNumber
): number {
  if (cadence.gaps < policy.minGaps) return 4
  const since = asOfDay - cadence.lastDay
  if (since <= activeLimit(cadence, segment, policy)) return 0
  if (since <= dueLimit(cadence, segment, policy)) return 1
  return since <= overdueLimit(cadence, segment, policy) ? 2 : 3
}

const activeLimit = ({ gaps, ownDue }: Cadence, segment: SegmentCadence, policy: DefectionPolicy): number =>
  shrunkDays(gaps, ownDue, segment.gaps, segment.due, policy.segmentWeightGaps, 1)

const dueLimit = ({ gaps, ownOverdue }: Cadence, segment: SegmentCadence, policy: DefectionPolicy): number =>
  shrunkDays(gaps, ownOverdue, segment.gaps, segment.overdue, policy.segmentWeightGaps, 1)

function overdueLimit({ gaps, ownOverdue }: Cadence, segment: SegmentCadence, policy: DefectionPolicy): number {
  const { segmentWeightGaps, lapsedFactor, hiatusDays } = policy
  const days = shrunkDays(gaps, ownOverdue, segment.gaps, segment.overdue, segmentWeightGaps, lapsedFactor)
  return Math.max(days, hiatusDays)
}

/** One division of whole numbers (while weight and factor are whole), which cannot be rounded over a whole day. */
function shrunkDays(
  gaps: number,
  own: number,
  segmentGaps: number,
  segment: number,
  segmentWeight: number,
  factor: number
): number {
  const weight = segmentGaps === 0 ? 0 : segmentWeight
  return Math.floor((factor * (gaps * own + weight * segment)) / ((gaps + weight) * BASIS))
}

/**
 * Standard deviation of the first `count` gaps (of a sample, n − 1) over their mean; null below two. Sums of whole numbers and
 * one division: the order of the gaps does not matter, nor does their unit.
 */
export function variationOf(gaps: ArrayLike<number>, count: number): number | null {
  if (count < 2) return null
  let sum = 0
  let squares = 0
  for (let i = 0; i < count; i++) {
    const gap = gaps[i] as number
    sum += gap
    squares += gap * gap
  }
  return Math.sqrt((count * (count * squares - sum * sum)) / ((count - 1) * sum * sum))
}
