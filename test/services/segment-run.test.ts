import t from 'tap'
import { inTenant } from '../../src/db/tenancy.ts'
import { dayNumber, dayText } from '../../src/domain/period.ts'
import { columnOf, columnsOf, FilledBlock } from '../../src/domain/segment-columns.ts'
import { AGGREGATE_FUNCTIONS, type SegmentAggregate, type SegmentCondition } from '../../src/domain/segment-rule.ts'
import { segmentFactsRepository } from '../../src/repositories/segment-facts.ts'
import { uuidText } from '../../src/repositories/segment-rows.ts'
import { factsKept, refreshFacts } from '../../src/services/customer-facts.ts'
import { refreshSegments } from '../../src/services/segment-run.ts'
import { asAdmin } from '../support/cluster.ts'
import { startService, type TestTenant } from '../support/service.ts'

const NOW = '2026-11-21T09:00:00Z'
const service = await startService({ clock: new Date(NOW) })
t.teardown(() => service.close())

/** Days around the ends of months, before, on and after the day until which facts are derived. */
const DAYS = ['2025-12-01', '2026-02-28', '2026-03-01', '2026-11-01', '2026-11-20', '2026-11-21', '2026-11-22']

/** A tenant with two stores, in Tokyo and in Berlin, whose receipts are pushed as they are given. */
async function openChain() {
  const shop = await service.newTenant({ timeZone: 'Europe/Berlin' })
  const stores: Record<string, string> = {}
  for (const [code, timeZone] of Object.entries({ T: 'Asia/Tokyo', B: 'Europe/Berlin' })) {
    stores[code] = (await shop.call('POST', '/v1/stores', { code, name: code, timeZone })).body.id
  }
  return { shop, stores }
}

interface Line {
  sku: string | null
  brand: string | null
  category: string | null
  amount: number
}

interface Receipt {
  number: number
  kind: 'sale' | 'return'
  customer: string
  store: 'T' | 'B'
  /** The store's day. */
  day: string
  lines: Line[]
}

/** Receipts of a year and a half, many of them around the ends of months and of windows; the same every time. */
function draw(): Receipt[] {
  let state = 20_261_121
  const random = (below: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    return Math.floor((state / 2 ** 31) * below)
  }
  const pick = <T>(from: readonly T[]): T => from[random(from.length)] as T
  const today = dayNumber('2026-11-21')
  return Array.from({ length: 260 }, (_, number): Receipt => {
    const near = pick([0, 1, 6, 7, 8, 29, 30, 31, 364, 365, 366])
    return {
      number,
      kind: random(6) === 0 ? 'return' : 'sale',
      customer: `c${random(5)}`,
      store: pick(['T', 'B']),
      day: dayText(today - (random(3) === 0 ? near : random(540))),
      lines: Array.from({ length: 1 + random(3) }, () => ({
        sku: pick(['A', 'B', 'C', null]),
        brand: pick(['x', 'y', null]),
        category: pick(['shoes', "men's", null]),
        amount: random(8) === 0 ? 0 : random(500)
      }))
    }
  })
}

async function push(shop: TestTenant, receipts: readonly Receipt[]): Promise<void> {
  const { body } = await shop.call('POST', '/v1/purchases/batch', {
    purchases: receipts.map(({ number, kind, customer, store, day, lines }) => ({
      source: 'till',
      receiptNumber: `R${number}`,
      kind,
      storeCode: store,
      // Late in the evening of Berlin, and early in the morning of Tokyo, where it is the same day.
      purchasedAt: store === 'T' ? `${day}T00:30:00+09:00` : `${day}T12:00:00+01:00`,
      currency: 'EUR',
      customer: { externalId: { system: 'till', key: customer } },
      lines: lines.map(({ amount, ...line }) => ({ ...line, name: 'Goods', quantity: 1, amountMinor: amount })),
      totalMinor: lines.reduce((sum, line) => sum + line.amount, 0)
    }))
  })
  const bad = body.results.filter((result: { status: number }) => result.status !== 201)
  if (bad.length > 0) throw new Error(JSON.stringify(bad[0]))
}

/** The definitions, spelled out over the receipts; null where nothing is known. */
function expected(
  all: readonly Receipt[],
  customer: string,
  asOfDay: number,
  aggregate: SegmentAggregate,
  storeIds: Record<string, string>
) {
  const { withinDays = null, sku = null, brand = null, category = null, storeId = null } = aggregate
  const own = all.filter(receipt => {
    const day = dayNumber(receipt.day)
    const inside = day < asOfDay && (withinDays === null || day >= asOfDay - withinDays)
    return receipt.customer === customer && inside && (storeId === null || storeIds[receipt.store] === storeId)
  })
  const asked = sku !== null || brand !== null || category !== null
  const lines = own.flatMap(receipt =>
    receipt.lines
      .filter(
        line =>
          (sku === null || line.sku === sku) &&
          (brand === null || line.brand === brand) &&
          (category === null || line.category === category)
      )
      .map(line => ({ ...line, receipt, net: receipt.kind === 'sale' ? line.amount : -line.amount }))
  )
  const sum = lines.reduce((total, line) => total + line.net, 0)
  const sales = lines.filter(line => line.receipt.kind === 'sale')
  const totalOf = (receipt: Receipt) => receipt.lines.reduce((total, line) => total + line.amount, 0)
  const paid = sales.filter(line => (asked ? line.amount > 0 : totalOf(line.receipt) > 0)).map(line => line.receipt.day)
  const count = new Set(sales.map(line => line.receipt.number)).size
  switch (aggregate.function) {
    case 'sum':
      return sum
    case 'count':
      return count
    case 'average':
      return count === 0 ? null : sum / count
    case 'distinct_days':
      return new Set(paid).size
    case 'distinct_products':
      return new Set(sales.map(line => line.sku).filter(one => one !== null)).size
    case 'days_since':
      return paid.length === 0 ? null : asOfDay - dayNumber(paid.sort().at(-1) as string)
  }
}

t.test('what was bought is summed up as the receipts say, whatever the window, the place and the day', async t => {
  const { shop, stores } = await openChain()
  t.teardown(() => service.clock.set(NOW))
  const all = draw()
  const isLate = ({ customer, number }: Receipt) => customer < 'c3' && number >= 130
  const narrowings = [
    {},
    { storeId: stores.T },
    { brand: 'x' },
    { category: "men's", storeId: stores.B },
    { sku: 'A', brand: 'y' }
  ]
  const aggregates = narrowings.flatMap(narrowing =>
    [null, 1, 7, 30, 31, 365].flatMap(withinDays =>
      AGGREGATE_FUNCTIONS.map((name): SegmentAggregate => ({ function: name, withinDays, ...narrowing }))
    )
  )
  const conditions = aggregates.map((aggregate): SegmentCondition => ({ aggregate, operator: 'at_least', value: 0 }))
  const block = new FilledBlock(columnsOf(conditions), 2)
  const wrong: unknown[] = []
  const customers: Record<string, string> = {}
  const compareAll = async (what: string, receipts: readonly Receipt[], missing?: string) => {
    const compare = (id: string, row: number, asOfDay: number) => {
      const key = customers[id] as string
      for (const [index, aggregate] of aggregates.entries()) {
        const found = block.numbers(columnOf(conditions[index] as SegmentCondition).key)[row] as number
        const wanted = expected(receipts, key, asOfDay, aggregate, stores)
        const same = wanted === null ? Number.isNaN(found) : Math.abs(found - wanted) < 1e-9
        if (!same) wrong.push([what, dayText(asOfDay), key, aggregate, { found, wanted }])
      }
    }
    for (const day of DAYS) {
      const asOfDay = dayNumber(day)
      await inTenant(service.database.work, shop.tenant.id, async tx => {
        const question = {
          asOfDay,
          factsMissFrom: missing ?? (await factsKept(tx))?.missFrom ?? null,
          factsPacked: false,
          timeZone: 'Europe/Berlin'
        }
        const facts = segmentFactsRepository(tx)
        const ids = await facts.ids()
        const met: number[] = []
        await facts.read(question, block, ids, (first, rows) => {
          for (let row = 0; row < rows; row++) compare(uuidText(ids, first + row), row, asOfDay)
          met.push(rows)
        })
        t.same(met, [2, 2, 1], `${what}: all customers on ${day}, two at a time`)
        // One by one, as an explanation asks, the figures are the same.
        const [id = ''] = Object.keys(customers)
        t.ok(await facts.readOne(question, block, id))
        compare(id, 0, asOfDay)
      })
    }
  }
  const derive = () =>
    inTenant(service.database.work, shop.tenant.id, tx => {
      const today = dayNumber('2026-11-21')
      const now = service.clock.now.toISOString()
      return refreshFacts(tx, { asOfDay: today, minBrandsInCategory: 2, today, now, trial: false })
    })

  const early = all.filter(receipt => !isLate(receipt))
  await push(shop, early)
  for (const key of ['c0', 'c1', 'c2', 'c3', 'c4']) {
    const found = await shop.call('POST', '/v1/customers/search', { externalId: { system: 'till', key } })
    customers[found.body.data[0].id] = key
  }
  await compareAll('before anything is derived', early)
  service.clock.set('2026-11-21T11:00:00Z')
  t.match(await derive(), { made: 5 })
  service.clock.set('2026-11-21T13:00:00Z')
  await push(shop, all.filter(isLate))
  await compareAll('derived before some receipts came', all)
  await derive()
  await compareAll('derived after all receipts', all, '2026-11-22T00:00:00Z')
  t.same(wrong.slice(0, 5), [], `${wrong.length} of all figures are wrong`)
})

t.test('the file is read as it stands', async t => {
  const { shop, stores } = await openChain()
  const full = await shop.call('POST', '/v1/customers', {
    kind: 'person',
    name: 'Anna',
    gender: 'female',
    birthDate: '1990-11-22',
    homeStoreId: stores.T,
    tags: ["d'or", 'vip'],
    attributes: { "shoe's \\ size": 39, colours: ['red', 'blue'], club: true },
    contacts: [{ type: 'email', value: 'anna@example.com' }],
    externalIds: [{ system: 'pos-7', key: '1' }]
  })
  const bare = await shop.call('POST', '/v1/customers', { kind: 'organization', name: 'Ltd' })
  const young = await shop.call('POST', '/v1/customers', { kind: 'person', name: 'Year', birthYear: 2001 })
  t.same([full.status, bare.status, young.status], [201, 201, 201])
  const day = (customer: { body: { createdAt: string } }) => customer.body.createdAt.slice(0, 10)
  const asOfDay = dayNumber(day(bare)) + 3
  const facts = async (condition: SegmentCondition, customer: { body: { id: string } }) => {
    const block = new FilledBlock(columnsOf([condition]), 1)
    const question = { asOfDay, factsMissFrom: null, factsPacked: false, timeZone: 'Europe/Berlin' }
    await inTenant(service.database.api, shop.tenant.id, tx =>
      segmentFactsRepository(tx).readOne(question, block, customer.body.id)
    )
    const column = columnOf(condition)
    return column.holds === 'value' ? block.values(column.key)[0] : block.numbers(column.key)[0]
  }
  const field = async (name: string, value: unknown = 1) => {
    const condition = {
      field: name,
      operator: name === 'tags' || /s$/.test(name) ? 'contains' : 'is',
      value
    } as SegmentCondition
    return [await facts(condition, full), await facts(condition, bare), await facts(condition, young)]
  }
  const unknown = Number.NaN
  t.same(await field('kind'), [0, 1, 0])
  t.same(await field('gender'), [0, unknown, unknown])
  t.same(await field('age'), [36, unknown, 25], 'by the date to the day, by the year as of its end')
  t.same(await field('birthYear'), [1990, unknown, 2001])
  t.same(await field('birthdayMonth'), [11, unknown, unknown])
  t.same(await field('homeStoreId'), [stores.T, null, null])
  t.same(await field('daysSinceCreated'), [3, 3, 3])
  t.same(await field('tags', "d'or"), [1, 0, 0])
  t.same(await field('contactTypes', 'email'), [1, 0, 0])
  t.same(await field('externalSystems', 'pos-7'), [1, 0, 0])
  t.same(await field("attributes.shoe's \\ size"), [39, null, null])
  t.same(await field('attributes.colours'), [['red', 'blue'], null, null])
  t.same(await field('attributes.club'), [true, null, null])
  t.same(await field('abcClass', 'A'), [unknown, unknown, unknown])
  t.same(await field('hasRelationshipManager', true), [0, 0, 0])
})

t.test('a run computes every active segment in its transaction', async t => {
  const { shop } = await openChain()
  const receipts = draw()
  await push(shop, receipts)
  const make = async (code: string, rule: unknown) =>
    (await shop.call('POST', '/v1/segments', { code, name: code, rule })).body.id
  const spent = { aggregate: { function: 'sum', withinDays: 365 }, operator: 'at_least', value: 1 }
  const first = await make('spent', spent)
  const second = await make('not-spent', { not: spent })
  const resting = await make('resting', spent)
  await shop.call('PATCH', `/v1/segments/${resting}`, { active: false })
  const deps = { newId: () => crypto.randomUUID() }
  const runId = crypto.randomUUID()
  const refresh = (asOf: string, more: object = {}) =>
    inTenant(service.database.work, shop.tenant.id, tx =>
      refreshSegments(deps, tx, { runId, asOf, asOfDay: asOf.slice(0, 10), now: asOf, ...more })
    )
  const found = await refresh('2026-11-21T04:00:00.000Z')
  t.match(found, { segments: 2, customers: 5, members: 5, entered: 5, left: 0 })
  const counts = async () => {
    const { body } = await shop.call('GET', '/v1/segments')
    return body.data.map((one: { members: number | null }) => one.members)
  }
  const [spenders, others] = await counts()
  t.same(spenders + others, 5)
  t.same((await counts())[2], null, 'the one at rest was left alone')

  t.test('once more it writes nothing but that it looked', async t => {
    t.match(await refresh('2026-11-21T05:00:00.000Z'), { segments: 2, members: 5, entered: 0, left: 0 })
  })

  t.test('bits that are kept of other customers are not believed', async t => {
    const forge = (set: string) => asAdmin(service.databaseUrl, `update segment_member_sets set ${set}`)
    await forge(`ids_digest = 'another', members = '\\x00000000'`)
    t.match(await refresh('2026-11-21T05:00:00.000Z'), { members: 5, entered: 0, left: 0 })
    await asAdmin(service.databaseUrl, 'delete from segment_member_sets')
    t.match(await refresh('2026-11-21T05:00:00.000Z'), { members: 5, entered: 0, left: 0 })
    await forge('customers = 9')
    t.match(await refresh('2026-11-21T05:00:00.000Z'), { members: 5, entered: 0, left: 0 })
  })

  t.test('nothing goes back in time', async t => {
    t.match(await refresh('2026-11-20T05:00:00.000Z'), { segments: 0, customers: 0 })
    t.equal((await shop.call('GET', `/v1/segments/${first}`)).body.computedAsOf, '2026-11-21T05:00:00.000Z')
  })

  t.test('what happens on the day itself or later changes nothing', async t => {
    const before = await counts()
    const sale: Receipt = {
      number: 9_000,
      kind: 'sale',
      customer: 'c9',
      store: 'B',
      day: '2026-11-21',
      lines: [{ sku: 'A', brand: null, category: null, amount: 5 }]
    }
    await push(shop, [sale])
    t.match(await refresh('2026-11-21T06:00:00.000Z'), { entered: 1, left: 0 })
    t.same(
      [(await counts())[0], (await counts())[1]],
      [before[0], before[1] + 1],
      'whoever bought today has not bought yet'
    )
    t.match(await refresh('2026-11-22T04:00:00.000Z'), { entered: 1, left: 1 })
    const members = await shop.call('GET', `/v1/segments/${second}/members`)
    t.equal(members.body.data.length, others)
  })

  t.test('if the run fails, nothing of it stays', async t => {
    await shop.call('PATCH', `/v1/segments/${first}`, { rule: { not: { not: { not: spent } } } })
    const before = await counts()
    const failing = inTenant(service.database.work, shop.tenant.id, async tx => {
      const asOf = '2026-11-23T04:00:00.000Z'
      const report = await refreshSegments(deps, tx, { runId, asOf, asOfDay: '2026-11-23', now: asOf })
      t.ok(report.left > 0)
      throw new Error('the run fails')
    })
    await t.rejects(failing, { message: 'the run fails' })
    t.same(await counts(), before)
  })
})
