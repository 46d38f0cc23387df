import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { describeFailure, isRetryable, isUnreachable } from '../db/errors.ts'
import { DomainError } from '../domain/errors.ts'
import { type Answer, Replayed } from '../services/context.ts'
import { type ProblemDocument, problem, problemOf, sendProblem } from './problem.ts'
import { faultsOf, InvalidRequest } from './validation.ts'

/** What the framework refuses by itself, in our words. */
const FRAMEWORK: Readonly<Record<string, { status: number; code: string; detail: string }>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: {
    status: 413,
    code: 'request.body_too_large',
    detail: 'The body is larger than this operation accepts.'
  },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    status: 415,
    code: 'request.media_type_unsupported',
    detail: 'Send application/json in UTF-8.'
  },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    status: 400,
    code: 'request.length_mismatch',
    detail: 'The body does not have the announced length.'
  },
  FST_ERR_BAD_URL: { status: 400, code: 'request.url_invalid', detail: 'The path is not a valid URL path.' },
  FST_ERR_MAX_PARAM_LENGTH: { status: 414, code: 'request.url_too_long', detail: 'A part of the path is too long.' }
}

/** The only place that turns what went wrong into a status. */
export const errorsPlugin = fp(
  async (app: FastifyInstance) => {
    app.setErrorHandler((error: unknown, request, reply) => {
      if (error instanceof Replayed) return sendAgain(reply, error.answer)
      const document = documentOf(error, request)
      if (document.status >= 500 && !(error instanceof DomainError))
        request.log.error({ failure: describeFailure(error), code: document.code }, 'request failed')
      return sendProblem(reply, document)
    })
  },
  { name: 'errors' }
)

/** The answer that was given to the first request, marked as such. */
function sendAgain(reply: FastifyReply, { status, headers, body }: Answer): FastifyReply {
  const marked = { ...headers, 'Idempotency-Replayed': 'true' }
  if (status >= 400) return sendProblem(reply, body as ProblemDocument, marked)
  return reply.code(status).headers(marked).send(body)
}

/** The problem document for anything that may be thrown, errors or not. */
export function documentOf(error: unknown, request: Pick<FastifyRequest, 'id' | 'body'>): ProblemDocument {
  const { id } = request
  if (error instanceof DomainError) return problemOf(error, id)
  if (error instanceof InvalidRequest) return invalidRequest(error, request)
  const { code, statusCode } = (typeof error === 'object' && error !== null ? error : {}) as Partial<FastifyError>
  const framework = code === undefined ? undefined : FRAMEWORK[code]
  if (framework) return problem(id, framework.status, framework.code, framework.detail)
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return problem(id, 400, 'request.malformed', 'The request is malformed.')
  }
  if (isRetryable(error) || isUnreachable(error)) {
    return problem(id, 503, 'database.unavailable', 'The database cannot be asked at the moment; try again shortly.')
  }
  return problem(id, 500, 'internal.error', 'Something went wrong on our side; it has been logged under this instance.')
}

const PARTS: Readonly<Record<string, { spoken: string; base: string }>> = {
  body: { spoken: 'body', base: '' },
  querystring: { spoken: 'query', base: '/query' },
  params: { spoken: 'path', base: '/path' }
}

function invalidRequest(error: InvalidRequest, { id, body }: Pick<FastifyRequest, 'id' | 'body'>): ProblemDocument {
  const where = error.validationContext ?? 'body'
  if (where === 'body' && body === undefined) {
    return problem(id, 400, 'request.body_missing', 'This operation needs a JSON body.')
  }
  const { spoken = where, base = `/${where}` } = PARTS[where] ?? {}
  const detail = `The ${spoken} does not have the documented form.`
  return problem(id, 400, 'request.invalid', detail, faultsOf(error.issues, base))
}
