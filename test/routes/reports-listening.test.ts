import { parse } from 'csv-parse/sync'
import t from 'tap'
import { uuidv7 } from 'uuidv7'
import { conversionRate } from '../../src/domain/inquiry-conversion.ts'
import { LANGUAGES } from '../../src/domain/language.ts'
import { chartOf } from '../../src/routes/reports/charts/chart.ts'
import type { ChartView } from '../../src/routes/reports/charts/views.ts'
import type { InquiryConversion, ListeningCoverage } from '../../src/services/reports-listening.ts'
import { decisionFixtures } from '../support/decisions.ts'
import { startService } from '../support/service.ts'
import { objectionTo, overlaps, sizeOf, textsOf } from '../support/svg.ts'

const NOW = '2026-06-30T10:00:00.000Z'
const service = await startService({ clock: new Date(NOW) })
const fixtures = await decisionFixtures(service)
t.teardown(async () => {
  await fixtures.close()
  await service.close()
})

async function open() {
  const shop = await service.newTenant()
  const { make } = shop
  const store = (code: string) => make('/v1/stores', { code, name: `Store ${code}`, timeZone: 'Europe/Berlin' })
  const hire = (code: string) => make('/v1/staff', { code, name: code, storeIds: [], roles: ['front_line'] })
  return {
    shop,
    make,
    berlin: await store('B1'),
    bonn: await store('B2'),
    anna: await hire('Anna'),
    bo: await hire('Bo')
  }
}

type Row = Record<string, unknown>

t.test('GET /v1/reports/inquiry-conversion', async t => {
  const { shop, make, berlin, anna, bo } = await open()
  let number = 0
  const ask = (staffId: string | null, channel: string, on: string) =>
    make('/v1/inquiries', {
      channel,
      about: 'x',
      name: 'Somebody',
      contacts: [{ type: 'phone', value: `+49 151 2345${1000 + ++number}` }],
      staffId,
      storeId: berlin,
      receivedAt: `2026-06-${on}T10:00:00Z`
    })
  const convert = (id: string, on: string) =>
    shop.call('POST', `/v1/inquiries/${id}/conversions`, { convertedAt: `2026-06-${on}T22:00:00Z` })
  await convert(await ask(anna, 'counter', '01'), '01')
  await convert(await ask(anna, 'web', '02'), '04')
  await convert(await ask(anna, 'web', '03'), '13')
  await ask(anna, 'web', '04')
  await shop.call('POST', `/v1/inquiries/${await ask(bo, 'web', '05')}/losses`, { reason: 'price' })
  await ask(null, 'chat', '06')
  await ask(bo, 'chat', '20')

  const report = async (query: string) => (await shop.call('GET', `/v1/reports/inquiry-conversion?${query}`)).body
  const window = 'fromOn=2026-06-01&toOn=2026-06-10'

  t.test('200 by staff: share with its interval, and the lag in days', async t => {
    const { total, data } = await report(`${window}&by=staff`)
    t.match(total, { inquiries: 6, converted: 3, lost: 1, open: 2, share: 0.5, medianDays: 2.5 })
    t.equal(total.p90Days.toFixed(6), '8.900000')
    t.match([total.shareLower.toFixed(4), total.shareUpper.toFixed(4)], ['0.1876', '0.8124'])
    const row = (key: string | null) => data.find((one: Row) => one.key === key)
    t.match(row(anna), { label: 'Anna', inquiries: 4, converted: 3, open: 1, share: 0.75 })
    t.match(row(bo), { label: 'Bo', inquiries: 1, converted: 0, lost: 1, share: 0, shareLower: 0, medianDays: null })
    t.match(row(null), { label: null, inquiries: 1, open: 1 })
  })

  t.test('200 without those who were customers before they asked', async t => {
    const contacts = [{ type: 'phone', value: '+49 151 99990000' }]
    const customerId = await make('/v1/customers', { kind: 'person', name: 'Known', contacts })
    for (const receivedAt of [NOW, '2026-06-29T10:00:00Z']) {
      const id = await make('/v1/inquiries', { channel: 'web', about: 'x', contacts, staffId: anna, receivedAt })
      const { body } = await shop.call('POST', `/v1/inquiries/${id}/conversions`, {})
      t.match(body, { customerId, customerFile: 'found' })
    }
    t.match((await report('fromOn=2026-06-29&toOn=2026-07-01&by=staff')).data, [
      { key: anna, inquiries: 2, converted: 1, existing: 1, open: 0, share: 1, medianDays: 1 }
    ])
    t.match((await report('fromOn=2026-06-30&toOn=2026-07-01')).total, {
      inquiries: 1,
      converted: 0,
      existing: 1,
      share: null,
      shareUpper: null,
      medianDays: null
    })
  })

  t.test('200 by channel and store', async t => {
    const { data } = await report(`${window}&by=channel`)
    t.same(
      data.map((one: Row) => [one.key, one.inquiries, one.converted]),
      [
        ['web', 4, 2],
        ['chat', 1, 0],
        ['counter', 1, 1]
      ]
    )
    t.match((await report(`${window}&by=store`)).data, [{ key: berlin, label: 'Store B1', inquiries: 6 }])
  })

  t.test('200 as a table, and of nobody in a time without inquiries', async t => {
    const path = `/v1/reports/inquiry-conversion?${window}&by=channel`
    const { body } = await shop.call('GET', path, undefined, { accept: 'text/csv' })
    const rows = parse(String(body), { columns: true }) as Row[]
    t.match(rows[0], { key: 'web', inquiries: '4', converted: '2', existing: '0', share: '0.5', open: '1' })
    const nobody = await report('fromOn=2026-01-01&toOn=2026-02-01')
    t.match(nobody, { total: { inquiries: 0, share: null, shareLower: null, medianDays: null }, data: [] })
  })

  t.test('422 for a store that is unknown, 403 without reports:read', async t => {
    t.equal((await report(`storeId=${uuidv7()}`)).code, 'store.unknown')
    const clerk = await shop.withScopes('inquiries:read')
    t.equal((await clerk.call('GET', '/v1/reports/inquiry-conversion')).status, 403)
  })
})

t.test('GET /v1/reports/listening-coverage', async t => {
  const { shop, berlin, bonn, anna } = await open()
  const { id } = shop.tenant
  const a1 = await fixtures.customer(id, 'A', { storeId: berlin })
  const a2 = await fixtures.customer(id, 'A', { storeId: berlin })
  const a3 = await fixtures.customer(id, 'A', { storeId: bonn })
  const b = await fixtures.customer(id, 'B', { storeId: berlin })
  const plan = async (kind: string, storeId: string | null, plannedAt: string, customerIds: string[]) => {
    const body = { kind, storeId, plannedAt, staffIds: [anna], customerIds }
    return `/v1/listening-sessions/${(await shop.call('POST', '/v1/listening-sessions', body)).body.id}`
  }
  const hold = (path: string, attendedCustomerIds: string[]) =>
    shop.call('PUT', `${path}/attendance`, { attendedCustomerIds })
  const meeting = await plan('customer_meeting', berlin, '2026-06-05T10:00:00Z', [a1, a2])
  await hold(meeting, [a1, b])
  await shop.call('POST', `${meeting}/findings`, { kind: 'praise', text: 'x', ownerStaffId: anna })
  await hold(await plan('round', berlin, '2026-06-06T10:00:00Z', []), [])
  await hold(await plan('visit', null, '2026-05-06T10:00:00Z', [a3]), [a3])
  const called = await plan('visit', bonn, '2026-06-20T10:00:00Z', [a3])
  await shop.call('POST', `${called}/cancellations`, { reason: 'x' })

  const report = async (query: string) => (await shop.call('GET', `/v1/reports/listening-coverage?${query}`)).body

  t.test('200 tells which stores and A customers were listened to in the window', async t => {
    const view = await report('fromOn=2026-06-01&toOn=2026-07-01')
    t.match(view, { stores: 2, storesCovered: 1, storesShare: 0.5 })
    t.match(view.total, {
      planned: 3,
      held: 2,
      cancelled: 1,
      rounds: 1,
      meetings: 1,
      visits: 0,
      attended: 2,
      findings: 1
    })
    t.match(view.total, { aCustomers: 3, aListened: 1, aShare: 1 / 3 })
    t.match(view.data, [
      { storeId: berlin, storeCode: 'B1', covered: true, held: 2, aCustomers: 2, aListened: 1, aShare: 0.5 },
      { storeId: bonn, storeCode: 'B2', covered: false, held: 0, cancelled: 1, aCustomers: 1, aListened: 0, aShare: 0 }
    ])
  })

  t.test('200 counts a visit of no store for the customer, and none of the stores', async t => {
    const view = await report('fromOn=2026-05-01&toOn=2026-06-01')
    t.match(view, { storesCovered: 0, total: { visits: 1, aListened: 1 } })
    t.match(
      view.data.find((one: Row) => one.storeId === null),
      { held: 1, aCustomers: 0, covered: true }
    )
    t.match(
      view.data.find((one: Row) => one.storeId === bonn),
      { aListened: 1, aShare: 1 }
    )
    const one = await report(`storeId=${bonn}&fromOn=2026-06-01&toOn=2026-07-01`)
    t.match(one, { stores: 1, storesCovered: 0, data: [{ storeId: bonn }] })
  })
})

t.test('an open inquiry counts as not converted, and nobody has no share', async t => {
  t.match(conversionRate({ inquiries: 4, converted: 1, existing: 0, lost: 1 }), { open: 2, share: 0.25 })
  t.match(conversionRate({ inquiries: 6, converted: 1, existing: 2, lost: 1 }), { open: 2, share: 0.25 })
  t.match(conversionRate({ inquiries: 2, converted: 0, existing: 2, lost: 0 }), { open: 0, share: null })
  t.match(conversionRate({ inquiries: 0, converted: 0, existing: 0, lost: 0 }), {
    open: 0,
    share: null,
    interval: null
  })
})

const LONG = 'Porcelain & tea <house> of a very long name that nobody reads to its end'
const window = { fromOn: '2026-05-01', toOn: '2026-06-01' }
const figures = {
  inquiries: 12_345,
  converted: 1_234,
  existing: 0,
  lost: 1,
  open: 1,
  share: 0.5,
  shareLower: 0.4,
  shareUpper: 0.6
}
const conversion = (by: InquiryConversion['by'], count: number): ChartView => ({
  report: 'inquiry-conversion',
  by,
  storeId: null,
  window,
  total: { ...figures, share: count === 0 ? null : 0.5, medianDays: 2.5, p90Days: 31 },
  data: Array.from({ length: count }, (_, place) => ({
    key: by === 'channel' ? 'customer_meeting' : null,
    label: place % 3 === 0 ? null : `${LONG}${place}`,
    ...figures,
    medianDays: null,
    p90Days: null
  }))
})
const listened = {
  planned: 1,
  held: 12,
  cancelled: 1,
  rounds: 1,
  visits: 1,
  meetings: 1,
  attended: 1,
  findings: 1_234,
  aCustomers: 1_000,
  aListened: 900,
  aShare: 0.9
}
const coverage = (count: number): ListeningCoverage => ({
  report: 'listening-coverage',
  storeId: null,
  window,
  stores: count,
  storesCovered: 1,
  storesShare: 0.5,
  total: listened,
  data: Array.from({ length: count }, (_, place) => ({
    storeId: null,
    storeCode: null,
    storeName: place % 3 === 0 ? null : `${LONG}${place}`,
    covered: true,
    ...listened,
    aShare: place % 5 === 4 ? null : 0.9
  }))
})

for (const view of [
  conversion('staff', 60),
  conversion('channel', 2),
  conversion('store', 0),
  coverage(60),
  coverage(0)
]) {
  t.test(`the chart of ${view.report} with ${view.data.length} rows can be read in every language`, async t => {
    for (const language of LANGUAGES) {
      const svg = chartOf(view, language)
      t.equal(objectionTo(svg), undefined, 'is well-formed')
      const texts = textsOf(svg)
      t.same(overlaps(texts), [], 'no text lies over another')
      const { width, height } = sizeOf(svg)
      const outside = texts.filter(one => one.left < 0 || one.right > width || one.top < 0 || one.bottom > height)
      t.same(outside, [])
    }
  })
}
