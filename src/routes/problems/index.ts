import helmet from '@fastify/helmet'
import type { FastifyRequest } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { notFound } from '../../domain/errors.ts'
import { CATALOGUE, explanationNamed } from './catalogue.ts'
import { cataloguePage, explanationPage } from './page.ts'

const HTML = 'text/html; charset=utf-8'

/** The pages that a problem's `type` leads to: HTML for people, JSON for everybody else. */
export const problemsRoutes: FastifyPluginAsyncZod = async app => {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], styleSrc: ["'unsafe-inline'"] }
    },
    strictTransportSecurity: false
  })
  const config = { scope: 'public' } as const

  app.get('/', { config, schema: { hide: true } }, async (request, reply) => {
    const all = [...CATALOGUE.values()].sort((a, b) => (a.code < b.code ? -1 : 1))
    if (wantsPage(request)) return reply.type(HTML).send(cataloguePage(all))
    return reply.send({ data: all })
  })

  app.get(
    '/:name',
    { config, schema: { hide: true, params: z.strictObject({ name: z.string().max(200) }) } },
    async (request, reply) => {
      const explanation = explanationNamed(request.params.name)
      if (!explanation) throw notFound('problem')
      if (wantsPage(request)) return reply.type(HTML).send(explanationPage(explanation))
      return reply.send(explanation)
    }
  )
}

const wantsPage = ({ headers }: FastifyRequest): boolean => headers.accept?.includes('text/html') ?? false
