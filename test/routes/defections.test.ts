import t from 'tap'
import { uuidv7 } from 'uuidv7'
import { decisionFixtures } from '../support/decisions.ts'
import { startService, type TestTenant } from '../support/service.ts'

const NOW = '2026-03-10T10:00:00.000Z'
const service = await startService({ clock: new Date(NOW) })
const fixtures = await decisionFixtures(service)
t.teardown(async () => {
  await fixtures.close()
  await service.close()
})

/** A shop with a manager, and customers as a run would have found them. */
async function open() {
  service.clock.set(NOW)
  const shop = await service.newTenant()
  const { id } = shop.tenant
  const customer = (abcClass = 'B', storeId: string | null = null) =>
    fixtures.customer(id, abcClass, { amountMinor: 1_000, storeId })
  return {
    shop,
    id,
    manager: await fixtures.staff(id, 'M1'),
    customer,
    /** A customer at risk. */
    atRisk: async (found: Parameters<typeof fixtures.atRisk>[2] = {}, storeId: string | null = null) => {
      const customerId = await customer(found.abcClass, storeId)
      await fixtures.atRisk(id, customerId, found)
      return customerId
    },
    priceDriven: async (abcClass = 'A') => {
      const customerId = await customer(abcClass)
      await fixtures.priceDriven(id, customerId)
      return customerId
    },
    act: (customerId: string, body: object, headers: Record<string, string> = {}, by: TestTenant = shop) =>
      by.call('POST', `/v1/defections/${customerId}/actions`, body, headers),
    assign: (customerId: string, body: object, by: TestTenant = shop) =>
      by.call('PUT', `/v1/customers/${customerId}/relationship-manager`, body),
    pursuits: () =>
      fixtures.query(
        'select effort, cause, override_reason, minutes, cost_minor from pursuits where tenant_id = $1 order by id',
        [id]
      ),
    told: () => fixtures.eventsLike(id, 'customer.pursuit%')
  }
}

const listed = async (shop: TestTenant, query = ''): Promise<string[]> => {
  const { status, body } = await shop.call('GET', `/v1/defections${query}`)
  if (status !== 200) throw new Error(JSON.stringify(body))
  return body.data.map((item: { customerId: string }) => item.customerId)
}

t.test('GET /v1/defections', async t => {
  t.test('200 tells what each is worth, why he may be leaving, and the one thing to do', async t => {
    const { shop, id, manager, atRisk, assign, act } = await open()
    const customerId = await atRisk({ abcClass: 'A', pAlive: 60, valueAtStakeMinor: 10_000 })
    await assign(customerId, { staffId: manager })
    await fixtures.run(id, '2026-03-10')
    const { body: action } = await act(customerId, { action: 'win_back' })
    const { status, body } = await shop.call('GET', '/v1/defections')
    t.equal(status, 200)
    t.same(body, {
      data: [
        {
          customerId,
          customerName: null,
          customerExternalIds: [],
          abcClass: 'A',
          standing: 'key',
          state: 'overdue',
          basis: 'cadence',
          partial: false,
          since: '2026-03-01T00:00:00.000Z',
          lastPaidOn: null,
          pAlive: 0.6,
          expectedPurchases: null,
          expectedValueMinor: null,
          valueAtStakeMinor: 10_000,
          valueIfStaysMinor: 10_000,
          likelyCause: 'unknown',
          advice: {
            recommendation: 'win_back',
            costMinor: 500,
            netBenefitMinor: 300,
            reasons: body.data[0].advice.reasons,
            advisedOn: '2026-03-10',
            dueOn: '2026-06-09'
          },
          notPursued: null,
          storeId: null,
          relationshipManagerId: manager,
          lastAction: { id: action.id, action: 'win_back', actedAt: NOW }
        }
      ],
      nextCursor: null
    })
    t.match(body.data[0].advice.reasons, [
      { code: 'advice.cause_unknown', text: 'No likely cause is known.' },
      {
        code: 'advice.win_back',
        text: /.+/,
        facts: {
          risk: 0.4,
          saveProbability: 0.2,
          valueMinor: 10_000,
          expectedMinor: 6_000,
          costMinor: 500,
          netMinor: 300,
          currency: 'EUR'
        }
      }
    ])
    t.same((await shop.call('GET', `/v1/defections/${customerId}`)).body, body.data[0])
  })

  t.test('200 gives the reasons in the language of the caller', async t => {
    const { shop, atRisk } = await open()
    await atRisk({ valueAtStakeMinor: 10_000 })
    const { body } = await shop.call('GET', '/v1/defections', undefined, { 'accept-language': 'zh' })
    t.match(body.data[0].advice.reasons[0].text, /[\u4e00-\u9fff]/)
  })

  t.test('200 tells the likely cause alone where the reasons would lead to another advice', async t => {
    const { shop, atRisk } = await open()
    await atRisk({ recommendation: 'keep', cause: 'price' })
    const { body } = await shop.call('GET', '/v1/defections')
    t.match(body.data[0].advice.reasons, [{ code: 'advice.cause_price' }])
    t.equal(body.data[0].advice.reasons.length, 1)
  })

  t.test('200 masks names without the scope for personal data', async t => {
    const { shop, id } = await open()
    const { body: file } = await shop.call('POST', '/v1/customers', { kind: 'person', name: 'Anna Berg' })
    await fixtures.atRisk(id, file.id)
    t.equal((await shop.call('GET', '/v1/defections')).body.data[0].customerName, 'Anna Berg')
    const masked = await shop.withScopes('defections:read')
    t.not((await masked.call('GET', '/v1/defections')).body.data[0].customerName, 'Anna Berg')
  })

  t.test('200 in each order, page by page, ties by id', async t => {
    const { shop, atRisk } = await open()
    const known: { id: string; value: number; since: string }[] = []
    for (let n = 0; n < 11; n++) {
      const found = {
        valueAtStakeMinor: [100, 200, 200, 300][n % 4] as number,
        since: `2026-03-0${1 + (n % 3)}T00:00:00Z`,
        state: ['due', 'overdue', 'lapsed'][n % 3] as string,
        abcClass: ['A', 'B', 'C', 'none'][n % 4] as string
      }
      known.push({ id: await atRisk(found), value: found.valueAtStakeMinor, since: found.since })
    }
    const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1)
    const orders: Record<string, (a: (typeof known)[0], b: (typeof known)[0]) => number> = {
      '-valueAtStakeMinor': (a, b) => b.value - a.value || byId(a, b),
      valueAtStakeMinor: (a, b) => a.value - b.value || byId(b, a),
      since: (a, b) => a.since.localeCompare(b.since) || byId(a, b),
      '-since': (a, b) => b.since.localeCompare(a.since) || byId(b, a)
    }
    const paged = async (query: string) => {
      const ids: string[] = []
      for (let cursor: string | null = ''; cursor !== null; ) {
        const { body } = await shop.call('GET', `/v1/defections?limit=3&${query}${cursor && `&cursor=${cursor}`}`)
        ids.push(...body.data.map((item: { customerId: string }) => item.customerId))
        cursor = body.nextCursor
      }
      return ids
    }
    const all = [...known]
    for (const [sort, order] of Object.entries(orders)) {
      const expected = all.sort(order).map(one => one.id)
      t.same(await paged(`sort=${sort}`), expected, sort)
      t.same(await paged(`sort=${sort}&recommendation=win_back`), expected, `${sort}, put together out of pieces`)
    }
    t.same(await listed(shop), await paged('sort=-valueAtStakeMinor'), 'most at stake first when nothing is asked')
  })

  t.test('200 by store, manager, class, state and its basis, advice and cause, alone and together', async t => {
    const { shop, id, manager, atRisk, assign } = await open()
    const store = await fixtures.store(id)
    const other = await fixtures.staff(id, 'M2')
    const inStore = await atRisk({ abcClass: 'A', state: 'due', recommendation: 'keep', cause: 'service' }, store)
    const lapsed = await atRisk({ abcClass: 'C', state: 'lapsed', recommendation: 'watch', cause: 'product_gone' })
    const ordinary = await atRisk()
    const once = await atRisk({ state: 'lapsed', basis: 'hiatus', recommendation: 'let_go' })
    const complaining = await atRisk({ state: 'unknown', basis: 'none', recommendation: 'recover' })
    await assign(inStore, { staffId: manager })
    await assign(lapsed, { staffId: manager })
    await assign(ordinary, { staffId: other })
    const cases: [query: string, expected: string[]][] = [
      [`?storeId=${store}`, [inStore]],
      [`?relationshipManagerId=${manager}`, [inStore, lapsed]],
      ['?abcClass=C', [lapsed]],
      ['?state=overdue', [ordinary]],
      ['?basis=hiatus', [once]],
      ['?basis=none', [complaining]],
      ['?basis=cadence', [inStore, lapsed, ordinary]],
      ['?basis=cadence&sort=since', [inStore, lapsed, ordinary]],
      ['?basis=cadence&state=lapsed', [lapsed]],
      ['?basis=hiatus&state=due', []],
      ['?recommendation=keep', [inStore]],
      ['?likelyCause=product_gone', [lapsed]],
      [`?relationshipManagerId=${manager}&state=lapsed`, [lapsed]],
      [`?storeId=${store}&abcClass=A&likelyCause=service`, [inStore]],
      [`?storeId=${store}&relationshipManagerId=${other}`, []],
      ['?abcClass=A&state=lapsed', []]
    ]
    for (const [query, expected] of cases) t.same((await listed(shop, query)).sort(), [...expected].sort(), query)
  })

  t.test('400 for anything else', async t => {
    const { shop } = await open()
    for (const query of ['sort=name', 'state=gone', 'storeId=x', 'cause=price']) {
      t.equal((await shop.call('GET', `/v1/defections?${query}`)).status, 400, query)
    }
  })
})

t.test('GET /v1/defections/:customerId', async t => {
  t.test('404 for a customer who is not at risk, and for nobody', async t => {
    const { shop, customer } = await open()
    const code = async (id: string) => (await shop.call('GET', `/v1/defections/${id}`)).body.code
    t.equal(await code(await customer()), 'defection.not_found')
    t.equal(await code(uuidv7()), 'customer.not_found')
  })

  t.test('200 says why no effort may be spent on him', async t => {
    const { shop, id, atRisk } = await open()
    const letGo = await atRisk({ recommendation: 'let_go' })
    const price = await atRisk({ recommendation: 'let_go', cause: 'price' })
    await fixtures.priceDriven(id, price)
    const why = async (customerId: string) => (await shop.call('GET', `/v1/defections/${customerId}`)).body.notPursued
    t.equal(await why(letGo), 'let_go')
    t.equal(await why(price), 'price_driven')
    await shop.call('PUT', `/v1/customer-marks/${price}/strategic`, { reason: 'x' })
    t.equal(await why(price), null)
  })
})

t.test('POST /v1/defections/:customerId/actions', async t => {
  t.test('201 keeps what was done beside what was advised', async t => {
    const { shop, id, manager, atRisk, act } = await open()
    const customerId = await atRisk()
    await fixtures.run(id, '2026-03-10')
    const body = { action: 'recover', note: 'Took the shoes back.', costMinor: 900, staffId: manager.toUpperCase() }
    const answer = await act(customerId, body)
    t.equal(answer.status, 201)
    t.same(answer.body, {
      id: answer.body.id,
      customerId,
      action: 'recover',
      note: 'Took the shoes back.',
      costMinor: 900,
      staffId: manager,
      actedAt: NOW,
      advised: { recommendation: 'win_back', state: 'overdue', pAlive: 0.6, valueAtStakeMinor: 10_000 },
      asAdvised: false,
      dueOn: '2026-06-09',
      outcome: null,
      outcomeOn: null,
      outcomeMinor: null,
      overrideReason: null,
      createdAt: NOW,
      createdBy: shop.key.id
    })
    t.equal(answer.headers.get('location'), `/v1/defection-actions/${answer.body.id}`)
    t.same((await shop.call('GET', `/v1/defection-actions/${answer.body.id}`)).body, answer.body)
    const [event] = await fixtures.eventsLike(id, 'defection.acted')
    t.same(event?.data, {
      actionId: answer.body.id,
      customerId,
      action: 'recover',
      recommendation: 'win_back',
      staffId: manager,
      costMinor: 900,
      actedOn: '2026-03-10',
      overridden: false
    })
  })

  t.test('201 takes the cost of an attempt from the policy, and none for who is only watched', async t => {
    const { atRisk, act } = await open()
    const customerId = await atRisk()
    t.match((await act(customerId, { action: 'keep' })).body, { costMinor: 500, advised: null, asAdvised: null })
    t.match((await act(customerId, { action: 'watch' })).body, { costMinor: 0 })
  })

  t.test('201 takes the day of the tenant, and the advice that was in force on it', async t => {
    const { id, atRisk, act } = await open()
    const customerId = await atRisk({ recommendation: 'watch' })
    await fixtures.run(id, '2026-03-01')
    await fixtures.atRisk(id, customerId, { recommendation: 'win_back' })
    await fixtures.run(id, '2026-03-09')
    const advisedAt = async (actedAt: string) => (await act(customerId, { action: 'watch', actedAt })).body
    // Half past midnight in Berlin.
    t.match(await advisedAt('2026-03-08T23:30:00Z'), { advised: { recommendation: 'win_back' }, asAdvised: false })
    t.match(await advisedAt('2026-03-08T22:30:00Z'), { advised: { recommendation: 'watch' }, asAdvised: true })
    t.match(await advisedAt('2026-02-28T12:00:00Z'), { advised: null })
  })

  t.test('201 once for the same Idempotency-Key', async t => {
    const { shop, atRisk, act } = await open()
    const customerId = await atRisk()
    const first = await act(customerId, { action: 'win_back' }, { 'idempotency-key': 'k' })
    const again = await act(customerId, { action: 'win_back' }, { 'idempotency-key': 'k' })
    t.same(again.body, first.body)
    t.equal((await shop.call('GET', `/v1/defections/${customerId}/actions`)).body.data.length, 1)
  })

  t.test('422 for one that lies ahead, beyond what clocks differ by, and for a stranger', async t => {
    const { atRisk, act } = await open()
    const customerId = await atRisk()
    t.equal((await act(customerId, { action: 'watch', actedAt: '2026-03-10T10:05:00Z' })).status, 201)
    const ahead = await act(customerId, { action: 'watch', actedAt: '2026-03-10T10:05:01Z' })
    t.match([ahead.status, ahead.body.code], [422, 'defection_action.in_future'])
    const stranger = await act(customerId, { action: 'watch', staffId: uuidv7() })
    t.match([stranger.status, stranger.body.code], [422, 'staff.unknown'])
    t.match(stranger.body.errors, [{ pointer: '/staffId' }])
  })

  t.test('422 for one from before he was a customer, by his first purchase or else by his file', async t => {
    const { id, atRisk, act } = await open()
    const customerId = await atRisk()
    const early = async (actedAt: string) => {
      const { status, body } = await act(customerId, { action: 'watch', actedAt })
      return [status, body.code]
    }
    t.same(await early('1970-01-01T00:00:00Z'), [422, 'defection_action.before_customer'])
    await fixtures.query('update customers set created_at = $3 where tenant_id = $1 and id = $2', [
      id,
      customerId,
      '2026-03-01T11:00:00Z'
    ])
    t.same(await early('2026-02-28T12:00:00Z'), [422, 'defection_action.before_customer'])
    t.equal((await early('2026-02-28T23:30:00Z'))[0], 201, 'on the day of the shop on which his file was opened')
    await fixtures.query(
      `insert into customer_totals (tenant_id, customer_id, net_minor, sales, returns, units, first_sale_on, last_sale_on,
         last_purchased_at) values ($1, $2, 1, 1, 0, 1, '2026-01-10', '2026-01-10', '2026-01-10')`,
      [id, customerId]
    )
    t.equal((await early('2026-01-10T00:00:00Z'))[0], 201, 'his first purchase came in from a till of old')
    t.same(await early('2026-01-09T12:00:00Z'), [422, 'defection_action.before_customer'])
  })

  t.test('404 for a customer who does not exist; 400 for what nobody can do', async t => {
    const { atRisk, act } = await open()
    t.match((await act(uuidv7(), { action: 'watch' })).body, { code: 'customer.not_found' })
    const customerId = await atRisk()
    for (const body of [
      {},
      { action: 'shout' },
      { action: 'watch', costMinor: -1 },
      { action: 'watch', costMinor: 0.5 },
      { action: 'win_back', costMinor: 1_000_000_001 },
      { action: 'win_back', costMinor: '300' },
      { action: 'watch', actedAt: '2026-03-10' },
      { action: 'watch', override: {} }
    ]) {
      t.equal((await act(customerId, body)).status, 400)
    }
  })
})

t.test('lists of actions', async t => {
  t.test('200 of a customer, latest first; 404 for nobody', async t => {
    const { shop, atRisk, act } = await open()
    const [anna, bo] = [await atRisk(), await atRisk()]
    for (const day of ['02', '04', '03']) {
      await act(anna, { action: 'watch', actedAt: `2026-03-${day}T10:00:00Z`, note: day })
    }
    await act(bo, { action: 'watch' })
    const { body } = await shop.call('GET', `/v1/defections/${anna}/actions?limit=2`)
    const notes = (page: { data: { note: string }[] }) => page.data.map(action => action.note)
    t.same(notes(body), ['04', '03'])
    const next = await shop.call('GET', `/v1/defections/${anna}/actions?limit=2&cursor=${body.nextCursor}`)
    t.same([notes(next.body), next.body.nextCursor], [['02'], null])
    t.equal((await shop.call('GET', `/v1/defections/${uuidv7()}/actions`)).status, 404)
  })

  t.test('200 of all, by customer, person, action and outcome', async t => {
    const { shop, id, manager, atRisk, act } = await open()
    const [anna, bo] = [await atRisk(), await atRisk()]
    const ids = [
      (await act(anna, { action: 'win_back', staffId: manager, actedAt: '2026-03-01T10:00:00Z' })).body.id,
      (await act(bo, { action: 'watch', actedAt: '2026-03-02T10:00:00Z' })).body.id,
      (await act(bo, { action: 'keep', actedAt: '2026-03-03T10:00:00Z' })).body.id
    ]
    await fixtures.query(`update defection_actions set outcome = 'bought' where tenant_id = $1 and id = $2`, [
      id,
      ids[1]
    ])
    const numbers = async (query: string) => {
      const { body } = await shop.call('GET', `/v1/defection-actions${query}`)
      return body.data.map((action: { id: string }) => ids.indexOf(action.id))
    }
    t.same(await numbers(''), [2, 1, 0])
    t.same(await numbers(`?customerId=${bo}`), [2, 1])
    t.same(await numbers(`?staffId=${manager}`), [0])
    t.same(await numbers('?action=keep'), [2])
    t.same(await numbers('?outcome=bought'), [1])
    t.same(await numbers('?outcome=open'), [2, 0])
    t.equal((await shop.call('GET', `/v1/defection-actions/${uuidv7()}`)).body.code, 'defection_action.not_found')
  })
})

t.test('who is not pursued', async t => {
  t.test(
    '409 for a manager by hand, with the figures that say why; the refusal is recorded and told once a day',
    async t => {
      const { shop, id, manager, priceDriven, assign, pursuits, told } = await open()
      const customerId = await priceDriven('A')
      const refused = await assign(customerId, { staffId: manager })
      t.match([refused.status, refused.body.code], [409, 'customer.not_pursued'])
      t.same(refused.body.facts, {
        cause: 'price_driven',
        effort: 'relationship_manager',
        minutes: 60,
        costMinor: 0,
        abcClass: 'A',
        lines: null,
        promotionLines: null,
        recommendation: null,
        likelyCause: null,
        valueAtStakeMinor: null,
        atRiskSince: null
      })
      await assign(customerId, { staffId: manager })
      t.same(await fixtures.assignments(id), [])
      const counted = { effort: 'relationship_manager', cause: 'price_driven', minutes: 60 }
      t.same(await pursuits(), [{ ...counted, override_reason: null, cost_minor: '0' }])
      t.match(await told(), [
        {
          type: 'customer.pursuit_refused',
          subject_id: customerId,
          actor_id: shop.key.id,
          data: { ...counted, customerId, costMinor: 0 }
        }
      ])
      t.equal((await told()).length, 1)
      service.clock.set('2026-03-11T10:00:00.000Z')
      await assign(customerId, { staffId: manager })
      t.equal((await pursuits()).length, 2, 'another day, another attempt')
    }
  )

  t.test('200 when a manager overrides it with a reason, which is kept; 403 when somebody else does', async t => {
    const { shop, manager, priceDriven, assign, pursuits, told } = await open()
    const customerId = await priceDriven('B')
    const clerk = await shop.withScopes('assignments:write')
    const body = { staffId: manager, override: { reason: 'His firm may become a customer.' } }
    const forbidden = await assign(customerId, body, clerk)
    t.match([forbidden.status, forbidden.body.code], [403, 'pursuit.override_not_allowed'])
    t.equal((await assign(customerId, body)).status, 200)
    t.match(await pursuits(), [
      { override_reason: null, minutes: 20 },
      { override_reason: 'His firm may become a customer.', minutes: 20 }
    ])
    const events = await told()
    t.same(
      events.map(event => event.type),
      ['customer.pursuit_refused', 'customer.pursuit_overridden']
    )
    t.notMatch(JSON.stringify(events), /firm/, 'the words of a person stay out of the events')
    t.equal((await assign(customerId, { staffId: manager })).status, 200, 'he has him already')
    t.equal((await pursuits()).length, 2)
  })

  t.test(
    '409 for another manager than the one he has by hand, and for keeping by hand one whom a run gave',
    async t => {
      const { id, manager, customer, assign } = await open()
      const other = await fixtures.staff(id, 'M2')
      const byHand = await customer('C')
      await assign(byHand, { staffId: manager })
      await fixtures.priceDriven(id, byHand)
      t.equal((await assign(byHand, { staffId: other })).status, 409)
      t.equal((await assign(byHand, { staffId: manager, reason: 'Knows him.' })).status, 200, 'a reason costs nothing')
      const byClass = uuidv7()
      const a = await customer('A')
      await fixtures.query(
        `insert into assignments (tenant_id, id, customer_id, staff_id, valid_from, origin, reason)
       values ($1, $2, $3, $4, '2026-03-01', 'class', 'least_load_in_tenant')`,
        [id, byClass, a, manager]
      )
      await fixtures.priceDriven(id, a)
      t.equal((await assign(a, { staffId: manager })).status, 409)
    }
  )

  t.test(
    '409 to win back, to keep, or to mend without a complaint who is to be let go; to watch and to let go stay free',
    async t => {
      const { atRisk, act, pursuits } = await open()
      const customerId = await atRisk({ recommendation: 'let_go', cause: 'unknown', valueAtStakeMinor: 100 })
      for (const action of ['win_back', 'keep', 'recover']) {
        const { status, body } = await act(customerId, { action, costMinor: 700 })
        t.match([status, body.code], [409, 'customer.not_pursued'])
        t.match(body.facts, {
          cause: 'let_go',
          effort: action,
          recommendation: 'let_go',
          likelyCause: 'unknown',
          valueAtStakeMinor: 100,
          atRiskSince: '2026-03-01T00:00:00.000Z',
          costMinor: 700
        })
      }
      for (const action of ['watch', 'let_go']) t.equal((await act(customerId, { action })).status, 201, action)
      t.match(await pursuits(), [
        { effort: 'win_back', cost_minor: '700' },
        { effort: 'keep', cost_minor: '700' },
        { effort: 'recover', cost_minor: '700' }
      ])
    }
  )

  t.test('201 to mend the complaint of who is not pursued while it is open, and after it was closed badly', async t => {
    const { shop, priceDriven, act } = await open()
    const customerId = await priceDriven()
    t.equal((await act(customerId, { action: 'recover' })).status, 409)
    const { body: complaint } = await shop.call('POST', '/v1/complaints', {
      channel: 'letter',
      subject: 'Broken',
      description: 'It broke.',
      customerId
    })
    t.equal((await act(customerId, { action: 'recover' })).status, 201, 'of the very day on which it came')
    const yesterday = { action: 'recover', actedAt: '2026-03-09T10:00:00Z' }
    t.equal((await act(customerId, yesterday)).status, 409, 'the day before there was nothing to mend')
    const step = (name: string, body: object) => shop.call('POST', `/v1/complaints/${complaint.id}/${name}`, body)
    await step('causes', { cause: 'undetermined' })
    await step('answers', { substantive: true, text: 'Sorry.' })
    t.equal((await step('closures', { outcome: 'resolved', verdict: 'not_accepted' })).status, 200)
    service.clock.set('2026-03-12T10:00:00.000Z')
    t.equal((await act(customerId, { action: 'recover' })).status, 201, 'closed badly')
  })

  t.test('409 once for the same Idempotency-Key, and again for another one', async t => {
    const { atRisk, act, pursuits, told } = await open()
    const customerId = await atRisk({ recommendation: 'let_go' })
    for (const key of ['one', 'one', 'two']) {
      t.equal((await act(customerId, { action: 'win_back' }, { 'idempotency-key': key })).status, 409)
    }
    t.equal((await pursuits()).length, 2)
    t.equal((await told()).length, 2)
  })

  t.test('201 with an override, whose reason stays with the action', async t => {
    const { atRisk, act, pursuits } = await open()
    const customerId = await atRisk({ recommendation: 'let_go' })
    const { status, body } = await act(customerId, { action: 'win_back', override: { reason: 'Her sister is an A.' } })
    t.equal(status, 201)
    t.equal(body.overrideReason, 'Her sister is an A.')
    t.match(await pursuits(), [{ effort: 'win_back', cause: 'let_go', override_reason: 'Her sister is an A.' }])
  })

  t.test('201 with an override that was not needed, of which nothing is kept', async t => {
    const { atRisk, act, pursuits } = await open()
    const { body } = await act(await atRisk(), { action: 'win_back', override: { reason: 'To be sure.' } })
    t.equal(body.overrideReason, null)
    t.same(await pursuits(), [])
  })

  t.test('200 for who is marked as strategic, at once', async t => {
    const { shop, manager, priceDriven, assign } = await open()
    const customerId = await priceDriven('A')
    await shop.call('PUT', `/v1/customer-marks/${customerId}/strategic`, { reason: 'Owns the hotel.' })
    t.equal((await assign(customerId, { staffId: manager })).status, 200)
    await shop.call('DELETE', `/v1/customer-marks/${customerId}/strategic`)
    t.equal((await assign(customerId, { staffId: await fixtures.staff(shop.tenant.id, 'M3') })).status, 409)
  })

  t.test('201 releases an A customer who is not pursued, and 409 for any other', async t => {
    const { shop, id, manager, customer, assign } = await open()
    const customerId = await customer('A')
    await assign(customerId, { staffId: manager })
    const release = () =>
      shop.call('POST', `/v1/customers/${customerId}/relationship-manager/releases`, { reason: 'Buys by price.' })
    t.equal((await release()).status, 409)
    await fixtures.priceDriven(id, customerId)
    t.equal((await release()).status, 201)
  })
})

t.test('GET /v1/reports/advice-hit-rates', async t => {
  t.test('200 without a run: nothing is known, and the assumption holds', async t => {
    const { shop } = await open()
    const { body } = await shop.call('GET', '/v1/reports/advice-hit-rates')
    const nothing = { n: 0, successes: 0, share: null, interval: null }
    t.match(body, { report: 'advice-hit-rates', fromOn: null, asOfOn: null })
    t.same(body.data[0], {
      recommendation: 'recover',
      acted: nothing,
      notActed: nothing,
      right: nothing,
      open: 0
    })
    t.same(body.saveProbability, {
      assumed: 0.2,
      tried: nothing,
      leftAlone: nothing,
      neededOutcomes: 30,
      basis: 'assumed',
      used: 0.2
    })
  })

  t.test('200 counts whole horizons only, so that those who bought early do not flatter the advice', async t => {
    const { shop, id, atRisk, act } = await open()
    const [early, tried, alone] = [await atRisk(), await atRisk(), await atRisk()]
    service.clock.set('2026-01-01T10:00:00.000Z')
    await fixtures.run(id, '2026-01-01')
    service.clock.set('2026-01-05T10:00:00.000Z')
    await act(tried, { action: 'win_back' })
    const store = await fixtures.store(id)
    const bought = async (customerId: string, day: string) => {
      await fixtures.purchase(id, customerId, store, day)
      await fixtures.query(
        `insert into customer_months
           (tenant_id, customer_id, month, net_minor, sales, returns, units, sale_days, paid_days, last_purchased_at)
         values ($1, $2, date_trunc('month', $3::date), 1, 1, 0, 1, 1 << $4, 1 << $4, $3::date)`,
        [id, customerId, day, Number(day.slice(8)) - 1]
      )
    }
    await bought(early, '2026-01-10')
    await bought(tried, '2026-01-12')
    service.clock.set('2026-02-01T10:00:00.000Z')
    await fixtures.run(id, '2026-02-01')
    const of = async (recommendation: string) => {
      const { body } = await shop.call('GET', '/v1/reports/advice-hit-rates')
      return body.data.find((one: { recommendation: string }) => one.recommendation === recommendation)
    }
    t.match(await of('win_back'), { acted: { n: 0 }, notActed: { n: 0 }, open: 3 })
    service.clock.set('2026-04-10T10:00:00.000Z')
    await fixtures.run(id, '2026-04-10')
    t.match(await of('win_back'), {
      acted: { n: 1, successes: 1, share: 1 },
      notActed: { n: 2, successes: 1, share: 0.5 },
      // He who was tried and bought, and he who was left alone and did not.
      right: { n: 3, successes: 2 },
      open: 0
    })
    t.ok(alone)
    const as = (accept: string) => shop.call('GET', '/v1/reports/advice-hit-rates', undefined, { accept })
    const [heading, , line] = (await as('text/csv')).body.split('\r\n')
    t.match(heading, /^recommendation,judged,right,rightShare,rightLower,rightUpper,acted,/)
    t.match(line, /^win_back,3,2,0\.66/)
    t.match((await as('image/svg+xml')).body, '66.7% · 2 of 3')
    t.equal((await as('application/pdf')).status, 406)
  })
})

t.test('GET /v1/reports/effort-saved', async t => {
  t.test('200 tells who is not pursued with the care of his class, and what was asked for in vain', async t => {
    const { shop, id, manager, atRisk, priceDriven, assign, act } = await open()
    const price = await priceDriven('A')
    await priceDriven('C')
    const both = await atRisk({ recommendation: 'let_go', abcClass: 'B' })
    await fixtures.priceDriven(id, both)
    const letGo = await atRisk({ recommendation: 'let_go', abcClass: 'B' })
    const strategic = await atRisk({ recommendation: 'let_go', abcClass: 'A' })
    await shop.call('PUT', `/v1/customer-marks/${strategic}/strategic`, { reason: 'x' })
    await assign(price, { staffId: manager })
    await act(letGo, { action: 'win_back', costMinor: 800 })
    await act(letGo, { action: 'win_back', costMinor: 800, override: { reason: 'x' } })
    const { status, body } = await shop.call('GET', '/v1/reports/effort-saved')
    const winBack = { effort: 'win_back', cause: 'let_go', attempts: 1, minutes: 0, costMinor: 800 }
    t.equal(status, 200)
    t.same(body, {
      report: 'effort-saved',
      currency: 'EUR',
      fromOn: '2026-02-09',
      toOn: '2026-03-10',
      notPursued: [
        { cause: 'let_go', abcClass: 'B', customers: 1, minutesPerMonth: 20 },
        { cause: 'price_driven', abcClass: 'A', customers: 1, minutesPerMonth: 60 },
        { cause: 'price_driven', abcClass: 'B', customers: 1, minutesPerMonth: 20 },
        { cause: 'price_driven', abcClass: 'C', customers: 1, minutesPerMonth: 5 }
      ],
      customers: 4,
      minutesPerMonth: 105,
      data: [
        {
          effort: 'relationship_manager',
          cause: 'price_driven',
          overridden: false,
          overriddenLater: false,
          attempts: 1,
          minutes: 60,
          costMinor: 0
        },
        { ...winBack, overridden: false, overriddenLater: true },
        { ...winBack, overridden: true, overriddenLater: false }
      ],
      refused: { attempts: 2, minutes: 60, costMinor: 800 },
      overriddenLater: { attempts: 1, minutes: 0, costMinor: 800 },
      saved: { attempts: 1, minutes: 60, costMinor: 0 },
      overridden: { attempts: 1, minutes: 0, costMinor: 800 }
    })
  })

  t.test('200 counts the attempts of the days named, by the clock of the tenant', async t => {
    const { shop, manager, priceDriven, assign } = await open()
    const customerId = await priceDriven()
    // Half past midnight in Berlin.
    service.clock.set('2026-03-04T23:30:00.000Z')
    await assign(customerId, { staffId: manager })
    const refused = async (query: string) =>
      (await shop.call('GET', `/v1/reports/effort-saved?${query}`)).body.refused?.attempts
    t.equal(await refused('fromOn=2026-03-05&toOn=2026-03-05'), 1)
    t.equal(await refused('fromOn=2026-03-04&toOn=2026-03-04'), 0)
    t.equal(await refused('toOn=2026-04-03'), 1)
    t.equal(await refused('toOn=2026-04-04'), 0)
  })

  t.test('200 counts as saved what nobody granted later, for the same customer and the same effort', async t => {
    const { shop, manager, priceDriven, assign, act } = await open()
    const [one, other] = [await priceDriven(), await priceDriven()]
    const care = (customerId: string, kind: string, dueAt: string, more: object = {}) =>
      shop.call('POST', '/v1/care-tasks', { customerId, kind, dueAt, staffId: manager, ...more })
    const override = { reason: 'x' }
    service.clock.set('2026-03-01T10:00:00.000Z')
    await assign(one, { staffId: manager })
    await assign(other, { staffId: manager })
    await care(one, 'call', '2026-03-20T10:00:00Z')
    await care(one, 'visit', '2026-03-20T10:00:00Z')
    await act(one, { action: 'keep' })
    service.clock.set('2026-03-05T10:00:00.000Z')
    await assign(one, { staffId: manager, override })
    // Another term, and the same thing all the same.
    await care(one, 'call', '2026-03-21T10:00:00Z', { override })
    await act(one, { action: 'win_back', override })
    service.clock.set('2026-03-09T10:00:00.000Z')
    await assign(one, { staffId: null })
    await act(one, { action: 'win_back' })
    const of = async (query: string) => {
      const { body } = await shop.call('GET', `/v1/reports/effort-saved?${query}`)
      const { refused, overriddenLater, saved, overridden } = body
      return [refused, overriddenLater, saved, overridden].map(total => total.attempts)
    }
    t.same(await of('fromOn=2026-03-01&toOn=2026-03-09'), [6, 2, 4, 3])
    t.same(
      await of('fromOn=2026-03-01&toOn=2026-03-02'),
      [5, 2, 3, 0],
      'also where leave was given after the days asked for'
    )
    t.same(await of('fromOn=2026-03-06&toOn=2026-03-09'), [1, 0, 1, 0], 'a refusal after the leave is one')
  })

  t.test('200 as a table for each of its two parts, and as a chart; 406 for anything else', async t => {
    const { shop, manager, priceDriven, assign } = await open()
    await assign(await priceDriven(), { staffId: manager })
    const as = (accept: string, query = '') =>
      shop.call('GET', `/v1/reports/effort-saved${query}`, undefined, { accept })
    t.same((await as('text/csv')).body.split('\r\n').slice(0, 2), [
      'effort,cause,overridden,overriddenLater,attempts,minutes,costMinor',
      'relationship_manager,price_driven,false,false,1,60,0'
    ])
    t.same((await as('text/csv', '?table=not_pursued')).body.split('\r\n').slice(0, 2), [
      'cause,abcClass,customers,minutesPerMonth',
      'price_driven,A,1,60'
    ])
    const drawing = await as('image/svg+xml')
    t.match([drawing.status, drawing.headers.get('content-type')], [200, /^image\/svg/])
    t.match(drawing.body, 'Relationship manager')
    t.match(drawing.body, 'Refused and saved')
    t.notMatch(drawing.body, 'Granted by a manager', 'a side on which there is nothing is not drawn')
    t.equal((await as('application/pdf')).status, 406)
  })

  t.test('422 for days in the wrong order, 400 for what is no day of these centuries', async t => {
    const { shop } = await open()
    const wrong = await shop.call('GET', '/v1/reports/effort-saved?fromOn=2026-03-02&toOn=2026-03-01')
    t.match([wrong.status, wrong.body.code], [422, 'report.days_not_ordered'])
    for (const query of ['fromOn=2026-02-30', 'fromOn=0001-01-01', 'toOn=0001-01-01']) {
      t.equal((await shop.call('GET', `/v1/reports/effort-saved?${query}`)).status, 400, query)
    }
    t.equal((await shop.call('GET', '/v1/reports/effort-saved?fromOn=1900-01-01&toOn=9999-12-31')).status, 200)
  })
})
