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
  t.same(await check(shop), { totals: { rows: 0, examples: [] }, months: { rows: 0, examples: [] } })
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
