import type { Tx } from '../db/client.ts'
import { isRetryable, isUnreachable } from '../db/errors.ts'
import { DomainError, type Refusal } from '../domain/errors.ts'
import { eventsRepository } from '../repositories/events.ts'
import { jobLocks, type QueuedJob } from '../repositories/job-queue.ts'
import { type JobEnd, jobsRepository } from '../repositories/jobs.ts'
import { tenantsRepository } from '../repositories/tenants.ts'
import type { Actor, ServiceDeps } from './context.ts'
import { eventsOf, type Happening } from './events.ts'
import { Cancelled, Interrupted, type JobProgress, jobProgress } from './job-progress.ts'
import { hasEnded } from './jobs.ts'
import { systemActor } from './tenants.ts'

/** The job is in other hands: a process that seemed to be gone still works on it. */
class Held extends Error {}

/** A kind of job: what it does in its one transaction, and what is said if it fails for good. */
export interface Work {
  /** Does the work and returns its result. What it wrote stays only if the job ends with success. */
  execute(actor: Actor, tx: Tx, progress: JobProgress): Promise<Record<string, unknown>>
  readonly failed: (refusal: Refusal) => Happening
}

/**
 * Carries out a queued job in one transaction: it is done whole, once, or not at all. What a later try may mend is thrown,
 * for the queue to try again; everything else ends the job here, as succeeded, cancelled or failed. A job that has ended
 * already is left alone.
 */
export async function carryOut(deps: ServiceDeps, job: QueuedJob, signal: AbortSignal, work: Work): Promise<void> {
  const actor = await actorFor(deps, job.tenantId)
  if (!actor || !(await takeUp(deps, actor, job.jobId))) return
  const progress = jobProgress(deps, actor, job.jobId, signal)
  try {
    await deps.working(actor, async tx => {
      if (!(await jobLocks(tx).holdJob(job.jobId))) throw new Held()
      await succeed(deps, tx, job.jobId, await work.execute(actor, tx, progress))
    })
  } catch (error) {
    if (error instanceof Cancelled) return endCancelled(deps, actor, job.jobId)
    if (mayPass(error)) throw error
    await endFailed(deps, actor, job.jobId, refusalOf(error), work)
    if (!(error instanceof DomainError)) throw error
  }
}

/** Ends a job that was tried in vain as often as one is: its callers learn of it. */
export async function giveUpOn(deps: ServiceDeps, job: QueuedJob, work: Pick<Work, 'failed'>): Promise<void> {
  const actor = await actorFor(deps, job.tenantId)
  if (actor) await endFailed(deps, actor, job.jobId, GAVE_UP, work)
}

const GAVE_UP: Refusal = {
  kind: 'unavailable',
  code: 'job.gave_up',
  detail: 'The work was begun several times, and each time its process or its database went away.'
}

const INTERNAL: Refusal = {
  kind: 'unavailable',
  code: 'job.internal_error',
  detail: 'Something went wrong on our side; it has been logged under the job.'
}

const mayPass = (error: unknown): boolean =>
  error instanceof Held || error instanceof Interrupted || isRetryable(error) || isUnreachable(error)

function refusalOf(error: unknown): Refusal {
  if (!(error instanceof DomainError)) return INTERNAL
  const { kind, code, detail, facts } = error
  return { kind, code, detail, ...(facts ? { facts } : {}) }
}

async function actorFor(deps: ServiceDeps, tenantId: string): Promise<Actor | undefined> {
  const tenant = await tenantsRepository(deps.database).find(tenantId)
  return tenant && systemActor(tenant)
}

/** Marks the job as running. False when there is nothing left to do. */
const takeUp = (deps: ServiceDeps, actor: Actor, jobId: string): Promise<boolean> =>
  deps.inTenant(actor, async tx => {
    const jobs = jobsRepository(tx)
    const job = await jobs.forUpdate(jobId)
    if (!job || hasEnded(job)) return false
    await jobs.start(jobId, deps.clock().toISOString())
    return true
  })

/** Ended by somebody else meanwhile, or to be cancelled: what was written in this transaction must not stay. */
async function succeed(deps: ServiceDeps, tx: Tx, jobId: string, result: Record<string, unknown>): Promise<void> {
  const job = await jobsRepository(tx).forUpdate(jobId)
  if (job?.cancelRequested) throw new Cancelled()
  if (!(await jobsRepository(tx).end(jobId, ended(deps, 'succeeded', result, null)))) throw new Cancelled()
}

const endCancelled = (deps: ServiceDeps, actor: Actor, jobId: string): Promise<void> =>
  deps.inTenant(actor, async tx => {
    await jobsRepository(tx).end(jobId, ended(deps, 'cancelled', null, null))
    const cancelled = { type: 'job.cancelled', subjectType: 'job', subjectId: jobId, data: {} }
    await eventsRepository(tx).append(eventsOf(deps, actor, [cancelled]))
  })

const endFailed = (
  deps: ServiceDeps,
  actor: Actor,
  jobId: string,
  refusal: Refusal,
  { failed }: Pick<Work, 'failed'>
): Promise<void> =>
  deps.inTenant(actor, async tx => {
    if (!(await jobsRepository(tx).end(jobId, ended(deps, 'failed', null, { ...refusal })))) return
    await eventsRepository(tx).append(eventsOf(deps, actor, [failed(refusal)]))
  })

const ended = (
  deps: ServiceDeps,
  status: JobEnd['status'],
  result: JobEnd['result'],
  problem: JobEnd['problem']
): JobEnd => ({ status, result, problem, finishedAt: deps.clock().toISOString() })
