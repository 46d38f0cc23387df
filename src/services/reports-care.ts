import type { Tx } from '../db/client.ts'
import { type AnswerCounts, answeredInTime } from '../domain/answered-in-time.ts'
import { dayText } from '../domain/period.ts'
import { type CareCounts, type CareGroup, reportsCareRepository } from '../repositories/reports-care.ts'
import { reportsListeningRepository } from '../repositories/reports-listening.ts'
import { reportsStoresRepository } from '../repositories/reports-stores.ts'
import { startOfDay } from './calendar.ts'
import type { Actor, ServiceDeps } from './context.ts'
import { type DaysQuery, type DaysView, daysOf, daysView, type StoreQuery, storeOf } from './report-window.ts'

export interface CareQuery extends DaysQuery, StoreQuery {
  readonly by?: CareGroup | undefined
}

/** What became of the tasks that were owed, and the share of those done in time with its interval. */
export interface CareFigures extends AnswerCounts {
  readonly tasks: number
  /** Their term was over before they were made: nobody could be in time. */
  readonly dueBeforeMade: number
  readonly cancelled: number
  readonly withdrawn: number
  /** In time, late and overdue together. */
  readonly owed: number
  readonly share: number | null
  readonly shareLower: number | null
  readonly shareUpper: number | null
}

export interface CareOnTimeReport {
  readonly report: 'care-on-time'
  readonly by: CareGroup
  readonly storeId: string | null
  readonly window: DaysView
  /** As of when it is judged what is overdue. */
  readonly asOf: string
  readonly total: CareFigures
  readonly data: (CareFigures & {
    /** A person's or store's id, or a kind; null: of no store. */
    readonly key: string | null
    readonly label: string | null
  })[]
}

/** How much of what was owed to customers was done in time, by when it was due; by the rule of answers. It names no customer. */
export async function careOnTimeReport(
  deps: ServiceDeps,
  tx: Tx,
  actor: Actor,
  query: CareQuery
): Promise<CareOnTimeReport> {
  const by = query.by ?? 'staff'
  const storeId = await storeOf(tx, actor, query)
  const window = daysOf(deps, actor, query)
  const asOf = deps.clock().toISOString()
  const { timeZone } = actor.tenant
  const instants = {
    from: startOfDay(timeZone, dayText(window.fromDay)),
    to: startOfDay(timeZone, dayText(window.toDay)),
    storeId
  }
  const found = await reportsCareRepository(tx).onTime(by, instants, asOf)
  const groups = found.filter(({ isTotal }) => !isTotal)
  const names = await namesOf(tx, by, groups)
  return {
    report: 'care-on-time',
    by,
    storeId,
    window: daysView(window),
    asOf,
    total: figuresOf(found.find(({ isTotal }) => isTotal)),
    data: groups.map(group => ({ key: group.key, label: names.get(group.key ?? '') ?? null, ...figuresOf(group) }))
  }
}

async function namesOf(tx: Tx, by: CareGroup, groups: readonly CareCounts[]): Promise<ReadonlyMap<string, string>> {
  if (by === 'kind') return new Map()
  if (by === 'store') return new Map((await reportsStoresRepository(tx).all()).map(({ id, name }) => [id, name]))
  return reportsListeningRepository(tx).staffNames(groups.flatMap(({ key }) => (key === null ? [] : [key])))
}

function figuresOf(counts: CareCounts | undefined): CareFigures {
  const { inTime = 0, late = 0, overdue = 0, notDue = 0 } = counts ?? {}
  const { owed, share, interval } = answeredInTime({ inTime, late, overdue, notDue })
  return {
    tasks: counts?.tasks ?? 0,
    inTime,
    late,
    overdue,
    notDue,
    dueBeforeMade: counts?.dueBeforeMade ?? 0,
    cancelled: counts?.cancelled ?? 0,
    withdrawn: counts?.withdrawn ?? 0,
    owed,
    share,
    shareLower: interval?.lower ?? null,
    shareUpper: interval?.upper ?? null
  }
}
