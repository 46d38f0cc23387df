import t from 'tap'
import { asAdmin } from '../support/cluster.ts'
import { startService, type TestTenant } from '../support/service.ts'

const NOW = '2026-06-10T10:00:00.000Z'
const service = await startService({ clock: new Date(NOW) })
t.teardown(() => service.close())

const HOUR = 3_600_000
const at = (hours: number): string => new Date(Date.parse(NOW) + hours * HOUR).toISOString()
/** Moves the clock to so many hours after the beginning. */
const wait = (hours: number) => service.clock.set(at(hours))
t.beforeEach(() => wait(0))

const words = { kind: 'suggestion', channel: 'counter', text: 'Open at eight,\n"please" – XXXX\t’s wish.' }
const substantive = { substantive: true, text: 'We open at eight from June on.' }

const record = async (shop: TestTenant, body: object = {}) => {
  const answer = await shop.call('POST', '/v1/feedback', { ...words, ...body })
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
  return answer.body
}

/** Types of the events of a feedback in their order, with what is asked for of each. */
const eventsOf = async (shop: TestTenant, id: string): Promise<{ type: string; data: Record<string, unknown> }[]> =>
  asAdmin(
    service.databaseUrl,
    `select type, data from events where tenant_id = $1 and subject_id = $2 order by write_order`,
    [shop.tenant.id, id]
  )

const typesOf = async (shop: TestTenant, id: string): Promise<string[]> =>
  (await eventsOf(shop, id)).map(({ type }) => type.replace('feedback.', ''))

const world = async () => {
  const shop = await service.newTenant()
  const { make } = shop
  const store = await make('/v1/stores', { code: 'B1', name: 'Berlin', timeZone: 'Europe/Berlin' })
  const person = (code: string, role: string) => make('/v1/staff', { code, name: code, roles: [role], storeIds: [] })
  const anna = await person('anna', 'front_line')
  const maria = await person('maria', 'store_manager')
  const otto = await person('otto', 'owner')
  const customer = await make('/v1/customers', {
    kind: 'person',
    name: 'Jo Doe',
    externalIds: [{ system: 'pos', key: 'C-1' }]
  })
  return { shop, store, anna, maria, otto, customer, make }
}

t.test('POST /v1/feedback', async t => {
  const { shop, store, anna, customer, make } = await world()
  await make('/v1/products', { sku: 'SHOE', name: 'Shoe' })

  t.test('201 keeps the words to the byte and owes an answer 24 hours after they were received', async t => {
    const { status, headers, body } = await shop.call('POST', '/v1/feedback', { ...words, receivedAt: at(-2) })
    t.equal(status, 201)
    t.equal(headers.get('location'), `/v1/feedback/${body.id}`)
    t.match(body, {
      ...words,
      state: 'open',
      receivedAt: at(-2),
      answerDueAt: at(22),
      atRiskAt: at(16),
      urgency: 'on_track',
      answeredAt: null,
      customerId: null,
      masked: false,
      version: 1
    })
    t.equal((await shop.call('GET', `/v1/feedback/${body.id}`)).body.text, words.text)
    t.same(await typesOf(shop, body.id), ['received'])
  })

  t.test('201 with everything that it may name', async t => {
    const everything = {
      storeId: store,
      sku: 'SHOE',
      promotionCode: 'SUMMER',
      staffId: anna,
      receivedByStaffId: anna,
      language: 'de-DE',
      attitude: 2,
      attachments: [{ name: 'letter.pdf', ref: 'DMS-7', mediaType: 'application/pdf' }]
    }
    const body = await record(shop, { ...everything, customerExternalId: { system: 'pos', key: 'C-1' } })
    t.match(body, { ...everything, customerId: customer, ownerStaffId: anna, receivedOn: '2026-06-10' })
    t.same(body.attachments, [{ name: 'letter.pdf', url: null, ref: 'DMS-7', mediaType: 'application/pdf' }])
  })

  t.test('201 for what was received so long ago that its answer is overdue: all of it is told at once', async t => {
    const body = await record(shop, { receivedAt: at(-100) })
    t.match(body, { urgency: 'overdue', breachedAt: at(-76), answerDueAt: at(-76), version: 2 })
    t.same(await typesOf(shop, body.id), ['received', 'at_risk', 'escalated', 'breached', 'escalated', 'escalated'])
  })

  t.test('the instant of recording counts where the clocks of two machines differ', async t => {
    t.equal((await record(shop, { receivedAt: at(4 / 60) })).receivedAt, NOW)
    const { status, body } = await shop.call('POST', '/v1/feedback', { ...words, receivedAt: at(6 / 60) })
    t.match([status, body.code], [422, 'feedback.in_future'])
    const received = (receivedAt: string) => shop.call('POST', '/v1/feedback', { ...words, receivedAt })
    const old = await received('2021-06-09T10:00:00Z')
    t.match([old.status, old.body.code], [422, 'feedback.too_long_ago'])
    t.equal((await received('2021-06-11T10:00:00Z')).status, 201)
  })

  t.test('422 names what the shop does not have', async t => {
    const id = '0193a1f0-7c1e-7b3a-9d52-000000000000'
    for (const [body, code, pointer] of [
      [{ storeId: id }, 'store.unknown', '/storeId'],
      [{ staffId: id }, 'staff.unknown', '/staffId'],
      [{ ownerStaffId: id }, 'staff.unknown', '/ownerStaffId'],
      [{ receivedByStaffId: id }, 'staff.unknown', '/receivedByStaffId'],
      [{ customerId: id }, 'customer.unknown', '/customerId'],
      [{ customerExternalId: { system: 'pos', key: 'nobody' } }, 'customer.unknown', '/customerExternalId'],
      [{ purchaseId: id }, 'purchase.unknown', '/purchaseId'],
      [{ sku: 'nothing' }, 'product.unknown', '/sku']
    ] as const) {
      const answer = await shop.call('POST', '/v1/feedback', { ...words, ...body })
      t.match([answer.status, answer.body.code, answer.body.errors?.[0]?.pointer], [422, code, pointer])
    }
  })

  t.test('400 for words that nobody can read', async t => {
    const { status, body } = await shop.call('POST', '/v1/feedback', { ...words, text: ' \n\u200b' })
    t.match([status, body.errors?.[0]?.pointer], [400, '/text'])
  })

  t.test('400 names what no feedback is made of', async t => {
    const { status, body } = await shop.call('POST', '/v1/feedback', {
      kind: 'rumour',
      channel: 'pigeon',
      text: '',
      attitude: 6,
      attachments: [{ name: 'x' }],
      colour: 'red'
    })
    t.equal(status, 400)
    t.same(body.errors.map((one: { pointer: string }) => one.pointer).sort(), [
      '/attachments/0',
      '/attitude',
      '/channel',
      '/colour',
      '/kind',
      '/text'
    ])
    const two = { customerId: customer, customerExternalId: { system: 'pos', key: 'C-1' } }
    t.equal((await shop.call('POST', '/v1/feedback', { ...words, ...two })).status, 400, 'one customer, not two')
  })

  t.test('403 for the store of another credential; without a store it is the own one', async t => {
    const other = await make('/v1/stores', { code: 'B2', name: 'Bonn', timeZone: 'Europe/Berlin' })
    const bound = await shop.withKey({ scopes: ['feedback:read', 'feedback:write'], storeId: store })
    t.equal((await record(bound)).storeId, store)
    const refused = await bound.call('POST', '/v1/feedback', { ...words, storeId: other })
    t.match([refused.status, refused.body.code], [403, 'store.not_allowed'])
    const elsewhere = await record(shop, { storeId: other })
    t.equal((await bound.call('GET', `/v1/feedback/${elsewhere.id}`)).status, 404)
    t.equal((await bound.call('POST', `/v1/feedback/${elsewhere.id}/answers`, substantive)).status, 404)
    t.equal((await bound.call('GET', `/v1/feedback?storeId=${other}`)).status, 403)
    const { body } = await bound.call('GET', '/v1/feedback')
    t.ok(body.data.every((one: { storeId: string }) => one.storeId === store))
  })

  t.test('the same Idempotency-Key records it once', async t => {
    const headers = { 'idempotency-key': 'f-1' }
    const first = await shop.call('POST', '/v1/feedback', words, headers)
    const again = await shop.call('POST', '/v1/feedback', words, headers)
    t.same([again.status, again.body], [201, first.body])
  })
})

t.test('who may not see persons reads the words without what says who somebody is', async t => {
  const { shop, customer } = await world()
  const text = `${words.text} Jo Doe`
  const { id } = await record(shop, { text, customerId: customer, attachments: [{ name: 'photo of Jo', ref: '1' }] })
  await shop.call('POST', `/v1/feedback/${id}/answers`, { substantive: false, text: 'Dear Jo Doe' })
  const counter = await shop.withScopes('feedback:read', 'feedback:write')
  const { body } = await counter.call('GET', `/v1/feedback/${id}`)
  t.match(body, { text: `${words.text} [name]`, attachments: [], masked: true, kind: 'suggestion' })
  t.match((await shop.call('GET', `/v1/feedback/${id}`)).body, { text, masked: false }, 'others read every byte')
  for (const [path, shown] of [
    [`/v1/feedback/${id}/answers`, 'Dear [name]'],
    ['/v1/feedback', `${words.text} [name]`],
    ['/v1/feedback-queue', `${words.text} [name]`]
  ] as const) {
    const listed = (await counter.call('GET', path)).body
    t.match(listed.data[0], { text: shown, masked: true }, path)
    t.notMatch(JSON.stringify(listed), /Doe|photo/, path)
  }
  const answered = await counter.call('POST', `/v1/feedback/${id}/answers`, substantive)
  t.match([answered.status, answered.body.text, answered.body.masked], [201, substantive.text, true])
  for (const { data } of await eventsOf(shop, id)) t.notMatch(JSON.stringify(data), /Doe|photo|please|eight/)
})

t.test('POST /v1/feedback/:id/answers', async t => {
  const { shop, anna } = await world()

  t.test('201 for an acknowledgement, which does not stop the clock', async t => {
    const { id } = await record(shop)
    const { status, body } = await shop.call('POST', `/v1/feedback/${id}/answers`, {
      substantive: false,
      text: 'Thank you!'
    })
    t.match([status, body.substantive, body.channel], [201, false, 'counter'])
    t.match((await shop.call('GET', `/v1/feedback/${id}`)).body, { state: 'open', answeredAt: null })
    t.same(await typesOf(shop, id), ['received', 'acknowledged'])
  })

  t.test('201 for the first substantive answer, which does: at its term it is in time', async t => {
    const { id } = await record(shop)
    wait(24)
    t.equal((await shop.call('POST', `/v1/feedback/${id}/answers`, { ...substantive, staffId: anna })).status, 201)
    t.match((await shop.call('GET', `/v1/feedback/${id}`)).body, {
      state: 'answered',
      answeredAt: at(24),
      answeredInTime: true,
      urgency: null,
      breachedAt: null
    })
    wait(100)
    await service.services.answerClock.sweep()
    t.same(await typesOf(shop, id), ['received', 'at_risk', 'escalated', 'answered'])
    const [, , , answered] = await eventsOf(shop, id)
    t.match(answered?.data, { answeredInTime: true, countedSeconds: 86_400, firstAnswer: true })
  })

  t.test('a moment later it is late, and who was faster than the timer has raised that', async t => {
    const { id } = await record(shop)
    service.clock.set(new Date(Date.parse(at(24)) + 1).toISOString())
    await shop.call('POST', `/v1/feedback/${id}/answers`, substantive)
    t.match((await shop.call('GET', `/v1/feedback/${id}`)).body, { answeredInTime: false, breachedAt: at(24) })
    await service.services.answerClock.sweep()
    t.same(await typesOf(shop, id), ['received', 'at_risk', 'escalated', 'breached', 'escalated', 'answered'])
  })

  t.test('a further answer is kept and changes no record', async t => {
    const { id } = await record(shop)
    wait(1)
    await shop.call('POST', `/v1/feedback/${id}/answers`, substantive)
    wait(50)
    await shop.call('POST', `/v1/feedback/${id}/answers`, { ...substantive, text: 'And on Sundays.' })
    const { body } = await shop.call('GET', `/v1/feedback/${id}`)
    t.match(body, { answeredAt: at(1), answeredInTime: true, lastAnsweredAt: at(50) })
    const { body: list } = await shop.call('GET', `/v1/feedback/${id}/answers`)
    t.same(
      list.data.map((one: { answeredAt: string }) => one.answeredAt),
      [at(1), at(50)]
    )
    t.same(await typesOf(shop, id), ['received', 'answered', 'answered_again'])
  })

  t.test('an answer that is recorded later counts from when it was given, and takes a breach back', async t => {
    const { id } = await record(shop)
    wait(30)
    await shop.call('POST', `/v1/feedback/${id}/answers`, { ...substantive, answeredAt: at(20) })
    t.match((await shop.call('GET', `/v1/feedback/${id}`)).body, { answeredInTime: true, answeredAt: at(20) })
    t.same(await typesOf(shop, id), ['received', 'at_risk', 'escalated', 'answered'], 'nobody had noticed')

    // A letter that is typed in a day late, with the answer that it was given in time.
    const { id: letter, breachedAt } = await record(shop, { channel: 'letter', receivedAt: at(0) })
    t.equal(breachedAt, at(24))
    const earlier = { ...substantive, answeredAt: at(10) }
    t.equal((await shop.call('POST', `/v1/feedback/${letter}/answers`, earlier)).status, 201)
    t.match((await shop.call('GET', `/v1/feedback/${letter}`)).body, {
      state: 'answered',
      answeredAt: at(10),
      answeredInTime: true,
      breachedAt: null
    })
    const raised = ['received', 'at_risk', 'escalated', 'breached', 'escalated']
    t.same(await typesOf(shop, letter), [...raised, 'breach_withdrawn', 'answered'])
    const [withdrawn, answered] = (await eventsOf(shop, letter)).slice(-2)
    t.match(withdrawn?.data, { at: at(10), fellDueAt: at(24), reason: 'answered_in_time' })
    t.match(answered?.data, { answeredInTime: true, firstAnswer: true, reason: 'recorded_later' })
    const { body: ledger } = await shop.call('GET', `/v1/feedback/${letter}/clock-entries`)
    t.same(
      ledger.data.map((one: Record<string, unknown>) => [one.entry, one.at, one.countedSeconds, one.recordedAt]),
      [
        ['started', at(0), 0, at(30)],
        ['breached', at(24), 86_400, at(30)],
        ['breach_withdrawn', at(10), 36_000, at(30)],
        ['answered', at(10), 36_000, at(30)]
      ]
    )
    // Opened again and left alone, it falls overdue again, and whom it was brought before stands there twice.
    await shop.call('POST', `/v1/feedback/${letter}/reopenings`, { reason: 'not_satisfied' })
    wait(30 + 14.001)
    await service.services.answerClock.sweep()
    t.match((await shop.call('GET', `/v1/feedback/${letter}`)).body, { breachedAt: at(44), answeredInTime: true })
    const { body: brought } = await shop.call('GET', `/v1/feedback/${letter}/escalations`)
    t.same(
      brought.data.map((one: Record<string, unknown>) => [one.rung, one.raisedAt]),
      [
        [0, at(30)],
        [1, at(30)],
        [1, at(44.001)]
      ]
    )
  })

  t.test('422 for an answer that lies ahead, or before what somebody did to the clock', async t => {
    const { id } = await record(shop)
    wait(3)
    await shop.call('POST', `/v1/feedback/${id}/pauses`)
    wait(60)
    const refusal = async (answeredAt: string) => {
      const { status, body } = await shop.call('POST', `/v1/feedback/${id}/answers`, { ...substantive, answeredAt })
      return [status, body.code]
    }
    t.same(await refusal(at(2)), [422, 'feedback.answer_too_early'])
    t.same(await refusal(at(61)), [422, 'feedback.answer_in_future'])
    wait(0)
    const { id: fresh } = await record(shop)
    const before = await shop.call('POST', `/v1/feedback/${fresh}/answers`, {
      substantive: false,
      text: 'x',
      answeredAt: at(-1)
    })
    t.match([before.status, before.body.code], [422, 'feedback.answer_too_early'])
  })

  t.test('of two who answer at the same moment, one is the first, and nothing is lost', async t => {
    const { id } = await record(shop)
    const answers = await Promise.all(
      ['one', 'two', 'three', 'four'].map(text =>
        shop.call('POST', `/v1/feedback/${id}/answers`, { substantive: true, text })
      )
    )
    t.same(
      answers.map(one => one.status),
      [201, 201, 201, 201]
    )
    t.equal((await shop.call('GET', `/v1/feedback/${id}/answers`)).body.data.length, 4)
    const types = await typesOf(shop, id)
    t.equal(types.filter(type => type === 'answered').length, 1)
    t.equal(types.filter(type => type === 'answered_again').length, 3)
    const { body } = await shop.call('GET', `/v1/feedback/${id}/clock-entries`)
    t.same(
      body.data.map((one: { entry: string }) => one.entry),
      ['started', 'answered']
    )
  })

  t.test('of two who decided on the same version, the second is told', async t => {
    const { id } = await record(shop)
    const headers = { 'if-match': '"1"' }
    const answers = await Promise.all(
      [1, 2].map(() => shop.call('POST', `/v1/feedback/${id}/answers`, substantive, headers))
    )
    t.same(answers.map(one => one.status).sort(), [201, 412])
  })

  t.test('404 and 422 for what and whom there is not', async t => {
    const nothing = '0193a1f0-7c1e-7b3a-9d52-000000000000'
    t.equal((await shop.call('POST', `/v1/feedback/${nothing}/answers`, substantive)).status, 404)
    const { id } = await record(shop)
    const { status, body } = await shop.call('POST', `/v1/feedback/${id}/answers`, { ...substantive, staffId: nothing })
    t.match([status, body.code], [422, 'staff.unknown'])
  })
})

t.test('pauses, reopenings and withdrawals', async t => {
  const { shop } = await world()
  const step = (id: string, what: string, body?: object) => shop.call('POST', `/v1/feedback/${id}/${what}`, body)

  t.test('200 stops the clock while the customer is waited for, and it goes on from there', async t => {
    const { id } = await record(shop)
    wait(6)
    const paused = await step(id, 'pauses')
    t.equal(paused.status, 200)
    t.match(paused.body, { state: 'open', pausedAt: at(6), pauseEndsAt: at(6 + 168), answerDueAt: at(6 + 168 + 18) })
    wait(48)
    await service.services.answerClock.sweep()
    const resumed = await step(id, 'resumptions')
    t.match(resumed.body, { pausedAt: null, pauseEndsAt: null, answerDueAt: at(48 + 18), urgency: 'on_track' })
    t.same(await typesOf(shop, id), ['received', 'paused', 'resumed'])
    const { body } = await shop.call('GET', `/v1/feedback/${id}/clock-entries`)
    t.same(
      body.data.map((one: Record<string, unknown>) => [one.entry, one.at, one.countedSeconds, one.reason]),
      [
        ['started', at(0), 0, null],
        ['paused', at(6), 21_600, 'waiting_for_customer'],
        ['resumed', at(48), 21_600, 'by_hand']
      ]
    )
  })

  t.test('a pause that nobody ends is ended by the clock itself, and the answer falls overdue', async t => {
    const { id } = await record(shop)
    await step(id, 'pauses')
    wait(168 + 24)
    t.match((await shop.call('GET', `/v1/feedback/${id}`)).body, { urgency: 'at_risk' })
    wait(168 + 25)
    t.match((await shop.call('GET', `/v1/feedback/${id}`)).body, { urgency: 'overdue', breachedAt: at(168 + 24) })
    await service.services.answerClock.sweep()
    t.same(await typesOf(shop, id), ['received', 'paused', 'resumed', 'at_risk', 'escalated', 'breached', 'escalated'])
    t.match((await eventsOf(shop, id))[2]?.data, { reason: 'pause_limit', at: at(168) })
    const again = await step(id, 'pauses')
    t.match([again.status, again.body.code], [409, 'feedback.overdue'])
  })

  t.test('409 for what does not fit its state', async t => {
    const { id } = await record(shop)
    const refused = async (what: string, body?: object) => (await step(id, what, body)).body.code
    t.equal(await refused('resumptions'), 'feedback.not_paused')
    t.equal(await refused('reopenings', { reason: 'other' }), 'feedback.not_answered')
    await step(id, 'pauses')
    t.equal(await refused('pauses'), 'feedback.already_paused')
    await step(id, 'answers', substantive)
    t.equal(await refused('pauses'), 'feedback.already_answered')
    await step(id, 'withdrawals')
    for (const what of ['pauses', 'resumptions', 'withdrawals']) t.equal(await refused(what), 'feedback.withdrawn')
    t.equal(await refused('answers', substantive), 'feedback.withdrawn')
    t.equal(await refused('answers', { substantive: false, text: 'x' }), 'feedback.withdrawn')
    t.equal(await refused('reopenings', { reason: 'other' }), 'feedback.withdrawn')
  })

  t.test('200 reopens what was answered: the clock goes on, the record of the first answer stays', async t => {
    const { id } = await record(shop)
    wait(20)
    await step(id, 'answers', substantive)
    wait(100)
    const { status, body } = await step(id, 'reopenings', { reason: 'not_satisfied' })
    t.equal(status, 200)
    t.match(body, { state: 'open', answeredAt: at(20), answeredInTime: true, answerDueAt: at(104), reopenings: 1 })
    wait(105)
    await service.services.answerClock.sweep()
    t.match((await shop.call('GET', `/v1/feedback/${id}`)).body, { breachedAt: at(104), answeredInTime: true })
    await step(id, 'answers', substantive)
    t.match((await shop.call('GET', `/v1/feedback/${id}`)).body, {
      state: 'answered',
      answeredAt: at(20),
      lastAnsweredAt: at(105)
    })
  })

  t.test('what is withdrawn is owed nothing any more', async t => {
    const { id } = await record(shop)
    wait(1)
    t.match((await step(id, 'withdrawals')).body, { state: 'withdrawn', urgency: null, withdrawnAt: at(1) })
    wait(100)
    await service.services.answerClock.sweep()
    t.same(await typesOf(shop, id), ['received', 'withdrawn'])
  })

  t.test('412 when somebody has changed it since', async t => {
    const { id } = await record(shop)
    await step(id, 'pauses')
    for (const what of ['resumptions', 'withdrawals']) {
      t.equal((await shop.call('POST', `/v1/feedback/${id}/${what}`, undefined, { 'if-match': '"1"' })).status, 412)
    }
  })
})

t.test('PATCH /v1/feedback/:id', async t => {
  const { shop, anna, maria, customer } = await world()
  const { id } = await record(shop, { ownerStaffId: anna, customerId: customer })

  t.test('200 gives it to somebody else, and tells so', async t => {
    const { status, body } = await shop.call('PATCH', `/v1/feedback/${id}`, { ownerStaffId: maria, attitude: 4 })
    t.match([status, body.ownerStaffId, body.attitude, body.version], [200, maria, 4, 2])
    t.match((await eventsOf(shop, id))[1], { type: 'feedback.updated', data: { ownerStaffId: maria } })
    t.equal((await shop.call('PATCH', `/v1/feedback/${id}`, { attitude: 4 })).body.version, 2, 'nothing changed')
  })

  t.test('400, 412 and 422', async t => {
    t.equal((await shop.call('PATCH', `/v1/feedback/${id}`, { text: 'other words' })).status, 400)
    t.equal((await shop.call('PATCH', `/v1/feedback/${id}`, { attitude: 1 }, { 'if-match': '"1"' })).status, 412)
    const { status, body } = await shop.call('PATCH', `/v1/feedback/${id}`, { sku: 'nothing' })
    t.match([status, body.code], [422, 'product.unknown'])
  })

  t.test('422 for a receipt of another store than the one a key is bound to, as for one that there is not', async t => {
    const { shop, store, make } = await world()
    const other = await make('/v1/stores', { code: 'B2', name: 'Bonn', timeZone: 'Europe/Berlin' })
    await make('/v1/products', { sku: 'X', name: 'Shoe' })
    const sale = (storeCode: string) =>
      make('/v1/purchases', {
        source: storeCode,
        receiptNumber: 'R1',
        kind: 'sale',
        storeCode,
        purchasedAt: '2026-01-02T10:00:00Z',
        currency: 'EUR',
        lines: [{ sku: 'X', quantity: 1, amountMinor: 100 }],
        totalMinor: 100
      })
    const [ours, theirs] = [await sale('B2'), await sale('B1')]
    const bound = await shop.withKey({ scopes: ['feedback:write'], storeId: other })
    const { id } = await record(bound)
    const link = async (caller: Pick<TestTenant, 'call'>, purchaseId: string) => {
      const { status, body } = await caller.call('PATCH', `/v1/feedback/${id}`, { purchaseId })
      return [status, body.code ?? null]
    }
    t.same(await link(bound, theirs), [422, 'purchase.unknown'])
    t.same(await link(bound, store), [422, 'purchase.unknown'])
    t.same(await link(bound, ours), [200, null])
    t.same(await link(shop, theirs), [200, null])
  })
})

t.test('PATCH /v1/feedback/:id gives it to another store', async t => {
  const { shop, store, make } = await world()
  const halfDays = (opensAt: string, closesAt: string) => ({
    weekly: [1, 2, 3, 4, 5, 6, 7].map(weekday => ({ weekday, opensAt, closesAt })),
    exceptions: []
  })
  await shop.call('PUT', '/v1/answer-policy', {
    calendar: 'business',
    answerWithinMinutes: 600,
    businessHours: halfDays('00:00', '24:00')
  })
  await shop.call('PUT', `/v1/stores/${store}/business-hours`, halfDays('09:00', '13:00'))
  const newYork = await make('/v1/stores', { code: 'NY', name: 'New York', timeZone: 'America/New_York' })
  await shop.call('PUT', `/v1/stores/${newYork}/business-hours`, halfDays('09:00', '19:00'))
  const give = async (id: string, storeId: string | null) => {
    const { status, body } = await shop.call('PATCH', `/v1/feedback/${id}`, { storeId })
    if (status !== 200) throw new Error(JSON.stringify(body))
    return body
  }

  t.test('200: what was counted stays, and from then on its hours count; the ledger says so', async t => {
    // 10:00 in Greenwich is noon in Berlin.
    const { id, answerDueAt } = await record(shop, { channel: 'web' })
    t.equal(answerDueAt, at(10), 'without a store by the hours of the policy')
    wait(4)
    const berlin = await give(id, store)
    // Six of ten hours are left: from 09:00 of the next day four, and two of the day after.
    t.match(berlin, { storeId: store, answerDueAt: '2026-06-12T09:00:00.000Z', urgency: 'on_track', version: 2 })
    wait(4 + 18)
    const away = await give(id, newYork)
    // An hour of Berlin's next morning was counted; five are left from 09:00 in New York.
    t.match(away, { storeId: newYork, answerDueAt: '2026-06-11T18:00:00.000Z', atRiskAt: '2026-06-11T15:30:00.000Z' })
    const { body } = await shop.call('GET', `/v1/feedback/${id}/clock-entries`)
    t.same(
      body.data.map((one: Record<string, unknown>) => [one.entry, one.at, one.countedSeconds, one.fromStoreId]),
      [
        ['started', at(0), 0, null],
        ['moved', at(4), 4 * 3_600, null],
        ['moved', at(22), 5 * 3_600, store]
      ]
    )
    t.same(await typesOf(shop, id), ['received', 'moved', 'updated', 'moved', 'updated'])
    t.match((await eventsOf(shop, id))[3]?.data, {
      storeId: newYork,
      fromStoreId: store,
      countedSeconds: 5 * 3_600,
      answerDueAt: '2026-06-11T18:00:00.000Z'
    })
    service.clock.set('2026-06-11T18:00:00.001Z')
    await service.services.answerClock.sweep()
    t.same((await typesOf(shop, id)).slice(5), ['at_risk', 'escalated', 'breached', 'escalated'], 'each once')
  })

  t.test('200: it stands in the list, the queue and the report of its new store, by the days of that', async t => {
    const { id } = await record(shop, { receivedAt: '2026-06-10T02:00:00Z', storeId: store })
    const body = await give(id, newYork)
    t.equal(body.receivedOn, '2026-06-09', 'it was still the evening before in New York')
    const ids = async (path: string) => (await shop.call('GET', path)).body.data.map((one: { id: string }) => one.id)
    t.ok((await ids(`/v1/feedback-queue?storeId=${newYork}`)).includes(id))
    t.notOk((await ids(`/v1/feedback?storeId=${store}`)).includes(id))
  })

  t.test('200: what was overdue stays so, whatever hours come after', async t => {
    const { id } = await record(shop, { receivedAt: at(-11) })
    const body = await give(id, newYork)
    t.match(body, { breachedAt: at(-1), answerDueAt: at(-1), urgency: 'overdue' })
    wait(200)
    await service.services.answerClock.sweep()
    const types = await typesOf(shop, id)
    t.equal(types.filter(type => type === 'breached').length, 1)
    t.equal(types.filter(type => type === 'escalated').length, 3)
  })

  t.test('200 while it waits for the customer, and when it is answered', async t => {
    const { id } = await record(shop)
    wait(2)
    await shop.call('POST', `/v1/feedback/${id}/pauses`)
    wait(3)
    t.match(await give(id, newYork), { pausedAt: at(2), pauseEndsAt: at(2 + 168) })
    wait(4)
    const resumed = await shop.call('POST', `/v1/feedback/${id}/resumptions`)
    t.equal(resumed.body.answerDueAt, '2026-06-10T22:00:00.000Z', 'eight hours of New York from 14:00 in Greenwich')
    await shop.call('POST', `/v1/feedback/${id}/answers`, substantive)
    wait(5)
    t.match(await give(id, store), { state: 'answered', answeredAt: at(4), urgency: null })
    const reopened = await shop.call('POST', `/v1/feedback/${id}/reopenings`, { reason: 'other' })
    t.equal(reopened.body.answerDueAt, '2026-06-12T11:00:00.000Z', 'two mornings in Berlin')
  })

  t.test('an answer that was given before and is recorded later counts by the hours of that time', async t => {
    const { id } = await record(shop)
    wait(6)
    await give(id, store)
    wait(7)
    const { status } = await shop.call('POST', `/v1/feedback/${id}/answers`, { ...substantive, answeredAt: at(5) })
    t.equal(status, 201)
    t.match((await shop.call('GET', `/v1/feedback/${id}`)).body, { answeredAt: at(5), answeredInTime: true })
    const { body } = await shop.call('GET', `/v1/feedback/${id}/clock-entries`)
    t.match(body.data.at(-1), { entry: 'answered', countedSeconds: 5 * 3_600, reason: 'recorded_later' })
  })

  t.test('403 for a credential of one store, and 422 for a store that there is not', async t => {
    const bound = await shop.withKey({ scopes: ['feedback:read', 'feedback:write'], storeId: store })
    const { id, version } = await record(bound)
    const refused = await bound.call('PATCH', `/v1/feedback/${id}`, { storeId: newYork })
    t.match([refused.status, refused.body.code], [403, 'store.not_allowed'])
    t.match((await bound.call('PATCH', `/v1/feedback/${id}`, { storeId: store })).body, { version }, 'its own already')
    const nowhere = await shop.call('PATCH', `/v1/feedback/${id}`, { storeId: '0193a1f0-7c1e-7b3a-9d52-000000000000' })
    t.match([nowhere.status, nowhere.body.code], [422, 'store.unknown'])
  })
})

t.test('PATCH /v1/feedback/:id calls it what it is', async t => {
  const { shop, store, anna, maria, customer } = await world()
  const call = (id: string, kind: string) => shop.call('PATCH', `/v1/feedback/${id}`, { kind })

  t.test('200: what turns out to be a complaint has a case with its first handler, and keeps its clock', async t => {
    const { id, answerDueAt } = await record(shop, { kind: 'question', ownerStaffId: anna, customerId: customer })
    wait(5)
    const { status, body } = await shop.call('PATCH', `/v1/feedback/${id}`, { kind: 'complaint', storeId: store })
    t.match([status, body.kind, body.answerDueAt], [200, 'complaint', answerDueAt])
    const { body: opened } = await shop.call('GET', `/v1/complaints/${id}`)
    t.match(opened, { state: 'received', firstHandlerId: anna, handlerId: anna, storeId: store, receivedAt: at(0) })
    t.same((await typesOf(shop, id)).slice(1), ['complaint.opened', 'moved', 'updated'])
    await shop.call('PATCH', `/v1/feedback/${id}`, { storeId: null, ownerStaffId: maria })
    t.match((await shop.call('GET', `/v1/complaints/${id}`)).body, { storeId: null, handlerId: maria })
  })

  t.test('200: the case knows what the customer was told before', async t => {
    const acknowledged = await record(shop, { ownerStaffId: anna })
    await shop.call('POST', `/v1/feedback/${acknowledged.id}/answers`, { substantive: false, text: 'Thank you.' })
    const answered = await record(shop, { ownerStaffId: anna })
    await shop.call('POST', `/v1/feedback/${answered.id}/answers`, { ...substantive, staffId: maria })
    const reopened = await record(shop, { ownerStaffId: anna })
    await shop.call('POST', `/v1/feedback/${reopened.id}/answers`, substantive)
    await shop.call('POST', `/v1/feedback/${reopened.id}/reopenings`, { reason: 'not_satisfied' })
    const states = []
    for (const { id } of [acknowledged, answered, reopened]) {
      t.equal((await call(id, 'complaint')).status, 200)
      states.push((await shop.call('GET', `/v1/complaints/${id}`)).body.state)
    }
    t.same(states, ['acknowledged', 'answered', 'reopened'])
    t.match((await shop.call('GET', `/v1/complaints/${answered.id}`)).body, { answeredById: maria, answeredAt: at(0) })
  })

  t.test('200 from one kind without a case to another', async t => {
    const { id } = await record(shop, { kind: 'question' })
    t.match((await call(id, 'praise')).body, { kind: 'praise', version: 2 })
  })

  t.test('409 for a complaint, and for what was withdrawn', async t => {
    const complaint = await record(shop, { kind: 'complaint' })
    const stays = await call(complaint.id, 'question')
    t.match([stays.status, stays.body.code], [409, 'feedback.is_complaint'])
    t.equal((await call(complaint.id, 'complaint')).status, 200, 'it is one')
    const { id } = await record(shop)
    await shop.call('POST', `/v1/feedback/${id}/withdrawals`)
    const gone = await call(id, 'complaint')
    t.match([gone.status, gone.body.code], [409, 'feedback.withdrawn'])
  })
})

t.test('GET /v1/feedback and /v1/feedback-queue', async t => {
  const { shop, store, anna, maria } = await world()
  const made = []
  for (const [hours, body] of [
    [-30, { ownerStaffId: anna, storeId: store }],
    [-20, { ownerStaffId: anna, kind: 'praise' }],
    [-3, { ownerStaffId: maria, storeId: store }],
    [-1, { ownerStaffId: anna, storeId: store }]
  ] as const) {
    made.push((await record(shop, { ...body, receivedAt: at(hours) })).id)
  }
  const [overdue, atRisk, later, last] = made as [string, string, string, string]
  const answered = (await record(shop)).id
  await shop.call('POST', `/v1/feedback/${answered}/answers`, substantive)
  const ids = async (path: string) => (await shop.call('GET', path)).body.data.map((one: { id: string }) => one.id)

  t.test('the list holds all, the latest received first', async t => {
    t.same(await ids('/v1/feedback'), [answered, last, later, atRisk, overdue])
    t.same(await ids('/v1/feedback?kind=praise'), [atRisk])
    t.same(await ids('/v1/feedback?state=answered'), [answered])
    t.same(await ids(`/v1/feedback?ownerStaffId=${anna}&storeId=${store}`), [last, overdue])
    t.same(await ids(`/v1/feedback?receivedAtFrom=${at(-20)}&receivedAtTo=${at(-1)}`), [later, atRisk])
  })

  t.test('the queue holds what is open, the first to fall due first', async t => {
    t.same(await ids('/v1/feedback-queue'), [overdue, atRisk, later, last])
    t.same(await ids(`/v1/feedback-queue?ownerStaffId=${anna}`), [overdue, atRisk, last])
    t.same(await ids('/v1/feedback-queue?urgency=overdue'), [overdue])
    t.same(await ids('/v1/feedback-queue?urgency=at_risk'), [atRisk])
    t.same(await ids(`/v1/feedback-queue?urgency=on_track&storeId=${store}`), [later, last])
    wait(17)
    t.same(
      await ids(`/v1/feedback-queue?urgency=at_risk&storeId=${store}`),
      [later, last],
      'without anybody touching it'
    )
  })

  t.test('both go on where a page ended', async t => {
    for (const path of ['/v1/feedback?limit=2', '/v1/feedback-queue?limit=2&storeId=']) {
      const base = path.endsWith('=') ? `${path}${store}` : path
      const all: string[] = []
      for (let cursor = ''; ; ) {
        const { body } = await shop.call('GET', base + cursor)
        all.push(...body.data.map((one: { id: string }) => one.id))
        if (!body.nextCursor) break
        cursor = `&cursor=${body.nextCursor}`
      }
      t.same(all, await ids(base.replace('limit=2&', '').replace('?limit=2', '')))
    }
  })
})

t.test('another shop’s feedback is not there, whatever is asked of it', async t => {
  const { shop, store, customer } = await world()
  const { id } = await record(shop, { storeId: store, customerId: customer })
  const stranger = await service.newTenant()
  const nothing = '0193a1f0-7c1e-7b3a-9d52-000000000000'
  const without = ({ instance: _, ...rest }: Record<string, unknown>) => rest
  for (const [method, path, body] of [
    ['GET', ''],
    ['PATCH', '', { attitude: 1 }],
    ['POST', '/answers', substantive],
    ['GET', '/answers'],
    ['POST', '/pauses'],
    ['POST', '/resumptions'],
    ['POST', '/reopenings', { reason: 'other' }],
    ['POST', '/withdrawals'],
    ['GET', '/clock-entries'],
    ['GET', '/escalations']
  ] as const) {
    const theirs = await stranger.call(method, `/v1/feedback/${id}${path}`, body)
    const none = await stranger.call(method, `/v1/feedback/${nothing}${path}`, body)
    t.equal(theirs.status, 404, `${method} ${path}`)
    t.same(without(theirs.body), without(none.body), 'the identical 404')
  }
  t.same((await stranger.call('GET', `/v1/feedback?storeId=${store}`)).body.data, [])
  t.same((await stranger.call('GET', '/v1/feedback-queue')).body.data, [])
  const named = await stranger.call('POST', '/v1/feedback', { ...words, customerId: customer })
  t.match([named.status, named.body.code], [422, 'customer.unknown'])
})
