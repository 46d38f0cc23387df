import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { AbsenceRow } from '../../services/absences.ts'
import { page } from '../shared/cursor.ts'
import { IdParams, problems } from '../shared/schemas.ts'
import { Absence, AbsencePage, AbsenceParams, CreateAbsenceBody, ListAbsencesQuery, NoContent } from './schemas.ts'

/** When people are not there; mounted under the staff. */
export const absencesRoutes: FastifyPluginAsyncZod = async app => {
  const { absences } = app.services
  const tags = ['staff']

  app.post(
    '/:id/absences',
    {
      config: { scope: 'staff:write' },
      schema: {
        operationId: 'createAbsence',
        summary: 'Record an absence and who stands in',
        description: 'Whoever is absent is not troubled with overdue answers; his deputy is.',
        tags,
        params: IdParams,
        body: CreateAbsenceBody,
        response: { 201: Absence, ...problems(404, 409, 422) }
      }
    },
    async ({ actor, params, body }, reply) => {
      const absence = await absences.create(actor, params.id, body)
      return reply.code(201).send(absence)
    }
  )

  app.get(
    '/:id/absences',
    {
      config: { scope: 'staff:read' },
      schema: {
        operationId: 'listAbsences',
        summary: 'List when a person is not there, the earliest to end first',
        tags,
        params: IdParams,
        querystring: ListAbsencesQuery,
        response: { 200: AbsencePage, ...problems(404) }
      }
    },
    async ({ actor, params: { id }, query }) =>
      page(
        actor,
        `staff ${id} absences`,
        query,
        (row: AbsenceRow) => [row.toOn, row.id],
        (after, most) => {
          const [toOn, last] = (after ?? []) as string[]
          return absences.list(actor, id, toOn === undefined || last === undefined ? null : { toOn, id: last }, most)
        }
      )
  )

  app.delete(
    '/:id/absences/:absenceId',
    {
      config: { scope: 'staff:write' },
      schema: {
        operationId: 'removeAbsence',
        summary: 'Take an absence away',
        tags,
        params: AbsenceParams,
        response: { 204: NoContent, ...problems(404) }
      }
    },
    async ({ actor, params }, reply) => {
      await absences.remove(actor, params.id, params.absenceId)
      return reply.code(204).send(null)
    }
  )
}
