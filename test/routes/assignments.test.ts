import t from 'tap'
import { uuidv7 } from 'uuidv7'
import { assignmentFixtures, openOf, runAssignments } from '../support/assignments.ts'
import { startService, type TestTenant } from '../support/service.ts'

const service = await startService({ clock: new Date('2026-03-01T10:00:00.000Z') })
const fixtures = await assignmentFixtures(service)
t.teardown(async () => {
  await fixtures.close()
  await service.close()
})

const managerOf = (customerId: string) => `/v1/customers/${customerId}/relationship-manager`

/** A shop with two managers, Anna and Bo. */
async function openShop() {
  const shop = await service.newTenant()
  const hire = async (code: string, name: string, capacityMinutesPerMonth?: number) =>
    (
      await shop.call('POST', '/v1/staff', {
        code,
        name,
        storeIds: [],
        roles: ['relationship_manager'],
        capacityMinutesPerMonth: capacityMinutesPerMonth ?? null
      })
    ).body.id as string
  const { id } = shop.tenant
  return {
    shop,
    anna: await hire('S-1', 'Anna'),
    bo: await hire('S-2', 'Bo', 100),
    customer: (abcClass: string | null, amountMinor = 0) => fixtures.customer(id, abcClass, { amountMinor }),
    records: () => fixtures.assignments(id),
    events: () => fixtures.events(id),
    run: () => runAssignments(service, id)
  }
}

const assign = (shop: TestTenant, customerId: string, staffId: string, reason?: string) =>
  shop.call('PUT', managerOf(customerId), { staffId, ...(reason === undefined ? {} : { reason }) })

t.test('PUT /v1/customers/:id/relationship-manager', async t => {
  t.test('200 gives the customer a manager by hand, with the reason and who decided it', async t => {
    const { shop, anna, customer, events } = await openShop()
    const customerId = await customer('C')
    const { status, body } = await assign(shop, customerId, anna, 'Knows the family.')
    t.equal(status, 200)
    t.same(body, {
      id: body.id,
      customerId,
      staffId: anna,
      staffCode: 'S-1',
      staffName: 'Anna',
      origin: 'manual',
      reason: { code: 'assignment.by_hand', text: 'Knows the family.', facts: {} },
      validFrom: '2026-03-01T10:00:00.000Z',
      validTo: null,
      endReason: null,
      leftClassAt: null,
      createdBy: shop.key.id,
      endedBy: null,
      version: 1
    })
    t.same((await shop.call('GET', managerOf(customerId))).body, body)
    t.match(await events(), [
      {
        type: 'relationship_manager.assigned',
        actor_type: 'api_key',
        actor_id: shop.key.id,
        data: { customerId, staffId: anna, before: null, origin: 'manual', reason: 'by_hand' }
      }
    ])
  })

  t.test('200 ends the former assignment where the new one begins, and both stay in the history', async t => {
    const { shop, anna, bo, customer, events } = await openShop()
    const customerId = await customer('A')
    await assign(shop, customerId, anna)
    service.clock.set('2026-03-05T10:00:00.000Z')
    await assign(shop, customerId, bo, 'Moved to the other end of town.')
    const { body } = await shop.call('GET', `/v1/assignments?customerId=${customerId}`)
    t.match(body.data, [
      { staffId: bo, validFrom: '2026-03-05T10:00:00.000Z', validTo: null, reason: { text: /other end of town/ } },
      {
        staffId: anna,
        validTo: '2026-03-05T10:00:00.000Z',
        endReason: { code: 'assignment.changed_by_hand' },
        endedBy: shop.key.id
      }
    ])
    t.match((await events()).at(-1), { type: 'relationship_manager.changed', data: { staffId: bo, before: anna } })
  })

  t.test('200 for the same manager again changes nothing', async t => {
    const { shop, anna, customer, records, events } = await openShop()
    const customerId = await customer('A')
    const first = await assign(shop, customerId, anna, 'Because.')
    for (const again of [await assign(shop, customerId, anna, 'Because.'), await assign(shop, customerId, anna)]) {
      t.equal(again.status, 200)
      t.same(again.body, first.body)
    }
    t.equal((await records()).length, 1)
    t.equal((await events()).length, 1)
  })

  t.test('200 for the manager whom a run chose keeps him by hand from now on', async t => {
    const { shop, customer, run, records, events } = await openShop()
    const customerId = await customer('A')
    await run()
    const { body: chosen } = await shop.call('GET', managerOf(customerId))
    t.match(chosen, { origin: 'class', reason: { code: 'assignment.least_load_in_tenant' } })
    await fixtures.classify(shop.tenant.id, customerId, 'B')
    await run()
    t.type((await shop.call('GET', managerOf(customerId))).body.leftClassAt, 'string')
    const { body } = await assign(shop, customerId, chosen.staffId.toUpperCase())
    t.match(body, {
      id: chosen.id,
      origin: 'manual',
      leftClassAt: null,
      reason: { code: 'assignment.kept_by_hand', facts: { foundBy: 'least_load_in_tenant' } }
    })
    await run()
    await run()
    t.match(await records(), [{ id: chosen.id, validTo: null }])
    t.match((await events()).slice(1), [
      { type: 'relationship_manager.changed', data: { before: chosen.staffId, reason: 'kept_by_hand' } }
    ])
  })

  t.test('422 for anybody who is not an active relationship manager, and nothing changes', async t => {
    const { shop, anna, bo, customer, records } = await openShop()
    const customerId = await customer('A')
    await assign(shop, customerId, bo)
    const analyst = await shop.call('POST', '/v1/staff', { code: 'S-3', name: 'Cy', storeIds: [], roles: ['analyst'] })
    await shop.call('PATCH', `/v1/staff/${anna}`, { active: false })
    const foreign = await openShop()
    for (const staffId of [anna, analyst.body.id, foreign.anna, uuidv7()]) {
      const { status, body } = await assign(shop, customerId, staffId)
      t.match([status, body.code], [422, 'staff.not_a_manager'])
    }
    t.match(await records(), [{ staffId: bo, validTo: null }])
  })

  t.test('412 for a version that is not the present one, whoever changed it since', async t => {
    const { shop, anna, bo, customer, run, records } = await openShop()
    const customerId = await customer('A')
    const put = (staffId: string, ifMatch: string) =>
      shop.call('PUT', managerOf(customerId), { staffId }, { 'if-match': ifMatch })
    const tag = async () => String((await shop.call('GET', managerOf(customerId))).headers.get('etag'))
    t.match((await put(anna, '"1"')).body, { status: 412, code: 'version.mismatch' }, 'nobody is his manager yet')
    await run()
    const byRun = await tag()
    t.match(await put(anna, '"99"'), { status: 412 })
    const chosen = await put(anna, byRun)
    t.equal(chosen.status, 200)
    t.match((await put(bo, byRun)).body, { status: 412, code: 'version.mismatch' })
    t.equal((await put(bo, String(chosen.headers.get('etag')))).status, 200)
    t.equal((await put(anna, await tag())).status, 200)
    const versions = (await shop.call('GET', `/v1/assignments?customerId=${customerId}`)).body.data
    t.ok(versions.every(({ version }: { version: number }, i: number) => i === 0 || version < versions[i - 1].version))
    t.match(openOf(await records()), [{ staffId: anna }])
  })

  t.test('of many who decided on one version, one is answered 200 and the others 412', async t => {
    const { shop, anna, bo, customer } = await openShop()
    const customerId = await customer('A')
    const first = await assign(shop, customerId, anna)
    const again = () =>
      shop.call('PUT', managerOf(customerId), { staffId: bo }, { 'if-match': String(first.headers.get('etag')) })
    const answers = await Promise.all(Array.from({ length: 10 }, again))
    t.same(answers.map(({ status }) => status).sort(), [200, ...Array(9).fill(412)])
  })

  t.test('a run goes on with the version, and what it changes is a change', async t => {
    const { shop, customer, run } = await openShop()
    const customerId = await customer('A')
    const version = async () => (await shop.call('GET', managerOf(customerId))).body.version
    await run()
    t.equal(await version(), 1)
    await run()
    t.equal(await version(), 1, 'a run that changes nothing')
    await fixtures.classify(shop.tenant.id, customerId, 'B')
    await run()
    t.equal(await version(), 2, 'outside A')
    await fixtures.classify(shop.tenant.id, customerId, 'A')
    await run()
    t.equal(await version(), 3, 'an A again')
    await fixtures.classify(shop.tenant.id, customerId, 'B')
    await run()
    await run()
    t.equal((await shop.call('GET', managerOf(customerId))).status, 404, 'the grace is over')
    await fixtures.classify(shop.tenant.id, customerId, 'A')
    await run()
    t.equal(await version(), 6)
    const { staffId } = (await shop.call('GET', managerOf(customerId))).body
    await shop.call('PATCH', `/v1/staff/${staffId}`, { active: false })
    await run()
    t.equal(await version(), 8, 'a successor')
  })

  t.test("404, the identical one, for an unknown and for another tenant's customer", async t => {
    const { shop, anna } = await openShop()
    const foreign = await openShop()
    const theirs = await assign(shop, await foreign.customer('A'), anna)
    const nobodys = await assign(shop, uuidv7(), anna)
    t.match([theirs.status, theirs.body.code], [404, 'customer.not_found'])
    t.same({ ...theirs.body, instance: '' }, { ...nobodys.body, instance: '' })
    t.same(await foreign.records(), [])
  })

  t.test('403 without the scope, 400 for what is not documented', async t => {
    const { shop, anna, customer } = await openShop()
    const customerId = await customer('A')
    const reader = await shop.withScopes('assignments:read')
    t.equal((await assign(reader, customerId, anna)).status, 403)
    t.equal((await reader.call('GET', managerOf(customerId))).status, 404)
    t.equal((await shop.call('PUT', managerOf(customerId), { staffId: anna, since: 'x' })).status, 400)
    t.equal((await shop.call('PUT', managerOf(customerId), {})).status, 400)
  })

  t.test('of many at once each is answered, one is open in the end, and each is in the history', async t => {
    const { shop, anna, bo, customer, records, events } = await openShop()
    const customerId = await customer('A')
    const many = Array.from({ length: 20 }, (_, index) => assign(shop, customerId, index % 2 === 0 ? anna : bo))
    for (const { status } of await Promise.all(many)) t.equal(status, 200)
    const all = await records()
    t.equal(openOf(all).length, 1)
    for (const [index, { validTo }] of all.slice(0, -1).entries()) t.equal(validTo, all[index + 1]?.validFrom)
    const told = await events()
    t.equal(told.length, all.length, 'one event for each change')
    t.same(
      told.map(event => event.data.assignmentId),
      all.map(assignment => assignment.id)
    )
  })
})

t.test('POST /v1/customers/:id/relationship-manager/releases', async t => {
  const release = (shop: TestTenant, customerId: string, headers = {}) =>
    shop.call('POST', `${managerOf(customerId)}/releases`, { reason: 'Asked for it.' }, headers)

  t.test('201 ends the assignment of a customer outside A, with the reason', async t => {
    const { shop, anna, customer, events } = await openShop()
    const customerId = await customer('B')
    await assign(shop, customerId, anna)
    service.clock.set('2026-03-06T10:00:00.000Z')
    const headers = { 'idempotency-key': 'release-1' }
    const first = await release(shop, customerId, headers)
    t.equal(first.status, 201)
    t.match(first.body, {
      staffId: anna,
      validTo: '2026-03-06T10:00:00.000Z',
      endReason: { code: 'assignment.released_by_hand', text: 'Asked for it.' },
      endedBy: shop.key.id
    })
    t.match((await events()).at(-1), {
      type: 'relationship_manager.ended',
      data: { staffId: null, before: anna, reason: 'released_by_hand' }
    })
    const again = await release(shop, customerId, headers)
    t.equal(again.status, 201)
    t.same(again.body, first.body)
    t.match((await shop.call('GET', managerOf(customerId))).body.code, 'relationship_manager.not_found')
  })

  t.test('409 for an A customer, who never goes without a manager', async t => {
    const { shop, anna, customer, records } = await openShop()
    const customerId = await customer('A')
    await assign(shop, customerId, anna)
    const { status, body } = await release(shop, customerId)
    t.match([status, body.code], [409, 'relationship_manager.required'])
    t.match(await records(), [{ staffId: anna, validTo: null }])
  })

  t.test('412 for a version that is not the present one, and nothing ends', async t => {
    const { shop, anna, customer, records } = await openShop()
    const customerId = await customer('B')
    const { headers } = await assign(shop, customerId, anna)
    const released = (ifMatch: string) =>
      shop.call('POST', `${managerOf(customerId)}/releases`, { reason: 'No wish.' }, { 'if-match': ifMatch })
    t.match((await released('"7"')).body, { status: 412, code: 'version.mismatch' })
    t.match(await records(), [{ validTo: null }])
    t.equal((await released(String(headers.get('etag')))).status, 201)
  })

  t.test('404 where there is no customer, and where he has no manager', async t => {
    const { shop, customer } = await openShop()
    t.match((await release(shop, uuidv7())).body, { status: 404, code: 'customer.not_found' })
    t.match((await release(shop, await customer('B'))).body, { status: 404, code: 'relationship_manager.not_found' })
  })
})

t.test('GET /v1/customers/:id/relationship-manager', async t => {
  t.test('404 says whether the customer or the manager is missing', async t => {
    const { shop, customer } = await openShop()
    t.match((await shop.call('GET', managerOf(uuidv7()))).body, { status: 404, code: 'customer.not_found' })
    const { body } = await shop.call('GET', managerOf(await customer('B')))
    t.match(body, { status: 404, code: 'relationship_manager.not_found' })
  })
})

t.test('GET /v1/assignments', async t => {
  const { shop, anna, bo, customer } = await openShop()
  const customers = [await customer('A'), await customer('A'), await customer('A')] as const
  for (const [day, staffId] of [
    ['10', anna],
    ['11', bo],
    ['12', anna]
  ] as const) {
    service.clock.set(`2026-03-${day}T10:00:00.000Z`)
    for (const customerId of customers) await assign(shop, customerId, staffId)
  }
  const list = async (query: string) => (await shop.call('GET', `/v1/assignments?${query}`)).body

  t.test('200 pages through every assignment once, newest first', async t => {
    const seen: { id: string; validFrom: string }[] = []
    let cursor = ''
    do {
      const body = await list(`limit=2${cursor}`)
      seen.push(...body.data)
      cursor = body.nextCursor ? `&cursor=${body.nextCursor}` : ''
    } while (cursor)
    t.equal(new Set(seen.map(assignment => assignment.id)).size, 9)
    const order = seen.map(({ validFrom, id }) => validFrom + id)
    t.same(order, [...order].sort().reverse())
  })

  t.test('200 by customer, by manager, and by an instant of the half-open period', async t => {
    t.equal((await list(`customerId=${customers[0]}`)).data.length, 3)
    t.equal((await list(`staffId=${bo}`)).data.length, 3)
    const at = async (instant: string) => (await list(`activeAt=${encodeURIComponent(instant)}`)).data
    t.same(await at('2026-03-10T09:59:59.999Z'), [])
    t.ok((await at('2026-03-11T09:59:59.999Z')).every((a: { staffId: string }) => a.staffId === anna))
    const onTheDot = await at('2026-03-11T11:00:00+01:00')
    t.equal(onTheDot.length, 3)
    t.ok(onTheDot.every((a: { staffId: string }) => a.staffId === bo))
  })

  t.test("400 for another list's cursor, and for a query that is not documented", async t => {
    const { nextCursor } = await list('limit=1')
    t.match(await list(`staffId=${bo}&cursor=${nextCursor}`), { status: 400, code: 'cursor.invalid' })
    t.match(await list('customer=1'), { status: 400 })
  })

  t.test('200 and empty for whatever belongs to another tenant', async t => {
    const foreign = await openShop()
    t.same((await foreign.shop.call('GET', `/v1/assignments?customerId=${customers[0]}`)).body.data, [])
    t.same((await foreign.shop.call('GET', `/v1/assignments?staffId=${anna}`)).body.data, [])
  })
})

t.test('GET /v1/relationship-managers', async t => {
  const { shop, anna, bo, customer, run } = await openShop()
  const list = async (query = '') => (await shop.call('GET', `/v1/relationship-managers${query}`)).body

  t.test('200 with the load of A customers and of those kept by hand, against the capacity', async t => {
    await assign(shop, await customer('A'), bo)
    await assign(shop, await customer('B'), bo)
    t.match((await list()).data, [
      { staffId: anna, loadMinutes: 0, customers: 0, capacityMinutesPerMonth: null, overCapacity: false },
      { staffId: bo, loadMinutes: 80, customers: 2, aCustomers: 1, capacityMinutesPerMonth: 100, overCapacity: false }
    ])
    await assign(shop, await customer('C'), bo)
    await assign(shop, await customer('A'), bo)
    t.match((await list()).data[1], { loadMinutes: 145, customers: 4, aCustomers: 2, overCapacity: true })
  })

  t.test('200 page by page, and a manager who left stays listed while he has customers', async t => {
    await shop.call('PATCH', `/v1/staff/${bo}`, { active: false })
    const first = await list('?limit=1')
    t.match(first.data, [{ staffId: anna, active: true }])
    t.match((await list(`?limit=1&cursor=${first.nextCursor}`)).data, [{ staffId: bo, active: false }])
    await run()
    t.match((await list()).data, [{ staffId: anna, customers: 4, loadMinutes: 145 }])
  })
})

t.test('GET /v1/relationship-managers/coverage', async t => {
  const coverage = async (shop: TestTenant) => (await shop.call('GET', '/v1/relationship-managers/coverage')).body

  t.test('200 says that there is nobody to cover', async t => {
    t.match(await coverage(await service.newTenant()), {
      aCustomers: 0,
      coveredShare: null,
      uncovered: [],
      byStore: [],
      lastRun: null
    })
  })

  t.test('200 names each A customer without a manager, the largest first, and why', async t => {
    const shop = await service.newTenant()
    const { id } = shop.tenant
    const [small, large] = [
      await fixtures.customer(id, 'A', { amountMinor: 1 }),
      await fixtures.customer(id, 'A', { amountMinor: 2 })
    ]
    const uncovered = async () =>
      (await coverage(shop)).uncovered.map((one: { customerId: string; reason: string }) => [
        one.customerId,
        one.reason
      ])
    t.same(await uncovered(), [
      [large, 'no_manager'],
      [small, 'no_manager']
    ])
    const leaver = await fixtures.staff(id, 'M1')
    await assign(shop, large, leaver)
    t.same(await uncovered(), [[small, 'waits_for_run']])
    await fixtures.staff(id, 'M2')
    await fixtures.activate(id, leaver, false)
    t.same(await uncovered(), [
      [large, 'manager_left'],
      [small, 'waits_for_run']
    ])
    t.match(await coverage(shop), { aCustomers: 2, covered: 0, coveredShare: 0, uncoveredCount: 2 })
    await runAssignments(service, id)
    t.match(await coverage(shop), { covered: 2, coveredShare: 1, uncovered: [], uncoveredCount: 0 })
  })

  t.test('200 names who is not pursued, after all others, and leaves him out of the share', async t => {
    const shop = await service.newTenant()
    const { id } = shop.tenant
    const manager = await fixtures.staff(id, 'M1')
    const [cheap, byHand] = [await fixtures.customer(id, 'A', { amountMinor: 9 }), await fixtures.customer(id, 'A')]
    await assign(shop, byHand, manager)
    for (const customerId of [cheap, byHand]) await fixtures.priceDriven(id, customerId)
    t.match(await coverage(shop), { aCustomers: 2, covered: 1, notPursued: 1, coveredShare: 1, uncoveredCount: 1 })
    const late = await fixtures.customer(id, 'A', { amountMinor: 1 })
    const { uncovered, coveredShare, byStore } = await coverage(shop)
    t.same(
      uncovered.map((one: { customerId: string; reason: string }) => [one.customerId, one.reason]),
      [
        [late, 'waits_for_run'],
        [cheap, 'not_pursued']
      ]
    )
    t.equal(coveredShare, 0.5)
    t.match(byStore, [{ storeId: null, aCustomers: 3, covered: 1, notPursued: 1 }])
  })

  t.test('200 tells by store who is covered and what the capacity lacks', async t => {
    const shop = await service.newTenant()
    const { id } = shop.tenant
    const storeId = await fixtures.store(id)
    await fixtures.staff(id, 'M1', { capacity: 70, storeIds: [storeId] })
    for (const amountMinor of [1, 2]) await fixtures.customer(id, 'A', { amountMinor, storeId })
    await fixtures.customer(id, 'A', { amountMinor: 3 })
    await runAssignments(service, id)
    const { shortfallMinutes, shortfallCustomers, byStore } = await coverage(shop)
    t.same([shortfallMinutes, shortfallCustomers], [110, 2])
    t.same(byStore, [
      { storeId, aCustomers: 2, covered: 2, notPursued: 0, shortfallMinutes: 110, shortfallCustomers: 2 },
      { storeId: null, aCustomers: 1, covered: 1, notPursued: 0, shortfallMinutes: 0, shortfallCustomers: 0 }
    ])
  })
})

t.test('POST /v1/classification-runs', async t => {
  const whole = await startService({ clock: new Date('2026-03-10T08:00:00.000Z'), workers: true })
  t.teardown(() => whole.close())
  const shop = await whole.newTenant()
  const post = async (path: string, body: unknown) => (await shop.call('POST', path, body)).body
  const stores: Record<string, string> = {}
  for (const code of ['NORTH', 'SOUTH']) {
    const { id } = await post('/v1/stores', { code, name: code, timeZone: 'Europe/Berlin' })
    stores[code] = id
  }
  const managers: Record<string, string> = {}
  for (const [code, store] of Object.entries(stores)) {
    const body = { code: `RM-${code}`, name: code, storeIds: [store], roles: ['relationship_manager'] }
    // Room for one who is new in A, and hence suitable as yet.
    managers[code] = (await post('/v1/staff', { ...body, capacityMinutesPerMonth: 20 })).id
  }
  const customers: Record<string, string> = {}
  const buy = async (key: string, storeCode: string, totalMinor: number, kind = 'sale') => {
    const { customerId } = await post('/v1/purchases', {
      source: 'pos',
      receiptNumber: uuidv7(),
      kind,
      storeCode,
      purchasedAt: '2026-03-01T12:00:00Z',
      currency: 'EUR',
      customer: { externalId: { system: 'pos', key } },
      lines: [{ sku: 'X', quantity: 1, unitPriceMinor: totalMinor, amountMinor: totalMinor }],
      totalMinor
    })
    customers[key] = customerId
  }
  /** A run to its end: the stream of a job ends with the job. */
  const runAt = async (iso: string) => {
    whole.clock.set(iso)
    const { id } = await post('/v1/classification-runs', {})
    await shop.call('GET', `/v1/jobs/${id}/stream`)
    return (await shop.call('GET', `/v1/classification-runs/${id}`)).body.managers
  }
  const manager = async (key: string) => (await shop.call('GET', managerOf(customers[key] ?? ''))).body
  const coverage = async () => (await shop.call('GET', '/v1/relationship-managers/coverage')).body

  t.test('gives each A customer one manager of his store, and says how', async t => {
    await buy('anke', 'NORTH', 5000)
    await buy('bert', 'SOUTH', 3000)
    await buy('cleo', 'NORTH', 1500)
    await buy('dora', 'NORTH', 500)
    const report = await runAt('2026-03-10T09:00:00.000Z')
    t.match(report, { aCustomers: 2, opened: 2, uncovered: { count: 0 }, shortfall: { minutes: 0 } })
    const reason = { code: 'assignment.least_load_in_store' }
    t.match(await manager('anke'), { staffId: managers.NORTH, origin: 'class', reason })
    t.match(await manager('bert'), { staffId: managers.SOUTH, origin: 'class', reason })
    t.match((await manager('cleo')).code, 'relationship_manager.not_found')
    t.match(await coverage(), { aCustomers: 2, covered: 2, uncovered: [], lastRun: { runId: String } })
  })

  t.test('keeps who stays in A and who is kept by hand, and ends what outlived its grace', async t => {
    const before = await manager('anke')
    const { body: byHand } = await assign(shop, customers.cleo ?? '', managers.SOUTH ?? '', 'Asked for him.')
    await buy('bert', 'SOUTH', 3000, 'return')
    await buy('cleo', 'NORTH', 9000)
    t.match(await runAt('2026-03-10T10:00:00.000Z'), { aCustomers: 2, kept: 2, opened: 0, ended: 0, inGrace: 1 })
    t.same(await manager('anke'), before)
    t.same(await manager('cleo'), byHand)
    t.match(await manager('bert'), { leftClassAt: '2026-03-10T10:00:00.000Z' })
    t.match(await coverage(), { shortfallMinutes: 5, shortfallCustomers: 1 })
    t.match(await runAt('2026-03-10T11:00:00.000Z'), { ended: 1, inGrace: 0 })
    t.match((await manager('bert')).code, 'relationship_manager.not_found')
    const { body: history } = await shop.call('GET', `/v1/assignments?customerId=${customers.bert}`)
    t.match(history.data, [{ validTo: '2026-03-10T11:00:00.000Z', endReason: { code: 'assignment.left_class' } }])
  })

  t.test('hands over the customers of a manager who left, and reports what the others cannot hold', async t => {
    await shop.call('PATCH', `/v1/staff/${managers.NORTH}`, { active: false })
    t.match(await coverage(), { covered: 1, uncovered: [{ customerId: customers.anke, reason: 'manager_left' }] })
    t.match(await runAt('2026-03-10T12:00:00.000Z'), { moved: 1, shortfall: { minutes: 20, customers: 1 } })
    t.match(await manager('anke'), { staffId: managers.SOUTH, reason: { code: 'assignment.tenant_over_capacity' } })
    t.match((await shop.call('GET', '/v1/relationship-managers')).body.data, [
      { staffId: managers.SOUTH, aCustomers: 2, loadMinutes: 40, overCapacity: true }
    ])
  })
})
