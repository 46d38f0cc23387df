import type { FastifyInstance, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { invalid } from '../domain/errors.ts'
import { headersOf, versionOfTag } from './representation.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The version named in If-Match; null when the caller named none. */
    expectedVersion: number | null
  }
}

const READING = new Set(['GET', 'HEAD'])

/** What an answer says about itself, `If-Match` before a change and `If-None-Match` on a read. */
export const preconditionsPlugin = fp(
  async (app: FastifyInstance) => {
    app.decorateRequest('expectedVersion', null)

    app.addHook('onRequest', (request, _reply, done) => {
      if (request.headers['if-match'] !== undefined) request.expectedVersion = versionIn(request)
      done()
    })

    app.addHook('preSerialization', (request, reply, payload, done) => {
      const headers = headersOf(request.routeOptions.config, reply.statusCode, payload)
      reply.headers(headers)
      if (READING.has(request.method) && matchesTag(request.headers['if-none-match'], headers.ETag)) {
        reply.code(304)
        return done(null, null)
      }
      done(null, payload)
    })

    app.addHook('onSend', (request, reply, payload, done) => {
      // An answer without a body must not announce one.
      if (reply.statusCode === 304) {
        reply.removeHeader('Content-Type').removeHeader('Content-Length')
        payload = ''
      }
      // Where a person is in the answer, no cache on the way may keep it.
      if (request.actor && !reply.hasHeader('Cache-Control')) reply.header('Cache-Control', 'no-store')
      done(null, payload)
    })
  },
  { name: 'preconditions', dependencies: ['errors'] }
)

/** `"7"` → 7, and so `"7.1f0c8e6a4b21d7c3"`. `*` means any version. A weak or malformed tag cannot be compared and is refused. */
function versionIn(request: FastifyRequest): number | null {
  const text = request.headers['if-match'] ?? ''
  if (text.trim() === '*') return null
  const version = versionOfTag(text.trim())
  if (version === null)
    throw invalid('if_match.invalid', 'If-Match takes one ETag as this service writes it, such as "7".')
  return version
}

function matchesTag(header: string | undefined, tag: string | undefined): boolean {
  if (header === undefined || tag === undefined) return false
  return header.split(',').some(part => part.trim() === '*' || part.trim().replace(/^W\//, '') === tag)
}
