import type { DefectionPolicy, LoyaltyPolicy } from './classification-policy.ts'
import type { Ground } from './reason.ts'

/** Why a customer may be leaving, the likeliest first; the index is the code of columns. */
export const DEFECTION_CAUSES = [
  'open_complaint',
  'badly_closed_complaint',
  'product_gone',
  'product_returned',
  'price',
  'service',
  'unknown'
] as const
export type DefectionCause = (typeof DEFECTION_CAUSES)[number]

/** What to do about it; the index is the code of columns. */
export const RECOMMENDATIONS = ['recover', 'win_back', 'watch', 'keep', 'let_go'] as const
export type Recommendation = (typeof RECOMMENDATIONS)[number]

/** What is known of a customer who may be leaving. Null is unknown: it is neither a cause nor a ground for letting go. */
export interface AtRiskFacts {
  /** Code of DEFECTION_STATES. */
  readonly state: number
  /** Code of PARTIAL_DEFECTION. */
  readonly partial: number
  readonly openComplaint: boolean | null
  /** A complaint was closed, and the customer was not content. */
  readonly badlyClosedComplaint: boolean | null
  /** A product of at least half of his lines, and as many lines as a rhythm has purchase days, is sold no longer. */
  readonly favouriteProductGone: boolean | null
  /** At least half of what he took home last came back: see `returnedLast`. */
  readonly favouriteReturned: boolean | null
  /** His answers about service are low. */
  readonly lowService: boolean | null
  /** Sale lines, and those of them with a promotion. */
  readonly lines: number
  readonly promotionLines: number
  readonly priceDriven: boolean
  /** Somebody of the shop noted that it does not serve what he needs. */
  readonly needsNotServed: boolean | null
  /** Probability that he is leaving, 0..1, by the model in use; null: none is in use, the policy's assumptions hold. */
  readonly pDefect: number | null
  /** What he would bring over the horizon if he stayed, in minor units: what an attempt can save. Null: not known. */
  readonly valueMinor: number | null
  /** What is expected of him over the horizon as things stand, by a model: that he may have left is in it. Null: no model tells. */
  readonly expectedMinor: number | null
}

export interface Advice {
  /** Code of DEFECTION_CAUSES. */
  readonly cause: number
  /** Code of RECOMMENDATIONS. */
  readonly recommendation: number
  /** What the recommendation costs, in minor units: an attempt, or nothing. */
  readonly costMinor: number
  /** What an attempt would gain on average, less its cost; rounded to whole minor units. Null without a value. */
  readonly netBenefitMinor: number | null
}

/** To millionths of a minor unit, so that shares written in decimals tip no comparison. */
const exact = (minor: number): number => Math.round(minor * 1_000_000) / 1_000_000
const RECOVER = 0
const WIN_BACK = 1
const WATCH = 2
const KEEP = 3
const LET_GO = 4
const NO_STATE = 4

/** Whether there is anything to advise on: late by his own rhythm, spending much less, or with a complaint that was not mended. */
export function isAtRisk({ state, partial, openComplaint, badlyClosedComplaint }: AtRiskFacts): boolean {
  return (state > 0 && state < NO_STATE) || partial === 1 || openComplaint === true || badlyClosedComplaint === true
}

/** Code of the likeliest cause: what went wrong between him and the shop comes before what he may have chosen himself. */
export function likelyCause(facts: AtRiskFacts, policy: LoyaltyPolicy): number {
  if (facts.openComplaint === true) return 0
  if (facts.badlyClosedComplaint === true) return 1
  if (facts.favouriteProductGone === true) return 2
  if (facts.favouriteReturned === true) return 3
  if (facts.priceDriven || boughtByPrice(facts, policy)) return 4
  return facts.lowService === true ? 5 : 6
}

/** Probability that he leaves: the model's, or else the largest that the policy assumes for what is seen; null where nothing is seen. */
export function riskOf({ state, partial, pDefect }: AtRiskFacts, policy: DefectionPolicy): number | null {
  if (pDefect !== null) return pDefect
  const byState = [null, policy.dueRisk, policy.overdueRisk, policy.lapsedRisk, null][state] ?? null
  if (partial !== 1) return byState
  return Math.max(byState ?? 0, policy.partialRisk)
}

/**
 * What a customer is expected to bring as things stand, in minor units: the model's figure, or without one what he would
 * bring if he stayed, times the chance that he does. Null where his value is not known.
 */
export function expectedOf(facts: AtRiskFacts, policy: DefectionPolicy): number | null {
  const { expectedMinor, valueMinor } = facts
  if (expectedMinor !== null || valueMinor === null) return expectedMinor
  return exact((1 - (riskOf(facts, policy) ?? 0)) * valueMinor)
}

/**
 * One recommendation for a customer at risk, the first that applies:
 * - `recover` while a complaint is open, whoever he is: an answer is owed.
 * - `let_go` who buys by price alone, or whose needs the shop does not serve.
 * - Act if p(leaves)·p(saved)·value − cost > 0: `recover` after a complaint that was closed badly, else `keep` who still comes and
 *   `win_back` who is overdue or lapsed. The value is what he would bring if he stayed: that he may be gone is in p(leaves), and
 *   would be counted twice in a value that is expected as things stand.
 * - `let_go` of whom less is expected as things stand than an attempt costs.
 * - `recover` after a complaint that was closed badly.
 * - `watch` where acting does not pay yet, or too little is known to tell.
 */
export function adviseOn(facts: AtRiskFacts, loyalty: LoyaltyPolicy, policy: DefectionPolicy): Advice {
  const { attemptCostMinor } = policy
  const benefit = benefitOf(facts, policy)
  const recommendation = recommend(facts, benefit, policy)
  const acts = recommendation !== WATCH && recommendation !== LET_GO
  return {
    cause: likelyCause(facts, loyalty),
    recommendation,
    costMinor: acts ? attemptCostMinor : 0,
    netBenefitMinor: benefit === null ? null : Math.round(benefit) + 0
  }
}

/** Who is not pursued: no retention effort, no care tasks, no manager by class, no campaign. Service is refused to nobody. */
export function notPursued(priceDriven: boolean, recommendation: Recommendation | null): boolean {
  return priceDriven || recommendation === 'let_go'
}

function recommend(facts: AtRiskFacts, benefit: number | null, policy: DefectionPolicy): number {
  if (facts.openComplaint === true) return RECOVER
  if (groundForLettingGo(facts, benefit, policy) !== null) return LET_GO
  if (facts.badlyClosedComplaint === true) return RECOVER
  if (benefit === null || benefit <= 0) return WATCH
  return facts.state === 2 || facts.state === 3 ? WIN_BACK : KEEP
}

function benefitOf(facts: AtRiskFacts, policy: DefectionPolicy): number | null {
  const risk = riskOf(facts, policy)
  if (risk === null || facts.valueMinor === null) return null
  return exact(risk * policy.saveProbability * facts.valueMinor) - policy.attemptCostMinor
}

function groundForLettingGo(
  facts: AtRiskFacts,
  benefit: number | null,
  policy: DefectionPolicy
): 'price' | 'needs' | 'value' | null {
  if (facts.priceDriven) return 'price'
  if (facts.needsNotServed === true) return 'needs'
  if (benefit !== null && benefit > 0) return null
  const expected = expectedOf(facts, policy)
  return expected !== null && expected < policy.attemptCostMinor ? 'value' : null
}

/** Bought on promotion only, or nearly: enough lines, and the share of a price-driven customer. */
function boughtByPrice({ lines, promotionLines }: AtRiskFacts, policy: LoyaltyPolicy): boolean {
  return lines >= policy.minPromotionLines && promotionLines / lines >= policy.priceDrivenShare
}

export interface ExplainedAdvice {
  readonly cause: DefectionCause
  readonly recommendation: Recommendation
  readonly costMinor: number
  readonly netBenefitMinor: number | null
  readonly reasons: readonly Ground[]
  readonly missing: readonly Ground[]
}

/** The advice in full: the likely cause, why this recommendation, and what it was weighed with. */
export function explainAdvice(
  facts: AtRiskFacts,
  currency: string,
  loyalty: LoyaltyPolicy,
  policy: DefectionPolicy
): ExplainedAdvice {
  const { cause, recommendation, costMinor, netBenefitMinor } = adviseOn(facts, loyalty, policy)
  const causeName = DEFECTION_CAUSES[cause] as DefectionCause
  const name = RECOMMENDATIONS[recommendation] as Recommendation
  return {
    cause: causeName,
    recommendation: name,
    costMinor,
    netBenefitMinor,
    reasons: [{ code: `advice.cause_${causeName}`, facts: {} }, ...adviceReasons(facts, name, currency, policy)],
    missing: facts.valueMinor === null ? [{ code: 'advice.value_unknown', facts: {} }] : []
  }
}

function adviceReasons(
  facts: AtRiskFacts,
  recommendation: Recommendation,
  currency: string,
  policy: DefectionPolicy
): Ground[] {
  const { valueMinor } = facts
  const { saveProbability, attemptCostMinor: costMinor } = policy
  const benefit = benefitOf(facts, policy)
  const expected = expectedOf(facts, policy)
  const expectedMinor = expected === null ? null : Math.round(expected) + 0
  switch (recommendation) {
    case 'recover':
      return [{ code: 'advice.recover', facts: {} }]
    case 'let_go': {
      const ground = groundForLettingGo(facts, benefit, policy)
      if (ground === 'price' || ground === 'needs') return [{ code: `advice.let_go_${ground}`, facts: {} }]
      return [{ code: 'advice.let_go_value', facts: { valueMinor, expectedMinor, costMinor, currency } }]
    }
    default: {
      const risk = riskOf(facts, policy)
      if (valueMinor === null || benefit === null || risk === null) {
        return [{ code: 'advice.watch_unknown', facts: {} }]
      }
      const netMinor = Math.round(benefit) + 0
      const weighed = { risk, saveProbability, valueMinor, expectedMinor, costMinor, netMinor, currency }
      return [{ code: `advice.${recommendation}`, facts: weighed }]
    }
  }
}
