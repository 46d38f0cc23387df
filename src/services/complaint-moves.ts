import type { Tx } from '../db/client.ts'
import type { ReopeningReason } from '../domain/answer-clock.ts'
import { FINISHED_STATES } from '../domain/complaint.ts'
import { careTasksRepository } from '../repositories/care-tasks.ts'
import { complaintRemediesRepository } from '../repositories/complaint-remedies.ts'
import { type ComplaintRow, complaintsRepository } from '../repositories/complaints.ts'
import { eventsRepository } from '../repositories/events.ts'
import { type FeedbackRow, feedbackRepository } from '../repositories/feedback.ts'
import { feedbackAnswersRepository } from '../repositories/feedback-answers.ts'
import { type StaffRow, staffRepository } from '../repositories/staff.ts'
import { contactFollows, oweContact, oweContactAgain, withdrawContact } from './care-task-moves.ts'
import { actingPerson, happening, takeStep } from './complaint-desk.ts'
import { managerOfCaseTold, openCase } from './complaint-intake.ts'
import type { Actor, ServiceDeps } from './context.ts'
import { eventsOf } from './events.ts'

/**
 * What happens to a case when something happens to its feedback, so that it is the same whichever of the two was named. Both
 * rows are locked, the feedback first.
 */

interface Answered {
  /** As it stands with the answer. */
  readonly feedback: FeedbackRow
  readonly answer: { readonly id: string; readonly substantive: boolean }
  /** Who gave it; null: nobody was named. */
  readonly by: StaffRow | null
}

interface Said {
  readonly staffId: string | null
  readonly note: string | null
}

/**
 * A substantive answer answers the case, an acknowledgement acknowledges it. It is credited to who is named, and to nobody
 * else. Who answers a case that nobody has has it from then on, if he works here, and is the first who had it.
 */
export async function caseAnswered(
  deps: ServiceDeps,
  tx: Tx,
  actor: Actor,
  row: ComplaintRow,
  { feedback, answer: { id: answerId, substantive }, by }: Answered
): Promise<ComplaintRow> {
  const staffId = by?.id ?? null
  // The row was read before the answer, which may be dated before one that is known.
  const isFirst = substantive && row.answeredAt !== feedback.answeredAt
  const taker = substantive && row.handlerId === null && by?.active ? by.id : null
  if (taker !== null) await owned(deps, tx, feedback, taker)
  return takeStep(deps, tx, actor, row, {
    step: substantive ? 'answer' : 'acknowledge',
    staffId,
    facts: { answerId },
    change: {
      ...(isFirst ? { answeredById: staffId } : {}),
      ...(taker === null ? {} : handlerChange(row, taker))
    },
    ...(taker === null ? {} : { told: { type: 'complaint.handed_over', data: { handlerId: taker, before: null } } })
  })
}

/** Whoever has the case answers its feedback. */
export const owned = (deps: ServiceDeps, tx: Tx, feedback: FeedbackRow, ownerStaffId: string): Promise<void> =>
  feedbackRepository(tx).save({
    ...feedback,
    ownerStaffId,
    version: feedback.version + 1,
    updatedAt: deps.clock().toISOString()
  })

/**
 * Opens the case again: what the customer said at its closure is history. The row carries the term of the answer as the
 * reopening has set it.
 */
export async function caseReopened(
  deps: ServiceDeps,
  tx: Tx,
  actor: Actor,
  row: ComplaintRow,
  reason: ReopeningReason,
  { staffId, note }: Said
): Promise<ComplaintRow> {
  const after = await takeStep(deps, tx, actor, row, {
    step: 'reopen',
    staffId,
    note,
    facts: { reason },
    change: {
      reopenings: row.reopenings + 1,
      firstReopenedAt: row.firstReopenedAt ?? deps.clock().toISOString(),
      ...NOT_CLOSED
    },
    told: { type: 'complaint.reopened', data: { reason, before: row.state, reopenings: row.reopenings + 1 } }
  })
  await oweContactAgain(deps, tx, actor, after)
  return after
}

const NOT_CLOSED = {
  outcome: null,
  verdict: null,
  verdictAskedAt: null,
  verdictChannel: null,
  closedAt: null,
  closedById: null
}

/** The customer takes his complaint back; remedies that wait are asked for no longer. */
export async function caseWithdrawn(
  deps: ServiceDeps,
  tx: Tx,
  actor: Actor,
  row: ComplaintRow,
  { staffId, note }: Said
): Promise<ComplaintRow> {
  const now = deps.clock().toISOString()
  const after = await takeStep(deps, tx, actor, row, {
    step: 'withdraw',
    staffId,
    note,
    change: { withdrawnAt: now },
    told: { type: 'complaint.withdrawn', data: { before: row.state } }
  })
  const dropped = await complaintRemediesRepository(tx).drop(row.id, now)
  const told = dropped.map(remedyId => happening('complaint.remedy_dropped', row, { remedyId }))
  await eventsRepository(tx).append(eventsOf(deps, actor, told))
  await withdrawContact(deps, tx, actor, row.id, 'complaint_withdrawn')
  return after
}

/** Gives the case to another handler; the first one who ever had it is the one who is measured by it. */
export const caseHandedOver = (
  deps: ServiceDeps,
  tx: Tx,
  actor: Actor,
  row: ComplaintRow,
  handlerId: string | null,
  { staffId, note }: Said
): Promise<ComplaintRow> =>
  takeStep(deps, tx, actor, row, {
    step: 'hand_over',
    staffId,
    note,
    facts: { handlerId, before: row.handlerId },
    change: handlerChange(row, handlerId),
    told: { type: 'complaint.handed_over', data: { handlerId, before: row.handlerId } }
  })

/** A case that nobody had is not handed over when it is given to somebody. */
export const handlerChange = (row: ComplaintRow, handlerId: string | null) => ({
  handlerId,
  firstHandlerId: row.firstHandlerId ?? handlerId,
  handovers: row.handovers + (row.handlerId === null ? 0 : 1)
})

/** What a case shows of its feedback, and may be linked anew. */
const LINKS = ['storeId', 'customerId', 'purchaseId', 'sku', 'promotionCode', 'staffId', 'language'] as const

/**
 * Follows a feedback whose links were changed by hand: whose it is, what it is about, and who answers it. A customer who
 * becomes known brings his relationship manager and class, and the manager is told as when a case is opened; another product
 * brings its supplier, unless another one was named; another purchase has other lines; another store has other hours, by which
 * the manager's word is owed, too.
 */
export async function caseRelinked(
  deps: ServiceDeps,
  tx: Tx,
  actor: Actor,
  before: FeedbackRow,
  feedback: FeedbackRow
): Promise<void> {
  const row = await complaintsRepository(tx).forUpdate(feedback.id)
  if (!row) return
  const staffId = (await actingPerson(tx, actor, null))?.id ?? null
  const changed = LINKS.filter(name => before[name] !== feedback[name])
  const relinked = changed.length === 0 ? row : await relink(deps, tx, actor, row, before, feedback, changed, staffId)
  if (row.handlerId !== feedback.ownerStaffId) {
    await caseHandedOver(deps, tx, actor, relinked, feedback.ownerStaffId, { staffId, note: null })
  }
}

async function relink(
  deps: ServiceDeps,
  tx: Tx,
  actor: Actor,
  row: ComplaintRow,
  before: FeedbackRow,
  { storeId, customerId, sku, purchaseId, dueAt }: FeedbackRow,
  changed: readonly string[],
  staffId: string | null
): Promise<ComplaintRow> {
  const repository = complaintsRepository(tx)
  const isAnothers = row.customerId !== customerId
  // Before the task, as by everybody who locks both.
  if (isAnothers && customerId !== null) await careTasksRepository(tx).holdManagerOf(customerId)
  const known = isAnothers && customerId !== null ? await repository.knownOf(customerId) : undefined
  const supplierOf = async (of: string | null) => (of === null ? null : repository.supplierOf(of))
  const isDerived = before.sku !== sku && row.supplierId === (await supplierOf(before.sku))
  const change = {
    storeId,
    customerId,
    supplierId: isDerived ? await supplierOf(sku) : row.supplierId,
    purchaseLineNo: before.purchaseId === purchaseId ? row.purchaseLineNo : null,
    ...(isAnothers
      ? { relationshipManagerId: known?.relationshipManagerId ?? null, abcClass: known?.abcClass ?? null }
      : {})
  }
  const data = { changed, before: row.customerId, storeBefore: row.storeId, ...change }
  const after = await takeStep(
    deps,
    tx,
    actor,
    { ...row, storeId, customerId },
    {
      step: 'relink',
      staffId,
      facts: data,
      change,
      told: { type: 'complaint.relinked', data }
    }
  )
  if (isAnothers) await contactMoved(deps, tx, actor, { ...after, answerDueAt: dueAt })
  else if (before.storeId !== storeId) await contactFollows(deps, tx, actor, { ...after, answerDueAt: dueAt })
  return after
}

/** The case is another customer's: what was owed to the former one is owed to him, as far as it is still open. */
async function contactMoved(deps: ServiceDeps, tx: Tx, actor: Actor, row: ComplaintRow): Promise<void> {
  await withdrawContact(deps, tx, actor, row.id, 'complaint_of_another')
  if (FINISHED_STATES.includes(row.state)) return
  const careTaskId = await oweContact(deps, tx, actor, row)
  await eventsRepository(tx).append(eventsOf(deps, actor, managerOfCaseTold(row, row.answerDueAt, careTaskId)))
}

/**
 * The case of a feedback that was known before anybody saw that it is a complaint. What the customer was told until then
 * stands in the case as if it had been one from the first; its clock goes on.
 */
export async function caseOfKnown(deps: ServiceDeps, tx: Tx, actor: Actor, feedback: FeedbackRow): Promise<void> {
  await openCase(deps, tx, actor, feedback)
  const told = await feedbackAnswersRepository(tx).list(feedback.id, null, ANSWERS_LOOKED_AT)
  const answer = told.find(one => one.substantive) ?? told[0]
  const row = await complaintsRepository(tx).forUpdate(feedback.id)
  if (!row || answer === undefined) return
  const by = answer.staffId === null ? null : ((await staffRepository(tx).find(answer.staffId)) ?? null)
  const after = await caseAnswered(deps, tx, actor, { ...row, answeredAt: null }, { feedback, answer, by })
  if (feedback.state === 'open' && answer.substantive) {
    await caseReopened(deps, tx, actor, after, 'other', { staffId: null, note: null })
  }
}

/** An answer with substance stands among the first, or what was said is still waiting for one. */
const ANSWERS_LOOKED_AT = 1_000

/** The case of a feedback that is locked, locked too; undefined where the feedback is no complaint. */
export const caseBeside = async (tx: Tx, { id, kind }: FeedbackRow): Promise<ComplaintRow | undefined> =>
  kind === 'complaint' ? complaintsRepository(tx).forUpdate(id) : undefined
