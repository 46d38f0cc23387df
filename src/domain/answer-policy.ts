import { ROLES, type Role } from './access.ts'
import { type BusinessHours, businessHoursFaults } from './business-hours.ts'
import type { FieldFault } from './errors.ts'

export const ANSWER_CALENDARS = ['elapsed', 'business'] as const

/** `handler`: whoever is to answer this feedback. The others are anybody with the role in the store. */
export const AUTHORITIES = ['handler', ...ROLES] as const

export type AnswerCalendar = (typeof ANSWER_CALENDARS)[number]
export type Authority = 'handler' | Role

/** From this share of the term on, an open feedback is brought before this authority. */
export interface Rung {
  readonly atShare: number
  readonly role: Authority
}

/** How soon a shop answers, and who hears of it when it does not: a tenant's own, versioned. */
export interface AnswerPolicy {
  readonly answerWithinMinutes: number
  /** `elapsed`: every minute counts, day and night. `business`: minutes count while the store is open. */
  readonly calendar: AnswerCalendar
  /** Of stores that have no hours of their own, and of feedback that names no store. */
  readonly businessHours: BusinessHours
  /** The share of the term after which a feedback is at risk. */
  readonly atRiskShare: number
  /** Ascending. */
  readonly ladder: Rung[]
  /** How long the clock of one feedback may stand still in all, waiting for the customer; elapsed minutes. */
  readonly maxPauseMinutes: number
}

/** A policy that names only what differs from the default. */
export type AnswerPolicyInput = { readonly [K in keyof AnswerPolicy]?: AnswerPolicy[K] | undefined }

const WORKDAYS = [1, 2, 3, 4, 5]
const MINUTES_PER_DAY = 1_440

/** What holds for a tenant that has set nothing: within 24 hours of the clock, whatever the day. */
export const DEFAULT_ANSWER_POLICY: AnswerPolicy = {
  answerWithinMinutes: MINUTES_PER_DAY,
  calendar: 'elapsed',
  businessHours: {
    weekly: WORKDAYS.map(weekday => ({ weekday, opensAt: '09:00', closesAt: '18:00' })),
    exceptions: []
  },
  atRiskShare: 0.75,
  ladder: [
    { atShare: 0.75, role: 'handler' },
    { atShare: 1, role: 'store_manager' },
    { atShare: 1.5, role: 'owner' }
  ],
  maxPauseMinutes: 7 * MINUTES_PER_DAY
}

/** The default with what is named in its place; business hours and the ladder are replaced whole. */
export function completeAnswerPolicy(input: AnswerPolicyInput): AnswerPolicy {
  const named = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined))
  return { ...DEFAULT_ANSWER_POLICY, ...named }
}

const LADDER_AT_MOST = 10
const MAX_TERM_MINUTES = 30 * MINUTES_PER_DAY
const MAX_PAUSE_MINUTES = 90 * MINUTES_PER_DAY

/**
 * Every fault of a policy, each with its field: a term from a minute to 30 days, at risk at 0.05 to 1 of it, at most ten
 * steps from 0.5 to 2 in ascending order, pauses up to 90 days (0: none), and hours that a term can be counted in.
 */
export function answerPolicyFaults(policy: AnswerPolicy): FieldFault[] {
  const { ladder } = policy
  return [
    ...outOfRange('/answerWithinMinutes', policy.answerWithinMinutes, 1, MAX_TERM_MINUTES, true),
    ...outOfRange('/atRiskShare', policy.atRiskShare, 0.05, 1, false),
    ...outOfRange('/maxPauseMinutes', policy.maxPauseMinutes, 0, MAX_PAUSE_MINUTES, true),
    ...businessHoursFaults(policy.businessHours, '/businessHours'),
    ...(ladder.length > LADDER_AT_MOST ? [fault('/ladder', 'policy.out_of_range', 'At most ten steps.')] : []),
    ...ladder.flatMap(({ atShare }, index) => outOfRange(`/ladder/${index}/atShare`, atShare, 0.5, 2, false)),
    ...ladder.flatMap(({ atShare }, index) =>
      atShare < (ladder[index - 1]?.atShare ?? 0)
        ? [fault(`/ladder/${index}/atShare`, 'policy.not_ordered', 'Not below the step before.')]
        : []
    )
  ]
}

/** A step that the clock comes to: `rung` says which one of the ladder. */
export interface AnswerStep {
  readonly kind: 'at_risk' | 'breached' | 'escalated'
  readonly share: number
  readonly rung: number | null
}

const KIND_ORDER = { at_risk: 0, breached: 1, escalated: 2 }

/** All steps in the order in which the clock comes to them; of those at one share, what it is comes before who hears of it. */
export function stepsOf({ atRiskShare, ladder }: Pick<AnswerPolicy, 'atRiskShare' | 'ladder'>): AnswerStep[] {
  const steps: AnswerStep[] = [
    { kind: 'at_risk', share: atRiskShare, rung: null },
    { kind: 'breached', share: 1, rung: null },
    ...ladder.map(({ atShare }, rung) => ({ kind: 'escalated', share: atShare, rung }) as const)
  ]
  return steps.sort((a, b) => a.share - b.share || KIND_ORDER[a.kind] - KIND_ORDER[b.kind])
}

function outOfRange(pointer: string, value: number, from: number, to: number, isWhole: boolean): FieldFault[] {
  if (value >= from && value <= to && (!isWhole || Number.isInteger(value))) return []
  return [fault(pointer, 'policy.out_of_range', `${isWhole ? 'A whole number' : 'A number'} from ${from} to ${to}.`)]
}

const fault = (pointer: string, code: string, message: string): FieldFault => ({ pointer, code, message })
