import type { Tx } from '../db/client.ts'
import { copyIn, copyOut, labelTable, type RowReader } from '../db/copy.ts'
import { ABC_CLASSES, ABC_STANDINGS } from '../domain/abc.ts'
import {
  classChanged,
  emptyFindings,
  type FindingColumns,
  NO_DAY,
  type RankCurve,
  type WindowColumns
} from '../domain/classification-columns.ts'
import { dayText, type Period } from '../domain/period.ts'
import { type WindowQuestion, windowQuery } from './classification-window.ts'

/** All customers of a tenant in columns; a UUID is four words. */
export interface CustomerColumns {
  readonly ids: Uint32Array
  readonly window: WindowColumns
  readonly previous: FindingColumns
}

/** Who writes, and when. */
export interface RunStamp {
  readonly id: string
  readonly asOf: string
  readonly now: string
}

const CLASS_LABELS = labelTable(ABC_CLASSES)
const STANDING_LABELS = labelTable(ABC_STANDINGS)
/** 2 bytes of count; 14 columns with 4 bytes of length each; their content. */
const LONGEST_ROW = 2 + 14 * 4 + 96
/** Distinct amounts in one row of a curve: few enough to be unpacked for a single customer, many enough to be few rows. */
const CURVE_PIECE = 1_024
/** A curve's pieces in one statement. */
const PIECES_AT_ONCE = 64
/** A second key space beside that of jobs and idempotency keys. */
const TENANT_LOCKS = 2

const CLASS = (code: string) => `(array['${ABC_CLASSES.join("','")}'])[${code} + 1]`
const STANDING = (code: string) => `(array['${ABC_STANDINGS.join("','")}'])[${code} + 1]`
const FINDINGS = 'abc_class, abc_reason, amount_minor, tie_offset, last_sale_on, frequency, r, f, m'
const STAGED_FINDINGS = `${CLASS('class')}, ${STANDING('standing')}, amount_minor, tie_offset, last_paid_on, paid_days, r, f, m`

/** The statements of a classification run, for all customers of the tenant at once, on a connection kept for jobs. */
export const classificationRunRepository = (tx: Tx) => ({
  /** Waits until no other run of the tenant is under way; held until the transaction ends. */
  async lockTenant(): Promise<void> {
    await tx.rows(
      {
        name: 'run_lock_tenant',
        text: `select pg_advisory_xact_lock(hashtextextended($1, ${TENANT_LOCKS}))`
      },
      [tx.tenantId]
    )
  },

  /** How many customers a run will meet, or a few less if some are new by then. */
  async countCustomers(): Promise<number> {
    const [row] = await tx.rows<{ count: number }>(
      { name: 'run_count_customers', text: 'select count(*) from customer_totals where tenant_id = $1' },
      [tx.tenantId]
    )
    return row?.count ?? 0
  },

  /**
   * Reads all customers in one statement, hence as of one moment. `expected` is the room to begin with; `onRow` is told
   * how many were read.
   */
  async readCustomers(
    question: Omit<WindowQuestion, 'tenantId'>,
    expected: number,
    onRow: (rows: number) => void
  ): Promise<CustomerColumns> {
    const reader = columnReader(expected)
    await tx.client.query(
      `set local jit = off; set local work_mem = '128MB'; set local max_parallel_workers_per_gather = 0;
       set local enable_hashagg = off; set local enable_hashjoin = off; set local enable_seqscan = off`
    )
    await copyOut(tx.client, windowQuery({ tenantId: tx.tenantId, ...question }), LONGEST_ROW, row => {
      onRow(reader.take(row))
    })
    await tx.client.query(
      `set local work_mem to default; set local max_parallel_workers_per_gather to default; set local enable_hashagg to default;
       set local enable_hashjoin to default; set local enable_seqscan to default`
    )
    return reader.columns()
  },

  /** What nobody is known to have bought in the window, net minor units. `purchases_anonymous_idx` alone answers it. */
  async anonymousMinor(window: Period): Promise<number> {
    const [row] = await tx.rows<{ net: number }>(
      {
        name: 'run_anonymous',
        text: `select coalesce(sum(net_minor), 0) as net from purchases
               where tenant_id = $1 and customer_id is null and purchased_on >= $2 and purchased_on < $3`
      },
      [tx.tenantId, window.fromDay === null ? '-infinity' : dayText(window.fromDay), dayText(window.toDay)]
    )
    return row?.net ?? 0
  },

  /** Brings the given rows into a table of this transaction, from which everything else is written. */
  async stage(
    { ids, previous }: CustomerColumns,
    found: FindingColumns,
    rows: Uint32Array,
    newEventId: () => Uint8Array
  ): Promise<void> {
    await tx.client.query(
      `create temp table staged_findings (
         customer_id uuid not null, event_id uuid, previous smallint, class smallint not null, standing smallint not null,
         amount_minor bigint not null, tie_offset integer not null, last_paid_on date, paid_days integer not null,
         r smallint, f smallint, m smallint
       ) on commit drop`
    )
    await copyIn(tx.client, 'pg_temp.staged_findings', 12, rows.length, LONGEST_ROW, (out, place) => {
      const row = rows[place] as number
      const known = previous.known[row] === 1
      const code = found.classes[row] as number
      out.uuid(ids, row)
      // To be found in no class at all for the first time is no news.
      if (classChanged(previous, found, row) && (known || code !== 0)) out.uuidBytes(newEventId())
      else out.null()
      if (known) out.smallint(previous.classes[row] as number)
      else out.null()
      out.smallint(code)
      out.smallint(found.standings[row] as number)
      out.bigint(found.amounts[row] as number)
      out.integer(found.tieOffsets[row] as number)
      if (found.lastPaidDays[row] === NO_DAY) out.null()
      else out.day(found.lastPaidDays[row] as number)
      out.integer(found.paidDays[row] as number)
      for (const scores of [found.r, found.f, found.m]) {
        if (scores[row] === 0) out.null()
        else out.smallint(scores[row] as number)
      }
    })
    await tx.client.query('analyze pg_temp.staged_findings')
  },

  /** Makes the staged findings the current ones; who changed class holds the new one since `asOf`. */
  async writeCurrent(run: RunStamp): Promise<void> {
    await tx.client.query({
      text: `insert into classifications as c (tenant_id, customer_id, ${FINDINGS}, class_since)
             select $1, customer_id, ${STAGED_FINDINGS}, $2 from pg_temp.staged_findings order by customer_id
             on conflict (tenant_id, customer_id) do update set
               abc_class = excluded.abc_class, abc_reason = excluded.abc_reason, amount_minor = excluded.amount_minor,
               tie_offset = excluded.tie_offset, last_sale_on = excluded.last_sale_on, frequency = excluded.frequency,
               r = excluded.r, f = excluded.f, m = excluded.m,
               class_since = case when c.abc_class = excluded.abc_class then c.class_since else excluded.class_since end`,
      values: [tx.tenantId, run.asOf]
    })
  },

  /** Adds the staged findings to history. */
  async writeHistory(run: RunStamp): Promise<void> {
    await tx.client.query({
      text: `insert into classification_history (tenant_id, customer_id, as_of, run_id, previous_abc_class, ${FINDINGS})
             select $1, customer_id, $2, $3, ${CLASS('previous')}, ${STAGED_FINDINGS}
             from pg_temp.staged_findings order by customer_id`,
      values: [tx.tenantId, run.asOf, run.id]
    })
  },

  /** Raises `customer.class_changed` for everybody who came into another class. */
  async writeEvents(run: RunStamp): Promise<void> {
    await tx.client.query({
      text: `insert into events (tenant_id, id, type, subject_type, subject_id, actor_type, data, occurred_at)
             select $1, event_id, 'customer.class_changed', 'customer', customer_id, 'system',
                    jsonb_build_object('customerId', customer_id, 'before', ${CLASS('previous')}, 'after', ${CLASS('class')},
                      'amountMinor', amount_minor, 'reason', ${STANDING('standing')}, 'runId', $2::text), $3
             from pg_temp.staged_findings where event_id is not null order by customer_id`,
      values: [tx.tenantId, run.id, run.now]
    })
  },

  /** Keeps who would change class, for a run that changes nothing. */
  async writeDryChanges(run: RunStamp): Promise<void> {
    await tx.client.query({
      text: `insert into classification_dry_changes (tenant_id, run_id, customer_id, previous_abc_class, abc_class, amount_minor)
             select $1, $2, customer_id, ${CLASS('previous')}, ${CLASS('class')}, amount_minor
             from pg_temp.staged_findings order by customer_id`,
      values: [tx.tenantId, run.id]
    })
  },

  /** Keeps the ranking of an applied run. */
  async writeCurve(run: RunStamp, { amounts, ranks, before }: RankCurve): Promise<void> {
    const pieces: { lowest: number; from: number; to: number }[] = []
    for (let from = 0; from < amounts.length; from += CURVE_PIECE) {
      const to = Math.min(from + CURVE_PIECE, amounts.length)
      pieces.push({ lowest: amounts[to - 1] as number, from, to })
    }
    const literal =
      (column: Float64Array | Uint32Array) =>
      ({ from, to }: { from: number; to: number }) =>
        `{${column.subarray(from, to).join(',')}}`
    for (let start = 0; start < pieces.length; start += PIECES_AT_ONCE) {
      const some = pieces.slice(start, start + PIECES_AT_ONCE)
      await tx.rows(
        {
          name: 'run_write_curve',
          text: `insert into classification_curves (tenant_id, run_id, lowest_minor, amounts, ranks, befores)
                 select $1, $2, p.lowest, p.amounts::bigint[], p.ranks::integer[], p.befores::bigint[]
                 from unnest($3::bigint[], $4::text[], $5::text[], $6::text[]) as p (lowest, amounts, ranks, befores)`
        },
        [
          tx.tenantId,
          run.id,
          some.map(piece => piece.lowest),
          some.map(literal(amounts)),
          some.map(literal(ranks)),
          some.map(literal(before))
        ]
      )
    }
  },

  /** Drops the rankings of all applied runs but the latest `keep`. */
  async dropOldCurves(keep: number): Promise<void> {
    await tx.rows(
      {
        name: 'run_drop_curves',
        text: `delete from classification_curves where tenant_id = $1 and run_id in (
                 select id from classification_runs where tenant_id = $1 and applied_at is not null
                 order by as_of desc, id desc offset $2)`
      },
      [tx.tenantId, keep]
    )
  }
})

/** Rows on their way into columns; the room grows if there are more than expected. */
function columnReader(expected: number) {
  let room = expected + 1_024
  let ids = new Uint32Array(4 * room)
  let amounts = new Float64Array(room)
  let receipts = new Int32Array(room)
  let lastPaidDays = new Int32Array(room)
  let paidDays = new Int32Array(room)
  let previous = emptyFindings(room)
  let rows = 0

  const grow = () => {
    room = Math.ceil(room * 1.25)
    ids = grown(ids, new Uint32Array(4 * room))
    amounts = grown(amounts, new Float64Array(room))
    receipts = grown(receipts, new Int32Array(room))
    lastPaidDays = grown(lastPaidDays, new Int32Array(room))
    paidDays = grown(paidDays, new Int32Array(room))
    const larger = emptyFindings(room)
    for (const name of Object.keys(larger) as (keyof FindingColumns)[]) larger[name].set(previous[name])
    previous = larger
  }

  return {
    /** Takes a row of `windowQuery`; returns how many were taken. */
    take(row: RowReader): number {
      if (rows === room) grow()
      row.uuid(ids, rows)
      amounts[rows] = row.float(0)
      receipts[rows] = row.integer(0)
      lastPaidDays[rows] = lastPaidDay(row.integer(-1))
      paidDays[rows] = row.integer(0)
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
      return ++rows
    },

    columns(): CustomerColumns {
      const cut = <T extends { subarray(from: number, to: number): T }>(column: T): T => column.subarray(0, rows)
      const findings = Object.entries(previous).map(([name, column]) => [name, cut(column)])
      return {
        ids: ids.subarray(0, 4 * rows),
        window: {
          amounts: cut(amounts),
          receipts: cut(receipts),
          lastPaidDays: cut(lastPaidDays),
          paidDays: cut(paidDays)
        },
        previous: Object.fromEntries(findings) as unknown as FindingColumns
      }
    }
  }
}

function grown<T extends Uint32Array | Int32Array | Float64Array>(column: T, larger: T): T {
  larger.set(column)
  return larger
}

/** The last day out of a month's first day · 2^31 + mask; −1 holds none. */
function lastPaidDay(packed: number): number {
  if (packed < 0) return NO_DAY
  const mask = packed % 2 ** 31
  return (packed - mask) / 2 ** 31 + 31 - Math.clz32(mask)
}
