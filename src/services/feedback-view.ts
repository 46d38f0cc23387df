import type { Tx } from '../db/client.ts'
import { type Urgency, urgencyAt } from '../domain/answer-clock.ts'
import type { Attachment } from '../domain/feedback.ts'
import type { FeedbackRow } from '../repositories/feedback.ts'
import type { FeedbackAnswerRow } from '../repositories/feedback-answers.ts'
import type { Actor } from './context.ts'
import { promotionIdsOf } from './references.ts'
import { LISTED_AT_MOST, seesPersons, shownWords } from './shown-words.ts'

/** What a customer said, as a caller may see it, with what is owed to him at the moment of asking. */
export interface FeedbackView
  extends Omit<
    FeedbackRow,
    'attachments' | 'dueAt' | 'countedMs' | 'runningSince' | 'pausedMs' | 'stepsRaised' | 'nextStep' | 'nextStepAt'
  > {
  /** Where masked, with everything replaced that says who somebody is. */
  readonly text: string
  readonly attachments: Attachment[]
  /** Null where no promotion of that code is kept. */
  readonly promotionId: string | null
  readonly masked: boolean
  readonly answerDueAt: string
  /** Null where nothing is owed any more. */
  readonly urgency: Urgency | null
}

export interface FeedbackAnswerView extends FeedbackAnswerRow {
  readonly masked: boolean
}

/** One as `feedbackViews` shows many, with its words whole. */
export async function feedbackView(tx: Tx, actor: Actor, row: FeedbackRow, now: string): Promise<FeedbackView> {
  const [view] = await feedbackViews(tx, actor, [row], now, null)
  return view as FeedbackView
}

/**
 * The one way feedback leaves the service. Without `customers.pii:read` whatever in the words says who somebody is gives
 * way to the word of its kind, and what came with them is left out: nobody here has looked into it. What is overdue is so
 * whether or not the timer has come to it.
 */
export async function feedbackViews(
  tx: Tx,
  actor: Actor,
  rows: readonly FeedbackRow[],
  now: string,
  most: number | null = LISTED_AT_MOST
): Promise<FeedbackView[]> {
  const said = rows.map(({ text, customerId, purchaseId }) => ({ texts: [text], customerId, purchaseId }))
  const words = await shownWords(tx, actor, said, most)
  const promotionIds = await promotionIdsOf(tx, rows)
  return rows.map((row, place) => ({
    ...viewOf(row, words[place]?.[0] ?? '', seesPersons(actor), now),
    promotionId: promotionIds[place] ?? null
  }))
}

function viewOf(row: FeedbackRow, text: string, visible: boolean, now: string): Omit<FeedbackView, 'promotionId'> {
  const {
    dueAt,
    countedMs: _counted,
    runningSince: _running,
    pausedMs: _paused,
    stepsRaised: _steps,
    nextStep: _next,
    nextStepAt: _at,
    ...shown
  } = row
  const urgency = urgencyAt(row, now)
  return {
    ...shown,
    text,
    attachments: visible ? row.attachments : [],
    masked: !visible,
    answerDueAt: dueAt,
    breachedAt: row.breachedAt ?? (urgency === 'overdue' ? dueAt : null),
    urgency
  }
}

/** An answer as a caller may see it: it may repeat what the customer said, and who he is. */
export async function feedbackAnswerView(
  tx: Tx,
  actor: Actor,
  feedback: Answered,
  row: FeedbackAnswerRow
): Promise<FeedbackAnswerView> {
  const [view] = await feedbackAnswerViews(tx, actor, feedback, [row], null)
  return view as FeedbackAnswerView
}

export async function feedbackAnswerViews(
  tx: Tx,
  actor: Actor,
  { customerId, purchaseId }: Answered,
  rows: readonly FeedbackAnswerRow[],
  most: number | null = LISTED_AT_MOST
): Promise<FeedbackAnswerView[]> {
  const words = await shownWords(
    tx,
    actor,
    rows.map(({ text }) => ({ texts: [text], customerId, purchaseId })),
    most
  )
  return rows.map((row, place) => ({ ...row, text: words[place]?.[0] ?? '', masked: !seesPersons(actor) }))
}

/** Whom an answer went to. */
type Answered = Pick<FeedbackRow, 'customerId' | 'purchaseId'>
