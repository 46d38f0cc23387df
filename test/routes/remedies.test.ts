import t from 'tap'
import { type ComplaintShop, complaintShop } from '../support/complaints.ts'
import { startService } from '../support/service.ts'

const NOW = '2026-03-02T10:00:00.000Z'
const service = await startService({ clock: new Date(NOW) })
t.teardown(() => service.close())

const open = async (): Promise<ComplaintShop> => {
  service.clock.set(NOW)
  return complaintShop(service)
}

/** What a refund of the clerk answers. */
const refund = (shop: ComplaintShop, id: string, amountMinor: number, body: Record<string, unknown> = {}) =>
  shop.step(id, 'remedies', { decision: 'refund', amountMinor, staffId: shop.clerkId, ...body })

/** The clerk may refund 50.00 a case and 120.00 a month, the manager 150.00 a case, the owner all. */
const setMatrix = (shop: ComplaintShop, more: object[] = []) =>
  shop.shop.call('PUT', '/v1/authority-matrix', {
    rules: [
      { role: 'front_line', decision: 'refund', perCaseMinor: 5_000, perMonthMinor: 12_000 },
      { role: 'store_manager', decision: 'refund', perCaseMinor: 15_000, perMonthMinor: 100_000 },
      { role: 'owner', decision: 'refund' },
      ...more
    ]
  })

t.test('the matrix', async t => {
  t.test('200 with what every tenant begins with, as version 1', async t => {
    const { shop } = await open()
    const { body, headers } = await shop.call('GET', '/v1/authority-matrix')
    t.match(body, { version: 1, createdAt: null, createdBy: null })
    t.equal(headers.get('etag'), '"1"')
    t.match(
      body.rules.find(
        (rule: { role: string; decision: string }) => rule.role === 'front_line' && rule.decision === 'refund'
      ),
      { storeId: null, perCaseMinor: 5_000, perMonthMinor: 50_000 }
    )
  })

  t.test('200 replaces it by a new version; an equal one changes nothing', async t => {
    const shop = await open()
    const { status, body } = await setMatrix(shop)
    t.equal(status, 200)
    t.match(body, { version: 2, createdBy: shop.shop.key.id })
    t.same(body.rules[2], { role: 'owner', decision: 'refund', storeId: null, perCaseMinor: null, perMonthMinor: null })
    t.same((await setMatrix(shop)).body, body)
    const versions = await shop.shop.call('GET', '/v1/authority-matrix/versions')
    t.same(
      versions.body.data.map(({ version }: { version: number }) => version),
      [2, 1]
    )
    t.match(await shop.events('authority_matrix.replaced'), [{ data: { before: 1, after: 2 } }])
    const stale = await shop.shop.call('PUT', '/v1/authority-matrix', { rules: [] }, { 'if-match': '"1"' })
    t.match(stale.body, { status: 412, code: 'version.mismatch' })
  })

  t.test('422 for a matrix that contradicts itself, or names a store that is none', async t => {
    const { shop } = await open()
    const rule = { role: 'owner', decision: 'refund' }
    const put = (...rules: object[]) => shop.call('PUT', '/v1/authority-matrix', { rules })
    t.match((await put(rule, rule)).body, {
      status: 422,
      code: 'authority_matrix.invalid',
      errors: [{ pointer: '/rules/1' }]
    })
    const unknown = { ...rule, storeId: '0193a1f0-7c1e-7b3a-9d52-ffffffffffff' }
    t.match((await put(unknown)).body, { code: 'store.unknown', errors: [{ pointer: '/rules/0/storeId' }] })
  })

  t.test('200 with what is left of the budgets of a store and month', async t => {
    const shop = await open()
    await setMatrix(shop)
    await refund(shop, (await shop.complain()).body.id, 5_000)
    const budgets = async (query: string) => (await shop.shop.call('GET', `/v1/authority-matrix/budgets?${query}`)).body
    const clerk = { role: 'front_line', decision: 'refund', perCaseMinor: 5_000, perMonthMinor: 12_000 }
    const owner = { role: 'owner', perCaseMinor: null, perMonthMinor: null, spentMinor: 0, leftMinor: null }
    const own = await budgets(`storeId=${shop.storeId}`)
    t.match(own, { storeId: shop.storeId, month: '2026-03', currency: 'EUR' })
    t.match(own.data, [{ ...clerk, spentMinor: 5_000, leftMinor: 7_000 }, { role: 'store_manager' }, owner])
    t.match((await budgets(`storeId=${shop.storeId}&month=2026-02`)).data[0], { spentMinor: 0, leftMinor: 12_000 })
    t.match(await budgets(''), { storeId: null, data: [{ ...clerk, spentMinor: 0 }, {}, owner] })
    await setMatrix(shop, [{ role: 'front_line', decision: 'refund', storeId: shop.storeId, perMonthMinor: 4_000 }])
    t.match((await budgets(`storeId=${shop.storeId}`)).data[0], { perMonthMinor: 4_000, leftMinor: 0 })
    t.match(await budgets('storeId=0193a1f0-7c1e-7b3a-9d52-ffffffffffff'), { status: 422, code: 'store.unknown' })
  })

  t.test('403 for who does not own the shop', async t => {
    const { shop } = await open()
    const manager = await shop.withScopes('complaints:read', 'complaints:write')
    t.equal((await manager.call('PUT', '/v1/authority-matrix', { rules: [] })).status, 403)
  })
})

t.test('POST /v1/complaints/:id/remedies', async t => {
  t.test('201 grants at once what lies within the authority, to the limit', async t => {
    const shop = await open()
    await setMatrix(shop)
    const { id } = (await shop.complain()).body
    const { status, body, headers } = await refund(shop, id, 5_000, { note: 'Half price.' })
    t.equal(status, 201)
    t.equal(headers.get('location'), `/v1/remedies/${body.id}`)
    t.match(body, {
      complaintId: id,
      decision: 'refund',
      status: 'granted',
      amountMinor: 5_000,
      currency: 'EUR',
      purchaseId: shop.purchaseId,
      requestedById: shop.clerkId,
      approver: null,
      because: null,
      grantedRole: 'front_line',
      budgetMonth: '2026-03-01',
      authorityVersion: 2,
      decidedById: shop.clerkId,
      decidedAt: NOW
    })
    t.same((await shop.shop.call('GET', `/v1/remedies/${body.id}`)).body, body)
    t.same((await shop.shop.call('GET', `/v1/complaints/${id}`)).body.remedies, [body])
    t.match(await shop.events('complaint.remedy'), [
      { type: 'complaint.remedy_granted', data: { remedyId: body.id, amountMinor: 5_000, purchaseId: shop.purchaseId } }
    ])
    t.notOk(JSON.stringify(await shop.events('')).includes('Half price'), 'words of people are in no event')
  })

  t.test('201 waits for a named approver above the limit, in one piece or in several', async t => {
    const shop = await open()
    await setMatrix(shop)
    const { id } = (await shop.complain()).body
    const one = await refund(shop, id, 5_001)
    t.match(one.body, {
      status: 'waiting',
      because: 'above_case_limit',
      approver: { role: 'store_manager', staffId: shop.managerId },
      grantedRole: null
    })
    await refund(shop, id, 4_000)
    t.match((await refund(shop, id, 1_001)).body, { status: 'waiting', because: 'above_case_limit' })
    t.match((await refund(shop, id, 1_000)).body, { status: 'granted' })
    const his = await shop.shop.call('GET', `/v1/remedies?status=waiting&approverId=${shop.managerId}`)
    t.equal(his.body.data.length, 2)
    t.equal((await shop.events('complaint.remedy_requested')).length, 2)
  })

  t.test('201 asks the owner beyond the manager, and nobody twice', async t => {
    const shop = await open()
    await setMatrix(shop)
    const { id } = (await shop.complain()).body
    t.match((await refund(shop, id, 15_001)).body.approver, { role: 'owner', staffId: shop.ownerId })
    t.match((await refund(shop, id, 15_001, { staffId: shop.managerId })).body, {
      because: 'above_case_limit',
      approver: { role: 'owner' }
    })
  })

  t.test('201 waits for a role of which nobody is there', async t => {
    const shop = await open()
    await setMatrix(shop)
    for (const id of [shop.managerId, shop.ownerId]) {
      await shop.shop.call('PATCH', `/v1/staff/${id}`, { active: false })
    }
    const { id } = (await shop.complain()).body
    t.same((await refund(shop, id, 9_000)).body.approver, { role: 'store_manager', staffId: null })
  })

  t.test('200 lists what waits for a role of which nobody was there to whoever can take it up', async t => {
    const shop = await open()
    await setMatrix(shop)
    for (const id of [shop.managerId, shop.ownerId]) {
      await shop.shop.call('PATCH', `/v1/staff/${id}`, { active: false })
    }
    const { id } = (await shop.complain()).body
    const remedy = (await refund(shop, id, 9_000)).body
    const elsewhere = (await shop.shop.call('POST', '/v1/stores', { code: 'S2', name: 'Two', timeZone: 'UTC' })).body.id
    const listed = async (query: string) =>
      (await shop.shop.call('GET', `/v1/remedies?status=waiting&${query}`)).body.data.map(
        (one: { id: string }) => one.id
      )
    const successor = await shop.hire('SUCCESSOR', ['store_manager'], [shop.storeId])
    t.same(await listed(`approverId=${successor}`), [remedy.id])
    t.same(await listed(`approverId=${await shop.hire('ELSEWHERE', ['store_manager'], [elsewhere])}`), [])
    t.same(await listed(`approverId=${shop.clerkId}`), [])
    t.same(await listed(`approverId=${shop.managerId}`), [], 'who has left')
    t.same(await listed('approverRole=store_manager'), [remedy.id])
    t.same(await listed('approverRole=owner'), [])
  })

  t.test('asks whoever can be asked as soon as somebody is there, once, and nobody who cannot grant it', async t => {
    const shop = await open()
    await setMatrix(shop)
    const rest = async (staffId: string, body: object) => shop.shop.call('PATCH', `/v1/staff/${staffId}`, body)
    for (const id of [shop.managerId, shop.ownerId]) await rest(id, { active: false })
    const { id } = (await shop.complain()).body
    const small = (await refund(shop, id, 6_000)).body
    const large = (await refund(shop, id, 13_900)).body
    const sweep = () => Promise.all([1, 2].map(() => service.services.answerClock.sweep()))
    const read = async ({ id }: { id: string }) => (await shop.shop.call('GET', `/v1/remedies/${id}`)).body
    await sweep()
    t.same((await read(small)).approver, { role: 'store_manager', staffId: null }, 'still nobody')
    t.equal((await read(small)).version, 1)

    const elsewhere = (await shop.shop.call('POST', '/v1/stores', { code: 'S2', name: 'Two', timeZone: 'UTC' })).body.id
    await shop.hire('ELSEWHERE', ['store_manager'], [elsewhere])
    const absent = await shop.hire('ABSENT', ['store_manager'])
    await shop.shop.call('POST', `/v1/staff/${absent}/absences`, { fromOn: '2026-03-01', toOn: '2026-03-02' })
    await sweep()
    t.equal((await read(small)).approver.staffId, null, 'of another store, and away')

    service.clock.set('2026-03-03T10:00:00.000Z')
    await sweep()
    await sweep()
    t.match(await read(small), { status: 'waiting', approver: { role: 'store_manager', staffId: absent }, version: 2 })
    t.match(await read(large), { approver: { role: 'store_manager', staffId: absent }, version: 2 })
    const told = await shop.events('complaint.remedy_approver_found')
    t.match(told[0], { subjectId: id, data: { remedyId: small.id, approverId: absent, requestedById: shop.clerkId } })
    t.equal(told.length, 2)
    const { body: steps } = await shop.shop.call('GET', `/v1/complaints/${id}/steps`)
    t.match(steps.data.at(-1), { step: 'remedy', actorType: 'system', staffId: null, facts: { approverId: absent } })
    const approved = await shop.shop.call('POST', `/v1/remedies/${small.id}/approvals`, { staffId: absent })
    t.equal(approved.body.status, 'granted', 'whoever is named can grant it')
  })

  t.test('201 waits where the month is spent, and grants again in the next', async t => {
    const shop = await open()
    await setMatrix(shop)
    for (const n of [1, 2]) {
      const { id } = (await shop.complain({ purchaseId: await shop.sell(`Month ${n}`, 20_000) })).body
      t.equal((await refund(shop, id, 5_000)).body.status, 'granted')
    }
    const { id } = (await shop.complain()).body
    t.match((await refund(shop, id, 2_001)).body, { status: 'waiting', because: 'above_month_limit' })
    t.match((await refund(shop, id, 2_000)).body, { status: 'granted' }, 'what is left, exactly')
    service.clock.set('2026-03-31T22:00:00.000Z')
    t.match((await refund(shop, id, 2_000)).body, { status: 'granted', budgetMonth: '2026-04-01' }, 'April in Berlin')
  })

  t.test("201 by a store's own limit, and only by who serves the store", async t => {
    const shop = await open()
    await setMatrix(shop, [{ role: 'front_line', decision: 'refund', storeId: shop.storeId, perCaseMinor: 100 }])
    const elsewhere = (await shop.shop.call('POST', '/v1/stores', { code: 'S2', name: 'Two', timeZone: 'UTC' })).body.id
    const stranger = await shop.hire('STRANGER', ['front_line'], [elsewhere])
    const { id } = (await shop.complain()).body
    t.match((await refund(shop, id, 101)).body, { status: 'waiting', because: 'above_case_limit' })
    t.match((await refund(shop, id, 50, { staffId: stranger })).body, { status: 'waiting', because: 'not_delegated' })
    t.match((await refund(shop, id, 100)).body, { status: 'granted' })
  })

  t.test('201 out of the same month whether a case names the store or not', async t => {
    const shop = await open()
    await setMatrix(shop)
    const elsewhere = (await shop.shop.call('POST', '/v1/stores', { code: 'S2', name: 'Two', timeZone: 'UTC' })).body.id
    const hers = await shop.hire('HERS', ['front_line'], [shop.storeId])
    const grant = async (case_: Record<string, unknown>, body: Record<string, unknown>) =>
      (await refund(shop, (await shop.complain(case_)).body.id, 4_000, body)).body
    for (const purchaseId of [shop.purchaseId, await shop.sell('R2', 20_000), await shop.sell('R3', 20_000)]) {
      t.match(await grant({ purchaseId }, {}), { status: 'granted' })
    }
    const spent = { status: 'waiting', because: 'above_month_limit' }
    const purchaseId = await shop.sell('R4', 20_000)
    t.match(await grant({ storeId: null, purchaseId }, {}), spent, 'the store of the purchase pays')
    await shop.shop.call('PUT', '/v1/authority-matrix', {
      rules: ['front_line', 'store_manager'].map(role => ({ role, decision: 'voucher', perMonthMinor: 5_000 }))
    })
    const voucher = async (storeId: string | null, amountMinor: number, staffId: string) => {
      const { id } = (await shop.complain({ storeId, purchaseId: null })).body
      return (await shop.step(id, 'remedies', { decision: 'voucher', amountMinor, staffId })).body
    }
    t.match(await voucher(shop.storeId, 5_000, hers), { status: 'granted' })
    t.match(await voucher(null, 1, hers), spent, 'her store pays')
    t.match(await voucher(elsewhere, 1, shop.clerkId), { status: 'granted' })
    t.match(
      await voucher(null, 1, shop.clerkId),
      { status: 'waiting', because: 'not_delegated' },
      'no store: not a clerk'
    )
    t.match(await voucher(null, 1, shop.managerId), { status: 'granted' })
  })

  t.test('201 waits where several cases on one receipt come to more than the limit of a case', async t => {
    const shop = await open()
    await setMatrix(shop)
    const answers = []
    for (const amountMinor of [3_000, 2_001, 2_000]) {
      answers.push((await refund(shop, (await shop.complain()).body.id, amountMinor)).body)
    }
    t.match(answers, [{ status: 'granted' }, { status: 'waiting', because: 'above_case_limit' }, { status: 'granted' }])
  })

  t.test('201 grants a refund by who serves the store of the purchase, too, and asks nobody else', async t => {
    const shop = await open()
    await setMatrix(shop)
    const elsewhere = (await shop.shop.call('POST', '/v1/stores', { code: 'S2', name: 'Two', timeZone: 'UTC' })).body.id
    const local = await shop.hire('LOCAL', ['front_line', 'store_manager'], [elsewhere])
    const { id } = (await shop.complain({ storeId: elsewhere })).body
    t.match((await refund(shop, id, 100, { staffId: local })).body, {
      status: 'waiting',
      because: 'not_delegated',
      approver: { role: 'front_line', staffId: shop.clerkId }
    })
    const waits = (await refund(shop, id, 10_000)).body
    const refusal = { staffId: local, reason: 'No.' }
    t.match((await shop.shop.call('POST', `/v1/remedies/${waits.id}/refusals`, refusal)).body, {
      code: 'remedy.beyond_authority'
    })
    t.match((await refund(shop, id, 100)).body, { status: 'granted' })
  })

  t.test('422 for what nobody may grant, and without a person who stands for it', async t => {
    const shop = await open()
    await shop.shop.call('PUT', '/v1/authority-matrix', {
      rules: [{ role: 'owner', decision: 'refund', perCaseMinor: 10 }]
    })
    const { id } = (await shop.complain()).body
    t.match((await refund(shop, id, 11)).body, { status: 422, code: 'remedy.nobody_may_grant' })
    t.match((await refund(shop, id, 10, { staffId: null })).body, { status: 422, code: 'staff.required' })
    t.match((await refund(shop, id, 10, { currency: 'USD' })).body, { status: 422, code: 'remedy.currency_differs' })
    t.match((await refund(shop, id, 10, { staffId: '0193a1f0-7c1e-7b3a-9d52-ffffffffffff' })).body, {
      code: 'staff.unknown'
    })
    t.same((await shop.shop.call('GET', '/v1/remedies')).body.data, [])
  })
})

t.test('a refund', async t => {
  t.test('is never more than was paid, less returns and refunds of any complaint', async t => {
    const shop = await open()
    const owner = { staffId: shop.ownerId }
    const { id } = (await shop.complain()).body
    const other = (await shop.complain()).body.id
    t.match((await refund(shop, id, 20_001, owner)).body, {
      status: 422,
      code: 'refund.exceeds_paid',
      facts: { refundableMinor: 20_000, paidMinor: 20_000, returnedMinor: 0, refundedMinor: 0 }
    })
    t.equal((await refund(shop, id, 8_000, owner)).body.status, 'granted')
    await shop.shop.call('POST', '/v1/purchases', {
      source: 'pos',
      receiptNumber: 'R1-back',
      kind: 'return',
      storeCode: 'S1',
      purchasedAt: '2026-02-20T10:00:00Z',
      currency: 'EUR',
      customer: { id: shop.customerId },
      returnOf: { source: 'pos', receiptNumber: 'R1' },
      lines: [{ sku: 'LACES', quantity: 1, amountMinor: 5_000 }],
      totalMinor: 5_000
    })
    t.match((await refund(shop, other, 7_001, owner)).body, {
      code: 'refund.exceeds_paid',
      facts: { refundableMinor: 7_000, returnedMinor: 5_000, refundedMinor: 8_000 }
    })
    t.equal((await refund(shop, other, 7_000, owner)).body.status, 'granted')
    t.match((await refund(shop, id, 1, owner)).body.facts, { refundableMinor: 0 })
  })

  t.test('names money and a purchase of the same customer', async t => {
    const shop = await open()
    const { shop: tenant } = shop
    const { id } = (await shop.complain({ purchaseId: null })).body
    const refused = async (body: Record<string, unknown>, code: string) =>
      t.match((await refund(shop, id, 100, body)).body, { status: 422, code })
    await refused({}, 'refund.purchase_missing')
    await refused({ purchaseId: shop.purchaseId, amountMinor: 0 }, 'refund.amount_missing')
    await refused({ purchaseId: '0193a1f0-7c1e-7b3a-9d52-ffffffffffff' }, 'purchase.unknown')
    const { body: stranger } = await tenant.call('POST', '/v1/customers', { kind: 'person', name: 'Bo' })
    const { id: theirs } = (await shop.complain({ customerId: stranger.id, purchaseId: null })).body
    t.match((await refund(shop, theirs, 100, { purchaseId: shop.purchaseId })).body, {
      code: 'refund.purchase_of_another'
    })
    t.equal((await refund(shop, id, 100, { purchaseId: shop.purchaseId })).body.status, 'granted')
  })

  t.test('of another store is unknown to a key bound to its own', async t => {
    const shop = await open()
    const elsewhere = (await shop.shop.call('POST', '/v1/stores', { code: 'S2', name: 'Two', timeZone: 'UTC' })).body.id
    const { id } = (await shop.complain({ storeId: elsewhere, purchaseId: null })).body
    const bound = await shop.shop.withKey({ scopes: ['complaints:read', 'complaints:write'], storeId: elsewhere })
    const ask = (caller: typeof bound, decision: string, amountMinor: number) =>
      caller.call('POST', `/v1/complaints/${id}/remedies`, {
        decision,
        amountMinor,
        purchaseId: shop.purchaseId,
        staffId: shop.ownerId
      })
    for (const [decision, amountMinor] of [
      ['refund', 100],
      ['refund', 99_999_999],
      ['voucher', 100]
    ] as const) {
      const refused = await ask(bound, decision, amountMinor)
      t.match([refused.status, refused.body.code], [422, 'purchase.unknown'])
      t.notOk('facts' in refused.body && refused.body.facts?.paidMinor)
    }
    t.equal((await ask(shop.shop, 'refund', 100)).status, 201)
  })

  t.test('of one purchase by 20 at once never comes to more than was paid', async t => {
    const shop = await open()
    const cases = await Promise.all(Array.from({ length: 20 }, async () => (await shop.complain()).body.id as string))
    const answers = await Promise.all(cases.map(id => refund(shop, id, 3_000, { staffId: shop.ownerId })))
    t.equal(answers.filter(({ status }) => status === 201).length, 6)
    t.equal(answers.filter(({ body }) => body.code === 'refund.exceeds_paid').length, 14)
  })
})

t.test('50 grants at once never overdraw the month', async t => {
  const shop = await open()
  await shop.shop.call('PUT', '/v1/authority-matrix', {
    rules: [
      { role: 'front_line', decision: 'voucher', perCaseMinor: 1_000, perMonthMinor: 17_500 },
      { role: 'store_manager', decision: 'voucher' }
    ]
  })
  const post = (path: string, body: object) => shop.shop.patiently('POST', path, body)
  const complaint = { channel: 'counter', subject: 'Sole', description: 'It came off.', storeId: shop.storeId }
  const cases = await Promise.all(
    Array.from({ length: 50 }, async () => (await post('/v1/complaints', complaint)).body.id as string)
  )
  const wish = { decision: 'voucher', amountMinor: 1_000, staffId: shop.clerkId }
  const answers = await Promise.all(cases.map(id => post(`/v1/complaints/${id}/remedies`, wish)))
  t.equal(answers.filter(({ status }) => status === 201).length, 50)
  const granted = answers.filter(({ body }) => body.status === 'granted')
  const waiting = answers.filter(({ body }) => body.status === 'waiting' && body.because === 'above_month_limit')
  t.same([granted.length, waiting.length], [17, 33])
})

t.test('POST /v1/remedies/:id/approvals and refusals', async t => {
  const asked = async (shop: ComplaintShop, amountMinor = 9_000) => {
    await setMatrix(shop)
    const { id } = (await shop.complain()).body
    return (await refund(shop, id, amountMinor)).body
  }
  const decide = (
    shop: ComplaintShop,
    id: string,
    how: 'approvals' | 'refusals' | 'withdrawals',
    body: object,
    headers = {}
  ) => shop.shop.call('POST', `/v1/remedies/${id}/${how}`, body, headers)

  t.test('200 grants by the authority of who approves, with his reason', async t => {
    const shop = await open()
    const remedy = await asked(shop)
    const { status, body } = await decide(shop, remedy.id, 'approvals', { staffId: shop.managerId, note: 'Agreed.' })
    t.equal(status, 200)
    t.match(body, {
      status: 'granted',
      grantedRole: 'store_manager',
      decidedById: shop.managerId,
      reason: 'Agreed.',
      requestedById: shop.clerkId,
      version: 2
    })
    t.match((await decide(shop, remedy.id, 'approvals', { staffId: shop.ownerId })).body, {
      status: 409,
      code: 'remedy.decided'
    })
    t.match(
      (await shop.events('complaint.remedy')).map(({ type }) => type),
      ['complaint.remedy_requested', 'complaint.remedy_granted']
    )
  })

  t.test('200 by the deputy of who is absent, with his role, in his stores and out of his budget', async t => {
    const shop = await open()
    const dora = await shop.hire('DORA', ['front_line'])
    const elsewhere = (await shop.shop.call('POST', '/v1/stores', { code: 'S2', name: 'Two', timeZone: 'UTC' })).body.id
    const zoe = await shop.hire('ZOE', ['owner'], [elsewhere])
    for (const staffId of [shop.managerId, zoe]) {
      const absence = { fromOn: '2026-03-02', toOn: '2026-03-02', deputyStaffId: dora }
      t.equal((await shop.shop.call('POST', `/v1/staff/${staffId}/absences`, absence)).status, 201)
    }
    const remedy = await asked(shop)
    t.match(remedy.approver, { role: 'store_manager', staffId: dora })
    const approved = await decide(shop, remedy.id, 'approvals', { staffId: dora })
    t.equal(approved.status, 200)
    t.match(approved.body, { status: 'granted', grantedRole: 'store_manager', decidedById: dora })
    const [granted] = await shop.events('complaint.remedy_granted')
    t.match(granted?.data, { staffId: dora, deputyForStaffId: shop.managerId })
    const { id } = (await shop.complain({ subject: 'Another' })).body
    const own = await refund(shop, id, 9_000, { staffId: dora, purchaseId: await shop.sell('R3', 20_000) })
    t.match(own.body, { status: 'granted', grantedRole: 'store_manager' }, 'her own wish, too')
    const third = (await shop.complain({ subject: 'A third' })).body.id
    const other = { purchaseId: await shop.sell('R2', 40_000) }
    const beyond = (await refund(shop, third, 15_001, other)).body
    t.match(beyond.approver, { role: 'owner', staffId: shop.ownerId })
    t.match((await decide(shop, beyond.id, 'approvals', { staffId: dora })).body, {
      code: 'remedy.beyond_authority',
      facts: { because: 'above_case_limit' }
    })
    service.clock.set('2026-03-02T23:00:00.000Z')
    const late = (await refund(shop, third, 9_000, other)).body
    t.match(late.approver, { role: 'store_manager', staffId: shop.managerId }, 'she is back in Berlin')
    t.equal((await decide(shop, late.id, 'approvals', { staffId: dora })).status, 403)
  })

  t.test('403 in the name of who asked for it', async t => {
    const shop = await open()
    const dora = await shop.hire('DORA', ['front_line'])
    await setMatrix(shop)
    const { id } = (await shop.complain()).body
    const remedy = (await refund(shop, id, 15_001, { staffId: shop.managerId })).body
    const absence = { fromOn: '2026-03-02', toOn: '2026-03-02', deputyStaffId: dora }
    await shop.shop.call('POST', `/v1/staff/${shop.managerId}/absences`, absence)
    await setMatrix(shop, [{ role: 'store_manager', decision: 'refund', storeId: shop.storeId }])
    t.match((await decide(shop, remedy.id, 'approvals', { staffId: dora })).body, { code: 'remedy.beyond_authority' })
  })

  t.test('200 refuses with a reason', async t => {
    const shop = await open()
    const remedy = await asked(shop)
    t.equal((await decide(shop, remedy.id, 'refusals', { staffId: shop.managerId })).status, 400, 'not without one')
    const { body } = await decide(shop, remedy.id, 'refusals', { staffId: shop.managerId, reason: 'Can be repaired.' })
    t.match(body, { status: 'refused', reason: 'Can be repaired.', grantedRole: null, decidedById: shop.managerId })
  })

  t.test('403 for who asked, and for whose authority does not reach', async t => {
    const shop = await open()
    const remedy = await asked(shop, 15_001)
    const colleague = await shop.hire('COLLEAGUE', ['front_line'])
    const own = { status: 403, code: 'remedy.own_request' }
    const beyond = { status: 403, code: 'remedy.beyond_authority' }
    t.match((await decide(shop, remedy.id, 'approvals', { staffId: shop.clerkId })).body, own)
    t.match((await decide(shop, remedy.id, 'refusals', { staffId: shop.clerkId, reason: 'No.' })).body, own)
    for (const staffId of [colleague, shop.managerId]) {
      t.match((await decide(shop, remedy.id, 'approvals', { staffId })).body, beyond)
      t.match((await decide(shop, remedy.id, 'refusals', { staffId, reason: 'No.' })).body, beyond)
    }
    t.equal((await shop.shop.call('GET', `/v1/remedies/${remedy.id}`)).body.status, 'waiting')
    t.equal((await decide(shop, remedy.id, 'approvals', { staffId: shop.ownerId })).body.status, 'granted')
  })

  t.test('422 for a refund that exceeds by now what was paid; it goes on waiting', async t => {
    const shop = await open()
    const remedy = await asked(shop, 15_001)
    const { id } = (await shop.complain()).body
    t.equal((await refund(shop, id, 6_000, { staffId: shop.ownerId })).body.status, 'granted')
    t.match((await decide(shop, remedy.id, 'approvals', { staffId: shop.ownerId })).body, {
      status: 422,
      code: 'refund.exceeds_paid'
    })
    t.equal((await shop.shop.call('GET', `/v1/remedies/${remedy.id}`)).body.status, 'waiting')
  })

  t.test('412 for a version that is not the present one', async t => {
    const shop = await open()
    const remedy = await asked(shop)
    const stale = await decide(shop, remedy.id, 'approvals', { staffId: shop.managerId }, { 'if-match': '"7"' })
    t.match(stale.body, { status: 412 })
  })

  t.test('one of two at once decides', async t => {
    const shop = await open()
    const remedy = await asked(shop)
    const answers = await Promise.all([
      decide(shop, remedy.id, 'approvals', { staffId: shop.managerId }),
      decide(shop, remedy.id, 'refusals', { staffId: shop.ownerId, reason: 'No.' })
    ])
    t.same(answers.map(({ status }) => status).sort(), [200, 409])
  })

  t.test('a case is not closed before they are decided, and drops them when it is withdrawn', async t => {
    const shop = await open()
    const remedy = await asked(shop)
    await shop.step(remedy.complaintId, 'causes', { cause: 'undetermined' })
    await shop.step(remedy.complaintId, 'answers', { substantive: true, text: 'Sorry.' })
    const closing = { outcome: 'resolved', verdict: 'accepted' }
    t.match((await shop.step(remedy.complaintId, 'closures', closing)).body, {
      status: 409,
      code: 'complaint.remedy_waiting',
      facts: { waiting: 1 }
    })
    await shop.step(remedy.complaintId, 'withdrawals')
    t.equal((await shop.shop.call('GET', `/v1/remedies/${remedy.id}`)).body.status, 'dropped')
    t.equal((await shop.events('complaint.remedy_dropped')).length, 1)
  })

  t.test('200 withdraws what waits, by who asked for it, and the case can be closed', async t => {
    const shop = await open()
    const remedy = await asked(shop)
    const withdraw = (body: object, headers = {}) => decide(shop, remedy.id, 'withdrawals', body, headers)
    for (const staffId of [shop.managerId, shop.ownerId]) {
      t.match((await withdraw({ staffId })).body, { status: 403, code: 'remedy.request_of_another' })
    }
    t.match((await withdraw({})).body, { status: 422, code: 'staff.required' })
    t.match((await withdraw({ staffId: shop.clerkId }, { 'if-match': '"7"' })).body, { status: 412 })
    const { status, body } = await withdraw({ staffId: shop.clerkId, note: 'He keeps the shoe.' })
    t.equal(status, 200)
    t.match(body, { status: 'withdrawn', decidedById: shop.clerkId, reason: 'He keeps the shoe.', revocation: null })
    t.match((await withdraw({ staffId: shop.clerkId })).body, { status: 409, code: 'remedy.decided' })
    t.match((await decide(shop, remedy.id, 'approvals', { staffId: shop.managerId })).body, { code: 'remedy.decided' })
    t.match((await shop.events('complaint.remedy')).at(-1), {
      type: 'complaint.remedy_withdrawn',
      data: { staffId: shop.clerkId, amountMinor: 9_000 }
    })
    const spent = (await shop.shop.call('GET', `/v1/authority-matrix/budgets?storeId=${shop.storeId}`)).body.data
    t.ok(spent.every(({ spentMinor }: { spentMinor: number }) => spentMinor === 0))
    await shop.step(remedy.complaintId, 'causes', { cause: 'undetermined' })
    await shop.step(remedy.complaintId, 'answers', { substantive: true, text: 'Sorry.' })
    t.equal((await shop.step(remedy.complaintId, 'closures', { outcome: 'resolved', verdict: 'accepted' })).status, 200)
  })

  t.test('404, the identical one, for another tenant', async t => {
    const shop = await open()
    const remedy = await asked(shop)
    const other = await service.newTenant()
    for (const [method, path, body] of [
      ['GET', '', undefined],
      ['POST', '/approvals', {}],
      ['POST', '/refusals', { reason: 'No.' }],
      ['POST', '/withdrawals', {}],
      ['POST', '/revocations', { reason: 'No.' }]
    ] as const) {
      const answer = await other.call(method, `/v1/remedies/${remedy.id}${path}`, body)
      t.match(answer.body, { status: 404, code: 'remedy.not_found' })
    }
  })
})

t.test('POST /v1/remedies/:id/revocations', async t => {
  const reason = 'It was 5.00, and not 50.00.'
  const revoke = (shop: ComplaintShop, id: string, staffId: string, headers = {}) =>
    shop.shop.call('POST', `/v1/remedies/${id}/revocations`, { reason, staffId }, headers)
  const spentOf = async (shop: ComplaintShop, role: string): Promise<number> => {
    const { body } = await shop.shop.call('GET', `/v1/authority-matrix/budgets?storeId=${shop.storeId}`)
    return body.data.find((one: { role: string; decision: string }) => one.role === role && one.decision === 'refund')
      .spentMinor
  }
  const given = async (amountMinor = 5_000) => {
    const shop = await open()
    await setMatrix(shop)
    const complaintId = (await shop.complain()).body.id
    return { shop, complaintId, remedy: (await refund(shop, complaintId, amountMinor)).body }
  }

  t.test('200 takes back what was granted: budget, costs and refunds are as before', async t => {
    const { shop, complaintId, remedy } = await given()
    const costs = async () =>
      (await shop.shop.call('GET', '/v1/reports/remedy-costs?fromOn=2026-03-01&toOn=2026-04-01')).body.total
    t.match([remedy.status, await spentOf(shop, 'front_line')], ['granted', 5_000])
    t.match(await costs(), { granted: 1, amountMinor: 5_000, refundMinor: 5_000 })
    t.equal((await refund(shop, complaintId, 1)).body.status, 'waiting', 'the case has come to its limit')
    t.match((await revoke(shop, remedy.id, shop.clerkId, { 'if-match': '"7"' })).body, { status: 412 })
    const { status, body } = await revoke(shop, remedy.id, shop.clerkId)
    t.equal(status, 200)
    t.match(body, {
      status: 'revoked',
      grantedRole: 'front_line',
      decidedById: shop.clerkId,
      revocation: { revokedById: shop.clerkId, revokedAt: NOW, reason },
      version: 2
    })
    t.equal(await spentOf(shop, 'front_line'), 0)
    t.match(await costs(), { granted: 0, amountMinor: 0, refundMinor: 0 })
    t.match((await refund(shop, complaintId, 500)).body, { status: 'granted' })
    const whole = await refund(shop, complaintId, 19_500, { staffId: shop.ownerId })
    t.equal(whole.body.status, 'granted', 'all the rest of the purchase can be refunded')
    t.match((await revoke(shop, remedy.id, shop.clerkId)).body, { status: 409, code: 'remedy.not_granted' })
    t.match(await shop.events('complaint.remedy_revoked'), [
      { data: { remedyId: remedy.id, staffId: shop.clerkId, amountMinor: 5_000 } }
    ])
    t.notMatch(JSON.stringify(await shop.events('complaint.')), /It was 5/, 'reasons are in no event')
  })

  t.test('403 but for who granted it and the authority by which he did, and 409 for what is not granted', async t => {
    const { shop, remedy } = await given(9_000)
    t.match((await revoke(shop, remedy.id, shop.managerId)).body, { code: 'remedy.not_granted' })
    await shop.shop.call('POST', `/v1/remedies/${remedy.id}/approvals`, { staffId: shop.managerId })
    t.equal(await spentOf(shop, 'store_manager'), 9_000)
    const beyond = { status: 403, code: 'remedy.beyond_authority' }
    t.match((await revoke(shop, remedy.id, shop.clerkId)).body, beyond, 'who asked for it')
    const elsewhere = (await shop.shop.call('POST', '/v1/stores', { code: 'S2', name: 'Two', timeZone: 'UTC' })).body.id
    const stranger = await shop.hire('STRANGER', ['store_manager'], [elsewhere])
    t.match((await revoke(shop, remedy.id, stranger)).body, beyond, 'of another store')
    t.equal((await revoke(shop, remedy.id, shop.ownerId)).body.status, 'revoked')
    t.equal(await spentOf(shop, 'store_manager'), 0)
  })

  t.test('200 of what no store is named for gives back to the budget that it came out of', async t => {
    const shop = await open()
    await setMatrix(shop)
    const { id } = (await shop.complain({ storeId: null })).body
    const remedy = (await refund(shop, id, 5_000)).body
    t.match([remedy.status, await spentOf(shop, 'front_line')], ['granted', 5_000])
    await revoke(shop, remedy.id, shop.clerkId)
    t.equal(await spentOf(shop, 'front_line'), 0)
  })

  t.test('200 also when the case is closed, which stays so', async t => {
    const { shop, complaintId, remedy } = await given()
    await shop.step(complaintId, 'causes', { cause: 'undetermined' })
    await shop.step(complaintId, 'answers', { substantive: true, text: 'Sorry.' })
    await shop.step(complaintId, 'closures', { outcome: 'resolved', verdict: 'accepted' })
    service.clock.set('2026-04-01T10:00:00.000Z')
    t.equal((await revoke(shop, remedy.id, shop.clerkId)).body.status, 'revoked')
    const { body } = await shop.shop.call('GET', `/v1/complaints/${complaintId}`)
    t.match(body, { state: 'closed', remedies: [{ status: 'revoked' }] })
    const { body: steps } = await shop.shop.call('GET', `/v1/complaints/${complaintId}/steps`)
    t.match(steps.data.at(-1), { step: 'revoke', staffId: shop.clerkId, stateAfter: 'closed' })
    service.clock.set(NOW)
    t.equal(await spentOf(shop, 'front_line'), 0, 'the month in which it was granted')
  })

  t.test('one of two at once takes it back, and it is given back once', async t => {
    const { shop, remedy, complaintId } = await given(2_000)
    await refund(shop, complaintId, 1_000)
    const both = await Promise.all([revoke(shop, remedy.id, shop.clerkId), revoke(shop, remedy.id, shop.managerId)])
    t.same(both.map(({ status }) => status).sort(), [200, 409])
    t.equal(await spentOf(shop, 'front_line'), 1_000)
  })

  t.test('who may not see persons reads the reason without what says who the customer is', async t => {
    const { shop, remedy } = await given()
    const clerk = await shop.shop.withScopes('complaints:write', 'complaints:read')
    const body = { reason: 'Anna Zhang wants the voucher.', staffId: shop.clerkId }
    const revoked = await clerk.call('POST', `/v1/remedies/${remedy.id}/revocations`, body)
    t.equal(revoked.body.revocation.reason, '[name] wants the voucher.')
  })
})
