import fc from 'fast-check'
import t from 'tap'
import { isRegular, measureCadence } from '../../src/domain/cadence.ts'
import { DEFAULT_POLICY } from '../../src/domain/classification-policy.ts'
import { frequencyOf, medianOfCounts, sharesOfPositive } from '../../src/domain/habits.ts'
import { quantile } from '../../src/domain/statistics.ts'
import { encoded, paid } from '../support/receipt-days.ts'

const { habits, defection } = DEFAULT_POLICY
const frequency = (days: readonly number[]) => frequencyOf(days, defection.minGaps, habits)

t.test('how often somebody buys is the median gap of his purchase days', async t => {
  t.match(frequency([0, 7, 14, 21]), { gaps: 3, medianGapDays: 7, variation: 0, regular: true })
  t.match(frequency([0, 10, 12, 40]), { gaps: 3, medianGapDays: 10, regular: false })
  t.match(frequency([0, 10]), { gaps: 1, medianGapDays: 10, variation: null, regular: null })
  t.match(frequency([5]), { gaps: 0, medianGapDays: null, regular: null })
  t.match(frequency([]), { gaps: 0, medianGapDays: null, regular: null })
})

t.test('at the limit itself somebody is not regular', async t => {
  // Gaps of 4, 10 and 16: mean 10, deviation 6.
  t.match(frequency([0, 4, 14, 30]), { variation: 0.6, regular: false })
  t.match(frequency([0, 5, 15, 30]), { variation: 0.5, regular: true })
})

t.test('a report finds regular exactly whom a run finds regular', async () => {
  const steps = fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 20 })
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 4 }), (gaps, minGaps) => {
      const days = [19_000]
      for (const gap of gaps) days.push((days.at(-1) as number) + gap)
      const cadence = measureCadence(encoded(paid(...days)), 30_000, defection)
      const found = frequencyOf(days, minGaps, habits)
      return found.variation === cadence.variation && (found.regular ?? false) === isRegular(cadence, minGaps, habits)
    })
  )
})

t.test('neither the day one begins with nor the unit of time matters to regularity', async () => {
  const gaps = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 2, maxLength: 20 })
  const days = (steps: number[], from: number, factor: number) => {
    let day = from
    return [from, ...steps.map(step => (day += step * factor))]
  }
  fc.assert(
    fc.property(gaps, fc.integer({ min: 1, max: 20_000 }), (steps, from) => {
      const one = frequency(days(steps, 0, 1))
      const later = frequency(days(steps, from, 1))
      const longer = frequency(days(steps, 0, 2))
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
