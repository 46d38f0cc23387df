import type { Tx } from '../db/client.ts'
import type { AbcClass } from '../domain/abc.ts'
import type { JobStatus } from './jobs.ts'

/** What a run is, beside its report; its job says how far it is. */
export interface RunRow {
  readonly id: string
  readonly status: JobStatus
  readonly asOf: string
  /** The tenant's day of `asOf`: the window ends where this day starts. */
  readonly asOfDay: string
  readonly policyVersion: number
  readonly trialPolicy: Record<string, unknown> | null
  readonly dryRun: boolean
  readonly trigger: 'request' | 'schedule'
  readonly report: Record<string, unknown> | null
  /** The fit that its estimates rest on; null where it was made for this run alone. */
  readonly modelId: string | null
  readonly createdAt: string
  readonly appliedAt: string | null
}

/** A customer who comes into another class, or would. */
export interface ClassChangeRow {
  readonly customerId: string
  readonly from: AbcClass | null
  readonly to: AbcClass
  readonly amountMinor: number
}

/** A place on the curve of a run: of the first customer who has the amount. */
export interface CurvePlace {
  readonly amountMinor: number
  readonly rank: number
  readonly beforeMinor: number
}

const COLUMNS = `r.id, j.status, r.as_of, r.as_of_day, r.policy_version, r.trial_policy, r.dry_run, r.trigger, r.created_at, r.applied_at, r.model_id`
const WITH_REPORT = `${COLUMNS}, r.report`
/** A list does not carry a hundred points of a curve an item. */
const WITHOUT_CURVE = `${COLUMNS}, r.report - 'lorenz' - 'managers' as report`
const RUNS = 'classification_runs r join jobs j on j.tenant_id = r.tenant_id and j.id = r.id'

export const classificationRunsRepository = (tx: Tx) => ({
  async insert(run: Omit<RunRow, 'status' | 'report' | 'appliedAt' | 'modelId'>): Promise<void> {
    await tx.rows(
      {
        name: 'run_insert',
        text: `insert into classification_runs
                 (tenant_id, id, as_of, as_of_day, policy_version, trial_policy, dry_run, trigger, created_at)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`
      },
      [
        tx.tenantId,
        run.id,
        run.asOf,
        run.asOfDay,
        run.policyVersion,
        run.trialPolicy === null ? null : JSON.stringify(run.trialPolicy),
        run.dryRun,
        run.trigger,
        run.createdAt
      ]
    )
  },

  async find(id: string): Promise<RunRow | undefined> {
    const [row] = await tx.rows<RunColumns>(
      { name: 'run_find', text: `select ${WITH_REPORT} from ${RUNS} where r.tenant_id = $1 and r.id = $2` },
      [tx.tenantId, id]
    )
    return row && runRow(row)
  },

  /** Requests for runs of a tenant come one after the other until the transaction ends. */
  async holdQueue(): Promise<void> {
    await tx.rows(
      { name: 'run_hold_queue', text: `select pg_advisory_xact_lock(hashtextextended($1::text || ' runs', 0))` },
      [tx.tenantId]
    )
  },

  /**
   * The oldest run that is to be applied and that nobody has taken up, as of this instant; null for the present: a run
   * that was wanted as of its own request, on the same day.
   */
  async queued(asOf: string | null, asOfDay: string, policyVersion: number): Promise<string | undefined> {
    const [row] = await tx.rows<{ id: string }>(
      {
        name: 'run_queued',
        text: `select r.id from ${RUNS}
               where j.tenant_id = $1 and j.kind = 'classification_run' and j.status = 'queued' and not j.cancel_requested
                 and not r.dry_run and r.trial_policy is null and r.policy_version = $4
                 and r.as_of_day = $3 and (r.as_of = $2 or $2 is null and r.as_of = r.created_at)
               order by r.created_at, r.id limit 1`
      },
      [tx.tenantId, asOf, asOfDay, policyVersion]
    )
    return row?.id
  },

  /** The run whose classes hold at an instant, or now: of those applied, the one with the latest `asOf` up to then. */
  async appliedAt(instant: string | null): Promise<RunRow | undefined> {
    const [row] = await tx.rows<RunColumns>(
      {
        name: 'run_applied_at',
        text: `select ${COLUMNS}, r.report - 'lorenz' - 'managers' as report from ${RUNS}
               where r.tenant_id = $1 and r.applied_at is not null and ($2::timestamptz is null or r.as_of <= $2)
               order by r.as_of desc, r.id desc limit 1`
      },
      [tx.tenantId, instant]
    )
    return row && runRow(row)
  },

  /** Newest first; `classification_runs_created_at_idx` carries it. */
  async list(after: { createdAt: string; id: string } | null, limit: number): Promise<RunRow[]> {
    const rows = await tx.rows<RunColumns>(
      {
        name: after === null ? 'runs_list' : 'runs_list_after',
        text: `select ${WITHOUT_CURVE} from ${RUNS}
               where r.tenant_id = $1 ${after === null ? '' : 'and (r.created_at, r.id) < ($3::timestamptz, $4::uuid)'}
               order by r.created_at desc, r.id desc limit $2`
      },
      after === null ? [tx.tenantId, limit] : [tx.tenantId, limit, after.createdAt, after.id]
    )
    return rows.map(runRow)
  },

  /** Stores what a run found; `appliedAt` is null for a run that changes nothing. */
  async finish(id: string, report: object, appliedAt: string | null, modelId: string | null): Promise<void> {
    await tx.rows(
      {
        name: 'run_finish',
        text: 'update classification_runs set report = $3, applied_at = $4, model_id = $5 where tenant_id = $1 and id = $2'
      },
      [tx.tenantId, id, JSON.stringify(report), appliedAt, modelId]
    )
  },

  /** Who changed class in a run, by customer id. `from` and `to` narrow it; `from: null` asks for those classified first. */
  async changes(
    run: Pick<RunRow, 'id' | 'dryRun'>,
    filter: { readonly from?: AbcClass | null | undefined; readonly to?: AbcClass | undefined },
    afterId: string | null,
    limit: number
  ): Promise<ClassChangeRow[]> {
    const table = run.dryRun ? 'classification_dry_changes' : 'classification_history'
    const rows = await tx.rows<{ customer_id: string; from: AbcClass | null; to: AbcClass; amount_minor: number }>(
      {
        name: `${table}_changes`,
        text: `select customer_id, previous_abc_class as "from", abc_class as "to", amount_minor from ${table}
               where tenant_id = $1 and run_id = $2 and previous_abc_class is distinct from abc_class
                 and (not $3 or previous_abc_class is not distinct from $4) and ($5::text is null or abc_class = $5)
                 and ($6::uuid is null or customer_id > $6)
               order by customer_id limit $7`
      },
      [tx.tenantId, run.id, filter.from !== undefined, filter.from ?? null, filter.to ?? null, afterId, limit]
    )
    return rows.map(row => ({ customerId: row.customer_id, from: row.from, to: row.to, amountMinor: row.amount_minor }))
  },

  /** Where amounts stand in a run's ranking; none for amounts that it did not rank, or when its curve is no longer kept. */
  async curvePlaces(runId: string, amounts: readonly number[]): Promise<Map<number, CurvePlace>> {
    const rows = await tx.rows<{ amount: number; rank: number; before: number }>(
      {
        name: 'run_curve_places',
        text: `select a.amount, c.ranks[p.place] as rank, c.befores[p.place] as before
               from unnest($3::bigint[]) as a (amount)
               cross join lateral (
                 select amounts, ranks, befores from classification_curves
                 where tenant_id = $1 and run_id = $2 and lowest_minor <= a.amount
                 order by lowest_minor desc limit 1) c
               cross join lateral (select array_position(c.amounts, a.amount) as place) p
               where p.place is not null`
      },
      [tx.tenantId, runId, [...new Set(amounts)].filter(amount => amount > 0)]
    )
    return new Map(rows.map(row => [row.amount, { amountMinor: row.amount, rank: row.rank, beforeMinor: row.before }]))
  }
})

interface RunColumns {
  readonly id: string
  readonly status: JobStatus
  readonly as_of: string
  readonly as_of_day: string
  readonly policy_version: number
  readonly trial_policy: Record<string, unknown> | null
  readonly dry_run: boolean
  readonly trigger: 'request' | 'schedule'
  readonly report: Record<string, unknown> | null
  readonly created_at: string
  readonly applied_at: string | null
  readonly model_id: string | null
}

const runRow = (row: RunColumns): RunRow => ({
  id: row.id,
  status: row.status,
  asOf: row.as_of,
  asOfDay: row.as_of_day,
  policyVersion: row.policy_version,
  trialPolicy: row.trial_policy,
  dryRun: row.dry_run,
  trigger: row.trigger,
  report: row.report,
  createdAt: row.created_at,
  appliedAt: row.applied_at,
  modelId: row.model_id
})
