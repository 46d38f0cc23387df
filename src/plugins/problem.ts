import { STATUS_CODES } from 'node:http'
import type { FastifyReply } from 'fastify'
import type { DomainError, FieldFault, RefusalKind } from '../domain/errors.ts'

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

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8'

export const STATUS_OF: Readonly<Record<RefusalKind, number>> = {
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

/** Seconds that a caller should wait before he tries again, where the refusal itself does not know better. */
const WAIT_SECONDS: Readonly<Record<number, number>> = { 409: 1, 429: 1, 503: 2 }

/** The one name that the published contract spells in another order than its code. */
const NAMES: Readonly<Record<string, string>> = { 'cursor.invalid': 'invalid-cursor' }

/** The name of a problem in its type's address: `store.code_taken` → `store-code-taken`. */
export const problemName = (code: string): string => NAMES[code] ?? code.replace(/[._]/g, '-')

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
  return {
    type: `/problems/${problemName(code)}`,
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

/** An RFC 6901 pointer; names are cut, because they are the caller's and may be of any length. */
export const pointerTo = (path: readonly PropertyKey[]): string =>
  path
    .map(part => `/${String(part).slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('')
    .slice(0, 1_000)

/** Answers with a problem. What the abandoned answer had already said about itself (its place, its version) is unsaid. */
export function sendProblem(
  reply: FastifyReply,
  document: ProblemDocument,
  headers: Readonly<Record<string, string>> = {}
): FastifyReply {
  for (const name of ['ETag', 'Location', 'Idempotency-Replayed']) reply.removeHeader(name)
  reply.headers({ ...headers })
  if (document.retryable) reply.header('Retry-After', waitSeconds(document))
  if (document.status === 401) reply.header('WWW-Authenticate', 'Bearer')
  return reply
    .code(document.status)
    .serializer((body: unknown) => JSON.stringify(body))
    .type(PROBLEM_TYPE)
    .send(document)
}

/** A refusal that knows when it ends says so as the fact `retryAfterSeconds`. */
function waitSeconds({ status, facts }: ProblemDocument): number {
  const known = facts?.retryAfterSeconds
  return typeof known === 'number' ? known : (WAIT_SECONDS[status] ?? 1)
}
