import fc from 'fast-check'
import t from 'tap'
import { DEFAULT_POLICY } from '../../src/domain/classification-policy.ts'
import { frequencyOf, medianOfCounts, sharesOfPositive } from '../../src/domain/habits.ts'
import { quantile } from '../../src/domain/statistics.ts'

const policy = DEFAULT_POLICY.habits

t.test('how often somebody buys is the median gap of his purchase days', async t => {
  t.match(frequencyOf([0, 7, 14, 21], policy), { gaps: 3, medianGapDays: 7, variation: 0, regular: true })
  t.match(frequencyOf([0, 10, 12, 40], policy), { gaps: 3, medianGapDays: 10, regular: false })
  t.match(frequencyOf([0, 10], policy), { gaps: 1, medianGapDays: 10, variation: null, regular: null })
  t.match(frequencyOf([5], policy), { gaps: 0, medianGapDays: null, regular: null })
  t.match(frequencyOf([], policy), { gaps: 0, medianGapDays: null, regular: null })
})

t.test('at the limit itself somebody is not regular', async t => {
  // Gaps of 4 and 16: mean 10, deviation 6.
  t.match(frequencyOf([0, 4, 20], policy), { variation: 0.6, regular: false })
  t.match(frequencyOf([0, 5, 20], policy), { variation: 0.5, regular: true })
})

t.test('neither the day one begins with nor the unit of time matters to regularity', async () => {
  const gaps = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 2, maxLength: 20 })
  const days = (steps: number[], from: number, factor: number) => {
    let day = from
    return [from, ...steps.map(step => (day += step * factor))]
  }
  fc.assert(
    fc.property(gaps, fc.integer({ min: 1, max: 20_000 }), (steps, from) => {
      const one = frequencyOf(days(steps, 0, 1), policy)
      const later = frequencyOf(days(steps, from, 1), policy)
      const longer = frequencyOf(days(steps, 0, 2), policy)
      return one.regular === later.regular && one.regular === longer.regular && one.variation === later.variation
    })
  )
})

t.test('the median of counted numbers is that of the numbers', async () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 60 }), values => {
      const counted = [...new Set(values)].map(value => ({ value, count: values.filter(one => one === value).length }))
      return (
        medianOfCounts(counted) ===
        quantile(
          [...values].sort((a, b) => a - b),
          0.5
        )
      )
    })
  )
})

t.test('shares are of what is positive', async t => {
  t.same(sharesOfPositive([30, 10, -5]), [0.75, 0.25, 0])
  t.same(sharesOfPositive([0, -5]), [null, null])
  t.same(sharesOfPositive([]), [])
})
