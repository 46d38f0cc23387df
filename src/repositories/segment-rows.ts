import { labelTable, type RowReader } from '../db/copy.ts'

/** What a row is read from: the stream of a COPY, or what the driver has made of a row. */
export type Source = Pick<RowReader, 'uuid' | 'float' | 'integer' | 'flag' | 'text' | 'label' | 'packed'>

/** Runs a statement and shows its rows, one after the other. */
export type Rows = (text: string, each: (row: Source) => void) => Promise<void>

type Value = string | number | boolean | Buffer | null

/** A row that the driver has read, as a COPY would show it. */
export class ValueReader implements Source {
  private next = 0
  private readonly values: readonly Value[]

  constructor(values: readonly Value[]) {
    this.values = values
  }

  uuid(into: Uint32Array, index: number): void {
    const digits = this.text().replaceAll('-', '')
    for (let word = 0; word < 4; word++)
      into[4 * index + word] = Number.parseInt(digits.slice(8 * word, 8 * word + 8), 16)
  }

  float(absent: number): number {
    const value = this.values[this.next++] ?? null
    return value === null ? absent : Number(value)
  }

  integer(absent: number): number {
    return this.float(absent)
  }

  flag(absent: number): number {
    return this.float(absent)
  }

  text(): string {
    return String(this.values[this.next++] ?? '')
  }

  packed(take: Parameters<RowReader['packed']>[0]): void {
    const { buffer, byteOffset, byteLength } = this.values[this.next++] as Buffer
    take(new DataView(buffer), byteOffset, byteLength)
  }

  label(labels: Parameters<RowReader['label']>[0], absent: number): number {
    const text = this.text()
    return text === '' ? absent : labels.indexOf(labelTable([text])[0] as number)
  }
}

/** Finds the places of ids that come in ascending order, the same one more than once too; null for one that is not there. */
export function finderIn(ids: Uint32Array): (id: Uint32Array, index?: number) => number | null {
  const count = ids.length / 4
  let next = 0
  return (id, index = 0) => {
    let order = -1
    while (next < count) {
      order = compare(ids, next, id, index)
      if (order >= 0) break
      next++
    }
    return order === 0 ? next : null
  }
}

function compare(a: Uint32Array, placeA: number, b: Uint32Array, placeB: number): number {
  for (let word = 0; word < 4; word++) {
    const difference = (a[4 * placeA + word] as number) - (b[4 * placeB + word] as number)
    if (difference !== 0) return difference
  }
  return 0
}

/** The id at a place, as PostgreSQL and the wire write it. */
export function uuidText(ids: Uint32Array, place: number): string {
  let digits = ''
  for (let word = 0; word < 4; word++) digits += (ids[4 * place + word] as number).toString(16).padStart(8, '0')
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}
