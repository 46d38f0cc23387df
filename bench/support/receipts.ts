import type { Receipt, ReceiptLine } from '../../src/repositories/purchase-ingest.ts'

/** Customers that pushes are spread over, and the names under which tenants of benchmarks know things. */
export const CUSTOMERS = 10_000
export const SYSTEM = 'pos'
export const STORE = 'B1'

const LINES = [
  { sku: 'SHOE-42', name: 'Walking shoe', brand: 'Aokang', category: 'shoes', quantity: 1, unitPriceMinor: 39_900 },
  { sku: 'SOCK-2', name: 'Merino socks', brand: 'Falke', category: 'socks', quantity: 2, unitPriceMinor: 1_490 },
  { sku: 'CARE-1', name: 'Leather balm', brand: 'Collonil', category: 'care', quantity: 1, unitPriceMinor: 995 }
]
const amountOf = (line: (typeof LINES)[number]): number => line.quantity * line.unitPriceMinor
const TOTAL_MINOR = LINES.reduce((sum, line) => sum + amountOf(line), 0)
const PURCHASED_AT = '2026-03-14T09:26:53.000Z'

/** A receipt of three lines as a till pushes it, with `{n}` and `{item}` where each one differs. */
export const tillReceipt = (receiptNumber = 'H{n}') =>
  JSON.stringify({
    source: 'bench',
    receiptNumber,
    kind: 'sale',
    storeCode: STORE,
    purchasedAt: PURCHASED_AT,
    currency: 'EUR',
    customer: { externalId: { system: SYSTEM, key: '{item}' } },
    lines: LINES.map(line => ({ ...line, amountMinor: amountOf(line) })),
    totalMinor: TOTAL_MINOR
  })

/** A batch of such receipts. */
export const tillBatch = (size: number): string =>
  `{"purchases":[${Array.from({ length: size }, (_, index) => tillReceipt(`B{n}-${index}`)).join(',')}]}`

/** The keys of the customers, in a shuffled order of no meaning. */
export const customerKeys = (): string[] => Array.from({ length: CUSTOMERS }, (_, index) => `C${index}`)

/** The same receipt as the ingestion statement takes it, with marks for ids, number and customer. */
export const ledgerReceipt = (): Receipt => ({
  id: '{purchase}',
  source: 'bench',
  receiptNumber: '{receipt}',
  kind: 'sale',
  storeCode: STORE,
  staffCode: null,
  purchasedAt: PURCHASED_AT,
  currency: 'EUR',
  exchangeRate: null,
  totalMinor: TOTAL_MINOR,
  roundingMinor: 0,
  netMinor: TOTAL_MINOR,
  units: LINES.reduce((sum, line) => sum + line.quantity, 0),
  returnOf: null,
  contentHash: 'x'.repeat(43),
  customer: { kind: 'external', system: SYSTEM, key: '{customer}', raw: '{customer}' },
  rejectUnknownCustomer: false,
  allowedStoreId: null,
  newCustomerId: '{id}',
  lines: LINES.map(
    (line): ReceiptLine => ({
      ...line,
      discountMinor: 0,
      amountMinor: amountOf(line),
      netMinor: amountOf(line),
      promotionCode: null,
      newProductId: '{id}',
      productEventId: '{id}'
    })
  ),
  actorType: 'api_key',
  actorId: null,
  recordedAt: PURCHASED_AT,
  eventId: '{id}',
  customerEventId: '{id}'
})
