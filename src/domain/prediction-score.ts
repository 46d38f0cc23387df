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
  const buyers = scores.filter((_, row) => bought[row] === 1).sort()
  const others = scores.filter((_, row) => bought[row] === 0).sort()
  if (buyers.length === 0 || others.length === 0) return null
  let below = 0
  let notAbove = 0
  let won = 0
  for (const score of buyers) {
    while (below < others.length && (others[below] as number) < score) below++
    while (notAbove < others.length && (others[notAbove] as number) <= score) notAbove++
    won += (below + notAbove) / 2
  }
  return won / (buyers.length * others.length)
}

/** So many customers, of whom so many bought again. */
export function observedShare(customers: number, boughtAgain: number): ObservedShare {
  const share = customers === 0 ? null : boughtAgain / customers
  return { customers, boughtAgain, share, interval: wilson(boughtAgain, customers) }
}
