import type { Tx } from '../db/client.ts'
import { forbidden, unprocessable } from '../domain/errors.ts'
import {
  addMonths,
  type DayNumber,
  dayNumber,
  dayText,
  firstDayOfMonth,
  type MonthNumber,
  monthOf
} from '../domain/period.ts'
import { dayIn } from './calendar.ts'
import type { Actor, ServiceDeps } from './context.ts'
import { expectStores } from './references.ts'

/** Store days [fromOn, toOn); the year up to today, today included, where nothing is said. */
export interface DaysQuery {
  readonly fromOn?: string | undefined
  readonly toOn?: string | undefined
}

/** So many months of store days up to `toMonth` (`YYYY-MM`, included); the running one where nothing is said. */
export interface MonthsQuery {
  readonly months?: number | undefined
  readonly toMonth?: string | undefined
}

export interface StoreQuery {
  readonly storeId?: string | undefined
}

/** As answers show it; `toOn` excluded. */
export interface DaysView {
  readonly fromOn: string
  readonly toOn: string
}

/** As answers show it, `YYYY-MM`, both included. */
export interface MonthsView {
  readonly fromMonth: string
  readonly toMonth: string
}

const DEFAULT_MONTHS = 12
/** Ten years: more would read a ledger for minutes. */
const LONGEST_DAYS = 3_653

/** The tenant's day that it is. */
export const today = (deps: ServiceDeps, actor: Actor): DayNumber =>
  dayNumber(dayIn(actor.tenant.timeZone, deps.clock().toISOString()))

/** The days that are asked for. Refuses `report.window_invalid`: empty ones, and more than ten years. */
export function daysOf(deps: ServiceDeps, actor: Actor, query: DaysQuery): { fromDay: DayNumber; toDay: DayNumber } {
  const toDay = query.toOn === undefined ? today(deps, actor) + 1 : dayNumber(query.toOn)
  const fromDay = query.fromOn === undefined ? addMonths(toDay, -DEFAULT_MONTHS) : dayNumber(query.fromOn)
  if (fromDay >= toDay) throw windowInvalid('The window is empty: it ends before it begins.')
  if (toDay - fromDay > LONGEST_DAYS) throw windowInvalid('The window is longer than ten years.')
  return { fromDay, toDay }
}

/** The months that are asked for. Refuses `report.window_invalid`: months that have not begun. */
export function monthsOf(
  deps: ServiceDeps,
  actor: Actor,
  query: MonthsQuery
): { fromMonth: MonthNumber; toMonth: MonthNumber; runningMonth: MonthNumber } {
  const runningMonth = monthOf(today(deps, actor))
  const toMonth = query.toMonth === undefined ? runningMonth : monthOf(dayNumber(`${query.toMonth}-01`))
  if (toMonth > runningMonth) throw windowInvalid('The last month of the window has not begun.')
  return { fromMonth: toMonth - (query.months ?? DEFAULT_MONTHS) + 1, toMonth, runningMonth }
}

/**
 * The store that a report is about; null for all. Who may act for one store alone gets that one. Refuses
 * `store.not_allowed`, and `store.unknown` for what is no store of the tenant.
 */
export async function storeOf(tx: Tx, actor: Actor, { storeId }: StoreQuery): Promise<string | null> {
  if (actor.storeId !== null && storeId !== undefined && storeId !== actor.storeId) {
    throw forbidden('store.not_allowed', 'This credential belongs to another store.')
  }
  if (storeId !== undefined) await expectStores(tx, [{ id: storeId, pointer: '/query/storeId' }])
  return storeId ?? actor.storeId
}

export const daysView = ({ fromDay, toDay }: { fromDay: DayNumber; toDay: DayNumber }): DaysView => ({
  fromOn: dayText(fromDay),
  toOn: dayText(toDay)
})

export const monthsView = (window: { fromMonth: MonthNumber; toMonth: MonthNumber }): MonthsView => ({
  fromMonth: monthText(window.fromMonth),
  toMonth: monthText(window.toMonth)
})

/** `2026-11`. */
export const monthText = (month: MonthNumber): string => dayText(firstDayOfMonth(month)).slice(0, 7)

const windowInvalid = (detail: string) => unprocessable('report.window_invalid', detail)
