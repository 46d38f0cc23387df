import { isRegular, variationOf } from './cadence.ts'
import type { HabitsPolicy } from './classification-policy.ts'
import type { DayNumber } from './period.ts'
import { quantile } from './statistics.ts'

/** How often somebody buys. */
export interface Frequency {
  /** Days between one purchase day and the next. */
  readonly gaps: number
  readonly medianGapDays: number | null
  /** Standard deviation of the gaps (of a sample, n − 1) over their mean; null below two gaps. */
  readonly variation: number | null
  /** Null where it cannot be said. */
  readonly regular: boolean | null
}

/**
 * How often a customer buys: the median gap between his distinct purchase days (ascending), and whether he is regular, by the
 * rule that a run uses (see `isRegular`). Fewer gaps than a rhythm needs say nothing.
 */
export function frequencyOf(days: ArrayLike<DayNumber>, minGaps: number, policy: HabitsPolicy): Frequency {
  const gaps = Array.from({ length: Math.max(0, days.length - 1) }, (_, at) => gapAt(days, at)).sort((a, b) => a - b)
  const found = { gaps: gaps.length, variation: variationOf(gaps, gaps.length) }
  return {
    ...found,
    medianGapDays: quantile(gaps, 0.5),
    regular: found.gaps < minGaps ? null : isRegular(found, minGaps, policy)
  }
}

/**
 * Median of whole numbers that are counted rather than listed: so many times this gap. Type 7, as everywhere: the mean of
 * the middle two where their number is even. Nothing counted: null.
 */
export function medianOfCounts(counts: readonly { readonly value: number; readonly count: number }[]): number | null {
  const ascending = counts.filter(({ count }) => count > 0).sort((a, b) => a.value - b.value)
  const total = ascending.reduce((sum, { count }) => sum + count, 0)
  if (total === 0) return null
  const at = (place: number): number => {
    let passed = 0
    for (const { value, count } of ascending) {
      passed += count
      if (passed > place) return value
    }
    return ascending.at(-1)?.value ?? 0
  }
  return (at(Math.floor((total - 1) / 2)) + at(Math.floor(total / 2))) / 2
}

/** Each part of a whole as a share of all that is positive, 0..1: what returns brought below zero has no share. Null without anything positive. */
export function sharesOfPositive(parts: readonly number[]): (number | null)[] {
  const whole = parts.reduce((sum, part) => sum + Math.max(part, 0), 0)
  return parts.map(part => (whole === 0 ? null : Math.max(part, 0) / whole))
}

const gapAt = (days: ArrayLike<DayNumber>, at: number): number => (days[at + 1] as number) - (days[at] as number)
