import type { Tx } from '../db/client.ts'
import { type Ending, endingOf, handledFirstTime } from '../domain/complaint.ts'
import { complaintCausesRepository } from '../repositories/complaint-causes.ts'
import { complaintRemediesRepository } from '../repositories/complaint-remedies.ts'
import { type ComplaintRow, complaintsRepository, type StepRow } from '../repositories/complaints.ts'
import { type CauseView, shown } from './complaint-causes.ts'
import { type Remedy, remedyOf } from './complaint-remedies.ts'
import type { Actor, ServiceDeps } from './context.ts'

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
  /** Null where the caller may not see persons: these are words of, or about, a customer. */
  readonly subject: string | null
  readonly description: string | null
  readonly masked: boolean
  /** The answer is owed, and its time is over. */
  readonly answerOverdue: boolean
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

/** The one way a case leaves the service in a list. */
export function complaintSummary(row: ComplaintRow, actor: Actor, now: string): ComplaintSummary {
  const visible = actor.scopes.has('customers.pii:read')
  const kept = Object.fromEntries(KEPT.map(name => [name, row[name]])) as Pick<ComplaintRow, (typeof KEPT)[number]>
  return {
    ...kept,
    subject: visible ? row.subject : null,
    description: visible ? row.text : null,
    masked: !visible,
    answerOverdue: row.feedbackState === 'open' && row.answerDueAt < now,
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
  return {
    ...complaintSummary(row, actor, deps.clock().toISOString()),
    causes: (await complaintCausesRepository(tx).of([id])).map(shown),
    remedies: (await complaintRemediesRepository(tx).of([id])).map(remedy => remedyOf(remedy, actor)),
    otherComplaints: customerId === null ? null : await complaintsRepository(tx).othersOf(customerId, id, since)
  }
}
