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

t.test('who becomes an A while his complaint is open is owed a word by his new manager, once', async t => {
  const shop = await openShop(service, { timeZone: 'UTC', storeZone: 'UTC' })
  for (const day of ['2026-02-02', '2026-02-09', '2026-02-16', '2026-02-23']) {
    await shop.push({ customer: 'anna', amount: 10_000, at: day })
    await shop.push({ customer: 'ben', amount: 100, at: day })
  }
  const manager = await hire(shop, 'RM1')
  const [anna, ben] = [await shop.idOf('anna'), await shop.idOf('ben')]
  const { body: complaint } = await complain(shop, anna)
  await complain(shop, ben)
  t.same(await tasksOf(shop), [], 'nobody is an A before the first run')
  await shop.run({ dryRun: true })
  t.same(await tasksOf(shop), [], 'nor by one that changes nothing')
  const run = await shop.run()
  const tasks = await tasksOf(shop)
  t.equal(tasks.length, 1)
  t.match(tasks, [
    { kind: 'complaint_contact', complaintId: complaint.id, customerId: anna, staffId: manager, followsManager: true }
  ])
  t.equal(tasks[0].dueAt, complaint.answerDueAt)
  const told = await fixtures.eventsLike(shop.tenant.id, 'relationship_manager.complaint_opened')
  const facts = { staffId: manager, complaintId: complaint.id, abcClass: 'A', careTaskId: tasks[0].id, runId: run.id }
  t.match(told, [{ subject_id: manager, actor_id: null, data: facts }])
  await shop.run()
  t.equal((await tasksOf(shop)).length, 1, 'once')
  await shop.call('POST', `/v1/care-tasks/${tasks[0].id}/completions`, { channel: 'phone' })
  await shop.run()
  t.match(await tasksOf(shop), [{ state: 'done' }], 'and not again when it was said')
})

t.test('complaints that come in while a run makes an A of their customer are each owed one word', async t => {
  const shop = await openShop(service, { timeZone: 'UTC', storeZone: 'UTC' })
  for (const day of ['2026-02-02', '2026-02-09']) await shop.push({ customer: 'anna', amount: 10_000, at: day })
  const manager = await hire(shop, 'RM1')
  const anna = await shop.idOf('anna')
  const { body: queued } = await shop.call('POST', '/v1/classification-runs', {})
  let complaints = 0
  for (let done = false; !done; complaints += 2) {
    done = (await shop.call('GET', `/v1/jobs/${queued.id}`)).body.status === 'succeeded'
    await Promise.all([complain(shop, anna), complain(shop, anna)])
  }
  const tasks = (await shop.call('GET', '/v1/care-tasks?limit=200')).body.data as { staffId: string }[]
  t.equal(tasks.length, complaints)
  t.same([...new Set(tasks.map(({ staffId }) => staffId))], [manager])
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
