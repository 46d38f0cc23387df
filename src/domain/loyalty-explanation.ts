import { isOverdue } from './cadence.ts'
import type { LoyaltyPolicy } from './classification-policy.ts'
import {
  brandRuleApplies,
  decideLoyalty,
  LOYALTY_BASES,
  LOYALTY_LEVELS,
  LOYALTY_PATTERNS,
  type LoyaltyBasis,
  type LoyaltyFacts,
  type LoyaltyLevel,
  type LoyaltyPattern
} from './loyalty.ts'
import type { Explained, Ground } from './reason.ts'

export interface Loyalty extends Explained {
  readonly level: LoyaltyLevel
  readonly basis: LoyaltyBasis
  readonly pattern: LoyaltyPattern
  readonly firstUser: boolean
  readonly priceDriven: boolean
}

/** Beyond so many more lines or days nothing is promised: by then he is another customer. */
const FARTHEST = 50

/** Loyalty of one customer with the reasons for it: what decided first, then what behaviour says. */
export function explainLoyalty(facts: LoyaltyFacts, favouriteBrand: string | null, policy: LoyaltyPolicy): Loyalty {
  const finding = decideLoyalty(facts, policy)
  const level = LOYALTY_LEVELS[finding.level] as LoyaltyLevel
  const basis = LOYALTY_BASES[finding.basis] as LoyaltyBasis
  const pattern = LOYALTY_PATTERNS[finding.pattern] as LoyaltyPattern
  const byBrand = brandRuleApplies(facts.brandLines, policy)
  return {
    level,
    basis,
    pattern,
    firstUser: facts.firstUser,
    priceDriven: facts.priceDriven,
    reasons: [
      ...decisive(basis),
      ...(byBrand ? brandReasons(facts, favouriteBrand, policy) : patronageReasons(facts, policy)),
      ...attitudeReasons(facts.attitude, pattern)
    ],
    missing: [
      ...(byBrand
        ? []
        : [
            {
              code: 'loyalty.brand_lines_missing',
              facts: { brandLines: facts.brandLines, neededLines: Math.max(policy.minBrandLines, 2) }
            } as const
          ]),
      ...(facts.attitude === null ? [{ code: 'loyalty.attitude_unknown', facts: {} } as const] : [])
    ],
    changes: level === 'loyal' ? [] : changesOf(facts, basis, byBrand, policy)
  }
}

function decisive(basis: LoyaltyBasis): Ground[] {
  if (basis === 'price_driven') return [{ code: 'loyalty.price_driven', facts: {} }]
  return basis === 'first_user' ? [{ code: 'loyalty.first_user', facts: {} }] : []
}

function brandReasons(facts: LoyaltyFacts, favouriteBrand: string | null, policy: LoyaltyPolicy): Ground[] {
  const { brandLines, favouriteLines, brandSwitches } = facts
  const { loyalShare, switcherShare, maxSwitchRate } = policy
  const favouriteShare = favouriteLines / brandLines
  const switchRate = brandSwitches / (brandLines - 1)
  return [
    {
      code: 'loyalty.favourite_share',
      facts: { favouriteBrand, favouriteLines, brandLines, favouriteShare, loyalShare, switcherShare }
    },
    {
      code: 'loyalty.switch_rate',
      facts: { brandSwitches, steps: brandLines - 1, switchRate, maxSwitchRate }
    }
  ]
}

function patronageReasons({ purchaseDays, defectionState }: LoyaltyFacts, policy: LoyaltyPolicy): Ground[] {
  const facts = { purchaseDays, loyalDays: policy.patronageLoyalDays, switcherDays: policy.patronageSwitcherDays }
  const overdue = purchaseDays >= policy.patronageLoyalDays && isOverdue(defectionState)
  return [
    { code: 'loyalty.purchase_days', facts },
    ...(overdue ? [{ code: 'loyalty.overdue', facts: {} } as const] : [])
  ]
}

function attitudeReasons(attitude: number | null, pattern: LoyaltyPattern): Ground[] {
  if (attitude === null) return []
  return [{ code: pattern === null ? 'loyalty.attitude' : `loyalty.pattern_${pattern}`, facts: { attitude } }]
}

/** What behaviour alone would have to become; what stands above it (price, attitude) is named instead. */
function changesOf(facts: LoyaltyFacts, basis: LoyaltyBasis, byBrand: boolean, policy: LoyaltyPolicy): Ground[] {
  if (basis === 'price_driven') return [{ code: 'loyalty.loyal_if_not_price_driven', facts: {} }]
  if (basis === 'attitude') return [{ code: 'loyalty.loyal_if_attitude', facts: {} }]
  const enough = (more: number) =>
    LOYALTY_LEVELS[decideLoyalty(withMore(facts, byBrand, more), policy).level] === 'loyal'
  for (let more = 1; more <= FARTHEST; more++) {
    if (enough(more))
      return [{ code: byBrand ? 'loyalty.loyal_after_lines' : 'loyalty.loyal_after_days', facts: { more } }]
  }
  return []
}

/** So many more lines of the favourite, the first of them a change of brand at worst; or so many more purchase days, in time. */
function withMore(facts: LoyaltyFacts, byBrand: boolean, more: number): LoyaltyFacts {
  const { brandLines, favouriteLines, brandSwitches, purchaseDays } = facts
  if (!byBrand) return { ...facts, purchaseDays: purchaseDays + more, defectionState: 0 }
  return {
    ...facts,
    brandLines: brandLines + more,
    favouriteLines: favouriteLines + more,
    brandSwitches: favouriteLines === brandLines ? brandSwitches : brandSwitches + 1
  }
}
