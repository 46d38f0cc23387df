import t from 'tap'
import { openShop } from '../support/classification.ts'
import { asAdmin } from '../support/cluster.ts'
import { startService } from '../support/service.ts'

const service = await startService({ workers: true, clock: new Date('2026-11-21T09:00:00Z') })
t.teardown(() => service.close())

t.test('GET /v1/customers/:id/classification', async t => {
  const shop = await openShop(service)
  await shop.push({ customer: 'anna', amount: 60_000, at: '2026-11-01' })
  await shop.push({ customer: 'bert', amount: 30_000, at: '2026-11-02' })
  await shop.push({ customer: 'cleo', amount: 8_760, at: '2026-10-22' })
  await shop.push({ customer: 'cleo', amount: 1_240, at: '2026-11-09' })
  const before = await shop.classOf('anna')

  t.test('200 not yet classified, with what was bought, before the first run', async t => {
    t.match(before, {
      asOf: null,
      runId: null,
      policyVersion: 1,
      abc: {
        class: 'none',
        reason: 'not_yet_classified',
        since: null,
        provisional: { class: null, amountMinor: 60_000 }
      },
      rfm: null
    })
    t.equal(before.abc.reasons[0].code, 'abc.not_yet_classified')
  })

  const run = await shop.run()

  t.test('200 with the place, the cuts, what is missing to the next class, and the reasons for each', async t => {
    const cleo = await shop.classOf('cleo')
    t.match(cleo, {
      customerId: await shop.idOf('cleo'),
      asOf: '2026-11-21T09:00:00.000Z',
      runId: run.id,
      policyVersion: 1,
      abc: {
        class: 'B',
        amountMinor: 10_000,
        rank: 3,
        shareBefore: 0.9,
        reason: 'ranked',
        cutoffs: { aMinor: 30_000, bMinor: 10_000 },
        nextClass: 'A',
        toNextClassMinor: 20_000,
        since: '2026-11-21T09:00:00.000Z',
        provisional: { class: 'B', amountMinor: 10_000 }
      },
      rfm: { recencyDays: 12, frequency: 2, monetaryMinor: 10_000, r: 4, f: 4, m: 1 }
    })
    t.same(
      cleo.abc.reasons.map((reason: { code: string }) => reason.code),
      ['abc.share_before_between_cuts', 'abc.short_of_next_class']
    )
    t.match(cleo.abc.reasons[1].text, '200.00 short of A')
    t.equal(cleo.rfm.reasons.length, 3)
    for (const member of ['loyalty', 'trust', 'standing', 'defection']) t.ok(member in cleo)
  })

  t.test('a purchase changes the provisional class at once and the class with the next run', async t => {
    await shop.push({ customer: 'cleo', amount: 20_000, at: '2026-11-21T08:00:00Z' })
    t.match((await shop.classOf('cleo')).abc, {
      class: 'B',
      amountMinor: 10_000,
      provisional: { class: 'A', amountMinor: 30_000 }
    })
    await shop.push({ customer: 'dora', amount: 10_000, at: '2026-11-20' })
    t.match((await shop.classOf('dora')).abc, {
      class: 'none',
      reason: 'not_yet_classified',
      provisional: { class: 'B', amountMinor: 10_000 }
    })
  })

  t.test('200 as of a time, an instant or a day: what held then, with the ranking of then', async t => {
    service.clock.set('2026-11-23T09:00:00Z')
    await shop.run()
    t.match((await shop.classOf('cleo')).abc, {
      class: 'A',
      amountMinor: 30_000,
      rank: 2,
      since: '2026-11-23T09:00:00.000Z'
    })
    for (const then of ['2026-11-21T09:00:00Z', '2026-11-21', '2026-11-22', '2026-11-23T09:59:59+01:00']) {
      t.match(
        await shop.classOf('cleo', then),
        {
          runId: run.id,
          abc: {
            class: 'B',
            amountMinor: 10_000,
            rank: 3,
            shareBefore: 0.9,
            provisional: null,
            since: '2026-11-21T09:00:00.000Z'
          },
          rfm: { recencyDays: 12 }
        },
        then
      )
    }
    t.match((await shop.classOf('cleo', '2026-11-23')).abc, { class: 'A' })
    t.match((await shop.classOf('dora', '2026-11-22')).abc, { reason: 'not_yet_classified', provisional: null })
  })

  t.test('who did not change is shown by the run that held then', async t => {
    const anna = await shop.classOf('anna')
    t.match([anna.abc.since, anna.asOf], ['2026-11-21T09:00:00.000Z', '2026-11-23T09:00:00.000Z'])
    t.equal(anna.abc.shareBefore, 0)
  })

  t.test(
    '200 with the reasons in the language that the caller prefers, and their codes and figures in any',
    async t => {
      const path = `/v1/customers/${await shop.idOf('cleo')}/classification?asOf=2026-11-21`
      const ask = (language: string) => shop.call('GET', path, undefined, { 'accept-language': language })
      const english = await ask('de, en;q=0.3')
      const chinese = await ask('en;q=0.5, zh-CN;q=0.9')
      t.same([english.headers.get('content-language'), english.headers.get('vary')], ['en', 'Accept-Language'])
      t.same([chinese.headers.get('content-language'), chinese.headers.get('vary')], ['zh', 'Accept-Language'])
      t.equal(english.body.abc.reasons[1].text, '200.00 short of A.')
      t.equal(chinese.body.abc.reasons[1].text, '距离 A 类还差 200.00。')
      t.equal(chinese.body.rfm.reasons[0].text, '最近一次购买在 12 天前：在 3 位顾客中得 4 分（满分 5 分）。')
      const untold = (reasons: { text: string }[]) => reasons.map(({ text: _, ...reason }) => reason)
      t.same(untold(chinese.body.abc.reasons), untold(english.body.abc.reasons))
      for (const language of ['', '*', 'ja', 'zh;q=0', ';;=']) {
        const { status, headers } = await ask(language)
        t.same([status, headers.get('content-language')], [200, 'en'], language)
      }
      const list = await shop.call('GET', '/v1/classifications?limit=1', undefined, { 'accept-language': 'zh' })
      t.same([list.headers.get('content-language'), list.headers.get('vary')], ['zh', 'Accept-Language'])
      t.match(list.body.data[0].abc.reasons[0].text, '排名第 1')
    }
  )

  t.test('a problem is told in English, whoever asks', async t => {
    const missing = '/v1/customers/01890000-0000-7000-8000-000000000000/classification'
    const { status, headers } = await shop.call('GET', missing, undefined, { 'accept-language': 'zh' })
    t.same([status, headers.get('content-language'), headers.get('vary')], [404, null, 'Accept-Language'])
  })

  t.test('404 before the first run, and for a customer that is not there', async t => {
    const early = await shop.call('GET', `/v1/customers/${await shop.idOf('anna')}/classification?asOf=2026-11-20`)
    t.match([early.status, early.body.code], [404, 'classification.not_found'])
    const missing = '/v1/customers/01890000-0000-7000-8000-000000000000/classification'
    t.match((await shop.call('GET', missing)).body, { status: 404, code: 'customer.not_found' })
    const other = await service.newTenant()
    const foreign = await other.call('GET', `/v1/customers/${await shop.idOf('anna')}/classification`)
    t.match([foreign.status, foreign.body.code], [404, 'customer.not_found'])
  })

  t.test('400 for a time that is none, or is before the year 1', async t => {
    for (const asOf of ['soon', '0001-01-01T00:00:00%2B14:00']) {
      const path = `/v1/customers/${await shop.idOf('anna')}/classification?asOf=${asOf}`
      const { status, body } = await shop.call('GET', path)
      t.match([status, body.errors[0].pointer], [400, '/query/asOf'], asOf)
    }
  })

  t.test('the history holds every change, latest first, page by page', async t => {
    const path = `/v1/customers/${await shop.idOf('cleo')}/classification/history`
    const { body } = await shop.call('GET', path)
    t.match(body.data, [
      {
        asOf: '2026-11-23T09:00:00.000Z',
        abc: { class: 'A', previousClass: 'B', amountMinor: 30_000, reason: 'ranked' }
      },
      {
        asOf: '2026-11-21T09:00:00.000Z',
        abc: { class: 'B', previousClass: null },
        rfm: { recencyDays: 12, frequency: 2 }
      }
    ])
    const first = await shop.call('GET', `${path}?limit=1`)
    const second = await shop.call('GET', `${path}?limit=1&cursor=${first.body.nextCursor}`)
    t.same([...first.body.data, ...second.body.data], body.data)
    t.equal(
      (await shop.call('GET', '/v1/customers/01890000-0000-7000-8000-000000000000/classification/history')).status,
      404
    )
  })

  t.test('a ranking that is no longer kept leaves class and amount', async t => {
    await asAdmin(service.databaseUrl, 'delete from classification_curves where run_id = $1', [run.id])
    const cleo = await shop.classOf('cleo', '2026-11-21')
    t.match(cleo.abc, { class: 'B', amountMinor: 10_000, rank: null, shareBefore: null, toNextClassMinor: 20_000 })
    t.equal(cleo.abc.reasons[0].code, 'abc.ranking_not_kept')
  })
})

t.test('GET /v1/classifications', async t => {
  const shop = await openShop(service)
  const empty = await shop.call('GET', '/v1/classifications')
  const amounts = [500, 100, 100, 90, 80, 70, 30, 20, 10, 0, 0]
  for (const [n, amount] of amounts.entries()) await shop.push({ customer: `c${n}`, amount, at: '2026-05-01' })
  await shop.run()
  const list = async (query: string) => (await shop.call('GET', `/v1/classifications?${query}`)).body

  t.test('200 with nothing before the first run', async t => {
    t.same([empty.status, empty.body], [200, { data: [], nextCursor: null }])
  })

  t.test('200 lists everybody once, largest amount first, equal ones by id, whatever the page', async t => {
    const whole = (await list('limit=200')).data
    t.same(
      whole.map((item: { abc: { amountMinor: number } }) => item.abc.amountMinor),
      amounts
    )
    t.ok(whole[1].customerId < whole[2].customerId)
    for (const limit of [1, 2, 3]) {
      const paged: unknown[] = []
      for (let cursor = ''; ; ) {
        const page = await list(`limit=${limit}${cursor}`)
        paged.push(...page.data)
        if (page.nextCursor === null) break
        cursor = `&cursor=${page.nextCursor}`
      }
      t.same(paged, whole)
    }
  })

  t.test('each item is the customer’s classification beside his name and keys', async t => {
    const [item] = (await list('limit=1')).data
    const { customerName, customerExternalIds, ...classification } = item
    const { loyalty, ...single } = await shop.classOf('c0')
    // What others did, which loyalty rests on, is looked up for one customer, not for a page of them.
    t.same({ ...classification, loyalty: null }, { ...single, loyalty: null })
    t.match(classification.loyalty, { level: loyalty.level, basis: loyalty.basis, firstUser: loyalty.firstUser })
    t.same([customerName, customerExternalIds], [null, [{ system: 'till', key: 'c0' }]])
  })

  t.test('200 narrows by class, store and relationship manager', async t => {
    const keys = async (query: string) =>
      (await list(query)).data.map(
        (item: { customerExternalIds: { key: string }[] }) => item.customerExternalIds[0]?.key
      )
    t.same(await keys('abcClass=B'), ['c5', 'c6'])
    t.same(await keys('abcClass=none'), ['c9', 'c10'])
    const { body: store } = await shop.call('POST', '/v1/stores', { code: 'S2', name: 'Two', timeZone: 'UTC' })
    await shop.call('PATCH', `/v1/customers/${await shop.idOf('c4')}`, { homeStoreId: store.id })
    t.same(await keys(`storeId=${store.id}`), ['c4'])
    t.same(await keys(`storeId=${store.id}&abcClass=C`), [])
    const { body: mia } = await shop.call('POST', '/v1/staff', {
      code: 'M',
      name: 'Mia',
      storeIds: [],
      roles: ['relationship_manager']
    })
    const { status } = await shop.call('PUT', `/v1/customers/${await shop.idOf('c7')}/relationship-manager`, {
      staffId: mia.id,
      override: { reason: 'Comes back from abroad.' }
    })
    t.equal(status, 200)
    t.same(await keys(`relationshipManagerId=${mia.id}`), ['c7'])
    t.equal((await shop.call('GET', '/v1/classifications?abcClass=D')).status, 400)
  })

  t.test('a cursor belongs to its filters', async t => {
    const { nextCursor } = await list('limit=1&abcClass=A')
    const { status, body } = await shop.call('GET', `/v1/classifications?abcClass=B&cursor=${nextCursor}`)
    t.match([status, body.code], [400, 'cursor.invalid'])
  })

  t.test('names are masked without the scope for persons', async t => {
    await shop.call('PATCH', `/v1/customers/${await shop.idOf('c0')}`, { name: 'Zoé Müller' })
    t.equal((await list('limit=1')).data[0].customerName, 'Zoé Müller')
    const reader = await shop.withScopes('classifications:read')
    const { body } = await reader.call('GET', '/v1/classifications?limit=1')
    t.equal(body.data[0].customerName, 'Z…')
  })

  t.test('200 for a page of two hundred, and nothing beyond', async t => {
    t.equal((await list('limit=200')).data.length, amounts.length)
    t.equal((await shop.call('GET', '/v1/classifications?limit=201')).status, 400)
  })
})
