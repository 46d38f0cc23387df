import type { ComplaintState, Verdict } from './complaint.ts'
import { type ShareInterval, wilson } from './statistics.ts'

/**
 * How a case counts. One that was withdrawn counts as withdrawn only if it had never been closed: who opens a badly closed case
 * again and has it withdrawn changes nothing in what the customer said first.
 */
export const countedAs = ({
  state,
  verdict,
  firstClosedAt,
  firstVerdict
}: {
  readonly state: ComplaintState
  readonly verdict: Verdict | null
  readonly firstClosedAt: string | null
  readonly firstVerdict: Verdict | null
}): { readonly state: ComplaintState; readonly verdict: Verdict | null } =>
  state === 'withdrawn' && firstClosedAt !== null ? { state: 'closed', verdict: firstVerdict } : { state, verdict }

/** What became of complaints, each as `countedAs` says. Withdrawn ones are in no other count. */
export interface HandlingCounts {
  readonly withdrawn: number
  readonly complaints: number
  readonly open: number
  /** Of those of which it can be told (see `handledFirstTime`). */
  readonly firstTime: number
  readonly notFirstTime: number
  /** Ever closed or reopened, and those of them that were reopened. */
  readonly everEnded: number
  readonly reopened: number
  /** Closed with the customer content, and closed with him not content. */
  readonly recovered: number
  readonly badlyClosed: number
}

/** Cases of which something is true, out of those of which it can be told. */
export interface CountedShare {
  readonly count: number
  readonly of: number
  /** Null where there is nothing to share. */
  readonly share: number | null
  readonly interval: ShareInterval | null
}

export interface HandlingShares {
  readonly firstTime: CountedShare
  readonly reopened: CountedShare
  /** Of those closed after the customer was heard. */
  readonly recovered: CountedShare
}

/** How complaints were handled, each share out of those of which it can be told, with the interval of Wilson (95 %). */
export function handlingShares(counts: HandlingCounts): HandlingShares {
  const { firstTime, notFirstTime, everEnded, reopened, recovered, badlyClosed } = counts
  return {
    firstTime: shareOf(firstTime, firstTime + notFirstTime),
    reopened: shareOf(reopened, everEnded),
    recovered: shareOf(recovered, recovered + badlyClosed)
  }
}

const shareOf = (count: number, of: number): CountedShare => ({
  count,
  of,
  share: of === 0 ? null : count / of,
  interval: wilson(count, of)
})
