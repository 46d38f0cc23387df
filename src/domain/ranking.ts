import { unprocessable } from './errors.ts'

const DIGIT_BITS = 11
const RADIX = 1 << DIGIT_BITS

/**
 * The rows with a positive amount, largest amount first; of equal amounts the lower row is first. Amounts are safe
 * integers, anything else is refused.
 *
 * A radix sort of row numbers from the lowest digit up: it is stable, so equals keep the order in which they came, and
 * it takes a pass for every 11 bits of the largest amount. Beside the result it needs one more array of row numbers.
 */
export function rankPositive(amounts: Float64Array): Uint32Array {
  const { positive, largest } = survey(amounts)
  let order = new Uint32Array(positive)
  let spare = new Uint32Array(positive)
  let next = 0
  for (let row = 0; row < amounts.length; row++) if ((amounts[row] as number) > 0) order[next++] = row
  const places = new Uint32Array(RADIX)
  for (let unit = 1; unit <= largest; unit *= RADIX) {
    placesOfDigits(amounts, order, unit, places)
    for (let at = 0; at < positive; at++) {
      const row = order[at] as number
      const digit = digitOf(amounts[row] as number, unit)
      const place = places[digit] as number
      places[digit] = place + 1
      spare[place] = row
    }
    const sorted = spare
    spare = order
    order = sorted
  }
  return order
}

function survey(amounts: Float64Array): { positive: number; largest: number } {
  let positive = 0
  let largest = 0
  for (let row = 0; row < amounts.length; row++) {
    const amount = amounts[row] as number
    if (!Number.isSafeInteger(amount)) {
      throw unprocessable('abc.amount_not_exact', 'An amount to be ranked is not an exact integer of minor units.')
    }
    if (amount > 0) positive++
    if (amount > largest) largest = amount
  }
  return { positive, largest }
}

/** Fills `places` with the first place of each digit's rows, the largest digit first. */
function placesOfDigits(amounts: Float64Array, order: Uint32Array, unit: number, places: Uint32Array): void {
  places.fill(0)
  for (let at = 0; at < order.length; at++) {
    const digit = digitOf(amounts[order[at] as number] as number, unit)
    places[digit] = (places[digit] as number) + 1
  }
  let place = 0
  for (let digit = RADIX - 1; digit >= 0; digit--) {
    const rows = places[digit] as number
    places[digit] = place
    place += rows
  }
}

/** Division by a power of two is exact, and `&` drops the fraction and everything above the digit. */
function digitOf(amount: number, unit: number): number {
  return (amount / unit) & (RADIX - 1)
}
