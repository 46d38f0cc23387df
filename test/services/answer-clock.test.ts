import t from 'tap'
import { openDatabase } from '../../src/db/client.ts'
import { createServices } from '../../src/services/index.ts'
import { asAdmin } from '../support/cluster.ts'
import { startService, type TestTenant } from '../support/service.ts'

const NOW = '2026-06-10T10:00:00.000Z'
const service = await startService({ clock: new Date(NOW) })
t.teardown(() => service.close())

const HOUR = 3_600_000
const at = (hours: number): string => new Date(Date.parse(NOW) + hours * HOUR).toISOString()
const wait = (hours: number) => service.clock.set(at(hours))
t.beforeEach(() => wait(0))
const { answerClock } = service.services

const words = { kind: 'question', channel: 'hotline', text: 'Why did it fall apart?' }

const record = async (shop: TestTenant, body: object = {}): Promise<string> => {
  const answer = await shop.patiently('POST', '/v1/feedback', { ...words, ...body })
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
  return answer.body.id
}

interface Alert {
  id: string
  type: string
  data: { staffId?: string; rung?: number; role?: string; deputyForStaffId?: string; fellDueAt?: string }
}

/** What was raised in a shop, in its order. */
const alerts = (shop: TestTenant): Promise<Alert[]> =>
  asAdmin<Alert & Record<string, unknown>>(
    service.databaseUrl,
    `select subject_id as id, replace(type, 'feedback.', '') as type, data from events
     where tenant_id = $1 and type in ('feedback.at_risk', 'feedback.breached', 'feedback.escalated') order by write_order`,
    [shop.tenant.id]
  )

const EVERY_STEP = ['at_risk', 'escalated', 'breached', 'escalated', 'escalated']

t.test('steps are raised as their hour comes, with nobody touching the feedback', async t => {
  const shop = await service.newTenant()
  await record(shop)
  const raisedAfter = async (hours: number) => {
    wait(hours)
    await answerClock.sweep()
    return (await alerts(shop)).map(one => one.type)
  }
  t.same(await raisedAfter(17.99), [])
  t.same(await raisedAfter(18), ['at_risk', 'escalated'])
  t.same(await raisedAfter(24), ['at_risk', 'escalated'], 'at its term it is in time')
  t.same(await raisedAfter(24.001), ['at_risk', 'escalated', 'breached', 'escalated'])
  t.same(await raisedAfter(36), EVERY_STEP)
  t.same(await raisedAfter(1_000), EVERY_STEP)
  t.same(
    (await alerts(shop)).map(one => one.data.fellDueAt),
    [at(18), at(18), `${at(24).slice(0, -4)}001Z`, `${at(24).slice(0, -4)}001Z`, at(36)]
  )
})

t.test('after a time in which nothing ran, every missed step is raised once and in order', async t => {
  const shop = await service.newTenant()
  const ids = [await record(shop), await record(shop), await record(shop)]
  wait(500)
  t.equal(await answerClock.sweep(), 3)
  t.equal(await answerClock.sweep(), 0)
  for (const id of ids) {
    t.same(
      (await alerts(shop)).filter(one => one.id === id).map(one => one.type),
      EVERY_STEP
    )
  }
})

t.test('several timers at the same moment raise each step once', async t => {
  const shop = await service.newTenant()
  const ids = await Promise.all(Array.from({ length: 250 }, () => record(shop)))
  wait(100)
  const database = openDatabase({ url: service.databaseUrl, apiConnections: 2, queryTimeoutMs: 20_000, onError() {} })
  t.teardown(() => database.close())
  const other = createServices({ database, clock: () => service.clock.now }).answerClock
  const taken = await Promise.all([answerClock.sweep(), answerClock.sweep(), other.sweep(), other.sweep()])
  t.equal(
    taken.reduce((sum, one) => sum + one, 0),
    ids.length,
    'between them they took each once'
  )
  const raised = await alerts(shop)
  t.equal(raised.length, ids.length * EVERY_STEP.length)
  t.equal(new Set(raised.map(({ id, type, data }) => `${id} ${type} ${data.rung}`)).size, raised.length)
})

t.test('who answers at the moment of the timer is in time or late, and is told so once', async t => {
  const shop = await service.newTenant()
  const ids = await Promise.all(Array.from({ length: 40 }, () => record(shop)))
  wait(25)
  const answer = (id: string) => shop.call('POST', `/v1/feedback/${id}/answers`, { substantive: true, text: 'Sorry.' })
  await Promise.all([answerClock.sweep(), ...ids.map(answer), answerClock.sweep()])
  await answerClock.sweep()
  const raised = await alerts(shop)
  for (const id of ids) {
    t.same(
      raised.filter(one => one.id === id).map(one => one.type),
      EVERY_STEP.slice(0, 4)
    )
  }
})

t.test('an escalation goes to a person who is there, each in turn', async t => {
  const shop = await service.newTenant()
  const person = async (code: string, role: string): Promise<string> =>
    (await shop.call('POST', '/v1/staff', { code, name: code, roles: [role], storeIds: [] })).body.id
  const anna = await person('anna', 'front_line')
  const maria = await person('maria', 'store_manager')
  const nina = await person('nina', 'store_manager')
  const dora = await person('dora', 'front_line')
  const otto = await person('otto', 'owner')
  // Two hours after midnight of Berlin, where it is still the day before by the clock of Greenwich.
  const absence = { fromOn: '2026-06-12', toOn: '2026-06-12', deputyStaffId: dora }
  await shop.call('POST', `/v1/staff/${maria}/absences`, absence)
  const broughtBefore = async (ids: string[]) => {
    const lists = await Promise.all(ids.map(id => shop.call('GET', `/v1/feedback/${id}/escalations`)))
    return lists.map(({ body }) => body.data.map((one: Alert['data']) => one.staffId))
  }
  const ids: string[] = []
  for (let n = 0; n < 3; n++) ids.push(await record(shop, { ownerStaffId: anna, receivedAt: at(n / 1_000 - 1) }))
  wait(38)
  await answerClock.sweep()
  t.same(await broughtBefore(ids), [
    [anna, dora, otto],
    [anna, nina, otto],
    [anna, dora, otto]
  ])
  const { body } = await shop.call('GET', `/v1/feedback/${ids[0]}/escalations`)
  t.match(body.data[1], { wantedRole: 'store_manager', role: 'store_manager', deputyForStaffId: maria })

  await shop.call('PATCH', `/v1/staff/${nina}`, { active: false })
  wait(62)
  const later = await record(shop)
  wait(90)
  await answerClock.sweep()
  t.same(await broughtBefore([later]), [[maria, maria]], 'nobody answers it, so it goes on to the next authority')
})

t.test('a shop whose feedback cannot be timed keeps no other waiting', async t => {
  const [broken, sound] = [await service.newTenant(), await service.newTenant()]
  await record(broken)
  await record(sound)
  const version = (number: number) =>
    asAdmin(service.databaseUrl, 'update feedback set policy_version = $2 where tenant_id = $1', [
      broken.tenant.id,
      number
    ])
  await version(99)
  wait(18)
  await t.rejects(answerClock.sweep(), { code: 'answer_policy.not_found' })
  t.equal((await alerts(sound)).length, 2)
  await version(1)
  await answerClock.sweep()
  t.equal((await alerts(broken)).length, 2)
})

t.test('a wake of the queue raises what has fallen due, and has the next one sent', async t => {
  const shop = await service.newTenant()
  await record(shop)
  const wakes = () =>
    asAdmin<{ id: string; start_after: Date }>(
      service.databaseUrl,
      `select id, start_after from clientele_jobs.job where name = 'answer-clock' and data ->> 'tenantId' = $1 order by start_after`,
      [shop.tenant.id]
    )
  const times = async () => (await wakes()).map(one => one.start_after.toISOString())
  t.same(await times(), [at(18)])
  await record(shop)
  t.same(await times(), [at(18)], 'one for all that fall due in a second')
  wait(18)
  await answerClock.perform({ tenantId: shop.tenant.id, jobId: 'any' })
  t.equal((await alerts(shop)).length, 4)
  t.same(await times(), [at(18), at(24 + 1 / 3_600)])
})

t.test('workers raise what falls due by themselves', async t => {
  const working = await startService({ workers: true })
  t.teardown(() => working.close())
  const shop = await working.newTenant()
  await shop.call('PUT', '/v1/answer-policy', { answerWithinMinutes: 1, ladder: [], atRiskShare: 0.5 })
  const receivedAt = new Date(Date.now() - 58_000).toISOString()
  await shop.call('POST', '/v1/feedback', { ...words, receivedAt })
  const breaches = () =>
    asAdmin(
      working.databaseUrl,
      `select subject_id from events where tenant_id = $1 and type = 'feedback.breached' and actor_type = 'system'`,
      [shop.tenant.id]
    )
  while ((await breaches()).length === 0) await new Promise(resolve => setTimeout(resolve, 20))
  t.equal((await breaches()).length, 1)
})
