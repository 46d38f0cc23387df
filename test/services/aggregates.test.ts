import t from 'tap'
import { systemActor } from '../../src/services/tenants.ts'
import { asAdmin } from '../support/cluster.ts'
import { startService, type TestTenant } from '../support/service.ts'

const service = await startService()
t.teardown(() => service.close())

const admin = (sql: string, values: unknown[] = []) => asAdmin(service.databaseUrl, sql, values)

let receipts = 0

const receipt = (customer: string | null, purchasedAt: string, amountMinor: number, kind = 'sale', quantity = 1) => ({
  source: 'till',
  receiptNumber: `R${++receipts}`,
  kind,
  storeCode: 'S',
  purchasedAt,
  currency: 'EUR',
  customer: customer && { externalId: { system: 'till', key: customer } },
  lines: [{ sku: 'P', quantity, amountMinor }],
  totalMinor: amountMinor
})

/** A shop with a history that has a return, free goods, an anonymous receipt, two months and a day's end. */
async function shopWithHistory(): Promise<TestTenant> {
  const shop = await service.newTenant()
  await shop.call('POST', '/v1/stores', { code: 'S', name: 'Store', timeZone: 'Europe/Berlin' })
  const { status } = await shop.call('POST', '/v1/purchases/batch', {
    purchases: [
      receipt('A', '2026-01-31T22:59:00Z', 1_000),
      receipt('A', '2026-01-31T23:00:00Z', 0),
      receipt('A', '2026-02-03T10:00:00Z', 400, 'return', 0.5),
      receipt('B', '2026-02-03T10:00:00Z', 700, 'return'),
      receipt('C', '2026-03-03T10:00:00Z', 250),
      receipt(null, '2026-03-03T10:00:00Z', 999)
    ]
  })
  t.equal(status, 207)
  return shop
}

const check = (shop: TestTenant) => service.services.aggregates.check(systemActor(shop.tenant))
const rebuild = (shop: TestTenant) => service.services.aggregates.rebuild(systemActor(shop.tenant))
const rowsOf = async (shop: TestTenant) => [
  await admin('select * from customer_totals where tenant_id = $1 order by customer_id', [shop.tenant.id]),
  await admin('select * from customer_months where tenant_id = $1 order by customer_id, month', [shop.tenant.id])
]

t.test('what pushes left behind is what the ledger says', async t => {
  const shop = await shopWithHistory()
  t.same(await check(shop), { totals: { rows: 0, examples: [] }, months: { rows: 0, examples: [] }, files: 0 })
  t.equal(await rebuild(shop), 0)
})

t.test('a row that was changed, lost or made up is found, and made anew as it was', async t => {
  const shop = await shopWithHistory()
  const before = await rowsOf(shop)
  const id = [shop.tenant.id]
  await admin('update customer_totals set net_minor = net_minor + 1 where tenant_id = $1 and sales = 2', id)
  await admin('update customer_months set paid_days = 0 where tenant_id = $1 and paid_days > 1', id)
  await admin(`delete from customer_months where tenant_id = $1 and month = '2026-03-01'`, id)
  await admin(
    `insert into customer_months select tenant_id, customer_id, '2020-01-01', 1, 1, 0, 1, 1, 1, now()
     from customer_totals where tenant_id = $1 and returns = 1 and sales = 0`,
    id
  )

  const report = await check(shop)
  t.match(report.totals, {
    rows: 1,
    examples: [{ month: null, stored: { netMinor: 601 }, rebuilt: { netMinor: 600, sales: 2, returns: 1 } }]
  })
  t.equal(report.months.rows, 3)
  t.match(
    Object.fromEntries(report.months.examples.map(example => [example.month, example])),
    {
      '2020-01-01': { stored: { sales: 1 }, rebuilt: null },
      '2026-01-01': { stored: { paidDays: 0 }, rebuilt: { paidDays: 1 << 30, saleDays: 1 << 30 } },
      '2026-03-01': { stored: null, rebuilt: { netMinor: 250, lastPurchasedAt: /^2026-03-03T10:00:00/ } }
    },
    'each row is shown beside what the ledger says'
  )
  t.equal(await rebuild(shop), 3)
  t.same(await rowsOf(shop), before)
})

t.test("another tenant's figures are neither looked at nor touched", async t => {
  const [shop, other] = [await shopWithHistory(), await shopWithHistory()]
  await admin('update customer_totals set units = 0 where tenant_id = $1', [other.tenant.id])
  t.equal((await check(shop)).totals.rows, 0)
  t.equal(await rebuild(shop), 0)
  t.equal((await check(other)).totals.rows, 3)
})

t.test('tills push on while figures are checked and rebuilt, and nothing is counted twice or lost', async t => {
  const shop = await shopWithHistory()
  let pushing = true
  const till = async () => {
    for (let n = 0; n < 40; n++) {
      const { status } = await shop.call(
        'POST',
        '/v1/purchases',
        receipt('ABC'.charAt(n % 3), '2026-03-04T10:00:00Z', n)
      )
      t.equal(status, 201)
    }
  }
  const operator = async () => {
    while (pushing) {
      await admin('update customer_totals set sales = sales + 1 where tenant_id = $1', [shop.tenant.id])
      t.equal(await rebuild(shop), 3)
    }
  }
  const working = operator()
  await Promise.all([till(), till(), till()])
  pushing = false
  await working

  const { totals, months } = await check(shop)
  t.same([totals.rows, months.rows], [0, 0])
  const [sums] = await admin('select sum(sales) as sales from customer_totals where tenant_id = $1', [shop.tenant.id])
  t.equal(Number(sums?.sales), 3 + 120)
})

/** Files opened by the till with a number, a phone and an e-mail, and by hand with everything; some of them changed. */
async function shopWithFiles(): Promise<{ shop: TestTenant; files: () => Promise<unknown[]> }> {
  const shop = await shopWithHistory()
  const byContact = (contact: object) => ({ ...receipt(null, '2026-03-05T10:00:00Z', 100), customer: contact })
  const pushed = await shop.call('POST', '/v1/purchases/batch', {
    purchases: [byContact({ phone: '+49 151 2345 6789' }), byContact({ email: 'Zoë@Example.com' })]
  })
  t.equal(pushed.status, 207)
  const { body: opened } = await shop.call('POST', '/v1/customers', {
    kind: 'person',
    name: 'Zoë "Q" Müller \\ 陈 😀',
    contacts: [
      { type: 'wechat', value: 'zoe"\\', label: 'läuft, {mit}' },
      { type: 'email', value: 'zoe@example.com' }
    ],
    externalIds: [
      { system: 'web', key: '"9\\' },
      { system: 'a', key: '陈' }
    ]
  })
  await shop.call('PATCH', `/v1/customers/${opened.id}`, { contacts: [{ type: 'line', value: '😀' }] })
  await shop.call('PUT', '/v1/customers/by-external-id/till/A', {
    name: 'Anna',
    contacts: [{ type: 'phone', value: '0151 777' }]
  })
  const files = async () => (await shop.call('GET', '/v1/customers')).body.data
  return { shop, files }
}

const keepFiles = (shop: TestTenant) => service.services.aggregates.keepFiles(systemActor(shop.tenant))

t.test(
  'a file shows the contacts and external ids by which the customer is found, however it was opened and changed',
  async t => {
    const { shop, files } = await shopWithFiles()
    const shown = await files()
    t.equal(shown.length, 6)
    const [{ kept } = { kept: 0 }] = await admin(
      'select count(*)::int as kept from customers where tenant_id = $1 and found_by_version = version',
      [shop.tenant.id]
    )
    t.equal(kept, 6)
    t.equal((await check(shop)).files, 0)
    t.equal(await keepFiles(shop), 0)

    await admin('update customers set found_by = null, found_by_version = null where tenant_id = $1', [shop.tenant.id])
    t.same(await files(), shown, 'the tables say the same of a file that keeps nothing')
    t.equal((await check(shop)).files, 0, 'and that is no difference')
    t.equal(await keepFiles(shop), 6)
    t.same(await files(), shown)
  }
)

t.test('a file that was changed by who knows nothing of what it keeps shows the change', async t => {
  const { shop, files } = await shopWithFiles()
  const ids = [shop.tenant.id]
  await admin(
    `update customer_contacts set value = '+49 151 000', normalized = '+49151000' where tenant_id = $1 and type = 'phone' and value like '%777'`,
    ids
  )
  t.equal((await check(shop)).files, 1, 'it is found where the version did not change with it')
  await admin(`update customers set version = version + 1 where tenant_id = $1 and name = 'Anna'`, ids)
  t.equal((await check(shop)).files, 0)
  t.match(await files(), [{ name: 'Anna', contacts: [{ value: '+49 151 000' }] }])
  t.equal(await keepFiles(shop), 1)
  t.match(await files(), [{ name: 'Anna', contacts: [{ value: '+49 151 000' }] }])
})

t.test('a file that says something else than its customer is found by is found, and put right', async t => {
  const { shop, files } = await shopWithFiles()
  const shown = await files()
  await admin(`update customers set found_by = '[[],[]]' where tenant_id = $1 and name = 'Anna'`, [shop.tenant.id])
  t.equal((await check(shop)).files, 1)
  t.equal(await keepFiles(shop), 1)
  t.same(await files(), shown)
  t.equal((await check(shop)).files, 0)
})
