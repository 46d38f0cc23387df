import fc from 'fast-check'
import t from 'tap'
import { historiesBefore } from '../../src/domain/buying-history.ts'
import { type DropoutFit, fitDropout } from '../../src/domain/dropout-fit.ts'
import { type DropoutHistories, logLikelihood } from '../../src/domain/dropout-likelihood.ts'
import {
  type DropoutModel,
  type DropoutParameters,
  expectedOfNewcomer,
  expectedPurchases,
  probabilityAlive
} from '../../src/domain/dropout-model.ts'
import { logGamma } from '../../src/domain/special-functions.ts'
import { type Buyers, simulateBuyers } from '../support/simulated-buyers.ts'

const WEEK = 7
const MODELS: readonly DropoutModel[] = ['bg_nbd', 'mbg_nbd']
/** Fader, Hardie and Lee 2005, and Batislam, Denizel and Filiztekin 2007, on CD buyers, in weeks there; one digit more than printed. */
const PUBLISHED: DropoutParameters = { model: 'bg_nbd', r: 0.2426, alpha: 4.4136 * WEEK, a: 0.7929, b: 2.4259 }
const PUBLISHED_MBG: DropoutParameters = { model: 'mbg_nbd', r: 0.525, alpha: 6.183 * WEEK, a: 0.891, b: 1.614 }

const columns = (rows: readonly (readonly [number, number, number])[]): DropoutHistories => ({
  repeats: Int32Array.from(rows, ([x]) => x),
  recency: Int32Array.from(rows, ([, tx]) => tx),
  age: Int32Array.from(rows, ([, , T]) => T)
})

t.test('a newcomer makes as many repeat purchases as published', async t => {
  t.equal(expectedOfNewcomer(PUBLISHED, WEEK).toFixed(4), '0.0532')
  t.equal(expectedOfNewcomer(PUBLISHED, 52 * WEEK).toFixed(3), '1.444')
})

t.test(
  'a customer of two repeats, the last after 30.43 of 38.86 weeks, makes 1.226 purchases in the next 39',
  async t => {
    t.equal(expectedPurchases(PUBLISHED, 2, 213, 272, 39 * WEEK).toFixed(3), '1.226')
  }
)

t.test('who never bought again is alive for certain by BG/NBD, and less and less by MBG/NBD', async t => {
  t.equal(probabilityAlive(PUBLISHED, 0, 0, 500), 1)
  const after = [0, 7, 70, 700].map(age => probabilityAlive(PUBLISHED_MBG, 0, 0, age))
  t.equal(after[0]?.toFixed(4), (1.614 / (0.891 + 1.614)).toFixed(4), 'he may have left right after the first purchase')
  t.ok(after.every((p, i) => i === 0 || p < (after[i - 1] as number)))
})

const size = (min: number, max: number) =>
  fc.double({ min: Math.log(min), max: Math.log(max), noNaN: true }).map(Math.exp)
const someModel = fc.record({
  model: fc.constantFrom(...MODELS),
  r: size(0.05, 20),
  alpha: size(1, 1000),
  a: size(0.01, 20),
  b: size(0.05, 50)
})
const someHistory = fc
  .record({
    repeats: fc.integer({ min: 0, max: 1000 }),
    recency: fc.integer({ min: 0, max: 2000 }),
    silence: fc.integer({ min: 0, max: 2000 })
  })
  .map(({ repeats, recency, silence }) => ({
    repeats,
    recency: repeats === 0 ? 0 : Math.max(recency, repeats),
    silence
  }))

t.test('longer silence after the same purchases is never more alive', async t => {
  fc.assert(
    fc.property(someModel, someHistory, fc.integer({ min: 1, max: 500 }), (model, history, longer) => {
      const { repeats, recency, silence } = history
      const now = probabilityAlive(model, repeats, recency, recency + silence)
      const then = probabilityAlive(model, repeats, recency, recency + silence + longer)
      return now >= 0 && now <= 1 && then >= 0 && then <= now
    })
  )
  t.pass()
})

t.test('expected purchases are finite, none over no time, and more over a longer one', async t => {
  fc.assert(
    fc.property(someModel, someHistory, size(1, 1000), size(1.01, 100), (model, history, horizon, longer) => {
      const { repeats, recency, silence } = history
      const over = (days: number) => expectedPurchases(model, repeats, recency, recency + silence, days)
      const [some, more] = [over(horizon), over(horizon * longer)]
      return over(0) === 0 && some >= 0 && Number.isFinite(more) && more >= some * (1 - 1e-9)
    })
  )
  t.pass()
})

const logBeta = (p: number, q: number) => logGamma(p) + logGamma(q) - logGamma(p + q)

/** ln L as the papers write it, with lnΓ. */
function published({ model, r, alpha, a, b }: DropoutParameters, x: number, tx: number, T: number): number {
  const add = (one: number, other: number) => Math.max(one, other) + Math.log1p(Math.exp(-Math.abs(one - other)))
  const buying = logGamma(r + x) - logGamma(r) + r * Math.log(alpha)
  const [now, last] = [-(r + x) * Math.log(alpha + T), -(r + x) * Math.log(alpha + tx)]
  if (model === 'mbg_nbd')
    return buying - logBeta(a, b) + add(logBeta(a, b + x + 1) + now, logBeta(a + 1, b + x) + last)
  const leaving = logGamma(a + b) + logGamma(b + x) - logGamma(b) - logGamma(a + b + x)
  return buying + leaving + (x > 0 ? add(now, Math.log(a) - Math.log(b + x - 1) + last) : now)
}

t.test('the likelihood is the published one, customer by customer', async t => {
  fc.assert(
    fc.property(someModel, fc.array(someHistory, { minLength: 1, maxLength: 8 }), (model, histories) => {
      const rows = histories.map(({ repeats, recency, silence }) => [repeats, recency, recency + silence] as const)
      const wanted = rows.reduce((sum, [x, tx, T]) => sum + published(model, x, tx, T), 0)
      return Math.abs(logLikelihood(model, columns(rows)) - wanted) <= 1e-9 * Math.max(1, Math.abs(wanted))
    })
  )
  t.pass()
})

/** Days are a ten-thousandth of what is seen, so that rounding to days hides nothing. */
const simulated = (model: DropoutModel, change: Partial<DropoutParameters> = {}, customers = 4000): Buyers => ({
  customers,
  seed: 17,
  buying: { model, r: 0.6, alpha: 1200, a: 0.8, b: 2.5, ...change },
  spending: { p: 4, q: 4, v: 1500 },
  firstDay: 0,
  lastFirstDay: 5000,
  untilDay: 10_000
})
const historiesOf = (buyers: Buyers) => historiesBefore(simulateBuyers(buyers), buyers.untilDay)
const fitted = (model: DropoutModel, histories: DropoutHistories): DropoutFit => {
  const fit = fitDropout(model, histories, 100)
  if (!fit.fitted) throw new Error(fit.reason)
  return fit
}

for (const model of MODELS) {
  t.test(`${model}: parameters that made the customers are found again`, async t => {
    const buyers = simulated(model)
    const histories = historiesOf(buyers)
    const fit = fitted(model, histories)
    const gain = 2 * (fit.logLikelihood - logLikelihood(buyers.buying, histories))
    t.ok(gain >= 0 && gain < 18.5, `likelihood ratio ${gain}, below the 99.9th percentile of χ² with 4 degrees`)
    t.ok(fit.dropoutIdentified)
    t.same(fit.atBound, [])
    t.equal(fit.customers, histories.repeats.length)
    t.ok(
      Math.abs(logLikelihood(fit, histories) - fit.logLikelihood) < 1e-6,
      'the likelihood reported is that of the parameters'
    )
  })

  t.test(`${model}: no other parameters nearby are likelier`, async t => {
    const histories = historiesOf(simulated(model))
    const fit = fitted(model, histories)
    for (const name of ['r', 'alpha', 'a', 'b'] as const) {
      for (const factor of [0.98, 1.02]) {
        t.ok(
          logLikelihood({ ...fit, [name]: fit[name] * factor }, histories) < fit.logLikelihood,
          `${name} × ${factor}`
        )
      }
    }
  })

  t.test(`${model}: the order of customers changes nothing, to the last digit`, async t => {
    const histories = historiesOf(simulated(model))
    const turned = {
      repeats: histories.repeats.toReversed(),
      recency: histories.recency.toReversed(),
      age: histories.age.toReversed()
    }
    t.same(fitted(model, turned), fitted(model, histories))
  })

  t.test(`${model}: a longer unit of time changes α and nothing else`, async t => {
    const histories = historiesOf(simulated(model))
    const one = fitted(model, histories)
    const three = fitted(model, {
      repeats: histories.repeats,
      recency: histories.recency.map(day => day * 3),
      age: histories.age.map(day => day * 3)
    })
    const same = (found: number, wanted: number) => Math.abs(found / wanted - 1) < 1e-6
    t.ok(same(three.r, one.r) && same(three.a, one.a) && same(three.b, one.b) && same(three.alpha, 3 * one.alpha))
    const purchases = histories.repeats.reduce((sum, x) => sum + x, 0)
    t.ok(same(three.logLikelihood, one.logLikelihood - purchases * Math.log(3)))
  })

  t.test(
    `${model}: customers who never leave are not said to be alive for certain, but drop-out not to be identified`,
    async t => {
      const fit = fitted(model, historiesOf(simulated(model, { a: 1e-9, b: 1 })))
      t.notOk(fit.dropoutIdentified, `a ${fit.a}, b ${fit.b}, at bound: ${fit.atBound}`)
    }
  )

  t.test(`${model}: too few who bought again are not fitted, and it is said how many there were`, async t => {
    const few = columns([
      [0, 0, 100],
      [0, 0, 50],
      [2, 30, 90]
    ])
    t.same(fitDropout(model, few, 100), {
      fitted: false,
      reason: 'too_few_repeat_buyers',
      facts: { repeatBuyers: 1, needed: 100 }
    })
    t.equal(fitDropout(model, columns([]), 0).fitted, false, 'nobody at all')
  })

  t.test(`${model}: histories that say next to nothing end in an answer`, async t => {
    const cases: [string, (row: number) => [number, number, number]][] = [
      ['all alike', () => [1, 10, 100]],
      ['bought today', () => [1, 100, 100]],
      ['daily buyers', row => [300 + (row % 3), 300 + (row % 3), 310]],
      ['one heavy buyer among many', row => (row === 0 ? [1000, 1000, 1001] : [1, 1 + (row % 50), 1001])],
      ['known for a day', () => [1, 1, 1]]
    ]
    for (const [name, row] of cases) {
      const fit = fitDropout(model, columns(Array.from({ length: 200 }, (_, i) => row(i))), 100)
      if (!fit.fitted) t.equal(fit.reason, 'not_converged', name)
      else t.ok(Number.isFinite(fit.logLikelihood) && [fit.r, fit.alpha, fit.a, fit.b].every(Number.isFinite), name)
    }
  })
}
