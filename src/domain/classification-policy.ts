import type { AbcPolicy } from './abc.ts'
import type { UsualMinutes } from './care-task.ts'

/** Numbers of the loyalty rules. Shares 0..1. */
export interface LoyaltyPolicy {
  /** Lines with a brand that the brand rule needs, in categories of at least so many brands. */
  readonly minBrandLines: number
  readonly minBrandsInCategory: number
  readonly loyalShare: number
  readonly maxSwitchRate: number
  readonly switcherShare: number
  /** Purchase days of the patronage rule. */
  readonly patronageLoyalDays: number
  readonly patronageSwitcherDays: number
  /** How old an answer about satisfaction may be. */
  readonly attitudeMonths: number
  /** First users: when a product is new, who counts as early, and until when that is provisional. */
  readonly newProductAfterDays: number
  readonly innovatorShare: number
  readonly earlyAdopterShare: number
  readonly provisionalBuyers: number
  readonly provisionalDays: number
  readonly firstUserSignificance: number
  /** Price-driven customers: lines needed, share bought on promotion, and its ratio to what was to be expected. */
  readonly minPromotionLines: number
  readonly priceDrivenShare: number
  readonly priceDrivenRatio: number
}

/** Numbers of the trust ladder. Ratings are of 5. */
export interface TrustPolicy {
  readonly cognitivePurchases: number
  readonly cognitiveQuality: number
  readonly maxReturnRate: number
  readonly affectiveSatisfaction: number
  readonly affectiveAnswers: number
  readonly affectiveSpanDays: number
  readonly affectiveLowestAnswer: number
  readonly behavioralTenureDays: number
  readonly behavioralPurchaseDays: number
  readonly behavioralQuarters: number
  readonly lowAnswer: number
  readonly lowAnswersInARow: number
}

/** Runs in A that make a key customer, and the care that each standing gets, in minutes a month. */
export interface StandingPolicy {
  readonly keyRuns: number
  readonly minutesPerMonth: { readonly key: number; readonly suitable: number; readonly general: number }
}

/** Numbers of the defection rules. Of quantiles and shares the first four decimals count. */
export interface DefectionPolicy {
  /** Gaps between purchase days that an own cadence needs, and the weight of the segment's cadence in gaps. */
  readonly minGaps: number
  readonly segmentWeightGaps: number
  readonly dueQuantile: number
  readonly overdueQuantile: number
  readonly lapsedFactor: number
  readonly hiatusDays: number
  /** Partial defection: spend of the recent days below a share of the own rate over the base days. */
  readonly partialRecentDays: number
  readonly partialBaseDays: number
  readonly partialSpendShare: number
  readonly minRepeatBuyers: number
  readonly valueHorizonMonths: number
  /** Share of the spend that is left to the shop, 0..1: 1 values customers by turnover. What money costs in a year, 0..1. */
  readonly valueMargin: number
  readonly valueAnnualDiscount: number
  /** How likely a customer leaves in each state; the shop's assumption, used where no model says it. Shares 0..1. */
  readonly dueRisk: number
  readonly overdueRisk: number
  readonly lapsedRisk: number
  readonly partialRisk: number
  /** How likely an attempt to keep or win back a customer succeeds, 0..1; the shop's assumption until its own outcomes replace it. */
  readonly saveProbability: number
  /** What an attempt costs, in minor units: the time of a call, a card, a voucher. */
  readonly attemptCostMinor: number
  /** Days after an advice, or after something was done, within which a purchase counts as its outcome. */
  readonly adviceHorizonDays: number
  /** Attempts that were followed to their end from which on their own share of successes replaces `saveProbability`. */
  readonly saveOutcomes: number
}

/** Numbers of habits and changes of demand. */
export interface HabitsPolicy {
  readonly regularMaxVariation: number
  readonly changeSlackDeviations: number
  readonly changeThresholdDeviations: number
  readonly minBaselineWeeks: number
  readonly minBasketPairs: number
}

/** All numbers of the classifications: a tenant's own, versioned. */
export interface ClassificationPolicy {
  /** Months that a run looks back; null takes all data. */
  readonly windowMonths: number | null
  readonly abc: AbcPolicy
  readonly rfm: { readonly scores: number }
  readonly loyalty: LoyaltyPolicy
  readonly trust: TrustPolicy
  readonly standing: StandingPolicy
  readonly defection: DefectionPolicy
  readonly habits: HabitsPolicy
  /** Runs outside A after which a relationship manager's assignment ends. */
  readonly relationshipManagers: { readonly graceRuns: number }
  readonly care: { readonly usualMinutes: UsualMinutes }
}

/** A policy that names only what differs. */
export type TrialPolicy = Differing<ClassificationPolicy>

type Differing<T> = { readonly [K in keyof T]?: (T[K] extends object ? Differing<T[K]> : T[K]) | undefined }

/** What holds for a tenant that has set nothing. */
export const DEFAULT_POLICY: ClassificationPolicy = {
  windowMonths: 12,
  abc: {
    method: 'share',
    aShare: 0.8,
    bShare: 0.95,
    aMinor: null,
    bMinor: null,
    ties: 'together',
    returnsCountOn: 'return',
    hysteresis: 0
  },
  rfm: { scores: 5 },
  loyalty: {
    minBrandLines: 5,
    minBrandsInCategory: 2,
    loyalShare: 2 / 3,
    maxSwitchRate: 1 / 3,
    switcherShare: 0.5,
    patronageLoyalDays: 3,
    patronageSwitcherDays: 2,
    attitudeMonths: 12,
    newProductAfterDays: 90,
    innovatorShare: 0.025,
    earlyAdopterShare: 0.16,
    provisionalBuyers: 50,
    provisionalDays: 180,
    firstUserSignificance: 0.05,
    minPromotionLines: 5,
    priceDrivenShare: 0.8,
    priceDrivenRatio: 1.3
  },
  trust: {
    cognitivePurchases: 2,
    cognitiveQuality: 4,
    maxReturnRate: 0.1,
    affectiveSatisfaction: 4,
    affectiveAnswers: 3,
    affectiveSpanDays: 180,
    affectiveLowestAnswer: 3,
    behavioralTenureDays: 365,
    behavioralPurchaseDays: 4,
    behavioralQuarters: 3,
    lowAnswer: 2,
    lowAnswersInARow: 2
  },
  standing: { keyRuns: 2, minutesPerMonth: { key: 60, suitable: 20, general: 5 } },
  defection: {
    minGaps: 2,
    segmentWeightGaps: 4,
    dueQuantile: 0.5,
    overdueQuantile: 0.9,
    lapsedFactor: 2,
    hiatusDays: 180,
    partialRecentDays: 90,
    partialBaseDays: 365,
    partialSpendShare: 0.5,
    minRepeatBuyers: 100,
    valueHorizonMonths: 12,
    valueMargin: 1,
    valueAnnualDiscount: 0,
    dueRisk: 0.2,
    overdueRisk: 0.5,
    lapsedRisk: 0.8,
    partialRisk: 0.4,
    saveProbability: 0.2,
    attemptCostMinor: 500,
    adviceHorizonDays: 90,
    saveOutcomes: 30
  },
  habits: {
    regularMaxVariation: 0.6,
    changeSlackDeviations: 0.5,
    changeThresholdDeviations: 4,
    minBaselineWeeks: 8,
    minBasketPairs: 30
  },
  relationshipManagers: { graceRuns: 1 },
  care: { usualMinutes: { call: 15, visit: 90, thankYou: 20, review: 60, guidance: 30 } }
}

/** The base with what the trial names put in its place, part by part and field by field; null replaces, absent leaves. */
export function mergePolicy(base: ClassificationPolicy, trial: TrialPolicy): ClassificationPolicy {
  return merged(base, trial) as ClassificationPolicy
}

function merged(base: unknown, trial: unknown): unknown {
  if (!isPart(base) || !isPart(trial)) return trial
  const result: Record<string, unknown> = { ...base }
  for (const [name, value] of Object.entries(trial)) {
    if (value !== undefined && Object.hasOwn(base, name)) result[name] = merged(base[name], value)
  }
  return result
}

function isPart(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
