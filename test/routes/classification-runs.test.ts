import t from 'tap'
import { inTenant } from '../../src/db/tenancy.ts'
import { addMonths, dayNumber, dayText } from '../../src/domain/period.ts'
import { openShop, type Shop } from '../support/classification.ts'
import { startService } from '../support/service.ts'

const service = await startService({ workers: true, clock: new Date('2026-11-21T09:00:00Z') })
t.teardown(() => service.close())

t.test('POST /v1/classification-runs', async t => {
  const shop = await openShop(service)

  t.test('202 answers the job, whose id is the run’s, and where to follow it', async t => {
    const { status, headers, body } = await shop.call('POST', '/v1/classification-runs', {})
    t.equal(status, 202)
    t.equal(headers.get('location'), `/v1/jobs/${body.id}`)
    t.match(body, { kind: 'classification_run', status: 'queued', result: null, problem: null })
    const job = await shop.ended(body.id)
    t.match(job, { status: 'succeeded', problem: null, result: { classificationRunId: body.id, dryRun: false } })
    t.equal(job.progress.done, job.progress.total)
    t.match((await shop.call('GET', `/v1/classification-runs/${body.id}`)).body, { id: body.id, status: 'succeeded' })
  })

  t.test('the same Idempotency-Key starts one run', async t => {
    const headers = { 'idempotency-key': 'run-1' }
    const first = await shop.call('POST', '/v1/classification-runs', {}, headers)
    const again = await shop.call('POST', '/v1/classification-runs', {}, headers)
    t.equal(again.status, 202)
    t.same(again.body, first.body)
    await shop.ended(first.body.id)
  })

  t.test('202 with the run that waits already, for the same wish while nobody has taken it up', async t => {
    const idle = await startService({ clock: new Date('2026-11-21T09:00:00Z') })
    t.teardown(() => idle.close())
    const shop = await idle.newTenant()
    const start = async (body: object = {}) => (await shop.call('POST', '/v1/classification-runs', body)).body.id
    const together = await Promise.all([start(), start(), start()])
    t.equal(new Set(together).size, 1)
    idle.clock.set('2026-11-21T09:05:00Z')
    t.equal(await start(), together[0], 'later on the same day')
    const other = await start({ asOf: '2026-11-20T12:00:00Z' })
    t.not(other, together[0])
    t.equal(await start({ asOf: '2026-11-20T13:00:00+01:00' }), other)
    t.not(await start({ dryRun: true }), together[0])
    t.not(await start({ dryRun: true }), await start({ dryRun: true }), 'a dry run is whoever asked’s own')
    await shop.call('PUT', '/v1/classification-policy', { windowMonths: 6 })
    const byNewPolicy = await start()
    t.not(byNewPolicy, together[0])
    await shop.call('POST', `/v1/jobs/${byNewPolicy}/cancellations`)
    t.not(await start(), byNewPolicy, 'a cancelled one waits no longer')
    idle.clock.set('2026-11-22T09:00:00Z')
    t.not(await start(), byNewPolicy, 'another day')
    const { body } = await shop.call('GET', '/v1/classification-runs?limit=200')
    t.equal(body.data.length, 8)
  })

  t.test('422 for a time yet to come, unless nothing is applied', async t => {
    const ahead = await shop.call('POST', '/v1/classification-runs', { asOf: '2027-01-01T00:00:00Z' })
    t.match([ahead.status, ahead.body.code], [422, 'classification_run.as_of_in_future'])
    t.match(await shop.run({ asOf: '2027-01-01T00:00:00Z', dryRun: true }), { dryRun: true, appliedAt: null })
  })

  t.test('409 for a time before what was applied last, unless nothing is applied', async t => {
    const before = await shop.call('POST', '/v1/classification-runs', { asOf: '2026-11-20T00:00:00Z' })
    t.match([before.status, before.body.code], [409, 'classification_run.as_of_before_latest'])
    t.match(before.body.facts, { latestAsOf: '2026-11-21T09:00:00.000Z' })
    t.match(await shop.run({ asOf: '2026-11-20T00:00:00Z', dryRun: true }), { asOfDay: '2026-11-20' })
  })

  t.test('422 for a trial policy with faults, each with its pointer, and for one that is to be applied', async t => {
    const faulty = await shop.call('POST', '/v1/classification-runs', { policy: { abc: { aShare: 1.2 } } })
    t.match([faulty.status, faulty.body.code], [422, 'classification_policy.invalid'])
    t.ok(faulty.body.errors.some((error: { pointer: string }) => error.pointer === '/policy/abc/aShare'))
    const applied = await shop.call('POST', '/v1/classification-runs', { policy: { windowMonths: 6 }, dryRun: false })
    t.match([applied.status, applied.body.code], [422, 'classification_run.trial_is_dry'])
  })

  t.test('403 for who may only read', async t => {
    const reader = await shop.withScopes('classifications:read')
    t.equal((await reader.call('POST', '/v1/classification-runs', {})).status, 403)
  })
})

t.test('who is an A', async t => {
  t.test('a sole customer is an A, with RFM 1/1/1 and no concentration', async t => {
    const shop = await openShop(service)
    await shop.push({ customer: 'anna', amount: 1, at: '2026-05-01' })
    const run = await shop.run()
    t.match(run, {
      counts: { A: 1, B: 0, C: 0, none: 0 },
      gini: 0,
      topFifthShare: 1,
      cutoffs: { aMinor: 1, bMinor: 1 }
    })
    t.match(await shop.classOf('anna'), { abc: { class: 'A', rank: 1, shareBefore: 0 }, rfm: { r: 1, f: 1, m: 1 } })
  })

  t.test('the share before a customer decides, and equal amounts stay together', async t => {
    const shop = await openShop(service)
    // 1000: the share before is 0, .4, .7, .8, .9, .95 …
    const amounts = { a: 400, b: 300, c: 100, d: 100, e: 50, f: 50 }
    for (const [customer, amount] of Object.entries(amounts)) await shop.push({ customer, amount, at: '2026-05-01' })
    t.match((await shop.run()).ties, { method: 'together', straddlingGroups: 2, straddlingCustomers: 4 })
    t.same(await shop.classes(), { a: 'A', b: 'A', c: 'A', d: 'A', e: 'B', f: 'B' })
    t.match(await shop.classOf('d'), { abc: { rank: 3, shareBefore: 0.7 } })

    await shop.call('PUT', '/v1/classification-policy', { abc: { ties: 'by_id' } })
    t.match(await shop.run(), { ties: { method: 'by_id' }, counts: { A: 3, B: 2, C: 1 } })
    const [third, fourth] = [await shop.classOf('c'), await shop.classOf('d')].sort((x, y) => x.abc.rank - y.abc.rank)
    t.match([third.abc.rank, third.abc.shareBefore, third.abc.class], [3, 0.7, 'A'])
    t.match([fourth.abc.rank, fourth.abc.shareBefore, fourth.abc.class], [4, 0.8, 'B'])
  })

  t.test('who has nothing, nothing left, or less than nothing is none, each with his reason', async t => {
    const shop = await openShop(service)
    await shop.push({ customer: 'buys', amount: 100, at: '2026-05-01' })
    await shop.push({ customer: 'long ago', amount: 100, at: '2024-05-01' })
    await shop.push({ customer: 'gave back', amount: 100, at: '2026-05-01' })
    await shop.push({ customer: 'gave back', amount: 100, at: '2026-05-02', kind: 'return' })
    await shop.push({ customer: 'gave back more', amount: 100, at: '2026-05-02', kind: 'return' })
    await shop.push({ customer: 'got a gift', amount: 0, at: '2026-05-02' })
    const run = await shop.run()
    t.match(run, { counts: { A: 1, none: 4 }, noneByReason: { no_purchase: 1, zero_net: 2, negative_net: 1 } })
    t.match(await shop.classOf('long ago'), { abc: { class: 'none', reason: 'no_purchase', rank: null }, rfm: null })
    t.match(await shop.classOf('gave back'), { abc: { reason: 'zero_net' }, rfm: { frequency: 1, monetaryMinor: 0 } })
    t.match(await shop.classOf('gave back more'), { abc: { reason: 'negative_net', toNextClassMinor: 101 }, rfm: null })
    t.match(await shop.classOf('got a gift'), { abc: { reason: 'zero_net' }, rfm: null })
  })

  t.test('a return that came before its sale ends in the same figures', async t => {
    const shop = await openShop(service)
    await shop.push({ customer: 'anna', amount: 40, at: '2026-05-03', kind: 'return', returnOf: 'S-1' })
    t.match((await shop.run()).noneByReason, { negative_net: 1 })
    await shop.push({ number: 'S-1', customer: 'anna', amount: 100, at: '2026-05-01' })
    await shop.run()
    t.match((await shop.classOf('anna')).abc, { class: 'A', amountMinor: 60 })
  })

  t.test('anonymous receipts are in no class; their share is reported', async t => {
    const shop = await openShop(service)
    await shop.push({ customer: 'anna', amount: 300, at: '2026-05-01' })
    await shop.push({ customer: null, amount: 100, at: '2026-05-01' })
    t.match(await shop.run(), {
      customers: 1,
      anonymousMinor: 100,
      anonymousShare: 0.25,
      turnoverMinor: { total: 300 }
    })
  })
})

t.test('what the window holds', async t => {
  t.test('half-open: the day of asOf in the tenant’s zone is out, the day a year before is in', async t => {
    const shop = await openShop(service, { timeZone: 'Asia/Tokyo', storeZone: 'Asia/Tokyo' })
    await shop.push({ customer: 'today', amount: 1, at: '2026-11-21T00:00:00+09:00' })
    await shop.push({ customer: 'yesterday', amount: 1, at: '2026-11-20T23:59:59+09:00' })
    await shop.push({ customer: 'a year ago', amount: 1, at: '2025-11-21T00:00:00+09:00' })
    await shop.push({ customer: 'more', amount: 1, at: '2025-11-20T23:59:59+09:00' })
    // 16:00 in London is the next day in Tokyo.
    const run = await shop.run({ asOf: '2026-11-20T16:00:00Z' })
    t.same([run.asOfDay, run.window], ['2026-11-21', { fromOn: '2025-11-21', toOn: '2026-11-21' }])
    t.same(await shop.classes(), { yesterday: 'A', 'a year ago': 'A', today: 'none', more: 'none' })
  })

  t.test('a return counts on its own day, or on that of its sale if the policy says so', async t => {
    const shop = await openShop(service)
    await shop.push({ number: 'OLD', customer: 'anna', amount: 500, at: '2025-06-01' })
    await shop.push({ customer: 'anna', amount: 200, at: '2026-01-10', kind: 'return', returnOf: 'OLD' })
    await shop.push({ customer: 'anna', amount: 50, at: '2026-02-01' })
    // The return was made before its sale: within the window only the sale.
    await shop.push({ number: 'LATE', customer: 'bert', amount: 500, at: '2025-12-01' })
    await shop.push({ customer: 'bert', amount: 200, at: '2025-06-01', kind: 'return', returnOf: 'LATE' })
    await shop.run()
    t.equal((await shop.classOf('anna')).abc.amountMinor, -150)
    t.equal((await shop.classOf('bert')).abc.amountMinor, 500)
    t.equal((await shop.classOf('anna')).abc.provisional.amountMinor, -150)

    await shop.call('PUT', '/v1/classification-policy', { abc: { returnsCountOn: 'sale' } })
    await shop.run()
    const [anna, bert] = [await shop.classOf('anna'), await shop.classOf('bert')]
    t.match([anna.abc.amountMinor, anna.abc.provisional.amountMinor], [50, 50])
    t.match([bert.abc.amountMinor, bert.abc.provisional.amountMinor], [300, 300])
  })

  t.test('a return counts on its sale’s day only once the return has happened', async t => {
    const shop = await openShop(service)
    await shop.call('PUT', '/v1/classification-policy', { abc: { returnsCountOn: 'sale' } })
    await shop.push({ number: 'SALE', customer: 'anna', amount: 500, at: '2026-03-01' })
    await shop.push({ customer: 'anna', amount: 200, at: '2026-09-01', kind: 'return', returnOf: 'SALE' })
    await shop.run({ asOf: '2026-08-01T12:00:00Z' })
    t.equal((await shop.classOf('anna')).abc.amountMinor, 500)
    await shop.run()
    t.equal((await shop.classOf('anna')).abc.amountMinor, 300)
  })

  t.test(
    'every customer’s figures are those of his receipts, whatever the window and whichever day it ends',
    async t => {
      for (const [returnsCountOn, windowMonths] of [
        ['return', 12],
        ['sale', 3],
        ['return', null],
        ['sale', 12]
      ] as const) {
        const shop = await openShop(service)
        await shop.call('PUT', '/v1/classification-policy', { windowMonths, abc: { returnsCountOn } })
        const history = receipts(windowMonths ?? 0)
        for (const receipt of history) await shop.push(receipt)
        for (const asOfDay of ['2025-03-01', '2025-10-17', '2026-02-28', '2026-11-05', '2026-11-21']) {
          await shop.run({ asOf: `${asOfDay}T07:00:00Z` })
          t.same(
            await figures(shop),
            expected(history, asOfDay, windowMonths, returnsCountOn),
            `${asOfDay} ${windowMonths}`
          )
        }
      }
    }
  )
})

t.test('a dry run and a trial', async t => {
  const shop = await openShop(service)
  for (const [customer, amount] of Object.entries({ a: 600, b: 250, c: 100, d: 50 })) {
    await shop.push({ customer, amount, at: '2026-05-01' })
  }
  await shop.run()
  const classes = await shop.classes()
  t.same(classes, { a: 'A', b: 'A', c: 'B', d: 'C' })
  const events = async () => (await shop.call('GET', '/v1/events?limit=1000')).body.data.length

  t.test('a trial policy reports who would enter and leave, and changes nothing', async t => {
    const before = await shop.classOf('b')
    const run = await shop.run({ policy: { abc: { aShare: 0.5, bShare: 0.9 } } })
    t.match(run, {
      dryRun: true,
      appliedAt: null,
      policyVersion: 1,
      trialPolicy: { abc: { aShare: 0.5, bShare: 0.9 } },
      managers: null,
      entered: { A: 0, B: 1, C: 0, none: 0 },
      left: { A: 1, B: 0, C: 0, none: 0 }
    })
    const { body } = await shop.call('GET', `/v1/classification-runs/${run.id}/changes`)
    t.match(body.data, [{ customerExternalIds: [{ system: 'till', key: 'b' }], from: 'A', to: 'B', amountMinor: 250 }])
    t.equal(body.data.length, 1)
    t.same(await shop.classes(), classes)
    t.same(await shop.classOf('b'), before)
    t.match((await shop.call('GET', '/v1/classification-policy')).body, { version: 1, abc: { aShare: 0.8 } })
    const history = await shop.call('GET', `/v1/customers/${await shop.idOf('b')}/classification/history`)
    t.equal(history.body.data.length, 1)
  })

  t.test('a dry run raises no event of a customer', async t => {
    await shop.push({ customer: 'd', amount: 5000, at: '2026-05-02' })
    const before = await events()
    const run = await shop.run({ dryRun: true })
    t.match(run, { entered: { A: 1 }, left: { C: 1 } })
    t.equal(await events(), before)
    t.same(await shop.classes(), classes)
  })

  t.test('changes are narrowed by where customers come from and go to, page by page', async t => {
    const run = await shop.run({ dryRun: true })
    const changes = async (query: string) =>
      (await shop.call('GET', `/v1/classification-runs/${run.id}/changes?${query}`)).body
    t.same(
      (await changes('to=A')).data.map((c: { from: string }) => c.from),
      ['C']
    )
    t.same(
      (await changes('from=A')).data.map((c: { to: string }) => c.to),
      ['B', 'B']
    )
    t.same((await changes('from=unclassified')).data, [])
    const all = (await changes('')).data
    const paged = []
    for (let cursor = ''; ; ) {
      const page = await changes(`limit=1${cursor}`)
      paged.push(...page.data)
      if (page.nextCursor === null) break
      cursor = `&cursor=${page.nextCursor}`
    }
    t.same(paged, all)
    t.equal((await shop.call('GET', `/v1/classification-runs/${run.id}/changes?to=D`)).status, 400)
  })
})

t.test('hysteresis keeps a class until a cut is passed by the margin', async t => {
  const shop = await openShop(service)
  await shop.push({ customer: 'big', amount: 790, at: '2026-05-01' })
  await shop.push({ customer: 'edge', amount: 110, at: '2026-05-01' })
  await shop.push({ customer: 'small', amount: 100, at: '2026-05-01' })
  await shop.run()
  t.match(await shop.classes(), { big: 'A', edge: 'A', small: 'B' })
  await shop.call('PUT', '/v1/classification-policy', { abc: { hysteresis: 0.02 } })
  await shop.push({ customer: 'big', amount: 60, at: '2026-05-02' })
  // The share before `edge` is now 850/1060 = 80.2 %: beyond the cut, within the margin.
  await shop.run()
  t.match(await shop.classes(), { edge: 'A' })
  t.ok(
    (await shop.classOf('edge')).abc.reasons.some((reason: { code: string }) => reason.code === 'abc.kept_by_margin')
  )
  await shop.push({ customer: 'big', amount: 300, at: '2026-05-02' })
  await shop.run()
  t.match(await shop.classes(), { edge: 'B' })
})

t.test('what a run leaves behind', async t => {
  const shop = await openShop(service)
  await shop.call('POST', '/v1/staff', { code: 'M', name: 'Mia', storeIds: [], roles: ['relationship_manager'] })
  await shop.push({ customer: 'a', amount: 900, at: '2026-05-01' })
  await shop.push({ customer: 'b', amount: 100, at: '2026-05-01' })
  const first = await shop.run()
  await shop.push({ customer: 'b', amount: 9000, at: '2026-05-02' })
  const second = await shop.run()

  t.test('the classes, counted, and where customers came from and went to', async t => {
    t.match(first, {
      entered: { A: 1, B: 1 },
      left: { A: 0, B: 0 },
      changed: 2,
      managers: { aCustomers: 1, opened: 1 }
    })
    t.match(second, { entered: { A: 1, B: 1 }, left: { A: 1, B: 1 }, counts: { A: 1, B: 1 } })
    t.ok(second.durations.totalMs >= second.durations.readingMs)
  })

  t.test('one event for each who changed class, with before and after', async t => {
    const own = await eventsOf(shop, 'customer.class_changed')
    t.match(
      own.map(event => [event.data.before, event.data.after, event.data.runId]).sort(),
      [
        ['A', 'B', second.id],
        ['B', 'A', second.id],
        [null, 'A', first.id],
        [null, 'B', first.id]
      ].sort()
    )
    t.equal((await eventsOf(shop, 'classification_run.applied')).length, 2)
  })

  t.test('a run that finds nothing new writes nothing', async t => {
    const third = await shop.run()
    t.match(third, { changed: 0, entered: { A: 0, B: 0, C: 0, none: 0 } })
    t.equal((await eventsOf(shop, 'customer.class_changed')).length, 4)
    t.match(await shop.classOf('a'), { runId: third.id })
  })

  t.test('a list of runs, newest first', async t => {
    const { body } = await shop.call('GET', '/v1/classification-runs?limit=2')
    t.equal(body.data[1].id, second.id)
    t.match(body.data[1], { status: 'succeeded', trigger: 'request', counts: { A: 1 } })
    const { body: next } = await shop.call('GET', `/v1/classification-runs?cursor=${body.nextCursor}`)
    t.same(
      next.data.map((run: { id: string }) => run.id),
      [first.id]
    )
  })

  t.test('404, the identical one, for another tenant', async t => {
    const other = await service.newTenant()
    const foreign = await other.call('GET', `/v1/classification-runs/${first.id}`)
    t.match([foreign.status, foreign.body.code], [404, 'classification_run.not_found'])
    t.equal((await other.call('GET', `/v1/classification-runs/${first.id}/changes`)).status, 404)
  })
})

t.test('runs of one tenant at the same time follow one another', async t => {
  const shop = await openShop(service)
  await shop.push({ customer: 'a', amount: 900, at: '2026-05-01' })
  const { body: one } = await shop.call('POST', '/v1/classification-runs', {})
  const { body: two } = await shop.call('POST', '/v1/classification-runs', {})
  const signal = new AbortController().signal
  const tenantId = shop.tenant.id
  // Beside the worker, which takes up one of them itself.
  await Promise.allSettled(
    [one, two].map(({ id }) => service.services.classificationRun.perform({ tenantId, jobId: id }, signal))
  )
  t.equal((await shop.ended(one.id)).status, 'succeeded')
  t.equal((await shop.ended(two.id)).status, 'succeeded')
  t.equal((await eventsOf(shop, 'customer.class_changed')).length, 1)
})

interface Event {
  type: string
  // biome-ignore lint/suspicious/noExplicitAny: each type has its own
  data: any
}

/** Events of a type as they were written, in the feed or not yet. */
async function eventsOf(shop: Shop, type: string): Promise<Event[]> {
  return inTenant(service.database.work, shop.tenant.id, tx =>
    tx.rows<Event>(
      {
        name: 'test_events',
        text: 'select type, data from events where tenant_id = $1 and type = $2 order by write_order'
      },
      [shop.tenant.id, type]
    )
  )
}

interface Pushed {
  number: string
  customer: string
  amount: number
  at: string
  kind: 'sale' | 'return'
  returnOf?: string
}

/** Two years of receipts of a few customers, the same for a seed; some returns come before their sale, some have none. */
function receipts(seed: number): Pushed[] {
  let state = seed * 2_654_435_761 + 12_345
  const random = (below: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    return Math.floor((state / 2 ** 31) * below)
  }
  const first = dayNumber('2024-09-01')
  const days = dayNumber('2026-11-22') - first
  const sales = Array.from(
    { length: 60 },
    (_, n): Pushed => ({
      number: `S${n}`,
      customer: `c${random(6)}`,
      amount: random(10) === 0 ? 0 : random(500),
      at: dayText(first + random(days)),
      kind: 'sale'
    })
  )
  const returns = sales.slice(0, 25).map(
    (sale, n): Pushed => ({
      number: `T${n}`,
      customer: sale.customer,
      amount: Math.ceil(sale.amount / 2),
      at: dayText(Math.min(dayNumber(sale.at) - 20 + random(200), dayNumber('2026-11-21'))),
      kind: 'return',
      ...(n % 5 === 0 ? {} : { returnOf: sale.number })
    })
  )
  return [...sales, ...returns]
}

type Figures = Record<string, [amount: number, paidDays: number, lastPaidOn: string | null]>

/** The definitions, spelled out over the receipts. */
function expected(all: readonly Pushed[], asOfDay: string, months: number | null, countOn: 'return' | 'sale'): Figures {
  const fromOn = months === null ? '0000' : dayText(addMonths(dayNumber(asOfDay), -months))
  const known = all.filter(receipt => receipt.at < asOfDay)
  const dayOf = (receipt: Pushed) => {
    const sale =
      countOn === 'sale' ? known.find(other => other.kind === 'sale' && other.number === receipt.returnOf) : undefined
    return (sale ?? receipt).at
  }
  const figures: Figures = {}
  for (const { customer } of all) figures[customer] = [0, 0, null]
  for (const customer of Object.keys(figures)) {
    const own = known.filter(receipt => receipt.customer === customer && dayOf(receipt) >= fromOn)
    const amount = own.reduce((sum, { kind, amount }) => sum + (kind === 'sale' ? amount : -amount), 0)
    const paid = own
      .filter(({ kind, amount }) => kind === 'sale' && amount > 0)
      .map(({ at }) => at)
      .sort()
    figures[customer] = [amount, new Set(paid).size, paid.at(-1) ?? null]
  }
  return figures
}

/** What the service says of the same. */
async function figures(shop: Shop): Promise<Figures> {
  const { body } = await shop.call('GET', '/v1/classifications?limit=200')
  const found: Figures = {}
  for (const { customerExternalIds, asOf, abc, rfm } of body.data) {
    const lastPaid = rfm && dayText(dayNumber(asOf.slice(0, 10)) - rfm.recencyDays)
    found[customerExternalIds[0].key] = [abc.amountMinor, rfm?.frequency ?? 0, lastPaid]
  }
  return found
}
