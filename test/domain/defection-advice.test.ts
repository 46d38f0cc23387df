import fc from 'fast-check'
import t from 'tap'
import { DEFECTION_STATES, type DefectionState } from '../../src/domain/cadence.ts'
import { DEFAULT_POLICY } from '../../src/domain/classification-policy.ts'
import {
  type AtRiskFacts,
  adviseOn,
  DEFECTION_CAUSES,
  expectedOf,
  explainAdvice,
  isAtRisk,
  likelyCause,
  notPursued,
  RECOMMENDATIONS,
  riskOf
} from '../../src/domain/defection-advice.ts'
import { PARTIAL_DEFECTION, type PartialDefection } from '../../src/domain/partial-defection.ts'
import { allInWords } from '../../src/domain/reason-texts.ts'

const { loyalty, defection: policy } = DEFAULT_POLICY

type Changes = Partial<Omit<AtRiskFacts, 'state' | 'partial'>> & { state?: DefectionState; partial?: PartialDefection }

/** Overdue, worth 100.00, nothing else known. */
const facts = ({ state = 'overdue', partial = 'unknown', ...rest }: Changes = {}): AtRiskFacts => ({
  state: DEFECTION_STATES.indexOf(state),
  partial: PARTIAL_DEFECTION.indexOf(partial),
  openComplaint: null,
  badlyClosedComplaint: null,
  favouriteProductGone: null,
  favouriteReturned: null,
  lowService: null,
  lines: 0,
  promotionLines: 0,
  priceDriven: false,
  needsNotServed: null,
  pDefect: null,
  valueMinor: 10_000,
  expectedMinor: null,
  ...rest
})
const advice = (changes: Changes = {}) => {
  const { cause, recommendation, costMinor, netBenefitMinor } = adviseOn(facts(changes), loyalty, policy)
  return { cause: DEFECTION_CAUSES[cause], recommendation: RECOMMENDATIONS[recommendation], costMinor, netBenefitMinor }
}
const recommended = (changes: Changes) => advice(changes).recommendation
const sentences = (changes: Changes) =>
  allInWords(explainAdvice(facts(changes), 'EUR', loyalty, policy).reasons, 'en').map(({ text }) => text)

const anyFacts: fc.Arbitrary<AtRiskFacts> = fc.record({
  state: fc.integer({ min: 0, max: 4 }),
  partial: fc.integer({ min: 0, max: 2 }),
  openComplaint: fc.option(fc.boolean()),
  badlyClosedComplaint: fc.option(fc.boolean()),
  favouriteProductGone: fc.option(fc.boolean()),
  favouriteReturned: fc.option(fc.boolean()),
  lowService: fc.option(fc.boolean()),
  lines: fc.integer({ min: 0, max: 20 }),
  promotionLines: fc.constant(0),
  priceDriven: fc.boolean(),
  needsNotServed: fc.option(fc.boolean()),
  pDefect: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
  valueMinor: fc.option(fc.integer({ min: -1000, max: 100_000 })),
  expectedMinor: fc.constant(null)
})

t.test('at risk is who is late, spends much less, or has a complaint that was not mended', async t => {
  const atRisk = (changes: Changes) => isAtRisk(facts(changes))
  t.same(
    DEFECTION_STATES.map(state => atRisk({ state })),
    [false, true, true, true, false]
  )
  const calm = { state: 'active' } as const
  t.ok(atRisk({ ...calm, partial: 'yes' }))
  t.notOk(atRisk({ ...calm, partial: 'no', openComplaint: false, badlyClosedComplaint: false }))
  t.ok(atRisk({ ...calm, openComplaint: true }))
  t.ok(atRisk({ ...calm, badlyClosedComplaint: true }))
})

t.test('the likeliest cause is what went wrong between him and the shop', async t => {
  const cause = (changes: Changes) => DEFECTION_CAUSES[likelyCause(facts(changes), loyalty)]
  const known: Changes = { lowService: true, lines: 5, promotionLines: 4, favouriteReturned: true }
  t.equal(cause({}), 'unknown')
  t.equal(cause({ lowService: true }), 'service')
  t.equal(cause({ lowService: true, lines: 5, promotionLines: 4 }), 'price')
  t.equal(cause({ lines: 4, promotionLines: 4 }), 'unknown', 'too few lines')
  t.equal(cause({ lowService: true, priceDriven: true }), 'price')
  t.equal(cause(known), 'product_returned')
  t.equal(cause({ ...known, favouriteProductGone: true }), 'product_gone')
  t.equal(cause({ ...known, favouriteProductGone: true, badlyClosedComplaint: true }), 'badly_closed_complaint')
  t.equal(cause({ ...known, badlyClosedComplaint: true, openComplaint: true }), 'open_complaint')
})

t.test('the model says how likely he leaves, and without one the policy', async t => {
  const risk = (changes: Changes) => riskOf(facts(changes), policy)
  t.equal(risk({ pDefect: 0.13, state: 'lapsed' }), 0.13)
  t.same(
    DEFECTION_STATES.map(state => risk({ state })),
    [null, 0.2, 0.5, 0.8, null]
  )
  t.equal(risk({ state: 'due', partial: 'yes' }), 0.4)
  t.equal(risk({ state: 'lapsed', partial: 'yes' }), 0.8)
  t.equal(risk({ state: 'active', partial: 'yes' }), 0.4)
})

t.test('act only if the attempt gains more than it costs', async t => {
  // 0.5 · 0.2 · value > 500 from 5,001 on.
  t.match(advice({ valueMinor: 5_001 }), { recommendation: 'win_back', costMinor: 500, netBenefitMinor: 0 })
  t.match(advice({ valueMinor: 5_000 }), { recommendation: 'watch', costMinor: 0, netBenefitMinor: 0 })
  t.match(advice({ valueMinor: 10_000 }), { recommendation: 'win_back', netBenefitMinor: 500 })
  t.match(advice({ valueMinor: null }), { recommendation: 'watch', costMinor: 0, netBenefitMinor: null })
})

t.test('who still comes is to be kept, who has stopped to be won back', async t => {
  const worth = { valueMinor: 1_000_000 }
  t.equal(recommended({ ...worth, state: 'due' }), 'keep')
  t.equal(recommended({ ...worth, state: 'active', partial: 'yes' }), 'keep')
  t.equal(recommended({ ...worth, state: 'overdue' }), 'win_back')
  t.equal(recommended({ ...worth, state: 'lapsed' }), 'win_back')
})

t.test(
  'let go is who buys by price, who needs what the shop has not, and who is worth less than an attempt',
  async t => {
    t.equal(recommended({ priceDriven: true, valueMinor: 1_000_000 }), 'let_go')
    t.equal(recommended({ needsNotServed: true, valueMinor: 1_000_000 }), 'let_go')
    // Half of it is expected of who is overdue.
    t.equal(recommended({ valueMinor: 999 }), 'let_go')
    t.equal(recommended({ valueMinor: 1_000 }), 'watch')
    t.equal(recommended({ valueMinor: -10 }), 'let_go')
    t.equal(advice({ priceDriven: true }).costMinor, 0)
  }
)

t.test('who came once is let go where an attempt would not repay itself, and else won back', async t => {
  // 0.8 · 0.2 · value > 500 from 3,126 on; a fifth of the value is expected as things stand.
  const once = (valueMinor: number) => recommended({ state: 'lapsed', valueMinor })
  t.same([2_499, 2_500, 3_125, 3_126].map(once), ['let_go', 'watch', 'watch', 'win_back'])
})

t.test(
  'what he would bring if he stayed decides on acting, what is expected as things stand on letting go',
  async t => {
    // Surely gone, so nothing is expected of him; and just therefore he is worth winning back.
    const gone = { state: 'lapsed', pDefect: 0.99, valueMinor: 100_000, expectedMinor: 400 } as const
    t.match(advice(gone), { recommendation: 'win_back', netBenefitMinor: 19_300 })
    t.equal(recommended({ ...gone, valueMinor: 2_000, expectedMinor: 20 }), 'let_go')
    t.equal(
      recommended({ state: 'due', pDefect: 0.1, valueMinor: 2_000, expectedMinor: 1_800 }),
      'watch',
      'he still comes'
    )
  }
)

t.test('without a model as much is expected as the risk leaves of his value', async t => {
  t.equal(expectedOf(facts({ valueMinor: 1_000 }), policy), 500)
  t.equal(expectedOf(facts({ valueMinor: 1_000, state: 'active' }), policy), 1_000, 'no risk is seen')
  t.equal(expectedOf(facts({ valueMinor: 1_000, expectedMinor: 70 }), policy), 70)
  t.equal(expectedOf(facts({ valueMinor: null }), policy), null)
})

t.test('who is worth an attempt is never let go for his value', async t => {
  const expected = fc.record({ one: anyFacts, share: fc.double({ min: 0, max: 1, noNaN: true }) })
  fc.assert(
    fc.property(expected, ({ one, share }) => {
      const known = { ...one, expectedMinor: one.valueMinor === null ? null : share * one.valueMinor }
      const { recommendation, netBenefitMinor } = adviseOn(known, loyalty, policy)
      const byValue =
        !known.priceDriven && known.needsNotServed !== true && RECOMMENDATIONS[recommendation] === 'let_go'
      return !byValue || netBenefitMinor === null || netBenefitMinor <= 0
    })
  )
  t.pass()
})

t.test('an open complaint is mended for anybody, a badly closed one for who is not let go', async t => {
  t.equal(recommended({ openComplaint: true, priceDriven: true, valueMinor: 0 }), 'recover')
  t.equal(recommended({ badlyClosedComplaint: true }), 'recover')
  t.equal(recommended({ badlyClosedComplaint: true, priceDriven: true }), 'let_go')
  t.match(advice({ state: 'active', openComplaint: true }), { costMinor: 500, netBenefitMinor: null })
})

t.test('more value never turns an attempt into waiting or letting go', async t => {
  const order = (one: AtRiskFacts) => {
    const name = RECOMMENDATIONS[adviseOn(one, loyalty, policy).recommendation]
    return name === 'let_go' ? 0 : name === 'watch' ? 1 : 2
  }
  fc.assert(
    fc.property(anyFacts, fc.integer({ min: 0, max: 100_000 }), (one, more) => {
      if (one.valueMinor === null) return true
      return order({ ...one, valueMinor: one.valueMinor + more }) >= order(one)
    })
  )
  t.pass()
})

t.test('what is unknown is no cause and no ground for letting go', async t => {
  fc.assert(
    fc.property(anyFacts, one => {
      const unknown = { ...one, valueMinor: null, needsNotServed: null, priceDriven: false }
      return RECOMMENDATIONS[adviseOn(unknown, loyalty, policy).recommendation] !== 'let_go'
    })
  )
  t.pass()
})

t.test('not pursued is who buys by price or is to be let go', async t => {
  t.ok(notPursued(true, null))
  t.ok(notPursued(true, 'keep'))
  t.ok(notPursued(false, 'let_go'))
  t.notOk(notPursued(false, 'watch'))
  t.notOk(notPursued(false, null))
})

t.test('each advice says its cause and what it was weighed with', async t => {
  t.same(sentences({}), [
    'No likely cause is known.',
    'Win him back: 50.00 % risk × 20.00 % chance of success × 100.00 if he stays gains 5.00 after a cost of 5.00.'
  ])
  t.match(sentences({ state: 'due', valueMinor: 1_000_000 })[1], 'Keep him: 20.00 % risk')
  t.match(
    sentences({ valueMinor: 1_600 })[1],
    'Watch: 50.00 % risk × 20.00 % chance of success × 16.00 if he stays does not pay'
  )
  t.equal(sentences({ valueMinor: null })[1], 'Watch: too little is known to weigh an attempt.')
  t.equal(
    sentences({ valueMinor: 100 })[1],
    'Let go: the 0.50 expected of him as things stand is less than an attempt costs (5.00).'
  )
  t.equal(sentences({ needsNotServed: true })[1], 'Let go: the shop does not serve what he needs.')
  t.equal(sentences({ openComplaint: true })[1], 'Mend the complaint first: an answer is owed.')
  t.same(
    explainAdvice(facts({ valueMinor: null }), 'EUR', loyalty, policy).missing.map(({ code }) => code),
    ['advice.value_unknown']
  )
  t.same(
    explainAdvice(facts({ state: 'active', openComplaint: true }), 'EUR', loyalty, policy).missing,
    [],
    'no risk is seen, but his value is known'
  )
  fc.assert(
    fc.property(anyFacts, one => {
      const short = adviseOn(one, loyalty, policy)
      const long = explainAdvice(one, 'EUR', loyalty, policy)
      return (
        DEFECTION_CAUSES[short.cause] === long.cause &&
        RECOMMENDATIONS[short.recommendation] === long.recommendation &&
        long.reasons.length === 2
      )
    })
  )
})
