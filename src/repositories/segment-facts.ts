import type { Tx } from '../db/client.ts'
import { copyOut, labelTable, type RowReader } from '../db/copy.ts'
import type { AttributeValue } from '../domain/customer.ts'
import type { DayNumber } from '../domain/period.ts'
import type { FactColumn, FilledBlock } from '../domain/segment-columns.ts'
import { segmentField } from '../domain/segment-fields.ts'
import { type SegmentQuestion, segmentFactsQuery } from './segment-facts-query.ts'
import type { ColumnForm } from './segment-query-parts.ts'

export type FactsQuestion = Omit<SegmentQuestion, 'tenantId' | 'columns'>

/** Reads what rules of segments look at. */
export const segmentFactsRepository = (tx: Tx) => ({
  /**
   * Reads the figures of all customers, or of some, in one statement, hence as of one moment, and by ascending id. They
   * pass through the block: `take` is called each time that so many of its rows are filled, and may not keep them.
   */
  async read(question: FactsQuestion, block: FilledBlock, take: (rows: number) => void): Promise<void> {
    const { text, forms } = segmentFactsQuery({ ...question, tenantId: tx.tenantId, columns: block.columns })
    const fillers = block.columns.map((column, index) =>
      fillerOf(column, forms[index] as ColumnForm, block, question.asOfDay)
    )
    let rows = 0
    await tx.client.query(SETTINGS)
    await copyOut(tx.client, text, reader => {
      reader.uuid(block.ids, rows)
      for (const fill of fillers) fill(reader, rows)
      if (++rows < block.rows) return
      take(rows)
      rows = 0
    })
    if (rows > 0) take(rows)
    await tx.client.query(RESET)
  },

  /** Gives up reading after so long. */
  async limitTime(ms: number): Promise<void> {
    await tx.client.query(`set local statement_timeout = ${Math.round(ms)}`)
  },

  /** Fills the block with the figures of a few customers, and returns how many there are. */
  async readFew(question: FactsQuestion, block: FilledBlock): Promise<number> {
    const { text, forms } = segmentFactsQuery({ ...question, tenantId: tx.tenantId, columns: block.columns })
    // A statement of many figures takes longer to compile than to run.
    await tx.client.query('set local jit = off')
    const { rows } = await tx.client.query<(string | number | null)[]>({ text, rowMode: 'array' })
    const fillers = block.columns.map((column, index) =>
      fillerOf(column, forms[index] as ColumnForm, block, question.asOfDay)
    )
    for (const [row, values] of rows.entries()) {
      const reader = new ValueReader(values.slice(1))
      for (const fill of fillers) fill(reader, row)
    }
    return rows.length
  },

  /** The ids of all customers, ascending, four words each. */
  async ids(): Promise<Uint32Array> {
    let ids = new Uint32Array(4 * 65_536)
    let rows = 0
    const query = `select id from customers where tenant_id = '${tx.tenantId}'::uuid order by id`
    await copyOut(tx.client, query, reader => {
      if (4 * rows === ids.length) {
        const larger = new Uint32Array(2 * ids.length)
        larger.set(ids)
        ids = larger
      }
      reader.uuid(ids, rows++)
    })
    return ids.subarray(0, 4 * rows)
  }
})

const SETTINGS = `set local jit = off; set local work_mem = '128MB'`
const RESET = 'set local jit to default; set local work_mem to default'

/** What a column is read from: a row of a COPY, or one that the driver has read. */
type Source = Pick<RowReader, 'float' | 'integer' | 'text' | 'label'>

type Fill = (reader: Source, row: number) => void

class ValueReader implements Source {
  private next = 0
  private readonly values: readonly (string | number | null)[]

  constructor(values: readonly (string | number | null)[]) {
    this.values = values
  }

  float(absent: number): number {
    const value = this.values[this.next++] ?? null
    return value === null ? absent : Number(value)
  }

  integer(absent: number): number {
    return this.float(absent)
  }

  text(): string {
    return String(this.values[this.next++] ?? '')
  }

  label(labels: Parameters<RowReader['label']>[0], absent: number): number {
    const text = this.text()
    return text === '' ? absent : labels.indexOf(labelTable([text])[0] as number)
  }
}

function fillerOf(column: FactColumn, form: ColumnForm, block: FilledBlock, asOfDay: DayNumber): Fill {
  switch (form) {
    case 'text':
    case 'json': {
      const values = block.values(column.key)
      const read = form === 'json' ? (text: string) => JSON.parse(text) as AttributeValue : (text: string) => text
      return (reader, row) => {
        const text = reader.text()
        values[row] = text === '' ? null : read(text)
      }
    }
    case 'label': {
      const numbers = block.numbers(column.key)
      const labels = labelTable(choicesOf(column))
      return (reader, row) => {
        const place = reader.label(labels, -1)
        numbers[row] = place < 0 ? Number.NaN : place
      }
    }
    case 'packed_day': {
      const numbers = block.numbers(column.key)
      return (reader, row) => {
        numbers[row] = asOfDay - dayOf(reader.integer(-1))
      }
    }
    case 'number': {
      const numbers = block.numbers(column.key)
      return (reader, row) => {
        numbers[row] = reader.float(Number.NaN)
      }
    }
  }
}

function choicesOf({ source }: FactColumn): readonly string[] {
  const field = 'field' in source ? segmentField(source.field) : undefined
  return field?.kind === 'choice' ? field.choices : []
}

/** The last day out of a month's first day · 2^31 + mask; −1 holds none. */
function dayOf(packed: number): number {
  if (packed < 0) return Number.NaN
  const mask = packed % 2 ** 31
  return (packed - mask) / 2 ** 31 + 31 - Math.clz32(mask)
}
