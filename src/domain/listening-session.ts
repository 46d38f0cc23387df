import { conflict, type DomainError, unprocessable } from './errors.ts'
import { isPlausible } from './feedback.ts'

/** A round through the shop, a visit to customers, a meeting to which customers are asked in. */
export const LISTENING_KINDS = ['round', 'visit', 'customer_meeting'] as const
export type ListeningKind = (typeof LISTENING_KINDS)[number]

export const LISTENING_STATUSES = ['planned', 'held', 'cancelled'] as const
export type ListeningStatus = (typeof LISTENING_STATUSES)[number]

/** `hold` may be repeated: who came is often known for sure only afterwards. */
export type ListeningStep = 'change' | 'hold' | 'cancel' | 'find'

/** What may be done in which state. Findings are noted while a session is on, before anybody says that it was held. */
const LEGAL: Readonly<Record<ListeningStatus, readonly ListeningStep[]>> = {
  planned: ['change', 'hold', 'cancel', 'find'],
  held: ['hold', 'find'],
  cancelled: []
}

/** Clocks of two machines differ. */
const AHEAD_MS = 5 * 60_000

/** Why a step may not be taken; null where it may. */
export function refusalOf(status: ListeningStatus, step: ListeningStep): DomainError | null {
  if (LEGAL[status].includes(step)) return null
  return conflict(
    'listening_session.invalid_state',
    'The session was held or cancelled, and this can no longer be done.',
    {
      status
    }
  )
}

/** What was heard was heard: a session with findings was held, and is not called off (`listening_session.has_findings`). */
export function expectNothingHeard(findings: number): void {
  if (findings === 0) return
  throw conflict(
    'listening_session.has_findings',
    'Something was heard at this session: it was held, not called off.',
    {
      findings
    }
  )
}

/** What is planned needs somebody who listens, a round a store to go through, a visit a customer, a meeting a store or customers. */
export function expectComplete(plan: {
  readonly kind: ListeningKind
  readonly storeId: string | null
  readonly staffIds: readonly string[]
  readonly customerIds: readonly string[]
}): void {
  if (plan.staffIds.length === 0) {
    throw unprocessable('listening_session.nobody_listens', 'A session needs somebody who listens.')
  }
  if (plan.kind === 'round' && plan.storeId === null) {
    throw unprocessable('listening_session.store_missing', 'A round goes through a store; name it.')
  }
  if (plan.kind === 'visit' && plan.customerIds.length === 0) {
    throw unprocessable('listening_session.customer_missing', 'A visit is paid to a customer; name him.')
  }
  if (plan.kind === 'customer_meeting' && plan.customerIds.length === 0 && plan.storeId === null) {
    throw unprocessable(
      'listening_session.customer_missing',
      'A meeting takes place in a store, or names who is asked in.'
    )
  }
}

/** Refuses a session that is said to have been held more than five minutes from now, or more than five years ago. */
export function expectHeldBehind(heldAt: string, now: Date): void {
  if (!isPlausible(Date.parse(heldAt), now.getTime())) {
    throw unprocessable('listening_session.too_long_ago', 'A session of more than five years ago is not recorded.')
  }
  if (Date.parse(heldAt) > now.getTime() + AHEAD_MS) {
    throw unprocessable('listening_session.in_future', 'A session that was held lies in the past.')
  }
}
