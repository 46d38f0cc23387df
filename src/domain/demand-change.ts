import type { HabitsPolicy } from './classification-policy.ts'
import { quantile } from './statistics.ts'

export const DEMAND_STATES = ['increased', 'decreased', 'stable', 'baseline_short', 'no_spread'] as const

/** `baseline_short` and `no_spread` say that nothing can be said: too few weeks to compare with, or all of them alike. */
export type DemandState = (typeof DEMAND_STATES)[number]

/** What became of the demand for a product or category. Weeks are counted from the first one given, 0. */
export interface DemandChange {
  readonly state: DemandState
  /** The first weeks, which the others are compared with; units a week. */
  readonly baselineWeeks: number
  readonly baselineMean: number | null
  readonly baselineDeviation: number | null
  /** The week from which on the sum that signalled was built up: about when the change began. */
  readonly changedFrom: number | null
  /** The week in which the sum reached the threshold. */
  readonly detectedIn: number | null
  /** Units a week from `changedFrom` on. */
  readonly meanSince: number | null
}

/**
 * Change of demand by a tabular CUSUM (Page 1954) over net units of consecutive weeks, a week without a sale being 0. The
 * first half of the weeks, at least the policy's minimum (8), is the baseline; each later week adds its distance from the
 * baseline's mean, in the baseline's standard deviations less the slack (0.5), to a sum for more and one for less, neither
 * below 0; the first to reach the threshold (4, included) signals.
 *
 * One week alone never signals: it adds half of the threshold at most (after the two-in-a-row rule of Lucas and Crosier
 * 1982), so a bulk order is no change of demand. One that is cancelled later is undone where it was made: see `settledWeeks`.
 */
export function demandChange(units: readonly number[], policy: HabitsPolicy): DemandChange {
  const weeks = settledWeeks(units)
  const baselineWeeks = Math.max(policy.minBaselineWeeks, Math.floor(weeks.length / 2))
  if (weeks.length <= policy.minBaselineWeeks)
    return { ...NOTHING, state: 'baseline_short', baselineWeeks: weeks.length }
  const baseline = weeks.slice(0, baselineWeeks)
  const mean = meanOf(baseline)
  if (baseline.every(week => week === baseline[0])) {
    return { ...NOTHING, state: 'no_spread', baselineWeeks, baselineMean: mean, baselineDeviation: 0 }
  }
  const deviation = Math.sqrt(baseline.reduce((sum, week) => sum + (week - mean) ** 2, 0) / (baselineWeeks - 1))
  const known = { baselineWeeks, baselineMean: mean, baselineDeviation: deviation }
  const signal = firstSignal(weeks, baselineWeeks, mean, deviation, policy)
  if (signal === null) return { ...NOTHING, ...known, state: 'stable' }
  return { ...known, ...signal, meanSince: meanOf(weeks.slice(signal.changedFrom)) }
}

const NOTHING = {
  baselineMean: null,
  baselineDeviation: null,
  changedFrom: null,
  detectedIn: null,
  meanSince: null
}

interface Signal {
  readonly state: 'increased' | 'decreased'
  readonly changedFrom: number
  readonly detectedIn: number
}

function firstSignal(
  weeks: readonly number[],
  from: number,
  mean: number,
  deviation: number,
  { changeSlackDeviations: slack, changeThresholdDeviations: threshold }: HabitsPolicy
): Signal | null {
  const more = { sum: 0, since: from }
  const less = { sum: 0, since: from }
  for (let week = from; week < weeks.length; week++) {
    const distance = ((weeks[week] as number) - mean) / deviation
    for (const [side, step] of [
      [more, distance - slack],
      [less, -distance - slack]
    ] as const) {
      side.sum = Math.max(0, side.sum + Math.min(step, threshold / 2))
      if (side.sum === 0) side.since = week + 1
    }
    if (more.sum >= threshold) return { state: 'increased', changedFrom: more.since, detectedIn: week }
    if (less.sum >= threshold) return { state: 'decreased', changedFrom: less.since, detectedIn: week }
  }
  return null
}

/**
 * Weeks with cancelled orders undone. More came back than was sold in a week below zero, so part of it belongs to a week
 * before: the largest one (the latest of equals) gives what lifts this week to the typical one (the median), or to half
 * of what the two hold together. What no earlier week can give was sold before the first, and is left out.
 */
export function settledWeeks(units: readonly number[]): number[] {
  const weeks = [...units]
  const typical = Math.max(
    0,
    quantile(
      [...weeks].sort((a, b) => a - b),
      0.5
    ) ?? 0
  )
  for (let week = 0; week < weeks.length; week++) {
    while ((weeks[week] as number) < 0) {
      const largest = largestBefore(weeks, week)
      if (largest === null) weeks[week] = 0
      else {
        const both = (weeks[largest] as number) + (weeks[week] as number)
        weeks[week] = both < 0 ? both : Math.min(typical, both / 2)
        weeks[largest] = both < 0 ? 0 : both - (weeks[week] as number)
      }
    }
  }
  return weeks
}

function largestBefore(weeks: readonly number[], week: number): number | null {
  let largest: number | null = null
  for (let at = 0; at < week; at++) {
    const units = weeks[at] as number
    if (units > 0 && (largest === null || units >= (weeks[largest] as number))) largest = at
  }
  return largest
}

const meanOf = (weeks: readonly number[]): number => weeks.reduce((sum, week) => sum + week, 0) / weeks.length
