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
  const staffId = await make('/v1/staff', { code: 'P1', name: 'Anna', storeIds: [], roles: ['front_line'] })
  const record = (more: Record<string, unknown> = {}) =>
    shop.call('POST', '/v1/inquiries', {
      channel: 'counter',
      about: 'Boots for\n"fourteen" people',
      name: 'Zoë Müller',
      contacts: [{ type: 'phone', value: '+49 151 23456789' }],
      storeId,
      staffId,
      ...more
    })
  const opened = async (more: Record<string, unknown> = {}) => (await record(more)).body.id as string
  const events = async () => fixtures.eventsLike(shop.tenant.id, 'inquiry.%')
  return { shop, storeId, staffId, record, opened, events }
}

t.test('POST /v1/inquiries/search', async t => {
  t.test('200 finds by phone or e-mail as they are compared, received last first, over pages and filters', async t => {
    const { shop, opened } = await open()
    const first = await opened({ receivedAt: '2026-03-08T09:00:00Z' })
    const email = [{ type: 'email', value: 'Zoe@Example.com' }]
    const second = await opened({ contacts: [{ type: 'phone', value: '0151 2345 6789' }, ...email] })
    await opened({ contacts: [{ type: 'phone', value: '0151 99999999' }] })
    const found = async (body: object, query = '') => {
      const { status, body: answer } = await shop.call('POST', `/v1/inquiries/search${query}`, body)
      t.equal(status, 200)
      return answer
    }
    const ids = async (body: object) => (await found(body)).data.map(({ id }: { id: string }) => id)
    t.same(await ids({ phone: '+49 (151) 23456789' }), [second, first])
    t.same(await ids({ email: 'zoe@example.com' }), [second])
    t.same(await ids({ phone: '0151 11111111' }), [])
    const page = await found({ phone: '0151 23456789' }, '?limit=1')
    const rest = await found({ phone: '0151 23456789' }, `?limit=1&cursor=${page.nextCursor}`)
    t.same(
      [...page.data, ...rest.data].map(({ id }: { id: string }) => id),
      [second, first]
    )
    await shop.call('POST', `/v1/inquiries/${first}/losses`, { reason: 'not_reached' })
    t.same(await ids({ phone: '0151 23456789', status: 'open' }), [second])
    // What he leaves now is what he is found by.
    await shop.call('PATCH', `/v1/inquiries/${second}`, { contacts: email })
    t.same(await ids({ phone: '0151 23456789' }), [first])
    t.same(await ids({ email: 'zoe@example.com' }), [second])
  })

  t.test('who may not see persons finds what he knows, and sees no more of it', async t => {
    const { shop, opened } = await open()
    const id = await opened()
    const counter = await shop.withScopes('inquiries:read')
    const { body } = await counter.call('POST', '/v1/inquiries/search', { phone: '0151 23456789' })
    t.match(body.data, [{ id, masked: true, name: 'Z…' }])
    t.notMatch(JSON.stringify(body), /Müller|23456789/)
    t.equal((await (await shop.withScopes('customers:read')).call('POST', '/v1/inquiries/search', {})).status, 403)
  })

  t.test('400 for none or both of them, 422 for what no contact can be', async t => {
    const { shop } = await open()
    const search = (body: object) => shop.call('POST', '/v1/inquiries/search', body)
    t.equal((await search({})).status, 400)
    t.equal((await search({ phone: '0151 23456789', email: 'z@x.org' })).status, 400)
    t.match((await search({ phone: '12' })).body, { status: 422, code: 'contact.phone_invalid' })
    t.match((await search({ email: 'nobody' })).body, { status: 422, code: 'contact.email_invalid' })
  })
})

t.test('POST /v1/inquiries', async t => {
  t.test('201 keeps who asked for what, and how to come back to him', async t => {
    const { shop, storeId, staffId, record, events } = await open()
    const { status, body, headers } = await record({ nextFollowUpOn: '2026-03-12', receivedAt: '2026-03-09T09:00:00Z' })
    t.equal(status, 201)
    t.match(body, {
      status: 'open',
      channel: 'counter',
      storeId,
      staffId,
      receivedAt: '2026-03-09T09:00:00.000Z',
      name: 'Zoë Müller',
      contacts: [{ type: 'phone', normalized: '+4915123456789' }],
      about: 'Boots for\n"fourteen" people',
      nextFollowUpOn: '2026-03-12',
      followUps: 0,
      customerId: null,
      masked: false,
      version: 1
    })
    t.equal(headers.get('location'), `/v1/inquiries/${body.id}`)
    t.same((await shop.call('GET', `/v1/inquiries/${body.id}`)).body, body)
    const [event] = await events()
    t.match(event, { type: 'inquiry.recorded', data: { channel: 'counter', staffId } })
    t.notMatch(JSON.stringify(event), /Müller|fourteen|23456789/, 'without the words of a person')
  })

  t.test('422 for nobody to come back to, a contact that cannot be, a time ahead, and what is unknown', async t => {
    const { record } = await open()
    const refused = async (more: Record<string, unknown>) => (await record(more)).body.code
    t.equal(await refused({ name: ' ', contacts: [] }), 'inquiry.unidentified')
    t.equal(await refused({ contacts: [{ type: 'phone', value: '12' }] }), 'contact.phone_invalid')
    t.equal(await refused({ receivedAt: '2026-03-10T10:06:00Z' }), 'inquiry.in_future')
    t.equal(await refused({ storeId: uuidv7() }), 'store.unknown')
    t.equal(await refused({ sku: 'NOPE' }), 'product.unknown')
    t.equal(await refused({ staffId: uuidv7() }), 'staff.unknown')
  })

  t.test(
    'without customers.pii:read a hint of the person is left, and the words without what says who it is',
    async t => {
      const { shop, opened } = await open()
      const about = 'Boots in 49? Zoë Müller, 0151 23456789, zoe@example.com'
      const id = await opened({ about })
      const note = 'Mueller comes by, sie bringt Herrn Schmitt mit'
      await shop.call('POST', `/v1/inquiries/${id}/follow-ups`, { channel: 'hotline', outcome: 'reached', note })
      const reader = await shop.withScopes('inquiries:read')
      const shown = 'Boots in 49? [name], [phone], [e-mail]'
      const { body } = await reader.call('GET', `/v1/inquiries/${id}`)
      t.match(body, { name: 'Z…', about: shown, masked: true, contacts: [{ value: '…89', normalized: '…89' }] })
      t.match((await reader.call('GET', '/v1/inquiries')).body.data, [{ about: shown, masked: true }])
      const followUps = await reader.call('GET', `/v1/inquiries/${id}/follow-ups`)
      t.equal(followUps.body.data[0].note, '[name] comes by, sie bringt Herrn [name] mit')
      t.equal((await shop.call('GET', `/v1/inquiries/${id}`)).body.about, about, 'others read every byte')
    }
  )
})

t.test('PATCH /v1/inquiries/:id changes what is named, 412 for a version that is past', async t => {
  const { shop, opened } = await open()
  const path = `/v1/inquiries/${await opened()}`
  const first = await shop.call('PATCH', path, { nextFollowUpOn: '2026-03-20' }, { 'if-match': '"1"' })
  t.match([first.status, first.body.nextFollowUpOn, first.body.version], [200, '2026-03-20', 2])
  t.equal((await shop.call('PATCH', path, { sku: 'X' }, { 'if-match': '"1"' })).status, 412)
  t.equal((await shop.call('PATCH', path, { nextFollowUpOn: '2026-03-20' })).body.version, 2, 'no change, no version')
  t.equal((await shop.call('PATCH', path, { name: null, contacts: [] })).body.code, 'inquiry.unidentified')
})

t.test('follow-ups are kept, latest first, and set the next day', async t => {
  const { shop, staffId, opened } = await open()
  const id = await opened({ receivedAt: '2026-03-01T10:00:00Z' })
  const follow = (body: Record<string, unknown>) =>
    shop.call('POST', `/v1/inquiries/${id}/follow-ups`, { channel: 'hotline', outcome: 'reached', ...body })
  t.equal((await follow({ note: 'Comes by', nextFollowUpOn: '2026-03-15' })).status, 201)
  t.equal((await follow({ followedUpAt: '2026-03-05T10:00:00Z', outcome: 'not_reached' })).status, 201)
  t.equal((await follow({ followedUpAt: '2026-02-05T10:00:00Z' })).body.code, 'inquiry.before_received')
  const { body } = await shop.call('GET', `/v1/inquiries/${id}/follow-ups`)
  t.match(body.data, [
    { followedUpAt: NOW, staffId, outcome: 'reached', note: 'Comes by' },
    { followedUpAt: '2026-03-05T10:00:00.000Z', outcome: 'not_reached' }
  ])
  const inquiry = (await shop.call('GET', `/v1/inquiries/${id}`)).body
  t.match(inquiry, { followUps: 2, lastFollowUpAt: NOW, nextFollowUpOn: '2026-03-15', version: 3 })
})

t.test('POST /v1/inquiries/:id/conversions', async t => {
  t.test('201 opens a file with the contacts where nobody has one', async t => {
    const { shop, storeId, opened, events } = await open()
    const id = await opened()
    const { status, body } = await shop.call('POST', `/v1/inquiries/${id}/conversions`, {})
    t.match([status, body.status, body.customerFile], [201, 'converted', 'opened'])
    const customer = (await shop.call('GET', `/v1/customers/${body.customerId}`)).body
    t.match(customer, { name: 'Zoë Müller', homeStoreId: storeId, createdFrom: 'inquiry' })
    t.equal(customer.contacts[0].normalized, '+4915123456789')
    t.match((await events()).at(-1), {
      type: 'inquiry.converted',
      data: { customerId: body.customerId, customerFile: 'opened' }
    })
    t.equal((await shop.call('POST', `/v1/inquiries/${id}/conversions`, {})).body.code, 'inquiry.invalid_state')
  })

  t.test('201 finds who has the contact already, in whatever spelling: never a duplicate', async t => {
    const { shop, opened } = await open()
    const contacts = [{ type: 'phone', value: '+4915123456789' }]
    const customer = (await shop.call('POST', '/v1/customers', { kind: 'person', name: 'Z. M.', contacts })).body
    const { body } = await shop.call('POST', `/v1/inquiries/${await opened()}/conversions`, {})
    t.match(body, { customerId: customer.id, customerFile: 'found' })
    t.equal((await shop.call('GET', '/v1/customers')).body.data.length, 1)
  })

  t.test('twenty at once with one phone make one customer', async t => {
    const { shop, opened } = await open()
    const ids = await Promise.all(Array.from({ length: 20 }, () => opened()))
    const answers = await Promise.all(ids.map(id => shop.call('POST', `/v1/inquiries/${id}/conversions`, {})))
    t.same([...new Set(answers.map(({ status }) => status))], [201])
    t.equal(new Set(answers.map(({ body }) => body.customerId)).size, 1)
    t.equal(answers.filter(({ body }) => body.customerFile === 'opened').length, 1)
    t.equal((await shop.call('GET', '/v1/customers')).body.data.length, 1)
  })

  t.test('409 where the contacts lead to two customers, until the caller names one', async t => {
    const { shop, opened } = await open()
    const email = { type: 'email', value: 'zoe@example.com' }
    const phone = { type: 'phone', value: '+49 151 23456789' }
    for (const contact of [email, phone]) {
      await shop.call('POST', '/v1/customers', { kind: 'person', name: 'X', contacts: [contact] })
    }
    const id = await opened({ contacts: [phone, email] })
    const refused = await shop.call('POST', `/v1/inquiries/${id}/conversions`, {})
    t.match(
      [refused.status, refused.body.code, refused.body.facts],
      [409, 'inquiry.contacts_of_several', { customers: 2 }]
    )
    const [customer] = (await shop.call('GET', '/v1/customers')).body.data
    const { body } = await shop.call('POST', `/v1/inquiries/${id}/conversions`, { customerId: customer.id })
    t.match(body, { customerId: customer.id, customerFile: 'found' })
  })

  t.test('422 for a customer who is unknown; a repeat under one key is answered as the first', async t => {
    const { shop, opened } = await open()
    const path = `/v1/inquiries/${await opened()}/conversions`
    t.equal((await shop.call('POST', path, { customerId: uuidv7() })).body.code, 'customer.unknown')
    const headers = { 'idempotency-key': 'once' }
    const first = await shop.call('POST', path, {}, headers)
    const again = await shop.call('POST', path, {}, headers)
    t.same([again.status, again.body], [201, first.body])
    t.equal(again.headers.get('idempotency-replayed'), 'true')
  })
})

t.test('POST /v1/inquiries/:id/losses gives it up with a reason, and it may still be converted', async t => {
  const { shop, opened } = await open()
  const id = await opened({ nextFollowUpOn: '2026-03-11' })
  const { status, body } = await shop.call('POST', `/v1/inquiries/${id}/losses`, { reason: 'price', note: 'Too dear' })
  t.match(
    [status, body.status, body.lostReason, body.lostNote, body.nextFollowUpOn],
    [201, 'lost', 'price', 'Too dear', null]
  )
  const follow = { channel: 'hotline', outcome: 'reached' }
  t.equal((await shop.call('POST', `/v1/inquiries/${id}/follow-ups`, follow)).body.code, 'inquiry.invalid_state')
  t.equal((await shop.call('POST', `/v1/inquiries/${id}/losses`, { reason: 'other' })).status, 409)
  t.match((await shop.call('POST', `/v1/inquiries/${id}/conversions`, {})).body, {
    status: 'converted',
    lostReason: null
  })
})

t.test('GET /v1/inquiries lists by page, filter and next follow-up', async t => {
  const { shop, staffId, opened } = await open()
  const ids: string[] = []
  for (const day of [3, 1, 2]) {
    ids.push(await opened({ receivedAt: `2026-03-0${day}T10:00:00Z`, nextFollowUpOn: `2026-03-1${day}`, staffId }))
  }
  const list = async (query: string) => (await shop.call('GET', `/v1/inquiries?${query}`)).body
  const first = await list('limit=2')
  const idsOf = (body: { data: { id: string }[] }) => body.data.map(({ id }) => id)
  t.same(idsOf(first), [ids[0], ids[2]])
  t.same(idsOf(await list(`limit=2&cursor=${first.nextCursor}`)), [ids[1]])
  const queue = await list('sort=nextFollowUpOn&limit=1')
  t.same(idsOf(queue), [ids[1]])
  t.same(idsOf(await list(`sort=nextFollowUpOn&limit=1&cursor=${queue.nextCursor}`)), [ids[2]])
  t.same(idsOf(await list('followUpUntil=2026-03-11')), [ids[1]])
  await shop.call('POST', `/v1/inquiries/${ids[1]}/losses`, { reason: 'price' })
  t.same(idsOf(await list('status=lost')), [ids[1]])
  t.same(idsOf(await list(`staffId=${staffId}&status=open`)), [ids[0], ids[2]])
  t.same(idsOf(await list(`storeId=${uuidv7()}`)), [])
})
