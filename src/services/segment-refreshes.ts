import { SEGMENT_QUEUE } from '../db/queues.ts'
import { conflict, notFound, type Refusal } from '../domain/errors.ts'
import { classificationRunRepository } from '../repositories/classification-run.ts'
import { eventsRepository } from '../repositories/events.ts'
import { jobQueueRepository, type QueuedJob } from '../repositories/job-queue.ts'
import { type JobRow, jobsRepository } from '../repositories/jobs.ts'
import { segmentsRepository } from '../repositories/segments.ts'
import { dayIn } from './calendar.ts'
import type { Actor, ServiceDeps } from './context.ts'
import { eventsOf, type Happening } from './events.ts'
import { carryOut, giveUpOn } from './job-work.ts'
import { newJob } from './jobs.ts'
import { refreshSegments } from './segment-run.ts'

/** Computes single segments between the daily runs. */
export const segmentRefreshesService = (deps: ServiceDeps) => ({
  /**
   * Queues the computation of a segment and answers its job; while one waits for its turn, that one. A job that has begun to
   * read is no answer to a later wish: it may have passed what has changed since. Refuses a segment that is not active:
   * `segment.inactive`.
   */
  start: (actor: Actor, segmentId: string): Promise<JobRow> =>
    deps.inTenant(actor, async tx => {
      const segment = await segmentsRepository(tx).find(segmentId)
      if (!segment) throw notFound('segment')
      if (!segment.active) throw conflict('segment.inactive', 'A segment that is not active is not computed.')
      const queue = jobQueueRepository(tx)
      await queue.holdWishes(SEGMENT_QUEUE, segmentId)
      for (const id of await queue.pending(SEGMENT_QUEUE, segmentId)) {
        const pending = await jobsRepository(tx).find(id)
        if (pending && isWaiting(pending)) return pending
      }
      const job = newJob(deps.newId(), 'segment_refresh', deps.clock().toISOString())
      await jobsRepository(tx).insert(job)
      await queue.send(SEGMENT_QUEUE, job.id, segmentId)
      const requested = happening('segment.refresh_requested', segmentId, { jobId: job.id, code: segment.code })
      await eventsRepository(tx).append(eventsOf(deps, actor, [requested]))
      return job
    }),

  /** Carries out a queued computation; see `carryOut`. */
  perform: (job: QueuedJob, signal: AbortSignal): Promise<void> =>
    carryOut(deps, job, signal, {
      failed: failed(job),
      async execute(actor, tx, progress) {
        // A run that computes the same segments goes first, or waits.
        await classificationRunRepository(tx).lockTenant()
        await progress.step('reading', 0, 1)
        const now = deps.clock().toISOString()
        const { entered, left, members, customers } = await refreshSegments(deps, tx, {
          runId: null,
          asOf: now,
          asOfDay: dayIn(actor.tenant.timeZone, now),
          now,
          segmentId: segmentOf(job),
          onRows: progress.rows
        })
        await progress.step('writing', customers, customers)
        return { segmentId: segmentOf(job), asOf: now, customers, members, entered, left }
      }
    }),

  /** Ends a computation that was tried in vain as often as one is. */
  giveUp: (job: QueuedJob): Promise<void> => giveUpOn(deps, job, { failed: failed(job) })
})

/** Whether a computation has read nothing yet: what has changed by now it will find. */
const isWaiting = ({ status, progress, cancelRequested }: JobRow): boolean =>
  !cancelRequested && (status === 'queued' || (status === 'running' && progress.phase === null))

const segmentOf = ({ subjectId }: QueuedJob): string => subjectId ?? ''

const failed =
  (job: QueuedJob) =>
  ({ code }: Refusal): Happening =>
    happening('segment.refresh_failed', segmentOf(job), { jobId: job.jobId, code })

const happening = (type: string, segmentId: string, data: Record<string, unknown>): Happening => ({
  type,
  subjectType: 'segment',
  subjectId: segmentId,
  data
})
