import type { DayNumber } from './period.ts'

/**
 * The days with receipts of customers, ascending, each day once: `day·2 + 1` if something was paid on it, `day·2` if not
 * (returns, goods given away). A customer's days lie in [from, to) of it, so that a million customers share one array.
 */
export type ReceiptDays = ArrayLike<number>

/** The day in an entry of ReceiptDays. */
export const dayOf = (entry: number): DayNumber => entry >> 1

/** Whether something was paid on the day of an entry. */
export const isPaid = (entry: number): boolean => (entry & 1) === 1

/** The entry of a day. */
export const receiptDay = (day: DayNumber, paid: boolean): number => day * 2 + (paid ? 1 : 0)

/** Net minor units of the days in [fromDay, toDay); `nets` goes with `days`, entry by entry. */
export function netOfDays(
  days: ReceiptDays,
  nets: ArrayLike<number>,
  from: number,
  to: number,
  fromDay: DayNumber,
  toDay: DayNumber
): number {
  let net = 0
  for (let at = to - 1; at >= from; at--) {
    const day = dayOf(days[at] as number)
    if (day < fromDay) break
    if (day < toDay) net += nets[at] as number
  }
  return net
}

/** How many days in [fromDay, toDay) something was paid on. */
export function paidDaysWithin(
  days: ReceiptDays,
  from: number,
  to: number,
  fromDay: DayNumber,
  toDay: DayNumber
): number {
  let count = 0
  for (let at = to - 1; at >= from; at--) {
    const day = dayOf(days[at] as number)
    if (day < fromDay) break
    if (day < toDay && isPaid(days[at] as number)) count++
  }
  return count
}
