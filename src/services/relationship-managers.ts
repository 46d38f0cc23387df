import type { Tx } from '../db/client.ts'
import { assignmentRosterRepository, type CareMinutes } from '../repositories/assignment-roster.ts'
import {
  type LastRun,
  type ManagerRow,
  REPORT_TIMEOUT_MS,
  relationshipManagersRepository,
  type StoreCoverage,
  type UncoveredRow
} from '../repositories/relationship-managers.ts'
import { completePolicy, currentPolicy } from './classification-policy.ts'
import type { Actor, ServiceDeps } from './context.ts'

/** A manager with his load; `overCapacity` when it exceeds what he stated. */
export interface ManagerReport extends ManagerRow {
  readonly overCapacity: boolean
}

export interface CoverageReport {
  readonly aCustomers: number
  readonly covered: number
  /** A customers without a manager because they buy by price alone; their share is in no figure. */
  readonly notPursued: number
  /** Of the A customers who are pursued; null where there is none. */
  readonly coveredShare: number | null
  /** The first of them, largest turnover first, those who are not pursued last; `uncoveredCount` counts all. */
  readonly uncovered: UncoveredRow[]
  readonly uncoveredCount: number
  readonly shortfallMinutes: number
  readonly shortfallCustomers: number
  readonly byStore: (StoreCoverage & { readonly shortfallMinutes: number; readonly shortfallCustomers: number })[]
  /** The run that found the classes; null before the first. */
  readonly lastRun: LastRun | null
}

/** Uncovered customers that the report names. */
const NAMED_AT_MOST = 200

export const relationshipManagersService = (deps: ServiceDeps) => ({
  /** Everybody who is a relationship manager or still has customers, with load and capacity in minutes a month. */
  list: (actor: Actor, afterId: string | null, limit: number): Promise<ManagerReport[]> =>
    deps.reading(actor, async tx => {
      const minutes = await careMinutes(tx)
      const rows = await relationshipManagersRepository(tx).list(minutes, afterId, limit)
      return rows.map(row => ({
        ...row,
        overCapacity: row.capacityMinutesPerMonth !== null && row.loadMinutes > row.capacityMinutesPerMonth
      }))
    }),

  /** Which A customers have a manager, which have none and why, and what the managers' capacity lacks. */
  coverage: (actor: Actor): Promise<CoverageReport> =>
    deps.reading(actor, async tx => {
      const roster = assignmentRosterRepository(tx)
      const reports = relationshipManagersRepository(tx)
      const minutes = await careMinutes(tx)
      const stores = await reports.coverage(minutes)
      const shortfalls = new Map(
        (await roster.shortfall(minutes, REPORT_TIMEOUT_MS)).map(short => [short.storeId, short])
      )
      const aCustomers = sum(stores.map(store => store.aCustomers))
      const covered = sum(stores.map(store => store.covered))
      const notPursued = sum(stores.map(store => store.notPursued))
      const storeIds = [...new Set([...stores.map(store => store.storeId), ...shortfalls.keys()])]
      const counted = new Map(stores.map(store => [store.storeId, store]))
      return {
        aCustomers,
        covered,
        notPursued,
        coveredShare: aCustomers === notPursued ? null : covered / (aCustomers - notPursued),
        uncovered: covered === aCustomers ? [] : await reports.uncovered(minutes, NAMED_AT_MOST),
        uncoveredCount: aCustomers - covered,
        shortfallMinutes: sum([...shortfalls.values()].map(short => short.minutes)),
        shortfallCustomers: sum([...shortfalls.values()].map(short => short.customers)),
        byStore: storeIds.map(storeId => ({
          storeId,
          aCustomers: counted.get(storeId)?.aCustomers ?? 0,
          covered: counted.get(storeId)?.covered ?? 0,
          notPursued: counted.get(storeId)?.notPursued ?? 0,
          shortfallMinutes: shortfalls.get(storeId)?.minutes ?? 0,
          shortfallCustomers: shortfalls.get(storeId)?.customers ?? 0
        })),
        lastRun: (await reports.lastRun()) ?? null
      }
    })
})

/** By the policy that holds now. */
async function careMinutes(tx: Tx): Promise<CareMinutes> {
  return completePolicy((await currentPolicy(tx)).policy).standing.minutesPerMonth
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)
