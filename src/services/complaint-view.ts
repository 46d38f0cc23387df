import type { Tx } from '../db/client.ts'
import { type Urgency, urgencyAt } from '../domain/answer-clock.ts'
import { type Ending, endingOf, handledFirstTime } from '../domain/complaint.ts'
import { complaintCausesRepository } from '../repositories/complaint-causes.ts'
import { complaintRemediesRepository } from '../repositories/complaint-remedies.ts'
import { type ComplaintRow, complaintsRepository, type StepRow } from '../repositories/complaints.ts'
import { type CauseView, shownCauses } from './complaint-causes.ts'
import { firstWords } from './complaint-intake.ts'
import type { Actor, ServiceDeps } from './context.ts'
import { promotionIdsOf } from './references.ts'
import { type Remedy, remedyViews } from './remedy-view.ts'
import { LISTED_AT_MOST, seesPersons, shownWords } from './shown-words.ts'

/** What of a case is shown as it is kept. */
const KEPT = [
  'id',
  'state',
  'channel',
  'storeId',
  'customerId',
  'purchaseId',
  'purchaseLineNo',
  'sku',
  'promotionCode',
  'staffId',
  'supplierId',
  'language',
  'receivedAt',
  'answerDueAt',
  'pausedAt',
  'pauseEndsAt',
  'answeredAt',
  'answeredInTime',
  'answeredById',
  'firstHandlerId',
  'handlerId',
  'handovers',
  'escalations',
  'reopenings',
  'primaryCause',
  'primarySubCause',
  'relationshipManagerId',
  'abcClass',
  'withdrawnAt',
  'version',
  'createdAt',
  'createdBy',
  'updatedAt'
] as const satisfies readonly (keyof ComplaintRow)[]

/** A complaint as lists show it. */
export interface ComplaintSummary extends Pick<ComplaintRow, (typeof KEPT)[number]> {
  /** Null where no promotion of that code is kept. */
  readonly promotionId: string | null
  /** Where masked, with everything replaced that says who somebody is: these are words of, or about, a customer. */
  readonly subject: string
  readonly description: string
  readonly masked: boolean
  /** The answer is owed, and its time is over. */
  readonly answerOverdue: boolean
  /** Null where no answer is owed. */
  readonly urgency: Urgency | null
  readonly assessment: {
    readonly severity: NonNullable<ComplaintRow['severity']>
    readonly safety: boolean
    readonly complexity: ComplaintRow['complexity']
    readonly impact: ComplaintRow['impact']
    readonly immediateAction: boolean
    readonly assessedAt: string
  } | null
  readonly closure: {
    readonly outcome: NonNullable<ComplaintRow['outcome']>
    readonly verdict: NonNullable<ComplaintRow['verdict']>
    readonly verdictAskedAt: string | null
    readonly verdictChannel: ComplaintRow['verdictChannel']
    readonly closedAt: string
    readonly closedById: string | null
  } | null
  /** How it ended in the eyes of the customer. */
  readonly ending: Ending
  /** Null while it cannot be told. */
  readonly handledFirstTime: boolean | null
}

/** A complaint in full. */
export interface ComplaintView extends ComplaintSummary {
  readonly causes: CauseView[]
  readonly remedies: Remedy[]
  /** Other complaints of the same customer in the year before this one came; null where nobody knows who complained. */
  readonly otherComplaints: number | null
}

/** A step of a case as it is shown. */
export interface StepView extends StepRow {
  readonly complaintId: string
}

const YEAR_MS = 365 * 86_400_000

/** The one way cases leave the service in a list. */
export async function complaintSummaries(
  tx: Tx,
  actor: Actor,
  rows: readonly ComplaintRow[],
  now: string,
  most: number | null = LISTED_AT_MOST
): Promise<ComplaintSummary[]> {
  const said = rows.map(({ subject, text, customerId, purchaseId }) => ({
    texts: [subject, text],
    customerId,
    purchaseId
  }))
  const words = await shownWords(tx, actor, said, most)
  const promotionIds = await promotionIdsOf(tx, rows)
  return rows.map((row, place) => ({
    ...summaryOf(row, words[place] ?? [], !seesPersons(actor), now),
    promotionId: promotionIds[place] ?? null
  }))
}

function summaryOf(
  row: ComplaintRow,
  [subject = '', description = '']: readonly string[],
  masked: boolean,
  now: string
): Omit<ComplaintSummary, 'promotionId'> {
  const kept = Object.fromEntries(KEPT.map(name => [name, row[name]])) as Pick<ComplaintRow, (typeof KEPT)[number]>
  const urgency = urgencyAt({ state: row.feedbackState, atRiskAt: row.atRiskAt, dueAt: row.answerDueAt }, now)
  return {
    ...kept,
    // The first words of the text may end within a name that is found in the whole of it alone.
    subject: masked && row.text.trim().startsWith(row.subject) ? firstWords(description) : subject,
    description,
    masked,
    answerOverdue: urgency === 'overdue',
    urgency,
    assessment: assessmentOf(row),
    closure: closureOf(row),
    ending: endingOf(row.state, row.verdict),
    handledFirstTime: handledFirstTime(row, now)
  }
}

function assessmentOf({ severity, safety, complexity, impact, immediateAction, assessedAt }: ComplaintRow) {
  if (severity === null || assessedAt === null) return null
  return {
    severity,
    safety: safety === true,
    complexity,
    impact,
    immediateAction: immediateAction === true,
    assessedAt
  }
}

function closureOf({ outcome, verdict, verdictAskedAt, verdictChannel, closedAt, closedById }: ComplaintRow) {
  if (outcome === null || verdict === null || closedAt === null) return null
  return { outcome, verdict, verdictAskedAt, verdictChannel, closedAt, closedById }
}

/** A case in full, with its causes and remedies, as it stands in the transaction. */
export async function complaintView(
  deps: ServiceDeps,
  tx: Tx,
  actor: Actor,
  row: ComplaintRow
): Promise<ComplaintView> {
  const { id, customerId, receivedAt } = row
  const since = new Date(Date.parse(receivedAt) - YEAR_MS).toISOString()
  const [summary] = await complaintSummaries(tx, actor, [row], deps.clock().toISOString(), null)
  return {
    ...(summary as ComplaintSummary),
    causes: await shownCauses(tx, actor, row, await complaintCausesRepository(tx).of([id])),
    remedies: await remedyViews(tx, actor, await complaintRemediesRepository(tx).of([id])),
    otherComplaints: customerId === null ? null : await complaintsRepository(tx).othersOf(customerId, id, since)
  }
}
