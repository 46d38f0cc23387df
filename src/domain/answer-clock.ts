import { type AnswerPolicy, type AnswerStep, stepsOf } from './answer-policy.ts'
import { afterOpenTime, type BusinessHours, openTimeBetween, type ZoneClock } from './business-hours.ts'
import { conflict, unprocessable } from './errors.ts'
import type { FeedbackState } from './feedback.ts'

/** What of the time counts. Instants and lengths are in milliseconds. */
export interface Counting {
  /** The instant at which so much has been counted since `from`. */
  after(from: number, ms: number): number
  /** What is counted in [from, to). */
  between(from: number, to: number): number
}

/** All of the time: 24 hours are 24 hours, also where clocks are put forward or back. */
export const ELAPSED: Counting = {
  after: (from, ms) => from + ms,
  between: (from, to) => Math.max(0, to - from)
}

/** The time in which the shop is open. */
export const openTime = (hours: BusinessHours, zone: ZoneClock): Counting => ({
  after: (from, ms) => afterOpenTime(from, ms, hours, zone),
  between: (from, to) => openTimeBetween(from, to, hours, zone)
})

/** By which a clock runs: the promise in force when the feedback came in, and what of the time counts. */
export interface Terms {
  readonly policy: Pick<AnswerPolicy, 'answerWithinMinutes' | 'atRiskShare' | 'ladder' | 'maxPauseMinutes'>
  readonly counting: Counting
}

/**
 * The clock of one feedback. `atRiskAt` and `dueAt` are what they will be if nothing more happens; while the clock is
 * paused, if the pause lasts as long as it may.
 */
export interface AnswerClock {
  readonly state: FeedbackState
  /** Counted up to `runningSince`; in all where that is null. */
  readonly countedMs: number
  readonly runningSince: number | null
  readonly atRiskAt: number
  /** An answer at this very instant is in time. */
  readonly dueAt: number
  readonly pausedAt: number | null
  readonly pauseEndsAt: number | null
  /** Of pauses that are over. */
  readonly pausedMs: number
  /** The first substantive answer. */
  readonly answeredAt: number | null
  readonly answeredInTime: boolean | null
  readonly lastAnsweredAt: number | null
  readonly breachedAt: number | null
  readonly reopenings: number
  readonly reopenedAt: number | null
  readonly withdrawnAt: number | null
  readonly stepsRaised: number
  readonly nextStep: NextStep | null
  readonly nextStepAt: number | null
}

export type NextStep = AnswerStep['kind'] | 'resumed'

export const CLOCK_ENTRIES = [
  'started',
  'paused',
  'resumed',
  'breached',
  'breach_withdrawn',
  'answered',
  'reopened',
  'moved',
  'withdrawn'
] as const

/** A line of the clock's ledger: what it had counted when it was started, stopped or ran out. */
export interface ClockEntry {
  readonly entry: (typeof CLOCK_ENTRIES)[number]
  readonly at: number
  readonly countedMs: number
  readonly dueAt: number | null
  readonly reason: string | null
}

/** A step that fell due, and when. */
export interface RaisedStep extends AnswerStep {
  readonly at: number
}

/** A clock after something happened to it, and what is to be written down. */
export interface Ticked {
  readonly clock: AnswerClock
  readonly entries: readonly ClockEntry[]
}

const MINUTE_MS = 60_000

/** Why a clock went on by itself. */
export const PAUSE_LIMIT = 'pause_limit'

/** A clock that starts as the feedback is received. */
export function startClock(receivedAt: number, terms: Terms): Ticked {
  const blank: AnswerClock = {
    state: 'open',
    countedMs: 0,
    runningSince: receivedAt,
    atRiskAt: 0,
    dueAt: 0,
    pausedAt: null,
    pauseEndsAt: null,
    pausedMs: 0,
    answeredAt: null,
    answeredInTime: null,
    lastAnsweredAt: null,
    breachedAt: null,
    reopenings: 0,
    reopenedAt: null,
    withdrawnAt: null,
    stepsRaised: 0,
    nextStep: null,
    nextStepAt: null
  }
  return written(scheduled(blank, terms), 'started', receivedAt, null)
}

/**
 * Everything that has fallen due by `now` and was not raised yet, in its order: at risk, overdue, each step of the ladder,
 * and the end of a pause. Overdue is what is past its term: at the term itself it is not. Asked twice, it says it once.
 */
export function raiseDue(before: AnswerClock, terms: Terms, now: number): Ticked & { raised: readonly RaisedStep[] } {
  const steps = stepsOf(terms.policy)
  const entries: ClockEntry[] = []
  const raised: RaisedStep[] = []
  let clock = before
  while (clock.nextStepAt !== null && clock.nextStepAt <= now) {
    const at = clock.nextStepAt
    const step = steps[clock.stepsRaised]
    if (clock.nextStep === 'resumed') {
      const resumed = goOn(clock, terms, at, PAUSE_LIMIT)
      clock = resumed.clock
      entries.push(...resumed.entries)
    } else if (step !== undefined) {
      raised.push({ ...step, at })
      const breached = step.kind === 'breached'
      if (breached) entries.push(entryOf('breached', clock.dueAt, termMs(terms), clock.dueAt, null))
      const breachedAt = breached ? clock.dueAt : clock.breachedAt
      clock = withNextStep({ ...clock, breachedAt, stepsRaised: clock.stepsRaised + 1 }, terms)
    } else break
  }
  return { clock, entries, raised }
}

/**
 * Stops the clock while the shop waits for the customer. Refuses what is not open or paused already, and what is overdue: a
 * pause takes no breach back. All pauses together last `maxPauseMinutes` at most; then the clock goes on by itself.
 */
export function pause(clock: AnswerClock, terms: Terms, now: number): Ticked {
  expectOpen(clock)
  if (clock.pausedAt !== null)
    throw conflict('feedback.already_paused', 'The clock of this feedback stands still already.')
  if (now > clock.dueAt) throw conflict('feedback.overdue', 'The answer is overdue; a pause would not undo that.')
  const leftMs = terms.policy.maxPauseMinutes * MINUTE_MS - clock.pausedMs
  if (leftMs <= 0) {
    throw conflict('feedback.pause_limit_reached', 'This feedback has waited for the customer as long as it may.')
  }
  const stopped = { ...clock, countedMs: countedAt(clock, terms, now), runningSince: null }
  const paused = { ...stopped, pausedAt: now, pauseEndsAt: now + leftMs }
  return written(scheduled(paused, terms), 'paused', now, 'waiting_for_customer')
}

/** Lets a paused clock go on. Refuses one that is not paused. */
export function resume(clock: AnswerClock, terms: Terms, now: number): Ticked {
  expectOpen(clock)
  if (clock.pausedAt === null) throw conflict('feedback.not_paused', 'The clock of this feedback is running.')
  return goOn(clock, terms, now, 'by_hand')
}

function goOn(clock: AnswerClock, terms: Terms, at: number, reason: string): Ticked {
  const running = { ...clock, ...pauseEnded(clock, at), runningSince: at }
  return written(scheduled(running, terms), 'resumed', at, reason)
}

const pauseEnded = (clock: AnswerClock, at: number) => ({
  pausedMs: clock.pausedMs + (clock.pausedAt === null ? 0 : at - clock.pausedAt),
  pausedAt: null,
  pauseEndsAt: null
})

/**
 * A substantive answer at `at`: stops the clock, and is in time up to the term itself. What had fallen due by then must have
 * been raised. A further answer to what is answered changes nothing but its date. Refuses what was withdrawn, and an answer
 * dated before the clock's last entry, for which there is `answerGivenEarlier`.
 */
export function answer(clock: AnswerClock, terms: Terms, at: number): Ticked {
  if (clock.state === 'withdrawn') throw withdrawnAlready()
  if (isGivenEarlier(clock, at)) throw tooEarly()
  if (clock.state === 'answered') {
    return { clock: { ...clock, lastAnsweredAt: Math.max(at, clock.lastAnsweredAt ?? at) }, entries: [] }
  }
  const first = clock.answeredAt === null
  const stopped: AnswerClock = {
    ...clock,
    ...pauseEnded(clock, at),
    ...noSteps,
    state: 'answered',
    countedMs: countedAt(clock, terms, at),
    runningSince: null,
    answeredAt: clock.answeredAt ?? at,
    answeredInTime: first ? at <= clock.dueAt : clock.answeredInTime,
    lastAnsweredAt: at
  }
  return written(stopped, 'answered', at, null)
}

/** Whether an answer is dated before what the clock has come to since: `answerGivenEarlier` decides with the whole ledger. */
export function isGivenEarlier(clock: AnswerClock, at: number): boolean {
  const { state, runningSince, pausedAt, breachedAt, answeredAt } = clock
  if (state === 'answered') return at < (answeredAt ?? 0)
  return at < Math.max(runningSince ?? 0, pausedAt ?? 0, breachedAt ?? 0)
}

/**
 * A substantive answer that was given before something that stands in the ledger, and is recorded only now. It counts from
 * when it was given: as the first one, in time up to the term as it was then. What the clock did by itself since, and an
 * answer that came after it, are no obstacle; a breach that it shows not to have been one is withdrawn, and may come again
 * if the feedback is reopened. Lines are added to the ledger and none is rewritten. What somebody did to the clock stands:
 * an answer dated before it was started, paused, resumed by hand or reopened is refused.
 */
export function answerGivenEarlier(
  clock: AnswerClock,
  terms: Terms,
  at: number,
  ledger: readonly ClockEntry[]
): Ticked {
  if (clock.state === 'withdrawn') throw withdrawnAlready()
  const handled = ledger.findLastIndex(isByHand)
  const last = ledger[handled]
  if (last === undefined || at < last.at) throw tooEarly()
  const resumed = ledger.slice(handled + 1).find(({ entry }) => entry === 'resumed')
  const base = resumed !== undefined && resumed.at <= at ? resumed : last
  const isPaused = base.entry === 'paused'
  const moved = ledger.findLast(({ entry, at: movedAt }) => entry === 'moved' && movedAt >= base.at && movedAt <= at)
  const since = moved ?? base
  const pauseEnd = resumed?.at ?? clock.answeredAt ?? at
  const isFirst = clock.answeredAt === null || at < clock.answeredAt
  const isBreachOff = clock.breachedAt !== null && at <= clock.breachedAt
  const stopped: AnswerClock = {
    ...clock,
    ...noSteps,
    ...(isFirst ? { answeredAt: at, answeredInTime: at <= clock.dueAt } : {}),
    ...(isBreachOff ? breachOff(clock, terms) : {}),
    state: 'answered',
    countedMs: since.countedMs + (isPaused ? 0 : terms.counting.between(since.at, at)),
    runningSince: null,
    pausedMs: clock.pausedMs - (isPaused ? pauseEnd - at : 0),
    lastAnsweredAt: Math.max(at, clock.lastAnsweredAt ?? at)
  }
  const { entries } = written(stopped, 'answered', at, 'recorded_later')
  const off = entryOf('breach_withdrawn', at, stopped.countedMs, clock.dueAt, 'answered_in_time')
  return { clock: stopped, entries: isBreachOff ? [off, ...entries] : entries }
}

const BY_HAND: ReadonlySet<ClockEntry['entry']> = new Set(['started', 'paused', 'resumed', 'reopened'])
const isByHand = ({ entry, reason }: ClockEntry): boolean => BY_HAND.has(entry) && reason !== PAUSE_LIMIT

/** It was not overdue, and whatever followed from that has not been raised either. */
const breachOff = ({ stepsRaised }: AnswerClock, { policy }: Terms) => ({
  breachedAt: null,
  stepsRaised: Math.min(
    stepsRaised,
    stepsOf(policy).findIndex(({ kind }) => kind === 'breached')
  )
})

const tooEarly = () =>
  unprocessable('feedback.answer_too_early', 'The answer is dated before something that was done to the clock by hand.')

export const REOPENING_REASONS = ['not_satisfied', 'new_facts', 'answer_wrong', 'other'] as const

export type ReopeningReason = (typeof REOPENING_REASONS)[number]

/** Why the clock of a complaint goes on without a word of the customer: its answer was not the last one. */
export const ESCALATED = 'escalated'

/** Lets the clock of an answered feedback go on from where it stood. The record of its first answer stays as it is. */
export function reopen(
  clock: AnswerClock,
  terms: Terms,
  now: number,
  reason: ReopeningReason | typeof ESCALATED
): Ticked {
  if (clock.state === 'withdrawn') throw withdrawnAlready()
  if (clock.state === 'open')
    throw conflict('feedback.not_answered', 'This feedback is open: there is nothing to reopen.')
  const open: AnswerClock = {
    ...clock,
    state: 'open',
    runningSince: now,
    reopenings: clock.reopenings + 1,
    reopenedAt: now
  }
  return written(scheduled(open, terms), 'reopened', now, reason)
}

/** The customer takes back what he said, answered or not: the clock stops for good. */
export function withdraw(clock: AnswerClock, terms: Terms, now: number): Ticked {
  if (clock.state === 'withdrawn') throw withdrawnAlready()
  const ended = clock.state === 'open' ? { ...pauseEnded(clock, now), countedMs: countedAt(clock, terms, now) } : {}
  const stopped: AnswerClock = {
    ...clock,
    ...ended,
    ...noSteps,
    state: 'withdrawn',
    runningSince: null,
    withdrawnAt: now
  }
  return written(stopped, 'withdrawn', now, null)
}

/**
 * Gives the feedback to another store, or to none: what was counted by the hours of the former one stays, and from `now` on
 * those of `next` count. What it will come to is worked out anew. What had fallen due by then must have been raised, and is
 * neither undone nor raised again; what is not open keeps all that it has.
 */
export function move(clock: AnswerClock, terms: Terms, next: Terms, now: number): Ticked {
  if (clock.state !== 'open') return written(clock, 'moved', now, null)
  const settled =
    clock.runningSince === null ? clock : { ...clock, countedMs: countedAt(clock, terms, now), runningSince: now }
  return written(scheduled(settled, next), 'moved', now, null)
}

/** What the clock has counted at an instant. While it is paused beyond what it may, it counts from the end of the pause on. */
export function countedAt(clock: AnswerClock, terms: Terms, at: number): number {
  const since = clock.runningSince ?? clock.pauseEndsAt
  return clock.countedMs + (since === null || clock.state !== 'open' ? 0 : terms.counting.between(since, at))
}

/**
 * How urgent an open feedback is at an instant, whatever was raised; null where nothing is owed any more. Instants as numbers
 * or as they are written on the wire, which compare alike.
 */
export function urgencyAt<Instant extends number | string>(
  { state, atRiskAt, dueAt }: { readonly state: FeedbackState; readonly atRiskAt: Instant; readonly dueAt: Instant },
  now: Instant
): Urgency | null {
  if (state !== 'open') return null
  if (now > dueAt) return 'overdue'
  return now >= atRiskAt ? 'at_risk' : 'on_track'
}

export const URGENCIES = ['on_track', 'at_risk', 'overdue'] as const

export type Urgency = (typeof URGENCIES)[number]

/** The term in milliseconds. */
export const termMs = ({ policy }: Terms): number => policy.answerWithinMinutes * MINUTE_MS

/** Due and at-risk instants from where the clock stands; one that has passed stays what it was. */
function scheduled(clock: AnswerClock, terms: Terms): AnswerClock {
  const atRiskMs = lengthOf(terms, terms.policy.atRiskShare)
  const counted = clock.countedMs
  const fresh = clock.dueAt === 0
  const isAhead = clock.breachedAt === null && counted <= termMs(terms)
  return withNextStep(
    {
      ...clock,
      atRiskAt: fresh || counted < atRiskMs ? instantOf(clock, terms, atRiskMs) : clock.atRiskAt,
      dueAt: isAhead ? instantOf(clock, terms, termMs(terms)) : clock.dueAt
    },
    terms
  )
}

const lengthOf = (terms: Terms, share: number): number => Math.ceil(termMs(terms) * share)

/** When the clock will have counted so much. */
function instantOf(clock: AnswerClock, { counting }: Terms, ms: number): number {
  return counting.after(clock.runningSince ?? clock.pauseEndsAt ?? 0, Math.max(0, ms - clock.countedMs))
}

const noSteps = { nextStep: null, nextStepAt: null } as const

function withNextStep(clock: AnswerClock, terms: Terms): AnswerClock {
  if (clock.state !== 'open') return { ...clock, ...noSteps }
  if (clock.pauseEndsAt !== null) return { ...clock, nextStep: 'resumed', nextStepAt: clock.pauseEndsAt }
  const step = stepsOf(terms.policy)[clock.stepsRaised]
  if (step === undefined) return { ...clock, ...noSteps }
  // At its term a feedback is still in time: who hears that it is overdue does so a moment later.
  const at = instantOf(clock, terms, lengthOf(terms, step.share)) + (step.share === 1 ? 1 : 0)
  return { ...clock, nextStep: step.kind, nextStepAt: at }
}

function expectOpen({ state }: AnswerClock): void {
  if (state === 'withdrawn') throw withdrawnAlready()
  if (state === 'answered') throw conflict('feedback.already_answered', 'This feedback is answered: its clock stands.')
}

const withdrawnAlready = () => conflict('feedback.withdrawn', 'The customer has taken this feedback back.')

const written = (clock: AnswerClock, entry: ClockEntry['entry'], at: number, reason: string | null): Ticked => ({
  clock,
  entries: [entryOf(entry, at, clock.countedMs, clock.state === 'open' ? clock.dueAt : null, reason)]
})

const entryOf = (
  entry: ClockEntry['entry'],
  at: number,
  countedMs: number,
  dueAt: number | null,
  reason: string | null
): ClockEntry => ({ entry, at, countedMs, dueAt, reason })
