import fc from 'fast-check'
import t from 'tap'
import { inTenant } from '../../src/db/tenancy.ts'
import { DEFAULT_POLICY } from '../../src/domain/classification-policy.ts'
import { observedSaveProbability } from '../../src/services/defection-run.ts'
import { openShop, type Shop } from '../support/classification.ts'
import { decisionFixtures } from '../support/decisions.ts'
import { startService } from '../support/service.ts'

const START = '2026-03-01T10:00:00.000Z'
const service = await startService({ clock: new Date(START) })
const fixtures = await decisionFixtures(service)
t.teardown(async () => {
  await fixtures.close()
  await service.close()
})

/** A shop with a customer who bought once, long ago. */
async function open() {
  service.clock.set(START)
  const shop = await openShop(service, { timeZone: 'UTC', storeZone: 'UTC' })
  const { id } = shop.tenant
  const customer = async (name: string): Promise<string> => {
    await shop.push({ customer: name, amount: 1_000, at: '2025-06-01' })
    return shop.idOf(name)
  }
  const anna = await customer('anna')
  return {
    shop,
    id,
    anna,
    customer,
    atRisk: (found = {}) => fixtures.atRisk(id, anna, found),
    /** A run at noon of a day. */
    run: (day: string) => {
      service.clock.set(`${day}T12:00:00.000Z`)
      return fixtures.run(id, day)
    },
    advices: () => fixtures.advices(id, anna),
    outcomes: () => fixtures.eventsLike(id, 'defection.outcome_found')
  }
}

/** Goes on to a day; a till pushes on the day of its receipt. */
async function buy(shop: Shop, customer: string, day: string, options: { pushedOn?: string; amount?: number } = {}) {
  service.clock.set(`${options.pushedOn ?? day}T20:00:00.000Z`)
  await shop.push({ customer, amount: options.amount ?? 2_000, at: day })
}

const act = async (shop: Shop, customerId: string, day: string, body: object = {}) => {
  service.clock.set(`${day}T15:00:00.000Z`)
  const answer = await shop.call('POST', `/v1/defections/${customerId}/actions`, { action: 'win_back', ...body })
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
  return answer.body
}
const actionOf = async (shop: Shop, id: string) => (await shop.call('GET', `/v1/defection-actions/${id}`)).body

t.test('an advice is opened once', async t => {
  t.test('for each customer at risk, with the horizon of the policy', async t => {
    const { atRisk, run, advices } = await open()
    await atRisk()
    t.match(await run('2026-03-01'), { opened: 1 })
    // 90 whole days after the day of the advice, the last of them 30 May.
    t.match(await advices(), [{ advised: '2026-03-01', due: '2026-05-31', recommendation: 'win_back', outcome: null }])
    t.match(await run('2026-03-02'), { opened: 0, advices: 0 })
    t.equal((await advices()).length, 1)
  })

  t.test('and again when another one is given; the first is followed to its end all the same', async t => {
    const { atRisk, run, advices } = await open()
    await atRisk({ recommendation: 'watch' })
    await run('2026-03-01')
    await atRisk({ recommendation: 'win_back' })
    t.match(await run('2026-03-11'), { opened: 1 })
    await atRisk({ recommendation: 'watch' })
    t.match(await run('2026-03-12'), { opened: 0 }, 'nothing new is said')
    t.match(await run('2026-06-01'), { advices: 1 })
    t.match(await advices(), [
      { recommendation: 'watch', outcome: 'not_bought' },
      { recommendation: 'win_back', outcome: null }
    ])
  })

  t.test('and again when the customer is at risk anew', async t => {
    const { id, anna, atRisk, run, advices } = await open()
    await atRisk()
    await run('2026-03-01')
    await fixtures.notAtRisk(id, anna)
    await run('2026-03-02')
    await atRisk({ since: '2026-03-03T00:00:00Z' })
    t.match(await run('2026-03-03'), { opened: 1 })
    t.equal((await advices()).length, 2)
  })
})

t.test('an advice ends with a purchase', async t => {
  t.test('on the first paid day after it', async t => {
    const { shop, atRisk, run, advices } = await open()
    await atRisk()
    await run('2026-03-01')
    await buy(shop, 'anna', '2026-03-20')
    await buy(shop, 'anna', '2026-03-10')
    t.match(await run('2026-03-21'), { advices: 1 })
    t.match(await advices(), [{ outcome: 'bought', bought: '2026-03-10' }])
    t.match(await run('2026-03-22'), { advices: 0 }, 'and nothing is written again')
  })

  t.test('not with one on the day of the advice, nor with one that was for nothing, nor with a return', async t => {
    const { shop, atRisk, run, advices } = await open()
    await atRisk()
    await run('2026-03-01')
    await buy(shop, 'anna', '2026-03-01')
    await buy(shop, 'anna', '2026-03-05', { amount: 0 })
    service.clock.set('2026-03-06T20:00:00.000Z')
    await shop.push({ customer: 'anna', amount: 500, at: '2026-03-06', kind: 'return' })
    t.match(await run('2026-03-10'), { advices: 0 })
    t.match(await advices(), [{ outcome: null, bought: null }])
  })

  t.test('on the last day of its horizon, and not a day later', async t => {
    for (const [day, outcome] of [
      ['2026-05-30', 'bought'],
      ['2026-05-31', 'not_bought']
    ] as const) {
      const { shop, atRisk, run, advices } = await open()
      await atRisk()
      await run('2026-03-01')
      await buy(shop, 'anna', day)
      await run('2026-06-02')
      t.match(await advices(), [{ outcome }], day)
    }
  })

  t.test('that lies before the day of the run: what happens on that day is for the next', async t => {
    const { shop, atRisk, run, advices } = await open()
    await atRisk()
    await run('2026-03-01')
    await buy(shop, 'anna', '2026-03-10')
    t.match(await run('2026-03-10'), { advices: 0 })
    t.match(await run('2026-03-11'), { advices: 1 })
    t.match(await advices(), [{ outcome: 'bought', bought: '2026-03-10' }])
  })

  t.test('that a till brings late, whatever was found before', async t => {
    const { shop, atRisk, run, advices } = await open()
    await atRisk()
    await run('2026-03-01')
    await run('2026-06-01')
    t.match(await advices(), [{ outcome: 'not_bought' }])
    await buy(shop, 'anna', '2026-04-20', { pushedOn: '2026-06-03' })
    await run('2026-06-04')
    t.match(await advices(), [{ outcome: 'bought', bought: '2026-04-20' }])
    await buy(shop, 'anna', '2026-04-02', { pushedOn: '2026-06-05' })
    await run('2026-06-06')
    t.match(await advices(), [{ outcome: 'bought', bought: '2026-04-02' }])
  })
})

t.test('an advice without a purchase ends when its horizon has passed', async t => {
  const { atRisk, run, advices } = await open()
  await atRisk()
  await run('2026-03-01')
  t.match(await run('2026-05-30'), { advices: 0 })
  t.match(await run('2026-05-31'), { advices: 1 })
  t.match(await advices(), [{ outcome: 'not_bought', bought: null, acted: false }])
})

t.test('something was done about an advice', async t => {
  t.test('within its horizon, while the customer had not bought', async t => {
    const { shop, anna, atRisk, run, advices } = await open()
    await atRisk()
    await run('2026-03-01')
    await act(shop, anna, '2026-03-05')
    t.match(await advices(), [{ acted: true, outcome: null }])
    await buy(shop, 'anna', '2026-03-20')
    await run('2026-03-21')
    t.match(await advices(), [{ acted: true, outcome: 'bought' }])
  })

  t.test('not by watching, nor after he had bought', async t => {
    const { shop, anna, atRisk, run, advices } = await open()
    await atRisk()
    await run('2026-03-01')
    await act(shop, anna, '2026-03-02', { action: 'watch' })
    t.match(await advices(), [{ acted: false }])
    await buy(shop, 'anna', '2026-03-10')
    await act(shop, anna, '2026-03-10')
    t.match(await advices(), [{ acted: true }], 'nobody knows yet that he has bought')
    await run('2026-03-12')
    t.match(await advices(), [{ acted: false, outcome: 'bought' }])
    await act(shop, anna, '2026-03-13')
    t.match(await advices(), [{ acted: false, outcome: 'bought' }])
  })

  t.test('also when it is recorded later, or before the run that advises', async t => {
    const { shop, id, anna, customer, atRisk, run, advices } = await open()
    const bo = await customer('bo')
    await atRisk()
    await run('2026-03-01')
    await act(shop, anna, '2026-03-20', { actedAt: '2026-03-04T10:00:00Z' })
    t.match(await advices(), [{ acted: true }])
    await fixtures.atRisk(id, bo)
    await act(shop, bo, '2026-03-22')
    await run('2026-03-22')
    t.match(await fixtures.advices(id, bo), [{ acted: true }])
  })
})

t.test('the outcome of an action', async t => {
  t.test('is found by the run, with what was bought within the horizon, and told once', async t => {
    const { shop, anna, atRisk, run, outcomes } = await open()
    await atRisk()
    await run('2026-03-01')
    const { id: actionId } = await act(shop, anna, '2026-03-05')
    await buy(shop, 'anna', '2026-03-05', { amount: 700 })
    t.match(await run('2026-03-10'), { actions: 0 })
    t.match(await actionOf(shop, actionId), { outcome: null, outcomeOn: null, outcomeMinor: null })
    await buy(shop, 'anna', '2026-03-20', { amount: 5_000 })
    t.match(await run('2026-03-21'), { actions: 1 })
    t.match(await actionOf(shop, actionId), { outcome: 'bought', outcomeOn: '2026-03-20', outcomeMinor: 5_000 })
    await buy(shop, 'anna', '2026-04-20', { amount: 1_500 })
    service.clock.set('2026-04-21T20:00:00.000Z')
    await shop.push({ customer: 'anna', amount: 500, at: '2026-04-21', kind: 'return' })
    t.match(await run('2026-04-22'), { actions: 0 }, 'the amount grows without news')
    t.match(await actionOf(shop, actionId), { outcome: 'bought', outcomeOn: '2026-03-20', outcomeMinor: 6_000 })
    await buy(shop, 'anna', '2026-06-20', { amount: 9_000 })
    await run('2026-06-21')
    t.match(await actionOf(shop, actionId), { outcomeMinor: 6_000 }, 'and ends with the horizon')
    const told = await outcomes()
    t.equal(told.length, 1)
    t.match(told[0], {
      subject_id: anna,
      data: {
        actionId,
        customerId: anna,
        action: 'win_back',
        recommendation: 'win_back',
        before: null,
        outcome: 'bought',
        outcomeOn: '2026-03-20',
        outcomeMinor: 5_000,
        runId: String
      }
    })
  })

  t.test('is not bought once the horizon has passed, and another one when a till brings a receipt late', async t => {
    const { shop, anna, atRisk, run, outcomes } = await open()
    await atRisk()
    await run('2026-03-01')
    const { id: actionId, dueOn } = await act(shop, anna, '2026-03-05')
    t.equal(dueOn, '2026-06-04')
    await run('2026-06-03')
    t.match(await actionOf(shop, actionId), { outcome: null })
    await run('2026-06-04')
    t.match(await actionOf(shop, actionId), { outcome: 'not_bought', outcomeOn: null, outcomeMinor: 0 })
    await buy(shop, 'anna', '2026-04-20', { pushedOn: '2026-06-05' })
    await run('2026-06-06')
    t.match(await actionOf(shop, actionId), { outcome: 'bought', outcomeOn: '2026-04-20', outcomeMinor: 2_000 })
    t.match(
      (await outcomes()).map(({ data }) => [data.before, data.outcome]),
      [
        [null, 'not_bought'],
        ['not_bought', 'bought']
      ]
    )
  })

  t.test('is found for one that was recorded long after it was done', async t => {
    const { shop, anna, run } = await open()
    await buy(shop, 'anna', '2026-02-10', { pushedOn: '2026-03-01' })
    await run('2026-03-01')
    await run('2026-03-02')
    const { id: actionId, advised } = await act(shop, anna, '2026-03-05', { actedAt: '2026-02-01T10:00:00Z' })
    t.equal(advised, null)
    await run('2026-03-06')
    t.match(await actionOf(shop, actionId), { outcome: 'bought', outcomeOn: '2026-02-10' })
  })
})

t.test('outcomes of the same receipts are the same, whatever the order and time of their arrival', async t => {
  const DAYS = ['2026-03-01', '2026-03-02', '2026-03-31', '2026-04-01', '2026-05-30', '2026-05-31', '2026-06-15']
  await fc.assert(
    fc.asyncProperty(
      fc.subarray(DAYS),
      fc.array(fc.constantFrom('2026-03-20', '2026-04-10', '2026-06-10', '2026-06-20'), { minLength: 7, maxLength: 7 }),
      async (days, arrivals) => {
        const { shop, anna, atRisk, run, advices } = await open()
        await atRisk()
        await run('2026-03-01')
        const { id: actionId } = await act(shop, anna, '2026-03-02')
        for (const today of ['2026-03-20', '2026-04-10', '2026-06-10', '2026-06-20']) {
          for (const [n, day] of days.entries()) {
            const arrival = day > (arrivals[n] as string) ? '2026-06-20' : arrivals[n]
            if (arrival === today) await buy(shop, 'anna', day, { pushedOn: today })
          }
          await run(today)
        }
        await run('2026-06-21')
        const first = (from: string, to: string) => days.find(day => day > from && day < to) ?? null
        const advice = first('2026-03-01', '2026-05-31')
        const action = first('2026-03-02', '2026-06-01')
        t.match(await advices(), [{ outcome: advice === null ? 'not_bought' : 'bought', bought: advice }])
        const within = days.filter(day => day > '2026-03-02' && day < '2026-06-01').length
        t.match(await actionOf(shop, actionId), {
          outcome: action === null ? 'not_bought' : 'bought',
          outcomeOn: action,
          outcomeMinor: 2_000 * within
        })
      }
    ),
    { numRuns: 12 }
  )
})

t.test('a customer at risk is listed in the store of his file, from the next run on', async t => {
  const { shop, id, anna, atRisk, run } = await open()
  await atRisk()
  await run('2026-03-01')
  const listed = async (storeId: string) =>
    (await shop.call('GET', `/v1/defections?storeId=${storeId}`)).body.data.map(
      (one: { storeId: string }) => one.storeId
    )
  t.same(await listed(shop.storeId), [shop.storeId])
  const other = await fixtures.store(id)
  service.clock.set('2026-03-05T10:00:00.000Z')
  await shop.call('PATCH', `/v1/customers/${anna}`, { homeStoreId: other })
  await run('2026-03-06')
  t.same(await listed(other), [other])
  t.same(await listed(shop.storeId), [])
})

t.test('the next run weighs with the share that was observed', async t => {
  const { id } = await open()
  const observed = (asOfDay: string) =>
    inTenant(service.database.work, id, tx => observedSaveProbability(tx, asOfDay, DEFAULT_POLICY.defection))
  const advise = (count: number, acted: boolean, outcome: string | null, advisedOn = '2026-01-01') =>
    fixtures.query(
      `insert into defection_advices (tenant_id, customer_id, run_id, advised_on, due_on, at_risk_since, state, recommendation,
         price_driven, value_at_stake_minor, acted, outcome)
       select $1, gen_random_uuid(), gen_random_uuid(), $2::date, $2::date + 91, $2::date, 'overdue', 'win_back', false, 1, $3, $4
       from generate_series(1, $5)`,
      [id, advisedOn, acted, outcome, count]
    )
  t.same(await observed('2026-06-01'), { probability: 0.2, basis: 'assumed' })
  await advise(20, true, 'bought')
  await advise(9, true, 'not_bought')
  t.same(await observed('2026-06-01'), { probability: 0.2, basis: 'assumed' })
  await advise(1, true, 'not_bought')
  t.same(await observed('2026-06-01'), { probability: 0.6667, basis: 'observed' })
  t.same(await observed('2026-04-01'), { probability: 0.2, basis: 'assumed' }, 'of whole horizons alone')
  t.same(await observed('2028-01-02'), { probability: 0.2, basis: 'assumed' }, 'of the last 24 months alone')
  await advise(10, false, 'bought')
  await advise(20, false, 'not_bought')
  t.same(await observed('2026-06-01'), { probability: 0.5, basis: 'beyond_returners' })
})
