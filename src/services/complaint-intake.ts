import type { Tx } from '../db/client.ts'
import { DomainError } from '../domain/errors.ts'
import { type ComplaintRow, complaintsRepository } from '../repositories/complaints.ts'
import { eventsRepository } from '../repositories/events.ts'
import type { FeedbackRow } from '../repositories/feedback.ts'
import { managerTold, oweContact } from './care-task-moves.ts'
import { happening } from './complaint-desk.ts'
import type { Actor, ServiceDeps } from './context.ts'
import { eventsOf, type Happening } from './events.ts'

/** What a case knows beside the feedback that it begins with. */
export interface CaseDetails {
  /** The first words of the text when absent. */
  readonly subject?: string | undefined
  /** The line of the purchase, from 1. */
  readonly purchaseLineNo?: number | null | undefined
  /** The product's supplier when absent. */
  readonly supplierId?: string | null | undefined
}

const SUBJECT_AT_MOST = 200

/**
 * Opens the case of a complaint that has just been recorded, in the same transaction. Whoever is to answer the feedback is
 * the first handler. The relationship manager of the customer is told by an event of its own, which names him; where the
 * customer is an A, a task of his is opened with the case, which the event names, too.
 */
export async function openCase(
  deps: ServiceDeps,
  tx: Tx,
  actor: Actor,
  feedback: FeedbackRow,
  details: CaseDetails = {}
): Promise<void> {
  const repository = complaintsRepository(tx)
  const { id, storeId, customerId, receivedAt, ownerStaffId, sku } = feedback
  const known = customerId === null ? null : await repository.knownOf(customerId)
  const now = deps.clock().toISOString()
  const supplierId = details.supplierId ?? (sku === null ? null : await repository.supplierOf(sku))
  const row = {
    id,
    subject: details.subject ?? firstWords(feedback.text),
    state: 'received' as const,
    storeId,
    customerId,
    receivedAt,
    purchaseLineNo: details.purchaseLineNo ?? null,
    supplierId,
    firstHandlerId: ownerStaffId,
    handlerId: ownerStaffId,
    relationshipManagerId: known?.relationshipManagerId ?? null,
    abcClass: known?.abcClass ?? null,
    version: 1,
    createdAt: now,
    createdBy: actor.id,
    updatedAt: now
  }
  await repository.insert(row)
  await repository.addStep(id, {
    stepNo: 1,
    step: 'open',
    stateBefore: null,
    stateAfter: 'received',
    staffId: feedback.receivedByStaffId,
    note: null,
    facts: {},
    at: now,
    actorType: actor.type,
    actorId: actor.id
  })
  const careTaskId = await oweContact(deps, tx, actor, { id, customerId, storeId, answerDueAt: feedback.dueAt })
  await eventsRepository(tx).append(eventsOf(deps, actor, openedBy(feedback, row, careTaskId)))
}

/** The words of the customer stay out of the events. */
function openedBy(
  feedback: FeedbackRow,
  row: Pick<
    ComplaintRow,
    'id' | 'customerId' | 'storeId' | 'supplierId' | 'relationshipManagerId' | 'abcClass' | 'handlerId'
  >,
  careTaskId: string | null
): Happening[] {
  const { relationshipManagerId, abcClass } = row
  const opened = happening('complaint.opened', row, {
    channel: feedback.channel,
    purchaseId: feedback.purchaseId,
    sku: feedback.sku,
    promotionCode: feedback.promotionCode,
    staffId: feedback.staffId,
    supplierId: row.supplierId,
    handlerId: row.handlerId,
    relationshipManagerId,
    abcClass,
    receivedAt: feedback.receivedAt,
    answerDueAt: feedback.dueAt
  })
  return [opened, ...managerOfCaseTold(row, feedback.dueAt, careTaskId)]
}

/** Tells whoever looks after the customer of a case, if anybody does, with the task that it opened for him. */
export function managerOfCaseTold(
  row: Pick<ComplaintRow, 'id' | 'customerId' | 'storeId' | 'relationshipManagerId' | 'abcClass'>,
  answerDueAt: string,
  careTaskId: string | null
): Happening[] {
  const { id, customerId, storeId, relationshipManagerId, abcClass } = row
  if (relationshipManagerId === null) return []
  return [
    managerTold(relationshipManagerId, { complaintId: id, customerId, storeId, abcClass, answerDueAt, careTaskId })
  ]
}

/** The beginning of the first line, as the subject of a case that has none of its own. */
export function firstWords(text: string): string {
  const [line = ''] = text.trim().split(/\r?\n/u)
  return [...line].slice(0, SUBJECT_AT_MOST).join('') || '…'
}

/** Refuses `purchase.line_unknown`; tells what the line was. */
export async function expectLine(
  tx: Tx,
  purchaseId: string | null | undefined,
  lineNo: number
): Promise<{ sku: string | null; promotionCode: string | null }> {
  const line = purchaseId ? await complaintsRepository(tx).purchaseLine(purchaseId, lineNo) : undefined
  if (line) return line
  throw new DomainError({
    kind: 'unprocessable',
    code: 'purchase.line_unknown',
    detail: 'The purchase that is named has no such line.',
    errors: [{ pointer: '/purchaseLineNo', code: 'purchase.line_unknown', message: 'is no line of the purchase' }]
  })
}
