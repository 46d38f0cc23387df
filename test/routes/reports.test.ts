import { parse } from 'csv-parse/sync'
import pg from 'pg'
import t from 'tap'
import { PRODUCES } from '../../src/routes/reports/answer.ts'
import { WORDS } from '../../src/routes/reports/charts/words.ts'
import { createServices } from '../../src/services/index.ts'
import { reportGate } from '../../src/services/report-gate.ts'
import { systemActor } from '../../src/services/tenants.ts'
import { openReportShop } from '../support/report-shop.ts'
import { startService } from '../support/service.ts'
import { objectionTo, textsOf } from '../support/svg.ts'

/** What all reports have in common: their forms, their languages, who may ask, and that tills go before them. */
const service = await startService({ workers: true, clock: new Date('2026-11-22T12:00:00Z') })
t.teardown(() => service.close())
const shop = await openReportShop(service, 3, 120)
await shop.run()
await shop.run()
const REPORTS = Object.keys(service.app.openapi().paths)
  .filter(path => path.startsWith('/v1/reports/'))
  .filter(path => {
    const answer = service.app.openapi().paths[path]?.get?.responses['200']
    return answer !== undefined && 'content' in answer && 'image/svg+xml' in (answer.content ?? {})
  })

/** Texts of charts in Chinese; one of them is the title. */
const TITLES: unknown[] = Object.values(WORDS.zh)

const ask = (path: string, accept: string, language?: string) =>
  shop.call('GET', path, undefined, { accept, ...(language === undefined ? {} : { 'accept-language': language }) })

t.test('there are twenty reports in three forms', async t => {
  t.equal(REPORTS.length, 20)
})

for (const path of REPORTS) {
  t.test(`GET ${path}`, async t => {
    const json = await ask(path, 'application/json')

    t.test('200 as JSON', async t => {
      t.equal(json.status, 200)
      t.match(json.headers.get('content-type'), /^application\/json/)
      t.equal(json.headers.get('vary'), 'Accept, Accept-Language')
      t.equal(json.headers.get('cache-control'), 'no-store')
      t.equal(json.body.report, path.split('/').at(-1))
      t.ok(Array.isArray(json.body.data))
    })

    t.test('200 as CSV that reads back', async t => {
      const { status, headers, body } = await ask(path, 'text/csv')
      t.equal(status, 200)
      t.equal(headers.get('content-type'), 'text/csv; charset=utf-8; header=present')
      t.equal(headers.get('content-disposition'), `attachment; filename="${json.body.report}.csv"`)
      t.equal(headers.get('vary'), 'Accept, Accept-Language')
      const text = String(body)
      t.notMatch(text, /[^\r]\n/, 'lines end with CR and LF')
      const [head, ...rows] = parse(text, { record_delimiter: '\r\n' }) as string[][]
      const items = json.body.data.flatMap((row: { months?: unknown[] }) => row.months ?? [row])
      t.equal(rows.length, items.length)
      for (const [place, item] of items.entries()) {
        const plain = (head ?? []).flatMap((name, column) => {
          const value = item[name]
          return value === undefined || (typeof value === 'object' && value !== null) ? [] : [{ name, column, value }]
        })
        t.same(
          plain.map(({ name, column }) => [name, rows[place]?.[column]]),
          plain.map(({ name, value }) => [name, value === null ? '' : String(value)])
        )
      }
    })

    t.test('200 as a chart', async t => {
      const { status, headers, body } = await ask(path, 'image/svg+xml', 'zh-CN,zh;q=0.9')
      t.equal(status, 200)
      t.equal(headers.get('content-type'), 'image/svg+xml; charset=utf-8')
      t.equal(headers.get('content-language'), 'zh')
      t.match(headers.get('content-security-policy'), /^default-src 'none'/)
      t.equal(objectionTo(String(body)), undefined)
      t.ok(textsOf(String(body)).some(one => TITLES.includes(one.text)))
    })

    t.test('406 in any other form', async t => {
      const { status, headers, body } = await ask(path, 'text/html')
      t.match([status, body.code], [406, 'request.not_acceptable'])
      t.match(headers.get('content-type'), 'application/problem+json')
      t.match(body.detail, PRODUCES.join(', '))
      t.match(headers.get('vary'), 'Accept')
    })

    t.test('403 without the scope, before anything else is looked at', async t => {
      const other = await shop.withScopes('classifications:read')
      t.match((await other.call('GET', path, undefined, { accept: 'text/html' })).body, { code: 'scope.missing' })
    })

    t.test('200 for a shop in which nothing has happened, in every form', async t => {
      const fresh = await service.newTenant()
      for (const accept of PRODUCES) {
        const { status, body } = await fresh.call('GET', path, undefined, { accept })
        t.equal(status, 200, accept)
        if (accept === 'image/svg+xml') t.ok(textsOf(String(body)).some(one => one.text === WORDS.en.nothing))
      }
    })

    t.test('names no person', async t => {
      const text = JSON.stringify(json.body)
      const { body } = await shop.call('GET', '/v1/customers?limit=200')
      t.notOk(body.data.some((one: { id: string }) => text.includes(one.id)))
    })
  })
}

t.test('the form that is liked best is taken, and JSON where any will do', async t => {
  for (const [accept, type] of [
    ['*/*', 'application/json'],
    ['', 'application/json'],
    ['text/html, application/*;q=0.8', 'application/json'],
    ['image/svg+xml;q=0.5, */*', 'application/json'],
    ['text/csv, application/json;q=0.9', 'text/csv'],
    ['text/*', 'text/csv'],
    ['image/*', 'image/svg+xml']
  ] as const) {
    const { status, headers } = await ask('/v1/reports/trust-ladder', accept)
    t.match([status, headers.get('content-type')?.split(';')[0]], [200, type], accept)
  }
  for (const accept of ['application/xml', 'image/png', 'application/json;q=0']) {
    t.equal((await ask('/v1/reports/trust-ladder', accept)).status, 406, accept)
  }
})

t.test('the tenant’s language is that of his charts, where nobody asks for another', async t => {
  const chinese = await service.newTenant()
  await chinese.call('PATCH', '/v1/tenant', { language: 'zh' })
  const { headers, body } = await chinese.call('GET', '/v1/reports/abc-curve', undefined, { accept: 'image/svg+xml' })
  t.equal(headers.get('content-language'), 'zh')
  t.ok(textsOf(String(body)).some(one => one.text === WORDS.zh.abcTitle))
  for (const [asked, expected] of [
    ['de', 'zh'],
    ['en-GB, zh;q=0.5', 'en']
  ]) {
    const headers = { accept: 'image/svg+xml', 'accept-language': asked ?? '' }
    const answer = await chinese.call('GET', '/v1/reports/abc-curve', undefined, headers)
    t.equal(answer.headers.get('content-language'), expected, String(asked))
  }
})

t.test('a text that a spreadsheet would take for a formula is none in CSV', async t => {
  const other = await service.newTenant()
  await other.call('POST', '/v1/stores', { code: 'S', name: 'S', timeZone: 'UTC' })
  const names = ['=HYPERLINK("http://x")', '+1', '-1', '@SUM(A1)', '＝1', 'a,b', 'say "x"', 'two\nlines', '鞋']
  const lines = names.map((category, no) => ({
    sku: `P${no}`,
    name: 'P',
    category,
    quantity: 1,
    amountMinor: 100 - no
  }))
  const pushed = await other.call('POST', '/v1/purchases', {
    source: 's',
    receiptNumber: '1',
    kind: 'sale',
    storeCode: 'S',
    purchasedAt: '2026-11-01T10:00:00Z',
    currency: 'EUR',
    customer: null,
    lines,
    totalMinor: lines.reduce((sum, { amountMinor }) => sum + amountMinor, 0)
  })
  t.equal(pushed.status, 201)
  await other.call('POST', '/v1/purchases', {
    source: 's',
    receiptNumber: '2',
    kind: 'return',
    storeCode: 'S',
    purchasedAt: '2026-11-02T10:00:00Z',
    currency: 'EUR',
    customer: null,
    lines: [{ sku: 'P8', name: 'P', category: '鞋', quantity: 1, amountMinor: 200 }],
    totalMinor: 200
  })
  const { body } = await other.call('GET', '/v1/reports/purchase-habits', undefined, { accept: 'text/csv' })
  const rows = parse(String(body), { columns: true }) as { category: string; netMinor: string }[]
  t.same(rows.map(row => row.category).sort(), names.map(name => (/^[=+\-@＝]/.test(name) ? `'${name}` : name)).sort())
  t.equal(rows.find(row => row.category === '鞋')?.netMinor, '-108', 'a number below zero stays a number')
})

t.test('422 for windows that are empty, too long or not there yet', async t => {
  for (const query of [
    'purchase-habits?fromOn=2026-11-01&toOn=2026-11-01',
    'purchase-habits?fromOn=2027-01-01',
    'purchase-habits?fromOn=2010-01-01&toOn=2026-01-01',
    'products-bought-together?fromOn=2026-02-01&toOn=2026-01-01',
    'cohort-retention?toMonth=2026-12',
    'core-share?toMonth=2027-01',
    'demand-changes?toOn=2027-01-01'
  ]) {
    const { status, body } = await shop.call('GET', `/v1/reports/${query}`)
    t.match([status, body.code], [422, 'report.window_invalid'], query)
  }
})

t.test('400 for what is no day, no month and no number', async t => {
  for (const query of [
    'purchase-habits?fromOn=2026-02-30',
    'cohort-retention?months=61',
    'cohort-retention?months=',
    'core-share?toMonth=2026-13',
    'demand-changes?weeks=8',
    'products-bought-together?limit=201',
    'products-bought-together?sku=%00',
    'abc-curve?colour=red',
    'rfm-grid?storeId=S1'
  ]) {
    t.equal((await shop.call('GET', `/v1/reports/${query}`)).status, 400, query)
  }
})

t.test('a store that does not exist, and one of another tenant, are refused alike', async t => {
  const other = await service.newTenant()
  for (const report of ['rfm-grid', 'core-share', 'purchase-habits']) {
    const foreign = await other.call('GET', `/v1/reports/${report}?storeId=${shop.storeId}`)
    const missing = await other.call('GET', `/v1/reports/${report}?storeId=0193a1f0-7c1e-7b3a-9d52-ffffffffffff`)
    t.match([foreign.status, foreign.body.code], [422, 'store.unknown'])
    t.same({ ...foreign.body, instance: '' }, { ...missing.body, instance: '' })
  }
})

t.test('a credential of one store sees that store', async t => {
  const till = await shop.withKey({ scopes: ['reports:read'], storeId: shop.stores.SHA ?? null })
  const own = await till.call('GET', '/v1/reports/purchase-habits')
  t.same(own.body, (await shop.call('GET', `/v1/reports/purchase-habits?storeId=${shop.stores.SHA}`)).body)
  const { status, body } = await till.call('GET', `/v1/reports/core-share?storeId=${shop.stores.BER}`)
  t.match([status, body.code], [403, 'store.not_allowed'])
})

t.test('under pressure reports are turned away while tills are served', async t => {
  const pressed = await startService({
    pressure: {
      delayMs: { sheddable: Number.POSITIVE_INFINITY, all: Number.POSITIVE_INFINITY },
      heapShare: { sheddable: 1, all: 1 },
      inFlight: { sheddable: 0, all: 100 }
    }
  })
  t.teardown(() => pressed.close())
  const tenant = await pressed.newTenant()
  for (const path of REPORTS) {
    const { status, headers, body } = await tenant.call('GET', path)
    t.match([status, body.code], [503, 'service.overloaded'], path)
    t.ok(headers.get('retry-after'))
  }
  t.equal((await tenant.call('GET', '/v1/stores')).status, 200)
})

t.test('a report that takes too long is given up by the database, and says so', async t => {
  const { reports } = createServices({ database: service.database, reports: { timeoutMs: 100 } })
  const admin = new pg.Client({ connectionString: service.databaseUrl })
  await admin.connect()
  t.teardown(() => admin.end())
  await admin.query('begin; lock table classifications in access exclusive mode')
  const actor = systemActor(shop.tenant)
  await t.rejects(reports.rfmGrid(actor, {}), { code: 'report.timed_out', kind: 'unavailable' })
  await admin.query('rollback')
  t.match(await reports.rfmGrid(actor, {}), { report: 'rfm-grid' }, 'and the connection is as good as before')
})

t.test('few reports work at a time; the others wait for their turn or are told to come back', async t => {
  const gate = reportGate({ underWay: 2, waiting: 1 })
  const ends: (() => void)[] = []
  let most = 0
  let working = 0
  const work = async () => {
    most = Math.max(most, ++working)
    await new Promise<void>(resolve => ends.push(resolve))
    working -= 1
    return 'made'
  }
  const all = [gate(work), gate(work), gate(work)]
  await t.rejects(gate(work), { code: 'service.overloaded' })
  t.equal(ends.length, 2)
  ends.shift()?.()
  t.equal(await Promise.race(all), 'made')
  await new Promise(resolve => setImmediate(resolve))
  t.equal(ends.length, 2, 'the next one has begun')
  const failing = gate(async () => {
    throw new Error('broken')
  })
  for (const end of ends.splice(0)) end()
  t.same(await Promise.all(all), ['made', 'made', 'made'])
  await t.rejects(failing, { message: 'broken' })
  const last = gate(work)
  await new Promise(resolve => setImmediate(resolve))
  ends.shift()?.()
  t.equal(await last, 'made', 'a failed one leaves its place')
  t.equal(most, 2)
})
