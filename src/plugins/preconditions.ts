import type { FastifyInstance, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { invalid } from '../domain/errors.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The document holds what changes without its version (a class, a manager), so an equal ETag proves nothing. */
    showsMoreThanItsVersion?: boolean
  }
  interface FastifyRequest {
    /** The version named in If-Match; null when the caller named none. */
    expectedVersion: number | null
  }
}

const READING = new Set(['GET', 'HEAD'])

/** ETags from `version`, `If-Match` before a change and `If-None-Match` on a read. */
export const preconditionsPlugin = fp(
  async (app: FastifyInstance) => {
    app.decorateRequest('expectedVersion', null)

    app.addHook('onRequest', (request, _reply, done) => {
      if (request.headers['if-match'] !== undefined) request.expectedVersion = versionIn(request)
      done()
    })

    app.addHook('preSerialization', (request, reply, payload, done) => {
      const version = (payload as { version?: unknown } | null)?.version
      if (typeof version !== 'number' || reply.statusCode >= 300) return done(null, payload)
      const tag = `"${version}"`
      reply.header('ETag', tag)
      if (request.routeOptions.config.showsMoreThanItsVersion) return done(null, payload)
      if (READING.has(request.method) && matchesTag(request.headers['if-none-match'], tag)) {
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

/** `"7"` → 7. `*` means any version. A weak or malformed tag cannot be compared and is refused. */
function versionIn(request: FastifyRequest): number | null {
  const text = request.headers['if-match'] ?? ''
  if (text.trim() === '*') return null
  const match = /^"(\d{1,9})"$/.exec(text.trim())
  if (!match) throw invalid('if_match.invalid', 'If-Match takes one ETag as this service writes it, such as "7".')
  return Number(match[1])
}

function matchesTag(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false
  return header.split(',').some(part => part.trim() === '*' || part.trim().replace(/^W\//, '') === tag)
}
