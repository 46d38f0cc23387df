import fc from 'fast-check'
import t from 'tap'
import { DEFAULT_POLICY } from '../../src/domain/classification-policy.ts'
import { demandChange, settledWeeks } from '../../src/domain/demand-change.ts'

const policy = DEFAULT_POLICY.habits
/** Mean 10 and a sample standard deviation of √(8/7): four weeks of 9 and four of 11. */
const baseline = [9, 11, 9, 11, 9, 11, 9, 11]
const deviation = Math.sqrt(8 / 7)
const weeksAt = (distance: number, count: number) => Array.from({ length: count }, () => 10 + distance * deviation)

t.test('the sum signals in the week in which it reaches the threshold', async t => {
  // 1.3 deviations a week, 0.8 of them beyond the slack: 0.8, 1.6, 2.4, 3.2, 4.0.
  const change = demandChange([...baseline, ...weeksAt(1.3, 5)], policy)
  t.match(change, { state: 'increased', baselineWeeks: 8, baselineMean: 10, changedFrom: 8 })
  t.ok(Math.abs((change.baselineDeviation ?? 0) - deviation) < 1e-12)
  // 0.8·5 is a hair more or less than 4 in doubles; a hair above the distance it is the fifth week for certain.
  t.equal(demandChange([...baseline, ...weeksAt(1.301, 5)], policy).detectedIn, 12)
  t.equal(demandChange([...baseline, ...weeksAt(1.299, 5)], policy).state, 'stable', 'a hair below it does not')
  t.match(demandChange([...baseline, ...weeksAt(-1.301, 5)], policy), { state: 'decreased', detectedIn: 12 })
})

t.test('a distance of the slack itself never adds up', async t => {
  t.equal(demandChange([...baseline, ...weeksAt(0.499, 8)], policy).state, 'stable')
})

t.test('the change began after the sum was last nothing', async t => {
  const units = [...baseline, 10, 10, 9, ...weeksAt(2.5, 2)]
  t.match(demandChange(units, policy), { state: 'increased', changedFrom: 11, detectedIn: 12 })
  t.equal(demandChange(units, policy).meanSince, 10 + 2.5 * deviation)
})

t.test('the baseline is the first half, and at least eight weeks', async t => {
  t.equal(demandChange([...baseline, 10], policy).baselineWeeks, 8)
  t.equal(demandChange([...baseline, ...baseline, ...baseline], policy).baselineWeeks, 12)
})

t.test('too few weeks, and weeks without spread, say so', async t => {
  t.match(demandChange([], policy), { state: 'baseline_short', baselineWeeks: 0, baselineMean: null })
  t.match(demandChange(baseline.slice(0, 7), policy), { state: 'baseline_short', baselineWeeks: 7 })
  t.match(demandChange(baseline, policy), { state: 'baseline_short' }, 'eight weeks leave none to look at')
  t.match(demandChange([...Array(8).fill(5), 50, 50], policy), { state: 'no_spread', baselineMean: 5 })
  t.match(demandChange(Array(20).fill(0), policy), { state: 'no_spread', baselineMean: 0 })
})

t.test('one week alone is no change of demand, however large', async t => {
  t.equal(demandChange([...baseline, 10, 5_000, 10, 10], policy).state, 'stable')
  t.equal(demandChange([...baseline, 10, 5_000, 5_000, 10], policy).state, 'increased', 'two in a row are')
})

t.test('a cancelled bulk order is undone where it was made', async t => {
  t.same(settledWeeks([10, 510, 10, 10, -490]), [10, 10, 10, 10, 10])
  t.same(
    settledWeeks([100, 1_000, 100, 100, -50, 100]),
    [100, 850, 100, 100, 100, 100],
    'the largest week gives it back'
  )
  t.same(settledWeeks([-5, 10, 10]), [0, 10, 10], 'what was sold before the first week is left out')
  t.same(settledWeeks([3, 4, -20, 5]), [0, 0, 0, 5], 'and what all weeks before cannot give')
  t.same(
    settledWeeks([10, 20, 20, -10]),
    [10, 20, 5, 5],
    'the latest of equal weeks gives, half of what both hold at most'
  )
})

t.test('a bulk order that is cancelled later trips nothing', async () => {
  const quiet = fc.array(fc.integer({ min: -1, max: 1 }), { minLength: 18, maxLength: 60 })
  fc.assert(
    fc.property(quiet, fc.nat(), fc.nat(), fc.integer({ min: 1, max: 1_000_000 }), (noise, one, other, bulk) => {
      const units = noise.map((spread, week) => 100 + 10 * (week % 2 === 0 ? 1 : -1) + spread)
      const [ordered = 0, cancelled = 0] = [one % units.length, other % units.length].sort((a, b) => a - b)
      units[ordered] = (units[ordered] ?? 0) + bulk
      units[cancelled] = (units[cancelled] ?? 0) - bulk
      return demandChange(units, policy).state === 'stable'
    }),
    { numRuns: 2_000 }
  )
})

t.test('settled weeks are never below nothing, and hold what was sold in all', async () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -1_000, max: 1_000 }), { maxLength: 40 }), units => {
      const settled = settledWeeks(units)
      const sum = (weeks: number[]) => weeks.reduce((a, b) => a + b, 0)
      // A prefix that came back to less than nothing was sold before the first week.
      let before = 0
      let running = 0
      for (const week of units) {
        running += week
        before = Math.min(before, running)
      }
      return settled.every(week => week >= 0) && Math.abs(sum(settled) - (sum(units) - before)) < 1e-6
    })
  )
})

t.test('the unit in which a product is counted changes nothing', async () => {
  const weeks = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 9, maxLength: 60 })
  fc.assert(
    // By a power of two, so that the doubles are the same but for their exponent.
    fc.property(weeks, fc.constantFrom(0.25, 0.5, 2, 4, 1024), (units, factor) => {
      const one = demandChange(units, policy)
      const other = demandChange(
        units.map(unit => unit * factor),
        policy
      )
      return one.state === other.state && one.detectedIn === other.detectedIn && one.changedFrom === other.changedFrom
    })
  )
})

t.test('weeks that come later change nothing that was detected, where the baseline stays', async () => {
  const weeks = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 9, maxLength: 16 })
  fc.assert(
    fc.property(weeks, units => {
      const now = demandChange(units.slice(0, -1), policy)
      const later = demandChange(units, policy)
      return now.detectedIn === null || (now.detectedIn === later.detectedIn && now.state === later.state)
    })
  )
})
