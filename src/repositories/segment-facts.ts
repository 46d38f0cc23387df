import pg from 'pg'
import type { Tx } from '../db/client.ts'
import { copyOut, labelTable } from '../db/copy.ts'
import type { AttributeValue } from '../domain/customer.ts'
import type { FilledBlock } from '../domain/segment-columns.ts'
import { segmentField } from '../domain/segment-fields.ts'
import { WindowSums } from '../domain/segment-windows.ts'
import { type CustomersQuery, customersQuery, type ReadColumn, type SegmentQuestion } from './segment-facts-query.ts'
import { monthsQuery, receiptsQuery } from './segment-purchases-query.ts'
import type { Joined, Scope } from './segment-query-parts.ts'
import { finderIn, ReceiptColumns, type Rows, type Source, uuidText, ValueReader } from './segment-rows.ts'

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
    // A statement of many figures takes longer to compile than to run.
    await tx.client.query(`set local jit = off; set local work_mem = '128MB'`)
    const rows: Rows = (text, each) => copyOut(tx.client, text, each)
    const everybody = scopeOf(tx, question, '')
    const query = customersQuery(question, block.columns, everybody)
    const ledger = await keepLedger(tx, query)
    const sums = new WindowSums(block, question.asOfDay, question.lastDay)
    const receipts = await receiptsOf(rows, sums, ids, everybody)
    // A planner that knows nothing yet of tables just filled must not go through one for each row of another.
    await tx.client.query('set local enable_nestloop = off; set local enable_bitmapscan = off')
    for (let first = 0; 4 * first < ids.length; first += block.rows) {
      const piece = ids.subarray(4 * first, 4 * (first + block.rows))
      const count = piece.length / 4
      const scope = scopeOf(tx, question, `between ${idLiteral(piece, 0)} and ${idLiteral(piece, count - 1)}`)
      await sumUp(rows, sums, scope, piece, add =>
        receipts.upTo(first + count, (place, ...rest) => add(place - first, ...rest))
      )
      await fill(rows, query, ledger(scope), scope, block, piece)
      await take(first, count)
    }
    for (const { alias } of query.ledger) await tx.client.query(`drop table pg_temp.segment_${alias}`)
    await tx.client.query(
      'set local jit to default; set local work_mem to default; set local enable_nestloop to default; set local enable_bitmapscan to default'
    )
  },

  /** Fills the first row of the block with the figures of one customer; false where there is none. */
  async readOne(question: SegmentQuestion, block: FilledBlock, customerId: string): Promise<boolean> {
    await tx.client.query('set local jit = off')
    const rows: Rows = async (text, each) => {
      const { rows: found } = await tx.client.query<(string | number | null)[]>({ text, rowMode: 'array' })
      for (const values of found) each(new ValueReader(values))
    }
    const scope = scopeOf(tx, question, `= ${pg.escapeLiteral(customerId)}::uuid`)
    let id: Uint32Array | undefined
    await rows(`select c.id from customers c where c.tenant_id = ${scope.tenant} ${scope.among('c.id')}`, row => {
      id = new Uint32Array(4)
      row.uuid(id, 0)
    })
    if (id === undefined) return false
    const query = customersQuery(question, block.columns, scope)
    const sums = new WindowSums(block, question.asOfDay, question.lastDay)
    const receipts = await receiptsOf(rows, sums, id, scope)
    await sumUp(rows, sums, scope, id, add => receipts.upTo(1, add))
    await fill(rows, query, query.ledger, scope, block, id)
    return true
  }
})

const scopeOf = (tx: Tx, { asOfDay }: SegmentQuestion, condition: string): Scope => ({
  tenant: `${pg.escapeLiteral(tx.tenantId)}::uuid`,
  among: column => (condition === '' ? '' : `and ${column} ${condition}`),
  until: asOfDay
})

const idLiteral = (ids: Uint32Array, place: number): string => `'${uuidText(ids, place)}'::uuid`

/** Makes what parts of purchases come to once, in tables of this transaction, and says how to read them. */
async function keepLedger(tx: Tx, { ledger }: CustomersQuery): Promise<(scope: Scope) => Joined[]> {
  for (const { alias, rows } of ledger) {
    const table = `pg_temp.segment_${alias}`
    await tx.client.query(`create temp table segment_${alias} on commit drop as ${rows}`)
    await tx.client.query(`create unique index on ${table} (customer_id); analyze ${table}`)
  }
  return scope =>
    ledger.map(({ alias }) => ({
      alias,
      rows: `select * from pg_temp.segment_${alias} where true ${scope.among('customer_id')}`
    }))
}

/** The receipts that the windows need beside the months. */
async function receiptsOf(rows: Rows, sums: WindowSums, ids: Uint32Array, scope: Scope): Promise<ReceiptColumns> {
  const receipts = new ReceiptColumns()
  const text = receiptsQuery(sums.receiptDays, scope)
  if (text === null) return receipts
  const id = new Uint32Array(4)
  const find = finderIn(ids)
  await rows(text, row => {
    row.uuid(id, 0)
    const place = find(id)
    if (place !== null) receipts.push(place, row.integer(0), row.integer(0), row.integer(0) === 1)
  })
  return receipts
}

type AddReceipt = (row: number, day: number, net: number, isSale: boolean) => void

/** Sums up what the customers of these ids have bought. */
async function sumUp(
  rows: Rows,
  sums: WindowSums,
  scope: Scope,
  ids: Uint32Array,
  receipts: (add: AddReceipt) => void
): Promise<void> {
  if (sums.isEmpty) return
  const id = new Uint32Array(4)
  const find = finderIn(ids)
  sums.begin()
  await rows(monthsQuery(sums, scope), row => {
    row.uuid(id, 0)
    const place = find(id)
    if (place !== null) sums.addMonth(place, row.integer(0), row.integer(0), row.integer(0), row.integer(0))
  })
  receipts((...receipt) => sums.addReceipt(...receipt))
  sums.finish(ids.length / 4)
}

/** Reads all other figures of the customers of these ids. */
async function fill(
  rows: Rows,
  query: CustomersQuery,
  ledger: readonly Joined[],
  scope: Scope,
  block: FilledBlock,
  ids: Uint32Array
): Promise<void> {
  const fillers = query.columns.map(column => fillerOf(column, block))
  if (fillers.length === 0) return
  const id = new Uint32Array(4)
  const find = finderIn(ids)
  await rows(query.text(scope, ledger), row => {
    row.uuid(id, 0)
    const place = find(id)
    // Whoever was opened since the ids were read is met the next time.
    if (place !== null) for (const set of fillers) set(row, place)
  })
}

function fillerOf({ column, form }: ReadColumn, block: FilledBlock): (row: Source, place: number) => void {
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
  if (form === 'number') {
    return (row, place) => {
      numbers[place] = row.float(Number.NaN)
    }
  }
  const field = 'field' in source ? segmentField(source.field) : undefined
  const labels = labelTable(field?.kind === 'choice' ? field.choices : [])
  return (row, place) => {
    const code = row.label(labels, -1)
    numbers[place] = code < 0 ? Number.NaN : code
  }
}
