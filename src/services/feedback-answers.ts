import type { Tx } from '../db/client.ts'
import { answerGivenEarlier, isGivenEarlier, answer as stopClock } from '../domain/answer-clock.ts'
import { conflict, unprocessable } from '../domain/errors.ts'
import { type FeedbackChannel, liesBehind } from '../domain/feedback.ts'
import { eventsRepository } from '../repositories/events.ts'
import type { FeedbackRow } from '../repositories/feedback.ts'
import { type FeedbackAnswerRow, feedbackAnswersRepository } from '../repositories/feedback-answers.ts'
import { termsFor } from './answer-terms.ts'
import type { Actor, ServiceDeps } from './context.ts'
import { eventsOf } from './events.ts'
import { advance, clockOf, ledgerOf, lockFeedback } from './feedback-clock.ts'
import { expectStaff } from './references.ts'

export type { FeedbackAnswerRow }
export { lockFeedback }

/** What a customer was told. */
export interface NewFeedbackAnswer {
  /** False: an acknowledgement, which stops no clock. */
  readonly substantive: boolean
  readonly text: string
  /** The way by which the feedback came when absent. */
  readonly channel?: FeedbackChannel | undefined
  /** Who answered. */
  readonly staffId?: string | null | undefined
  /** Now when absent. */
  readonly answeredAt?: string | undefined
}

/**
 * Records what the customer was told, in the transaction that has locked the feedback (`lockFeedback`). The first
 * substantive answer stops the clock, an acknowledgement does not; further answers are kept beside it. One that is recorded
 * later counts from when it was given, also where the clock has fallen overdue since. Refuses `staff.unknown`, what was
 * withdrawn (`feedback.withdrawn`), and an answer that lies ahead (`feedback.answer_in_future`), or before the feedback or
 * what somebody did to its clock (`feedback.answer_too_early`).
 */
export async function answerFeedback(
  deps: ServiceDeps,
  tx: Tx,
  actor: Actor,
  feedback: FeedbackRow,
  input: NewFeedbackAnswer
): Promise<{ feedback: FeedbackRow; answer: FeedbackAnswerRow }> {
  const now = deps.clock().getTime()
  const given = input.answeredAt === undefined ? now : Date.parse(input.answeredAt)
  if (!liesBehind(given, now)) {
    throw unprocessable('feedback.answer_in_future', 'What a customer was told lies in the past.')
  }
  const at = Math.min(given, now)
  if (feedback.state === 'withdrawn') {
    throw conflict('feedback.withdrawn', 'The customer has taken this feedback back.')
  }
  if (at < Date.parse(feedback.receivedAt)) {
    throw unprocessable('feedback.answer_too_early', 'The answer is dated before the feedback itself.')
  }
  if (input.staffId) await expectStaff(tx, [{ id: input.staffId, pointer: '/staffId' }])
  const answer: FeedbackAnswerRow = {
    id: deps.newId(),
    feedbackId: feedback.id,
    substantive: input.substantive,
    channel: input.channel ?? feedback.channel,
    text: input.text,
    staffId: input.staffId ?? null,
    answeredAt: new Date(at).toISOString(),
    createdAt: new Date(now).toISOString(),
    createdBy: actor.id
  }
  const after = input.substantive ? await stopped(deps, tx, actor, feedback, at) : feedback
  await feedbackAnswersRepository(tx).insert(answer)
  const isFurther = feedback.state === 'answered' && after.answeredAt === feedback.answeredAt
  if (!input.substantive || isFurther) await announceFurther(deps, tx, actor, feedback, answer)
  return { feedback: after, answer }
}

async function stopped(
  deps: ServiceDeps,
  tx: Tx,
  actor: Actor,
  feedback: FeedbackRow,
  at: number
): Promise<FeedbackRow> {
  if (!isGivenEarlier(clockOf(feedback), at)) return advance(deps, tx, actor, feedback, at, stopClock)
  const ledger = await ledgerOf(tx, feedback.id)
  // By whose hours it was counted when the answer was given: the store's that the next one took it from.
  const moved = ledger.find(line => line.entry === 'moved' && line.at > at)
  const key = moved === undefined ? feedback : { ...feedback, storeId: moved.fromStoreId }
  const then = (await termsFor(tx, actor, [key]))(key)
  return advance(deps, tx, actor, feedback, at, clock => answerGivenEarlier(clock, then, at, ledger))
}

/** What stops no clock is told too, without its words. */
const announceFurther = (
  deps: ServiceDeps,
  tx: Tx,
  actor: Actor,
  feedback: FeedbackRow,
  { id, substantive, channel, staffId, answeredAt }: FeedbackAnswerRow
) =>
  eventsRepository(tx).append(
    eventsOf(deps, actor, [
      {
        type: substantive ? 'feedback.answered_again' : 'feedback.acknowledged',
        subjectType: 'feedback',
        subjectId: feedback.id,
        data: {
          feedbackId: feedback.id,
          answerId: id,
          kind: feedback.kind,
          storeId: feedback.storeId,
          customerId: feedback.customerId,
          channel,
          staffId,
          answeredAt
        }
      }
    ])
  )
