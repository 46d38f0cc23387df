import fc from 'fast-check'
import t from 'tap'
import { uuidv7 } from 'uuidv7'
import { inTenant } from '../../src/db/tenancy.ts'
import { applyAssignments } from '../../src/services/assignment-run.ts'
import { systemActor, type Tenant } from '../../src/services/tenants.ts'
import { openWorld, step } from '../support/assignment-world.ts'
import {
  assignmentFixtures,
  foundOf,
  minutesPerCustomer,
  openOf,
  type RunOptions,
  runAssignments
} from '../support/assignments.ts'
import { startService } from '../support/service.ts'

const service = await startService({ clock: new Date('2026-03-01T10:00:00.000Z') })
const shop = await assignmentFixtures(service)
t.teardown(async () => {
  await shop.close()
  await service.close()
})

const run = (tenantId: string, options?: RunOptions) => runAssignments(service, tenantId, options)
const newTenant = async () => (await service.newTenant()).tenant

t.test('every A customer gets one manager, and nobody else gets any', async t => {
  const { id } = await newTenant()
  const managers = [await shop.staff(id, 'M1'), await shop.staff(id, 'M2')]
  const customers = [await shop.customer(id, 'A'), await shop.customer(id, 'A'), await shop.customer(id, 'A')]
  await shop.customer(id, 'B')
  await shop.customer(id, null)
  const runId = uuidv7()
  const report = await run(id, { runId })
  t.match(report, { aCustomers: 3, kept: 0, opened: 3, ended: 0, moved: 0, uncovered: { count: 0, reason: null } })
  const all = await shop.assignments(id)
  t.same(all.map(a => a.customerId).sort(), [...customers].sort())
  t.ok(all.every(a => managers.includes(a.staffId) && a.origin === 'class' && a.validTo === null))
  t.same(report.loads.map(load => load.minutes).sort(), [120, 60])

  const events = await shop.events(id)
  t.equal(events.length, 3, 'one event for each')
  t.match(events[0], {
    type: 'relationship_manager.assigned',
    actor_type: 'system',
    data: { customerId: String, staffId: String, before: null, reason: 'least_load_in_tenant', runId }
  })
})

t.test('a second run over the same classes changes nothing and tells nobody', async t => {
  const { id } = await newTenant()
  await shop.staff(id, 'M1')
  for (let i = 0; i < 3; i++) await shop.customer(id, 'A')
  await run(id)
  const before = await shop.assignments(id)
  t.match(await run(id), { aCustomers: 3, kept: 3, opened: 0, ended: 0 })
  t.same(await shop.assignments(id), before)
  t.equal((await shop.events(id)).length, 3)
})

t.test('without any manager the A customers are reported as uncovered, with the reason', async t => {
  const { id } = await newTenant()
  await shop.customer(id, 'A')
  t.match(await run(id), { aCustomers: 1, opened: 0, uncovered: { count: 1, reason: 'no_manager' } })
  t.same(await shop.assignments(id), [])
})

t.test('managers of the store come first, whether it is the home store or that of the latest purchase', async t => {
  const { id } = await newTenant()
  const [near, far] = [await shop.store(id), await shop.store(id)]
  const nearManager = await shop.staff(id, 'near', { storeIds: [near] })
  await shop.staff(id, 'far', { storeIds: [far] })
  const residents = [await shop.customer(id, 'A', { storeId: near }), await shop.customer(id, 'A', { storeId: near })]
  const wanderer = await shop.customer(id, 'A')
  await shop.purchase(id, wanderer, far, '2026-01-01')
  await shop.purchase(id, wanderer, near, '2026-02-01')
  await run(id)
  const byCustomer = new Map((await shop.assignments(id)).map(a => [a.customerId, a]))
  for (const customer of [...residents, wanderer]) t.equal(byCustomer.get(customer)?.staffId, nearManager)
  t.equal(byCustomer.get(wanderer)?.reason, 'least_load_in_store')
})

t.test('outside A', async t => {
  const leaving = async (graceRuns: number) => {
    const { id } = await newTenant()
    await shop.staff(id, 'M1')
    const customer = await shop.customer(id, 'A')
    await run(id, { graceRuns })
    await shop.classify(id, customer, 'B')
    return { id, customer, again: () => run(id, { graceRuns }) }
  }

  t.test('the assignment outlives one run by default and ends with the next', async t => {
    const { id, again } = await leaving(1)
    t.match(await again(), { inGrace: 1, ended: 0 })
    t.match(await again(), { inGrace: 0, ended: 1 })
    t.match(await shop.assignments(id), [{ endReason: 'left_class' }])
    t.match((await shop.events(id)).at(-1), {
      type: 'relationship_manager.ended',
      data: { staffId: null, before: String, reason: 'left_class' }
    })
  })

  t.test('without grace it ends with the first run, and with two it outlives two', async t => {
    t.match(await (await leaving(0)).again(), { inGrace: 0, ended: 1 })
    const { again } = await leaving(2)
    t.same([(await again()).ended, (await again()).ended, (await again()).ended], [0, 0, 1])
  })

  t.test('who comes back into A within the grace keeps his manager and his full grace', async t => {
    const { id, customer, again } = await leaving(1)
    await again()
    await shop.classify(id, customer, 'A')
    t.match(await again(), { kept: 1, inGrace: 0 })
    t.match(await shop.assignments(id), [{ validTo: null, outsideRuns: 0 }])
    await shop.classify(id, customer, 'C')
    t.match(await again(), { inGrace: 1, ended: 0 })
  })

  t.test('what was decided by hand stays', async t => {
    const { id } = await newTenant()
    const manager = await shop.staff(id, 'M1')
    const customer = await shop.customer(id, 'C')
    await service.services.assignments.assign(await actor(id), customer, { staffId: manager }, null)
    for (let i = 0; i < 3; i++) t.match(await run(id, { graceRuns: 0 }), { keptByHand: 1, ended: 0 })
    t.match(await shop.assignments(id), [{ staffId: manager, validTo: null }])
  })
})

t.test('who buys by price alone', async t => {
  t.test('gets no manager by his class, and is counted', async t => {
    const { id } = await newTenant()
    await shop.staff(id, 'M1')
    const [cheap, loyal] = [await shop.customer(id, 'A'), await shop.customer(id, 'A')]
    await shop.priceDriven(id, cheap)
    await shop.priceDriven(id, await shop.customer(id, 'B'))
    t.match(await run(id), { aCustomers: 1, notPursued: 1, opened: 1, uncovered: { count: 0, reason: null } })
    t.match(await shop.assignments(id), [{ customerId: loyal }])
  })

  t.test('gets one all the same where a manager marked him as strategic', async t => {
    const { id } = await newTenant()
    await shop.staff(id, 'M1')
    const customer = await shop.customer(id, 'A')
    await shop.priceDriven(id, customer)
    await shop.markStrategic(id, customer)
    t.match(await run(id), { aCustomers: 1, notPursued: 0, opened: 1 })
  })

  t.test('loses the one he had by class after the grace, told with the reason; back, he keeps him', async t => {
    const { id } = await newTenant()
    await shop.staff(id, 'M1')
    const [gone, back] = [await shop.customer(id, 'A'), await shop.customer(id, 'A')]
    await run(id)
    await shop.priceDriven(id, gone)
    await shop.priceDriven(id, back)
    t.match(await run(id), { aCustomers: 0, notPursued: 2, inGrace: 2, ended: 0, kept: 0 })
    await shop.priceDriven(id, back, false)
    t.match(await run(id), { aCustomers: 1, notPursued: 1, inGrace: 0, ended: 1, kept: 1 })
    const [kept] = openOf(await shop.assignments(id))
    t.match(kept, { customerId: back, outsideRuns: 0 })
    t.match(
      (await shop.assignments(id)).find(one => one.customerId === gone),
      { endReason: 'not_pursued' }
    )
    t.match((await shop.events(id)).at(-1), {
      type: 'relationship_manager.ended',
      subject_id: gone,
      data: { reason: 'not_pursued' }
    })
  })

  t.test('keeps one by hand, who hands him over when he leaves', async t => {
    const { id } = await newTenant()
    const leaver = await shop.staff(id, 'M1')
    const customer = await shop.customer(id, 'A')
    await service.services.assignments.assign(await actor(id), customer, { staffId: leaver }, null)
    await shop.priceDriven(id, customer)
    t.match(await run(id, { graceRuns: 0 }), { keptByHand: 1, ended: 0 })
    const successor = await shop.staff(id, 'M2')
    await shop.activate(id, leaver, false)
    t.match(await run(id), { opened: 1, moved: 1 })
    t.match(openOf(await shop.assignments(id)), [{ staffId: successor, origin: 'manual' }])
  })

  t.test('and had one by class of a manager who left gets no successor', async t => {
    const { id } = await newTenant()
    const leaver = await shop.staff(id, 'M1')
    const customer = await shop.customer(id, 'A')
    await run(id)
    await shop.staff(id, 'M2')
    await shop.activate(id, leaver, false)
    await shop.priceDriven(id, customer)
    t.match(await run(id), { aCustomers: 0, opened: 0, ended: 1 })
    t.same(openOf(await shop.assignments(id)), [])
  })
})

t.test('a manager who left', async t => {
  t.test('hands his A customers over at the same instant, told as one change', async t => {
    const { id } = await newTenant()
    const leaver = await shop.staff(id, 'M1')
    const customer = await shop.customer(id, 'A')
    await run(id)
    const successor = await shop.staff(id, 'M2')
    await shop.activate(id, leaver, false)
    service.clock.set('2026-03-02T10:00:00.000Z')
    t.match(await run(id), { kept: 0, opened: 1, moved: 1, ended: 1 })
    t.match(await shop.assignments(id), [
      { staffId: leaver, validTo: '2026-03-02T10:00:00.000Z', endReason: 'manager_left' },
      { staffId: successor, validFrom: '2026-03-02T10:00:00.000Z', validTo: null }
    ])
    const [, ...later] = await shop.events(id)
    t.match(later, [
      { type: 'relationship_manager.changed', subject_id: customer, data: { staffId: successor, before: leaver } }
    ])
  })

  t.test('hands over whom he kept by hand outside A, and the successor stays by hand', async t => {
    const { id } = await newTenant()
    const leaver = await shop.staff(id, 'M1')
    const successor = await shop.staff(id, 'M2')
    const customer = await shop.customer(id, 'C')
    await service.services.assignments.assign(await actor(id), customer, { staffId: leaver }, null)
    await shop.activate(id, leaver, false)
    await run(id)
    t.match(openOf(await shop.assignments(id)), [{ staffId: successor, origin: 'manual' }])
  })

  t.test('hands over nobody within his grace, nor anybody when he was the last', async t => {
    const { id } = await newTenant()
    const leaver = await shop.staff(id, 'M1')
    const [gone, stays] = [await shop.customer(id, 'A'), await shop.customer(id, 'A')]
    await run(id)
    await shop.classify(id, gone, 'B')
    await shop.activate(id, leaver, false)
    t.match(await run(id), { ended: 2, opened: 0, inGrace: 0, uncovered: { count: 1, reason: 'no_manager' } })
    const ended = (await shop.events(id)).slice(2)
    t.same(
      ended.map(event => [event.type, event.subject_id]).sort(),
      [
        ['relationship_manager.ended', gone],
        ['relationship_manager.ended', stays]
      ].sort()
    )
  })

  t.test('in the very instant of his assignment leaves a period of a millisecond behind, not an empty one', async t => {
    const { id } = await newTenant()
    service.clock.set('2026-03-03T10:00:00.000Z')
    const leaver = await shop.staff(id, 'M1')
    await shop.customer(id, 'A')
    await run(id)
    await shop.activate(id, leaver, false)
    const successor = await shop.staff(id, 'M2')
    await run(id)
    t.match(await shop.assignments(id), [
      { staffId: leaver, validFrom: '2026-03-03T10:00:00.000Z', validTo: '2026-03-03T10:00:00.001Z' },
      { staffId: successor, validFrom: '2026-03-03T10:00:00.001Z', validTo: null }
    ])
  })
})

t.test('what the capacities lack is reported, and everybody has a manager all the same', async t => {
  const tenant = await newTenant()
  await shop.staff(tenant.id, 'M1', { capacity: 100 })
  for (let i = 0; i < 3; i++) await shop.customer(tenant.id, 'A', { amountMinor: i })
  const report = await run(tenant.id)
  const byStore = [{ storeId: null, minutes: 80, customers: 2 }]
  t.same(report.shortfall, { minutes: 80, customers: 2, byStore })
  t.same(
    report.loads.map(({ minutes, capacityMinutes }) => [minutes, capacityMinutes]),
    [[180, 100]]
  )
  t.match(await service.services.relationshipManagers.coverage(systemActor(tenant)), {
    aCustomers: 3,
    covered: 3,
    shortfallMinutes: 80,
    shortfallCustomers: 2
  })
})

t.test('side by side with changes by hand', async t => {
  t.test('a manager given by hand while the run is at work wins', async t => {
    const { id } = await newTenant()
    const [byHand, other] = [await shop.staff(id, 'M1'), await shop.staff(id, 'M2')]
    await shop.activate(id, byHand, false)
    const customer = await shop.customer(id, 'A')
    await shop.query('begin')
    await shop.query(
      `insert into assignments (tenant_id, id, customer_id, staff_id, valid_from, origin, reason)
       values ($1, $2, $3, $4, now(), 'manual', 'by_hand')`,
      [id, uuidv7(), customer, byHand]
    )
    const running = run(id)
    await shop.waiting(1)
    await shop.query('commit')
    t.match(await running, { kept: 1, opened: 0 })
    t.match(await shop.assignments(id), [{ staffId: byHand, validTo: null }])
    t.not(byHand, other)
    t.same(await shop.events(id), [])
  })

  t.test('who is given a manager by hand before the run has ended gets him after it', async t => {
    const { id } = await newTenant()
    await shop.staff(id, 'M1')
    const customer = await shop.customer(id, 'A')
    const chosen = await shop.staff(id, 'M2')
    const by = await actor(id)
    let assigning: Promise<unknown> | undefined
    await run(id, {
      beforeCommit: async () => {
        assigning = service.services.assignments.assign(by, customer, { staffId: chosen }, null)
        await shop.waiting(1)
      }
    })
    await assigning
    t.match(await shop.assignments(id), [
      { origin: 'class', validTo: String },
      { staffId: chosen, origin: 'manual', validTo: null }
    ])
  })

  t.test('a customer whom the run finds in A cannot be released behind its back', async t => {
    const { id } = await newTenant()
    const manager = await shop.staff(id, 'M1')
    const customer = await shop.customer(id, 'B')
    const by = await actor(id)
    await service.services.assignments.assign(by, customer, { staffId: manager }, null)
    let releasing: Promise<unknown> = Promise.resolve()
    await inTenant(service.database.work, id, async tx => {
      await tx.client.query(`update classifications set abc_class = 'A' where tenant_id = $1`, [id])
      const now = service.clock.now.toISOString()
      await applyAssignments({ newId: uuidv7 }, tx, {
        runId: uuidv7(),
        asOf: now,
        now,
        graceRuns: 1,
        minutesPerCustomer,
        ...(await foundOf(tx))
      })
      releasing = service.services.assignments.release(by, customer, 'no longer needed', null)
      releasing.catch(() => {})
      await shop.waiting(1)
    })
    await t.rejects(releasing, { code: 'relationship_manager.required' })
    t.match(await shop.assignments(id), [{ staffId: manager, validTo: null }])
  })
})

t.test('history cannot be changed or deleted, not even by the service', async t => {
  const { id } = await newTenant()
  const manager = await shop.staff(id, 'M1')
  const customer = await shop.customer(id, 'A')
  await run(id)
  await shop.activate(id, manager, false)
  await run(id)
  const before = await shop.assignments(id)
  const asService = (text: string) => inTenant(service.database.work, id, tx => tx.client.query(text, [id]))
  const ended = await asService(`update assignments set note = 'forged' where tenant_id = $1 and valid_to is not null`)
  t.equal(ended.rowCount, 0)
  await t.rejects(asService('update assignments set staff_id = customer_id where tenant_id = $1'), { code: '42501' })
  await t.rejects(asService('delete from assignments where tenant_id = $1'), { code: '42501' })
  t.same(await shop.assignments(id), before)
  t.equal(before[0]?.customerId, customer)
})

t.test('after any sequence of classes, staff, changes by hand and runs, the invariant holds', async t => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 30, size: 'max' }), async steps => {
      service.clock.set('2026-04-01T10:00:00.000Z')
      const tenant = await newTenant()
      const world = await openWorld(service, shop, tenant)
      for (const one of steps) await world.take(one)
      await world.take({ do: 'run', graceRuns: 1, laterMs: 1 })
    }),
    { numRuns: 60 }
  )
  t.pass()
})

async function actor(tenantId: string) {
  const tenant = (await service.services.tenants.list()).find(one => one.id === tenantId)
  return systemActor(tenant as Tenant)
}
