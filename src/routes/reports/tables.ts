import type { AnsweredInTimeReport } from '../../services/reports-answers.ts'
import type { CohortRetention, ProductsBoughtTogether, PurchaseHabits } from '../../services/reports-buying.ts'
import type { CareOnTimeReport } from '../../services/reports-care.ts'
import type { AbcCurve, ClassMigrationReport } from '../../services/reports-classes.ts'
import type {
  ComplaintCausesReport,
  ComplaintHandlingReport,
  RemedyCostsReport
} from '../../services/reports-complaints.ts'
import type { CoreShareReport } from '../../services/reports-core-share.ts'
import type { AdviceHitRates, EffortSaved } from '../../services/reports-decisions.ts'
import type { DemandChanges } from '../../services/reports-demand.ts'
import type { DefectionOverview, LoyaltyByClass, RfmGrid, TrustLadder } from '../../services/reports-findings.ts'
import type { InquiryConversion, ListeningCoverage } from '../../services/reports-listening.ts'
import type { Columns } from '../shared/csv.ts'

/** The tables of the reports: headings are the names of the fields, so that a program finds in CSV what it knows from JSON. */

type RowOf<View extends { readonly data: readonly unknown[] }> = View['data'][number]

/** A column for each of the plain fields that are named. */
const fields = <Row, Name extends keyof Row & string>(...names: readonly Name[]): Columns<Row> =>
  Object.fromEntries(names.map(name => [name, (row: Row) => row[name]])) as Columns<Row>

export const ABC_CURVE: Columns<RowOf<AbcCurve>> = fields(
  'customers',
  'customerShare',
  'turnoverShare',
  'nextAmountMinor'
)

export const CLASS_MIGRATION: Columns<RowOf<ClassMigrationReport>> = {
  from: row => row.from,
  customers: row => row.customers,
  countA: row => row.counts.A,
  countB: row => row.counts.B,
  countC: row => row.counts.C,
  countNone: row => row.counts.none,
  shareA: row => row.shares?.A ?? null,
  shareB: row => row.shares?.B ?? null,
  shareC: row => row.shares?.C ?? null,
  shareNone: row => row.shares?.none ?? null
}

export const RFM_GRID: Columns<RowOf<RfmGrid>> = fields(
  'r',
  'f',
  'customers',
  'share',
  'amountMinor',
  'meanAmountMinor'
)

export const LOYALTY_BY_CLASS: Columns<RowOf<LoyaltyByClass>> = fields(
  'abcClass',
  'loyaltyLevel',
  'customers',
  'share',
  'amountMinor'
)

export const TRUST_LADDER: Columns<RowOf<TrustLadder>> = {
  ...fields('trustLevel', 'customers', 'share', 'reached'),
  countA: row => row.counts.A,
  countB: row => row.counts.B,
  countC: row => row.counts.C,
  countNone: row => row.counts.none
}

export const DEFECTION_OVERVIEW: Columns<RowOf<DefectionOverview>> = fields(
  'dimension',
  'key',
  'label',
  'customers',
  'atRisk',
  'valueAtStakeMinor',
  'expectedValueMinor'
)

export const CORE_SHARE: Columns<RowOf<CoreShareReport>> = fields(
  'storeId',
  'storeCode',
  'storeName',
  'month',
  'partial',
  'customers',
  'coreCustomers',
  'netMinor',
  'knownMinor',
  'coreMinor',
  'aCustomers',
  'managedCustomers',
  'caredCustomers',
  'customerShare',
  'revenueShare',
  'knownShare',
  'managedShare',
  'caredShare',
  'coreShare'
)

/** A row for each cohort and month since. */
export interface CohortRow {
  readonly cohort: string
  readonly size: number
  readonly age: number
  readonly month: string
  readonly customers: number
  readonly share: number | null
  readonly netMinor: number
  readonly partial: boolean
}

export const COHORT_RETENTION: Columns<CohortRow> = fields(
  'cohort',
  'size',
  'age',
  'month',
  'customers',
  'share',
  'netMinor',
  'partial'
)

export const cohortRows = ({ data }: CohortRetention): CohortRow[] =>
  data.flatMap(({ cohort, size, months }) => months.map(month => ({ cohort, size, ...month })))

export const CATEGORIES: Columns<RowOf<PurchaseHabits>> = fields('category', 'netMinor', 'share', 'units')

export const HOURS: Columns<PurchaseHabits['hours'][number]> = fields(
  'weekday',
  'hour',
  'receipts',
  'share',
  'netMinor'
)

export const PAIRS: Columns<RowOf<ProductsBoughtTogether>> = fields(
  'skuA',
  'nameA',
  'skuB',
  'nameB',
  'together',
  'basketsA',
  'basketsB',
  'lift',
  'support',
  'ofFirst',
  'ofSecond'
)

export const DEMAND_CHANGES: Columns<RowOf<DemandChanges>> = {
  ...fields(
    'key',
    'name',
    'state',
    'fromWeek',
    'baselineWeeks',
    'baselineMean',
    'baselineDeviation',
    'changedFrom',
    'detectedIn',
    'meanSince'
  ),
  // One cell, so that a product is one line whatever the number of weeks.
  weeklyUnits: row => row.weeklyUnits.join(' ')
}

export const INQUIRY_CONVERSION: Columns<RowOf<InquiryConversion>> = fields(
  'key',
  'label',
  'inquiries',
  'converted',
  'existing',
  'lost',
  'open',
  'share',
  'shareLower',
  'shareUpper',
  'medianDays',
  'p90Days'
)

export const LISTENING_COVERAGE: Columns<RowOf<ListeningCoverage>> = fields(
  'storeId',
  'storeCode',
  'storeName',
  'covered',
  'planned',
  'held',
  'cancelled',
  'rounds',
  'visits',
  'meetings',
  'attended',
  'findings',
  'aCustomers',
  'aListened',
  'aShare'
)

export const ANSWERED_IN_TIME: Columns<RowOf<AnsweredInTimeReport>> = fields(
  'key',
  'label',
  'received',
  'inTime',
  'late',
  'overdue',
  'notDue',
  'withdrawn',
  'owed',
  'share',
  'shareLower',
  'shareUpper'
)

export const COMPLAINT_HANDLING: Columns<RowOf<ComplaintHandlingReport>> = fields(
  'key',
  'label',
  'complaints',
  'withdrawn',
  'open',
  'closed',
  'firstTime',
  'firstTimeOf',
  'firstTimeShare',
  'firstTimeLower',
  'firstTimeUpper',
  'reopened',
  'reopenedShare',
  'recovered',
  'badlyClosed',
  'recoveredShare',
  'medianHoursToAnswer',
  'p90HoursToAnswer',
  'medianHoursToClose',
  'p90HoursToClose',
  'sales',
  'perThousandSales'
)

export const COMPLAINT_CAUSES: Columns<RowOf<ComplaintCausesReport>> = fields(
  'key',
  'label',
  'complaints',
  'share',
  'cumulativeShare',
  'expectationGap',
  'productQuality',
  'staffService',
  'undetermined',
  'withoutCause'
)

export const REMEDY_COSTS: Columns<RowOf<RemedyCostsReport>> = fields(
  'key',
  'label',
  'granted',
  'amountMinor',
  'refundMinor',
  'waiting',
  'refused'
)

export const CARE_ON_TIME: Columns<RowOf<CareOnTimeReport>> = fields(
  'key',
  'label',
  'tasks',
  'inTime',
  'late',
  'overdue',
  'notDue',
  'dueBeforeMade',
  'cancelled',
  'withdrawn',
  'owed',
  'share',
  'shareLower',
  'shareUpper'
)

export const ADVICE_HIT_RATES: Columns<RowOf<AdviceHitRates>> = {
  recommendation: row => row.recommendation,
  judged: row => row.right.n,
  right: row => row.right.successes,
  rightShare: row => row.right.share,
  rightLower: row => row.right.interval?.lower ?? null,
  rightUpper: row => row.right.interval?.upper ?? null,
  acted: row => row.acted.n,
  actedBought: row => row.acted.successes,
  actedShare: row => row.acted.share,
  actedLower: row => row.acted.interval?.lower ?? null,
  actedUpper: row => row.acted.interval?.upper ?? null,
  notActed: row => row.notActed.n,
  notActedBought: row => row.notActed.successes,
  notActedShare: row => row.notActed.share,
  notActedLower: row => row.notActed.interval?.lower ?? null,
  notActedUpper: row => row.notActed.interval?.upper ?? null,
  open: row => row.open
}

export const ATTEMPTS: Columns<RowOf<EffortSaved>> = fields(
  'effort',
  'cause',
  'overridden',
  'overriddenLater',
  'attempts',
  'minutes',
  'costMinor'
)

export const NOT_PURSUED: Columns<EffortSaved['notPursued'][number]> = fields(
  'cause',
  'abcClass',
  'customers',
  'minutesPerMonth'
)
