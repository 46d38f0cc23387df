import { meanSpend } from './buying-history.ts'
import { type BuyingModel, expectingModel } from './buying-model.ts'
import { type DropoutParameters, probabilityAlive, purchasesIfAlive } from './dropout-model.ts'
import { kept } from './kept-answers.ts'
import { expectedSpend } from './spend-model.ts'

/** How the value of what is to come is worked out. */
export interface ValueTerms {
  /** Months looked ahead, each a twelfth of 365 days; what falls into one is discounted as at its end. */
  readonly months: number
  /** Share of the spend that is left to the shop, 0..1; 1 gives turnover. */
  readonly margin: number
  /** What money costs in a year: 0.1 takes 10 % off what comes a year later. 0: not discounted. */
  readonly annualDiscount: number
}

/** Answers for one customer after the other from a fitted model; nothing is allocated for an answer. All times in whole days. */
export interface BuyingPredictor {
  readonly horizonDays: number
  /** By MBG/NBD; null when it was not fitted or does not tell leaving from pausing. */
  pAlive(repeats: number, recency: number, age: number): number | null
  /** Purchases in the horizon; null when neither model was fitted. */
  expectedPurchases(repeats: number, recency: number, age: number): number | null
  /** Minor units of a repeat purchase, `net` being the net amount after the first; null when spend was not fitted. */
  expectedSpend(repeats: number, net: number): number | null
  /** Margin of the purchases in the horizon, discounted, in minor units and fractions of them; null when either part is. */
  expectedValue(repeats: number, recency: number, age: number, net: number): number | null
  /** The same of a customer who has not left: what is lost with him. */
  valueIfAlive(repeats: number, age: number, net: number): number | null
}

const YEAR_DAYS = 365
const YEAR_MONTHS = 12

/**
 * A predictor over a horizon of `terms.months`. What a customer who is still alive would buy depends on his repeats and
 * age alone, so it is computed once for each pair and kept (at most 256 × the oldest age in days).
 */
export function buyingPredictor(
  model: Pick<BuyingModel, 'bgNbd' | 'mbgNbd' | 'gammaGamma'>,
  terms: ValueTerms
): BuyingPredictor {
  const { mbgNbd, gammaGamma } = model
  const alive = mbgNbd.fitted && mbgNbd.dropoutIdentified ? mbgNbd : null
  const expecting = expectingModel(model.bgNbd, mbgNbd)
  const spend = gammaGamma.fitted ? gammaGamma : null
  const horizonDays = daysOf(terms.months)
  const expected = expecting && kept((repeats, age) => purchasesIfAlive(expecting, repeats, age, horizonDays))
  const valued = expecting && kept((repeats, age) => discountedPurchases(expecting, repeats, age, terms))
  const valueIfAlive = (repeats: number, age: number, net: number): number | null =>
    valued && spend && terms.margin * valued(repeats, age) * expectedSpend(spend, meanSpend(repeats, net), repeats)
  return {
    horizonDays,
    valueIfAlive,
    pAlive: (repeats, recency, age) => (alive === null ? null : probabilityAlive(alive, repeats, recency, age)),
    expectedPurchases: (repeats, recency, age) =>
      expecting && expected && expected(repeats, age) * probabilityAlive(expecting, repeats, recency, age),
    expectedSpend: (repeats, net) => spend && expectedSpend(spend, meanSpend(repeats, net), repeats),
    expectedValue: (repeats, recency, age, net) => {
      const value = valueIfAlive(repeats, age, net)
      return value === null || expecting === null ? null : value * probabilityAlive(expecting, repeats, recency, age)
    }
  }
}

/** Σ over the months of the purchases that fall into each, divided by (1 + annual discount)^(months / 12); of a customer alive. */
export function discountedPurchases(
  model: DropoutParameters,
  repeats: number,
  age: number,
  { months, annualDiscount }: ValueTerms
): number {
  if (annualDiscount === 0) return purchasesIfAlive(model, repeats, age, daysOf(months))
  let before = 0
  let sum = 0
  for (let month = 1; month <= months; month++) {
    const until = purchasesIfAlive(model, repeats, age, daysOf(month))
    sum += (until - before) / (1 + annualDiscount) ** (month / YEAR_MONTHS)
    before = until
  }
  return sum
}

function daysOf(months: number): number {
  return (months * YEAR_DAYS) / YEAR_MONTHS
}
