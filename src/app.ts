import Fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import { uuidv7 } from 'uuidv7'
import { authPlugin } from './plugins/auth.ts'
import { errorsPlugin } from './plugins/errors.ts'
import { preconditionsPlugin } from './plugins/preconditions.ts'
import { serializationPlugin } from './plugins/serialization.ts'
import { servicesPlugin } from './plugins/services.ts'
import { purchasesRoutes } from './routes/purchases/index.ts'
import { storesRoutes } from './routes/stores/index.ts'
import type { Services } from './services/index.ts'

export interface AppOptions {
  readonly logger?: FastifyBaseLogger
  readonly trustedProxies?: readonly string[]
}

/** The application over its services: plugins in their order, then the table of routes. */
export async function buildApp(services: Services, options: AppOptions = {}): Promise<FastifyInstance> {
  const app = Fastify({
    ...(options.logger ? { loggerInstance: options.logger } : {}),
    disableRequestLogging: true,
    trustProxy: options.trustedProxies?.length ? [...options.trustedProxies] : false,
    bodyLimit: 1024 * 1024,
    genReqId: request => requestId(request.headers['request-id']),
    routerOptions: { maxParamLength: 512, ignoreTrailingSlash: false }
  })

  await app.register(errorsPlugin)
  await app.register(servicesPlugin, { services })
  await app.register(serializationPlugin)
  await app.register(authPlugin, { credentials: services.credentials })
  await app.register(preconditionsPlugin)

  await app.register(purchasesRoutes, { prefix: '/v1/purchases' })
  await app.register(storesRoutes, { prefix: '/v1/stores' })

  return app
}

/** The caller's own request id when it is harmless to repeat, else a new one. */
const requestId = (given: string | string[] | undefined): string =>
  typeof given === 'string' && /^[\w.:-]{1,128}$/.test(given) ? given : uuidv7()
