import type { Tx } from '../db/client.ts'
import type { AbcClass } from '../domain/abc.ts'
import type { ClassMove } from '../domain/class-migration.ts'
import type { RunRow } from './classification-runs.ts'
import { REPORT_STATEMENT_MS } from './reports-session.ts'

/** A corner of the curve of a run: the first customer of an amount, and the turnover ranked before him. */
export interface CurveCorner {
  readonly amountMinor: number
  readonly rank: number
  readonly beforeMinor: number
}

/** A run, as far as its place among the others goes. */
export type RunPlace = Pick<RunRow, 'id' | 'asOf'>

/** What reports say of runs and the classes they found. */
export const reportsClassesRepository = (tx: Tx) => ({
  /** The latest applied runs, newest first. */
  async lastApplied(count: number): Promise<(RunPlace & { appliedAt: string })[]> {
    return tx.rows(
      {
        name: 'reports_last_applied',
        text: `select id, as_of as "asOf", applied_at as "appliedAt" from classification_runs
               where tenant_id = $1 and applied_at is not null order by as_of desc, id desc limit $2`
      },
      [tx.tenantId, count]
    )
  },

  /** The applied run before another. */
  async appliedBefore({ asOf, id }: RunPlace): Promise<(RunPlace & { appliedAt: string }) | undefined> {
    const [row] = await tx.rows<RunPlace & { appliedAt: string }>(
      {
        name: 'reports_applied_before',
        text: `select id, as_of as "asOf", applied_at as "appliedAt" from classification_runs
               where tenant_id = $1 and applied_at is not null and (as_of, id) < ($2::timestamptz, $3::uuid)
               order by as_of desc, id desc limit 1`
      },
      [tx.tenantId, asOf, id]
    )
    return row
  },

  /**
   * Corners of a run's curve, best customer first: at most one for each hundredth of the customers and of the turnover, so
   * that a curve of a million customers is drawn from a few hundred. Empty when the curve is no longer kept.
   */
  async curveCorners(runId: string, customers: number, totalMinor: number): Promise<CurveCorner[]> {
    return tx.rows<CurveCorner & { [name: string]: unknown }>(
      {
        name: 'reports_curve_corners',
        timeoutMs: REPORT_STATEMENT_MS,
        text: `select amount as "amountMinor", rank, before as "beforeMinor" from (
                 select distinct on (trunc(100.0 * (u.rank - 1) / $3::numeric), trunc(100.0 * u.before / $4::numeric))
                   u.amount, u.rank, u.before
                 from classification_curves c cross join lateral unnest(c.amounts, c.ranks, c.befores) as u (amount, rank, before)
                 where c.tenant_id = $1 and c.run_id = $2
                 order by trunc(100.0 * (u.rank - 1) / $3::numeric), trunc(100.0 * u.before / $4::numeric), u.rank) x
               order by rank`
      },
      [tx.tenantId, runId, customers, totalMinor]
    )
  },

  /**
   * How many customers were in which class at one run and at a later one. Both are found by going back from the present:
   * what a customer was before the first change of class after a run is what he was at that run, and who changed in none
   * since is what he is. `classification_history_run_id_idx` holds the changes of class alone.
   */
  async moves(from: RunPlace, to: RunPlace): Promise<ClassMove[]> {
    return tx.rows<{ from: AbcClass | null; to: AbcClass; customers: number }>(
      {
        name: 'reports_class_moves',
        timeoutMs: REPORT_STATEMENT_MS,
        text: `with changes as (
                 select h.customer_id, h.as_of, h.run_id, h.previous_abc_class as previous,
                        (r.as_of, r.id) > ($4::timestamptz, $5::uuid) as after_both
                 from classification_runs r join classification_history h on h.tenant_id = $1 and h.run_id = r.id
                 where r.tenant_id = $1 and r.applied_at is not null and (r.as_of, r.id) > ($2::timestamptz, $3::uuid)
                   and h.previous_abc_class is distinct from h.abc_class),
               undone as (
                 select distinct on (customer_id) customer_id, previous from changes where after_both
                 order by customer_id, as_of, run_id),
               undone_further as (
                 select distinct on (customer_id) customer_id, previous from changes
                 order by customer_id, as_of, run_id)
               select case when f.customer_id is null then c.abc_class else f.previous end as "from",
                      case when u.customer_id is null then c.abc_class else u.previous end as "to", count(*) as customers
               from classifications c
               left join undone u on u.customer_id = c.customer_id
               left join undone_further f on f.customer_id = c.customer_id
               where c.tenant_id = $1 and not (u.customer_id is not null and u.previous is null)
               group by 1, 2`
      },
      [tx.tenantId, from.asOf, from.id, to.asOf, to.id]
    )
  }
})
