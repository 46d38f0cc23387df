import { ABC_CLASSES, ABC_STANDINGS } from './abc.ts'
import { DEFECTION_STATES } from './cadence.ts'
import { emptyFindings, type FindingColumns } from './classification-columns.ts'
import { DEFECTION_BASES } from './defection.ts'
import { LOYALTY_BASES, LOYALTY_LEVELS, LOYALTY_PATTERNS } from './loyalty.ts'
import { PARTIAL_DEFECTION } from './partial-defection.ts'
import { STANDING_LEVELS } from './standing.ts'
import { TRUST_LEVELS } from './trust.ts'

/** Customers of one block: few enough that a block is a megabyte, many enough that a million are few blocks. */
export const BLOCK_ROWS = 16_384

/** What is kept of each customer from one run to the next. */
export interface KeptColumns {
  readonly findings: FindingColumns
  /** Of his advice; not a number for who is not at risk. */
  readonly digests: Float64Array
}

type Column = Uint8Array | Int32Array | Float64Array

const columnsOf = ({ findings, digests }: KeptColumns): [name: string, column: Column][] => [
  ...Object.entries(findings as unknown as Record<string, Column>),
  ['digests', digests]
]

/** Nothing known of so many customers. */
export const emptyKept = (rows: number): KeptColumns => ({
  findings: emptyFindings(rows),
  digests: new Float64Array(rows).fill(Number.NaN)
})

/** How many blocks so many customers fill. */
export const blocksOf = (rows: number): number => Math.ceil(rows / BLOCK_ROWS)

/**
 * How a block is laid out and what its codes mean: which columns of which type, the machine's order of bytes, and the lists
 * that codes are places in. A block of another layout cannot be read.
 */
export const LAYOUT: string = JSON.stringify([
  columnsOf(emptyKept(0)).map(([name, column]) => [name, column.constructor.name]),
  new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 'little' : 'big',
  [ABC_CLASSES, ABC_STANDINGS, LOYALTY_LEVELS, LOYALTY_BASES, LOYALTY_PATTERNS],
  [TRUST_LEVELS, STANDING_LEVELS, DEFECTION_STATES, DEFECTION_BASES, PARTIAL_DEFECTION]
])

/** Packs the rows from `from` up to `to`, one column after the other. */
export function packBlock(kept: KeptColumns, from: number, to: number): Uint8Array<ArrayBuffer> {
  const columns = columnsOf(kept).map(([, column]) => column)
  const width = columns.reduce((sum, column) => sum + column.BYTES_PER_ELEMENT, 0)
  const bytes = new Uint8Array((to - from) * width)
  let at = 0
  for (const column of columns) {
    const part = column.subarray(from, to)
    bytes.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), at)
    at += part.byteLength
  }
  return bytes
}

/** Unpacks a block into the rows named, in its order; a row of −1 is left out. */
export function unpackBlock(bytes: Uint8Array, kept: KeptColumns, rows: Int32Array): void {
  const buffer = new ArrayBuffer(8 * rows.length)
  const oneAfterTheOther = rows.every((row, place) => row >= 0 && row === (rows[0] as number) + place)
  let at = 0
  for (const [, column] of columnsOf(kept)) {
    const values = new (column.constructor as new (buffer: ArrayBuffer, from: number, length: number) => Column)(
      buffer,
      0,
      rows.length
    )
    new Uint8Array(buffer, 0, values.byteLength).set(bytes.subarray(at, at + values.byteLength))
    at += values.byteLength
    scatter(values, rows, oneAfterTheOther, column)
  }
}

function scatter(values: Column, rows: Int32Array, oneAfterTheOther: boolean, column: Column): void {
  if (oneAfterTheOther) {
    column.set(values, rows[0])
    return
  }
  for (let place = 0; place < rows.length; place++) {
    const row = rows[place] as number
    if (row >= 0) column[row] = values[place] as number
  }
}
