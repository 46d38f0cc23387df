import type { FastifyInstance, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { hasScope, type Scope } from '../domain/access.ts'
import { forbidden, unauthorized } from '../domain/errors.ts'
import type { Actor } from '../services/context.ts'
import type { CredentialsService } from '../services/credentials.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The scope an operation asks for; `public` asks for nothing. A route without it stops the start. */
    scope?: Scope | 'public'
    /** Shed first under pressure: reports, lists of many, batches. Tills keep going longer. */
    sheddable?: boolean
  }
  interface FastifyRequest {
    actor: Actor
  }
}

/** Who is calling? Before the body is read. */
export const authPlugin = fp(
  async (app: FastifyInstance, { credentials }: { credentials: CredentialsService }) => {
    app.decorateRequest('actor')

    app.addHook('onRoute', route => {
      if (route.method === 'HEAD' || route.method === 'OPTIONS') return
      const scope = route.config?.scope
      if (!scope) throw new Error(`${String(route.method)} ${route.url} names no scope`)
    })

    app.addHook('onRequest', async request => {
      const { scope } = request.routeOptions.config
      if (scope === undefined || scope === 'public') return
      request.actor = await credentials.authenticate(bearerToken(request), request.ip)
    })
  },
  { name: 'auth', dependencies: ['errors'] }
)

/** May he? After his allowance of requests was counted, so that asking in vain is not free. */
export const scopesPlugin = fp(
  async (app: FastifyInstance) => {
    app.addHook('onRequest', ({ actor, routeOptions }, _reply, done) => {
      const { scope } = routeOptions.config
      if (scope === undefined || scope === 'public' || hasScope(actor.scopes, scope)) done()
      else throw forbidden('scope.missing', `This operation needs the scope ${scope}.`)
    })
  },
  { name: 'scopes', dependencies: ['auth'] }
)

function bearerToken(request: FastifyRequest): string {
  const [scheme, token, rest] = (request.headers.authorization ?? '').split(' ')
  if (!token || rest !== undefined || scheme?.toLowerCase() !== 'bearer') {
    throw unauthorized('credential.missing', 'Send an API key or a token as "Authorization: Bearer …".')
  }
  return token
}
