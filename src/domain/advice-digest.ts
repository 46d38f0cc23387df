import type { AdviceRow } from './advice-columns.ts'

/** What is kept of an advice. The type sees to it that nothing is forgotten. */
const KEPT: Readonly<Record<Exclude<keyof AdviceRow, 'row'>, true>> = {
  state: true,
  basis: true,
  partial: true,
  lastDay: true,
  pAlive: true,
  pDefect: true,
  expectedPurchases: true,
  expectedValueMinor: true,
  valueAtStakeMinor: true,
  valueKnown: true,
  cause: true,
  recommendation: true,
  costMinor: true,
  netBenefitMinor: true,
  productGone: true,
  productReturned: true,
  openComplaint: true,
  badlyClosedComplaint: true
}
const FIELDS = Object.keys(KEPT) as (keyof typeof KEPT)[]
/** Tells what is not known from every figure. */
const UNKNOWN = Number.NEGATIVE_INFINITY

const FLOATS = new Float64Array(FIELDS.length + 2)
const WORDS = new Uint32Array(FLOATS.buffer)

/**
 * A whole number below 2^53 that stands for all that is kept of an advice: it is another one, save for one chance in 2^53,
 * where the advice is. A run compares these numbers instead of what it kept of everybody. `abcClass` is a code.
 */
export function adviceDigest(advice: AdviceRow, abcClass: number, saveProbability: number): number {
  FLOATS[0] = abcClass
  FLOATS[1] = saveProbability
  for (let at = 0; at < FIELDS.length; at++) {
    const value = advice[FIELDS[at] as keyof typeof KEPT]
    FLOATS[at + 2] = value === null ? UNKNOWN : Number(value)
  }
  // Two multiplicative hashes side by side, which no word leaves as it was; and a last round that mixes what came late.
  let high = 0x9e3779b9
  let low = 0x85ebca6b
  for (let at = 0; at < WORDS.length; at++) {
    const word = WORDS[at] as number
    high = Math.imul(high ^ word, 0x85ebca77)
    high ^= high >>> 15
    low = Math.imul(low ^ word, 0xc2b2ae3d)
    low ^= low >>> 13
  }
  high = Math.imul(high ^ (high >>> 16), 0x27d4eb2f)
  low = Math.imul(low ^ (low >>> 16), 0x165667b1)
  return (high >>> 11) * 2 ** 32 + (low >>> 0)
}
