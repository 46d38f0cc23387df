import { conflict, type DomainError, unprocessable } from './errors.ts'

export const INQUIRY_CHANNELS = [
  'counter',
  'hotline',
  'letter',
  'email',
  'chat',
  'web',
  'visit',
  'round',
  'customer_meeting',
  'event',
  'other'
] as const
export type InquiryChannel = (typeof INQUIRY_CHANNELS)[number]

export const INQUIRY_STATUSES = ['open', 'converted', 'lost'] as const
export type InquiryStatus = (typeof INQUIRY_STATUSES)[number]

/** Why somebody who asked did not become a customer. */
export const LOST_REASONS = [
  'price',
  'product_missing',
  'bought_elsewhere',
  'not_reached',
  'not_interested',
  'other'
] as const
export type LostReason = (typeof LOST_REASONS)[number]

export const FOLLOW_UP_OUTCOMES = ['reached', 'not_reached', 'appointment'] as const
export type FollowUpOutcome = (typeof FOLLOW_UP_OUTCOMES)[number]

/** Whether the customer file was opened for the inquiry or was there already. */
export const CUSTOMER_FILES = ['opened', 'found'] as const
export type CustomerFileOrigin = (typeof CUSTOMER_FILES)[number]

export type InquiryStep = 'follow_up' | 'convert' | 'lose'

/**
 * What may be done in which state. An inquiry that was given up may still become a customer. One that has become a
 * customer stays so; what is done for him further is noted all the same.
 */
const LEGAL: Readonly<Record<InquiryStatus, readonly InquiryStep[]>> = {
  open: ['follow_up', 'convert', 'lose'],
  converted: ['follow_up'],
  lost: ['convert']
}

const MINUTE_MS = 60_000
/** Clocks of tills run ahead by as much. */
const AHEAD_MS = 5 * MINUTE_MS

/** Why a step may not be taken; null where it may. */
export function refusalOf(status: InquiryStatus, step: InquiryStep): DomainError | null {
  if (LEGAL[status].includes(step)) return null
  return conflict('inquiry.invalid_state', 'The inquiry has come to its end, and this can no longer be done.', {
    status
  })
}

/**
 * When something happened to an inquiry: now where nothing is said. Refuses what lies ahead by more than five minutes, and
 * what lies before the inquiry itself; all are instants as the wire writes them.
 */
export function timeOfStep(given: string | undefined, receivedAt: string | null, now: Date): string {
  const at = given === undefined ? now.toISOString() : new Date(given).toISOString()
  if (Date.parse(at) > now.getTime() + AHEAD_MS) {
    throw unprocessable('inquiry.in_future', 'Recorded is what has happened; the time named lies ahead.')
  }
  if (receivedAt === null || at >= receivedAt) return at
  // Who is served within the five minutes by which clocks differ was not served before he asked.
  if (given === undefined) return receivedAt
  throw unprocessable('inquiry.before_received', 'This cannot have happened before the inquiry was received.')
}
