import { uuidv7 } from 'uuidv7'
import type { Database } from '../db/client.ts'
import { absencesService } from './absences.ts'
import { aggregatesService } from './aggregates.ts'
import { answerClockService } from './answer-clock.ts'
import { answerPolicyService } from './answer-policy.ts'
import { apiKeysService } from './api-keys.ts'
import { assignmentsService } from './assignments.ts'
import { authorityMatrixService } from './authority-matrix.ts'
import { businessHoursService } from './business-hours.ts'
import { buyingModelsService } from './buying-models.ts'
import { careTasksService } from './care-tasks.ts'
import { classificationPolicyService } from './classification-policy.ts'
import { classificationRunService } from './classification-run.ts'
import { classificationRunsService } from './classification-runs.ts'
import { classificationsService } from './classifications.ts'
import { complaintCausesService } from './complaint-causes.ts'
import { complaintRemediesService } from './complaint-remedies.ts'
import { complaintRepeatsService } from './complaint-repeats.ts'
import { complaintsService } from './complaints.ts'
import { createDeps } from './context.ts'
import { credentialsService } from './credentials.ts'
import { customerMarksService } from './customer-marks.ts'
import { customerSearchService } from './customer-search.ts'
import { customersService } from './customers.ts'
import { defectionActionsService } from './defection-actions.ts'
import { defectionsService } from './defections.ts'
import { eventDispatcherService } from './event-dispatcher.ts'
import { eventsService } from './events.ts'
import { feedbackService } from './feedback.ts'
import { healthService } from './health.ts'
import { inquiriesService } from './inquiries.ts'
import { jobsService } from './jobs.ts'
import { listeningSessionsService } from './listening-sessions.ts'
import { noticeBoardService } from './notice-board.ts'
import { noticesService } from './notices.ts'
import { productsService } from './products.ts'
import { promotionsService } from './promotions.ts'
import { type PurchasesOptions, purchasesService } from './purchases.ts'
import { relationshipManagersService } from './relationship-managers.ts'
import { type ReportsOptions, reportsService } from './reports.ts'
import { retentionService } from './retention.ts'
import { scheduleService } from './schedule.ts'
import { segmentAnswersService } from './segment-answers.ts'
import { segmentMembersService } from './segment-members.ts'
import { segmentRefreshesService } from './segment-refreshes.ts'
import { segmentsService } from './segments.ts'
import { staffService } from './staff.ts'
import { storesService } from './stores.ts'
import { tenantService } from './tenant.ts'
import { tenantsService } from './tenants.ts'
import { type TokenIssuer, tokenVerifier } from './token-verifier.ts'

export interface ServiceOptions {
  readonly database: Database
  readonly clock?: () => Date
  readonly jwtIssuers?: readonly TokenIssuer[]
  readonly purchases?: PurchasesOptions
  readonly reports?: ReportsOptions
}

/** The composition root: every use case, made once from what it needs. */
export function createServices({
  purchases = {},
  reports = {},
  database,
  clock = () => new Date(),
  jwtIssuers = []
}: ServiceOptions) {
  const deps = createDeps(database, clock, uuidv7)
  const credentials = credentialsService(deps, tokenVerifier(deps, jwtIssuers))
  return {
    absences: absencesService(deps),
    aggregates: aggregatesService(deps),
    answerClock: answerClockService(deps),
    answerPolicy: answerPolicyService(deps),
    apiKeys: apiKeysService(deps, credentials.forget),
    assignments: assignmentsService(deps),
    authorityMatrix: authorityMatrixService(deps),
    businessHours: businessHoursService(deps),
    buyingModels: buyingModelsService(deps),
    careTasks: careTasksService(deps),
    classificationPolicy: classificationPolicyService(deps),
    classificationRun: classificationRunService(deps),
    classificationRuns: classificationRunsService(deps),
    classifications: classificationsService(deps),
    complaintCauses: complaintCausesService(deps),
    complaintRemedies: complaintRemediesService(deps),
    complaintRepeats: complaintRepeatsService(deps),
    complaints: complaintsService(deps),
    credentials,
    customerMarks: customerMarksService(deps),
    customerSearch: customerSearchService(deps),
    customers: customersService(deps),
    defectionActions: defectionActionsService(deps),
    defections: defectionsService(deps),
    eventDispatcher: eventDispatcherService(deps),
    events: eventsService(deps),
    feedback: feedbackService(deps),
    health: healthService(deps),
    inquiries: inquiriesService(deps),
    jobs: jobsService(deps),
    listeningSessions: listeningSessionsService(deps),
    noticeBoard: noticeBoardService(deps),
    notices: noticesService(deps),
    purchases: purchasesService(deps, purchases),
    products: productsService(deps),
    promotions: promotionsService(deps),
    relationshipManagers: relationshipManagersService(deps),
    reports: reportsService(deps, reports),
    retention: retentionService(deps),
    schedule: scheduleService(deps),
    segmentAnswers: segmentAnswersService(deps),
    segmentMembers: segmentMembersService(deps),
    segmentRefreshes: segmentRefreshesService(deps),
    segments: segmentsService(deps),
    staff: staffService(deps),
    stores: storesService(deps),
    tenant: tenantService(deps, credentials.forgetAll),
    tenants: tenantsService(deps)
  }
}

export type Services = ReturnType<typeof createServices>
