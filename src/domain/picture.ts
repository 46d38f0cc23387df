import { ABC_CLASSES, type AbcClass } from './abc.ts'
import { cadenceState, isRegular, measureCadence } from './cadence.ts'
import type { ClassificationPolicy } from './classification-policy.ts'
import type { ComplaintPicture } from './complaint-facts.ts'
import { type Defection, explainDefection } from './defection.ts'
import { explainFirstUse, type FirstUse } from './first-users.ts'
import type { SegmentCadence } from './gap-quantiles.ts'
import { LOYALTY_PATTERNS } from './loyalty.ts'
import { explainLoyalty, type Loyalty } from './loyalty-explanation.ts'
import { amountOfTwoDigits, type OutlookReader, toTwoDigits } from './outlook.ts'
import { spendOf } from './partial-defection.ts'
import { type DayNumber, NO_DAY } from './period.ts'
import { explainPriceDriven } from './price-driven.ts'
import type { Explained } from './reason.ts'
import { explainStanding, type Standing } from './standing.ts'
import { countQuarters } from './trust.ts'
import { explainTrust, type Trust } from './trust-explanation.ts'

/** What is known of one customer's receipts before a day: a row of FactColumns, with the name of the favourite. */
export interface CustomerFacts {
  /** See ReceiptDays; days of `asOfDay` and later are not looked at. */
  readonly days: ArrayLike<number>
  readonly nets: ArrayLike<number>
  readonly sales: number
  readonly returns: number
  readonly lines: number
  readonly promotionLines: number
  readonly brandLines: number
  readonly favouriteBrand: string | null
  readonly favouriteLines: number
  readonly brandSwitches: number
}

/** New products of one customer: see FirstUseColumns. */
export interface FirstUseFigures {
  readonly products: number
  readonly observed: number
  readonly provisional: number
  readonly expected: number
}

/** What is known of a customer beside his receipts. */
export interface PictureGround {
  readonly abcClass: AbcClass
  readonly runsInA: number
  /** As the run found him. */
  readonly firstUser: boolean
  readonly priceDriven: boolean
  /** What the two rest on; null where it is not asked for. */
  readonly firstUse: FirstUseFigures | null
  readonly expectedPromotion: number | null
  /** What the manager wrote who marked him as strategic; null without the mark. */
  readonly strategicNote: string | null
  /** Null: no complaint of his tells anything. */
  readonly complaints: ComplaintPicture | null
  readonly segment: SegmentCadence
  readonly outlook: OutlookReader
  readonly asOfDay: DayNumber
  readonly currency: string
}

/** Everything that a customer is beyond his amount, with the reasons. Estimates are of two significant digits. */
export interface Picture {
  readonly loyalty: Loyalty
  readonly trust: Trust
  readonly standing: Standing
  readonly defection: Defection & {
    /** Hundredths of 1; null where no model tells. */
    readonly pAlive: number | null
    readonly expectedPurchases: number | null
    readonly expectedValueMinor: number | null
    readonly valueIfStaysMinor: number | null
  }
}

/** The picture of one customer by the rules that a run uses for a million. */
export function explainPicture(facts: CustomerFacts, ground: PictureGround, policy: ClassificationPolicy): Picture {
  const { days, nets } = facts
  const { asOfDay, segment, currency } = ground
  const cadence = measureCadence(days, asOfDay, policy.defection)
  const spend = spendOf(days, nets, 0, days.length, cadence.firstDay, asOfDay, policy.defection)
  const defection = explainDefection(cadence, segment, spend, asOfDay, currency, policy.defection)
  const defectionState = cadenceState(cadence, segment, policy.defection, asOfDay)
  const loyalty = loyaltyOf(
    facts,
    ground,
    { purchaseDays: cadence.purchaseDays, defectionState },
    isRegular(cadence, policy.defection.minGaps, policy.habits),
    policy
  )
  const trust = explainTrust(
    {
      sales: facts.sales,
      returns: facts.returns,
      quality: null,
      answers: null,
      complaints: ground.complaints?.states ?? null,
      referralBought: null,
      tenureDays: cadence.firstDay === NO_DAY ? 0 : asOfDay - cadence.firstDay,
      purchaseDays: cadence.purchaseDays,
      quarters: countQuarters(days, 0, days.length, asOfDay),
      defectionState
    },
    policy.trust,
    asOfDay
  )
  const standing = explainStanding(
    {
      abcClass: ABC_CLASSES.indexOf(ground.abcClass),
      runsInA: ground.runsInA,
      pattern: LOYALTY_PATTERNS.indexOf(loyalty.pattern),
      priceDriven: ground.priceDriven,
      firstUser: ground.firstUser,
      referralPotential: null,
      strategic: ground.strategicNote !== null,
      unmendedComplaint: ground.complaints !== null && (ground.complaints.open || ground.complaints.badlyClosed)
    },
    ground.strategicNote,
    policy.standing
  )
  return { loyalty, trust, standing, defection: { ...defection, ...estimates(facts, ground) } }
}

/** Loyalty with what the price and new products have to say about it. */
function loyaltyOf(
  facts: CustomerFacts,
  { firstUser, priceDriven, firstUse, expectedPromotion }: PictureGround,
  rhythm: { readonly purchaseDays: number; readonly defectionState: number },
  regular: boolean,
  policy: ClassificationPolicy
): Loyalty {
  const { brandLines, favouriteLines, brandSwitches, favouriteBrand, lines, promotionLines } = facts
  const loyalty = explainLoyalty(
    { brandLines, favouriteLines, brandSwitches, ...rhythm, attitude: null, firstUser, priceDriven },
    favouriteBrand,
    policy.loyalty
  )
  const price = explainPriceDriven({ lines, promotionLines, expected: expectedPromotion, regular }, policy.loyalty)
  return together(loyalty, price, firstUse === null ? NOTHING : firstUseOf(firstUse, policy))
}

const NOTHING: Explained = { reasons: [], missing: [], changes: [] }

const firstUseOf = (
  { products, observed, provisional, expected }: FirstUseFigures,
  policy: ClassificationPolicy
): FirstUse => explainFirstUse(products, observed, provisional, expected, policy.loyalty)

function together(loyalty: Loyalty, ...more: readonly Explained[]): Loyalty {
  return {
    ...loyalty,
    reasons: [...loyalty.reasons, ...more.flatMap(one => one.reasons)],
    missing: [...loyalty.missing, ...more.flatMap(one => one.missing)],
    changes: [...loyalty.changes, ...more.flatMap(one => one.changes)]
  }
}

function estimates({ days, nets }: CustomerFacts, { outlook }: PictureGround) {
  const { pAlive, expectedPurchases, expectedValueMinor, valueIfStaysMinor } = outlook(days, nets, 0, days.length)
  return {
    pAlive: pAlive === null ? null : Math.round(pAlive * 100) / 100,
    expectedPurchases: expectedPurchases === null ? null : toTwoDigits(expectedPurchases),
    expectedValueMinor: expectedValueMinor === null ? null : amountOfTwoDigits(expectedValueMinor),
    valueIfStaysMinor: valueIfStaysMinor === null ? null : amountOfTwoDigits(valueIfStaysMinor)
  }
}
