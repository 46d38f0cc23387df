import type { AbcClass } from './abc.ts'
import { conflict, unprocessable } from './errors.ts'

/** What is owed to a customer. A person gives the first ones to somebody; the service itself sees to the last one. */
export const CARE_KINDS_BY_HAND = ['call', 'visit', 'thank_you', 'review', 'guidance'] as const
export const CARE_KINDS = [...CARE_KINDS_BY_HAND, 'complaint_contact'] as const
export type CareKindByHand = (typeof CARE_KINDS_BY_HAND)[number]
export type CareKind = (typeof CARE_KINDS)[number]

/** What a task comes from. */
export const CARE_SOURCES = ['by_hand', 'complaint'] as const
export type CareSource = (typeof CARE_SOURCES)[number]

/** `cancelled`: a person decided that it is owed no longer. `withdrawn`: what it came from is over. */
export const CARE_STATES = ['open', 'done', 'cancelled', 'withdrawn'] as const
export type CareState = (typeof CARE_STATES)[number]

/** How a task was done: how the customer was reached, or at the desk alone (`on_file`). */
export const CARE_CHANNELS = ['in_person', 'phone', 'letter', 'card', 'email', 'chat', 'on_file'] as const
export type CareChannel = (typeof CARE_CHANNELS)[number]

/** Why a task of a complaint is owed no longer. */
export const WITHDRAWN_BECAUSE = ['complaint_closed', 'complaint_withdrawn', 'complaint_of_another'] as const
export type WithdrawnBecause = (typeof WITHDRAWN_BECAUSE)[number]

/** Minutes that a task of each kind takes where nobody says otherwise: the way there and the note afterwards included. */
export interface UsualMinutes {
  readonly call: number
  readonly visit: number
  readonly thankYou: number
  readonly review: number
  readonly guidance: number
}

const MINUTES_OF: Readonly<Record<CareKindByHand, keyof UsualMinutes>> = {
  call: 'call',
  visit: 'visit',
  thank_you: 'thankYou',
  review: 'review',
  guidance: 'guidance'
}

/** What a task of this kind usually takes in a shop. */
export const minutesOf = (kind: CareKindByHand, usual: UsualMinutes): number => usual[MINUTES_OF[kind]]

/** Clocks of two machines differ. */
const AHEAD_MS = 5 * 60_000

/** What is known of a customer who complains. */
export interface Complainant {
  /** As of the last run; null before the first. */
  readonly abcClass: AbcClass | null
  readonly relationshipManagerId: string | null
}

/** Who is to speak with a customer who complains: the relationship manager of an A customer; null where nobody is. */
export function contactOwedBy({ abcClass, relationshipManagerId }: Complainant): string | null {
  return abcClass === 'A' ? relationshipManagerId : null
}

/** Refuses `care_task.invalid_state`: only what is still owed can be done, given up or changed. */
export function expectOpen(state: CareState): void {
  if (state === 'open') return
  throw conflict('care_task.invalid_state', 'The task is not open any more: it was done, cancelled or withdrawn.', {
    state
  })
}

/**
 * By when a task is owed that a person makes or puts off. Refuses what is over: `care_task.due_passed`. All instants as the
 * wire writes them.
 */
export function dueTime(given: string, now: string): string {
  const dueAt = new Date(given).toISOString()
  if (dueAt < now) throw unprocessable('care_task.due_passed', 'A task is owed by a time that is still to come.')
  return dueAt
}

/** Refuses to move the term of a task that is late already: `care_task.overdue`. A broken promise stays one. */
export function expectNotOverdue(dueAt: string, now: string): void {
  if (now <= dueAt) return
  throw conflict('care_task.overdue', 'The task is overdue; its term cannot be moved any more.', { dueAt })
}

/**
 * When a task was done: now where nothing is said. Refuses what lies ahead by more than five minutes, by which clocks
 * differ and which count as now (`care_task.in_future`), and what lies before the task itself (`care_task.before_created`).
 */
export function doneTime(given: string | undefined, createdAt: string, now: string): string {
  if (given === undefined) return createdAt > now ? createdAt : now
  const at = Date.parse(given)
  if (at > Date.parse(now) + AHEAD_MS) {
    throw unprocessable('care_task.in_future', 'Recorded is what was done; the time named lies ahead.')
  }
  if (at < Date.parse(createdAt)) {
    throw unprocessable('care_task.before_created', 'The task was not there yet at the time named.')
  }
  return at > Date.parse(now) ? now : new Date(at).toISOString()
}

/** Exactly at its term is in time. */
export const isOnTime = (doneAt: string, dueAt: string): boolean => doneAt <= dueAt

/** Owed, and its term is over. */
export const isOverdue = (state: CareState, dueAt: string, now: string): boolean => state === 'open' && dueAt < now
