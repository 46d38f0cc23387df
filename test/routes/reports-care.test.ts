import t from 'tap'
import { LANGUAGES } from '../../src/domain/language.ts'
import { wilson } from '../../src/domain/statistics.ts'
import { chartOf } from '../../src/routes/reports/charts/chart.ts'
import type { CareOnTimeReport } from '../../src/services/reports-care.ts'
import { complaintShop } from '../support/complaints.ts'
import { decisionFixtures } from '../support/decisions.ts'
import { startService } from '../support/service.ts'
import { objectionTo, overlaps, sizeOf, textsOf } from '../support/svg.ts'

const service = await startService({ clock: new Date('2026-06-01T10:00:00.000Z') })
const fixtures = await decisionFixtures(service)
t.teardown(async () => {
  await fixtures.close()
  await service.close()
})

type Row = Record<string, unknown>

t.test('GET /v1/reports/care-on-time', async t => {
  service.clock.set('2026-06-01T10:00:00.000Z')
  const { shop, customerId, storeId, clerkId, managerId, hire, complain } = await complaintShop(service)
  const task = async (dueAt: string, staffId: string, kind = 'call'): Promise<string> =>
    (await shop.call('POST', '/v1/care-tasks', { customerId, kind, dueAt, staffId })).body.id
  const end = (id: string, how: string, body: Row) => shop.call('POST', `/v1/care-tasks/${id}/${how}`, body)
  const done = (id: string, doneAt: string) => end(id, 'completions', { channel: 'phone', doneAt })
  const ids = {
    inTime: await task('2026-06-02T10:00:00Z', clerkId),
    late: await task('2026-06-02T11:00:00Z', clerkId),
    other: await task('2026-06-03T10:00:00Z', managerId, 'visit'),
    overdue: await task('2026-06-03T10:00:00Z', clerkId),
    notDue: await task('2026-06-04T10:00:00Z', clerkId),
    cancelled: await task('2026-06-04T10:00:00Z', clerkId),
    outside: await task('2026-06-30T22:00:00Z', clerkId)
  }
  // A letter that lay about: nobody could be in time.
  const rm = await hire('RM', ['relationship_manager'])
  await fixtures.classify(shop.tenant.id, customerId, 'A')
  await shop.call('PUT', `/v1/customers/${customerId}/relationship-manager`, { staffId: rm })
  service.clock.set('2026-06-03T10:00:00.001Z')
  await complain({ receivedAt: '2026-06-01T10:00:00Z' })
  const { body: taken } = await complain({ receivedAt: '2026-06-03T09:00:00Z' })
  await shop.call('POST', `/v1/complaints/${taken.id}/withdrawals`, {})
  await done(ids.inTime, '2026-06-02T10:00:00Z')
  await done(ids.late, '2026-06-02T11:00:00.001Z')
  await done(ids.other, '2026-06-03T10:00:00Z')
  await end(ids.cancelled, 'cancellations', { reason: 'Moved.' })
  const window = 'fromOn=2026-06-01&toOn=2026-07-01'
  const report = async (query: string) => (await shop.call('GET', `/v1/reports/care-on-time?${window}&${query}`)).body

  t.test('200 counts by who was to do it, with the interval of Wilson', async t => {
    const { data, total, by, window: days } = await report('')
    t.equal(by, 'staff')
    t.same(days, { fromOn: '2026-06-01', toOn: '2026-07-01' })
    const interval = wilson(2, 4)
    t.match(total, {
      tasks: 8,
      inTime: 2,
      late: 1,
      overdue: 1,
      notDue: 1,
      dueBeforeMade: 1,
      cancelled: 1,
      withdrawn: 1
    })
    t.match(total, { owed: 4, share: 0.5, shareLower: interval?.lower, shareUpper: interval?.upper })
    t.match(
      data.map(({ key, label, owed, share }: Row) => [key, label, owed, share]),
      [
        [clerkId, 'CLERK', 3, 1 / 3],
        [rm, 'RM', 0, null],
        [managerId, 'MANAGER', 1, 1]
      ]
    )
  })

  t.test('200 by kind and store; what is due on a day of the shop counts for that day', async t => {
    const keys = async (query: string) => (await report(query)).data.map(({ key, tasks }: Row) => [key, tasks])
    t.same(await keys('by=kind'), [
      ['call', 5],
      ['complaint_contact', 2],
      ['visit', 1]
    ])
    t.same(await keys('by=store'), [[storeId, 8]])
    const { body } = await shop.call('GET', '/v1/reports/care-on-time?fromOn=2026-07-01&toOn=2026-07-02')
    t.equal(body.total.tasks, 1, 'midnight in Berlin')
  })

  t.test('200 as a table and as a chart', async t => {
    const path = `/v1/reports/care-on-time?${window}&by=kind`
    const { body: csv } = await shop.call('GET', path, undefined, { accept: 'text/csv' })
    const [head, first] = String(csv).split('\r\n')
    t.match(head, /^key,label,tasks,inTime,late,/)
    t.match(first, /^call,,5,1,1,1,1,0,1,0,3,/)
    const { body: svg } = await shop.call('GET', path, undefined, { accept: 'image/svg+xml', 'accept-language': 'zh' })
    t.match(svg, /顾客关怀任务的按时完成情况/)
  })

  t.test('403 without reports:read, 422 for a window that is none', async t => {
    const clerk = await shop.withScopes('care:read')
    t.equal((await clerk.call('GET', '/v1/reports/care-on-time')).status, 403)
    t.equal((await report('fromOn=2026-07-01')).status, 400, 'named twice')
    const { body } = await shop.call('GET', '/v1/reports/care-on-time?fromOn=2026-07-01&toOn=2026-07-01')
    t.equal(body.code, 'report.window_invalid')
  })
})

const LONG = 'Porcelain & tea <house> of a very long name that nobody reads to its end'
const figures = {
  ...{
    tasks: 12_345,
    inTime: 9_999,
    late: 1_234,
    overdue: 111,
    notDue: 1,
    dueBeforeMade: 0,
    cancelled: 0,
    withdrawn: 0
  },
  ...{ owed: 11_344, share: 0.88, shareLower: 0.87, shareUpper: 0.89 }
}
const nothing = { ...figures, tasks: 0, owed: 0, share: null, shareLower: null, shareUpper: null }
const care = (
  by: CareOnTimeReport['by'],
  total: typeof figures | typeof nothing,
  keys: string[]
): CareOnTimeReport => ({
  report: 'care-on-time',
  by,
  storeId: null,
  window: { fromOn: '2026-05-01', toOn: '2026-06-01' },
  asOf: '2026-06-01T00:00:00.000Z',
  total,
  data: keys.map((key, place) => ({
    key,
    label: by === 'kind' || place % 3 === 0 ? null : `${LONG}${place}`,
    ...(place % 4 === 3 ? nothing : figures)
  }))
})

for (const view of [
  care('kind', figures, ['call', 'visit', 'thank_you', 'review', 'guidance', 'complaint_contact']),
  care(
    'staff',
    figures,
    Array.from({ length: 60 }, (_, n) => `P${n}`)
  ),
  care('store', { ...nothing, tasks: 1 }, ['S1']),
  care('store', nothing, [])
]) {
  t.test(`the chart of ${view.data.length} rows by ${view.by} can be read in every language`, async t => {
    for (const language of LANGUAGES) {
      const svg = chartOf(view, language)
      t.equal(objectionTo(svg), undefined, 'is well-formed')
      const texts = textsOf(svg)
      t.same(overlaps(texts), [], 'no text lies over another')
      const { width, height } = sizeOf(svg)
      t.same(
        texts.filter(one => one.left < 0 || one.right > width || one.top < 0 || one.bottom > height),
        []
      )
    }
  })
}
