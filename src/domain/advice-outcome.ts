import type { Recommendation } from './defection-advice.ts'
import { type ShareInterval, wilson } from './statistics.ts'

/** Whether the customer bought within the horizon of an advice or of an action. */
export type AdviceOutcome = 'bought' | 'not_bought'

/** Advices of which the outcome is known, alike in all that their judgement depends on. */
export interface AdviceGroup {
  readonly recommendation: Recommendation
  /** Whether an attempt was made within the horizon, before the customer bought. */
  readonly acted: boolean
  readonly priceDriven: boolean
  readonly outcome: AdviceOutcome
  readonly count: number
}

/** A count of successes with its share; the interval is Wilson's at 95 %. Both are null where nothing was tried. */
export interface Rate {
  readonly n: number
  readonly successes: number
  readonly share: number | null
  readonly interval: ShareInterval | null
}

/** What became of one recommendation. */
export interface AdviceRecord {
  readonly recommendation: Recommendation
  /** Who bought of those about whom something was done, and of the others. */
  readonly acted: Rate
  readonly notActed: Rate
  /** How often the advice was right, of those whose outcome tells. */
  readonly right: Rate
}

/** Attempts that were advised: who bought of those who were tried, and of those who were left alone. */
export interface SaveTrials {
  readonly tried: number
  readonly triedBought: number
  readonly alone: number
  readonly aloneBought: number
}

/**
 * `assumed`: the policy's number, too few outcomes. `observed`: the share of those tried who bought. `beyond_returners`: the
 * same without those who would have come back by themselves.
 */
export type SaveBasis = 'assumed' | 'observed' | 'beyond_returners'

export interface SaveEstimate {
  readonly probability: number
  readonly basis: SaveBasis
}

const ATTEMPTS: ReadonlySet<Recommendation> = new Set(['recover', 'win_back', 'keep'])

/** Whether something is to be done, or was done, about the customer; to watch him or to let him go is not. */
export function isAttempt(action: Recommendation): boolean {
  return ATTEMPTS.has(action)
}

/**
 * Whether an advice was right; null where what happened does not tell.
 * - To act (`recover`, `win_back`, `keep`) was right if who was tried bought, and if who was not tried did not: he was
 *   leaving, as the advice said.
 * - To `watch` was right if the customer, left alone, bought. Once something was done nobody knows whether he would have.
 * - To `let_go` was right if he bought nothing, tried or not. Of who buys by price alone it says nothing of the kind: he
 *   comes back for the next offer and cannot be held, so his purchases are not counted against it.
 */
export function adviceWasRight({
  recommendation,
  acted,
  priceDriven,
  outcome
}: Omit<AdviceGroup, 'count'>): boolean | null {
  const bought = outcome === 'bought'
  if (isAttempt(recommendation)) return bought === acted
  if (recommendation === 'watch') return acted ? null : bought
  return priceDriven ? null : !bought
}

/** The record of one recommendation out of the groups of all; without an outcome every count is 0. */
export function recordOf(recommendation: Recommendation, groups: readonly AdviceGroup[]): AdviceRecord {
  const own = groups.filter(group => group.recommendation === recommendation)
  const bought = ({ outcome }: AdviceGroup) => outcome === 'bought'
  return {
    recommendation,
    acted: rateOf(
      own.filter(group => group.acted),
      bought
    ),
    notActed: rateOf(
      own.filter(group => !group.acted),
      bought
    ),
    right: rateOf(
      own.filter(group => adviceWasRight(group) !== null),
      group => adviceWasRight(group) === true
    )
  }
}

/** The trials of all advices to act. */
export function saveTrials(groups: readonly AdviceGroup[]): SaveTrials {
  const count = (acted: boolean, bought: boolean) =>
    total(
      groups.filter(
        group => isAttempt(group.recommendation) && group.acted === acted && (!bought || group.outcome === 'bought')
      )
    )
  return {
    tried: count(true, false),
    triedBought: count(true, true),
    alone: count(false, false),
    aloneBought: count(false, true)
  }
}

/**
 * How likely an attempt saves who would leave otherwise, 0..1 with four decimals. Below `minOutcomes` outcomes of attempts it
 * is what the shop assumes: the interval of 30 outcomes is at most 34 points wide, that of fewer says little. From there on
 * it is the share of those tried who bought. Some of them would have come back by themselves; as soon as there are as many
 * outcomes of customers who were left alone, their share b is taken out: (p − b)/(1 − b), at least 0 (Abbott 1925).
 */
export function saveEstimate(trials: SaveTrials, assumed: number, minOutcomes: number): SaveEstimate {
  const { tried, triedBought, alone, aloneBought } = trials
  if (tried === 0 || tried < minOutcomes) return { probability: assumed, basis: 'assumed' }
  const share = triedBought / tried
  if (alone === 0 || alone < minOutcomes) return { probability: rounded(share), basis: 'observed' }
  const byThemselves = aloneBought / alone
  const saved = byThemselves < 1 ? Math.max(0, (share - byThemselves) / (1 - byThemselves)) : 0
  return { probability: rounded(saved), basis: 'beyond_returners' }
}

/** A rate of plain counts. */
export function rate(successes: number, n: number): Rate {
  return { n, successes, share: n === 0 ? null : successes / n, interval: wilson(successes, n) }
}

const rateOf = (groups: readonly AdviceGroup[], succeeded: (group: AdviceGroup) => boolean): Rate =>
  rate(total(groups.filter(succeeded)), total(groups))

const total = (groups: readonly AdviceGroup[]): number => groups.reduce((sum, { count }) => sum + count, 0)

const rounded = (share: number): number => Math.round(share * 10_000) / 10_000
