import t from 'tap'
import { startService } from '../support/service.ts'

const service = await startService()
t.teardown(() => service.close())

t.test('GET /v1/tenant', async t => {
  t.test('200 shows the settings and no secret', async t => {
    const shop = await service.newTenant()
    const { status, headers, body } = await shop.call('GET', '/v1/tenant')
    t.equal(status, 200)
    t.match(body, {
      id: shop.tenant.id,
      name: 'Test shop',
      currency: 'EUR',
      country: 'DE',
      timeZone: 'Europe/Berlin',
      language: 'en',
      dailyRunHour: 3,
      version: 1
    })
    t.equal(headers.get('etag'), '"1"')
    t.notMatch(JSON.stringify(body), shop.tenant.cursorSecret)
  })
})

t.test('PATCH /v1/tenant', async t => {
  const shop = await service.newTenant()
  const neighbour = await service.newTenant()

  t.test('200 changes what is named, of this tenant alone', async t => {
    const change = { name: 'Aokang Shoes', country: 'CN', timeZone: 'Asia/Shanghai', language: 'zh', dailyRunHour: 0 }
    const { status, body } = await shop.call('PATCH', '/v1/tenant', change, { 'if-match': '"1"' })
    t.equal(status, 200)
    t.match(body, { ...change, currency: 'EUR', version: 2 })
    t.same((await shop.call('GET', '/v1/tenant')).body, body)
    t.match((await neighbour.call('GET', '/v1/tenant')).body, { name: 'Test shop', version: 1 })
  })

  t.test('the next request already acts in the new zone', async t => {
    await shop.call('PATCH', '/v1/tenant', { timeZone: 'America/New_York' })
    const actor = await service.services.credentials.authenticate(shop.key.key, '127.0.0.1')
    t.match(actor.tenant, { timeZone: 'America/New_York', country: 'CN', language: 'zh', name: 'Aokang Shoes' })
  })

  t.test('200 leaves the version when nothing changes', async t => {
    t.match((await shop.call('PATCH', '/v1/tenant', { country: 'CN' })).body, { version: 3 })
    t.match((await shop.call('PATCH', '/v1/tenant', {})).body, { version: 3 })
  })

  t.test('400 for the currency, in which the ledger is kept for ever', async t => {
    const { status, body } = await shop.call('PATCH', '/v1/tenant', { currency: 'CNY' })
    t.match([status, body.errors[0].pointer], [400, '/currency'])
  })

  t.test('400 for an hour, a zone, a language or a country that does not exist', async t => {
    for (const change of [
      { dailyRunHour: 24 },
      { timeZone: 'Mars/Olympus' },
      { language: 'de' },
      { country: 'XQ' },
      { country: 'x' }
    ]) {
      t.equal((await shop.call('PATCH', '/v1/tenant', change)).status, 400, JSON.stringify(change))
    }
  })

  t.test('412 when the settings have changed since', async t => {
    t.equal((await shop.call('PATCH', '/v1/tenant', { name: 'Stale' }, { 'if-match': '"1"' })).status, 412)
  })

  t.test('403 with the right to read alone', async t => {
    const reader = await shop.withScopes('tenant:read')
    t.equal((await reader.call('GET', '/v1/tenant')).status, 200)
    t.match((await reader.call('PATCH', '/v1/tenant', { name: 'x' })).body, { code: 'scope.missing' })
  })
})
