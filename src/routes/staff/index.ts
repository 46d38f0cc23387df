import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { page } from '../shared/cursor.ts'
import { present } from '../shared/present.ts'
import { IdParams, problems } from '../shared/schemas.ts'
import { CreateStaffBody, ListStaffQuery, Staff, StaffPage, UpdateStaffBody } from './schemas.ts'

export const staffRoutes: FastifyPluginAsyncZod = async app => {
  const { staff } = app.services
  const tags = ['staff']

  app.post(
    '/',
    {
      config: { scope: 'staff:write', location: '/v1/staff/{id}' },
      schema: {
        operationId: 'createStaff',
        summary: 'Take on a staff member',
        tags,
        body: CreateStaffBody,
        response: { 201: Staff, ...problems(409, 422) }
      }
    },
    async (request, reply) => {
      const person = await staff.create(request.actor, request.body)
      return reply.code(201).send(person)
    }
  )

  app.get(
    '/',
    {
      config: { scope: 'staff:read' },
      schema: {
        operationId: 'listStaff',
        summary: 'List staff by role, store or activity',
        tags,
        querystring: ListStaffQuery,
        response: { 200: StaffPage, ...problems() }
      }
    },
    async ({ actor, query: { limit, cursor, ...filter } }) =>
      page(
        actor,
        `staff ${JSON.stringify(filter)}`,
        { limit, cursor },
        person => [person.id],
        (after, most) => staff.list(actor, filter, (after?.[0] as string | null) ?? null, most)
      )
  )

  app.get(
    '/:id',
    {
      config: { scope: 'staff:read' },
      schema: {
        operationId: 'getStaff',
        summary: 'Read a staff member',
        tags,
        params: IdParams,
        response: { 200: Staff, ...problems(404) }
      }
    },
    async request => staff.get(request.actor, request.params.id)
  )

  app.patch(
    '/:id',
    {
      config: { scope: 'staff:write' },
      schema: {
        operationId: 'updateStaff',
        summary: 'Change or deactivate a staff member',
        tags,
        params: IdParams,
        body: UpdateStaffBody,
        response: { 200: Staff, ...problems(404, 412, 422) }
      }
    },
    async request => staff.update(request.actor, request.params.id, present(request.body), request.expectedVersion)
  )
}
