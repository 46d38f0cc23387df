import { jobsRepository } from '../repositories/jobs.ts'
import type { Actor, ServiceDeps } from './context.ts'

/** Between two words about the progress, while rows fly by. */
const EVERY_MS = 250
/** Rows between two looks at the time. */
const EVERY_ROWS = 4_096

/** Thrown between two steps of a job that somebody has cancelled: nothing of it stays. */
export class Cancelled extends Error {}

/** Thrown between two steps of a job whose process stops: another one begins it anew. */
export class Interrupted extends Error {}

/** Tells how far a job is, in transactions of its own, so that it is visible while the job's own is still open. */
export interface JobProgress {
  /** Begins a step. Throws if the job should not go on. */
  step(phase: string, done: number, total: number): Promise<void>
  /** Tells of rows within a step, now and then. */
  rows(done: number): void
}

export function jobProgress(deps: ServiceDeps, actor: Actor, jobId: string, signal: AbortSignal): JobProgress {
  const state = { phase: '', done: 0, total: 0 }
  let told = 0
  let telling: Promise<unknown> = Promise.resolve()
  let pending = false

  const tell = () =>
    deps.inTenant(actor, tx => jobsRepository(tx).progress(jobId, state.phase, state.done, state.total))

  return {
    async step(phase, done, total) {
      Object.assign(state, { phase, done, total })
      await telling
      told = performance.now()
      const { cancelRequested } = await tell()
      if (cancelRequested) throw new Cancelled()
      if (signal.aborted) throw new Interrupted()
    },

    rows(done) {
      if (done % EVERY_ROWS !== 0 || pending || performance.now() - told < EVERY_MS) return
      state.done = done
      told = performance.now()
      pending = true
      // A word that is lost is followed by the next one.
      telling = tell()
        .catch(() => {})
        .finally(() => {
          pending = false
        })
    }
  }
}
