import { Worker } from 'node:worker_threads'
import type { PurchaseDays } from '../domain/buying-history.ts'
import { type BuyingModel, fitBuyingModel } from '../domain/buying-model.ts'
import type { DefectionPolicy } from '../domain/classification-policy.ts'
import type { DayNumber } from '../domain/period.ts'

/** What the fitting thread is sent. */
export interface FitOrder {
  readonly purchases: PurchaseDays
  readonly asOfDay: DayNumber
  readonly policy: Pick<DefectionPolicy, 'hiatusDays' | 'minRepeatBuyers'>
}

/** So many customers are fitted where one is: it takes some tens of milliseconds, less than a thread takes to start. */
const AT_ONCE = 10_000
const THREAD = new URL(
  import.meta.url.endsWith('.ts') ? './buying-model-thread.ts' : './buying-model-thread.js',
  import.meta.url
)

/** Fits the models of `fitBuyingModel`; for many customers in a thread of its own, as it takes a second that tills will not wait. */
export async function fitAside(order: FitOrder): Promise<BuyingModel> {
  const { purchases, asOfDay, policy } = order
  if (purchases.offsets.length <= AT_ONCE) return fitBuyingModel(purchases, asOfDay, policy)
  const { hiatusDays, minRepeatBuyers } = policy
  const thread = new Worker(THREAD)
  try {
    return await new Promise<BuyingModel>((settle, fail) => {
      thread.once('message', settle)
      thread.once('error', fail)
      thread.once('exit', code => fail(new Error(`the fitting thread ended with ${code}`)))
      const { days, nets, offsets } = purchases
      thread.postMessage({ purchases: { days, nets, offsets }, asOfDay, policy: { hiatusDays, minRepeatBuyers } })
    })
  } finally {
    await thread.terminate()
  }
}
