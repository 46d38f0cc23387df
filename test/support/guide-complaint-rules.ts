import {
  type AuthorityRule,
  DECIDING_ROLES,
  heldRoles,
  judge,
  mayGrantWithoutStore,
  payingStore,
  type RemedyStores,
  type Spending
} from '../../src/domain/authority.ts'
import { contactOwedBy, isOnTime } from '../../src/domain/care-task.ts'
import { type ComplaintState, closingPath, handledFirstTime, nextState } from '../../src/domain/complaint.ts'
import { sourcesOf } from '../../src/domain/complaint-cause.ts'
import { complaintPicture } from '../../src/domain/complaint-facts.ts'
import { handlingShares } from '../../src/domain/complaint-handling.ts'
import { DomainError } from '../../src/domain/errors.ts'
import { actingFor } from '../../src/domain/escalation.ts'
import { pareto } from '../../src/domain/pareto.ts'
import { dayNumber } from '../../src/domain/period.ts'
import { expectRefundable, refundableMinor } from '../../src/domain/refund.ts'
import { countHandled, hoursTo } from './complaint-reference.ts'

/** What an example of the guide gives a rule, in the words of its JSON. */
// biome-ignore lint/suspicious/noExplicitAny: each example has the input of its own rule
type Input = any

const HOUR_MS = 3_600_000
const HIATUS_DAYS = 180
const RECEIVED = '2026-03-01T00:00:00.000Z'

/** The code of the refusal that something ends with. */
function refusalOf(attempt: () => unknown): string | null {
  try {
    attempt()
    return null
  } catch (error) {
    if (error instanceof DomainError) return error.code
    throw error
  }
}

const hoursLater = (hours: number): string => new Date(Date.parse(RECEIVED) + hours * HOUR_MS).toISOString()
const places = (value: number | null, digits: number) => value && Number(value.toFixed(digits))

/** The rules of complaints that the guide gives examples of. */
export const COMPLAINT_RULES: Readonly<Record<string, (input: Input) => unknown>> = {
  complaint_way({ steps }) {
    const states: ComplaintState[] = ['received']
    for (const step of steps) {
      const code = refusalOf(() => states.push(nextState(states.at(-1) ?? 'received', step)))
      if (code !== null) return { states, refused: { step, code } }
    }
    return { states, refused: null }
  },

  complaint_closing({ outcome, verdict, ...facts }) {
    return { refused: refusalOf(() => closingPath(facts, outcome, verdict)) }
  },

  first_time({ asked, ...facts }) {
    return { handledFirstTime: asked.map((now: string) => handledFirstTime(facts, now)) }
  },

  complaint_cause: ({ cause, subCause, links }) => ({ sources: sourcesOf(cause, subCause, links) }),

  care_task({ complaint, absences, day, doneAt }) {
    const staffId = contactOwedBy(complaint) as string
    const here = new Set([staffId, ...absences.map((one: { deputyStaffId: string }) => one.deputyStaffId)])
    return {
      staffId,
      actingStaffId: actingFor(staffId, here, absences, day),
      onTime: doneAt.map((at: string) => isOnTime(at, complaint.answerDueAt))
    }
  },

  authority({ rule, asked }) {
    const whole: AuthorityRule = { role: 'front_line', decision: 'refund', storeId: null, ...rule }
    return { verdicts: asked.map((spending: Spending) => judge(whole, spending)) }
  },

  paying_store: ({ hasStores, asked }) => ({
    storeIds: asked.map((stores: RemedyStores) => payingStore(stores)),
    rolesWithoutStore: DECIDING_ROLES.filter(role => mayGrantWithoutStore(role, hasStores))
  }),

  deputy({ person, absent, stores }) {
    const held = heldRoles(person, absent, stores)
    return { decidesAs: held.map(({ role, forStaffId }) => (forStaffId === null ? role : `${role} for ${forStaffId}`)) }
  },

  refund({ amountMinor, ...paid }) {
    return {
      refundableMinor: refundableMinor(paid),
      refused: refusalOf(() => expectRefundable(paid, amountMinor))
    }
  },

  complaint_picture({ asOf, complaints }) {
    const records = complaints.map((one: object) => ({ turn: null, turnedAt: null, verdict: null, ...one }))
    const { states, open, badlyClosed } = complaintPicture(
      records,
      `${asOf}T00:00:00.000Z`,
      dayNumber(asOf),
      HIATUS_DAYS
    )
    return {
      open,
      pastDeadline: states.filter(state => state.pastDeadline).length,
      badlyClosed,
      notRecovered: states.filter(state => !state.recovered).length
    }
  },

  complaint_handling({ now, complaints }) {
    const cases = complaints.map(({ verdict, answeredAfterHours, closedAfterHours, withdrawn = false }: Input) => ({
      state: withdrawn ? 'withdrawn' : 'closed',
      verdict: withdrawn ? null : verdict,
      reopenings: 0,
      receivedAt: RECEIVED,
      answeredAt: hoursLater(answeredAfterHours),
      firstHandlerId: 'Anna',
      answeredById: 'Anna',
      settledById: 'Anna',
      escalatedBeforeClosure: false,
      firstClosedAt: hoursLater(closedAfterHours),
      firstVerdict: verdict,
      firstReopenedAt: null
    }))
    const { firstTime, recovered } = handlingShares(countHandled(cases, now))
    const spread = ({ median, p90 }: ReturnType<typeof hoursTo>) => ({ median: places(median, 1), p90: places(p90, 1) })
    return {
      firstTime: places(firstTime.share, 4),
      recovered: places(recovered.share, 4),
      hoursToAnswer: spread(hoursTo(cases, 'answeredAt')),
      hoursToClose: spread(hoursTo(cases, 'firstClosedAt'))
    }
  },

  pareto({ complaints }) {
    const parts = Object.entries<number>(complaints).map(([key, size]) => ({ key, size }))
    const whole = parts.reduce((sum, { size }) => sum + size, 0)
    const found = pareto(parts, ({ size }) => size, whole)
    return { shares: found.map(({ key, share, cumulativeShare }) => [key, share, cumulativeShare]) }
  }
}
