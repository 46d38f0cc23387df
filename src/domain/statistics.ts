import { invalid } from './errors.ts'

/** A point of the Lorenz curve: the poorest `customerShare` of the customers hold `amountShare` of the amount, both 0..1. */
export interface LorenzPoint {
  readonly customerShare: number
  readonly amountShare: number
}

/** Both ends of a confidence interval for a share. */
export interface ShareInterval {
  readonly lower: number
  readonly upper: number
}

/** z of a two-sided interval at 95 %. */
const Z_95 = 1.959964
const SPLIT = 2 ** 26

/** The amounts above 0 in ascending order, which every measure of concentration here takes; the input stays as it was. */
export function sortedPositive(amounts: Float64Array): Float64Array {
  return amounts.filter(amount => amount > 0).sort()
}

/** The exact sum of safe integers from index `from` on; it may pass 2^53, as high and low halves are added apart (up to 2^26 rows). */
export function exactSum(amounts: Float64Array, from = 0): bigint {
  let high = 0
  let low = 0
  for (let i = from; i < amounts.length; i++) {
    const amount = amounts[i] as number
    const upper = Math.floor(amount / SPLIT)
    high += upper
    low += amount - upper * SPLIT
  }
  return BigInt(high) * BigInt(SPLIT) + BigInt(low)
}

/**
 * Lorenz curve (Lorenz 1905) of ascending positive amounts, at 0, 1/steps, … 1; between two customers it is a straight
 * line. Nobody: no points.
 */
export function lorenzPoints(ascending: Float64Array, steps = 100): LorenzPoint[] {
  const n = ascending.length
  if (n === 0) return []
  const total = Number(exactSum(ascending))
  const points: LorenzPoint[] = []
  let counted = 0
  let held = 0
  for (let step = 0; step <= steps; step++) {
    const customers = (step * n) / steps
    while (counted + 1 <= customers) held += ascending[counted++] as number
    const part = counted < n ? (customers - counted) * (ascending[counted] as number) : 0
    points.push({ customerShare: step / steps, amountShare: step === steps ? 1 : (held + part) / total })
  }
  return points
}

/**
 * Gini coefficient of ascending positive amounts, 2·Σ i·v_i/(n·Σ v) − (n+1)/n. It is summed over pairs from both ends,
 * (n+1−2i)·(v_(n+1−i) − v_i): no term is negative, so nothing cancels, and equal amounts give exactly 0, as does a sole
 * customer. Nobody: null.
 */
export function gini(ascending: Float64Array): number | null {
  const n = ascending.length
  if (n === 0) return null
  let spread = 0
  for (let i = 0; i < n >> 1; i++) {
    spread += (n - 1 - 2 * i) * ((ascending[n - 1 - i] as number) - (ascending[i] as number))
  }
  return spread / (n * Number(exactSum(ascending)))
}

/**
 * Share of the amount that the top customers hold, 0..1, of ascending positive amounts. A fractional count is rounded
 * up: the top 20 % of 6 customers are 2. `topShareBp` in basis points. Nobody: null.
 */
export function shareOfTop(ascending: Float64Array, topShareBp = 2000): number | null {
  const n = ascending.length
  if (n === 0) return null
  const top = Math.ceil((n * topShareBp) / 10_000)
  return Number(exactSum(ascending, n - top)) / Number(exactSum(ascending))
}

/** Score interval of a share (Wilson 1927): honest for few trials and near 0 or 1. No trials: null. Successes outside 0..trials are refused. */
export function wilson(successes: number, trials: number, z = Z_95): ShareInterval | null {
  if (!(successes >= 0 && successes <= trials)) {
    throw invalid('statistics.successes_invalid', 'Successes lie between 0 and the number of trials.')
  }
  if (trials === 0) return null
  const share = successes / trials
  const z2 = (z * z) / trials
  const centre = share + z2 / 2
  const reach = z * Math.sqrt((share * (1 - share)) / trials + z2 / (4 * trials))
  return {
    lower: successes === 0 ? 0 : (centre - reach) / (1 + z2),
    upper: successes === trials ? 1 : (centre + reach) / (1 + z2)
  }
}

/** Quantile of ascending values by linear interpolation, type 7 of Hyndman and Fan 1996. `share` 0..1, else refused; no values: null. */
export function quantile(ascending: ArrayLike<number>, share: number): number | null {
  if (!(share >= 0 && share <= 1)) {
    throw invalid('statistics.share_invalid', 'A quantile is asked for a share between 0 and 1.')
  }
  if (ascending.length === 0) return null
  const position = (ascending.length - 1) * share
  const below = Math.floor(position)
  const lower = ascending[below] as number
  const upper = ascending[Math.min(below + 1, ascending.length - 1)] as number
  return lower + (position - below) * (upper - lower)
}

/**
 * P(X ≥ successes) of a binomial X: so many trials, each with the same chance 0..1. Summed away from the mean, where the
 * terms fall and none is negative, so a small tail is as exact as a large one. No successes: 1.
 */
export function binomialTail(successes: number, trials: number, chance: number): number {
  if (successes <= 0) return 1
  if (successes > trials || chance <= 0) return 0
  if (chance >= 1) return 1
  if (successes <= trials * chance) return 1 - binomialTail(trials - successes + 1, trials, 1 - chance)
  let logTerm = successes * Math.log(chance) + (trials - successes) * Math.log1p(-chance)
  for (let i = 1; i <= successes; i++) logTerm += Math.log((trials - successes + i) / i)
  const odds = chance / (1 - chance)
  let term = Math.exp(logTerm)
  let tail = 0
  for (let i = successes; i <= trials && tail + term > tail; i++) {
    tail += term
    term *= ((trials - i) / (i + 1)) * odds
  }
  return Math.min(tail, 1)
}

/**
 * The nth smallest value, from 1. The values are rearranged: none of the first n is above it then, and none of the others
 * below. Hoare's selection, with the middle of three as pivot.
 */
export function nthSmallest(values: Float64Array, nth: number): number {
  const place = nth - 1
  let from = 0
  let to = values.length - 1
  while (from < to) {
    const pivot = middleOf(values[from] as number, values[(from + to) >> 1] as number, values[to] as number)
    let low = from
    let high = to
    while (low <= high) {
      while ((values[low] as number) < pivot) low++
      while ((values[high] as number) > pivot) high--
      if (low > high) break
      const moved = values[low] as number
      values[low++] = values[high] as number
      values[high--] = moved
    }
    if (place <= high) to = high
    else if (place >= low) from = low
    else break
  }
  return values[place] as number
}

function middleOf(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c))
}
