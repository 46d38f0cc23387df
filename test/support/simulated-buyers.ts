import type { PurchaseDays } from '../../src/domain/buying-history.ts'
import type { DropoutParameters } from '../../src/domain/dropout-model.ts'
import { receiptDay } from '../../src/domain/receipt-days.ts'
import type { SpendParameters } from '../../src/domain/spend-model.ts'

export interface Buyers {
  readonly customers: number
  readonly seed: number
  readonly buying: DropoutParameters
  readonly spending: SpendParameters
  /** First purchases are spread evenly from here up to `lastFirstDay`; nothing happens from `untilDay` on. */
  readonly firstDay: number
  readonly lastFirstDay: number
  readonly untilDay: number
}

/** Customers who behave exactly as the models say, except that days are whole; the same for the same seed. */
export function simulateBuyers(buyers: Buyers): PurchaseDays {
  const { buying, spending } = buyers
  const days: number[] = []
  const nets: number[] = []
  const offsets = [0]
  for (let customer = 0; customer < buyers.customers; customer++) {
    // Everybody draws from a row of his own, so that a later end adds purchases and changes none.
    const random = uniform(Math.imul(buyers.seed, 1_000_003) + Math.imul(customer, 0x9e3779b1))
    const rate = gamma(random, buying.r) / buying.alpha
    const leaving = beta(random, buying.a, buying.b)
    const scale = gamma(random, spending.q) / spending.v
    const start = days.length
    let time = buyers.firstDay + random() * (buyers.lastFirstDay - buyers.firstDay)
    for (let purchase = 0; time < buyers.untilDay; purchase++) {
      const today = receiptDay(Math.floor(time), true)
      if (days.length === start || days.at(-1) !== today) {
        days.push(today)
        nets.push(0)
      }
      nets[nets.length - 1] = (nets.at(-1) as number) + Math.max(1, Math.round(gamma(random, spending.p) / scale))
      if ((purchase > 0 || buying.model === 'mbg_nbd') && random() < leaving) break
      time -= Math.log(1 - random()) / rate
    }
    offsets.push(days.length)
  }
  return { days: Int32Array.from(days), nets: Float64Array.from(nets), offsets: Int32Array.from(offsets) }
}

/** mulberry32, in [0, 1). */
export function uniform(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Gamma of a shape and scale 1 (Marsaglia and Tsang 2000). */
function gamma(random: () => number, shape: number): number {
  if (shape < 1) return gamma(random, shape + 1) * (1 - random()) ** (1 / shape)
  const d = shape - 1 / 3
  for (;;) {
    const x = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
    const v = (1 + x / Math.sqrt(9 * d)) ** 3
    if (v > 0 && Math.log(1 - random()) < (x * x) / 2 + d - d * v + d * Math.log(v)) return d * v
  }
}

function beta(random: () => number, a: number, b: number): number {
  const first = gamma(random, a)
  return first / (first + gamma(random, b))
}
