import PgBoss from 'pg-boss'
import type { Database, Tx } from '../db/client.ts'
import { QUEUE_SCHEMA } from '../db/queues.ts'

/** What the queue carries: where to find the job. Everything else is in the tenant's own tables. */
export interface QueuedJob {
  readonly tenantId: string
  readonly jobId: string
  /** What the job is about, where its own id does not say it. */
  readonly subjectId?: string
}

/** Only builds statements here; each is run by the transaction that causes it. */
const statements = new PgBoss({
  schema: QUEUE_SCHEMA,
  db: { executeSql: () => Promise.reject(new Error('the queue is written within a transaction only')) }
})

/** The queue as a transaction sees it: what is sent or withdrawn is so once the transaction is committed. */
export const jobQueueRepository = (tx: Tx) => {
  const db: PgBoss.Db = { executeSql: (text, values) => tx.client.query(text, values) }
  return {
    async send(queue: string, jobId: string, subjectId?: string): Promise<void> {
      const data: QueuedJob = { tenantId: tx.tenantId, jobId, ...(subjectId === undefined ? {} : { subjectId }) }
      await statements.send(queue, data, { id: jobId, db })
    },

    /** Sends a job that is taken up at an instant or soon after; one that has this id already is enough. */
    async sendAt(queue: string, jobId: string, at: string): Promise<void> {
      const data: QueuedJob = { tenantId: tx.tenantId, jobId }
      await statements.send(queue, data, { id: jobId, startAfter: at, db })
    },

    /** Makes whoever asks for work on the same thing wait for this transaction. */
    async holdWishes(queue: string, subjectId: string): Promise<void> {
      await tx.rows(
        {
          name: 'job_hold_wishes',
          text: `select pg_advisory_xact_lock(hashtextextended($1::text || ' ' || $2::text || ' ' || $3::text, 0))`
        },
        [tx.tenantId, queue, subjectId]
      )
    },

    /** Jobs about something that have not ended, the oldest first. The queue holds nothing but these and what ended lately. */
    async pending(queue: string, subjectId: string): Promise<string[]> {
      const rows = await tx.rows<{ id: string }>(
        {
          name: 'job_pending',
          text: `select id from ${QUEUE_SCHEMA}.job
                 where name = $1 and state in ('created', 'retry', 'active')
                   and data->>'tenantId' = $2 and data->>'subjectId' = $3
                 order by created_on, id`
        },
        [queue, tx.tenantId, subjectId]
      )
      return rows.map(row => row.id)
    },

    /** Nobody will take it up any more. One that is being worked on is not called back. */
    async withdraw(queue: string, jobId: string): Promise<void> {
      await statements.cancel(queue, jobId, { db })
    }
  }
}

/** A second key space beside that of the idempotency keys, so that one never waits for the other. */
const RUN_LOCKS = 1

/** Held by whoever works on a job, so that everybody can see whether he still lives. */
export const jobLocks = (tx: Tx) => ({
  /** Holds a job until the transaction ends; false when somebody else does. */
  async holdJob(jobId: string): Promise<boolean> {
    const [row] = await tx.rows<{ held: boolean }>(
      { name: 'job_hold', text: `select pg_try_advisory_xact_lock(hashtextextended($1, ${RUN_LOCKS})) as held` },
      [jobId]
    )
    return row?.held === true
  }
})

/** The queue as its keeper sees it, over all tenants; it holds nothing but ids. */
export const queueKeeperRepository = ({ work }: Pick<Database, 'work'>) => ({
  /**
   * Jobs that were taken up more than `graceSeconds` ago and are held by nobody: the process that had them is gone. The
   * lock is tried, and given back at once, only for jobs that are under way.
   */
  async abandoned(queue: string, graceSeconds: number): Promise<string[]> {
    const { rows } = await work.query<{ id: string }>(
      `with active as materialized (
         select id from ${QUEUE_SCHEMA}.job
         where name = $1 and state = 'active' and started_on < now() - make_interval(secs => $2))
       select id from active where pg_try_advisory_xact_lock(hashtextextended(id::text, ${RUN_LOCKS}))`,
      [queue, graceSeconds]
    )
    return rows.map(row => row.id)
  }
})
