import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import fc, { type Arbitrary } from 'fast-check'
import t from 'tap'
import type { Parameter } from '../../src/plugins/openapi/parameters.ts'
import { valuesOf } from '../support/arbitrary.ts'
import { type Described, filled, operationsOf, resourceOf, type Step, withValueAt } from '../support/document.ts'
import { startService } from '../support/service.ts'
import { openWorld, receipt } from '../support/world.ts'

/** Requests made from the document, sound ones and broken ones: every answer is one that the document names. */
const service = await startService()
t.teardown(() => service.close())
const shop = await service.newTenant()
const world = await openWorld(shop, 'fuzz')
const operations = operationsOf(service.app)
const { components } = service.app.openapi()

const SECONDS = Number(process.env.FUZZ_SECONDS ?? 15)
/** The same every time, so that a change fails by its own fault; other seeds and a longer time find more. */
const SEED = Number(process.env.FUZZ_SEED ?? 20_261_121)

const ajv = new Ajv2020({ strict: false })
addFormats.default(ajv)
ajv.addSchema({ $id: 'document', components: { schemas: components.schemas } })

/** What is wrong with an answer by the document; undefined when nothing is. */
function objection({ operation }: Described, status: number, type: string, body: unknown): string | undefined {
  const response = operation.responses[status]
  if (!response) return `status ${status} is not documented`
  const expected = '$ref' in response ? components.responses[response.$ref.split('/').at(-1) ?? ''] : response
  const [media, content] = Object.entries(expected?.content ?? {})[0] ?? []
  if (!media) return undefined
  if (!type.startsWith(media)) return `${status} has the type ${type}`
  if (!media.includes('json')) return undefined
  const schema = JSON.parse(JSON.stringify(content?.schema), (key, part) => (key === '$ref' ? `document${part}` : part))
  return ajv.validate(schema, body) ? undefined : `${status} ${ajv.errorsText()} ${JSON.stringify(body).slice(0, 500)}`
}

/** What no honest caller sends, and what breaks programs that believe their callers. */
const evil: Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    ...[null, true, 0, -1, 0.1, 1e21, -1e308, 2 ** 53, '', ' ', '\u0000', '\ud800', '\u202e', '%00', '../..', '[]'],
    ...[
      "'; drop table stores; --",
      '$' + '{jndi:ldap://x}',
      '😀'.repeat(50),
      'x'.repeat(5_000),
      'ﷺ',
      'a\u0301',
      '2026-02-30'
    ],
    ...[[], {}, [[]], [{}], { a: { b: [] } }, { constructor: { prototype: {} } }, new Array(2_100).fill(null)]
  ),
  fc.jsonValue({ maxDepth: 3 })
)

/** What the fields of a body name in this tenant: without it hardly a request would get past its references. */
const GROUND: Readonly<Record<string, unknown>> = {
  storeCode: 'fuzz-S1',
  staffCode: 'fuzz-P1',
  currency: 'EUR',
  exchangeRate: null,
  homeStoreId: world.ids.store,
  storeId: world.ids.store,
  storeIds: [world.ids.store],
  staffId: world.ids.staff,
  relationshipManagerId: world.ids.staff
}

const grounded = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(grounded)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [key, part !== null && key in GROUND ? GROUND[key] : grounded(part)])
  )
}

const sale = receipt('fuzz', 'F', world.ids.customer)
const EXAMPLES: Readonly<Record<string, unknown>> = {
  pushPurchase: sale,
  pushPurchaseBatch: { purchases: [sale, { ...sale, kind: 'return', receiptNumber: 'fuzz-F2' }] }
}

/** A sound value, or one that has something evil in one of its places, or too much or too little of it. */
const bodies = (described: Described): Arbitrary<unknown> => {
  if (!described.body) return fc.oneof({ weight: 8, arbitrary: fc.constant(undefined) }, evil)
  const sound = fc.oneof(
    valuesOf(described.body, components.schemas),
    valuesOf(described.body, components.schemas).map(grounded),
    fc.constant(EXAMPLES[described.operationId] ?? described.example).map(grounded)
  )
  const broken = fc
    .tuple(sound, fc.nat(), evil, fc.constantFrom('replace', 'add', 'remove'))
    .map(([value, which, bad, how]) => {
      const places = placesIn(value)
      const place = places[which % places.length] ?? []
      if (how === 'replace') return withValueAt(value, place, bad)
      if (how === 'remove') return withValueAt(value, place, undefined)
      return withValueAt(value, [...place, 'extra'], bad)
    })
  return fc.oneof({ weight: 4, arbitrary: sound }, { weight: 3, arbitrary: broken }, { weight: 1, arbitrary: evil })
}

function placesIn(value: unknown, path: readonly Step[] = []): Step[][] {
  if (typeof value !== 'object' || value === null) return [[...path]]
  const entries: [Step, unknown][] = Array.isArray(value) ? [...value.slice(0, 5).entries()] : Object.entries(value)
  return [[...path], ...entries.flatMap(([step, part]) => placesIn(part, [...path, step]))]
}

const texts: Arbitrary<string> = fc.oneof(
  fc.string({ maxLength: 20 }),
  evil.map(value => (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, 300))
)

const queries = (described: Described): Arbitrary<string> => {
  const one = ({ name, schema }: Parameter) =>
    fc
      .oneof(
        { weight: 3, arbitrary: valuesOf(schema, components.schemas).map(String) },
        { weight: 1, arbitrary: texts }
      )
      .map(value => `${name}=${encode(value)}`)
  const known = described.queryParameters.map(one)
  const unknown = fc.tuple(texts, texts).map(([name, value]) => `${encode(name)}=${encode(value)}`)
  return fc
    .tuple(
      fc.subarray(known).chain(parts => fc.tuple(...parts)),
      fc.oneof({ weight: 9, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: unknown })
    )
    .map(([parts, extra]) => [...parts, ...(extra === null ? [] : [extra])].join('&'))
}

/** As encodeURIComponent, which throws for half a surrogate pair. */
const encode = (text: string): string => encodeURIComponent(text.toWellFormed())

const paths = (described: Described): Arbitrary<string> => {
  const known = world.params[resourceOf(described.path)] ?? {}
  const values = Object.fromEntries(
    described.pathParameters.map(({ name, schema }) => [
      name,
      fc.oneof(
        { weight: 3, arbitrary: fc.constant(known[name] ?? 'x') },
        { weight: 1, arbitrary: valuesOf(schema, components.schemas).map(String) },
        { weight: 1, arbitrary: texts.map(text => text.toWellFormed() || 'x') }
      )
    ])
  )
  return fc.record(values).map(params => filled(described.path, params as Record<string, string>))
}

const oddHeaders: Arbitrary<Record<string, string>> = fc.record(
  {
    'if-match': fc.constantFrom('"1"', '"2"', '*', 'W/"1"', '"x"', '', '"99999999999"'),
    'if-none-match': fc.constantFrom('"1"', '*', 'nonsense'),
    'idempotency-key': fc.constantFrom('k-1', 'k-2', 'k 3', '', 'x'.repeat(256), 'ü'),
    accept: fc.constantFrom('application/xml', '*/*', 'text/html', ''),
    'content-type': fc.constantFrom(
      'application/json',
      'application/merge-patch+json',
      'text/plain',
      'application/json;charset=utf-8',
      'nonsense'
    )
  },
  { requiredKeys: [] }
)

const headers = fc.oneof({ weight: 5, arbitrary: fc.constant({}) }, oddHeaders)

type Request = [described: Described, path: string, query: string, body: unknown, headers: Record<string, string>]

const requests: Arbitrary<Request> = fc.oneof(
  ...operations.map(one => fc.tuple(fc.constant(one), paths(one), queries(one), bodies(one), headers))
)

t.test(`no request is answered otherwise than documented, and none with a 500 (FUZZ_SEED=${SEED})`, async t => {
  const seen = new Map<string, number>()
  let asked = 0
  const ask = async ([described, path, query, body, extra]: Request) => {
    const { method, operationId } = described
    const text = body === undefined || method === 'GET' ? undefined : JSON.stringify(body)
    const answer = await send(method, query ? `${path}?${query}` : path, text, extra)
    asked += 1
    const wrong = answer.status === 500 ? '500' : objection(described, answer.status, answer.type, answer.body)
    if (wrong) throw new Error(`${operationId}: ${wrong}`)
    seen.set(operationId, Math.min(seen.get(operationId) ?? 999, answer.status))
  }
  const several = fc.array(requests, { minLength: 1, maxLength: 8, size: 'max' })
  const details = await fc.check(
    fc.asyncProperty(several, async all => {
      await Promise.all(all.map(ask))
    }),
    { seed: SEED, numRuns: 1_000_000, interruptAfterTimeLimit: SECONDS * 1_000, markInterruptAsFailure: false }
  )
  const culprits = (details.counterexample?.[0] ?? []).map(([{ method }, ...rest]) => [method, ...rest])
  t.notOk(details.failed, details.failed ? `${details.errorInstance} ${JSON.stringify(culprits)}` : 'all documented')
  t.ok(asked > 100, `${asked} requests`)
  const succeeded = [...seen.values()].filter(status => status < 300).length
  t.comment(`${asked} requests, and ${succeeded} of ${operations.length} operations succeeded`)
  t.equal((await shop.call('GET', '/v1/tenant')).status, 200, 'and the service is as well as before')
})

async function send(method: string, path: string, text: string | undefined, extra: Record<string, string>) {
  const response = await fetch(service.baseUrl + path, {
    method,
    headers: {
      authorization: `Bearer ${shop.key.key}`,
      ...(text === undefined ? {} : { 'content-type': 'application/json' }),
      ...latin(extra)
    },
    ...(text === undefined ? {} : { body: text })
  })
  const type = response.headers.get('content-type') ?? ''
  // A stream of a job that nobody works on would never end.
  if (type.startsWith('text/event-stream')) {
    await response.body?.cancel()
    return { status: response.status, type, body: undefined }
  }
  const answered = await response.text()
  return { status: response.status, type, body: answered === '' ? undefined : JSON.parse(answered) }
}

const latin = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.replace(/[^\x20-\xff]/g, '?')]))
