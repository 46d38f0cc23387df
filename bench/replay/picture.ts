import {
  type Brands,
  customerOf,
  dayOf,
  type FirstUse,
  recomputeBrands,
  recomputeFirstUse
} from '../recompute-loyalty.ts'
import { type Everybody, type Rhythm, recomputeRhythms } from '../recompute-rhythm.ts'
import type { ReplaySet } from './receipt.ts'

/** What is expected of one customer beyond his amount. */
export interface Expected {
  readonly rhythm: Rhythm
  readonly brands: Brands
  readonly firstUse: FirstUse
  readonly level: 'loyal' | 'switcher' | 'non_loyal' | 'unknown'
  readonly basis: 'brand' | 'patronage' | 'first_user' | 'none'
}

export interface ExpectedPicture {
  readonly customers: ReadonlyMap<string, Expected>
  readonly everybody: Everybody
  readonly newProducts: number
  readonly tiedPlaces: number
}

const NO_BRANDS: Brands = { lines: 0, favourite: null, favouriteLines: 0, switches: 0 }
const NO_FIRST_USE: FirstUse = {
  products: 0,
  observed: 0,
  expected: 0,
  expectedWithoutTies: 0,
  provisional: 0,
  chance: null,
  firstUser: false,
  firstUserWithoutTies: false
}
const MIN_BRAND_LINES = 5

/** Rhythm, brands, first use and loyalty of everybody with a receipt before a day. Nobody of the data sets stated an attitude. */
export function recomputePicture({ receipts }: ReplaySet, asOfDay: string): ExpectedPicture {
  const paidDays = new Map<string, Set<string>>()
  for (const receipt of receipts) {
    const customer = customerOf(receipt)
    if (customer === undefined) continue
    const days = paidDays.get(customer) ?? new Set()
    paidDays.set(customer, days)
    if (receipt.kind === 'sale' && receipt.totalMinor > 0) days.add(dayOf(receipt))
  }
  const rhythms = recomputeRhythms(paidDays, asOfDay)
  const brands = recomputeBrands(receipts, asOfDay)
  const firstUse = recomputeFirstUse(receipts, asOfDay)
  const customers = [...rhythms.customers].map(([customer, rhythm]): [string, Expected] => {
    const facts = {
      rhythm,
      brands: brands.get(customer) ?? NO_BRANDS,
      firstUse: firstUse.customers.get(customer) ?? NO_FIRST_USE
    }
    return [customer, { ...facts, ...loyaltyOf(facts) }]
  })
  return { ...firstUse, customers: new Map(customers), everybody: rhythms.everybody }
}

/** Thirds as whole numbers: at least 2/3 of the lines are of the favourite, the brand changed in at most 1/3 of the steps. */
function loyaltyOf({ rhythm, brands, firstUse }: Pick<Expected, 'rhythm' | 'brands' | 'firstUse'>) {
  const behaviour = (): Pick<Expected, 'level' | 'basis'> => {
    const { lines, favouriteLines, switches } = brands
    if (lines >= MIN_BRAND_LINES) {
      if (3 * favouriteLines >= 2 * lines && 3 * switches <= lines - 1) return { level: 'loyal', basis: 'brand' }
      return { level: 2 * favouriteLines >= lines ? 'switcher' : 'non_loyal', basis: 'brand' }
    }
    const late = rhythm.state === 'overdue' || rhythm.state === 'lapsed'
    if (rhythm.purchaseDays >= 3 && !late) return { level: 'loyal', basis: 'patronage' }
    return rhythm.purchaseDays >= 2 ? { level: 'switcher', basis: 'patronage' } : { level: 'unknown', basis: 'none' }
  }
  const by = behaviour()
  return firstUse.firstUser && by.level !== 'loyal' ? ({ level: 'loyal', basis: 'first_user' } as const) : by
}
