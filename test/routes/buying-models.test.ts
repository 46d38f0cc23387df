import t from 'tap'
import { dayNumber, dayText } from '../../src/domain/period.ts'
import { dayOf } from '../../src/domain/receipt-days.ts'
import { openShop, type Shop } from '../support/classification.ts'
import { startService } from '../support/service.ts'
import { simulateBuyers } from '../support/simulated-buyers.ts'

const service = await startService({ workers: true, clock: new Date('2026-11-22T09:00:00Z') })
t.teardown(() => service.close())

/** Pushes two years of customers who behave as the models say, and answers how many came, and how many came back. */
async function pushBuyers(shop: Shop, customers: number): Promise<{ customers: number; repeatBuyers: number }> {
  const { days, nets, offsets } = simulateBuyers({
    customers,
    seed: 7,
    buying: { model: 'mbg_nbd', r: 1, alpha: 40, a: 0.8, b: 3 },
    spending: { p: 6, q: 4, v: 1500 },
    firstDay: dayNumber('2024-11-20'),
    lastFirstDay: dayNumber('2026-02-01'),
    untilDay: dayNumber('2026-11-22')
  })
  const receipts = Array.from({ length: customers }, (_, customer) =>
    rowsOf(offsets, customer).map(row => {
      const amountMinor = nets[row] as number
      return {
        source: 'till',
        receiptNumber: `${row}`,
        kind: 'sale',
        storeCode: 'S1',
        purchasedAt: `${dayText(dayOf(days[row] as number))}T12:00:00Z`,
        currency: 'EUR',
        customer: { externalId: { system: 'till', key: `C${customer}` } },
        lines: [{ name: 'Shoe', quantity: 1, amountMinor }],
        totalMinor: amountMinor
      }
    })
  )
  const all = receipts.flat()
  for (let from = 0; from < all.length; from += 1000) {
    const { status, body } = await shop.call('POST', '/v1/purchases/batch', { purchases: all.slice(from, from + 1000) })
    t.equal(status, 207)
    t.ok(body.results.every((result: { status: number }) => result.status === 201))
  }
  return { customers, repeatBuyers: receipts.filter(({ length }) => length > 1).length }
}

function rowsOf(offsets: ArrayLike<number>, customer: number): number[] {
  const [from, to] = [offsets[customer] as number, offsets[customer + 1] as number]
  return Array.from({ length: to - from }, (_, nth) => from + nth)
}

t.test('GET /v1/buying-models/{id}', async t => {
  const shop = await openShop(service)
  const bought = await pushBuyers(shop, 220)
  const { modelId } = await shop.run()

  t.test('200 tells what a run fitted, with its trial on the shop’s past', async t => {
    const { status, body } = await shop.call('GET', `/v1/buying-models/${modelId}`)
    t.equal(status, 200)
    const { customers, repeatBuyers } = bought
    t.ok(repeatBuyers >= 150)
    t.match(body, { id: modelId, asOfDay: '2026-11-22', createdAt: '2026-11-22T09:00:00.000Z', customers })
    t.equal(body.sampled, customers)
    for (const [name, model] of [
      ['bgNbd', 'bg_nbd'],
      ['mbgNbd', 'mbg_nbd']
    ] as const) {
      const fit = body[name]
      t.match(fit, { fitted: true, model, customers, repeatBuyers, atBound: [], dropoutIdentified: true })
      t.ok([fit.r, fit.alpha, fit.a, fit.b].every(parameter => parameter > 0))
      t.ok(fit.logLikelihood < 0)
    }
    t.match(body.gammaGamma, { fitted: true, customers: repeatBuyers, atBound: [] })
    const { p, q, v, populationMean } = body.gammaGamma
    t.ok(Math.abs(populationMean - (p * v) / (q - 1)) < 1e-6)
  })

  t.test('200 tells by what model and hiatus were compared, and uses what did better', async t => {
    const { holdOut, used } = (await shop.call('GET', `/v1/buying-models/${modelId}`)).body
    t.match(holdOut, { fitted: true, model: 'bg_nbd', hiatusDays: 180, by: /^(auc|accuracy|tie)$/ })
    t.equal(dayNumber('2026-11-22') - dayNumber(holdOut.splitDay), holdOut.horizonDays)
    t.equal(holdOut.within.customers + holdOut.past.customers, holdOut.customers)
    t.equal(holdOut.within.boughtAgain + holdOut.past.boughtAgain, holdOut.boughtAgain)
    for (const score of [holdOut.modelScore, holdOut.hiatusScore]) {
      t.ok(score.auc > 0.5 && score.auc <= 1)
      t.ok(score.accuracy > 0.5 && score.accuracy <= 1)
    }
    t.ok(holdOut.within.interval.lower <= holdOut.within.share && holdOut.within.share <= holdOut.within.interval.upper)
    t.equal(used, holdOut.better)
  })

  t.test('404 for an id that is nobody’s, and for one of another tenant', async t => {
    const other = await service.newTenant()
    for (const [caller, id] of [
      [shop, '0193a1f0-7c1e-7b3a-9d52-000000000000'],
      [other, modelId]
    ] as const) {
      const { status, body } = await caller.call('GET', `/v1/buying-models/${id}`)
      t.match([status, body.code], [404, 'buying_model.not_found'])
    }
    t.same((await other.call('GET', '/v1/buying-models')).body, { data: [], nextCursor: null })
  })

  t.test('403 without reports:read', async t => {
    const till = await shop.withScopes('purchases:write')
    t.equal((await till.call('GET', `/v1/buying-models/${modelId}`)).status, 403)
    t.equal((await till.call('GET', '/v1/buying-models')).status, 403)
  })
})

t.test('GET /v1/buying-models', async t => {
  t.test('200 says why nothing was fitted to too few repeat buyers', async t => {
    const shop = await openShop(service)
    for (const at of ['2024-12-01', '2026-03-01', '2026-11-10']) await shop.push({ customer: 'anna', amount: 1000, at })
    await shop.run()
    const [model] = (await shop.call('GET', '/v1/buying-models')).body.data
    const reason = { fitted: false, reason: 'too_few_repeat_buyers', facts: { repeatBuyers: 1, needed: 100 } }
    t.same([model.bgNbd, model.mbgNbd, model.gammaGamma], [reason, reason, reason])
    t.match(model.holdOut, { fitted: false, reason: 'too_few_repeat_buyers' })
    t.equal(model.used, 'hiatus')
  })

  t.test('200 says that a history is too short to hold a part of it out', async t => {
    const shop = await openShop(service)
    await shop.push({ customer: 'anna', amount: 1000, at: '2026-11-01' })
    await shop.run()
    const [model] = (await shop.call('GET', '/v1/buying-models')).body.data
    t.same(model.holdOut, { fitted: false, reason: 'history_too_short', facts: { observedDays: 21 } })
  })

  t.test('200 lists fits latest first, page by page', async t => {
    const shop = await openShop(service)
    const ids: string[] = []
    for (const asOf of ['2026-11-18T09:00:00Z', '2026-11-19T09:00:00Z', '2026-11-20T09:00:00Z']) {
      ids.unshift((await shop.run({ asOf })).modelId)
    }
    const first = (await shop.call('GET', '/v1/buying-models?limit=2')).body
    t.same(
      first.data.map(({ id }: { id: string }) => id),
      ids.slice(0, 2)
    )
    const rest = (await shop.call('GET', `/v1/buying-models?limit=2&cursor=${first.nextCursor}`)).body
    t.same([rest.data.map(({ id }: { id: string }) => id), rest.nextCursor], [ids.slice(2), null])
  })
})
