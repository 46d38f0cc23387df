import { DEFECTION_STATES } from './cadence.ts'
import { classChanged, type FindingColumns } from './classification-columns.ts'

/** What may be told of a customer when a run finds him another one; the index is the code of columns. */
export const CHANGES = ['class', 'loyalty', 'trust', 'standing', 'defecting', 'returned'] as const

/** Stands for what was before, where nothing was known. */
export const NOT_KNOWN = 255

/** News of customers, one after the other: the row, what kind, and the codes of before and after. Only `count` places count. */
export interface NewsColumns {
  count: number
  rows: Uint32Array
  kinds: Uint8Array
  before: Uint8Array
  after: Uint8Array
}

const [CLASS, LOYALTY, TRUST, STANDING, DEFECTING, RETURNED] = [0, 1, 2, 3, 4, 5] as const

/**
 * The news of the changed rows. Of a customer who is met for the first time only his class is news, and no class at all is
 * none. `defecting` tells of who became overdue or lapsed, or began to spend much less; `returned` of who came back.
 */
export function newsOf(before: FindingColumns, after: FindingColumns, changed: Uint32Array): NewsColumns {
  const news = room(Math.max(changed.length, 16))
  for (const row of changed) {
    const known = before.known[row] === 1
    if (classChanged(before, after, row) && (known || after.classes[row] !== 0)) {
      add(news, row, CLASS, known ? (before.classes[row] as number) : NOT_KNOWN, after.classes[row] as number)
    }
    if (!known) continue
    compare(news, row, LOYALTY, before.loyaltyLevels, after.loyaltyLevels)
    compare(news, row, TRUST, before.trustLevels, after.trustLevels)
    compare(news, row, STANDING, before.customerStandings, after.customerStandings)
    const was = danger(before, row)
    const is = danger(after, row)
    const kind = is > was ? DEFECTING : is === 0 && was > 0 ? RETURNED : null
    if (kind !== null) add(news, row, kind, before.defectionStates[row] as number, after.defectionStates[row] as number)
  }
  return news
}

/** How far a customer has gone: not at all, spending much less, overdue, lapsed. */
function danger({ defectionStates, partialDefections }: FindingColumns, row: number): number {
  const state = DEFECTION_STATES[defectionStates[row] as number]
  if (state === 'lapsed') return 3
  if (state === 'overdue') return 2
  return partialDefections[row] === 1 ? 1 : 0
}

function compare(news: NewsColumns, row: number, kind: number, before: Uint8Array, after: Uint8Array): void {
  if (before[row] !== after[row]) add(news, row, kind, before[row] as number, after[row] as number)
}

function add(news: NewsColumns, row: number, kind: number, before: number, after: number): void {
  if (news.count === news.rows.length) grow(news)
  const place = news.count++
  news.rows[place] = row
  news.kinds[place] = kind
  news.before[place] = before
  news.after[place] = after
}

function room(places: number): NewsColumns {
  return {
    count: 0,
    rows: new Uint32Array(places),
    kinds: new Uint8Array(places),
    before: new Uint8Array(places),
    after: new Uint8Array(places)
  }
}

function grow(news: NewsColumns): void {
  const larger = room(2 * news.rows.length)
  for (const name of ['rows', 'kinds', 'before', 'after'] as const) {
    larger[name].set(news[name])
    Object.assign(news, { [name]: larger[name] })
  }
}
