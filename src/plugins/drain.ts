import { setTimeout as wait } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'

declare module 'fastify' {
  interface FastifyInstance {
    /** Aborted when the service begins to stop: streams that would never end by themselves end then. */
    draining: AbortSignal
  }
}

/**
 * A stop loses no request: what is being answered is answered, and every answer from then on ends its connection,
 * because a connection kept alive would keep the server from closing until its idle time is over.
 */
export const drainPlugin = fp(
  async (app: FastifyInstance, { graceMs }: { graceMs: number }) => {
    const stopping = new AbortController()
    app.decorate('draining', stopping.signal)

    // The door closes only afterwards: what stands in front has until then to read in /readyz that it should look elsewhere.
    app.addHook('preClose', async () => {
      stopping.abort()
      if (graceMs > 0) await wait(graceMs)
    })

    app.addHook('onSend', (_request, reply, _payload, done) => {
      if (stopping.signal.aborted) reply.header('Connection', 'close')
      done()
    })
  },
  { name: 'drain' }
)
