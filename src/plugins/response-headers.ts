import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'

/** An answer of the API is data: no browser may guess another type of it, run it, frame it or pass its address on. */
const DATA_HEADERS = {
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer'
}

/**
 * What every answer carries. Written out here, because the helmet plugin builds its headers anew for every request;
 * pages, which need other ones, register it for themselves.
 */
export const responseHeadersPlugin = fp(
  async (app: FastifyInstance) => {
    app.addHook('onRequest', (request, reply, done) => {
      reply.header('Request-Id', request.id)
      done()
    })

    app.addHook('onSend', (_request, reply, _payload, done) => {
      if (!reply.raw.hasHeader('Content-Security-Policy')) reply.headers(DATA_HEADERS)
      done()
    })
  },
  { name: 'response-headers' }
)
