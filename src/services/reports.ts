import type { Tx } from '../db/client.ts'
import { databaseFailure } from '../db/errors.ts'
import { readInTenant } from '../db/tenancy.ts'
import { unavailable } from '../domain/errors.ts'
import { REPORT_TIMEOUT_MS } from '../repositories/relationship-managers.ts'
import { reportsSession } from '../repositories/reports-session.ts'
import type { Actor, ServiceDeps } from './context.ts'
import { reportGate } from './report-gate.ts'
import type { DaysQuery, MonthsQuery, StoreQuery } from './report-window.ts'
import { type AnsweredQuery, answeredInTimeReport } from './reports-answers.ts'
import { cohortRetention, type PairsQuery, productsBoughtTogether, purchaseHabits } from './reports-buying.ts'
import { type CareQuery, careOnTimeReport } from './reports-care.ts'
import { abcCurve, classMigrationReport, type MigrationQuery } from './reports-classes.ts'
import {
  type CausesQuery,
  type CostsQuery,
  complaintCauses,
  complaintHandling,
  type HandlingQuery,
  remedyCosts
} from './reports-complaints.ts'
import { coreShareReport } from './reports-core-share.ts'
import { adviceHitRates, type EffortSavedQuery, effortSaved } from './reports-decisions.ts'
import { type DemandQuery, demandChanges } from './reports-demand.ts'
import { defectionOverview, loyaltyByClass, rfmGrid, trustLadder } from './reports-findings.ts'
import { type ConversionQuery, inquiryConversion, listeningCoverage } from './reports-listening.ts'

export interface ReportsOptions {
  /** How long one statement of a report may take; the client waits a little longer than the usual limit at most. */
  readonly timeoutMs?: number
}

type Read<T> = (tx: Tx) => Promise<T>
type Transaction = <T>(actor: Actor, read: Read<T>) => Promise<T>

/** Of the connections for requests, one in so many may carry reports at a time. */
const CONNECTIONS_PER_REPORT = 4
const WAITING_AT_MOST = 20
/** What PostgreSQL says of a statement that it cancelled: here, for its time. */
const CANCELLED = '57014'

/**
 * Reports over all customers: figures, no persons. Each reads one moment, few read at a time, and one that takes too long
 * is given up (`report.timed_out`), so that no report keeps a till waiting.
 */
export const reportsService = (deps: ServiceDeps, { timeoutMs = REPORT_TIMEOUT_MS }: ReportsOptions = {}) => {
  const connections = deps.database.api.options.max ?? 1
  const gate = reportGate({
    underWay: Math.max(1, Math.floor(connections / CONNECTIONS_PER_REPORT)),
    waiting: WAITING_AT_MOST
  })

  const reporting = <T>(actor: Actor, read: Read<T>, transaction: Transaction = deps.reading): Promise<T> =>
    gate(() =>
      transaction(actor, async tx => {
        await reportsSession(tx).begin(timeoutMs)
        return read(tx)
      })
    ).catch(error => {
      if (databaseFailure(error)?.sqlState !== CANCELLED) throw error
      throw unavailable('report.timed_out', 'The report took too long; ask for fewer months, or for one store.')
    })

  /** On a connection for work, which can stream. */
  const streaming: Transaction = (actor, read) => readInTenant(deps.database.work, actor.tenantId, read)

  return {
    /** Who makes how much of the turnover. Refuses `classification_run.not_found` and `report.run_not_applied`. */
    abcCurve: (actor: Actor, query: { runId?: string | undefined }) =>
      reporting(actor, tx => abcCurve(tx, actor, query.runId)),

    /** Between two applied runs; also refuses `report.runs_out_of_order`. */
    classMigration: (actor: Actor, query: MigrationQuery) => reporting(actor, tx => classMigrationReport(tx, query)),

    rfmGrid: (actor: Actor, query: StoreQuery) => reporting(actor, tx => rfmGrid(tx, actor, query)),

    loyaltyByClass: (actor: Actor, query: StoreQuery) => reporting(actor, tx => loyaltyByClass(tx, actor, query)),

    trustLadder: (actor: Actor, query: StoreQuery) => reporting(actor, tx => trustLadder(tx, actor, query)),

    defectionOverview: (actor: Actor, query: StoreQuery) => reporting(actor, tx => defectionOverview(tx, actor, query)),

    adviceHitRates: (actor: Actor) => reporting(actor, adviceHitRates),

    /** Also refuses `report.days_not_ordered`. */
    effortSaved: (actor: Actor, query: EffortSavedQuery) => reporting(actor, tx => effortSaved(deps, tx, actor, query)),

    coreShare: (actor: Actor, query: MonthsQuery & StoreQuery) =>
      reporting(actor, tx => coreShareReport(deps, tx, actor, query)),

    cohortRetention: (actor: Actor, query: MonthsQuery & StoreQuery) =>
      reporting(actor, tx => cohortRetention(deps, tx, actor, query)),

    purchaseHabits: (actor: Actor, query: DaysQuery & StoreQuery) =>
      reporting(actor, tx => purchaseHabits(deps, tx, actor, query)),

    productsBoughtTogether: (actor: Actor, query: PairsQuery) =>
      reporting(actor, tx => productsBoughtTogether(deps, tx, actor, query), streaming),

    demandChanges: (actor: Actor, query: DemandQuery) => reporting(actor, tx => demandChanges(deps, tx, actor, query)),

    inquiryConversion: (actor: Actor, query: ConversionQuery) =>
      reporting(actor, tx => inquiryConversion(deps, tx, actor, query)),

    listeningCoverage: (actor: Actor, query: DaysQuery & StoreQuery) =>
      reporting(actor, tx => listeningCoverage(deps, tx, actor, query)),

    answeredInTime: (actor: Actor, query: AnsweredQuery) =>
      reporting(actor, tx => answeredInTimeReport(deps, tx, actor, query)),

    careOnTime: (actor: Actor, query: CareQuery) => reporting(actor, tx => careOnTimeReport(deps, tx, actor, query)),

    complaintHandling: (actor: Actor, query: HandlingQuery) =>
      reporting(actor, tx => complaintHandling(deps, tx, actor, query)),

    complaintCauses: (actor: Actor, query: CausesQuery) =>
      reporting(actor, tx => complaintCauses(deps, tx, actor, query)),

    remedyCosts: (actor: Actor, query: CostsQuery) => reporting(actor, tx => remedyCosts(deps, tx, actor, query))
  }
}
