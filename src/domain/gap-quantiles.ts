import type { DefectionPolicy } from './classification-policy.ts'
import { type DayNumber, NO_DAY } from './period.ts'
import { dayOf, isPaid, type ReceiptDays } from './receipt-days.ts'

/** Ten-thousandths, in which quantiles are kept and shares of the policy are read. */
export const BASIS = 10_000

/** The rhythm of a whole segment, which stands in where a customer's own history is short. The segment is all customers of the tenant. */
export interface SegmentCadence {
  readonly gaps: number
  /** Quantiles of all gaps of all its customers, in ten-thousandths of a day; 0 without any. */
  readonly due: number
  readonly overdue: number
}

/** Nothing is known of a segment without gaps: everybody's own rhythm stands alone. */
export const NO_SEGMENT: SegmentCadence = { gaps: 0, due: 0, overdue: 0 }

/** Counts the gaps of all customers of a segment, whose quantiles are exact as gaps are whole days. */
export interface GapCounter {
  /** Adds one customer's gaps between paid days before `asOfDay`. */
  add(days: ReceiptDays, from: number, to: number, asOfDay: DayNumber): void
  segment(policy: DefectionPolicy): SegmentCadence
}

/** An empty counter. It holds one number for each length that gaps may have, however many customers there are. */
export function gapCounter(): GapCounter {
  let counts = new Uint32Array(1024)
  let total = 0
  return {
    add(days, from, to, asOfDay) {
      let last = NO_DAY
      for (let at = from; at < to && dayOf(days[at] as number) < asOfDay; at++) {
        const entry = days[at] as number
        if (!isPaid(entry)) continue
        const day = dayOf(entry)
        if (last !== NO_DAY) {
          const gap = day - last
          if (gap >= counts.length) counts = grown(counts, gap + 1)
          counts[gap] = (counts[gap] as number) + 1
          total++
        }
        last = day
      }
    },
    segment: policy => ({
      gaps: total,
      due: countedQuantile(counts, total, basisPoints(policy.dueQuantile)),
      overdue: countedQuantile(counts, total, basisPoints(policy.overdueQuantile))
    })
  }
}

/** Sorts the first `count` values. Most customers have few gaps, for which insertion beats a general sort. */
export function sortFirst(values: Int32Array, count: number): void {
  if (count > 48) {
    values.subarray(0, count).sort()
    return
  }
  for (let i = 1; i < count; i++) {
    const value = values[i] as number
    let at = i - 1
    for (; at >= 0 && (values[at] as number) > value; at--) values[at + 1] = values[at] as number
    values[at + 1] = value
  }
}

/** Quantile of type 7 (Hyndman and Fan 1996) of ascending whole values, in ten-thousandths, in which it is whole. */
export function quantileOf(ascending: Int32Array, count: number, shareBp: number): number {
  const place = placeOf(count, shareBp)
  const lower = ascending[place] as number
  return between(count, shareBp, lower, ascending[Math.min(place + 1, count - 1)] as number)
}

function countedQuantile(counts: Uint32Array, total: number, shareBp: number): number {
  if (total === 0) return 0
  const place = placeOf(total, shareBp)
  let gap = 0
  let passed = counts[0] as number
  while (passed <= place) passed += counts[++gap] as number
  const lower = gap
  const upperPlace = Math.min(place + 1, total - 1)
  while (passed <= upperPlace) passed += counts[++gap] as number
  return between(total, shareBp, lower, gap)
}

const placeOf = (count: number, shareBp: number): number => Math.floor(((count - 1) * shareBp) / BASIS)

const between = (count: number, shareBp: number, lower: number, upper: number): number =>
  lower * BASIS + (((count - 1) * shareBp) % BASIS) * (upper - lower)

/** A share of the policy as whole ten-thousandths: its first four decimals count. */
export const basisPoints = (share: number): number => Math.round(share * BASIS)

function grown(counts: Uint32Array, least: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(Math.max(least, 2 * counts.length))
  larger.set(counts)
  return larger
}
