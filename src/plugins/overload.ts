import { getHeapStatistics } from 'node:v8'
import underPressure, { TYPE_EVENT_LOOP_DELAY, TYPE_HEAP_USED_BYTES } from '@fastify/under-pressure'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { unavailable } from '../domain/errors.ts'

/** From where on requests are turned away: reports and batches first, tills much later. */
export interface PressureLimits {
  /** Mean delay of the event loop over a sample, in milliseconds. */
  readonly delayMs: { readonly sheddable: number; readonly all: number }
  /** Requests being answered at once. */
  readonly inFlight: { readonly sheddable: number; readonly all: number }
  /** Heap in use, as a share of what this process may have. */
  readonly heapShare: { readonly sheddable: number; readonly all: number }
}

export const PRESSURE_LIMITS: PressureLimits = {
  delayMs: { sheddable: 400, all: 1_500 },
  inFlight: { sheddable: 400, all: 2_000 },
  heapShare: { sheddable: 0.8, all: 0.92 }
}

const SAMPLE_MS = 500

/**
 * Under more load than the process can carry, most callers are served well and the others are told at once to come
 * back, instead of everybody waiting for ever. Health and metrics are always answered.
 */
export const overloadPlugin = fp(
  async (app: FastifyInstance, { limits }: { limits: PressureLimits }) => {
    const { delayMs, heapShare, inFlight } = limits
    const heapLimit = getHeapStatistics().heap_size_limit
    const upper: Record<string, number> = {
      [TYPE_EVENT_LOOP_DELAY]: delayMs.all,
      [TYPE_HEAP_USED_BYTES]: heapShare.all * heapLimit
    }
    await app.register(underPressure, {
      sampleInterval: SAMPLE_MS,
      maxEventLoopDelay: delayMs.sheddable,
      maxHeapUsedBytes: heapShare.sheddable * heapLimit,
      // Called beyond the lower limit only, so a quiet service pays nothing for the two steps.
      pressureHandler: async (request, _reply, type, value = 0) => {
        // A sample without a measurement (the process has just started, or slept) is reported as infinite.
        if (Number.isFinite(value)) shed(request, value > (upper[type] ?? 0))
      }
    })

    app.addHook('onRequest', (request, _reply, done) => {
      const { count } = app.inFlight
      if (count > inFlight.sheddable) shed(request, count > inFlight.all)
      done()
    })
  },
  { name: 'overload', dependencies: ['errors', 'metrics'] }
)

function shed(request: FastifyRequest, everything: boolean): void {
  const { scope, sheddable } = request.routeOptions.config
  if (scope === 'public' || !(everything || sheddable)) return
  throw unavailable('service.overloaded', 'The service is busy; try again shortly.')
}
