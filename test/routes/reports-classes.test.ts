import t from 'tap'
import { coreShareOf } from '../../src/domain/core-share.ts'
import { openReportShop, type SoldReceipt } from '../support/report-shop.ts'
import { startService } from '../support/service.ts'

/** Reports of what customers are, each worked out a second time from lists that name every customer. */
const service = await startService({ workers: true, clock: new Date('2026-11-22T12:00:00Z') })
t.teardown(() => service.close())
const shop = await openReportShop(service, 5, 300)
const { receipts } = shop
await shop.call('POST', '/v1/staff', {
  code: 'RM',
  name: 'Manager',
  storeIds: [shop.stores.BER],
  roles: ['relationship_manager']
})

// biome-ignore lint/suspicious/noExplicitAny: a test asserts on what came, whatever its form
type Listed = any
interface Known {
  readonly run: { id: string; asOf: string }
  /** What each customer was, by the till's number. */
  readonly customers: Map<string, Listed>
}

const listed = async (path: string): Promise<Listed[]> => {
  const all: Listed[] = []
  for (let cursor = ''; ; ) {
    const { body } = await shop.call('GET', `${path}${path.includes('?') ? '&' : '?'}limit=200${cursor}`)
    all.push(...body.data)
    if (!body.nextCursor) return all
    cursor = `&cursor=${body.nextCursor}`
  }
}
const keyOf = (item: Listed): string => item.customerExternalIds[0].key

/** A run as of this instant, with everything that it found. */
const runAt = async (instant: string): Promise<Known> => {
  const { id, asOf } = await shop.run({ asOf: instant })
  const items = await listed('/v1/classifications')
  return { run: { id, asOf }, customers: new Map(items.map(item => [keyOf(item), item])) }
}

const first = await runAt('2026-08-20T12:00:00Z')
const second = await runAt('2026-09-30T23:30:00Z')
const third = await runAt('2026-11-22T12:00:00Z')

const report = async (path: string) => {
  const { status, body } = await shop.call('GET', `/v1/reports/${path}`)
  t.equal(status, 200, path)
  return body
}
const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0)
const CLASSES = ['A', 'B', 'C', 'none']
const now = [...third.customers.values()]

t.test('GET /v1/reports/abc-curve', async t => {
  t.test('200 draws the last run from corners that lie on its curve', async t => {
    const body = await report('abc-curve')
    const amounts = now
      .filter(item => item.abc.class !== 'none')
      .map(item => item.abc.amountMinor)
      .sort((a, b) => b - a)
    const total = sum(amounts)
    t.match(body, { currency: 'EUR', run: third.run, customers: amounts.length, turnoverMinor: total })
    t.same(
      [body.data[0].turnoverShare, body.data.at(-1)],
      [0, { customers: amounts.length, customerShare: 1, turnoverShare: 1, nextAmountMinor: null }]
    )
    for (const { customers, customerShare, turnoverShare, nextAmountMinor } of body.data) {
      t.equal(customerShare, customers / amounts.length)
      t.ok(Math.abs(turnoverShare - sum(amounts.slice(0, customers)) / total) < 1e-12)
      t.equal(nextAmountMinor, amounts[customers] ?? null)
    }
    for (const one of body.classes) {
      const inClass = now.filter(item => item.abc.class === one.abcClass)
      t.same([one.customers, one.turnoverMinor], [inClass.length, sum(inClass.map(item => item.abc.amountMinor))])
    }
    const run = (await shop.call('GET', `/v1/classification-runs/${third.run.id}`)).body
    t.same([body.gini, body.topFifthShare, body.lorenz], [run.gini, run.topFifthShare, run.lorenz])
    t.match(body.excluded, { anonymousMinor: run.anonymousMinor, anonymousShare: run.anonymousShare })
  })

  t.test('of an earlier run, and from its Lorenz curve when the ranking is no longer kept', async t => {
    const kept = await report(`abc-curve?runId=${first.run.id}`)
    t.same(kept.run, first.run)
    const url = new URL(service.databaseUrl)
    const { asAdmin } = await import('../support/cluster.ts')
    await asAdmin(url.toString(), 'delete from classification_curves where run_id = $1', [first.run.id])
    const mirrored = await report(`abc-curve?runId=${first.run.id}`)
    t.same({ ...mirrored, data: [] }, { ...kept, data: [] })
    t.equal(mirrored.data.length, 101)
    t.match(mirrored.data.at(0), { customers: 0, turnoverShare: 0 })
    t.match(mirrored.data.at(-1), { customers: kept.customers, turnoverShare: 1 })
    const shares = mirrored.data.map((point: { turnoverShare: number }) => point.turnoverShare)
    t.same(
      shares,
      [...shares].sort((a, b) => a - b)
    )
  })

  t.test('404 for a run that does not exist, 422 for one that changed nothing', async t => {
    const dry = await shop.run({ dryRun: true })
    const missing = await shop.call('GET', '/v1/reports/abc-curve?runId=0193a1f0-7c1e-7b3a-9d52-ffffffffffff')
    t.match([missing.status, missing.body.code], [404, 'classification_run.not_found'])
    const refused = await shop.call('GET', `/v1/reports/abc-curve?runId=${dry.id}`)
    t.match([refused.status, refused.body.code], [422, 'report.run_not_applied'])
  })
})

t.test('GET /v1/reports/class-migration', async t => {
  const holds = async (query: string, from: Known, to: Known) => {
    const body = await report(`class-migration${query}`)
    t.same([body.fromRun, body.toRun], [from.run, to.run], query)
    const classOf = (known: Known, customer: string): string | null => known.customers.get(customer)?.abc.class ?? null
    const customers = [...to.customers.keys()]
    for (const row of body.data) {
      const members = customers.filter(customer => classOf(from, customer) === row.from)
      const counts = Object.fromEntries(
        CLASSES.map(one => [one, members.filter(customer => classOf(to, customer) === one).length])
      )
      t.same([row.customers, row.counts], [members.length, counts], `${query} ${row.from}`)
      const shares = Object.fromEntries(CLASSES.map(one => [one, (counts[one] ?? 0) / members.length]))
      t.same(row.shares, members.length === 0 ? null : shares)
    }
    const fresh = customers.filter(customer => classOf(from, customer) === null)
    t.equal(sum(Object.values(body.newcomers)), fresh.length)
    t.equal(body.customers, customers.length - fresh.length)
  }

  t.test('200 compares the last two runs, or any two', async () => {
    await holds('', second, third)
    await holds(`?fromRunId=${first.run.id}`, first, third)
    await holds(`?toRunId=${second.run.id}`, first, second)
    await holds(`?fromRunId=${first.run.id}&toRunId=${second.run.id}`, first, second)
  })

  t.test('422 for runs in the wrong order, and for one run twice', async t => {
    for (const from of [third, second]) {
      const query = `fromRunId=${from.run.id}&toRunId=${second.run.id}`
      const { status, body } = await shop.call('GET', `/v1/reports/class-migration?${query}`)
      t.match([status, body.code], [422, 'report.runs_out_of_order'])
    }
  })

  t.test('with one run there is nothing to compare, and with none', async t => {
    const other = await openReportShop(service, 1, 5)
    t.match(await (await other.call('GET', '/v1/reports/class-migration')).body, { fromRun: null, toRun: null })
    await other.run()
    const { body } = await other.call('GET', '/v1/reports/class-migration')
    t.match(body, { fromRun: null, toRun: {}, customers: 0, stayedShare: null })
    t.ok(body.data.every((row: { shares: unknown }) => row.shares === null))
  })
})

/** Of a store those whose home it is: where they bought first, as the till opened their files. */
const homes = new Map<string, string | null>()
for (const item of now) {
  const { body } = await shop.call('GET', `/v1/customers/${item.customerId}`)
  homes.set(item.customerId, body.homeStoreId)
}
const scopes: [query: string, items: Listed[]][] = [
  ['', now],
  [`?storeId=${shop.stores.SHA}`, now.filter(item => homes.get(item.customerId) === shop.stores.SHA)]
]

t.test('GET /v1/reports/rfm-grid', async t => {
  t.test('200 counts customers by recency and frequency', async t => {
    for (const [query, items] of scopes) {
      const body = await report(`rfm-grid${query}`)
      t.equal(body.data.length, 25)
      const scored = items.filter(item => item.rfm !== null)
      t.same([body.customers, body.unscored], [items.length, items.length - scored.length])
      for (const cell of body.data) {
        const inCell = scored.filter(({ rfm }) => rfm.r === cell.r && rfm.f === cell.f)
        const amount = sum(inCell.map(item => item.abc.amountMinor))
        t.same(
          [cell.customers, cell.amountMinor, cell.meanAmountMinor, cell.share],
          [
            inCell.length,
            amount,
            inCell.length === 0 ? null : Math.round(amount / inCell.length),
            inCell.length / scored.length
          ]
        )
      }
    }
  })
})

t.test('GET /v1/reports/loyalty-by-class', async t => {
  t.test('200 shares each class out over the levels of loyalty', async t => {
    for (const [query, items] of scopes) {
      const body = await report(`loyalty-by-class${query}`)
      t.equal(body.data.length, 16)
      for (const row of body.data) {
        const inClass = items.filter(item => item.abc.class === row.abcClass)
        const here = inClass.filter(item => item.loyalty.level === row.loyaltyLevel)
        t.same(
          [row.customers, row.share, row.amountMinor],
          [
            here.length,
            inClass.length === 0 ? null : here.length / inClass.length,
            sum(here.map(item => item.abc.amountMinor))
          ]
        )
      }
      t.equal(body.firstUsers, items.filter(item => item.loyalty.firstUser).length)
      t.equal(body.priceDriven, items.filter(item => item.loyalty.priceDriven).length)
      for (const [basis, count] of Object.entries(body.bases)) {
        t.equal(count, items.filter(item => item.loyalty.basis === basis).length, basis)
      }
      t.equal(sum(Object.values(body.patterns)), items.length)
    }
  })
})

t.test('GET /v1/reports/trust-ladder', async t => {
  t.test('200 counts the rungs from the highest down, by class', async t => {
    for (const [query, items] of scopes) {
      const body = await report(`trust-ladder${query}`)
      let reached = 0
      for (const row of body.data) {
        const here = items.filter(item => item.trust.level === row.trustLevel)
        reached += here.length
        t.same([row.customers, row.share], [here.length, here.length / items.length], row.trustLevel)
        t.equal(row.reached, row.trustLevel === 'insufficient' ? null : reached)
        const counts = CLASSES.map(one => [one, here.filter(item => item.abc.class === one).length])
        t.same(row.counts, Object.fromEntries(counts))
      }
      t.equal(reached, items.length, 'and nobody is left out')
    }
  })
})

t.test('GET /v1/reports/defection-overview', async t => {
  const atRisk = await listed('/v1/defections')

  t.test('200 counts customers and what is at stake from every side', async t => {
    t.ok(atRisk.length > 3, `${atRisk.length} at risk`)
    for (const [query, items] of scopes) {
      const body = await report(`defection-overview${query}`)
      const ids = new Set(items.map(item => item.customerId))
      const risks = atRisk.filter(risk => ids.has(risk.customerId))
      t.match(body, {
        customers: items.length,
        atRisk: risks.length,
        valueAtStakeMinor: sum(risks.map(risk => risk.valueAtStakeMinor))
      })
      const found = new Map(items.map(item => [item.customerId, item]))
      const sides: Record<string, (id: string) => string | null | undefined> = {
        state: id => found.get(id)?.defection.state,
        basis: id => found.get(id)?.defection.basis,
        class: id => found.get(id)?.abc.class,
        store: id => homes.get(id),
        recommendation: id => risks.find(risk => risk.customerId === id)?.advice.recommendation,
        cause: id => risks.find(risk => risk.customerId === id)?.likelyCause
      }
      for (const row of body.data) {
        const side = sides[row.dimension] as (id: string) => string | null | undefined
        const here = items.filter(item => side(item.customerId) === row.key)
        const risky = risks.filter(risk => side(risk.customerId) === row.key)
        t.same(
          [row.customers, row.atRisk, row.valueAtStakeMinor],
          [here.length, risky.length, sum(risky.map(risk => risk.valueAtStakeMinor))],
          `${query} ${row.dimension} ${row.key}`
        )
      }
      for (const dimension of ['state', 'basis', 'class', 'store']) {
        const rows = body.data.filter((row: { dimension: string }) => row.dimension === dimension)
        t.equal(sum(rows.map((row: { customers: number }) => row.customers)), items.length, dimension)
      }
    }
  })
})

t.test('GET /v1/reports/core-share', async t => {
  const assignments = await listed('/v1/assignments')
  const isCore = (item: Listed) =>
    item && (item.loyalty.level === 'loyal' || item.loyalty.firstUser || item.abc.class === 'A')
  const monthOf = ({ day }: SoldReceipt) => day.slice(0, 7)
  /** What was known when a month ended: August after the first run, September after the second, November after the third. */
  const knownAt: Record<string, { known: Known; at: string }> = {
    '2026-08': { known: first, at: '2026-08-31T22:00:00.000Z' },
    '2026-09': { known: second, at: '2026-09-30T22:00:00.000Z' },
    '2026-10': { known: second, at: '2026-10-31T23:00:00.000Z' },
    '2026-11': { known: third, at: '2026-11-22T12:00:00.000Z' }
  }
  // The second run was as of half past eleven in the evening of UTC, when in Berlin October had begun.
  knownAt['2026-09'] = { known: first, at: '2026-09-30T22:00:00.000Z' }

  const expected = (storeId: string | null, month: string) => {
    const sold = receipts.filter(
      one => monthOf(one) === month && (storeId === null || shop.stores[one.store] === storeId)
    )
    const moment = knownAt[month]
    const buyers = [
      ...new Set(sold.filter(one => one.kind === 'sale' && one.net > 0).flatMap(one => one.customer ?? []))
    ]
    const core = (customer: string | null) => customer !== null && isCore(moment?.known.customers.get(customer))
    const aCustomers = [...(moment?.known.customers.values() ?? [])].filter(
      item => item.abc.class === 'A' && (storeId === null || homes.get(item.customerId) === storeId)
    )
    const at = moment?.at ?? ''
    const managed = aCustomers.filter(item =>
      assignments.some(
        one => one.customerId === item.customerId && one.validFrom <= at && (one.validTo === null || one.validTo > at)
      )
    )
    const counts = {
      customers: buyers.length,
      coreCustomers: moment ? buyers.filter(core).length : null,
      netMinor: sum(sold.map(one => one.net)),
      knownMinor: sum(sold.filter(one => one.customer !== null).map(one => one.net)),
      coreMinor: moment ? sum(sold.filter(one => core(one.customer)).map(one => one.net)) : null,
      aCustomers: moment ? aCustomers.length : null,
      managedCustomers: moment ? managed.length : null,
      caredCustomers: null
    }
    return { ...counts, ...coreShareOf(counts) }
  }

  const holds = async (query: string) => {
    const body = await report(`core-share?months=6${query}`)
    for (const { storeId, storeCode, storeName, month, partial, ...figures } of body.data) {
      t.same(figures, expected(storeId, month), `${storeCode} ${month}`)
      t.equal(partial, month === '2026-11')
      t.equal(storeName, storeCode && `Store ${storeCode}`)
    }
    return body
  }

  t.test('200 says for each store and month how far its customers were a core', async t => {
    const body = await holds('')
    t.same(
      [...new Set(body.data.map((row: { storeCode: string | null }) => row.storeCode))],
      [null, 'BER', 'SHA'],
      'all stores together, then each that has sold'
    )
    const december = body.data.filter((row: { month: string }) => row.month === '2026-07')
    t.ok(
      december.every((row: { coreShare: number | null }) => row.coreShare === null),
      'unknown before the first run'
    )
    t.ok(body.data.some((row: { managedShare: number | null }) => row.managedShare === 1))
  })

  t.test('of one store alone', async t => {
    const body = await holds(`&storeId=${shop.stores.SHA}`)
    t.equal(body.data.length, 6)
  })
})
