import { historiesBefore, type PurchaseDays, pickRows } from './buying-history.ts'
import { evenSample } from './canonical-rows.ts'
import type { DefectionPolicy } from './classification-policy.ts'
import { type DropoutFit, fitDropout } from './dropout-fit.ts'
import { evaluate, type HoldOut, MOST_CUSTOMERS } from './hold-out.ts'
import type { Fit } from './model-fit.ts'
import type { DayNumber } from './period.ts'
import { fitSpend, type SpendFit } from './spend-model.ts'

/** All that was fitted to a tenant's customers as of a day. Plain data, so that it can be kept and read again. */
export interface BuyingModel {
  readonly asOfDay: DayNumber
  /** Customers who had bought by then, and how many of them were looked at: a large tenant is sampled. */
  readonly customers: number
  readonly sampled: number
  readonly bgNbd: Fit<DropoutFit>
  readonly mbgNbd: Fit<DropoutFit>
  readonly gammaGamma: Fit<SpendFit>
  /** Forecasts on the tenant's own past, or why there were none. */
  readonly holdOut: Fit<HoldOut>
  /** Which of the two says who is leaving: the model only if it did better and tells leaving from pausing. */
  readonly used: 'model' | 'hiatus'
}

/**
 * Fits the three models to what customers had bought when `asOfDay` began and tries them on the tenant's past. Nothing
 * later is looked at; neither ids nor the order of customers change anything. A part that could not be fitted says why.
 */
export function fitBuyingModel(
  purchases: PurchaseDays,
  asOfDay: DayNumber,
  policy: Pick<DefectionPolicy, 'hiatusDays' | 'minRepeatBuyers'>
): BuyingModel {
  const all = historiesBefore(purchases, asOfDay)
  const histories = pickRows(all, evenSample([all.repeats, all.recency, all.age, all.net], MOST_CUSTOMERS))
  const bgNbd = fitDropout('bg_nbd', histories, policy.minRepeatBuyers)
  const mbgNbd = fitDropout('mbg_nbd', histories, policy.minRepeatBuyers)
  const expecting = expectingModel(bgNbd, mbgNbd)
  const holdOut = evaluate(purchases, asOfDay, policy, expecting?.model)
  const trusted = expecting?.dropoutIdentified === true && holdOut.fitted && holdOut.better === 'model'
  return {
    asOfDay,
    customers: all.repeats.length,
    sampled: histories.repeats.length,
    bgNbd,
    mbgNbd,
    gammaGamma: fitSpend(histories, policy.minRepeatBuyers),
    holdOut,
    used: trusted ? 'model' : 'hiatus'
  }
}

/** The model that purchases are expected by: BG/NBD, unless only MBG/NBD tells leaving from pausing, or only it was fitted. */
export function expectingModel(bgNbd: Fit<DropoutFit>, mbgNbd: Fit<DropoutFit>): DropoutFit | null {
  const fits = [bgNbd, mbgNbd].filter(fit => fit.fitted)
  return fits.find(fit => fit.dropoutIdentified) ?? fits[0] ?? null
}
