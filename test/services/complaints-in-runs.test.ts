import t from 'tap'
import { openShop } from '../support/classification.ts'
import { startService } from '../support/service.ts'

const service = await startService({ clock: new Date('2026-03-02T10:00:00.000Z'), workers: true })
t.teardown(() => service.close())

/** Every week on the same day from `first` on. */
const weeks = (first: string, count: number) =>
  Array.from({ length: count }, (_, n) => new Date(Date.parse(first) + n * 604_800_000).toISOString().slice(0, 10))

const codes = (reasons: { code: string }[]) => reasons.map(({ code }) => code)

/** A shop in which Anna buys most and Carl next to nothing, both every week until now. */
async function openWeekly() {
  service.clock.set('2026-03-02T10:00:00.000Z')
  const shop = await openShop(service, { timeZone: 'UTC', storeZone: 'UTC' })
  for (const at of weeks('2025-11-05', 17)) {
    await shop.push({ customer: 'anna', amount: 100_000, at })
    await shop.push({ customer: 'carl', amount: 100, at })
  }
  const complain = async (customer: string, receivedAt: string): Promise<string> => {
    const { status, body } = await shop.call('POST', '/v1/complaints', {
      channel: 'letter',
      subject: 'Broken',
      description: 'It broke.',
      customerId: await shop.idOf(customer),
      receivedAt
    })
    t.equal(status, 201)
    return body.id
  }
  const step = async (id: string, name: string, body: object) => {
    const answer = await shop.call('POST', `/v1/complaints/${id}/${name}`, body)
    t.ok(answer.status < 300, JSON.stringify(answer.body))
  }
  const close = async (id: string, verdict: string) => {
    await step(id, 'causes', { cause: 'undetermined' })
    await step(id, 'answers', { substantive: true, text: 'Sorry.' })
    await step(id, 'closures', { outcome: 'resolved', verdict })
  }
  const atRisk = async () => (await shop.call('GET', '/v1/defections')).body.data
  return { shop, complain, step, close, atRisk }
}

t.test('an open complaint past its deadline costs trust, is the cause of a leaving, and is mended first', async t => {
  const { shop, complain, close, atRisk } = await openWeekly()
  await shop.run()
  t.match(await shop.classOf('anna'), { trust: { level: 'cognitive' }, defection: { state: 'active' } })
  t.same(await atRisk(), [])

  const id = await complain('anna', '2026-02-20T10:00:00Z')
  service.clock.set('2026-03-03T10:00:00.000Z')
  await shop.run()
  const found = await shop.classOf('anna')
  t.match(found, { abc: { class: 'A' }, trust: { level: 'none' } })
  t.ok(codes(found.trust.evidence).includes('trust.complaint_past_deadline'))
  const [anna, ...others] = await atRisk()
  t.same(others, [])
  t.match(anna, {
    customerId: await shop.idOf('anna'),
    state: 'active',
    likelyCause: 'open_complaint',
    advice: { recommendation: 'recover' }
  })
  t.same(
    codes(anna.advice.reasons),
    ['advice.cause_open_complaint', 'advice.recover'],
    'the stored facts lead to it again'
  )

  await close(id, 'not_accepted')
  service.clock.set('2026-03-04T10:00:00.000Z')
  await shop.run()
  t.match(await shop.classOf('anna'), { trust: { level: 'cognitive' } }, 'it was answered and is no longer open')
  t.match(await atRisk(), [{ likelyCause: 'badly_closed_complaint', advice: { recommendation: 'recover' } }])
  const { body: answered } = await shop.call('GET', `/v1/customers/${await shop.idOf('anna')}/classification`)
  t.ok(codes(answered.trust.evidence).includes('trust.complaints_not_recovered'))

  await shop.call('POST', `/v1/complaints/${id}/reopenings`, { reason: 'not_satisfied' })
  await shop.call('POST', `/v1/complaints/${id}/withdrawals`, {})
  service.clock.set('2026-03-05T10:00:00.000Z')
  await shop.run()
  t.match(await atRisk(), [{ likelyCause: 'badly_closed_complaint' }], 'a withdrawal does not wipe it out')

  const asked = await shop.call('POST', '/v1/classification-runs', { asOf: '2026-03-03T00:00:00.000Z', dryRun: true })
  await shop.ended(asked.body.id)
  t.match((await shop.call('GET', `/v1/classification-runs/${asked.body.id}`)).body.advices, { recover: 1 })
})

for (const [what, again] of [
  ['reopened', 'reopenings'],
  ['escalated', 'escalations']
] as const) {
  t.test(`a complaint that was ${what} costs trust past its term, though it was answered in time before`, async t => {
    const { shop, complain, step } = await openWeekly()
    await shop.call('POST', '/v1/staff', { code: 'OWNER', name: 'Owner', roles: ['owner'], storeIds: [] })
    const id = await complain('anna', '2026-03-02T09:00:00Z')
    await step(id, 'answers', { substantive: true, text: 'Sorry.' })
    await step(id, again, again === 'reopenings' ? { reason: 'not_satisfied' } : {})
    service.clock.set('2026-03-04T10:00:00.000Z')
    await shop.run()
    const found = await shop.classOf('anna')
    t.ok(codes(found.trust.evidence).includes('trust.complaint_past_deadline'))
    await step(id, 'answers', { substantive: true, text: 'Truly sorry.' })
    service.clock.set('2026-03-05T10:00:00.000Z')
    await shop.run()
    const later = await shop.classOf('anna')
    t.notOk(codes(later.trust.evidence).includes('trust.complaint_past_deadline'))
  })
}

t.test('a complaint that was made good restores, and adds nothing', async t => {
  const { shop, complain, close, atRisk } = await openWeekly()
  const id = await complain('anna', '2026-03-02T09:00:00Z')
  await close(id, 'accepted')
  service.clock.set('2026-03-03T10:00:00.000Z')
  await shop.run()
  t.match(await shop.classOf('anna'), { trust: { level: 'cognitive' } })
  t.same(await atRisk(), [])
})

t.test('a C customer whose complaint is to be mended is suitable for as long', async t => {
  const { shop, complain, close } = await openWeekly()
  const id = await complain('carl', '2026-03-02T09:00:00Z')
  service.clock.set('2026-03-03T10:00:00.000Z')
  await shop.run()
  const found = await shop.classOf('carl')
  t.match(found, { abc: { class: 'C' }, standing: { level: 'suitable', reasons: [{ code: 'standing.c_complaint' }] } })
  await close(id, 'accepted')
  service.clock.set('2026-03-04T10:00:00.000Z')
  await shop.run()
  t.match(await shop.classOf('carl'), { standing: { level: 'general' } })
})

t.test('nothing that was not known then counts in a run as of an earlier day', async t => {
  const { shop, complain } = await openWeekly()
  await complain('anna', '2026-03-02T09:00:00Z')
  const asked = await shop.call('POST', '/v1/classification-runs', { asOf: '2026-03-02T00:00:00.000Z', dryRun: true })
  await shop.ended(asked.body.id)
  t.match((await shop.call('GET', `/v1/classification-runs/${asked.body.id}`)).body.advices, { recover: 0 })
})
