import t from 'tap'
import { uuidv7 } from 'uuidv7'
import { decisionFixtures } from '../support/decisions.ts'
import { startService } from '../support/service.ts'

const NOW = '2026-03-10T10:00:00.000Z'
const service = await startService({ clock: new Date(NOW) })
const fixtures = await decisionFixtures(service)
t.teardown(async () => {
  await fixtures.close()
  await service.close()
})

async function open() {
  const shop = await service.newTenant()
  const { make } = shop
  const storeId = await make('/v1/stores', { code: 'S1', name: 'Store', timeZone: 'Europe/Berlin' })
  const hire = (code: string) => make('/v1/staff', { code, name: code, storeIds: [], roles: ['front_line'] })
  const customer = (name: string) => make('/v1/customers', { kind: 'person', name })
  const [anna, bo] = [await hire('Anna'), await hire('Bo')]
  const [zoe, max] = [await customer('Zoë'), await customer('Max')]
  const plan = (more: Record<string, unknown> = {}) =>
    shop.call('POST', '/v1/listening-sessions', {
      kind: 'customer_meeting',
      plannedAt: '2026-03-09T18:00:00+01:00',
      storeId,
      topic: 'Wide shoes',
      staffIds: [bo, anna],
      customerIds: [max, zoe],
      ...more
    })
  return { shop, storeId, anna, bo, zoe, max, plan }
}

t.test('POST /v1/listening-sessions', async t => {
  t.test('201 plans who listens where and when, and who is asked', async t => {
    const { shop, storeId, anna, bo, zoe, max, plan } = await open()
    const { status, body } = await plan()
    t.equal(status, 201)
    t.match(body, {
      kind: 'customer_meeting',
      status: 'planned',
      storeId,
      plannedAt: '2026-03-09T17:00:00.000Z',
      heldAt: null,
      findings: 0,
      version: 1
    })
    t.same(body.staffIds, [anna, bo].sort())
    const asked = (customerId: string) => ({ customerId, invited: true, attended: null })
    t.same(body.customers, [zoe, max].sort().map(asked))
    t.same((await shop.call('GET', `/v1/listening-sessions/${body.id}`)).body, body)
  })

  t.test('422 for a plan in which somebody or something is missing', async t => {
    const { plan } = await open()
    const refused = async (more: Record<string, unknown>) => (await plan(more)).body.code
    t.equal(await refused({ staffIds: [] }), 'listening_session.nobody_listens')
    t.equal(await refused({ kind: 'round', storeId: null }), 'listening_session.store_missing')
    t.equal(await refused({ kind: 'visit', customerIds: [] }), 'listening_session.customer_missing')
    const nobody = { kind: 'customer_meeting', customerIds: [], storeId: null }
    t.equal(await refused(nobody), 'listening_session.customer_missing')
    t.equal(await refused({ customerIds: [uuidv7()] }), 'customer.unknown')
    t.equal(await refused({ staffIds: [uuidv7()] }), 'staff.unknown')
    t.equal(await refused({ storeId: uuidv7() }), 'store.unknown')
  })
})

t.test('a plan is changed until it was held, and called off with a reason', async t => {
  const { shop, anna, zoe, plan } = await open()
  const path = `/v1/listening-sessions/${(await plan()).body.id}`
  const changed = await shop.call('PATCH', path, { staffIds: [anna], customerIds: [zoe] }, { 'if-match': '"1"' })
  t.match([changed.status, changed.body.staffIds, changed.body.version], [200, [anna], 2])
  t.equal((await shop.call('PATCH', path, { topic: 'x' }, { 'if-match': '"1"' })).status, 412)
  const cancelled = await shop.call('POST', `${path}/cancellations`, { reason: 'Snow' })
  t.match([cancelled.status, cancelled.body.status, cancelled.body.cancelReason], [201, 'cancelled', 'Snow'])
  t.equal(
    (await shop.call('PUT', `${path}/attendance`, { attendedCustomerIds: [] })).body.code,
    'listening_session.invalid_state'
  )
})

t.test('PUT /v1/listening-sessions/:id/attendance', async t => {
  t.test('200 keeps who came, asked or not, and who did not; again to correct it', async t => {
    const { shop, zoe, max, plan } = await open()
    const path = `/v1/listening-sessions/${(await plan({ customerIds: [zoe] })).body.id}`
    const first = await shop.call('PUT', `${path}/attendance`, { attendedCustomerIds: [max], summary: 'Good' })
    t.match([first.status, first.body.status, first.body.heldAt], [200, 'held', '2026-03-09T17:00:00.000Z'])
    const place = (customerId: string) =>
      first.body.customers.find((one: { customerId: string }) => one.customerId === customerId)
    t.match(place(max), { invited: false, attended: true })
    t.match(place(zoe), { invited: true, attended: false })
    const again = await shop.call('PUT', `${path}/attendance`, { attendedCustomerIds: [zoe] })
    t.same(again.body.customers, [{ customerId: zoe, invited: true, attended: true }])
    t.equal(again.body.summary, 'Good')
    t.equal((await shop.call('PATCH', path, { topic: 'x' })).status, 409)
    const written = await fixtures.eventsLike(shop.tenant.id, 'listening_session.%')
    t.same(
      written.map(({ type }) => type),
      ['listening_session.planned', 'listening_session.held', 'listening_session.attendance_corrected']
    )
  })

  t.test('422 for one that lies ahead, or years back', async t => {
    const { shop, plan } = await open()
    const ago = `/v1/listening-sessions/${(await plan({ plannedAt: '2026-03-01T10:00:00Z' })).body.id}`
    const held = { attendedCustomerIds: [], heldAt: '1000-01-01T00:00:00Z' }
    t.equal((await shop.call('PUT', `${ago}/attendance`, held)).body.code, 'listening_session.too_long_ago')
    const path = `/v1/listening-sessions/${(await plan({ plannedAt: '2026-03-11T10:00:00Z' })).body.id}`
    const { body } = await shop.call('PUT', `${path}/attendance`, { attendedCustomerIds: [] })
    t.equal(body.code, 'listening_session.in_future')
  })
})

t.test('POST /v1/listening-sessions/:id/findings', async t => {
  t.test('201 makes feedback of what was heard, with an owner and a clock from the session on', async t => {
    const { shop, storeId, anna, zoe, plan } = await open()
    const id = (await plan()).body.id
    await shop.call('PUT', `/v1/listening-sessions/${id}/attendance`, { attendedCustomerIds: [zoe] })
    const text = 'Offer "wide" shoes,\r\nplease — XXXX.'
    const finding = { kind: 'suggestion', text, ownerStaffId: anna, customerId: zoe }
    const { status, body } = await shop.call('POST', `/v1/listening-sessions/${id}/findings`, finding)
    t.equal(status, 201)
    t.match(body, { sessionId: id, ownerStaffId: anna, dueAt: '2026-03-10T17:00:00.000Z' })
    t.match((await shop.call('GET', `/v1/feedback/${body.feedbackId}`)).body, {
      kind: 'suggestion',
      channel: 'customer_meeting',
      storeId,
      customerId: zoe,
      ownerStaffId: anna,
      listeningSessionId: id,
      receivedAt: '2026-03-09T17:00:00.000Z',
      text
    })
    t.equal((await shop.call('GET', `/v1/listening-sessions/${id}`)).body.findings, 1)
  })

  t.test('201 takes what a feedback takes: promotion, product, store, time and whom it is about', async t => {
    const { shop, storeId, anna, bo, plan } = await open()
    const make = async (path: string, body: object) => (await shop.call('POST', path, body)).body.id
    const promotionId = await make('/v1/promotions', {
      code: 'SUMMER',
      name: 'Summer',
      kind: 'promotion',
      startsOn: '2026-03-01'
    })
    await make('/v1/products', { sku: 'SHOE', name: 'Shoe' })
    const other = await make('/v1/stores', { code: 'S9', name: 'Other', timeZone: 'Europe/Berlin' })
    const id = (await plan()).body.id
    await shop.call('PUT', `/v1/listening-sessions/${id}/attendance`, { attendedCustomerIds: [] })
    const send = (more: object) =>
      shop.call('POST', `/v1/listening-sessions/${id}/findings`, {
        kind: 'promotion_attitude',
        text: 'Too few sizes.',
        ownerStaffId: anna,
        ...more
      })
    const named = { promotionId, sku: 'SHOE', storeId: other, staffId: bo, attitude: 2 }
    const { status, body } = await send({ ...named, receivedAt: '2026-03-09T18:30:00Z', receivedByStaffId: bo })
    t.equal(status, 201)
    t.match((await shop.call('GET', `/v1/feedback/${body.feedbackId}`)).body, {
      ...named,
      promotionCode: 'SUMMER',
      receivedAt: '2026-03-09T18:30:00.000Z',
      receivedByStaffId: bo,
      channel: 'customer_meeting'
    })
    const usual = await send({ promotionCode: 'SUMMER' })
    t.match((await shop.call('GET', `/v1/feedback/${usual.body.feedbackId}`)).body, { promotionId, storeId })
    t.match((await send({ promotionId: uuidv7() })).body, { status: 422, code: 'promotion.unknown' })
    t.match((await send({ sku: 'NOPE' })).body, { status: 422, code: 'product.unknown' })
    t.equal((await send({ channel: 'web' })).status, 400, 'the way is the session')
  })

  t.test(
    '201 for a complaint opens its case, with the clock from the session on and the owner as its handler',
    async t => {
      const { shop, storeId, anna, zoe, plan } = await open()
      const id = (await plan()).body.id
      await shop.call('PUT', `/v1/listening-sessions/${id}/attendance`, { attendedCustomerIds: [zoe] })
      const finding = { kind: 'complaint', text: 'The sole came off.\nTwice.', ownerStaffId: anna, customerId: zoe }
      const { status, body } = await shop.call('POST', `/v1/listening-sessions/${id}/findings`, finding)
      t.equal(status, 201)
      t.match((await shop.call('GET', `/v1/complaints/${body.feedbackId}`)).body, {
        state: 'received',
        subject: 'The sole came off.',
        description: finding.text,
        channel: 'customer_meeting',
        storeId,
        customerId: zoe,
        handlerId: anna,
        firstHandlerId: anna,
        receivedAt: '2026-03-09T17:00:00.000Z',
        answerDueAt: body.dueAt
      })
    }
  )

  t.test('409 for calling off a session at which something was heard', async t => {
    const { shop, anna, plan } = await open()
    const path = `/v1/listening-sessions/${(await plan()).body.id}`
    await shop.call('POST', `${path}/findings`, { kind: 'praise', text: 'Nice', ownerStaffId: anna })
    const refused = await shop.call('POST', `${path}/cancellations`, { reason: 'x' })
    t.match(
      [refused.status, refused.body.code, refused.body.facts],
      [409, 'listening_session.has_findings', { findings: 1 }]
    )
    t.equal((await shop.call('PUT', `${path}/attendance`, { attendedCustomerIds: [] })).body.status, 'held')
  })

  t.test('409 for a session that was called off, 422 for an owner who is unknown', async t => {
    const { shop, anna, plan } = await open()
    const path = `/v1/listening-sessions/${(await plan()).body.id}`
    const finding = { kind: 'praise', text: 'Nice', ownerStaffId: uuidv7() }
    t.equal((await shop.call('POST', `${path}/findings`, finding)).body.code, 'staff.unknown')
    await shop.call('POST', `${path}/cancellations`, { reason: 'x' })
    const late = await shop.call('POST', `${path}/findings`, { ...finding, ownerStaffId: anna })
    t.equal(late.body.code, 'listening_session.invalid_state')
  })
})

t.test('GET /v1/listening-sessions lists by page and filter', async t => {
  const { shop, anna, bo, zoe, plan } = await open()
  const visit = (await plan({ kind: 'visit', plannedAt: '2026-03-01T10:00:00Z', staffIds: [bo], customerIds: [zoe] }))
    .body.id
  const round = (await plan({ kind: 'round', plannedAt: '2026-03-02T10:00:00Z', staffIds: [anna], customerIds: [] }))
    .body.id
  const ids = async (query: string) =>
    (await shop.call('GET', `/v1/listening-sessions?${query}`)).body.data.map(({ id }: { id: string }) => id)
  t.same(await ids(''), [round, visit])
  t.same(await ids('kind=visit'), [visit])
  t.same(await ids(`staffId=${anna}`), [round])
  t.same(await ids(`customerId=${zoe}`), [visit])
  t.same(await ids('plannedFrom=2026-03-02T00:00:00Z&plannedTo=2026-03-03T00:00:00Z'), [round])
  const first = (await shop.call('GET', '/v1/listening-sessions?limit=1')).body
  t.same(await ids(`limit=1&cursor=${first.nextCursor}`), [visit])
})
