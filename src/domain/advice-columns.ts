import type { ClassificationPolicy } from './classification-policy.ts'
import type { ComplaintPicture } from './complaint-facts.ts'
import { adviseOn, isAtRisk, RECOMMENDATIONS, type Recommendation } from './defection-advice.ts'
import type { FactColumns } from './fact-columns.ts'
import { amountOfTwoDigits, type OutlookReader, returnedLast, toTwoDigits } from './outlook.ts'
import type { DayNumber } from './period.ts'
import type { PictureColumns, RhythmColumns } from './picture-columns.ts'
import { ROWS_A_TURN, type Turns } from './turns.ts'

/** A customer at risk, and the one recommendation about him. Estimates are of two significant digits, null is unknown. */
export interface AdviceRow {
  readonly row: number
  /** Codes of DEFECTION_STATES, PARTIAL_DEFECTION, DEFECTION_CAUSES and RECOMMENDATIONS. */
  readonly state: number
  /** Code of DEFECTION_BASES. */
  readonly basis: number
  readonly partial: number
  readonly lastDay: DayNumber
  /** Hundredths. */
  readonly pAlive: number | null
  readonly pDefect: number | null
  readonly expectedPurchases: number | null
  readonly expectedValueMinor: number | null
  readonly valueAtStakeMinor: number
  /** False where the value at stake is 0 because nobody knows it. */
  readonly valueKnown: boolean
  readonly cause: number
  readonly recommendation: number
  readonly costMinor: number
  readonly netBenefitMinor: number | null
  readonly productGone: boolean
  readonly productReturned: boolean
  readonly openComplaint: boolean
  readonly badlyClosedComplaint: boolean
}

/** Customers at risk by what is recommended. */
export type AdviceCounts = Readonly<Record<Recommendation, number>>

/** What is known of customers beside their purchases: rows. */
export interface AdviceSurroundings {
  /** Whose favourite product is sold no longer. */
  readonly productGone: ReadonlySet<number>
  readonly needsNotServed: ReadonlySet<number>
  /** Whom a manager marked as one to keep: neither his price nor his needs are a ground to let him go. */
  readonly strategic: ReadonlySet<number>
  /** Of who made complaints that tell something. */
  readonly complaints: ReadonlyMap<number, ComplaintPicture>
  /** How likely an attempt is to succeed, by the shop's own outcomes or its assumption. */
  readonly saveProbability: number
}

/**
 * Hands over every customer at risk with his advice, in the order of rows; the object is used again for the next one, so that
 * hundreds of thousands leave no rubbish behind. Returns how many were advised what.
 */
export function* adviseAll(
  facts: Pick<FactColumns, 'days' | 'nets' | 'offsets' | 'lines' | 'promotionLines'>,
  rhythm: Pick<RhythmColumns, 'states' | 'bases' | 'partials' | 'lastDays'>,
  picture: Pick<PictureColumns, 'priceDriven'>,
  surroundings: AdviceSurroundings,
  read: OutlookReader,
  policy: ClassificationPolicy,
  asOfDay: DayNumber,
  take: (advice: AdviceRow) => void
): Turns<AdviceCounts> {
  const { days, nets, offsets } = facts
  const terms = { ...policy.defection, saveProbability: surroundings.saveProbability }
  const counts = RECOMMENDATIONS.map(() => 0)
  const atRisk = {
    state: 0,
    partial: 0,
    openComplaint: false,
    badlyClosedComplaint: false,
    favouriteProductGone: false as boolean | null,
    favouriteReturned: false as boolean | null,
    lowService: null,
    lines: 0,
    promotionLines: 0,
    priceDriven: false,
    needsNotServed: false,
    pDefect: null as number | null,
    valueMinor: null as number | null,
    expectedMinor: null as number | null
  }
  const advice = emptyAdvice()
  for (let row = 0; row < rhythm.states.length; row++) {
    if (row % ROWS_A_TURN === 0) yield
    atRisk.state = rhythm.states[row] as number
    atRisk.partial = rhythm.partials[row] as number
    const complained = surroundings.complaints.get(row)
    atRisk.openComplaint = complained?.open ?? false
    atRisk.badlyClosedComplaint = complained?.badlyClosed ?? false
    if (!isAtRisk(atRisk)) continue
    const from = offsets[row] as number
    const to = offsets[row + 1] as number
    const outlook = read(days, nets, from, to)
    const value = outlook.valueIfStaysMinor === null ? null : amountOfTwoDigits(outlook.valueIfStaysMinor)
    atRisk.favouriteProductGone = surroundings.productGone.has(row)
    atRisk.favouriteReturned = returnedLast(days, nets, from, to, asOfDay)
    atRisk.lines = facts.lines[row] as number
    atRisk.promotionLines = facts.promotionLines[row] as number
    const strategic = surroundings.strategic.has(row)
    atRisk.priceDriven = picture.priceDriven[row] === 1 && !strategic
    atRisk.needsNotServed = surroundings.needsNotServed.has(row) && !strategic
    atRisk.pDefect = outlook.pDefect === null ? null : hundredths(outlook.pDefect) / 100
    atRisk.valueMinor = value
    atRisk.expectedMinor = outlook.expectedValueMinor === null ? null : amountOfTwoDigits(outlook.expectedValueMinor)
    const { cause, recommendation, costMinor, netBenefitMinor } = adviseOn(atRisk, policy.loyalty, terms)
    counts[recommendation] = (counts[recommendation] as number) + 1
    advice.row = row
    advice.state = atRisk.state
    advice.basis = rhythm.bases[row] as number
    advice.partial = atRisk.partial
    advice.lastDay = rhythm.lastDays[row] as number
    advice.pAlive = outlook.pAlive === null ? null : hundredths(outlook.pAlive)
    advice.pDefect = atRisk.pDefect
    advice.expectedPurchases = outlook.expectedPurchases === null ? null : toTwoDigits(outlook.expectedPurchases)
    advice.expectedValueMinor = atRisk.expectedMinor
    advice.valueAtStakeMinor = value ?? 0
    advice.valueKnown = value !== null
    advice.cause = cause
    advice.recommendation = recommendation
    advice.costMinor = costMinor
    advice.netBenefitMinor = netBenefitMinor
    advice.productGone = atRisk.favouriteProductGone === true
    advice.productReturned = atRisk.favouriteReturned === true
    advice.openComplaint = atRisk.openComplaint
    advice.badlyClosedComplaint = atRisk.badlyClosedComplaint
    take(advice)
  }
  return Object.fromEntries(RECOMMENDATIONS.map((name, code) => [name, counts[code]])) as Record<Recommendation, number>
}

const emptyAdvice = (): { -readonly [Field in keyof AdviceRow]: AdviceRow[Field] } => ({
  row: 0,
  state: 0,
  basis: 0,
  partial: 0,
  lastDay: 0,
  pAlive: null,
  pDefect: null,
  expectedPurchases: null,
  expectedValueMinor: null,
  valueAtStakeMinor: 0,
  valueKnown: false,
  cause: 0,
  recommendation: 0,
  costMinor: 0,
  netBenefitMinor: null,
  productGone: false,
  productReturned: false,
  openComplaint: false,
  badlyClosedComplaint: false
})

const hundredths = (share: number): number => Math.round(share * 100)
