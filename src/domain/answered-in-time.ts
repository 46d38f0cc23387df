import { type ShareInterval, wilson } from './statistics.ts'

/** What became of the answers that were owed. */
export interface AnswerCounts {
  readonly inTime: number
  /** Answered after their term. */
  readonly late: number
  /** Past their term, and not answered. */
  readonly overdue: number
  /** Not answered, and not due yet. */
  readonly notDue: number
}

export interface AnsweredInTime {
  /** Answers that were given or are past their term. */
  readonly owed: number
  /** Null where nothing was owed. */
  readonly share: number | null
  readonly interval: ShareInterval | null
}

/**
 * The share of answers given in time, out of all that were given or are past their term, with the interval of Wilson
 * (95 %). What is not due yet counts for nothing: it can still be in time.
 */
export function answeredInTime({ inTime, late, overdue }: AnswerCounts): AnsweredInTime {
  const owed = inTime + late + overdue
  return { owed, share: owed === 0 ? null : inTime / owed, interval: wilson(inTime, owed) }
}
