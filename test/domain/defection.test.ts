import fc from 'fast-check'
import t from 'tap'
import { DEFECTION_STATES, isOverdue, measureCadence } from '../../src/domain/cadence.ts'
import { DEFAULT_POLICY } from '../../src/domain/classification-policy.ts'
import {
  BY_CADENCE,
  BY_HIATUS,
  BY_NOTHING,
  DEFECTION_BASES,
  defectionBasis,
  defectionState,
  explainDefection,
  isHiatus,
  stateByRhythm
} from '../../src/domain/defection.ts'
import { NO_SEGMENT, type SegmentCadence } from '../../src/domain/gap-quantiles.ts'
import {
  missingSpendMinor,
  PARTIAL_DEFECTION,
  partialDefection,
  type Spend,
  spendOf,
  usualSpendMinor
} from '../../src/domain/partial-defection.ts'
import { dayNumber, dayText, NO_DAY } from '../../src/domain/period.ts'
import { allInWords } from '../../src/domain/reason-texts.ts'
import { type Day, encoded, histories, paid, shifted } from '../support/receipt-days.ts'

const { defection: policy } = DEFAULT_POLICY
const MONTHS: SegmentCadence = { gaps: 1000, due: 300_000, overdue: 600_000 }

const spent = (days: readonly Day[], asOfDay: number): Spend => {
  const cadence = measureCadence(encoded(days), asOfDay, policy)
  const nets = days.map(({ net }) => net)
  return spendOf(encoded(days), nets, 0, days.length, cadence.firstDay, asOfDay, policy)
}
const partialOf = (spend: Spend) => PARTIAL_DEFECTION[partialDefection(spend, policy)]
const explained = (days: readonly Day[], asOfDay: number, segment = MONTHS) =>
  explainDefection(
    measureCadence(encoded(days), asOfDay, policy),
    segment,
    spent(days, asOfDay),
    asOfDay,
    'EUR',
    policy
  )
const sentences = (grounds: Parameters<typeof allInWords>[0]) => allInWords(grounds, 'en').map(({ text }) => text)

/** A year of ten purchase days or more, so that recent days can be compared with it. */
const spend = (recentMinor: number, baseMinor: number, baseDays = 365, purchaseDays = 12): Spend => ({
  recentMinor,
  baseMinor,
  baseDays,
  purchaseDays
})

t.test('nothing for more than 180 days is a hiatus, and who never bought is not in one', async t => {
  t.notOk(isHiatus(19_000, 19_180, policy))
  t.ok(isHiatus(19_000, 19_181, policy))
  t.notOk(isHiatus(NO_DAY, 19_181, policy))
})

/** State and basis of a history. */
const found = (days: readonly Day[], asOfDay: number) => {
  const cadence = measureCadence(encoded(days), asOfDay, policy)
  return [
    DEFECTION_STATES[defectionState(cadence, MONTHS, asOfDay, policy)],
    DEFECTION_BASES[defectionBasis(cadence, asOfDay, policy)]
  ]
}

t.test('of who has no rhythm the hiatus tells: unknown up to its last day, lapsed from the next one on', async t => {
  for (const days of [paid(19_000), paid(18_400, 19_000), paid(18_999, 19_000)]) {
    t.same(found(days, 19_180), ['unknown', 'none'])
    t.same(found(days, 19_181), ['lapsed', 'hiatus'])
  }
  t.same(found([], 19_181), ['unknown', 'none'], 'who never bought is not leaving')
  t.same(found([{ day: 19_000, paid: false, net: -500 }], 19_400), ['unknown', 'none'], 'a return is no purchase')
  t.same(found(paid(18_990, 18_995, 19_000), 19_100), ['overdue', 'cadence'], 'two gaps are a rhythm')
  t.same(found(paid(18_990, 18_995, 19_000), 19_181), ['lapsed', 'cadence'])
})

t.test(
  'the basis is the rhythm exactly where there are gaps enough, and waiting never takes anybody off the list',
  async t => {
    fc.assert(
      fc.property(
        histories(5),
        fc.integer({ min: 20_100, max: 20_600 }),
        fc.integer({ min: 0, max: 400 }),
        (days, at, more) => {
          const cadence = measureCadence(encoded(days), at, policy)
          const basis = defectionBasis(cadence, at, policy)
          const state = defectionState(cadence, MONTHS, at, policy)
          const later = defectionState(cadence, MONTHS, at + more, policy)
          return (
            (basis === BY_CADENCE) === cadence.gaps >= policy.minGaps &&
            (basis === BY_NOTHING) === (DEFECTION_STATES[state] === 'unknown') &&
            (basis !== BY_HIATUS || DEFECTION_STATES[state] === 'lapsed') &&
            (DEFECTION_STATES[state] !== 'lapsed' || DEFECTION_STATES[later] === 'lapsed')
          )
        }
      )
    )
    t.pass()
  }
)

t.test('a lapse by the hiatus alone is no broken habit: by his rhythm the state stays unknown', async t => {
  const [lapsed, unknown] = ['lapsed' as const, 'unknown' as const].map(state => DEFECTION_STATES.indexOf(state))
  t.equal(stateByRhythm(lapsed as number, BY_HIATUS), unknown)
  t.equal(stateByRhythm(lapsed as number, BY_CADENCE), lapsed)
  t.equal(stateByRhythm(unknown as number, BY_NOTHING), unknown)
})

t.test('late by his own rhythm is who is overdue or lapsed', async t => {
  t.same(
    DEFECTION_STATES.map((_, code) => isOverdue(code)),
    [false, false, true, true, false]
  )
})

t.test('recent spend is compared with the own rate of a year, and exactly half of it is enough', async t => {
  // 730.00 in 365 days are 180.00 in 90.
  t.equal(partialOf(spend(9_000, 73_000)), 'no')
  t.equal(partialOf(spend(8_999, 73_000)), 'yes')
  t.equal(usualSpendMinor(spend(0, 73_000), policy), 18_000)
  t.equal(partialOf(spend(-500, 73_000)), 'yes', 'returns alone')
  const huge = 9_007_199_254_740_000
  t.equal(partialOf(spend(huge / 8, huge)), 'no', 'exact beyond safe products')
})

t.test('a base of nothing, or less than nothing, compares with nothing', async t => {
  t.equal(partialOf(spend(0, 0)), 'unknown')
  t.equal(partialOf(spend(0, -100)), 'unknown')
  t.equal(partialOf(spend(0, 1)), 'yes')
})

t.test('a customer of less than a year is compared with his own days, from twice the recent days on', async t => {
  t.equal(partialOf(spend(4_999, 20_000, 180)), 'yes')
  t.equal(partialOf(spend(5_000, 20_000, 180)), 'no', '200.00 in 180 days are 100.00 in 90')
  t.equal(partialOf(spend(0, 20_000, 179)), 'unknown')
})

t.test('who used to come less than once in the recent days may well spend nothing in them', async t => {
  t.equal(partialOf(spend(0, 73_000, 365, 5)), 'yes', '5 · 90 ≥ 365')
  t.equal(partialOf(spend(0, 73_000, 365, 4)), 'unknown', '4 · 90 < 365')
  t.equal(partialOf(spend(0, 20_000, 180, 2)), 'yes')
})

t.test('spend counts days up to the day before, from the first purchase day on, and 365 at most', async t => {
  const days = [
    { day: 19_000, paid: false, net: -900 },
    ...paid(19_010, 19_400, 19_500),
    { day: 19_550, paid: false, net: -300 },
    ...paid(19_600)
  ]
  t.same(spent(days, 19_600), { recentMinor: -300, baseMinor: 1_700, baseDays: 365, purchaseDays: 2 })
  t.same(spent(days, 19_601), { recentMinor: 700, baseMinor: 2_700, baseDays: 365, purchaseDays: 3 })
  t.same(spent(days, 19_210), { recentMinor: 0, baseMinor: 1_000, baseDays: 200, purchaseDays: 1 })
  t.same(spent([], 19_600), { recentMinor: 0, baseMinor: 0, baseDays: 0, purchaseDays: 0 })
})

t.test('more recent spend never makes a customer partial', async t => {
  const amounts = fc.integer({ min: -100_000, max: 10_000_000 })
  fc.assert(
    fc.property(amounts, amounts, fc.integer({ min: 0, max: 1_000_000 }), (recent, before, more) => {
      const first = partialOf(spend(recent, recent + before))
      const second = partialOf(spend(recent + more, recent + more + before))
      return first !== 'no' || second === 'no'
    })
  )
  t.pass()
})

t.test('spend ten times, or in another currency, is judged the same', async t => {
  const amounts = fc.integer({ min: -1_000_000, max: 1_000_000 })
  const spends = fc.record({
    recentMinor: amounts,
    baseMinor: amounts,
    baseDays: fc.integer({ min: 0, max: 365 }),
    purchaseDays: fc.integer({ min: 1, max: 40 })
  })
  fc.assert(
    fc.property(spends, fc.integer({ min: 2, max: 10_000_000_000 }), (one, factor) => {
      const scaled = { ...one, recentMinor: one.recentMinor * factor, baseMinor: one.baseMinor * factor }
      return !Number.isSafeInteger(scaled.baseMinor) || partialOf(one) === partialOf(scaled)
    })
  )
  t.pass()
})

t.test('what was missing is exactly enough', async t => {
  const amounts = fc.integer({ min: 0, max: 1_000_000 })
  fc.assert(
    fc.property(amounts, amounts, fc.integer({ min: 180, max: 365 }), (recent, before, baseDays) => {
      const one = spend(recent, recent + before, baseDays, 40)
      if (partialOf(one) !== 'yes') return true
      const missing = missingSpendMinor(one, policy)
      const after = (more: number) => partialOf(spend(recent + more, recent + before + more, baseDays, 40))
      return after(missing) === 'no' && after(missing - 1) === 'yes'
    })
  )
  t.pass()
})

t.test('an active customer is told the day before which one more purchase keeps him active', async t => {
  const last = dayNumber('2026-11-19')
  const found = explained(paid(last - 30, last - 20, last), last + 10)
  t.match(found, { state: 'active', sinceDays: 10, limits: { activeDays: 25, dueDays: 46, overdueDays: 180 } })
  t.same(found.nextChange, { on: '2026-12-15', state: 'due' })
  t.same(sentences(found.changes), ['One more purchase day before 2026-12-15 keeps him active.'])
  t.same(sentences(found.reasons), [
    'Last bought 10 days ago; usually buys again within 25 days.',
    'His own 2 gaps between purchases: half within 15 days, nearly all within 19; all customers (30 and 60 days) count as 4 gaps more.'
  ])
  t.equal(found.partial, 'unknown')
})

t.test('a due, an overdue and a lapsed customer are told what follows, and what brings them back', async t => {
  const days = paid(19_900, 19_910, 19_930)
  t.match(explained(days, 19_970), { state: 'due', nextChange: { on: '2024-09-11', state: 'overdue' } })
  t.equal(dayNumber('2024-09-11'), 19_930 + 47)
  t.same(sentences(explained(days, 19_970).changes), [
    'One more purchase day before 2024-09-11 makes him active again; without one he is overdue then.'
  ])
  t.match(explained(days, 20_000), { state: 'overdue', hiatus: false, nextChange: { state: 'lapsed' } })
  const lapsed = explained(days, 20_200)
  t.match(lapsed, { state: 'lapsed', hiatus: true, nextChange: null })
  t.same(sentences(lapsed.changes), ['One more purchase day makes him active again.'])
  t.match(sentences(lapsed.reasons), [
    'Last bought 270 days ago; lapsed after 180 days.',
    /^His own/,
    'No purchase for 270 days, more than 180.'
  ])
})

t.test('the day told is the first on which the state is another one', async t => {
  fc.assert(
    fc.property(histories(), fc.constantFrom(MONTHS, NO_SEGMENT), fc.integer({ min: 20_000, max: 20_300 }), (...at) => {
      const [days, segment, asOfDay] = at
      const found = explained(days, asOfDay, segment)
      if (found.nextChange === null) return found.state === 'lapsed' || found.sinceDays === null
      const known = days.filter(({ day }) => day < asOfDay)
      const on = dayNumber(found.nextChange.on)
      return (
        on > asOfDay &&
        explained(known, on, segment).state === found.nextChange.state &&
        found.nextChange.state !== found.state &&
        explained(known, on - 1, segment).state === found.state &&
        ['active', 'unknown'].includes(explained([...known, ...paid(Math.max(on - 1, asOfDay))], on, segment).state)
      )
    })
  )
  t.pass()
})

t.test('who has no rhythm yet is told how many purchase days show one', async t => {
  const found = explained(paid(19_900), 19_910)
  t.match(found, { state: 'unknown', basis: 'none', limits: null, sinceDays: 10 })
  t.same(found.nextChange, { on: dayText(19_900 + 181), state: 'lapsed' })
  t.same(sentences(found.missing), [
    '1 purchase day; a rhythm needs 3.',
    'Too short, too rare or too little a history to compare 90 days with.'
  ])
  t.same(sentences(found.changes), [
    '2 more purchase days show his rhythm.',
    'Without a purchase before 2024-12-24 he is lapsed then: more than 180 days without one.'
  ])
  t.match(explained([], 19_910), { sinceDays: null, nextChange: null, basis: 'none' })
  t.same(sentences(explained([], 19_910).changes), ['3 more purchase days show his rhythm.'])
})

t.test('who is lapsed by the hiatus is told so, and what ends it', async t => {
  const once = explained(paid(19_700), 19_900)
  t.match(once, { state: 'lapsed', basis: 'hiatus', hiatus: true, limits: null, nextChange: null })
  t.same(sentences(once.reasons), ['No purchase for 200 days, more than 180.'])
  t.match(sentences(once.missing), ['1 purchase day; a rhythm needs 3.'])
  t.same(sentences(once.changes), ['One more purchase day ends the hiatus; 2 of them show his rhythm.'])
  const twice = paid(19_600, 19_700)
  t.same(sentences(explained(twice, 19_900).changes), ['One more purchase day makes him active again.'])
  t.match(explained([...twice, ...paid(19_900)], 19_901), { state: 'active', basis: 'cadence' })
})

t.test('a partial customer is told what he spent, what he used to, and what was missing', async t => {
  const days = [...paid(...[...Array(12).keys()].map(i => 19_600 + 25 * i)), { day: 19_920, paid: true, net: 100 }]
  const found = explained(days, 19_970)
  t.equal(found.partial, 'yes')
  t.match(sentences(found.reasons), [
    /^Last bought 50 days ago/,
    /^His own 12 gaps/,
    'Spent 1.00 in the last 90 days, less than 50.00 % of the usual 27.37.'
  ])
  t.match(sentences(found.changes).at(-1), /^\d+\.\d\d more in the same days would have been enough\.$/)
})

t.test('neither the future nor whole weeks change anything', async t => {
  const asOfDays = fc.integer({ min: 18_990, max: 20_200 })
  fc.assert(
    fc.property(histories(), asOfDays, fc.integer({ min: -60, max: 60 }), (days, asOfDay, weeks) => {
      const found = explained(days, asOfDay)
      t.same(
        explained(
          days.filter(({ day }) => day < asOfDay),
          asOfDay
        ),
        found
      )
      const later = explained(shifted(days, weeks), asOfDay + 7 * weeks)
      t.same(
        [later.state, later.partial, later.hiatus, later.limits],
        [found.state, found.partial, found.hiatus, found.limits]
      )
    }),
    { numRuns: 40 }
  )
})
