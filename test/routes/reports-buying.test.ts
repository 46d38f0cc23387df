import t from 'tap'
import { pairFigures } from '../../src/domain/baskets.ts'
import { DEFAULT_POLICY } from '../../src/domain/classification-policy.ts'
import { demandChange } from '../../src/domain/demand-change.ts'
import { frequencyOf } from '../../src/domain/habits.ts'
import { quantile } from '../../src/domain/statistics.ts'
import { openReportShop, type SoldReceipt } from '../support/report-shop.ts'
import { startService } from '../support/service.ts'

/** Reports about what is bought, each worked out a second time from the receipts alone. */
const service = await startService({ workers: true, clock: new Date('2026-11-22T12:00:00Z') })
t.teardown(() => service.close())
const shop = await openReportShop(service, 11, 360)
const { receipts } = shop
await shop.call('PUT', '/v1/classification-policy', { habits: { minBasketPairs: 5 } })
await shop.run()

const report = async (path: string) => {
  const { status, body } = await shop.call('GET', `/v1/reports/${path}`)
  t.equal(status, 200, path)
  return body
}
const monthOf = ({ day }: { day: string }) => day.slice(0, 7)
const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0)
const isPaid = ({ kind, net }: SoldReceipt) => kind === 'sale' && net > 0
const distinct = <T>(values: T[]) => [...new Set(values)]

t.test('GET /v1/reports/cohort-retention', async t => {
  const expected = (sold: readonly SoldReceipt[], cohort: string, month: string) => {
    const known = sold.filter(one => one.customer !== null)
    const first = (customer: string | null) =>
      known
        .filter(one => one.customer === customer && isPaid(one))
        .map(monthOf)
        .sort()[0]
    const members = distinct(known.map(one => one.customer)).filter(customer => first(customer) === cohort)
    const bought = members.filter(member =>
      known.some(one => one.customer === member && monthOf(one) === month && isPaid(one))
    )
    const net = sum(known.filter(one => members.includes(one.customer) && monthOf(one) === month).map(one => one.net))
    return { size: members.length, customers: bought.length, net }
  }

  const holds = async (path: string, sold: readonly SoldReceipt[], months: string[]) => {
    const body = await report(path)
    t.same(body.window, { fromMonth: months[0], toMonth: months.at(-1) })
    t.same(
      body.data.map((row: { cohort: string }) => row.cohort),
      months
    )
    for (const row of body.data) {
      for (const cell of row.months) {
        const { size, customers, net } = expected(sold, row.cohort, cell.month)
        t.same(
          [row.size, cell.customers, cell.netMinor, cell.share],
          [size, customers, net, size === 0 ? null : customers / size],
          `${path} ${row.cohort} ${cell.month}`
        )
      }
    }
    return body
  }
  const months = (from: string, count: number) =>
    Array.from({ length: count }, (_, place) => {
      const [year = 0, month = 0] = from.split('-').map(Number)
      return new Date(Date.UTC(year, month - 1 + place, 1)).toISOString().slice(0, 7)
    })

  t.test('200 says of each month’s new customers which share came back', async () => {
    const body = await holds('cohort-retention', receipts, months('2025-12', 12))
    const anonymous = receipts.filter(one => one.customer === null && one.day >= '2025-12-01' && one.day < '2026-12-01')
    t.same(body.excluded, { anonymousReceipts: anonymous.length, anonymousMinor: sum(anonymous.map(one => one.net)) })
  })

  t.test('only the running month is partial', async t => {
    const { data } = await report('cohort-retention?months=3')
    const marked = data.flatMap((row: { months: { month: string; partial: boolean }[] }) => row.months)
    t.ok(marked.every((cell: { month: string; partial: boolean }) => cell.partial === (cell.month === '2026-11')))
    t.same(
      data.map((row: { partial: boolean }) => row.partial),
      [false, false, true]
    )
  })

  t.test('who bought before the window began is new in no month of it', async () => {
    await holds('cohort-retention?months=2&toMonth=2026-06', receipts, months('2026-05', 2))
    await holds('cohort-retention?months=19', receipts, months('2025-05', 19))
  })

  t.test('of one store, whoever is new there', async () => {
    const there = receipts.filter(one => one.store === 'SHA')
    await holds(`cohort-retention?storeId=${shop.stores.SHA}&months=12`, there, months('2025-12', 12))
  })
})

t.test('GET /v1/reports/purchase-habits', async t => {
  const window = (one: SoldReceipt) => one.day >= '2026-01-15' && one.day < '2026-10-15'
  const holds = async (query: string, sold: readonly SoldReceipt[]) => {
    const body = await report(`purchase-habits?fromOn=2026-01-15&toOn=2026-10-15${query}`)
    const paid = sold.filter(isPaid)
    const median = (values: number[]) =>
      quantile(
        values.sort((a, b) => a - b),
        0.5
      )
    t.same(body.baskets, {
      receipts: paid.length,
      medianMinor: median(paid.map(one => one.net)),
      meanMinor: sum(paid.map(one => one.net)) / paid.length,
      medianUnits: median(paid.map(one => sum(one.lines.map(line => line.quantity))))
    })
    const returns = sold.filter(one => one.kind === 'return')
    t.match(body.excluded, {
      anonymousReceipts: paid.filter(one => one.customer === null).length,
      freeReceipts: sold.filter(one => one.kind === 'sale' && one.net === 0).length,
      returns: returns.length,
      returnsMinor: sum(returns.map(one => one.net)),
      furtherCategories: 0
    })
    holdsFrequency(body.frequency, paid)
    holdsCategories(body.data, sold)
    t.equal(body.hours.length, 168)
    for (const { weekday, hour, receipts: count, netMinor } of body.hours) {
      const then = paid.filter(one => one.weekday === weekday && one.hour === hour)
      t.same([count, netMinor], [then.length, sum(then.map(one => one.net))], `day ${weekday} at ${hour}`)
    }
  }

  const holdsFrequency = (frequency: Record<string, number | null>, paid: readonly SoldReceipt[]) => {
    const customers = distinct(paid.flatMap(one => one.customer ?? []))
    const daysOf = (customer: string) =>
      distinct(paid.filter(one => one.customer === customer).map(one => Date.parse(one.day) / 86_400_000)).sort(
        (a, b) => a - b
      )
    const each = customers.map(customer =>
      frequencyOf(daysOf(customer), DEFAULT_POLICY.defection.minGaps, DEFAULT_POLICY.habits)
    )
    const gaps = customers.flatMap(customer =>
      daysOf(customer)
        .slice(1)
        .map((day, place) => day - (daysOf(customer)[place] ?? 0))
    )
    const judged = each.filter(one => one.regular !== null)
    const regular = judged.filter(one => one.regular)
    t.same(frequency, {
      customers: customers.length,
      gaps: gaps.length,
      medianGapDays: quantile(
        gaps.sort((a, b) => a - b),
        0.5
      ),
      judged: judged.length,
      regular: regular.length,
      regularShare: regular.length / judged.length
    })
  }

  type CategoryRow = { category: string | null; netMinor: number; units: number; share: number }
  const holdsCategories = (rows: CategoryRow[], sold: readonly SoldReceipt[]) => {
    const total = sum(rows.map(row => Math.max(0, row.netMinor)))
    for (const row of rows) {
      const lines = sold.flatMap(one =>
        one.lines
          .filter(line => line.category === row.category)
          .map(line => ({ ...line, sign: one.kind === 'sale' ? 1 : -1, one }))
      )
      t.equal(row.netMinor, sum(lines.map(line => line.sign * line.amount)), `${row.category}`)
      t.equal(row.units, sum(lines.map(line => line.sign * line.quantity)))
      t.equal(row.share, Math.max(0, row.netMinor) / total)
    }
    t.same(new Set(rows.map(row => row.category)), new Set(sold.flatMap(one => one.lines.map(line => line.category))))
  }

  t.test('200 says what, how much, how often and when, by the store’s clock', async () => {
    await holds('', receipts.filter(window))
  })

  t.test('of one store', async () => {
    await holds(
      `&storeId=${shop.stores.BER}`,
      receipts.filter(one => window(one) && one.store === 'BER')
    )
  })

  t.test('CSV shows categories, or hours where they are asked for', async t => {
    const csv = async (query: string) =>
      String((await shop.call('GET', `/v1/reports/purchase-habits${query}`, undefined, { accept: 'text/csv' })).body)
    t.match(await csv(''), /^category,netMinor,share,units\r\n/)
    t.equal((await csv('?table=hours')).split('\r\n').length, 170)
  })
})

t.test('GET /v1/reports/products-bought-together', async t => {
  type Pair = Record<'skuA' | 'skuB', string> & Record<'together' | 'basketsA' | 'basketsB' | 'lift', number>
  const expected = (sold: readonly SoldReceipt[], least: number) => {
    const baskets = sold.filter(one => one.kind === 'sale').map(one => new Set(one.lines.map(line => line.sku)))
    const count = (...skus: string[]) => baskets.filter(basket => skus.every(sku => basket.has(sku))).length
    const skus = distinct(baskets.flatMap(basket => [...basket])).sort()
    const pairs = skus.flatMap(a => skus.filter(b => b > a).map(b => ({ a, b, together: count(a, b) })))
    return pairs
      .filter(pair => pair.together >= least)
      .map(({ a, b, together }) => ({
        skuA: a,
        skuB: b,
        together,
        basketsA: count(a),
        basketsB: count(b),
        ...pairFigures({ together, first: count(a), second: count(b), baskets: baskets.length })
      }))
      .sort((x, y) => y.lift - x.lift || y.together - x.together)
  }
  const plain = (pairs: Pair[]) =>
    pairs.map(({ skuA, skuB, together, basketsA, basketsB, lift }) => [skuA, skuB, together, basketsA, basketsB, lift])
  const year = (one: SoldReceipt) => one.day >= '2025-11-23' && one.day < '2026-11-23'

  t.test('200 lists pairs in enough baskets, the strongest first', async t => {
    const body = await report('products-bought-together')
    const wanted = expected(receipts.filter(year), 5)
    t.ok(wanted.length > 5)
    t.same(plain(body.data), plain(wanted))
    t.match(body.data[0], { skuA: 'BOOT', nameA: 'Boot', skuB: 'LACE' }, 'boots are sold with laces')
    t.equal(body.baskets, receipts.filter(one => year(one) && one.kind === 'sale').length)
    t.equal(body.minBasketPairs, 5)
  })

  t.test('the most frequent first, of one product, of one store, and so many', async t => {
    const here = receipts.filter(one => year(one) && one.store === 'BER')
    const wanted = expected(here, 5).filter(pair => pair.skuA === 'LACE' || pair.skuB === 'LACE')
    const body = await report(`products-bought-together?storeId=${shop.stores.BER}&sku=LACE&sort=-together&limit=2`)
    t.same(plain(body.data), plain(wanted.sort((x, y) => y.together - x.together || y.lift - x.lift).slice(0, 2)))
    t.match(await report('products-bought-together?sku=NOTHING'), {
      data: [],
      excluded: { pairsInFewer: 0, mostTogether: null }
    })
  })

  t.test('a pair in one basket less than the policy asks for is not listed', async t => {
    const rarest = Math.min(...expected(receipts.filter(year), 5).map(pair => pair.together))
    await shop.call('PUT', '/v1/classification-policy', { habits: { minBasketPairs: rarest + 1 } })
    const body = await report('products-bought-together')
    t.same(plain(body.data), plain(expected(receipts.filter(year), rarest + 1)))
    const common = expected(receipts.filter(year), 1).filter(pair => Math.min(pair.basketsA, pair.basketsB) > rarest)
    const fewer = common.filter(pair => pair.together <= rarest)
    t.match(body.excluded, { pairsInFewer: fewer.length, mostTogether: rarest }, 'but it is said that there are some')
    await shop.call('PUT', '/v1/classification-policy', { habits: { minBasketPairs: 5 } })
  })
})

t.test('GET /v1/reports/demand-changes', async t => {
  const MONDAY = Date.parse('2026-11-16')
  const weekly = (from: number, to: number, counts: (line: SoldReceipt['lines'][number]) => boolean) =>
    Array.from({ length: (to - from) / 604_800_000 }, (_, week) => {
      const first = from + week * 604_800_000
      const then = receipts.filter(one => Date.parse(one.day) >= first && Date.parse(one.day) < first + 604_800_000)
      return sum(
        then.flatMap(one => one.lines.filter(counts).map(line => (one.kind === 'sale' ? 1 : -1) * line.quantity))
      )
    })
  type Item = { key: string; state: string; fromWeek: string; weeklyUnits: number[]; detectedIn: string | null }

  t.test('200 shows whole weeks of net units, anonymous ones included, and what became of the demand', async t => {
    const body = await report('demand-changes?state=all&weeks=40')
    t.same(body.window, { fromOn: '2026-02-09', toOn: '2026-11-16' }, 'the running week is not over')
    t.equal(body.data.length, 5)
    for (const item of body.data as Item[]) {
      const units = weekly(Date.parse(item.fromWeek), MONDAY, line => line.sku === item.key)
      t.same(item.weeklyUnits, units, item.key)
      const { state, detectedIn } = demandChange(units, DEFAULT_POLICY.habits)
      const week = detectedIn === null ? null : new Date(Date.parse(item.fromWeek) + detectedIn * 604_800_000)
      t.same([item.state, item.detectedIn], [state, week?.toISOString().slice(0, 10) ?? null])
    }
    const counted = sum(Object.values(body.counts as Record<string, number>))
    t.equal(counted, 5)
  })

  t.test('by category, products without one left out', async t => {
    const body = await report('demand-changes?by=category&state=all&weeks=30')
    t.same(body.data.map((item: Item) => item.key).sort(), ['care', 'shoes'])
    for (const item of body.data as Item[]) {
      t.same(
        item.weeklyUnits,
        weekly(Date.parse(item.fromWeek), MONDAY, line => line.category === item.key)
      )
    }
  })

  t.test('the one that is asked for, whatever became of it', async t => {
    t.match((await report('demand-changes?sku=BAG')).data, [{ key: 'BAG', name: 'Bag' }])
    t.match(await report('demand-changes?category=shoes'), { by: 'category', data: [{ key: 'shoes' }] })
    t.same((await report('demand-changes?sku=NOTHING')).data, [])
  })

  t.test('400 for a product where categories are asked for, and a category where products are', async t => {
    for (const [query, pointer] of [
      ['sku=BAG&category=shoes', '/query/sku'],
      ['sku=BAG&by=category', '/query/sku'],
      ['category=shoes&by=product', '/query/category']
    ]) {
      const { status, body } = await shop.call('GET', `/v1/reports/demand-changes?${query}`)
      t.equal(status, 400)
      t.equal(body.errors[0].pointer, pointer)
    }
  })

  t.test('weeks before the first sale are none, and a window that ends earlier knows nothing later', async t => {
    const early = await report('demand-changes?state=all&weeks=40&toOn=2025-08-06')
    t.equal(early.window.toOn, '2025-08-04')
    for (const item of early.data as Item[]) {
      t.ok(item.fromWeek >= '2025-04-28')
      t.same(
        item.weeklyUnits,
        weekly(Date.parse(item.fromWeek), Date.parse('2025-08-04'), line => line.sku === item.key)
      )
    }
  })

  t.test('before the first run, which counts the weeks, there is nothing', async t => {
    const fresh = await service.newTenant()
    const { body } = await fresh.call('GET', '/v1/reports/demand-changes')
    t.match(body, { window: null, data: [], counts: { stable: 0 } })
  })
})
