import { STATUS_CODES } from 'node:http'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import { describeFailure, isRetryable, isUnreachable } from '../db/errors.ts'
import { DomainError, type FieldFault, type RefusalKind } from '../domain/errors.ts'
import { Replayed } from '../services/context.ts'

/** RFC 9457, with our members. */
export interface ProblemDocument {
  type: string
  title: string
  status: number
  detail: string
  instance: string
  code: string
  retryable: boolean
  errors?: FieldFault[]
  facts?: Record<string, string | number | boolean | null>
}

const STATUS_OF: Record<RefusalKind, number> = {
  invalid: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  gone: 410,
  precondition: 412,
  unprocessable: 422,
  too_many: 429,
  unavailable: 503
}

/** What the framework refuses by itself, in our words. */
const FRAMEWORK: Record<string, { status: number; code: string; detail: string }> = {
  FST_ERR_CTP_EMPTY_JSON_BODY: { status: 400, code: 'request.body_missing', detail: 'The body is empty.' },
  FST_ERR_CTP_INVALID_JSON_BODY: { status: 400, code: 'request.json_invalid', detail: 'The body is not valid JSON.' },
  FST_ERR_CTP_BODY_TOO_LARGE: {
    status: 413,
    code: 'request.body_too_large',
    detail: 'The body is larger than this operation accepts.'
  },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    status: 415,
    code: 'request.media_type_unsupported',
    detail: 'Send application/json.'
  },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    status: 400,
    code: 'request.length_mismatch',
    detail: 'The body does not have the announced length.'
  },
  FST_ERR_BAD_URL: { status: 400, code: 'request.url_invalid', detail: 'The path is not a valid URL path.' },
  FST_ERR_ASYNC_CONSTRAINT: { status: 400, code: 'request.invalid', detail: 'The request is malformed.' },
  FST_ERR_MAX_PARAM_LENGTH: { status: 414, code: 'request.url_too_long', detail: 'A part of the path is too long.' }
}

/** The problem document of a refusal, for a response or for one item of a batch. */
export function problemOf(refusal: DomainError, requestId: string): ProblemDocument {
  return problem(requestId, STATUS_OF[refusal.kind], refusal.code, refusal.detail, refusal.errors, refusal.facts)
}

export function problem(
  requestId: string,
  status: number,
  code: string,
  detail: string,
  errors?: readonly FieldFault[],
  facts?: ProblemDocument['facts']
): ProblemDocument {
  const name = code.replace('.', '-').replaceAll('_', '-')
  return {
    type: `/problems/${name}`,
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail,
    instance: `urn:request:${requestId}`,
    code,
    retryable: status === 429 || status === 503 || code === 'idempotency.in_flight',
    ...(errors && errors.length > 0 ? { errors: [...errors] } : {}),
    ...(facts ? { facts } : {})
  }
}

export function sendProblem(reply: FastifyReply, document: ProblemDocument): FastifyReply {
  if (document.retryable) reply.header('Retry-After', document.status === 409 ? 1 : 2)
  if (document.status === 401) reply.header('WWW-Authenticate', 'Bearer')
  return reply
    .code(document.status)
    .serializer((body: unknown) => JSON.stringify(body))
    .type('application/problem+json; charset=utf-8')
    .send(document)
}

/** The only place that turns what went wrong into a status. */
export const errorsPlugin = fp(
  async (app: FastifyInstance) => {
    const table: { method: string; pattern: RegExp }[] = []
    app.addHook('onRoute', ({ method, url }) => {
      const pattern = new RegExp(`^${url.replace(/[.+?^$()|[\]\\]/g, '\\$&').replace(/:\w+/g, '[^/]+')}/?$`)
      for (const one of [method].flat()) table.push({ method: one, pattern })
    })

    app.setErrorHandler((error: FastifyError | Error, request, reply) => {
      if (error instanceof Replayed) {
        return reply.code(error.status).header('Idempotency-Replayed', 'true').send(error.body)
      }
      const document = documentOf(error, request)
      if (document.status >= 500)
        request.log.error({ failure: describeFailure(error), code: document.code }, 'request failed')
      return sendProblem(reply, document)
    })

    app.setNotFoundHandler((request, reply) => {
      const path = request.url.split('?')[0] ?? '/'
      const allowed = [...new Set(table.filter(route => route.pattern.test(path)).map(route => route.method))]
      if (allowed.length > 0) {
        reply.header('Allow', allowed.join(', '))
        return sendProblem(
          reply,
          problem(request.id, 405, 'request.method_not_allowed', 'This path does not support the method.')
        )
      }
      return sendProblem(reply, problem(request.id, 404, 'route.not_found', 'There is nothing at this path.'))
    })
  },
  { name: 'errors' }
)

function documentOf(error: FastifyError | Error, request: FastifyRequest): ProblemDocument {
  const id = request.id
  if (error instanceof DomainError) return problemOf(error, id)
  if (hasZodFastifySchemaValidationErrors(error)) {
    const where = (error as { validationContext?: string }).validationContext ?? 'body'
    return problem(
      id,
      400,
      'request.invalid',
      `The ${where === 'querystring' ? 'query' : where} does not have the documented form.`,
      faultsOf(error, where)
    )
  }
  const framework = 'code' in error && typeof error.code === 'string' ? FRAMEWORK[error.code] : undefined
  if (framework) return problem(id, framework.status, framework.code, framework.detail)
  const status = 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500
  if (status === 429) return problem(id, 429, 'rate_limit.exceeded', 'Too many requests with this credential.')
  if (status === 503) return problem(id, 503, 'service.overloaded', 'The service is busy; try again shortly.')
  if (status >= 400 && status < 500) return problem(id, status, 'request.invalid', 'The request is malformed.')
  if (isRetryable(error) || isUnreachable(error)) {
    return problem(id, 503, 'database.unavailable', 'The database cannot be asked at the moment; try again shortly.')
  }
  return problem(id, 500, 'internal.error', 'Something went wrong on our side; it has been logged under this instance.')
}

interface ZodFault {
  instancePath: string
  keyword?: string
  message?: string
  params?: { keys?: string[] }
}

/** zod's issues as field faults: pointers into the request, and messages that never repeat a value. */
function faultsOf(error: { validation: unknown[] }, where: string): FieldFault[] {
  return (error.validation as ZodFault[]).slice(0, 50).flatMap(({ instancePath, keyword, message, params }) => {
    const code = keyword ?? 'invalid'
    const path = instancePath === '/' ? '' : instancePath
    const base = where === 'body' ? path : `/${where}${path}`
    if (params?.keys) {
      return params.keys
        .slice(0, 20)
        .map(key => ({
          pointer: `${base}/${escapePointer(key)}`,
          code: 'unknown_field',
          message: 'is not a documented field'
        }))
    }
    return [{ pointer: base, code, message: message ?? 'is invalid' }]
  })
}

const escapePointer = (key: string): string => key.slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1')
