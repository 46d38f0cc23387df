import { Readable } from 'node:stream'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { JobRow } from '../../services/jobs.ts'
import { page } from '../shared/cursor.ts'
import { Job, jobView } from '../shared/job.ts'
import { IdParams, problems } from '../shared/schemas.ts'
import { JobEvents, JobPage, ListJobsQuery } from './schemas.ts'
import { jobEvents } from './stream.ts'

export const jobsRoutes: FastifyPluginAsyncZod = async app => {
  const { jobs } = app.services
  const tags = ['jobs']

  app.get(
    '/',
    {
      config: { scope: 'jobs:read' },
      schema: {
        operationId: 'listJobs',
        summary: 'List jobs, newest first',
        tags,
        querystring: ListJobsQuery,
        response: { 200: JobPage, ...problems() }
      }
    },
    async ({ actor, query }) => {
      const found = await page(
        actor,
        'jobs',
        query,
        (job: JobRow) => [job.createdAt, job.id],
        (after, limit) => jobs.list(actor, after && { createdAt: String(after[0]), id: String(after[1]) }, limit)
      )
      return { ...found, data: found.data.map(jobView) }
    }
  )

  app.get(
    '/:id',
    {
      config: { scope: 'jobs:read' },
      schema: {
        operationId: 'getJob',
        summary: 'Read a job',
        tags,
        params: IdParams,
        response: { 200: Job, ...problems(404) }
      }
    },
    async ({ actor, params }) => jobView(await jobs.get(actor, params.id))
  )

  app.get(
    '/:id/stream',
    {
      config: { scope: 'jobs:read' },
      schema: {
        operationId: 'streamJob',
        summary: 'Follow a job until it ends',
        tags,
        params: IdParams,
        response: { 200: { content: { 'text/event-stream': { schema: JobEvents } } }, ...problems(404) }
      }
    },
    async ({ actor, params }, reply) => {
      const first = await jobs.get(actor, params.id)
      const events = jobEvents(first, () => jobs.get(actor, params.id), app.draining)
      return (
        reply
          .header('Content-Type', 'text/event-stream; charset=utf-8')
          // Proxies that gather answers before they pass them on would make a stream of one piece.
          .header('X-Accel-Buffering', 'no')
          // A stop ends its streams late, when idle connections are closed already: nothing would close these.
          .header('Connection', 'close')
          .send(Readable.from(events) as never)
      )
    }
  )

  app.post(
    '/:id/cancellations',
    {
      config: { scope: 'jobs:write' },
      schema: {
        operationId: 'cancelJob',
        summary: 'Cancel a job',
        description:
          'A queued job is cancelled at once. A running one stops between two of its steps and leaves nothing behind; it may also be done before.',
        tags,
        params: IdParams,
        response: { 200: Job, ...problems(404, 409) }
      }
    },
    async ({ actor, params }) => jobView(await jobs.cancel(actor, params.id))
  )
}
