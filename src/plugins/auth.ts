import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { hasScope, type Scope } from '../domain/access.ts'
import { forbidden, invalid, unauthorized } from '../domain/errors.ts'
import { type Actor, sha256 } from '../services/context.ts'
import type { CredentialsService } from '../services/credentials.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The scope an operation asks for; `public` asks for nothing. A route without it stops the start. */
    scope?: Scope | 'public'
    /** True for a POST that reads only: an Idempotency-Key has nothing to protect there. */
    readOnly?: boolean
    /** Shed first under pressure: reports, lists of many, batches. Tills keep going longer. */
    sheddable?: boolean
  }
  interface FastifyRequest {
    actor: Actor
  }
}

const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/

/** Who is calling, and may he? Before the body is read. */
export const authPlugin = fp(
  async (app: FastifyInstance, { credentials }: { credentials: CredentialsService }) => {
    app.decorateRequest('actor')

    app.addHook('onRoute', route => {
      if (route.method === 'HEAD' || route.method === 'OPTIONS') return
      const scope = route.config?.scope
      if (!scope) throw new Error(`${String(route.method)} ${route.url} names no scope`)
    })

    app.addHook('onRequest', async request => {
      const scope = request.routeOptions.config.scope
      if (scope === undefined || scope === 'public') return
      const token = bearerToken(request)
      const actor = await credentials.authenticate(token, request.ip)
      if (!hasScope(actor.scopes, scope)) throw forbidden('scope.missing', `This operation needs the scope ${scope}.`)
      request.actor = actor
    })

    // After the body is parsed, because the fingerprint covers it.
    app.addHook('preHandler', async (request, reply) => claimIdempotency(request, reply))
  },
  { name: 'auth', dependencies: ['errors'] }
)

function bearerToken(request: FastifyRequest): string {
  const [scheme, token, rest] = (request.headers.authorization ?? '').split(' ')
  if (!token || rest !== undefined || scheme?.toLowerCase() !== 'bearer') {
    throw unauthorized('credential.missing', 'Send an API key or a token as "Authorization: Bearer …".')
  }
  return token
}

function claimIdempotency(request: FastifyRequest, _reply: FastifyReply): void {
  const key = request.headers['idempotency-key']
  if (key === undefined || request.method !== 'POST' || !request.actor || request.routeOptions.config.readOnly) return
  if (typeof key !== 'string' || !IDEMPOTENCY_KEY.test(key)) {
    throw invalid('idempotency.key_invalid', 'An Idempotency-Key has 1 to 255 visible ASCII characters.')
  }
  const requestHash = sha256(JSON.stringify([request.actor.id, request.method, request.url, request.body ?? null]))
  request.actor = { ...request.actor, idempotency: { key, requestHash, status: successStatus(request) } }
}

/** The one success status that the operation documents. */
function successStatus(request: FastifyRequest): number {
  const documented = Object.keys((request.routeOptions.schema as { response?: object } | undefined)?.response ?? {})
  return Number(documented.find(status => status.startsWith('2')) ?? 200)
}
