import { setImmediate as breathe } from 'node:timers/promises'
import type { Tx } from '../db/client.ts'
import { basketsOf, strongestPairs } from '../domain/basket-pairs.ts'
import { type PairFigures, pairFigures } from '../domain/baskets.ts'
import type { ClassificationPolicy } from '../domain/classification-policy.ts'
import { averageRetention, cohortTable } from '../domain/cohorts.ts'
import { medianOfCounts, sharesOfPositive } from '../domain/habits.ts'
import { reportsBasketsRepository } from '../repositories/reports-baskets.ts'
import { reportsCohortsRepository } from '../repositories/reports-cohorts.ts'
import { type BasketFigures, reportsHabitsRepository } from '../repositories/reports-habits.ts'
import { completePolicy, currentPolicy } from './classification-policy.ts'
import type { Actor, ServiceDeps } from './context.ts'
import {
  type DaysQuery,
  type DaysView,
  daysOf,
  daysView,
  type MonthsQuery,
  type MonthsView,
  monthsOf,
  monthsView,
  monthText,
  type StoreQuery,
  storeOf
} from './report-window.ts'

export interface CohortRetention {
  readonly report: 'cohort-retention'
  readonly currency: string
  readonly storeId: string | null
  readonly window: MonthsView
  readonly customers: number
  readonly excluded: { readonly anonymousReceipts: number; readonly anonymousMinor: number }
  /** All cohorts together at each age. */
  readonly average: { readonly age: number; readonly cohorts: number; readonly share: number | null }[]
  readonly data: {
    readonly cohort: string
    readonly size: number
    readonly partial: boolean
    readonly months: {
      readonly age: number
      readonly month: string
      readonly customers: number
      readonly share: number | null
      readonly netMinor: number
      readonly partial: boolean
    }[]
  }[]
}

export interface PurchaseHabits {
  readonly report: 'purchase-habits'
  readonly currency: string
  readonly storeId: string | null
  readonly window: DaysView
  /** How much: receipts of sales with a positive amount. */
  readonly baskets: Pick<BasketFigures, 'receipts' | 'medianMinor' | 'meanMinor' | 'medianUnits'>
  /** How often: days between purchase days of known customers. */
  readonly frequency: {
    readonly customers: number
    readonly gaps: number
    readonly medianGapDays: number | null
    /** Customers with enough gaps to judge, and those of them who are regular. */
    readonly judged: number
    readonly regular: number
    readonly regularShare: number | null
  }
  readonly excluded: {
    readonly anonymousReceipts: number
    readonly freeReceipts: number
    readonly returns: number
    readonly returnsMinor: number
    /** Categories beyond those listed. */
    readonly furtherCategories: number
    readonly furtherMinor: number
  }
  /** When: every hour of the week by the store's clock. */
  readonly hours: {
    readonly weekday: number
    readonly hour: number
    readonly receipts: number
    readonly share: number | null
    readonly netMinor: number
  }[]
  /** What. */
  readonly data: {
    readonly category: string | null
    readonly netMinor: number
    readonly share: number | null
    readonly units: number
  }[]
}

export interface ProductsBoughtTogether {
  readonly report: 'products-bought-together'
  readonly storeId: string | null
  readonly window: DaysView
  readonly baskets: number
  readonly products: number
  /** Pairs in fewer baskets are not listed. */
  readonly minBasketPairs: number
  readonly excluded: {
    readonly receiptsWithoutProduct: number
    /** Products in fewer baskets than a pair must be in: none of their pairs is looked at. */
    readonly rareProducts: number
    /** Pairs of the others that are not listed, and in how many baskets the most frequent of them is. */
    readonly pairsInFewer: number
    readonly mostTogether: number | null
  }
  readonly data: (PairFigures & {
    readonly skuA: string
    readonly nameA: string
    readonly skuB: string
    readonly nameB: string
    readonly together: number
    readonly basketsA: number
    readonly basketsB: number
  })[]
}

export interface PairsQuery extends DaysQuery, StoreQuery {
  readonly sku?: string | undefined
  readonly sort?: '-lift' | '-together' | undefined
  readonly limit?: number | undefined
}

const CATEGORIES_AT_MOST = 100
const PAIRS = 50

/** Which share of those who first bought in a month bought again in each month since. */
export async function cohortRetention(
  deps: ServiceDeps,
  tx: Tx,
  actor: Actor,
  query: MonthsQuery & StoreQuery
): Promise<CohortRetention> {
  const storeId = await storeOf(tx, actor, query)
  const window = monthsOf(deps, actor, query)
  const cells = await reportsCohortsRepository(tx).cells({ ...window, storeId })
  const anonymous = await reportsCohortsRepository(tx).anonymous({ ...window, storeId })
  const cohorts = cohortTable(cells, window)
  return {
    report: 'cohort-retention',
    currency: actor.tenant.currency,
    storeId,
    window: monthsView(window),
    customers: cohorts.reduce((sum, { size }) => sum + size, 0),
    excluded: { anonymousReceipts: anonymous.receipts, anonymousMinor: anonymous.netMinor },
    average: averageRetention(cohorts),
    data: cohorts.map(({ cohort, size, partial, months }) => ({
      cohort: monthText(cohort),
      size,
      partial,
      months: months.map(cell => ({ ...cell, month: monthText(cell.month) }))
    }))
  }
}

/** What is bought, how much at a time, how often and when. */
export async function purchaseHabits(
  deps: ServiceDeps,
  tx: Tx,
  actor: Actor,
  query: DaysQuery & StoreQuery
): Promise<PurchaseHabits> {
  const window = { ...daysOf(deps, actor, query), storeId: await storeOf(tx, actor, query) }
  const habits = reportsHabitsRepository(tx)
  const policy = completePolicy((await currentPolicy(tx)).policy)
  const baskets = await habits.baskets(window)
  const categories = await habits.categories(window)
  const shares = sharesOfPositive(categories.map(({ netMinor }) => netMinor))
  const further = categories.slice(CATEGORIES_AT_MOST)
  return {
    report: 'purchase-habits',
    currency: actor.tenant.currency,
    storeId: window.storeId,
    window: daysView(window),
    baskets: {
      receipts: baskets?.receipts ?? 0,
      medianMinor: baskets?.medianMinor ?? null,
      meanMinor: baskets?.meanMinor ?? null,
      medianUnits: baskets?.medianUnits ?? null
    },
    frequency: await frequency(tx, window, policy),
    excluded: {
      anonymousReceipts: baskets?.anonymousReceipts ?? 0,
      freeReceipts: baskets?.freeReceipts ?? 0,
      returns: baskets?.returns ?? 0,
      returnsMinor: baskets?.returnsMinor ?? 0,
      furtherCategories: further.length,
      furtherMinor: further.reduce((sum, { netMinor }) => sum + netMinor, 0)
    },
    hours: await hoursOfTheWeek(tx, window),
    data: categories
      .slice(0, CATEGORIES_AT_MOST)
      .map((figures, place) => ({ ...figures, share: shares[place] ?? null }))
  }
}

type Window = Parameters<ReturnType<typeof reportsHabitsRepository>['hours']>[0]

/** Regular by the rule of the runs, see `isRegular`. */
async function frequency(
  tx: Tx,
  window: Window,
  { habits, defection }: ClassificationPolicy
): Promise<PurchaseHabits['frequency']> {
  const repository = reportsHabitsRepository(tx)
  const { gaps, customers, judged, regular } = await repository.frequency(
    window,
    habits.regularMaxVariation,
    defection.minGaps
  )
  return {
    customers,
    gaps: gaps.reduce((sum, { count }) => sum + count, 0),
    medianGapDays: medianOfCounts(gaps),
    judged,
    regular,
    regularShare: judged === 0 ? null : regular / judged
  }
}

async function hoursOfTheWeek(tx: Tx, window: Window): Promise<PurchaseHabits['hours']> {
  const found = await reportsHabitsRepository(tx).hours(window)
  const receipts = found.reduce((sum, hour) => sum + hour.receipts, 0)
  const known = new Map(found.map(hour => [`${hour.weekday} ${hour.hour}`, hour]))
  return Array.from({ length: 7 * 24 }, (_, place) => {
    const [weekday, hour] = [1 + Math.floor(place / 24), place % 24]
    const figures = known.get(`${weekday} ${hour}`) ?? { weekday, hour, receipts: 0, netMinor: 0 }
    return { ...figures, share: receipts === 0 ? null : figures.receipts / receipts }
  })
}

/** Which products are in one basket more often than by chance. */
export async function productsBoughtTogether(
  deps: ServiceDeps,
  tx: Tx,
  actor: Actor,
  query: PairsQuery
): Promise<ProductsBoughtTogether> {
  const window = { ...daysOf(deps, actor, query), storeId: await storeOf(tx, actor, query) }
  const { minBasketPairs } = completePolicy((await currentPolicy(tx)).policy).habits
  const repository = reportsBasketsRepository(tx)
  const baskets = await counted(basketsOf(await repository.items(window)))
  const sales = await repository.sales(window)
  // No product has the number −1, and so what does not exist is in no pair.
  const only = query.sku === undefined ? null : ((await repository.numberOf(query.sku)) ?? -1)
  const sort = query.sort === '-together' ? ('together' as const) : ('lift' as const)
  const question = { minPairs: minBasketPairs, only, sort, limit: query.limit ?? PAIRS }
  const { pairs, fewer, mostOfFewer } = await counted(strongestPairs(baskets, question))
  const names = await repository.names([...new Set(pairs.flatMap(({ first, second }) => [first, second]))])
  return {
    report: 'products-bought-together',
    storeId: window.storeId,
    window: daysView(window),
    baskets: baskets.filled,
    products: baskets.counts.filter(count => count > 0).length,
    minBasketPairs,
    excluded: {
      receiptsWithoutProduct: sales - baskets.filled,
      rareProducts: baskets.counts.filter(count => count > 0 && count < minBasketPairs).length,
      pairsInFewer: fewer,
      mostTogether: mostOfFewer
    },
    data: pairs.map(({ first, second, together }) => {
      const basketsA = baskets.counts[first] as number
      const basketsB = baskets.counts[second] as number
      return {
        skuA: names.get(first)?.sku ?? '',
        nameA: names.get(first)?.name ?? '',
        skuB: names.get(second)?.sku ?? '',
        nameB: names.get(second)?.name ?? '',
        together,
        basketsA,
        basketsB,
        ...pairFigures({ together, first: basketsA, second: basketsB, baskets: baskets.filled })
      }
    })
  }
}

/** Counts to the end, and lets others have their turn whenever the counting pauses. */
async function counted<T>(counting: Generator<void, T>): Promise<T> {
  for (let step = counting.next(); ; step = counting.next()) {
    if (step.done) return step.value
    await breathe()
  }
}
