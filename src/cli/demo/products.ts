import type { Random } from './random.ts'

export interface Product {
  readonly sku: string
  readonly name: string
  readonly brand: string
  readonly category: string
  readonly supplierId: string
  readonly launchedOn: string | null
  /** Shelf price in euro cents, ending in 90 or 95 as shelf prices do. */
  readonly priceMinor: number
}

/** All brands are invented. `level` is how dear the brand is beside its category. */
const BRANDS = [
  { name: 'Wanderlind', supplierId: 'SUP-01', level: 1.15, categories: ['shoes', 'boots', 'jackets', 'accessories'] },
  { name: 'Gāobù', supplierId: 'SUP-02', level: 0.8, categories: ['shoes', 'trainers', 'accessories'] },
  { name: 'Maison Vérel', supplierId: 'SUP-03', level: 1.7, categories: ['coats', 'knitwear', 'shirts', 'trousers'] },
  { name: 'Nordhavn', supplierId: 'SUP-04', level: 1.2, categories: ['jackets', 'knitwear', 'boots', 'trousers'] },
  { name: 'Pikko', supplierId: 'SUP-05', level: 0.6, categories: ['trainers', 'shirts', 'trousers', 'accessories'] },
  { name: 'Casa Ondina', supplierId: 'SUP-03', level: 1.4, categories: ['shoes', 'boots', 'coats', 'accessories'] },
  { name: 'Kumo', supplierId: 'SUP-02', level: 1.1, categories: ['trainers', 'jackets'] },
  { name: 'Linea Blu', supplierId: 'SUP-06', level: 0.9, categories: ['shirts', 'trousers', 'knitwear', 'coats'] }
] as const

/** What a category holds, and what its pieces cost in the middle, in euro cents. */
const CATEGORIES: Readonly<Record<string, { prefix: string; middleMinor: number; pieces: readonly string[] }>> = {
  shoes: {
    prefix: 'SHO',
    middleMinor: 11_000,
    pieces: ['Walking shoe', 'Oxford', 'Loafer', 'Derby', 'Ballerina', 'Sandal']
  },
  boots: { prefix: 'BOO', middleMinor: 16_000, pieces: ['Chelsea boot', 'Hiking boot', 'Ankle boot', 'Winter boot'] },
  trainers: { prefix: 'TRA', middleMinor: 9_500, pieces: ['Runner', 'Court trainer', 'Trail trainer', 'Slip-on'] },
  coats: { prefix: 'COA', middleMinor: 24_000, pieces: ['Wool coat', 'Trench coat', 'Down coat', 'Car coat'] },
  jackets: { prefix: 'JAC', middleMinor: 15_000, pieces: ['Rain jacket', 'Field jacket', 'Quilted jacket', 'Blouson'] },
  knitwear: { prefix: 'KNI', middleMinor: 8_500, pieces: ['Crew neck', 'Cardigan', 'Roll neck', 'Knit vest'] },
  shirts: {
    prefix: 'SHI',
    middleMinor: 6_000,
    pieces: ['Oxford shirt', 'Linen shirt', 'Flannel shirt', 'Blouse', 'Polo']
  },
  trousers: { prefix: 'TRO', middleMinor: 7_500, pieces: ['Chino', 'Jeans', 'Wool trousers', 'Corduroys', 'Culottes'] },
  accessories: {
    prefix: 'ACC',
    middleMinor: 2_600,
    pieces: ['Socks, three pairs', 'Belt', 'Scarf', 'Gloves', 'Shoe care set', 'Laces']
  }
}

const COLOURS = ['black', 'navy', 'sand', 'bordeaux', 'forest', 'white', 'cognac', 'grey']

/** The products that are launched while the shop's data run, and how many days before their end. */
export const LAUNCHES = [
  { name: 'Kumo Cloud Runner', brand: 'Kumo', category: 'trainers', priceMinor: 14_990, daysBeforeEnd: 160 },
  { name: 'Wanderlind Ridge Boot', brand: 'Wanderlind', category: 'boots', priceMinor: 22_990, daysBeforeEnd: 290 },
  { name: 'Nordhavn Storm Shell', brand: 'Nordhavn', category: 'jackets', priceMinor: 19_990, daysBeforeEnd: 410 }
] as const

/** The assortment: the launches first, then pieces of every brand and category, `count` in all. */
export function makeProducts(random: Random, count: number, dayBeforeEnd: (days: number) => string): Product[] {
  const launches = LAUNCHES.map(({ daysBeforeEnd, ...launch }, index) => ({
    ...launch,
    sku: `NEW-${index + 1}`,
    supplierId: BRANDS.find(brand => brand.name === launch.brand)?.supplierId ?? 'SUP-01',
    launchedOn: dayBeforeEnd(daysBeforeEnd)
  }))
  const shelves = BRANDS.flatMap(brand => brand.categories.map(category => ({ brand, category })))
  const regular = Array.from({ length: count - launches.length }, (_, index) => {
    const { brand, category } = shelves[index % shelves.length] as (typeof shelves)[number]
    const { prefix, middleMinor, pieces } = CATEGORIES[category] as (typeof CATEGORIES)[string]
    const piece = pieces[Math.floor(index / shelves.length) % pieces.length] as string
    return {
      sku: `${prefix}-${String(index + 1).padStart(3, '0')}`,
      name: `${piece}, ${random.pick(COLOURS)}`,
      brand: brand.name,
      category,
      supplierId: brand.supplierId,
      launchedOn: null,
      priceMinor: shelfPrice(middleMinor * brand.level * Math.exp(0.3 * random.normal()))
    }
  })
  return [...launches, ...regular]
}

/** Below 50 euros the next …,95; above it the next …9,90. */
export function shelfPrice(minor: number): number {
  if (minor < 5_000) return Math.max(495, Math.round(minor / 100) * 100 - 5)
  return Math.round(minor / 1_000) * 1_000 - 10
}
