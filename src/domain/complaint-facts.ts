import type { DayNumber } from './period.ts'
import type { ComplaintState } from './trust.ts'

/** What is on file of a complaint, with the last thing that ended or reopened it before the time that is asked about. */
export interface ComplaintRecord {
  readonly receivedAt: string
  readonly dueAt: string
  /** The first substantive answer; of what was reopened or escalated since, one that was given after that. */
  readonly answeredAt: string | null
  /** Null: neither closed, reopened nor withdrawn so far. */
  readonly turn: 'close' | 'reopen' | 'withdraw' | null
  readonly turnedAt: string | null
  readonly verdict: string | null
}

/** What complaints say of a customer who made any. */
export interface ComplaintPicture {
  readonly states: readonly ComplaintState[]
  readonly open: boolean
  /** One was closed within the hiatus, and he was not content. */
  readonly badlyClosed: boolean
}

const DAY_MS = 86_400_000
const dayOf = (instant: string): DayNumber => Math.floor(Date.parse(instant) / DAY_MS)

/**
 * A customer's complaints as they stood at `before`, the start of `asOfDay`: nothing later is looked at. One that was
 * withdrawn, or closed without his having said anything, is no evidence either way. A badly closed one is held to be why he
 * may be leaving for as long as the hiatus lasts; trust remembers it.
 */
export function complaintPicture(
  records: readonly ComplaintRecord[],
  before: string,
  asOfDay: DayNumber,
  hiatusDays: number
): ComplaintPicture {
  const states: ComplaintState[] = []
  let open = false
  let badlyClosed = false
  for (const record of records) {
    const isClosed = record.turn === 'close'
    if (record.receivedAt >= before || record.turn === 'withdraw') continue
    if (isClosed && record.verdict !== 'accepted' && record.verdict !== 'not_accepted') continue
    const isAnswered = record.answeredAt !== null && record.answeredAt < before
    states.push({
      // A day that has begun in one zone has not in another: what came before the instant came before the day.
      day: Math.min(dayOf(record.receivedAt), asOfDay - 1),
      open: !isClosed,
      pastDeadline: !isClosed && !isAnswered && record.dueAt < before,
      recovered: isClosed && record.verdict === 'accepted'
    })
    open ||= !isClosed
    badlyClosed ||=
      isClosed && record.verdict === 'not_accepted' && asOfDay - dayOf(record.turnedAt ?? before) <= hiatusDays
  }
  return { states, open, badlyClosed }
}
