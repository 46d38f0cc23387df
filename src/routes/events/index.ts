import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { problems } from '../shared/schemas.ts'
import { EventFeed, ListEventsQuery } from './schemas.ts'

const DEFAULT_EVENTS = 100

export const eventsRoutes: FastifyPluginAsyncZod = async app => {
  const { events } = app.services

  app.get(
    '/',
    {
      config: { scope: 'events:read' },
      schema: {
        operationId: 'listEvents',
        summary: 'Read the feed of events, in the order of commits',
        tags: ['events'],
        querystring: ListEventsQuery,
        response: { 200: EventFeed, ...problems(410) }
      }
    },
    async ({ actor, query: { after = '0', limit = DEFAULT_EVENTS, types = null } }) =>
      events.list(actor, Number(after), limit, types)
  )
}
