import { setTimeout as sleep } from 'node:timers/promises'
import PgBoss from 'pg-boss'
import type { Database } from '../db/client.ts'
import { describeFailure } from '../db/errors.ts'
import {
  ANSWER_CLOCK_QUEUE,
  LOST_RUN_QUEUE,
  LOST_SEGMENT_QUEUE,
  QUEUE_SCHEMA,
  RUN_QUEUE,
  SEGMENT_QUEUE
} from '../db/queues.ts'
import type { Services } from '../services/index.ts'
import { type Logger, pollQueue } from './queue-worker.ts'

export interface WorkersOptions {
  readonly services: Pick<
    Services,
    'answerClock' | 'classificationRun' | 'segmentRefreshes' | 'jobs' | 'schedule' | 'retention'
  >
  readonly database: Pick<Database, 'work'>
  readonly logger: Logger
}

export interface Workers {
  /** Takes nothing up any more and lets what is under way end, or begin anew elsewhere. */
  stop(): Promise<void>
}

const RECOVER_EVERY_MS = 5_000
const CLOCK_EVERY_MS = 30_000
const RETENTION_EVERY_MS = 6 * 3_600_000
/** A start has other things to do than to clear up. */
const RETENTION_AFTER_MS = 60_000

/**
 * Background work of this process, from now on: queued runs, what the clock makes due, and clearing up. Any number of
 * processes may do so side by side; a run is one process's at a time, and one that dies over it leaves it to the others.
 */
export async function startWorkers({ services, database, logger }: WorkersOptions): Promise<Workers> {
  const stopping = new AbortController()
  const { signal } = stopping
  // Its tables were made by the migration, for a role that may change nothing of them. It looks after its own rows, and
  // knows no clock: a timer that asks the tenants' days needs none.
  const boss = new PgBoss({ schema: QUEUE_SCHEMA, db: queueConnection(database), migrate: false, schedule: false })
  boss.on('error', error => logger.warn({ failure: describeFailure(error) }, 'the job queue is interrupted'))
  await boss.start()

  const { answerClock, classificationRun, segmentRefreshes, jobs, schedule, retention } = services
  const every = (ms: number, what: string, work: () => Promise<unknown>, firstAfterMs = 0) =>
    repeat({ ms, firstAfterMs, signal, work, onError: error => logger.warn({ failure: describeFailure(error) }, what) })

  const loops = [
    pollQueue({ boss, queue: RUN_QUEUE, signal, logger, work: job => classificationRun.perform(job, signal) }),
    pollQueue({ boss, queue: LOST_RUN_QUEUE, signal, logger, work: job => classificationRun.giveUp(job) }),
    pollQueue({ boss, queue: SEGMENT_QUEUE, signal, logger, work: job => segmentRefreshes.perform(job, signal) }),
    pollQueue({ boss, queue: LOST_SEGMENT_QUEUE, signal, logger, work: job => segmentRefreshes.giveUp(job) }),
    pollQueue({ boss, queue: ANSWER_CLOCK_QUEUE, signal, logger, work: job => answerClock.perform(job, signal) }),
    every(RECOVER_EVERY_MS, 'abandoned jobs could not be looked for', async () => {
      for (const queue of [RUN_QUEUE, SEGMENT_QUEUE]) {
        const ids = await jobs.abandoned(queue)
        if (ids.length > 0) logger.warn({ queue, jobs: ids }, 'jobs whose process is gone begin anew')
        for (const id of ids) await boss.fail(queue, id, { message: 'the process that worked on it is gone' })
      }
    }),
    every(CLOCK_EVERY_MS, 'the daily work could not be scheduled', () => schedule.queueDue()),
    every(CLOCK_EVERY_MS, 'answers that fell due could not be looked for', () => answerClock.sweep(signal)),
    every(RETENTION_EVERY_MS, 'clearing up failed', () => retention.sweep(), RETENTION_AFTER_MS)
  ]
  return {
    async stop() {
      stopping.abort()
      await Promise.all(loops)
      await boss.stop({ graceful: false })
    }
  }
}

/** Statements of the queue, some of which are whole transactions: one that fails must not leave its connection inside. */
const queueConnection = ({ work }: Pick<Database, 'work'>): PgBoss.Db => ({
  async executeSql(text, values) {
    const client = await work.connect()
    let broken: Error | undefined
    try {
      return await client.query(text, values)
    } catch (error) {
      await client.query('rollback').catch((failure: Error) => {
        broken = failure
      })
      throw error
    } finally {
      client.release(broken)
    }
  }
})

interface Repetition {
  readonly ms: number
  readonly firstAfterMs: number
  readonly signal: AbortSignal
  readonly work: () => Promise<unknown>
  readonly onError: (error: unknown) => void
}

/** Does something again and again, one at a time, until the signal; a failure is told and the next turn comes. */
async function repeat({ ms, firstAfterMs, signal, work, onError }: Repetition): Promise<void> {
  const pause = (time: number) => sleep(time, undefined, { signal }).catch(() => {})
  await pause(firstAfterMs)
  while (!signal.aborted) {
    await work().catch(onError)
    await pause(ms)
  }
}
