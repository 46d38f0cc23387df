import type { FastifyContextConfig, FastifyInstance, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { invalid } from '../domain/errors.ts'
import { sha256 } from '../services/context.ts'
import { problemOf } from './problem.ts'
import { headersOf } from './representation.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** True for a POST that reads only: an Idempotency-Key has nothing to protect there. */
    readOnly?: boolean
    /** True for a POST whose body names its effect for ever, so that a repeat is known without a key. */
    identifiedByBody?: boolean
  }
}

const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/

/** Whether an operation remembers its answer under the caller's Idempotency-Key. */
export const honoursIdempotencyKey = (method: string, config: FastifyContextConfig): boolean =>
  method === 'POST' && config.scope !== 'public' && !config.readOnly && !config.identifiedByBody

/** Hands the caller's Idempotency-Key to the use case, which keeps it with the answer in the transaction of its effect. */
export const idempotencyPlugin = fp(
  async (app: FastifyInstance) => {
    // After the body is parsed, because the fingerprint covers it.
    app.addHook('preHandler', async request => {
      const key = request.headers['idempotency-key']
      if (key === undefined || !honoursIdempotencyKey(request.method, request.routeOptions.config)) return
      if (typeof key !== 'string' || !IDEMPOTENCY_KEY.test(key)) {
        throw invalid('idempotency.key_invalid', 'An Idempotency-Key has 1 to 255 visible ASCII characters.')
      }
      const { id, actor, method, url, headers, body = null } = request
      const requestHash = sha256(JSON.stringify([actor.id, method, url, headers['if-match'] ?? null, body]))
      const status = successStatus(request)
      request.actor = {
        ...actor,
        idempotency: {
          key,
          requestHash,
          granted: result => ({
            status,
            headers: headersOf(request.routeOptions.config, status, result),
            body: result
          }),
          refused: refusal => {
            const document = problemOf(refusal, id)
            return { status: document.status, headers: {}, body: document }
          }
        }
      }
    })
  },
  { name: 'idempotency', dependencies: ['auth'] }
)

/** The one success status that the operation documents. */
function successStatus(request: FastifyRequest): number {
  const documented = Object.keys((request.routeOptions.schema as { response?: object } | undefined)?.response ?? {})
  return Number(documented.find(status => status.startsWith('2')) ?? 200)
}
