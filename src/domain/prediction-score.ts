import type { ShareInterval } from './statistics.ts'
import { wilson } from './statistics.ts'

/** How well one rule told those who bought again from those who did not. Shares 0..1; null where nobody is left to judge by. */
export interface PredictionScore {
  /** Share of customers of whom the rule said rightly whether they would buy. */
  readonly accuracy: number | null
  /** Probability that of a buyer and a non-buyer the rule ranks the buyer higher, ties counting half; null unless there are both. */
  readonly auc: number | null
}

/** A share of customers with its interval at 95 %; nobody: both null. */
export interface ObservedShare {
  readonly customers: number
  readonly boughtAgain: number
  readonly share: number | null
  readonly interval: ShareInterval | null
}

/**
 * Scores a rule: `scores` rank the customers (higher: more likely to buy), `threshold` decides (a score that reaches it
 * says that he will), `bought` is 1 for those who did.
 */
export function scorePrediction(scores: Float64Array, threshold: number, bought: Uint8Array): PredictionScore {
  const customers = scores.length
  let right = 0
  for (let row = 0; row < customers; row++) {
    if (((scores[row] as number) >= threshold ? 1 : 0) === bought[row]) right++
  }
  return { accuracy: customers === 0 ? null : right / customers, auc: areaUnderCurve(scores, bought) }
}

/** The area under the ROC curve as the rank-sum statistic (Mann and Whitney 1947) over all pairs. */
export function areaUnderCurve(scores: Float64Array, bought: Uint8Array): number | null {
  const { buyers, others, placements } = placementsOf(scores, bought)
  return buyers === 0 || others === 0 ? null : sumOver(placements, bought, 1) / buyers
}

/** By how much one rule ranks the same customers better than another. */
export interface RankingLead {
  /** Area under the curve of the one, minus that of the other. */
  readonly lead: number
  /** That lead in its own standard errors; 0 where there is nothing to compare. */
  readonly z: number
}

/** Compares two rankings of the same customers (DeLong, DeLong and Clarke-Pearson 1988). */
export function compareRankings(one: Float64Array, other: Float64Array, bought: Uint8Array): RankingLead {
  const { buyers, others, placements } = placementsOf(one, bought)
  if (buyers < 2 || others < 2) return { lead: 0, z: 0 }
  const beside = placementsOf(other, bought).placements
  const leads = placements.map((placement, row) => placement - (beside[row] as number))
  const squares = leads.map(lead => lead * lead)
  const variance = (count: number, of: 0 | 1) => {
    const sum = sumOver(leads, bought, of)
    return Math.max(0, sumOver(squares, bought, of) - (sum * sum) / count) / (count - 1)
  }
  const lead = sumOver(leads, bought, 1) / buyers
  const error = Math.sqrt(variance(buyers, 1) / buyers + variance(others, 0) / others)
  return { lead, z: lead === 0 ? 0 : lead / error }
}

/** Of each buyer the share of non-buyers ranked below him, of each non-buyer the share of buyers ranked above; ties half. */
function placementsOf(scores: Float64Array, bought: Uint8Array) {
  const buyers = scores.filter((_, row) => bought[row] === 1).sort()
  const others = scores.filter((_, row) => bought[row] === 0).sort()
  const placements = scores.map((score, row) => {
    if (bought[row] === 1) return countBelow(others, score) / others.length
    return 1 - countBelow(buyers, score) / buyers.length
  })
  return { buyers: buyers.length, others: others.length, placements }
}

/** How many of the ascending values are below one plus half of those that equal it. */
function countBelow(ascending: Float64Array, value: number): number {
  const [below, upTo] = [placeOf(ascending, value, false), placeOf(ascending, value, true)]
  return (below + upTo) / 2
}

/** The first place of the ascending values that is not below a value; behind its equals if they are to be passed. */
function placeOf(ascending: Float64Array, value: number, passEquals: boolean): number {
  let [low, high] = [0, ascending.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const found = ascending[middle] as number
    if (found < value || (passEquals && found === value)) low = middle + 1
    else high = middle
  }
  return low
}

function sumOver(values: Float64Array, bought: Uint8Array, of: 0 | 1): number {
  let sum = 0
  for (let row = 0; row < values.length; row++) if (bought[row] === of) sum += values[row] as number
  return sum
}

/** So many customers, of whom so many bought again. */
export function observedShare(customers: number, boughtAgain: number): ObservedShare {
  const share = customers === 0 ? null : boughtAgain / customers
  return { customers, boughtAgain, share, interval: wilson(boughtAgain, customers) }
}
