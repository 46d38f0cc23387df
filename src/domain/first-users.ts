import type { LoyaltyPolicy } from './classification-policy.ts'
import { BASIS, basisPoints } from './gap-quantiles.ts'
import type { DayNumber } from './period.ts'
import type { Explained, Ground } from './reason.ts'
import { binomialTail, nthSmallest } from './statistics.ts'

/**
 * Whether a product counts as new: its first sale anywhere in the tenant is at least 90 days after the tenant's first
 * sale of anything. What was sold earlier may have been on the shelf for years.
 */
export function isNewProduct(firstSoldDay: DayNumber, dataBeginDay: DayNumber, policy: LoyaltyPolicy): boolean {
  return firstSoldDay - dataBeginDay >= policy.newProductAfterDays
}

/** Whether the places of a product's first users may still change: it has few buyers and was new a short while ago. */
export function isProvisional(
  buyers: number,
  firstSoldDay: DayNumber,
  asOfDay: DayNumber,
  policy: LoyaltyPolicy
): boolean {
  return buyers < policy.provisionalBuyers && asOfDay - firstSoldDay < policy.provisionalDays
}

/** The buyers of one product who kept it: rows of customers, each once, and the times of their first purchases, in any order. */
export interface ProductBuyers {
  readonly rows: ArrayLike<number>
  readonly times: ArrayLike<number>
  /** The buyers of this product lie in [from, to) of both. */
  readonly from: number
  readonly to: number
  readonly firstSoldDay: DayNumber
}

/** Where the first places of a product end, after Rogers 1962. Equal times share a rank, and are all in. */
export interface FirstPlaces {
  readonly buyers: number
  /** The latest time that is still in; buyers up to then are `innovators` (ranks up to ⌈0.025·n⌉), `earlyAdopters` up to ⌈0.16·n⌉. */
  readonly innovatorUntil: number
  readonly innovators: number
  readonly earlyAdopterUntil: number
  readonly earlyAdopters: number
}

/** First places of one product among those who bought before `asOfTime`; null if nobody did. */
export function firstPlaces(product: ProductBuyers, asOfTime: number, policy: LoyaltyPolicy): FirstPlaces | null {
  const times = timesBefore(product, asOfTime)
  const buyers = times.length
  if (buyers === 0) return null
  const early = places(buyers, policy.earlyAdopterShare)
  const earlyAdopterUntil = nthSmallest(times, early)
  const innovatorUntil = nthSmallest(times.subarray(0, early), places(buyers, policy.innovatorShare))
  return {
    buyers,
    innovatorUntil,
    innovators: countUntil(times, innovatorUntil),
    earlyAdopterUntil,
    earlyAdopters: countUntil(times, earlyAdopterUntil)
  }
}

/** What each customer has to do with new products: one row a customer. */
export interface FirstUseColumns {
  /** New products that he bought. */
  readonly products: Uint32Array
  /** Those among whose innovators he is, and how many of these places are provisional. */
  readonly observed: Uint32Array
  readonly provisional: Uint32Array
  /** Places that would have fallen to him by lot. */
  readonly expected: Float64Array
}

export function emptyFirstUse(rows: number): FirstUseColumns {
  return {
    products: new Uint32Array(rows),
    observed: new Uint32Array(rows),
    provisional: new Uint32Array(rows),
    expected: new Float64Array(rows)
  }
}

/**
 * Adds one new product to the columns of its buyers before `asOfTime`. By lot, each of its n buyers would have had one of
 * the first places with probability places/n (without equal times, ⌈0.025·n⌉/n). The probabilities are kept in parts of
 * 2^40, whose sum is exact whatever the order of the products.
 */
export function addFirstUse(
  columns: FirstUseColumns,
  product: ProductBuyers,
  asOfTime: number,
  asOfDay: DayNumber,
  policy: LoyaltyPolicy
): void {
  const places = firstPlaces(product, asOfTime, policy)
  if (places === null) return
  const { products, observed, provisional, expected } = columns
  const chance = chanceByLot(places)
  const open = isProvisional(places.buyers, product.firstSoldDay, asOfDay, policy)
  for (let at = product.from; at < product.to; at++) {
    const time = product.times[at] as number
    if (time >= asOfTime) continue
    const row = product.rows[at] as number
    products[row] = (products[row] as number) + 1
    expected[row] = (expected[row] as number) + chance
    if (time > places.innovatorUntil) continue
    observed[row] = (observed[row] as number) + 1
    if (open) provisional[row] = (provisional[row] as number) + 1
  }
}

/** A new product that a customer bought and kept, with the first places among all who did. */
export interface NewProductBought {
  readonly firstSoldDay: DayNumber
  /** Time of his first purchase of it. */
  readonly time: number
  readonly places: Pick<FirstPlaces, 'buyers' | 'innovatorUntil' | 'innovators'>
}

/** What one customer has to do with new products: the row of FirstUseColumns that a run makes of the same products. */
export function firstUseOfOne(
  bought: readonly NewProductBought[],
  asOfDay: DayNumber,
  policy: LoyaltyPolicy
): { readonly products: number; readonly observed: number; readonly provisional: number; readonly expected: number } {
  const first = bought.filter(({ time, places }) => time <= places.innovatorUntil)
  return {
    products: bought.length,
    observed: first.length,
    provisional: first.filter(({ places, firstSoldDay }) => isProvisional(places.buyers, firstSoldDay, asOfDay, policy))
      .length,
    expected: bought.reduce((sum, { places }) => sum + chanceByLot(places), 0)
  }
}

/** How many of a product's buyers are innovators where nobody shares a rank: ⌈0.025·n⌉. */
export const innovatorPlaces = (buyers: number, policy: LoyaltyPolicy): number => places(buyers, policy.innovatorShare)

/** A tail this close to the significance reaches it: 1 of 20 is 5 %, whatever its binary digits. */
const NINE_DECIMALS = 1e-9

/**
 * Whether a customer is a first user: he has more first places than would have fallen to him by lot, and so many more that a
 * one-sided binomial test with the mean probability is passed at 5 %. Who buys much comes first somewhere by sheer
 * volume; that alone makes nobody a first user. The mean of unequal probabilities errs on the careful side (Hoeffding 1956).
 */
export function isFirstUser(products: number, observed: number, expected: number, policy: LoyaltyPolicy): boolean {
  if (observed === 0 || observed <= expected) return false
  return binomialTail(observed, products, expected / products) <= policy.firstUserSignificance + NINE_DECIMALS
}

export interface FirstUse extends Explained {
  readonly firstUser: boolean
}

/** The rule for one customer with the reasons for it. */
export function explainFirstUse(
  products: number,
  observed: number,
  provisional: number,
  expected: number,
  policy: LoyaltyPolicy
): FirstUse {
  const firstUser = isFirstUser(products, observed, expected, policy)
  if (products === 0) {
    return { firstUser, reasons: [], missing: [{ code: 'first_user.no_new_product', facts: {} }], changes: [] }
  }
  const chance = binomialTail(observed, products, expected / products)
  const facts = { products, observed, expected, chance, significance: policy.firstUserSignificance }
  const missing: Ground[] =
    provisional === 0 ? [] : [{ code: 'first_user.provisional', facts: { provisional, observed } }]
  return {
    firstUser,
    reasons: [{ code: firstUser ? 'first_user.early' : 'first_user.as_by_lot', facts }],
    missing,
    changes: firstUser ? [] : outlook(products, observed, expected, policy)
  }
}

/** How many more new products in a row, each as hard to be first with as those so far, would make him a first user. */
function outlook(products: number, observed: number, expected: number, policy: LoyaltyPolicy): Ground[] {
  const chance = expected / products
  for (let more = 1; more <= 10; more++) {
    if (isFirstUser(products + more, observed + more, expected + more * chance, policy)) {
      return [{ code: 'first_user.after_products', facts: { more } }]
    }
  }
  return []
}

/** In parts of 2^40. */
const chanceByLot = ({ innovators, buyers }: Pick<FirstPlaces, 'innovators' | 'buyers'>): number =>
  Math.round((innovators / buyers) * 2 ** 40) / 2 ** 40

/** Whole numbers throughout: ⌈0.025·40⌉ is 1. Somebody is always first. */
function places(buyers: number, share: number): number {
  return Math.max(1, Math.ceil((buyers * basisPoints(share)) / BASIS))
}

function timesBefore({ times, from, to }: ProductBuyers, asOfTime: number): Float64Array {
  const found = new Float64Array(to - from)
  let count = 0
  for (let at = from; at < to; at++) {
    const time = times[at] as number
    if (time < asOfTime) found[count++] = time
  }
  return found.subarray(0, count)
}

function countUntil(times: Float64Array, until: number): number {
  let count = 0
  for (let at = 0; at < times.length; at++) if ((times[at] as number) <= until) count++
  return count
}
