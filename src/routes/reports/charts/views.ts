import type { AnsweredInTimeReport } from '../../../services/reports-answers.ts'
import type { CohortRetention, ProductsBoughtTogether, PurchaseHabits } from '../../../services/reports-buying.ts'
import type { CareOnTimeReport } from '../../../services/reports-care.ts'
import type { AbcCurve, ClassMigrationReport } from '../../../services/reports-classes.ts'
import type {
  ComplaintCausesReport,
  ComplaintHandlingReport,
  RemedyCostsReport
} from '../../../services/reports-complaints.ts'
import type { CoreShareReport } from '../../../services/reports-core-share.ts'
import type { AdviceHitRates, EffortSaved } from '../../../services/reports-decisions.ts'
import type { DemandChanges } from '../../../services/reports-demand.ts'
import type { DefectionOverview, LoyaltyByClass, RfmGrid, TrustLadder } from '../../../services/reports-findings.ts'
import type { InquiryConversion, ListeningCoverage } from '../../../services/reports-listening.ts'

/** Every report, told apart by its name; each has a chart. */
export type ChartView =
  | AbcCurve
  | ClassMigrationReport
  | RfmGrid
  | LoyaltyByClass
  | TrustLadder
  | DefectionOverview
  | AdviceHitRates
  | EffortSaved
  | CoreShareReport
  | CohortRetention
  | PurchaseHabits
  | ProductsBoughtTogether
  | DemandChanges
  | InquiryConversion
  | ListeningCoverage
  | AnsweredInTimeReport
  | ComplaintHandlingReport
  | ComplaintCausesReport
  | RemedyCostsReport
  | CareOnTimeReport
