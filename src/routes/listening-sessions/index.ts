import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { page } from '../shared/cursor.ts'
import { present } from '../shared/present.ts'
import { IdParams, problems } from '../shared/schemas.ts'
import {
  AttendanceBody,
  CancelSessionBody,
  ChangeSessionBody,
  FindingBody,
  FindingRecorded,
  ListeningSession,
  ListeningSessionPage,
  ListListeningSessionsQuery,
  PlanSessionBody
} from './schemas.ts'

export const listeningSessionsRoutes: FastifyPluginAsyncZod = async app => {
  const { listeningSessions } = app.services
  const tags = ['listening']
  const reading = { scope: 'listening:read' } as const
  const writing = { scope: 'listening:write' } as const

  app.post(
    '/',
    {
      config: { ...writing, location: '/v1/listening-sessions/{id}' },
      schema: {
        operationId: 'planListeningSession',
        summary: 'Plan a round, a visit or a customer meeting',
        tags,
        body: PlanSessionBody,
        response: { 201: ListeningSession, ...problems(409, 422) }
      }
    },
    async ({ actor, body }, reply) => reply.code(201).send(await listeningSessions.plan(actor, body))
  )

  app.get(
    '/',
    {
      config: reading,
      schema: {
        operationId: 'listListeningSessions',
        summary: 'List rounds, visits and customer meetings, planned last first',
        tags,
        querystring: ListListeningSessionsQuery,
        response: { 200: ListeningSessionPage, ...problems() }
      }
    },
    async ({ actor, query: { limit, cursor, ...filter } }) =>
      page(
        actor,
        `listening-sessions ${JSON.stringify(filter)}`,
        { limit, cursor },
        row => [row.plannedAt, row.id],
        (after, most) => {
          const [plannedAt, id] = (after ?? []) as string[]
          const place = plannedAt === undefined || id === undefined ? null : { plannedAt, id }
          return listeningSessions.list(actor, filter, place, most)
        }
      )
  )

  app.get(
    '/:id',
    {
      config: reading,
      schema: {
        operationId: 'getListeningSession',
        summary: 'Read a round, a visit or a customer meeting',
        tags,
        params: IdParams,
        response: { 200: ListeningSession, ...problems(404) }
      }
    },
    async ({ actor, params }) => listeningSessions.get(actor, params.id)
  )

  app.patch(
    '/:id',
    {
      config: writing,
      schema: {
        operationId: 'changeListeningSession',
        summary: 'Change what is planned',
        tags,
        params: IdParams,
        body: ChangeSessionBody,
        response: { 200: ListeningSession, ...problems(404, 409, 412, 422) }
      }
    },
    async ({ actor, params, body, expectedVersion }) =>
      listeningSessions.change(actor, params.id, present(body), expectedVersion)
  )

  app.put(
    '/:id/attendance',
    {
      config: writing,
      schema: {
        operationId: 'putListeningAttendance',
        summary: 'Note that a session was held, who listened and who came',
        description: 'May be sent again to correct it.',
        tags,
        params: IdParams,
        body: AttendanceBody,
        response: { 200: ListeningSession, ...problems(404, 409, 412, 422) }
      }
    },
    async ({ actor, params, body, expectedVersion }) => listeningSessions.hold(actor, params.id, body, expectedVersion)
  )

  app.post(
    '/:id/findings',
    {
      config: writing,
      schema: {
        operationId: 'recordFinding',
        summary: 'Record what was heard, as feedback with an owner',
        tags,
        params: IdParams,
        body: FindingBody,
        response: { 201: FindingRecorded, ...problems(404, 409, 412, 422) }
      }
    },
    async ({ actor, params, body, expectedVersion }, reply) =>
      reply.code(201).send(await listeningSessions.recordFinding(actor, params.id, body, expectedVersion))
  )

  app.post(
    '/:id/cancellations',
    {
      config: writing,
      schema: {
        operationId: 'cancelListeningSession',
        summary: 'Call a session off, with the reason',
        tags,
        params: IdParams,
        body: CancelSessionBody,
        response: { 201: ListeningSession, ...problems(404, 409, 412) }
      }
    },
    async ({ actor, params, body, expectedVersion }, reply) =>
      reply.code(201).send(await listeningSessions.cancel(actor, params.id, body.reason, expectedVersion))
  )
}
