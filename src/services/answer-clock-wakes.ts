import type { Tx } from '../db/client.ts'
import { ANSWER_CLOCK_QUEUE } from '../db/queues.ts'
import { jobQueueRepository } from '../repositories/job-queue.ts'
import { sha256 } from './context.ts'

const SECOND_MS = 1_000

/**
 * Has the timer look at the tenant in the second after `at`, once however many clocks come to something in it. A wake only
 * wakes: what is due stands in the feedback.
 */
export async function scheduleWake(tx: Tx, at: string | null): Promise<void> {
  if (at === null) return
  const second = Math.ceil(Date.parse(at) / SECOND_MS) * SECOND_MS
  await jobQueueRepository(tx).sendAt(ANSWER_CLOCK_QUEUE, idOf(tx.tenantId, second), new Date(second).toISOString())
}

/** The same for the same tenant and second, so that the queue keeps one. */
function idOf(tenantId: string, second: number): string {
  const hex = sha256(`${ANSWER_CLOCK_QUEUE} ${tenantId} ${second}`)
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-'
  )
}
