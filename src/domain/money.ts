import { invalid, unprocessable } from './errors.ts'

/**
 * ISO 4217 currencies whose minor unit is not a hundredth. The table is ours because `Intl` answers with the digits
 * that people write (none for HUF, IDR or PKR), which differ from the standard and from one ICU release to the next.
 */
const UNUSUAL_DIGITS: ReadonlyMap<string, number> = new Map([
  ...[
    'BIF',
    'CLP',
    'DJF',
    'GNF',
    'ISK',
    'JPY',
    'KMF',
    'KRW',
    'PYG',
    'RWF',
    'UGX',
    'VND',
    'VUV',
    'XAF',
    'XOF',
    'XPF'
  ].map(code => [code, 0] as const),
  ...['BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND'].map(code => [code, 3] as const)
])

const KNOWN: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'))

const QUANTITY_DIGITS = 3
const UNIT_PRICE_DIGITS = 6
const RATE_DIGITS = 10
const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/

/** Whether `code` is a currency of ISO 4217, in capitals; codes without a minor unit (gold, tests) are not. */
export function isCurrency(code: string): boolean {
  return KNOWN.has(code)
}

/** Decimals between a unit of the currency and its minor unit: 2 for EUR, 0 for JPY, 3 for KWD (ISO 4217). Unknown: refused. */
export function minorDigits(currency: string): number {
  if (!isCurrency(currency)) throw unprocessable('money.currency_unknown', 'The currency is not a code of ISO 4217.')
  return UNUSUAL_DIGITS.get(currency) ?? 2
}

/** The exact quotient rounded to an integer, halves away from zero: 5/2 → 3, −5/2 → −3. A denominator of 0 is a RangeError. */
export function roundHalfAway(numerator: bigint, denominator: bigint): bigint {
  const size = absolute(denominator)
  const rounded = (2n * absolute(numerator) + size) / (2n * size)
  return numerator < 0n === denominator < 0n ? rounded : -rounded
}

/**
 * A JSON number as an integer of 10^−digits, read from its shortest decimal text (what the sender wrote, up to 15
 * significant digits): 0.1 with 3 digits → 100n. More decimals than `digits`, or no finite number: refused.
 */
export function decimalToScaled(value: number, digits: number): bigint {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = DECIMAL.exec(String(value)) ?? []
  if (whole === '') throw invalid('money.number_invalid', 'A figure is not a finite decimal number.')
  const shift = digits - fraction.length + Number(exponent)
  const significant = BigInt(sign + whole + fraction)
  if (shift >= 0) return significant * 10n ** BigInt(shift)
  const divisor = 10n ** BigInt(-shift)
  if (significant % divisor !== 0n) {
    throw invalid('money.too_many_decimals', `A figure has more than ${digits} decimals.`)
  }
  return significant / divisor
}

/**
 * What a receipt line comes to, in minor units: quantity (≤ 3 decimals) × unit price in minor units (≤ 6 decimals) is
 * multiplied exactly and rounded once, halves away from zero; then the discount comes off.
 */
export function lineAmountMinor(quantity: number, unitPriceMinor: number, discountMinor = 0): number {
  const exact = decimalToScaled(quantity, QUANTITY_DIGITS) * decimalToScaled(unitPriceMinor, UNIT_PRICE_DIGITS)
  return toSafeMinor(
    roundHalfAway(exact, 10n ** BigInt(QUANTITY_DIGITS + UNIT_PRICE_DIGITS)) - decimalToScaled(discountMinor, 0)
  )
}

/**
 * An amount in another currency, in that currency's minor units, rounded once, halves away from zero. `rate` is units
 * of `toCurrency` for one unit of `fromCurrency`, above 0, with at most 10 decimals; anything else is refused.
 */
export function convertMinor(
  amountMinor: bigint | number,
  rate: number,
  fromCurrency: string,
  toCurrency: string
): number {
  if (!(rate > 0)) throw unprocessable('money.rate_invalid', 'An exchange rate is a positive number.')
  const scaled = BigInt(amountMinor) * decimalToScaled(rate, RATE_DIGITS) * 10n ** BigInt(minorDigits(toCurrency))
  return toSafeMinor(roundHalfAway(scaled, 10n ** BigInt(RATE_DIGITS + minorDigits(fromCurrency))))
}

/** An amount in units of its currency, as plain text with its minor digits: 1240 EUR → `12.40`, 1240 JPY → `1240`. */
export function minorText(amountMinor: number, currency: string): string {
  const digits = minorDigits(currency)
  const text = String(absolute(BigInt(amountMinor))).padStart(digits + 1, '0')
  const units = digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`
  return amountMinor < 0 ? `-${units}` : units
}

/** An exact amount as a number; refused beyond ±(2^53 − 1), where a number would no longer be exact. */
export function toSafeMinor(amount: bigint): number {
  const minor = Number(amount)
  if (!Number.isSafeInteger(minor)) {
    throw unprocessable('money.out_of_range', 'An amount is larger than can be kept exactly.')
  }
  return minor
}

function absolute(value: bigint): bigint {
  return value < 0n ? -value : value
}
