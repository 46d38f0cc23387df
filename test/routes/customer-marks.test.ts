import t from 'tap'
import { uuidv7 } from 'uuidv7'
import { inTenant } from '../../src/db/tenancy.ts'
import { customerMarksRepository } from '../../src/repositories/customer-marks.ts'
import { decisionFixtures } from '../support/decisions.ts'
import { startService } from '../support/service.ts'

const service = await startService({ clock: new Date('2026-03-01T10:00:00.000Z') })
const fixtures = await decisionFixtures(service)
t.teardown(async () => {
  await fixtures.close()
  await service.close()
})

async function open() {
  const shop = await service.newTenant()
  const { body } = await shop.call('POST', '/v1/customers', { kind: 'person', name: 'Anna' })
  const marks = `/v1/customer-marks/${body.id}`
  return {
    shop,
    customerId: body.id as string,
    marks,
    list: async () => (await shop.call('GET', `/v1/customers/${body.id}/marks`)).body.data
  }
}

t.test('PUT /v1/customer-marks/:customerId/:mark', async t => {
  t.test('200 marks the customer, with the reason and who decided it', async t => {
    const { shop, customerId, marks, list } = await open()
    const { status, body } = await shop.call('PUT', `${marks}/strategic`, { reason: 'Buys for the whole club.' })
    t.equal(status, 200)
    t.same(body, {
      customerId,
      mark: 'strategic',
      reason: 'Buys for the whole club.',
      markedAt: '2026-03-01T10:00:00.000Z',
      markedBy: shop.key.id,
      version: 1
    })
    t.same(await list(), [body])
  })

  t.test('200 for the same reason again changes nothing, for another one it is changed', async t => {
    const { shop, marks } = await open()
    const put = (reason: string) => shop.call('PUT', `${marks}/needs_not_served`, { reason })
    const first = await put('We sell no size 52.')
    t.same((await put('We sell no size 52.')).body, first.body)
    t.match((await put('We sell no boots.')).body, { reason: 'We sell no boots.', version: 2 })
  })

  t.test('the events tell who and what, without the words of the person', async t => {
    const { shop, customerId, marks } = await open()
    await shop.call('PUT', `${marks}/strategic`, { reason: 'First.' })
    await shop.call('PUT', `${marks}/strategic`, { reason: 'Second.' })
    await shop.call('DELETE', `${marks}/strategic`)
    const written = await fixtures.eventsLike(shop.tenant.id, 'customer.%mark%')
    const data = { customerId, mark: 'strategic' }
    t.same(
      written.map(event => [event.type, event.data]),
      [
        ['customer.marked', data],
        ['customer.mark_changed', data],
        ['customer.unmarked', data]
      ]
    )
  })

  t.test('412 for a version that is not the present one, and versions go on when a mark comes back', async t => {
    const { shop, marks } = await open()
    const put = (reason: string, ifMatch: string) =>
      shop.call('PUT', `${marks}/strategic`, { reason }, { 'if-match': ifMatch })
    t.equal((await put('x', '"1"')).status, 412)
    const { headers } = await shop.call('PUT', `${marks}/strategic`, { reason: 'a' })
    t.equal(headers.get('etag'), '"1"')
    t.equal((await shop.call('DELETE', `${marks}/strategic`, undefined, { 'if-match': '"2"' })).status, 412)
    t.equal((await shop.call('DELETE', `${marks}/strategic`, undefined, { 'if-match': '"1"' })).status, 204)
    const again = await shop.call('PUT', `${marks}/strategic`, { reason: 'b' })
    t.equal(again.headers.get('etag'), '"3"')
    t.equal((await put('c', '"1"')).status, 412)
    t.equal((await put('c', '"3"')).status, 200)
  })

  t.test('404 for a customer who does not exist; 400 for another mark, or without a reason', async t => {
    const { shop, marks } = await open()
    const missing = await shop.call('PUT', `/v1/customer-marks/${uuidv7()}/strategic`, { reason: 'x' })
    t.match([missing.status, missing.body.code], [404, 'customer.not_found'])
    t.equal((await shop.call('PUT', `${marks}/famous`, { reason: 'x' })).status, 400)
    t.equal((await shop.call('PUT', `${marks}/strategic`, {})).status, 400)
    for (const reason of [' ', ' \u200b\n', '']) {
      t.equal((await shop.call('PUT', `${marks}/strategic`, { reason })).status, 400, 'nobody can read it')
    }
  })
})

t.test('DELETE /v1/customer-marks/:customerId/:mark', async t => {
  t.test('204 takes it away, and 404 when he does not have it', async t => {
    const { shop, marks, list } = await open()
    await shop.call('PUT', `${marks}/strategic`, { reason: 'x' })
    await shop.call('PUT', `${marks}/needs_not_served`, { reason: 'y' })
    t.equal((await shop.call('DELETE', `${marks}/strategic`)).status, 204)
    t.match(await list(), [{ mark: 'needs_not_served' }])
    const again = await shop.call('DELETE', `${marks}/strategic`)
    t.match([again.status, again.body.code], [404, 'customer_mark.not_found'])
  })
})

t.test('scopes: whoever reads customers at risk sees marks, and managers set them', async t => {
  const { shop, customerId, marks } = await open()
  const reader = await shop.withScopes('defections:read', 'defections:write')
  t.equal((await reader.call('GET', `/v1/customers/${customerId}/marks`)).status, 200)
  t.equal((await reader.call('PUT', `${marks}/strategic`, { reason: 'x' })).status, 403)
  const manager = await shop.withScopes('pursuits:manage')
  t.equal((await manager.call('PUT', `${marks}/strategic`, { reason: 'x' })).status, 200)
})

t.test('a run learns of all marks at once, in the order of customers', async t => {
  const { shop, customerId, marks } = await open()
  const { body: other } = await shop.call('POST', '/v1/customers', { kind: 'person', name: 'Bo' })
  await shop.call('PUT', `/v1/customer-marks/${other.id}/strategic`, { reason: 'x' })
  await shop.call('PUT', `${marks}/strategic`, { reason: 'x' })
  await shop.call('PUT', `${marks}/needs_not_served`, { reason: 'x' })
  await shop.call('PUT', `/v1/customer-marks/${other.id}/needs_not_served`, { reason: 'x' })
  await shop.call('DELETE', `/v1/customer-marks/${other.id}/needs_not_served`)
  const all = await inTenant(service.database.work, shop.tenant.id, tx => customerMarksRepository(tx).all())
  t.same(all, { strategic: [customerId, other.id].sort(), needsNotServed: [customerId] })
})
