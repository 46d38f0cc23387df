import {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController
} from 'fastify'
import fp from 'fastify-plugin'
import { type DestinationStream, pino } from 'pino'
import { uuidv7 } from 'uuidv7'
import { describeFailure } from '../db/errors.ts'

/**
 * A logger that keeps persons out: errors are described without their messages' values, and credentials are removed
 * should anybody log a request after all.
 */
export function createLogger(level: string, destination?: DestinationStream): FastifyBaseLogger {
  const options = {
    level,
    serializers: { err: describeFailure, error: describeFailure },
    redact: {
      paths: ['authorization', 'headers.authorization', 'req.headers.authorization', '*.headers.authorization'],
      censor: '[removed]'
    }
  }
  return pino(options, destination ?? standardOutput())
}

/**
 * Lines leave together, some of them or those of a moment: a system call for each costs a busy service a twentieth of its
 * time. The last ones leave before the process ends; only one that is killed takes those of that moment with it.
 */
const standardOutput = (): DestinationStream =>
  pino.destination({ dest: 1, sync: false, minLength: 4_096, periodicFlush: 100 })

/** The framework's own lines would hold addresses and errors as they come; ours below replaces them. */
export const quietFramework = new (class extends LogController {
  constructor() {
    super({ disableRequestLogging: true, requestIdLogLabel: 'requestId' })
  }

  override serviceUnavailable(): void {}
})()

/** One line a request, from the route's pattern and ids alone: no path, no query, no header, no body. */
export const requestLogPlugin = fp(
  async (app: FastifyInstance) => {
    // Nothing in these lines can hold a credential, so that nobody needs to search each of their members for one.
    const lines = app.log.child({}, { redact: [] })
    app.addHook('onResponse', (request, reply, done) => {
      logRequest(request, reply, lines)
      done()
    })
  },
  { name: 'request-log' }
)

export function logRequest(
  request: FastifyRequest,
  reply: FastifyReply,
  log: FastifyBaseLogger = request.server.log
): void {
  const { url, schema } = request.routeOptions
  log.info(
    {
      requestId: request.id,
      method: request.method,
      route: url ?? null,
      operationId: schema?.operationId ?? null,
      status: reply.statusCode,
      durationMs: Math.round(reply.elapsedTime * 10) / 10,
      tenantId: request.actor?.tenantId ?? null,
      actorId: request.actor?.id ?? null
    },
    'request'
  )
}

/** The caller's own request id when it is harmless to repeat, else a new one. */
export const requestId = (given: string | string[] | undefined): string =>
  typeof given === 'string' && /^[\w.:-]{1,128}$/.test(given) ? given : uuidv7()
