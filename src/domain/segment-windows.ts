import { ones } from './member-bits.ts'
import { type DayNumber, firstDayOfMonth, maskOfPeriod, monthOf } from './period.ts'
import { type Aggregate, type FactColumn, type FilledBlock, isNarrowed } from './segment-columns.ts'
import { type LedgerSlice, readingOf } from './window-reading.ts'

/** Days [from, to). */
export type DayRange = readonly [from: DayNumber, to: DayNumber]

/** A window as it is summed up; what nobody asked for is null. */
interface Window {
  /** First days of the first and the last month that are taken whole. */
  readonly firstMonth: DayNumber
  readonly lastMonth: DayNumber
  readonly slices: readonly LedgerSlice[]
  /** The month that the window begins in, and the days of it that are inside. */
  readonly startMonth: DayNumber
  readonly startMask: number
  readonly net: Float64Array | null
  readonly sales: Float64Array | null
  readonly days: Float64Array | null
  readonly average: Float64Array | null
}

/**
 * Sums up everything that customers bought, for any number of windows at once, out of their months and of a few receipts.
 * A month that a window cuts is taken whole and corrected by the receipts of some of its days, or left out but for those;
 * days with a purchase need no receipts, because the month's mask knows each of them. The windows end where `until` begins.
 */
export class WindowSums {
  /** The first day of the first month that is needed; null where every month is. */
  readonly firstMonth: DayNumber | null
  /** The first day of the last month that is needed. */
  readonly lastMonth: DayNumber
  /** The days whose receipts are needed. */
  readonly receiptDays: readonly DayRange[]
  private readonly windows: readonly Window[]
  private readonly lasts: readonly { column: Float64Array; withinDays: number | null }[]
  private readonly last: Float64Array
  private readonly until: DayNumber
  private readonly endMask: number

  /** `lastDay` is the last day that can hold a receipt. */
  constructor(block: FilledBlock, until: DayNumber, lastDay: DayNumber) {
    const asked = block.columns.flatMap(askedOf)
    const lengths = [...new Set(asked.map(({ withinDays }) => withinDays))]
    const column = (name: Aggregate['function'], withinDays: number | null) => {
      const found = asked.find(one => one.function === name && one.withinDays === withinDays)
      return found ? block.numbers(found.key) : null
    }
    this.until = until
    this.windows = lengths.map(withinDays => {
      const fromDay = withinDays === null ? null : until - withinDays
      const reading = readingOf({ fromDay, toDay: until }, lastDay)
      const average = column('average', withinDays)
      const scratch = average ? new Float64Array(block.rows) : null
      return {
        firstMonth: reading.firstMonth === null ? Number.NEGATIVE_INFINITY : firstDayOfMonth(reading.firstMonth),
        lastMonth: firstDayOfMonth(reading.lastMonth),
        slices: reading.slices,
        ...startOf(fromDay),
        net: column('sum', withinDays) ?? scratch,
        sales: column('count', withinDays) ?? (average ? new Float64Array(block.rows) : null),
        days: column('distinct_days', withinDays),
        average
      }
    })
    this.lasts = asked
      .filter(one => one.function === 'days_since')
      .map(({ key, withinDays }) => ({ column: block.numbers(key), withinDays }))
    this.last = new Float64Array(block.rows)
    this.endMask = maskOfPeriod(monthOf(until), { fromDay: null, toDay: until })
    this.firstMonth = earliest(lengths, until)
    this.lastMonth = firstDayOfMonth(monthOf(until))
    this.receiptDays = merged(this.windows.filter(({ net, sales }) => net ?? sales).flatMap(({ slices }) => slices))
  }

  /** Whether anything is asked for at all. */
  get isEmpty(): boolean {
    return this.windows.length === 0
  }

  /** Begins anew: nobody has bought anything. */
  begin(): void {
    for (const { net, sales, days } of this.windows) for (const column of [net, sales, days]) column?.fill(0)
    this.last.fill(Number.NaN)
  }

  /** Adds a month, named by its first day: net amount, receipts of sales, and the mask of the days with a paid sale. */
  addMonth(row: number, month: DayNumber, net: number, sales: number, paidDays: number): void {
    const paid = month < this.lastMonth ? paidDays : month === this.lastMonth ? paidDays & this.endMask : 0
    for (const window of this.windows) {
      if (month >= window.firstMonth && month <= window.lastMonth) {
        if (window.net !== null) add(window.net, row, net)
        if (window.sales !== null) add(window.sales, row, sales)
      }
      if (window.days !== null && month >= window.startMonth) {
        add(window.days, row, ones(month === window.startMonth ? paid & window.startMask : paid))
      }
    }
    if (paid === 0) return
    const day = month + 31 - Math.clz32(paid)
    // Not yet known is NaN, which is larger than nothing and smaller than nothing.
    if (!(day <= (this.last[row] as number))) this.last[row] = day
  }

  /** Adds a receipt of one of the days that are needed. */
  addReceipt(row: number, day: DayNumber, net: number, isSale: boolean): void {
    for (const window of this.windows) {
      for (const { fromDay, toDay, sign } of window.slices) {
        if (day < fromDay || day >= toDay) continue
        if (window.net !== null) add(window.net, row, sign * net)
        if (window.sales !== null && isSale) add(window.sales, row, sign)
      }
    }
  }

  /** Works out what follows from the sums, once all is added: averages, and how long ago the last purchase was. */
  finish(rows: number): void {
    for (const { average, net, sales } of this.windows) {
      if (average === null || net === null || sales === null) continue
      for (let row = 0; row < rows; row++) {
        const count = sales[row] as number
        average[row] = count === 0 ? Number.NaN : (net[row] as number) / count
      }
    }
    for (const { column, withinDays } of this.lasts) {
      for (let row = 0; row < rows; row++) {
        const since = this.until - (this.last[row] as number)
        column[row] = withinDays !== null && since > withinDays ? Number.NaN : since
      }
    }
  }
}

/** The aggregates of everything that was bought; parts of it, and products, are counted otherwise. */
function askedOf({ key, source }: FactColumn): (Aggregate & { readonly key: string })[] {
  return 'aggregate' in source && isWhole(source.aggregate) ? [{ key, ...source.aggregate }] : []
}

/** Whether an aggregate is one of everything that was bought, and needs no lines. */
export const isWhole = (aggregate: Aggregate): boolean =>
  !isNarrowed(aggregate) && aggregate.function !== 'distinct_products'

function startOf(fromDay: DayNumber | null): Pick<Window, 'startMonth' | 'startMask'> {
  if (fromDay === null) return { startMonth: Number.NEGATIVE_INFINITY, startMask: 0 }
  const month = monthOf(fromDay)
  const mask = maskOfPeriod(month, { fromDay, toDay: firstDayOfMonth(month + 1) })
  return { startMonth: firstDayOfMonth(month), startMask: mask }
}

function earliest(lengths: readonly (number | null)[], until: DayNumber): DayNumber | null {
  if (lengths.some(length => length === null)) return null
  return firstDayOfMonth(monthOf(until - Math.max(...(lengths as number[]))))
}

/** The days that lie in any of the slices, as few ranges as they make: each receipt is read once. */
function merged(slices: readonly LedgerSlice[]): DayRange[] {
  const ranges: [DayNumber, DayNumber][] = []
  for (const { fromDay, toDay } of [...slices].sort((a, b) => a.fromDay - b.fromDay)) {
    const before = ranges.at(-1)
    if (before && fromDay <= before[1]) before[1] = Math.max(before[1], toDay)
    else ranges.push([fromDay, toDay])
  }
  return ranges
}

function add(column: Float64Array, row: number, value: number): void {
  column[row] = (column[row] as number) + value
}
