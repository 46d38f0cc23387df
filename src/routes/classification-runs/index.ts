import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { ClassChange, RunSummary } from '../../services/classification-runs.ts'
import { page } from '../shared/cursor.ts'
import { Job, jobView } from '../shared/job.ts'
import { IdParams, problems } from '../shared/schemas.ts'
import {
  ClassChangePage,
  ClassificationRun,
  ClassificationRunPage,
  ListChangesQuery,
  ListRunsQuery,
  StartRunBody
} from './schemas.ts'

export const classificationRunsRoutes: FastifyPluginAsyncZod = async app => {
  const { classificationRuns } = app.services
  const tags = ['classification']

  app.post(
    '/',
    {
      config: { scope: 'classifications:write', location: '/v1/jobs/{id}' },
      schema: {
        operationId: 'startClassificationRun',
        summary: 'Classify all customers',
        description:
          'Answers the job that does it; its id is the run’s. Only purchases of days before the day of `asOf` count. While the same run (the same `asOf` or none, the same policy, no dry run) is still queued, that one’s job is the answer.',
        tags,
        body: StartRunBody,
        response: { 202: Job, ...problems(409, 422) }
      }
    },
    async ({ actor, body }, reply) => reply.code(202).send(jobView(await classificationRuns.start(actor, body)))
  )

  app.get(
    '/',
    {
      config: { scope: 'classifications:read' },
      schema: {
        operationId: 'listClassificationRuns',
        summary: 'List runs, newest first',
        tags,
        querystring: ListRunsQuery,
        response: { 200: ClassificationRunPage, ...problems() }
      }
    },
    async ({ actor, query }) =>
      page(
        actor,
        'classification-runs',
        query,
        (run: RunSummary) => [run.createdAt, run.id],
        (after, limit) =>
          classificationRuns.list(actor, after && { createdAt: String(after[0]), id: String(after[1]) }, limit)
      )
  )

  app.get(
    '/:id',
    {
      config: { scope: 'classifications:read' },
      schema: {
        operationId: 'getClassificationRun',
        summary: 'Read what a run found',
        tags,
        params: IdParams,
        response: { 200: ClassificationRun, ...problems(404) }
      }
    },
    async ({ actor, params }) => classificationRuns.get(actor, params.id)
  )

  app.get(
    '/:id/changes',
    {
      config: { scope: 'classifications:read' },
      schema: {
        operationId: 'listClassificationRunChanges',
        summary: 'List who entered and left each class',
        description: 'Of a dry run: who would. In the order of customer ids.',
        tags,
        params: IdParams,
        querystring: ListChangesQuery,
        response: { 200: ClassChangePage, ...problems(404) }
      }
    },
    async ({ actor, params, query: { limit, cursor, ...filter } }) =>
      page(
        actor,
        `classification-run-changes ${JSON.stringify([params.id, filter])}`,
        { limit, cursor },
        (change: ClassChange) => [change.customerId],
        (after, most) =>
          classificationRuns.changes(actor, params.id, filter, after === null ? null : String(after[0]), most)
      )
  )
}
