import type { Shop } from './classification.ts'
import { openShop } from './classification.ts'
import type { TestService } from './service.ts'

export interface SoldLine {
  readonly sku: string
  readonly name: string
  readonly category: string | null
  readonly quantity: number
  readonly amount: number
}

/** A receipt as it was pushed, with what reports see of it: the store's day, hour and weekday (1 is Monday). */
export interface SoldReceipt {
  readonly number: string
  readonly kind: 'sale' | 'return'
  readonly store: string
  readonly at: string
  readonly day: string
  readonly hour: number
  readonly weekday: number
  readonly customer: string | null
  readonly lines: readonly SoldLine[]
  /** Negative for a return. */
  readonly net: number
}

export interface ReportShop extends Shop {
  readonly receipts: readonly SoldReceipt[]
  /** Ids of the stores by their codes. */
  readonly stores: Readonly<Record<string, string>>
}

const ZONES: Readonly<Record<string, string>> = { BER: 'Europe/Berlin', SHA: 'Asia/Shanghai' }
const PRODUCTS: readonly Omit<SoldLine, 'quantity' | 'amount'>[] = [
  { sku: 'BOOT', name: 'Boot', category: 'shoes' },
  { sku: 'SANDAL', name: 'Sandal', category: 'shoes' },
  { sku: 'LACE', name: 'Lace', category: 'care' },
  { sku: 'POLISH', name: 'Polish, black', category: 'care' },
  { sku: 'BAG', name: 'Bag', category: null }
]
const FIRST = Date.parse('2025-05-01T00:00:00Z')
const LAST = Date.parse('2026-11-20T00:00:00Z')

/** The same receipts each time: sales at both ends of the day, returns, free goods, and receipts of nobody known. */
export function receiptsOf(seed: number, count: number): SoldReceipt[] {
  const random = drawing(seed)
  const pick = (most: number) => Math.floor(random() * most)
  const sales = Array.from({ length: count }, (_, no): SoldReceipt => {
    const store = random() < 0.6 ? 'BER' : 'SHA'
    const at = new Date(FIRST + Math.floor(random() * (LAST - FIRST))).toISOString()
    const customer = random() < 0.15 ? null : `C${pick(30)}`
    const skus = new Set(Array.from({ length: 1 + pick(4) }, () => pick(PRODUCTS.length)))
    // Laces go with boots.
    if (skus.has(0) && random() < 0.7) skus.add(2)
    const free = random() < 0.05
    const lines = [...skus].map(sku => {
      const quantity = 1 + pick(3)
      const product = PRODUCTS[sku] as (typeof PRODUCTS)[number]
      return { ...product, quantity, amount: free ? 0 : quantity * (100 + 50 * pick(40)) }
    })
    return receipt(`R${no}`, 'sale', store, at, customer, lines)
  })
  const returns = sales
    .filter((_, no) => no % 17 === 3)
    .map((sale, no) => {
      const [line] = sale.lines as readonly [SoldLine]
      const at = new Date(Math.min(Date.parse(sale.at) + 86_400_000 * pick(40), LAST)).toISOString()
      return receipt(`T${no}`, 'return', sale.store, at, sale.customer, [line])
    })
  return [...sales, ...returns]
}

function receipt(
  number: string,
  kind: 'sale' | 'return',
  store: string,
  at: string,
  customer: string | null,
  lines: readonly SoldLine[]
): SoldReceipt {
  const zone = ZONES[store] ?? 'UTC'
  // Swedes write dates as ISO does.
  const [day = '', time = ''] = new Date(at).toLocaleString('sv-SE', { timeZone: zone }).split(' ')
  const sum = lines.reduce((total, line) => total + line.amount, 0)
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay() || 7
  const net = kind === 'return' ? -sum : sum
  return { number, kind, store, at, day, hour: Number(time.slice(0, 2)), weekday, customer, lines, net }
}

/** A tenant whose two stores, far apart, have sold these receipts. */
export async function openReportShop(service: TestService, seed: number, count: number): Promise<ReportShop> {
  const shop = await openShop(service)
  const stores: Record<string, string> = {}
  for (const [code, timeZone] of Object.entries(ZONES)) {
    stores[code] = (await shop.call('POST', '/v1/stores', { code, name: `Store ${code}`, timeZone })).body.id
  }
  const receipts = receiptsOf(seed, count)
  const purchases = receipts.map(({ number, kind, store, at, customer, lines, net }) => ({
    source: 'till',
    receiptNumber: number,
    kind,
    storeCode: store,
    purchasedAt: at,
    currency: 'EUR',
    customer: customer === null ? null : { externalId: { system: 'till', key: customer } },
    lines: lines.map(({ sku, name, category, quantity, amount }) => ({
      sku,
      name,
      category,
      quantity,
      amountMinor: amount
    })),
    totalMinor: Math.abs(net)
  }))
  const { body } = await shop.call('POST', '/v1/purchases/batch', { purchases })
  const refused = body.results.filter((item: { status: number }) => item.status !== 201)
  if (refused.length > 0) throw new Error(JSON.stringify(refused[0]))
  return { ...shop, receipts, stores }
}

/** mulberry32, uniform in [0, 1). */
function drawing(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
