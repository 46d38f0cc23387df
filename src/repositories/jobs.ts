import type { Tx } from '../db/client.ts'

export type JobStatus = 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled'

/** Long work as its caller sees it. */
export interface JobRow {
  readonly id: string
  readonly kind: string
  readonly status: JobStatus
  readonly progress: { readonly phase: string | null; readonly done: number; readonly total: number | null }
  readonly cancelRequested: boolean
  readonly result: Record<string, unknown> | null
  readonly problem: Record<string, unknown> | null
  readonly createdAt: string
  readonly startedAt: string | null
  readonly finishedAt: string | null
}

/** How a job ended. */
export interface JobEnd {
  readonly status: 'succeeded' | 'failed' | 'cancelled'
  readonly result: Record<string, unknown> | null
  readonly problem: Record<string, unknown> | null
  readonly finishedAt: string
}

const COLUMNS = `id, kind, status, progress_phase, progress_done, progress_total, cancel_requested, result, problem,
                 created_at, started_at, finished_at`

export const jobsRepository = (tx: Tx) => ({
  async insert(job: JobRow): Promise<void> {
    await tx.rows(
      {
        name: 'job_insert',
        text: `insert into jobs (tenant_id, id, kind, status, created_at) values ($1, $2, $3, $4, $5)`
      },
      [tx.tenantId, job.id, job.kind, job.status, job.createdAt]
    )
  },

  async find(id: string): Promise<JobRow | undefined> {
    const [row] = await tx.rows<JobColumns>(
      { name: 'job_find', text: `select ${COLUMNS} from jobs where tenant_id = $1 and id = $2` },
      [tx.tenantId, id]
    )
    return row && jobRow(row)
  },

  /** Locks the job until the transaction ends: its end and a cancellation cannot both be decided on one state. */
  async forUpdate(id: string): Promise<JobRow | undefined> {
    const [row] = await tx.rows<JobColumns>(
      { name: 'job_for_update', text: `select ${COLUMNS} from jobs where tenant_id = $1 and id = $2 for update` },
      [tx.tenantId, id]
    )
    return row && jobRow(row)
  },

  /** Newest first, from the place after the given one; `jobs_created_at_idx` carries it. */
  async list(after: { createdAt: string; id: string } | null, limit: number): Promise<JobRow[]> {
    const rows = await tx.rows<JobColumns>(
      {
        name: after === null ? 'jobs_list' : 'jobs_list_after',
        text: `select ${COLUMNS} from jobs
               where tenant_id = $1 ${after === null ? '' : 'and (created_at, id) < ($3::timestamptz, $4::uuid)'}
               order by created_at desc, id desc limit $2`
      },
      after === null ? [tx.tenantId, limit] : [tx.tenantId, limit, after.createdAt, after.id]
    )
    return rows.map(jobRow)
  },

  /** Takes the job up, for the first time or again after the process before died over it. */
  async start(id: string, now: string): Promise<void> {
    await tx.rows(
      {
        name: 'job_start',
        text: `update jobs set status = 'running', started_at = coalesce(started_at, $3),
                      progress_phase = null, progress_done = 0, progress_total = null
               where tenant_id = $1 and id = $2`
      },
      [tx.tenantId, id, now]
    )
  },

  /** Says how far a running job is. Returns whether it should stop. */
  async progress(id: string, phase: string, done: number, total: number): Promise<{ cancelRequested: boolean }> {
    const [row] = await tx.rows<{ cancel_requested: boolean }>(
      {
        name: 'job_progress',
        text: `update jobs set progress_phase = $3, progress_done = $4, progress_total = $5
               where tenant_id = $1 and id = $2 and status = 'running' returning cancel_requested`
      },
      [tx.tenantId, id, phase, done, total]
    )
    return { cancelRequested: row?.cancel_requested === true }
  },

  async requestCancellation(id: string): Promise<void> {
    await tx.rows(
      {
        name: 'job_request_cancellation',
        text: 'update jobs set cancel_requested = true where tenant_id = $1 and id = $2'
      },
      [tx.tenantId, id]
    )
  },

  /** Ends a job that has not ended yet; false when it has, which nothing can change. */
  async end(id: string, end: JobEnd): Promise<boolean> {
    const rows = await tx.rows(
      {
        name: 'job_end',
        text: `update jobs set status = $3, result = $4, problem = $5, finished_at = $6,
                      progress_done = case when $3 = 'succeeded' then coalesce(progress_total, progress_done) else progress_done end
               where tenant_id = $1 and id = $2 and status in ('queued', 'running') returning id`
      },
      [tx.tenantId, id, end.status, json(end.result), json(end.problem), end.finishedAt]
    )
    return rows.length === 1
  }
})

const json = (value: object | null): string | null => (value === null ? null : JSON.stringify(value))

interface JobColumns {
  readonly id: string
  readonly kind: string
  readonly status: JobStatus
  readonly progress_phase: string | null
  readonly progress_done: number
  readonly progress_total: number | null
  readonly cancel_requested: boolean
  readonly result: Record<string, unknown> | null
  readonly problem: Record<string, unknown> | null
  readonly created_at: string
  readonly started_at: string | null
  readonly finished_at: string | null
}

const jobRow = (row: JobColumns): JobRow => ({
  id: row.id,
  kind: row.kind,
  status: row.status,
  progress: { phase: row.progress_phase, done: row.progress_done, total: row.progress_total },
  cancelRequested: row.cancel_requested,
  result: row.result,
  problem: row.problem,
  createdAt: row.created_at,
  startedAt: row.started_at,
  finishedAt: row.finished_at
})
