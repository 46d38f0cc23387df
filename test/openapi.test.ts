import { readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import fc from 'fast-check'
import openapiTS, { astToString, COMMENT_HEADER } from 'openapi-typescript'
import t, { type Test } from 'tap'
import { isScope } from '../src/domain/access.ts'
import { appWithoutDatabase, printDocument } from '../src/openapi.ts'
import type { JsonSchema } from '../src/plugins/openapi/json-schema.ts'
import { type Operation, responsesOf } from '../src/plugins/openapi/operation.ts'
import { TAGS } from '../src/plugins/openapi/tags.ts'
import { responseWriter } from '../src/plugins/serialization.ts'
import { valuesOf } from './support/arbitrary.ts'

const app = await appWithoutDatabase()
t.teardown(() => app.close())
const document = app.openapi()
const { schemas } = document.components
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation, name: `${method} ${path}` }))
)
const file = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')

const ajv = new Ajv2020({ strict: false, allErrors: true })
addFormats.default(ajv)
ajv.addSchema({ $id: 'document', components: { schemas } })

/** What is wrong with a value; empty when it is one of the schema. */
function faults(schema: JsonSchema, value: unknown): string {
  const located = JSON.parse(JSON.stringify(schema), (key, part) =>
    key === '$ref' && typeof part === 'string' ? `document${part}` : part
  )
  ajv.validate(located, value)
  return ajv.errorsText(ajv.errors).replace('No errors', '')
}

/** Every schema in a tree, with where it stands. */
function* partsOf(node: unknown, place: string): Generator<{ schema: JsonSchema; place: string }> {
  if (typeof node !== 'object' || node === null) return
  const schema = node as JsonSchema
  if (schema.type !== undefined || schema.$ref !== undefined || schema.anyOf !== undefined) yield { schema, place }
  for (const [key, part] of Object.entries(node)) {
    if (key !== 'example' && key !== 'examples' && key !== 'enum') yield* partsOf(part, `${place}/${key}`)
  }
}

const everySchema = () => [
  ...partsOf(schemas, 'schemas'),
  ...partsOf(document.paths, 'paths'),
  ...partsOf(document.components.parameters, 'parameters'),
  ...partsOf(document.components.headers, 'headers')
]

t.test('openapi/openapi.json is the document of these routes; "npm run openapi" writes it', async t => {
  t.ok(file('openapi/openapi.json') === printDocument(document), 'byte for byte')
})

t.test('test/support/client.d.ts is generated from it', async t => {
  const types = await openapiTS(JSON.stringify(document), { alphabetize: true })
  t.ok(file('test/support/client.d.ts') === `${COMMENT_HEADER}${astToString(types)}`, 'byte for byte')
})

t.test('it is OpenAPI 3.1.0, and names nothing that it does not describe', async t => {
  t.equal(document.openapi, '3.1.0')
  t.same(
    document.tags.map(tag => tag.name).filter(name => !TAGS[name]),
    [],
    'every tag has a description'
  )
  const ids = operations.map(({ operation }) => operation.operationId)
  t.same(ids.length, new Set(ids).size, 'operation ids are unique')
  for (const id of ids) t.match(id, /^[a-z][a-zA-Z]+$/)
})

for (const { name, path, operation } of operations) {
  t.test(name, async t => {
    t.ok(operation.summary, 'has a summary')
    t.equal(operation.tags.length, 1, 'belongs to one group')
    if (path.startsWith('/v1/')) {
      const scope = operation['x-required-scope'] ?? ''
      t.ok(isScope(scope), 'names its scope')
      t.same(operation.security, [{ apiKey: [scope] }, { accessToken: [scope] }])
    } else {
      t.same(operation.security, [])
    }
    for (const [status, response] of Object.entries(operation.responses)) {
      t.match(status, /^\d{3}$/)
      if (Number(status) >= 400) t.match(response, { $ref: /^#\/components\/responses\// })
    }
    for (const variable of path.matchAll(/\{(\w+)\}/g)) {
      const found = operation.parameters?.find(parameter => 'name' in parameter && parameter.name === variable[1])
      t.match(found, { in: 'path', required: true }, `${variable[1]} is described`)
    }
    hasExamples(t, operation)
  })
}

function hasExamples(t: Test, { requestBody, responses }: Operation): void {
  for (const [type, { schema, example }] of Object.entries(requestBody?.content ?? {})) {
    t.ok(example !== undefined, `${type} has an example`)
    t.equal(faults(schema, example), '', `the example of ${type} fits`)
  }
  for (const [status, response] of Object.entries(responses)) {
    if (!('content' in response)) continue
    for (const [type, { schema, example }] of Object.entries(response.content ?? {})) {
      t.ok(example !== undefined, `${status} has an example`)
      if (type === 'application/json') t.equal(faults(schema, example), '', `the example of ${status} fits`)
    }
  }
}

t.test('POST takes an Idempotency-Key, unless it only reads or its body names the effect', async t => {
  const without = operations
    .filter(({ method, operation }) => {
      const takes = operation.parameters?.some(p => '$ref' in p && p.$ref === '#/components/parameters/IdempotencyKey')
      if (takes) t.match(operation.responses, { 409: {}, 422: {} })
      return method === 'post' && !takes
    })
    .map(({ operation }) => operation.operationId)
  t.same(without.sort(), WITHOUT_KEY)
})

const WITHOUT_KEY = ['previewSegment', 'pushPurchase', 'pushPurchaseBatch', 'searchCustomers', 'searchInquiries']

t.test('what can change is read with an ETag and changed with If-Match', async t => {
  for (const { name, method, operation } of operations) {
    const has = (parameter: string) =>
      operation.parameters?.some(p => '$ref' in p && p.$ref === `#/components/parameters/${parameter}`) ?? false
    if (method !== 'get' && '412' in operation.responses) t.ok(has('IfMatch'), name)
    if (method === 'get' && '304' in operation.responses) t.ok(has('IfNoneMatch'), name)
  }
})

t.test('every text has a limit, and every list', async t => {
  const unlimited = everySchema().filter(({ schema }) => {
    const types = [schema.type].flat()
    const isChoice = schema.enum !== undefined || schema.const !== undefined
    const text = types.includes('string') && !isChoice && schema.maxLength === undefined
    return text || (types.includes('array') && schema.maxItems === undefined)
  })
  t.same(places(unlimited), [])
})

t.test('it is written for readers and generators', async t => {
  const where = (wrong: (schema: JsonSchema) => boolean) => places(everySchema().filter(({ schema }) => wrong(schema)))
  t.same(
    where(schema => 'default' in schema),
    [],
    'no defaults, which generators take for required fields'
  )
  t.same(
    where(({ format, pattern }) => format !== undefined && pattern !== undefined),
    [],
    'a format or a pattern'
  )
  t.same(
    where(({ anyOf = [] }) => {
      const types = anyOf.map(one => (one.enum || one.$ref ? undefined : one.type))
      return types.includes('null') && !types.includes(undefined) && new Set(types).size === types.length
    }),
    [],
    'null is a type beside the other'
  )
  const answers = operations.flatMap(({ operation }) =>
    Object.values(operation.responses).flatMap(response =>
      'content' in response ? Object.values(response.content ?? {}).map(media => media.schema) : []
    )
  )
  t.same(
    places(reachable(answers).filter(({ schema }) => schema.additionalProperties === false)),
    [],
    'answers may grow'
  )
  const twins = Object.keys(schemas).filter(name => {
    const twin = name.endsWith('Input') ? schemas[name.slice(0, -'Input'.length)] : undefined
    return twin !== undefined && JSON.stringify(twin) === JSON.stringify(schemas[name])
  })
  t.same(twins, [], 'nothing is said twice')
})

const places = (parts: { place: string }[]): string[] => parts.map(({ place }) => place)

/** The schemas that others lead to, references followed. */
function reachable(roots: readonly JsonSchema[]): { schema: JsonSchema; place: string }[] {
  const names = new Set<string>()
  const follow = (schema: JsonSchema): { schema: JsonSchema; place: string }[] =>
    [...partsOf(schema, '')].flatMap(part => {
      const name = part.schema.$ref?.slice('#/components/schemas/'.length)
      if (name === undefined || names.has(name)) return [part]
      names.add(name)
      return [part, ...follow(schemas[name] ?? {})]
    })
  return roots.flatMap(follow)
}

t.test('answers are written as JSON.stringify would write them', async t => {
  for (const route of app.documentedRoutes) {
    if (route.schema.hide || route.method === 'HEAD') continue
    const path = route.url.replace(/:(\w+)/g, '{$1}')
    const operation = document.paths[path]?.[route.method.toLowerCase()]
    for (const { status, media } of responsesOf(route)) {
      const zod = media['application/json']
      const response = operation?.responses[status]
      if (status >= 400 || !zod || !response || !('content' in response)) continue
      const { schema, example } = response.content?.['application/json'] ?? { schema: {} }
      const write = responseWriter(zod)
      const title = `${operation?.operationId} ${status}`
      t.equal(write(example), JSON.stringify(example), title)
      fc.assert(
        fc.property(valuesOf(schema, schemas), value => {
          const json = JSON.parse(JSON.stringify(value))
          return isDeepStrictEqual(JSON.parse(write(value)), json)
        }),
        { numRuns: 30 }
      )
    }
  }
})
