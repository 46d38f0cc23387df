import t from 'tap'
import { startService } from '../support/service.ts'

const service = await startService()
t.teardown(() => service.close())

const lin = { code: 'S-12', name: 'Lin Mei', storeIds: [], roles: ['relationship_manager'] }
const NOBODY = '01890000-0000-7000-8000-000000000000'

const shopWithStores = async () => {
  const shop = await service.newTenant()
  const storeIds: string[] = []
  for (const code of ['A', 'B']) {
    const { body } = await shop.call('POST', '/v1/stores', { code, name: code, timeZone: 'Europe/Berlin' })
    storeIds.push(body.id)
  }
  return { shop, storeIds }
}

t.test('POST /v1/staff', async t => {
  const { shop, storeIds } = await shopWithStores()

  t.test('201 shows every field, null where nothing is known, and the place', async t => {
    const { status, headers, body } = await shop.call('POST', '/v1/staff', lin)
    t.equal(status, 201)
    t.match(body, { ...lin, team: null, department: null, capacityMinutesPerMonth: null, active: true, version: 1 })
    t.equal(headers.get('location'), `/v1/staff/${body.id}`)
    t.same((await shop.call('GET', `/v1/staff/${body.id}`)).body, body)
  })

  t.test('201 keeps stores and roles as sets, whatever the spelling of an id', async t => {
    const named = [storeIds[1], storeIds[0], storeIds[1]?.toUpperCase()]
    const roles = ['store_manager', 'front_line', 'store_manager']
    const { status, body } = await shop.call('POST', '/v1/staff', { ...lin, code: 'S-13', storeIds: named, roles })
    t.equal(status, 201)
    t.same([body.storeIds, body.roles], [[...storeIds].sort(), ['front_line', 'store_manager']])
    t.same((await shop.call('GET', `/v1/staff/${body.id}`)).body, body)
  })

  t.test('409 when somebody else has the code', async t => {
    const { status, body } = await shop.call('POST', '/v1/staff', lin)
    t.match([status, body.code], [409, 'staff.code_taken'])
  })

  t.test("422 points at the store that is unknown, another tenant's included, and nobody is taken on", async t => {
    const other = await shopWithStores()
    const { status, body } = await shop.call('POST', '/v1/staff', {
      ...lin,
      code: 'S-14',
      storeIds: [storeIds[0], NOBODY, other.storeIds[0]]
    })
    t.match([status, body.code], [422, 'store.unknown'])
    t.same(
      body.errors.map((e: { pointer: string }) => e.pointer),
      ['/storeIds/1', '/storeIds/2']
    )
    t.notMatch((await shop.call('GET', '/v1/staff')).body.data, [{ code: 'S-14' }])
  })

  t.test('400 for a role that does not exist and for none at all', async t => {
    t.equal((await shop.call('POST', '/v1/staff', { ...lin, code: 'S-15', roles: ['king'] })).status, 400)
    t.equal((await shop.call('POST', '/v1/staff', { ...lin, code: 'S-15', roles: [] })).status, 400)
  })
})

t.test('GET /v1/staff', async t => {
  const { shop, storeIds } = await shopWithStores()
  const [a, b] = storeIds
  const people = [
    { code: 'everywhere', storeIds: [], roles: ['relationship_manager'] },
    { code: 'in-a', storeIds: [a], roles: ['front_line', 'relationship_manager'] },
    { code: 'in-b', storeIds: [b], roles: ['front_line'] },
    { code: 'left', storeIds: [a], roles: ['front_line'], active: false }
  ]
  for (const person of people) await shop.call('POST', '/v1/staff', { ...person, name: person.code })
  const codes = async (query: string): Promise<string[]> =>
    (await shop.call('GET', `/v1/staff${query}`)).body.data.map((p: { code: string }) => p.code)

  t.test('200 by store finds who is bound to it and who is bound to none', async t => {
    t.same(await codes(`?storeId=${a}`), ['everywhere', 'in-a', 'left'])
    t.same(await codes(`?storeId=${b}`), ['everywhere', 'in-b'])
  })

  t.test('200 by role and by activity', async t => {
    t.same(await codes('?role=relationship_manager'), ['everywhere', 'in-a'])
    t.same(await codes('?active=false'), ['left'])
    t.same(await codes(`?role=front_line&active=true&storeId=${a}`), ['in-a'])
  })

  t.test('200 pages through a filtered list once, and its cursor fits no other filter', async t => {
    const { body } = await shop.call('GET', '/v1/staff?role=front_line&limit=2')
    t.same([body.data.length, typeof body.nextCursor], [2, 'string'])
    t.same(await codes(`?role=front_line&limit=2&cursor=${body.nextCursor}`), ['left'])
    t.match((await shop.call('GET', `/v1/staff?cursor=${body.nextCursor}`)).body, { code: 'cursor.invalid' })
  })
})

t.test('PATCH /v1/staff/:id', async t => {
  const { shop, storeIds } = await shopWithStores()
  const { body: person } = await shop.call('POST', '/v1/staff', { ...lin, team: 'Shoes', storeIds })
  const path = `/v1/staff/${person.id}`

  t.test('200 changes what is named, null clears, and binds to other stores', async t => {
    const change = { team: null, capacityMinutesPerMonth: 600, storeIds: [storeIds[1]] }
    const { status, headers, body } = await shop.call('PATCH', path, change, { 'if-match': '"1"' })
    t.equal(status, 200)
    t.match(body, { ...change, name: 'Lin Mei', version: 2 })
    t.equal(headers.get('etag'), '"2"')
    t.same((await shop.call('GET', path)).body, body)
  })

  t.test('200 leaves the version when nothing changes', async t => {
    t.match((await shop.call('PATCH', path, { name: 'Lin Mei', storeIds: [storeIds[1]] })).body, { version: 2 })
  })

  t.test('412 when the person has changed since', async t => {
    const stale = await shop.call('PATCH', path, { name: 'Stale' }, { 'if-match': '"1"' })
    t.match([stale.status, stale.body.code], [412, 'version.mismatch'])
  })

  t.test('422 for an unknown store, and nothing changes', async t => {
    const { status, body } = await shop.call('PATCH', path, { name: 'X', storeIds: [NOBODY] })
    t.match([status, body.errors[0].pointer], [422, '/storeIds/0'])
    t.match((await shop.call('GET', path)).body, { name: 'Lin Mei', version: 2 })
  })

  t.test('400 for the code, which receipts refer to for ever', async t => {
    t.match((await shop.call('PATCH', path, { code: 'S-99' })).body, { status: 400, errors: [{ pointer: '/code' }] })
  })

  t.test('404, the identical one, for another tenant', async t => {
    const other = await service.newTenant()
    const foreign = await other.call('PATCH', path, { name: 'X' })
    const missing = await other.call('PATCH', `/v1/staff/${NOBODY}`, { name: 'X' })
    t.equal(foreign.status, 404)
    t.same({ ...foreign.body, instance: '' }, { ...missing.body, instance: '' })
  })

  t.test(
    '200 deactivates somebody who manages a customer, and the event says how many wait for the next run',
    async t => {
      const { body: purchase } = await shop.call('POST', '/v1/purchases', {
        source: 'pos',
        receiptNumber: 'R-1',
        kind: 'sale',
        storeCode: 'A',
        purchasedAt: new Date().toISOString(),
        currency: 'EUR',
        customer: { externalId: { system: 'pos', key: 'C-1' } },
        lines: [{ name: 'Shoe', quantity: 1, amountMinor: 100 }],
        totalMinor: 100
      })
      const manager = `/v1/customers/${purchase.customerId}/relationship-manager`
      t.equal((await shop.call('PUT', manager, { staffId: person.id })).status, 200)
      t.match((await shop.call('PATCH', path, { active: false })).body, { active: false, version: 3 })

      const lead = await service.services.eventDispatcher.tryLead()
      await lead?.dispatch()
      await lead?.resign()
      const { body: feed } = await shop.call('GET', '/v1/events?types=staff.updated')
      t.match(feed.data.at(-1).data, { changed: ['active'], active: false, customersToReassign: 1 })
    }
  )
})

t.test('scopes: reading staff does not include changing it', async t => {
  const shop = await service.newTenant()
  const reader = await shop.withScopes('staff:read')
  t.equal((await reader.call('GET', '/v1/staff')).status, 200)
  t.match(await reader.call('POST', '/v1/staff', lin), { status: 403, body: { code: 'scope.missing' } })
})
