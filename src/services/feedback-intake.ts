import type { Tx } from '../db/client.ts'
import { databaseFailure } from '../db/errors.ts'
import { raiseDue, startClock } from '../domain/answer-clock.ts'
import type { ExternalId } from '../domain/customer.ts'
import { DomainError, forbidden, unprocessable } from '../domain/errors.ts'
import {
  type Attachment,
  type FeedbackChannel,
  type FeedbackKind,
  isPlausible,
  liesBehind
} from '../domain/feedback.ts'
import { eventsRepository } from '../repositories/events.ts'
import { type FeedbackRow, feedbackRepository } from '../repositories/feedback.ts'
import { feedbackReferencesRepository } from '../repositories/feedback-references.ts'
import { scheduleWake } from './answer-clock-wakes.ts'
import { presentTerms } from './answer-terms.ts'
import { dayIn } from './calendar.ts'
import type { Actor, ServiceDeps } from './context.ts'
import { eventsOf } from './events.ts'
import { columnsOf, raiseFallenDue, recordEntries } from './feedback-clock.ts'
import { expectPresentStaff, expectStaff, expectStores, promotionCodeOf } from './references.ts'

/** What a customer said, as it is brought in. */
export interface NewFeedback {
  readonly kind: FeedbackKind
  readonly channel: FeedbackChannel
  readonly text: string
  /** The purchase's store, or the caller's own, when absent. */
  readonly storeId?: string | null | undefined
  /** Nobody known when both are absent. */
  readonly customerId?: string | null | undefined
  readonly customerExternalId?: ExternalId | null | undefined
  readonly purchaseId?: string | null | undefined
  readonly sku?: string | null | undefined
  readonly promotionCode?: string | null | undefined
  /** In the place of its code, or beside it where both agree. */
  readonly promotionId?: string | null | undefined
  /** Whom it is about. */
  readonly staffId?: string | null | undefined
  /** Now when absent. */
  readonly receivedAt?: string | undefined
  readonly receivedByStaffId?: string | null | undefined
  /** Who answers it; who received it when absent. */
  readonly ownerStaffId?: string | null | undefined
  readonly language?: string | null | undefined
  readonly attachments?: readonly AttachmentInput[] | undefined
  /** 1 (against) to 5 (for). */
  readonly attitude?: number | null | undefined
  readonly listeningSessionId?: string | null | undefined
}

export interface AttachmentInput {
  readonly name: string
  readonly url?: string | null | undefined
  readonly ref?: string | null | undefined
  readonly mediaType?: string | null | undefined
}

/**
 * Records what a customer said and starts the clock of its answer at the instant at which it was received, which is not
 * later than now: what comes in hours later has used up those hours, and is raised at once where that is too long. Refuses
 * what names something that the tenant does not have (`store.unknown`, `staff.unknown`, `customer.unknown`,
 * `purchase.unknown`, `product.unknown`, `promotion.unknown`), somebody to answer it who has left (`staff.left`), a promotion by an id and another one's code
 * (`promotion.differs`), a store that is not the caller's (`store.not_allowed`), and an instant that lies ahead
 * (`feedback.in_future`) or more than five years back (`feedback.too_long_ago`).
 */
export async function recordFeedback(
  deps: ServiceDeps,
  tx: Tx,
  actor: Actor,
  input: NewFeedback
): Promise<FeedbackRow> {
  const now = deps.clock()
  const receivedAt = receivedAtOf(input, now)
  const named = await expectReferences(tx, actor, input)
  const terms = await presentTerms(tx, actor, named.storeId)
  const { clock, entries } = startClock(receivedAt, terms)
  const row: FeedbackRow = {
    ...named,
    ...columnsOf(clock),
    id: deps.newId(),
    kind: input.kind,
    channel: input.channel,
    receivedAt: new Date(receivedAt).toISOString(),
    receivedOn: dayIn(terms.timeZone, new Date(receivedAt).toISOString()),
    language: input.language ?? null,
    text: input.text,
    attachments: (input.attachments ?? []).map(attachmentOf),
    attitude: input.attitude ?? null,
    listeningSessionId: input.listeningSessionId ?? null,
    policyVersion: terms.policyVersion,
    version: 1,
    createdAt: now.toISOString(),
    createdBy: actor.id,
    updatedAt: now.toISOString()
  }
  await insert(tx, row)
  await recordEntries(tx, actor, row.createdAt, [{ feedbackId: row.id, storeId: row.storeId, entries }])
  await announce(deps, tx, actor, row)
  if (raiseDue(clock, terms, now.getTime()).raised.length === 0) {
    await scheduleWake(tx, row.nextStepAt)
    return row
  }
  const [raised] = await raiseFallenDue(deps, tx, actor, [row], now.getTime())
  await scheduleWake(tx, raised?.nextStepAt ?? null)
  return raised as FeedbackRow
}

function receivedAtOf({ receivedAt }: NewFeedback, now: Date): number {
  const at = receivedAt === undefined ? now.getTime() : Date.parse(receivedAt)
  if (!liesBehind(at, now.getTime())) {
    throw unprocessable('feedback.in_future', 'What a customer said was received in the past.')
  }
  if (!isPlausible(at, now.getTime())) {
    throw unprocessable('feedback.too_long_ago', 'What was received more than five years ago is not recorded.')
  }
  return Math.min(at, now.getTime())
}

const attachmentOf = ({ name, url, ref, mediaType }: AttachmentInput): Attachment => ({
  name,
  url: url ?? null,
  ref: ref ?? null,
  mediaType: mediaType ?? null
})

type Named = Pick<
  FeedbackRow,
  'storeId' | 'customerId' | 'purchaseId' | 'sku' | 'promotionCode' | 'staffId' | 'receivedByStaffId' | 'ownerStaffId'
>

/** What is named, with ids in the place of the caller's own words, and the store that is meant. */
async function expectReferences(tx: Tx, actor: Actor, input: NewFeedback): Promise<Named> {
  const receivedByStaffId = input.receivedByStaffId ?? null
  const ownerStaffId = input.ownerStaffId === undefined ? receivedByStaffId : input.ownerStaffId
  const storeId = input.storeId ?? null
  if (storeId !== null) await expectStores(tx, [{ id: storeId, pointer: '/storeId' }])
  await expectStaff(
    tx,
    Object.entries({ staffId: input.staffId, receivedByStaffId }).flatMap(([name, id]) =>
      typeof id === 'string' ? [{ id, pointer: `/${name}` }] : []
    )
  )
  await expectPresentStaff(tx, input.ownerStaffId ? [{ id: input.ownerStaffId, pointer: '/ownerStaffId' }] : [])
  const customerId = await customerOf(tx, input)
  const purchaseId = input.purchaseId ?? null
  const purchase = purchaseId === null ? null : await expectPurchase(tx, actor, purchaseId)
  const meant = storeId ?? purchase?.storeId ?? actor.storeId
  if (actor.storeId !== null && meant !== actor.storeId) {
    throw forbidden('store.not_allowed', 'This credential belongs to another store.')
  }
  return {
    storeId: meant,
    customerId,
    purchaseId,
    sku: input.sku ?? null,
    promotionCode: (await promotionCodeOf(tx, { ...input, promotionCode: input.promotionCode ?? undefined })) ?? null,
    staffId: input.staffId ?? null,
    receivedByStaffId,
    ownerStaffId
  }
}

/** A purchase that is named. Receipts are their store's alone: to who is bound to another there is none (`purchase.unknown`). */
export async function expectPurchase(tx: Tx, actor: Actor, id: string): Promise<{ readonly storeId: string }> {
  const purchase = await feedbackReferencesRepository(tx).purchase(id)
  if (!purchase || (actor.storeId !== null && purchase.storeId !== actor.storeId)) {
    throw unknown('purchase.unknown', '/purchaseId', 'is none of your purchases')
  }
  return purchase
}

async function customerOf(tx: Tx, { customerId, customerExternalId }: NewFeedback): Promise<string | null> {
  const references = feedbackReferencesRepository(tx)
  if (customerId) {
    if (!(await references.customerExists(customerId))) {
      throw unknown('customer.unknown', '/customerId', 'is none of your customers')
    }
    return customerId
  }
  if (!customerExternalId) return null
  const found = await references.customerByExternalId(customerExternalId)
  if (found === undefined) throw unknown('customer.unknown', '/customerExternalId', 'leads to none of your customers')
  return found
}

async function insert(tx: Tx, row: FeedbackRow): Promise<void> {
  try {
    await feedbackRepository(tx).insert(row)
  } catch (error) {
    throw refusalOf(error)
  }
}

/** A key that does not lead anywhere, as a refusal; every other error as it is. */
export function refusalOf(error: unknown): unknown {
  const known = KEYS[databaseFailure(error)?.constraint ?? '']
  return known === undefined ? error : unknown(...known)
}

const KEYS: Readonly<Record<string, [code: string, pointer: string, message: string]>> = {
  feedback_sku_fkey: ['product.unknown', '/sku', 'is none of your products'],
  feedback_customer_id_fkey: ['customer.unknown', '/customerId', 'is none of your customers'],
  feedback_purchase_id_fkey: ['purchase.unknown', '/purchaseId', 'is none of your purchases'],
  feedback_staff_id_fkey: ['staff.unknown', '/staffId', 'is nobody of your staff'],
  feedback_owner_staff_id_fkey: ['staff.unknown', '/ownerStaffId', 'is nobody of your staff'],
  feedback_listening_session_id_fkey: [
    'listening_session.unknown',
    '/listeningSessionId',
    'is none of your rounds, visits and meetings'
  ]
}

const unknown = (code: string, pointer: string, message: string) =>
  new DomainError({
    kind: 'unprocessable',
    code,
    detail: 'Something that is named does not exist.',
    errors: [{ pointer, code, message }]
  })

/** The words of the customer stay out of the events. */
const announce = (deps: ServiceDeps, tx: Tx, actor: Actor, row: FeedbackRow) =>
  eventsRepository(tx).append(
    eventsOf(deps, actor, [
      {
        type: 'feedback.received',
        subjectType: 'feedback',
        subjectId: row.id,
        data: {
          feedbackId: row.id,
          kind: row.kind,
          channel: row.channel,
          storeId: row.storeId,
          customerId: row.customerId,
          purchaseId: row.purchaseId,
          sku: row.sku,
          promotionCode: row.promotionCode,
          staffId: row.staffId,
          ownerStaffId: row.ownerStaffId,
          listeningSessionId: row.listeningSessionId,
          receivedAt: row.receivedAt,
          answerDueAt: row.dueAt
        }
      }
    ])
  )
