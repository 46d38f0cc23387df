import type { Tx } from '../db/client.ts'
import { type AdviceCounts, type AdviceRow, adviseAll } from '../domain/advice-columns.ts'
import { adviceDigest } from '../domain/advice-digest.ts'
import {
  type ClassifiedColumns,
  changedRows,
  classChanged,
  classifyColumns,
  curveOf,
  withPicture
} from '../domain/classification-columns.ts'
import type { ClassificationPolicy, TrialPolicy } from '../domain/classification-policy.ts'
import { mergePolicy } from '../domain/classification-policy.ts'
import { type ClassificationReport, reportOn } from '../domain/classification-report.ts'
import { conflict, type DomainError, notFound } from '../domain/errors.ts'
import { windowOf } from '../domain/fact-columns.ts'
import { BASIS, type SegmentCadence } from '../domain/gap-quantiles.ts'
import { newsOf } from '../domain/news.ts'
import { outlookReader } from '../domain/outlook.ts'
import { type DayNumber, dayNumber, dayText, trailingWindow } from '../domain/period.ts'
import { pictureOf, type RhythmColumns, rhythmOf, type Surroundings } from '../domain/picture-columns.ts'
import { adviceRunRepository, CHANGED_AT_RISK, type ChangedAdvice } from '../repositories/advice-run.ts'
import { type CustomerColumns, classificationFactsRepository } from '../repositories/classification-facts.ts'
import { classificationPoliciesRepository } from '../repositories/classification-policies.ts'
import { classificationRunRepository } from '../repositories/classification-run.ts'
import { classificationRunsRepository, type RunRow } from '../repositories/classification-runs.ts'
import { eventsRepository } from '../repositories/events.ts'
import type { QueuedJob } from '../repositories/job-queue.ts'
import { type AssignmentRunReport, applyAssignments } from './assignment-run.ts'
import { modelFor } from './buying-models.ts'
import { dayIn } from './calendar.ts'
import { followManagers } from './care-task-moves.ts'
import { completePolicy } from './classification-policy.ts'
import { complaintPictures } from './complaint-facts.ts'
import type { Actor, ServiceDeps } from './context.ts'
import { refreshFacts } from './customer-facts.ts'
import { findOutcomes, type OutcomesReport, observedSaveProbability, openAdvices } from './defection-run.ts'
import { eventsOf, type Happening } from './events.ts'
import { inTurns } from './in-turns.ts'
import type { JobProgress } from './job-progress.ts'
import { carryOut, giveUpOn, type Work } from './job-work.ts'
import { refreshSegments, type SegmentRefreshReport } from './segment-run.ts'
import { surroundingsOf } from './surroundings.ts'

/** Rankings of applied runs that are kept: a month of daily ones, and some more. */
const CURVES_KEPT = 35

/** What a run reports, as it is stored and as it is read back. */
export interface RunReport extends ClassificationReport {
  readonly window: { readonly fromOn: string | null; readonly toOn: string }
  /** Net turnover of the window that nobody is known to have made, and its share in all turnover of the window. */
  readonly anonymousMinor: number
  readonly anonymousShare: number | null
  /** What the run did to the relationship managers; null for a run that changes nothing. */
  readonly managers: AssignmentRunReport | null
  /** What it did to the segments; null for a run that changes nothing. */
  readonly segments: Pick<SegmentRefreshReport, 'segments' | 'members' | 'entered' | 'left'> | null
  /** Customers at risk by what is recommended, and what came of earlier advice; null for a run that changes nothing. */
  readonly advices: AdviceCounts
  readonly outcomes: OutcomesReport | null
  /** In which rhythm customers buy: quantiles of the days between purchase days of all of them, by the policy's shares. */
  readonly rhythm: { readonly gaps: number; readonly medianDays: number; readonly lateDays: number }
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

/** What one run works with. */
interface Run {
  readonly row: RunRow
  readonly policy: ClassificationPolicy
  readonly asOfDay: DayNumber
  /** The customers as they were read, and what was found out of them. */
  readonly customers: CustomerColumns
  readonly rhythm: RhythmColumns
  readonly surroundings: Surroundings
  readonly classified: ClassifiedColumns
  readonly changed: Uint32Array
}

/** The whole run in its transaction. One of a tenant at a time: the next one waits, then builds on what this one wrote. */
async function execute(
  deps: ServiceDeps,
  actor: Actor,
  tx: Tx,
  id: string,
  progress: JobProgress
): Promise<Record<string, unknown>> {
  const bulk = classificationRunRepository(tx)
  const reader = classificationFactsRepository(tx)
  await bulk.lockTenant()
  const row = await classificationRunsRepository(tx).find(id)
  if (!row) throw notFound('classification_run')
  const latest = await classificationRunsRepository(tx).appliedAt(null)
  if (!row.dryRun && latest && row.asOf < latest.asOf) throw asOfBeforeLatest(latest.asOf)
  const policy = await policyOf(tx, row)
  const lap = stopwatch()

  const asOfDay = dayNumber(row.asOfDay)
  const window = trailingWindow(asOfDay, policy.windowMonths)
  await progress.step('gathering', 0, 1)
  const now = deps.clock().toISOString()
  await refreshFacts(tx, {
    asOfDay,
    minBrandsInCategory: policy.loyalty.minBrandsInCategory,
    today: dayNumber(dayIn(actor.tenant.timeZone, now)),
    now,
    trial: row.trialPolicy !== null
  })
  const gatheringMs = lap()

  const expected = await reader.countCustomers()
  await progress.step('reading', 0, 2 * expected)
  const movedIn = policy.abc.returnsCountOn === 'sale' ? window : null
  const customers = await reader.readCustomers(expected, movedIn, progress.rows)
  const anonymousMinor = await bulk.anonymousMinor(window)
  const readingMs = lap()

  const rows = customers.previous.known.length
  await progress.step('classifying', rows, 2 * rows)
  const bought = windowOf(customers.facts, window, customers.moved)
  const rhythm = await inTurns(rhythmOf(customers.facts, policy, asOfDay))
  const complaints = await complaintPictures(tx, actor, row.asOfDay, policy)
  const surroundings = await surroundingsOf(tx, actor, customers, rhythm, policy, asOfDay, complaints)
  const before = { ...customers.previous, sameDay: latest?.asOfDay === row.asOfDay }
  const byAmount = classifyColumns(bought, customers.previous, policy, asOfDay)
  const picture = pictureOf(customers.facts, rhythm, surroundings, byAmount.found.classes, before, policy, asOfDay)
  const classified = withPicture(byAmount, await inTurns(picture))
  const changed = changedRows(customers.previous, classified.found)
  const report = reportOn(classified, customers.previous, changed)
  const classifyingMs = lap()

  await progress.step('writing', 2 * rows - changed.length, 2 * rows)
  const run: Run = { row, policy, customers, rhythm, surroundings, classified, changed, asOfDay }
  await (row.dryRun ? writeDry(tx, run, now) : writeApplied(deps, tx, run, now, progress))
  const writingMs = lap()

  await progress.step('advising', 2 * rows, 2 * rows)
  const { modelId, ...advice } = await advise(deps, tx, run, row.dryRun ? null : now)
  const advisingMs = lap()

  await progress.step('assigning', 2 * rows, 2 * rows)
  const managers = row.dryRun ? null : await assign(deps, tx, run, now)
  const choosingMs = lap()

  await progress.step('segmenting', 2 * rows, 2 * rows)
  const segments = row.dryRun ? null : await segment(deps, tx, run, now)
  const segmentingMs = lap()

  // At the very end: who opens a task waits from here until the run is committed.
  if (!row.dryRun) await followManagers(deps, tx, { runId: row.id, now })
  const followingMs = lap()
  const assigningMs = choosingMs + followingMs

  const totalMs = gatheringMs + readingMs + classifyingMs + writingMs + advisingMs + assigningMs + segmentingMs
  return finish(deps, actor, tx, run, now, modelId, {
    window: { fromOn: window.fromDay === null ? null : dayText(window.fromDay), toOn: dayText(window.toDay) },
    ...report,
    anonymousMinor,
    anonymousShare: anonymousShare(anonymousMinor, bought.amounts),
    managers,
    segments,
    ...advice,
    rhythm: rhythmInDays(rhythm.segment),
    durations: { gatheringMs, readingMs, classifyingMs, writingMs, advisingMs, assigningMs, segmentingMs, totalMs }
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

async function writeApplied(deps: ServiceDeps, tx: Tx, run: Run, now: string, progress: JobProgress): Promise<void> {
  const { row, customers, classified, changed } = run
  const bulk = classificationRunRepository(tx)
  const stamp = { id: row.id, asOf: row.asOf, now }
  await bulk.stage(customers, classified.found, changed)
  await bulk.writeCurrent(stamp)
  const rows = customers.previous.known.length
  await progress.step('writing', 2 * rows - Math.ceil(changed.length / 2), 2 * rows)
  await bulk.writeHistory(stamp)
  const news = newsOf(customers.previous, classified.found, changed)
  await bulk.writeEvents(customers, news, () => uuidBytes(deps.newId()), stamp)
  await bulk.writeCurve(stamp, curveOf(classified.found.amounts, classified.abc))
}

async function writeDry(tx: Tx, run: Run, now: string): Promise<void> {
  const { row, customers, classified, changed } = run
  const bulk = classificationRunRepository(tx)
  const moved = changed.filter(place => classChanged(customers.previous, classified.found, place))
  await bulk.stage(customers, classified.found, moved)
  await bulk.writeDryChanges({ id: row.id, asOf: row.asOf, now })
}

/** Estimates what is to be expected of the customers at risk and advises on each; `now` is null for a run that changes nothing. */
async function advise(
  deps: ServiceDeps,
  tx: Tx,
  run: Run,
  now: string | null
): Promise<Pick<RunReport, 'advices' | 'outcomes'> & { modelId: string | null }> {
  const { row, policy, asOfDay, customers, rhythm, surroundings, classified } = run
  const { id, model } = await modelFor(deps, tx, customers.facts, asOfDay, policy, {
    keptAt: now,
    trial: row.trialPolicy !== null
  })
  const followUp = { runId: row.id, asOfDay: row.asOfDay, now: now ?? row.createdAt }
  const outcomes = now === null ? null : await findOutcomes(deps, tx, followUp)
  const { probability } = await observedSaveProbability(tx, row.asOfDay, policy.defection)
  const repository = adviceRunRepository(tx, customers.ids)
  const { minGaps, partialRecentDays } = policy.defection
  const productGone = await repository.productGone(minGaps + 1, dayText(asOfDay - partialRecentDays))
  const { classes } = classified.found
  // A run that changes nothing counts its advice and compares it with nothing.
  const kept = now === null ? null : await repository.digests()
  const changed: ChangedAdvice[] = []
  const take = (advice: AdviceRow) => {
    if (kept === null) return
    const digest = adviceDigest(advice, classes[advice.row] as number, probability)
    if (digest !== kept[advice.row]) changed.push({ advice, digest })
    kept[advice.row] = Number.NaN
  }
  const advices = await inTurns(
    adviseAll(
      customers.facts,
      rhythm,
      classified.found,
      {
        productGone,
        needsNotServed: surroundings.needsNotServed,
        strategic: surroundings.strategic,
        complaints: surroundings.complaints,
        saveProbability: probability
      },
      outlookReader(model, policy.defection, asOfDay),
      policy,
      asOfDay,
      take
    )
  )
  if (kept !== null) {
    await repository.remove(rowsLeft(kept))
    await repository.write(changed, classes, { asOf: row.asOf, saveProbability: probability })
    await openAdvices(tx, followUp, policy.defection, CHANGED_AT_RISK)
  }
  return { advices, outcomes, modelId: id }
}

/** The rows at risk before that no advice of this run has taken over. */
function rowsLeft(digests: Float64Array): number[] {
  const left: number[] = []
  for (let row = 0; row < digests.length; row++) if (!Number.isNaN(digests[row])) left.push(row)
  return left
}

const assign = (
  deps: ServiceDeps,
  tx: Tx,
  { row, policy, customers, classified }: Run,
  now: string
): Promise<AssignmentRunReport> =>
  applyAssignments(deps, tx, {
    runId: row.id,
    asOf: row.asOf,
    now,
    graceRuns: policy.relationshipManagers.graceRuns,
    minutesPerCustomer: policy.standing.minutesPerMonth,
    ids: customers.ids,
    found: classified.found
  })

async function segment(deps: ServiceDeps, tx: Tx, { row }: Run, now: string): Promise<RunReport['segments']> {
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
  { row }: Run,
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

const rhythmInDays = ({ gaps, due, overdue }: SegmentCadence): RunReport['rhythm'] => ({
  gaps,
  medianDays: due / BASIS,
  lateDays: overdue / BASIS
})

/** Of all turnover of the window, known and unknown customers together; null where that is nothing. */
function anonymousShare(anonymousMinor: number, amounts: Float64Array): number | null {
  let known = 0
  for (let row = 0; row < amounts.length; row++) known += amounts[row] as number
  const all = known + anonymousMinor
  return all <= 0 ? null : Math.min(Math.max(anonymousMinor / all, 0), 1)
}

const uuidBytes = (id: string): Uint8Array => Buffer.from(id.replaceAll('-', ''), 'hex')

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
