import { STATUS_CODES } from 'node:http'
import { type ProblemDocument, problem } from '../problem.ts'
import type { JsonSchema } from './json-schema.ts'

export interface Response {
  description: string
  headers?: Record<string, { $ref: string }>
  content?: Record<string, { schema: JsonSchema; example?: unknown }>
}

export const header = (name: string): { $ref: string } => ({ $ref: `#/components/headers/${name}` })

/** What each status means here, and an example of it. */
const PROBLEMS: Readonly<Record<number, { description: string; code: string; detail: string }>> = {
  400: {
    description: 'The request does not have the documented form; `errors` names the fields.',
    code: 'request.invalid',
    detail: 'The body does not have the documented form.'
  },
  401: {
    description: 'No credential, or one that does not hold.',
    code: 'credential.invalid',
    detail: 'The credential is not valid.'
  },
  403: {
    description: 'The credential does not reach this far.',
    code: 'scope.missing',
    detail: 'This operation needs another scope.'
  },
  404: {
    description: 'Nothing with this identity is visible to the caller.',
    code: 'store.not_found',
    detail: 'There is no such store.'
  },
  406: {
    description: 'The operation answers in none of the forms that the Accept header names.',
    code: 'request.not_acceptable',
    detail: 'This operation answers application/json, text/csv, image/svg+xml.'
  },
  409: {
    description: 'What is asked contradicts what is recorded, or the same request is still being processed.',
    code: 'idempotency.in_flight',
    detail: 'A request with this Idempotency-Key is still being processed.'
  },
  410: {
    description: 'It existed and does so no longer.',
    code: 'events.expired',
    detail: 'Events after this position are older than 30 days and gone; start without one.'
  },
  412: {
    description: 'It has changed since the version named in If-Match.',
    code: 'version.mismatch',
    detail: 'The resource has changed since the version named in If-Match.'
  },
  413: {
    description: 'The body is too large.',
    code: 'request.body_too_large',
    detail: 'The body is larger than this operation accepts.'
  },
  414: {
    description: 'The path and query are too long.',
    code: 'request.url_too_long',
    detail: 'The path and query together are too long.'
  },
  415: {
    description: 'The body is not JSON in UTF-8.',
    code: 'request.media_type_unsupported',
    detail: 'Send application/json in UTF-8.'
  },
  422: {
    description: 'Well formed, and against a rule of the business; or an Idempotency-Key was used for something else.',
    code: 'idempotency.key_reused',
    detail: 'This Idempotency-Key was used for a different request.'
  },
  429: {
    description: 'Too many requests with this credential, or too many wrong credentials from this address.',
    code: 'rate_limit.exceeded',
    detail: 'Too many requests with this credential.'
  },
  431: {
    description: 'The headers are too large.',
    code: 'request.headers_too_large',
    detail: 'The headers are larger than this service accepts.'
  },
  500: {
    description: 'Our mistake; it is logged under the instance.',
    code: 'internal.error',
    detail: 'Something went wrong on our side; it has been logged under this instance.'
  },
  503: {
    description: 'Too busy, stopping, or without its database; the same request may succeed soon.',
    code: 'service.overloaded',
    detail: 'The service is busy; try again shortly.'
  }
}

/** `404` → `NotFound`. */
export const problemResponseName = (status: number): string => (STATUS_CODES[status] ?? 'Problem').replace(/\W/g, '')

/** The shared problem response of a status. */
export function problemResponse(status: number): Response {
  const known = PROBLEMS[status]
  if (!known) throw new Error(`the document has no words for status ${status}`)
  const example: ProblemDocument = problem('0193a1f0-7c1e-7b3a-9d52-3f0c8e6a4b21', status, known.code, known.detail)
  return {
    description: known.description,
    headers: {
      'Request-Id': header('RequestId'),
      ...(example.retryable ? { 'Retry-After': header('RetryAfter') } : {})
    },
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' }, example } }
  }
}
