import { performance } from 'node:perf_hooks'
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { tooMany } from '../domain/errors.ts'
import { type Bucket, isFull, takeToken } from '../domain/token-bucket.ts'

/** Callers remembered before those with full buckets are forgotten. */
const REMEMBERED = 10_000

/** A token bucket for each credential, in this process: `perSecond` requests a second, twice as many after a pause. */
export const rateLimitPlugin = fp(
  async (app: FastifyInstance, { perSecond }: { perSecond: number }) => {
    const allowance = { perSecond, burst: 2 * perSecond }
    const buckets = new Map<string, Bucket>()

    const forgetTheRested = (now: number) => {
      for (const [key, bucket] of buckets) if (isFull(bucket, now, allowance)) buckets.delete(key)
    }

    app.addHook('onRequest', ({ actor }, _reply, done) => {
      if (!actor) return done()
      const now = performance.now()
      const key = `${actor.tenantId} ${actor.id}`
      const { bucket, allowed, waitMs } = takeToken(buckets.get(key), now, allowance)
      if (buckets.size >= REMEMBERED && !buckets.has(key)) forgetTheRested(now)
      buckets.set(key, bucket)
      if (allowed) return done()
      throw tooMany('rate_limit.exceeded', 'Too many requests with this credential.', {
        retryAfterSeconds: Math.ceil(waitMs / 1_000)
      })
    })
  },
  { name: 'rate-limit', dependencies: ['auth'] }
)
