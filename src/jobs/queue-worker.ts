import { setTimeout as sleep } from 'node:timers/promises'
import type PgBoss from 'pg-boss'
import { describeFailure } from '../db/errors.ts'

export interface Logger {
  info(facts: object, message: string): void
  warn(facts: object, message: string): void
}

/** What the queue carries of a job. */
export interface Ticket {
  readonly tenantId: string
  readonly jobId: string
  readonly subjectId?: string
}

export interface QueueWorkerOptions {
  readonly boss: Pick<PgBoss, 'fetch' | 'complete' | 'fail'>
  readonly queue: string
  readonly signal: AbortSignal
  readonly logger: Logger
  readonly work: (job: Ticket) => Promise<void>
}

/** Between two looks at an empty queue. */
const IDLE_MS = 500

/**
 * Works off a queue, one job at a time, until the signal. What `work` throws fails the job, which the queue gives out again
 * later, as often as it allows. The queue's own workers do not wait for the word that a job is done, so that a database
 * that goes away at that moment ends the process; here the job stays under way, and is found abandoned.
 */
export async function pollQueue({ boss, queue, signal, logger, work }: QueueWorkerOptions): Promise<void> {
  const attempt = async (ticket: Ticket, id: string): Promise<void> => {
    try {
      await work(ticket)
      await boss.complete(queue, id)
    } catch (error) {
      logger.warn({ queue, job: ticket.jobId, failure: describeFailure(error) }, 'a job has failed for now')
      await boss.fail(queue, id, { message: error instanceof Error ? error.name : 'unknown' })
    }
  }

  while (!signal.aborted) {
    try {
      const [job] = await boss.fetch<Ticket>(queue)
      if (job) await attempt(job.data, job.id)
      else await sleep(IDLE_MS, undefined, { signal })
    } catch (error) {
      if (signal.aborted) return
      logger.warn({ queue, failure: describeFailure(error) }, 'the job queue cannot be reached')
      await sleep(IDLE_MS, undefined, { signal }).catch(() => {})
    }
  }
}
