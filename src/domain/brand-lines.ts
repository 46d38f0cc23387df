/** How a customer has chosen between brands, over the lines that the brand rule looks at. */
export interface BrandLines {
  readonly lines: number
  /** Brand of most lines; of equals the first by code unit. Null without a line. */
  readonly favouriteBrand: string | null
  readonly favouriteLines: number
  /** How often the brand differed from that of the line before. */
  readonly switches: number
}

/** Walks one customer's sale lines in the order of purchase, within a receipt in the order of its lines. */
export interface BrandWalk {
  /** Lines without a brand, without a category, and of categories that offer no choice are passed over. */
  add(brand: string | null, category: string | null): void
  /** What the walk has found so far. */
  found(): BrandLines
  /** Forgets the customer, for the next one. */
  reset(): void
}

/** A walk over lines in categories in which the shop has sold enough brands for a customer to have had a choice. */
export function brandWalk(categoriesOfChoice: ReadonlySet<string>): BrandWalk {
  const counts = new Map<string, number>()
  let lines = 0
  let switches = 0
  let before: string | null = null
  return {
    add(brand, category) {
      if (brand === null || category === null || !categoriesOfChoice.has(category)) return
      counts.set(brand, (counts.get(brand) ?? 0) + 1)
      if (before !== null && brand !== before) switches++
      before = brand
      lines++
    },
    found() {
      let favouriteBrand: string | null = null
      let favouriteLines = 0
      for (const [brand, count] of counts) {
        const first = favouriteBrand === null || brand < favouriteBrand
        if (count > favouriteLines || (count === favouriteLines && first)) {
          favouriteBrand = brand
          favouriteLines = count
        }
      }
      return { lines, favouriteBrand, favouriteLines, switches }
    },
    reset() {
      counts.clear()
      lines = 0
      switches = 0
      before = null
    }
  }
}

/** The categories in which at least `minBrands` different brands have been sold; what has no brand or no category does not count. */
export function categoriesOfChoice(
  sold: Iterable<{ readonly brand: string | null; readonly category: string | null }>,
  minBrands: number
): Set<string> {
  const brands = new Map<string, Set<string>>()
  for (const { brand, category } of sold) {
    if (brand === null || category === null) continue
    const known = brands.get(category)
    if (known) known.add(brand)
    else brands.set(category, new Set([brand]))
  }
  return new Set([...brands].filter(([, names]) => names.size >= minBrands).map(([category]) => category))
}
