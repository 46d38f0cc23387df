import fc from 'fast-check'
import t from 'tap'
import { historiesBefore } from '../../src/domain/buying-history.ts'
import { logGamma } from '../../src/domain/special-functions.ts'
import { expectedSpend, fitSpend, populationMean, type SpendFit } from '../../src/domain/spend-model.ts'
import { type Buyers, simulateBuyers } from '../support/simulated-buyers.ts'

const buyers: Buyers = {
  customers: 6000,
  seed: 5,
  buying: { model: 'bg_nbd', r: 0.6, alpha: 1200, a: 0.8, b: 2.5 },
  spending: { p: 6.25, q: 3.74, v: 1544 },
  firstDay: 0,
  lastFirstDay: 5000,
  untilDay: 10_000
}

const histories = historiesBefore(simulateBuyers(buyers), buyers.untilDay)
type Spends = Pick<typeof histories, 'repeats' | 'net'>
const fitted = (of: Spends): SpendFit => {
  const fit = fitSpend(of, 100)
  if (!fit.fitted) throw new Error(fit.reason)
  return fit
}

/** ln L as the paper writes it. */
function published(p: number, q: number, v: number, { repeats, net }: Spends): number {
  let total = 0
  for (const [row, x] of repeats.entries()) {
    const m = (net[row] as number) / x
    if (x === 0 || m <= 0) continue
    total += logGamma(p * x + q) - logGamma(p * x) - logGamma(q) + q * Math.log(v)
    total += (p * x - 1) * Math.log(m) + p * x * Math.log(x) - (p * x + q) * Math.log(v + m * x)
  }
  return total
}

t.test('parameters that made the amounts are found again, and the likelihood is the published one', async t => {
  const fit = fitted(histories)
  const { p, q, v } = buyers.spending
  const gain = 2 * (fit.logLikelihood - published(p, q, v, histories))
  t.ok(gain >= 0 && gain < 16.3, `likelihood ratio ${gain}, below the 99.9th percentile of χ² with 3 degrees`)
  t.ok(Math.abs(fit.logLikelihood - published(fit.p, fit.q, fit.v, histories)) < 1e-6)
  for (const [dp, dq, dv] of [
    [0.98, 1, 1],
    [1.02, 1, 1],
    [1, 0.98, 1],
    [1, 1.02, 1],
    [1, 1, 0.98],
    [1, 1, 1.02]
  ] as const) {
    t.ok(published(fit.p * dp, fit.q * dq, fit.v * dv, histories) < fit.logLikelihood, 'nothing nearby is likelier')
  }
})

t.test(
  'a customer is expected to spend between his own mean and that of all, nearer to his own the more he bought',
  async t => {
    const fit = fitted(histories)
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), fc.integer({ min: 1, max: 500 }), (mean, repeats) => {
        const [few, many] = [expectedSpend(fit, mean, repeats), expectedSpend(fit, mean, repeats + 1)]
        const [low, high] = [Math.min(mean, fit.populationMean), Math.max(mean, fit.populationMean)]
        const between = few >= low * (1 - 1e-12) && few <= high * (1 + 1e-12)
        return between && Math.abs(many - mean) <= Math.abs(few - mean) * (1 + 1e-9)
      })
    )
    t.equal(expectedSpend(fit, null, 0), fit.populationMean, 'without a repeat')
    t.equal(expectedSpend(fit, null, 3), fit.populationMean, 'when returns ate everything')
  }
)

t.test('the published parameters give the published mean of all', async t => {
  t.equal(populationMean({ p: 6.25, q: 3.74, v: 15.44 })?.toFixed(1), '35.2')
  t.equal(populationMean({ p: 6.25, q: 1, v: 15.44 }), null, 'no mean exists')
})

t.test('amounts without a finite mean over all are refused', async t => {
  // A Pareto tail of index ½: the larger the sample, the larger its mean, without end.
  const wild = {
    repeats: new Int32Array(300).fill(1),
    net: Float64Array.from({ length: 300 }, (_, i) => Math.round(100 * (300 / (i + 0.5)) ** 2))
  }
  const fit = fitSpend(wild, 100)
  t.equal(fit.fitted ? '' : fit.reason, 'no_finite_mean')
})

t.test('the order of customers and the unit of money change nothing but v and the mean', async t => {
  const one = fitted(histories)
  const turned = { repeats: histories.repeats.toReversed(), net: histories.net.toReversed() }
  t.same(fitted(turned), one)
  const dear = fitted({ repeats: histories.repeats, net: histories.net.map(amount => amount * 100) })
  for (const [found, wanted] of [
    [dear.p, one.p],
    [dear.q, one.q],
    [dear.v, 100 * one.v],
    [dear.populationMean, 100 * one.populationMean]
  ] as const) {
    t.ok(Math.abs(found / wanted - 1) < 1e-6)
  }
})

t.test('too few with a known spend are not fitted', async t => {
  const few = { repeats: Int32Array.of(1, 2, 0, 4), net: Float64Array.of(100, -5, 0, 300) }
  t.same(fitSpend(few, 100), {
    fitted: false,
    reason: 'too_few_repeat_buyers',
    facts: { repeatBuyers: 2, needed: 100 }
  })
})

t.test('amounts that are all alike end in an answer', async t => {
  const alike = { repeats: new Int32Array(200).fill(2), net: new Float64Array(200).fill(1000) }
  const fit = fitSpend(alike, 100)
  if (fit.fitted) t.ok(Math.abs(fit.populationMean - 500) < 5, `${fit.populationMean}`)
  else t.equal(fit.reason, 'not_converged')
})
