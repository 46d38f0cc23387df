import t from 'tap'
import { inTenant } from '../../src/db/tenancy.ts'
import { openShop, type Shop } from '../support/classification.ts'
import { startService } from '../support/service.ts'

// biome-ignore lint/suspicious/noExplicitAny: a test asserts on what came, whatever its form
type Body = any

interface Line {
  readonly sku?: string
  readonly brand?: string
  readonly category?: string
  readonly promotionCode?: string
  readonly amountMinor?: number
}

const service = await startService({ workers: true })
t.teardown(() => service.close())

let receipts = 0

/** A receipt as a till pushes it; amounts of 10.00 a line unless said otherwise. */
const receipt = (customer: string | null, day: string, lines: readonly Line[], kind = 'sale') => {
  const complete = lines.map(line => ({ name: 'Goods', quantity: 1, amountMinor: 1_000, ...line }))
  return {
    source: 'till',
    receiptNumber: `P${++receipts}`,
    kind,
    storeCode: 'S1',
    purchasedAt: `${day}T11:00:00Z`,
    currency: 'EUR',
    customer: customer === null ? null : { externalId: { system: 'till', key: customer } },
    lines: complete,
    totalMinor: complete.reduce((sum, line) => sum + line.amountMinor, 0)
  }
}

async function push(shop: Shop, purchases: readonly object[]): Promise<void> {
  const { body } = await shop.call('POST', '/v1/purchases/batch', { purchases })
  for (const result of body.results) if (result.status !== 201) throw new Error(JSON.stringify(result))
}

const codes = (reasons: readonly Body[]): string[] => reasons.map(reason => reason.code)
const AS_OF = '2026-06-01T00:00:00Z'

t.test('a customer’s picture', async t => {
  const shop = await openShop(service)
  const shoe = (brand: string) => ({ sku: `shoe-${brand}`, brand, category: 'shoes' })
  const weekly = (day: number) => new Date(Date.UTC(2026, 1, 1 + 7 * day)).toISOString().slice(0, 10)
  await push(shop, [
    // Faithful to one brand of two, and every week until the end.
    ...Array.from({ length: 18 }, (_, week) => receipt('faithful', weekly(week), [shoe('Alfa')])),
    // Changes the brand every time.
    ...Array.from({ length: 6 }, (_, week) =>
      receipt('changer', weekly(week), [shoe(week % 2 === 0 ? 'Alfa' : 'Beta')])
    ),
    // Buys on promotion alone, now and then.
    ...[0, 1, 5, 6, 14, 15].flatMap(week =>
      Array.from({ length: 4 }, () => receipt('bargain', weekly(week), [{ sku: 'sock', promotionCode: 'SPRING' }]))
    ),
    receipt('once', weekly(3), [shoe('Beta')])
  ])
  await shop.run({ asOf: AS_OF })

  t.test('says who is loyal by brands, who changes them, and who came once', async t => {
    const faithful = await shop.classOf('faithful')
    t.match(faithful.loyalty, { level: 'loyal', basis: 'brand', priceDriven: false, pattern: null })
    t.ok(
      codes(faithful.loyalty.reasons).includes('loyalty.favourite_share'),
      JSON.stringify(codes(faithful.loyalty.reasons))
    )
    t.match((await shop.classOf('changer')).loyalty, { level: 'switcher', basis: 'brand' })
    t.match((await shop.classOf('once')).loyalty, { level: 'unknown', basis: 'none' })
  })

  t.test('says how deep the trust goes, and that what is not known is not held against anybody', async t => {
    t.match((await shop.classOf('faithful')).trust, { level: 'cognitive' })
    t.match((await shop.classOf('once')).trust, { level: 'insufficient' })
  })

  t.test('says who is leaving by his own rhythm, and until when one more purchase keeps him', async t => {
    const { defection } = await shop.classOf('faithful')
    t.match(defection, { state: 'active', partial: null, hiatus: false })
    const [stays] = defection.changes
    t.equal(stays.code, 'defection.stays_active')
    t.match(stays.text, defection.nextChange.on)
    t.match((await shop.classOf('changer')).defection, { state: 'overdue' })
    t.match((await shop.classOf('once')).defection, {
      state: 'unknown',
      basis: 'none',
      nextChange: { on: '2026-08-22', state: 'lapsed' }
    })
  })

  t.test('a customer who buys by price alone gets no standing, however much he buys', async t => {
    const bargain = await shop.classOf('bargain')
    t.match(bargain.loyalty, { level: 'non_loyal', basis: 'price_driven', priceDriven: true })
    t.match(bargain.standing, { level: 'general' })
    t.equal(bargain.abc.class, 'A')
  })

  t.test('the second run in A makes a key customer, a repetition of the same day does not', async t => {
    const level = async () => (await shop.classOf('faithful')).standing.level
    t.equal(await level(), 'suitable')
    await shop.run({ asOf: AS_OF })
    t.equal(await level(), 'suitable')
    await shop.run({ asOf: '2026-06-02T00:00:00Z' })
    t.equal(await level(), 'key')
  })

  t.test('lists are narrowed by every part of it', async t => {
    const keys = async (query: string) => {
      const { body } = await shop.call('GET', `/v1/classifications?${query}`)
      return body.data.map((item: Body) => item.customerExternalIds[0].key).sort()
    }
    t.same(await keys('loyalty=loyal'), ['faithful'])
    t.same(await keys('priceDriven=true'), ['bargain'])
    t.same(await keys('standing=key'), ['faithful'])
    t.same(await keys('trustLevel=insufficient'), ['once'])
    t.same(await keys('defectionState=unknown'), ['once'])
  })

  t.test('what changed is told as events with before, after and why', async t => {
    const of = async (type: string): Promise<Body[]> => {
      const { body } = await shop.call('GET', `/v1/events?types=${type}`)
      return body.data.map((event: Body) => event.data)
    }
    const lead = await service.services.eventDispatcher.tryLead()
    await lead?.dispatch()
    await lead?.resign()
    const faithful = await shop.idOf('faithful')
    t.match(await of('customer.standing_changed'), [
      { customerId: faithful, before: 'suitable', after: 'key', abcClass: 'A', loyalty: 'loyal' }
    ])
  })
})

t.test('who came once or twice is unknown until the hiatus has passed, and lapsed by it from then on', async t => {
  const shop = await openShop(service)
  await push(shop, [
    receipt('once', '2026-02-22', [{ sku: 'sock', amountMinor: 8_000 }]),
    receipt('twice', '2026-02-01', [{ sku: 'sock', amountMinor: 100 }]),
    receipt('twice', '2026-02-22', [{ sku: 'sock', amountMinor: 100 }])
  ])
  const listed = async (query = '') => (await shop.call('GET', `/v1/defections${query}`)).body.data
  await shop.run({ asOf: '2026-08-21T00:00:00Z' })
  t.match((await shop.classOf('once')).defection, { state: 'unknown', basis: 'none', hiatus: false })
  t.same(await listed(), [])

  await shop.run({ asOf: '2026-08-22T00:00:00Z' })
  const { defection, loyalty, trust } = await shop.classOf('once')
  t.match(defection, { state: 'lapsed', basis: 'hiatus', hiatus: true, sinceDays: 181, nextChange: null })
  t.match(codes(defection.reasons), ['defection.hiatus'])
  t.match(codes(defection.changes), ['defection.hiatus_ends'])
  t.match([loyalty.level, trust.level], ['unknown', 'insufficient'])
  t.match((await shop.classOf('twice')).trust, { level: 'cognitive' }, 'the hiatus alone takes no trust')
  t.match((await shop.classOf('twice')).loyalty, { level: 'switcher', basis: 'patronage' })

  const { body } = await shop.call('GET', '/v1/classifications?defectionBasis=hiatus')
  t.equal(body.data.length, 2)
  t.match(body.data[0].defection, { state: 'lapsed', basis: 'hiatus', partial: null })
  t.match(await listed(), [
    { customerId: await shop.idOf('once'), state: 'lapsed', basis: 'hiatus' },
    { customerId: await shop.idOf('twice'), advice: { recommendation: 'let_go' } }
  ])
  t.same(await listed('?basis=cadence'), [])
  const news = await inTenant(service.database.work, shop.tenant.id, tx =>
    tx.rows<{ data: Body }>(
      { name: 'test_defecting', text: "select data from events where tenant_id = $1 and type = 'customer.defecting'" },
      [shop.tenant.id]
    )
  )
  const silent = { why: [{ code: 'defection.hiatus', facts: { hiatusDays: 180 } }], partial: null }
  t.ok(news.every(({ data }) => data.sinceDays > 180 && data.sinceDays === data.why[0].facts.sinceDays))
  t.match(
    news.map(one => one.data),
    [
      { before: 'unknown', after: 'lapsed', basis: 'hiatus', ...silent },
      { before: 'unknown', after: 'lapsed', basis: 'hiatus', ...silent }
    ]
  )

  await push(shop, [receipt('twice', '2026-08-22', [{ sku: 'sock', amountMinor: 100 }])])
  await shop.run({ asOf: '2026-08-23T00:00:00Z' })
  t.match((await shop.classOf('twice')).defection, { state: 'active', basis: 'cadence' })
  t.equal((await listed()).length, 1)
})

t.test('purchases that come late and in any order paint the same picture', async t => {
  const purchases = [
    ...['2026-01-05', '2026-02-03', '2026-03-04', '2026-03-20'].map(day =>
      receipt('anna', day, [{ sku: 'tea', brand: 'North', category: 'tea' }])
    ),
    receipt('anna', '2026-04-02', [{ sku: 'tea-2', brand: 'South', category: 'tea' }]),
    receipt('anna', '2026-04-20', [{ sku: 'tea', brand: 'North', category: 'tea' }], 'return'),
    ...['2026-01-07', '2026-05-20'].map(day => receipt('ben', day, [{ sku: 'cup', promotionCode: 'X' }]))
  ]
  const inOrder = await openShop(service)
  await push(inOrder, purchases)
  await inOrder.run({ asOf: AS_OF })
  const backwards = await openShop(service)
  for (const purchase of [...purchases].reverse()) {
    await push(backwards, [purchase])
    await backwards.run({ asOf: AS_OF })
  }
  const bare = ({ loyalty, trust, standing, defection }: Body) => ({ loyalty, trust, standing, defection })
  for (const customer of ['anna', 'ben']) {
    t.same(bare(await backwards.classOf(customer)), bare(await inOrder.classOf(customer)), customer)
  }
})

t.test('what was bought on the day of the question or later changes nothing', async t => {
  const shop = await openShop(service)
  await push(
    shop,
    ['2026-03-02', '2026-04-01', '2026-05-04'].map(day => receipt('cleo', day, [{ sku: 'tea' }]))
  )
  await shop.run({ asOf: AS_OF })
  const before = await shop.classOf('cleo')
  await push(shop, [receipt('cleo', '2026-06-01', [{ sku: 'tea' }]), receipt('cleo', '2026-07-01', [{ sku: 'tea' }])])
  await shop.run({ asOf: AS_OF })
  const after = await shop.classOf('cleo')
  for (const part of ['loyalty', 'trust', 'defection']) t.same(after[part], before[part], part)
  await shop.run({ asOf: '2026-07-02T00:00:00Z' })
  t.equal((await shop.classOf('cleo')).defection.sinceDays, 1)
})

t.test('a question about the past is answered out of the past, and leaves the present as it is', async t => {
  const shop = await openShop(service)
  const days = ['2026-01-05', '2026-02-04', '2026-03-06', '2026-04-05', '2026-05-05']
  await push(
    shop,
    days.map(day => receipt('dora', day, [{ sku: 'tea', brand: 'North', category: 'tea' }]))
  )
  await shop.run({ asOf: AS_OF })
  const now = await shop.classOf('dora')
  const past = await shop.run({ asOf: '2026-03-01T00:00:00Z', dryRun: true })
  t.equal(past.rhythm.gaps, 1)
  await shop.run({ asOf: AS_OF })
  const again = await shop.classOf('dora')
  for (const part of ['loyalty', 'trust', 'defection']) t.same(again[part], now[part], part)
})

t.test('the first of twenty buyers of a new product is a first user', async t => {
  const shop = await openShop(service)
  await push(shop, [
    receipt('old', '2025-06-02', [{ sku: 'tea' }]),
    ...Array.from({ length: 20 }, (_, n) =>
      receipt(`n${n}`, new Date(Date.UTC(2026, 0, 10 + n)).toISOString().slice(0, 10), [{ sku: 'novelty' }])
    )
  ])
  await shop.run({ asOf: AS_OF })
  t.match((await shop.classOf('n0')).loyalty, { firstUser: true, level: 'loyal', basis: 'first_user' })
  t.match((await shop.classOf('n1')).loyalty, { firstUser: false, level: 'unknown' })
  t.match((await shop.classOf('old')).loyalty, { firstUser: false })
})

t.test('the reasons of a first user rest on all new products that he bought, and on nothing later', async t => {
  const shop = await openShop(service)
  const products = (count: number, name: string) =>
    Array.from({ length: count }, (_, n) => ({ sku: `${name}-${n}`, amountMinor: 100 }))
  const day = (month: number, n: number) => new Date(Date.UTC(2026, month, 1 + n)).toISOString().slice(0, 10)
  const others = Array.from({ length: 19 }, (_, n) => n + 1)
  await push(shop, [
    receipt('old', '2025-06-02', [{ sku: 'tea' }]),
    receipt('keen', day(0, 0), products(10, 'early')),
    ...others.map(n => receipt(`n${n}`, day(0, n), products(10, 'early'))),
    ...others.map(n => receipt(`n${n}`, day(2, n), products(50, 'late'))),
    receipt('keen', day(2, 25), products(50, 'late'))
  ])
  await shop.run({ asOf: AS_OF })
  const figures = (reasons: readonly Body[]) => reasons.filter(({ code }) => code.startsWith('first_user.'))
  const { firstUser, reasons } = (await shop.classOf('keen')).loyalty
  t.equal(firstUser, true)
  t.match(figures(reasons), [{ code: 'first_user.early', facts: { products: 60, observed: 10 } }])
  t.ok(Math.abs(figures(reasons)[0].facts.expected - 60 / 20) < 1e-9)

  // Who brings back later what he bought was a buyer then; those figures are gone, and others would contradict the finding.
  await push(
    shop,
    others.map(n => receipt(`n${n}`, '2026-06-10', [...products(10, 'early'), ...products(50, 'late')], 'return'))
  )
  await shop.run({ asOf: '2026-07-01T00:00:00Z' })
  t.match((await shop.classOf('keen')).loyalty.firstUser, false, 'where all are first, nobody is')
  const before = (await shop.classOf('keen', '2026-06-01')).loyalty
  t.equal(before.firstUser, true)
  t.same(figures(before.reasons), [])
})

t.test('how long after its data begin a shop sells something new is counted in its own days', async t => {
  const shop = await openShop(service, { timeZone: 'Asia/Shanghai', storeZone: 'Asia/Shanghai' })
  // Seven in the morning of 1 January there, while it is still 31 December in Greenwich.
  const at = (purchasedAt: string, customer: string, sku: string) => ({
    ...receipt(customer, '2026-01-01', [{ sku }]),
    purchasedAt
  })
  await push(shop, [
    at('2025-12-31T23:00:00Z', 'first', 'tea'),
    at('2026-03-31T04:00:00Z', 'day-89', 'not-yet-new'),
    at('2026-03-31T22:00:00Z', 'day-90', 'new')
  ])
  await shop.run({ asOf: AS_OF })
  const { reasons, missing } = (await shop.classOf('day-90')).loyalty
  t.match(reasons.at(-1), { code: 'first_user.as_by_lot', facts: { products: 1, observed: 1, expected: 1 } })
  t.notOk(codes(missing).includes('first_user.no_new_product'))
  t.ok(codes((await shop.classOf('day-89')).loyalty.missing).includes('first_user.no_new_product'))
})

t.test('brands of many customers may be as long as a till may name them', async t => {
  const shop = await openShop(service)
  const long = '鞋'.repeat(199)
  const shoes = (brand: string) => Array.from({ length: 5 }, () => ({ brand: long + brand, category: 'shoes' }))
  await push(
    shop,
    Array.from({ length: 110 }, (_, n) => receipt(`c${n}`, '2026-03-02', shoes(n % 2 === 0 ? '甲' : '乙')))
  )
  t.equal((await shop.run({ asOf: AS_OF })).status, 'succeeded')
  for (const [n, brand] of Object.entries(['甲', '乙'])) {
    const { reasons } = (await shop.classOf(`c${n}`)).loyalty
    t.match(reasons[0], { code: 'loyalty.favourite_share', facts: { favouriteBrand: long + brand } })
  }
})
