import t from 'tap'
import { startService, type TestTenant } from '../support/service.ts'

const service = await startService()
t.teardown(() => service.close())

/** A shop with one store in Shanghai and one cashier. */
async function openShop(): Promise<TestTenant> {
  const shop = await service.newTenant({ currency: 'CNY', country: 'CN', timeZone: 'Asia/Shanghai' })
  await shop.call('POST', '/v1/stores', { code: 'SH01', name: 'Shanghai', timeZone: 'Asia/Shanghai' })
  return shop
}

let number = 0

/** A sale of 399.00 yuan by a customer whom the till knows as C-1001. */
const sale = (overrides: Record<string, unknown> = {}) => ({
  source: 'pos-7',
  receiptNumber: `R-${++number}`,
  kind: 'sale',
  storeCode: 'SH01',
  purchasedAt: '2026-11-20T17:03:00+08:00',
  currency: 'CNY',
  customer: { externalId: { system: 'pos-7', key: 'C-1001' } },
  lines: [
    {
      sku: 'SHOE-42',
      name: '步行鞋 Walking shoe',
      brand: 'Aokang',
      category: 'shoes',
      quantity: 1,
      unitPriceMinor: 39900,
      amountMinor: 39900
    }
  ],
  totalMinor: 39900,
  ...overrides
})

t.test('POST /v1/purchases', async t => {
  const shop = await openShop()

  t.test('201 stores the receipt, opens a customer file and adds the product', async t => {
    const receipt = sale()
    const { status, headers, body } = await shop.call('POST', '/v1/purchases', receipt)
    t.equal(status, 201)
    t.match(body, {
      source: 'pos-7',
      receiptNumber: receipt.receiptNumber,
      netMinor: 39900,
      units: 1,
      purchasedAt: '2026-11-20T09:03:00.000Z',
      purchasedOn: '2026-11-20'
    })
    t.match(body.customerId, /^[0-9a-f-]{36}$/)
    const read = await shop.call('GET', headers.get('location') ?? '')
    t.same(read.body, body, 'what is stored is what was answered')
    const lead = await service.services.eventDispatcher.tryLead()
    await lead?.dispatch()
    await lead?.resign()
    const { body: feed } = await shop.call('GET', '/v1/events')
    t.same(
      feed.data.map((event: { type: string }) => event.type),
      ['store.created', 'product.created', 'customer.created', 'purchase.recorded']
    )
    t.match(feed.data[3], {
      subject: { type: 'purchase', id: body.id },
      data: { customerId: body.customerId, netMinor: 39900, purchasedAt: '2026-11-20T09:03:00.000Z' }
    })
  })

  t.test('200 and the stored document for the same content, even with the keys in another order', async t => {
    const receipt = sale()
    const first = await shop.call('POST', '/v1/purchases', receipt)
    const again = await shop.call('POST', '/v1/purchases', Object.fromEntries(Object.entries(receipt).reverse()))
    t.equal(again.status, 200)
    t.equal(again.headers.get('idempotency-replayed'), 'true')
    t.same(again.body, first.body)
  })

  t.test('409 for other content under the same number', async t => {
    const receipt = sale()
    await shop.call('POST', '/v1/purchases', receipt)
    const { status, body } = await shop.call('POST', '/v1/purchases', {
      ...receipt,
      purchasedAt: '2026-11-20T17:04:00+08:00'
    })
    t.match([status, body.code], [409, 'purchase.content_differs'])
  })

  t.test('100 pushes of one receipt at once store one purchase', async t => {
    const receipt = sale()
    const answers = await Promise.all(Array.from({ length: 100 }, () => shop.call('POST', '/v1/purchases', receipt)))
    t.equal(answers.filter(a => a.status === 201).length, 1)
    t.equal(answers.filter(a => a.status === 200).length, 99)
    t.equal(new Set(answers.map(a => a.body.id)).size, 1)
  })

  t.test('50 tills that meet one new customer at once open one file', async t => {
    const customer = { phone: '138 0013 8000' }
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => shop.call('POST', '/v1/purchases', sale({ customer })))
    )
    t.equal(answers.filter(a => a.status === 201).length, 50)
    t.equal(new Set(answers.map(a => a.body.customerId)).size, 1)
  })

  t.test('201 for a return before its sale, which finds its sale when that comes', async t => {
    const later = sale()
    const back = sale({ kind: 'return', returnOf: { source: 'pos-7', receiptNumber: later.receiptNumber } })
    const { status, body } = await shop.call('POST', '/v1/purchases', back)
    t.match([status, body.netMinor, body.returnOf.purchaseId], [201, -39900, null])
    const { body: sold } = await shop.call('POST', '/v1/purchases', later)
    t.equal((await shop.call('GET', `/v1/purchases/${body.id}`)).body.returnOf.purchaseId, sold.id)
  })

  t.test('201 for an anonymous receipt, which belongs to nobody', async t => {
    const { status, body } = await shop.call('POST', '/v1/purchases', sale({ customer: null }))
    t.match([status, body.customerId], [201, null])
  })

  t.test('201 in another currency with its rate, refused without it', async t => {
    const lines = [{ quantity: 1, amountMinor: 1000 }]
    const withRate = await shop.call(
      'POST',
      '/v1/purchases',
      sale({ currency: 'JPY', exchangeRate: 0.0472, lines, totalMinor: 1000 })
    )
    t.match([withRate.status, withRate.body.totalMinor, withRate.body.netMinor], [201, 1000, 4720])
    const without = await shop.call('POST', '/v1/purchases', sale({ currency: 'JPY', lines, totalMinor: 1000 }))
    t.match([without.status, without.body.code], [422, 'purchase.rate_missing'])
  })

  t.test('quantities with three decimals and prices with fractions are rounded once a line', async t => {
    const lines = [{ quantity: 1.255, unitPriceMinor: 333.5 }]
    const { status, body } = await shop.call('POST', '/v1/purchases', sale({ lines, totalMinor: 419 }))
    t.match([status, body.lines[0]?.amountMinor, body.units], [201, 419, 1.255])
    const cash = await shop.call('POST', '/v1/purchases', sale({ lines, roundingMinor: 1, totalMinor: 420 }))
    t.equal(cash.body.netMinor, 420)
  })

  t.test('422 names what does not fit, and stores nothing', async t => {
    const cases: [Record<string, unknown>, string][] = [
      [{ totalMinor: 39800 }, 'purchase.total_mismatch'],
      [{ storeCode: 'NOWHERE' }, 'store.unknown'],
      [{ staffCode: 'NOBODY' }, 'staff.unknown'],
      [{ customer: { id: '01890000-0000-7000-8000-000000000000' } }, 'customer.unknown'],
      [{ customer: { phone: '12' } }, 'contact.phone_invalid'],
      [{ purchasedAt: new Date(Date.now() + 25 * 3_600_000).toISOString() }, 'purchase.in_future'],
      [{ returnOf: { source: 'a', receiptNumber: 'b' } }, 'purchase.return_of_sale'],
      [{ lines: [{ quantity: 1, amountMinor: -5 }], totalMinor: -5 }, 'purchase.negative_total']
    ]
    for (const [overrides, code] of cases) {
      const { status, body } = await shop.call('POST', '/v1/purchases', sale(overrides))
      t.match([status, body.code], [422, code])
    }
    const reject = await shop.call(
      'POST',
      '/v1/purchases?unknownCustomer=reject',
      sale({ customer: { email: 'nobody@example.com' } })
    )
    t.match([reject.status, reject.body.code], [422, 'customer.unknown'])
  })

  t.test('400 for what is no purchase at all', async t => {
    for (const overrides of [
      { lines: [] },
      { kind: 'gift' },
      { currency: 'yuan' },
      { purchasedAt: 'yesterday' },
      { colour: 'red' },
      { lines: [{ quantity: 0.0001 }] }
    ]) {
      t.equal((await shop.call('POST', '/v1/purchases', sale(overrides))).status, 400)
    }
  })

  t.test('403 for a key of another store', async t => {
    const { body: other } = await shop.call('POST', '/v1/stores', {
      code: 'SH02',
      name: 'Other',
      timeZone: 'Asia/Shanghai'
    })
    const till = await shop.withKey({ scopes: ['purchases:write', 'purchases:read'], storeId: other.id })
    const { status, body } = await till.call('POST', '/v1/purchases', sale())
    t.match([status, body.code], [403, 'store.not_allowed'])
  })

  t.test("404 for another tenant's purchase", async t => {
    const { body } = await shop.call('POST', '/v1/purchases', sale())
    const other = await openShop()
    t.equal((await other.call('GET', `/v1/purchases/${body.id}`)).status, 404)
    const foreignCustomer = await other.call('POST', '/v1/purchases', sale({ customer: { id: body.customerId } }))
    t.match([foreignCustomer.status, foreignCustomer.body.code], [422, 'customer.unknown'])
  })
})

t.test('POST /v1/purchases/batch', async t => {
  const shop = await openShop()

  t.test('207 answers each item as it would be answered alone', async t => {
    const known = sale()
    await shop.call('POST', '/v1/purchases', known)
    const fresh = sale()
    const purchases = [
      fresh,
      known,
      { ...known, totalMinor: 1 },
      sale({ storeCode: 'X' }),
      { nonsense: true },
      fresh,
      { ...fresh, currency: 'EUR', exchangeRate: 8 }
    ]
    const { status, body } = await shop.call('POST', '/v1/purchases/batch', { purchases })
    t.equal(status, 207)
    t.same(
      body.results.map((r: { status: number }) => r.status),
      [201, 200, 422, 422, 400, 200, 409]
    )
    t.equal(body.results[5].id, body.results[0].id)
    t.match(body.results[4].problem, { code: 'request.invalid', errors: [{ pointer: /^\// }] })
  })

  t.test('207 for the whole batch sent again, and nothing is counted twice', async t => {
    const purchases = Array.from({ length: 300 }, () =>
      sale({ customer: { externalId: { system: 'pos-7', key: 'batch' } } })
    )
    const first = await shop.call('POST', '/v1/purchases/batch', { purchases })
    const again = await shop.call('POST', '/v1/purchases/batch', { purchases })
    t.ok(first.body.results.every((r: { status: number }) => r.status === 201))
    t.ok(again.body.results.every((r: { status: number }) => r.status === 200))
  })

  t.test('400 for more than 1,000 items', async t => {
    const { status } = await shop.call('POST', '/v1/purchases/batch', {
      purchases: Array.from({ length: 1001 }, () => ({}))
    })
    t.equal(status, 400)
  })
})

t.test('GET /v1/purchases', async t => {
  const shop = await openShop()
  const times = [
    '2026-01-01T00:00:00.000Z',
    '2026-01-02T00:00:00.000Z',
    '2026-01-02T00:00:00.000Z',
    '2026-01-03T00:00:00.000Z'
  ]
  for (const purchasedAt of times) await shop.call('POST', '/v1/purchases', sale({ purchasedAt }))

  t.test('200 pages through each purchase once, newest first, ties and all', async t => {
    const seen: { id: string; purchasedAt: string }[] = []
    for (let query = '?limit=1'; query; ) {
      const { body } = await shop.call('GET', `/v1/purchases${query}`)
      seen.push(...body.data)
      query = body.nextCursor ? `?limit=1&cursor=${body.nextCursor}` : ''
    }
    t.same(
      seen.map(p => p.purchasedAt),
      [...times].reverse()
    )
    t.equal(new Set(seen.map(p => p.id)).size, 4)
  })

  t.test('the period is half-open: its start belongs to it, its end does not', async t => {
    const { body } = await shop.call(
      'GET',
      `/v1/purchases?purchasedAtFrom=${times[1]}&purchasedAtTo=${times[3]}&sort=purchasedAt`
    )
    t.equal(body.data.length, 2)
  })
})
