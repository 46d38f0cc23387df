import type { Tx } from '../db/client.ts'
import type { AssignmentOrigin, EndReason, StartReason } from '../domain/manager-change.ts'
import { IS_ENTITLED } from './assignment-roster.ts'
import { END_AT } from './assignments.ts'

/** An assignment that a run ended. */
export interface EndedRow {
  readonly id: string
  readonly customerId: string
  readonly staffId: string
  readonly origin: AssignmentOrigin
  readonly endReason: EndReason
}

/** An assignment that a run opens; `before` is the manager who left, if it follows on one. */
export interface Opening {
  readonly id: string
  readonly eventId: string
  readonly customerId: string
  readonly staffId: string
  readonly origin: AssignmentOrigin
  readonly reason: StartReason
  readonly before: string | null
  readonly validFrom: string
}

/** The set-based statements of a run, for all customers of the tenant; on a connection kept for jobs. */
export const assignmentRunRepository = (tx: Tx, run: { readonly id: string; readonly now: string }) => ({
  /**
   * Makes whoever releases a customer kept by hand wait for the end of this run, and see the class that it found. Without
   * this a release that read the class of before could take the manager from a new A customer.
   */
  async holdKeptByHand(): Promise<void> {
    await tx.rows(
      {
        name: 'assignment_run_hold',
        text: `select 1 from assignments
               where tenant_id = $1 and valid_to is null and origin = 'manual' order by customer_id for share`
      },
      [tx.tenantId]
    )
  },

  /**
   * Counts a run for each of these customers whom a run had given a manager and whom his class gives none any more, because he
   * left A or is not pursued, and ends the assignment once more than `graceRuns` runs in a row found him so. Returns who lost
   * his manager.
   */
  async passGrace(customerIds: readonly string[], graceRuns: number): Promise<EndedRow[]> {
    const rows = await tx.rows<EndedColumns & { over: boolean }>(
      {
        name: 'assignment_run_pass_grace',
        text: `update assignments a
               set outside_runs = outside_runs + 1, left_class_at = coalesce(left_class_at, $2),
                   valid_to = case when outside_runs >= $3 then ${END_AT('$2', 'valid_from')} end,
                   end_reason = case when outside_runs >= $3 then case when exists (
                     select from classifications c
                     where c.tenant_id = $1 and c.customer_id = a.customer_id and c.abc_class = 'A')
                     then 'not_pursued' else 'left_class' end end,
                   ended_by = case when outside_runs >= $3 then $4 end,
                   version = version + case when left_class_at is null or outside_runs >= $3 then 1 else 0 end
               where tenant_id = $1 and customer_id = any ($5::uuid[]) and valid_to is null and origin = 'class' and not exists (
                 select from classifications c
                 where c.tenant_id = $1 and c.customer_id = a.customer_id and ${IS_ENTITLED('c')})
               returning id, customer_id, staff_id, origin, end_reason, valid_to is not null as over`
      },
      [tx.tenantId, run.now, graceRuns, run.id, customerIds]
    )
    return rows.filter(row => row.over).map(endedRow)
  },

  /** Whoever of these customers is an A again, and pursued, has left nothing. */
  async forgetGrace(customerIds: readonly string[]): Promise<void> {
    await tx.rows(
      {
        name: 'assignment_run_forget_grace',
        text: `update assignments a set outside_runs = 0, left_class_at = null, version = version + 1
               where tenant_id = $1 and customer_id = any ($2::uuid[]) and valid_to is null and left_class_at is not null
                 and exists (
                   select from classifications c
                   where c.tenant_id = $1 and c.customer_id = a.customer_id and ${IS_ENTITLED('c')})`
      },
      [tx.tenantId, customerIds]
    )
  },

  /** By customer: where his last assignment ends, if that is after now, because the clock went back or stood still. */
  async endsAhead(): Promise<Map<string, string>> {
    const rows = await tx.rows<{ customer_id: string; valid_to: string }>(
      {
        name: 'assignment_run_ends_ahead',
        text: `select customer_id, max(valid_to) as valid_to from assignments
               where tenant_id = $1 and valid_to > $2 group by customer_id`
      },
      [tx.tenantId, run.now]
    )
    return new Map(rows.map(row => [row.customer_id, row.valid_to]))
  },

  /** Ends assignments that are still open, and says which. */
  async end(ids: readonly string[], reason: EndReason): Promise<EndedRow[]> {
    const rows = await tx.rows<EndedColumns>(
      {
        name: 'assignment_run_end',
        text: `update assignments
               set valid_to = ${END_AT('$3', 'valid_from')}, end_reason = $4, ended_by = $5, version = version + 1
               where tenant_id = $1 and id = any ($2::uuid[]) and valid_to is null
               returning id, customer_id, staff_id, origin, end_reason`
      },
      [tx.tenantId, ids, run.now, reason, run.id]
    )
    return rows.map(endedRow)
  },

  /**
   * Opens assignments and writes their events. Versions go on from the customer's last one, looked up before anything is
   * inserted: the planner would take a table that fills up meanwhile for an empty one. Who was given a manager by hand meanwhile is left out by the exclusion
   * constraint. Returns how many were opened.
   */
  async open(openings: readonly Opening[]): Promise<number> {
    const rows = await tx.rows(
      {
        name: 'assignment_run_open',
        text: `with given as (
                 select g.*, 1 + coalesce((
                   select max(p.version) from assignments p
                   where p.tenant_id = $1 and p.customer_id = g.customer_id), 0) as version
                 from unnest($4::uuid[], $5::uuid[], $6::uuid[], $7::uuid[], $8::text[], $9::text[],
                   $10::uuid[], $11::timestamptz[])
                   as g (id, event_id, customer_id, staff_id, origin, reason, before, valid_from)),
               opened as (
                 insert into assignments (tenant_id, id, customer_id, staff_id, valid_from, origin, reason, created_by,
                   version)
                 select $1, g.id, g.customer_id, g.staff_id, g.valid_from, g.origin, g.reason, $3, g.version
                 from given g order by g.customer_id
                 on conflict do nothing returning id)
               insert into events (tenant_id, id, type, subject_type, subject_id, actor_type, data, occurred_at)
               select $1, g.event_id,
                      case when g.before is null then 'relationship_manager.assigned' else 'relationship_manager.changed' end,
                      'customer', g.customer_id, 'system',
                      jsonb_build_object('assignmentId', g.id, 'customerId', g.customer_id, 'staffId', g.staff_id,
                        'before', g.before, 'origin', g.origin, 'reason', g.reason, 'runId', $3::text),
                      $2::timestamptz
               from given g join opened on opened.id = g.id order by g.customer_id
               returning 1`
      },
      [
        tx.tenantId,
        run.now,
        run.id,
        openings.map(o => o.id),
        openings.map(o => o.eventId),
        openings.map(o => o.customerId),
        openings.map(o => o.staffId),
        openings.map(o => o.origin),
        openings.map(o => o.reason),
        openings.map(o => o.before),
        openings.map(o => o.validFrom)
      ]
    )
    return rows.length
  }
})

interface EndedColumns {
  readonly id: string
  readonly customer_id: string
  readonly staff_id: string
  readonly origin: AssignmentOrigin
  readonly end_reason: EndReason
}

const endedRow = ({ id, customer_id, staff_id, origin, end_reason }: EndedColumns): EndedRow => ({
  id,
  customerId: customer_id,
  staffId: staff_id,
  origin,
  endReason: end_reason
})
