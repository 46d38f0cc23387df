import fc from 'fast-check'
import t from 'tap'
import { pairFigures } from '../../src/domain/baskets.ts'

t.test('lift is how many times as often as by chance', async t => {
  t.same(pairFigures({ together: 30, first: 60, second: 100, baskets: 1_000 }), {
    lift: 5,
    support: 0.03,
    ofFirst: 0.5,
    ofSecond: 0.3
  })
  t.equal(pairFigures({ together: 6, first: 60, second: 100, baskets: 1_000 }).lift, 1, 'chance is 1')
  t.equal(pairFigures({ together: 0, first: 60, second: 100, baskets: 1_000 }).lift, 0)
})

t.test('counts that contradict one another are refused', async t => {
  for (const counts of [
    { together: 5, first: 4, second: 9, baskets: 10 },
    { together: 1, first: 4, second: 11, baskets: 10 },
    { together: -1, first: 4, second: 4, baskets: 10 },
    { together: 0, first: 0, second: 4, baskets: 10 },
    { together: 1, first: 8, second: 8, baskets: 10 }
  ]) {
    t.throws(() => pairFigures(counts), { code: 'baskets.counts_invalid' }, JSON.stringify(counts))
  }
})

t.test('lift does not ask which of the two comes first', async () => {
  const basket = fc.record({ a: fc.boolean(), b: fc.boolean() })
  fc.assert(
    fc.property(fc.array(basket, { minLength: 1, maxLength: 200 }), baskets => {
      const first = baskets.filter(({ a }) => a).length
      const second = baskets.filter(({ b }) => b).length
      const together = baskets.filter(({ a, b }) => a && b).length
      if (first === 0 || second === 0) return true
      const one = pairFigures({ together, first, second, baskets: baskets.length })
      const other = pairFigures({ together, first: second, second: first, baskets: baskets.length })
      const expected = (together * baskets.length) / (first * second)
      return (
        Math.abs(one.lift - expected) < 1e-9 && Math.abs(one.lift - other.lift) < 1e-9 && one.ofFirst === other.ofSecond
      )
    })
  )
})
