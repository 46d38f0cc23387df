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

  t.test('201 for an anonymous return, which finds its sale and stays anonymous', async t => {
    const sold = await shop.call('POST', '/v1/purchases', sale())
    const { source, receiptNumber, customerId } = sold.body
    const back = sale({ kind: 'return', customer: null, returnOf: { source, receiptNumber } })
    const { body } = await shop.call('POST', '/v1/purchases', back)
    t.match(body, { customerId: null, netMinor: -39900, returnOf: { purchaseId: sold.body.id } })
    const { body: own } = await shop.call('GET', `/v1/purchases?customerId=${customerId}&limit=200`)
    t.notOk(
      own.data.some(({ id }: { id: string }) => id === body.id),
      'nor is it listed with the customer’s'
    )
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
      [{ customer: { email: 'nobody' } }, 'contact.email_invalid'],
      [{ purchasedAt: new Date(Date.now() + 25 * 3_600_000).toISOString() }, 'purchase.in_future'],
      [{ returnOf: { source: 'a', receiptNumber: 'b' } }, 'purchase.return_of_sale'],
      [{ lines: [{ quantity: 1, amountMinor: -5 }], totalMinor: -5 }, 'purchase.negative_total']
    ]
    for (const [overrides, code] of cases) {
      const { status, body } = await shop.call('POST', '/v1/purchases', sale(overrides))
      t.match([status, body.code], [422, code])
    }
    const itself = sale({ kind: 'return' })
    const { source, receiptNumber } = itself
    const ofItself = await shop.call('POST', '/v1/purchases', { ...itself, returnOf: { source, receiptNumber } })
    t.match([ofItself.status, ofItself.body.code], [422, 'purchase.return_of_itself'])
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

  t.test('400 says what was expected, once for each field', async t => {
    const faults = async (overrides: Record<string, unknown>) =>
      (await shop.call('POST', '/v1/purchases', sale(overrides))).body.errors
    t.match(await faults({ customer: { name: 'Anna' } }), [
      { pointer: '/customer', message: /exactly one of id, externalId, phone and email/ }
    ])
    t.match(await faults({ customer: { phone: 1 } }), [{ pointer: '/customer/phone', message: /expected string/ }])
    for (const [field, value] of [
      ['purchasedAt', 'yesterday'],
      ['purchasedAt', '0000-01-01T00:00:00Z'],
      ['totalMinor', 1e300],
      ['currency', 'yuan']
    ] as const)
      t.match(await faults({ [field]: value }), { length: 1, 0: { pointer: `/${field}` } }, `${field} ${value}`)
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

  t.test('207 refuses an item that holds what no body may hold, and that item alone', async t => {
    const item = (name: string) => JSON.stringify(sale({ lines: [{ name, quantity: 1, amountMinor: 39900 }] }))
    const items = [
      item('shoe'),
      item('a\u0000b'),
      item('a').replace('"a"', '"\\ud800"'),
      item('a').replace('{', '{"__proto__":{"kind":"gift"},'),
      item('a').replace('"name"', '"constructor":{"prototype":{}},"name"'),
      'null',
      '7',
      '[]',
      item('\u{1f45f}')
    ]
    const { status, body } = await shop.call('POST', '/v1/purchases/batch', `{"purchases":[${items.join(',')}]}`)
    t.equal(status, 207)
    t.match(
      body.results.map((r: { status: number; problem?: { code: string } }) => [r.status, r.problem?.code]),
      [
        [201, undefined],
        [400, 'request.text_invalid'],
        [400, 'request.text_invalid'],
        [400, 'request.key_forbidden'],
        [400, 'request.key_forbidden'],
        [400, 'request.invalid'],
        [400, 'request.invalid'],
        [400, 'request.invalid'],
        [201, undefined]
      ]
    )
    t.equal(body.results[1].problem.errors[0].pointer, '/lines/0/name')
    t.equal(body.results[4].problem.errors[0].pointer, '/lines/0')
  })

  t.test('400 for a body that is at fault beside its items, or too deep', async t => {
    const bodies: [string, string][] = [
      ['{"purchases":[{}],"__proto__":1}', 'request.key_forbidden'],
      ['{"purchases":[{}],"x":"\\u0000"}', 'request.text_invalid'],
      ['{"purchases":"\\u0000"}', 'request.text_invalid'],
      [`{"purchases":[{"x":"\\u0000"},${'['.repeat(30)}${']'.repeat(30)}]}`, 'request.too_deep'],
      ['{"purchases":[{"x":"\\u0000"}]', 'request.json_invalid'],
      ['["\\u0000"]', 'request.text_invalid'],
      ['null', 'request.invalid']
    ]
    for (const [text, code] of bodies) {
      const { status, body } = await shop.call('POST', '/v1/purchases/batch', text)
      t.match([status, body.code], [400, code], text.slice(0, 40))
    }
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

  t.test('400 for a period that ends before it starts; one that ends where it starts is empty', async t => {
    const within = (from?: string, to?: string) =>
      shop.call('GET', `/v1/purchases?purchasedAtFrom=${from}&purchasedAtTo=${to}`)
    const reversed = await within(times[3], times[1])
    t.match([reversed.status, reversed.body.errors[0].pointer], [400, '/query/purchasedAtTo'])
    t.equal((await within('2026-01-02T00:00:00Z', '2026-01-02T01:00:00%2B02:00')).status, 400, 'instants, not texts')
    t.same((await within(times[1], times[1])).body.data, [])
  })
})
