import fc from 'fast-check'
import t from 'tap'
import { rankPositive } from '../../src/domain/ranking.ts'

t.test('largest first, equals in the order of rows, nothing that is not positive', async t => {
  t.same([...rankPositive(Float64Array.of(5, 0, 7, -3, 5, 2 ** 53 - 1))], [5, 2, 0, 4])
  t.equal(rankPositive(new Float64Array(0)).length, 0)
  t.equal(rankPositive(Float64Array.of(0, -1)).length, 0)
})

t.test('it orders as a comparison would, at every size of amount', async t => {
  const amount = fc.oneof(
    fc.integer({ min: -3, max: 6 }),
    fc.integer({ min: 2040, max: 2060 }),
    fc.maxSafeInteger(),
    fc.bigInt(2n ** 32n - 3n, 2n ** 33n + 3n).map(Number)
  )
  fc.assert(
    fc.property(fc.array(amount, { maxLength: 200 }), values => {
      const expected = [...values.keys()]
        .filter(row => (values[row] as number) > 0)
        .sort((a, b) => (values[b] as number) - (values[a] as number) || a - b)
      return rankPositive(Float64Array.from(values)).join() === expected.join()
    })
  )
  t.pass()
})

t.test('an amount that is no exact integer is refused', async t => {
  for (const amount of [0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
    t.throws(() => rankPositive(Float64Array.of(1, amount)), { code: 'abc.amount_not_exact' })
  }
})
