import {
  type BuyingHistories,
  firstPurchaseDay,
  historiesBefore,
  type PurchaseDays,
  pickRows
} from './buying-history.ts'
import { evenSample } from './canonical-rows.ts'
import type { DefectionPolicy } from './classification-policy.ts'
import { fitDropout } from './dropout-fit.ts'
import { type DropoutModel, type DropoutParameters, probabilityAlive, purchasesIfAlive } from './dropout-model.ts'
import { kept } from './kept-answers.ts'
import { type Fit, notFitted } from './model-fit.ts'
import type { DayNumber } from './period.ts'
import {
  compareRankings,
  type ObservedShare,
  observedShare,
  type PredictionScore,
  type RankingLead,
  scorePrediction
} from './prediction-score.ts'

/** What the last part of a tenant's history said about forecasts made before it. Plain data. */
export interface HoldOut {
  readonly fitted: true
  /** Model whose expected purchases were held against what happened. */
  readonly model: DropoutModel
  /** The forecast was made when this day began, for so many days, by a model that knew nothing later. */
  readonly splitDay: DayNumber
  readonly horizonDays: number
  readonly hiatusDays: number
  /** Customers who had bought by then (of a large tenant, those of the sample), and those of them who bought again. */
  readonly customers: number
  readonly boughtAgain: number
  /** "Expected purchases ≥ ½", ranked by expected purchases. */
  readonly modelScore: PredictionScore
  /** "Bought within the hiatus", ranked by days since the last purchase. */
  readonly hiatusScore: PredictionScore
  /** How many bought again of those still within the hiatus at the split, and of those past it. */
  readonly within: ObservedShare
  readonly past: ObservedShare
  /** Customers of whom the model alone was right, and the hiatus alone. */
  readonly onlyModelRight: number
  readonly onlyHiatusRight: number
  readonly better: 'model' | 'hiatus'
  /** What decided. */
  readonly by: 'auc' | 'accuracy' | 'tie'
}

export interface Split {
  readonly splitDay: DayNumber
  readonly horizonDays: number
}

const LONGEST_HORIZON = 39 * 7
const SHORTEST_HORIZON = 4 * 7
/** Customers of a larger tenant are sampled down to so many. */
export const MOST_CUSTOMERS = 100_000
/** z of a two-sided test at 5 %. */
const Z_95 = 1.959964
const AUC_MARGIN = 0.01
const LIKELY = 0.5

/**
 * Where to split a history observed from `firstDay` to `asOfDay`: the last third of it is held out, 39 weeks at most.
 * Null when it is too short: less than 4 weeks held out, or nobody could have been silent past the hiatus before.
 */
export function splitOf(firstDay: DayNumber, asOfDay: DayNumber, hiatusDays: number): Split | null {
  const span = asOfDay - firstDay
  const horizonDays = Math.min(Math.floor(span / 3), LONGEST_HORIZON)
  if (horizonDays < SHORTEST_HORIZON || span - horizonDays <= hiatusDays) return null
  return { splitDay: asOfDay - horizonDays, horizonDays }
}

/**
 * Tries a model and the hiatus on the tenant's own past: the model is fitted to what was known at the split, both say who
 * will buy again before `asOfDay`, and what happened decides which did better (`compare`).
 */
export function evaluate(
  purchases: PurchaseDays,
  asOfDay: DayNumber,
  policy: Pick<DefectionPolicy, 'hiatusDays' | 'minRepeatBuyers'>,
  model: DropoutModel = 'bg_nbd'
): Fit<HoldOut> {
  const firstDay = firstPurchaseDay(purchases, asOfDay)
  const split = firstDay === null ? null : splitOf(firstDay, asOfDay, policy.hiatusDays)
  if (split === null) {
    return notFitted('history_too_short', { observedDays: firstDay === null ? 0 : asOfDay - firstDay })
  }
  const all = historiesBefore(purchases, split.splitDay, asOfDay)
  const { repeats, recency, age, net, later } = all
  const histories = pickRows(all, evenSample([repeats, recency, age, net, later], MOST_CUSTOMERS))
  const fit = fitDropout(model, histories, policy.minRepeatBuyers)
  return fit.fitted ? compare(fit, histories, split, policy.hiatusDays) : fit
}

/**
 * Holds both forecasts against `later`. The better is who ranks customers better, if the areas under the two curves differ
 * by more than 0.01 and by more than chance (DeLong 1988, 5 %): to rank is what they are for, and neither threshold takes
 * part in it. Else who was right about more customers, if of those on whom the two disagreed the difference is more than
 * chance (McNemar 1947, 5 %). Else the hiatus, which is simpler.
 */
export function compare(
  model: DropoutParameters,
  histories: BuyingHistories,
  split: Split,
  hiatusDays: number
): HoldOut {
  const { repeats, recency, age, later } = histories
  const customers = repeats.length
  const bought = new Uint8Array(customers)
  const expected = new Float64Array(customers)
  const silence = new Float64Array(customers)
  const ifAlive = kept((x, T) => purchasesIfAlive(model, x, T, split.horizonDays))
  const count = { bought: 0, past: 0, boughtPast: 0, onlyModel: 0, onlyHiatus: 0 }
  for (let row = 0; row < customers; row++) {
    const [x, last, T] = [repeats[row] as number, recency[row] as number, age[row] as number]
    const again = (later[row] as number) > 0
    expected[row] = ifAlive(x, T) * probabilityAlive(model, x, last, T)
    silence[row] = last - T
    bought[row] = again ? 1 : 0
    const past = T - last > hiatusDays
    const modelRight = (expected[row] as number) >= LIKELY === again
    const hiatusRight = past !== again
    if (again) count.bought++
    if (past) count.past++
    if (past && again) count.boughtPast++
    if (modelRight && !hiatusRight) count.onlyModel++
    if (hiatusRight && !modelRight) count.onlyHiatus++
  }
  const modelScore = scorePrediction(expected, LIKELY, bought)
  const hiatusScore = scorePrediction(silence, -hiatusDays, bought)
  return {
    fitted: true,
    model: model.model,
    ...split,
    hiatusDays,
    customers,
    boughtAgain: count.bought,
    modelScore,
    hiatusScore,
    within: observedShare(customers - count.past, count.bought - count.boughtPast),
    past: observedShare(count.past, count.boughtPast),
    onlyModelRight: count.onlyModel,
    onlyHiatusRight: count.onlyHiatus,
    ...verdict(count.onlyModel, count.onlyHiatus, compareRankings(expected, silence, bought))
  }
}

function verdict(onlyModel: number, onlyHiatus: number, ranking: RankingLead): Pick<HoldOut, 'better' | 'by'> {
  const winner = (lead: number) => (lead > 0 ? 'model' : 'hiatus')
  if (Math.abs(ranking.lead) > AUC_MARGIN && Math.abs(ranking.z) > Z_95)
    return { better: winner(ranking.lead), by: 'auc' }
  const lead = onlyModel - onlyHiatus
  if (Math.abs(lead) > Z_95 * Math.sqrt(onlyModel + onlyHiatus)) return { better: winner(lead), by: 'accuracy' }
  return { better: 'hiatus', by: 'tie' }
}
