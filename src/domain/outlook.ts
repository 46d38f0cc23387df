import { type BuyingHistory, emptyHistory, readHistory } from './buying-history.ts'
import type { BuyingModel } from './buying-model.ts'
import type { DefectionPolicy } from './classification-policy.ts'
import { type BuyingPredictor, buyingPredictor } from './lifetime-value.ts'
import { type DayNumber, NO_DAY } from './period.ts'
import { dayOf, isPaid, type ReceiptDays } from './receipt-days.ts'

/** What is to be expected of one customer. Null is unknown. A loop over columns reads it before the next one is asked for. */
export interface Outlook {
  /** Probability that he is still a customer, 0..1, by MBG/NBD; null without a model, or where it does not tell. */
  pAlive: number | null
  expectedPurchases: number | null
  /** Minor units over the policy's horizon. */
  expectedValueMinor: number | null
  /** Probability that he is leaving, by whichever of model and hiatus did better on the tenant's past; null: neither was tried. */
  pDefect: number | null
  /** What he would bring over the horizon if he stayed, minor units. */
  valueIfStaysMinor: number | null
}

/** Answers for one customer after the other, out of his days in [from, to). */
export type OutlookReader = (days: ReceiptDays, nets: ArrayLike<number>, from: number, to: number) => Outlook

const YEAR_DAYS = 365
const MONTH_DAYS = YEAR_DAYS / 12

/**
 * Reads outlooks as of the start of a day. Where no model was fitted, a customer who stays is worth what he brought in a
 * year while he came: all his net spend over the days from his first purchase to his last, at least a year, brought to
 * the horizon. Who has too few purchase days for a rhythm has shown no time in which he came: all days since his first
 * purchase count, so that somebody who came once is worth the less the longer ago it was.
 */
export function outlookReader(model: BuyingModel | null, policy: DefectionPolicy, asOfDay: DayNumber): OutlookReader {
  const terms = {
    months: policy.valueHorizonMonths,
    margin: policy.valueMargin,
    annualDiscount: policy.valueAnnualDiscount
  }
  const predictor = model && buyingPredictor(model, terms)
  const history = emptyHistory()
  const outlook: Outlook = {
    pAlive: null,
    expectedPurchases: null,
    expectedValueMinor: null,
    pDefect: null,
    valueIfStaysMinor: null
  }
  return (days, nets, from, to) => {
    const known = readHistory(history, days, nets, from, to, asOfDay)
    fill(outlook, predictor, known)
    outlook.pDefect = known === null ? null : riskByTrial(model, outlook.pAlive, known, policy)
    outlook.valueIfStaysMinor ??= known && ownYearlyRate(days, nets, from, to, asOfDay, policy)
    return outlook
  }
}

function fill(outlook: Outlook, predictor: BuyingPredictor | null, history: BuyingHistory | null): void {
  if (predictor === null || history === null) {
    outlook.pAlive = outlook.expectedPurchases = outlook.expectedValueMinor = outlook.valueIfStaysMinor = null
    return
  }
  const { repeats, recency, age, net } = history
  outlook.pAlive = predictor.pAlive(repeats, recency, age)
  outlook.expectedPurchases = predictor.expectedPurchases(repeats, recency, age)
  outlook.expectedValueMinor = predictor.expectedValue(repeats, recency, age, net)
  outlook.valueIfStaysMinor = predictor.valueIfAlive(repeats, age, net)
}

/** The model where it did better; else how often customers who were silent as long as this one did not buy again. */
function riskByTrial(
  model: BuyingModel | null,
  pAlive: number | null,
  { recency, age }: BuyingHistory,
  policy: DefectionPolicy
): number | null {
  if (model === null) return null
  if (model.used === 'model') return pAlive === null ? null : 1 - pAlive
  if (!model.holdOut.fitted) return null
  const { share } = age - recency > policy.hiatusDays ? model.holdOut.past : model.holdOut.within
  return share === null ? null : 1 - share
}

function ownYearlyRate(
  days: ReceiptDays,
  nets: ArrayLike<number>,
  from: number,
  to: number,
  asOfDay: DayNumber,
  { valueHorizonMonths, valueMargin, minGaps }: DefectionPolicy
): number | null {
  let net = 0
  let first = NO_DAY
  let last = NO_DAY
  let purchaseDays = 0
  for (let at = from; at < to && dayOf(days[at] as number) < asOfDay; at++) {
    net += nets[at] as number
    if (!isPaid(days[at] as number)) continue
    last = dayOf(days[at] as number)
    purchaseDays++
    if (first === NO_DAY) first = last
  }
  if (first === NO_DAY || net <= 0) return null
  return (
    (valueMargin * net * valueHorizonMonths * MONTH_DAYS) /
    Math.max((purchaseDays > minGaps ? last : asOfDay) - first, YEAR_DAYS)
  )
}

/** Below it an estimate is nothing: one purchase in ten thousand years. */
const NOTHING = 1e-4

/** An estimate as it is told: two significant digits, for more would promise what nobody knows. */
export function toTwoDigits(value: number): number {
  return Math.abs(value) < NOTHING ? 0 : Number(value.toPrecision(2))
}

/** The same for an amount of minor units, which is whole. */
export const amountOfTwoDigits = (value: number): number => Math.round(toTwoDigits(value)) + 0

/**
 * Whether what somebody took home last came back: returns after his last purchase day worth at least half of that day.
 * False without a purchase.
 */
export function returnedLast(
  days: ReceiptDays,
  nets: ArrayLike<number>,
  from: number,
  to: number,
  asOfDay: DayNumber
): boolean {
  let returned = 0
  for (let at = to - 1; at >= from; at--) {
    if (dayOf(days[at] as number) >= asOfDay) continue
    if (isPaid(days[at] as number)) return returned < 0 && -2 * returned >= (nets[at] as number)
    returned += Math.min(nets[at] as number, 0)
  }
  return false
}
