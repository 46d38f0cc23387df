import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { page } from '../shared/cursor.ts'
import { present } from '../shared/present.ts'
import { IdParams, problems } from '../shared/schemas.ts'
import {
  CancelCareTaskBody,
  CareTask,
  CareTaskPage,
  CompleteCareTaskBody,
  CreateCareTaskBody,
  ListCareTasksQuery,
  UpdateCareTaskBody
} from './schemas.ts'

export const careTasksRoutes: FastifyPluginAsyncZod = async app => {
  const { careTasks } = app.services
  const tags = ['care']
  const reading = { scope: 'care:read' } as const
  const writing = { scope: 'care:write' } as const

  app.post(
    '/',
    {
      config: { ...writing, location: '/v1/care-tasks/{id}' },
      schema: {
        operationId: 'createCareTask',
        summary: 'Have somebody do something for a customer by a time',
        description:
          'For somebody who is not pursued it is refused, unless a manager overrides that with a reason. A complaint of an A customer opens a task for his relationship manager by itself, and asks nobody.',
        tags,
        body: CreateCareTaskBody,
        response: { 201: CareTask, ...problems(409, 422) }
      }
    },
    async ({ actor, body }, reply) => reply.code(201).send(await careTasks.create(actor, body))
  )

  app.get(
    '/',
    {
      config: reading,
      schema: {
        operationId: 'listCareTasks',
        summary: 'List what is owed to customers, what is due first first',
        tags,
        querystring: ListCareTasksQuery,
        response: { 200: CareTaskPage, ...problems() }
      }
    },
    async ({ actor, query: { limit, cursor, ...filter } }) =>
      page(
        actor,
        `care-tasks ${JSON.stringify(filter)}`,
        { limit, cursor },
        row => [row.dueAt, row.id],
        (after, most) => {
          const [dueAt, id] = (after ?? []) as string[]
          const place = dueAt === undefined || id === undefined ? null : { dueAt, id }
          return careTasks.list(actor, filter, place, most)
        }
      )
  )

  app.get(
    '/:id',
    {
      config: reading,
      schema: {
        operationId: 'getCareTask',
        summary: 'Read a care task',
        tags,
        params: IdParams,
        response: { 200: CareTask, ...problems(404) }
      }
    },
    async ({ actor, params }) => careTasks.get(actor, params.id)
  )

  app.patch(
    '/:id',
    {
      config: writing,
      schema: {
        operationId: 'updateCareTask',
        summary: 'Change an open care task, or give it to somebody else',
        tags,
        params: IdParams,
        body: UpdateCareTaskBody,
        response: { 200: CareTask, ...problems(404, 409, 412, 422) }
      }
    },
    async ({ actor, params, body, expectedVersion }) =>
      careTasks.update(actor, params.id, present(body), expectedVersion)
  )

  app.post(
    '/:id/completions',
    {
      config: writing,
      schema: {
        operationId: 'completeCareTask',
        summary: 'Record that a care task was done, when, by whom and how',
        tags,
        params: IdParams,
        body: CompleteCareTaskBody,
        response: { 201: CareTask, ...problems(404, 409, 412, 422) }
      }
    },
    async ({ actor, params, body, expectedVersion }, reply) =>
      reply.code(201).send(await careTasks.complete(actor, params.id, body, expectedVersion))
  )

  app.post(
    '/:id/cancellations',
    {
      config: writing,
      schema: {
        operationId: 'cancelCareTask',
        summary: 'Give a care task up, with the reason',
        tags,
        params: IdParams,
        body: CancelCareTaskBody,
        response: { 201: CareTask, ...problems(404, 409, 412) }
      }
    },
    async ({ actor, params, body, expectedVersion }, reply) =>
      reply.code(201).send(await careTasks.cancel(actor, params.id, body.reason, expectedVersion))
  )
}
