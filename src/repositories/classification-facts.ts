import type { Tx } from '../db/client.ts'
import { copyOut, labelTable, type RowReader } from '../db/copy.ts'
import { ABC_CLASSES, ABC_STANDINGS } from '../domain/abc.ts'
import { DEFECTION_STATES } from '../domain/cadence.ts'
import { emptyFindings, type FindingColumns } from '../domain/classification-columns.ts'
import { BY_NOTHING, DEFECTION_BASES } from '../domain/defection.ts'
import type { FactColumns, MovedReturns } from '../domain/fact-columns.ts'
import { LOYALTY_BASES, LOYALTY_LEVELS, LOYALTY_PATTERNS } from '../domain/loyalty.ts'
import { PARTIAL_UNKNOWN } from '../domain/partial-defection.ts'
import { type DayNumber, dayText, NO_DAY, type Period } from '../domain/period.ts'
import { STANDING_LEVELS } from '../domain/standing.ts'
import { TRUST_LEVELS } from '../domain/trust.ts'

/** All customers of a tenant in columns; a UUID is four words. */
export interface CustomerColumns {
  readonly ids: Uint32Array
  readonly facts: FactColumns
  readonly previous: FindingColumns
  readonly moved: MovedReturns
}

const CLASS_LABELS = labelTable(ABC_CLASSES)
const STANDING_LABELS = labelTable(ABC_STANDINGS)
const LOYALTY_LABELS = labelTable(LOYALTY_LEVELS)
const BASIS_LABELS = labelTable(LOYALTY_BASES)
const PATTERN_LABELS = labelTable(LOYALTY_PATTERNS.filter(pattern => pattern !== null))
const TRUST_LABELS = labelTable(TRUST_LEVELS)
const LEVEL_LABELS = labelTable(STANDING_LEVELS)
const STATE_LABELS = labelTable(DEFECTION_STATES)
const DEFECTION_BASIS_LABELS = labelTable(DEFECTION_BASES)
const UNKNOWN_STATE = DEFECTION_STATES.indexOf('unknown')

/** Reads what a run needs to know of every customer who ever had a receipt: his facts, and what the last run found. */
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
         f.brand_switches, ${moving ? 'm.net, m.receipts, ' : ''}
         c.abc_class, c.abc_reason, c.amount_minor, c.tie_offset, c.last_sale_on, c.frequency, c.r, c.f, c.m,
         c.loyalty_level, c.loyalty_basis, c.loyalty_pattern, c.first_user, c.price_driven, c.trust_level, c.standing,
         c.defection_state, c.defection_basis, c.partial_defection, c.runs_in_a
  from (select * from customer_facts where tenant_id = '${tenantId}'::uuid) f
  left join (select * from classifications where tenant_id = '${tenantId}'::uuid) c on c.customer_id = f.customer_id
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
  let previous = emptyFindings(room)
  let days = new Int32Array(4 * room)
  let nets = new Float64Array(4 * room)
  let entries = 0
  let netEntries = 0
  let rows = 0
  const moved = { rows: [] as number[], nets: [] as number[], receipts: [] as number[] }

  const grow = () => {
    room = Math.ceil(room * 1.25)
    ids = grown(ids, new Uint32Array(4 * room))
    offsets = grown(offsets, new Uint32Array(room + 1))
    figures = grownAll(figures, rowColumns())
    previous = grownAll(previous, emptyFindings(room))
  }
  const addDay = (entry: number) => {
    if (entries === days.length) days = grown(days, new Int32Array(Math.ceil(entries * 1.25)))
    days[entries++] = entry
  }
  const addNet = (net: number) => {
    if (netEntries === nets.length) nets = grown(nets, new Float64Array(Math.ceil(netEntries * 1.25)))
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
      const known = row.label(CLASS_LABELS, -1)
      previous.known[rows] = known < 0 ? 0 : 1
      previous.classes[rows] = Math.max(known, 0)
      previous.standings[rows] = row.label(STANDING_LABELS, 0)
      previous.amounts[rows] = row.integer(0)
      previous.tieOffsets[rows] = row.integer(0)
      previous.lastPaidDays[rows] = row.day(NO_DAY)
      previous.paidDays[rows] = row.integer(0)
      previous.r[rows] = row.integer(0)
      previous.f[rows] = row.integer(0)
      previous.m[rows] = row.integer(0)
      previous.loyaltyLevels[rows] = row.label(LOYALTY_LABELS, LOYALTY_LEVELS.indexOf('unknown'))
      previous.loyaltyBases[rows] = row.label(BASIS_LABELS, LOYALTY_BASES.indexOf('none'))
      previous.loyaltyPatterns[rows] = row.label(PATTERN_LABELS, LOYALTY_PATTERNS.indexOf(null))
      previous.firstUsers[rows] = row.flag(0)
      previous.priceDriven[rows] = row.flag(0)
      previous.trustLevels[rows] = row.label(TRUST_LABELS, TRUST_LEVELS.indexOf('insufficient'))
      previous.customerStandings[rows] = row.label(LEVEL_LABELS, STANDING_LEVELS.indexOf('general'))
      previous.defectionStates[rows] = row.label(STATE_LABELS, UNKNOWN_STATE)
      const basis = row.label(DEFECTION_BASIS_LABELS, BY_NOTHING)
      previous.defectionBases[rows] = previous.defectionStates[rows] === UNKNOWN_STATE ? BY_NOTHING : basis
      previous.partialDefections[rows] = row.flag(PARTIAL_UNKNOWN)
      previous.runsInA[rows] = row.integer(0)
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
        previous: cutAll(previous, rows),
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

function grown<T extends Column>(column: T, larger: T): T {
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
