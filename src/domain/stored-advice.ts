import { DEFECTION_STATES, type DefectionState } from './cadence.ts'
import type { DefectionPolicy, LoyaltyPolicy } from './classification-policy.ts'
import {
  type AtRiskFacts,
  type DefectionCause,
  type ExplainedAdvice,
  explainAdvice,
  type Recommendation
} from './defection-advice.ts'
import { PARTIAL_UNKNOWN } from './partial-defection.ts'
import type { Ground } from './reason.ts'

/** What a run keeps of an advice beside its columns. A row of an earlier version may lack some. */
export interface StoredFacts {
  /** Probability that he is leaving, by the model in use; null: none is in use. */
  readonly pDefect?: number | null
  /** False where the value at stake is 0 because nobody knows it. */
  readonly valueKnown?: boolean
  readonly productGone?: boolean
  readonly productReturned?: boolean
  /** Only kept where true. */
  readonly openComplaint?: boolean
  readonly badlyClosedComplaint?: boolean
  /** With which the advice was weighed. */
  readonly saveProbability?: number
}

/** A stored advice with what else is known of the customer. */
export interface StoredAdvice {
  readonly state: DefectionState
  /** Null is unknown. */
  readonly partial: boolean | null
  readonly valueAtStakeMinor: number
  readonly expectedValueMinor: number | null
  readonly cause: DefectionCause
  readonly recommendation: Recommendation
  readonly facts: StoredFacts
  readonly lines: number
  readonly promotionLines: number
  readonly priceDriven: boolean
  readonly needsNotServed: boolean
  readonly strategic: boolean
}

/**
 * The reasons for a stored advice, by the rule that made it and the policy of its time. Where they would lead to another
 * advice, because a mark was set or the rule was changed since, only the likely cause is told: reasons for another advice
 * would explain nothing.
 */
export function reasonsForStored(
  advice: StoredAdvice,
  currency: string,
  loyalty: LoyaltyPolicy,
  policy: DefectionPolicy
): readonly Ground[] {
  const { cause, recommendation, facts } = advice
  const weighedWith = { ...policy, saveProbability: facts.saveProbability ?? policy.saveProbability }
  const again: ExplainedAdvice = explainAdvice(factsOf(advice), currency, loyalty, weighedWith)
  if (again.cause === cause && again.recommendation === recommendation) return [...again.reasons, ...again.missing]
  return [{ code: `advice.cause_${cause}`, facts: {} }]
}

/** What he would bring if he stayed; null where the value at stake is 0 because nobody knows it. */
export const valueIfStaysOf = (valueAtStakeMinor: number, { valueKnown }: StoredFacts): number | null =>
  valueKnown === false ? null : valueAtStakeMinor

/** Answers about service are not kept yet: unknown. */
const factsOf = ({
  state,
  partial,
  valueAtStakeMinor,
  expectedValueMinor,
  facts,
  ...known
}: StoredAdvice): AtRiskFacts => ({
  state: DEFECTION_STATES.indexOf(state),
  partial: partial === null ? PARTIAL_UNKNOWN : Number(partial),
  openComplaint: facts.openComplaint ?? false,
  badlyClosedComplaint: facts.badlyClosedComplaint ?? false,
  favouriteProductGone: facts.productGone ?? null,
  favouriteReturned: facts.productReturned ?? null,
  lowService: null,
  lines: known.lines,
  promotionLines: known.promotionLines,
  priceDriven: known.priceDriven && !known.strategic,
  needsNotServed: known.needsNotServed && !known.strategic,
  pDefect: facts.pDefect ?? null,
  valueMinor: valueIfStaysOf(valueAtStakeMinor, facts),
  expectedMinor: expectedValueMinor
})
