import { type ShareInterval, wilson } from './statistics.ts'

/** What became of complaints. Withdrawn ones are in no other count. */
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
