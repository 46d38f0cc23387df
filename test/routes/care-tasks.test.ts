import t from 'tap'
import { uuidv7 } from 'uuidv7'
import { complaintShop } from '../support/complaints.ts'
import { decisionFixtures } from '../support/decisions.ts'
import { startService } from '../support/service.ts'

const NOW = '2026-03-10T10:00:00.000Z'
const service = await startService({ clock: new Date(NOW) })
const fixtures = await decisionFixtures(service)
t.teardown(async () => {
  await fixtures.close()
  await service.close()
})

type Body = Record<string, unknown>

/** A shop with an A customer and her relationship manager, and another one. */
async function open() {
  service.clock.set(NOW)
  const complaints = await complaintShop(service)
  const { shop, customerId, hire } = complaints
  const managerId = await hire('RM1', ['relationship_manager'])
  const otherId = await hire('RM2', ['relationship_manager'])
  await fixtures.classify(shop.tenant.id, customerId, 'A')
  const give = (staffId: string, to = customerId) =>
    shop.call('PUT', `/v1/customers/${to}/relationship-manager`, { staffId })
  await give(managerId)
  const create = (more: Body = {}) =>
    shop.call('POST', '/v1/care-tasks', { customerId, kind: 'call', dueAt: '2026-03-12T10:00:00Z', ...more })
  const list = async (query = '') => (await shop.call('GET', `/v1/care-tasks?${query}`)).body.data
  const read = async (id: string) => (await shop.call('GET', `/v1/care-tasks/${id}`)).body
  const done = (id: string, body: Body = {}, headers = {}) =>
    shop.call('POST', `/v1/care-tasks/${id}/completions`, { channel: 'phone', ...body }, headers)
  const cancel = (id: string, headers = {}) =>
    shop.call('POST', `/v1/care-tasks/${id}/cancellations`, { reason: 'Moved away.' }, headers)
  const events = (prefix = 'care_task.') => complaints.events(prefix)
  return { ...complaints, managerId, otherId, give, create, list, read, done, cancel, events }
}

t.test('POST /v1/care-tasks', async t => {
  t.test('201 gives the task to the relationship manager, and tells of it without words', async t => {
    const { shop, customerId, storeId, managerId, create, read, events } = await open()
    const { status, body, headers } = await create({ note: 'Ask for the soles.' })
    t.equal(status, 201)
    t.match(body, {
      kind: 'call',
      source: 'by_hand',
      complaintId: null,
      customerId,
      customerName: 'Anna Zhang',
      storeId,
      staffId: managerId,
      actingStaffId: managerId,
      followsManager: true,
      dueAt: '2026-03-12T10:00:00.000Z',
      overdue: false,
      note: 'Ask for the soles.',
      plannedMinutes: 15,
      state: 'open',
      onTime: null,
      proof: null,
      version: 1
    })
    t.equal(headers.get('location'), `/v1/care-tasks/${body.id}`)
    t.equal(headers.get('etag'), '"1"')
    t.same(await read(body.id), body)
    const [event, ...others] = await events()
    t.same(others, [])
    t.match(event, { type: 'care_task.opened', subjectId: body.id, data: { kind: 'call', staffId: managerId } })
    t.notMatch(JSON.stringify(event), /soles|Zhang/)

    const reader = await shop.withScopes('care:read')
    t.match((await reader.call('GET', `/v1/care-tasks/${body.id}`)).body, {
      customerName: 'A…',
      note: null,
      masked: true
    })
  })

  t.test('201 plans it with what its kind usually takes in this shop', async t => {
    const { shop, create } = await open()
    await shop.call('PUT', '/v1/classification-policy', { care: { usualMinutes: { thankYou: 7 } } })
    const planned = async (body: Body) => (await create(body)).body.plannedMinutes
    t.equal(await planned({ kind: 'thank_you' }), 7)
    t.equal(await planned({ kind: 'visit' }), 90, 'what the policy leaves out is the default')
    t.equal(await planned({ kind: 'thank_you', plannedMinutes: 12 }), 12)
  })

  t.test('422 for what cannot be given or done', async t => {
    const { shop, storeId, clerkId, hire, create } = await open()
    const refused = async (more: Body) => (await create(more)).body.code
    t.equal(await refused({ dueAt: '2026-03-10T09:59:59Z' }), 'care_task.due_passed')
    t.equal(await refused({ customerId: uuidv7() }), 'customer.unknown')
    t.equal(await refused({ staffId: uuidv7() }), 'staff.unknown')
    t.equal(await refused({ storeId: uuidv7() }), 'store.unknown')
    const left = await hire('LEFT', ['front_line'])
    await shop.call('PATCH', `/v1/staff/${left}`, { active: false })
    t.equal(await refused({ staffId: left }), 'staff.left')
    const alone = (await shop.call('POST', '/v1/customers', { kind: 'person', name: 'B', homeStoreId: storeId })).body
      .id
    t.equal(await refused({ customerId: alone }), 'care_task.nobody_to_do_it')
    t.equal((await create({ customerId: alone, staffId: clerkId })).status, 201)
    t.equal((await create({ kind: 'complaint_contact' })).status, 400, 'the service sees to that itself')
  })

  t.test(
    '409 for who is not pursued, unless a manager overrides it; both are counted, and a complaint asks nobody',
    async t => {
      const { shop, customerId, managerId, create, complain, list } = await open()
      await fixtures.priceDriven(shop.tenant.id, customerId)
      const asked = { kind: 'visit', override: { reason: 'Runs the club.' } }
      const { status, body } = await create({ kind: 'visit' })
      t.equal(status, 409)
      t.match(body, {
        code: 'customer.not_pursued',
        facts: { effort: 'care_task', minutes: 90, cause: 'price_driven' }
      })
      const clerk = await shop.withScopes('care:write')
      const refused = await clerk.call('POST', '/v1/care-tasks', {
        customerId,
        dueAt: '2026-03-12T10:00:00Z',
        ...asked
      })
      t.match(refused, { status: 403, body: { code: 'pursuit.override_not_allowed' } })
      const task = await create({ ...asked, plannedMinutes: 40 })
      t.match(task, { status: 201, body: { overrideReason: 'Runs the club.', plannedMinutes: 40 } })
      const saved = (await shop.call('GET', '/v1/reports/effort-saved')).body
      t.same(
        saved.data.map(({ effort, overridden, attempts, minutes }: Body) => [effort, overridden, attempts, minutes]),
        [
          ['care_task', false, 2, 180],
          ['care_task', true, 1, 40]
        ]
      )
      const { body: complaint } = await complain()
      t.match(await list(`complaintId=${complaint.id}`), [{ kind: 'complaint_contact', staffId: managerId }])
    }
  )

  t.test('a repeat under its Idempotency-Key makes one task', async t => {
    const { shop, customerId, list } = await open()
    const body = { customerId, kind: 'review', dueAt: '2026-03-12T10:00:00Z' }
    const send = () => shop.call('POST', '/v1/care-tasks', body, { 'idempotency-key': 'one' })
    const [first, second] = [await send(), await send()]
    t.same(second.body, first.body)
    t.equal((await list()).length, 1)
  })
})

t.test('GET /v1/care-tasks', async t => {
  t.test('200 what is due first comes first, over pages and filters', async t => {
    const { shop, customerId, storeId, managerId, otherId, create, done, cancel, list } = await open()
    const made: Record<string, string> = {}
    const make = async (name: string, more: Body) => {
      made[name] = (await create(more)).body.id
    }
    await make('late', { dueAt: '2026-03-20T10:00:00Z' })
    await make('soon', { dueAt: '2026-03-11T10:00:00Z', kind: 'visit' })
    await make('other', { dueAt: '2026-03-12T10:00:00Z', staffId: otherId })
    await make('done', { dueAt: '2026-03-10T12:00:00Z' })
    await make('gone', { dueAt: '2026-03-15T12:00:00Z' })
    await done(made.done as string)
    await cancel(made.gone as string)
    const named = async (query: string) => {
      const found: Body[] = await list(query)
      return found.map(({ id }) => Object.keys(made).find(name => made[name] === id))
    }
    t.same(await named(''), ['done', 'soon', 'other', 'gone', 'late'])
    t.same(await named('state=open'), ['soon', 'other', 'late'])
    t.same(await named(`staffId=${managerId}`), ['done', 'soon', 'gone', 'late'])
    t.same(await named(`staffId=${otherId}&state=open`), ['other'])
    t.same(await named(`storeId=${storeId}&state=done`), ['done'])
    t.same(await named(`customerId=${customerId}&kind=visit`), ['soon'])
    t.same(await named('state=open&dueBefore=2026-03-12T11:00:00%2B01:00'), ['soon'], 'before the instant alone')
    t.same(await named(`complaintId=${uuidv7()}`), [])

    const pages: string[] = []
    let cursor: string | null = null
    do {
      const query: string = `limit=2${cursor === null ? '' : `&cursor=${cursor}`}`
      const { body } = await shop.call('GET', `/v1/care-tasks?${query}`)
      pages.push(...body.data.map(({ id }: Body) => id))
      cursor = body.nextCursor
    } while (cursor !== null)
    t.same(
      pages.map(id => Object.keys(made).find(name => made[name] === id)),
      ['done', 'soon', 'other', 'gone', 'late']
    )
  })

  t.test('a deputy has what the absent person has, for the days of the absence', async t => {
    const { shop, managerId, otherId, clerkId, create, list } = await open()
    const { body: task } = await create()
    const away = (deputyStaffId: string | null, fromOn: string, toOn: string, staffId = managerId) =>
      shop.call('POST', `/v1/staff/${staffId}/absences`, { fromOn, toOn, deputyStaffId })
    await away(otherId, '2026-03-10', '2026-03-11')
    await away(null, '2026-03-12', '2026-03-12')
    await away(clerkId, '2026-03-11', '2026-03-11', otherId)
    const seen = async () => {
      const ids = async (staffId: string) => (await list(`staffId=${staffId}`)).map(({ id }: Body) => id)
      const [{ staffId, actingStaffId }] = await list()
      t.equal(staffId, managerId)
      t.same(await ids(managerId), [task.id], 'whoever has it sees it all the time')
      return [actingStaffId, await ids(otherId), await ids(clerkId)]
    }
    t.same(await seen(), [otherId, [task.id], []])
    service.clock.set('2026-03-10T23:30:00.000Z')
    t.same(await seen(), [null, [], []], 'nobody stands in for a deputy; the day is the shop’s')
    service.clock.set('2026-03-11T23:30:00.000Z')
    t.same(await seen(), [null, [], []], 'no deputy was named')
    service.clock.set('2026-03-13T09:00:00.000Z')
    t.same(await seen(), [managerId, [], []])
  })

  t.test('a credential of one store sees the tasks of that store', async t => {
    const { shop, storeId, create, list } = await open()
    const { body: elsewhere } = await shop.call('POST', '/v1/stores', { code: 'S2', name: 'Two', timeZone: 'UTC' })
    const here = (await create()).body.id
    const there = (await create({ storeId: elsewhere.id })).body.id
    const bound = await shop.withKey({ scopes: ['care:read', 'care:write'], storeId })
    const { body } = await bound.call('GET', '/v1/care-tasks')
    t.same(
      body.data.map(({ id }: Body) => id),
      [here]
    )
    t.same((await bound.call('GET', `/v1/care-tasks?storeId=${elsewhere.id}`)).body.data, [])
    t.equal((await bound.call('GET', `/v1/care-tasks/${there}`)).status, 404)
    t.equal((await bound.call('POST', `/v1/care-tasks/${there}/completions`, { channel: 'phone' })).status, 404)
    t.equal((await list()).length, 2)
  })
})

t.test('PATCH /v1/care-tasks/:id', async t => {
  t.test('200 changes what is named, and a change of nothing leaves the version', async t => {
    const { shop, otherId, managerId, create, events } = await open()
    const { body: task } = await create()
    const patch = (body: Body, headers = {}) => shop.call('PATCH', `/v1/care-tasks/${task.id}`, body, headers)
    t.match(await patch({ note: 'Bring the card.', dueAt: '2026-03-11T10:00:00Z' }), {
      status: 200,
      body: { note: 'Bring the card.', dueAt: '2026-03-11T10:00:00.000Z', version: 2 }
    })
    t.match(await patch({ note: 'Bring the card.' }), { status: 200, body: { version: 2 } })
    t.match(await patch({ staffId: otherId, reason: 'Knows her.' }), {
      body: { staffId: otherId, followsManager: false, assignReason: 'Knows her.', version: 3 }
    })
    t.match(await patch({ staffId: null, reason: 'Back.' }), {
      body: { staffId: managerId, followsManager: true, version: 4 }
    })
    t.equal((await patch({ note: null }, { 'if-match': '"2"' })).status, 412)
    t.same(
      (await events()).map(({ type, data }) => [type, data.because ?? data.changed ?? null]),
      [
        ['care_task.opened', null],
        ['care_task.updated', ['dueAt', 'note']],
        ['care_task.reassigned', 'by_hand'],
        ['care_task.reassigned', 'by_hand']
      ]
    )
    t.notMatch(JSON.stringify(await events()), /Knows|card/)
  })

  t.test('what cannot be moved is refused', async t => {
    const { shop, clerkId, create, complain, list, done } = await open()
    const { body: task } = await create()
    const patch = async (id: string, body: Body) => {
      const answer = await shop.call('PATCH', `/v1/care-tasks/${id}`, body)
      return [answer.status, answer.body.code]
    }
    t.same(await patch(task.id, { staffId: clerkId }), [400, 'request.invalid'], 'with a reason only')
    t.same(await patch(task.id, { reason: 'Because.' }), [400, 'request.invalid'])
    t.same(await patch(task.id, { dueAt: '2026-03-10T09:00:00Z' }), [422, 'care_task.due_passed'])
    service.clock.set('2026-03-12T10:00:00.001Z')
    t.same(await patch(task.id, { dueAt: '2026-03-20T09:00:00Z' }), [409, 'care_task.overdue'])
    await complain()
    const [contact] = await list('kind=complaint_contact')
    t.same(await patch(contact.id, { dueAt: '2026-03-20T09:00:00Z' }), [409, 'care_task.due_fixed'])
    await done(task.id)
    t.same(await patch(task.id, { note: 'x' }), [409, 'care_task.invalid_state'])
  })
})

t.test('POST /v1/care-tasks/:id/completions and cancellations', async t => {
  t.test('201 keeps the proof, and whether it was in time', async t => {
    const { managerId, otherId, create, done, events } = await open()
    const [{ body: first }, { body: second }, { body: third }] = [await create(), await create(), await create()]
    service.clock.set('2026-03-12T10:00:00.000Z')
    t.match(await done(first.id, { channel: 'in_person', note: 'Content.' }), {
      status: 201,
      body: {
        state: 'done',
        onTime: true,
        proof: { doneAt: '2026-03-12T10:00:00.000Z', doneByStaffId: managerId, channel: 'in_person', note: 'Content.' }
      }
    })
    service.clock.set('2026-03-12T10:00:00.001Z')
    t.match(await done(second.id, { staffId: otherId }), { body: { onTime: false, proof: { doneByStaffId: otherId } } })
    t.match(await done(third.id, { doneAt: '2026-03-11T10:00:00Z' }), { body: { onTime: true } }, 'noted later')
    const completed = (await events()).filter(({ type }) => type === 'care_task.completed')
    t.same(
      completed.map(({ data }) => [data.onTime, data.channel]),
      [
        [true, 'in_person'],
        [false, 'phone'],
        [true, 'phone']
      ]
    )
    t.notMatch(JSON.stringify(completed), /Content/)
  })

  t.test('a task is done or given up once, and not at a time that cannot be', async t => {
    const { create, done, cancel, read } = await open()
    const { body: task } = await create()
    t.match(await done(task.id, { doneAt: '2026-03-10T10:05:01Z' }), {
      status: 422,
      body: { code: 'care_task.in_future' }
    })
    t.match(await done(task.id, { doneAt: '2026-03-10T09:59:59Z' }), {
      status: 422,
      body: { code: 'care_task.before_created' }
    })
    t.match(await done(task.id, { staffId: uuidv7() }), { status: 422, body: { code: 'staff.unknown' } })
    t.equal((await done(task.id, {}, { 'if-match': '"2"' })).status, 412)
    t.match(await cancel(task.id), {
      status: 201,
      body: { state: 'cancelled', onTime: null, cancellation: { cancelledAt: NOW, reason: 'Moved away.' } }
    })
    t.match(await done(task.id), {
      status: 409,
      body: { code: 'care_task.invalid_state', facts: { state: 'cancelled' } }
    })
    t.match(await cancel(task.id), { status: 409, body: { code: 'care_task.invalid_state' } })
    t.equal((await read(task.id)).version, 2)
    t.equal((await done(uuidv7())).status, 404)
  })

  t.test('of many who end one task at once one wins, and one event says so', async t => {
    const { create, done, cancel, read, events } = await open()
    const { body: task } = await create()
    const answers = await Promise.all(Array.from({ length: 8 }, (_, n) => (n % 2 ? done(task.id) : cancel(task.id))))
    t.same(answers.map(({ status }) => status).sort(), [201, 409, 409, 409, 409, 409, 409, 409])
    const { state, version } = await read(task.id)
    t.equal(version, 2)
    t.same(
      (await events()).map(({ type }) => type),
      ['care_task.opened', state === 'done' ? 'care_task.completed' : 'care_task.cancelled']
    )
  })
})

t.test('a complaint of an A customer', async t => {
  t.test('opens a task of her manager with the case, by when the answer is due', async t => {
    const { shop, customerId, managerId, storeId, complain, list, events } = await open()
    const { body: complaint } = await complain({ receivedAt: '2026-03-10T08:00:00Z' })
    const [task, ...others] = await list()
    t.same(others, [])
    t.match(task, {
      kind: 'complaint_contact',
      source: 'complaint',
      complaintId: complaint.id,
      customerId,
      storeId,
      staffId: managerId,
      followsManager: true,
      dueAt: complaint.answerDueAt,
      plannedMinutes: null,
      state: 'open'
    })
    t.equal(task.dueAt, '2026-03-11T08:00:00.000Z')
    const [told] = await events('relationship_manager.complaint_opened')
    t.match(told, { data: { staffId: managerId, careTaskId: task.id } })
    t.notMatch(JSON.stringify(await events()), /sole/i)
    // Whichever way it comes in.
    const { body: said } = await shop.call('POST', '/v1/feedback', {
      kind: 'complaint',
      channel: 'counter',
      text: 'Again!',
      customerId,
      storeId
    })
    t.match(await list(`complaintId=${said.id}`), [{ state: 'open', staffId: managerId }])
    await shop.call('POST', '/v1/feedback', { kind: 'praise', channel: 'counter', text: 'Fine.', customerId, storeId })
    t.equal((await list()).length, 2)
  })

  t.test(
    'that came in as a question of no store is told when it is called one, and goes along to its store',
    async t => {
      const { shop, customerId, managerId, storeId, list, events } = await open()
      const said = { kind: 'question', channel: 'web', text: 'Why did the sole come off?', customerId, storeId: null }
      const { body } = await shop.call('POST', '/v1/feedback', said)
      t.same(await list(), [])
      await shop.call('PATCH', `/v1/feedback/${body.id}`, { kind: 'complaint' })
      const [task] = await list()
      t.match(task, { complaintId: body.id, staffId: managerId, storeId: null, dueAt: body.answerDueAt })
      t.match(await events('relationship_manager.complaint_opened'), [
        { data: { staffId: managerId, complaintId: body.id, careTaskId: task.id, abcClass: 'A' } }
      ])
      await shop.call('PUT', '/v1/answer-policy', { calendar: 'business', answerWithinMinutes: 120 })
      const { body: later } = await shop.call('POST', '/v1/feedback', { ...said, kind: 'complaint' })
      const hours = { weekly: [{ weekday: 4, opensAt: '10:00', closesAt: '18:00' }], exceptions: [] }
      t.equal((await shop.call('PUT', `/v1/stores/${storeId}/business-hours`, hours)).status, 200)
      const { body: moved } = await shop.call('PATCH', `/v1/feedback/${later.id}`, { storeId })
      t.not(moved.answerDueAt, later.answerDueAt)
      t.match(await list(`complaintId=${later.id}`), [{ storeId, dueAt: moved.answerDueAt, state: 'open' }])
    }
  )

  t.test('is told to nobody but a manager of an A customer', async t => {
    const { shop, customerId, complain, list } = await open()
    await fixtures.classify(shop.tenant.id, customerId, 'B')
    await complain()
    await complain({ customerId: null, purchaseId: null })
    const { body: alone } = await shop.call('POST', '/v1/customers', { kind: 'person', name: 'Without a manager' })
    await fixtures.classify(shop.tenant.id, alone.id, 'A')
    await complain({ customerId: alone.id, purchaseId: null })
    t.same(await list(), [])
  })

  t.test('owes one contact at a time: it ends with the case, and a reopened one is owed another', async t => {
    const { complain, step, list, done, events } = await open()
    const { body: complaint } = await complain()
    const close = async () => {
      await step(complaint.id, 'answers', { substantive: true, text: 'Sorry.' })
      t.equal((await step(complaint.id, 'closures', { outcome: 'resolved', verdict: 'accepted' })).status, 200)
    }
    const tasks = async () => (await list(`complaintId=${complaint.id}`)) as Body[]
    await step(complaint.id, 'causes', { cause: 'undetermined' })
    await close()
    t.match(await tasks(), [{ state: 'withdrawn', withdrawal: { because: 'complaint_closed', withdrawnAt: NOW } }])

    service.clock.set('2026-03-10T15:00:00.000Z')
    await step(complaint.id, 'reopenings', { reason: 'not_satisfied' })
    const [first, second, ...others] = await tasks()
    t.same(others, [])
    t.same([first?.state, second?.state].sort(), ['open', 'withdrawn'])
    const open2 = [first, second].find(one => one?.state === 'open') as Body
    t.equal(open2.dueAt, '2026-03-11T15:00:00.000Z', 'the clock went on from where it stood')
    t.equal((await done(String(open2.id))).body.onTime, true)

    await close()
    t.same((await tasks()).map(({ state }) => state).sort(), ['done', 'withdrawn'], 'what was done stays done')
    await step(complaint.id, 'reopenings', { reason: 'not_satisfied' })
    await step(complaint.id, 'answers', { substantive: true, text: 'Really sorry.' })
    await step(complaint.id, 'reopenings', { reason: 'not_satisfied' })
    t.equal((await tasks()).filter(({ state }) => state === 'open').length, 1, 'one that is open stays')
    await step(complaint.id, 'withdrawals', {})
    t.equal((await tasks()).filter(({ withdrawal }) => withdrawal !== null).length, 2)
    t.same(
      (await events()).map(({ type, data }) => [type, data.because ?? null]),
      [
        ['care_task.opened', null],
        ['care_task.withdrawn', 'complaint_closed'],
        ['care_task.opened', null],
        ['care_task.completed', null],
        ['care_task.opened', null],
        ['care_task.withdrawn', 'complaint_withdrawn']
      ]
    )
  })

  t.test('is owed a word when it is owed an answer: a pause and its end move both terms', async t => {
    const { shop, complain, list, events } = await open()
    const { body: complaint } = await complain()
    const due = async () => [
      (await list())[0].dueAt,
      (await shop.call('GET', `/v1/feedback/${complaint.id}`)).body.answerDueAt
    ]
    const clock = (step: string) => shop.call('POST', `/v1/feedback/${complaint.id}/${step}`, {})
    t.equal((await clock('pauses')).status, 200)
    t.same(await due(), Array(2).fill('2026-03-18T10:00:00.000Z'), 'as far as a pause may go')
    service.clock.set('2026-03-12T10:00:00.000Z')
    t.equal((await clock('resumptions')).status, 200)
    t.same(await due(), Array(2).fill('2026-03-13T10:00:00.000Z'))
    const moved = (await events()).filter(({ type }) => type === 'care_task.updated').map(({ data }) => data)
    const because = { changed: ['dueAt'], because: 'answer_term_moved' }
    t.match(moved, [
      { ...because, dueBefore: '2026-03-11T10:00:00.000Z', dueAt: '2026-03-18T10:00:00.000Z' },
      { ...because, dueBefore: '2026-03-18T10:00:00.000Z', dueAt: '2026-03-13T10:00:00.000Z' }
    ])
    t.match(await list(), [{ version: 3, state: 'open' }])
  })

  t.test('that is opened again moves the term of a word that is still owed, unless it was broken', async t => {
    const { step, complain, list } = await open()
    const { body: complaint } = await complain()
    const again = async (at: string) => {
      await step(complaint.id, 'answers', { substantive: true, text: 'Sorry.' })
      service.clock.set(at)
      t.equal((await step(complaint.id, 'reopenings', { reason: 'not_satisfied' })).status, 200)
    }
    await again('2026-03-10T20:00:00.000Z')
    t.match(await list(), [{ state: 'open', dueAt: '2026-03-11T20:00:00.000Z', version: 2 }])
    await again('2026-03-13T20:00:00.000Z')
    t.match(await list(), [{ state: 'open', overdue: true, dueAt: '2026-03-11T20:00:00.000Z', version: 2 }])
  })

  t.test('that is escalated after its answer is owed a word when it is owed the next answer', async t => {
    const { hire, step, complain, list, done, shop } = await open()
    const chiefId = await hire('M1', ['store_manager'])
    const ownerId = await hire('O1', ['owner'])
    const escalated = async (id: string, toStaffId: string) => {
      await step(id, 'answers', { substantive: true, text: 'Sorry.' })
      service.clock.set('2026-03-10T20:00:00.000Z')
      t.equal((await step(id, 'escalations', { toStaffId })).status, 200)
      return (await shop.call('GET', `/v1/complaints/${id}`)).body.answerDueAt
    }
    const { body: complaint } = await complain()
    const dueAt = await escalated(complaint.id, chiefId)
    t.equal(dueAt, '2026-03-11T20:00:00.000Z')
    const [task] = await list()
    t.match(task, { state: 'open', dueAt, version: 2 })

    await done(task.id)
    const again = await escalated(complaint.id, ownerId)
    t.match(await list(`complaintId=${complaint.id}&state=open`), [{ kind: 'complaint_contact', dueAt: again }])
  })

  t.test('that turns out to be of somebody else is his to be spoken to about', async t => {
    const { shop, storeId, otherId, give, complain, list } = await open()
    const { body: ben } = await shop.call('POST', '/v1/customers', {
      kind: 'person',
      name: 'Ben',
      homeStoreId: storeId
    })
    await fixtures.classify(shop.tenant.id, ben.id, 'A')
    await give(otherId, ben.id)
    const { body: complaint } = await complain({ purchaseId: null })
    await shop.call('PATCH', `/v1/feedback/${complaint.id}`, { customerId: ben.id })
    t.match(await list('state=withdrawn'), [{ withdrawal: { because: 'complaint_of_another' } }])
    t.match(await list('state=open'), [{ customerId: ben.id, staffId: otherId, complaintId: complaint.id }])
    await shop.call('PATCH', `/v1/feedback/${complaint.id}`, { customerId: null })
    t.same(await list('state=open'), [])
  })

  t.test('sent twice at once opens one case with one task', async t => {
    const { shop, storeId, customerId, list } = await open()
    const body = { channel: 'letter', subject: 'S', description: 'D', storeId, customerId }
    const send = () => shop.call('POST', '/v1/complaints', body, { 'idempotency-key': 'twice' })
    await Promise.all([send(), send()])
    t.equal((await send()).status, 201)
    t.equal((await list()).length, 1)
  })
})

t.test('a change of the relationship manager by hand', async t => {
  t.test('has the new one speak with an A customer about cases that nobody spoke about, once', async t => {
    const { shop, otherId, storeId, give, complain, done, cancel, list, step, events } = await open()
    const { body: ben } = await shop.call('POST', '/v1/customers', {
      kind: 'person',
      name: 'Ben',
      homeStoreId: storeId
    })
    await fixtures.classify(shop.tenant.id, ben.id, 'A')
    const of = { customerId: ben.id, purchaseId: null }
    const { body: complaint } = await complain(of)
    const { body: over } = await complain(of)
    await step(over.id, 'withdrawals', {})
    t.same(await list(`customerId=${ben.id}`), [], 'he has no manager')

    await give(otherId, ben.id)
    const [task, ...others] = await list(`customerId=${ben.id}`)
    t.same(others, [])
    t.match(task, {
      kind: 'complaint_contact',
      complaintId: complaint.id,
      staffId: otherId,
      followsManager: true,
      dueAt: complaint.answerDueAt
    })
    const told = (await events('relationship_manager.complaint_opened')).filter(
      ({ data }) => data.customerId === ben.id
    )
    t.match(told, [
      { subjectId: otherId, data: { complaintId: complaint.id, abcClass: 'A', careTaskId: task.id, staffId: otherId } }
    ])
    const { body: second } = await complain(of)
    await cancel((await list(`complaintId=${second.id}`))[0].id)
    await done(task.id)
    const third = (await shop.call('POST', '/v1/staff', {
      code: 'RM3',
      name: 'RM3',
      storeIds: [],
      roles: ['relationship_manager']
    })) as { body: { id: string } }
    await give(third.body.id, ben.id)
    t.same(await list(`customerId=${ben.id}&state=open`), [], 'what was done or given up is not owed again')
  })

  t.test('takes his open tasks along, and no other ones', async t => {
    const { managerId, otherId, clerkId, give, create, done, complain, list, events } = await open()
    const finished = (await create()).body.id
    await done(finished)
    const named = (await create({ staffId: managerId })).body.id
    const his = (await create()).body.id
    await complain()
    await give(otherId)
    const found: Body[] = await list()
    const whose = (id: string) => found.find(one => one.id === id)?.staffId
    t.same([whose(finished), whose(named), whose(his)], [managerId, managerId, otherId])
    t.match(
      found.filter(({ kind }) => kind === 'complaint_contact'),
      [{ staffId: otherId, version: 2 }]
    )
    const told = (await events()).filter(({ type }) => type === 'care_task.reassigned').map(({ data }) => data)
    t.equal(told.length, 2)
    for (const { id, kind, source, complaintId, customerId, storeId, staffId, dueAt } of found) {
      if (staffId !== otherId) continue
      const task = { careTaskId: id, kind, source, complaintId, customerId, storeId, staffId, dueAt }
      t.same(
        told.find(({ careTaskId }) => careTaskId === id),
        { ...task, before: managerId, because: 'manager_changed' }
      )
    }
    t.same(await list(`staffId=${clerkId}`), [])
  })

  t.test('and complaints at the same moment leave every open task with the manager at the end', async t => {
    const { shop, customerId, managerId, otherId, give, complain, list } = await open()
    for (let round = 0; round < 6; round++) {
      const [first, second] = round % 2 ? [managerId, otherId] : [otherId, managerId]
      await Promise.all([complain(), give(first), complain(), give(second), complain(), give(first)])
      const { body: current } = await shop.call('GET', `/v1/customers/${customerId}/relationship-manager`)
      const tasks: Body[] = await list('limit=200')
      t.equal(tasks.length, 3 * (round + 1))
      t.same([...new Set(tasks.map(({ staffId }) => staffId))], [current.staffId])
    }
  })
})
