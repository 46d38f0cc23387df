import { setTimeout as pause } from 'node:timers/promises'
import t from 'tap'
import { startEventDispatcher } from '../../src/jobs/event-dispatcher.ts'
import { asAdmin } from '../support/cluster.ts'
import { type Answer, startService, type TestTenant } from '../support/service.ts'

const service = await startService()
const dispatcher = startEventDispatcher(service.services, { info: () => {}, warn: () => {} })
t.teardown(async () => {
  await dispatcher.stop()
  await service.close()
})

const DAY_MS = 86_400_000
const store = { name: 'Shanghai', timeZone: 'Asia/Shanghai' }

interface FeedItem {
  id: string
  type: string
  position: string
  subject: { type: string; id: string }
  actor: { type: string; id: string | null }
  data: Record<string, unknown>
}

/** Polls like an integrator until that many events have come. */
async function follow(shop: TestTenant, count: number, query = ''): Promise<{ events: FeedItem[]; after: string }> {
  const events: FeedItem[] = []
  for (let after = ''; ; await pause(20)) {
    const { body }: Answer = await shop.call('GET', `/v1/events?limit=2${query}${after && `&after=${after}`}`)
    events.push(...body.data)
    after = body.nextAfter
    if (events.length >= count) return { events, after }
  }
}

t.test('GET /v1/events', async t => {
  const shop = await service.newTenant()

  t.test('200 for a shop in which nothing has happened: a place to go on from', async t => {
    t.same((await shop.call('GET', '/v1/events')).body, { data: [], nextAfter: '0' })
  })

  const { body: first } = await shop.call('POST', '/v1/stores', { ...store, code: 'A' })
  await shop.call('PATCH', `/v1/stores/${first.id}`, { name: 'Renamed' })
  await shop.call('POST', '/v1/products', { sku: 'SHOE-42', name: 'Shoe' })

  t.test('200 tells who did what to what, in the order of commits, page by page', async t => {
    const { events, after } = await follow(shop, 3)
    t.same(
      events.map(event => event.type),
      ['store.created', 'store.updated', 'product.created']
    )
    t.match(events[1], {
      subject: { type: 'store', id: first.id },
      actor: { type: 'api_key', id: shop.key.id },
      data: { changed: ['name'] },
      occurredAt: /Z$/
    })
    const positions = events.map(event => Number(event.position))
    t.same(
      positions,
      [...positions].sort((a, b) => a - b)
    )
    t.same((await shop.call('GET', `/v1/events?after=${after}`)).body, { data: [], nextAfter: after })
  })

  t.test('200 of chosen types only, and passes over the others', async t => {
    const { events } = await follow(shop, 2, '&types=store.created,product.created')
    t.same(
      events.map(event => event.type),
      ['store.created', 'product.created']
    )
    const { body } = await shop.call('GET', '/v1/events?types=store.closed')
    t.same(body, { data: [], nextAfter: events[1]?.position })
  })

  t.test("200 shows nothing of another tenant's", async t => {
    const other = await service.newTenant()
    t.same((await other.call('GET', '/v1/events')).body.data, [])
  })

  t.test('400 for a place, a number or a type that cannot be', async t => {
    for (const query of ['after=x', 'after=-1', 'limit=0', 'limit=1001', 'types=a,,b', 'types=A.b']) {
      t.equal((await shop.call('GET', `/v1/events?${query}`)).status, 400, query)
    }
  })

  t.test('400 for a place that the feed has never given', async t => {
    const { after } = await follow(shop, 3)
    const beyond = await shop.call('GET', `/v1/events?after=${Number(after) + 1}`)
    t.match([beyond.status, beyond.body.code], [400, 'events.position_unknown'])
    const quiet = await service.newTenant()
    t.same((await quiet.call('GET', '/v1/events?after=0')).body, { data: [], nextAfter: '0' })
    t.equal((await quiet.call('GET', '/v1/events?after=1')).status, 400)
  })

  t.test('403 without the scope', async t => {
    const till = await shop.withScopes('purchases:write')
    t.equal((await till.call('GET', '/v1/events')).status, 403)
  })
})

t.test('every change in the rooms of the catalogue tells the feed', async t => {
  const shop = await service.newTenant()
  const { body: person } = await shop.call('POST', '/v1/staff', { code: 'S', name: 'Lin Mei', roles: ['front_line'] })
  await shop.call('PATCH', `/v1/staff/${person.id}`, { team: 'Shoes' })
  await shop.call('PATCH', `/v1/staff/${person.id}`, { active: false })
  await shop.call('PUT', '/v1/products/A', { name: 'a' })
  await shop.call('PUT', '/v1/products/A', { name: 'b' })
  await shop.call('PATCH', '/v1/tenant', { dailyRunHour: 5 })
  const { body: key } = await shop.call('POST', '/v1/api-keys', { name: 'Till', scopes: ['purchases:write'] })
  const { body: next } = await shop.call('POST', `/v1/api-keys/${key.id}/rotations`, {})
  await shop.call('DELETE', `/v1/api-keys/${key.id}`)
  // What changes nothing says nothing.
  await shop.call('PUT', '/v1/products/A', { name: 'b' })
  await shop.call('DELETE', `/v1/api-keys/${key.id}`)
  await shop.call('PATCH', `/v1/staff/${person.id}`, { team: 'Shoes' })
  await shop.call('POST', '/v1/stores', { ...store, code: 'last' })

  const { events } = await follow(shop, 10)
  t.match(
    events.map(({ type, data }) => ({ type, data })),
    [
      { type: 'staff.created', data: { code: 'S' } },
      { type: 'staff.updated', data: { changed: ['team'], active: true } },
      { type: 'staff.updated', data: { changed: ['active'], active: false, customersToReassign: 0 } },
      { type: 'product.created', data: { sku: 'A' } },
      { type: 'product.updated', data: { sku: 'A', changed: ['name'] } },
      { type: 'tenant.updated', data: { changed: ['dailyRunHour'] } },
      { type: 'api_key.created', data: { scopes: ['purchases:write'], storeId: null, expiresAt: null } },
      { type: 'api_key.rotated', data: { replacedBy: next.id, expiresAt: /Z$/ } },
      { type: 'api_key.revoked' },
      { type: 'store.created' }
    ]
  )
  t.equal(events.length, 10)
  t.notMatch(JSON.stringify(events), /Lin Mei/)
})

t.test('410 for a place before events that are older than 30 days and deleted', async t => {
  const shop = await service.newTenant()
  for (const code of ['A', 'B', 'C']) await shop.call('POST', '/v1/stores', { ...store, code })
  const { events, after } = await follow(shop, 3)
  const old = new Date(Date.now() - 31 * DAY_MS).toISOString()
  await asAdmin(service.databaseUrl, 'update events set occurred_at = $1 where id = any ($2)', [
    old,
    events.slice(0, 2).map(event => event.id)
  ])
  t.match(await service.services.retention.sweep(), { events: 2 })

  const missed = await shop.call('GET', `/v1/events?after=${events[0]?.position}`)
  t.match([missed.status, missed.body.code], [410, 'events.expired'])
  const [, second, third] = events.map(event => event.position)
  t.match((await shop.call('GET', `/v1/events?after=${second}`)).body.data, [{ position: third }])
  t.match((await shop.call('GET', '/v1/events')).body.data, [{ position: third }])
  t.same((await shop.call('GET', `/v1/events?after=${after}`)).body, { data: [], nextAfter: after })
  t.match(await service.services.retention.sweep(), { events: 0 })
})
