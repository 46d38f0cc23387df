import type { Role } from './access.ts'
import type { Authority, Rung } from './answer-policy.ts'

/** Somebody who works here now, and when something was last brought before him or his deputy. */
export interface Colleague {
  readonly id: string
  readonly roles: readonly Role[]
  /** None: serves every store. */
  readonly storeIds: readonly string[]
  readonly lastEscalatedAt: string | null
}

/** Days on which somebody is not there, both included, and who stands in. */
export interface Absence {
  readonly staffId: string
  readonly fromOn: string
  readonly toOn: string
  readonly deputyStaffId: string | null
}

const ABSENCE_YEARS = 5
const ABSENCE_AT_MOST_YEARS = 3

/** Whether the days of an absence can be right: within five years before and after today, and three years long at most. */
export function isPlausibleAbsence({ fromOn, toOn }: Pick<Absence, 'fromOn' | 'toOn'>, today: string): boolean {
  const yearsAfter = (day: string, years: number) =>
    `${String(Number(day.slice(0, 4)) + years).padStart(4, '0')}${day.slice(4)}`
  return (
    fromOn >= yearsAfter(today, -ABSENCE_YEARS) &&
    toOn <= yearsAfter(today, ABSENCE_YEARS) &&
    toOn <= yearsAfter(fromOn, ABSENCE_AT_MOST_YEARS)
  )
}

export interface EscalationCase {
  readonly ladder: readonly Rung[]
  readonly rung: number
  /** Who is to answer; null where nobody was named. */
  readonly handlerId: string | null
  readonly storeId: string | null
  /** The day that it is in the store. */
  readonly day: string
}

/** Before whom something is brought; all null where nobody is there. */
export interface Recipient {
  readonly staffId: string | null
  readonly role: Authority | null
  readonly deputyForStaffId: string | null
}

const NOBODY: Recipient = { staffId: null, role: null, deputyForStaffId: null }

/**
 * Before whom a step of the ladder brings an open feedback: of those with its authority in the store the one who was
 * troubled least recently (the lower id among equals), or his deputy while he is absent. Where nobody of them is there, it
 * goes on to the next authority of the ladder.
 */
export function chooseRecipient(
  { ladder, rung, handlerId, storeId, day }: EscalationCase,
  colleagues: readonly Colleague[],
  absences: readonly Absence[]
): Recipient {
  const here = new Set(colleagues.map(one => one.id))
  const authorities = new Set(ladder.slice(rung).map(step => step.role))
  for (const role of authorities) {
    for (const id of candidates(role, handlerId, storeId, colleagues)) {
      const staffId = actingFor(id, here, absences, day)
      if (staffId !== null) return { staffId, role, deputyForStaffId: staffId === id ? null : id }
    }
  }
  return NOBODY
}

/**
 * Who acts for somebody on a day: he himself, or his deputy while he is absent. Null where he works here no more (`here`
 * names who does), and where the deputy does not, is absent, too, or was never named: nobody stands in for a deputy.
 */
export function actingFor(
  id: string,
  here: ReadonlySet<string>,
  absences: readonly Absence[],
  day: string
): string | null {
  const absence = (of: string): Absence | undefined =>
    absences.find(one => one.staffId === of && one.fromOn <= day && day <= one.toOn)
  if (!here.has(id)) return null
  const away = absence(id)
  if (away === undefined) return id
  const deputy = away.deputyStaffId
  return deputy !== null && here.has(deputy) && absence(deputy) === undefined ? deputy : null
}

function candidates(
  role: Authority,
  handlerId: string | null,
  storeId: string | null,
  colleagues: readonly Colleague[]
): string[] {
  if (role === 'handler') return colleagues.filter(one => one.id === handlerId).map(one => one.id)
  return colleagues
    .filter(one => one.roles.includes(role) && serves(one, storeId))
    .sort(leastRecentlyFirst)
    .map(one => one.id)
}

const serves = ({ storeIds }: Colleague, storeId: string | null): boolean =>
  storeId === null || storeIds.length === 0 || storeIds.includes(storeId)

function leastRecentlyFirst(a: Colleague, b: Colleague): number {
  const [one, other] = [a.lastEscalatedAt ?? '', b.lastEscalatedAt ?? '']
  if (one !== other) return one < other ? -1 : 1
  return a.id < b.id ? -1 : 1
}
