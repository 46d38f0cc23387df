import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import Negotiator from 'negotiator'
import { problem, sendProblem } from './problem.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The media types that an operation can answer in, the usual one first. Without it everything is JSON, whatever is asked. */
    produces?: readonly string[]
  }
  interface FastifyRequest {
    /** Of the types that the operation produces the one that the caller likes best. */
    form: string
  }
}

/**
 * The media type of ours that an Accept header prefers (RFC 9110), the first where it has no preference; undefined where it
 * accepts none of them.
 */
export function preferredMediaType(accept: string | undefined, offered: readonly string[]): string | undefined {
  return new Negotiator({ headers: { accept: accept || '*/*' } }).mediaType([...offered])
}

/** Chooses the form of an answer before anything is worked out for it. */
export const negotiationPlugin = fp(
  async (app: FastifyInstance) => {
    app.decorateRequest('form', 'application/json')

    app.addHook('onRequest', (request, reply, done) => {
      const { produces } = request.routeOptions.config
      if (produces === undefined) return done()
      reply.header('Vary', 'Accept')
      const chosen = preferredMediaType(request.headers.accept, produces)
      if (chosen !== undefined) {
        request.form = chosen
        return done()
      }
      const detail = `This operation answers ${produces.join(', ')}.`
      sendProblem(reply, problem(request.id, 406, 'request.not_acceptable', detail))
    })
  },
  { name: 'negotiation', dependencies: ['errors'] }
)
