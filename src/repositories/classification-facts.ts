import type { Tx } from '../db/client.ts'
import { copyOut, type RowReader } from '../db/copy.ts'
import type { FactColumns, MovedReturns } from '../domain/fact-columns.ts'
import { type DayNumber, dayText, type Period } from '../domain/period.ts'

/** All customers of a tenant in columns; a UUID is four words. */
export interface CustomerColumns {
  readonly ids: Uint32Array
  readonly facts: FactColumns
  readonly moved: MovedReturns
}

/** Reads the facts of every customer who ever had a receipt. */
export const classificationFactsRepository = (tx: Tx) => ({
  /** How many customers a run will meet. */
  async countCustomers(): Promise<number> {
    const { rows } = await tx.client.query({
      text: 'select count(*) as count from customer_facts where tenant_id = $1',
      values: [tx.tenantId]
    })
    return (rows[0] as { count: number }).count
  },

  /**
   * Reads all customers in one statement, hence as of one moment. `movedIn` is the window for which returns count on the
   * day of their sale; null where they count on their own. `onRow` is told how many were read.
   */
  async readCustomers(
    expected: number,
    movedIn: Period | null,
    onRow: (rows: number) => void
  ): Promise<CustomerColumns> {
    const reader = columnReader(expected)
    const moving = movedIn !== null && movedIn.fromDay !== null
    if (moving) await tx.client.query(movedReturns(tx.tenantId, movedIn.fromDay, movedIn.toDay))
    // All of these lie in the order of their keys, and to merge them is right whatever the planner believes of tables that
    // this very transaction may have filled: to it they are still empty, and worth a loop within a loop.
    await tx.client.query(
      `set local max_parallel_workers_per_gather = 0;
       set local enable_hashjoin = off; set local enable_nestloop = off; set local enable_seqscan = off`
    )
    await copyOut(tx.client, factsQuery(tx.tenantId, moving), row => onRow(reader.take(row, moving)))
    await tx.client.query(
      `set local max_parallel_workers_per_gather to default; set local enable_hashjoin to default;
       set local enable_nestloop to default; set local enable_seqscan to default`
    )
    return reader.columns()
  }
})

/**
 * One row of every customer with receipts, by ascending id. COPY takes no parameters, so the text holds its values: a
 * checked id, and days of our own making.
 */
const factsQuery = (tenantId: string, moving: boolean): string => `
  select f.customer_id, f.days, f.nets, f.sales, f.returns, f.lines, f.promotion_lines, f.brand_lines, f.favourite_lines,
         f.brand_switches${moving ? ', m.net, m.receipts' : ''}
  from (select * from customer_facts where tenant_id = '${tenantId}'::uuid) f
  ${moving ? 'left join pg_temp.moved_returns m on m.customer_id = f.customer_id' : ''}
  order by f.customer_id`

/**
 * Returns that belong to the day of their sale: off the window if the sale was before it, into it if only the return was.
 * Neither may lie beyond the end of the window, which would be knowledge of the future.
 */
function movedReturns(tenantId: string, fromDay: DayNumber, toDay: DayNumber): string {
  const [from, to] = [`'${dayText(fromDay)}'::date`, `'${dayText(toDay)}'::date`]
  const within = (day: string) => `(${day} >= ${from})::int`
  return `
    create temp table moved_returns on commit drop as
    select r.customer_id, sum((${within('s.purchased_on')} - ${within('r.purchased_on')}) * r.net_minor)::float8 as net,
           sum(${within('s.purchased_on')} - ${within('r.purchased_on')})::int as receipts
    from purchases r join purchases s
      on s.tenant_id = '${tenantId}'::uuid and s.source = r.return_of_source and s.receipt_number = r.return_of_receipt_number
    where r.tenant_id = '${tenantId}'::uuid and r.kind = 'return' and r.return_of_source is not null
      and r.customer_id is not null and s.kind = 'sale' and r.purchased_on < ${to} and s.purchased_on < ${to}
      and (r.purchased_on >= ${from}) <> (s.purchased_on >= ${from})
    group by r.customer_id;
    create unique index on pg_temp.moved_returns (customer_id); analyze pg_temp.moved_returns`
}

/** Rows on their way into columns; the room grows if there are more than expected. */
function columnReader(expected: number) {
  const rowColumns = () => ({
    sales: new Int32Array(room),
    returns: new Int32Array(room),
    lines: new Int32Array(room),
    promotionLines: new Int32Array(room),
    brandLines: new Int32Array(room),
    favouriteLines: new Int32Array(room),
    brandSwitches: new Int32Array(room)
  })
  let room = expected + 1_024
  let ids = new Uint32Array(4 * room)
  let offsets = new Uint32Array(room + 1)
  let figures = rowColumns()
  let days = new Int32Array(4 * room)
  // Nobody buys for millions on a day, as a rule: half the room, until somebody does.
  let nets: Int32Array | Float64Array = new Int32Array(4 * room)
  let entries = 0
  let netEntries = 0
  let rows = 0
  const moved = { rows: [] as number[], nets: [] as number[], receipts: [] as number[] }

  const grow = () => {
    room = Math.ceil(room * 1.25)
    ids = grown(ids, new Uint32Array(4 * room))
    offsets = grown(offsets, new Uint32Array(room + 1))
    figures = grownAll(figures, rowColumns())
  }
  const addDay = (entry: number) => {
    if (entries === days.length) days = grown(days, new Int32Array(Math.ceil(entries * 1.25)))
    days[entries++] = entry
  }
  const addNet = (net: number) => {
    if (netEntries === nets.length) nets = grown(nets, roomLike(nets, Math.ceil(netEntries * 1.25)))
    if (net !== (net | 0) && nets instanceof Int32Array) nets = grown(nets, new Float64Array(nets.length))
    nets[netEntries++] = net
  }

  return {
    /** Takes a row of `factsQuery`; returns how many were taken. */
    take(row: RowReader, moving: boolean): number {
      if (rows === room) grow()
      row.uuid(ids, rows)
      row.integers(addDay)
      row.integers(addNet)
      figures.sales[rows] = row.integer(0)
      figures.returns[rows] = row.integer(0)
      figures.lines[rows] = row.integer(0)
      figures.promotionLines[rows] = row.integer(0)
      figures.brandLines[rows] = row.integer(0)
      figures.favouriteLines[rows] = row.integer(0)
      figures.brandSwitches[rows] = row.integer(0)
      if (moving) takeMoved(moved, rows, row.float(0), row.integer(0))
      offsets[++rows] = entries
      return rows
    },

    columns(): CustomerColumns {
      return {
        ids: ids.subarray(0, 4 * rows),
        facts: {
          days: days.subarray(0, entries),
          nets: nets.subarray(0, entries),
          offsets: offsets.subarray(0, rows + 1),
          ...cutAll(figures, rows)
        },
        moved
      }
    }
  }
}

function takeMoved(
  moved: { rows: number[]; nets: number[]; receipts: number[] },
  row: number,
  net: number,
  receipts: number
): void {
  if (net === 0 && receipts === 0) return
  moved.rows.push(row)
  moved.nets.push(net)
  moved.receipts.push(receipts)
}

type Column = Uint8Array | Uint32Array | Int32Array | Float64Array

const roomLike = (column: Int32Array | Float64Array, length: number): Int32Array | Float64Array =>
  column instanceof Int32Array ? new Int32Array(length) : new Float64Array(length)

function grown<T extends Column>(column: Column, larger: T): T {
  larger.set(column)
  return larger
}

function grownAll<T extends object>(columns: T, larger: T): T {
  for (const name of Object.keys(larger) as (keyof T)[]) (larger[name] as Column).set(columns[name] as Column)
  return larger
}

function cutAll<T extends object>(columns: T, rows: number): T {
  const cut = Object.entries(columns).map(([name, column]) => [name, (column as Column).subarray(0, rows)])
  return Object.fromEntries(cut) as T
}
