import { z } from 'zod'

export const Liveness = z.object({ status: z.literal('live') }).meta({ id: 'Liveness' })

const Check = z.string().max(200)

export const ReadinessReport = z
  .object({
    status: z.literal('ready'),
    checks: z.object({ database: Check, migrations: Check, draining: z.boolean() })
  })
  .meta({
    id: 'Readiness',
    example: { status: 'ready', checks: { database: 'ok', migrations: 'ok', draining: false } }
  })
