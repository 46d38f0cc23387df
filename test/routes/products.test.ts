import t from 'tap'
import { startService } from '../support/service.ts'

const service = await startService()
t.teardown(() => service.close())

const shoe = { sku: 'SHOE-42', name: 'Walking shoe', brand: 'Aokang', category: 'shoes' }
const pathOf = (sku: string) => `/v1/products/${encodeURIComponent(sku)}`

t.test('POST /v1/products', async t => {
  const shop = await service.newTenant()

  t.test('201 shows every field, null where nothing is known, and the place', async t => {
    const { status, headers, body } = await shop.call('POST', '/v1/products', { ...shoe, launchedOn: '2026-03-01' })
    t.equal(status, 201)
    t.match(body, { ...shoe, supplierId: null, launchedOn: '2026-03-01', createdFrom: 'api', version: 1 })
    t.equal(headers.get('location'), '/v1/products/SHOE-42')
    t.same((await shop.call('GET', '/v1/products/SHOE-42')).body, body)
  })

  t.test('409 when another product has the sku', async t => {
    const { status, body } = await shop.call('POST', '/v1/products', shoe)
    t.match([status, body.code], [409, 'product.sku_taken'])
  })

  t.test('400 for a day that the calendar lacks', async t => {
    const { status, body } = await shop.call('POST', '/v1/products', { ...shoe, sku: 'x', launchedOn: '2026-02-30' })
    t.match([status, body.errors[0].pointer], [400, '/launchedOn'])
  })

  t.test('201 for a sku that another tenant has: each has his own', async t => {
    const other = await service.newTenant()
    t.equal((await other.call('POST', '/v1/products', shoe)).status, 201)
  })
})

t.test('PUT /v1/products/:sku', async t => {
  const shop = await service.newTenant()

  t.test('201 adds, 200 changes what is named and leaves the rest', async t => {
    const { sku, ...facts } = shoe
    const first = await shop.call('PUT', pathOf(sku), facts)
    t.match([first.status, first.body.version, first.headers.get('location')], [201, 1, pathOf(sku)])
    const second = await shop.call('PUT', pathOf(sku), { name: 'Hiking shoe', category: null })
    t.equal(second.status, 200)
    t.match(second.body, { id: first.body.id, name: 'Hiking shoe', brand: 'Aokang', category: null, version: 2 })
  })

  t.test('200 leaves the version when the same is sent again', async t => {
    t.match((await shop.call('PUT', pathOf(shoe.sku), { name: 'Hiking shoe' })).body, { version: 2 })
  })

  t.test('412 when the product has changed since, and when there is none to have a version', async t => {
    const stale = await shop.call('PUT', pathOf(shoe.sku), { name: 'Stale' }, { 'if-match': '"1"' })
    t.match([stale.status, stale.body.code], [412, 'version.mismatch'])
    const absent = await shop.call('PUT', pathOf('none'), { name: 'None' }, { 'if-match': '"1"' })
    t.match([absent.status, absent.body.code], [412, 'version.mismatch'])
    t.equal((await shop.call('GET', pathOf('none'))).status, 404)
  })

  t.test('any sku of visible characters has its path', async t => {
    for (const sku of ['A/1', '50%', 'a b', '#1?x=y', '鞋'.repeat(64), 'é+ü&;:@', '%2F']) {
      const put = await shop.call('PUT', pathOf(sku), { name: sku })
      t.match([put.status, put.body.sku], [201, sku], sku)
      t.match(await shop.call('GET', pathOf(sku)), { status: 200, body: { sku } })
      t.match((await shop.call('GET', `/v1/products?sku=${encodeURIComponent(sku)}`)).body.data, [{ sku }])
    }
    t.equal((await shop.call('PUT', pathOf('x'.repeat(65)), { name: 'long' })).status, 400)
  })

  t.test('twenty at once of one sku end as one product, made once', async t => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => shop.call('PUT', pathOf('RUSH'), { name: `Name ${i}` }))
    )
    t.same(answers.map(answer => answer.status).sort(), [...Array(19).fill(200), 201])
    t.equal(new Set(answers.map(answer => answer.body.id)).size, 1)
    t.same(
      answers.map(answer => answer.body.version).sort((a, b) => a - b),
      Array.from({ length: 20 }, (_, i) => i + 1)
    )
    t.equal((await shop.call('GET', '/v1/products?sku=RUSH')).body.data.length, 1)
  })
})

t.test('GET /v1/products', async t => {
  const shop = await service.newTenant()
  const items = [
    ['1', 'Aokang', 'shoes'],
    ['2', 'Aokang', 'bags'],
    ['3', 'Belle', 'shoes'],
    ['4', null, 'shoes']
  ]
  for (const [sku, brand, category] of items)
    await shop.call('POST', '/v1/products', { sku, name: 'n', brand, category })
  const skus = async (query: string): Promise<string[]> =>
    (await shop.call('GET', `/v1/products?${query}`)).body.data.map((p: { sku: string }) => p.sku)

  t.test('200 by brand, by category, by both and by sku', async t => {
    t.same(await skus('brand=Aokang'), ['1', '2'])
    t.same(await skus('category=shoes'), ['1', '3', '4'])
    t.same(await skus('category=shoes&brand=Belle'), ['3'])
    t.same(await skus('sku=4'), ['4'])
    t.same(await skus('sku=unknown'), [])
  })

  t.test('200 pages through every product of a filter once', async t => {
    const { body } = await shop.call('GET', '/v1/products?category=shoes&limit=2')
    t.same(
      body.data.map((p: { sku: string }) => p.sku),
      ['1', '3']
    )
    t.same(await skus(`category=shoes&limit=2&cursor=${body.nextCursor}`), ['4'])
  })

  t.test('400 for a parameter that is not documented', async t => {
    t.match((await shop.call('GET', '/v1/products?colour=red')).body, { errors: [{ pointer: '/query/colour' }] })
  })
})

t.test('PATCH /v1/products/:sku', async t => {
  const shop = await service.newTenant()
  await shop.call('POST', '/v1/products', { ...shoe, sku: 'A/1' })

  t.test('200 changes what is named, null clears', async t => {
    const { body } = await shop.call('PATCH', pathOf('A/1'), { brand: null, supplierId: 'SUP-1' })
    t.match(body, { brand: null, supplierId: 'SUP-1', name: 'Walking shoe', version: 2 })
  })

  t.test('412 when the product has changed since', async t => {
    t.equal((await shop.call('PATCH', pathOf('A/1'), { name: 'x' }, { 'if-match': '"1"' })).status, 412)
  })

  t.test('404, the identical one, for another tenant', async t => {
    const other = await service.newTenant()
    const foreign = await other.call('PATCH', pathOf('A/1'), { name: 'x' })
    const missing = await other.call('PATCH', pathOf('B/1'), { name: 'x' })
    t.equal(foreign.status, 404)
    t.same({ ...foreign.body, instance: '' }, { ...missing.body, instance: '' })
  })
})
