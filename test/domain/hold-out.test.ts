import fc from 'fast-check'
import t from 'tap'
import type { BuyingHistories, PurchaseDays } from '../../src/domain/buying-history.ts'
import type { DropoutParameters } from '../../src/domain/dropout-model.ts'
import { compare, evaluate, splitOf } from '../../src/domain/hold-out.ts'
import { areaUnderCurve, compareRankings, observedShare, scorePrediction } from '../../src/domain/prediction-score.ts'
import { dayOf } from '../../src/domain/receipt-days.ts'
import { type Buyers, simulateBuyers } from '../support/simulated-buyers.ts'

const buyers: Buyers = {
  customers: 3000,
  seed: 11,
  buying: { model: 'bg_nbd', r: 0.6, alpha: 40, a: 0.8, b: 2.5 },
  spending: { p: 4, q: 4, v: 1500 },
  firstDay: 0,
  lastFirstDay: 200,
  untilDay: 600
}
const purchases = simulateBuyers(buyers)
const policy = { hiatusDays: 180, minRepeatBuyers: 100 }

t.test('the last third of what was seen is held out, 39 weeks at most', async t => {
  t.same(splitOf(0, 600, 180), { splitDay: 400, horizonDays: 200 })
  t.same(splitOf(100, 2000, 180), { splitDay: 2000 - 273, horizonDays: 273 })
})

t.test('a history in which nobody could be past the hiatus, or hardly anything is held out, is too short', async t => {
  t.equal(splitOf(0, 270, 180), null)
  t.same(splitOf(0, 271, 180), { splitDay: 181, horizonDays: 90 })
  t.equal(splitOf(0, 83, 30), null, 'less than four weeks held out')
  t.same(splitOf(0, 84, 30), { splitDay: 56, horizonDays: 28 })
})

t.test('a tenant that is too young or has too few repeat buyers is told so', async t => {
  const none: PurchaseDays = { days: [], nets: [], offsets: [0] }
  t.same(evaluate(none, 600, policy), { fitted: false, reason: 'history_too_short', facts: { observedDays: 0 } })
  t.same(evaluate(purchases, 200, policy), { fitted: false, reason: 'history_too_short', facts: { observedDays: 200 } })
  const strict = evaluate(purchases, 600, { ...policy, minRepeatBuyers: 100_000 })
  t.equal(strict.fitted ? '' : strict.reason, 'too_few_repeat_buyers')
})

t.test('a forecast knows nothing of what is held out, and nothing after the day counts', async t => {
  const found = evaluate(purchases, 600, policy)
  const nets = Float64Array.from(purchases.nets, (net, at) =>
    dayOf(purchases.days[at] as number) >= 400 ? net * 7 : net
  )
  const known = { ...purchases, nets }
  t.same(evaluate(known, 600, policy), found, 'amounts held out')
  const longer = simulateBuyers({ ...buyers, untilDay: 900 })
  t.same(evaluate(longer, 600, policy), found, 'purchases after the day')
})

t.test('the report adds up', async t => {
  const found = evaluate(purchases, 600, policy)
  if (!found.fitted) throw new Error(found.reason)
  t.equal(found.within.customers + found.past.customers, found.customers)
  t.equal(found.within.boughtAgain + found.past.boughtAgain, found.boughtAgain)
  const right = found.within.boughtAgain + found.past.customers - found.past.boughtAgain
  t.equal(found.hiatusScore.accuracy, right / found.customers)
  const lead = (found.modelScore.accuracy as number) - (found.hiatusScore.accuracy as number)
  t.ok(Math.abs(lead * found.customers - (found.onlyModelRight - found.onlyHiatusRight)) < 1e-6)
  t.ok((found.within.share as number) > (found.past.share as number), 'silence says something')
})

const model: DropoutParameters = { model: 'bg_nbd', r: 1, alpha: 30, a: 0.5, b: 2 }
/** Each row: repeats, recency, age, bought later. */
const histories = (rows: [number, number, number, number][]): BuyingHistories => ({
  repeats: Int32Array.from(rows, row => row[0]),
  recency: Int32Array.from(rows, row => row[1]),
  age: Int32Array.from(rows, row => row[2]),
  net: new Float64Array(rows.length),
  later: Int32Array.from(rows, row => row[3])
})
const many = (count: number, row: [number, number, number, number]) => Array.from({ length: count }, () => row)
const split = { splitDay: 400, horizonDays: 100 }

/** A quick buyer who fell silent: gone by the model, still within the hiatus. */
const stopped = (bought: number): [number, number, number, number] => [30, 60, 200, bought]
/** A slow one, silent for longer than the hiatus: likelier to come back by the model. */
const slow = (bought: number): [number, number, number, number] => [1, 300, 490, bought]

t.test('who ranks better is better, whatever the thresholds say', async t => {
  const ranked = (stoppedBought: number, slowBought: number) =>
    compare(
      model,
      histories([
        ...many(200, stopped(stoppedBought)),
        ...many(200, slow(slowBought)),
        ...many(20, stopped(1 - stoppedBought)),
        ...many(20, slow(1 - slowBought))
      ]),
      split,
      180
    )
  t.match(ranked(0, 1), { better: 'model', by: 'auc' })
  t.match(ranked(1, 0), { better: 'hiatus', by: 'auc' })
})

t.test('of those who rank alike, who is right about more is better, if it is more than chance', async t => {
  const alike = (gone: number, back: number) =>
    compare(model, histories([...many(gone, stopped(0)), ...many(back, stopped(1))]), split, 180)
  t.match(alike(30, 5), { better: 'model', by: 'accuracy', onlyModelRight: 30, onlyHiatusRight: 5 })
  t.match(alike(5, 30), { better: 'hiatus', by: 'accuracy', onlyModelRight: 5, onlyHiatusRight: 30 })
  t.match(alike(12, 10), { better: 'hiatus', by: 'tie' }, 'within chance')
})

t.test('nobody to judge by is no score, and a tie', async t => {
  const found = compare(model, histories([]), split, 180)
  t.match(found, { customers: 0, modelScore: { accuracy: null, auc: null }, better: 'hiatus', by: 'tie' })
  t.same(found.within, { customers: 0, boughtAgain: 0, share: null, interval: null })
})

const scored = fc.array(fc.tuple(fc.integer({ min: 0, max: 6 }), fc.boolean()), { maxLength: 40 })

t.test('the area under the curve is the share of pairs ranked rightly, ties half', async t => {
  fc.assert(
    fc.property(scored, rows => {
      const scores = Float64Array.from(rows, ([score]) => score)
      const bought = Uint8Array.from(rows, ([, bought]) => (bought ? 1 : 0))
      const buyers = rows.filter(([, bought]) => bought)
      const others = rows.filter(([, bought]) => !bought)
      const won = buyers.flatMap(([one]) =>
        others.map(([other]): number => (one > other ? 1 : one === other ? 0.5 : 0))
      )
      const wanted = won.length === 0 ? null : won.reduce((sum, one) => sum + one, 0) / won.length
      const found = areaUnderCurve(scores, bought)
      return found === wanted || Math.abs((found as number) - (wanted as number)) < 1e-12
    })
  )
  t.pass()
})

t.test('the lead of one ranking over another is weighed by its standard error', async t => {
  const pairs = fc.array(fc.tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 6 }), fc.boolean()), {
    maxLength: 30
  })
  const half = (above: number, below: number) => (above > below ? 1 : above === below ? 0.5 : 0)
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = (values: number[]) =>
    values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0) / (values.length - 1)
  fc.assert(
    fc.property(pairs, rows => {
      const [buyers, others] = [rows.filter(row => row[2]), rows.filter(row => !row[2])]
      const lead = (buyer: (typeof rows)[number], other: (typeof rows)[number]) =>
        half(buyer[0], other[0]) - half(buyer[1], other[1])
      const found = compareRankings(
        Float64Array.from(rows, row => row[0]),
        Float64Array.from(rows, row => row[1]),
        Uint8Array.from(rows, row => (row[2] ? 1 : 0))
      )
      if (buyers.length < 2 || others.length < 2) return found.lead === 0 && found.z === 0
      const ofBuyers = buyers.map(buyer => mean(others.map(other => lead(buyer, other))))
      const ofOthers = others.map(other => mean(buyers.map(buyer => lead(buyer, other))))
      const error = Math.sqrt(variance(ofBuyers) / buyers.length + variance(ofOthers) / others.length)
      const same = Math.abs(found.lead - mean(ofBuyers)) < 1e-9
      return same && (error < 1e-6 || Math.abs(found.z - mean(ofBuyers) / error) < 1e-6)
    })
  )
  t.pass()
})

t.test('a score that reaches the threshold says that he will buy', async t => {
  const bought = Uint8Array.of(1, 1, 0, 0)
  t.same(scorePrediction(Float64Array.of(0.5, 0.4, 0.4, 0.6), 0.5, bought), { accuracy: 0.5, auc: 0.375 })
})

t.test('an observed share has its interval', async t => {
  t.match(observedShare(20, 0), { share: 0, interval: { lower: 0 } })
})
