import t from 'tap'
import { startService, type TestTenant } from '../support/service.ts'

const service = await startService()
t.teardown(() => service.close())

const shanghai = { code: 'SH01', name: 'Shanghai', timeZone: 'Asia/Shanghai' }

t.test('POST /v1/stores', async t => {
  const shop = await service.newTenant()

  t.test('201 opens a store with version 1, its ETag and its place', async t => {
    const { status, headers, body } = await shop.call('POST', '/v1/stores', shanghai)
    t.equal(status, 201)
    t.match(body, { ...shanghai, active: true, version: 1, currency: null })
    t.equal(headers.get('location'), `/v1/stores/${body.id}`)
    t.equal(headers.get('etag'), '"1"')
  })

  t.test('409 when another store has the code, as a problem document', async t => {
    const { status, headers, body } = await shop.call('POST', '/v1/stores', shanghai)
    t.equal(status, 409)
    t.match(headers.get('content-type'), 'application/problem+json')
    t.match(body, { code: 'store.code_taken', status: 409, type: '/problems/store-code-taken', retryable: false })
  })

  t.test('400 names an unknown field, and a zone that does not exist', async t => {
    const { status, body } = await shop.call('POST', '/v1/stores', {
      ...shanghai,
      timeZone: 'Mars/Olympus',
      colour: 'red'
    })
    t.equal(status, 400)
    t.same(body.errors.map((e: { pointer: string }) => e.pointer).sort(), ['/colour', '/timeZone'])
  })

  t.test('the same Idempotency-Key gives the same answer and one store', async t => {
    const headers = { 'idempotency-key': 'k-1' }
    const first = await shop.call('POST', '/v1/stores', { ...shanghai, code: 'SH02' }, headers)
    const again = await shop.call('POST', '/v1/stores', { ...shanghai, code: 'SH02' }, headers)
    t.equal(again.status, 201)
    t.same(again.body, first.body)
    t.equal(again.headers.get('idempotency-replayed'), 'true')
    const other = await shop.call('POST', '/v1/stores', { ...shanghai, code: 'SH03' }, headers)
    t.match([other.status, other.body.code], [422, 'idempotency.key_reused'])
  })
})

t.test('GET /v1/stores', async t => {
  const shop = await service.newTenant()
  for (const code of ['A', 'B', 'C']) await shop.call('POST', '/v1/stores', { ...shanghai, code })

  t.test('200 pages through every store once', async t => {
    const codes: string[] = []
    let cursor = ''
    do {
      const { body } = await shop.call('GET', `/v1/stores?limit=2${cursor}`)
      codes.push(...body.data.map((s: { code: string }) => s.code))
      cursor = body.nextCursor ? `&cursor=${body.nextCursor}` : ''
    } while (cursor)
    t.same(codes, ['A', 'B', 'C'])
  })

  t.test("400 for another tenant's cursor", async t => {
    const { body } = await shop.call('GET', '/v1/stores?limit=1')
    const other: TestTenant = await service.newTenant()
    const foreign = await other.call('GET', `/v1/stores?cursor=${body.nextCursor}`)
    t.match([foreign.status, foreign.body.code], [400, 'cursor.invalid'])
  })
})

t.test('PATCH /v1/stores/:id', async t => {
  const shop = await service.newTenant()
  const { body: store } = await shop.call('POST', '/v1/stores', shanghai)

  t.test('412 when the store has changed since, and nothing changes', async t => {
    await shop.call('PATCH', `/v1/stores/${store.id}`, { name: 'New' }, { 'if-match': '"1"' })
    const stale = await shop.call('PATCH', `/v1/stores/${store.id}`, { name: 'Stale' }, { 'if-match': '"1"' })
    t.match([stale.status, stale.body.code], [412, 'version.mismatch'])
    t.match((await shop.call('GET', `/v1/stores/${store.id}`)).body, { name: 'New', version: 2 })
  })

  t.test('304 when the version is known', async t => {
    const { status } = await shop.call('GET', `/v1/stores/${store.id}`, undefined, { 'if-none-match': '"2"' })
    t.equal(status, 304)
  })

  t.test('404, the identical one, for another tenant', async t => {
    const other = await service.newTenant()
    const foreign = await other.call('GET', `/v1/stores/${store.id}`)
    const missing = await other.call('GET', '/v1/stores/01890000-0000-7000-8000-000000000000')
    t.equal(foreign.status, 404)
    t.same({ ...foreign.body, instance: '' }, { ...missing.body, instance: '' })
  })
})

t.test('what no route serves is a problem document too', async t => {
  const shop = await service.newTenant()
  const wrongMethod = await shop.call('DELETE', '/v1/stores')
  t.match(
    [wrongMethod.status, wrongMethod.body.code, wrongMethod.headers.get('allow')],
    [405, 'request.method_not_allowed', /GET/]
  )
  t.match((await shop.call('GET', '/nowhere')).body, { code: 'route.not_found', status: 404 })
  t.match((await shop.call('POST', '/v1/stores', '{')).body, { code: 'request.json_invalid', status: 400 })
  t.match((await shop.call('POST', '/v1/stores', 'x', { 'content-type': 'text/xml' })).body, { status: 415 })
})
