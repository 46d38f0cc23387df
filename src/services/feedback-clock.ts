import type { Tx } from '../db/client.ts'
import {
  type AnswerClock,
  type ClockEntry,
  type ESCALATED,
  move,
  PAUSE_LIMIT,
  pause,
  type RaisedStep,
  type ReopeningReason,
  raiseDue,
  reopen,
  resume,
  type Terms,
  type Ticked,
  withdraw
} from '../domain/answer-clock.ts'
import { notFound } from '../domain/errors.ts'
import { type Colleague, chooseRecipient } from '../domain/escalation.ts'
import { answerClocksRepository, type ClockEntryRow, type EscalationRow } from '../repositories/answer-clocks.ts'
import { eventsRepository } from '../repositories/events.ts'
import { type ClockColumns, type FeedbackRow, feedbackRepository } from '../repositories/feedback.ts'
import { scheduleWake } from './answer-clock-wakes.ts'
import { type FeedbackTerms, termsFor } from './answer-terms.ts'
import { dayIn } from './calendar.ts'
import { followTerms } from './care-task-moves.ts'
import type { Actor, ServiceDeps } from './context.ts'
import { eventsOf, type Happening } from './events.ts'
import { noticesWithdrawn } from './notice-withdrawals.ts'

export type { FeedbackRow }

/** Locks a feedback that the caller may see until the transaction ends. Refuses `feedback.not_found`. */
export async function lockFeedback(tx: Tx, actor: Actor, id: string): Promise<FeedbackRow> {
  const row = await feedbackRepository(tx).forUpdate(id, actor.storeId)
  if (!row) throw notFound('feedback')
  return row
}

/** Stops the clock while the customer is waited for. The feedback is locked; see the domain for what is refused. */
export const pauseFeedback = (deps: ServiceDeps, tx: Tx, actor: Actor, feedback: FeedbackRow): Promise<FeedbackRow> =>
  advanceWithContact(deps, tx, actor, feedback, pause)

/** Lets the clock go on before the pause has to end. The feedback is locked. */
export const resumeFeedback = (deps: ServiceDeps, tx: Tx, actor: Actor, feedback: FeedbackRow): Promise<FeedbackRow> =>
  advanceWithContact(deps, tx, actor, feedback, resume)

/** As `advance`, and the manager's word is owed when the answer is. */
async function advanceWithContact(
  deps: ServiceDeps,
  tx: Tx,
  actor: Actor,
  feedback: FeedbackRow,
  change: (clock: AnswerClock, terms: Terms, at: number) => Ticked
): Promise<FeedbackRow> {
  const after = await advance(deps, tx, actor, feedback, nowOf(deps), change)
  await followTerms(deps, tx, actor, movedCases([feedback], [after]))
  return after
}

/** Complaints whose term was moved. */
const movedCases = (before: readonly FeedbackRow[], after: readonly FeedbackRow[]): FeedbackRow[] =>
  after.filter(({ kind, dueAt }, index) => kind === 'complaint' && dueAt !== before[index]?.dueAt)

/** Opens an answered feedback again; its clock goes on from where it stood. The feedback is locked. */
export const reopenFeedback = (
  deps: ServiceDeps,
  tx: Tx,
  actor: Actor,
  feedback: FeedbackRow,
  reason: ReopeningReason | typeof ESCALATED
): Promise<FeedbackRow> =>
  advance(deps, tx, actor, feedback, nowOf(deps), (clock, terms, now) => reopen(clock, terms, now, reason))

/** The customer takes back what he said, also from the notice board. The feedback is locked. */
export async function withdrawFeedback(
  deps: ServiceDeps,
  tx: Tx,
  actor: Actor,
  feedback: FeedbackRow
): Promise<FeedbackRow> {
  const after = await advance(deps, tx, actor, feedback, nowOf(deps), withdraw)
  await noticesWithdrawn(deps, tx, actor, feedback.id)
  return after
}

/**
 * Lets the hours of another store count from now on, or those of none; the feedback is locked, and is not saved with its
 * store here. The day on which it was received is the new store's.
 */
export async function moveFeedback(
  deps: ServiceDeps,
  tx: Tx,
  actor: Actor,
  feedback: FeedbackRow,
  storeId: string | null
): Promise<FeedbackRow> {
  const next = (await termsFor(tx, actor, [{ ...feedback, storeId }]))({ ...feedback, storeId })
  const moved = await advance(deps, tx, actor, feedback, nowOf(deps), (clock, terms, now) =>
    move(clock, terms, next, now)
  )
  return { ...moved, storeId, receivedOn: dayIn(next.timeZone, feedback.receivedAt) }
}

const nowOf = (deps: ServiceDeps): number => deps.clock().getTime()

/**
 * Does something to the clock of a locked feedback: first raises whatever had fallen due by then, so that nobody who is
 * faster than the timer loses an alert, then what is asked, each with its ledger and its events.
 */
export async function advance(
  deps: ServiceDeps,
  tx: Tx,
  actor: Actor,
  feedback: FeedbackRow,
  at: number,
  change: (clock: AnswerClock, terms: Terms, at: number) => Ticked
): Promise<FeedbackRow> {
  const [row] = await tick(deps, tx, actor, [feedback], at, change)
  return row as FeedbackRow
}

/**
 * Raises what has fallen due by `at` for many at once; they are locked. Where hours were changed during a pause, its end
 * moves a term.
 */
export async function raiseFallenDue(
  deps: ServiceDeps,
  tx: Tx,
  actor: Actor,
  rows: readonly FeedbackRow[],
  at: number
): Promise<FeedbackRow[]> {
  const after = await tick(deps, tx, actor, rows, at, null)
  await followTerms(deps, tx, actor, movedCases(rows, after))
  return after
}

async function tick(
  deps: ServiceDeps,
  tx: Tx,
  actor: Actor,
  rows: readonly FeedbackRow[],
  at: number,
  change: ((clock: AnswerClock, terms: Terms, at: number) => Ticked) | null
): Promise<FeedbackRow[]> {
  const terms = await termsFor(tx, actor, rows)
  const ticked = rows.map(row => {
    const own = terms(row)
    const due = raiseDue(clockOf(row), own, at)
    const changed = change?.(due.clock, own, at)
    const entries = [...due.entries, ...(changed?.entries ?? [])]
    return { row, terms: own, raised: due.raised, entries, clock: changed?.clock ?? due.clock }
  })
  const now = deps.clock().toISOString()
  const after = ticked.map(({ row, clock }) => ({
    ...row,
    ...columnsOf(clock),
    version: row.version + 1,
    updatedAt: now
  }))
  const escalations = await escalationsOf(tx, ticked, now)
  await feedbackRepository(tx).saveClocks(after)
  await recordEntries(
    tx,
    actor,
    now,
    ticked.map(({ row, entries }) => ({ feedbackId: row.id, storeId: row.storeId, entries }))
  )
  await answerClocksRepository(tx).addEscalations(escalations)
  await eventsRepository(tx).append(
    eventsOf(
      deps,
      actor,
      ticked.flatMap(one => happeningsOf(one, escalations))
    )
  )
  if (change !== null) await scheduleWake(tx, after[0]?.nextStepAt ?? null)
  return after
}

/** Adds lines to the ledgers of clocks, with who caused them; `storeId` is the store that each had until then. */
export async function recordEntries(
  tx: Tx,
  actor: Actor,
  recordedAt: string,
  of: readonly { feedbackId: string; storeId: string | null; entries: readonly ClockEntry[] }[]
): Promise<void> {
  const rows = of.flatMap(({ feedbackId, storeId, entries }) =>
    entries.map(
      ({ entry, at, countedMs, dueAt, reason }): Omit<ClockEntryRow, 'entryNo'> => ({
        feedbackId,
        entry,
        at: textOf(at),
        countedMs,
        dueAt: textOrNull(dueAt),
        reason,
        fromStoreId: entry === 'moved' ? storeId : null,
        // What the clock does by itself is nobody's doing, whoever happens to be there.
        actorType: BY_ITSELF.has(reason ?? entry) ? 'system' : actor.type,
        actorId: BY_ITSELF.has(reason ?? entry) ? null : actor.id,
        recordedAt
      })
    )
  )
  await answerClocksRepository(tx).append(rows)
}

const BY_ITSELF: ReadonlySet<string> = new Set(['breached', PAUSE_LIMIT])

/** A line of a ledger, with the store that a feedback was given away from. */
export interface LedgerLine extends ClockEntry {
  readonly fromStoreId: string | null
}

/** The ledger of a clock as the domain reads it; a page of it is no ledger. */
export async function ledgerOf(tx: Tx, feedbackId: string): Promise<LedgerLine[]> {
  const rows = await answerClocksRepository(tx).entries(feedbackId, 0, LEDGER_AT_MOST)
  return rows.map(({ entry, at, countedMs, dueAt, reason, fromStoreId }) => ({
    entry,
    at: msOf(at),
    countedMs,
    dueAt: msOrNull(dueAt),
    reason,
    fromStoreId
  }))
}

/** Lines are numbered by a `smallint`. */
const LEDGER_AT_MOST = 32_767

interface TickedRow {
  readonly row: FeedbackRow
  readonly terms: FeedbackTerms
  readonly raised: readonly RaisedStep[]
  readonly entries: readonly ClockEntry[]
  readonly clock: AnswerClock
}

/** Before whom each step of a ladder that was raised brings its feedback. Who was chosen comes last for the next one. */
async function escalationsOf(tx: Tx, ticked: readonly TickedRow[], raisedAt: string): Promise<EscalationRow[]> {
  const steps = ticked
    .flatMap(({ row, terms, raised }) => raised.map(step => ({ row, terms, step })))
    .filter(({ step }) => step.rung !== null)
    .sort((a, b) => a.step.at - b.step.at)
  if (steps.length === 0) return []
  const clocks = answerClocksRepository(tx)
  const days = steps.map(({ terms }) => dayIn(terms.timeZone, raisedAt)).sort()
  const absences = await clocks.absencesBetween(days[0] as string, days.at(-1) as string)
  const colleagues = new Map((await clocks.colleagues()).map((one): [string, Colleague] => [one.id, one]))
  return steps.map(({ row, terms, step }, index) => {
    const { ladder } = terms.policy
    const rung = step.rung as number
    const recipient = chooseRecipient(
      { ladder, rung, handlerId: row.ownerStaffId, storeId: row.storeId, day: dayIn(terms.timeZone, raisedAt) },
      [...colleagues.values()],
      absences
    )
    for (const id of [recipient.staffId, recipient.deputyForStaffId]) {
      const troubled = colleagues.get(id ?? '')
      // Later than all before it, and by their order within this transaction.
      const lastEscalatedAt = `${raisedAt}${String(index).padStart(9, '0')}`
      if (troubled) colleagues.set(troubled.id, { ...troubled, lastEscalatedAt })
    }
    return {
      feedbackId: row.id,
      rung,
      wantedRole: ladder[rung]?.role ?? 'owner',
      ...recipient,
      fellDueAt: textOf(step.at),
      raisedAt
    }
  })
}

/** What happened to one feedback, in its order. The words of the customer stay out of it. */
function happeningsOf({ row, raised, entries, clock }: TickedRow, escalations: readonly EscalationRow[]): Happening[] {
  const common = { kind: row.kind, storeId: row.storeId, customerId: row.customerId, ownerStaffId: row.ownerStaffId }
  const happening = (type: string, data: Record<string, unknown>): Happening => ({
    type: `feedback.${type}`,
    subjectType: 'feedback',
    subjectId: row.id,
    data: { feedbackId: row.id, ...common, ...data }
  })
  const steps = raised.map(({ kind, at, rung }) => {
    const escalation = escalations.find(one => one.feedbackId === row.id && one.rung === rung)
    const brought = escalation && {
      rung,
      wantedRole: escalation.wantedRole,
      role: escalation.role,
      staffId: escalation.staffId,
      deputyForStaffId: escalation.deputyForStaffId
    }
    return { at, happening: happening(kind, { fellDueAt: textOf(at), answerDueAt: row.dueAt, ...brought }) }
  })
  const others = entries
    .filter(({ entry }) => TOLD.has(entry))
    .map(({ entry, at, countedMs, dueAt, reason }) => ({
      at,
      happening: happening(entry, {
        at: textOf(at),
        countedSeconds: countedMs / 1_000,
        answerDueAt: textOrNull(dueAt),
        ...(reason === null ? {} : { reason }),
        ...(entry === 'breach_withdrawn' ? { fellDueAt: row.breachedAt } : {}),
        ...(entry === 'answered'
          ? { answeredInTime: clock.answeredInTime, firstAnswer: clock.answeredAt === at, reopenings: clock.reopenings }
          : {})
      })
    }))
  return [...steps, ...others].sort((a, b) => a.at - b.at).map(one => one.happening)
}

/** Entries that are events of their own; the others are told by the step, or by the intake. */
const TOLD: ReadonlySet<string> = new Set([
  'paused',
  'resumed',
  'breach_withdrawn',
  'answered',
  'reopened',
  'withdrawn'
])

const textOf = (ms: number): string => new Date(ms).toISOString()
const textOrNull = (ms: number | null): string | null => (ms === null ? null : textOf(ms))
const msOf = (text: string): number => Date.parse(text)
const msOrNull = (text: string | null): number | null => (text === null ? null : msOf(text))

/** The clock of a stored feedback. */
export const clockOf = (row: ClockColumns): AnswerClock => ({
  state: row.state,
  countedMs: row.countedMs,
  runningSince: msOrNull(row.runningSince),
  atRiskAt: msOf(row.atRiskAt),
  dueAt: msOf(row.dueAt),
  pausedAt: msOrNull(row.pausedAt),
  pauseEndsAt: msOrNull(row.pauseEndsAt),
  pausedMs: row.pausedMs,
  answeredAt: msOrNull(row.answeredAt),
  answeredInTime: row.answeredInTime,
  lastAnsweredAt: msOrNull(row.lastAnsweredAt),
  breachedAt: msOrNull(row.breachedAt),
  reopenings: row.reopenings,
  reopenedAt: msOrNull(row.reopenedAt),
  withdrawnAt: msOrNull(row.withdrawnAt),
  stepsRaised: row.stepsRaised,
  nextStep: row.nextStep,
  nextStepAt: msOrNull(row.nextStepAt)
})

/** A clock as it is stored. */
export const columnsOf = (clock: AnswerClock): ClockColumns => ({
  state: clock.state,
  countedMs: clock.countedMs,
  runningSince: textOrNull(clock.runningSince),
  atRiskAt: textOf(clock.atRiskAt),
  dueAt: textOf(clock.dueAt),
  pausedAt: textOrNull(clock.pausedAt),
  pauseEndsAt: textOrNull(clock.pauseEndsAt),
  pausedMs: clock.pausedMs,
  answeredAt: textOrNull(clock.answeredAt),
  answeredInTime: clock.answeredInTime,
  lastAnsweredAt: textOrNull(clock.lastAnsweredAt),
  breachedAt: textOrNull(clock.breachedAt),
  reopenings: clock.reopenings,
  reopenedAt: textOrNull(clock.reopenedAt),
  withdrawnAt: textOrNull(clock.withdrawnAt),
  stepsRaised: clock.stepsRaised,
  nextStep: clock.nextStep,
  nextStepAt: textOrNull(clock.nextStepAt)
})
