import t from 'tap'
import { uuidv7 } from 'uuidv7'
import { inTenant } from '../../src/db/tenancy.ts'
import { applyAssignments } from '../../src/services/assignment-run.ts'
import { followManagers } from '../../src/services/care-task-moves.ts'
import { foundOf, minutesPerCustomer } from '../support/assignments.ts'
import { openShop } from '../support/classification.ts'
import { decisionFixtures } from '../support/decisions.ts'
import { startService, type TestTenant } from '../support/service.ts'

/** What classification runs do to care tasks. */
const NOW = '2026-03-02T10:00:00.000Z'
const service = await startService({ clock: new Date(NOW), workers: true })
const fixtures = await decisionFixtures(service)
t.teardown(async () => {
  await fixtures.close()
  await service.close()
})

const tasksOf = async (shop: TestTenant) => (await shop.call('GET', '/v1/care-tasks')).body.data
const hire = async (shop: TestTenant, code: string): Promise<string> =>
  (await shop.call('POST', '/v1/staff', { code, name: code, storeIds: [], roles: ['relationship_manager'] })).body.id
const complain = (shop: TestTenant, customerId: string) =>
  shop.call('POST', '/v1/complaints', { channel: 'letter', subject: 'S', description: 'D', customerId })

t.test('a manager who leaves hands his open tasks on with his customers, at the next run', async t => {
  const shop = await openShop(service, { timeZone: 'UTC', storeZone: 'UTC' })
  const first = await hire(shop, 'RM1')
  for (const day of ['2026-02-02', '2026-02-09', '2026-02-16', '2026-02-23']) {
    await shop.push({ customer: 'anna', amount: 10_000, at: day })
  }
  await shop.run()
  const customerId = await shop.idOf('anna')
  t.equal((await complain(shop, customerId)).status, 201)
  t.match(await tasksOf(shop), [{ staffId: first, actingStaffId: first, version: 1 }])

  const second = await hire(shop, 'RM2')
  await shop.call('PATCH', `/v1/staff/${first}`, { active: false })
  t.match(await tasksOf(shop), [{ staffId: first, actingStaffId: null }], 'until then nobody acts')
  await shop.run({ dryRun: true })
  t.match(await tasksOf(shop), [{ staffId: first }], 'a run that changes nothing moves nothing')
  const run = await shop.run()
  t.match(await tasksOf(shop), [{ staffId: second, actingStaffId: second, version: 2 }])
  const events = await fixtures.eventsLike(shop.tenant.id, 'care_task.reassigned')
  t.match(events, [
    { actor_id: null, data: { staffId: second, before: first, because: 'manager_changed', runId: run.id } }
  ])
  await shop.run()
  t.equal((await fixtures.eventsLike(shop.tenant.id, 'care_task.reassigned')).length, 1, 'once')
})

t.test('a complaint that comes in while a run changes managers is with the manager at the end', async t => {
  const shop = await service.newTenant()
  const { id: tenantId } = shop.tenant
  const first = await hire(shop, 'RM1')
  const { body: anna } = await shop.call('POST', '/v1/customers', { kind: 'person', name: 'Anna' })
  await fixtures.classify(tenantId, anna.id, 'A')
  await shop.call('PUT', `/v1/customers/${anna.id}/relationship-manager`, { staffId: first })
  const second = await hire(shop, 'RM2')
  await fixtures.activate(tenantId, first, false)

  const run = { runId: uuidv7(), now: NOW }
  let afterwards: ReturnType<typeof complain> | undefined
  await inTenant(service.database.work, tenantId, async tx => {
    const found = await foundOf(tx)
    await applyAssignments({ newId: uuidv7 }, tx, { ...run, asOf: NOW, graceRuns: 1, minutesPerCustomer, ...found })
    t.equal((await complain(shop, anna.id)).status, 201, 'nobody waits for the run')
    t.match(await tasksOf(shop), [{ staffId: first }], 'who is the manager until it is committed')
    await followManagers({ newId: uuidv7 }, tx, run)
    afterwards = complain(shop, anna.id)
    // The request has come as far as it can before the run is committed.
    const waiting = `select count(*)::int as n from pg_locks where locktype = 'advisory' and not granted
      and database = (select oid from pg_database where datname = current_database())`
    while ((await fixtures.query(waiting))[0].n === 0) await new Promise(resolve => setImmediate(resolve))
  })
  t.equal((await afterwards)?.status, 201)
  t.match(await tasksOf(shop), [{ staffId: second }, { staffId: second }])
})
