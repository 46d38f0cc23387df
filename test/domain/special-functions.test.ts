import fc from 'fast-check'
import t from 'tap'
import { digammaRest, logGamma, logGammaRest } from '../../src/domain/special-functions.ts'
import { byIntegration, bySeries, stoppedPurchases } from '../../src/domain/stopped-purchases.ts'

const between = (min: number, max: number) => fc.double({ min, max, noNaN: true })
/** Evenly by size, not by value. */
const magnitude = (min: number, max: number) => between(Math.log(min), Math.log(max)).map(Math.exp)
const digamma = (x: number) => digammaRest(x) + Math.log(x)
const logBeta = (p: number, q: number) =>
  -p * Math.log1p(q / p) - q * Math.log1p(p / q) + logGammaRest(p) + logGammaRest(q) - logGammaRest(p + q)
const relative = (found: number, wanted: number) => Math.abs(found - wanted) / Math.max(1, Math.abs(wanted))

t.test('lnΓ and ψ have their values to the last digits, from 0.000001 to a million', async t => {
  // Computed with 60 digits.
  const values: [number, number, number][] = [
    [1e-6, 13.815509980749432, -1000000.57721402],
    [0.1, 2.252712651734206, -10.423754940411078],
    [0.5, 0.5723649429247001, -1.9635100260214235],
    [1, 0, -0.5772156649015329],
    [1.5, -0.12078223763524522, 0.03648997397857652],
    [2, 0, 0.42278433509846713],
    [3.7, 1.4280723266653879, 1.1671535393615113],
    [9.99, 12.779315214350193, 2.250700372831201],
    [10, 12.801827480081469, 2.251752589066721],
    [123.456, 469.60554712992945, 4.811829323828985],
    [1000.243, 5906.8989157585975, 6.907498287640062],
    [1e6, 12815504.569147611, 13.815510057964191]
  ]
  for (const [x, logGammaOfX, digammaOfX] of values) {
    t.ok(relative(logGamma(x), logGammaOfX) < 4e-15, `lnΓ(${x})`)
    t.ok(relative(digamma(x), digammaOfX) < 4e-15, `ψ(${x})`)
  }
})

t.test('lnΓ grows by ln x, and ψ by 1/x, from x to x + 1', async t => {
  fc.assert(
    fc.property(magnitude(1e-6, 1e5), x => {
      return (
        relative(logGamma(x + 1), logGamma(x) + Math.log(x)) < 1e-14 &&
        relative(digamma(x + 1) - 1 / x, digamma(x)) < 1e-14
      )
    })
  )
  t.pass()
})

t.test('what is left of lnΓ makes ln B, which keeps its digits where an argument is large', async t => {
  const values: [number, number, number][] = [
    [0.5, 0.5, 1.1447298858494002],
    [1e-4, 3, 9.210190378225807],
    [6250, 3.74, -31.214673597037308],
    [1000, 1000, -1388.4826016359023],
    [1e8, 0.25, -3.317147660352514],
    [9.9, 10.1, -13.735177544346378]
  ]
  for (const [p, q, wanted] of values) {
    t.ok(relative(logBeta(p, q), wanted) < 1e-14, `ln B(${p}, ${q})`)
    t.equal(logBeta(p, q), logBeta(q, p))
  }
})

t.test(
  'purchases until leaving have their values for 1,000 repeats, a = 1, a + b < 1 and horizons of 100 ages',
  async t => {
    // 2F1 with 60 digits; shape s, a, β, and horizon over α + age.
    const values: [number, number, number, number, number][] = [
      [0.243, 0.793, 2.426, 0.5, 0.11342050181000272],
      [2.243, 0.793, 4.426, 0.9011, 1.6871860383079702],
      [1000.243, 0.793, 1002.426, 0.35, 309.76390129713656],
      [1000.243, 0.793, 1002.426, 100, 7739.2440068755395],
      [0.243, 0.793, 2.426, 100, 4.619025192190606],
      [0.5, 0.2, 0.3, 2, 0.7253426952200288],
      [0.5, 0.25, 0.75, 2, 0.8015713385723336],
      [3.5, 1, 2.5, 4, 4.823594781085251],
      [3.5, 1.0000001, 2.5, 4, 4.823594420064133],
      [3.5, 0.9999999, 2.5, 4, 4.823595142106421],
      [0.7, 0.00001, 1000, 3, 2.099999946593649],
      [0.01, 0.5, 0.01, 99, 0.049414487794482355],
      [50.5, 40, 300, 3, 8.692292020248933],
      [500, 0.8, 3, 2, 32.730841529065664],
      [5.5, 900, 1200, 60, 2.334816429068853],
      [3.2, 2.5, 6, 1e6, 4.999999970773168],
      [0.4, 0.3, 2, 1e5, 2258.8123403044306]
    ]
    for (const [s, a, beta, u, wanted] of values) {
      t.ok(relative(stoppedPurchases(s, a, beta, u), wanted) < 1e-12, `s ${s}, a ${a}, β ${beta}, u ${u}`)
    }
  }
)

const shapes = fc.record({
  s: magnitude(0.05, 200),
  a: magnitude(0.05, 20),
  extra: magnitude(0.05, 20),
  u: magnitude(0.001, 90)
})

t.test('series and integration, which share nothing, agree', async t => {
  fc.assert(
    fc.property(shapes, ({ s, a, extra, u }) => {
      // A customer of shape s has had about s occasions to leave; far from that the series is not used.
      const beta = s + extra
      return relative(bySeries(s, a, beta, u), byIntegration(s, a, beta, u)) < 1e-9
    })
  )
  t.pass()
})

t.test('where a is 1 there is no gap: the value is the mean of those at 1 ± 0.00001', async t => {
  fc.assert(
    fc.property(shapes, between(-1e-6, 1e-6), ({ s, extra, u }, off) => {
      const at = (a: number) => stoppedPurchases(s, a, s + extra, u)
      return relative(at(1), (at(1 - 1e-5) + at(1 + 1e-5)) / 2) < 1e-7 && relative(at(1 + off), at(1)) < 1e-3
    })
  )
  t.pass()
})

t.test(
  'purchases until leaving grow with the horizon, and are fewer than those of somebody who never leaves',
  async t => {
    fc.assert(
      fc.property(shapes, between(1.01, 3), ({ s, a, extra, u }, longer) => {
        const found = stoppedPurchases(s, a, s + extra, u)
        return found > 0 && found <= s * u * (1 + 1e-12) && stoppedPurchases(s, a, s + extra, u * longer) > found
      })
    )
    t.equal(stoppedPurchases(2, 1, 3, 0), 0, 'no time, no purchase')
  }
)
