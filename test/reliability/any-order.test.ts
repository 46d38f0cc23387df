import fc from 'fast-check'
import t from 'tap'
import { asAdmin } from '../support/cluster.ts'
import { startService, type TestTenant } from '../support/service.ts'

const service = await startService()
t.teardown(() => service.close())

interface Receipt {
  receiptNumber: string
  kind: 'sale' | 'return'
  /** Days after the first of January 2026. */
  day: number
  customer: number | null
  quantity: number
  amountMinor: number
  returnOf: string | null
}

const CUSTOMERS = 4

/** A history: sales of few customers over three months, some free, some anonymous; returns of them or of nothing at all. */
const history: fc.Arbitrary<Receipt[]> = fc
  .array(
    fc.record({
      day: fc.integer({ min: 0, max: 89 }),
      customer: fc.option(fc.nat(CUSTOMERS - 1), { freq: 6 }),
      quantity: fc.integer({ min: 1, max: 9_999 }).map(thousandths => thousandths / 1_000),
      amountMinor: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 100_000 })),
      returned: fc.boolean()
    }),
    { minLength: 1, maxLength: 20 }
  )
  .map(sales =>
    sales.flatMap(({ returned, ...sale }, n): Receipt[] => [
      { ...sale, receiptNumber: `S${n}`, kind: 'sale', returnOf: null },
      ...(returned
        ? [
            {
              ...sale,
              receiptNumber: `R${n}`,
              kind: 'return' as const,
              day: Math.max(0, sale.day - 1),
              returnOf: n % 3 === 0 ? null : `S${n}`
            }
          ]
        : [])
    ])
  )

/** How the same history reaches the service: repeated, shuffled, cut into single pushes and batches. */
const journeyOf = (receipts: Receipt[]): fc.Arbitrary<Receipt[][]> =>
  fc
    .tuple(fc.shuffledSubarray(receipts, { minLength: receipts.length }), fc.subarray(receipts))
    .chain(([shuffled, repeated]) =>
      fc.tuple(
        fc.shuffledSubarray([...shuffled, ...repeated], { minLength: shuffled.length + repeated.length }),
        fc.integer({ min: 1, max: 12 })
      )
    )
    .map(([pushed, size]) =>
      Array.from({ length: Math.ceil(pushed.length / size) }, (_, n) => pushed.slice(n * size, (n + 1) * size))
    )

const wire = (r: Receipt) => ({
  source: 'till',
  receiptNumber: r.receiptNumber,
  kind: r.kind,
  storeCode: 'S',
  purchasedAt: new Date(Date.UTC(2026, 0, 1 + r.day, 12)).toISOString(),
  currency: 'EUR',
  customer: r.customer === null ? null : { externalId: { system: 'till', key: String(r.customer) } },
  lines: [{ sku: `P${r.amountMinor % 5}`, quantity: r.quantity, amountMinor: r.amountMinor }],
  totalMinor: r.amountMinor,
  ...(r.returnOf ? { returnOf: { source: 'till', receiptNumber: r.returnOf } } : {})
})

async function push(shop: TestTenant, journey: Receipt[][]): Promise<number[]> {
  const statuses: number[] = []
  await Promise.all(
    journey.map(async part => {
      const [only] = part
      if (only && part.length === 1) statuses.push((await shop.call('POST', '/v1/purchases', wire(only))).status)
      else {
        const { body } = await shop.call('POST', '/v1/purchases/batch', { purchases: part.map(wire) })
        statuses.push(...body.results.map((r: { status: number }) => r.status))
      }
    })
  )
  return statuses
}

async function newShop(): Promise<TestTenant> {
  const shop = await service.newTenant({ timeZone: 'UTC' })
  await shop.call('POST', '/v1/stores', { code: 'S', name: 'Store', timeZone: 'UTC' })
  return shop
}

/** What the service derived, by the customers' own keys, so that two tenants can be compared. */
async function derived(shop: TestTenant): Promise<unknown> {
  const months = await asAdmin(
    service.databaseUrl,
    `select x.key, m.month::text, m.net_minor, m.sales, m.returns, m.units::text, m.sale_days, m.paid_days
     from customer_months m join customer_external_ids x using (tenant_id, customer_id) where tenant_id = $1 order by 1, 2`,
    [shop.tenant.id]
  )
  const totals = await asAdmin(
    service.databaseUrl,
    `select x.key, c.net_minor, c.sales, c.returns, c.units::text, c.first_sale_on::text, c.last_sale_on::text
     from customer_totals c join customer_external_ids x using (tenant_id, customer_id) where tenant_id = $1 order by 1`,
    [shop.tenant.id]
  )
  const ledger = await asAdmin(
    service.databaseUrl,
    `select p.receipt_number, p.net_minor, sale.receipt_number as sale from purchases p
     left join purchases sale on sale.tenant_id = p.tenant_id and sale.source = p.return_of_source and sale.receipt_number = p.return_of_receipt_number
     where p.tenant_id = $1 order by 1`,
    [shop.tenant.id]
  )
  return { months, totals, ledger }
}

/** The same, worked out from the history with nothing but arithmetic. */
function expectedMonths(receipts: Receipt[]): unknown[] {
  const months = new Map<
    string,
    {
      key: string
      month: string
      net: number
      sales: number
      returns: number
      units: number
      saleDays: number
      paidDays: number
    }
  >()
  for (const r of receipts) {
    if (r.customer === null) continue
    const date = new Date(Date.UTC(2026, 0, 1 + r.day))
    const month = `${date.toISOString().slice(0, 7)}-01`
    const row = months.get(`${r.customer} ${month}`) ?? {
      key: String(r.customer),
      month,
      net: 0,
      sales: 0,
      returns: 0,
      units: 0,
      saleDays: 0,
      paidDays: 0
    }
    months.set(`${r.customer} ${month}`, row)
    const sign = r.kind === 'sale' ? 1 : -1
    row.net += sign * r.amountMinor
    row.units += sign * Math.round(r.quantity * 1_000)
    if (r.kind === 'return') row.returns += 1
    else {
      row.sales += 1
      row.saleDays |= 1 << (date.getUTCDate() - 1)
      if (r.amountMinor > 0) row.paidDays |= 1 << (date.getUTCDate() - 1)
    }
  }
  return [...months.values()]
    .sort((a, b) => (a.key + a.month < b.key + b.month ? -1 : 1))
    .map(m => ({
      key: m.key,
      month: m.month,
      net_minor: String(m.net),
      sales: m.sales,
      returns: m.returns,
      units: (m.units / 1_000).toFixed(3),
      sale_days: m.saleDays,
      paid_days: m.paidDays
    }))
}

t.test('any order, repetition and cutting into batches gives the same ledger and the same figures', async t => {
  await fc.assert(
    fc.asyncProperty(
      history.chain(receipts => fc.tuple(fc.constant(receipts), journeyOf(receipts), journeyOf(receipts))),
      async ([receipts, one, other]) => {
        const [first, second] = [await newShop(), await newShop()]
        const statuses = [...(await push(first, one)), ...(await push(second, other))]
        t.notOk(
          statuses.find(status => status !== 200 && status !== 201),
          'every push is stored or known'
        )
        t.equal(statuses.filter(status => status === 201).length, 2 * receipts.length, 'each receipt is stored once')
        const derivedFirst = (await derived(first)) as { months: unknown[] }
        t.same(derivedFirst, await derived(second))
        t.same(derivedFirst.months, expectedMonths(receipts))
      }
    ),
    { numRuns: 20 }
  )
})

t.test('overlapping batches from eight clients never deadlock and count each receipt once', async t => {
  const shop = await newShop()
  const receipts = Array.from(
    { length: 300 },
    (_, n): Receipt => ({
      receiptNumber: `B${n}`,
      kind: 'sale',
      day: n % 90,
      customer: n % CUSTOMERS,
      quantity: 1,
      amountMinor: 100,
      returnOf: null
    })
  )
  const shuffles = fc.sample(fc.shuffledSubarray(receipts, { minLength: 250 }), { numRuns: 8, seed: 7 })
  const statuses = (await Promise.all(shuffles.map(part => push(shop, [part])))).flat()
  const union = new Set(shuffles.flat().map(r => r.receiptNumber)).size
  t.equal(statuses.filter(status => status === 201).length, union)
  t.equal(statuses.filter(status => status === 200).length, statuses.length - union)
  const [row] = await asAdmin<{ net: string }>(
    service.databaseUrl,
    'select sum(net_minor) as net from customer_totals where tenant_id = $1',
    [shop.tenant.id]
  )
  t.equal(Number(row?.net), union * 100)
  const [stats] = await asAdmin<{ deadlocks: string }>(
    service.databaseUrl,
    'select deadlocks from pg_stat_database where datname = current_database()'
  )
  t.equal(Number(stats?.deadlocks), 0)
})
