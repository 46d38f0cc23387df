import t from 'tap'
import { DEFAULT_POLICY } from '../../src/domain/classification-policy.ts'
import { startService } from '../support/service.ts'

const service = await startService()
t.teardown(() => service.close())

const PATH = '/v1/classification-policy'

t.test('GET /v1/classification-policy', async t => {
  const shop = await service.newTenant()

  t.test('200 answers the defaults at first, as version 1 with its ETag', async t => {
    const { status, headers, body } = await shop.call('GET', PATH)
    t.equal(status, 200)
    t.equal(headers.get('etag'), '"1"')
    const { version, createdAt, createdBy, ...policy } = body
    t.same(policy, DEFAULT_POLICY)
    t.match([version, createdBy], [1, null])
    t.ok(createdAt)
    t.equal((await shop.call('GET', PATH, undefined, { 'if-none-match': '"1"' })).status, 304)
  })
})

t.test('PUT /v1/classification-policy', async t => {
  const shop = await service.newTenant()

  t.test('200 makes a new version; what is left out takes its default', async t => {
    const first = await shop.call('PUT', PATH, { windowMonths: null, abc: { aShare: 0.7 } })
    t.match([first.status, first.headers.get('etag')], [200, '"2"'])
    t.match(first.body, { version: 2, windowMonths: null, abc: { aShare: 0.7, bShare: 0.95 }, createdBy: shop.key.id })
    const second = await shop.call('PUT', PATH, { abc: { bShare: 0.9 } })
    t.match(second.body, { version: 3, windowMonths: 12, abc: { aShare: 0.8, bShare: 0.9 } })
    t.same((await shop.call('GET', PATH)).body, second.body)
  })

  t.test('200 and the same version when nothing differs', async t => {
    const { body } = await shop.call('PUT', PATH, { abc: { bShare: 0.9 } })
    t.equal(body.version, 3)
  })

  t.test('412 when somebody else has replaced it, and nothing changes', async t => {
    const stale = await shop.call('PUT', PATH, { windowMonths: 6 }, { 'if-match': '"2"' })
    t.match([stale.status, stale.body.code], [412, 'version.mismatch'])
    t.match((await shop.call('GET', PATH)).body, { version: 3, windowMonths: 12 })
    t.equal((await shop.call('PUT', PATH, { windowMonths: 6 }, { 'if-match': '"3"' })).body.version, 4)
  })

  t.test('one of many at the same time wins', async t => {
    const answers = await Promise.all(
      [2, 3, 4, 5, 7].map(windowMonths => shop.call('PUT', PATH, { windowMonths }, { 'if-match': '"4"' }))
    )
    t.same(answers.map(({ status }) => status).sort(), [200, 412, 412, 412, 412])
  })

  t.test('422 names each field that no run could use', async t => {
    const { status, body } = await shop.call('PUT', PATH, {
      windowMonths: 0,
      abc: { aShare: 0.9, bShare: 0.8 },
      trust: { cognitiveQuality: 6 }
    })
    t.match([status, body.code], [422, 'classification_policy.invalid'])
    t.same(body.errors.map((error: { pointer: string }) => error.pointer).sort(), [
      '/abc/bShare',
      '/trust/cognitiveQuality',
      '/windowMonths'
    ])
    const fixed = await shop.call('PUT', PATH, { abc: { method: 'fixed' } })
    t.same(
      fixed.body.errors.map((error: { pointer: string }) => error.pointer),
      ['/abc/aMinor', '/abc/bMinor']
    )
  })

  t.test('400 names an unknown field and a wrong type', async t => {
    const { status, body } = await shop.call('PUT', PATH, { abc: { aShare: '0.8', colour: 'red' } })
    t.equal(status, 400)
    t.same(body.errors.map((error: { pointer: string }) => error.pointer).sort(), ['/abc/aShare', '/abc/colour'])
  })

  t.test('403 for who may only read', async t => {
    const reader = await shop.withScopes('classifications:read')
    t.equal((await reader.call('PUT', PATH, {})).status, 403)
    t.equal((await reader.call('GET', PATH)).status, 200)
  })
})

t.test('GET /v1/classification-policy/versions', async t => {
  const shop = await service.newTenant()
  for (const windowMonths of [3, 6, 9]) await shop.call('PUT', PATH, { windowMonths })

  t.test('200 lists every version once, newest first', async t => {
    const first = await shop.call('GET', `${PATH}/versions?limit=3`)
    const second = await shop.call('GET', `${PATH}/versions?limit=3&cursor=${first.body.nextCursor}`)
    const all = [...first.body.data, ...second.body.data]
    t.same(
      all.map(({ version, windowMonths }) => [version, windowMonths]),
      [
        [4, 9],
        [3, 6],
        [2, 3],
        [1, 12]
      ]
    )
    t.equal(second.body.nextCursor, null)
  })

  t.test('nothing of another tenant', async t => {
    const other = await service.newTenant()
    t.equal((await other.call('GET', `${PATH}/versions`)).body.data.length, 1)
  })
})
