import { type DemoStore, tradingDays, yuanRates } from './calendar.ts'
import { type Character, type DemoCustomer, makeCharacters } from './customers.ts'
import { makeProducts, type Product } from './products.ts'
import { type Random, randomOf } from './random.ts'
import { type DemoLine, makeReceipts, type Receipt } from './receipts.ts'

export interface DemoStaff {
  readonly code: string
  readonly name: string
  /** Empty: all stores. */
  readonly storeCodes: readonly string[]
  readonly roles: readonly ('relationship_manager' | 'store_manager' | 'front_line' | 'analyst')[]
  readonly capacityMinutesPerMonth: number | null
}

/** A receipt as a till pushes it. */
export interface DemoPurchase {
  readonly source: string
  readonly receiptNumber: string
  readonly kind: 'sale' | 'return'
  readonly storeCode: string
  readonly staffCode: string | null
  readonly purchasedAt: string
  readonly currency: string
  readonly exchangeRate: number | null
  readonly customer:
    | { readonly externalId: { readonly system: string; readonly key: string } }
    | { readonly phone: string }
    | { readonly email: string }
    | null
  readonly lines: readonly DemoLine[]
  readonly roundingMinor: number
  readonly totalMinor: number
  readonly returnOf: { readonly source: string; readonly receiptNumber: string } | null
}

export interface DemoShop {
  readonly stores: readonly DemoStore[]
  readonly staff: readonly DemoStaff[]
  readonly products: readonly Product[]
  readonly customers: readonly DemoCustomer[]
  /** In the order in which they are pushed: nearly that of time. */
  readonly purchases: readonly DemoPurchase[]
}

export interface DemoOptions {
  readonly seed: string
  /** The day before which the data end, `YYYY-MM-DD`. */
  readonly until: string
  readonly customers?: number
  readonly purchases?: number
}

/** The system that the customers' keys belong to. */
export const CUSTOMER_SYSTEM = 'club-card'
export const SHOP_CURRENCY = 'EUR'
/** Eighteen months. */
const DAYS = 548
const PRODUCTS = 120

const STORES: readonly DemoStore[] = [
  { code: 'BE01', name: 'Berlin, Kastanienallee', timeZone: 'Europe/Berlin', currency: 'EUR', share: 0.4, sunday: 0 },
  { code: 'SH01', name: '上海 Nanjing Road', timeZone: 'Asia/Shanghai', currency: 'CNY', share: 0.36, sunday: 1.7 },
  { code: 'LY01', name: 'Lyon, Croix-Rousse', timeZone: 'Europe/Paris', currency: 'EUR', share: 0.24, sunday: 0.2 }
]

const manager = (code: string, name: string, storeCodes: readonly string[], capacityMinutesPerMonth: number) =>
  ({ code, name, storeCodes, roles: ['relationship_manager'], capacityMinutesPerMonth }) as const

const worker = (code: string, name: string, storeCodes: readonly string[], role: DemoStaff['roles'][number]) =>
  ({ code, name, storeCodes, roles: [role], capacityMinutesPerMonth: null }) as const

const STAFF: readonly DemoStaff[] = [
  worker('S-01', 'Katharina Brandt', ['BE01'], 'store_manager'),
  manager('S-02', 'Jörg Petersen', ['BE01'], 4_200),
  manager('S-03', 'Ayşe Demir', ['BE01'], 4_200),
  manager('S-04', 'Олена Бойко', ['BE01'], 3_600),
  worker('S-05', 'Małgorzata Król', ['BE01'], 'front_line'),
  worker('S-06', '周敏', ['SH01'], 'store_manager'),
  manager('S-07', '林悦', ['SH01'], 4_800),
  manager('S-08', '陈志远', ['SH01'], 4_800),
  worker('S-09', '吴佳', ['SH01'], 'front_line'),
  worker('S-10', 'Hélène Girard', ['LY01'], 'store_manager'),
  manager('S-11', 'Loïc Béranger', ['LY01'], 3_600),
  manager('S-12', 'نور منصور', ['LY01'], 3_600),
  worker('S-13', 'Théo Nunès', ['LY01'], 'front_line'),
  worker('S-14', 'Ingrid Sørensen', [], 'analyst')
]

/**
 * A chain of three shops for shoes and clothes, made of chance alone: the same seed and day give the same shop, and no
 * name, number or figure in it is anybody's. Some 2,000 customers, whose purchases are as uneven as real ones, and
 * some 30,000 receipts: seasons, sales and three launches, returns (some without their sale, some before it),
 * anonymous receipts, another currency, and receipts that a till sends late.
 */
export function makeShop({ seed, until, customers = 2_000, purchases = 30_000 }: DemoOptions): DemoShop {
  const days = tradingDays(until, DAYS)
  const products = makeProducts(randomOf(seed, 'products'), PRODUCTS, ago => days[DAYS - ago]?.day as string)
  const year = Number(until.slice(0, 4))
  const characters = makeCharacters(randomOf(seed, 'customers'), STORES, products, customers, DAYS, year)
  const facts = { stores: STORES, products, characters, days }
  const receipts = makeReceipts(randomOf(seed, 'receipts'), randomOf(seed, 'habits'), facts, purchases)
  const rates = yuanRates(randomOf(seed, 'rates'), DAYS)
  return {
    stores: STORES,
    staff: STAFF,
    products,
    customers: characters.map(one => one.customer),
    purchases: printed(randomOf(seed, 'tills'), receipts, rates)
  }
}

/** Numbers the receipts as the tills print them, and puts them into the order in which they reach the service. */
function printed(random: Random, receipts: readonly Receipt[], rates: readonly number[]): DemoPurchase[] {
  const inTime = [...receipts].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
  const lastOf = new Map<string, number>()
  const identities = new Map(
    inTime.map(receipt => {
      const source = `pos-${receipt.store.code.toLowerCase()}-${random.whole(1, 2)}`
      const number = (lastOf.get(source) ?? 100_000) + 1
      lastOf.set(source, number)
      return [receipt, { source, receiptNumber: `R-${number}` }] as const
    })
  )
  const places = new Map<Receipt, number>()
  inTime.forEach((receipt, place) => {
    const sale = typeof receipt.returnOf === 'object' && receipt.returnOf ? places.get(receipt.returnOf) : undefined
    // A till that was offline sends its sale after another till has sent the return.
    if (sale !== undefined && random.chance(0.08)) places.set(receipt, sale - 0.5)
    else places.set(receipt, random.chance(0.015) ? place + random.whole(50, 900) : place)
  })
  return inTime
    .sort((a, b) => (places.get(a) as number) - (places.get(b) as number))
    .map(receipt => purchaseOf(random, receipt, identities, rates))
}

type Identity = NonNullable<DemoPurchase['returnOf']>

function purchaseOf(
  random: Random,
  receipt: Receipt,
  identities: ReadonlyMap<Receipt, Identity>,
  rates: readonly number[]
): DemoPurchase {
  const { store, buyer, lines, roundingMinor, returnOf } = receipt
  const sellers = STAFF.filter(person => person.storeCodes.includes(store.code))
  const identity = identities.get(receipt) as Identity
  return {
    ...identity,
    kind: receipt.kind,
    storeCode: store.code,
    staffCode: random.chance(0.85) ? random.pick(sellers).code : null,
    purchasedAt: receipt.at,
    currency: store.currency,
    exchangeRate: store.currency === SHOP_CURRENCY ? null : (rates[receipt.dayIndex] as number),
    customer: buyer && referenceTo(buyer),
    lines,
    roundingMinor,
    totalMinor: lines.reduce((sum, line) => sum + line.amountMinor, roundingMinor),
    returnOf:
      returnOf === 'unknown'
        ? { source: identity.source, receiptNumber: `R-${random.whole(10_000, 99_999)}` }
        : returnOf && (identities.get(returnOf) as Identity)
  }
}

/** A receipt names its customer by his card, or by what he spelled out at the till. */
function referenceTo({ customer, namedBy }: Character): DemoPurchase['customer'] {
  const contact = customer.contacts.find(({ type }) => type === namedBy)
  if (contact?.type === 'phone') return { phone: contact.value }
  if (contact?.type === 'email') return { email: contact.value }
  return { externalId: { system: CUSTOMER_SYSTEM, key: customer.key } }
}
