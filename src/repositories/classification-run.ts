import type { Tx } from '../db/client.ts'
import { copyIn } from '../db/copy.ts'
import { ABC_CLASSES, ABC_STANDINGS } from '../domain/abc.ts'
import { classChanged, type FindingColumns, type RankCurve } from '../domain/classification-columns.ts'
import { dayText, NO_DAY, type Period } from '../domain/period.ts'
import type { CustomerColumns } from './classification-facts.ts'

/** Who writes, and when. */
export interface RunStamp {
  readonly id: string
  readonly asOf: string
  readonly now: string
}

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
