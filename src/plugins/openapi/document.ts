import { Components } from './components.ts'
import type { Hints } from './examples.ts'
import { INTRODUCTION } from './introduction.ts'
import type { JsonSchema, NamedSchemas } from './json-schema.ts'
import { bodyOf, type Operation, operationOf, problemResponses, type Route, schemasOf } from './operation.ts'
import { type Parameter, SHARED_HEADERS, SHARED_PARAMETERS } from './parameters.ts'
import type { Response } from './responses.ts'
import { TAGS } from './tags.ts'

export interface OpenApiDocument {
  openapi: '3.1.0'
  info: Record<string, unknown>
  servers: { url: string; description: string }[]
  tags: { name: string; description: string }[]
  paths: Record<string, Record<string, Operation>>
  components: {
    schemas: NamedSchemas
    responses: Record<string, Response>
    parameters: Record<string, Parameter>
    headers: Record<string, unknown>
    securitySchemes: Record<string, unknown>
  }
}

const METHODS = ['GET', 'PUT', 'POST', 'PATCH', 'DELETE']

/** The OpenAPI document of the routes: a function of their schemas and nothing else, so that it can be compared. */
export function documentOf(routes: readonly Route[], version: string): OpenApiDocument {
  const shown = routes.filter(({ method, schema }) => !schema.hide && METHODS.includes(method)).sort(inReadingOrder)
  const components = new Components(shown.flatMap(schemasOf))
  const operations = shown.map(route => operationOf(route, components, hintsFor(route, shown, components)))
  const paths: OpenApiDocument['paths'] = {}
  for (const [index, operation] of operations.entries()) {
    const { method, url } = shown[index] as Route
    const path = url.replace(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [method.toLowerCase()]: operation }
  }
  const used = new Set(operations.flatMap(({ tags }) => tags))
  return {
    openapi: '3.1.0',
    info: {
      title: 'Clientele',
      summary: 'Headless customer management for shops',
      description: INTRODUCTION,
      version,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' }
    },
    servers: [{ url: '/', description: 'The service that serves this document' }],
    tags: [...used].map(name => ({ name, description: TAGS[name] ?? '' })),
    paths,
    components: {
      schemas: withoutRootExamples(components.all()),
      responses: problemResponses(operations),
      parameters: { ...SHARED_PARAMETERS },
      headers: { ...SHARED_HEADERS },
      securitySchemes: SECURITY_SCHEMES
    }
  }
}

const SECURITY_SCHEMES = {
  apiKey: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'ck_<key id>_<secret>',
    description: 'An API key of the tenant, with the scopes that it was issued with.'
  },
  accessToken: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'An access token (RFC 9068) of an issuer that the operator trusts; the roles in it bring the scopes.'
  }
}

/** By group as a reader meets them, then by path; on one path reading before writing. */
function inReadingOrder(a: Route, b: Route): number {
  const order = Object.keys(TAGS)
  const group = (route: Route) => order.indexOf(route.schema.tags?.[0] ?? '')
  return (
    group(a) - group(b) ||
    (a.url < b.url ? -1 : a.url > b.url ? 1 : METHODS.indexOf(a.method) - METHODS.indexOf(b.method))
  )
}

/** Values for the example of an answer: what the request that makes such a thing says, and the operation's own. */
function hintsFor(route: Route, routes: readonly Route[], components: Components): Hints {
  const makers = routes.filter(other => other.method === 'POST' && other.schema.tags?.[0] === route.schema.tags?.[0])
  return { ...exampleIn(makers.find(bodyOf), components), ...exampleIn(route, components) }
}

function exampleIn(route: Route | undefined, components: Components): Hints {
  const body = route && bodyOf(route)
  const [example] = (body && components.resolved(body, 'input').examples) ?? []
  return (example as Hints | undefined) ?? {}
}

/** Requests and answers carry their examples themselves; said once is enough. */
const withoutRootExamples = (schemas: NamedSchemas): NamedSchemas =>
  Object.fromEntries(
    Object.entries(schemas).map(([name, { examples: _examples, ...schema }]): [string, JsonSchema] => [name, schema])
  )
