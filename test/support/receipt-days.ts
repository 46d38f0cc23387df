import fc, { type Arbitrary } from 'fast-check'
import { receiptDay } from '../../src/domain/receipt-days.ts'

/** A day with receipts as tests write it. */
export interface Day {
  readonly day: number
  readonly paid: boolean
  readonly net: number
}

/** Paid days, 10.00 each unless told otherwise. */
export const paid = (...days: readonly number[]): Day[] => days.map(day => ({ day, paid: true, net: 1000 }))

/** Days as the rules take them. */
export const encoded = (days: readonly Day[]): Int32Array =>
  Int32Array.from(days, ({ day, paid }) => receiptDay(day, paid))

/** The days of several customers in one array, each in its place. */
export function inOneArray(customers: readonly (readonly Day[])[]): { days: Int32Array; offsets: number[] } {
  const offsets = [0]
  for (const customer of customers) offsets.push((offsets.at(-1) as number) + customer.length)
  return { days: encoded(customers.flat()), offsets }
}

/** Histories of one customer within three years, ascending, each day once; on one day of four nothing was paid. */
export const histories = (maxLength = 25): Arbitrary<Day[]> =>
  fc
    .uniqueArray(
      fc.record({
        day: fc.integer({ min: 19_000, max: 20_095 }),
        paid: fc.integer({ min: 0, max: 3 }).map(n => n > 0),
        net: fc.integer({ min: -5_000, max: 50_000 })
      }),
      { maxLength, selector: ({ day }) => day }
    )
    .map(days => [...days].sort((a, b) => a.day - b.day))

/** The same history some whole weeks later, or earlier. */
export const shifted = (days: readonly Day[], weeks: number): Day[] =>
  days.map(entry => ({ ...entry, day: entry.day + 7 * weeks }))
