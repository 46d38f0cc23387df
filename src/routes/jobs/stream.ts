import { setTimeout as sleep } from 'node:timers/promises'
import { responseWriter } from '../../plugins/serialization.ts'
import { hasEnded, type JobRow } from '../../services/jobs.ts'
import { Job, jobView } from '../shared/job.ts'

const EVERY_MS = 250
/** Proxies cut a connection on which nothing is said for a minute or so. */
const HEARTBEAT_MS = 15_000

const write = responseWriter(Job)

/**
 * A job as server-sent events: at once, and then on every change until it has ended or `signal` aborts. Whoever stops
 * reading stops the asking.
 */
export async function* jobEvents(
  first: JobRow,
  read: () => Promise<JobRow>,
  signal: AbortSignal
): AsyncGenerator<string> {
  let last = ''
  let spoken = Date.now()
  for (let job = first; ; job = await read()) {
    const text = write(jobView(job))
    if (text !== last) {
      yield `event: job\ndata: ${text}\n\n`
      last = text
      spoken = Date.now()
    } else if (Date.now() - spoken > HEARTBEAT_MS) {
      yield ': still here\n\n'
      spoken = Date.now()
    }
    if (hasEnded(job)) return
    await sleep(EVERY_MS, undefined, { signal }).catch(() => {})
    if (signal.aborted) return
  }
}
