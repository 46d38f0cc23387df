import { parse } from 'csv-parse/sync'
import t from 'tap'
import { startService } from '../support/service.ts'

const NOW = '2026-06-10T10:00:00.000Z'
const service = await startService({ clock: new Date(NOW) })
t.teardown(() => service.close())

const HOUR = 3_600_000
const at = (hours: number): string => new Date(Date.parse(NOW) + hours * HOUR).toISOString()

t.test('GET /v1/reports/answered-in-time', async t => {
  const shop = await service.newTenant()
  const store = async (code: string): Promise<string> =>
    (await shop.call('POST', '/v1/stores', { code, name: `Store ${code}`, timeZone: 'Europe/Berlin' })).body.id
  const [berlin, bonn] = [await store('B1'), await store('B2')]
  const record = async (hours: number, body: object, answeredAfter?: number): Promise<string> => {
    service.clock.set(at(hours))
    const words = { kind: 'question', channel: 'email', text: 'It is about Jo Doe.' }
    const { body: made } = await shop.call('POST', '/v1/feedback', { ...words, ...body })
    if (answeredAfter !== undefined) {
      service.clock.set(at(hours + answeredAfter))
      await shop.call('POST', `/v1/feedback/${made.id}/answers`, { substantive: true, text: 'So be it.' })
    }
    return made.id
  }
  // Sunday, half an hour before midnight of Greenwich: Monday in Berlin.
  await record(-58.5, { storeId: berlin }, 24)
  await record(-60, { storeId: berlin }, 25)
  await record(-200, { storeId: bonn, channel: 'chat' }, 1)
  await record(-201, { storeId: bonn, channel: 'chat' })
  await record(-2, {})
  const withdrawn = await record(-2, { storeId: berlin })
  await shop.call('POST', `/v1/feedback/${withdrawn}/withdrawals`)
  service.clock.set(NOW)

  const report = async (query: string) => (await shop.call('GET', `/v1/reports/answered-in-time?${query}`)).body
  const counts = (row: Record<string, unknown>) =>
    ['received', 'inTime', 'late', 'overdue', 'notDue', 'withdrawn', 'owed'].map(name => row[name])

  t.test('200 by store, feedback of no store last', async t => {
    const { total, data } = await report('by=store')
    t.same(counts(total), [6, 2, 1, 1, 1, 1, 4])
    t.equal(total.share, 0.5)
    t.equal(total.shareLower.toFixed(4), '0.1500')
    t.equal(total.shareUpper.toFixed(4), '0.8500')
    const row = (key: string | null) => data.find((one: { key: string | null }) => one.key === key)
    t.match([row(berlin).label, ...counts(row(berlin))], ['Store B1', 3, 1, 1, 0, 0, 1, 2])
    t.match([row(bonn).label, ...counts(row(bonn))], ['Store B2', 2, 1, 0, 1, 0, 0, 2])
    t.same([row(null).label, ...counts(row(null)), row(null).share], [null, 1, 0, 0, 0, 1, 0, 0, null])
  })

  t.test('200 by channel', async t => {
    const { data } = await report('by=channel')
    t.same(
      data.map((one: { key: string; owed: number }) => [one.key, one.owed]),
      [
        ['email', 2],
        ['chat', 2]
      ]
    )
  })

  t.test('200 by week of the store’s days, weeks in which nobody said anything included', async t => {
    const { by, data, window } = await report('fromOn=2026-05-25&toOn=2026-06-15')
    t.equal(by, 'week')
    t.same(window, { fromOn: '2026-05-25', toOn: '2026-06-15' })
    t.same(
      data.map((one: { key: string; owed: number }) => [one.key, one.owed]),
      [
        ['2026-05-25', 0],
        ['2026-06-01', 2],
        ['2026-06-08', 2]
      ]
    )
    const alone = await report(`fromOn=2026-06-08&toOn=2026-06-09&storeId=${berlin}`)
    t.equal(alone.total.received, 2, 'both on Monday')
  })

  t.test('200 as a table and as a chart, with no word of a customer', async t => {
    const csv = await shop.call('GET', '/v1/reports/answered-in-time?by=channel', undefined, { accept: 'text/csv' })
    const [head, ...rows] = parse(String(csv.body), { record_delimiter: '\r\n' }) as string[][]
    t.same(head?.slice(0, 4), ['key', 'label', 'received', 'inTime'])
    t.equal(rows.length, 2)
    const svg = await shop.call('GET', '/v1/reports/answered-in-time', undefined, { accept: 'image/svg+xml' })
    t.equal(svg.status, 200)
    t.match(String(svg.body), '50')
    for (const text of [csv.body, svg.body, JSON.stringify(await report('by=store'))]) t.notMatch(String(text), /Doe/)
  })

  t.test('a breach that the timer has not come to yet counts already', async t => {
    service.clock.set(at(23))
    t.equal((await report('')).total.overdue, 2)
  })

  t.test('422 for a window that is empty, and for another shop’s store', async t => {
    const empty = await shop.call('GET', '/v1/reports/answered-in-time?fromOn=2026-06-10&toOn=2026-06-10')
    t.match([empty.status, empty.body.code], [422, 'report.window_invalid'])
    const stranger = await service.newTenant()
    const foreign = await stranger.call('GET', `/v1/reports/answered-in-time?storeId=${berlin}`)
    t.match([foreign.status, foreign.body.code], [422, 'store.unknown'])
    t.equal((await stranger.call('GET', '/v1/reports/answered-in-time')).body.total.received, 0)
  })
})
