import t, { type Test } from 'tap'
import { z } from 'zod'
import { buildApp } from '../../src/app.ts'
import { openDatabase } from '../../src/db/client.ts'
import { DEPTH_AT_MOST } from '../../src/plugins/body.ts'
import { CATALOGUE } from '../../src/routes/problems/catalogue.ts'
import { createServices } from '../../src/services/index.ts'
import { openSocket, type RawAnswer, sendRaw } from '../support/raw-http.ts'
import { type Answer, startService } from '../support/service.ts'

const service = await startService({ corsOrigins: ['https://front.example'] })
t.teardown(() => service.close())
const shop = await service.newTenant()
const shanghai = { code: 'SH01', name: 'Shanghai', timeZone: 'Asia/Shanghai' }
const bearer = `Authorization: Bearer ${shop.key.key}`

/** Asserts that an answer is a complete problem document with this status and code, and that a page explains it. */
function isProblem(t: Test, { status, headers, body }: Answer, expected: number, code: string): void {
  t.same([status, body.status, body.code], [expected, expected, code])
  t.match(headers.get('content-type'), /^application\/problem\+json/)
  t.equal(body.instance, `urn:request:${headers.get('request-id')}`)
  t.same([typeof body.title, typeof body.detail, typeof body.retryable], ['string', 'string', 'boolean'])
  t.equal(body.type, CATALOGUE.get(code)?.type)
}

const answerOf = ({ status, headers, body }: RawAnswer): Answer => ({
  status,
  headers: new Headers(headers),
  body: JSON.parse(body)
})

/** Sends lines of a request head, and a body, as they are. */
const raw = async (head: readonly string[], body: string | Buffer = '') =>
  answerOf(await sendRaw(service.baseUrl, `${head.join('\r\n')}\r\nConnection: close\r\n\r\n`, body))

const post = (body: string | Buffer, ...headers: string[]) =>
  raw(['POST /v1/stores HTTP/1.1', 'Host: x', bearer, `Content-Length: ${Buffer.byteLength(body)}`, ...headers], body)

t.test('what the framework refuses is a problem document', async t => {
  t.test('404 for a path that nothing serves, whatever its body', async t => {
    isProblem(t, await shop.call('GET', '/nowhere'), 404, 'route.not_found')
    isProblem(t, await shop.call('POST', '/nowhere', '{', { 'content-type': 'text/xml' }), 404, 'route.not_found')
  })

  t.test('404 for a path with a slash at its end, whatever is without it', async t => {
    for (const path of ['/v1/stores/', '/v1/stores/?limit=1', '/v1/customers/', '/v1/tenant/', '/problems/', '/livez/'])
      isProblem(t, await shop.call('GET', path), 404, 'route.not_found')
    isProblem(t, await shop.call('POST', '/v1/stores/', shanghai), 404, 'route.not_found')
    isProblem(t, await shop.call('DELETE', '/v1/stores/'), 404, 'route.not_found')
    t.equal((await shop.call('HEAD', '/v1/stores/')).status, 404)
    t.equal((await shop.call('GET', '/v1/stores?limit=1')).status, 200)
  })

  t.test('405 with the methods that the path has', async t => {
    const answer = await shop.call('DELETE', '/v1/stores', 'x')
    isProblem(t, answer, 405, 'request.method_not_allowed')
    t.equal(answer.headers.get('allow'), 'GET, HEAD, POST, OPTIONS')
    for (const method of ['TRACE', 'PROPFIND', 'PUT', 'DELETE']) {
      const other = await raw([`${method} /v1/stores HTTP/1.1`, 'Host: x', bearer])
      isProblem(t, other, 405, 'request.method_not_allowed')
    }
    isProblem(t, await raw(['PROPFIND /nowhere HTTP/1.1', 'Host: x']), 404, 'route.not_found')
  })

  t.test('204 to OPTIONS, with the methods that the path has', async t => {
    const answer = await shop.call('OPTIONS', '/v1/tenant')
    t.equal(answer.status, 204)
    t.match(answer.headers.get('access-control-allow-methods'), /PATCH/)
  })

  t.test('413 for a body over the limit, announced or not', async t => {
    const large = JSON.stringify({ ...shanghai, name: 'x'.repeat(1024 * 1024) })
    isProblem(t, await shop.call('POST', '/v1/stores', large), 413, 'request.body_too_large')
    const chunk = 'x'.repeat(1024 * 1024 + 1)
    const chunked = await raw(
      ['POST /v1/stores HTTP/1.1', 'Host: x', bearer, 'Content-Type: application/json', 'Transfer-Encoding: chunked'],
      `${chunk.length.toString(16)}\r\n${chunk}\r\n0\r\n\r\n`
    )
    isProblem(t, chunked, 413, 'request.body_too_large')
  })

  t.test('414 for a part of a path, a query and a request line that are too long', async t => {
    isProblem(t, await shop.call('GET', `/v1/stores/${'x'.repeat(3_000)}`), 414, 'request.url_too_long')
    isProblem(t, await shop.call('GET', `/v1/stores?cursor=${'x'.repeat(9_000)}`), 414, 'request.url_too_long')
    isProblem(t, await raw([`GET /${'x'.repeat(20_000)} HTTP/1.1`, 'Host: x']), 414, 'request.url_too_long')
  })

  t.test('415 for a body that is not JSON in UTF-8, and for one without a type', async t => {
    const body = JSON.stringify(shanghai)
    for (const type of [
      'text/plain',
      'application/xml',
      'application/json; charset=utf-16',
      'multipart/form-data',
      '/'
    ]) {
      isProblem(t, await post(body, `Content-Type: ${type}`), 415, 'request.media_type_unsupported')
    }
    isProblem(t, await post(body), 415, 'request.media_type_unsupported')
    const gzipped = await post(body, 'Content-Type: application/json', 'Content-Encoding: gzip')
    isProblem(t, gzipped, 415, 'request.encoding_unsupported')
  })

  t.test('431 for headers that are too large', async t => {
    const answer = await raw(['GET /livez HTTP/1.1', 'Host: x', `X-Large: ${'x'.repeat(20_000)}`])
    isProblem(t, answer, 431, 'request.headers_too_large')
  })

  t.test('400 for a path that does not decode', async t => {
    isProblem(t, await shop.call('GET', '/v1/stores/%zz'), 400, 'request.url_invalid')
    isProblem(t, await shop.call('GET', '/v1/stores/%00'), 400, 'request.text_invalid')
  })

  t.test('400 for what is not HTTP, and for HTTP/1.1 without a host', async t => {
    isProblem(t, await raw(['NONSENSE']), 400, 'request.malformed')
    isProblem(t, await raw(['GET /livez HTTP/1.1', 'bad header']), 400, 'request.malformed')
    isProblem(t, await raw(['GET /livez HTTP/1.1']), 400, 'request.host_missing')
    t.equal((await raw(['GET /livez HTTP/1.0'])).status, 200)
  })

  t.test('417 for an expectation that nobody knows', async t => {
    const answer = await raw(['GET /livez HTTP/1.1', 'Host: x', 'Expect: the-unexpected'])
    isProblem(t, answer, 417, 'request.expectation_failed')
  })

  t.test('a caller who leaves in the middle of a body harms nobody', async t => {
    const head = ['POST /v1/stores HTTP/1.1', 'Host: x', bearer, 'Content-Type: application/json', 'Content-Length: 9']
    const socket = await openSocket(service.baseUrl)
    const closed = new Promise(done => socket.once('close', done))
    socket.resume().end(`${head.join('\r\n')}\r\n\r\n{"a"`)
    await closed
    t.equal((await shop.call('GET', '/livez')).status, 200, 'and the service goes on')
  })

  t.test('HEAD has the headers of GET and no body', async t => {
    const head = await shop.call('HEAD', '/v1/tenant')
    const get = await shop.call('GET', '/v1/tenant')
    t.same([head.status, head.body], [200, null])
    for (const name of ['etag', 'content-type', 'content-length', 'cache-control'])
      t.equal(head.headers.get(name), get.headers.get(name), name)
    t.equal((await shop.call('HEAD', '/nowhere')).status, 404)
  })

  t.test('JSON whatever the caller says he accepts', async t => {
    const answer = await shop.call('GET', '/v1/tenant', undefined, { accept: 'application/pdf' })
    t.match([answer.status, answer.headers.get('content-type')], [200, /^application\/json/])
  })
})

t.test('a body is JSON that can be kept', async t => {
  const json = 'Content-Type: application/json'

  t.test('400 for what is no JSON, and for what is not UTF-8', async t => {
    isProblem(t, await post('{"code":', json), 400, 'request.json_invalid')
    isProblem(t, await post(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), json), 400, 'request.json_invalid')
    isProblem(t, await post('', json), 400, 'request.body_missing')
    isProblem(t, await shop.call('POST', '/v1/stores'), 400, 'request.body_missing')
  })

  t.test('a byte order mark is passed over', async t => {
    t.equal((await post(`\uFEFF${JSON.stringify({ ...shanghai, code: 'BOM' })}`, json)).status, 201)
  })

  t.test('400 names where a NUL or half a surrogate pair stands, in values and in keys', async t => {
    for (const text of ['\\u0000', 'a\\uD800b', '\\uDC00', 'x\\uD83Dy']) {
      const answer = await post(`{"code":"A","name":"${text}","timeZone":"UTC"}`, json)
      isProblem(t, answer, 400, 'request.text_invalid')
      t.equal(answer.body.errors[0].pointer, '/name')
    }
    const inKey = await post('{"code":"A","list":[{"a/b":{"\\u0000":1}}]}', json)
    isProblem(t, inKey, 400, 'request.text_invalid')
    t.equal(inKey.body.errors[0].pointer, '/list/0/a~1b')
    t.equal((await post(`{"code":"EMO","name":"\\uD83D\\uDE00","timeZone":"UTC"}`, json)).status, 201)
  })

  t.test('400 for names that could reach a prototype, escaped or not', async t => {
    for (const body of [
      '{"__proto__":{"admin":true}}',
      '{"code":"A","x":[{"__proto__":1}]}',
      '{"\\u005f_proto__":{}}',
      '{"constructor":{"prototype":{"a":1}}}'
    ]) {
      isProblem(t, await post(body, json), 400, 'request.key_forbidden')
    }
  })

  t.test('400 when nested deeper than 20 levels, and no sooner', async t => {
    const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels)
    isProblem(t, await post(nested(DEPTH_AT_MOST + 1), json), 400, 'request.too_deep')
    isProblem(t, await post(nested(DEPTH_AT_MOST), json), 400, 'request.invalid')
    isProblem(t, await post(nested(200_000), json), 400, 'request.too_deep')
  })

  t.test('400 names unknown fields, at most 50 of them', async t => {
    const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`field${i}`, i]))
    const answer = await shop.call('POST', '/v1/stores', { ...shanghai, ...many })
    isProblem(t, answer, 400, 'request.invalid')
    t.equal(answer.body.errors.length, 50)
    t.same(answer.body.errors[0], {
      pointer: '/field0',
      code: 'unknown_field',
      message: 'is not a documented field'
    })
  })

  t.test('400 for a body where none is documented', async t => {
    const answer = await shop.call('DELETE', '/v1/api-keys/0193a1f0-7c1e-7b3a-9d52-3f0c8e6a4b21', { a: 1 })
    isProblem(t, answer, 400, 'request.invalid')
  })
})

t.test('a query holds what is documented, once', async t => {
  t.test('400 names an unknown parameter, on reads and on writes', async t => {
    const read = await shop.call('GET', '/v1/stores?colour=red')
    isProblem(t, read, 400, 'request.invalid')
    t.equal(read.body.errors[0].pointer, '/query/colour')
    isProblem(t, await shop.call('POST', '/v1/stores?x=1', shanghai), 400, 'request.invalid')
    isProblem(t, await shop.call('GET', '/livez?x=1'), 400, 'request.invalid')
  })

  t.test('400 for a parameter given twice, an empty number, and names of prototypes', async t => {
    for (const query of [
      'limit=1&limit=2',
      'limit=',
      'limit=1e1',
      'limit=0',
      'limit=201',
      '__proto__=1',
      'constructor=1'
    ])
      isProblem(t, await shop.call('GET', `/v1/stores?${query}`), 400, 'request.invalid')
  })
})

t.test('a POST under an Idempotency-Key is decided once', async t => {
  const open = (tenant: typeof shop, key: string, body: object, headers = {}) =>
    tenant.call('POST', '/v1/customers', body, { 'idempotency-key': key, ...headers })
  const anna = { kind: 'person', contacts: [{ type: 'phone', value: '030 23125042' }] }
  const marked = ({ headers }: Answer) => headers.get('idempotency-replayed')

  t.test('what was granted is answered again with its place and version', async t => {
    const tenant = await service.newTenant()
    const first = await open(tenant, 'a', anna)
    const again = await open(tenant, 'a', anna)
    t.same([again.status, again.body], [201, first.body])
    for (const name of ['location', 'etag', 'content-type']) t.equal(again.headers.get(name), first.headers.get(name))
    t.equal(again.headers.get('location'), `/v1/customers/${first.body.id}`)
    t.same([marked(first), marked(again)], [null, 'true'])
    const run = () => tenant.call('POST', '/v1/classification-runs', {}, { 'idempotency-key': 'run' })
    const [job, same] = [await run(), await run()]
    t.same([same.status, same.body, same.headers.get('location')], [202, job.body, `/v1/jobs/${job.body.id}`])
  })

  t.test('what was refused is refused again, though its reason is gone', async t => {
    const tenant = await service.newTenant()
    const { id } = (await open(tenant, 'first', anna)).body
    const refused = await open(tenant, 'second', anna)
    isProblem(t, refused, 409, 'customer.contact_taken')
    t.equal((await tenant.call('PATCH', `/v1/customers/${id}`, { name: 'Anna', contacts: [] })).status, 200)
    const again = await open(tenant, 'second', anna)
    t.same([again.status, again.body, marked(again)], [409, refused.body, 'true'])
    t.match(again.headers.get('content-type'), /^application\/problem\+json/)
    isProblem(t, await open(tenant, 'second', { ...anna, name: 'Else' }), 422, 'idempotency.key_reused')
    t.equal((await open(tenant, 'third', anna)).status, 201)
  })

  t.test('a refusal that a constraint made is kept too, and nothing else of the attempt', async t => {
    const tenant = await service.newTenant()
    const make = (key: string, code: string) =>
      tenant.call('POST', '/v1/stores', { ...shanghai, code }, { 'idempotency-key': key })
    await make('a', 'S1')
    const refused = await make('b', 'S1')
    isProblem(t, refused, 409, 'store.code_taken')
    const again = await make('b', 'S1')
    t.same([again.body, marked(again)], [refused.body, 'true'])
    t.equal((await tenant.call('GET', '/v1/stores')).body.data.length, 1)
  })

  t.test('a body with a fault is not kept: the key is free for what was meant', async t => {
    const tenant = await service.newTenant()
    isProblem(t, await open(tenant, 'a', { kind: 'robot' }), 400, 'request.invalid')
    t.equal((await open(tenant, 'a', anna)).status, 201)
  })

  t.test('another If-Match is another request', async t => {
    const tenant = await service.newTenant()
    t.equal((await open(tenant, 'a', anna, { 'if-match': '"1"' })).status, 201)
    isProblem(t, await open(tenant, 'a', anna, { 'if-match': '"2"' }), 422, 'idempotency.key_reused')
  })

  t.test('of 100 at once that are refused, each hears the one refusal or that it is under way', async t => {
    const tenant = await service.newTenant()
    await open(tenant, 'first', anna)
    const answers = await Promise.all(Array.from({ length: 100 }, () => open(tenant, 'second', anna)))
    t.same(new Set(answers.map(({ status }) => status)), new Set([409]))
    const codes = new Set(answers.map(({ body }) => body.code))
    t.ok(codes.has('customer.contact_taken'))
    codes.delete('customer.contact_taken')
    codes.delete('idempotency.in_flight')
    t.equal(codes.size, 0)
    const decided = answers.filter(({ body }) => body.code === 'customer.contact_taken')
    t.equal(new Set(decided.map(({ body }) => body.instance)).size, 1)
  })
})

t.test('an integrator calls through the client that is generated from the document', async t => {
  const { client } = await service.newTenant()
  const made = await client.POST('/v1/stores', { body: { code: 'SH01', name: 'Shanghai', timeZone: 'Asia/Shanghai' } })
  const id: string = made.data?.id ?? ''
  const read = await client.GET('/v1/stores/{id}', { params: { path: { id } } })
  const currency: string | null | undefined = read.data?.currency
  t.same([read.data?.code, currency], ['SH01', null])
  const again = await client.POST('/v1/stores', { body: { code: 'SH01', name: 'Shanghai', timeZone: 'Asia/Shanghai' } })
  t.same([again.response.status, again.error?.code], [409, 'store.code_taken'])
})

t.test('a request id is repeated when it is harmless, and made when not', async t => {
  const id = async (given?: string) =>
    (await shop.call('GET', '/livez', undefined, given === undefined ? {} : { 'request-id': given })).headers.get(
      'request-id'
    )
  t.equal(await id('till-7:42'), 'till-7:42')
  t.match(await id(), /^[0-9a-f-]{36}$/)
  t.match(await id('<script>'), /^[0-9a-f-]{36}$/)
  t.match(await id('x'.repeat(200)), /^[0-9a-f-]{36}$/)
})

t.test('answers are data: typed, unframed, and kept by nobody', async t => {
  const { headers } = await shop.call('GET', '/v1/tenant')
  t.equal(headers.get('x-content-type-options'), 'nosniff')
  t.equal(headers.get('cache-control'), 'no-store')
  t.match(headers.get('content-security-policy'), /default-src 'none'/)
})

t.test('browsers of a named origin may call, and others not', async t => {
  const ask = async (origin: string) =>
    (await shop.call('GET', '/v1/tenant', undefined, { origin })).headers.get('access-control-allow-origin')
  t.equal(await ask('https://front.example'), 'https://front.example')
  t.equal(await ask('https://evil.example'), null)
  const refused = await fetch(`${service.baseUrl}/v1/tenant`, { headers: { origin: 'https://front.example' } })
  t.equal(refused.headers.get('access-control-allow-origin'), 'https://front.example', 'refusals can be read too')
})

t.test('our own mistakes are problem documents without a word about what went wrong', async t => {
  const database = openDatabase({ url: service.databaseUrl, apiConnections: 1, queryTimeoutMs: 1_000, onError() {} })
  const app = await buildApp(createServices({ database }))
  t.teardown(async () => {
    await app.close()
    await database.close()
  })
  const secret = 'Zhang San'
  const thrown: unknown[] = [undefined, null, secret, 42, { statusCode: 200, message: secret }, new Error(secret)]
  const config = { scope: 'public' } as const
  app.get('/throws/:index', { config }, async request => {
    throw thrown[Number((request.params as { index: string }).index)]
  })
  app.get(
    '/unwritable',
    { config, schema: { response: { 200: z.object({ version: z.int(), name: z.string() }) } } },
    async (_request, reply) => reply.header('Location', '/x').send({ version: 7 })
  )
  app.get('/refuses', { config }, async () => {
    throw Object.assign(new Error(secret), { statusCode: 418 })
  })

  for (const [index] of thrown.entries()) {
    const { statusCode, headers, body } = await app.inject({ url: `/throws/${index}` })
    t.same([statusCode, JSON.parse(body).code], [500, 'internal.error'], String(thrown[index]))
    t.match(headers['content-type'], /problem\+json/)
    t.notMatch(body, secret)
  }

  const unwritable = await app.inject({ url: '/unwritable' })
  t.same([unwritable.statusCode, unwritable.json().code], [500, 'internal.error'])
  t.same([unwritable.headers.etag, unwritable.headers.location], [undefined, undefined])

  const refused = await app.inject({ url: '/refuses' })
  t.same([refused.statusCode, refused.json().code], [400, 'request.malformed'])
})

t.test('GET /problems/:name', async t => {
  t.test('200 explains every problem, to people and to programs', async t => {
    const { body } = await shop.call('GET', '/problems')
    t.equal(body.data.length, CATALOGUE.size)
    for (const { type, code, title } of body.data) {
      t.match((await shop.call('GET', type)).body, { type, code, title })
    }
    const page = await shop.call('GET', '/problems/version-mismatch', undefined, { accept: 'text/html' })
    t.match(page.headers.get('content-type'), /text\/html/)
    t.match(page.body, /What to do/)
    t.match(page.headers.get('content-security-policy'), /style-src/)
  })

  t.test('404 for a name that nothing has', async t => {
    isProblem(t, await shop.call('GET', '/problems/no-such-thing'), 404, 'problem.not_found')
  })

  t.test('the names that the contract fixes stay', async t => {
    for (const [code, type] of [
      ['cursor.invalid', '/problems/invalid-cursor'],
      ['idempotency.key_reused', '/problems/idempotency-key-reused'],
      ['idempotency.in_flight', '/problems/idempotency-in-flight'],
      ['version.mismatch', '/problems/version-mismatch']
    ] as const)
      t.equal(CATALOGUE.get(code)?.type, type)
  })
})

t.test('GET /docs', async t => {
  t.test('200 with a page whose parts all come from here, kept to here by its policy', async t => {
    const { headers, body } = await shop.call('GET', '/docs')
    t.match(headers.get('content-type'), /text\/html/)
    const policy = headers.get('content-security-policy') ?? ''
    t.match(policy, /default-src 'none'/)
    t.match(policy, /connect-src 'self'/)
    t.notMatch(policy, /https?:/)
    t.notMatch(body, /https?:/)
    const scripts = [...body.matchAll(/src="([^"]+)"/g)].map((match: RegExpMatchArray) => match[1])
    for (const script of scripts) {
      const answer = await shop.call('GET', String(script))
      t.match([answer.status, answer.headers.get('content-type')], [200, /javascript/])
    }
    t.match((await shop.call('GET', '/docs/reference.js')).body, /createApiReference/)
  })

  t.test('200 with the document that the page shows', async t => {
    const { body } = await shop.call('GET', '/openapi.json')
    t.match(body, { openapi: '3.1.0', info: { title: 'Clientele' } })
  })
})
