import type { DefectionPolicy } from './classification-policy.ts'
import { BASIS, basisPoints } from './gap-quantiles.ts'
import { type DayNumber, NO_DAY } from './period.ts'
import { netOfDays, paidDaysWithin, type ReceiptDays } from './receipt-days.ts'

/** Whether a customer buys much less than he used to; the index is the code of columns. */
export const PARTIAL_DEFECTION = ['no', 'yes', 'unknown'] as const
export type PartialDefection = (typeof PARTIAL_DEFECTION)[number]
/** Code of `unknown`, which is kept and told as null: it is neither yes nor no. */
export const PARTIAL_UNKNOWN = 2

/** What a customer spent of late, and over the days it is compared with. Net minor units. */
export interface Spend {
  readonly recentMinor: number
  readonly baseMinor: number
  /** Days of the base, the recent ones included: all of the policy's, or as many as the customer has been one. */
  readonly baseDays: number
  /** Paid days in the base. */
  readonly purchaseDays: number
}

/**
 * Spend before `asOfDay`: of the recent days (90), and of the base (365 days, or those since his first purchase day if he
 * is a customer for less). Without a purchase everything is 0.
 */
export function spendOf(
  days: ReceiptDays,
  nets: ArrayLike<number>,
  from: number,
  to: number,
  firstDay: DayNumber,
  asOfDay: DayNumber,
  policy: DefectionPolicy,
  into: { -readonly [K in keyof Spend]: Spend[K] } = { recentMinor: 0, baseMinor: 0, baseDays: 0, purchaseDays: 0 }
): Spend {
  const baseDays = firstDay === NO_DAY ? 0 : Math.min(policy.partialBaseDays, asOfDay - firstDay)
  const recentDays = Math.min(policy.partialRecentDays, baseDays)
  into.baseDays = baseDays
  into.recentMinor = netOfDays(days, nets, from, to, asOfDay - recentDays, asOfDay)
  into.baseMinor = netOfDays(days, nets, from, to, asOfDay - baseDays, asOfDay)
  into.purchaseDays = paidDaysWithin(days, from, to, asOfDay - baseDays, asOfDay)
  return into
}

/**
 * Code of partial defection (index into PARTIAL_DEFECTION): `yes` if the recent spend is below half of what his own rate
 * over the base comes to in as many days; exactly half is `no`. `unknown` where the comparison says nothing: while he is a
 * customer for less than twice the recent days, where the base is zero or negative, and where he used to come less than
 * once in the recent days, so that spending nothing in them is usual. Exact in whole minor units.
 */
export function partialDefection(spend: Spend, policy: DefectionPolicy): number {
  if (!isComparable(spend, policy)) return PARTIAL_UNKNOWN
  const { recentMinor, baseMinor, baseDays } = spend
  const share = basisPoints(policy.partialSpendShare) * policy.partialRecentDays
  return isBelow(recentMinor, baseDays * BASIS, baseMinor, share) ? 1 : 0
}

/** What his own rate comes to in the recent days, in minor units, rounded for people. */
export function usualSpendMinor({ baseMinor, baseDays }: Spend, policy: DefectionPolicy): number {
  return baseDays === 0 ? 0 : Math.round((baseMinor * policy.partialRecentDays) / baseDays)
}

/** What he would have had to spend more in the recent days for the answer to be `no`, in minor units; it raises the base as well. */
export function missingSpendMinor({ recentMinor, baseMinor, baseDays }: Spend, policy: DefectionPolicy): number {
  const share = policy.partialSpendShare * policy.partialRecentDays
  return Math.max(0, Math.ceil((share * baseMinor - recentMinor * baseDays) / (baseDays - share)))
}

function isComparable({ baseMinor, baseDays, purchaseDays }: Spend, policy: DefectionPolicy): boolean {
  const { partialRecentDays, partialBaseDays } = policy
  const oldEnough = baseDays >= Math.min(2 * partialRecentDays, partialBaseDays)
  return oldEnough && baseMinor > 0 && purchaseDays * partialRecentDays >= baseDays
}

/** a·b < c·d for whole numbers, exactly, even where the products are not safe integers. */
function isBelow(a: number, b: number, c: number, d: number): boolean {
  const left = a * b
  const right = c * d
  if (Number.isSafeInteger(left) && Number.isSafeInteger(right)) return left < right
  return BigInt(a) * BigInt(b) < BigInt(c) * BigInt(d)
}
