import t from 'tap'
import { openShop } from '../support/classification.ts'
import { decisionFixtures } from '../support/decisions.ts'
import { startService } from '../support/service.ts'

const service = await startService({ clock: new Date('2026-03-02T10:00:00.000Z'), workers: true })
const fixtures = await decisionFixtures(service)
t.teardown(async () => {
  await fixtures.close()
  await service.close()
})

/** Every week on the same day from `first` on. */
const weeks = (first: string, count: number) =>
  Array.from({ length: count }, (_, n) => new Date(Date.parse(first) + n * 604_800_000).toISOString().slice(0, 10))

t.test('a run finds who is at risk, follows it up, and the next one finds what came of it', async t => {
  const shop = await openShop(service, { timeZone: 'UTC', storeZone: 'UTC' })
  const { id } = shop.tenant
  // Anna came every week until the end of January, Bo still does.
  for (const at of weeks('2025-11-03', 12)) await shop.push({ customer: 'anna', amount: 10_000, at })
  for (const at of weeks('2025-11-05', 17)) await shop.push({ customer: 'bo', amount: 9_000, at })
  await shop.run()
  const anna = await shop.idOf('anna')
  const listed = async (query = '') => (await shop.call('GET', `/v1/defections${query}`)).body.data
  const [found, ...others] = await listed()
  t.same(others, [])
  t.match(found, {
    customerId: anna,
    customerExternalIds: [{ system: 'till', key: 'anna' }],
    abcClass: 'A',
    state: /overdue|lapsed/,
    since: '2026-03-02T10:00:00.000Z',
    lastPaidOn: '2026-01-19',
    advice: {
      recommendation: String,
      reasons: [{ code: 'advice.cause_unknown' }],
      advisedOn: '2026-03-02',
      dueOn: '2026-06-01'
    },
    storeId: shop.storeId
  })
  t.ok(found.advice.reasons.length > 1, 'the stored facts lead to the advice again')
  t.same(await listed(`?storeId=${shop.storeId}&abcClass=A&state=${found.state}`), [found])
  t.equal((await fixtures.advices(id, anna)).length, 1)

  const action = await shop.call('POST', `/v1/defections/${anna}/actions`, { action: 'recover' })
  t.match(action.body, { advised: { recommendation: found.advice.recommendation, state: found.state } })
  service.clock.set('2026-03-03T10:00:00.000Z')
  await shop.run()
  t.match((await listed())[0], {
    since: found.since,
    advice: { advisedOn: '2026-03-02' },
    lastAction: { action: 'recover' }
  })

  service.clock.set('2026-03-09T10:00:00.000Z')
  await shop.push({ customer: 'anna', amount: 4_000, at: '2026-03-06' })
  await shop.push({ customer: 'bo', amount: 9_000, at: '2026-03-04' })
  const run = await shop.run()
  t.same(await listed(), [])
  t.match(run.outcomes, { actions: 1 })
  t.match((await shop.call('GET', `/v1/defection-actions/${action.body.id}`)).body, {
    outcome: 'bought',
    outcomeOn: '2026-03-06',
    outcomeMinor: 4_000
  })
  t.match(await fixtures.advices(id, anna), [{ acted: true, outcome: 'bought' }])
})

t.test('whose needs are not served is let go, unless a manager wants to keep him whatever the figures say', async t => {
  const shop = await openShop(service, { timeZone: 'UTC', storeZone: 'UTC' })
  for (const at of weeks('2025-11-03', 12)) await shop.push({ customer: 'anna', amount: 10_000, at })
  for (const at of weeks('2025-11-05', 17)) await shop.push({ customer: 'bo', amount: 9_000, at })
  const marks = `/v1/customer-marks/${await shop.idOf('anna')}`
  const advised = async (day: string) => {
    service.clock.set(`${day}T10:00:00.000Z`)
    await shop.run()
    return (await shop.call('GET', '/v1/defections')).body.data[0].advice
  }
  await shop.call('PUT', `${marks}/needs_not_served`, { reason: 'Wears a size that we do not have.' })
  t.match(await advised('2026-03-02'), { recommendation: 'let_go' })
  await shop.call('PUT', `${marks}/strategic`, { reason: 'Owns the hotel.' })
  const kept = await advised('2026-03-03')
  t.not(kept.recommendation, 'let_go')
  t.ok(kept.reasons.length > 1, 'the stored facts lead to the advice again')
})

t.test('who buys on promotion only is found by the run, gets no manager by his class, and is not pursued', async t => {
  const shop = await openShop(service, { timeZone: 'UTC', storeZone: 'UTC' })
  const { id } = shop.tenant
  service.clock.set('2026-03-02T10:00:00.000Z')
  const manager = await fixtures.staff(id, 'M1')
  const sale = (customer: string, n: number, at: string, promotionCode: string | null) =>
    shop.call('POST', '/v1/purchases', {
      source: 'till',
      receiptNumber: `${customer}-${n}`,
      kind: 'sale',
      storeCode: 'S1',
      purchasedAt: `${at}T12:00:00Z`,
      currency: 'EUR',
      customer: { externalId: { system: 'till', key: customer } },
      lines: Array.from({ length: 5 }, (_, line) => ({
        sku: `SKU-${line}`,
        quantity: 1,
        amountMinor: 5_000,
        promotionCode
      })),
      totalMinor: 25_000
    })
  // As it comes: no rhythm in it.
  const days = ['2025-06-02', '2025-06-05', '2025-09-20', '2025-09-22', '2026-02-20', '2026-02-24']
  for (const [n, at] of days.entries()) {
    await sale('cheap', n, at, 'SALE')
    await sale('loyal', n, at, null)
  }
  const run = await shop.run()
  const cheap = await shop.idOf('cheap')
  t.match(run.managers, { aCustomers: 1, notPursued: 1, opened: 1 })
  t.match((await shop.call('GET', '/v1/relationship-managers/coverage')).body, {
    aCustomers: 2,
    covered: 1,
    notPursued: 1,
    coveredShare: 1,
    uncovered: [{ customerId: cheap, reason: 'not_pursued' }]
  })
  const refused = await shop.call('PUT', `/v1/customers/${cheap}/relationship-manager`, { staffId: manager })
  t.match(refused.body, {
    code: 'customer.not_pursued',
    facts: { cause: 'price_driven', abcClass: 'A', lines: 30, promotionLines: 30, minutes: 60 }
  })
  t.match((await shop.call('GET', '/v1/reports/effort-saved')).body, {
    notPursued: [{ cause: 'price_driven', abcClass: 'A', customers: 1, minutesPerMonth: 60 }],
    refused: { attempts: 1, minutes: 60 }
  })
})
