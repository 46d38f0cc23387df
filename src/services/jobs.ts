import { RUN_QUEUE, SEGMENT_QUEUE } from '../db/queues.ts'
import { conflict, notFound } from '../domain/errors.ts'
import { eventsRepository } from '../repositories/events.ts'
import { jobQueueRepository, queueKeeperRepository } from '../repositories/job-queue.ts'
import { type JobRow, jobsRepository } from '../repositories/jobs.ts'
import type { Actor, ServiceDeps } from './context.ts'
import { eventsOf } from './events.ts'

export type { JobRow }

/** A worker holds its job from within milliseconds of taking it up; a machine under load may take longer. */
const GRACE_SECONDS = 10

/** Which queue drives which kind of job. */
const QUEUE_OF: Readonly<Record<string, string>> = {
  classification_run: RUN_QUEUE,
  segment_refresh: SEGMENT_QUEUE
}

/** A job that nobody has taken up yet. */
export const newJob = (id: string, kind: string, createdAt: string): JobRow => ({
  id,
  kind,
  status: 'queued',
  progress: { phase: null, done: 0, total: null },
  cancelRequested: false,
  result: null,
  problem: null,
  createdAt,
  startedAt: null,
  finishedAt: null
})

/** Whether nothing about a job can change any more. */
export const hasEnded = ({ status }: Pick<JobRow, 'status'>): boolean => status !== 'queued' && status !== 'running'

export const jobsService = (deps: ServiceDeps) => ({
  get: (actor: Actor, id: string): Promise<JobRow> =>
    deps.reading(actor, async tx => {
      const job = await jobsRepository(tx).find(id)
      if (!job) throw notFound('job')
      return job
    }),

  /** Newest first. */
  list: (actor: Actor, after: { createdAt: string; id: string } | null, limit: number): Promise<JobRow[]> =>
    deps.reading(actor, tx => jobsRepository(tx).list(after, limit)),

  /**
   * Cancels a job: at once while it is queued; while it runs, between two of its steps, unless it is done before. Asking
   * again changes nothing. Refuses one that succeeded or failed: `job.already_finished`.
   */
  cancel: (actor: Actor, id: string): Promise<JobRow> =>
    deps.inTenant(actor, async tx => {
      const jobs = jobsRepository(tx)
      const job = await jobs.forUpdate(id)
      if (!job) throw notFound('job')
      if (job.status === 'cancelled' || (job.status === 'running' && job.cancelRequested)) return job
      if (hasEnded(job)) {
        throw conflict('job.already_finished', 'A job that has finished cannot be cancelled.', { status: job.status })
      }
      const queue = QUEUE_OF[job.kind]
      if (job.status === 'queued') {
        const finishedAt = deps.clock().toISOString()
        await jobs.end(id, { status: 'cancelled', result: null, problem: null, finishedAt })
        if (queue !== undefined) await jobQueueRepository(tx).withdraw(queue, id)
      }
      await jobs.requestCancellation(id)
      await eventsRepository(tx).append(
        eventsOf(deps, actor, [
          {
            type: job.status === 'queued' ? 'job.cancelled' : 'job.cancellation_requested',
            subjectType: 'job',
            subjectId: id,
            data: { kind: job.kind }
          }
        ])
      )
      return (await jobs.find(id)) ?? job
    }),

  /** Jobs of a queue whose process is gone, for the queue to give to another one. Looks over all tenants. */
  abandoned: (queue: string): Promise<string[]> => queueKeeperRepository(deps.database).abandoned(queue, GRACE_SECONDS)
})
