import { type DemoStore, dayPicker, openingHours, saleOn, type TradingDay } from './calendar.ts'
import type { Character } from './customers.ts'
import { LAUNCHES, type Product, shelfPrice } from './products.ts'
import type { Random } from './random.ts'

export interface DemoLine {
  readonly sku: string
  readonly name: string
  readonly brand: string
  readonly category: string
  readonly quantity: number
  readonly unitPriceMinor: number
  readonly discountMinor: number
  readonly amountMinor: number
  readonly promotionCode: string | null
}

/** A receipt before the till has numbered it. */
export interface Receipt {
  readonly store: DemoStore
  readonly dayIndex: number
  readonly at: string
  readonly kind: 'sale' | 'return'
  /** Null on an anonymous receipt. */
  readonly buyer: Character | null
  readonly lines: readonly DemoLine[]
  readonly roundingMinor: number
  /** The sale that a return belongs to. `unknown`: one from before the data. Null: the till did not ask. */
  readonly returnOf: Receipt | 'unknown' | null
}

export interface ShopFacts {
  readonly stores: readonly DemoStore[]
  readonly products: readonly Product[]
  readonly characters: readonly Character[]
  readonly days: readonly TradingDay[]
}

/** What one euro costs on a Chinese shelf; shelves do not follow the day's rate. */
const YUAN_ON_THE_SHELF = 7.8
const ANONYMOUS_SHARE = 0.12
const RETURNED_SHARE = 0.052
/** What goes with what, and how often it is taken along. */
const COMPANIONS: Readonly<Record<string, string>> = {
  shoes: 'Shoe care set',
  boots: 'Shoe care set',
  trainers: 'Socks',
  trousers: 'Belt',
  coats: 'Scarf',
  jackets: 'Gloves'
}
const COMPANION_SHARE = 0.35

/** The receipts of all days, some `count`, in no order. What goes with what is drawn from `habits`. */
export function makeReceipts(random: Random, habits: Random, facts: ShopFacts, count: number): Receipt[] {
  const till = openTill(random, habits, facts)
  const sales = count / (1 + RETURNED_SHARE)
  const known = facts.characters.flatMap(salesOf(random, facts, till, sales * (1 - ANONYMOUS_SHARE)))
  const anonymous = Array.from({ length: Math.round(sales * ANONYMOUS_SHARE) }, () => {
    const store = random.weighted(facts.stores.map(place => [place, place.share] as const))
    return till.sale(null, store, till.pickDay(store, 0, facts.days.length))
  })
  const all = [...known, ...anonymous]
  const returns = all.flatMap(sale => (random.chance(RETURNED_SHARE) ? till.takeBack(sale) : []))
  return [...all, ...returns]
}

type Till = ReturnType<typeof openTill>

/** The sales of a customer: as many as his eagerness brings, and the launches that he could not wait for. */
function salesOf(random: Random, { characters, stores, days }: ShopFacts, till: Till, total: number) {
  const expected = (one: Character) => one.eagerness * till.trade(one)
  const scale = total / characters.reduce((sum, one) => sum + expected(one), 0)
  return (one: Character): Receipt[] => {
    const home = stores.find(store => store.code === one.customer.homeStoreCode) as DemoStore
    const usual = Array.from({ length: random.poisson(scale * expected(one)) }, () => {
      const store = random.chance(0.06) ? random.pick(stores) : home
      let day = till.pickDay(store, one.from, one.to)
      for (let wait = 0; one.priceDriven && wait < 3 && !saleOn(store, days[day] as TradingDay); wait++) {
        day = till.pickDay(store, one.from, one.to)
      }
      return till.sale(one, store, day)
    })
    if (!one.innovator) return usual
    const early = LAUNCHES.flatMap((launch, index) => {
      const first = days.length - launch.daysBeforeEnd
      if (first < one.from || first + 10 > one.to || !random.chance(0.75)) return []
      return till.sale(one, home, till.pickDay(home, first, first + 10), index)
    })
    return [...usual, ...early]
  }
}

/** What happens at the tills, from the pick of a day to the printed line. */
function openTill(random: Random, habits: Random, { stores, products, characters, days }: ShopFacts) {
  const pickers = new Map(stores.map(store => [store.code, dayPicker(store, days)]))
  const hours = new Map(stores.map(store => [store.code, openingHours(store, days)]))
  const pickerOf = (code: string) => pickers.get(code) as ReturnType<typeof dayPicker>
  const instant = (store: DemoStore, day: number) =>
    (hours.get(store.code) as ReturnType<typeof openingHours>)(random, day)
  const shelves = new Map(characters.map(one => [one, shelfOf(random, products, one)]))
  const anybody = shelfOf(random, products, null)

  const lineOf = (buyer: Character | null, store: DemoStore, day: number, launch?: number): DemoLine => {
    const product = launch === undefined ? pickProduct(buyer, day) : (products[launch] as Product)
    const quantity = quantityOf(random, buyer, product)
    const unitPriceMinor =
      store.currency === 'CNY' ? shelfPrice(product.priceMinor * YUAN_ON_THE_SHELF) : product.priceMinor
    const reduction = launch === undefined ? reductionOf(random, buyer, store, days[day] as TradingDay) : null
    const discountMinor = reduction ? Math.round(unitPriceMinor * quantity * reduction.discount) : 0
    const { sku, name, brand, category } = product
    const amountMinor = unitPriceMinor * quantity - discountMinor
    const promotionCode = reduction?.code ?? null
    return { sku, name, brand, category, quantity, unitPriceMinor, discountMinor, amountMinor, promotionCode }
  }

  /** Instead of whatever the second line was: what people take along with the first. */
  const withCompanion = (first: DemoLine, line: DemoLine, index: number, store: DemoStore): DemoLine => {
    const piece = COMPANIONS[first.category]
    if (index !== 1 || piece === undefined || !habits.chance(COMPANION_SHARE)) return line
    const found = products.find(({ category, name }) => category === 'accessories' && name.startsWith(piece))
    if (found === undefined) return line
    const { sku, name, brand, category, priceMinor } = found
    const unitPriceMinor = store.currency === 'CNY' ? shelfPrice(priceMinor * YUAN_ON_THE_SHELF) : priceMinor
    const amountMinor = unitPriceMinor
    return {
      sku,
      name,
      brand,
      category,
      quantity: 1,
      unitPriceMinor,
      discountMinor: 0,
      amountMinor,
      promotionCode: null
    }
  }

  const pickProduct = (buyer: Character | null, day: number): Product => {
    const launched = LAUNCHES.findIndex(launch => random.chance(interest(day - (days.length - launch.daysBeforeEnd))))
    if (launched >= 0) return products[launched] as Product
    return ((buyer && shelves.get(buyer)) ?? anybody)()
  }

  return {
    /** Trade of the days on which a customer is one. */
    trade: ({ customer, from, to }: Character) => pickerOf(customer.homeStoreCode).trade(from, to),
    pickDay: (store: DemoStore, from: number, to: number) => pickerOf(store.code).pick(random, from, to),

    sale(buyer: Character | null, store: DemoStore, day: number, launch?: number): Receipt {
      const wanted = Array.from({ length: 1 + random.poisson(0.75) }, (_, index) =>
        lineOf(buyer, store, day, index === 0 ? launch : undefined)
      )
      const lines = wanted.map((line, index) => withCompanion(wanted[0] as DemoLine, line, index, store))
      const roundingMinor = store.currency === 'CNY' && random.chance(0.06) ? tenthsRounding(lines) : 0
      const at = instant(store, day)
      return { store, dayIndex: day, at, kind: 'sale', buyer, lines, roundingMinor, returnOf: null }
    },

    /** One line of a sale comes back within some weeks. Nothing, if that would be after the end of the data. */
    takeBack(sale: Receipt): Receipt[] {
      const day = sale.dayIndex + random.whole(2, 25)
      if (day >= days.length) return []
      const line = random.pick(sale.lines)
      const returnOf = random.weighted<Receipt['returnOf']>([
        [sale, 0.9],
        ['unknown', 0.05],
        [null, 0.05]
      ])
      const { store, buyer } = sale
      const at = instant(store, day)
      return [{ store, dayIndex: day, at, kind: 'return', buyer, lines: [line], roundingMinor: 0, returnOf }]
    }
  }
}

/** How likely a line is the launched product, `age` days after its launch. */
const interest = (age: number): number => (age < 0 ? 0 : 0.008 + 0.05 * Math.exp(-age / 45))

/** The products as one customer sees them: those of his price first, and of his brand long before the others. */
function shelfOf(random: Random, products: readonly Product[], one: Character | null): () => Product {
  const pocketMinor = one?.pocketMinor ?? 7_000
  const regular = products.slice(LAUNCHES.length)
  let sum = 0
  const upTo = regular.map(({ priceMinor, brand }) => {
    const distance = Math.log(priceMinor / pocketMinor) / 0.6
    sum += Math.exp(-0.5 * distance * distance) * (brand === one?.favouriteBrand ? 25 : 1) + 1e-6
    return sum
  })
  return () => {
    const wanted = random.next() * sum
    return regular[upTo.findIndex(mark => mark > wanted)] ?? (regular.at(-1) as Product)
  }
}

function quantityOf(random: Random, buyer: Character | null, { category }: Product): number {
  if (buyer?.customer.kind === 'organization') return random.whole(2, 4)
  return category === 'accessories' ? 1 + random.poisson(0.5) : 1
}

/** Everybody's sale, the bargain hunter's eternal coupon, or the welcome coupon that few use. */
function reductionOf(random: Random, buyer: Character | null, store: DemoStore, day: TradingDay) {
  const sale = saleOn(store, day)
  if (sale) return random.chance(buyer?.priceDriven ? 0.97 : 0.5) ? sale : null
  if (buyer?.priceDriven) return random.chance(0.9) ? { code: 'OUTLET25', discount: 0.25 } : null
  return random.chance(0.04) ? { code: 'WELCOME10', discount: 0.1 } : null
}

/** Cash in China is rounded to tenths of a yuan. */
function tenthsRounding(lines: readonly DemoLine[]): number {
  const sum = lines.reduce((total, line) => total + line.amountMinor, 0)
  return Math.round(sum / 10) * 10 - sum
}
