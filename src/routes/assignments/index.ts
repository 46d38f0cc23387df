import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { page } from '../shared/cursor.ts'
import { IdParams, problems } from '../shared/schemas.ts'
import {
  AssignManagerBody,
  Assignment,
  AssignmentPage,
  ListAssignmentsQuery,
  ListRelationshipManagersQuery,
  RelationshipManagerCoverage,
  RelationshipManagerPage,
  ReleaseManagerBody
} from './schemas.ts'

export const assignmentsRoutes: FastifyPluginAsyncZod = async app => {
  const { assignments, relationshipManagers } = app.services
  const tags = ['relationship managers']
  // A name is the staff member's to change.
  const besideVersion = ['staffName']

  app.get(
    '/customers/:id/relationship-manager',
    {
      config: { scope: 'assignments:read', besideVersion },
      schema: {
        operationId: 'getRelationshipManager',
        summary: 'Read who is the relationship manager of a customer',
        tags,
        params: IdParams,
        response: { 200: Assignment, ...problems(404) }
      }
    },
    async ({ actor, params }) => assignments.current(actor, params.id)
  )

  app.put(
    '/customers/:id/relationship-manager',
    {
      config: { scope: 'assignments:write', besideVersion },
      schema: {
        operationId: 'assignRelationshipManager',
        summary: 'Give a customer a relationship manager by hand',
        tags,
        params: IdParams,
        body: AssignManagerBody,
        response: { 200: Assignment, ...problems(404, 409, 412, 422) }
      }
    },
    async ({ actor, params, body, expectedVersion }) => assignments.assign(actor, params.id, body, expectedVersion)
  )

  app.post(
    '/customers/:id/relationship-manager/releases',
    {
      config: { scope: 'assignments:write', besideVersion },
      schema: {
        operationId: 'releaseRelationshipManager',
        summary: 'End the assignment of a customer outside class A',
        tags,
        params: IdParams,
        body: ReleaseManagerBody,
        response: { 201: Assignment, ...problems(404, 409, 412, 422) }
      }
    },
    async ({ actor, params, body, expectedVersion }, reply) => {
      const released = await assignments.release(actor, params.id, body.reason, expectedVersion)
      return reply.code(201).send(released)
    }
  )

  app.get(
    '/assignments',
    {
      config: { scope: 'assignments:read' },
      schema: {
        operationId: 'listAssignments',
        summary: 'List assignments past and present, newest first',
        tags,
        querystring: ListAssignmentsQuery,
        response: { 200: AssignmentPage, ...problems() }
      }
    },
    async ({ actor, query: { limit, cursor, ...filter } }) =>
      page(
        actor,
        `assignments ${JSON.stringify(filter)}`,
        { limit, cursor },
        assignment => [assignment.validFrom, assignment.id],
        (after, most) => {
          const [validFrom, id] = (after ?? []) as string[]
          const place = validFrom === undefined || id === undefined ? null : { validFrom, id }
          return assignments.list(actor, filter, place, most)
        }
      )
  )

  app.get(
    '/relationship-managers',
    {
      config: { scope: 'assignments:read' },
      schema: {
        operationId: 'listRelationshipManagers',
        summary: 'List relationship managers with their load and capacity',
        tags,
        querystring: ListRelationshipManagersQuery,
        response: { 200: RelationshipManagerPage, ...problems() }
      }
    },
    async ({ actor, query }) =>
      page(
        actor,
        'relationship managers',
        query,
        manager => [manager.staffId],
        (after, most) => relationshipManagers.list(actor, (after?.[0] as string | null) ?? null, most)
      )
  )

  app.get(
    '/relationship-managers/coverage',
    {
      config: { scope: 'assignments:read', sheddable: true },
      schema: {
        operationId: 'getRelationshipManagerCoverage',
        summary: 'Report which A customers have a relationship manager',
        tags,
        response: { 200: RelationshipManagerCoverage, ...problems() }
      }
    },
    async ({ actor }) => relationshipManagers.coverage(actor)
  )
}
