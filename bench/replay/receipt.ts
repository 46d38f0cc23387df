/** A receipt as a till pushes it (the body of `POST /v1/purchases`), as far as replays need it. */
export interface TillReceipt {
  readonly source: string
  readonly receiptNumber: string
  readonly kind: 'sale' | 'return'
  readonly storeCode: string
  readonly purchasedAt: string
  readonly currency: string
  readonly customer: { readonly externalId: { readonly system: string; readonly key: string } } | null
  readonly lines: readonly TillLine[]
  readonly totalMinor: number
}

export interface TillLine {
  readonly sku: string
  readonly name: string
  readonly quantity: number
  readonly brand?: string
  readonly category?: string
  readonly unitPriceMinor?: number
  readonly amountMinor?: number
}

/** A data set turned into receipts, with what the file itself says about them. */
export interface ReplaySet {
  readonly name: string
  readonly currency: string
  readonly timeZone: string
  readonly country: string
  readonly storeCode: string
  /** The day after the last receipt: a classification as of its start sees everything. */
  readonly asOfDay: string
  readonly receipts: readonly TillReceipt[]
  /** One line of control totals, to be held against what the publisher of the data says. */
  readonly control: string
}
