import t from 'tap'
import { openDatabase } from '../../src/db/client.ts'
import { readOnceInTenant } from '../../src/db/tenancy.ts'
import { customerReads } from '../../src/repositories/customers.ts'
import { asAdmin } from '../support/cluster.ts'
import { type Answer, startService, type TestTenant } from '../support/service.ts'

const service = await startService()
t.teardown(() => service.close())

const NOBODY = '01890000-0000-7000-8000-000000000000'
const anna = {
  kind: 'person',
  name: 'Anna Müller',
  gender: 'female',
  birthDate: '1984-05-17',
  contacts: [
    { type: 'phone', value: '0151 23456789', label: 'mobile' },
    { type: 'email', value: ' Anna@Example.com ' }
  ],
  addresses: [{ label: 'home', line1: 'Lindenstraße 5', city: 'Köln', postalCode: '50674', country: 'DE' }],
  externalIds: [{ system: 'pos-7', key: 'C-1001' }],
  tags: ['newsletter', 'club', 'newsletter'],
  attributes: { shoeSize: 39, sports: ['tennis', 'ski'], allergic: false }
}

const create = async (shop: TestTenant, file: object) => (await shop.call('POST', '/v1/customers', file)).body
const byKey = (key: string, system = 'pos-7') =>
  `/v1/customers/by-external-id/${encodeURIComponent(system)}/${encodeURIComponent(key)}`
const codes = ({ status, body }: Answer) => [
  status,
  body.code,
  ...(body.errors ?? []).map((error: { pointer: string; code: string }) => `${error.pointer} ${error.code}`)
]

/** Types and data of all events of a tenant, oldest first. */
const eventsOf = (shop: TestTenant) =>
  asAdmin<{ type: string; subject_id: string; data: Record<string, unknown> }>(
    service.databaseUrl,
    'select type, subject_id, data from events where tenant_id = $1 order by write_order',
    [shop.tenant.id]
  )

t.test('POST /v1/customers', async t => {
  t.test('201 opens a file as it was given, contacts normalised and raw, tags once each', async t => {
    const shop = await service.newTenant()
    const { status, headers, body } = await shop.call('POST', '/v1/customers', anna)
    t.equal(status, 201)
    t.equal(headers.get('location'), `/v1/customers/${body.id}`)
    t.equal(headers.get('etag'), '"1"')
    const { id, createdAt, updatedAt, ...rest } = body
    t.equal(createdAt, updatedAt)
    t.same(rest, {
      ...anna,
      birthYear: 1984,
      contacts: [
        { type: 'phone', value: '0151 23456789', normalized: '+4915123456789', label: 'mobile' },
        { type: 'email', value: ' Anna@Example.com ', normalized: 'anna@example.com', label: null }
      ],
      addresses: [{ ...anna.addresses[0], line2: null, region: null }],
      tags: ['newsletter', 'club'],
      homeStoreId: null,
      createdFrom: 'api',
      relationshipManager: null,
      abcClass: null,
      masked: false,
      version: 1
    })
    t.same((await shop.call('GET', `/v1/customers/${id}`)).body, body, 'and reads it back the same')
  })

  t.test('201 for an organisation, and for a file of which a phone is all that is known', async t => {
    const shop = await service.newTenant()
    const organization = await shop.call('POST', '/v1/customers', { kind: 'organization', name: '华为技术有限公司' })
    t.match([organization.status, organization.body.name], [201, '华为技术有限公司'])
    const phoneOnly = { kind: 'person', contacts: [{ type: 'phone', value: '+86 138 0013 8000' }] }
    const { status, body } = await shop.call('POST', '/v1/customers', phoneOnly)
    t.match([status, body.name, body.contacts[0].normalized], [201, null, '+8613800138000'])
  })

  t.test('201 reads a phone by the country of the tenant', async t => {
    const shop = await service.newTenant({ country: 'CN' })
    const file = { kind: 'person', contacts: [{ type: 'phone', value: '138-0013-8000' }] }
    t.equal((await create(shop, file)).contacts[0].normalized, '+8613800138000')
  })

  t.test('201 takes the same contact given twice for one', async t => {
    const shop = await service.newTenant()
    const contacts = ['0151 23456789', '+49 151 23456789'].map(value => ({ type: 'phone', value }))
    t.equal((await create(shop, { ...anna, contacts })).contacts.length, 1)
  })

  t.test('the event names the origin and nobody', async t => {
    const shop = await service.newTenant()
    const { id } = await create(shop, anna)
    t.same(await eventsOf(shop), [{ type: 'customer.created', subject_id: id, data: { createdFrom: 'api' } }])
  })

  t.test("409 when another customer has the contact or the external id, with the other's id", async t => {
    const shop = await service.newTenant()
    const { id } = await create(shop, anna)
    const samePhone = await shop.call('POST', '/v1/customers', {
      kind: 'person',
      contacts: [
        { type: 'email', value: 'other@example.com' },
        { type: 'phone', value: '+49 (151) 234 567 89' }
      ]
    })
    t.same(codes(samePhone), [409, 'customer.contact_taken', '/contacts/1 customer.contact_taken'])
    t.same(samePhone.body.facts, { customerId: id })
    const externalIds = [{ system: 'web', key: '1' }, ...anna.externalIds]
    const sameKey = await shop.call('POST', '/v1/customers', { kind: 'person', externalIds })
    t.same(codes(sameKey), [409, 'customer.external_id_taken', '/externalIds/1 customer.external_id_taken'])
    t.same(sameKey.body.facts, { customerId: id })
    t.equal((await eventsOf(shop)).length, 1, 'and nothing of it is kept')
    t.equal((await shop.call('GET', '/v1/customers')).body.data.length, 1)
  })

  t.test('201 for what another tenant has too', async t => {
    await create(await service.newTenant(), anna)
    t.equal((await (await service.newTenant()).call('POST', '/v1/customers', anna)).status, 201)
  })

  t.test('422 names every contact that cannot be one', async t => {
    const shop = await service.newTenant()
    const contacts = [
      { type: 'phone', value: '12' },
      { type: 'email', value: 'nobody' },
      { type: 'wechat', value: '   ' }
    ]
    t.same(codes(await shop.call('POST', '/v1/customers', { ...anna, contacts })), [
      422,
      'contact.phone_invalid',
      '/contacts/0/value contact.phone_invalid',
      '/contacts/1/value contact.email_invalid',
      '/contacts/2/value contact.value_invalid'
    ])
  })

  t.test('422 for what a file cannot be', async t => {
    const shop = await service.newTenant()
    const refused = async (file: object) => codes(await shop.call('POST', '/v1/customers', file)).slice(2)
    t.same(await refused({ kind: 'person' }), [' customer.unidentified'])
    t.same(await refused({ kind: 'person', name: '  ' }), [' customer.unidentified'])
    t.same(await refused({ ...anna, birthDate: '2999-01-01' }), ['/birthDate customer.birth_in_future'])
    t.same(await refused({ ...anna, birthYear: 1985 }), ['/birthYear customer.birth_year_contradicts'])
    t.same(await refused({ kind: 'organization', name: 'ACME', gender: 'male', birthYear: 1990 }), [
      '/gender customer.not_a_person',
      '/birthYear customer.not_a_person'
    ])
    const attributes = Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`a${n}`, n]))
    t.same(await refused({ ...anna, attributes }), ['/attributes customer.attributes_too_large'])
    t.same(await refused({ ...anna, homeStoreId: NOBODY }), ['/homeStoreId store.unknown'])
  })

  t.test('400 names unknown fields, and values of a form that no attribute has', async t => {
    const shop = await service.newTenant()
    const { status, body } = await shop.call('POST', '/v1/customers', {
      ...anna,
      colour: 'red',
      contacts: [{ type: 'fax', value: '1' }],
      attributes: { nested: { too: 'deep' } }
    })
    t.equal(status, 400)
    t.same(body.errors.map((error: { pointer: string }) => error.pointer).sort(), [
      '/attributes/nested',
      '/colour',
      '/contacts/0/type'
    ])
  })

  t.test('the same Idempotency-Key gives the same answer and one customer', async t => {
    const shop = await service.newTenant()
    const headers = { 'idempotency-key': 'k-1' }
    const first = await shop.call('POST', '/v1/customers', anna, headers)
    const again = await shop.call('POST', '/v1/customers', anna, headers)
    t.equal(again.headers.get('idempotency-replayed'), 'true')
    t.same([again.status, again.body], [201, first.body])
  })
})

t.test('GET /v1/customers/:id', async t => {
  t.test('304 while all that is shown is known, and 200 once the class, the manager or the file changed', async t => {
    const shop = await service.newTenant()
    const { id, externalIds } = await create(shop, anna)
    const read = (tag = '"none"', path = `/v1/customers/${id}`, as = shop) =>
      as.call('GET', path, undefined, { 'if-none-match': tag })
    const first = await read()
    t.equal(first.headers.get('etag'), '"1"')
    const known = await read('"1"')
    t.same([known.status, known.body, known.headers.get('etag')], [304, null, '"1"'])
    t.equal((await read('"1"', byKey(externalIds[0].key))).status, 304)

    await classify(shop, id, 'A')
    const classified = await read('"1"')
    t.match([classified.status, classified.body], [200, { abcClass: 'A', version: 1 }])
    const tag = String(classified.headers.get('etag'))
    t.match(tag, /^"1\.[0-9a-f]{16}"$/)
    t.equal((await read(tag)).status, 304)
    t.equal((await read(`"1", W/${tag}`)).status, 304)

    const masked = await read(tag, `/v1/customers/${id}`, await shop.withScopes('customers:read'))
    t.match([masked.status, masked.body.masked], [200, true], 'masked, it is another document')
    t.not(masked.headers.get('etag'), tag)

    const patched = await shop.call('PATCH', `/v1/customers/${id}`, { name: 'Other' }, { 'if-match': tag })
    t.match([patched.status, patched.body.version], [200, 2], 'the tag of a read names its version')
    t.equal((await read(tag)).status, 200)
    t.equal((await read(String(patched.headers.get('etag')))).status, 304, 'as does that of a change')
    const stale = await shop.call('PATCH', `/v1/customers/${id}`, { name: 'Late' }, { 'if-match': tag })
    t.match([stale.status, stale.body.code], [412, 'version.mismatch'])
  })

  t.test('200 with class and manager as of now', async t => {
    const shop = await service.newTenant()
    const { id } = await create(shop, anna)
    const relationshipManager = await classify(shop, id, 'A')
    const { body } = await shop.call('GET', `/v1/customers/${id}`)
    t.match(body, { abcClass: 'A', relationshipManager, version: 1 })
  })

  t.test('404, the identical one, for another tenant, by id and by external id', async t => {
    const { id } = await create(await service.newTenant(), anna)
    const other = await service.newTenant()
    for (const [foreign, missing] of [
      [`/v1/customers/${id}`, `/v1/customers/${NOBODY}`],
      [byKey('C-1001'), byKey('C-9999')]
    ] as const) {
      const answers = await Promise.all([foreign, missing].map(path => other.call('GET', path)))
      t.same(
        answers.map(({ status }) => status),
        [404, 404]
      )
      t.same(...(answers.map(({ body }) => ({ ...body, instance: '' })) as [object, object]))
    }
  })

  t.test('without customers.pii:read everything that identifies a person is masked', async t => {
    const shop = await service.newTenant()
    const { id } = await create(shop, anna)
    const counter = await shop.withScopes('customers:read', 'customers:write')
    const masked = {
      name: 'A…',
      gender: null,
      birthDate: null,
      birthYear: 1984,
      contacts: [
        { type: 'phone', value: '…89', normalized: '…89', label: null },
        { type: 'email', value: 'A…@….com', normalized: 'a…@….com', label: null }
      ],
      addresses: [],
      masked: true
    }
    for (const [method, path, body] of [
      ['GET', `/v1/customers/${id}`],
      ['GET', byKey('C-1001')],
      ['PATCH', `/v1/customers/${id}`, { tags: ['seen'] }],
      ['PUT', byKey('C-1001'), { tags: ['seen twice'] }]
    ] as const) {
      t.match((await counter.call(method, path, body)).body, masked, `${method} ${path}`)
    }
    t.match((await counter.call('GET', '/v1/customers')).body.data[0], masked)
    const found = await counter.call('POST', '/v1/customers/search', { phone: '0151 23456789' })
    t.match(found.body.data[0], masked)
    t.equal((await shop.call('GET', `/v1/customers/${id}`)).body.name, 'Anna Müller', 'and the file itself is whole')
  })
})

t.test('PATCH /v1/customers/:id', async t => {
  t.test('200 leaves what is absent, clears what is null, replaces lists, merges attributes', async t => {
    const shop = await service.newTenant()
    const { id, ...before } = await create(shop, anna)
    const { status, body } = await shop.call('PATCH', `/v1/customers/${id}`, {
      name: 'Anna Lee',
      gender: null,
      tags: [],
      contacts: [{ type: 'phone', value: '0151 23456789' }],
      attributes: { shoeSize: null, colour: 'red' }
    })
    t.equal(status, 200)
    t.match(body, {
      ...before,
      name: 'Anna Lee',
      gender: null,
      tags: [],
      contacts: [{ type: 'phone', normalized: '+4915123456789', label: null }],
      attributes: { sports: ['tennis', 'ski'], allergic: false, colour: 'red' },
      version: 2,
      updatedAt: String
    })
    t.notOk('shoeSize' in body.attributes)
    t.equal(body.contacts.length, 1)
    t.same((await shop.call('GET', `/v1/customers/${id}`)).body, body)
    const { type, data } = (await eventsOf(shop)).at(-1) ?? {}
    t.equal(type, 'customer.updated')
    t.same(data, { changed: ['name', 'gender', 'contacts', 'tags', 'attributes'] })
  })

  t.test('200 as application/merge-patch+json too', async t => {
    const shop = await service.newTenant()
    const { id } = await create(shop, anna)
    const headers = { 'content-type': 'application/merge-patch+json' }
    t.equal((await shop.call('PATCH', `/v1/customers/${id}`, { name: 'B' }, headers)).body.name, 'B')
  })

  t.test('200 and the same version when nothing changes, and no event', async t => {
    const shop = await service.newTenant()
    const { id } = await create(shop, anna)
    const { kind: _, ...same } = anna
    const { status, body } = await shop.call('PATCH', `/v1/customers/${id}`, same)
    t.match([status, body.version], [200, 1])
    t.equal((await eventsOf(shop)).length, 1)
  })

  t.test('the date of birth brings its year along and takes it away', async t => {
    const shop = await service.newTenant()
    const { id } = await create(shop, anna)
    const patch = async (body: object) => (await shop.call('PATCH', `/v1/customers/${id}`, body)).body
    t.match(await patch({ birthDate: '1990-01-02' }), { birthYear: 1990 })
    t.match(await patch({ birthYear: 1991 }), { status: 422, code: 'customer.birth_year_contradicts' })
    t.match(await patch({ birthDate: null }), { birthDate: null, birthYear: null })
    t.match(await patch({ birthYear: 1991 }), { birthDate: null, birthYear: 1991 })
  })

  t.test('a contact that is given up can be taken by another', async t => {
    const shop = await service.newTenant()
    const { id } = await create(shop, anna)
    const taking = { kind: 'person', contacts: [anna.contacts[0]] }
    t.equal((await shop.call('POST', '/v1/customers', taking)).status, 409)
    await shop.call('PATCH', `/v1/customers/${id}`, { contacts: null })
    t.equal((await shop.call('POST', '/v1/customers', taking)).status, 201)
  })

  t.test('409 when another customer has the contact or external id, and nothing changes', async t => {
    const shop = await service.newTenant()
    const { id: other } = await create(shop, anna)
    const mine = await create(shop, { kind: 'person', name: 'Ben', externalIds: [{ system: 'pos-7', key: 'C-2' }] })
    const path = `/v1/customers/${mine.id}`
    const contact = await shop.call('PATCH', path, { name: 'B', contacts: [anna.contacts[1]] })
    t.match(
      [contact.status, contact.body.code, contact.body.facts],
      [409, 'customer.contact_taken', { customerId: other }]
    )
    const key = await shop.call('PATCH', path, { name: 'B', externalIds: anna.externalIds })
    t.match([key.status, key.body.code, key.body.facts], [409, 'customer.external_id_taken', { customerId: other }])
    t.same((await shop.call('GET', path)).body, mine)
  })

  t.test('412 when the file has changed since, and 20 writers with If-Match lose no change', async t => {
    const shop = await service.newTenant()
    const { id } = await create(shop, { kind: 'person', name: 'Counter', attributes: { n: 0 } })
    const path = `/v1/customers/${id}`
    await shop.call('PATCH', path, { name: 'New' }, { 'if-match': '"1"' })
    const stale = await shop.call('PATCH', path, { name: 'Stale' }, { 'if-match': '"1"' })
    t.match([stale.status, stale.body.code], [412, 'version.mismatch'])

    const increment = async (): Promise<void> => {
      const { body, headers } = await shop.call('GET', path)
      const patch = { attributes: { n: body.attributes.n + 1 } }
      const { status } = await shop.call('PATCH', path, patch, { 'if-match': headers.get('etag') ?? '' })
      if (status === 412) return increment()
      t.equal(status, 200)
    }
    await Promise.all(Array.from({ length: 20 }, increment))
    t.match((await shop.call('GET', path)).body, { attributes: { n: 20 }, version: 22 })
  })

  t.test('an answer shows what a change that was waited for has left', async t => {
    const shop = await service.newTenant()
    const { id } = await create(shop, anna)
    const contacts = Array.from({ length: 10 }, (_, n) => ({ type: 'wechat', value: `w${n}` }))
    const answers = await Promise.all(
      contacts.map((contact, n) =>
        shop.call('PATCH', `/v1/customers/${id}`, n % 2 ? { attributes: { n } } : { contacts: [contact] })
      )
    )
    const versions = answers.map(({ body }) => body).sort((a, b) => a.version - b.version)
    for (const [index, file] of versions.entries()) {
      const changed = answers.findIndex(({ body }) => body.version === file.version) % 2 === 0
      const before = versions[index - 1]
      if (!changed && before) t.same(file.contacts, before.contacts, `version ${file.version}`)
    }
    t.equal(versions.at(-1).version, 11)
  })
})

t.test('PUT /v1/customers/by-external-id/:system/:key', async t => {
  t.test('201 opens a file under the key, 200 changes what is named and keeps the rest', async t => {
    const shop = await service.newTenant()
    const opened = await shop.call('PUT', byKey('C-1'), { kind: 'person', name: 'Anna', tags: ['vip'] })
    t.match([opened.status, opened.headers.get('location')], [201, `/v1/customers/${opened.body.id}`])
    t.same(opened.body.externalIds, [{ system: 'pos-7', key: 'C-1' }])
    const changed = await shop.call('PUT', byKey('C-1'), { name: 'Anna Lee' })
    t.match([changed.status, changed.headers.get('location')], [200, null])
    t.match(changed.body, { id: opened.body.id, name: 'Anna Lee', tags: ['vip'], version: 2 })
    const again = await shop.call('PUT', byKey('C-1'), { name: 'Anna Lee' })
    t.match([again.status, again.body.version], [200, 2])
    t.same(
      (await eventsOf(shop)).map(({ type }) => type),
      ['customer.created', 'customer.updated']
    )
  })

  t.test('the key of the path stays, whatever the list says', async t => {
    const shop = await service.newTenant()
    await shop.call('PUT', byKey('C-1'), { externalIds: [{ system: 'web', key: '9' }] })
    const { body } = await shop.call('PUT', byKey('C-1'), { externalIds: [{ system: 'web', key: '10' }] })
    t.same(body.externalIds, [
      { system: 'pos-7', key: 'C-1' },
      { system: 'web', key: '10' }
    ])
    const cleared = await shop.call('PUT', byKey('C-1'), { externalIds: null })
    t.same(cleared.body.externalIds, [{ system: 'pos-7', key: 'C-1' }])
  })

  t.test('any visible character can stand in a key', async t => {
    const shop = await service.newTenant()
    for (const key of ['a/b', 'ä ö', '100%', '?x=1&y#z', '会员-7', '😀', `${'长'.repeat(200)}`]) {
      const { status, body } = await shop.call('PUT', byKey(key, 'kasse/1'), { name: 'X' })
      t.equal(status, 201, key)
      t.equal((await shop.call('GET', byKey(key, 'kasse/1'))).body.id, body.id, key)
    }
  })

  t.test('20 at once on one key open one file', async t => {
    const shop = await service.newTenant()
    const put = (_: unknown, n: number) =>
      shop.call('PUT', byKey('C-1'), {
        contacts: [{ type: 'phone', value: '0151 23456789' }],
        attributes: { [`w${n}`]: n }
      })
    const answers = await Promise.all(Array.from({ length: 20 }, put))
    t.equal(answers.filter(({ status }) => status === 201).length, 1)
    t.equal(answers.filter(({ status }) => status === 200).length, 19)
    t.equal(new Set(answers.map(({ body }) => body.id)).size, 1)
    const { body } = await shop.call('GET', byKey('C-1'))
    t.match([body.version, Object.keys(body.attributes).length], [20, 20])
  })

  t.test('409 for a contact that another customer has, 412 for a version that is not the stored one', async t => {
    const shop = await service.newTenant()
    const { id } = await create(shop, anna)
    const taken = await shop.call('PUT', byKey('C-2'), { contacts: [anna.contacts[0]] })
    t.match([taken.status, taken.body.facts], [409, { customerId: id }])
    const other = await shop.call('PUT', byKey('C-2'), { externalIds: anna.externalIds })
    t.match([other.status, other.body.code], [409, 'customer.external_id_taken'])
    t.equal((await shop.call('PUT', byKey('C-1001'), { name: 'X' }, { 'if-match': '"7"' })).status, 412)
    t.equal((await shop.call('PUT', byKey('C-3'), { name: 'X' }, { 'if-match': '"1"' })).status, 412)
  })
})

t.test('a read that travels in one message shows one tenant, and leaves nothing of it behind', async t => {
  const url = service.databaseUrl
  // One connection for all, so that each read meets what the one before left there.
  const database = openDatabase({ url, apiConnections: 1, queryTimeoutMs: 20_000, onError: () => {} })
  t.teardown(() => database.close())
  const [one, other] = [await service.newTenant(), await service.newTenant()]
  const tricky = { system: `q'"\\`, key: `O'Neil,{"\\n"}` }
  const mine = await create(one, { ...anna, externalIds: [{ system: 'pos', key: tricky.key }] })
  const theirs = await create(other, anna)
  const reads = customerReads(database.api)
  const idsOf = async (shop: TestTenant) =>
    (await reads.findAll(shop.tenant.id, [mine.id, theirs.id, NOBODY])).map(({ id }) => id)

  // The first prepares the statement on the connection, the others call it.
  for (let round = 0; round < 3; round++) {
    t.same(await idsOf(one), [mine.id])
    t.same(await idsOf(other), [theirs.id])
  }
  for (let round = 0; round < 2; round++) {
    const found = await reads.findAllByExternalId(one.tenant.id, [tricky, { system: 'pos', key: tricky.key }])
    t.match(found, [{ index: 1, row: { id: mine.id } }])
    t.equal(found.length, 1)
  }
  const faulty = { name: 'faulty', text: 'select 1 / $1::int as one' }
  t.same(await readOnceInTenant(database.api, one.tenant.id, faulty, ['1']), [{ one: 1 }])
  for (const nothing of ['0', '0'])
    await t.rejects(readOnceInTenant(database.api, one.tenant.id, faulty, [nothing]), { code: '22012' })
  const { rows } = await database.api.query('select count(*)::int as seen from customers')
  t.equal(rows[0].seen, 0, 'no tenant is set any more')
  t.same(await idsOf(one), [mine.id])
  await t.rejects(reads.findAll("x'; reset role; --", [mine.id]), { message: 'not a tenant id' })
})

/** As a run and a manager would: a class, and a relationship manager. */
async function classify(
  shop: TestTenant,
  customerId: string,
  abcClass: string
): Promise<{ staffId: string; since: string }> {
  await asAdmin(
    service.databaseUrl,
    `insert into classifications (tenant_id, customer_id, abc_class, abc_reason, amount_minor, tie_offset, frequency, class_since)
     values ($1, $2, $3, 'ranked', 1000, 0, 1, now())`,
    [shop.tenant.id, customerId, abcClass]
  )
  const eva = { code: 'S-1', name: 'Eva', roles: ['relationship_manager'] }
  const { body: staff } = await shop.call('POST', '/v1/staff', eva)
  const path = `/v1/customers/${customerId}/relationship-manager`
  const { body: assignment } = await shop.call('PUT', path, { staffId: staff.id })
  return { staffId: staff.id, since: assignment.validFrom }
}
