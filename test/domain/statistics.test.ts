import fc from 'fast-check'
import t from 'tap'
import {
  binomialTail,
  exactSum,
  gini,
  lorenzPoints,
  nthSmallest,
  quantile,
  shareOfTop,
  sortedPositive,
  wilson
} from '../../src/domain/statistics.ts'

const ascending = (...amounts: number[]) => sortedPositive(Float64Array.from(amounts))
const someAmounts = fc
  .array(fc.integer({ min: 1, max: 1e12 }), { minLength: 1, maxLength: 60 })
  .map(amounts => ascending(...amounts))

t.test('only positive amounts take part', async t => {
  t.same([...ascending(3, -1, 0, 2)], [2, 3])
})

t.test('sums stay exact beyond 2^53', async t => {
  const amounts = fc.array(fc.maxSafeInteger(), { maxLength: 50 })
  fc.assert(
    fc.property(amounts, values => {
      return exactSum(Float64Array.from(values)) === values.reduce((sum, value) => sum + BigInt(value), 0n)
    })
  )
  t.equal(exactSum(Float64Array.of(2 ** 53 - 1, 2 ** 53 - 1, 1), 1), 2n ** 53n)
})

t.test('Gini is 0 for equals and for one alone, and nothing for nobody', async t => {
  t.equal(gini(ascending(7)), 0)
  t.equal(gini(ascending(1e15, 1e15, 1e15)), 0)
  t.equal(gini(ascending()), null)
})

t.test('Gini follows the formula of ranks', async t => {
  t.equal(gini(ascending(1, 2, 3, 4)), 0.25)
  t.equal(gini(ascending(1, 3)), 0.25)
  fc.assert(
    fc.property(someAmounts, amounts => {
      const n = amounts.length
      const weighted = amounts.reduce((sum, amount, index) => sum + (index + 1) * amount, 0)
      const expected = (2 * weighted) / (n * Number(exactSum(amounts))) - (n + 1) / n
      const found = gini(amounts) as number
      return Math.abs(found - expected) < 1e-9 && found >= 0 && found < 1
    })
  )
})

t.test('the Lorenz curve runs from nothing to all, rising ever faster, below the diagonal', async t => {
  fc.assert(
    fc.property(someAmounts, fc.integer({ min: 1, max: 120 }), (amounts, steps) => {
      const points = lorenzPoints(amounts, steps)
      const shares = points.map(point => point.amountShare)
      const rises = shares.slice(1).map((share, index) => share - (shares[index] as number))
      return (
        points.length === steps + 1 &&
        shares[0] === 0 &&
        shares.at(-1) === 1 &&
        rises.every((rise, index) => index === 0 || rise >= (rises[index - 1] as number) - 1e-12) &&
        points.every(point => point.amountShare <= point.customerShare + 1e-12)
      )
    })
  )
  t.same(lorenzPoints(ascending()), [])
  t.equal(lorenzPoints(ascending(1, 2)).length, 101)
})

t.test('the Lorenz curve is a straight line between two customers', async t => {
  t.same(
    lorenzPoints(ascending(1, 3), 4).map(point => point.amountShare),
    [0, 0.125, 0.25, 0.625, 1]
  )
})

t.test('twice the area between curve and diagonal is the Gini coefficient', async t => {
  const amounts = ascending(5, 10, 20, 65)
  const points = lorenzPoints(amounts, 4).map(point => point.amountShare)
  const area = points.slice(1).reduce((sum, share, index) => sum + (share + (points[index] as number)) / 8, 0)
  t.ok(Math.abs((gini(amounts) as number) - (1 - 2 * area)) < 1e-12)
})

t.test('the top fifth of a count that is no multiple of five is rounded up', async t => {
  t.equal(shareOfTop(ascending(1, 1, 1, 1, 6)), 0.6)
  t.equal(shareOfTop(ascending(1, 1, 1, 1, 2, 4)), 0.6, 'two of six')
  t.equal(shareOfTop(ascending(5)), 1)
  t.equal(shareOfTop(ascending()), null)
  t.equal(shareOfTop(ascending(1, 1, 1, 1), 10_000), 1)
})

t.test('the Wilson interval has its published values', async t => {
  const published: [number, number, string, string][] = [
    [81, 263, '0.2553', '0.3662'],
    [15, 148, '0.0624', '0.1605'],
    [0, 20, '0.0000', '0.1611'],
    [1, 29, '0.0061', '0.1718']
  ]
  for (const [successes, trials, lower, upper] of published) {
    const interval = wilson(successes, trials)
    t.equal(interval?.lower.toFixed(4), lower, `${successes}/${trials}`)
    t.equal(interval?.upper.toFixed(4), upper, `${successes}/${trials}`)
  }
  t.same(wilson(0, 0), null, 'no trials, no share')
  t.equal(wilson(20, 20)?.upper, 1)
  t.throws(() => wilson(2, 1), { code: 'statistics.successes_invalid' })
  t.throws(() => wilson(-1, 1), { code: 'statistics.successes_invalid' })
})

t.test('the Wilson interval holds the share, lies within 0 and 1, and mirrors', async t => {
  const trials = fc.integer({ min: 1, max: 5000 })
  const counts = trials.chain(n => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n)))
  fc.assert(
    fc.property(counts, ([successes, n]) => {
      const { lower, upper } = wilson(successes, n) as { lower: number; upper: number }
      const mirror = wilson(n - successes, n) as { lower: number; upper: number }
      const share = successes / n
      return (
        0 <= lower && lower <= share && share <= upper && upper <= 1 && Math.abs(mirror.upper - (1 - lower)) < 1e-12
      )
    })
  )
  t.pass()
})

t.test('quantiles are those of type 7', async t => {
  t.equal(quantile([1, 2, 3, 4], 0.5), 2.5)
  t.equal(quantile([1, 2, 3, 4], 0.25), 1.75)
  t.equal(quantile([10, 20, 40], 0.9), 36)
  t.equal(quantile([5], 0.3), 5)
  t.equal(quantile([1, 9], 0), 1)
  t.equal(quantile([1, 9], 1), 9)
  t.equal(quantile([], 0.5), null)
  t.throws(() => quantile([1], 1.1), { code: 'statistics.share_invalid' })
})

t.test('binomial tails are those of counting', async t => {
  const choose = (n: number, k: number): number => (k === 0 ? 1 : (choose(n, k - 1) * (n - k + 1)) / k)
  for (const n of [1, 2, 7, 20]) {
    for (const p of [0.001, 0.025, 0.3, 0.5, 0.97]) {
      for (let k = 0; k <= n + 1; k++) {
        let tail = 0
        for (let i = k; i <= n; i++) tail += choose(n, i) * p ** i * (1 - p) ** (n - i)
        t.ok(Math.abs(binomialTail(k, n, p) - tail) < 1e-12, `${k} of ${n} at ${p}`)
      }
    }
  }
  t.equal(binomialTail(1, 5, 0), 0)
  t.equal(binomialTail(5, 5, 1), 1)
  // Summed in exact fractions.
  const relativeError = (found: number, exact: number) => Math.abs(found / exact - 1)
  t.ok(relativeError(binomialTail(1000, 10_000, 1 / 12), 2.4675942266050466e-9) < 1e-10)
  t.ok(relativeError(binomialTail(30, 500, 0.025), 1.3765797386865415e-5) < 1e-11)
  t.ok(binomialTail(1, 100_000, 0.9) === 1, 'far below the mean')
})

t.test('the nth smallest is found, with the smaller ones before it', async t => {
  const values = fc.array(fc.oneof(fc.integer({ min: 0, max: 5 }), fc.double({ noNaN: true })), { minLength: 1 })
  fc.assert(
    fc.property(values, fc.nat(), (list, n) => {
      const nth = (n % list.length) + 1
      const column = Float64Array.from(list)
      const found = nthSmallest(column, nth)
      const sorted = Float64Array.from(list).sort()
      return (
        found === sorted[nth - 1] &&
        column.subarray(0, nth).every(value => value <= found) &&
        column.subarray(nth).every(value => value >= found)
      )
    })
  )
  t.pass()
})
