import t from 'tap'
import { startService } from '../support/service.ts'

const service = await startService({ clock: new Date('2026-06-10T10:00:00.000Z') })
t.teardown(() => service.close())

const words = { kind: 'question', channel: 'email', text: 'When?' }
const CLOSED: { on: string; intervals: never[] }[] = ['2024-03-29', '2024-04-01'].map(on => ({ on, intervals: [] }))
const EASTER = {
  weekly: [
    ...[1, 2, 3, 4, 5].map(weekday => ({ weekday, opensAt: '09:00', closesAt: '18:00' })),
    { weekday: 6, opensAt: '10:00', closesAt: '14:00' }
  ],
  exceptions: CLOSED
}

t.test('GET /v1/answer-policy', async t => {
  const shop = await service.newTenant()
  t.test('200 shows what holds for who has set nothing: 24 elapsed hours', async t => {
    const { status, headers, body } = await shop.call('GET', '/v1/answer-policy')
    t.equal(status, 200)
    t.equal(headers.get('etag'), '"1"')
    t.match(body, { answerWithinMinutes: 1_440, calendar: 'elapsed', atRiskShare: 0.75, version: 1, createdBy: null })
    t.equal((await shop.call('GET', '/v1/answer-policy/versions')).body.data.length, 1)
  })
})

t.test('PUT /v1/answer-policy', async t => {
  const shop = await service.newTenant()
  const put = (body: object, headers = {}) => shop.call('PUT', '/v1/answer-policy', body, headers)

  t.test('200 makes a new version, and what is left out takes its default', async t => {
    const { status, body } = await put({ answerWithinMinutes: 60, ladder: [{ atShare: 1, role: 'owner' }] })
    t.equal(status, 200)
    t.match(body, { answerWithinMinutes: 60, atRiskShare: 0.75, version: 2 })
    t.same(body.ladder, [{ atShare: 1, role: 'owner' }])
    t.equal((await put({ answerWithinMinutes: 60, ladder: [{ atShare: 1, role: 'owner' }] })).body.version, 2, 'equal')
    const { body: versions } = await shop.call('GET', '/v1/answer-policy/versions')
    t.same(
      versions.data.map((one: { version: number }) => one.version),
      [2, 1]
    )
  })

  t.test('a clock that runs keeps its term; what comes in from now on has the new one', async t => {
    const before = (await shop.call('POST', '/v1/feedback', words)).body
    t.equal(before.answerDueAt, '2026-06-10T11:00:00.000Z')
    await put({ answerWithinMinutes: 30 })
    t.equal((await shop.call('GET', `/v1/feedback/${before.id}`)).body.answerDueAt, before.answerDueAt)
    await shop.call('POST', `/v1/feedback/${before.id}/pauses`)
    const resumed = await shop.call('POST', `/v1/feedback/${before.id}/resumptions`)
    t.equal(resumed.body.answerDueAt, before.answerDueAt, 'by the policy that it came in under')
    const after = (await shop.call('POST', '/v1/feedback', words)).body
    t.match(after, { answerDueAt: '2026-06-10T10:30:00.000Z', policyVersion: 3 })
  })

  t.test('412 when it was decided on an older version, and of two at once one is told', async t => {
    t.equal((await put({}, { 'if-match': '"1"' })).status, 412)
    const both = await Promise.all(
      [10, 20].map(answerWithinMinutes => put({ answerWithinMinutes }, { 'if-match': '"3"' }))
    )
    t.same(both.map(one => one.status).sort(), [200, 412])
  })

  t.test('422 names every number that no answer could be timed by', async t => {
    const { status, body } = await put({
      answerWithinMinutes: 0,
      atRiskShare: 2,
      maxPauseMinutes: -1,
      ladder: [{ atShare: 3, role: 'owner' }],
      businessHours: { weekly: [{ weekday: 1, opensAt: '18:00', closesAt: '09:00' }], exceptions: [] }
    })
    t.match([status, body.code], [422, 'answer_policy.invalid'])
    t.same(
      body.errors.map((one: { pointer: string }) => one.pointer),
      [
        '/answerWithinMinutes',
        '/atRiskShare',
        '/maxPauseMinutes',
        '/businessHours/weekly/0/closesAt',
        '/ladder/0/atShare'
      ]
    )
  })

  t.test('400 for a role that nobody has, and 403 for who only answers', async t => {
    t.equal((await put({ ladder: [{ atShare: 1, role: 'king' }] })).status, 400)
    const front = await shop.withScopes('feedback:read', 'feedback:write')
    t.equal((await front.call('PUT', '/v1/answer-policy', {})).status, 403)
    t.equal((await front.call('GET', '/v1/answer-policy')).status, 200)
  })
})

t.test('/v1/stores/:id/business-hours', async t => {
  const shop = await service.newTenant()
  const berlin = (await shop.call('POST', '/v1/stores', { code: 'B', name: 'B', timeZone: 'Europe/Berlin' })).body.id
  const put = (body: object, headers = {}) => shop.call('PUT', `/v1/stores/${berlin}/business-hours`, body, headers)

  t.test('200 shows those of the policy while the store has none of its own', async t => {
    const { body } = await shop.call('GET', `/v1/stores/${berlin}/business-hours`)
    t.match(body, { source: 'policy', timeZone: 'Europe/Berlin', version: 1 })
    t.equal(body.weekly.length, 5)
  })

  t.test('200 gives it hours of its own, in which answers are timed over Easter and the change of clocks', async t => {
    const { status, body } = await put(EASTER, { 'if-match': '"1"' })
    t.match([status, body.source, body.version], [200, 'store', 2])
    t.same(body.exceptions, CLOSED)
    t.equal((await put(EASTER)).body.version, 2, 'equal ones change nothing')
    await shop.call('PUT', '/v1/answer-policy', { calendar: 'business', ladder: [] })
    const received = { ...words, storeId: berlin, receivedAt: '2024-03-29T16:30:00+01:00' }
    const { body: feedback } = await shop.call('POST', '/v1/feedback', received)
    t.equal(feedback.answerDueAt, '2024-04-04T09:00:00.000Z', '11:00 of Berlin’s summer')
    t.equal(feedback.receivedOn, '2024-03-29')
  })

  t.test('without a store the policy’s hours count by the tenant’s clock', async t => {
    const received = { ...words, receivedAt: '2026-06-05T17:00:00+02:00' }
    const { body } = await shop.call('POST', '/v1/feedback', received)
    t.equal(body.answerDueAt, '2026-06-10T12:00:00.000Z', 'Friday 17:00 and 24 hours of weekdays from 9 to 18')
  })

  t.test('404, 412 and 422', async t => {
    t.equal((await shop.call('GET', '/v1/stores/0193a1f0-7c1e-7b3a-9d52-000000000000/business-hours')).status, 404)
    t.equal((await put(EASTER, { 'if-match': '"1"' })).status, 412)
    const { status, body } = await put({ weekly: [], exceptions: [] })
    t.match([status, body.code, body.errors[0].pointer], [422, 'business_hours.invalid', '/weekly'])
    t.equal((await put({ weekly: [], exceptions: [{ on: '2026-02-30', intervals: [] }] })).status, 400)
    const stranger = await service.newTenant()
    t.equal((await stranger.call('GET', `/v1/stores/${berlin}/business-hours`)).status, 404)
    t.equal((await stranger.call('PUT', `/v1/stores/${berlin}/business-hours`, EASTER)).status, 404)
  })
})

t.test('/v1/staff/:id/absences', async t => {
  const shop = await service.newTenant()
  const person = async (code: string) =>
    (await shop.call('POST', '/v1/staff', { code, name: code, roles: ['front_line'], storeIds: [] })).body.id
  const [anna, dora] = [await person('anna'), await person('dora')]
  const away = (body: object, of = anna) => shop.call('POST', `/v1/staff/${of}/absences`, body)
  const week = { fromOn: '2026-06-15', toOn: '2026-06-19', deputyStaffId: dora, note: 'holiday' }

  t.test('201 records days, both included, and who stands in; 200 lists them; 204 takes them away', async t => {
    const { status, body } = await away(week)
    t.equal(status, 201)
    t.match(body, { ...week, staffId: anna })
    await away({ fromOn: '2026-06-20', toOn: '2026-06-20' })
    const list = async () => (await shop.call('GET', `/v1/staff/${anna}/absences`)).body.data
    t.same(
      (await list()).map((one: { toOn: string }) => one.toOn),
      ['2026-06-19', '2026-06-20']
    )
    t.equal((await shop.call('DELETE', `/v1/staff/${dora}/absences/${body.id}`)).status, 404, 'of somebody else')
    t.equal((await shop.call('DELETE', `/v1/staff/${anna}/absences/${body.id}`)).status, 204)
    t.equal((await shop.call('DELETE', `/v1/staff/${anna}/absences/${body.id}`)).status, 404)
    t.equal((await list()).length, 1)
  })

  t.test('404, 409 and 422 for whom and when there cannot be one', async t => {
    const nobody = '0193a1f0-7c1e-7b3a-9d52-000000000000'
    t.equal((await away(week, nobody)).status, 404)
    t.equal((await shop.call('GET', `/v1/staff/${nobody}/absences`)).status, 404)
    const code = async (body: object) => (await away({ ...week, ...body })).body.code
    t.equal(await code({ toOn: '2026-06-14' }), 'absence.days_not_ordered')
    t.equal(await code({ fromOn: '0001-01-01', toOn: '0001-01-02' }), 'absence.implausible')
    t.equal(await code({ fromOn: '2026-06-20', toOn: '9999-12-31' }), 'absence.implausible')
    t.equal(await code({ fromOn: '2026-06-20', toOn: '2029-06-21' }), 'absence.implausible')
    t.equal(await code({ deputyStaffId: anna }), 'absence.own_deputy')
    t.equal(await code({ deputyStaffId: nobody }), 'staff.unknown')
    t.equal(await code({ fromOn: '2026-06-20', toOn: '2026-06-25' }), 'absence.overlap')
    const both = await Promise.all([1, 2].map(() => away({ ...week, fromOn: '2026-07-01', toOn: '2026-07-02' })))
    t.same(both.map(one => one.status).sort(), [201, 409], 'of two at once one')
    const stranger = await service.newTenant()
    t.equal(
      (await stranger.call('POST', `/v1/staff/${anna}/absences`, { fromOn: '2026-06-01', toOn: '2026-06-02' })).status,
      404
    )
  })
})
