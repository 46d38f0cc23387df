import type { LoyaltyPolicy } from './classification-policy.ts'
import type { Explained, Ground } from './reason.ts'
import { wilson } from './statistics.ts'

/** What is known of how a customer buys on promotion. */
export interface PriceFacts {
  /** Sale lines, and those of them with a promotion. */
  readonly lines: number
  readonly promotionLines: number
  /** Mean share on promotion of the same products in the same weeks, over all customers, 0..1; null: not known. */
  readonly expected: number | null
  /** Whether he buys at regular intervals, as nobody does who waits for a low price. */
  readonly regular: boolean
}

/**
 * Whether a customer may be price-driven, before what was to be expected is known: enough lines, a high share of them on
 * promotion, and no regular rhythm. False is final, so `expected` need be worked out for few.
 */
export function mayBePriceDriven(
  lines: number,
  promotionLines: number,
  regular: boolean,
  policy: LoyaltyPolicy
): boolean {
  return !regular && lines >= policy.minPromotionLines && promotionLines / lines >= policy.priceDrivenShare
}

/**
 * Whether a customer buys by price alone: compares prices each time, and cannot be held. Of at least 5 lines the share on
 * promotion d is certainly high (lower Wilson bound at least 0.8), or d is at least 0.8 and 1.3 times what the same
 * products in the same weeks let expect; and he has no regular rhythm. In a shop where half of everything is on promotion,
 * a lower threshold would brand half of the customers. Unknown expectation never counts against him.
 */
export function isPriceDriven(facts: PriceFacts, policy: LoyaltyPolicy): boolean {
  const { lines, promotionLines, expected, regular } = facts
  if (!mayBePriceDriven(lines, promotionLines, regular, policy)) return false
  return isCertain(lines, promotionLines, policy) || isAboveExpected(promotionLines / lines, expected, policy)
}

const isCertain = (lines: number, promotionLines: number, policy: LoyaltyPolicy): boolean =>
  lowerBound(lines, promotionLines) >= policy.priceDrivenShare

const lowerBound = (lines: number, promotionLines: number): number => wilson(promotionLines, lines)?.lower ?? 0

/** A share this close to the ratio reaches it: 10 of 10 are 1.3 times 10 of 13, whatever the binary digits. */
const NINE_DECIMALS = 1e-9

/** Nothing on promotion was to be expected: any share is beyond every ratio. */
const isAboveExpected = (share: number, expected: number | null, policy: LoyaltyPolicy): boolean =>
  expected !== null && share >= policy.priceDrivenRatio * expected - NINE_DECIMALS

export interface PriceDriven extends Explained {
  readonly priceDriven: boolean
}

/** Beyond so many lines at the full price nothing is promised. */
const FARTHEST = 200

/** The rule for one customer with the reasons for it. */
export function explainPriceDriven(facts: PriceFacts, policy: LoyaltyPolicy): PriceDriven {
  const { lines, promotionLines, expected, regular } = facts
  const { minPromotionLines, priceDrivenShare, priceDrivenRatio } = policy
  const priceDriven = isPriceDriven(facts, policy)
  if (lines < minPromotionLines) {
    const missing = { code: 'price.too_few_lines', facts: { lines, neededLines: minPromotionLines } } as const
    return { priceDriven, reasons: [], missing: [missing], changes: [] }
  }
  const share = promotionLines / lines
  const shares = { promotionLines, lines, share, priceDrivenShare }
  const reasons: Ground[] = [{ code: 'price.share', facts: shares }]
  const missing: Ground[] = []
  if (share >= priceDrivenShare) {
    if (isCertain(lines, promotionLines, policy)) {
      reasons.push({ code: 'price.certain', facts: { lower: lowerBound(lines, promotionLines), priceDrivenShare } })
    }
    if (expected === null) missing.push({ code: 'price.expected_unknown', facts: {} })
    else {
      const above = isAboveExpected(share, expected, policy)
      const code = above ? 'price.above_expected' : 'price.as_expected'
      reasons.push({ code, facts: { share, expected, priceDrivenRatio } })
    }
    if (regular) reasons.push({ code: 'price.regular', facts: {} })
  }
  return { priceDriven, reasons, missing, changes: priceDriven ? wayOut(facts, policy) : [] }
}

/** The fewest lines at the full price that end it, while the expectation stays what it is. */
function wayOut(facts: PriceFacts, policy: LoyaltyPolicy): Ground[] {
  for (let more = 1; more <= FARTHEST; more++) {
    if (!isPriceDriven({ ...facts, lines: facts.lines + more }, policy)) {
      return [{ code: 'price.ends_after_lines', facts: { more } }]
    }
  }
  return []
}
