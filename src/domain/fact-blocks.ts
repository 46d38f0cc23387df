import type { FactColumns } from './fact-columns.ts'

/** Customers of one block: few enough that a block is a megabyte, many enough that a million are few blocks. */
export const FACT_BLOCK_ROWS = 16_384

/** What is known of each customer's receipts, with the receipts of sales of each of his days. */
export interface DatedFactColumns extends FactColumns {
  /** Goes with `days`, entry by entry. */
  readonly daySales: Uint8Array | Int32Array
}

type Column = Uint8Array | Uint16Array | Int32Array | Float64Array

/** Figures of a day, in the order in which they are packed. */
const OF_DAYS = ['days', 'nets', 'daySales'] as const
/** Figures of a customer, in the order in which they are packed. */
export const OF_CUSTOMERS = [
  'sales',
  'returns',
  'lines',
  'promotionLines',
  'brandLines',
  'favouriteLines',
  'brandSwitches'
] as const
/** The width of a column is its place in this list: the first type that holds all of its numbers. */
const TYPES = [Uint8Array, Uint16Array, Int32Array, Float64Array] as const

/** How blocks are laid out: how many customers, which columns, and the machine's order of bytes. Others cannot be read. */
export const FACT_LAYOUT: string = JSON.stringify([
  FACT_BLOCK_ROWS,
  OF_DAYS,
  OF_CUSTOMERS,
  TYPES.map(type => type.name),
  new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 'little' : 'big'
])

/** How many blocks so many customers fill. */
export const factBlocksOf = (rows: number): number => Math.ceil(rows / FACT_BLOCK_ROWS)

/** Packs the customers from `from` up to `to`: each column as narrow as its numbers allow, after a byte that says how narrow. */
export function packFacts(facts: DatedFactColumns, from: number, to: number): Uint8Array<ArrayBuffer> {
  const { offsets } = facts
  const [firstDay, endDay] = [offsets[from] as number, offsets[to] as number]
  const counts = new Int32Array(to - from)
  for (let row = from; row < to; row++) counts[row - from] = (offsets[row + 1] as number) - (offsets[row] as number)
  const packed = [
    counts,
    ...OF_DAYS.map(name => facts[name].subarray(firstDay, endDay)),
    ...OF_CUSTOMERS.map(name => facts[name].subarray(from, to))
  ].map(narrowed)
  const bytes = new Uint8Array(packed.reduce((sum, column) => sum + 1 + column.byteLength, 0))
  let at = 0
  for (const column of packed) {
    bytes[at] = TYPES.findIndex(type => column instanceof type)
    bytes.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), at + 1)
    at += 1 + column.byteLength
  }
  return bytes
}

/** The facts of a block of so many customers. */
export function unpackFacts(bytes: Uint8Array, rows: number): DatedFactColumns {
  let at = 0
  const next = (length: number): Column => {
    const type = TYPES[bytes[at] as number] as (typeof TYPES)[number]
    const end = at + 1 + length * type.BYTES_PER_ELEMENT
    // A copy, because a column of wide numbers may not begin at an odd place.
    const column = new type(new Uint8Array(bytes.subarray(at + 1, end)).buffer)
    at = end
    return column
  }
  const counts = next(rows)
  const offsets = new Uint32Array(rows + 1)
  for (let row = 0; row < rows; row++) offsets[row + 1] = (offsets[row] as number) + (counts[row] as number)
  const days = offsets[rows] as number
  const columns = Object.fromEntries([
    ...OF_DAYS.map(name => [name, next(days)] as const),
    ...OF_CUSTOMERS.map(name => [name, next(rows)] as const)
  ])
  return { offsets, ...(columns as unknown as Omit<DatedFactColumns, 'offsets'>) }
}

function narrowed(column: Column): Column {
  let least = 0
  let most = 0
  for (let at = 0; at < column.length; at++) {
    const value = column[at] as number
    if (value < least) least = value
    if (value > most) most = value
  }
  if (least >= 0 && most < 2 ** 8) return Uint8Array.from(column)
  if (least >= 0 && most < 2 ** 16) return Uint16Array.from(column)
  if (least >= -(2 ** 31) && most < 2 ** 31) return Int32Array.from(column)
  return Float64Array.from(column)
}
