import { cadenceMeter, isRegular } from './cadence.ts'
import type { ClassificationPolicy } from './classification-policy.ts'
import type { ComplaintPicture } from './complaint-facts.ts'
import { BY_NOTHING, defectionBasis, defectionState, stateByRhythm } from './defection.ts'
import type { FactColumns } from './fact-columns.ts'
import { type FirstUseColumns, isFirstUser } from './first-users.ts'
import { gapCounter, type SegmentCadence } from './gap-quantiles.ts'
import { decideLoyalty } from './loyalty.ts'
import { PARTIAL_UNKNOWN, partialDefection, spendOf } from './partial-defection.ts'
import { type DayNumber, NO_DAY } from './period.ts'
import { isPriceDriven, mayBePriceDriven } from './price-driven.ts'
import { decideStanding } from './standing.ts'
import { type ComplaintState, countQuarters, decideTrust } from './trust.ts'
import { ROWS_A_TURN, type Turns } from './turns.ts'

/** In which rhythm all customers buy, and who is late: found out of their purchase days alone. One row a customer. */
export interface RhythmColumns {
  readonly segment: SegmentCadence
  /** Distinct days on which something was paid, ever before the day of the question; the first and last, or NO_DAY. */
  readonly purchaseDays: Int32Array
  readonly firstDays: Int32Array
  readonly lastDays: Int32Array
  /** Index into DEFECTION_STATES. */
  readonly states: Uint8Array
  /** Index into DEFECTION_BASES. */
  readonly bases: Uint8Array
  /** Index into PARTIAL_DEFECTION. */
  readonly partials: Uint8Array
  /** 1 where the customer buys at regular intervals. */
  readonly regular: Uint8Array
  /** Rows whose share of lines on promotion is so high that it must be known what was to be expected. */
  readonly priceCandidates: readonly number[]
}

/** What other customers, and people of the shop, have to say about a customer. */
export interface Surroundings {
  /** Share on promotion that was to be expected of a row's lines; absent: not known. */
  readonly expectedPromotion: ReadonlyMap<number, number>
  readonly firstUse: FirstUseColumns
  /** Rows that a manager marked as strategic. */
  readonly strategic: ReadonlySet<number>
  /** Rows of whom somebody noted that the shop does not serve what they need. */
  readonly needsNotServed: ReadonlySet<number>
  /** Rows of who made complaints that tell something. */
  readonly complaints: ReadonlyMap<number, ComplaintPicture>
}

/** What the run before found. */
export interface RunsBefore {
  readonly classes: Uint8Array
  readonly runsInA: Uint8Array
  /** Whether that run was as of the same day. */
  readonly sameDay: boolean
}

/** The picture of each customer beyond his amount: codes of the lists named, one row a customer. */
export interface PictureColumns {
  /** LOYALTY_LEVELS, LOYALTY_BASES, LOYALTY_PATTERNS. */
  readonly loyaltyLevels: Uint8Array
  readonly loyaltyBases: Uint8Array
  readonly loyaltyPatterns: Uint8Array
  readonly firstUsers: Uint8Array
  readonly priceDriven: Uint8Array
  /** TRUST_LEVELS. */
  readonly trustLevels: Uint8Array
  /** STANDING_LEVELS. */
  readonly customerStandings: Uint8Array
  /** DEFECTION_STATES, DEFECTION_BASES and PARTIAL_DEFECTION. */
  readonly defectionStates: Uint8Array
  readonly defectionBases: Uint8Array
  readonly partialDefections: Uint8Array
  /** Runs in A without a break, this one included, as far as the policy counts them. */
  readonly runsInA: Uint8Array
}

const UNKNOWN_LOYALTY = 3
const NO_BASIS = 5
const NO_PATTERN = 4
const INSUFFICIENT_TRUST = 4
const GENERAL = 2
const UNKNOWN_STATE = 4
const CLASS_A = 1

/** The picture of customers of whom nothing is known. */
export function emptyPicture(rows: number): PictureColumns {
  return {
    loyaltyLevels: new Uint8Array(rows).fill(UNKNOWN_LOYALTY),
    loyaltyBases: new Uint8Array(rows).fill(NO_BASIS),
    loyaltyPatterns: new Uint8Array(rows).fill(NO_PATTERN),
    firstUsers: new Uint8Array(rows),
    priceDriven: new Uint8Array(rows),
    trustLevels: new Uint8Array(rows).fill(INSUFFICIENT_TRUST),
    customerStandings: new Uint8Array(rows).fill(GENERAL),
    defectionStates: new Uint8Array(rows).fill(UNKNOWN_STATE),
    defectionBases: new Uint8Array(rows).fill(BY_NOTHING),
    partialDefections: new Uint8Array(rows).fill(PARTIAL_UNKNOWN),
    runsInA: new Uint8Array(rows)
  }
}

/** Finds every customer's rhythm and how late he is. All gaps of all customers come first: they stand in for short histories. */
export function* rhythmOf(facts: FactColumns, policy: ClassificationPolicy, asOfDay: DayNumber): Turns<RhythmColumns> {
  const { days, nets, offsets, lines, promotionLines } = facts
  const rows = offsets.length - 1
  const gaps = gapCounter()
  for (let row = 0; row < rows; row++) {
    if (row % ROWS_A_TURN === 0) yield
    gaps.add(days, offsets[row] as number, offsets[row + 1] as number, asOfDay)
  }
  const segment = gaps.segment(policy.defection)
  const measure = cadenceMeter(policy.defection)
  const spend = { recentMinor: 0, baseMinor: 0, baseDays: 0, purchaseDays: 0 }
  const priceCandidates: number[] = []
  const found = {
    segment,
    purchaseDays: new Int32Array(rows),
    firstDays: new Int32Array(rows),
    lastDays: new Int32Array(rows),
    states: new Uint8Array(rows),
    bases: new Uint8Array(rows),
    partials: new Uint8Array(rows),
    regular: new Uint8Array(rows),
    priceCandidates
  }
  for (let row = 0; row < rows; row++) {
    if (row % ROWS_A_TURN === 0) yield
    const from = offsets[row] as number
    const to = offsets[row + 1] as number
    const cadence = measure(days, from, to, asOfDay)
    const regular = isRegular(cadence, policy.defection.minGaps, policy.habits)
    found.purchaseDays[row] = cadence.purchaseDays
    found.firstDays[row] = cadence.firstDay
    found.lastDays[row] = cadence.lastDay
    found.states[row] = defectionState(cadence, segment, asOfDay, policy.defection)
    found.bases[row] = defectionBasis(cadence, asOfDay, policy.defection)
    spendOf(days, nets, from, to, cadence.firstDay, asOfDay, policy.defection, spend)
    found.partials[row] = partialDefection(spend, policy.defection)
    found.regular[row] = regular ? 1 : 0
    if (mayBePriceDriven(lines[row] as number, promotionLines[row] as number, regular, policy.loyalty)) {
      priceCandidates.push(row)
    }
  }
  return found
}

/**
 * Decides loyalty, trust and standing of every customer, whose classes are given. `previous` is what the last run found.
 * What nobody has stated (satisfaction, referrals) is unknown, and counts neither for nor against him; nor does it that no
 * complaint is on file.
 */
export function* pictureOf(
  facts: FactColumns,
  rhythm: RhythmColumns,
  surroundings: Surroundings,
  classes: Uint8Array,
  previous: RunsBefore,
  policy: ClassificationPolicy,
  asOfDay: DayNumber
): Turns<PictureColumns> {
  const rows = classes.length
  const picture = emptyPicture(rows)
  const { firstUse, expectedPromotion, strategic, complaints } = surroundings
  const price = { lines: 0, promotionLines: 0, expected: null as number | null, regular: false }
  const loyalty = {
    brandLines: 0,
    favouriteLines: 0,
    brandSwitches: 0,
    purchaseDays: 0,
    defectionState: 0,
    attitude: null,
    firstUser: false,
    priceDriven: false
  }
  const decided = { level: 0, basis: 0, pattern: 0 }
  const trust = {
    sales: 0,
    returns: 0,
    quality: null,
    answers: null,
    complaints: null as readonly ComplaintState[] | null,
    referralBought: null,
    tenureDays: 0,
    purchaseDays: 0,
    quarters: 0,
    defectionState: 0
  }
  const standing = {
    abcClass: 0,
    runsInA: 0,
    pattern: 0,
    priceDriven: false,
    firstUser: false,
    referralPotential: null,
    strategic: false,
    unmendedComplaint: false
  }
  for (let row = 0; row < rows; row++) {
    if (row % ROWS_A_TURN === 0) yield
    const state = rhythm.states[row] as number
    const basis = rhythm.bases[row] as number
    const byRhythm = stateByRhythm(state, basis)
    const purchaseDays = rhythm.purchaseDays[row] as number
    const firstUser = isFirstUser(
      firstUse.products[row] as number,
      firstUse.observed[row] as number,
      firstUse.expected[row] as number,
      policy.loyalty
    )
    price.lines = facts.lines[row] as number
    price.promotionLines = facts.promotionLines[row] as number
    price.expected = expectedPromotion.get(row) ?? null
    price.regular = rhythm.regular[row] === 1
    const priceDriven = isPriceDriven(price, policy.loyalty)

    loyalty.brandLines = facts.brandLines[row] as number
    loyalty.favouriteLines = facts.favouriteLines[row] as number
    loyalty.brandSwitches = facts.brandSwitches[row] as number
    loyalty.purchaseDays = purchaseDays
    loyalty.defectionState = byRhythm
    loyalty.firstUser = firstUser
    loyalty.priceDriven = priceDriven
    decideLoyalty(loyalty, policy.loyalty, decided)

    const firstDay = rhythm.firstDays[row] as number
    trust.sales = facts.sales[row] as number
    trust.returns = facts.returns[row] as number
    trust.tenureDays = firstDay === NO_DAY ? 0 : asOfDay - firstDay
    trust.purchaseDays = purchaseDays
    trust.quarters = countQuarters(facts.days, facts.offsets[row] as number, facts.offsets[row + 1] as number, asOfDay)
    const complained = complaints.get(row)
    trust.complaints = complained?.states ?? null
    trust.defectionState = byRhythm

    standing.abcClass = classes[row] as number
    standing.runsInA = runsInA(row, classes, previous, policy.standing.keyRuns)
    standing.pattern = decided.pattern
    standing.priceDriven = priceDriven
    standing.firstUser = firstUser
    standing.strategic = strategic.has(row)
    standing.unmendedComplaint = complained !== undefined && (complained.open || complained.badlyClosed)

    picture.loyaltyLevels[row] = decided.level
    picture.loyaltyBases[row] = decided.basis
    picture.loyaltyPatterns[row] = decided.pattern
    picture.firstUsers[row] = firstUser ? 1 : 0
    picture.priceDriven[row] = priceDriven ? 1 : 0
    picture.trustLevels[row] = decideTrust(trust, policy.trust, asOfDay)
    picture.customerStandings[row] = decideStanding(standing, policy.standing)
    picture.defectionStates[row] = state
    picture.defectionBases[row] = basis
    picture.partialDefections[row] = rhythm.partials[row] as number
    picture.runsInA[row] = standing.runsInA
  }
  return picture
}

/**
 * Runs as of the same day are one. No more are counted than the policy asks for, so that a customer who stays in A is no
 * news with every run.
 */
function runsInA(row: number, classes: Uint8Array, previous: RunsBefore, most: number): number {
  if (classes[row] !== CLASS_A) return 0
  if (previous.classes[row] !== CLASS_A) return Math.min(1, most)
  const before = Math.max(previous.runsInA[row] as number, 1)
  return Math.min(previous.sameDay ? before : before + 1, most)
}
