import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import t from 'tap'
import { handlingShares } from '../../src/domain/complaint-handling.ts'
import { asAdmin } from '../support/cluster.ts'
import { countHandled, type HandledCase, hoursTo } from '../support/complaint-reference.ts'
import { complaintShop } from '../support/complaints.ts'
import { startService } from '../support/service.ts'

const service = await startService({ clock: new Date('2026-03-02T10:00:00.000Z') })
t.teardown(() => service.close())
const shop = await complaintShop(service)
const report = async (name: string, query = '') =>
  (await shop.shop.call('GET', `/v1/reports/${name}?fromOn=2026-02-01&toOn=2026-04-01${query}`)).body
const at = (instant: string) => service.clock.set(instant)

/** A complaint about the shoes, closed by the clerk with a verdict, two hours and two days after it came. */
const closed = async (day: string, verdict: string, body: Record<string, unknown> = {}): Promise<string> => {
  at(`${day}T10:00:00.000Z`)
  const { id } = (await shop.complain({ purchaseLineNo: 1, staffId: shop.clerkId, ...body })).body
  await shop.step(id, 'causes', { cause: 'product_quality', subCause: 'early_wear' })
  at(`${day}T12:00:00.000Z`)
  await shop.step(id, 'answers', { substantive: true, text: 'Sorry.', staffId: shop.clerkId })
  at(`${day.slice(0, 8)}${String(Number(day.slice(8)) + 2).padStart(2, '0')}T10:00:00.000Z`)
  await shop.step(id, 'closures', { outcome: 'resolved', verdict })
  return id
}
const first = await closed('2026-02-10', 'accepted')
await closed('2026-02-12', 'not_accepted')
const again = await closed('2026-03-02', 'accepted')
at('2026-03-05T10:00:00.000Z')
await shop.step(again, 'reopenings', { reason: 'not_satisfied' })
const other = (await shop.complain({ customerId: null, purchaseId: null, storeId: null, receivedByStaffId: null })).body
  .id
await shop.step((await shop.complain()).body.id, 'withdrawals')
for (const [id, body] of [
  [again, { decision: 'voucher', amountMinor: 1_500, staffId: shop.clerkId }],
  [again, { decision: 'refund', amountMinor: 2_000, staffId: shop.clerkId }],
  [again, { decision: 'refund', amountMinor: 9_000, staffId: shop.clerkId }],
  [other, { decision: 'apology', staffId: shop.managerId }]
] as const) {
  await shop.step(id, 'remedies', body)
}
at('2026-03-31T10:00:00.000Z')

t.test('GET /v1/reports/complaint-handling', async t => {
  t.test('200 by month, with complaints for a thousand sales', async t => {
    const { total, data, by } = await report('complaint-handling')
    t.equal(by, 'month')
    t.match(total, {
      complaints: 4,
      withdrawn: 1,
      open: 2,
      closed: 2,
      firstTime: 1,
      firstTimeOf: 3,
      reopened: 1,
      reopenedShare: 1 / 3,
      recovered: 1,
      badlyClosed: 1,
      recoveredShare: 0.5,
      medianHoursToAnswer: 2,
      p90HoursToAnswer: 2,
      medianHoursToClose: 48,
      sales: 1,
      perThousandSales: 4_000
    })
    t.same(
      data.map((row: Record<string, unknown>) => [row.key, row.complaints, row.sales, row.perThousandSales]),
      [
        ['2026-02', 2, 1, 2_000],
        ['2026-03', 2, 0, null]
      ]
    )
    t.equal((await shop.shop.call('GET', `/v1/complaints/${first}`)).body.handledFirstTime, true, 'the same rule')
  })

  t.test('200 with the first verdict of what was closed badly, opened again and withdrawn', async t => {
    const own = await complaintShop(service)
    const { id } = (await own.complain()).body
    await own.step(id, 'causes', { cause: 'product_quality' })
    await own.step(id, 'answers', { substantive: true, text: 'Sorry.', staffId: own.clerkId })
    await own.step(id, 'closures', { outcome: 'resolved', verdict: 'not_accepted' })
    const figures = async () => {
      const days = '?fromOn=2026-02-01&toOn=2026-04-01'
      const { body: handling } = await own.shop.call('GET', `/v1/reports/complaint-handling${days}`)
      const { body: causes } = await own.shop.call('GET', `/v1/reports/complaint-causes${days}`)
      const { body: sources } = await own.shop.call('GET', `/v1/complaint-causes${days}`)
      return [handling.total, causes.complaints, sources.complaints, sources.data.length]
    }
    const [before, ...others] = await figures()
    t.match(before, { complaints: 1, withdrawn: 0, badlyClosed: 1, recoveredShare: 0 })
    await own.step(id, 'reopenings', { reason: 'not_satisfied' })
    await own.step(id, 'withdrawals', { note: 'He gave up.', staffId: own.clerkId })
    const [after, ...same] = await figures()
    t.same(after, { ...before, reopened: 1, reopenedShare: 1 })
    t.same(same, others)
    const { body } = await own.shop.call('GET', `/v1/complaints/${id}/steps`)
    t.match(body.data.at(-1), { step: 'withdraw', staffId: own.clerkId, note: 'He gave up.' }, 'who, and why')
  })

  t.test('200 by store, those of no store last', async t => {
    const { data } = await report('complaint-handling', '&by=store')
    t.same(
      data.map((row: Record<string, unknown>) => [row.key, row.label, row.complaints]),
      [
        [shop.storeId, 'Store', 3],
        [null, null, 1]
      ]
    )
    const own = await report('complaint-handling', `&storeId=${shop.storeId}`)
    t.match(own, { storeId: shop.storeId, total: { complaints: 3 } })
  })
})

t.test('GET /v1/reports/complaint-causes', async t => {
  t.test('200 by cause, the largest first, with what it comes to together', async t => {
    const { complaints, withoutCause, data } = await report('complaint-causes')
    t.same([complaints, withoutCause], [4, 1])
    t.match(data, [
      { key: 'product_quality', complaints: 3, share: 0.75, cumulativeShare: 0.75, productQuality: 3 },
      { key: null, complaints: 1, share: 0.25, cumulativeShare: 1, withoutCause: 1 }
    ])
  })

  t.test('200 by product, staff, store and supplier, each with its name', async t => {
    const first = async (by: string) => (await report('complaint-causes', `&by=${by}`)).data[0]
    t.match(await first('product'), { key: 'SHOE', label: 'Shoe', complaints: 3, productQuality: 3 })
    t.match(await first('staff'), { key: shop.clerkId, label: 'CLERK', complaints: 3 })
    t.match(await first('store'), { key: shop.storeId, label: 'Store', complaints: 3 })
    t.match(await first('supplier'), { key: 'SUP-1', label: null, complaints: 3 })
  })
})

t.test('complaint-causes counts by what was found, and not by what the complaint seemed to be about', async t => {
  service.clock.set('2026-03-10T10:00:00.000Z')
  const shop = await complaintShop(service)
  await shop.shop.call('POST', '/v1/products', { sku: 'BOOT', name: 'Boot', supplierId: 'SUP-2' })
  const other = await shop.hire('OTHER', ['front_line'])
  const { id } = (await shop.complain({ purchaseId: null, staffId: shop.clerkId })).body
  const rows = async (by: string) => {
    const { body } = await shop.shop.call(
      'GET',
      `/v1/reports/complaint-causes?fromOn=2026-03-01&toOn=2026-03-31&by=${by}`
    )
    return body.data.map(({ key, complaints }: { key: string; complaints: number }) => [key, complaints])
  }
  t.same(
    [await rows('product'), await rows('staff'), await rows('supplier')],
    [[[null, 1]], [[shop.clerkId, 1]], [[null, 1]]],
    'while nothing is found, what it names'
  )
  await shop.step(id, 'causes', { cause: 'product_quality', sku: 'BOOT' })
  await shop.step(id, 'causes', { cause: 'staff_service', primary: true, causedByStaffId: other })
  t.same(
    [await rows('product'), await rows('staff'), await rows('supplier'), await rows('cause')],
    [[['BOOT', 1]], [[other, 1]], [['SUP-2', 1]], [['staff_service', 1]]],
    'each complaint once, by what a further cause says where the primary one says nothing'
  )
  await shop.step(id, 'causes', { cause: 'product_quality', primary: true, sku: 'SHOE' })
  t.same([await rows('product'), await rows('supplier')], [[['SHOE', 1]], [['SUP-1', 1]]], 'the primary one first')
})

t.test('GET /v1/reports/remedy-costs', async t => {
  t.test('200 by decision; what waits costs nothing yet', async t => {
    const { total, data, currency } = await report('remedy-costs')
    t.equal(currency, 'EUR')
    t.same(total, { granted: 3, amountMinor: 3_500, refundMinor: 2_000, waiting: 1, refused: 0 })
    const row = (key: string) => data.find((one: { key: string }) => one.key === key)
    t.match(row('refund'), { granted: 1, amountMinor: 2_000, waiting: 1 })
    t.match(row('voucher'), { granted: 1, amountMinor: 1_500 })
    t.match(row('repair'), { granted: 0, amountMinor: 0 })
  })

  t.test('200 by role, store and month', async t => {
    const rows = async (by: string) =>
      (await report('remedy-costs', `&by=${by}`)).data.map((row: Record<string, unknown>) => [row.key, row.amountMinor])
    t.same(await rows('role'), [
      ['front_line', 3_500],
      ['relationship_manager', 0],
      ['store_manager', 0],
      ['owner', 0]
    ])
    t.same(await rows('store'), [
      [shop.storeId, 3_500],
      [null, 0]
    ])
    t.same(await rows('month'), [
      ['2026-02', 0],
      ['2026-03', 3_500]
    ])
  })
})

t.test('as a table and as a chart, with no word of a customer', async t => {
  for (const name of ['complaint-handling', 'complaint-causes', 'remedy-costs']) {
    const path = `/v1/reports/${name}?fromOn=2026-02-01&toOn=2026-04-01`
    const csv = await shop.shop.call('GET', path, undefined, { accept: 'text/csv' })
    const [head, ...rows] = parse(String(csv.body), { record_delimiter: '\r\n' }) as string[][]
    t.same(head?.slice(0, 2), ['key', 'label'])
    t.equal(rows.length, (await report(name)).data.length)
    const svg = await shop.shop.call('GET', path, undefined, { accept: 'image/svg+xml' })
    t.equal(svg.status, 200)
    for (const text of [csv.body, svg.body]) t.notMatch(String(text), /Anna|sole/)
  }
})

t.test('what the database counts is what the rules say of each complaint', async t => {
  const now = '2026-06-01T00:00:00.000Z'
  const HOUR = 3_600_000
  const later = (hours: number) => new Date(Date.parse('2026-03-10T00:00:00Z') + hours * HOUR).toISOString()
  const instant = fc.option(fc.integer({ min: 0, max: 3_000 }).map(later))
  const person = fc.option(fc.constantFrom(shop.clerkId, shop.managerId))
  const verdict = fc.constantFrom('accepted', 'not_accepted', 'no_reply', 'unreachable')
  const cases = fc.sample(
    fc
      .record({
        state: fc.constantFrom('received', 'answered', 'closed', 'reopened', 'withdrawn'),
        verdict,
        firstVerdict: verdict,
        reopenings: fc.nat(2),
        answeredAt: instant,
        firstClosedAt: fc.option(
          fc.oneof(fc.constantFrom(1_248, 1_272, 1_273).map(later), fc.integer({ min: 0, max: 1_900 }).map(later))
        ),
        firstReopenedAt: instant,
        firstHandlerId: person,
        answeredById: person,
        settledById: person,
        escalatedBeforeClosure: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, fc.boolean())
      })
      .map(
        one =>
          ({
            ...one,
            receivedAt: later(0),
            verdict: one.state === 'closed' ? one.verdict : null,
            firstVerdict: one.firstClosedAt === null ? null : one.firstVerdict
          }) as HandledCase
      ),
    { numRuns: 250, seed: 7 }
  )
  service.clock.set('2026-03-11T00:00:00.000Z')
  const random = await complaintShop(service)
  const id = random.shop.tenant.id
  const own = (staffId: string | null) =>
    staffId === shop.clerkId ? random.clerkId : staffId === null ? null : random.managerId
  const ids: string[] = []
  for (const _ of cases) ids.push((await random.complain({ receivedAt: later(0) })).body.id)
  for (const [at, one] of cases.entries()) {
    await asAdmin(
      service.databaseUrl,
      `with f as (update feedback set answered_at = $3::timestamptz, answered_in_time = ($3::timestamptz is not null or null)
                  where tenant_id = $1 and id = $2)
       update complaints set state = $4, verdict = $5, closed_at = case when $4 = 'closed' then received_at end,
         primary_cause = 'undetermined', first_verdict = $6, reopenings = $7, first_closed_at = $8, first_reopened_at = $9,
         first_handler_id = $10, answered_by_id = $11, settled_by_id = $12, escalated_before_closure = $13
       where tenant_id = $1 and id = $2`,
      [
        id,
        ids[at],
        one.answeredAt,
        one.state,
        one.verdict,
        one.firstVerdict,
        one.reopenings,
        one.firstClosedAt,
        one.firstReopenedAt,
        own(one.firstHandlerId),
        own(one.answeredById),
        own(one.settledById),
        one.escalatedBeforeClosure
      ]
    )
  }
  service.clock.set(now)
  const { body } = await random.shop.call('GET', '/v1/reports/complaint-handling?fromOn=2026-03-01&toOn=2026-04-01')
  const counts = countHandled(cases, now)
  const shares = handlingShares(counts)
  const tenths = (value: number | null) => value && Math.round(value * 10) / 10
  const [answer, close] = [hoursTo(cases, 'answeredAt'), hoursTo(cases, 'firstClosedAt')]
  t.match(body.total, {
    complaints: counts.complaints,
    withdrawn: counts.withdrawn,
    open: counts.open,
    firstTime: counts.firstTime,
    firstTimeOf: counts.firstTime + counts.notFirstTime,
    firstTimeShare: shares.firstTime.share,
    reopened: counts.reopened,
    reopenedShare: shares.reopened.share,
    recovered: counts.recovered,
    badlyClosed: counts.badlyClosed,
    medianHoursToAnswer: tenths(answer.median),
    p90HoursToAnswer: tenths(answer.p90),
    medianHoursToClose: tenths(close.median),
    p90HoursToClose: tenths(close.p90)
  })
  t.ok(counts.firstTime > 0 && counts.notFirstTime > 0 && counts.badlyClosed > 0)
})
