import t from 'tap'
import { COMPLAINT_PROBLEMS } from '../../src/routes/problems/complaints.ts'
import { type ComplaintShop, complaintShop } from '../support/complaints.ts'
import { startIssuer } from '../support/issuer.ts'
import { startService } from '../support/service.ts'

const NOW = '2026-03-02T10:00:00.000Z'
const issuer = await startIssuer()
const service = await startService({
  clock: new Date(NOW),
  jwtIssuers: [
    {
      issuer: issuer.url,
      jwksUri: `${issuer.url}/jwks`,
      tenantClaim: 'tenant',
      staffClaim: 'staff_code',
      rolesClaim: 'roles',
      audience: 'clientele',
      algorithms: ['ES256']
    }
  ]
})
t.teardown(async () => {
  await service.close()
  await issuer.close()
})

const open = async (): Promise<ComplaintShop> => {
  service.clock.set(NOW)
  return complaintShop(service)
}
const NOBODY = '0193a1f0-7c1e-7b3a-9d52-ffffffffffff'
const answered = { substantive: true, text: 'We are sorry. Here is a new pair.' }
const worn = { cause: 'product_quality', subCause: 'early_wear', evidence: 'Brittle glue.' }

/** A complaint that has its cause and its answer. */
const complained = async (shop: ComplaintShop, body: Record<string, unknown> = {}): Promise<string> => {
  const { id } = (await shop.complain(body)).body
  await shop.step(id, 'causes', worn)
  await shop.step(id, 'answers', answered)
  return id
}

t.test('POST /v1/complaints', async t => {
  t.test('201 opens a case beside a feedback of the same id', async t => {
    const { shop, complain, purchaseId, clerkId, customerId, events } = await open()
    const { status, body, headers } = await complain({ purchaseLineNo: 1 })
    t.equal(status, 201)
    t.equal(headers.get('location'), `/v1/complaints/${body.id}`)
    t.equal(headers.get('etag')?.startsWith('"1'), true)
    t.match(body, {
      state: 'received',
      subject: 'Sole came off',
      description: 'The sole came off.\n"After three weeks!"',
      customerId,
      purchaseId,
      purchaseLineNo: 1,
      sku: 'SHOE',
      promotionCode: null,
      supplierId: 'SUP-1',
      firstHandlerId: clerkId,
      handlerId: clerkId,
      answerDueAt: '2026-03-03T10:00:00.000Z',
      ending: 'open',
      handledFirstTime: null,
      otherComplaints: 0,
      causes: [],
      remedies: [],
      relationshipManagerId: null,
      version: 1
    })
    const feedback = await shop.call('GET', `/v1/feedback/${body.id}`)
    t.match(feedback.body, { kind: 'complaint', text: body.description, ownerStaffId: clerkId })
    t.same((await shop.call('GET', `/v1/complaints/${body.id}`)).body, body)
    const told = await events('')
    t.match(
      told.filter(({ type }) => /^(feedback|complaint)/.test(type)).map(({ type }) => type),
      ['feedback.received', 'complaint.opened']
    )
    t.notOk(JSON.stringify(told).includes('After three weeks'), 'words of a customer are in no event')
  })

  t.test('201 of POST /v1/feedback with the kind complaint opens the same case', async t => {
    const { shop, customerId } = await open()
    const { body } = await shop.call('POST', '/v1/feedback', {
      kind: 'complaint',
      channel: 'letter',
      text: '  \nYour shoes are a scandal.\nI want my money.',
      customerId
    })
    const { body: complaint } = await shop.call('GET', `/v1/complaints/${body.id}`)
    t.match(complaint, { state: 'received', subject: 'Your shoes are a scandal.', customerId, version: 1 })
  })

  t.test('201 tells the relationship manager at once', async t => {
    const { shop, complain, customerId, hire, events } = await open()
    const rm = await hire('RM', ['relationship_manager'])
    await shop.call('PUT', `/v1/customers/${customerId}/relationship-manager`, { staffId: rm })
    const { body } = await complain()
    t.equal(body.relationshipManagerId, rm)
    t.match((await events('complaint.opened'))[0], { data: { relationshipManagerId: rm, customerId } })
    t.match(await events('relationship_manager.complaint_opened'), [
      { subjectType: 'staff', subjectId: rm, data: { staffId: rm, complaintId: body.id, customerId } }
    ])
    const his = await shop.call('GET', `/v1/complaints?relationshipManagerId=${rm}&open=true`)
    t.same(
      his.body.data.map(({ id }: { id: string }) => id),
      [body.id]
    )
  })

  t.test('tells the relationship manager of a customer who becomes known later, as a step and a version', async t => {
    const { shop, complain, customerId, hire, events } = await open()
    const rm = await hire('RM', ['relationship_manager'])
    await shop.call('PUT', `/v1/customers/${customerId}/relationship-manager`, { staffId: rm })
    const { id } = (await complain({ customerId: null, purchaseId: null })).body
    t.same(await events('relationship_manager.complaint_opened'), [])
    t.equal((await shop.call('PATCH', `/v1/feedback/${id}`, { customerId })).status, 200)
    const { body } = await shop.call('GET', `/v1/complaints/${id}`)
    t.match(body, { customerId, relationshipManagerId: rm, version: 2, state: 'received' })
    t.match(await events('relationship_manager.complaint_opened'), [
      { subjectId: rm, data: { complaintId: id, customerId } }
    ])
    t.match(await events('complaint.relinked'), [{ data: { changed: ['customerId'], before: null, customerId } }])
    const { body: steps } = await shop.call('GET', `/v1/complaints/${id}/steps`)
    t.match(steps.data[1], { step: 'relink', stateBefore: 'received', stateAfter: 'received' })
    const his = await shop.call('GET', `/v1/complaints?relationshipManagerId=${rm}&open=true`)
    t.equal(his.body.data.length, 1)
    const stale = await shop.call('POST', `/v1/complaints/${id}/withdrawals`, {}, { 'if-match': '"1"' })
    t.equal(stale.status, 412)

    await shop.call('PATCH', `/v1/feedback/${id}`, { sku: 'SHOE' })
    t.match((await shop.call('GET', `/v1/complaints/${id}`)).body, { supplierId: 'SUP-1', sku: 'SHOE', version: 3 })
    await shop.call('PATCH', `/v1/feedback/${id}`, { attitude: 1 })
    t.equal((await shop.call('GET', `/v1/complaints/${id}`)).body.version, 3, 'what a case does not show is no step')
    await shop.call('POST', `/v1/complaints/${id}/withdrawals`, {})
    await shop.call('PATCH', `/v1/feedback/${id}`, { customerId: null, sku: null })
    const after = (await shop.call('GET', `/v1/complaints/${id}`)).body
    t.match(after, { state: 'withdrawn', customerId: null, relationshipManagerId: null, supplierId: null })
    t.equal((await events('relationship_manager.complaint_opened')).length, 1)
  })

  t.test('201 counts the other complaints of the same customer within a year', async t => {
    const { complain } = await open()
    await complain({ receivedAt: '2025-03-01T10:00:00Z' })
    await complain({ receivedAt: '2025-12-01T10:00:00Z' })
    t.equal((await complain()).body.otherComplaints, 1)
    t.equal((await complain({ customerId: null, purchaseId: null })).body.otherComplaints, null)
  })

  t.test('422 for a line that the purchase has not, and for what does not exist', async t => {
    const { complain } = await open()
    t.match((await complain({ purchaseLineNo: 3 })).body, { status: 422, code: 'purchase.line_unknown' })
    t.match((await complain({ purchaseId: null, purchaseLineNo: 1 })).body, { code: 'purchase.line_unknown' })
    t.match((await complain({ customerId: NOBODY })).body, { status: 422, code: 'customer.unknown' })
    t.match((await complain({ ownerStaffId: NOBODY })).body, { status: 422, code: 'staff.unknown' })
  })

  t.test(
    'who may not see persons reads subject, words, evidence and notes without what says who the customer is',
    async t => {
      const { shop, complain, step, clerkId, managerId } = await open()
      const { body } = await complain({ subject: 'Anna Zhang is angry', description: 'The sole came off. A. Zhang' })
      await step(body.id, 'assessments', { severity: 'low', note: 'Zhang called twice' })
      await step(body.id, 'causes', { cause: 'product_quality', evidence: 'Ms Zhang showed the shoe' })
      const remedy = { decision: 'apology', staffId: clerkId, note: 'for Anna' }
      t.equal((await step(body.id, 'remedies', remedy)).status, 201)
      const clerk = await shop.withScopes('complaints:read', 'complaints:write')
      const seen = await clerk.call('GET', `/v1/complaints/${body.id}`)
      t.match(seen.body, {
        subject: '[name] is angry',
        description: 'The sole came off. [name]',
        masked: true,
        causes: [{ evidence: 'Ms [name] showed the shoe' }],
        remedies: [{ note: 'for [name]' }]
      })
      const steps = await clerk.call('GET', `/v1/complaints/${body.id}/steps`)
      t.ok(steps.body.data.some(({ note }: { note: string | null }) => note === '[name] called twice'))
      t.equal((await clerk.call('GET', '/v1/remedies')).body.data[0].note, 'for [name]')
      t.match((await clerk.call('GET', '/v1/complaints')).body.data, [{ subject: '[name] is angry', masked: true }])
      const handedOver = { handlerId: managerId, note: 'Anna asks for you' }
      const answered = await clerk.call('POST', `/v1/complaints/${body.id}/handlers`, handedOver)
      t.match(answered.body, { subject: '[name] is angry', masked: true })
      t.notMatch(JSON.stringify([seen.body, steps.body, answered.body]), /Anna|Zhang/)
    }
  )

  t.test('a subject that is the beginning of the words ends within no name', async t => {
    const { shop, customerId } = await open()
    const text = `${'x '.repeat(98)}Anna Zhang complains`
    const { body } = await shop.call('POST', '/v1/feedback', { kind: 'complaint', channel: 'letter', customerId, text })
    t.equal((await shop.call('GET', `/v1/complaints/${body.id}`)).body.subject.slice(-4), 'Anna')
    const clerk = await shop.withScopes('complaints:read')
    t.notMatch((await clerk.call('GET', `/v1/complaints/${body.id}`)).body.subject, /Ann/)
  })

  t.test('400 for words that nobody can read, and for an attachment that no browser should open', async t => {
    const { complain, step, shop } = await open()
    const { id } = (await complain()).body
    const blank = ' \n\u200b'
    const refused = [
      [await complain({ subject: blank }), '/subject'],
      [await complain({ subject: 'Two\nlines' }), '/subject'],
      [await complain({ subject: 'Turned \u202e round' }), '/subject'],
      [await complain({ description: blank }), '/description'],
      [await complain({ attachments: [{ name: 'photo', url: 'javascript:alert(1)' }] }), '/attachments/0/url'],
      [await step(id, 'answers', { ...answered, text: blank }), '/text'],
      [await step(id, 'causes', { ...worn, evidence: blank }), '/evidence'],
      [await shop.call('POST', `/v1/feedback/${id}/answers`, { ...answered, text: blank }), '/text'],
      [await shop.call('POST', '/v1/inquiries', { channel: 'web', about: blank }), '/about']
    ] as const
    for (const [{ status, body }, pointer] of refused) {
      t.match(
        { status, pointers: body.errors.map((error: { pointer: string }) => error.pointer) },
        {
          status: 400,
          pointers: [pointer]
        }
      )
    }
    t.match((await shop.call('GET', `/v1/complaints/${id}`)).body, { state: 'received', answeredAt: null, causes: [] })
  })

  t.test('404, the identical one, for another tenant and another store', async t => {
    const { shop, complain } = await open()
    const { body } = await complain()
    const other = await service.newTenant()
    const store = (await shop.call('POST', '/v1/stores', { code: 'S2', name: 'Two', timeZone: 'UTC' })).body.id
    const bound = await shop.withKey({ scopes: ['complaints:read', 'complaints:write'], storeId: store })
    for (const caller of [other, bound]) {
      for (const path of ['', '/steps']) {
        const found = await caller.call('GET', `/v1/complaints/${body.id}${path}`)
        t.match(found.body, { status: 404, code: 'complaint.not_found' })
      }
      const changed = await caller.call('POST', `/v1/complaints/${body.id}/withdrawals`, {})
      t.match(changed.body, { status: 404, code: 'complaint.not_found' })
    }
    t.same((await bound.call('GET', '/v1/complaints')).body.data, [])
  })
})

t.test('the way of a case', async t => {
  t.test('200 from received to closed, each step a version and an entry of the history', async t => {
    const shop = await open()
    const { id } = (await shop.complain()).body
    const { step } = shop
    const state = async () => (await shop.shop.call('GET', `/v1/complaints/${id}`)).body.state
    await step(id, 'answers', { substantive: false, text: 'We look into it.' })
    t.equal(await state(), 'acknowledged')
    const assessed = await step(id, 'assessments', { severity: 'high', safety: true, impact: 'many_customers' })
    t.match(assessed.body, {
      state: 'investigating',
      assessment: { severity: 'high', safety: true, complexity: null, impact: 'many_customers', immediateAction: false }
    })
    const cause = await step(id, 'causes', worn)
    t.equal(cause.status, 201)
    t.equal((await step(id, 'answers', { ...answered, staffId: shop.clerkId })).status, 201)
    t.equal(await state(), 'answered')
    t.equal((await step(id, 'resolutions', { outcome: 'resolved' })).body.state, 'resolved')
    const { body } = await step(id, 'closures', {
      verdict: 'accepted',
      verdictChannel: 'hotline',
      staffId: shop.clerkId
    })
    t.match(body, {
      state: 'closed',
      ending: 'recovered',
      primaryCause: 'product_quality',
      answeredById: shop.clerkId,
      answeredInTime: true,
      closure: { outcome: 'resolved', verdict: 'accepted', verdictChannel: 'hotline', closedAt: NOW },
      handledFirstTime: null,
      version: 7
    })
    const steps = (await shop.shop.call('GET', `/v1/complaints/${id}/steps`)).body.data
    t.same(
      steps.map((one: { step: string; stepNo: number }) => [one.stepNo, one.step]),
      [
        [1, 'open'],
        [2, 'acknowledge'],
        [3, 'assess'],
        [4, 'trace'],
        [5, 'answer'],
        [6, 'resolve'],
        [7, 'close']
      ]
    )
    service.clock.set('2026-04-01T10:00:00.000Z')
    t.equal((await shop.shop.call('GET', `/v1/complaints/${id}`)).body.handledFirstTime, true, '30 days later')
    const told = (await shop.events('complaint.')).map(({ type }) => type)
    t.same(told, [
      'complaint.opened',
      'complaint.state_changed',
      'complaint.assessed',
      'complaint.state_changed',
      'complaint.cause_set',
      'complaint.state_changed',
      'complaint.state_changed',
      'complaint.closed',
      'complaint.state_changed'
    ])
  })

  t.test('200 closes an answered complaint in one step with its outcome', async t => {
    const shop = await open()
    const id = await complained(shop)
    const { body } = await shop.step(id, 'closures', { outcome: 'rejected', verdict: 'not_accepted' })
    t.match(body, { state: 'closed', ending: 'badly_closed', closure: { outcome: 'rejected' } })
  })

  t.test('409 while the cause is missing, and nothing changes', async t => {
    const shop = await open()
    const { id } = (await shop.complain()).body
    await shop.step(id, 'answers', answered)
    const before = (await shop.shop.call('GET', `/v1/complaints/${id}`)).body
    const refused = await shop.step(id, 'closures', { outcome: 'resolved', verdict: 'accepted' })
    t.match(refused.body, { status: 409, code: 'complaint.cause_missing' })
    t.same((await shop.shop.call('GET', `/v1/complaints/${id}`)).body, before)
  })

  t.test('422 while a customer who is known was not asked; nobody known, nobody asked', async t => {
    const shop = await open()
    const id = await complained(shop)
    const unreachable = { outcome: 'resolved', verdict: 'unreachable' }
    t.match((await shop.step(id, 'closures', unreachable)).body, { status: 422, code: 'complaint.verdict_missing' })
    t.match((await shop.step(id, 'closures', { verdict: 'accepted' })).body, { code: 'complaint.outcome_missing' })
    const nameless = await complained(shop, { customerId: null, purchaseId: null })
    t.match((await shop.step(nameless, 'closures', unreachable)).body, {
      state: 'closed',
      ending: 'closed_unheard',
      closure: { verdict: 'unreachable', verdictAskedAt: null }
    })
  })

  t.test('409 for what the state does not allow', async t => {
    const shop = await open()
    const { id } = (await shop.complain()).body
    const invalid = { status: 409, code: 'complaint.invalid_state' }
    t.match((await shop.step(id, 'resolutions', { outcome: 'resolved' })).body, invalid)
    t.match((await shop.step(id, 'closures', { outcome: 'resolved', verdict: 'accepted' })).body, invalid)
    t.match((await shop.step(id, 'reopenings', { reason: 'other' })).body, invalid)
    t.equal((await shop.step(id, 'withdrawals')).body.ending, 'withdrawn')
    for (const [step, body] of Object.entries({
      answers: answered,
      causes: worn,
      assessments: { severity: 'low' },
      escalations: {},
      handlers: { handlerId: shop.managerId },
      withdrawals: {},
      reopenings: { reason: 'other' },
      remedies: { decision: 'apology', staffId: shop.clerkId }
    })) {
      t.match((await shop.step(id, step, body)).body, invalid, step)
    }
    const feedback = await shop.shop.call('GET', `/v1/feedback/${id}`)
    t.equal(feedback.body.state, 'withdrawn', 'its clock has stopped too')
  })

  t.test('412 for a version that is not the present one', async t => {
    const shop = await open()
    const { id } = (await shop.complain()).body
    await shop.step(id, 'assessments', { severity: 'low' }, { 'if-match': '"1"' })
    const stale = await shop.step(id, 'assessments', { severity: 'high' }, { 'if-match': '"1"' })
    t.match(stale.body, { status: 412, code: 'version.mismatch' })
  })

  t.test('200 reopens: the verdict is history, the clock goes on, and it was not handled the first time', async t => {
    const shop = await open()
    const id = await complained(shop)
    await shop.step(id, 'closures', { outcome: 'resolved', verdict: 'accepted' })
    service.clock.set('2026-03-04T10:00:00.000Z')
    const { body } = await shop.step(id, 'reopenings', { reason: 'not_satisfied', note: 'Came off again.' })
    t.match(body, { state: 'reopened', closure: null, ending: 'open', reopenings: 1, handledFirstTime: false })
    t.equal(body.answeredAt, NOW, 'the first answer stays on record')
    t.match((await shop.shop.call('GET', `/v1/feedback/${id}`)).body, { state: 'open', reopenings: 1 })
    await shop.step(id, 'answers', answered)
    const again = await shop.step(id, 'closures', { outcome: 'resolved', verdict: 'accepted' })
    t.match(again.body, { state: 'closed', handledFirstTime: false, reopenings: 1 })
  })

  t.test('what happens to the feedback happens to the case', async t => {
    const { shop, complain, managerId, customerId } = await open()
    const { id } = (await complain({ customerId: null })).body
    const read = async () => (await shop.call('GET', `/v1/complaints/${id}`)).body
    await shop.call('PATCH', `/v1/feedback/${id}`, { ownerStaffId: managerId, customerId })
    t.match(await read(), { handlerId: managerId, handovers: 1, customerId })
    await shop.call('POST', `/v1/feedback/${id}/answers`, answered)
    t.match(await read(), { state: 'answered', answeredById: null }, 'credited to nobody: nobody was named')
    await shop.call('POST', `/v1/feedback/${id}/reopenings`, { reason: 'answer_wrong' })
    t.match(await read(), { state: 'reopened', reopenings: 1 })
    await shop.call('POST', `/v1/feedback/${id}/withdrawals`)
    t.match(await read(), { state: 'withdrawn', ending: 'withdrawn' })
  })
})

t.test('handled the first time', async t => {
  const MONTH_LATER = '2026-04-01T10:00:00.000Z'
  /** A case of the clerk with these answers, closed and accepted; what is said of it a month later. */
  const course = async (steps: (shop: ComplaintShop) => [string, object][], body: object = {}) => {
    const shop = await open()
    const { id } = (await shop.complain({ ...body })).body
    await shop.step(id, 'causes', worn)
    for (const [step, said] of steps(shop)) {
      const { status, body } = await shop.step(id, step, said)
      if (status >= 300) throw new Error(`${step} ${JSON.stringify(body)}`)
    }
    await shop.step(id, 'closures', { outcome: 'resolved', verdict: 'accepted' })
    service.clock.set(MONTH_LATER)
    return { shop, id, ...(await shop.shop.call('GET', `/v1/complaints/${id}`)) }
  }
  const by = (staffId: string): [string, object] => ['answers', { ...answered, staffId }]

  t.test('true only where the first handler answered first and last', async t => {
    t.equal((await course(({ clerkId }) => [by(clerkId)])).body.handledFirstTime, true)
    t.equal((await course(({ clerkId, managerId }) => [by(clerkId), by(managerId)])).body.handledFirstTime, false)
    t.equal((await course(({ clerkId, managerId }) => [by(managerId), by(clerkId)])).body.handledFirstTime, false)
    const both = await course(({ clerkId, managerId }) => [by(clerkId), by(managerId), by(clerkId)])
    t.equal(both.body.handledFirstTime, true)
  })

  t.test('false for what was escalated, whoever answers then', async t => {
    const { body } = await course(({ clerkId }) => [by(clerkId), ['escalations', {}], by(clerkId)])
    t.match(body, { handledFirstTime: false, escalations: 1, answeredById: body.firstHandlerId })
  })

  t.test('unknown where nobody was named, and not to the credit of the handler', async t => {
    const { body, shop, id } = await course(() => [['answers', answered]])
    t.match(body, { handledFirstTime: null, answeredById: null })
    const { body: steps } = await shop.shop.call('GET', `/v1/complaints/${id}/steps`)
    t.equal(steps.data.find(({ step }: { step: string }) => step === 'answer').staffId, null)
    t.equal((await course(({ clerkId }) => [by(clerkId), ['answers', answered]])).body.handledFirstTime, null)
  })

  t.test('who answers a case that nobody has is its first handler, and has it', async t => {
    const nobodys = { receivedByStaffId: null }
    const { body, shop, id } = await course(({ clerkId }) => [by(clerkId)], nobodys)
    t.match(body, { handledFirstTime: true, firstHandlerId: shop.clerkId, handlerId: shop.clerkId, handovers: 0 })
    t.equal((await shop.shop.call('GET', `/v1/feedback/${id}`)).body.ownerStaffId, shop.clerkId)
    t.match(await shop.events('complaint.handed_over'), [{ data: { before: null, handlerId: shop.clerkId } }])
    const unknown = await course(() => [['answers', answered]], nobodys)
    t.match(unknown.body, { handledFirstTime: null, firstHandlerId: null, handlerId: null })
    const acknowledged = await open()
    const { id: open_ } = (await acknowledged.complain(nobodys)).body
    await acknowledged.step(open_, 'answers', { ...answered, substantive: false, staffId: acknowledged.clerkId })
    t.equal((await acknowledged.shop.call('GET', `/v1/complaints/${open_}`)).body.handlerId, null)
  })

  t.test('an answer that turns out to have been the first is credited to who gave it', async t => {
    const shop = await open()
    const { id } = (await shop.complain()).body
    service.clock.set('2026-03-02T14:00:00.000Z')
    await shop.step(id, 'answers', { ...answered, staffId: shop.managerId })
    await shop.step(id, 'answers', { ...answered, staffId: shop.clerkId, answeredAt: '2026-03-02T12:00:00.000Z' })
    const { body } = await shop.shop.call('GET', `/v1/complaints/${id}`)
    t.match(body, { answeredById: shop.clerkId, answeredAt: '2026-03-02T12:00:00.000Z' })
  })
})

t.test('a user acts for himself, by whichever of the two the case is named', async t => {
  const shop = await open()
  const claims = { sub: 'clerk', tenant: shop.shop.tenant.id, staff_code: 'CLERK', roles: ['front_line'] }
  const authorization = `Bearer ${await issuer.token(claims, { at: service.clock.now })}`
  const does = (path: string, body: object = {}) => shop.shop.call('POST', path, body, { authorization })
  for (const resource of ['complaints', 'feedback']) {
    const { id } = (await shop.complain({ receivedByStaffId: shop.managerId })).body
    const path = `/v1/${resource}/${id}`
    const colleagues = await does(`${path}/answers`, { ...answered, staffId: shop.managerId })
    t.match(colleagues.body, { status: 403, code: 'staff.not_yourself' })
    const { status, body } = await does(`${path}/answers`, answered)
    t.match([status, body.staffId], [201, shop.clerkId])
    t.equal((await does(`${path}/reopenings`, { reason: 'other' })).status, 200)
    t.equal((await does(`${path}/withdrawals`)).status, 200)
    t.equal((await shop.shop.call('GET', `/v1/complaints/${id}`)).body.answeredById, shop.clerkId)
    const { body: steps } = await shop.shop.call('GET', `/v1/complaints/${id}/steps`)
    t.same(
      steps.data.map(({ step, staffId }: { step: string; staffId: string }) => [step, staffId]),
      [
        ['open', shop.managerId],
        ['answer', shop.clerkId],
        ['reopen', shop.clerkId],
        ['withdraw', shop.clerkId]
      ],
      resource
    )
  }
})

t.test('a customer is asked for his verdict between his complaint and now', async t => {
  const shop = await open()
  const receivedAt = '2026-03-01T10:00:00.000Z'
  const close = async (verdictAskedAt: string | null) => {
    const id = await complained(shop, { receivedAt })
    return (await shop.step(id, 'closures', { outcome: 'resolved', verdict: 'accepted', verdictAskedAt })).body
  }
  const implausible = { status: 422, code: 'complaint.asked_at_implausible' }
  t.match(await close('2026-03-01T09:59:59.999Z'), implausible, 'before he complained')
  t.match(await close(receivedAt), { closure: { verdictAskedAt: receivedAt } })
  t.match(await close('2026-03-02T09:00:00+01:00'), { closure: { verdictAskedAt: '2026-03-02T08:00:00.000Z' } })
  t.match(await close('2026-03-02T10:05:00.001Z'), implausible, 'ahead')
  t.match(await close('2026-03-02T10:05:00.000Z'), { closure: { verdictAskedAt: NOW } }, 'a clock may be fast')
  t.match(await close(null), { closure: { verdictAskedAt: NOW } })
})

t.test('handlers and escalations', async t => {
  t.test('200 hands over; whoever has it answers its feedback, and the first handler stays the first', async t => {
    const shop = await open()
    const { id } = (await shop.complain()).body
    const { body } = await shop.step(id, 'handlers', { handlerId: shop.managerId, note: 'Knows the supplier.' })
    t.match(body, { handlerId: shop.managerId, firstHandlerId: shop.clerkId, handovers: 1 })
    t.equal((await shop.shop.call('GET', `/v1/feedback/${id}`)).body.ownerStaffId, shop.managerId)
    const same = await shop.step(id, 'handlers', { handlerId: shop.managerId })
    t.equal(same.body.version, body.version, 'to the same person changes nothing')
    t.match((await shop.step(id, 'handlers', { handlerId: NOBODY })).body, { status: 422, code: 'staff.unknown' })
    await shop.shop.call('PATCH', `/v1/staff/${shop.ownerId}`, { active: false })
    t.match((await shop.step(id, 'handlers', { handlerId: shop.ownerId })).body, { status: 422, code: 'staff.left' })
    await shop.step(id, 'causes', worn)
    await shop.step(id, 'answers', { ...answered, staffId: shop.managerId })
    const closed = await shop.step(id, 'closures', { outcome: 'resolved', verdict: 'accepted' })
    t.match(closed.body, { answeredById: shop.managerId, handledFirstTime: false })
  })

  t.test('200 escalates to the next authority who serves the store and is there', async t => {
    const shop = await open()
    const { id } = (await shop.complain()).body
    const first = await shop.step(id, 'escalations', { note: 'Asks for the manager.' })
    t.match(first.body, { state: 'escalated', handlerId: shop.managerId, escalations: 1, handovers: 1 })
    const second = await shop.step(id, 'escalations')
    t.match(second.body, { state: 'escalated', handlerId: shop.ownerId, escalations: 2 })
    t.match((await shop.step(id, 'escalations')).body, { status: 422, code: 'complaint.nobody_to_escalate_to' })
    t.match(
      (await shop.events('complaint.escalated')).map(({ data }) => data.role),
      ['store_manager', 'owner']
    )
  })

  t.test('200 escalates to who is named, and 422 to nobody but upwards', async t => {
    const shop = await open()
    const { id } = (await shop.complain()).body
    const refused = async (body: object, code: string) => {
      const answer = await shop.step(id, 'escalations', body)
      t.match([answer.status, answer.body.code], [422, code])
    }
    const colleague = await shop.hire('COLLEAGUE', ['front_line'])
    const elsewhere = (await shop.shop.call('POST', '/v1/stores', { code: 'S2', name: 'Two', timeZone: 'UTC' })).body.id
    const stranger = await shop.hire('STRANGER', ['store_manager'], [elsewhere])
    await refused({ toStaffId: colleague }, 'complaint.not_higher')
    await refused({ toStaffId: stranger }, 'complaint.not_higher')
    await refused({ toRole: 'front_line' }, 'complaint.not_higher')
    await refused({ toRole: 'owner', toStaffId: shop.managerId }, 'complaint.role_differs')
    const manager = await shop.step(id, 'escalations', { toStaffId: shop.managerId })
    t.match(manager.body, { handlerId: shop.managerId, escalations: 1 })
    await refused({ toStaffId: shop.managerId }, 'complaint.not_higher')
    const owner = await shop.step(id, 'escalations', { toRole: 'owner', toStaffId: shop.ownerId })
    t.match(owner.body, { handlerId: shop.ownerId, escalations: 2 })
    await refused({ toStaffId: shop.managerId }, 'complaint.not_higher')
  })

  t.test('200 escalates what was answered: another answer is owed, in the queue of who has it now', async t => {
    const shop = await open()
    const id = await complained(shop)
    const due = async (query = '') =>
      (await shop.shop.call('GET', `/v1/complaints?sort=answerDueAt${query}`)).body.data.map(
        (one: { id: string }) => one.id
      )
    t.same(await due(), [], 'nothing is owed')
    service.clock.set('2026-03-04T10:00:00.000Z')
    const { body } = await shop.step(id, 'escalations')
    t.match(body, {
      state: 'escalated',
      handlerId: shop.managerId,
      answerDueAt: '2026-03-05T10:00:00.000Z',
      answeredAt: NOW,
      urgency: 'on_track',
      answerOverdue: false,
      reopenings: 0
    })
    t.same(await due(`&handlerId=${shop.managerId}`), [id])
    const queue = await shop.shop.call('GET', `/v1/feedback-queue?ownerStaffId=${shop.managerId}`)
    t.match(queue.body.data, [{ id, state: 'open' }])
    t.match((await shop.events('feedback.reopened'))[0], { data: { reason: 'escalated', ownerStaffId: shop.clerkId } })
    t.equal((await shop.step(id, 'reopenings', { reason: 'other' })).status, 409, 'it is open')
    service.clock.set('2026-03-05T10:00:00.001Z')
    await service.services.answerClock.sweep()
    t.match(await shop.events('feedback.breached'), [{ subjectId: id, data: { ownerStaffId: shop.managerId } }])
    t.match((await shop.shop.call('GET', `/v1/complaints/${id}`)).body, { urgency: 'overdue', answerOverdue: true })
    await shop.step(id, 'answers', { ...answered, staffId: shop.managerId })
    const settled = await shop.step(id, 'closures', { outcome: 'resolved', verdict: 'accepted' })
    t.match(settled.body, { state: 'closed', urgency: null, answeredInTime: true, handledFirstTime: false })
  })

  t.test('200 escalates to the deputy of who is absent', async t => {
    const shop = await open()
    const deputy = await shop.hire('DEPUTY', ['front_line'])
    await shop.shop.call('POST', `/v1/staff/${shop.managerId}/absences`, {
      fromOn: '2026-03-01',
      toOn: '2026-03-10',
      deputyStaffId: deputy
    })
    const { id } = (await shop.complain()).body
    t.equal((await shop.step(id, 'escalations')).body.handlerId, deputy)
  })
})

t.test('POST /v1/complaints/:id/causes', async t => {
  t.test('201 leads to the source, and a new primary cause takes the place of the first', async t => {
    const shop = await open()
    const { id } = (await shop.complain({ purchaseLineNo: 1 })).body
    const first = await shop.step(id, 'causes', { ...worn, staffId: shop.clerkId })
    t.match(first.body, {
      cause: 'product_quality',
      primary: true,
      staffId: shop.clerkId,
      sources: [
        { kind: 'product', key: 'SHOE' },
        { kind: 'supplier', key: 'SUP-1' }
      ]
    })
    const second = await shop.step(id, 'causes', { cause: 'staff_service', causedByStaffId: shop.clerkId })
    t.match(second.body, { primary: false, sources: [{ kind: 'training', key: shop.clerkId }] })
    const third = await shop.step(id, 'causes', {
      cause: 'expectation_gap',
      subCause: 'promotion_promised_more',
      promotionCode: 'SPRING',
      primary: true
    })
    t.match(third.body, { primary: true, sources: [{ kind: 'promotion', key: 'SPRING' }] })
    const { body } = await shop.shop.call('GET', `/v1/complaints/${id}`)
    t.same(
      body.causes.map((one: { cause: string; primary: boolean }) => [one.cause, one.primary]),
      [
        ['product_quality', false],
        ['staff_service', false],
        ['expectation_gap', true]
      ]
    )
    t.match(body, { primaryCause: 'expectation_gap', primarySubCause: 'promotion_promised_more' })
  })

  t.test('422 for a product that there is not; one that was linked later leads to its supplier', async t => {
    const shop = await open()
    const { id } = (await shop.complain({ purchaseId: null })).body
    const refused = await shop.step(id, 'causes', { cause: 'product_quality', sku: 'NOPE' })
    t.match(refused.body, { status: 422, code: 'product.unknown', errors: [{ pointer: '/sku' }] })
    await shop.shop.call('PATCH', `/v1/feedback/${id}`, { sku: 'SHOE' })
    t.same((await shop.step(id, 'causes', { cause: 'product_quality' })).body.sources, [
      { kind: 'product', key: 'SHOE' },
      { kind: 'supplier', key: 'SUP-1' }
    ])
  })

  t.test('409 for more causes or remedies than a case can have', async t => {
    const shop = await open()
    const { id } = (await shop.complain()).body
    for (let n = 0; n < 200; n++) await shop.step(id, 'causes', { cause: 'undetermined' })
    t.match((await shop.step(id, 'causes', { cause: 'undetermined' })).body, {
      status: 409,
      code: 'complaint.too_many_causes',
      facts: { most: 200 }
    })
    const apology = { decision: 'apology', staffId: shop.clerkId }
    for (let n = 0; n < 200; n++) await shop.step(id, 'remedies', apology)
    t.match((await shop.step(id, 'remedies', apology)).body, { status: 409, code: 'complaint.too_many_remedies' })
    const { body } = await shop.shop.call('GET', `/v1/complaints/${id}`)
    t.same([body.causes.length, body.remedies.length], [200, 200])
  })

  t.test('422 for a sub-cause of another cause', async t => {
    const shop = await open()
    const { id } = (await shop.complain()).body
    const refused = await shop.step(id, 'causes', { cause: 'staff_service', subCause: 'defect' })
    t.match(refused.body, { status: 422, code: 'complaint_cause.sub_cause_unknown' })
  })
})

t.test('GET /v1/complaint-causes', async t => {
  t.test('200 counts what complaints lead back to, undetermined ones beside', async t => {
    const shop = await open()
    for (const subCause of ['early_wear', 'early_wear', 'defect']) {
      const { id } = (await shop.complain({ purchaseLineNo: 1 })).body
      await shop.step(id, 'causes', { ...worn, subCause })
    }
    const unknown = (await shop.complain()).body.id
    await shop.step(unknown, 'causes', { cause: 'undetermined' })
    await shop.complain()
    const gone = (await shop.complain({ purchaseLineNo: 1 })).body.id
    await shop.step(gone, 'causes', worn)
    await shop.step(gone, 'withdrawals')
    const { body } = await shop.shop.call('GET', '/v1/complaint-causes?fromOn=2026-03-01&toOn=2026-03-03')
    t.match(body, { complaints: 5, withoutCause: 1, undetermined: 1, storeId: null })
    t.same(body.data[0], {
      cause: 'product_quality',
      subCause: 'early_wear',
      source: { kind: 'product', key: 'SHOE' },
      complaints: 2,
      primary: 2
    })
    t.match(body.data.at(-1), { cause: 'undetermined', source: null, complaints: 1 })
    const none = await shop.shop.call('GET', '/v1/complaint-causes?toOn=2026-03-01')
    t.match(none.body, { complaints: 0, data: [] })
  })
})

t.test('GET /v1/complaint-repeats', async t => {
  t.test('200 shows who and what comes up more than once, names masked for who may not see persons', async t => {
    const shop = await open()
    await shop.complain({ purchaseLineNo: 1 })
    const closed = await complained(shop, { purchaseLineNo: 1 })
    await shop.step(closed, 'closures', { outcome: 'resolved', verdict: 'not_accepted' })
    await shop.complain({ customerId: null, purchaseId: null })
    const gone = (await shop.complain()).body.id
    await shop.step(gone, 'withdrawals')
    const counts = { complaints: 2, open: 1, badlyClosed: 1, recovered: 0, lastReceivedAt: NOW }
    const { body } = await shop.shop.call('GET', '/v1/complaint-repeats')
    t.same(body.customers, [
      { customerId: shop.customerId, customerName: 'Anna Zhang', customerExternalIds: [], ...counts }
    ])
    t.same(body.products, [{ sku: 'SHOE', productName: 'Shoe', ...counts }])
    const clerk = await shop.shop.withScopes('complaints:read')
    t.match((await clerk.call('GET', '/v1/complaint-repeats')).body.customers, [{ customerName: 'A…' }])
  })
})

t.test('GET /v1/complaints', async t => {
  t.test('200 filters by how they stand, whose they are, how grave, and why', async t => {
    const shop = await open()
    const { body: a } = await shop.complain({ receivedAt: '2026-03-01T10:00:00Z' })
    const { body: b } = await shop.complain({ customerId: null, purchaseId: null, ownerStaffId: shop.managerId })
    await shop.step(a.id, 'assessments', { severity: 'critical' })
    await shop.step(b.id, 'causes', worn)
    await shop.step(b.id, 'withdrawals')
    const list = async (query: string) =>
      (await shop.shop.call('GET', `/v1/complaints?${query}`)).body.data.map(({ id }: { id: string }) => id)
    t.same(await list(''), [b.id, a.id])
    t.same(await list('open=true'), [a.id])
    t.same(await list('open=false'), [b.id])
    t.same(await list('state=investigating'), [a.id])
    t.same(await list('severity=critical'), [a.id])
    t.same(await list('cause=product_quality'), [b.id])
    t.same(await list(`customerId=${shop.customerId}`), [a.id])
    t.same(await list(`handlerId=${shop.managerId}`), [b.id])
    t.same(await list(`storeId=${shop.storeId}`), [b.id, a.id])
    t.same(await list('receivedAtTo=2026-03-02T00:00:00Z'), [a.id])
    t.same(await list('receivedAtFrom=2026-03-02T00:00:00Z'), [b.id])
    t.same(await list('sku=SHOE'), [])
    const first = await shop.shop.call('GET', '/v1/complaints?limit=1')
    const next = await shop.shop.call('GET', `/v1/complaints?limit=1&cursor=${first.body.nextCursor}`)
    t.same([first.body.data[0].id, next.body.data[0].id, next.body.nextCursor], [b.id, a.id, null])
  })
})

t.test('GET /v1/complaints?sort=answerDueAt', async t => {
  t.test('200 lists those whose answer is owed, the first to fall due first', async t => {
    const shop = await open()
    const nobodys = { storeId: null, customerId: null, purchaseId: null, ownerStaffId: shop.managerId }
    const { id: later } = (await shop.complain()).body
    const { id: sooner } = (await shop.complain({ receivedAt: '2026-03-02T08:00:00Z' })).body
    const { id: other } = (await shop.complain(nobodys)).body
    const done = await complained(shop, { receivedAt: '2026-03-02T07:00:00Z' })
    await shop.shop.call('POST', '/v1/feedback', { kind: 'praise', channel: 'web', text: 'Thank you!' })
    const list = async (query: string) =>
      (await shop.shop.call('GET', `/v1/complaints?sort=answerDueAt&${query}`)).body.data.map(
        ({ id }: { id: string }) => id
      )
    const all = await list('')
    t.equal(all[0], sooner)
    t.same([...all].sort(), [later, sooner, other].sort())
    t.same(await list(`handlerId=${shop.clerkId}`), [sooner, later])
    t.same(await list(`handlerId=${shop.managerId}`), [other])
    t.same(await list(`storeId=${shop.storeId}`), [sooner, later])
    t.same(await list('state=answered'), [])
    const pages: string[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const query = cursor === '' ? '' : `&cursor=${cursor}`
      const { body } = await shop.shop.call('GET', `/v1/complaints?sort=answerDueAt&limit=1${query}`)
      pages.push(...body.data.map(({ id }: { id: string }) => id))
      cursor = body.nextCursor
    }
    t.same(pages, all)
    const byDay = await shop.shop.call('GET', '/v1/complaints?limit=1')
    const foreign = await shop.shop.call('GET', `/v1/complaints?sort=answerDueAt&cursor=${byDay.body.nextCursor}`)
    t.match(foreign.body, { status: 400, code: 'cursor.invalid' })
    t.notOk(all.includes(done))
  })

  t.test('a pause is seen in the case, and its ETag with it', async t => {
    const shop = await open()
    const { body, headers } = await shop.complain()
    t.match(body, { pausedAt: null, pauseEndsAt: null, urgency: 'on_track' })
    t.equal((await shop.shop.call('POST', `/v1/feedback/${body.id}/pauses`, {})).status, 200)
    const path = `/v1/complaints/${body.id}`
    const paused = await shop.shop.call('GET', path, undefined, { 'if-none-match': String(headers.get('etag')) })
    t.match([paused.status, paused.body.pausedAt], [200, NOW])
    t.ok(paused.body.pauseEndsAt > NOW)
    t.not(paused.body.answerDueAt, body.answerDueAt)
    await shop.shop.call('POST', `/v1/feedback/${body.id}/resumptions`, {})
    t.match((await shop.shop.call('GET', path)).body, { pausedAt: null, answerDueAt: body.answerDueAt })
  })
})

t.test('every problem of complaints has its page', async t => {
  for (const code of Object.keys(COMPLAINT_PROBLEMS)) {
    const name = code.replaceAll(/[._]/g, '-')
    t.equal((await fetch(`${service.baseUrl}/problems/${name}`)).status, 200, name)
  }
})
