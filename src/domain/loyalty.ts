import { isOverdue } from './cadence.ts'
import type { LoyaltyPolicy } from './classification-policy.ts'
import { addMonths, type DayNumber } from './period.ts'

/** How loyal a customer is, by which rule, and how attitude and repeat purchase go together; the index is the code of columns. */
export const LOYALTY_LEVELS = ['loyal', 'switcher', 'non_loyal', 'unknown'] as const
export type LoyaltyLevel = (typeof LOYALTY_LEVELS)[number]

export const LOYALTY_BASES = ['brand', 'patronage', 'attitude', 'first_user', 'price_driven', 'none'] as const
export type LoyaltyBasis = (typeof LOYALTY_BASES)[number]

/** Null: attitude or repeat purchase is not known. */
export const LOYALTY_PATTERNS = ['true', 'latent', 'spurious', 'none', null] as const
export type LoyaltyPattern = (typeof LOYALTY_PATTERNS)[number]

/** What is known of one customer. A loop over columns may fill the same object again and again. */
export interface LoyaltyFacts {
  /** Figures of the brand rule (see BrandLines). */
  readonly brandLines: number
  readonly favouriteLines: number
  readonly brandSwitches: number
  /** Distinct days on which something was paid, ever. */
  readonly purchaseDays: number
  /** Code of DEFECTION_STATES by his own rhythm alone: see `stateByRhythm`. */
  readonly defectionState: number
  /** Stated attitude (see `statedAttitude`); null: nothing stated. */
  readonly attitude: number | null
  readonly firstUser: boolean
  readonly priceDriven: boolean
}

/** Codes of the three lists above. */
export interface LoyaltyFinding {
  readonly level: number
  readonly basis: number
  readonly pattern: number
}

const LOYAL = 0
const SWITCHER = 1
const NON_LOYAL = 2
const UNKNOWN = 3
const NO_PATTERN = 4
const BY_BRAND = 0
const BY_PATRONAGE = 1
const BY_ATTITUDE = 2
const BY_FIRST_USE = 3
const BY_PRICE = 4
const BY_NOTHING = 5

/**
 * The loyalty of one customer, from the strongest ground to the weakest:
 * 1. Price-driven is `non_loyal`, whatever he repeats.
 * 2. A `spurious` customer (repeats, and says that he would rather be elsewhere) is a `switcher`.
 * 3. A first user of new products is `loyal`.
 * 4. Else behaviour decides: by brands where enough lines have one, by purchase days where not.
 * The pattern (Dick and Basu 1994) is shown whenever attitude and repeat purchase are both known.
 */
export function decideLoyalty(
  facts: LoyaltyFacts,
  policy: LoyaltyPolicy,
  into: { -readonly [K in keyof LoyaltyFinding]: LoyaltyFinding[K] } = { level: 0, basis: 0, pattern: 0 }
): LoyaltyFinding {
  const byBrand = brandRuleApplies(facts.brandLines, policy)
  const behaviour = byBrand ? brandRule(facts, policy) : patronageRule(facts, policy)
  const pattern = patternOf(facts.attitude, behaviour)
  into.level = behaviour
  into.basis = behaviour === UNKNOWN ? BY_NOTHING : byBrand ? BY_BRAND : BY_PATRONAGE
  into.pattern = pattern
  if (facts.priceDriven) {
    into.level = NON_LOYAL
    into.basis = BY_PRICE
  } else if (LOYALTY_PATTERNS[pattern] === 'spurious') {
    into.level = SWITCHER
    into.basis = BY_ATTITUDE
  } else if (facts.firstUser && behaviour !== LOYAL) {
    into.level = LOYAL
    into.basis = BY_FIRST_USE
  }
  return into
}

/** The brand rule needs lines enough, and never fewer than two: one line shows no choice. */
export function brandRuleApplies(brandLines: number, policy: LoyaltyPolicy): boolean {
  return brandLines >= Math.max(policy.minBrandLines, 2)
}

/**
 * Code of the level by brands (on measures of Cunningham 1956 and Ehrenberg 1988): `loyal` if the favourite has at least
 * 2/3 of the lines and the brand changed in at most 1/3 of the steps, `switcher` if the favourite has at least half, else
 * `non_loyal`. A quotient is compared as it is rounded, so 2 of 3 reaches a limit of 2/3.
 */
function brandRule({ brandLines, favouriteLines, brandSwitches }: LoyaltyFacts, policy: LoyaltyPolicy): number {
  const share = favouriteLines / brandLines
  const switchRate = brandSwitches / (brandLines - 1)
  if (share >= policy.loyalShare && switchRate <= policy.maxSwitchRate) return LOYAL
  return share >= policy.switcherShare ? SWITCHER : NON_LOYAL
}

/**
 * Code of the level by purchase days, where brands say too little: `loyal` from three days on while he is not overdue by his
 * own rhythm, `switcher` from two on, `unknown` below.
 */
function patronageRule({ purchaseDays, defectionState }: LoyaltyFacts, policy: LoyaltyPolicy): number {
  if (purchaseDays >= policy.patronageLoyalDays && !isOverdue(defectionState)) return LOYAL
  return purchaseDays >= policy.patronageSwitcherDays ? SWITCHER : UNKNOWN
}

/** High attitude is one above 0: who rates the shop no better than its competitor has no preference for it. High repeat is `loyal`. */
function patternOf(attitude: number | null, behaviour: number): number {
  if (attitude === null || behaviour === UNKNOWN) return NO_PATTERN
  if (behaviour === LOYAL) return attitude > 0 ? 0 : 2
  return attitude > 0 ? 1 : 3
}

/** One answer about one need; each figure 1 to 5. */
export interface NeedAnswer {
  readonly day: DayNumber
  readonly importance: number
  readonly own: number
  /** Satisfaction with the competitor on the same need; null: not answered. */
  readonly competitor: number | null
}

/**
 * Stated attitude: satisfaction with the shop minus that with its competitor on the same needs, weighted by importance, over
 * the answers of the last 12 months before `asOfDay`; −4 to 4. Null where nobody answered about both: unknown is not low.
 */
export function statedAttitude(
  answers: Iterable<NeedAnswer>,
  asOfDay: DayNumber,
  policy: LoyaltyPolicy
): number | null {
  const fromDay = addMonths(asOfDay, -policy.attitudeMonths)
  let weight = 0
  let sum = 0
  for (const { day, importance, own, competitor } of answers) {
    if (day < fromDay || day >= asOfDay || competitor === null) continue
    weight += importance
    sum += importance * (own - competitor)
  }
  return weight === 0 ? null : sum / weight
}
