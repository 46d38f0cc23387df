import cors, { type FastifyCorsOptions } from '@fastify/cors'
import Fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import { authPlugin, scopesPlugin } from './plugins/auth.ts'
import { bodyPlugin } from './plugins/body.ts'
import { drainPlugin } from './plugins/drain.ts'
import { errorsPlugin } from './plugins/errors.ts'
import { idempotencyPlugin } from './plugins/idempotency.ts'
import { languagePlugin } from './plugins/language.ts'
import { clientErrorHandler, frameworkErrors, HEADERS_AT_MOST, malformedPlugin } from './plugins/malformed.ts'
import { metricsPlugin } from './plugins/metrics.ts'
import { negotiationPlugin } from './plugins/negotiation.ts'
import { notFoundPlugin } from './plugins/not-found.ts'
import { openapiPlugin } from './plugins/openapi/index.ts'
import { overloadPlugin, PRESSURE_LIMITS, type PressureLimits } from './plugins/overload.ts'
import { preconditionsPlugin } from './plugins/preconditions.ts'
import { rateLimitPlugin } from './plugins/rate-limit.ts'
import { quietFramework, requestId, requestLogPlugin } from './plugins/request-log.ts'
import { responseHeadersPlugin } from './plugins/response-headers.ts'
import { serializationPlugin } from './plugins/serialization.ts'
import { servicesPlugin } from './plugins/services.ts'
import { validationPlugin } from './plugins/validation.ts'
import { absencesRoutes } from './routes/absences/index.ts'
import { answerPolicyRoutes } from './routes/answer-policy/index.ts'
import { apiKeysRoutes, rolesRoutes } from './routes/api-keys/index.ts'
import { assignmentsRoutes } from './routes/assignments/index.ts'
import { authorityMatrixRoutes } from './routes/authority-matrix/index.ts'
import { businessHoursRoutes } from './routes/business-hours/index.ts'
import { buyingModelsRoutes } from './routes/buying-models/index.ts'
import { careTasksRoutes } from './routes/care-tasks/index.ts'
import { classificationPolicyRoutes } from './routes/classification-policy/index.ts'
import { classificationRunsRoutes } from './routes/classification-runs/index.ts'
import { classificationsRoutes } from './routes/classifications/index.ts'
import { complaintsRoutes } from './routes/complaints/index.ts'
import { complaintRemediesRoutes } from './routes/complaints/remedies.ts'
import { customerMarksRoutes } from './routes/customer-marks/index.ts'
import { customersRoutes } from './routes/customers/index.ts'
import { defectionsRoutes } from './routes/defections/index.ts'
import { docsRoutes } from './routes/docs/index.ts'
import { eventsRoutes } from './routes/events/index.ts'
import { feedbackRoutes } from './routes/feedback/index.ts'
import { healthRoutes } from './routes/health/index.ts'
import { inquiriesRoutes } from './routes/inquiries/index.ts'
import { jobsRoutes } from './routes/jobs/index.ts'
import { listeningSessionsRoutes } from './routes/listening-sessions/index.ts'
import { noticesRoutes } from './routes/notices/index.ts'
import { problemsRoutes } from './routes/problems/index.ts'
import { productsRoutes } from './routes/products/index.ts'
import { promotionsRoutes } from './routes/promotions/index.ts'
import { purchasesRoutes } from './routes/purchases/index.ts'
import { reportsRoutes } from './routes/reports/index.ts'
import { segmentMembersRoutes, segmentsRoutes } from './routes/segments/index.ts'
import { staffRoutes } from './routes/staff/index.ts'
import { storesRoutes } from './routes/stores/index.ts'
import { tenantRoutes } from './routes/tenant/index.ts'
import type { Services } from './services/index.ts'

export interface AppOptions {
  readonly logger?: FastifyBaseLogger
  readonly trustedProxies?: readonly string[]
  /** Origins of browsers that may call; none by default. */
  readonly corsOrigins?: readonly string[]
  readonly rateLimitPerSecond?: number
  /** How long new requests are still taken after the stop began, for what stands in front to notice it. */
  readonly drainMs?: number
  /** From where on requests are turned away; null where something in front of the process does that. */
  readonly pressure?: PressureLimits | null
}

const MEBIBYTE = 1024 * 1024

/** The application over its services: plugins in their order, then the table of routes. */
export async function buildApp(services: Services, options: AppOptions = {}): Promise<FastifyInstance> {
  const { pressure = PRESSURE_LIMITS } = options
  const app = Fastify({
    ...(options.logger ? { loggerInstance: options.logger } : {}),
    logController: quietFramework,
    trustProxy: options.trustedProxies?.length ? [...options.trustedProxies] : false,
    bodyLimit: MEBIBYTE,
    genReqId: request => requestId(request.headers['request-id']),
    routerOptions: { maxParamLength: 2_048, ignoreTrailingSlash: false },
    http: { maxHeaderSize: HEADERS_AT_MOST, requireHostHeader: false },
    requestTimeout: 60_000,
    // What arrives on open connections during a stop is still answered, the last on each of them.
    return503OnClosing: false,
    clientErrorHandler,
    frameworkErrors
  })

  await app.register(servicesPlugin, { services })
  await app.register(errorsPlugin)
  await app.register(requestLogPlugin)
  await app.register(metricsPlugin)
  await app.register(drainPlugin, { graceMs: options.drainMs ?? 0 })
  await app.register(responseHeadersPlugin)
  if (options.corsOrigins?.length) await app.register(cors, corsOptions(options.corsOrigins))
  await app.register(malformedPlugin)
  await app.register(notFoundPlugin)
  if (pressure !== null) await app.register(overloadPlugin, { limits: pressure })
  await app.register(authPlugin, { credentials: services.credentials })
  await app.register(rateLimitPlugin, { perSecond: options.rateLimitPerSecond ?? 500 })
  await app.register(scopesPlugin)
  await app.register(bodyPlugin)
  await app.register(validationPlugin)
  await app.register(idempotencyPlugin)
  await app.register(languagePlugin)
  await app.register(negotiationPlugin)
  await app.register(preconditionsPlugin)
  await app.register(serializationPlugin)
  await app.register(openapiPlugin)

  await app.register(healthRoutes)
  await app.register(docsRoutes)
  await app.register(problemsRoutes, { prefix: '/problems' })
  await app.register(absencesRoutes, { prefix: '/v1/staff' })
  await app.register(answerPolicyRoutes, { prefix: '/v1/answer-policy' })
  await app.register(apiKeysRoutes, { prefix: '/v1/api-keys' })
  await app.register(assignmentsRoutes, { prefix: '/v1' })
  await app.register(businessHoursRoutes, { prefix: '/v1/stores' })
  await app.register(authorityMatrixRoutes, { prefix: '/v1/authority-matrix' })
  await app.register(buyingModelsRoutes, { prefix: '/v1/buying-models' })
  await app.register(careTasksRoutes, { prefix: '/v1/care-tasks' })
  await app.register(classificationPolicyRoutes, { prefix: '/v1/classification-policy' })
  await app.register(classificationRunsRoutes, { prefix: '/v1/classification-runs' })
  await app.register(classificationsRoutes, { prefix: '/v1' })
  await app.register(complaintsRoutes, { prefix: '/v1' })
  await app.register(complaintRemediesRoutes, { prefix: '/v1' })
  await app.register(customerMarksRoutes, { prefix: '/v1' })
  await app.register(customersRoutes, { prefix: '/v1/customers' })
  await app.register(defectionsRoutes, { prefix: '/v1' })
  await app.register(eventsRoutes, { prefix: '/v1/events' })
  await app.register(feedbackRoutes, { prefix: '/v1' })
  await app.register(inquiriesRoutes, { prefix: '/v1/inquiries' })
  await app.register(jobsRoutes, { prefix: '/v1/jobs' })
  await app.register(listeningSessionsRoutes, { prefix: '/v1/listening-sessions' })
  await app.register(noticesRoutes, { prefix: '/v1' })
  await app.register(productsRoutes, { prefix: '/v1/products' })
  await app.register(promotionsRoutes, { prefix: '/v1/promotions' })
  await app.register(purchasesRoutes, { prefix: '/v1/purchases' })
  await app.register(reportsRoutes, { prefix: '/v1/reports' })
  await app.register(rolesRoutes, { prefix: '/v1/roles' })
  await app.register(segmentsRoutes, { prefix: '/v1' })
  await app.register(segmentMembersRoutes, { prefix: '/v1' })
  await app.register(staffRoutes, { prefix: '/v1/staff' })
  await app.register(storesRoutes, { prefix: '/v1/stores' })
  await app.register(tenantRoutes, { prefix: '/v1/tenant' })

  return app
}

const corsOptions = (origins: readonly string[]): FastifyCorsOptions => ({
  origin: origins.includes('*') ? '*' : [...origins],
  methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
  allowedHeaders: ['Authorization', 'Content-Type', 'Idempotency-Key', 'If-Match', 'If-None-Match', 'Request-Id'],
  exposedHeaders: ['ETag', 'Location', 'Request-Id', 'Retry-After', 'Idempotency-Replayed'],
  strictPreflight: false,
  maxAge: 600
})
