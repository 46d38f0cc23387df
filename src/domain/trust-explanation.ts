import type { TrustPolicy } from './classification-policy.ts'
import type { DayNumber } from './period.ts'
import type { Explained, Ground } from './reason.ts'
import {
  affectiveRung,
  answersOf,
  behavioralRung,
  cognitiveRung,
  countUnrecovered,
  decideTrust,
  fewReturns,
  hasOpenComplaint,
  TRUST_LEVELS,
  type TrustFacts,
  type TrustLevel,
  triggersOf
} from './trust.ts'

export interface Trust extends Explained {
  readonly level: TrustLevel
}

/**
 * Trust of one customer: `reasons` are the evidence for and against it and what took a level away, `missing` the evidence
 * that the next rung lacks, `changes` what would give a level back or lead to the next.
 */
export function explainTrust(facts: TrustFacts, policy: TrustPolicy, asOfDay: DayNumber): Trust {
  const level = TRUST_LEVELS[decideTrust(facts, policy, asOfDay)] as TrustLevel
  const triggers = triggersOf(facts, policy, asOfDay)
  const climbs = cognitiveRung(facts, policy, asOfDay) === 'met'
  const content = climbs && affectiveRung(facts, policy, asOfDay) === 'met'
  return {
    level,
    reasons: [
      ...(climbs || level === 'none' ? qualityEvidence(facts, policy, asOfDay) : []),
      ...(climbs ? satisfactionEvidence(facts, policy, asOfDay) : []),
      ...(content && behavioralRung(facts, policy) === 'met' ? [relationship(facts)] : []),
      ...(facts.referralBought === true ? [{ code: 'trust.referral', facts: {} } as const] : []),
      ...(level === 'insufficient' ? [] : triggers.map(trigger => ({ code: `trust.${trigger}`, facts: {} }) as const))
    ],
    missing: missingOf(facts, climbs, content, policy, asOfDay),
    changes:
      triggers.length > 0 && climbs
        ? [{ code: 'trust.restored_without_triggers', facts: { triggers: triggers.length } }]
        : []
  }
}

function qualityEvidence(facts: TrustFacts, policy: TrustPolicy, asOfDay: DayNumber): Ground[] {
  const { sales, returns, quality } = facts
  const { cognitiveQuality, maxReturnRate } = policy
  const returnRate = returns / sales
  return [
    { code: 'trust.purchases', facts: { sales } },
    ...(quality === null
      ? []
      : [
          {
            code: quality >= cognitiveQuality ? 'trust.quality' : 'trust.quality_low',
            facts: { quality, cognitiveQuality }
          } as const
        ]),
    {
      code: fewReturns(facts, policy) ? 'trust.few_returns' : 'trust.many_returns',
      facts: { returns, sales, returnRate, maxReturnRate }
    },
    ...(hasOpenComplaint(facts, asOfDay) ? [{ code: 'trust.open_complaint', facts: {} } as const] : [])
  ]
}

function satisfactionEvidence(facts: TrustFacts, policy: TrustPolicy, asOfDay: DayNumber): Ground[] {
  const { count, mean, lowest, spanDays } = answersOf(facts, asOfDay)
  const unrecovered = countUnrecovered(facts, asOfDay)
  const { affectiveSatisfaction, affectiveLowestAnswer } = policy
  const grounds: Ground[] = []
  if (count > 0)
    grounds.push({ code: 'trust.satisfaction', facts: { mean, answers: count, spanDays, affectiveSatisfaction } })
  if (count > 0 && lowest < affectiveLowestAnswer) {
    grounds.push({ code: 'trust.low_answer', facts: { lowest, affectiveLowestAnswer } })
  }
  if (unrecovered > 0) grounds.push({ code: 'trust.complaints_not_recovered', facts: { complaints: unrecovered } })
  return grounds
}

function relationship({ tenureDays, purchaseDays, quarters }: TrustFacts): Ground {
  return { code: 'trust.relationship', facts: { tenureDays, purchaseDays, quarters } }
}

/** What the rung above the highest one met lacks. */
function missingOf(
  facts: TrustFacts,
  climbs: boolean,
  content: boolean,
  policy: TrustPolicy,
  asOfDay: DayNumber
): Ground[] {
  const { sales, tenureDays, purchaseDays, quarters } = facts
  if (!climbs) {
    return sales < policy.cognitivePurchases
      ? [{ code: 'trust.purchases_missing', facts: { sales, neededSales: policy.cognitivePurchases } }]
      : []
  }
  if (!content) {
    const { count, spanDays } = answersOf(facts, asOfDay)
    const needed = { neededAnswers: policy.affectiveAnswers, neededSpanDays: policy.affectiveSpanDays }
    return count < policy.affectiveAnswers || spanDays < policy.affectiveSpanDays
      ? [{ code: 'trust.answers_missing', facts: { answers: count, spanDays, ...needed } }]
      : []
  }
  if (behavioralRung(facts, policy) === 'met') return []
  const { behavioralTenureDays, behavioralPurchaseDays, behavioralQuarters } = policy
  const needed = {
    neededTenureDays: behavioralTenureDays,
    neededPurchaseDays: behavioralPurchaseDays,
    neededQuarters: behavioralQuarters
  }
  return [{ code: 'trust.relationship_missing', facts: { tenureDays, purchaseDays, quarters, ...needed } }]
}
