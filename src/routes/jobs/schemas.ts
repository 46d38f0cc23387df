import { z } from 'zod'
import { Job } from '../shared/job.ts'
import { PageQuery, pageOf } from '../shared/schemas.ts'

export const JobPage = pageOf(Job).meta({ id: 'JobPage' })
export const ListJobsQuery = z.strictObject(PageQuery)

export const JobEvents = z.string().max(10_000_000).meta({
  id: 'JobEvents',
  description:
    'Server-sent events named `job`, each with the job document as its data: one at once and one on every change. Lines that begin with a colon keep the connection open. The stream ends after the job has.',
  example: 'event: job\ndata: {"id":"0193a1f0-7c1e-7b3a-9d52-3f0c8e6a4b21","status":"running"}\n\n'
})
