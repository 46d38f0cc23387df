import fc from 'fast-check'
import t from 'tap'
import {
  type Cadence,
  cadenceLimits,
  cadenceMeter,
  cadenceState,
  DEFECTION_STATES,
  isRegular,
  measureCadence
} from '../../src/domain/cadence.ts'
import { DEFAULT_POLICY } from '../../src/domain/classification-policy.ts'
import { gapCounter, NO_SEGMENT, type SegmentCadence } from '../../src/domain/gap-quantiles.ts'
import { NO_DAY } from '../../src/domain/period.ts'
import { quantile } from '../../src/domain/statistics.ts'
import { type Day, encoded, histories, inOneArray, paid, shifted } from '../support/receipt-days.ts'

const { defection: policy, habits } = DEFAULT_POLICY
const AS_OF = 20_000
const asOfDays = fc.integer({ min: 18_990, max: 20_200 })

const measured = (days: readonly Day[], asOfDay = AS_OF): Cadence => ({
  ...measureCadence(encoded(days), asOfDay, policy)
})

const segmentOf = (customers: readonly (readonly Day[])[], asOfDay = AS_OF): SegmentCadence => {
  const { days, offsets } = inOneArray(customers)
  const counter = gapCounter()
  for (let row = 0; row < customers.length; row++) {
    counter.add(days, offsets[row] as number, offsets[row + 1] as number, asOfDay)
  }
  return counter.segment(policy)
}

const stateOf = (cadence: Cadence, segment: SegmentCadence, asOfDay: number) =>
  DEFECTION_STATES[cadenceState(cadence, segment, policy, asOfDay)]

/** Gaps by definition: differences of the paid days before a day. */
const gapsOf = (days: readonly Day[], asOfDay: number): number[] => {
  const bought = days.filter(({ day, paid }) => paid && day < asOfDay).map(({ day }) => day)
  return bought.slice(1).map((day, i) => day - (bought[i] as number))
}

/** A month between purchases for half of the customers, two for nine of ten. */
const MONTHS: SegmentCadence = { gaps: 1000, due: 300_000, overdue: 600_000 }

t.test('gaps lie between distinct paid days, and goods given away or returned make none', async t => {
  const cadence = measured([...paid(19_900, 19_910), { day: 19_920, paid: false, net: -500 }, ...paid(19_930)])
  t.match(cadence, {
    purchaseDays: 3,
    firstDay: 19_900,
    lastDay: 19_930,
    gaps: 2,
    ownDue: 150_000,
    ownOverdue: 190_000
  })
  t.match(measured([]), { purchaseDays: 0, firstDay: NO_DAY, lastDay: NO_DAY, gaps: 0, variation: null })
  t.match(measured(paid(19_900)), { purchaseDays: 1, firstDay: 19_900, lastDay: 19_900, gaps: 0, variation: null })
})

t.test('two own gaps count twice and the segment four times', async t => {
  const cadence = measured(paid(19_900, 19_910, 19_930))
  // (2·15 + 4·30)/6 = 25, (2·19 + 4·60)/6 = 46.33, twice that is within the hiatus of 180.
  t.same(cadenceLimits(cadence, MONTHS, policy), { activeDays: 25, dueDays: 46, overdueDays: 180 })
  t.same(cadenceLimits(cadence, NO_SEGMENT, policy), { activeDays: 15, dueDays: 19, overdueDays: 180 }, 'alone')
})

t.test('each state holds up to its limit, and the next from the day after', async t => {
  const cadence = measured(paid(19_900, 19_910, 19_930))
  const states = [
    [1, 'active'],
    [25, 'active'],
    [26, 'due'],
    [46, 'due'],
    [47, 'overdue'],
    [180, 'overdue'],
    [181, 'lapsed']
  ] as const
  for (const [since, state] of states) t.equal(stateOf(cadence, MONTHS, 19_930 + since), state, `${since} days`)
})

t.test('who buys once a year is lapsed after twice his own quantile, not after the hiatus', async t => {
  const cadence = measured(paid(18_000, 18_365, 18_730, 19_095))
  // (3·365 + 4·60)/7 = 190.71, twice that is 381.43.
  t.same(cadenceLimits(cadence, MONTHS, policy), { activeDays: 173, dueDays: 190, overdueDays: 381 })
})

t.test('one gap is no rhythm', async t => {
  const cadence = measured(paid(19_000, 19_010))
  t.equal(stateOf(cadence, MONTHS, 30_000), 'unknown')
  t.equal(cadenceLimits(cadence, MONTHS, policy), null)
})

t.test('a rhythm is regular below a variation of 0.6, from two gaps on', async t => {
  const regular = (...days: number[]) => isRegular(measured(paid(...days)), policy.minGaps, habits)
  t.ok(regular(19_000, 19_030, 19_060))
  t.notOk(regular(19_000, 19_030), 'one gap')
  // Gaps of 4 and 10: mean 7, deviation √18 = 4.243, variation 0.606; of 5 and 10: 7.5, 3.536, 0.471.
  t.notOk(regular(19_000, 19_004, 19_014))
  t.ok(regular(19_000, 19_005, 19_015))
  const exact = { ...measured(paid(19_000, 19_030, 19_060)), variation: 0.6 }
  t.notOk(isRegular(exact, policy.minGaps, habits), 'exactly 0.6')
})

t.test('quantiles are those of type 7, own ones and those of a segment', async t => {
  fc.assert(
    fc.property(fc.array(histories(), { maxLength: 8 }), asOfDays, (customers, asOfDay) => {
      const close = (found: number, gaps: number[], share: number) =>
        Math.abs(
          found / 10_000 -
            (quantile(
              gaps.sort((a, b) => a - b),
              share
            ) ?? 0)
        ) < 1e-9
      const segment = segmentOf(customers, asOfDay)
      const all = customers.flatMap(days => gapsOf(days, asOfDay))
      const own = customers.every(days => {
        const gaps = gapsOf(days, asOfDay)
        const cadence = measured(days, asOfDay)
        if (cadence.gaps !== gaps.length) return false
        return gaps.length < 2 || (close(cadence.ownDue, gaps, 0.5) && close(cadence.ownOverdue, gaps, 0.9))
      })
      return own && segment.gaps === all.length && close(segment.due, all, 0.5) && close(segment.overdue, all, 0.9)
    })
  )
  t.pass()
})

t.test('the state is that of the definition in exact fractions', async t => {
  fc.assert(
    fc.property(histories(), fc.array(histories(), { maxLength: 5 }), asOfDays, (days, others, asOfDay) => {
      const segment = segmentOf(others, asOfDay)
      const cadence = measured(days, asOfDay)
      const k = BigInt(cadence.gaps)
      const w = segment.gaps === 0 ? 0n : 4n
      const since = BigInt(asOfDay - cadence.lastDay)
      // since ≤ q, with q = (k·own + w·segment)/((k + w)·10000)
      const within = (own: number, ofSegment: number, factor: bigint) =>
        since * (k + w) * 10_000n <= factor * (k * BigInt(own) + w * BigInt(ofSegment))
      const expected =
        k < 2n
          ? 'unknown'
          : within(cadence.ownDue, segment.due, 1n)
            ? 'active'
            : within(cadence.ownOverdue, segment.overdue, 1n)
              ? 'due'
              : within(cadence.ownOverdue, segment.overdue, 2n) || since <= 180n
                ? 'overdue'
                : 'lapsed'
      return stateOf(cadence, segment, asOfDay) === expected
    })
  )
  t.pass()
})

t.test('without a purchase the state only ever gets worse', async t => {
  fc.assert(
    fc.property(
      histories(),
      fc.integer({ min: 0, max: 500 }),
      fc.integer({ min: 0, max: 500 }),
      (days, sooner, more) => {
        const cadence = measured(days, 20_100)
        const at = (wait: number) => cadenceState(cadence, MONTHS, policy, 20_100 + wait)
        return at(sooner) <= at(sooner + more)
      }
    )
  )
  t.pass()
})

t.test('a purchase on the day before makes everybody active whose rhythm is known', async t => {
  fc.assert(
    fc.property(histories(), days => {
      const cadence = measured([...days, ...paid(20_200)], 20_201)
      return ['active', 'unknown'].includes(stateOf(cadence, MONTHS, 20_201) as string)
    })
  )
  t.pass()
})

t.test('what happens on the day of the question or later changes nothing', async t => {
  fc.assert(
    fc.property(histories(), asOfDays, (days, asOfDay) => {
      const past = days.filter(({ day }) => day < asOfDay)
      t.same(measured(days, asOfDay), measured(past, asOfDay))
      t.same(segmentOf([days], asOfDay), segmentOf([past], asOfDay))
    }),
    { numRuns: 30 }
  )
})

t.test('rhythms are the same some whole weeks later', async t => {
  fc.assert(
    fc.property(histories(), asOfDays, fc.integer({ min: -100, max: 100 }), (days, asOfDay, weeks) => {
      const now = measured(days, asOfDay)
      const later = measured(shifted(days, weeks), asOfDay + 7 * weeks)
      return (
        now.variation === later.variation &&
        now.ownDue === later.ownDue &&
        now.ownOverdue === later.ownOverdue &&
        stateOf(now, MONTHS, asOfDay) === stateOf(later, MONTHS, asOfDay + 7 * weeks)
      )
    })
  )
  t.pass()
})

t.test('variation is free of scale, and neither it nor the quantiles know the order of the gaps', async t => {
  const gaps = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 2, maxLength: 60 })
  const after = (list: readonly number[]) => {
    let day = 0
    return measured(paid(0, ...list.map(gap => (day += gap))), 10_000_000)
  }
  fc.assert(
    fc.property(gaps, fc.integer({ min: 2, max: 50 }), (list, factor) => {
      const cadence = after(list)
      const mirrored = after([...list].reverse())
      const scaled = after(list.map(gap => gap * factor))
      return (
        mirrored.variation === cadence.variation &&
        mirrored.ownDue === cadence.ownDue &&
        mirrored.ownOverdue === cadence.ownOverdue &&
        scaled.variation === cadence.variation &&
        scaled.ownDue === factor * cadence.ownDue
      )
    })
  )
  t.pass()
})

t.test('a million customers in one array are measured as each alone, in any order', async t => {
  fc.assert(
    fc.property(fc.array(histories(60), { maxLength: 10 }), asOfDays, (customers, asOfDay) => {
      const { days, offsets } = inOneArray(customers)
      const measure = cadenceMeter(policy)
      const found = customers.map((_, row) => ({
        ...measure(days, offsets[row] as number, offsets[row + 1] as number, asOfDay)
      }))
      t.same(
        found,
        customers.map(customer => measured(customer, asOfDay))
      )
      t.same(segmentOf(customers, asOfDay), segmentOf([...customers].reverse(), asOfDay))
    }),
    { numRuns: 30 }
  )
})

t.test('the longest gap that a calendar allows is counted', async t => {
  const centuries = segmentOf([paid(-700_000, 2_900_000)], 2_932_000)
  t.same(centuries, { gaps: 1, due: 36_000_000_000, overdue: 36_000_000_000 })
})
