import { isOverdue } from './cadence.ts'
import type { TrustPolicy } from './classification-policy.ts'
import { type DayNumber, NO_DAY } from './period.ts'
import { dayOf, isPaid, type ReceiptDays } from './receipt-days.ts'

/** How deep a relationship goes (levels after Lewis and Weigert 1985, McAllister 1995); the index is the code of columns. */
export const TRUST_LEVELS = ['none', 'cognitive', 'affective', 'behavioral', 'insufficient'] as const
export type TrustLevel = (typeof TRUST_LEVELS)[number]

/** One answer about satisfaction, 1 to 5. */
export interface SatisfactionAnswer {
  readonly day: DayNumber
  readonly rating: number
}

/** How a complaint stands as of the time that is asked about. */
export interface ComplaintState {
  readonly day: DayNumber
  readonly open: boolean
  /** Not answered in time, and still waiting. */
  readonly pastDeadline: boolean
  /** Closed so that the customer was content. An open one is neither recovered nor lost. */
  readonly recovered: boolean
}

/** What is known of one customer; null is unknown, which never counts against him. Loops may fill one object again. */
export interface TrustFacts {
  /** Receipts of each kind. */
  readonly sales: number
  readonly returns: number
  /** Rolling rating of what he got, 1 to 5. */
  readonly quality: number | null
  readonly answers: readonly SatisfactionAnswer[] | null
  readonly complaints: readonly ComplaintState[] | null
  /** Whether somebody he brought has bought. */
  readonly referralBought: boolean | null
  /** Days since his first purchase day; 0 without any. */
  readonly tenureDays: number
  readonly purchaseDays: number
  /** See `countQuarters`. */
  readonly quarters: number
  /** Code of DEFECTION_STATES by his own rhythm alone: see `stateByRhythm`. */
  readonly defectionState: number
}

/** How a rung of the ladder is met: evidence for it, evidence against it, or too little of either. */
export type Rung = 'met' | 'failed' | 'missing'

const QUARTER_DAYS = 91
const INSUFFICIENT = 4

/**
 * In how many quarters of the relationship something was paid: quarters of 13 weeks from the first purchase day on, of days
 * before `asOfDay`. Unlike those of the calendar they treat everybody alike, whatever the season of his first purchase.
 */
export function countQuarters(days: ReceiptDays, from: number, to: number, asOfDay: DayNumber): number {
  let first = NO_DAY
  let latest = -1
  let count = 0
  for (let at = from; at < to && dayOf(days[at] as number) < asOfDay; at++) {
    if (!isPaid(days[at] as number)) continue
    const day = dayOf(days[at] as number)
    if (first === NO_DAY) first = day
    const quarter = Math.floor((day - first) / QUARTER_DAYS)
    if (quarter === latest) continue
    latest = quarter
    count++
  }
  return count
}

/**
 * Code of the level (index into TRUST_LEVELS): the highest rung of the ladder that is met with all below it, less one for
 * each kind of trigger, never below `none`. `insufficient` where the lowest rung can be neither met nor failed. Answers and
 * complaints from `asOfDay` on are not looked at.
 */
export function decideTrust(facts: TrustFacts, policy: TrustPolicy, asOfDay: DayNumber): number {
  const cognitive = cognitiveRung(facts, policy, asOfDay)
  if (cognitive === 'missing') return INSUFFICIENT
  if (cognitive === 'failed') return 0
  const affective = affectiveRung(facts, policy, asOfDay) === 'met'
  const height = affective ? (behavioralRung(facts, policy) === 'met' ? 3 : 2) : 1
  return Math.max(0, height - triggersOf(facts, policy, asOfDay).length)
}

/** Two purchases, and good quality: rated 4 of 5 or better, or few returns and no complaint known to be open. */
export function cognitiveRung(facts: TrustFacts, policy: TrustPolicy, asOfDay: DayNumber): Rung {
  if (facts.sales < policy.cognitivePurchases) return 'missing'
  const wellRated = facts.quality !== null && facts.quality >= policy.cognitiveQuality
  return wellRated || (fewReturns(facts, policy) && !hasOpenComplaint(facts, asOfDay)) ? 'met' : 'failed'
}

/** Content by three answers over half a year, none of them low, and every complaint recovered. */
export function affectiveRung(facts: TrustFacts, policy: TrustPolicy, asOfDay: DayNumber): Rung {
  const { count, mean, lowest, spanDays } = answersOf(facts, asOfDay)
  if (count > 0 && lowest < policy.affectiveLowestAnswer) return 'failed'
  if (countUnrecovered(facts, asOfDay) > 0) return 'failed'
  if (count < policy.affectiveAnswers || spanDays < policy.affectiveSpanDays) return 'missing'
  return mean >= policy.affectiveSatisfaction ? 'met' : 'failed'
}

/** A customer for a year, on four days in three quarters. That he is not overdue is the trigger's business. */
export function behavioralRung(facts: TrustFacts, policy: TrustPolicy): Rung {
  const { tenureDays, purchaseDays, quarters } = facts
  const longEnough = tenureDays >= policy.behavioralTenureDays
  const often = purchaseDays >= policy.behavioralPurchaseDays && quarters >= policy.behavioralQuarters
  return longEnough && often ? 'met' : 'missing'
}

export type TrustTrigger = 'complaint_past_deadline' | 'low_answers_in_a_row' | 'overdue'

const NO_TRIGGER: readonly TrustTrigger[] = []

/**
 * What takes a level away, each kind one: a complaint past its deadline, the latest two answers both low, being overdue by
 * his own rhythm (unless somebody he brought has bought, which shows his trust as well as coming himself would).
 */
export function triggersOf(facts: TrustFacts, policy: TrustPolicy, asOfDay: DayNumber): readonly TrustTrigger[] {
  const { complaints, defectionState, referralBought } = facts
  const late = complaints?.some(complaint => complaint.day < asOfDay && complaint.pastDeadline) ?? false
  const low = endsLow(facts, policy, asOfDay)
  const overdue = isOverdue(defectionState) && referralBought !== true
  if (!late && !low && !overdue) return NO_TRIGGER
  return [
    ...(late ? (['complaint_past_deadline'] as const) : []),
    ...(low ? (['low_answers_in_a_row'] as const) : []),
    ...(overdue ? (['overdue'] as const) : [])
  ]
}

/** Returns among receipts of sales; more returns than the policy's share fail. */
export function fewReturns({ sales, returns }: TrustFacts, policy: TrustPolicy): boolean {
  return returns / sales <= policy.maxReturnRate
}

export function hasOpenComplaint({ complaints }: TrustFacts, asOfDay: DayNumber): boolean {
  return complaints?.some(complaint => complaint.day < asOfDay && complaint.open) ?? false
}

/** Complaints that are closed without having been recovered, and those still open. */
export function countUnrecovered({ complaints }: TrustFacts, asOfDay: DayNumber): number {
  return complaints?.filter(complaint => complaint.day < asOfDay && !complaint.recovered).length ?? 0
}

/** Answers before a day: how many, their mean and lowest, and the days between the first and the last. */
export interface AnswerFigures {
  readonly count: number
  readonly mean: number
  readonly lowest: number
  readonly spanDays: number
}

const NO_ANSWERS: AnswerFigures = { count: 0, mean: 0, lowest: 0, spanDays: 0 }

export function answersOf({ answers }: TrustFacts, asOfDay: DayNumber): AnswerFigures {
  if (answers === null || answers.length === 0) return NO_ANSWERS
  const past = answers.filter(answer => answer.day < asOfDay)
  if (past.length === 0) return NO_ANSWERS
  const days = past.map(answer => answer.day)
  const ratings = past.map(answer => answer.rating)
  return {
    count: past.length,
    mean: ratings.reduce((sum, rating) => sum + rating, 0) / past.length,
    lowest: Math.min(...ratings),
    spanDays: Math.max(...days) - Math.min(...days)
  }
}

/** Answers of one day have no order among them: the better ones count as the later, so that no order is held against him. */
function endsLow({ answers }: TrustFacts, policy: TrustPolicy, asOfDay: DayNumber): boolean {
  if (answers === null || answers.length < policy.lowAnswersInARow) return false
  const latest = answers
    .filter(answer => answer.day < asOfDay)
    .sort((a, b) => b.day - a.day || b.rating - a.rating)
    .slice(0, policy.lowAnswersInARow)
  return latest.length === policy.lowAnswersInARow && latest.every(answer => answer.rating <= policy.lowAnswer)
}
