import { conflict, unprocessable } from './errors.ts'

/** How a complaint stands, in the order of handling it (steps after ISO 10002:2018). */
export const COMPLAINT_STATES = [
  'received',
  'acknowledged',
  'investigating',
  'escalated',
  'answered',
  'resolved',
  'rejected',
  'closed',
  'reopened',
  'withdrawn'
] as const
export type ComplaintState = (typeof COMPLAINT_STATES)[number]

/** What can be done about a case that may change how it stands. */
export const COMPLAINT_STEPS = [
  'acknowledge',
  'assess',
  'hand_over',
  'trace',
  'remedy',
  'revoke',
  'escalate',
  'answer',
  'resolve',
  'reject',
  'close',
  'reopen',
  'withdraw',
  'relink'
] as const
export type ComplaintStep = (typeof COMPLAINT_STEPS)[number]

/** What becomes known at any time: whose and about what it is, and that something was granted by mistake. */
const always = <S extends ComplaintState>(state: S) => ({ revoke: state, relink: state }) as const

/** Steps beside the way of the case: they are recorded, and it stays as it stands. */
const beside = <S extends ComplaintState>(state: S) =>
  ({ hand_over: state, trace: state, remedy: state, ...always(state) }) as const

/**
 * The whole machine: where each step leads from each state. A step that is not listed is not possible there. Assessing is
 * what begins the investigation; a receipt that is acknowledged once more changes nothing; what is withdrawn stays so. Only an
 * answer can be reopened, which its clock makes sure of: an answered case that went on to be escalated or investigated
 * stays that when the clock goes on.
 */
export const COMPLAINT_MACHINE: Readonly<
  Record<ComplaintState, Readonly<Partial<Record<ComplaintStep, ComplaintState>>>>
> = {
  received: {
    ...beside('received'),
    acknowledge: 'acknowledged',
    assess: 'investigating',
    escalate: 'escalated',
    answer: 'answered',
    withdraw: 'withdrawn'
  },
  acknowledged: {
    ...beside('acknowledged'),
    acknowledge: 'acknowledged',
    assess: 'investigating',
    escalate: 'escalated',
    answer: 'answered',
    withdraw: 'withdrawn'
  },
  investigating: {
    ...beside('investigating'),
    acknowledge: 'investigating',
    assess: 'investigating',
    escalate: 'escalated',
    answer: 'answered',
    reopen: 'investigating',
    withdraw: 'withdrawn'
  },
  escalated: {
    ...beside('escalated'),
    acknowledge: 'escalated',
    assess: 'investigating',
    escalate: 'escalated',
    answer: 'answered',
    reopen: 'escalated',
    withdraw: 'withdrawn'
  },
  answered: {
    ...beside('answered'),
    acknowledge: 'answered',
    assess: 'answered',
    escalate: 'escalated',
    answer: 'answered',
    resolve: 'resolved',
    reject: 'rejected',
    reopen: 'reopened',
    withdraw: 'withdrawn'
  },
  resolved: { ...beside('resolved'), close: 'closed', reopen: 'reopened' },
  rejected: { ...beside('rejected'), close: 'closed', reopen: 'reopened' },
  closed: { reopen: 'reopened', ...always('closed') },
  reopened: {
    ...beside('reopened'),
    acknowledge: 'reopened',
    assess: 'investigating',
    escalate: 'escalated',
    answer: 'answered',
    withdraw: 'withdrawn'
  },
  withdrawn: always('withdrawn')
}

/** Where a step leads. Refuses `complaint.invalid_state`, with the state, where the machine has no such step. */
export function nextState(state: ComplaintState, step: ComplaintStep): ComplaintState {
  const next = COMPLAINT_MACHINE[state][step]
  if (next === undefined) {
    throw conflict('complaint.invalid_state', 'This is not possible as the complaint stands now.', { state, step })
  }
  return next
}

/** Nobody owes anything any more. In every other state somebody does. */
export const FINISHED_STATES: readonly ComplaintState[] = ['closed', 'withdrawn']

/** How the shop ends a case: it made something good, or it did not follow the complaint. */
export const COMPLAINT_OUTCOMES = ['resolved', 'rejected'] as const
export type ComplaintOutcome = (typeof COMPLAINT_OUTCOMES)[number]

/**
 * What the customer said when he was asked whether he is content. `no_reply`: he was asked and said nothing.
 * `unreachable`: nobody knows who complained, so nobody could be asked.
 */
export const VERDICTS = ['accepted', 'not_accepted', 'no_reply', 'unreachable'] as const
export type Verdict = (typeof VERDICTS)[number]

/** What decides whether a case may be closed. */
export interface ClosingFacts {
  readonly state: ComplaintState
  readonly hasPrimaryCause: boolean
  /** Whether it is known who complained. */
  readonly isKnown: boolean
  /** Remedies that wait for somebody's approval. */
  readonly waitingRemedies: number
}

/**
 * The states that closing leads through, the last one `closed`. From `answered` the outcome is part of the closure. A case
 * is closed only with its primary cause (`complaint.cause_missing`), after a customer who is known was asked for his
 * verdict (`complaint.verdict_missing`), with no remedy waiting (`complaint.remedy_waiting`), and with an outcome
 * (`complaint.outcome_missing`, `complaint.outcome_differs`).
 */
export function closingPath(facts: ClosingFacts, outcome: ComplaintOutcome | null, verdict: Verdict): ComplaintState[] {
  const path: ComplaintState[] = []
  let { state } = facts
  if (state === 'answered') {
    if (outcome === null) {
      throw unprocessable('complaint.outcome_missing', 'An answered complaint is closed as resolved or as rejected.')
    }
    state = nextState(state, outcome === 'resolved' ? 'resolve' : 'reject')
    path.push(state)
  } else if (outcome !== null && outcome !== state && COMPLAINT_MACHINE[state].close !== undefined) {
    throw conflict('complaint.outcome_differs', 'The complaint has another outcome already.', { state })
  }
  path.push(nextState(state, 'close'))
  if (!facts.hasPrimaryCause) {
    throw conflict('complaint.cause_missing', 'A complaint is closed with its cause, if only as undetermined.')
  }
  if (facts.isKnown && verdict === 'unreachable') {
    throw unprocessable('complaint.verdict_missing', 'The customer is known: ask for the verdict before closing.')
  }
  if (facts.waitingRemedies > 0) {
    throw conflict('complaint.remedy_waiting', 'A remedy waits for approval: it is approved or refused first.', {
      waiting: facts.waitingRemedies
    })
  }
  return path
}

/** As many causes, and as many remedies, as one case can have: it is read whole. */
export const KEPT_AT_MOST = 200

/** Refuses one more of what a case has so many of already: `complaint.too_many_causes`, `complaint.too_many_remedies`. */
export function expectRoom(what: 'causes' | 'remedies', count: number): void {
  if (count < KEPT_AT_MOST) return
  const facts = { most: KEPT_AT_MOST }
  if (what === 'causes')
    throw conflict('complaint.too_many_causes', 'The complaint has as many causes as one can have.', facts)
  throw conflict('complaint.too_many_remedies', 'The complaint has as many remedies as one can have.', facts)
}

/** Grave complaints come first; the index orders them. */
export const SEVERITIES = ['low', 'medium', 'high', 'critical'] as const
export type Severity = (typeof SEVERITIES)[number]

/** Beside the severity a case is assessed by these (ISO 10002:2018, initial assessment). */
export const COMPLEXITIES = ['simple', 'complex'] as const
export type Complexity = (typeof COMPLEXITIES)[number]
export const IMPACTS = ['one_customer', 'several_customers', 'many_customers'] as const
export type Impact = (typeof IMPACTS)[number]

/** A case counts as handled the first time only if it stays closed for so long after it was first closed. */
export const FIRST_TIME_DAYS = 30
const DAY_MS = 86_400_000

/** What decides whether a case was handled the first time. Instants as ISO texts. */
export interface FirstTimeFacts {
  readonly firstHandlerId: string | null
  /** Who gave the first substantive answer, and the one that was first closed; null where nobody was named, or none yet. */
  readonly answeredById: string | null
  readonly settledById: string | null
  readonly escalatedBeforeClosure: boolean
  readonly firstClosedAt: string | null
  readonly firstVerdict: Verdict | null
  readonly firstReopenedAt: string | null
}

/**
 * Whether the first handler ended the case: it was not escalated, the first answer and the one that was closed were his, the
 * customer accepted, and it was not reopened within 30 days of the first closure (exactly 30 days later is not within). Null
 * while that is open, where it is unknown who answered, and for a case that never had a handler. The report counts by the same
 * rule in SQL (`FIRST_TIME` in repositories/reports-complaints.ts); a test holds the two together.
 */
export function handledFirstTime(facts: FirstTimeFacts, now: string): boolean | null {
  const { firstHandlerId, answeredById, settledById, firstClosedAt, firstVerdict, firstReopenedAt } = facts
  if (firstHandlerId === null) return null
  if (facts.escalatedBeforeClosure) return false
  if ([answeredById, settledById].some(id => id !== null && id !== firstHandlerId)) return false
  if (firstClosedAt === null) return firstReopenedAt === null ? null : false
  if (firstVerdict !== 'accepted') return false
  const settledAt = new Date(Date.parse(firstClosedAt) + FIRST_TIME_DAYS * DAY_MS).toISOString()
  if (firstReopenedAt !== null && firstReopenedAt < settledAt) return false
  if (firstReopenedAt === null && now < settledAt) return null
  return answeredById === null || settledById === null ? null : true
}

/** How a case ended as the customer sees it. */
export const ENDINGS = ['open', 'recovered', 'badly_closed', 'closed_unheard', 'withdrawn'] as const
export type Ending = (typeof ENDINGS)[number]

/** `recovered`: closed, and the customer was content. `badly_closed`: closed, and he was not. */
export function endingOf(state: ComplaintState, verdict: Verdict | null): Ending {
  if (state === 'withdrawn') return 'withdrawn'
  if (state !== 'closed') return 'open'
  if (verdict === 'accepted') return 'recovered'
  return verdict === 'not_accepted' ? 'badly_closed' : 'closed_unheard'
}
