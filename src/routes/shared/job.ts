import { z } from 'zod'
import type { DomainError } from '../../domain/errors.ts'
import { type ProblemDocument, problemOf } from '../../plugins/problem.ts'
import type { JobRow } from '../../services/jobs.ts'

import { Id, Instant, Problem } from './schemas.ts'

const Count = z.int().min(0).max(2_147_483_647)

export const Job = z
  .object({
    id: Id,
    kind: z.string().max(64).meta({ example: 'classification_run' }),
    status: z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelled']),
    progress: z
      .object({
        phase: z.string().max(64).nullable().meta({ description: 'What it is doing now.', example: 'reading' }),
        done: Count,
        total: Count.nullable().meta({ description: 'Null until it is known.' })
      })
      .meta({ description: 'Steps of work; a customer of a classification run is two: read, and settled.' }),
    cancelRequested: z.boolean(),
    result: z
      .record(z.string().max(100), z.unknown())
      .nullable()
      .meta({ description: 'What a succeeded job has to say; null before.' }),
    problem: Problem.nullable().meta({ description: 'Why a job failed; null otherwise.' }),
    createdAt: Instant,
    startedAt: Instant.nullable(),
    finishedAt: Instant.nullable()
  })
  .meta({ id: 'Job' })

export type JobView = Omit<JobRow, 'problem'> & { problem: ProblemDocument | null }

/** A job as the wire shows it: the refusal that ended it becomes a problem document, whose instance is the job. */
export const jobView = (job: JobRow): JobView => ({
  ...job,
  problem:
    job.problem === null
      ? null
      : { ...problemOf(job.problem as unknown as DomainError, job.id), instance: `urn:job:${job.id}` }
})
