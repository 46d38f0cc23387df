import type { Tx } from '../db/client.ts'
import { RUN_QUEUE } from '../db/queues.ts'
import type { AbcClass } from '../domain/abc.ts'
import { mergePolicy, type TrialPolicy } from '../domain/classification-policy.ts'
import { notFound, unprocessable } from '../domain/errors.ts'
import { type ClassChangeRow, classificationRunsRepository, type RunRow } from '../repositories/classification-runs.ts'
import { type CustomerName, customerNamesRepository } from '../repositories/customer-names.ts'
import { eventsRepository } from '../repositories/events.ts'
import { jobQueueRepository } from '../repositories/job-queue.ts'
import { type JobRow, jobsRepository } from '../repositories/jobs.ts'
import { dayIn } from './calendar.ts'
import { completePolicy, currentPolicy, refuseFaults } from './classification-policy.ts'
import { asOfBeforeLatest, type RunReport } from './classification-run.ts'
import type { Actor, ServiceDeps } from './context.ts'
import { visibleName } from './customer-names.ts'
import { eventsOf } from './events.ts'
import { newJob } from './jobs.ts'

export interface RunRequest {
  /** Now where absent. */
  readonly asOf?: string | undefined
  /** Only what differs from the tenant's policy; such a run is always a dry one. */
  readonly policy?: TrialPolicy | undefined
  readonly dryRun?: boolean | undefined
}

/** A report as it comes back from the database: nobody else holds a part of it. */
type Plain<T> = T extends readonly (infer Item)[]
  ? Plain<Item>[]
  : T extends object
    ? { -readonly [K in keyof T]: Plain<T[K]> }
    : T

/** A run with its report; null in every figure until it has succeeded. */
export type RunView = Omit<RunRow, 'report'> & { [K in keyof RunReport]: Plain<RunReport>[K] | null }

export type RunSummary = Omit<RunView, 'lorenz' | 'managers' | 'rfmCuts'>

export interface ClassChange extends ClassChangeRow, CustomerName {}

export interface ChangesFilter {
  /** `unclassified`: whoever was classified for the first time. */
  readonly from?: AbcClass | 'unclassified' | undefined
  readonly to?: AbcClass | undefined
}

export const classificationRunsService = (deps: ServiceDeps) => ({
  /**
   * Queues a run and answers its job, whose id is the run's. While the same run, one that is to be applied as of the same
   * instant or of now by the same policy, waits for its turn, that one's job is the answer: a second would find what the
   * first finds. A trial policy makes it a dry run, which reports who would enter and leave each class and changes
   * nothing. Refuses a future `asOf` of a run that is to be applied, and one earlier than what was applied last.
   */
  start: (actor: Actor, request: RunRequest): Promise<JobRow> =>
    deps.inTenant(actor, async tx => {
      const now = deps.clock().toISOString()
      const asOf = request.asOf === undefined ? now : new Date(request.asOf).toISOString()
      const dryRun = request.dryRun === true || request.policy !== undefined
      if (request.policy !== undefined && request.dryRun === false) {
        throw unprocessable(
          'classification_run.trial_is_dry',
          'A trial policy is never applied: replace the policy first.'
        )
      }
      if (!dryRun) await refuseAsOf(tx, asOf, now)
      const { version, policy } = await currentPolicy(tx)
      if (request.policy) refuseFaults(mergePolicy(completePolicy(policy), request.policy), '/policy')
      if (!dryRun) {
        const waiting = await alreadyQueued(tx, request.asOf === undefined ? null : asOf, {
          asOfDay: dayIn(actor.tenant.timeZone, asOf),
          policyVersion: version
        })
        if (waiting) return waiting
      }
      return queueRun(deps, tx, actor, {
        asOf,
        policyVersion: version,
        trialPolicy: request.policy ? { ...request.policy } : null,
        dryRun,
        trigger: 'request',
        createdAt: now
      })
    }),

  get: (actor: Actor, id: string): Promise<RunView> => deps.reading(actor, async tx => runView(await foundRun(tx, id))),

  /** Newest first, without the points of their curves. */
  list: (actor: Actor, after: { createdAt: string; id: string } | null, limit: number): Promise<RunSummary[]> =>
    deps.reading(actor, async tx => (await classificationRunsRepository(tx).list(after, limit)).map(runView)),

  /** Who came into another class by a run, or would by a dry one, in the order of their ids. */
  changes: (
    actor: Actor,
    id: string,
    filter: ChangesFilter,
    afterId: string | null,
    limit: number
  ): Promise<ClassChange[]> =>
    deps.reading(actor, async tx => {
      const run = await foundRun(tx, id)
      const from = filter.from === 'unclassified' ? null : filter.from
      const rows = await classificationRunsRepository(tx).changes(run, { from, to: filter.to }, afterId, limit)
      const names = await customerNamesRepository(tx).of(rows.map(row => row.customerId))
      return rows.map(row => ({ ...row, ...visibleName(names.get(row.customerId), actor) }))
    })
})

async function foundRun(tx: Tx, id: string): Promise<RunRow> {
  const run = await classificationRunsRepository(tx).find(id)
  if (!run) throw notFound('classification_run')
  return run
}

async function refuseAsOf(tx: Tx, asOf: string, now: string): Promise<void> {
  if (asOf > now) {
    throw unprocessable('classification_run.as_of_in_future', 'Only a dry run may look at a time that is yet to come.')
  }
  const latest = await classificationRunsRepository(tx).appliedAt(null)
  if (latest && asOf < latest.asOf) throw asOfBeforeLatest(latest.asOf)
}

async function alreadyQueued(
  tx: Tx,
  asOf: string | null,
  { asOfDay, policyVersion }: Pick<RunRow, 'asOfDay' | 'policyVersion'>
): Promise<JobRow | undefined> {
  const runs = classificationRunsRepository(tx)
  await runs.holdQueue()
  const id = await runs.queued(asOf, asOfDay, policyVersion)
  return id === undefined ? undefined : jobsRepository(tx).find(id)
}

/** Writes a run, its job and the queue's word in the transaction that wants it: all of them are there, or none. */
export async function queueRun(
  deps: ServiceDeps,
  tx: Tx,
  actor: Actor,
  run: Pick<RunRow, 'asOf' | 'policyVersion' | 'trialPolicy' | 'dryRun' | 'trigger' | 'createdAt'>
): Promise<JobRow> {
  const job = newJob(deps.newId(), 'classification_run', run.createdAt)
  await jobsRepository(tx).insert(job)
  await classificationRunsRepository(tx).insert({
    ...run,
    id: job.id,
    asOfDay: dayIn(actor.tenant.timeZone, run.asOf)
  })
  await jobQueueRepository(tx).send(RUN_QUEUE, job.id)
  const { asOf, dryRun, policyVersion, trigger } = run
  await eventsRepository(tx).append(
    eventsOf(deps, actor, [
      {
        type: 'classification_run.requested',
        subjectType: 'classification_run',
        subjectId: job.id,
        data: { asOf, dryRun, policyVersion, trigger }
      }
    ])
  )
  return job
}

/** The figures of a run that has not reported yet. */
const NO_REPORT: { readonly [K in keyof RunReport]: null } = {
  window: null,
  customers: null,
  counts: null,
  noneByReason: null,
  turnoverMinor: null,
  customerShares: null,
  turnoverShares: null,
  cutoffs: null,
  riseCutoffs: null,
  ties: null,
  gini: null,
  topFifthShare: null,
  lorenz: null,
  rfmCuts: null,
  changed: null,
  entered: null,
  left: null,
  anonymousMinor: null,
  anonymousShare: null,
  managers: null,
  segments: null,
  advices: null,
  outcomes: null,
  rhythm: null,
  durations: null
}

/** What reports of earlier releases did not hold yet. */
const NO_DURATIONS = { gatheringMs: 0, advisingMs: 0, segmentingMs: 0 }
const NOBODY_LEFT_OUT = { notPursued: 0 }

const runView = ({ report, ...run }: RunRow): RunView => {
  const { durations, managers, ...found } = (report ?? {}) as Partial<Plain<RunReport>>
  return {
    ...NO_REPORT,
    ...found,
    durations: durations ? { ...NO_DURATIONS, ...durations } : null,
    managers: managers ? { ...NOBODY_LEFT_OUT, ...managers } : null,
    ...run
  }
}
