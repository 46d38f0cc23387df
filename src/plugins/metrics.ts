import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/** Seconds; close together where a till waits, wide apart where a report does. */
const DURATIONS = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5, 10]

declare module 'fastify' {
  interface FastifyInstance {
    metrics: Registry
    /** How many requests are being answered. */
    inFlight: { readonly count: number }
  }
}

/** What Prometheus reads at /metrics. Labels are operations and statuses, never ids and never what a caller sent. */
export const metricsPlugin = fp(
  async (app: FastifyInstance) => {
    const { health } = app.services
    const register = new Registry()
    const registers = [register]
    app.decorate('metrics', register)
    collectDefaultMetrics({ register })

    const duration = new Histogram({
      name: 'http_request_duration_seconds',
      help: 'Time from the first byte of a request to the last of its answer.',
      labelNames: ['operation', 'status'],
      buckets: DURATIONS,
      registers
    })
    const inFlight = { count: 0 }
    app.decorate('inFlight', inFlight)
    new Gauge({
      name: 'http_requests_in_flight',
      help: 'Requests being answered.',
      registers,
      collect() {
        this.set(inFlight.count)
      }
    })
    new Gauge({
      name: 'database_connections',
      help: 'Connections of a pool: open, idle, and requests waiting for one.',
      labelNames: ['pool', 'state'],
      registers,
      collect() {
        for (const { pool, open, idle, waiting } of health.pools()) {
          this.set({ pool, state: 'open' }, open)
          this.set({ pool, state: 'idle' }, idle)
          this.set({ pool, state: 'waiting' }, waiting)
        }
      }
    })

    app.addHook('onRequest', (_request, reply, done) => {
      inFlight.count += 1
      reply.raw.once('close', () => {
        inFlight.count -= 1
      })
      done()
    })
    app.addHook('onResponse', (request, reply, done) => {
      const operation = request.routeOptions.schema?.operationId ?? 'none'
      duration.observe({ operation, status: String(reply.statusCode) }, reply.elapsedTime / 1_000)
      done()
    })
  },
  { name: 'metrics', dependencies: ['services'] }
)
