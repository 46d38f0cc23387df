import type { Tx } from '../db/client.ts'
import type { ReopeningReason } from '../domain/answer-clock.ts'
import { conflict, forbidden, notFound } from '../domain/errors.ts'
import { changedFields } from '../domain/merge-patch.ts'
import { answerClocksRepository, type ClockEntryRow, type EscalationRow } from '../repositories/answer-clocks.ts'
import { eventsRepository } from '../repositories/events.ts'
import {
  type FeedbackChange,
  type FeedbackFilter,
  type FeedbackRow,
  feedbackRepository,
  type QueueFilter
} from '../repositories/feedback.ts'
import { feedbackAnswersRepository } from '../repositories/feedback-answers.ts'
import { actingPerson } from './complaint-desk.ts'
import { openCase } from './complaint-intake.ts'
import { caseAnswered, caseBeside, caseOfKnown, caseRelinked, caseReopened, caseWithdrawn } from './complaint-moves.ts'
import { type Actor, expectVersion, type ServiceDeps } from './context.ts'
import { eventsOf, type Happening } from './events.ts'
import { answerFeedback, lockFeedback, type NewFeedbackAnswer } from './feedback-answers.ts'
import { moveFeedback, pauseFeedback, reopenFeedback, resumeFeedback, withdrawFeedback } from './feedback-clock.ts'
import { expectPurchase, type NewFeedback, recordFeedback, refusalOf } from './feedback-intake.ts'
import {
  type FeedbackAnswerView,
  type FeedbackView,
  feedbackAnswerView,
  feedbackAnswerViews,
  feedbackView,
  feedbackViews
} from './feedback-view.ts'
import { expectPresentStaff, expectStaff, expectStores, type NamedPromotion, promotionCodeOf } from './references.ts'

export type { EscalationRow, FeedbackAnswerView, FeedbackView }

/** A line of the ledger of a clock, in seconds. */
export interface ClockEntryView extends Omit<ClockEntryRow, 'feedbackId' | 'countedMs'> {
  readonly countedSeconds: number
}

type Step = (deps: ServiceDeps, tx: Tx, actor: Actor, feedback: FeedbackRow) => Promise<FeedbackRow>

/** What customers say, and the answers that they are owed. */
export const feedbackService = (deps: ServiceDeps) => {
  const view = (tx: Tx, row: FeedbackRow, actor: Actor) => feedbackView(tx, actor, row, deps.clock().toISOString())

  /** Something that happens to the clock of a feedback, decided on the state that it is in at that moment. */
  const stepping = (step: Step) => (actor: Actor, id: string, expectedVersion: number | null) =>
    deps.inTenant(actor, async tx => {
      const feedback = await lockFeedback(tx, actor, id)
      expectVersion(expectedVersion, feedback.version)
      return view(tx, await step(deps, tx, actor, feedback), actor)
    })

  return {
    /** Records what a customer said; see `recordFeedback`. A complaint has a case beside it from the first. */
    create: (actor: Actor, input: NewFeedback): Promise<FeedbackView> =>
      deps.inTenant(actor, async tx => {
        const row = await recordFeedback(deps, tx, actor, input)
        if (row.kind === 'complaint') await openCase(deps, tx, actor, row)
        return view(tx, row, actor)
      }),

    get: (actor: Actor, id: string): Promise<FeedbackView> =>
      deps.reading(actor, async tx => view(tx, await found(tx, actor, id), actor)),

    /** The latest received first. Refuses a store that is not the caller's: `store.not_allowed`. */
    list: (
      actor: Actor,
      filter: FeedbackFilter,
      after: { receivedAt: string; id: string } | null,
      limit: number
    ): Promise<FeedbackView[]> =>
      deps.reading(actor, async tx => {
        const rows = await feedbackRepository(tx).list({ ...filter, ...ownStore(actor, filter) }, after, limit)
        return feedbackViews(tx, actor, rows, deps.clock().toISOString())
      }),

    /** What waits for an answer, the first to fall due first. Refuses a store that is not the caller's. */
    queue: (
      actor: Actor,
      filter: QueueFilter,
      after: { dueAt: string; id: string } | null,
      limit: number
    ): Promise<FeedbackView[]> =>
      deps.reading(actor, async tx => {
        const now = deps.clock().toISOString()
        const rows = await feedbackRepository(tx).queue({ ...filter, ...ownStore(actor, filter) }, now, after, limit)
        return feedbackViews(tx, actor, rows, now)
      }),

    /**
     * Changes what is named: whom it is of and about, whose store's it is, what kind it is of, and who answers it. Another
     * store's hours count from now on. What turns out to be a complaint has its case from then on and keeps its clock; what
     * is one stays one (`feedback.is_complaint`). Refuses what names nothing of the tenant, and a store that is not the
     * caller's.
     */
    update: (
      actor: Actor,
      id: string,
      input: FeedbackChange & NamedPromotion,
      expectedVersion: number | null
    ): Promise<FeedbackView> =>
      deps.inTenant(actor, async tx => {
        const before = await lockFeedback(tx, actor, id)
        expectVersion(expectedVersion, before.version)
        const change = await changeOf(tx, input)
        const changed = changedFields(before, change)
        if (changed.length === 0) return view(tx, before, actor)
        await expectPeople(tx, change, changed)
        if (change.purchaseId != null) await expectPurchase(tx, actor, change.purchaseId)
        if (changed.includes('kind')) expectOtherKind(before)
        const moved = changed.includes('storeId') ? await givenToStore(deps, tx, actor, before, change) : null
        const updated = { ...before, version: before.version + 1, updatedAt: deps.clock().toISOString() }
        const after = { ...(moved ?? updated), ...change }
        await save(tx, after)
        if (before.kind === 'complaint') await caseRelinked(deps, tx, actor, before, after)
        else if (after.kind === 'complaint') await caseOfKnown(deps, tx, actor, after)
        await eventsRepository(tx).append(
          eventsOf(deps, actor, [...(moved ? [movedFrom(before, after)] : []), updatedIn(after, changed)])
        )
        return view(tx, await found(tx, actor, id), actor)
      }),

    /** Records what the customer was told; see `answerFeedback`. A user answers for himself (`staff.not_yourself`). */
    answer: (
      actor: Actor,
      id: string,
      input: NewFeedbackAnswer,
      expectedVersion: number | null
    ): Promise<FeedbackAnswerView> =>
      deps.inTenant(actor, async tx => {
        const feedback = await lockFeedback(tx, actor, id)
        expectVersion(expectedVersion, feedback.version)
        const beside = await caseBeside(tx, feedback)
        const by = await actingPerson(tx, actor, input.staffId)
        const told = await answerFeedback(deps, tx, actor, feedback, { ...input, staffId: by?.id ?? null })
        if (beside) await caseAnswered(deps, tx, actor, beside, { ...told, by })
        return feedbackAnswerView(tx, actor, feedback, told.answer)
      }),

    /** In the order in which they were given. */
    answers: (
      actor: Actor,
      id: string,
      after: { answeredAt: string; id: string } | null,
      limit: number
    ): Promise<FeedbackAnswerView[]> =>
      deps.reading(actor, async tx => {
        const feedback = await found(tx, actor, id)
        return feedbackAnswerViews(tx, actor, feedback, await feedbackAnswersRepository(tx).list(id, after, limit))
      }),

    /** The ledger of the clock, from its start. */
    clockEntries: (actor: Actor, id: string, afterNo: number, limit: number): Promise<ClockEntryView[]> =>
      deps.reading(actor, async tx => {
        await found(tx, actor, id)
        const entries = await answerClocksRepository(tx).entries(id, afterNo, limit)
        return entries.map(({ feedbackId: _, countedMs, ...entry }) => ({
          ...entry,
          countedSeconds: countedMs / 1_000
        }))
      }),

    /** Before whom it was brought, step by step of the ladder. */
    escalations: (actor: Actor, id: string): Promise<EscalationRow[]> =>
      deps.reading(actor, async tx => {
        await found(tx, actor, id)
        return answerClocksRepository(tx).escalations(id)
      }),

    pause: stepping(pauseFeedback),
    resume: stepping(resumeFeedback),
    withdraw: stepping(async (deps, tx, actor, feedback) => {
      const beside = await caseBeside(tx, feedback)
      const after = await withdrawFeedback(deps, tx, actor, feedback)
      if (beside) await caseWithdrawn(deps, tx, actor, beside, await said(tx, actor))
      return after
    }),

    reopen: (
      actor: Actor,
      id: string,
      reason: ReopeningReason,
      expectedVersion: number | null
    ): Promise<FeedbackView> =>
      stepping(async (deps, tx, actor, feedback) => {
        const beside = await caseBeside(tx, feedback)
        const after = await reopenFeedback(deps, tx, actor, feedback, reason)
        const reopened = beside && { ...beside, answerDueAt: after.dueAt }
        if (reopened) await caseReopened(deps, tx, actor, reopened, reason, await said(tx, actor))
        return after
      })(actor, id, expectedVersion)
  }
}

/** Who does something to the case of a feedback, where he is known; a feedback has no room for a note. */
const said = async (tx: Tx, actor: Actor) => ({
  staffId: (await actingPerson(tx, actor, null))?.id ?? null,
  note: null
})

async function found(tx: Tx, actor: Actor, id: string): Promise<FeedbackRow> {
  const row = await feedbackRepository(tx).find(id, actor.storeId)
  if (!row) throw notFound('feedback')
  return row
}

/** What turns out to be a complaint may become one, as long as it stands. A complaint has a case, which is not undone. */
function expectOtherKind({ kind, state }: FeedbackRow): void {
  if (kind === 'complaint') {
    throw conflict('feedback.is_complaint', 'A complaint has a case and stays one; it can be withdrawn.')
  }
  if (state === 'withdrawn') throw conflict('feedback.withdrawn', 'The customer has taken this feedback back.')
}

/** Refuses a store that the tenant does not have (`store.unknown`), and one that is not the caller's own. */
async function givenToStore(
  deps: ServiceDeps,
  tx: Tx,
  actor: Actor,
  before: FeedbackRow,
  { storeId = null }: FeedbackChange
): Promise<FeedbackRow> {
  if (actor.storeId !== null) throw forbidden('store.not_allowed', 'This credential belongs to another store.')
  if (storeId !== null) await expectStores(tx, [{ id: storeId, pointer: '/storeId' }])
  return moveFeedback(deps, tx, actor, before, storeId)
}

const updatedIn = ({ id, kind, ownerStaffId, customerId }: FeedbackRow, changed: readonly string[]): Happening => ({
  type: 'feedback.updated',
  subjectType: 'feedback',
  subjectId: id,
  data: { feedbackId: id, kind, changed, ownerStaffId, customerId }
})

/** With what was counted by the hours of the former store, and when the answer is owed by those of the new one. */
const movedFrom = (before: FeedbackRow, { id, kind, storeId, state, countedMs, dueAt }: FeedbackRow): Happening => ({
  type: 'feedback.moved',
  subjectType: 'feedback',
  subjectId: id,
  data: {
    feedbackId: id,
    kind,
    storeId,
    fromStoreId: before.storeId,
    countedSeconds: countedMs / 1_000,
    answerDueAt: state === 'open' ? dueAt : null
  }
})

/** Who may act for one store alone sees that one. */
function ownStore(actor: Actor, { storeId }: { readonly storeId?: string | undefined }): { storeId?: string } {
  if (actor.storeId === null) return {}
  if (storeId !== undefined && storeId !== actor.storeId) {
    throw forbidden('store.not_allowed', 'This credential belongs to another store.')
  }
  return { storeId: actor.storeId }
}

/** What is kept of a promotion is its code, however it is named. */
async function changeOf(
  tx: Tx,
  { promotionCode, promotionId, ...rest }: FeedbackChange & NamedPromotion
): Promise<FeedbackChange> {
  const code = await promotionCodeOf(tx, { promotionCode, promotionId })
  return code === undefined ? rest : { ...rest, promotionCode: code }
}

/** It may be about somebody who has left; answered it is by somebody who is there. */
async function expectPeople(
  tx: Tx,
  { staffId, ownerStaffId }: FeedbackChange,
  changed: readonly string[]
): Promise<void> {
  if (staffId) await expectStaff(tx, [{ id: staffId, pointer: '/staffId' }])
  if (!ownerStaffId || !changed.includes('ownerStaffId')) return
  await expectPresentStaff(tx, [{ id: ownerStaffId, pointer: '/ownerStaffId' }])
}

async function save(tx: Tx, row: FeedbackRow): Promise<void> {
  try {
    await feedbackRepository(tx).save(row)
  } catch (error) {
    throw refusalOf(error)
  }
}
