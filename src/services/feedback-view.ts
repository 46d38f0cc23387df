import { type Urgency, urgencyAt } from '../domain/answer-clock.ts'
import type { Attachment } from '../domain/feedback.ts'
import type { FeedbackRow } from '../repositories/feedback.ts'
import type { FeedbackAnswerRow } from '../repositories/feedback-answers.ts'
import type { Actor } from './context.ts'

/** What a customer said, as a caller may see it, with what is owed to him at the moment of asking. */
export interface FeedbackView
  extends Omit<
    FeedbackRow,
    | 'text'
    | 'attachments'
    | 'dueAt'
    | 'countedMs'
    | 'runningSince'
    | 'pausedMs'
    | 'stepsRaised'
    | 'nextStep'
    | 'nextStepAt'
  > {
  /** Null where the caller may not see persons. */
  readonly text: string | null
  readonly attachments: Attachment[]
  readonly masked: boolean
  readonly answerDueAt: string
  /** Null where nothing is owed any more. */
  readonly urgency: Urgency | null
}

export interface FeedbackAnswerView extends Omit<FeedbackAnswerRow, 'text'> {
  readonly text: string | null
  readonly masked: boolean
}

/** Whether the caller may read words by which somebody can be known. */
const seesPersons = (actor: Actor): boolean => actor.scopes.has('customers.pii:read')

/**
 * The one way a feedback leaves the service. Without `customers.pii:read` the words of the customer and what came with them
 * are left out: anybody may be named in them. What is overdue is so whether or not the timer has come to it.
 */
export function feedbackView(row: FeedbackRow, actor: Actor, now: string): FeedbackView {
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
  const visible = seesPersons(actor)
  const urgency = urgencyAt(row, now)
  return {
    ...shown,
    text: visible ? row.text : null,
    attachments: visible ? row.attachments : [],
    masked: !visible,
    answerDueAt: dueAt,
    breachedAt: row.breachedAt ?? (urgency === 'overdue' ? dueAt : null),
    urgency
  }
}

/** An answer as a caller may see it: it may repeat what the customer said. */
export function feedbackAnswerView(row: FeedbackAnswerRow, actor: Actor): FeedbackAnswerView {
  const visible = seesPersons(actor)
  return { ...row, text: visible ? row.text : null, masked: !visible }
}
