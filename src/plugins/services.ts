import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import type { Services } from '../services/index.ts'

declare module 'fastify' {
  interface FastifyInstance {
    services: Services
  }
}

/** Makes the use cases reachable from routes. */
export const servicesPlugin = fp(
  async (app: FastifyInstance, { services }: { services: Services }) => {
    app.decorate('services', services)
  },
  { name: 'services' }
)
