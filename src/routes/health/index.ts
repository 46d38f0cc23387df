import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { problem, sendProblem } from '../../plugins/problem.ts'
import { problems } from '../shared/schemas.ts'
import { Liveness, ReadinessReport } from './schemas.ts'

/** What machines ask that look after this one. No credential, and no word about anybody's data. */
export const healthRoutes: FastifyPluginAsyncZod = async app => {
  const { health } = app.services
  const tags = ['health']
  const config = { scope: 'public' } as const

  app.get(
    '/livez',
    {
      config,
      schema: {
        operationId: 'getLiveness',
        summary: 'Is the process alive?',
        description: 'Answers as long as the process can answer at all; restart it when this fails.',
        tags,
        response: { 200: Liveness, ...problems() }
      }
    },
    async () => ({ status: 'live' as const })
  )

  app.get(
    '/readyz',
    {
      config,
      schema: {
        operationId: 'getReadiness',
        summary: 'May it be sent requests?',
        description: 'The database answers, its schema is the one of this version, and the service is not stopping.',
        tags,
        response: { 200: ReadinessReport, ...problems() }
      }
    },
    async (request, reply) => {
      const draining = app.draining.aborted
      const checks = { ...(await health.readiness()), draining }
      if (checks.database === 'ok' && checks.migrations === 'ok' && !draining) {
        return { status: 'ready' as const, checks }
      }
      return sendProblem(
        reply,
        problem(request.id, 503, 'service.not_ready', 'Not ready for requests.', undefined, checks)
      )
    }
  )

  app.get('/metrics', { config, schema: { hide: true } }, async (_request, reply) =>
    reply.type(app.metrics.contentType).send(await app.metrics.metrics())
  )
}
