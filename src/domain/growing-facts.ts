import { type DatedFactColumns, FACT_BLOCK_ROWS, factBlocksOf, OF_CUSTOMERS } from './fact-blocks.ts'

/** Facts of customers with their ids, four words each, ascending. */
export interface IdentifiedFacts {
  readonly ids: Uint32Array
  readonly facts: DatedFactColumns
}

type Column = Uint8Array | Uint32Array | Int32Array | Float64Array

/** Columns of facts that are filled customer by customer, or by many at a time; their room grows if there is more than expected. */
export class GrowingFacts {
  rows = 0
  private room: number
  private entries = 0
  private ids: Uint32Array
  private offsets: Uint32Array
  private days: Int32Array
  // Nobody buys for millions, or a hundred times, on a day, as a rule: a part of the room, until somebody does.
  private nets: Int32Array | Float64Array
  private daySales: Uint8Array | Int32Array
  private figures: Record<(typeof OF_CUSTOMERS)[number], Int32Array>

  constructor(rows: number, days: number) {
    this.room = rows
    this.ids = new Uint32Array(4 * rows)
    this.offsets = new Uint32Array(rows + 1)
    this.days = new Int32Array(days)
    this.nets = new Int32Array(days)
    this.daySales = new Uint8Array(days)
    this.figures = Object.fromEntries(OF_CUSTOMERS.map(name => [name, new Int32Array(rows)])) as typeof this.figures
  }

  /** Where the id of the next customer belongs: the column, and four times the place in it. */
  idsOfNext(): Uint32Array {
    if (this.rows === this.room) this.growRows(this.rows + 1)
    return this.ids
  }

  /** Adds a day of the next customer: its entry of ReceiptDays, receipts of sales, net minor units. */
  addDay(entry: number, sales: number, net: number): void {
    if (this.entries === this.days.length) this.growDays(this.entries + 1)
    if (net !== (net | 0)) this.widenNets()
    if (sales > 255) this.widenSales()
    this.days[this.entries] = entry
    this.nets[this.entries] = net
    this.daySales[this.entries++] = sales
  }

  /** Sets a figure of the next customer. */
  set(figure: (typeof OF_CUSTOMERS)[number], value: number): void {
    this.figures[figure][this.rows] = value
  }

  /** The next customer is complete. */
  end(): void {
    this.offsets[++this.rows] = this.entries
  }

  /** Adds the customers of other columns from `from` up to `to`. */
  append({ ids, facts }: IdentifiedFacts, from: number, to: number): void {
    const [firstDay, endDay] = [facts.offsets[from] as number, facts.offsets[to] as number]
    if (this.rows + to - from > this.room) this.growRows(this.rows + to - from)
    if (this.entries + endDay - firstDay > this.days.length) this.growDays(this.entries + endDay - firstDay)
    if (facts.nets instanceof Float64Array) this.widenNets()
    if (facts.daySales instanceof Int32Array) this.widenSales()
    this.ids.set(ids.subarray(4 * from, 4 * to), 4 * this.rows)
    this.days.set(facts.days.subarray(firstDay, endDay), this.entries)
    this.nets.set(facts.nets.subarray(firstDay, endDay), this.entries)
    this.daySales.set(facts.daySales.subarray(firstDay, endDay), this.entries)
    for (const name of OF_CUSTOMERS) this.figures[name].set(facts[name].subarray(from, to), this.rows)
    const moved = this.entries - firstDay
    for (let row = from; row < to; row++) this.offsets[++this.rows] = (facts.offsets[row + 1] as number) + moved
    this.entries += endDay - firstDay
  }

  columns(): IdentifiedFacts {
    const { rows, entries, figures } = this
    return {
      ids: this.ids.subarray(0, 4 * rows),
      facts: {
        days: this.days.subarray(0, entries),
        nets: this.nets.subarray(0, entries),
        daySales: this.daySales.subarray(0, entries),
        offsets: this.offsets.subarray(0, rows + 1),
        ...(Object.fromEntries(OF_CUSTOMERS.map(name => [name, figures[name].subarray(0, rows)])) as typeof figures)
      }
    }
  }

  private growRows(least: number): void {
    this.room = Math.max(least, Math.ceil(this.room * 1.25))
    this.ids = larger(this.ids, new Uint32Array(4 * this.room))
    this.offsets = larger(this.offsets, new Uint32Array(this.room + 1))
    for (const name of OF_CUSTOMERS) this.figures[name] = larger(this.figures[name], new Int32Array(this.room))
  }

  private growDays(least: number): void {
    const days = Math.max(least, Math.ceil(this.days.length * 1.25))
    this.days = larger(this.days, new Int32Array(days))
    this.nets = larger(this.nets, this.nets instanceof Int32Array ? new Int32Array(days) : new Float64Array(days))
    this.daySales = larger(
      this.daySales,
      this.daySales instanceof Uint8Array ? new Uint8Array(days) : new Int32Array(days)
    )
  }

  private widenNets(): void {
    if (this.nets instanceof Int32Array) this.nets = larger(this.nets, new Float64Array(this.nets.length))
  }

  private widenSales(): void {
    if (this.daySales instanceof Uint8Array) this.daySales = larger(this.daySales, new Int32Array(this.daySales.length))
  }
}

/**
 * Brings facts that were made anew into those that are kept block by block, both in the order of their ids. `changed` is told of
 * blocks that will not be what they were: with somebody else in them, or somebody of whom another thing is known.
 */
export class FactMerge {
  private readonly into: GrowingFacts
  private readonly fresh: IdentifiedFacts
  private readonly changed: Set<number>
  private next = 0
  private block = 0

  constructor(into: GrowingFacts, fresh: IdentifiedFacts, changed: Set<number>) {
    this.into = into
    this.fresh = fresh
    this.changed = changed
  }

  /** Takes the next block as it was kept. */
  takeBlock(kept: IdentifiedFacts): void {
    const rows = kept.ids.length / 4
    if (this.into.rows !== this.block * FACT_BLOCK_ROWS) this.changed.add(this.block)
    for (let from = 0; from < rows; ) {
      const to = this.firstNotBefore(kept.ids, from)
      this.into.append(kept, from, to)
      from = to
      if (to < rows) {
        if (compareIds(this.fresh.ids, this.next, kept.ids, to) === 0) from++
        this.takeFresh()
      }
    }
    this.block++
  }

  /** Takes those who come after everybody who was kept; returns how many blocks all of them fill. */
  finish(): number {
    while (4 * this.next < this.fresh.ids.length) this.takeFresh()
    const blocks = factBlocksOf(this.into.rows)
    for (; this.block < blocks; this.block++) this.changed.add(this.block)
    return blocks
  }

  /** The first place from `from` on whose customer is not before the next fresh one; their number where there is none. */
  private firstNotBefore(ids: Uint32Array, from: number): number {
    const rows = ids.length / 4
    if (4 * this.next >= this.fresh.ids.length) return rows
    let at = from
    while (at < rows && compareIds(ids, at, this.fresh.ids, this.next) < 0) at++
    return at
  }

  private takeFresh(): void {
    this.changed.add(Math.floor(this.into.rows / FACT_BLOCK_ROWS))
    this.into.append(this.fresh, this.next, this.next + 1)
    this.next++
  }
}

function compareIds(a: Uint32Array, placeA: number, b: Uint32Array, placeB: number): number {
  for (let word = 0; word < 4; word++) {
    const difference = (a[4 * placeA + word] as number) - (b[4 * placeB + word] as number)
    if (difference !== 0) return difference
  }
  return 0
}

function larger<T extends Column>(column: Column, room: T): T {
  room.set(column)
  return room
}
