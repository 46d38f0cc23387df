import { setImmediate as breathe } from 'node:timers/promises'
import type { Tx } from '../db/client.ts'
import type { HabitsPolicy } from '../domain/classification-policy.ts'
import { DEMAND_STATES, type DemandState, demandChange } from '../domain/demand-change.ts'
import { unprocessable } from '../domain/errors.ts'
import { type DayNumber, dayNumber, dayText, mondayOf } from '../domain/period.ts'
import { reportsDemandRepository, type WeeklyUnits, type WeekWindow } from '../repositories/reports-demand.ts'
import { completePolicy, currentPolicy } from './classification-policy.ts'
import type { Actor, ServiceDeps } from './context.ts'
import { type DaysView, daysView, today } from './report-window.ts'

export interface DemandQuery {
  readonly by?: 'product' | 'category' | undefined
  readonly weeks?: number | undefined
  readonly toOn?: string | undefined
  readonly sku?: string | undefined
  readonly category?: string | undefined
  readonly state?: DemandState | 'changed' | 'all' | undefined
  readonly limit?: number | undefined
}

export interface DemandItem {
  /** The sku, or the category. */
  readonly key: string
  readonly name: string
  readonly state: DemandState
  /** The Monday of the first week that counts; its weeks follow one another from there. */
  readonly fromWeek: string
  readonly baselineWeeks: number
  readonly baselineMean: number | null
  readonly baselineDeviation: number | null
  /** The Mondays of the week in which the change began, and of the one that gave the signal. */
  readonly changedFrom: string | null
  readonly detectedIn: string | null
  readonly meanSince: number | null
  /** Net units of each week as they were recorded. */
  readonly weeklyUnits: number[]
}

export interface DemandChanges {
  readonly report: 'demand-changes'
  readonly by: 'product' | 'category'
  /** Whole weeks, as far as they are counted; null before the first classification run, which counts them. */
  readonly window: DaysView | null
  readonly counts: Readonly<Record<DemandState, number>>
  readonly data: DemandItem[]
}

const DEFAULT_WEEKS = 52
const DEFAULT_LIMIT = 50
const WEEK = 7
/** Products that are worked out between two looks at what else there is to do. */
const PIECE = 500

/** Which products, or categories, are in another demand than they were; the largest change in units a week first. */
export async function demandChanges(
  deps: ServiceDeps,
  tx: Tx,
  actor: Actor,
  query: DemandQuery
): Promise<DemandChanges> {
  const by = query.by ?? (query.category === undefined ? 'product' : 'category')
  const window = await weeksOf(deps, tx, actor, query)
  const { habits } = completePolicy((await currentPolicy(tx)).policy)
  const counts = Object.fromEntries(DEMAND_STATES.map(state => [state, 0])) as Record<DemandState, number>
  const kept: DemandItem[] = []
  const limit = query.limit ?? DEFAULT_LIMIT
  // Where one is asked for, it is shown whatever became of it.
  const wanted = query.state ?? (query.sku === undefined && query.category === undefined ? 'changed' : 'all')
  for await (const piece of window === null ? [] : pieces(tx, by, window, query)) {
    for (const series of piece) {
      const item = itemOf(series, window as WeekWindow, habits)
      counts[item.state] += 1
      if (isWanted(item.state, wanted)) kept.push(item)
    }
    kept.sort(byEffect).splice(limit)
    await breathe()
  }
  const shown = window && daysView({ fromDay: window.fromWeek, toDay: window.toWeek })
  return { report: 'demand-changes', by, window: shown, counts, data: kept }
}

/**
 * Whole weeks from Monday to Sunday that are over and counted, so many up to `toOn` at most. Refuses
 * `report.window_invalid` where none of them is left.
 */
async function weeksOf(deps: ServiceDeps, tx: Tx, actor: Actor, query: DemandQuery): Promise<WeekWindow | null> {
  const countedTo = await reportsDemandRepository(tx).countedTo()
  if (countedTo === undefined) return null
  const asked = query.toOn === undefined ? today(deps, actor) : dayNumber(query.toOn)
  if (asked > today(deps, actor) + WEEK) {
    throw unprocessable('report.window_invalid', 'The window ends in the future.')
  }
  const toWeek = mondayOf(Math.min(asked, countedTo, today(deps, actor)))
  return { fromWeek: toWeek - WEEK * (query.weeks ?? DEFAULT_WEEKS), toWeek }
}

async function* pieces(
  tx: Tx,
  by: 'product' | 'category',
  window: WeekWindow,
  query: DemandQuery
): AsyncGenerator<WeeklyUnits[]> {
  const demand = reportsDemandRepository(tx)
  if (by === 'category') {
    yield await demand.categories(window, query.category ?? null)
    return
  }
  for (let after = ''; ; ) {
    const piece = await demand.products(window, query.sku ?? null, after, PIECE)
    yield piece
    const last = piece.at(-1)
    if (piece.length < PIECE || last === undefined) return
    after = last.key
  }
}

/** Before its first week of all a product was not yet sold, which is no want of demand; from then on, no sale is a zero. */
function itemOf(
  { key, name, firstWeek, weeks, units }: WeeklyUnits,
  window: WeekWindow,
  habits: HabitsPolicy
): DemandItem {
  const fromWeek = Math.max(window.fromWeek, firstWeek)
  const weeklyUnits = new Array<number>((window.toWeek - fromWeek) / WEEK).fill(0)
  const ahead = (fromWeek - window.fromWeek) / WEEK
  weeks.forEach((week, place) => {
    weeklyUnits[week - ahead] = units[place] as number
  })
  const change = demandChange(weeklyUnits, habits)
  const mondayIn = (week: number | null): string | null =>
    week === null ? null : dayText((fromWeek + WEEK * week) as DayNumber)
  return {
    key,
    name,
    ...change,
    fromWeek: dayText(fromWeek),
    changedFrom: mondayIn(change.changedFrom),
    detectedIn: mondayIn(change.detectedIn),
    weeklyUnits
  }
}

const isWanted = (state: DemandState, wanted: NonNullable<DemandQuery['state']>): boolean =>
  wanted === 'all' || wanted === state || (wanted === 'changed' && (state === 'increased' || state === 'decreased'))

const effectOf = ({ meanSince, baselineMean }: DemandItem): number =>
  meanSince === null || baselineMean === null ? 0 : Math.abs(meanSince - baselineMean)

const byEffect = (one: DemandItem, other: DemandItem): number =>
  effectOf(other) - effectOf(one) || (one.key < other.key ? -1 : 1)
