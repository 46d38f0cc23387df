import { type DomainError, invalid, unprocessable } from './errors.ts'
import { convertMinor, decimalToScaled, isCurrency, lineAmountMinor } from './money.ts'

/** The figures of a receipt line. `amountMinor`, the till's own, wins over quantity × unit price − discount. */
export interface PurchaseLineFigures {
  readonly quantity: number
  readonly unitPriceMinor?: number | null | undefined
  readonly discountMinor?: number | null | undefined
  readonly amountMinor?: number | null | undefined
}

/** The figures of a receipt, positive on a return too; other fields of a line pass through. */
export interface PurchaseFigures<Line extends PurchaseLineFigures = PurchaseLineFigures> {
  readonly kind: 'sale' | 'return'
  readonly currency: string
  readonly exchangeRate?: number | null | undefined
  readonly lines: readonly Line[]
  readonly roundingMinor?: number | null | undefined
  readonly totalMinor: number
}

/** A line as the ledger keeps it. */
export type SettledLine<Line> = Omit<Line, 'amountMinor'> & {
  /** As on the receipt, in its currency. */
  readonly amountMinor: number
  /** In the tenant's currency, with the ledger's sign. */
  readonly baseNetMinor: number
  /** Thousandths of a unit, with the ledger's sign. */
  readonly unitsThousandths: number
}

export interface SettledPurchase<Line> {
  /** In the tenant's currency: a sale adds, a return takes away. */
  readonly netMinor: number
  /** As on the receipt, in its currency. */
  readonly totalMinor: number
  readonly roundingMinor: number
  readonly currency: string
  /** Null in the tenant's own currency. */
  readonly exchangeRate: number | null
  /** Thousandths of a unit over all lines, with the ledger's sign. */
  readonly unitsThousandths: number
  readonly lines: readonly SettledLine<Line>[]
}

/** The largest amount of a line or a receipt, in minor units: sums of thousands of them stay exact. */
export const LARGEST_AMOUNT_MINOR = 1e12

/** The largest quantity of a line, in units. */
export const LARGEST_QUANTITY = 1e9

/**
 * What a receipt adds to the ledger. The lines and the till's rounding must come to the total, to the minor unit. A
 * return carries positive figures and is signed here; a sale may hold negative lines (an exchange), not a negative
 * total. In another currency than the tenant's each line and the rounding are converted by the receipt's own rate, each
 * rounded once, and the ledger's total is their sum, so that lines and total agree in both currencies.
 * Refused: purchase.{total_mismatch, negative_total, negative_return, amount_out_of_range, quantity_out_of_range,
 * line_amount_missing, currency_unknown, rate_missing, rate_not_one} and what money.ts refuses.
 */
export function settlePurchase<Line extends PurchaseLineFigures>(
  purchase: PurchaseFigures<Line>,
  tenantCurrency: string
): SettledPurchase<Line> {
  const { kind, currency, totalMinor } = purchase
  const roundingMinor = purchase.roundingMinor ?? 0
  const amounts = purchase.lines.map(amountOf)
  refuseImpossible(purchase, amounts)
  const exchangeRate = rateOf(purchase, tenantCurrency)
  const toBase = (amountMinor: number) => {
    if (exchangeRate === null) return amountMinor
    const converted = convertMinor(amountMinor, exchangeRate, currency, tenantCurrency)
    if (isOutOfRange(converted)) throw outOfRange()
    return converted
  }
  const signed = (figure: number) => (kind === 'sale' ? figure : 0 - figure)

  const lines = purchase.lines.map((line, index) => {
    const amountMinor = amounts[index] as number
    const unitsThousandths = signed(Number(decimalToScaled(line.quantity, 3)))
    return { ...line, amountMinor, baseNetMinor: signed(toBase(amountMinor)), unitsThousandths }
  })
  return {
    netMinor: lines.reduce((sum, line) => sum + line.baseNetMinor, signed(toBase(roundingMinor))),
    totalMinor,
    roundingMinor,
    currency,
    exchangeRate,
    unitsThousandths: lines.reduce((sum, line) => sum + line.unitsThousandths, 0),
    lines
  }
}

/**
 * The content of a receipt as one text: keys in order, null and absent alike, lines in the order of the receipt. Two
 * pushes say the same exactly if their texts are equal. Instants must come in one spelling.
 */
export function canonicalPurchase(content: unknown): string {
  if (typeof content === 'number') return String(content)
  if (typeof content !== 'object' || content === null) return JSON.stringify(content)
  if (Array.isArray(content)) return `[${content.map(item => canonicalPurchase(item ?? null)).join()}]`
  let text = ''
  for (const { name, quoted } of inOrder(Object.keys(content))) {
    const field = (content as Record<string, unknown>)[name]
    if (field !== null && field !== undefined) text += `${text && ','}${quoted}:${canonicalPurchase(field)}`
  }
  return `{${text}}`
}

interface Name {
  readonly name: string
  readonly quoted: string
}

/** A till names the fields of all its receipts alike, and putting them in order is what a canonical text costs most. */
const orders = new Map<string, readonly Name[]>()
const ORDERS_KEPT = 1_000

function inOrder(names: readonly string[]): readonly Name[] {
  // No name of a body holds NUL, so different names never look alike.
  const key = names.join('\u0000')
  let ordered = orders.get(key)
  if (!ordered) {
    if (orders.size >= ORDERS_KEPT) orders.clear()
    ordered = [...names].sort().map(name => ({ name, quoted: JSON.stringify(name) }))
    orders.set(key, ordered)
  }
  return ordered
}

function amountOf(line: PurchaseLineFigures, index: number): number {
  if (typeof line.amountMinor === 'number') return line.amountMinor
  if (typeof line.unitPriceMinor === 'number') {
    return lineAmountMinor(line.quantity, line.unitPriceMinor, line.discountMinor ?? 0)
  }
  const code = 'purchase.line_amount_missing'
  const message = 'A line carries its amount, or the unit price to work it out.'
  throw invalid(code, message, [{ pointer: `/lines/${index}/amountMinor`, code, message }])
}

function refuseImpossible(purchase: PurchaseFigures, amounts: readonly number[]): void {
  const { kind, lines, totalMinor } = purchase
  const roundingMinor = purchase.roundingMinor ?? 0
  if ([totalMinor, roundingMinor, ...amounts].some(isOutOfRange)) throw outOfRange()
  if (lines.some(line => !(Math.abs(line.quantity) <= LARGEST_QUANTITY))) {
    throw unprocessable(
      'purchase.quantity_out_of_range',
      'A quantity on the receipt is larger than the ledger keeps.',
      {
        largestQuantity: LARGEST_QUANTITY
      }
    )
  }
  if (kind === 'sale' && totalMinor < 0) {
    throw unprocessable(
      'purchase.negative_total',
      'The total of a sale is not below zero; goods taken back are a return.'
    )
  }
  if (
    kind === 'return' &&
    (totalMinor < 0 || amounts.some(isNegative) || lines.some(line => isNegative(line.quantity)))
  ) {
    throw unprocessable(
      'purchase.negative_return',
      'A return carries positive figures; the ledger gives them their sign.'
    )
  }
  const expectedMinor = amounts.reduce((sum, amountMinor) => sum + amountMinor, roundingMinor)
  if (expectedMinor !== totalMinor) {
    const detail = 'The lines, with the rounding that the till named, do not come to the total.'
    throw unprocessable('purchase.total_mismatch', detail, { expectedMinor, totalMinor })
  }
}

/** The rate to convert by; null where nothing is to convert. */
function rateOf({ currency, exchangeRate }: PurchaseFigures, tenantCurrency: string): number | null {
  if (!isCurrency(currency)) {
    throw unprocessable('purchase.currency_unknown', 'The currency is not a code of ISO 4217.')
  }
  if (currency === tenantCurrency) {
    if ((exchangeRate ?? 1) === 1) return null
    throw unprocessable(
      'purchase.rate_not_one',
      'A receipt in the own currency is not converted: its rate is 1 or absent.'
    )
  }
  if (typeof exchangeRate === 'number') return exchangeRate
  throw unprocessable('purchase.rate_missing', "A receipt in another currency needs the day's rate from the till.")
}

function outOfRange(): DomainError {
  return unprocessable('purchase.amount_out_of_range', 'An amount on the receipt is larger than the ledger keeps.', {
    largestMinor: LARGEST_AMOUNT_MINOR
  })
}

function isOutOfRange(amountMinor: number): boolean {
  return !(Number.isInteger(amountMinor) && Math.abs(amountMinor) <= LARGEST_AMOUNT_MINOR)
}

function isNegative(figure: number): boolean {
  return figure < 0
}
