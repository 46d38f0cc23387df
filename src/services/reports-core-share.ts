import type { Tx } from '../db/client.ts'
import { monthsBetween } from '../domain/cohorts.ts'
import { type CoreCounts, type CoreShare, coreShareOf } from '../domain/core-share.ts'
import { dayText, firstDayOfMonth, type MonthNumber } from '../domain/period.ts'
import {
  type CoreFigures,
  type ManagedFigures,
  type MonthEnd,
  reportsCoreShareRepository
} from '../repositories/reports-core-share.ts'
import { reportsStoresRepository, type StoreName } from '../repositories/reports-stores.ts'
import { startOfDay } from './calendar.ts'
import type { Actor, ServiceDeps } from './context.ts'
import {
  type MonthsQuery,
  type MonthsView,
  monthsOf,
  monthsView,
  monthText,
  type StoreQuery,
  storeOf
} from './report-window.ts'

export interface CoreShareReport {
  readonly report: 'core-share'
  readonly currency: string
  readonly storeId: string | null
  readonly window: MonthsView
  readonly data: (CoreCounts &
    CoreShare & {
      /** Null, like the two below: all stores together. */
      readonly storeId: string | null
      readonly storeCode: string | null
      readonly storeName: string | null
      readonly month: string
      /** The month is not over. */
      readonly partial: boolean
    })[]
}

/** How far the customers of each store were a core, month by month; what they were is taken at each month's end. */
export async function coreShareReport(
  deps: ServiceDeps,
  tx: Tx,
  actor: Actor,
  query: MonthsQuery & StoreQuery
): Promise<CoreShareReport> {
  const storeId = await storeOf(tx, actor, query)
  const window = monthsOf(deps, actor, query)
  const figures = reportsCoreShareRepository(tx)
  const now = deps.clock().toISOString()
  const ends = monthsBetween(window.fromMonth, window.toMonth).map(month => endOf(actor, month, now))
  const bought = indexed(await figures.bought(ends, storeId))
  const managed = indexed(await figures.managed(ends, storeId))
  const first = await figures.firstRunAsOf()
  const stores = (await reportsStoresRepository(tx).all()).filter(store =>
    storeId === null ? ends.some(({ month }) => bought.has(keyOf(store.id, month))) : store.id === storeId
  )
  const rows: readonly (StoreName | null)[] = storeId === null ? [null, ...stores] : stores
  return {
    report: 'core-share',
    currency: actor.tenant.currency,
    storeId,
    window: monthsView(window),
    data: rows.flatMap(store =>
      ends.map(({ month, endsAt }) => {
        const key = keyOf(store?.id ?? null, month)
        const counts = countsOf(bought.get(key), managed.get(key), first !== undefined && first <= endsAt)
        return {
          storeId: store?.id ?? null,
          storeCode: store?.code ?? null,
          storeName: store?.name ?? null,
          month: monthText(month),
          partial: month >= window.runningMonth,
          ...counts,
          ...coreShareOf(counts)
        }
      })
    )
  }
}

/** A month ends where the next one begins by the tenant's clock; the running one is taken as it is now. */
function endOf(actor: Actor, month: MonthNumber, now: string): MonthEnd {
  const end = startOfDay(actor.tenant.timeZone, dayText(firstDayOfMonth(month + 1)))
  return { month, endsAt: end < now ? end : now }
}

/** Before the first run nobody knows who was the core: that is unknown, not nothing. Care is not recorded yet. */
function countsOf(
  bought: CoreFigures | undefined,
  managed: ManagedFigures | undefined,
  classified: boolean
): CoreCounts {
  return {
    customers: bought?.customers ?? 0,
    coreCustomers: classified ? (bought?.coreCustomers ?? 0) : null,
    netMinor: bought?.netMinor ?? 0,
    knownMinor: bought?.knownMinor ?? 0,
    coreMinor: classified ? (bought?.coreMinor ?? 0) : null,
    aCustomers: classified ? (managed?.aCustomers ?? 0) : null,
    managedCustomers: classified ? (managed?.managed ?? 0) : null,
    caredCustomers: null
  }
}

const keyOf = (storeId: string | null, month: MonthNumber): string => `${storeId ?? 'all'} ${month}`

const indexed = <T extends { storeId: string | null; month: MonthNumber }>(rows: readonly T[]): Map<string, T> =>
  new Map(rows.map(row => [keyOf(row.storeId, row.month), row]))
