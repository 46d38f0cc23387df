import type { Tx } from '../db/client.ts'
import { DECIDING_ROLES, REMEDY_DECISIONS } from '../domain/authority.ts'
import { handlingShares } from '../domain/complaint-handling.ts'
import { type ParetoShares, pareto } from '../domain/pareto.ts'
import { type DayNumber, dayText, type MonthNumber, monthOf } from '../domain/period.ts'
import {
  type CauseGroup,
  type CostGroup,
  type GroupedCauses,
  type GroupedCosts,
  type GroupedHandling,
  type HandlingGroup,
  reportsComplaintsRepository
} from '../repositories/reports-complaints.ts'
import { reportsStoresRepository } from '../repositories/reports-stores.ts'
import { startOfDay } from './calendar.ts'
import type { Actor, ServiceDeps } from './context.ts'
import {
  type DaysQuery,
  type DaysView,
  daysOf,
  daysView,
  monthText,
  type StoreQuery,
  storeOf
} from './report-window.ts'

interface Grouped<Group extends string> extends DaysQuery, StoreQuery {
  readonly by?: Group | undefined
}
export type HandlingQuery = Grouped<HandlingGroup>
export type CausesQuery = Grouped<CauseGroup>
export type CostsQuery = Grouped<CostGroup>

interface Head<Name extends string, Group extends string> {
  readonly report: Name
  readonly by: Group
  readonly storeId: string | null
  /** Days of stores on which complaints were received; of costs, days of the tenant on which they were decided. */
  readonly window: DaysView
}

/** A code, a month, or the id of a store or person; null: nothing of the kind is known. */
interface Keyed {
  readonly key: string | null
  readonly label: string | null
}

/** Shares are laid out flat, so that a table has a column for each. */
export interface HandlingRow {
  readonly complaints: number
  readonly withdrawn: number
  readonly open: number
  readonly closed: number
  readonly firstTime: number
  readonly firstTimeOf: number
  readonly firstTimeShare: number | null
  readonly firstTimeLower: number | null
  readonly firstTimeUpper: number | null
  readonly reopened: number
  readonly reopenedShare: number | null
  readonly recovered: number
  readonly badlyClosed: number
  readonly recoveredShare: number | null
  readonly medianHoursToAnswer: number | null
  readonly p90HoursToAnswer: number | null
  readonly medianHoursToClose: number | null
  readonly p90HoursToClose: number | null
  readonly sales: number
  /** Complaints, withdrawn ones left out, for every thousand receipts of sales. */
  readonly perThousandSales: number | null
}

export interface ComplaintHandlingReport extends Head<'complaint-handling', HandlingGroup> {
  readonly asOf: string
  readonly total: HandlingRow
  readonly data: (Keyed & HandlingRow)[]
}

export interface ComplaintCausesReport extends Head<'complaint-causes', CauseGroup> {
  readonly complaints: number
  readonly withoutCause: number
  readonly data: (GroupedCauses & ParetoShares)[]
}

export interface RemedyCostsReport extends Head<'remedy-costs', CostGroup> {
  readonly currency: string
  readonly total: Omit<GroupedCosts, 'key'>
  readonly data: (Keyed & GroupedCosts)[]
}

const CAUSES_AT_MOST = 200

/** How complaints were handled: at once, again, to the customer's content, and how soon. It names no customer. */
export async function complaintHandling(
  deps: ServiceDeps,
  tx: Tx,
  actor: Actor,
  query: HandlingQuery
): Promise<ComplaintHandlingReport> {
  const by = query.by ?? 'month'
  const storeId = await storeOf(tx, actor, query)
  const window = daysOf(deps, actor, query)
  const repository = reportsComplaintsRepository(tx)
  const asOf = deps.clock().toISOString()
  const found = await repository.handling(by, { ...window, storeId }, asOf)
  const groups = new Map(found.filter(one => !one.isTotal).map(one => [one.key, one]))
  const sales = new Map((await repository.sales(by, { ...window, storeId })).map(one => [one.key, one.sales]))
  const labels = by === 'store' ? await storeNames(tx) : NO_LABELS
  const keys = by === 'month' ? monthsOf(window) : keysOf([...groups.keys(), ...sales.keys()])
  return {
    report: 'complaint-handling',
    by,
    storeId,
    window: daysView(window),
    asOf,
    total: rowOf(
      found.find(one => one.isTotal),
      sum([...sales.values()])
    ),
    data: keys.map(key => ({
      key,
      label: labels.get(key ?? '') ?? null,
      ...rowOf(groups.get(key), sales.get(key ?? '') ?? 0)
    }))
  }
}

/** Which few things make most of the complaints. Staff are named by their codes. */
export async function complaintCauses(
  deps: ServiceDeps,
  tx: Tx,
  actor: Actor,
  query: CausesQuery
): Promise<ComplaintCausesReport> {
  const by = query.by ?? 'cause'
  const storeId = await storeOf(tx, actor, query)
  const window = daysOf(deps, actor, query)
  const found = await reportsComplaintsRepository(tx).causes(by, { ...window, storeId })
  const complaints = sum(found.map(one => one.complaints))
  return {
    report: 'complaint-causes',
    by,
    storeId,
    window: daysView(window),
    complaints,
    withoutCause: sum(found.map(one => one.withoutCause)),
    data: pareto(
      found,
      one => one.complaints,
      complaints,
      one => one.key !== null
    ).slice(0, CAUSES_AT_MOST)
  }
}

/** What it costs to make complaints good. What waits for approval costs nothing yet. */
export async function remedyCosts(
  deps: ServiceDeps,
  tx: Tx,
  actor: Actor,
  query: CostsQuery
): Promise<RemedyCostsReport> {
  const by = query.by ?? 'decision'
  const storeId = await storeOf(tx, actor, query)
  const window = daysOf(deps, actor, query)
  const { timeZone, currency } = actor.tenant
  const [from, to] = [window.fromDay, window.toDay].map(day => startOfDay(timeZone, dayText(day))) as [string, string]
  const found = await reportsComplaintsRepository(tx).costs(by, { from, to, storeId }, timeZone)
  const labels = by === 'store' ? await storeNames(tx) : NO_LABELS
  const order: readonly (string | null)[] | null =
    by === 'decision' ? REMEDY_DECISIONS : by === 'role' ? DECIDING_ROLES : by === 'month' ? monthsOf(window) : null
  const keys = order ?? keysOf(found.map(({ key }) => key))
  return {
    report: 'remedy-costs',
    by,
    storeId,
    window: daysView(window),
    currency,
    total: costsOf(found),
    data: keys.map(key => ({
      key,
      label: labels.get(key ?? '') ?? null,
      ...costsOf(found.filter(one => one.key === key))
    }))
  }
}

const NO_LABELS: ReadonlyMap<string, string> = new Map()

const storeNames = async (tx: Tx): Promise<ReadonlyMap<string, string>> =>
  new Map((await reportsStoresRepository(tx).all()).map(one => [one.id, one.name]))

/** Months without a complaint are there too. */
function monthsOf({ fromDay, toDay }: { fromDay: DayNumber; toDay: DayNumber }): string[] {
  const first: MonthNumber = monthOf(fromDay)
  return Array.from({ length: monthOf(toDay - 1) - first + 1 }, (_, n) => monthText(first + n))
}

/** Each once, what is not known last. */
const keysOf = (keys: readonly (string | null)[]): (string | null)[] =>
  [...new Set(keys)].sort((a, b) => (a === b ? 0 : a === null ? 1 : b === null ? -1 : a < b ? -1 : 1))

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

function costsOf(found: readonly GroupedCosts[]): Omit<GroupedCosts, 'key'> {
  const all = (name: Exclude<keyof GroupedCosts, 'key'>) => sum(found.map(one => Number(one[name])))
  return {
    granted: all('granted'),
    amountMinor: all('amountMinor'),
    refundMinor: all('refundMinor'),
    waiting: all('waiting'),
    refused: all('refused')
  }
}

const NONE: GroupedHandling = {
  key: null,
  isTotal: false,
  withdrawn: 0,
  complaints: 0,
  open: 0,
  firstTime: 0,
  notFirstTime: 0,
  everEnded: 0,
  reopened: 0,
  recovered: 0,
  badlyClosed: 0,
  medianHoursToAnswer: null,
  p90HoursToAnswer: null,
  medianHoursToClose: null,
  p90HoursToClose: null
}

function rowOf(group: GroupedHandling | undefined, sales: number): HandlingRow {
  const found = group ?? NONE
  const { complaints, withdrawn, open, badlyClosed } = found
  const { firstTime, reopened, recovered } = handlingShares(found)
  return {
    complaints,
    withdrawn,
    open,
    closed: complaints - open,
    firstTime: firstTime.count,
    firstTimeOf: firstTime.of,
    firstTimeShare: firstTime.share,
    firstTimeLower: firstTime.interval?.lower ?? null,
    firstTimeUpper: firstTime.interval?.upper ?? null,
    reopened: reopened.count,
    reopenedShare: reopened.share,
    recovered: recovered.count,
    badlyClosed,
    recoveredShare: recovered.share,
    medianHoursToAnswer: tenths(found.medianHoursToAnswer),
    p90HoursToAnswer: tenths(found.p90HoursToAnswer),
    medianHoursToClose: tenths(found.medianHoursToClose),
    p90HoursToClose: tenths(found.p90HoursToClose),
    sales,
    perThousandSales: sales === 0 ? null : tenths((1_000 * complaints) / sales)
  }
}

const tenths = (value: number | null): number | null => (value === null ? null : Math.round(value * 10) / 10)
