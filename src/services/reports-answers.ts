import type { Tx } from '../db/client.ts'
import { type AnswerCounts, answeredInTime } from '../domain/answered-in-time.ts'
import { FEEDBACK_CHANNELS } from '../domain/feedback.ts'
import { dayText, mondayOf } from '../domain/period.ts'
import { type AnswerGroup, type GroupedAnswers, reportsAnswersRepository } from '../repositories/reports-answers.ts'
import { reportsStoresRepository } from '../repositories/reports-stores.ts'
import type { Actor, ServiceDeps } from './context.ts'
import { type DaysQuery, type DaysView, daysOf, daysView, type StoreQuery, storeOf } from './report-window.ts'

export interface AnsweredQuery extends DaysQuery, StoreQuery {
  readonly by?: AnswerGroup | undefined
}

/** What became of the answers that were owed, and the share of those in time with its interval. */
export interface AnsweredFigures extends AnswerCounts {
  readonly received: number
  /** Taken back before their term; owed nothing. */
  readonly withdrawn: number
  /** Given, or past their term. */
  readonly owed: number
  readonly share: number | null
  readonly shareLower: number | null
  readonly shareUpper: number | null
}

export interface AnsweredInTimeReport {
  readonly report: 'answered-in-time'
  readonly by: AnswerGroup
  readonly storeId: string | null
  readonly window: DaysView
  /** As of when it is judged what is overdue. */
  readonly asOf: string
  readonly total: AnsweredFigures
  readonly data: (AnsweredFigures & {
    /** A store's id, a channel, the Monday of a week; null: feedback of no store. */
    readonly key: string | null
    /** The store's name. */
    readonly label: string | null
  })[]
}

const DAYS_PER_WEEK = 7

/** How much of what customers said was answered in time, by store, channel or week. It names no person. */
export async function answeredInTimeReport(
  deps: ServiceDeps,
  tx: Tx,
  actor: Actor,
  query: AnsweredQuery
): Promise<AnsweredInTimeReport> {
  const by = query.by ?? 'week'
  const storeId = await storeOf(tx, actor, query)
  const window = daysOf(deps, actor, query)
  const asOf = deps.clock().toISOString()
  const found = await reportsAnswersRepository(tx).answered(by, { ...window, storeId }, asOf)
  const groups = new Map(found.map(group => [group.key, group]))
  const names =
    by === 'store' ? new Map((await reportsStoresRepository(tx).all()).map(one => [one.id, one.name])) : null
  return {
    report: 'answered-in-time',
    by,
    storeId,
    window: daysView(window),
    asOf,
    total: figuresOf(found),
    data: keysOf(by, window, [...groups.keys()]).map(key => {
      const group = groups.get(key)
      return { key, label: names?.get(key ?? '') ?? null, ...figuresOf(group ? [group] : []) }
    })
  }
}

/** Weeks without feedback are there too: the one in which nothing was said is no gap in the line. */
function keysOf(
  by: AnswerGroup,
  { fromDay, toDay }: { fromDay: number; toDay: number },
  found: readonly (string | null)[]
): (string | null)[] {
  if (by === 'store') return [...found]
  if (by === 'channel') return FEEDBACK_CHANNELS.filter(channel => found.includes(channel))
  const first = mondayOf(fromDay)
  const weeks = Math.ceil((toDay - first) / DAYS_PER_WEEK)
  return Array.from({ length: weeks }, (_, week) => dayText(first + week * DAYS_PER_WEEK))
}

function figuresOf(groups: readonly GroupedAnswers[]): AnsweredFigures {
  const sum = (name: Exclude<keyof GroupedAnswers, 'key'>) => groups.reduce((total, group) => total + group[name], 0)
  const counts = { inTime: sum('inTime'), late: sum('late'), overdue: sum('overdue'), notDue: sum('notDue') }
  const { owed, share, interval } = answeredInTime(counts)
  return {
    received: sum('received'),
    ...counts,
    withdrawn: sum('withdrawn'),
    owed,
    share,
    shareLower: interval?.lower ?? null,
    shareUpper: interval?.upper ?? null
  }
}
