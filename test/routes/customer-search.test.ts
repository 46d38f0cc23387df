import t from 'tap'
import { uuidv7 } from 'uuidv7'
import { readInTenant } from '../../src/db/tenancy.ts'
import { nameQuery, searchableName } from '../../src/domain/name-search.ts'
import { asAdmin } from '../support/cluster.ts'
import { startService, type TestTenant } from '../support/service.ts'

const service = await startService()
t.teardown(() => service.close())

const open = async (shop: TestTenant, file: object) =>
  (await shop.call('POST', '/v1/customers', { kind: 'person', ...file })).body
const search = (shop: TestTenant, body: object, query = '') => shop.call('POST', `/v1/customers/search${query}`, body)
const namesOf = (body: { data: { name: string }[] }) => body.data.map(({ name }) => name)

/** Follows a list to its end. */
async function everything(
  read: (query: string) => Promise<{ body: { data: { id: string; name: string }[]; nextCursor: string | null } }>,
  limit: number
) {
  const items: { id: string; name: string }[] = []
  let cursor = ''
  for (;;) {
    const { body } = await read(`?limit=${limit}${cursor}`)
    t.ok(body.data.length <= limit)
    items.push(...body.data)
    if (body.nextCursor === null) return items
    cursor = `&cursor=${body.nextCursor}`
  }
}

t.test('POST /v1/customers/search by a part of the name', async t => {
  const shop = await service.newTenant()
  const names = [
    'Anna Müller',
    'MÜLLER & Söhne',
    'Johannes Schmidt-Müller',
    'Jo Li',
    'Li',
    'Lisa Ångström',
    'Zoë O’Brien',
    '李小龙',
    '王小明',
    '欧阳小龙',
    'ブルース・リー',
    '김민준',
    'Иван Фёдоров',
    'Νίκος Παπαδόπουλος',
    'محمد علي',
    '100% Bio_Markt'
  ]
  for (const name of names) await open(shop, { name })
  await open(shop, { contacts: [{ type: 'phone', value: '030 123456' }] })
  const found = async (query: string) => namesOf((await search(shop, { query })).body)

  t.test('200 whatever the case and the accents, in any script', async t => {
    t.same(await found('MULLER'), ['MÜLLER & Söhne', 'Anna Müller', 'Johannes Schmidt-Müller'])
    t.same(await found('ångs'), ['Lisa Ångström'])
    t.same(await found('федор'), ['Иван Фёдоров'])
    t.same(await found('ΠΑΠΑΔΟΠΟΥΛΟΣ'), ['Νίκος Παπαδόπουλος'])
    t.same(await found('مُحَمَّد'), ['محمد علي'])
    t.same(await found('o’bri'), ['Zoë O’Brien'])
  })

  t.test('200 by three letters anywhere, by one or two at the beginning of a word', async t => {
    t.same(await found('ann'), ['Anna Müller', 'Johannes Schmidt-Müller'])
    t.same(await found('sc'), ['Johannes Schmidt-Müller'])
    t.same(await found('ch'), [])
    t.same(await found('ll'), [])
    t.same(await found('f'), [])
    t.same(await found('ф'), ['Иван Фёдоров'])
  })

  t.test('200 by every word of several, in any order', async t => {
    t.same(await found('mül an'), ['Anna Müller'])
    t.same(await found('li jo'), ['Jo Li'])
    t.same(await found('anna schmidt'), [])
  })

  t.test('200 by any part of a Chinese, Japanese or Korean name, one character included', async t => {
    t.same(await found('小'), ['李小龙', '王小明', '欧阳小龙'])
    t.same(await found('小龙'), ['李小龙', '欧阳小龙'])
    t.same(await found('龙小'), [])
    t.same(await found('李龙'), [])
    t.same(await found('李 龙'), ['李小龙'])
    t.same(await found('ルース'), ['ブルース・リー'])
    t.same(await found('민준'), ['김민준'])
  })

  t.test('200 with the name itself first, then names that begin so, then words, then the rest', async t => {
    t.same(await found('li'), ['Li', 'Lisa Ångström', 'Jo Li'])
    t.same((await found('mül')).at(0), 'MÜLLER & Söhne')
  })

  t.test('200 takes wildcards for what they are, and finds nobody by signs alone', async t => {
    t.same(await found('100%'), ['100% Bio_Markt'])
    t.same(await found('bio_markt'), ['100% Bio_Markt'])
    t.same(await found('%'), [])
    t.same(await found('m%r'), [])
    t.match((await search(shop, { query: '—' })).body, { data: [], nextCursor: null, truncated: false })
  })

  t.test('200 pages through every match once, best first', async t => {
    const all = await everything(page => search(shop, { query: '小' }, page), 1)
    t.same(
      all.map(({ name }) => name),
      ['李小龙', '王小明', '欧阳小龙']
    )
  })

  t.test('200 finds a new name and forgets the old one', async t => {
    const { id } = await open(shop, { name: 'Quentin' })
    await shop.call('PATCH', `/v1/customers/${id}`, { name: 'Xaver' })
    t.same(await found('quentin'), [])
    t.same(await found('xav'), ['Xaver'])
    await shop.call('PATCH', `/v1/customers/${id}`, { name: null, contacts: [{ type: 'line', value: 'x' }] })
    t.same(await found('xav'), [])
  })

  t.test('200 and nobody of another tenant', async t => {
    const other = await service.newTenant()
    t.same((await search(other, { query: 'mül' })).body.data, [])
    t.same((await search(other, { query: '小' })).body.data, [])
  })

  t.test('the search itself shows a tenant to nobody but the tenant', async t => {
    const sought = nameQuery(shop.tenant.id, 'ann')
    const named = (present: string, tenant: string) =>
      readInTenant(service.database.api, present, tx =>
        tx.rows({ name: 'named', text: "select * from clientele_customers_named($1, 'ann', $2, '{}', 10)" }, [
          tenant,
          sought?.gramKeys
        ])
      )
    const other = await service.newTenant()
    t.equal((await named(shop.tenant.id, shop.tenant.id)).length, 2)
    t.equal((await named(other.tenant.id, shop.tenant.id)).length, 0)
    t.equal((await named(shop.tenant.id, other.tenant.id)).length, 0)
    const { rows } = await service.database.api.query(
      "select * from clientele_customers_named($1, 'ann', $2, '{}', 10)",
      [shop.tenant.id, sought?.gramKeys]
    )
    t.equal(rows.length, 0, 'and to nobody without a tenant')
  })
})

t.test('POST /v1/customers/search among more names than one search looks at', async t => {
  const shop = await service.newTenant()
  const { body: store } = await shop.call('POST', '/v1/stores', { code: 'S', name: 'S', timeZone: 'UTC' })
  const crowd = Array.from({ length: 1_100 }, (_, n) => `Maria ${String.fromCharCode(97 + (n % 26))}${n}`)
  await insertAll(shop, crowd)
  const { id } = await open(shop, { name: 'Maria' })
  await open(shop, { name: 'Zita Maria', homeStoreId: store.id })

  t.test('200 says so, and still finds the name itself first', async t => {
    const { body } = await search(shop, { query: 'maria' })
    t.match(body, { truncated: true, data: [{ id }] })
    t.equal(body.data.length, 50)
  })

  t.test('200 with the family names that begin with it before all that hold it elsewhere', async t => {
    await insertAll(
      shop,
      Array.from({ length: 1_100 }, (_, n) => `Ute Mikelsen${n}`)
    )
    const family = ['Zoë Kellner', 'Zoë Kelm', 'Jo van Kelten']
    for (const name of family) await open(shop, { name })
    await open(shop, { name: 'Kelly Zorn' })
    const { body } = await search(shop, { query: 'kel' })
    t.equal(body.truncated, true)
    t.equal(namesOf(body)[0], 'Kelly Zorn', 'the beginning of the name itself comes first')
    t.same(new Set(namesOf(body).slice(1, 4)), new Set(family))
  })

  t.test('200 is whole again with more of the name, or with a filter', async t => {
    const narrower = await search(shop, { query: 'maria c' }, '?limit=200')
    t.match(narrower.body, { truncated: false, nextCursor: null })
    t.same(new Set(namesOf(narrower.body)), new Set(crowd.filter(name => name.startsWith('Maria c'))))
    const filtered = await search(shop, { query: 'maria', filters: { storeId: store.id } })
    t.match([namesOf(filtered.body), filtered.body.truncated], [['Zita Maria'], false])
  })
})

t.test('POST /v1/customers/search by phone, e-mail or external id', async t => {
  const shop = await service.newTenant()
  const { id } = await open(shop, {
    name: 'Anna',
    contacts: [
      { type: 'phone', value: '0151 23456789' },
      { type: 'email', value: 'anna@example.com' }
    ],
    externalIds: [{ system: 'pos-7', key: 'C-1' }],
    tags: ['vip']
  })

  t.test('200 finds the one customer, however it is written', async t => {
    for (const by of [
      { phone: '+49 (151) 23456789' },
      { phone: '00491512345 6789' },
      { email: ' ANNA@example.com' },
      { externalId: { system: 'pos-7', key: 'C-1' } }
    ]) {
      const { status, body } = await search(shop, by)
      t.match([status, body], [200, { data: [{ id }], nextCursor: null, truncated: false }], JSON.stringify(by))
      t.equal(body.data.length, 1)
    }
  })

  t.test('200 finds nobody by what nobody has, and nobody whom a filter excludes', async t => {
    t.same((await search(shop, { phone: '0151 23456780' })).body.data, [])
    t.same((await search(shop, { externalId: { system: 'pos-8', key: 'C-1' } })).body.data, [])
    t.equal((await search(shop, { phone: '0151 23456789', filters: { tag: 'vip' } })).body.data.length, 1)
    t.same((await search(shop, { phone: '0151 23456789', filters: { tag: 'club' } })).body.data, [])
    const other = await service.newTenant()
    t.same((await search(other, { email: 'anna@example.com' })).body.data, [])
  })

  t.test('422 for a phone number or an address that cannot be one', async t => {
    const phone = await search(shop, { phone: '12' })
    t.match([phone.status, phone.body.code, phone.body.errors[0].pointer], [422, 'contact.phone_invalid', '/phone'])
    const email = await search(shop, { email: 'anna' })
    t.match([email.status, email.body.code, email.body.errors[0].pointer], [422, 'contact.email_invalid', '/email'])
  })

  t.test('400 for two ways at once, an unknown filter, and a cursor of another search', async t => {
    t.equal((await search(shop, { phone: '0151 23456789', email: 'a@example.com' })).status, 400)
    const unknown = await search(shop, { filters: { shoeSize: 39 } })
    t.match([unknown.status, unknown.body.errors[0].pointer], [400, '/filters/shoeSize'])
    await open(shop, { name: 'Ben' })
    const { body } = await search(shop, {}, '?limit=1')
    t.ok(body.nextCursor)
    t.equal((await search(shop, {}, `?limit=1&cursor=${body.nextCursor}`)).status, 200)
    t.equal((await search(shop, { filters: { tag: 'vip' } }, `?cursor=${body.nextCursor}`)).status, 400)
  })
})

t.test('filters and lists', async t => {
  const shop = await service.newTenant()
  const { body: store } = await shop.call('POST', '/v1/stores', { code: 'S', name: 'S', timeZone: 'UTC' })
  const { body: staff } = await shop.call('POST', '/v1/staff', {
    code: 'E',
    name: 'Eva',
    roles: ['relationship_manager']
  })
  const opened: { id: string; name: string }[] = []
  for (let n = 0; n < 12; n++) {
    service.clock.set(`2026-03-01T00:00:${String(n).padStart(2, '0')}.000Z`)
    opened.push(
      await open(shop, {
        name: `Anna ${n}`,
        ...(n % 2 ? { homeStoreId: store.id } : {}),
        tags: n % 3 ? ['club'] : ['club', 'vip']
      })
    )
  }
  service.clock.set('2026-03-02T00:00:00.000Z')
  const changed = opened[3] as { id: string }
  await shop.call('PATCH', `/v1/customers/${changed.id}`, { tags: ['vip'] })
  const assigned = await shop.call('PUT', `/v1/customers/${changed.id}/relationship-manager`, { staffId: staff.id })
  t.ok(assigned.status < 300)
  const numbers = (items: { name: string }[]) => items.map(({ name }) => Number(name.replace(/\D/g, '')))
  const list = (query: string) => everything(page => shop.call('GET', `/v1/customers${page}${query}`), 5)

  t.test('GET /v1/customers 200 pages through every customer once, in each published order', async t => {
    const ascending = Array.from({ length: 12 }, (_, n) => n)
    const byChange = [...ascending.filter(n => n !== 3), 3]
    t.same(numbers(await list('')), ascending)
    t.same(numbers(await list('&sort=createdAt')), ascending)
    t.same(numbers(await list('&sort=-createdAt')), ascending.toReversed())
    t.same(numbers(await list('&sort=updatedAt')), byChange)
    t.same(numbers(await list('&sort=-updatedAt')), byChange.toReversed())
  })

  t.test('GET /v1/customers 200 by store, tag and time of change, and all of them together', async t => {
    t.same(numbers(await list(`&storeId=${store.id}`)), [1, 3, 5, 7, 9, 11])
    t.same(numbers(await list('&tag=vip')), [0, 3, 6, 9])
    t.same(numbers(await list('&tag=club')), [0, 1, 2, 4, 5, 6, 7, 8, 9, 10, 11])
    t.same(numbers(await list('&updatedSince=2026-03-01T01:00:10%2B01:00')), [3, 10, 11])
    t.same(numbers(await list(`&storeId=${store.id}&tag=vip&updatedSince=2026-03-01T00:00:09Z`)), [3, 9])
    t.same(await list('&tag=nobody'), [])
  })

  t.test(
    'POST /v1/customers/search 200 takes the same filters, and what was found of a customer and his manager of today',
    async t => {
      await asAdmin(
        service.databaseUrl,
        `insert into classifications (tenant_id, customer_id, abc_class, abc_reason, amount_minor, tie_offset, frequency,
         class_since, loyalty_level, trust_level, standing)
       select tenant_id, id, 'A', 'ranked', 1, 0, 1, now(), case name when 'Anna 10' then 'loyal' else 'switcher' end,
              case name when 'Anna 11' then 'affective' else 'cognitive' end, 'key'
       from customers where tenant_id = $1 and name like 'Anna 1%'`,
        [shop.tenant.id]
      )
      const found = async (body: object) => numbers(await everything(page => search(shop, body, page), 2))
      t.same(await found({ filters: { abcClass: 'A' } }), [1, 10, 11])
      t.same(await found({ filters: { relationshipManagerId: staff.id } }), [3])
      t.same(await found({ filters: { abcClass: 'A', storeId: store.id } }), [1, 11])
      t.same(await found({ query: 'anna', filters: { abcClass: 'A', tag: 'club' } }), [1, 10, 11])
      t.same(await found({ filters: { loyalty: 'switcher' } }), [1, 11])
      t.same(
        await found({ query: 'anna', filters: { loyalty: 'switcher', trustLevel: 'cognitive', standing: 'key' } }),
        [1]
      )
      t.same(await found({ filters: { abcClass: 'B', standing: 'key' } }), [])
      t.same(await found({ query: 'an 3', filters: { relationshipManagerId: staff.id } }), [3])
      t.same(await found({ query: 'ann', filters: { relationshipManagerId: staff.id } }), [3])
      t.same(await found({ query: 'ben', filters: { relationshipManagerId: staff.id } }), [])
      t.equal((await found({})).length, 12)
    }
  )

  t.test('400 for a sort that is not published and a cursor of another order', async t => {
    t.equal((await shop.call('GET', '/v1/customers?sort=name')).status, 400)
    const { body } = await shop.call('GET', '/v1/customers?limit=1&sort=createdAt')
    t.match((await shop.call('GET', `/v1/customers?cursor=${body.nextCursor}`)).body, { code: 'cursor.invalid' })
  })

  t.test('400 for an instant that no calendar of ours holds', async t => {
    const outside = ['0000-01-01T00:00:00Z', '0001-01-01T00:00:00%2B14:00', '9999-12-31T23:59:59-23:59']
    for (const instant of [...outside, '2026-02-30T00:00:00Z', 'yesterday']) {
      t.equal((await shop.call('GET', `/v1/customers?updatedSince=${instant}`)).status, 400, instant)
    }
    t.equal((await shop.call('GET', '/v1/customers?updatedSince=0001-01-02T00:00:00Z')).status, 200)
  })
})

/** Many names at once, as an import would keep them. */
async function insertAll(shop: TestTenant, names: readonly string[]): Promise<void> {
  const kept = names.map(name => ({ id: uuidv7(), name, ...searchableName(shop.tenant.id, name) }))
  await asAdmin(
    service.databaseUrl,
    `insert into customers (tenant_id, id, kind, name, folded_name, name_grams, created_from, created_at, updated_at)
     select $1, (r->>'id')::uuid, 'person', r->>'name', r->>'foldedName',
       array(select jsonb_array_elements_text(r->'nameGrams')::bigint), 'import', now(), now()
     from jsonb_array_elements($2::jsonb) r`,
    [shop.tenant.id, JSON.stringify(kept)]
  )
}
