import {
  type AbcBounds,
  type AbcClass,
  type AbcCutoffs,
  type AbcPolicy,
  type AbcStanding,
  boundsOf,
  classWithin,
  standingOf
} from './abc.ts'
import { unprocessable } from './errors.ts'
import { rankPositive } from './ranking.ts'

/** One row a customer, in ascending order of customer id: where the id breaks ties, the row number does. */
export interface AbcColumns {
  /** Net amount in the window, integers of minor units. */
  readonly amounts: Float64Array
  /** Receipts in the window, sales and returns; tells a net of zero from no purchase. */
  readonly receipts: ArrayLike<number>
  /** Code of the class before (index into ABC_CLASSES); absent: nobody had one. */
  readonly previous?: ArrayLike<number>
}

/** What a run found, row by row. */
export interface AbcResult {
  /** Index into ABC_CLASSES. */
  readonly classes: Uint8Array
  /** Index into ABC_STANDINGS. */
  readonly standings: Uint8Array
  /** From 1; equals that stay together share the rank of the first. 0: not ranked. */
  readonly ranks: Uint32Array
  /** Turnover ranked before the customer, minor units. */
  readonly before: Float64Array
  /** Place among equal amounts, from 0, where the id breaks ties; 0 where equals stay together. */
  readonly tieOffsets: Uint32Array
  /** The ranked rows, first rank first. */
  readonly order: Uint32Array
  readonly report: AbcReport
}

export interface AbcReport {
  readonly counts: Readonly<Record<AbcClass, number>>
  /** Turnover of each class, minor units. */
  readonly amountsMinor: Readonly<Record<'A' | 'B' | 'C', number>>
  readonly totalMinor: number
  /** By the plain cuts, without margins. */
  readonly cutoffs: AbcCutoffs
  /** What it takes to rise when hysteresis asks for a margin; the plain cut-offs when it does not. */
  readonly riseCutoffs: AbcCutoffs
  /** Groups of equal amounts that a cut would divide if the id broke ties, the customers in them, and what was done. */
  readonly ties: {
    readonly method: AbcPolicy['ties']
    readonly straddlingGroups: number
    readonly straddlingCustomers: number
  }
}

const STANDING_CODES: Readonly<Record<AbcStanding, number>> = {
  ranked: 0,
  no_purchase: 1,
  zero_net: 2,
  negative_net: 3
}

/** The codes of the classes before whose bounds are the plain ones, and those of a rise. */
const PLAIN = 0
const RISING = 3

/**
 * Ranks all customers by net amount, largest first, and gives each his class by the policy. Rows may hold any amounts;
 * only positive ones are ranked and counted into the total. A total beyond 2^53 − 1 minor units is refused.
 *
 * More money never means a lower class among customers of the same class before; the order in which purchases came is
 * irrelevant; A is empty only if nobody is ranked (without margins, and by shares).
 */
export function classifyAbc(columns: AbcColumns, policy: AbcPolicy): AbcResult {
  const { amounts, previous } = columns
  const order = rankPositive(amounts)
  const totalMinor = totalOf(amounts)
  const bounds = boundsOf(totalMinor, policy)
  const result = unrankedResult(columns)
  const together = policy.ties === 'together'
  const tally = newTally()
  let running = 0
  for (let start = 0, end = 0; start < order.length; start = end) {
    const amount = amounts[order[start] as number] as number
    const groupBefore = running
    for (end = start; end < order.length && amounts[order[end] as number] === amount; end++) {
      const row = order[end] as number
      const before = together ? groupBefore : running
      const code = classWithin(bounds, previous?.[row] ?? PLAIN, before, amount)
      result.classes[row] = code
      result.ranks[row] = (together ? start : end) + 1
      result.before[row] = before
      result.tieOffsets[row] = together ? 0 : end - start
      tally.counts[code]++
      tally.amounts[code] += amount
      running += amount
    }
    noteGroup(tally, bounds, amount, end - start, groupBefore, running - amount)
  }
  return { ...result, order, report: reportOf(tally, totalMinor, amounts.length, policy) }
}

interface Tally {
  readonly counts: [number, number, number, number]
  readonly amounts: [number, number, number, number]
  readonly plain: [number | null, number | null]
  readonly rise: [number | null, number | null]
  straddlingGroups: number
  straddlingCustomers: number
}

const newTally = (): Tally => ({
  counts: [0, 0, 0, 0],
  amounts: [0, 0, 0, 0],
  plain: [null, null],
  rise: [null, null],
  straddlingGroups: 0,
  straddlingCustomers: 0
})

/** Groups come by falling amount, so the last amount that still reaches a class is the smallest that does. */
function noteGroup(
  tally: Tally,
  bounds: AbcBounds,
  amount: number,
  size: number,
  firstBefore: number,
  lastBefore: number
): void {
  const first = classWithin(bounds, PLAIN, firstBefore, amount)
  if (first === 1) tally.plain[0] = amount
  if (first <= 2) tally.plain[1] = amount
  const risen = classWithin(bounds, RISING, firstBefore, amount)
  if (risen === 1) tally.rise[0] = amount
  if (risen <= 2) tally.rise[1] = amount
  if (size > 1 && classWithin(bounds, PLAIN, lastBefore, amount) !== first) {
    tally.straddlingGroups++
    tally.straddlingCustomers += size
  }
}

function reportOf(tally: Tally, totalMinor: number, customers: number, policy: AbcPolicy): AbcReport {
  const [, a, b, c] = tally.counts
  const byPolicy = policy.method === 'fixed' ? boundsOf(totalMinor, policy) : null
  const cutoffs = (found: Tally['plain'], code: number): AbcCutoffs =>
    byPolicy === null
      ? { aMinor: found[0], bMinor: found[1] }
      : { aMinor: byPolicy.a[code] as number, bMinor: byPolicy.b[code] as number }
  return {
    counts: { A: a, B: b, C: c, none: customers - a - b - c },
    amountsMinor: { A: tally.amounts[1], B: tally.amounts[2], C: tally.amounts[3] },
    totalMinor,
    cutoffs: cutoffs(tally.plain, PLAIN),
    riseCutoffs: cutoffs(tally.rise, RISING),
    ties: {
      method: policy.ties,
      straddlingGroups: tally.straddlingGroups,
      straddlingCustomers: tally.straddlingCustomers
    }
  }
}

/** Everybody's standing, and room for what the ranked ones will be given. */
function unrankedResult({ amounts, receipts }: AbcColumns): Omit<AbcResult, 'order' | 'report'> {
  const rows = amounts.length
  const standings = new Uint8Array(rows)
  for (let row = 0; row < rows; row++) {
    standings[row] = STANDING_CODES[standingOf(amounts[row] as number, receipts[row] as number)]
  }
  return {
    classes: new Uint8Array(rows),
    standings,
    ranks: new Uint32Array(rows),
    before: new Float64Array(rows),
    tieOffsets: new Uint32Array(rows)
  }
}

function totalOf(amounts: Float64Array): number {
  let total = 0
  for (let row = 0; row < amounts.length; row++) total += Math.max(amounts[row] as number, 0)
  if (!Number.isSafeInteger(total)) {
    throw unprocessable('abc.total_out_of_range', 'The turnover to be ranked is larger than can be kept exactly.')
  }
  return total
}
