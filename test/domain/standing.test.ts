import fc from 'fast-check'
import t from 'tap'
import { ABC_CLASSES, type AbcClass } from '../../src/domain/abc.ts'
import { DEFAULT_POLICY } from '../../src/domain/classification-policy.ts'
import { LOYALTY_PATTERNS, type LoyaltyPattern } from '../../src/domain/loyalty.ts'
import { allInWords } from '../../src/domain/reason-texts.ts'
import { decideStanding, explainStanding, STANDING_LEVELS, type StandingFacts } from '../../src/domain/standing.ts'

const { standing: policy } = DEFAULT_POLICY

type Changes = Partial<Omit<StandingFacts, 'abcClass' | 'pattern'>> & { pattern?: LoyaltyPattern }

const facts = (abcClass: AbcClass, { pattern = null, ...rest }: Changes = {}): StandingFacts => ({
  abcClass: ABC_CLASSES.indexOf(abcClass),
  runsInA: abcClass === 'A' ? 2 : 0,
  pattern: LOYALTY_PATTERNS.indexOf(pattern),
  priceDriven: false,
  firstUser: false,
  referralPotential: null,
  strategic: false,
  unmendedComplaint: false,
  ...rest
})
const level = (abcClass: AbcClass, changes: Changes = {}) =>
  STANDING_LEVELS[decideStanding(facts(abcClass, changes), policy)]
const told = (abcClass: AbcClass, changes: Changes = {}, note: string | null = null) => {
  const { reasons, missing, changes: outlook } = explainStanding(facts(abcClass, changes), note, policy)
  return [reasons, missing, outlook].map(grounds => allInWords(grounds, 'en').map(({ text }) => text))
}

const anyFacts: fc.Arbitrary<StandingFacts> = fc.record({
  abcClass: fc.integer({ min: 0, max: 3 }),
  runsInA: fc.integer({ min: 0, max: 4 }),
  pattern: fc.integer({ min: 0, max: 4 }),
  priceDriven: fc.boolean(),
  firstUser: fc.boolean(),
  referralPotential: fc.option(fc.boolean()),
  strategic: fc.boolean(),
  unmendedComplaint: fc.boolean()
})

t.test('key: A in two runs in a row, unless he would rather be elsewhere', async t => {
  t.equal(level('A'), 'key')
  t.equal(level('A', { runsInA: 1 }), 'suitable')
  t.equal(level('A', { pattern: 'spurious' }), 'suitable')
  t.equal(level('A', { pattern: 'none' }), 'key')
})

t.test('suitable: every B, and a C who is a first user or can bring others', async t => {
  t.equal(level('B'), 'suitable')
  t.equal(level('C'), 'general')
  t.equal(level('C', { firstUser: true }), 'suitable')
  t.equal(level('C', { referralPotential: true }), 'suitable')
  t.equal(level('C', { referralPotential: false }), 'general')
  t.equal(level('none', { firstUser: true }), 'general')
})

t.test('a price-driven customer is general whatever he spends, unless a manager marked him as strategic', async t => {
  for (const abcClass of ['A', 'B', 'C'] as const)
    t.equal(level(abcClass, { priceDriven: true, firstUser: true }), 'general')
  t.equal(level('A', { priceDriven: true, strategic: true }), 'key')
  t.equal(level('none', { strategic: true }), 'key')
})

t.test('a better class, more runs in A, a mark or a potential never lower the standing', async t => {
  const rank = (one: StandingFacts) => -decideStanding(one, policy)
  fc.assert(
    fc.property(anyFacts, one => {
      const better = [
        { ...one, strategic: true },
        { ...one, firstUser: true },
        { ...one, referralPotential: true },
        { ...one, runsInA: one.runsInA + 1 },
        { ...one, priceDriven: false },
        { ...one, abcClass: { 0: 3, 3: 2, 2: 1, 1: 1 }[one.abcClass] as number }
      ]
      return better.every(other => rank(other) >= rank(one))
    })
  )
  t.pass()
})

t.test('the explanation says the one reason, and what would make a key customer', async t => {
  t.same(told('A'), [['Class A in 2 runs in a row; 2 make a key customer.'], [], []])
  t.same(told('A', { runsInA: 1 }), [
    ['Class A in 1 run in a row; 2 make a key customer.'],
    [],
    ['Staying in A for 1 more run makes him a key customer.']
  ])
  t.same(told('C'), [['Class C.'], ['Whether he can bring others is not known.'], []])
  t.same(told('C', { strategic: true }, 'Opens a shop next door.')[0], [
    'Marked as strategic by a manager: Opens a shop next door.'
  ])
  t.same(told('C', { strategic: true })[0], ['Marked as strategic by a manager.'])
  fc.assert(
    fc.property(
      anyFacts,
      one => explainStanding(one, null, policy).level === STANDING_LEVELS[decideStanding(one, policy)]
    )
  )
})
