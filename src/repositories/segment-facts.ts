import pg from 'pg'
import type { Tx } from '../db/client.ts'
import { copyOut, labelTable } from '../db/copy.ts'
import type { AttributeValue } from '../domain/customer.ts'
import type { FilledBlock } from '../domain/segment-columns.ts'
import { segmentField } from '../domain/segment-fields.ts'
import { WindowSums } from '../domain/segment-windows.ts'
import { fileReadings, needsZone, type SegmentQuestion } from './segment-facts-query.ts'
import { type NarrowedPurchases, narrowedPurchases } from './segment-narrowed-query.ts'
import { DAYS_OF_ONE, daysOfAll, dropDays, sumUp } from './segment-purchases.ts'
import type { ReadColumn, Reading, Scope } from './segment-query-parts.ts'
import { finderIn, type Rows, type Source, uuidText, ValueReader } from './segment-rows.ts'

export type { SegmentQuestion }

/** Reads what rules of segments look at. */
export const segmentFactsRepository = (tx: Tx) => ({
  /** The ids of all customers, ascending, four words each. */
  async ids(): Promise<Uint32Array> {
    let ids = new Uint32Array(4 * 65_536)
    let rows = 0
    await copyOut(
      tx.client,
      `select id from customers where tenant_id = '${tx.tenantId}'::uuid order by id`,
      reader => {
        if (4 * rows === ids.length) {
          const larger = new Uint32Array(2 * ids.length)
          larger.set(ids)
          ids = larger
        }
        reader.uuid(ids, rows++)
      }
    )
    return ids.subarray(0, 4 * rows)
  },

  /** Gives up each statement of this transaction after so long. */
  async limitTime(ms: number): Promise<void> {
    await tx.client.query(`set local statement_timeout = ${Math.round(ms)}`)
  },

  /**
   * Reads the figures of customers whose ids are given in ascending order, as many at a time as the block has room for.
   * `take` is told the place of the first of them and their number; until it is done, the block holds them in this order.
   */
  async read(
    question: SegmentQuestion,
    block: FilledBlock,
    ids: Uint32Array,
    take: (first: number, rows: number) => Promise<void> | void
  ): Promise<void> {
    // Statements of many figures take longer to compile than to run.
    await tx.client.query(`set local jit = off; set local work_mem = '128MB'`)
    await enterZone(tx, question, block)
    const rows: Rows = (text, each) => copyOut(tx.client, text, each)
    const everybody = scopeOf(tx, question, '')
    const narrowed = narrowedPurchases(block.columns)
    const readings = [...fileReadings(question, block.columns), ...(await keepNarrowed(tx, narrowed, everybody))]
    const sums = new WindowSums(block, question.asOfDay)
    const days = sums.isEmpty ? DAYS_OF_ONE : await daysOfAll(tx, question, everybody)
    for (let first = 0; 4 * first < ids.length; first += block.rows) {
      const piece = ids.subarray(4 * first, 4 * (first + block.rows))
      const count = piece.length / 4
      const scope = scopeOf(tx, question, `between ${idLiteral(piece, 0)} and ${idLiteral(piece, count - 1)}`)
      if (!sums.isEmpty) await sumUp(rows, sums, days, scope, piece)
      for (const reading of readings) await fill(rows, reading, scope, block, piece)
      await take(first, count)
    }
    if (!sums.isEmpty) await dropDays(tx)
    for (const { name } of narrowed) await tx.client.query(`drop table pg_temp.segment_${name}`)
    await tx.client.query('set local jit to default; set local work_mem to default; set local timezone to default')
  },

  /** Fills the first row of the block with the figures of one customer; false where there is none. */
  async readOne(question: SegmentQuestion, block: FilledBlock, customerId: string): Promise<boolean> {
    await tx.client.query('set local jit = off')
    await enterZone(tx, question, block)
    const rows: Rows = async (text, each) => {
      const { rows: found } = await tx.client.query<(string | number | boolean | Buffer | null)[]>({
        text,
        rowMode: 'array'
      })
      for (const values of found) each(new ValueReader(values))
    }
    const scope = scopeOf(tx, question, `= ${pg.escapeLiteral(customerId)}::uuid`)
    let id: Uint32Array | undefined
    await rows(`select c.id from customers c where c.tenant_id = ${scope.tenant} ${scope.among('c.id')}`, row => {
      id = new Uint32Array(4)
      row.uuid(id, 0)
    })
    if (id === undefined) return false
    const sums = new WindowSums(block, question.asOfDay)
    if (!sums.isEmpty) await sumUp(rows, sums, DAYS_OF_ONE, scope, id)
    const readings = [...fileReadings(question, block.columns), ...narrowedPurchases(block.columns).map(readingAtOnce)]
    for (const reading of readings) await fill(rows, reading, scope, block, id)
    await tx.client.query('set local timezone to default')
    return true
  }
})

const scopeOf = (tx: Tx, { asOfDay }: SegmentQuestion, condition: string): Scope => ({
  tenant: `${pg.escapeLiteral(tx.tenantId)}::uuid`,
  among: column => (condition === '' ? '' : `and ${column} ${condition}`),
  until: asOfDay
})

/** Lets the session see days as the tenant does: a zone that is named in an expression costs as much as the rest of the row. */
async function enterZone(tx: Tx, { timeZone }: SegmentQuestion, block: FilledBlock): Promise<void> {
  if (needsZone(block.columns)) await tx.client.query(`set local timezone = ${pg.escapeLiteral(timeZone)}`)
}

const idLiteral = (ids: Uint32Array, place: number): string => `'${uuidText(ids, place)}'::uuid`

/** Makes what parts of purchases come to once, in tables of this transaction, and says how to read them piece by piece. */
async function keepNarrowed(tx: Tx, narrowed: readonly NarrowedPurchases[], everybody: Scope): Promise<Reading[]> {
  for (const { name, rows } of narrowed) {
    const table = `pg_temp.segment_${name}`
    await tx.client.query(`create temp table segment_${name} on commit drop as ${rows(everybody)}`)
    await tx.client.query(`create unique index on ${table} (customer_id); analyze ${table}`)
  }
  return narrowed.map(({ name, columns }) => ({
    columns,
    text: ({ among }) => narrowedText(columns, `pg_temp.segment_${name} where true ${among('customer_id')}`)
  }))
}

const readingAtOnce = ({ columns, rows }: NarrowedPurchases): Reading => ({
  columns,
  text: scope => narrowedText(columns, `(${rows(scope)}) s`)
})

const narrowedText = (columns: readonly ReadColumn[], from: string): string =>
  `select ${['customer_id', ...columns.map(({ expression }) => expression)].join(', ')} from ${from} order by customer_id`

/** Reads figures of the customers of these ids. */
async function fill(rows: Rows, reading: Reading, scope: Scope, block: FilledBlock, ids: Uint32Array): Promise<void> {
  for (const { column, absent } of reading.columns) {
    if (column.holds === 'number') block.numbers(column.key).fill(absent ?? Number.NaN)
    else block.values(column.key).fill(null)
  }
  const fillers = reading.columns.map(column => fillerOf(column, block))
  const id = new Uint32Array(4)
  const find = finderIn(ids)
  await rows(reading.text(scope), row => {
    row.uuid(id, 0)
    const place = find(id)
    // Whoever was opened since the ids were read is met the next time.
    if (place !== null) for (const set of fillers) set(row, place)
  })
}

function fillerOf({ column, form, absent }: ReadColumn, block: FilledBlock): (row: Source, place: number) => void {
  const { key, source } = column
  if (form === 'text' || form === 'json') {
    const values = block.values(key)
    const read = form === 'json' ? (text: string) => JSON.parse(text) as AttributeValue : (text: string) => text
    return (row, place) => {
      const text = row.text()
      values[place] = text === '' ? null : read(text)
    }
  }
  const numbers = block.numbers(key)
  const unknown = absent ?? Number.NaN
  if (form === 'number') {
    return (row, place) => {
      numbers[place] = row.float(unknown)
    }
  }
  if (form === 'integer') {
    return (row, place) => {
      numbers[place] = row.integer(unknown)
    }
  }
  if (form === 'flag') {
    return (row, place) => {
      numbers[place] = row.flag(unknown)
    }
  }
  const field = 'field' in source ? segmentField(source.field) : undefined
  const labels = labelTable(field?.kind === 'choice' ? field.choices : [])
  return (row, place) => {
    const code = row.label(labels, -1)
    numbers[place] = code < 0 ? Number.NaN : code
  }
}
