import { pipeline } from 'node:stream/promises'
import type pg from 'pg'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'

/** Days between PostgreSQL's epoch, 2000-01-01, and ours. */
const EPOCH_DAYS = 10_957
const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1')
const TWO_32 = 2 ** 32
const CHUNK = 64 * 1024
/** Number of dimensions, a flag, the elements' type; then size and lower bound of each dimension. */
const ARRAY_HEADER = 12
const ARRAY_DIMENSION = 8

/**
 * Streams what a query finds out of the database in PostgreSQL's binary form, without an object or a string a row: `take`
 * is called once a row and reads its columns in their order.
 */
export async function copyOut(client: pg.ClientBase, query: string, take: (row: RowReader) => void): Promise<void> {
  const reader = new RowReader()
  // A row may come in many pieces, which are put together once as many bytes are there as are known to be missing.
  let pieces: Buffer[] = []
  let bytes = 0
  let wanted = SIGNATURE.length
  let headerAhead = true
  let failure: unknown
  for await (const chunk of client.query(copyTo(`copy (${query}) to stdout (format binary)`))) {
    // A copy that is left half read would block its connection for good, so what comes after a failure is thrown away.
    if (failure !== undefined) continue
    pieces.push(chunk as Buffer)
    bytes += (chunk as Buffer).length
    if (bytes < wanted) continue
    const whole = pieces.length === 1 ? (chunk as Buffer) : Buffer.concat(pieces, bytes)
    try {
      reader.open(whole, headerAhead ? SIGNATURE.length : 0)
      headerAhead = false
      while (reader.begin()) take(reader)
      const rest = whole.subarray(reader.at)
      pieces = [rest]
      bytes = rest.length
      wanted = rest.length + reader.missing
    } catch (error) {
      failure = error ?? new Error('a row could not be read')
    }
  }
  if (failure !== undefined) throw failure
}

/** Reads the columns of one row after the other. What is null is answered by the value given for it. */
export class RowReader {
  /** Where the next column begins. */
  at = 0
  /** At least so many bytes have to come before the row that `begin` did not find is whole. */
  missing = 0
  // A view reads a number in one step, which a Buffer puts together byte by byte.
  private view: DataView = new DataView(new ArrayBuffer(0))
  private bytes: Buffer = Buffer.alloc(0)

  open(bytes: Buffer, at: number): void {
    this.bytes = bytes
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.at = at
  }

  /** Steps onto the next row; false where it has not come whole yet, and at the end of all. */
  begin(): boolean {
    const end = this.view.byteLength
    this.missing = 1
    if (this.at + 2 > end) return false
    const columns = this.view.getInt16(this.at)
    let at = this.at + 2
    for (let column = 0; column < columns; column++) {
      if (at + 4 > end) return false
      at += 4 + Math.max(this.view.getInt32(at), 0)
      if (at > end) {
        this.missing = at - end
        return false
      }
    }
    if (columns < 0) return false
    this.at += 2
    return true
  }

  /** An integer of any width that is exact in a number. */
  integer(absent: number): number {
    const length = this.length()
    if (length < 0) return absent
    const from = this.at
    this.at += length
    if (length === 4) return this.view.getInt32(from)
    if (length === 8) return this.view.getInt32(from) * TWO_32 + this.view.getUint32(from + 4)
    return this.view.getInt16(from)
  }

  /** A boolean as 1 or 0. */
  flag(absent: number): number {
    if (this.length() < 0) return absent
    return this.view.getUint8(this.at++)
  }

  float(absent: number): number {
    if (this.length() < 0) return absent
    this.at += 8
    return this.view.getFloat64(this.at - 8)
  }

  /** A text; what is null is empty. */
  text(): string {
    const length = this.length()
    if (length <= 0) return ''
    this.at += length
    return this.bytes.toString('utf8', this.at - length, this.at)
  }

  /** A date as days since 1970-01-01. */
  day(absent: number): number {
    const day = this.integer(absent)
    return day === absent ? absent : day + EPOCH_DAYS
  }

  /** The place of a text among labels, which differ in their length or their first letter. */
  label(labels: LabelTable, absent: number): number {
    const length = this.length()
    if (length < 0) return absent
    const key = length * 256 + this.view.getUint8(this.at)
    this.at += length
    return labels.indexOf(key)
  }

  /** The elements of an array of integers, none of them null; an array that is null has none. Returns how many there were. */
  integers(take: (value: number) => void): number {
    const length = this.length()
    if (length < 0) return 0
    const dimensions = this.view.getInt32(this.at)
    if (dimensions === 0) {
      this.at += ARRAY_HEADER
      return 0
    }
    const count = this.view.getInt32(this.at + ARRAY_HEADER)
    this.at += ARRAY_HEADER + ARRAY_DIMENSION
    for (let index = 0; index < count; index++) take(this.integer(0))
    return count
  }

  /** Bytes as they are, which are to be used before the next row is begun; null holds none. */
  binary(): Uint8Array {
    const length = Math.max(this.length(), 0)
    this.at += length
    return this.bytes.subarray(this.at - length, this.at)
  }

  /** Bytes that are UUIDs one after the other, as four words each. Returns how many there were; null holds none. */
  uuids(into: Uint32Array): number {
    const words = Math.max(this.length(), 0) / 4
    for (let word = 0; word < words; word++) into[word] = this.view.getUint32(this.at + word * 4)
    this.at += words * 4
    return words / 4
  }

  /** Bytes where they lie: the view, the place of the first, and how many there are. Null holds none. */
  packed(take: (view: DataView, from: number, length: number) => void): void {
    const length = Math.max(this.length(), 0)
    take(this.view, this.at, length)
    this.at += length
  }

  /** A UUID as four words, written from place `4 * index` on. */
  uuid(into: Uint32Array, index: number): void {
    this.length()
    for (let word = 0; word < 4; word++) into[index * 4 + word] = this.view.getUint32(this.at + word * 4)
    this.at += 16
  }

  private length(): number {
    this.at += 4
    return this.view.getInt32(this.at - 4)
  }
}

type LabelTable = readonly number[]

/** What `label` compares texts with. */
export const labelTable = (labels: readonly string[]): LabelTable =>
  labels.map(label => label.length * 256 + label.charCodeAt(0))

/**
 * Streams rows into a table in PostgreSQL's binary form. `write` is called for each place from 0 to `rows` − 1 and writes
 * the columns of one row in their order. A row may not be longer than `longestRow` bytes.
 */
export async function copyIn(
  client: pg.ClientBase,
  target: string,
  columns: number,
  rows: number,
  longestRow: number,
  write: (row: RowWriter, place: number) => void
): Promise<void> {
  const writer = new RowWriter()
  function* chunks(): Generator<Buffer> {
    yield SIGNATURE
    for (let place = 0; place < rows; ) {
      writer.bytes = Buffer.allocUnsafe(CHUNK)
      writer.at = 0
      for (; place < rows && writer.at + longestRow <= CHUNK; place++) {
        writer.short(columns)
        write(writer, place)
      }
      yield writer.bytes.subarray(0, writer.at)
    }
    yield Buffer.from([0xff, 0xff])
  }
  await pipeline(chunks, client.query(copyFrom(`copy ${target} from stdin (format binary)`)))
}

/** Writes the columns of one row after the other. */
export class RowWriter {
  bytes: Buffer = Buffer.alloc(0)
  at = 0

  short(value: number): void {
    this.at = this.bytes.writeInt16BE(value, this.at)
  }

  null(): void {
    this.at = this.bytes.writeInt32BE(-1, this.at)
  }

  smallint(value: number): void {
    this.at = this.bytes.writeInt32BE(2, this.at)
    this.at = this.bytes.writeInt16BE(value, this.at)
  }

  integer(value: number): void {
    this.at = this.bytes.writeInt32BE(4, this.at)
    this.at = this.bytes.writeInt32BE(value, this.at)
  }

  /** An exact integer beyond 32 bits. */
  bigint(value: number): void {
    const high = Math.floor(value / TWO_32)
    this.at = this.bytes.writeInt32BE(8, this.at)
    this.at = this.bytes.writeInt32BE(high, this.at)
    this.at = this.bytes.writeUInt32BE(value - high * TWO_32, this.at)
  }

  float(value: number): void {
    this.at = this.bytes.writeInt32BE(8, this.at)
    this.at = this.bytes.writeDoubleBE(value, this.at)
  }

  text(value: string): void {
    const length = this.bytes.write(value, this.at + 4)
    this.bytes.writeInt32BE(length, this.at)
    this.at += 4 + length
  }

  /** A date from days since 1970-01-01. */
  day(value: number): void {
    this.integer(value - EPOCH_DAYS)
  }

  /** The four words of a UUID from place `4 * index` on. */
  uuid(words: Uint32Array, index: number): void {
    this.at = this.bytes.writeInt32BE(16, this.at)
    for (let word = 0; word < 4; word++) this.at = this.bytes.writeUInt32BE(words[index * 4 + word] as number, this.at)
  }

  /** A UUID as its sixteen bytes. */
  uuidBytes(bytes: Uint8Array): void {
    this.at = this.bytes.writeInt32BE(16, this.at)
    this.bytes.set(bytes, this.at)
    this.at += 16
  }
}
