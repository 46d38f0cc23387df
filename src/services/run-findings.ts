import type { Tx } from '../db/client.ts'
import {
  type ClassifiedColumns,
  changedRows,
  classChanged,
  classifyColumns,
  curveOf,
  type FindingColumns,
  withPicture
} from '../domain/classification-columns.ts'
import type { ClassificationPolicy } from '../domain/classification-policy.ts'
import { type ClassificationReport, reportOn } from '../domain/classification-report.ts'
import { type FactColumns, windowOf } from '../domain/fact-columns.ts'
import { BASIS, type SegmentCadence } from '../domain/gap-quantiles.ts'
import { newsOf } from '../domain/news.ts'
import { type DayNumber, dayText, trailingWindow } from '../domain/period.ts'
import { pictureOf, type RhythmColumns, rhythmOf, type Surroundings } from '../domain/picture-columns.ts'
import { classificationFactsRepository } from '../repositories/classification-facts.ts'
import { classificationRunRepository } from '../repositories/classification-run.ts'
import type { RunRow } from '../repositories/classification-runs.ts'
import { complaintPictures } from './complaint-facts.ts'
import type { Actor, ServiceDeps } from './context.ts'
import type { RefreshedFacts } from './customer-facts.ts'
import { inTurns, together } from './in-turns.ts'
import type { JobProgress } from './job-progress.ts'
import { type CustomerColumns, readCustomers } from './kept-facts.ts'
import { customersKept, type FindingsBefore, type FindingsToKeep, findingsBefore, markBlocks } from './kept-findings.ts'
import { surroundingsOf } from './surroundings.ts'

/** What is asked of a run. */
export interface RunQuestion {
  readonly row: RunRow
  /** The last applied run. */
  readonly latest: RunRow | null
  readonly policy: ClassificationPolicy
  readonly asOfDay: DayNumber
  readonly now: string
  readonly refreshed: RefreshedFacts
}

/** What a run reports of classes and rhythm. */
export interface FoundReport extends ClassificationReport {
  readonly window: { readonly fromOn: string | null; readonly toOn: string }
  /** Net turnover of the window that nobody is known to have made, and its share in all turnover of the window. */
  readonly anonymousMinor: number
  readonly anonymousShare: number | null
  /** In which rhythm customers buy: quantiles of the days between purchase days of all of them, by the policy's shares. */
  readonly rhythm: { readonly gaps: number; readonly medianDays: number; readonly lateDays: number }
}

/** What a run goes on with once its findings are written: no more than that, for each column takes megabytes. */
export interface FoundRun extends FindingsToKeep {
  readonly row: RunRow
  readonly policy: ClassificationPolicy
  readonly asOfDay: DayNumber
  readonly facts: Pick<FactColumns, 'days' | 'nets' | 'offsets' | 'lines' | 'promotionLines'>
  readonly rhythm: Pick<RhythmColumns, 'states' | 'bases' | 'partials' | 'lastDays'>
  readonly people: Pick<Surroundings, 'strategic' | 'needsNotServed' | 'complaints'>
}

/** What goes on beside the finding: while the processor classifies, the database is free, and the other way round while it writes. */
export interface Beside<Prepared, Done> {
  /** Work of the database. */
  classifying(customers: Pick<CustomerColumns, 'ids' | 'facts'>): Promise<Prepared>
  /** Work of the processor. */
  writing(run: FoundRun, prepared: Prepared): Promise<Done>
}

export interface Found<Done> {
  readonly run: FoundRun
  readonly done: Done
  readonly report: FoundReport
  readonly readingMs: number
  readonly classifyingMs: number
  readonly writingMs: number
}

/** Reads all customers, finds what they are, and writes whatever is another finding than before. `lap` tells milliseconds since it was asked last. */
export async function findAndWrite<Prepared, Done>(
  deps: ServiceDeps,
  actor: Actor,
  tx: Tx,
  question: RunQuestion,
  progress: JobProgress,
  lap: () => number,
  beside: Beside<Prepared, Done>
): Promise<Found<Done>> {
  const { row, latest, policy, asOfDay } = question
  const window = trailingWindow(asOfDay, policy.windowMonths)
  const kept = await customersKept(tx, latest?.id ?? null)
  await progress.step('reading', 0, 2 * (kept ?? (await classificationFactsRepository(tx).countCustomers())))
  const movedIn = policy.abc.returnsCountOn === 'sale' ? window : null
  const customers = await readCustomers(tx, question.refreshed, movedIn, progress.rows)
  const before = await findingsBefore(tx, customers.ids, kept !== null)
  const anonymousMinor = await classificationRunRepository(tx).anonymousMinor(window)
  const readingMs = lap()

  const rows = before.digests.length
  await progress.step('classifying', rows, 2 * rows)
  const [prepared, { classified, rhythm, people }] = await together(
    beside.classifying(customers),
    classify(tx, actor, question, customers, before.findings)
  )
  const changed = changedRows(before.findings, classified.found)
  const report = reportOn(classified, before.findings, changed)
  const classifyingMs = lap()

  await progress.step('writing', 2 * rows - changed.length, 2 * rows)
  const written = { question, ids: customers.ids, before: before.findings, classified, changed }
  const { facts, ids } = customers
  const { found } = classified
  const run = { row, policy, asOfDay, ids, facts: lastingOf(facts), rhythm, people, ...toKeep(before, found, changed) }
  const [done] = await together(
    beside.writing(run, prepared),
    row.dryRun ? writeDry(tx, written) : writeApplied(deps, tx, written, progress)
  )
  return {
    run,
    done,
    report: {
      ...report,
      window: { fromOn: window.fromDay === null ? null : dayText(window.fromDay), toOn: dayText(window.toDay) },
      anonymousMinor,
      anonymousShare: anonymousShare(anonymousMinor, found.amounts),
      rhythm: rhythmInDays(rhythm.segment)
    },
    readingMs,
    classifyingMs,
    writingMs: lap()
  }
}

/** Finds everything of everybody. */
async function classify(
  tx: Tx,
  actor: Actor,
  { row, latest, policy, asOfDay }: RunQuestion,
  customers: CustomerColumns,
  previous: FindingColumns
) {
  const { facts, moved } = customers
  const bought = windowOf(facts, trailingWindow(asOfDay, policy.windowMonths), moved)
  const rhythm = await inTurns(rhythmOf(facts, policy, asOfDay))
  const complaints = await complaintPictures(tx, actor, row.asOfDay, policy)
  const surroundings = await surroundingsOf(tx, actor, customers, rhythm, policy, asOfDay, complaints)
  const byAmount = classifyColumns(bought, previous, policy, asOfDay)
  const runsBefore = { ...previous, sameDay: latest?.asOfDay === row.asOfDay }
  const picture = pictureOf(facts, rhythm, surroundings, byAmount.found.classes, runsBefore, policy, asOfDay)
  const { segment, states, bases, partials, lastDays } = rhythm
  const { strategic, needsNotServed } = surroundings
  return {
    classified: withPicture(byAmount, await inTurns(picture)),
    rhythm: { segment, states, bases, partials, lastDays },
    people: { strategic, needsNotServed, complaints: surroundings.complaints }
  }
}

const lastingOf = ({ days, nets, offsets, lines, promotionLines }: FactColumns): FoundRun['facts'] => ({
  days,
  nets,
  offsets,
  lines,
  promotionLines
})

function toKeep({ digests, moved }: FindingsBefore, findings: FindingColumns, changedRows: Uint32Array) {
  const changed = new Uint8Array(moved.length)
  markBlocks(changed, changedRows)
  return { findings, digests, moved, changed }
}

/** What there is to write. */
interface Findings {
  readonly question: RunQuestion
  readonly ids: Uint32Array
  readonly before: FindingColumns
  readonly classified: ClassifiedColumns
  readonly changed: Uint32Array
}

async function writeApplied(
  deps: ServiceDeps,
  tx: Tx,
  { question: { row, now, policy }, ids, before, classified, changed }: Findings,
  progress: JobProgress
): Promise<void> {
  const bulk = classificationRunRepository(tx)
  const stamp = { id: row.id, asOf: row.asOf, now }
  await bulk.stage(ids, before, classified.found, changed)
  await bulk.writeCurrent(stamp)
  const rows = before.known.length
  await progress.step('writing', 2 * rows - Math.ceil(changed.length / 2), 2 * rows)
  await bulk.writeHistory(stamp)
  const news = newsOf(before, classified.found, changed)
  await bulk.writeEvents(ids, news, () => uuidBytes(deps.newId()), {
    ...stamp,
    asOfDay: row.asOfDay,
    hiatusDays: policy.defection.hiatusDays,
    partialRecentDays: policy.defection.partialRecentDays
  })
  await bulk.writeCurve(stamp, curveOf(classified.found.amounts, classified.abc))
}

async function writeDry(tx: Tx, { question: { row, now }, ids, before, classified, changed }: Findings): Promise<void> {
  const bulk = classificationRunRepository(tx)
  const moved = changed.filter(place => classChanged(before, classified.found, place))
  await bulk.stage(ids, before, classified.found, moved)
  await bulk.writeDryChanges({ id: row.id, asOf: row.asOf, now })
}

const rhythmInDays = ({ gaps, due, overdue }: SegmentCadence): FoundReport['rhythm'] => ({
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
