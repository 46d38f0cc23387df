import t from 'tap'
import { inTenant } from '../../src/db/tenancy.ts'
import { classificationRunRepository } from '../../src/repositories/classification-run.ts'
import { openShop, type Shop } from '../support/classification.ts'
import { startService } from '../support/service.ts'

const service = await startService({ workers: true, clock: new Date('2026-11-21T09:00:00Z') })
t.teardown(() => service.close())

const everybody = { field: 'kind', operator: 'in', value: ['person', 'organization'] }
const spent = (value: number, aggregate: object = {}) => ({
  aggregate: { function: 'sum', ...aggregate },
  operator: 'at_least',
  value
})

let codes = 0
const segment = async (shop: Shop, rule: unknown, more: object = {}) => {
  const { status, body } = await shop.call('POST', '/v1/segments', { code: `S${++codes}`, name: 'Test', rule, ...more })
  if (status !== 201) throw new Error(JSON.stringify(body))
  return body
}

/** Computes a segment now and answers the job's result. */
const refresh = async (shop: Shop, id: string) => {
  const { status, body } = await shop.call('POST', `/v1/segments/${id}/refreshes`)
  if (status !== 202) throw new Error(JSON.stringify(body))
  const job = await shop.ended(body.id)
  if (job.status !== 'succeeded') throw new Error(JSON.stringify(job))
  return job.result
}

/** The till's numbers of a segment's members, sorted. */
const members = async (shop: Shop, id: string, query = '') => {
  const { body } = await shop.call('GET', `/v1/segments/${id}/members?limit=200${query}`)
  return body.data
    .map((member: { customerExternalIds: { key: string }[] }) => member.customerExternalIds[0]?.key)
    .sort()
}

const eventsOf = (shop: Shop, type: string) =>
  inTenant(service.database.work, shop.tenant.id, tx =>
    tx.rows<{ subject_id: string; data: Record<string, unknown> }>(
      {
        name: 'test_segment_events',
        text: 'select subject_id, data from events where tenant_id = $1 and type = $2 order by write_order'
      },
      [shop.tenant.id, type]
    )
  )

t.test('POST /v1/segments', async t => {
  const shop = await openShop(service)

  t.test('201 with the rule as version 1, and nothing computed yet', async t => {
    const rule = { all: [everybody, { not: spent(100) }] }
    const { status, headers, body } = await shop.call('POST', '/v1/segments', { code: 'new', name: 'New', rule })
    t.equal(status, 201)
    t.equal(headers.get('location'), `/v1/segments/${body.id}`)
    t.match(body, { code: 'new', active: true, ruleVersion: 1, members: null, computedAsOf: null, version: 1 })
    t.same(body.rule, rule)
    t.same((await shop.call('GET', `/v1/segments/${body.id}`)).body, body)
    t.match(await eventsOf(shop, 'segment.created'), [{ subject_id: body.id, data: { code: 'new' } }])
  })

  t.test('409 when another segment has the code', async t => {
    const { status, body } = await shop.call('POST', '/v1/segments', { code: 'new', name: 'Twin', rule: everybody })
    t.match([status, body.code], [409, 'segment.code_taken'])
  })

  t.test('422 names every fault of the rule with its place', async t => {
    const rule = {
      all: [
        { field: 'abcClass', operator: 'in', value: ['A', 'D'] },
        { field: 'colour', operator: 'is', value: 'red' },
        { any: [] },
        { not: { aggregate: { function: 'sum', withinDays: 0 }, operator: 'at_least', value: 'much' } },
        { field: 'age', operator: 'between', value: [40, 30], colour: 1 }
      ]
    }
    const { status, body } = await shop.call('POST', '/v1/segments', { code: 'bad', name: 'Bad', rule })
    t.match([status, body.code], [422, 'segment.rule_invalid'])
    t.same(
      body.errors.map((error: { pointer: string; code: string }) => [error.pointer, error.code]),
      [
        ['/rule/all/0/value/1', 'segment_rule.value_invalid'],
        ['/rule/all/1/field', 'segment_rule.field_unknown'],
        ['/rule/all/2/any', 'segment_rule.empty'],
        ['/rule/all/3/not/aggregate/withinDays', 'segment_rule.value_invalid'],
        ['/rule/all/3/not/value', 'segment_rule.value_invalid'],
        ['/rule/all/4/colour', 'segment_rule.unknown_member'],
        ['/rule/all/4/value', 'segment_rule.value_invalid']
      ]
    )
    t.equal((await shop.call('POST', '/v1/segments', { code: 'bad', name: 'Bad', rule: [] })).status, 400)
  })

  t.test('422 for stores and people that the tenant does not have, another’s included', async t => {
    const other = await openShop(service)
    const named = async (rule: unknown) => {
      const { status, body } = await shop.call('POST', '/v1/segments', { code: 'x', name: 'X', rule })
      return [status, body.code, body.errors[0].pointer]
    }
    const home = { field: 'homeStoreId', operator: 'in', value: [shop.storeId, other.storeId] }
    t.same(await named({ not: home }), [422, 'store.unknown', '/rule/not/value/1'])
    const there = { function: 'count', storeId: other.storeId }
    t.same(await named({ aggregate: there, operator: 'is', value: 0 }), [
      422,
      'store.unknown',
      '/rule/aggregate/storeId'
    ])
    const managed = { field: 'relationshipManagerId', operator: 'is', value: shop.storeId }
    t.same(await named(managed), [422, 'staff.unknown', '/rule/value'])
  })

  t.test('the same Idempotency-Key makes one segment', async t => {
    const headers = { 'idempotency-key': 'once' }
    const body = { code: 'once', name: 'Once', rule: everybody }
    const first = await shop.call('POST', '/v1/segments', body, headers)
    const again = await shop.call('POST', '/v1/segments', body, headers)
    t.same([again.status, again.body], [201, first.body])
  })
})

t.test('PATCH /v1/segments/{id}', async t => {
  const shop = await openShop(service)
  const made = await segment(shop, everybody)
  const path = `/v1/segments/${made.id}`

  t.test('another rule is a new version of it; everything else is not', async t => {
    const renamed = await shop.call('PATCH', path, { name: 'Renamed', description: 'All' }, { 'if-match': '"1"' })
    t.match([renamed.status, renamed.body.ruleVersion, renamed.body.version], [200, 1, 2])
    const changed = await shop.call('PATCH', path, { rule: spent(5) })
    t.match(changed.body, { ruleVersion: 2, version: 3, name: 'Renamed' })
    t.equal(changed.headers.get('etag'), '"3"')
    const same = await shop.call('PATCH', path, {
      rule: { value: 5, operator: 'at_least', aggregate: { function: 'sum' } }
    })
    t.equal(same.body.version, 3, 'the order of members makes no difference')
    const { body } = await shop.call('GET', `${path}/versions?limit=1`)
    t.match(body.data, [{ version: 2, rule: spent(5), createdBy: shop.key.id }])
    const { body: rest } = await shop.call('GET', `${path}/versions?cursor=${body.nextCursor}`)
    t.match(rest, { data: [{ version: 1, rule: everybody }], nextCursor: null })
  })

  t.test('200 without a new version for a rule that says the same in another way', async t => {
    const own = await openShop(service)
    const store = own.storeId
    const rule = {
      all: [
        { aggregate: { function: 'sum', withinDays: 90, storeId: store }, operator: 'at_least', value: 5 },
        { not: { field: 'abcClass', operator: 'in', value: ['A', 'B'] } },
        { field: 'homeStoreId', operator: 'is', value: store }
      ]
    }
    const { id, version } = await segment(own, rule)
    const other = {
      all: [
        {
          aggregate: {
            function: 'sum',
            withinDays: 90,
            storeId: store.toUpperCase(),
            sku: null,
            brand: null,
            category: null
          },
          operator: 'at_least',
          value: 5
        },
        { not: { field: 'abcClass', operator: 'in', value: ['B', 'A', 'B'] } },
        { field: 'homeStoreId', operator: 'is', value: store.toUpperCase() }
      ]
    }
    const same = await own.call('PATCH', `/v1/segments/${id}`, { rule: other })
    t.match([same.status, same.body.ruleVersion, same.body.version], [200, 1, version])
    const renamed = await own.call('PATCH', `/v1/segments/${id}`, { rule: other, name: 'Renamed' })
    t.match(renamed.body, { name: 'Renamed', ruleVersion: 1, version: version + 1, rule })
    const made = await segment(own, other)
    t.same(made.rule.all[0], rule.all[0], 'and what says nothing is not kept')
    const ever = { all: [{ aggregate: { function: 'sum', withinDays: null }, operator: 'at_least', value: 5 }] }
    t.equal((await own.call('PATCH', `/v1/segments/${id}`, { rule: ever })).body.ruleVersion, 2)
  })

  t.test('200 for each of many changes at once, one upon the other, and none of them is lost', async t => {
    const own = await openShop(service)
    const changed = await segment(own, everybody)
    const changes = Array.from({ length: 8 }, (_, n) =>
      own.call('PATCH', `/v1/segments/${changed.id}`, { rule: spent(100 + n) })
    )
    const answers = await Promise.all(changes)
    t.same(
      answers.map(({ status }) => status),
      answers.map(() => 200)
    )
    t.same(
      answers.map(({ body }) => body.ruleVersion).sort((a, b) => a - b),
      [2, 3, 4, 5, 6, 7, 8, 9]
    )
  })

  t.test('412 for a change that was decided on an older version, 422 for a bad rule', async t => {
    t.equal((await shop.call('PATCH', path, { name: 'Late' }, { 'if-match': '"1"' })).status, 412)
    const { status, body } = await shop.call('PATCH', path, { rule: { any: [{}] } })
    t.match([status, body.errors[0].pointer], [422, '/rule/any/0'])
  })

  t.test('a segment at rest keeps its members and is not computed', async t => {
    await shop.push({ customer: 'anna', amount: 100, at: '2026-11-01' })
    await refresh(shop, made.id)
    t.match((await shop.call('PATCH', path, { active: false })).body, { active: false, members: 1 })
    const refused = await shop.call('POST', `${path}/refreshes`)
    t.match([refused.status, refused.body.code], [409, 'segment.inactive'])
    t.same(await members(shop, made.id), ['anna'])
    const list = async (query: string) => (await shop.call('GET', `/v1/segments?${query}`)).body.data.length
    t.same([await list('active=true'), await list('active=false'), await list('')], [0, 1, 1])
  })

  t.test('409 beyond the segments that a run computes', async t => {
    const many = await openShop(service)
    for (let n = 0; n < 100; n++) await segment(many, everybody)
    const refused = await many.call('POST', '/v1/segments', { code: 'more', name: 'More', rule: everybody })
    t.match([refused.status, refused.body.code, refused.body.facts], [409, 'segment.too_many_active', { atMost: 100 }])
    const resting = await segment(many, everybody, { active: false })
    t.equal((await many.call('PATCH', `/v1/segments/${resting.id}`, { active: true })).status, 409)
  })
})

t.test(
  'POST /v1/segments/{id}/refreshes: 202 with the job that waits already, and another one once it has begun',
  async t => {
    const shop = await openShop(service)
    const { id } = await segment(shop, spent(500))
    let release = () => {}
    const released = new Promise<void>(resolve => {
      release = resolve
    })
    let held = () => {}
    const holding = new Promise<void>(resolve => {
      held = resolve
    })
    // As a run does while it computes.
    const run = inTenant(service.database.work, shop.tenant.id, async tx => {
      await classificationRunRepository(tx).lockTenant()
      held()
      await released
    })
    await holding
    const ask = async (segmentId: string) => (await shop.call('POST', `/v1/segments/${segmentId}/refreshes`)).body.id
    const asked = await Promise.all(Array.from({ length: 6 }, () => ask(id)))
    t.equal(new Set(asked).size, 1, 'however often and however close together it is asked for')
    const other = await segment(shop, everybody)
    t.not(await ask(other.id), asked[0], 'another segment has a job of its own')
    release()
    await run
    t.match(await shop.ended(asked[0]), { status: 'succeeded', result: { segmentId: id } })
    t.not(await ask(id), asked[0])
  }
)

t.test('entering and leaving', async t => {
  const shop = await openShop(service)
  await shop.push({ customer: 'anna', amount: 600, at: '2026-11-10' })
  await shop.push({ customer: 'bert', amount: 400, at: '2026-11-10' })
  const { id, code } = await segment(shop, { any: [spent(500, { withinDays: 30 }), { not: everybody }] })

  t.test('a refresh finds the members and tells of each who enters, with the conditions that decide', async t => {
    t.match(await refresh(shop, id), { segmentId: id, customers: 2, members: 1, entered: 1, left: 0 })
    t.same(await members(shop, id), ['anna'])
    t.match((await shop.call('GET', `/v1/segments/${id}`)).body, { members: 1, computedRuleVersion: 1, version: 1 })
    const anna = await shop.idOf('anna')
    const why = [{ pointer: '/any/0', code: 'sum.at_least' }]
    const data = { customerId: anna, segmentId: id, code, ruleVersion: 1, runId: null, why }
    t.match(await eventsOf(shop, 'customer.segment_entered'), [{ subject_id: anna, data }])
    const refreshed = { code, members: 1, entered: 1, left: 0, asOf: '2026-11-21T09:00:00.000Z' }
    t.match(await eventsOf(shop, 'segment.refreshed'), [{ subject_id: id, data: refreshed }])
  })

  t.test('a second refresh that finds nothing new writes nothing of anybody', async t => {
    t.match(await refresh(shop, id), { members: 1, entered: 0, left: 0 })
    t.equal((await eventsOf(shop, 'customer.segment_entered')).length, 1)
  })

  t.test('whoever no longer fulfils the rule leaves, and may come back: history keeps each time', async t => {
    service.clock.set('2026-12-11T09:00:00Z')
    await shop.push({ customer: 'bert', amount: 500, at: '2026-12-01' })
    t.match(await refresh(shop, id), { members: 1, entered: 1, left: 1 })
    t.same(await members(shop, id), ['bert'])
    const [left] = await eventsOf(shop, 'customer.segment_left')
    t.match(left, { subject_id: await shop.idOf('anna') })
    t.same(left?.data.why, [
      { pointer: '/any/0', code: 'sum.at_least' },
      { pointer: '/any/1/not', code: 'kind.in' }
    ])
    service.clock.set('2026-12-12T09:00:00Z')
    await shop.push({ customer: 'anna', amount: 700, at: '2026-12-11' })
    await refresh(shop, id)
    const { body } = await shop.call('GET', `/v1/customers/${await shop.idOf('anna')}/segments`)
    t.match(body.data, [
      { segmentId: id, code, enteredAt: '2026-12-12T09:00:00.000Z', leftAt: null, leftRuleVersion: null },
      { segmentId: id, enteredAt: '2026-11-21T09:00:00.000Z', leftAt: '2026-12-11T09:00:00.000Z', leftRuleVersion: 1 }
    ])
    const paged = await shop.call('GET', `/v1/customers/${await shop.idOf('anna')}/segments?limit=1`)
    const rest = await shop.call(
      'GET',
      `/v1/customers/${await shop.idOf('anna')}/segments?limit=1&cursor=${paged.body.nextCursor}`
    )
    t.same([...paged.body.data, ...rest.body.data], body.data)
    const now = await shop.call('GET', `/v1/customers/${await shop.idOf('anna')}/segments?current=true`)
    t.equal(now.body.data.length, 1)
  })

  t.test('a changed rule moves people when it is computed, and says by which version', async t => {
    await shop.call('PATCH', `/v1/segments/${id}`, { rule: spent(10_000) })
    const waiting = (await shop.call('GET', `/v1/segments/${id}`)).body
    t.match(waiting, { members: 2, ruleVersion: 2, computedRuleVersion: 1 })
    service.clock.set('2026-12-13T09:00:00Z')
    t.match(await refresh(shop, id), { members: 0, entered: 0, left: 2 })
    const { body } = await shop.call('GET', `/v1/customers/${await shop.idOf('anna')}/segments?limit=1`)
    t.match(body.data, [{ enteredRuleVersion: 1, leftRuleVersion: 2 }])
  })

  t.test('who enters and leaves at the very same instant was never in it', async t => {
    const { id: brief } = await segment(shop, everybody)
    await refresh(shop, brief)
    await shop.call('PATCH', `/v1/segments/${brief}`, { rule: { not: everybody } })
    t.match(await refresh(shop, brief), { members: 0, left: 2 })
    await shop.call('PATCH', `/v1/segments/${brief}`, { rule: everybody })
    t.match(await refresh(shop, brief), { members: 2, entered: 2 })
    const { body } = await shop.call('GET', `/v1/customers/${await shop.idOf('anna')}/segments?current=true`)
    t.equal(body.data.length, 1)
    service.clock.set('2026-11-21T09:00:00Z')
  })
})

t.test('what is not known of a customer’s buying less is neither yes nor no', async t => {
  const shop = await openShop(service)
  const months = ['2025-12', '2026-01', '2026-02', '2026-03', '2026-04', '2026-05', '2026-06', '2026-07', '2026-08']
  for (const month of months) {
    await shop.push({ customer: 'less', amount: 9_000, at: `${month}-10` })
    await shop.push({ customer: 'usual', amount: 9_000, at: `${month}-10` })
  }
  for (const day of ['2026-09-10', '2026-10-10', '2026-11-10']) {
    await shop.push({ customer: 'less', amount: 500, at: day })
    await shop.push({ customer: 'usual', amount: 9_000, at: day })
  }
  await shop.push({ customer: 'new', amount: 9_000, at: '2026-11-01' })
  await shop.run()
  const found = async (rule: object) => {
    const { id } = await segment(shop, rule)
    await refresh(shop, id)
    return members(shop, id)
  }
  const less = { field: 'partialDefection', operator: 'is', value: true }
  t.same(await Promise.all(['less', 'usual', 'new'].map(async key => (await shop.classOf(key)).defection.partial)), [
    true,
    false,
    null
  ])
  t.same(await found(less), ['less'])
  t.same(await found({ ...less, value: false }), ['usual'])
  t.same(await found({ ...less, operator: 'is_null' }), ['new'])
  t.same(await found({ not: less }), ['new', 'usual'])
})

t.test('members are listed page by page, by store and by manager, with names for whoever may see them', async t => {
  const shop = await openShop(service)
  const person = await shop.call('POST', '/v1/staff', {
    code: 'M',
    name: 'Mia',
    storeIds: [],
    roles: ['relationship_manager']
  })
  for (const key of ['a', 'b', 'c']) {
    const body = { kind: 'person', name: `Zhang ${key}`, externalIds: [{ system: 'till', key }] }
    await shop.call('POST', '/v1/customers', key === 'b' ? { ...body, homeStoreId: shop.storeId } : body)
  }
  const managed = `/v1/customers/${await shop.idOf('c')}/relationship-manager`
  t.ok((await shop.call('PUT', managed, { staffId: person.body.id })).status < 300)
  const { id } = await segment(shop, everybody)
  t.match(await refresh(shop, id), { members: 3 })
  t.same(await members(shop, id, `&storeId=${shop.storeId}`), ['b'])
  t.same(await members(shop, id, `&relationshipManagerId=${person.body.id}`), ['c'])
  const { id: few } = await segment(shop, { field: 'homeStoreId', operator: 'is', value: shop.storeId })
  await refresh(shop, few)
  const found = async (criteria: object) => {
    const { body } = await shop.call('POST', '/v1/customers/search', criteria)
    return body.data.map((customer: { name: string }) => customer.name)
  }
  t.same(await found({ filters: { segmentId: few } }), ['Zhang b'])
  t.same(await found({ query: 'zhang', filters: { segmentId: few } }), ['Zhang b'])
  t.same(await found({ query: 'zhang', filters: { segmentId: few, relationshipManagerId: person.body.id } }), [])
  const first = (await shop.call('GET', `/v1/segments/${id}/members?limit=2`)).body
  const second = (await shop.call('GET', `/v1/segments/${id}/members?limit=2&cursor=${first.nextCursor}`)).body
  t.same([first.data.length, second.data.length, second.nextCursor], [2, 1, null])
  t.equal(first.data[0].customerName, 'Zhang a')
  const masked = await shop.withScopes('segments:read')
  t.equal((await masked.call('GET', `/v1/segments/${id}/members`)).body.data[0].customerName, 'Z…')
})

t.test('POST /v1/segments/previews', async t => {
  const shop = await openShop(service)
  for (let n = 0; n < 25; n++) await shop.push({ customer: `c${n}`, amount: n * 10 + 10, at: '2026-11-01' })

  t.test('200 with the count and a sample, and keeps nothing', async t => {
    const { status, body } = await shop.call('POST', '/v1/segments/previews', { rule: spent(10) })
    t.match([status, body.customers, body.members, body.sample.length], [200, 25, 25, 20])
    t.equal(new Set(body.sample.map((one: { customerId: string }) => one.customerId)).size, 20)
    t.same((await shop.call('POST', '/v1/segments/previews', { rule: spent(10) })).body.sample, body.sample)
    t.same((await shop.call('GET', '/v1/segments')).body.data, [])
  })

  t.test('what it counts is what a refresh finds', async t => {
    const rule = {
      all: [spent(50), { not: spent(200) }, { aggregate: { function: 'days_since' }, operator: 'is', value: 20 }]
    }
    const preview = (await shop.call('POST', '/v1/segments/previews', { rule })).body
    const { id } = await segment(shop, rule)
    t.match(await refresh(shop, id), { members: preview.members, customers: 25 })
    t.equal(preview.members, 15)
    const found = (await shop.call('GET', `/v1/segments/${id}/members`)).body.data
    t.same(
      preview.sample.map((one: { customerId: string }) => one.customerId),
      found.map((one: { customerId: string }) => one.customerId)
    )
  })

  t.test('422 for a rule with faults', async t => {
    const { status, body } = await shop.call('POST', '/v1/segments/previews', { rule: { all: [{ field: 'x' }] } })
    t.match([status, body.code], [422, 'segment.rule_invalid'])
  })

  t.test('names are masked for whoever may not see them', async t => {
    await shop.call('POST', '/v1/customers', { kind: 'organization', name: 'Zhang Ltd' })
    const masked = await shop.withScopes('segments:read')
    const rule = { field: 'kind', operator: 'is', value: 'organization' }
    t.match((await masked.call('POST', '/v1/segments/previews', { rule })).body.sample, [{ customerName: 'Z…' }])
  })
})

t.test('GET /v1/segments/{id}/explanations/{customerId}', async t => {
  const shop = await openShop(service)
  await shop.push({ customer: 'anna', amount: 32_000, at: '2026-11-09' })
  const rule = {
    all: [
      spent(50_000, { withinDays: 90 }),
      { aggregate: { function: 'days_since' }, operator: 'at_most', value: 30 },
      { field: 'age', operator: 'at_least', value: 18 }
    ]
  }
  const { id } = await segment(shop, rule)
  const path = `/v1/segments/${id}/explanations/${await shop.idOf('anna')}`

  t.test('200 with every condition, what was found, and what would turn it', async t => {
    const { status, headers, body } = await shop.call('GET', path)
    t.equal(status, 200)
    t.equal(headers.get('content-language'), 'en')
    t.match(body, { holds: false, memberSince: null, ruleVersion: 1 })
    t.match(body.conditions, [
      {
        pointer: '/all/0',
        holds: false,
        decisive: false,
        value: 32_000,
        reason: {
          code: 'segment.condition_fails',
          text: 'Net amount bought, last 90 days: 320.00 EUR; asked for: at least 500.00 EUR.',
          facts: { function: 'sum', withinDays: 90, operator: 'at_least', expected: 50_000, actual: 32_000 }
        },
        changes: [{ code: 'segment.more', text: '180.00 EUR more would meet this.', facts: { by: 18_000 } }]
      },
      {
        holds: true,
        value: 12,
        reason: { text: 'Time since the last purchase: 12 days; asked for: at most 30 days.' },
        changes: [{ code: 'segment.until_day', facts: { on: '2026-12-09' } }]
      },
      {
        holds: false,
        value: null,
        reason: { code: 'segment.condition_unknown' },
        changes: [{ code: 'segment.if_known' }]
      }
    ])
  })

  t.test('in Chinese for whoever reads Chinese', async t => {
    const { headers, body } = await shop.call('GET', path, undefined, { 'accept-language': 'zh-CN,zh;q=0.9' })
    t.equal(headers.get('content-language'), 'zh')
    t.equal(body.conditions[0].reason.text, '最近 90 天净消费额：320.00 EUR；要求：至少 500.00 EUR。')
    t.equal(body.conditions[0].changes[0].text, '再多 180.00 EUR 即可满足。')
  })

  t.test('says since when he belongs to it, and which condition alone would put him out', async t => {
    await shop.push({ customer: 'anna', amount: 20_000, at: '2026-11-09' })
    await shop.call('PATCH', `/v1/customers/${await shop.idOf('anna')}`, { birthDate: '1990-11-22' })
    await refresh(shop, id)
    const { body } = await shop.call('GET', path)
    t.match(body, { holds: true, memberSince: '2026-11-21T09:00:00.000Z' })
    t.same(
      body.conditions.map((one: { decisive: boolean; value: number }) => [one.decisive, one.value]),
      [
        [true, 52_000],
        [true, 12],
        [true, 35]
      ]
    )
  })

  t.test('404 for another tenant’s segment and customer', async t => {
    const other = await openShop(service)
    t.equal((await other.call('GET', path)).status, 404)
    await other.push({ customer: 'bert', amount: 1, at: '2026-11-01' })
    const foreign = await shop.call('GET', `/v1/segments/${id}/explanations/${await other.idOf('bert')}`)
    t.match([foreign.status, foreign.body.code], [404, 'customer.not_found'])
  })
})
