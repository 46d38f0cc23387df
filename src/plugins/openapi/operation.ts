import { STATUS_CODES } from 'node:http'
import type { FastifyContextConfig, FastifySchema } from 'fastify'
import { z } from 'zod'
import { honoursIdempotencyKey } from '../idempotency.ts'
import { isMade } from '../representation.ts'
import { NO_BODY } from '../validation.ts'
import type { Components } from './components.ts'
import { exampleOf, type Hints } from './examples.ts'
import type { Direction, JsonSchema } from './json-schema.ts'
import { type Parameter, parametersOf } from './parameters.ts'
import { header, problemResponse, problemResponseName, type Response } from './responses.ts'

/** A route as the framework knows it. */
export interface Route {
  readonly method: string
  readonly url: string
  readonly config: FastifyContextConfig
  readonly schema: FastifySchema
}

export interface MediaType {
  schema: JsonSchema
  example?: unknown
}

export interface Operation {
  operationId: string
  summary: string
  description?: string
  tags: string[]
  security: Record<string, string[]>[]
  'x-required-scope'?: string
  parameters?: (Parameter | { $ref: string })[]
  requestBody?: { required: boolean; content: Record<string, MediaType> }
  responses: Record<string, Response | { $ref: string }>
}

/** Statuses that concern a body, wanted or not, and those that concern a credential. */
const OF_BODY = new Set([413, 415])
const OF_CREDENTIAL = new Set([401, 403, 429])

const isZod = (schema: unknown): schema is z.ZodType => schema instanceof z.ZodType

/** The body that a route takes; undefined for none. */
export const bodyOf = ({ schema }: Route): z.ZodType | undefined =>
  isZod(schema.body) && schema.body !== NO_BODY ? schema.body : undefined

/** The statuses of a route with what is answered: a schema, or several by media type. */
export function responsesOf({ schema }: Route): { status: number; media: Record<string, z.ZodType> }[] {
  return Object.entries((schema.response ?? {}) as Record<string, unknown>).map(([status, response]) => {
    if (isZod(response)) return { status: Number(status), media: { 'application/json': response } }
    const content = (response as { content: Record<string, { schema: z.ZodType }> }).content
    const media = Object.fromEntries(Object.entries(content).map(([type, { schema: shape }]) => [type, shape]))
    return { status: Number(status), media }
  })
}

/** Every zod schema that a route brings into the document. */
export function schemasOf(route: Route): { schema: z.ZodType; direction: Direction }[] {
  const { params, querystring } = route.schema
  const body = bodyOf(route)
  return [
    ...[params, querystring].filter(isZod).flatMap(schema => both(schema)),
    ...(body ? [{ schema: body, direction: 'input' as const }] : []),
    ...responsesOf(route)
      .flatMap(({ media }) => Object.values(media))
      .map(schema => ({ schema, direction: 'output' as const }))
  ]
}

const both = (schema: z.ZodType): { schema: z.ZodType; direction: Direction }[] => [
  { schema, direction: 'input' },
  { schema, direction: 'output' }
]

/** What the document says of one route. `hints` are values for the example of its answer. */
export function operationOf(route: Route, components: Components, hints: Hints): Operation {
  const { config, schema } = route
  const { operationId = '', summary = '', description, tags = [] } = schema
  const body = bodyOf(route)
  const parameters = parametersIn(route, components)
  const isPublic = config.scope === undefined || config.scope === 'public'
  return {
    operationId,
    summary,
    ...(description === undefined ? {} : { description }),
    tags: [...tags],
    security: isPublic ? [] : [{ apiKey: [String(config.scope)] }, { accessToken: [String(config.scope)] }],
    ...(isPublic ? {} : { 'x-required-scope': String(config.scope) }),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body ? { requestBody: requestBody(route, body, components) } : {}),
    responses: responses(route, components, hints)
  }
}

function parametersIn(route: Route, components: Components): (Parameter | { $ref: string })[] {
  const { params, querystring } = route.schema
  const shared = (name: string) => ({ $ref: `#/components/parameters/${name}` })
  const documents = (status: number) => responsesOf(route).some(response => response.status === status)
  const of = (where: 'query' | 'path', schema: unknown) =>
    isZod(schema)
      ? parametersOf(where, components.resolved(schema, 'input'), components.resolved(schema, 'output'))
      : []
  return [
    ...of('path', params),
    ...of('query', querystring),
    ...(route.config.inWords ? [shared('AcceptLanguage')] : []),
    ...(honoursIdempotencyKey(route.method, route.config) ? [shared('IdempotencyKey')] : []),
    ...(route.method !== 'GET' && documents(412) ? [shared('IfMatch')] : []),
    ...(route.method === 'GET' && isVersioned(route, components) ? [shared('IfNoneMatch')] : [])
  ]
}

/** Whether a successful answer carries a version, and so an ETag. */
function isVersioned(route: Route, components: Components): boolean {
  return responsesOf(route).some(
    ({ status, media }) =>
      status < 300 &&
      Object.values(media).some(schema => components.resolved(schema, 'output').properties?.version !== undefined)
  )
}

function requestBody(route: Route, body: z.ZodType, components: Components): NonNullable<Operation['requestBody']> {
  const schema = components.schemaOf(body, 'input')
  const media = { schema, example: exampleOf(schema, components.all()) }
  return {
    required: !body.safeParse(undefined).success,
    content: {
      'application/json': media,
      ...(route.method === 'PATCH' ? { 'application/merge-patch+json': media } : {})
    }
  }
}

function responses(route: Route, components: Components, hints: Hints): Operation['responses'] {
  const versioned = isVersioned(route, components)
  const replayable = honoursIdempotencyKey(route.method, route.config)
  const own = responsesOf(route).filter(({ status }) => concerns(route, status))
  const added = [...(replayable ? [409, 422] : []), ...(versioned && route.method === 'GET' ? [304] : [])]
  const entries = own.map(({ status, media }): [number, Response | { $ref: string }] => {
    if (status >= 400) return [status, problemReference(status)]
    const headers = {
      'Request-Id': header('RequestId'),
      ...(versioned ? { ETag: header('ETag') } : {}),
      ...(route.config.inWords ? { 'Content-Language': header('ContentLanguage'), Vary: header('Vary') } : {}),
      ...(route.config.location !== undefined && isMade(status) ? { Location: header('Location') } : {}),
      ...(replayable || route.config.identifiedByBody ? { 'Idempotency-Replayed': header('IdempotencyReplayed') } : {})
    }
    return [status, success(status, media, components, hints, headers)]
  })
  for (const status of added) {
    if (!own.some(response => response.status === status))
      entries.push([status, status === 304 ? NOT_MODIFIED : problemReference(status)])
  }
  return Object.fromEntries(entries.sort(([a], [b]) => a - b))
}

function concerns(route: Route, status: number): boolean {
  if (OF_BODY.has(status)) return route.method !== 'GET'
  return !(OF_CREDENTIAL.has(status) && route.config.scope === 'public')
}

const problemReference = (status: number) => ({ $ref: `#/components/responses/${problemResponseName(status)}` })

const NOT_MODIFIED: Response = {
  description: 'What the caller has is current.',
  headers: { 'Request-Id': header('RequestId'), ETag: header('ETag') }
}

function success(
  status: number,
  media: Record<string, z.ZodType>,
  components: Components,
  hints: Hints,
  headers: NonNullable<Response['headers']>
): Response {
  const content = Object.entries(media).flatMap(([type, zod]): [string, MediaType][] => {
    const schema = components.schemaOf(zod, 'output')
    if (components.resolve(schema).type === 'null') return []
    return [[type, { schema, example: exampleOf(schema, components.all(), hints) }]]
  })
  return {
    description: STATUS_CODES[status] ?? 'Success',
    headers,
    ...(content.length > 0 ? { content: Object.fromEntries(content) } : {})
  }
}

/** The problem responses that the operations refer to. */
export function problemResponses(operations: readonly Operation[]): Record<string, Response> {
  const statuses = new Set(operations.flatMap(({ responses: all }) => Object.keys(all).map(Number)))
  const problems = [...statuses].filter(status => status >= 400).sort((a, b) => a - b)
  return Object.fromEntries(problems.map(status => [problemResponseName(status), problemResponse(status)]))
}
