import t from 'tap'
import { asAdmin } from '../support/cluster.ts'
import { complaintShop } from '../support/complaints.ts'
import { startService, type TestTenant } from '../support/service.ts'

const service = await startService()
t.teardown(() => service.close())

const spring = { code: 'SPRING', name: 'Spring shoes', kind: 'promotion', startsOn: '2026-03-01', endsOn: '2026-03-31' }
const UNKNOWN = '0193a1f0-7c1e-7b3a-9d52-ffffffffffff'

const add = async (shop: TestTenant, body: Record<string, unknown> = {}) => {
  const answer = await shop.call('POST', '/v1/promotions', { ...spring, ...body })
  if (answer.status !== 201) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`)
  return answer.body
}
const said = (shop: TestTenant, body: Record<string, unknown>) =>
  shop.call('POST', '/v1/feedback', { kind: 'promotion_attitude', channel: 'counter', text: 'Fine shoes.', ...body })
const eventsOf = async (shop: TestTenant) => {
  const rows = await asAdmin<{ type: string; data: unknown }>(
    service.databaseUrl,
    "select type, data from events where tenant_id = $1 and starts_with(type, 'promotion.') order by write_order",
    [shop.tenant.id]
  )
  return rows.map(({ type, data }) => [type, data])
}

t.test('POST /v1/promotions', async t => {
  const shop = await service.newTenant()

  t.test('201 shows every field, its ETag and its place', async t => {
    const { status, headers, body } = await shop.call('POST', '/v1/promotions', spring)
    t.equal(status, 201)
    t.match(body, { ...spring, version: 1 })
    t.match([headers.get('location'), headers.get('etag')], [`/v1/promotions/${body.id}`, '"1"'])
    t.match(await add(shop, { code: 'LAUNCH', kind: 'launch', endsOn: undefined }), { kind: 'launch', endsOn: null })
    t.equal((await add(shop, { code: 'DAY', endsOn: spring.startsOn })).endsOn, spring.startsOn, 'one day is enough')
  })

  t.test('201 once for the same Idempotency-Key', async t => {
    const headers = { 'idempotency-key': 'offer' }
    const first = await shop.call('POST', '/v1/promotions', { ...spring, code: 'ONCE' }, headers)
    const again = await shop.call('POST', '/v1/promotions', { ...spring, code: 'ONCE' }, headers)
    t.same([again.status, again.body], [201, first.body])
  })

  t.test('409 when another promotion has the code, which another tenant may use', async t => {
    const { status, body } = await shop.call('POST', '/v1/promotions', spring)
    t.match([status, body.code], [409, 'promotion.code_taken'])
    t.ok(await add(await service.newTenant()))
  })

  t.test('422 when it ends before it begins, 400 for a kind that there is not', async t => {
    const early = await shop.call('POST', '/v1/promotions', { ...spring, code: 'X', endsOn: '2026-02-28' })
    t.match(early.body, { status: 422, code: 'promotion.days_not_ordered', errors: [{ pointer: '/endsOn' }] })
    const odd = await shop.call('POST', '/v1/promotions', { ...spring, code: 'X', kind: 'sale' })
    t.match(odd.body, { status: 400, errors: [{ pointer: '/kind' }] })
  })
})

t.test('GET /v1/promotions', async t => {
  const shop = await service.newTenant()
  for (const code of ['B', 'C', 'A']) await add(shop, { code })

  t.test('200 pages through all of them once, by code and the newest first', async t => {
    for (const [sort, expected] of [
      ['', ['A', 'B', 'C']],
      ['&sort=-createdAt', ['A', 'C', 'B']]
    ] as const) {
      const codes: string[] = []
      let cursor = ''
      do {
        const { body } = await shop.call('GET', `/v1/promotions?limit=2${sort}${cursor}`)
        codes.push(...body.data.map(({ code }: { code: string }) => code))
        cursor = body.nextCursor ? `&cursor=${body.nextCursor}` : ''
      } while (cursor)
      t.same(codes, expected)
    }
  })

  t.test('400 for the cursor of the other order', async t => {
    const { body } = await shop.call('GET', '/v1/promotions?limit=1')
    const other = await shop.call('GET', `/v1/promotions?sort=-createdAt&cursor=${body.nextCursor}`)
    t.match([other.status, other.body.code], [400, 'cursor.invalid'])
  })
})

t.test('PATCH /v1/promotions/:id', async t => {
  const shop = await service.newTenant()
  const { id } = await add(shop)
  const path = `/v1/promotions/${id}`

  t.test('200 changes what is named, null clears, the same again leaves the version; each change is told', async t => {
    const { body } = await shop.call('PATCH', path, { name: 'Spring', endsOn: null })
    t.match(body, { ...spring, name: 'Spring', endsOn: null, version: 2 })
    t.equal((await shop.call('PATCH', path, { name: 'Spring' })).body.version, 2)
    t.same(await eventsOf(shop), [
      ['promotion.created', { code: 'SPRING', kind: 'promotion' }],
      ['promotion.updated', { code: 'SPRING', changed: ['name', 'endsOn'] }]
    ])
  })

  t.test('400 for the code, which stays', async t => {
    t.match((await shop.call('PATCH', path, { code: 'OTHER' })).body, { status: 400, errors: [{ pointer: '/code' }] })
  })

  t.test('412 when it has changed since, 422 when it would end before it begins', async t => {
    const stale = await shop.call('PATCH', path, { name: 'Stale' }, { 'if-match': '"1"' })
    t.match([stale.status, stale.body.code], [412, 'version.mismatch'])
    const early = await shop.call('PATCH', path, { endsOn: '2026-02-28' }, { 'if-match': '"2"' })
    t.match([early.status, early.body.code], [422, 'promotion.days_not_ordered'])
  })

  t.test('404, the identical one, for another tenant', async t => {
    const other = await service.newTenant()
    const foreign = await other.call('PATCH', path, { name: 'x' })
    const missing = await other.call('PATCH', `/v1/promotions/${UNKNOWN}`, { name: 'x' })
    t.match([foreign.status, foreign.body.code], [404, 'promotion.not_found'])
    t.same({ ...foreign.body, instance: '' }, { ...missing.body, instance: '' })
  })
})

t.test('promotionId in feedback', async t => {
  const shop = await service.newTenant()
  const { id } = await add(shop)
  const foreign = await add(await service.newTenant(), { code: 'THEIRS' })

  t.test('201 by the id, by the code, or by both that agree: the answer names both', async t => {
    for (const named of [
      { promotionId: id },
      { promotionCode: 'SPRING' },
      { promotionId: id, promotionCode: 'SPRING' }
    ]) {
      const { status, body } = await said(shop, named)
      t.match([status, body], [201, { promotionCode: 'SPRING', promotionId: id }])
      t.match((await shop.call('GET', `/v1/feedback/${body.id}`)).body, { promotionCode: 'SPRING', promotionId: id })
    }
    t.match((await said(shop, { promotionId: null })).body, { promotionCode: null, promotionId: null })
    const { body } = await shop.call('GET', '/v1/feedback')
    t.same(
      body.data.map((row: { promotionId: string | null }) => row.promotionId),
      [null, id, id, id]
    )
  })

  t.test('201 with a code that only tills know; its id comes with the promotion, and with another ETag', async t => {
    const { body } = await said(shop, { promotionCode: 'AUTUMN' })
    t.match(body, { promotionCode: 'AUTUMN', promotionId: null })
    const before = await shop.call('GET', `/v1/feedback/${body.id}`)
    const autumn = await add(shop, { code: 'AUTUMN' })
    const after = await shop.call('GET', `/v1/feedback/${body.id}`)
    t.match(after.body, { promotionCode: 'AUTUMN', promotionId: autumn.id, version: body.version })
    t.not(after.headers.get('etag'), before.headers.get('etag'))
  })

  t.test("422 for an id that names nothing or another tenant's, and for a code that differs", async t => {
    const named = async (body: Record<string, unknown>) => (await said(shop, body)).body
    const unknown = await named({ promotionId: UNKNOWN })
    t.match(unknown, { status: 422, code: 'promotion.unknown', errors: [{ pointer: '/promotionId' }] })
    t.same({ ...(await named({ promotionId: foreign.id })), instance: '' }, { ...unknown, instance: '' })
    t.match(await named({ promotionId: id, promotionCode: 'OTHER' }), {
      status: 422,
      code: 'promotion.differs',
      errors: [{ pointer: '/promotionId' }]
    })
  })

  t.test('200 PATCH sets and clears it by the id, and takes back what was read', async t => {
    const { id: feedbackId } = (await said(shop, { promotionCode: 'TILL' })).body
    const patch = async (body: unknown) => (await shop.call('PATCH', `/v1/feedback/${feedbackId}`, body)).body
    t.match(await patch({ promotionCode: 'TILL', promotionId: null }), { promotionCode: 'TILL', version: 1 })
    t.match(await patch({ promotionId: id }), { promotionCode: 'SPRING', promotionId: id, version: 2 })
    t.match(await patch({ promotionCode: null, promotionId: id }), { status: 422, code: 'promotion.differs' })
    t.match(await patch({ promotionId: foreign.id }), { status: 422, code: 'promotion.unknown' })
    t.match(await patch({ attitude: 4 }), { promotionCode: 'SPRING', version: 3 })
    t.match(await patch({ promotionId: null }), { promotionCode: null, promotionId: null, version: 4 })
  })
})

t.test('promotionId in complaints and their causes', async t => {
  const { shop, complain, step } = await complaintShop(service)
  const { id } = await add(shop, { code: 'LAUNCH', kind: 'launch' })
  const { id: springId } = await add(shop)

  t.test('201 goes before what the line of the purchase says; lists name both', async t => {
    const byId = await complain({ purchaseLineNo: 2, promotionId: id })
    t.match([byId.status, byId.body], [201, { promotionCode: 'LAUNCH', promotionId: id }])
    t.match((await complain({ purchaseLineNo: 2 })).body, { promotionCode: 'SPRING', promotionId: springId })
    const { body } = await shop.call('GET', '/v1/complaints')
    t.same(
      body.data.map((row: { promotionId: string }) => row.promotionId),
      [springId, id]
    )
  })

  t.test('422 for an id that names nothing, and for a code that differs', async t => {
    t.match((await complain({ promotionId: UNKNOWN })).body, { status: 422, code: 'promotion.unknown' })
    const both = { promotionId: id, promotionCode: 'SPRING' }
    t.match((await complain(both)).body, { status: 422, code: 'promotion.differs' })
    const complaint = (await complain()).body
    const cause = { cause: 'expectation_gap', ...both }
    t.match((await step(complaint.id, 'causes', cause)).body, { status: 422, code: 'promotion.differs' })
    const unknown = { cause: 'expectation_gap', promotionId: UNKNOWN }
    t.match((await step(complaint.id, 'causes', unknown)).body, {
      status: 422,
      code: 'promotion.unknown',
      errors: [{ pointer: '/promotionId' }]
    })
  })

  t.test('201 a cause leads to the promotion that its id names', async t => {
    const complaint = (await complain({ promotionCode: 'SPRING' })).body
    const { body } = await step(complaint.id, 'causes', { cause: 'expectation_gap', promotionId: id })
    t.same(body.sources, [{ kind: 'promotion', key: 'LAUNCH' }])
  })
})

t.test('GET /v1/promotions/:id', async t => {
  const { shop, storeId, complain, step } = await complaintShop(service)
  const { id } = await add(shop)
  const read = async (as: TestTenant = shop) => {
    const { feedback, ...rest } = (await as.call('GET', `/v1/promotions/${id}`)).body.said
    const counted = feedback.filter(({ count }: { count: number }) => count > 0)
    return {
      ...rest,
      feedback: Object.fromEntries(counted.map((o: { kind: string; count: number }) => [o.kind, o.count]))
    }
  }

  t.test('200 of a promotion that nobody spoke of: nothing is counted, and there is no mean', async t => {
    t.same(await read(), { feedback: {}, meanAttitude: null, expectationGaps: 0 })
  })

  t.test('200 counts what names it by kind, attitudes, and the cases that its promise led to', async t => {
    await said(shop, { promotionId: id, attitude: 5 })
    await said(shop, { promotionCode: 'SPRING', attitude: 2, storeId })
    await said(shop, { promotionId: id, kind: 'praise' })
    await said(shop, { promotionCode: 'OTHER', attitude: 1 })
    const takenBack = (await said(shop, { promotionId: id, attitude: 1 })).body
    await shop.call('POST', `/v1/feedback/${takenBack.id}/withdrawals`)
    const gap = { cause: 'expectation_gap', promotionId: id }
    const first = (await complain({ promotionId: id })).body
    await step(first.id, 'causes', gap)
    await step(first.id, 'causes', { ...gap, subCause: 'price_not_as_shown' })
    const other = (await complain()).body
    await step(other.id, 'causes', { ...gap, subCause: 'promotion_promised_more' })
    const guided = (await complain({ promotionId: id })).body
    await step(guided.id, 'causes', { ...gap, subCause: 'guidance_promised_more' })
    const withdrawn = (await complain({ promotionId: id })).body
    await step(withdrawn.id, 'causes', gap)
    await step(withdrawn.id, 'withdrawals', {})
    t.same(await read(), {
      feedback: { promotion_attitude: 2, praise: 1, complaint: 2 },
      meanAttitude: 3.5,
      expectationGaps: 2
    })
  })

  t.test('200 shows a store-bound credential what was said in its store', async t => {
    const bound = await shop.withKey({ scopes: ['promotions:read'], storeId })
    t.same(await read(bound), {
      feedback: { promotion_attitude: 1, complaint: 2 },
      meanAttitude: 2,
      expectationGaps: 2
    })
    const elsewhere = (await shop.call('POST', '/v1/stores', { code: 'S2', name: 'Two', timeZone: 'UTC' })).body.id
    const other = await shop.withKey({ scopes: ['promotions:read'], storeId: elsewhere })
    t.same(await read(other), { feedback: {}, meanAttitude: null, expectationGaps: 0 })
  })

  t.test('304 until somebody says something of it', async t => {
    const path = `/v1/promotions/${id}`
    const etag = String((await shop.call('GET', path)).headers.get('etag'))
    t.equal((await shop.call('GET', path, undefined, { 'if-none-match': etag })).status, 304)
    await said(shop, { promotionId: id, kind: 'question' })
    t.equal((await shop.call('GET', path, undefined, { 'if-none-match': etag })).status, 200)
    t.equal((await shop.call('PATCH', path, { name: 'New' }, { 'if-match': etag })).status, 200)
  })
})
