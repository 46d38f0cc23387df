import type { Tx } from '../db/client.ts'
import { ESCALATED, type ReopeningReason } from '../domain/answer-clock.ts'
import { DECIDING_ROLES, type DecidingRole, expectHigher } from '../domain/authority.ts'
import {
  type ComplaintOutcome,
  type Complexity,
  closingPath,
  type Impact,
  nextState,
  type Severity,
  type Verdict
} from '../domain/complaint.ts'
import { unprocessable } from '../domain/errors.ts'
import { type FeedbackChannel, liesBehind } from '../domain/feedback.ts'
import { complaintRemediesRepository } from '../repositories/complaint-remedies.ts'
import {
  type ComplaintFilter,
  type ComplaintOrder,
  type ComplaintPlace,
  type ComplaintRow,
  complaintsRepository
} from '../repositories/complaints.ts'
import type { FeedbackRow } from '../repositories/feedback.ts'
import { feedbackAnswersRepository } from '../repositories/feedback-answers.ts'
import { type StaffRow, staffRepository } from '../repositories/staff.ts'
import { oweContactAgain, withdrawContact } from './care-task-moves.ts'
import { approverFor } from './complaint-approvers.ts'
import { authorityOf } from './complaint-authority.ts'
import { actingPerson, caseForUpdate, presentPerson, takeStep, visible } from './complaint-desk.ts'
import { type CaseDetails, expectLine, openCase } from './complaint-intake.ts'
import { caseAnswered, caseHandedOver, caseReopened, caseWithdrawn, handlerChange, owned } from './complaint-moves.ts'
import {
  type ComplaintSummary,
  type ComplaintView,
  complaintSummaries,
  complaintView,
  type StepView
} from './complaint-view.ts'
import type { Actor, ServiceDeps } from './context.ts'
import { answerFeedback, type NewFeedbackAnswer } from './feedback-answers.ts'
import { reopenFeedback, withdrawFeedback } from './feedback-clock.ts'
import { type NewFeedback, recordFeedback } from './feedback-intake.ts'
import { type FeedbackAnswerView, feedbackAnswerView } from './feedback-view.ts'
import { shownTexts } from './shown-words.ts'

export type { ComplaintFilter, ComplaintOrder, ComplaintPlace, ComplaintSummary, ComplaintView, StepView }

/** A complaint as it comes in: what a feedback is, and what it was about. */
export interface NewComplaint extends Omit<NewFeedback, 'kind' | 'text' | 'attitude'>, CaseDetails {
  readonly subject: string
  readonly description: string
}

/** Who does something about a case, and what he has to say to it. */
interface Done {
  readonly staffId?: string | null | undefined
  readonly note?: string | null | undefined
}

export interface NewAssessment extends Done {
  readonly severity: Severity
  readonly safety?: boolean | undefined
  readonly complexity?: Complexity | null | undefined
  readonly impact?: Impact | null | undefined
  readonly immediateAction?: boolean | undefined
}

export interface NewHandler {
  readonly handlerId: string
  readonly staffId?: string | null | undefined
  readonly note?: string | null | undefined
}

export interface NewEscalation extends Done {
  /** The next authority above whoever has the case when both are absent. */
  readonly toStaffId?: string | null | undefined
  readonly toRole?: DecidingRole | null | undefined
}

export interface NewResolution extends Done {
  readonly outcome: ComplaintOutcome
}

export interface NewClosure extends Done {
  readonly outcome?: ComplaintOutcome | null | undefined
  readonly verdict: Verdict
  /** Now when absent. */
  readonly verdictAskedAt?: string | null | undefined
  readonly verdictChannel?: FeedbackChannel | null | undefined
}

export interface NewReopening extends Done {
  readonly reason: ReopeningReason
}

/** Complaints: from what the customer said to the cause, and to his word that it is well again. */
export const complaintsService = (deps: ServiceDeps) => {
  /** A step of a case in its transaction; answers the case in full as it stands then. */
  const changing = (
    actor: Actor,
    id: string,
    expectedVersion: number | null,
    step: (tx: Tx, row: ComplaintRow, feedback: FeedbackRow) => Promise<unknown>
  ): Promise<ComplaintView> =>
    deps.inTenant(actor, async tx => {
      const { row, feedback } = await caseForUpdate(tx, actor, id, expectedVersion)
      await step(tx, row, feedback)
      return viewOf(deps, tx, actor, id)
    })

  return {
    /**
     * Records a complaint and opens its case, in one transaction; see `recordFeedback` for what is refused beside
     * `purchase.line_unknown`. A line of the purchase says what it was about where nothing else does.
     */
    create: (actor: Actor, { subject, description, ...input }: NewComplaint): Promise<ComplaintView> =>
      deps.inTenant(actor, async tx => {
        const { purchaseLineNo, supplierId, ...said } = input
        const line = purchaseLineNo == null ? null : await expectLine(tx, said.purchaseId, purchaseLineNo)
        const feedback = await recordFeedback(deps, tx, actor, {
          ...said,
          kind: 'complaint',
          text: description,
          sku: said.sku ?? line?.sku,
          promotionCode: said.promotionCode ?? (said.promotionId ? null : line?.promotionCode)
        })
        await openCase(deps, tx, actor, feedback, { subject, purchaseLineNo, supplierId })
        return viewOf(deps, tx, actor, feedback.id)
      }),

    get: (actor: Actor, id: string): Promise<ComplaintView> => deps.reading(actor, tx => viewOf(deps, tx, actor, id)),

    /** The latest received first; or those whose answer is owed alone, the first to fall due first. */
    list: (
      actor: Actor,
      filter: ComplaintFilter,
      after: ComplaintPlace | null,
      limit: number,
      order: ComplaintOrder = '-receivedAt'
    ): Promise<ComplaintSummary[]> =>
      deps.reading(actor, async tx => {
        if (actor.storeId !== null && filter.storeId !== undefined && filter.storeId !== actor.storeId) return []
        const own = { ...filter, storeId: filter.storeId ?? actor.storeId ?? undefined }
        const now = deps.clock().toISOString()
        return complaintSummaries(tx, actor, await complaintsRepository(tx).list(own, after, limit, order), now)
      }),

    /** What was done about a case, in order. */
    steps: (actor: Actor, id: string, afterNo: number, limit: number): Promise<StepView[]> =>
      deps.reading(actor, async tx => {
        const { customerId, purchaseId } = visible(actor, await complaintsRepository(tx).find(id))
        const steps = await complaintsRepository(tx).steps(id, afterNo, limit)
        const texts = steps.map(({ note }) => note)
        const notes = await shownTexts(tx, actor, { texts, customerId, purchaseId })
        return steps.map((step, place) => ({ ...step, note: notes[place] ?? null, complaintId: id }))
      }),

    /** Tells the customer something; see `answerFeedback`. A substantive answer answers the case. */
    answer: (
      actor: Actor,
      id: string,
      input: NewFeedbackAnswer,
      expectedVersion: number | null
    ): Promise<FeedbackAnswerView> =>
      deps.inTenant(actor, async tx => {
        const { row, feedback } = await caseForUpdate(tx, actor, id, expectedVersion)
        nextState(row.state, input.substantive ? 'answer' : 'acknowledge')
        const by = await actingPerson(tx, actor, input.staffId)
        const told = await answerFeedback(deps, tx, actor, feedback, { ...input, staffId: by?.id ?? null })
        await caseAnswered(deps, tx, actor, row, { ...told, by })
        return feedbackAnswerView(tx, actor, feedback, told.answer)
      }),

    /** How grave it is, by the marks of a first assessment; begins the investigation. */
    assess: (actor: Actor, id: string, input: NewAssessment, expectedVersion: number | null): Promise<ComplaintView> =>
      changing(actor, id, expectedVersion, async (tx, row) => {
        const person = await actingPerson(tx, actor, input.staffId)
        const { severity, safety = false, complexity = null, impact = null, immediateAction = false } = input
        const assessed = { severity, safety, complexity, impact, immediateAction }
        await takeStep(deps, tx, actor, row, {
          step: 'assess',
          staffId: person?.id ?? null,
          note: input.note,
          facts: assessed,
          change: { ...assessed, assessedAt: deps.clock().toISOString() },
          told: { type: 'complaint.assessed', data: assessed }
        })
      }),

    /** Gives the case to somebody else, who answers it from then on. Whoever has it already keeps it, and nothing changes. */
    handOver: (actor: Actor, id: string, input: NewHandler, expectedVersion: number | null): Promise<ComplaintView> =>
      changing(actor, id, expectedVersion, async (tx, row, feedback) => {
        nextState(row.state, 'hand_over')
        const person = await actingPerson(tx, actor, input.staffId)
        const handler = await presentPerson(tx, input.handlerId, '/handlerId')
        if (handler.id === row.handlerId) return
        await owned(deps, tx, feedback, handler.id)
        await caseHandedOver(deps, tx, actor, row, handler.id, said(person, input.note))
      }),

    /**
     * Brings the case before a higher authority, who has it from then on: a person who is named, or somebody of a role, or of
     * the next one above whoever has it. Where it was answered another answer is owed, and the clock goes on from where it
     * stood: the case waits in the queues and is alerted like every other, and the manager's word goes with it. Refuses `complaint.not_higher` to who stands no higher, `complaint.role_differs` where
     * the person has not the role, and `complaint.nobody_to_escalate_to`.
     */
    escalate: (
      actor: Actor,
      id: string,
      input: NewEscalation,
      expectedVersion: number | null
    ): Promise<ComplaintView> =>
      changing(actor, id, expectedVersion, async (tx, row, feedback) => {
        nextState(row.state, 'escalate')
        const person = await actingPerson(tx, actor, input.staffId)
        const { staffId: handlerId, role } = await nextAuthority(deps, tx, actor, row, input)
        const isAnswered = feedback.state === 'answered'
        const owing = isAnswered ? await reopenFeedback(deps, tx, actor, feedback, ESCALATED) : feedback
        await owned(deps, tx, owing, handlerId)
        const facts = { handlerId, role, before: row.handlerId }
        await takeStep(deps, tx, actor, row, {
          step: 'escalate',
          staffId: person?.id ?? null,
          note: input.note,
          facts,
          change: {
            ...handlerChange(row, handlerId),
            escalations: row.escalations + 1,
            escalatedBeforeClosure: row.escalatedBeforeClosure || row.firstClosedAt === null
          },
          told: { type: 'complaint.escalated', data: facts }
        })
        if (isAnswered) await oweContactAgain(deps, tx, actor, { ...row, answerDueAt: owing.dueAt })
      }),

    /** What the shop makes of an answered complaint: it made it good, or it did not follow it. Closing is the customer's word. */
    resolve: (actor: Actor, id: string, input: NewResolution, expectedVersion: number | null): Promise<ComplaintView> =>
      changing(actor, id, expectedVersion, async (tx, row) => {
        const person = await actingPerson(tx, actor, input.staffId)
        await resolved(deps, tx, actor, row, input.outcome, said(person, input.note))
      }),

    /** Closes a case with its cause and the customer's verdict, whatever it is; see `closingPath` for what is refused. */
    close: (actor: Actor, id: string, input: NewClosure, expectedVersion: number | null): Promise<ComplaintView> =>
      changing(actor, id, expectedVersion, async (tx, row) => {
        const person = await actingPerson(tx, actor, input.staffId)
        const facts = {
          state: row.state,
          hasPrimaryCause: row.primaryCause !== null,
          isKnown: row.customerId !== null,
          waitingRemedies: await complaintRemediesRepository(tx).waiting(id)
        }
        const [first] = closingPath(facts, input.outcome ?? null, input.verdict)
        const by = said(person, input.note)
        const settled =
          first === 'resolved' || first === 'rejected'
            ? await resolved(deps, tx, actor, row, first, { ...by, note: null })
            : row
        await closed(deps, tx, actor, settled, input, by)
      }),

    /** Opens an answered, resolved, rejected or closed case again; the clock goes on from where it stood. */
    reopen: (actor: Actor, id: string, input: NewReopening, expectedVersion: number | null): Promise<ComplaintView> =>
      changing(actor, id, expectedVersion, async (tx, row, feedback) => {
        nextState(row.state, 'reopen')
        const person = await actingPerson(tx, actor, input.staffId)
        const { dueAt: answerDueAt } = await reopenFeedback(deps, tx, actor, feedback, input.reason)
        await caseReopened(deps, tx, actor, { ...row, answerDueAt }, input.reason, said(person, input.note))
      }),

    /** The customer takes it back, for good. */
    withdraw: (actor: Actor, id: string, input: Done, expectedVersion: number | null): Promise<ComplaintView> =>
      changing(actor, id, expectedVersion, async (tx, row, feedback) => {
        nextState(row.state, 'withdraw')
        const person = await actingPerson(tx, actor, input.staffId)
        await withdrawFeedback(deps, tx, actor, feedback)
        await caseWithdrawn(deps, tx, actor, row, said(person, input.note))
      })
  }
}

const viewOf = async (deps: ServiceDeps, tx: Tx, actor: Actor, id: string): Promise<ComplaintView> =>
  complaintView(deps, tx, actor, visible(actor, await complaintsRepository(tx).find(id)))

const said = (person: StaffRow | null, note: string | null | undefined) => ({
  staffId: person?.id ?? null,
  note: note ?? null
})

async function nextAuthority(
  deps: ServiceDeps,
  tx: Tx,
  actor: Actor,
  row: ComplaintRow,
  { toStaffId, toRole }: NewEscalation
): Promise<{ staffId: string; role: DecidingRole | null }> {
  const stores = row.storeId === null ? [] : [row.storeId]
  const handler = row.handlerId === null ? undefined : await staffRepository(tx).find(row.handlerId)
  const handling = handler ? await authorityOf(deps, tx, actor, handler, stores) : []
  const highest = handling.at(-1)?.role ?? null
  if (toStaffId) {
    const person = await presentPerson(tx, toStaffId, '/toStaffId')
    const held = (await authorityOf(deps, tx, actor, person, stores)).map(({ role }) => role)
    if (toRole && !held.includes(toRole)) throw otherRole()
    const role = toRole ?? held.at(-1) ?? null
    expectHigher(role, highest)
    return { staffId: person.id, role }
  }
  if (toRole) expectHigher(toRole, highest)
  const above = DECIDING_ROLES.slice(Math.max(DECIDING_ROLES.indexOf(highest ?? 'front_line') + 1, MANAGERS_FROM))
  const roles = toRole ? [toRole] : above
  const storeIds = row.storeId === null ? [] : [row.storeId]
  const found = await approverFor(deps, tx, actor, { roles, storeIds, besides: row.handlerId })
  if (found) return found
  throw unprocessable('complaint.nobody_to_escalate_to', 'Nobody of the next authority is here; name somebody.')
}

const otherRole = () =>
  unprocessable('complaint.role_differs', 'The person who is named has not the role that is named, in this store.')

/** The first role that an escalation goes to by itself. */
const MANAGERS_FROM = DECIDING_ROLES.indexOf('store_manager')

interface By {
  readonly staffId: string | null
  readonly note: string | null
}

const resolved = (
  deps: ServiceDeps,
  tx: Tx,
  actor: Actor,
  row: ComplaintRow,
  outcome: ComplaintOutcome,
  { staffId, note }: By
): Promise<ComplaintRow> =>
  takeStep(deps, tx, actor, row, {
    step: outcome === 'resolved' ? 'resolve' : 'reject',
    staffId,
    note,
    facts: { outcome },
    change: { outcome }
  })

async function closed(
  deps: ServiceDeps,
  tx: Tx,
  actor: Actor,
  row: ComplaintRow,
  { verdict, verdictAskedAt, verdictChannel }: NewClosure,
  { staffId, note }: By
): Promise<void> {
  const now = deps.clock().toISOString()
  const isFirst = row.firstClosedAt === null
  const settledById = isFirst ? await feedbackAnswersRepository(tx).lastAnsweredBy(row.id) : row.settledById
  const facts = { outcome: row.outcome, verdict, cause: row.primaryCause, subCause: row.primarySubCause }
  await takeStep(deps, tx, actor, row, {
    step: 'close',
    staffId,
    note,
    facts,
    change: {
      verdict,
      verdictAskedAt: verdict === 'unreachable' ? null : askedAt(verdictAskedAt, row.receivedAt, now),
      verdictChannel: verdict === 'unreachable' ? null : (verdictChannel ?? null),
      closedAt: now,
      closedById: staffId,
      ...(isFirst ? { firstClosedAt: now, firstVerdict: verdict, settledById } : {})
    },
    told: { type: 'complaint.closed', data: facts }
  })
  await withdrawContact(deps, tx, actor, row.id, 'complaint_closed')
}

/** When the customer was asked: after he complained, and not in the future. Refuses `complaint.asked_at_implausible`. */
function askedAt(asked: string | null | undefined, receivedAt: string, now: string): string {
  if (!asked) return now
  const at = Date.parse(asked)
  if (at < Date.parse(receivedAt) || !liesBehind(at, Date.parse(now))) {
    throw unprocessable('complaint.asked_at_implausible', 'A customer is asked after he has complained, and not ahead.')
  }
  return new Date(Math.min(at, Date.parse(now))).toISOString()
}
