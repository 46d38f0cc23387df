import type { DayNumber } from './period.ts'
import { dayOf, isPaid, type ReceiptDays } from './receipt-days.ts'
import { type Aggregate, type FactColumn, type FilledBlock, isNarrowed } from './segment-columns.ts'

/** A window as it is summed up; what nobody asked for is null. */
interface Window {
  readonly fromDay: DayNumber
  readonly net: Float64Array | null
  readonly sales: Float64Array | null
  readonly days: Float64Array | null
  readonly average: Float64Array | null
}

/**
 * Sums up everything that customers bought, for any number of windows at once, out of their days with receipts. All windows
 * end where `until` begins, so that each lies within the next longer one.
 */
export class WindowSums {
  /** The longest first. */
  private readonly windows: readonly Window[]
  private readonly lasts: readonly { column: Float64Array; withinDays: number | null }[]
  private readonly last: Float64Array
  private readonly until: DayNumber

  constructor(block: FilledBlock, until: DayNumber) {
    const asked = block.columns.flatMap(askedOf)
    const column = (name: Aggregate['function'], withinDays: number | null) => {
      const found = asked.find(one => one.function === name && one.withinDays === withinDays)
      return found ? block.numbers(found.key) : null
    }
    const windowOf = (withinDays: number | null): Window => {
      const average = column('average', withinDays)
      const ofOurOwn = average ? () => new Float64Array(block.rows) : () => null
      return {
        fromDay: withinDays === null ? Number.NEGATIVE_INFINITY : until - withinDays,
        net: column('sum', withinDays) ?? ofOurOwn(),
        sales: column('count', withinDays) ?? ofOurOwn(),
        days: column('distinct_days', withinDays),
        average
      }
    }
    this.until = until
    this.windows = [...new Set(asked.map(({ withinDays }) => withinDays))]
      .map(windowOf)
      .sort((a, b) => (a.fromDay === b.fromDay ? 0 : a.fromDay - b.fromDay))
    this.lasts = asked
      .filter(one => one.function === 'days_since')
      .map(({ key, withinDays }) => ({ column: block.numbers(key), withinDays }))
    this.last = new Float64Array(block.rows)
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

  /** Begins anew with one customer. */
  restart(row: number): void {
    for (const { net, sales, days } of this.windows) {
      for (const column of [net, sales, days]) if (column !== null) column[row] = 0
    }
    this.last[row] = Number.NaN
  }

  /** Adds a day with receipts, after all earlier ones: its entry, receipts of sales, and net minor units. */
  addDay(row: number, entry: ReceiptDays[number], receipts: number, amount: number): void {
    const day = dayOf(entry)
    if (day >= this.until) return
    const paid = isPaid(entry)
    if (paid) this.last[row] = day
    for (const { fromDay, net, sales, days } of this.windows) {
      if (day < fromDay) return
      if (net !== null) add(net, row, amount)
      if (sales !== null) add(sales, row, receipts)
      if (days !== null && paid) add(days, row, 1)
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

function add(column: Float64Array, row: number, value: number): void {
  column[row] = (column[row] as number) + value
}
