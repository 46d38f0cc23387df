import fc from 'fast-check'
import t from 'tap'
import { DEFECTION_STATES, type DefectionState } from '../../src/domain/cadence.ts'
import { DEFAULT_POLICY } from '../../src/domain/classification-policy.ts'
import { allInWords } from '../../src/domain/reason-texts.ts'
import {
  type ComplaintState,
  countQuarters,
  decideTrust,
  type SatisfactionAnswer,
  TRUST_LEVELS,
  type TrustFacts
} from '../../src/domain/trust.ts'
import { explainTrust } from '../../src/domain/trust-explanation.ts'
import { type Day, encoded, histories, paid, shifted } from '../support/receipt-days.ts'

const { trust: policy } = DEFAULT_POLICY
const AS_OF = 20_000

type Changes = Partial<Omit<TrustFacts, 'defectionState'>> & { state?: DefectionState }

/** Nothing known beyond two purchases, unless told otherwise. */
const facts = ({ state = 'active', ...rest }: Changes = {}): TrustFacts => ({
  sales: 2,
  returns: 0,
  quality: null,
  answers: null,
  complaints: null,
  referralBought: null,
  tenureDays: 0,
  purchaseDays: 2,
  quarters: 1,
  defectionState: DEFECTION_STATES.indexOf(state),
  ...rest
})
const level = (changes: Changes, asOfDay = AS_OF) => TRUST_LEVELS[decideTrust(facts(changes), policy, asOfDay)]
const sentences = (grounds: Parameters<typeof allInWords>[0]) => allInWords(grounds, 'en').map(({ text }) => text)

const answers = (...ratings: number[]): SatisfactionAnswer[] =>
  ratings.map((rating, i) => ({ day: AS_OF - 300 + 100 * i, rating }))
const complaint = (changes: Partial<ComplaintState> = {}): ComplaintState => ({
  day: AS_OF - 10,
  open: false,
  pastDeadline: false,
  recovered: true,
  ...changes
})
const CONTENT: Changes = { answers: answers(4, 5, 4) }
const TRUSTING: Changes = { ...CONTENT, sales: 4, tenureDays: 365, purchaseDays: 4, quarters: 3 }

const anyFacts: fc.Arbitrary<TrustFacts> = fc.record({
  sales: fc.integer({ min: 0, max: 6 }),
  returns: fc.integer({ min: 0, max: 3 }),
  quality: fc.option(fc.double({ min: 1, max: 5, noNaN: true })),
  answers: fc.option(
    fc.array(
      fc.record({ day: fc.integer({ min: AS_OF - 400, max: AS_OF + 20 }), rating: fc.integer({ min: 1, max: 5 }) }),
      { maxLength: 6 }
    )
  ),
  complaints: fc.option(
    fc.array(
      fc.record({
        day: fc.integer({ min: AS_OF - 50, max: AS_OF + 20 }),
        open: fc.boolean(),
        pastDeadline: fc.boolean(),
        recovered: fc.boolean()
      }),
      { maxLength: 3 }
    )
  ),
  referralBought: fc.option(fc.boolean()),
  tenureDays: fc.integer({ min: 0, max: 800 }),
  purchaseDays: fc.integer({ min: 0, max: 6 }),
  quarters: fc.integer({ min: 0, max: 5 }),
  defectionState: fc.integer({ min: 0, max: 4 })
})

t.test('the ladder is climbed rung by rung', async t => {
  t.equal(level({}), 'cognitive')
  t.equal(level(CONTENT), 'affective')
  t.equal(level(TRUSTING), 'behavioral')
  t.equal(level({ ...TRUSTING, answers: null }), 'cognitive', 'loyal behaviour without the rung below')
})

t.test('cognitive: two purchases, and either well rated or few returns without an open complaint', async t => {
  t.equal(level({ sales: 1 }), 'insufficient')
  t.equal(level({ sales: 0 }), 'insufficient')
  t.equal(level({ sales: 10, returns: 1 }), 'cognitive', 'exactly 10 %')
  t.equal(level({ sales: 10, returns: 2 }), 'none')
  t.equal(level({ sales: 10, returns: 2, quality: 4 }), 'cognitive')
  t.equal(level({ sales: 10, returns: 2, quality: 3.99 }), 'none')
  t.equal(level({ complaints: [complaint({ open: true, recovered: false })] }), 'none')
  t.equal(level({ quality: 4, complaints: [complaint({ open: true, recovered: false })] }), 'cognitive')
})

t.test(
  'affective: three answers over 180 days, 4 of 5 on average, none below 3, every complaint made good',
  async t => {
    t.equal(level({ answers: answers(4, 4) }), 'cognitive', 'too few')
    t.equal(level({ answers: answers(5, 3, 4) }), 'affective')
    t.equal(level({ answers: answers(5, 3, 3) }), 'cognitive', '3.67')
    t.equal(level({ answers: answers(5, 2, 5) }), 'cognitive', 'one is low')
    const within = (span: number) => [0, 90, span].map(after => ({ day: AS_OF - 200 + after, rating: 4 }))
    t.equal(level({ answers: within(180) }), 'affective')
    t.equal(level({ answers: within(179) }), 'cognitive')
    t.equal(level({ ...CONTENT, complaints: [complaint()] }), 'affective', 'recovery restores')
    t.equal(level({ ...CONTENT, complaints: [complaint({ recovered: false })] }), 'cognitive')
  }
)

t.test('behavioral: a year, four days, three quarters', async t => {
  for (const lacking of [{ tenureDays: 364 }, { purchaseDays: 3 }, { quarters: 2 }]) {
    t.equal(level({ ...TRUSTING, ...lacking }), 'affective', JSON.stringify(lacking))
  }
})

t.test('each kind of trigger takes one level, and none goes below none', async t => {
  t.equal(level({ ...TRUSTING, state: 'overdue' }), 'affective')
  t.equal(level({ ...TRUSTING, state: 'lapsed' }), 'affective')
  t.equal(level({ ...TRUSTING, state: 'due' }), 'behavioral')
  t.equal(level({ ...TRUSTING, state: 'unknown' }), 'behavioral')
  t.equal(level({ ...CONTENT, state: 'overdue' }), 'cognitive')
  t.equal(level({ state: 'overdue' }), 'none')
  const late = complaint({ open: true, pastDeadline: true, recovered: false })
  t.equal(level({ quality: 5, complaints: [late, late] }), 'none', 'two complaints are one kind')
  t.equal(level({ quality: 5, complaints: [late], state: 'overdue' }), 'none')
  t.equal(level({ answers: answers(5, 5, 2) }), 'cognitive', 'one low answer is no row')
  t.equal(level({ answers: answers(5, 2, 2) }), 'none')
  t.equal(level({ answers: answers(2, 2, 5) }), 'cognitive', 'a row that has ended')
})

t.test('being overdue is one trigger and is not counted twice: all the rest still makes it affective', async t => {
  // Behavioral asks for being on time, too; to fail that rung and to lose a level by the same thing would cost two.
  t.equal(level({ ...TRUSTING, state: 'overdue' }), 'affective')
})

t.test('whoever brought somebody who bought is not held to come himself', async t => {
  t.equal(level({ ...TRUSTING, state: 'overdue', referralBought: true }), 'behavioral')
  t.equal(level({ ...TRUSTING, state: 'overdue', referralBought: false }), 'affective')
})

t.test('what is unknown never counts against him', async t => {
  const height = (one: TrustFacts) => {
    const name = TRUST_LEVELS[decideTrust(one, policy, AS_OF)] as string
    return ['none', 'insufficient', 'cognitive', 'affective', 'behavioral'].indexOf(name)
  }
  fc.assert(
    fc.property(anyFacts, one => {
      const badComplaints = one.complaints?.filter(({ recovered }) => !recovered) ?? null
      return height({ ...one, complaints: null }) >= height({ ...one, complaints: badComplaints })
    })
  )
  t.pass()
})

t.test('the figures of answers and complaints do not know their order', async t => {
  fc.assert(
    fc.property(anyFacts, one => {
      const mirrored = {
        ...one,
        answers: one.answers && [...one.answers].reverse(),
        complaints: one.complaints && [...one.complaints].reverse()
      }
      return decideTrust(one, policy, AS_OF) === decideTrust(mirrored, policy, AS_OF)
    })
  )
  t.pass()
})

t.test('answers and complaints of the day of the question or later change nothing', async t => {
  fc.assert(
    fc.property(anyFacts, one => {
      const past = {
        ...one,
        answers: one.answers?.filter(({ day }) => day < AS_OF) ?? null,
        complaints: one.complaints?.filter(({ day }) => day < AS_OF) ?? null
      }
      t.same(explainTrust(past, policy, AS_OF), explainTrust(one, policy, AS_OF))
    }),
    { numRuns: 50 }
  )
})

t.test('better answers, a longer history and fewer returns never lower trust', async t => {
  const height = (one: TrustFacts) => {
    const name = TRUST_LEVELS[decideTrust(one, policy, AS_OF)] as string
    return ['none', 'cognitive', 'affective', 'behavioral'].indexOf(name)
  }
  fc.assert(
    fc.property(anyFacts, one => {
      if (one.sales < 2) return true
      const better = [
        { ...one, answers: one.answers?.map(({ day, rating }) => ({ day, rating: Math.min(rating + 1, 5) })) ?? null },
        { ...one, tenureDays: one.tenureDays + 100, purchaseDays: one.purchaseDays + 1, quarters: one.quarters + 1 },
        { ...one, returns: Math.max(one.returns - 1, 0) },
        { ...one, defectionState: 0 },
        { ...one, referralBought: true }
      ]
      return better.every(other => height(other) >= height(one))
    })
  )
  t.pass()
})

t.test('quarters are of 13 weeks from the first purchase day on', async t => {
  const count = (days: readonly Day[], asOfDay = AS_OF) => countQuarters(encoded(days), 0, days.length, asOfDay)
  t.equal(count([]), 0)
  t.equal(count(paid(19_000, 19_090)), 1)
  t.equal(count(paid(19_000, 19_091)), 2)
  t.equal(count(paid(19_000, 19_400)), 2, 'empty quarters between do not count')
  t.equal(count([{ day: 18_000, paid: false, net: 0 }, ...paid(19_000, 19_090)]), 1)
  t.equal(count(paid(19_000, 19_091), 19_091), 1, 'not the day itself')
  fc.assert(
    fc.property(histories(), fc.integer({ min: -100, max: 100 }), fc.nat(200), (days, weeks, later) => {
      const now = count(days, 19_500)
      return count(shifted(days, weeks), 19_500 + 7 * weeks) === now && count(days, 19_500 + later) >= now
    })
  )
})

t.test('the explanation lists evidence, what is missing to the next rung, and what took a level away', async t => {
  const content = explainTrust(facts({ ...CONTENT, sales: 20, returns: 1, quality: 4.5 }), policy, AS_OF)
  t.equal(content.level, 'affective')
  t.same(sentences(content.reasons), [
    'Bought 20 times.',
    'Rates what he got 4.50 of 5; 4.00 or more is good.',
    '1 return for 20 purchases (5.00 %, at most 10.00 %).',
    'Satisfied 4.33 of 5 in 3 answers over 200 days; 4.00 or more is high.'
  ])
  t.same(sentences(content.missing), [
    'A customer for 0 days, on 2 purchase days in 1 quarter; 365 days, 4 purchase days and 3 quarters are needed.'
  ])
  t.same(content.changes, [])

  const fallen = explainTrust(facts({ ...TRUSTING, state: 'overdue' }), policy, AS_OF)
  t.match(sentences(fallen.reasons).slice(-2), [
    'A customer for 365 days, who bought on 4 days in 3 quarters.',
    'Is overdue by his own rhythm: one level less.'
  ])
  t.same(sentences(fallen.changes), ['Mending this gives back 1 level at most.'])

  const stranger = explainTrust(facts({ sales: 1, state: 'unknown' }), policy, AS_OF)
  t.same([stranger.level, stranger.reasons], ['insufficient', []])
  t.same(sentences(stranger.missing), ['Bought 1 of 2 times that trust can be judged by.'])

  const asked = explainTrust(facts(), policy, AS_OF)
  t.same(sentences(asked.missing), ['0 answers about satisfaction over 0 days; 3 over 180 days are needed.'])
  const low = explainTrust(
    facts({ answers: answers(5, 2, 5), complaints: [complaint({ recovered: false })] }),
    policy,
    AS_OF
  )
  t.match(sentences(low.reasons).slice(-2), [
    'Answered as low as 2 once; below 3 stands against it.',
    '1 complaint not made good.'
  ])
  const failed = explainTrust(
    facts({ sales: 4, returns: 2, quality: 2, complaints: [complaint({ open: true, recovered: false })] }),
    policy,
    AS_OF
  )
  t.same(
    failed.reasons.map(({ code }) => code),
    ['trust.purchases', 'trust.quality_low', 'trust.many_returns', 'trust.open_complaint']
  )
  const referred = explainTrust(facts({ ...TRUSTING, state: 'lapsed', referralBought: true }), policy, AS_OF)
  t.same([referred.level, referred.reasons.at(-1)?.code, referred.missing], ['behavioral', 'trust.referral', []])
})
