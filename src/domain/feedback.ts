export const FEEDBACK_KINDS = [
  'praise',
  'suggestion',
  'question',
  'promotion_attitude',
  'product_attitude',
  'complaint'
] as const

export const FEEDBACK_CHANNELS = [
  'visit',
  'round',
  'customer_meeting',
  'letter',
  'hotline',
  'counter',
  'email',
  'chat',
  'survey',
  'web'
] as const

/** `open` until the first substantive answer; a reopened one is open again; a withdrawn one stays so. */
export const FEEDBACK_STATES = ['open', 'answered', 'withdrawn'] as const

export type FeedbackKind = (typeof FEEDBACK_KINDS)[number]
export type FeedbackChannel = (typeof FEEDBACK_CHANNELS)[number]
export type FeedbackState = (typeof FEEDBACK_STATES)[number]

/** Where something that came with a customer's words is kept: elsewhere, by its address or its number there. */
export interface Attachment {
  readonly name: string
  readonly url: string | null
  readonly ref: string | null
  readonly mediaType: string | null
}

/** Clocks of two machines differ. */
const AHEAD_MS = 5 * 60_000

/** Whoever records something of longer ago has mistyped a year, or brings what nobody is owed an answer to any more. */
export const EARLIEST_YEARS = 5
const YEAR_MS = 365.25 * 86_400_000

/** Whether something that happened at `at` may be recorded `now`: five years back at most. */
export const isPlausible = (at: number, now: number): boolean => at >= now - EARLIEST_YEARS * YEAR_MS

/** Whether something that happened at `at` may be recorded `now`: up to five minutes ahead are a difference of clocks. */
export function liesBehind(at: number, now: number): boolean {
  return at <= now + AHEAD_MS
}
