import type { Tx } from '../db/client.ts'
import type { ClassificationPolicy, TrialPolicy } from '../domain/classification-policy.ts'
import { mergePolicy } from '../domain/classification-policy.ts'
import { conflict, type DomainError, notFound } from '../domain/errors.ts'
import { dayNumber } from '../domain/period.ts'
import { classificationPoliciesRepository } from '../repositories/classification-policies.ts'
import { classificationRunRepository } from '../repositories/classification-run.ts'
import { classificationRunsRepository, type RunRow } from '../repositories/classification-runs.ts'
import { eventsRepository } from '../repositories/events.ts'
import type { QueuedJob } from '../repositories/job-queue.ts'
import { type AssignmentRunReport, applyAssignments } from './assignment-run.ts'
import { dayIn } from './calendar.ts'
import { followManagers, oweContacts } from './care-task-moves.ts'
import { completePolicy } from './classification-policy.ts'
import type { Actor, ServiceDeps } from './context.ts'
import { refreshFacts } from './customer-facts.ts'
import { eventsOf, type Happening } from './events.ts'
import type { JobProgress } from './job-progress.ts'
import { carryOut, giveUpOn, type Work } from './job-work.ts'
import { keepFindings } from './kept-findings.ts'
import { type AdvisedReport, advise, groundsOfAdvice, writeAdvice } from './run-advice.ts'
import { type FoundReport, type FoundRun, findAndWrite } from './run-findings.ts'
import { refreshSegments, type SegmentRefreshReport } from './segment-run.ts'

/** Rankings of applied runs that are kept: a month of daily ones, and some more. */
const CURVES_KEPT = 35

/** What a run reports, as it is stored and as it is read back. */
export interface RunReport extends FoundReport, Omit<AdvisedReport, 'modelId'> {
  /** What the run did to the relationship managers; null for a run that changes nothing. */
  readonly managers: AssignmentRunReport | null
  /** What it did to the segments; null for a run that changes nothing. */
  readonly segments: Pick<SegmentRefreshReport, 'segments' | 'members' | 'entered' | 'left'> | null
  readonly durations: RunDurations
}

export interface RunDurations {
  readonly gatheringMs: number
  readonly readingMs: number
  readonly classifyingMs: number
  readonly writingMs: number
  readonly advisingMs: number
  readonly assigningMs: number
  readonly segmentingMs: number
  readonly totalMs: number
}

/** Carries out runs that were queued. */
export const classificationRunService = (deps: ServiceDeps) => {
  const work = (runId: string): Work => ({
    execute: (actor, tx, progress) => execute(deps, actor, tx, runId, progress),
    failed: ({ code }) => happening('classification_run.failed', runId, { code })
  })
  return {
    perform: (job: QueuedJob, signal: AbortSignal): Promise<void> => carryOut(deps, job, signal, work(job.jobId)),

    /** Ends a run that was tried in vain as often as a run is: its callers learn of it, and the next run may do better. */
    giveUp: (job: QueuedJob): Promise<void> => giveUpOn(deps, job, work(job.jobId))
  }
}

const happening = (type: string, runId: string, data: Record<string, unknown>): Happening => ({
  type,
  subjectType: 'classification_run',
  subjectId: runId,
  data
})

/** The whole run in its transaction. One of a tenant at a time: the next one waits, then builds on what this one wrote. */
async function execute(
  deps: ServiceDeps,
  actor: Actor,
  tx: Tx,
  id: string,
  progress: JobProgress
): Promise<Record<string, unknown>> {
  await classificationRunRepository(tx).lockTenant()
  const row = await classificationRunsRepository(tx).find(id)
  if (!row) throw notFound('classification_run')
  const latest = (await classificationRunsRepository(tx).appliedAt(null)) ?? null
  if (!row.dryRun && latest && row.asOf < latest.asOf) throw asOfBeforeLatest(latest.asOf)
  const policy = await policyOf(tx, row)
  const lap = stopwatch()

  const asOfDay = dayNumber(row.asOfDay)
  await progress.step('gathering', 0, 1)
  const now = deps.clock().toISOString()
  const refreshed = await refreshFacts(tx, {
    asOfDay,
    minBrandsInCategory: policy.loyalty.minBrandsInCategory,
    today: dayNumber(dayIn(actor.tenant.timeZone, now)),
    now,
    trial: row.trialPolicy !== null
  })
  const gatheringMs = lap()

  const question = { row, latest, policy, asOfDay, now, refreshed }
  const applied = row.dryRun ? null : now
  const { report, run, done, readingMs, classifyingMs, writingMs } = await findAndWrite(
    deps,
    actor,
    tx,
    question,
    progress,
    lap,
    {
      classifying: customers => groundsOfAdvice(deps, tx, question, customers, applied),
      writing: (run, grounds) => advise(run, grounds, applied)
    }
  )
  const rows = run.digests.length

  await progress.step('advising', 2 * rows, 2 * rows)
  const { modelId, advices, outcomes } = done
  if (!row.dryRun) await writeAdvice(tx, run, done, now)
  const advisingMs = lap()
  if (!row.dryRun) await keepFindings(tx, row.id, run)
  const keepingMs = lap()

  await progress.step('assigning', 2 * rows, 2 * rows)
  const managers = row.dryRun ? null : await assign(deps, tx, run, now)
  const choosingMs = lap()

  await progress.step('segmenting', 2 * rows, 2 * rows)
  const segments = row.dryRun ? null : await segment(deps, tx, run, now)
  const segmentingMs = lap()

  // At the very end: who opens a task waits from here until the run is committed.
  if (!row.dryRun) {
    await followManagers(deps, tx, { runId: row.id, now })
    await oweContacts(deps, tx, actor, row.id)
  }
  const followingMs = lap()
  const assigningMs = choosingMs + followingMs

  const durations = {
    gatheringMs,
    readingMs,
    classifyingMs,
    writingMs: writingMs + keepingMs,
    advisingMs,
    assigningMs,
    segmentingMs
  }
  const totalMs = Object.values(durations).reduce((sum, ms) => sum + ms, 0)
  return finish(deps, actor, tx, run, now, modelId, {
    ...report,
    managers,
    segments,
    advices,
    outcomes,
    durations: { ...durations, totalMs }
  })
}

/** Two runs may have been queued in one order and begun in the other; the classes never go back in time. */
export const asOfBeforeLatest = (latestAsOf: string): DomainError =>
  conflict(
    'classification_run.as_of_before_latest',
    'A run as of a later time has been applied already. Ask for an earlier one with dryRun.',
    { latestAsOf }
  )

async function policyOf(tx: Tx, { policyVersion, trialPolicy }: RunRow): Promise<ClassificationPolicy> {
  const stored = await classificationPoliciesRepository(tx).find(policyVersion)
  if (!stored) throw notFound('classification_policy')
  const policy = completePolicy(stored.policy)
  return trialPolicy === null ? policy : mergePolicy(policy, trialPolicy as TrialPolicy)
}

const assign = (
  deps: ServiceDeps,
  tx: Tx,
  { row, policy, ids, findings }: FoundRun,
  now: string
): Promise<AssignmentRunReport> =>
  applyAssignments(deps, tx, {
    runId: row.id,
    asOf: row.asOf,
    now,
    graceRuns: policy.relationshipManagers.graceRuns,
    minutesPerCustomer: policy.standing.minutesPerMonth,
    ids,
    found: findings
  })

async function segment(deps: ServiceDeps, tx: Tx, { row }: FoundRun, now: string): Promise<RunReport['segments']> {
  const { segments, members, entered, left } = await refreshSegments(deps, tx, {
    runId: row.id,
    asOf: row.asOf,
    asOfDay: row.asOfDay,
    now
  })
  return { segments, members, entered, left }
}

/** The last word, in the run's own transaction: the report, the news of it, and what the job results in. */
async function finish(
  deps: ServiceDeps,
  actor: Actor,
  tx: Tx,
  { row }: FoundRun,
  now: string,
  modelId: string | null,
  report: RunReport
): Promise<Record<string, unknown>> {
  const { customers, counts, changed } = report
  const appliedAt = row.dryRun ? null : now
  await classificationRunsRepository(tx).finish(row.id, report, appliedAt, modelId)
  if (!row.dryRun) await classificationRunRepository(tx).dropOldCurves(CURVES_KEPT)
  const type = row.dryRun ? 'classification_run.reported' : 'classification_run.applied'
  const news = happening(type, row.id, { asOf: row.asOf, customers, counts, changed })
  await eventsRepository(tx).append(eventsOf(deps, actor, [news]))
  return { classificationRunId: row.id, dryRun: row.dryRun, appliedAt, customers, counts, changed }
}

/** Milliseconds since the last time it was asked. */
function stopwatch(): () => number {
  let last = performance.now()
  return () => {
    const now = performance.now()
    const passed = Math.round(now - last)
    last = now
    return passed
  }
}
