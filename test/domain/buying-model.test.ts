import fc from 'fast-check'
import t from 'tap'
import type { PurchaseDays } from '../../src/domain/buying-history.ts'
import { type BuyingModel, expectingModel, fitBuyingModel } from '../../src/domain/buying-model.ts'
import type { DropoutFit } from '../../src/domain/dropout-fit.ts'
import { expectedPurchases, probabilityAlive } from '../../src/domain/dropout-model.ts'
import { buyingPredictor, discountedPurchases } from '../../src/domain/lifetime-value.ts'
import { notFitted } from '../../src/domain/model-fit.ts'
import type { SpendFit } from '../../src/domain/spend-model.ts'
import { type Buyers, simulateBuyers } from '../support/simulated-buyers.ts'

const buyers: Buyers = {
  customers: 3000,
  seed: 23,
  buying: { model: 'bg_nbd', r: 0.6, alpha: 40, a: 0.8, b: 2.5 },
  spending: { p: 4, q: 4, v: 1500 },
  firstDay: 0,
  lastFirstDay: 200,
  untilDay: 600
}
const policy = { hiatusDays: 180, minRepeatBuyers: 100 }
const purchases = simulateBuyers(buyers)
const model = fitBuyingModel(purchases, 600, policy)

const bgNbd: DropoutFit = {
  fitted: true,
  model: 'bg_nbd',
  r: 0.243,
  alpha: 30.898,
  a: 0.793,
  b: 2.426,
  logLikelihood: 0,
  customers: 1,
  repeatBuyers: 1,
  atBound: [],
  dropoutIdentified: true
}
const mbgNbd: DropoutFit = { ...bgNbd, model: 'mbg_nbd', r: 0.525, alpha: 43.281, a: 0.891, b: 1.614 }
const gammaGamma: SpendFit = {
  fitted: true,
  p: 6.25,
  q: 3.74,
  v: 1544,
  logLikelihood: 0,
  customers: 1,
  atBound: [],
  populationMean: 3522
}
const published = { bgNbd, mbgNbd, gammaGamma }
const year = { months: 12, margin: 1, annualDiscount: 0 }

t.test('all three models are fitted, tried on the past, and one of the two ways is chosen', async t => {
  t.ok(model.bgNbd.fitted && model.mbgNbd.fitted && model.gammaGamma.fitted && model.holdOut.fitted)
  t.equal(model.customers, 3000)
  t.equal(model.sampled, 3000)
  if (model.holdOut.fitted) t.equal(model.used, model.holdOut.better)
})

t.test('a model can be kept as JSON and read again', async t => {
  t.same(JSON.parse(JSON.stringify(model)), model)
})

t.test('neither the order of customers nor what comes later changes a model', async t => {
  t.same(fitBuyingModel(turned(purchases), 600, policy), model)
  t.same(fitBuyingModel(simulateBuyers({ ...buyers, untilDay: 700 }), 600, policy), model)
})

t.test('a later day of everything makes the same model of a later day', async t => {
  const shifted = { ...purchases, days: Int32Array.from(purchases.days, coded => coded + 14) }
  const found = fitBuyingModel(shifted, 607, policy)
  t.same(found.bgNbd, model.bgNbd)
  t.same(found.gammaGamma, model.gammaGamma)
  t.equal(found.used, model.used)
})

t.test('nobody yet, or too few: every part says why, and the hiatus is used', async t => {
  const nobody = fitBuyingModel({ days: [], nets: [], offsets: [0] }, 600, policy)
  for (const part of [nobody.bgNbd, nobody.mbgNbd, nobody.gammaGamma]) {
    t.match(part, { fitted: false, reason: 'too_few_repeat_buyers' })
  }
  t.match(nobody.holdOut, { fitted: false, reason: 'history_too_short' })
  t.equal(nobody.used, 'hiatus')
  t.same(asked(nobody), [null, null, null, null])
})

t.test('purchases are expected by BG/NBD, unless only MBG/NBD tells leaving from pausing', async t => {
  const vague = { ...bgNbd, dropoutIdentified: false }
  const missing = notFitted('not_converged')
  t.equal(expectingModel(bgNbd, mbgNbd), bgNbd)
  t.equal(expectingModel(vague, mbgNbd), mbgNbd)
  t.equal(expectingModel(vague, { ...mbgNbd, dropoutIdentified: false }), vague)
  t.equal(expectingModel(missing, mbgNbd), mbgNbd)
  t.equal(expectingModel(missing, missing), null)
})

t.test('a predictor gives P(alive) by MBG/NBD, never the certainty of BG/NBD, and purchases by BG/NBD', async t => {
  const predictor = buyingPredictor(published, year)
  t.equal(predictor.horizonDays, 365)
  t.equal(predictor.pAlive(0, 0, 300), probabilityAlive(mbgNbd, 0, 0, 300))
  t.ok((predictor.pAlive(0, 0, 300) as number) < 0.6)
  t.equal(predictor.expectedPurchases(2, 213, 272), expectedPurchases(bgNbd, 2, 213, 272, 365))
})

t.test('P(alive) is not shown when drop-out is not identified', async t => {
  const vague = buyingPredictor({ ...published, mbgNbd: { ...mbgNbd, dropoutIdentified: false } }, year)
  t.equal(vague.pAlive(3, 100, 200), null)
  t.not(vague.expectedPurchases(3, 100, 200), null)
})

t.test('without a model of spend there is no value, but purchases are expected', async t => {
  const predictor = buyingPredictor({ ...published, gammaGamma: notFitted('no_finite_mean') }, year)
  t.equal(predictor.expectedSpend(2, 500), null)
  t.equal(predictor.expectedValue(2, 10, 20, 500), null)
  t.not(predictor.expectedPurchases(2, 10, 20), null)
})

const someHistory = fc
  .record({
    repeats: fc.integer({ min: 0, max: 400 }),
    recency: fc.integer({ min: 1, max: 900 }),
    silence: fc.integer({ min: 0, max: 900 })
  })
  .map(({ repeats, recency, silence }) => {
    const last = repeats === 0 ? 0 : Math.max(recency, repeats)
    return [repeats, last, last + silence + 1] as const
  })

t.test('what is remembered is what would be computed, in whatever order customers come', async t => {
  const predictor = buyingPredictor(published, year)
  fc.assert(
    fc.property(someHistory, ([x, last, T]) => {
      return predictor.expectedPurchases(x, last, T) === expectedPurchases(bgNbd, x, last, T, 365)
    }),
    { numRuns: 500 }
  )
  t.pass()
})

t.test('value is margin × spend × purchases, and money later is worth less', async t => {
  const plain = buyingPredictor(published, { ...year, margin: 0.3 })
  const discounted = buyingPredictor(published, { ...year, margin: 0.3, annualDiscount: 0.1 })
  fc.assert(
    fc.property(someHistory, fc.integer({ min: -100, max: 1_000_000 }), ([x, last, T], net) => {
      const value = plain.expectedValue(x, last, T, net) as number
      const product = 0.3 * (plain.expectedPurchases(x, last, T) as number) * (plain.expectedSpend(x, net) as number)
      const later = discounted.expectedValue(x, last, T, net) as number
      const near = Math.abs(value - product) <= 1e-9 * product
      return near && value >= 0 && later <= value && later >= (value / 1.1) * (1 - 1e-9)
    })
  )
  t.pass()
})

t.test('discounting adds up the months, each at its end', async t => {
  const terms = { months: 2, margin: 1, annualDiscount: 0.2 }
  const until = (days: number) => expectedPurchases(bgNbd, 0, 0, 100, days)
  const month = 365 / 12
  const wanted = until(month) / 1.2 ** (1 / 12) + (until(2 * month) - until(month)) / 1.2 ** (2 / 12)
  t.ok(Math.abs(discountedPurchases(bgNbd, 0, 100, terms) - wanted) < 1e-12)
})

function asked(of: BuyingModel) {
  const predictor = buyingPredictor(of, year)
  return [
    predictor.pAlive(1, 2, 3),
    predictor.expectedPurchases(1, 2, 3),
    predictor.expectedSpend(1, 2),
    predictor.expectedValue(1, 2, 3, 4)
  ]
}

function turned({ days, nets, offsets }: PurchaseDays): PurchaseDays {
  const customers = Array.from(
    { length: offsets.length - 1 },
    (_, c) => [offsets[c] as number, offsets[c + 1] as number] as const
  ).toReversed()
  const rows = customers.flatMap(([from, to]) => Array.from({ length: to - from }, (_, i) => from + i))
  const ends = [0]
  for (const [from, to] of customers) ends.push((ends.at(-1) as number) + to - from)
  return { days: rows.map(row => days[row] as number), nets: rows.map(row => nets[row] as number), offsets: ends }
}
