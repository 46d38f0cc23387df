import type { TillReceipt } from './replay/receipt.ts'

/**
 * The brand rule and the first users of new products once more, in the plainest code that can be written from the text of the
 * rules; shares nothing with the service on purpose, as `recompute.ts`.
 */

export interface Brands {
  readonly lines: number
  readonly favourite: string | null
  readonly favouriteLines: number
  readonly switches: number
}

export interface FirstUse {
  /** New products that he bought and kept; among whose first he is; how many would have fallen to him by lot. */
  readonly products: number
  readonly observed: number
  readonly expected: number
  /** The same without regard to who bought at the same time: Σ ⌈0.025·n⌉/n. */
  readonly expectedWithoutTies: number
  readonly provisional: number
  /** How likely so many first places are by lot; null without a new product. */
  readonly chance: number | null
  readonly firstUser: boolean
  readonly firstUserWithoutTies: boolean
}

const SIGNIFICANCE = 0.05
const ROUNDING = 1e-9
const DAY_MS = 86_400_000

export const dayOf = ({ purchasedAt }: TillReceipt): string => purchasedAt.slice(0, 10)
export const customerOf = ({ customer }: TillReceipt): string | undefined => customer?.externalId.key

/** Everybody's choices between brands: lines of sales with a brand, in categories of which two brands were sold. */
export function recomputeBrands(receipts: readonly TillReceipt[], asOfDay: string): Map<string, Brands> {
  const sales = receipts.filter(receipt => receipt.kind === 'sale' && dayOf(receipt) < asOfDay)
  const sold = new Map<string, Set<string>>()
  for (const { brand, category } of sales.flatMap(({ lines }) => lines)) {
    if (brand !== undefined && category !== undefined) sold.set(category, (sold.get(category) ?? new Set()).add(brand))
  }
  const chosen = new Map<string, string[]>()
  for (const sale of [...sales].sort((a, b) => Date.parse(a.purchasedAt) - Date.parse(b.purchasedAt))) {
    const customer = customerOf(sale)
    if (customer === undefined) continue
    const choices = chosen.get(customer) ?? []
    chosen.set(customer, choices)
    for (const { brand, category } of sale.lines) {
      if (brand !== undefined && category !== undefined && (sold.get(category)?.size ?? 0) >= 2) choices.push(brand)
    }
  }
  return new Map(
    [...chosen].map(([customer, choices]) => {
      const counts = [...new Set(choices)].sort().map(brand => ({ brand, n: choices.filter(b => b === brand).length }))
      const most = Math.max(0, ...counts.map(({ n }) => n))
      return [
        customer,
        {
          lines: choices.length,
          favourite: counts.find(({ n }) => n === most)?.brand ?? null,
          favouriteLines: most,
          switches: choices.filter((brand, n) => n > 0 && brand !== choices[n - 1]).length
        }
      ]
    })
  )
}

/**
 * Everybody's places among the first buyers of what was first sold 90 days after the data begin, or later. Who brought back as
 * much as he bought is no buyer. What other products and customers are about is asked anew for each: plain, not quick.
 */
export function recomputeFirstUse(
  receipts: readonly TillReceipt[],
  asOfDay: string
): { readonly customers: Map<string, FirstUse>; readonly newProducts: number; readonly tiedPlaces: number } {
  const firstSold = new Map<string, string>()
  const bought = new Map<string, Map<string, { at: number; units: number }>>()
  let begin = asOfDay
  for (const receipt of receipts) {
    const day = dayOf(receipt)
    const at = Date.parse(receipt.purchasedAt)
    if (day >= asOfDay) continue
    const isSale = receipt.kind === 'sale'
    if (isSale && day < begin) begin = day
    for (const { sku, quantity } of receipt.lines) {
      if (isSale && day < (firstSold.get(sku) ?? '9999')) firstSold.set(sku, day)
      const customer = customerOf(receipt)
      if (customer === undefined) continue
      const buyers = bought.get(sku) ?? new Map<string, { at: number; units: number }>()
      bought.set(sku, buyers)
      const { at: earliest, units } = buyers.get(customer) ?? { at: Number.POSITIVE_INFINITY, units: 0 }
      buyers.set(customer, {
        at: isSale ? Math.min(at, earliest) : earliest,
        units: units + (isSale ? quantity : -quantity)
      })
    }
  }

  const since = (day: string, until: string) => (Date.parse(until) - Date.parse(day)) / DAY_MS
  const places = new Map<string, { chance: number; withoutTies: number; first: boolean; provisional: boolean }[]>()
  let newProducts = 0
  let tiedPlaces = 0
  for (const [sku, day] of firstSold) {
    if (since(begin, day) < 90) continue
    newProducts += 1
    const kept = [...(bought.get(sku) ?? [])].filter(([, { units }]) => units > 0)
    const slots = Math.ceil(kept.length / 40)
    const isFirst = (at: number) => kept.filter(([, other]) => other.at < at).length < slots
    const first = kept.filter(([, { at }]) => isFirst(at)).length
    tiedPlaces += first - slots
    for (const [customer, { at }] of kept) {
      const his = places.get(customer) ?? []
      places.set(customer, his)
      his.push({
        chance: first / kept.length,
        withoutTies: slots / kept.length,
        first: isFirst(at),
        provisional: kept.length < 50 && since(day, asOfDay) < 180
      })
    }
  }
  const found = [...places].map(([customer, his]): [string, FirstUse] => {
    const observed = his.filter(({ first }) => first).length
    const expected = his.reduce((sum, { chance }) => sum + chance, 0)
    const expectedWithoutTies = his.reduce((sum, { withoutTies }) => sum + withoutTies, 0)
    const beats = (by: number) =>
      observed > by && atLeast(observed, his.length, by / his.length) <= SIGNIFICANCE + ROUNDING
    return [
      customer,
      {
        products: his.length,
        observed,
        expected,
        expectedWithoutTies,
        provisional: his.filter(({ first, provisional }) => first && provisional).length,
        chance: atLeast(observed, his.length, expected / his.length),
        firstUser: beats(expected),
        firstUserWithoutTies: beats(expectedWithoutTies)
      }
    ]
  })
  return { customers: new Map(found), newProducts, tiedPlaces }
}

/** P(X ≥ k) of a binomial distribution: how likely n draws succeed at least k times; one draw after the other. */
function atLeast(k: number, n: number, p: number): number {
  let reached = [1]
  for (let draw = 0; draw < n; draw++) {
    const next = new Array<number>(reached.length + 1).fill(0)
    reached.forEach((chance, successes) => {
      next[successes] = (next[successes] as number) + chance * (1 - p)
      next[successes + 1] = (next[successes + 1] as number) + chance * p
    })
    reached = next
  }
  return reached.slice(k).reduce((sum, chance) => sum + chance, 0)
}
