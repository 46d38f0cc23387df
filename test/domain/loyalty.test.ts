import fc from 'fast-check'
import t from 'tap'
import { brandWalk, categoriesOfChoice } from '../../src/domain/brand-lines.ts'
import { DEFECTION_STATES, type DefectionState } from '../../src/domain/cadence.ts'
import { DEFAULT_POLICY } from '../../src/domain/classification-policy.ts'
import {
  decideLoyalty,
  LOYALTY_BASES,
  LOYALTY_LEVELS,
  LOYALTY_PATTERNS,
  type LoyaltyFacts,
  type NeedAnswer,
  statedAttitude
} from '../../src/domain/loyalty.ts'
import { explainLoyalty } from '../../src/domain/loyalty-explanation.ts'
import { dayNumber } from '../../src/domain/period.ts'
import { allInWords } from '../../src/domain/reason-texts.ts'

const { loyalty: policy } = DEFAULT_POLICY

const facts = (
  changes: Partial<Omit<LoyaltyFacts, 'defectionState'>> & { state?: DefectionState } = {}
): LoyaltyFacts => {
  const { state = 'active', ...rest } = changes
  return {
    brandLines: 0,
    favouriteLines: 0,
    brandSwitches: 0,
    purchaseDays: 1,
    defectionState: DEFECTION_STATES.indexOf(state),
    attitude: null,
    firstUser: false,
    priceDriven: false,
    ...rest
  }
}
const found = (one: LoyaltyFacts) => {
  const { level, basis, pattern } = decideLoyalty(one, policy)
  return [LOYALTY_LEVELS[level], LOYALTY_BASES[basis], LOYALTY_PATTERNS[pattern]]
}
const byBrand = (favouriteLines: number, brandLines: number, brandSwitches: number) =>
  found(facts({ brandLines, favouriteLines, brandSwitches }))[0]
const sentences = (grounds: Parameters<typeof allInWords>[0]) => allInWords(grounds, 'en').map(({ text }) => text)

const anyFacts = fc
  .record({
    brandLines: fc.integer({ min: 0, max: 40 }),
    favourite: fc.double({ min: 0, max: 1, noNaN: true }),
    switches: fc.double({ min: 0, max: 1, noNaN: true }),
    purchaseDays: fc.integer({ min: 0, max: 9 }),
    defectionState: fc.integer({ min: 0, max: 4 }),
    attitude: fc.option(fc.double({ min: -4, max: 4, noNaN: true })),
    firstUser: fc.boolean(),
    priceDriven: fc.boolean()
  })
  .map(({ favourite, switches, ...rest }) => ({
    ...rest,
    favouriteLines: Math.ceil(favourite * rest.brandLines),
    brandSwitches: Math.floor(switches * Math.max(rest.brandLines - 1, 0))
  }))

t.test('by brand: two thirds of the lines and a change in at most a third of the steps are loyal', async t => {
  t.equal(byBrand(6, 9, 2), 'loyal')
  t.equal(byBrand(5, 9, 2), 'switcher', '5 of 9 is below two thirds')
  t.equal(byBrand(9, 13, 4), 'loyal', '4 of 12 is a third')
  t.equal(byBrand(9, 13, 5), 'switcher')
  t.equal(byBrand(3, 6, 5), 'switcher', 'exactly half')
  t.equal(byBrand(3, 7, 5), 'non_loyal')
})

t.test('exactly two thirds and exactly a third are enough, however many lines', async t => {
  for (let n = 2; n <= 400; n++) {
    if (byBrand(2 * n, 3 * n, 0) !== 'loyal') t.fail(`${2 * n} of ${3 * n}`)
    if (byBrand(3 * n + 1, 3 * n + 1, n) !== 'loyal') t.fail(`${n} of ${3 * n} steps`)
    if (byBrand(3 * n + 1, 3 * n + 1, n + 1) === 'loyal') t.fail(`${n + 1} of ${3 * n} steps`)
  }
  t.pass()
})

t.test('below five lines with a brand, purchase days decide', async t => {
  const four = { brandLines: 4, favouriteLines: 4 }
  t.same(found(facts({ ...four, purchaseDays: 3 })), ['loyal', 'patronage', null])
  t.same(found(facts({ ...four, purchaseDays: 2 })), ['switcher', 'patronage', null])
  t.same(found(facts({ ...four, purchaseDays: 1 })), ['unknown', 'none', null])
  t.same(found(facts({ brandLines: 5, favouriteLines: 5, purchaseDays: 1 })), ['loyal', 'brand', null])
  const one = { ...policy, minBrandLines: 1 }
  t.equal(decideLoyalty(facts({ brandLines: 1, favouriteLines: 1 }), one).level, LOYALTY_LEVELS.indexOf('unknown'))
})

t.test('who is overdue by his own rhythm is no loyal patron, who is due or unknown may be', async t => {
  const states: [DefectionState, string][] = [
    ['active', 'loyal'],
    ['due', 'loyal'],
    ['overdue', 'switcher'],
    ['lapsed', 'switcher'],
    ['unknown', 'loyal']
  ]
  for (const [state, level] of states) t.equal(found(facts({ purchaseDays: 3, state }))[0], level, state)
})

t.test('attitude and repeat purchase make the pattern, and a spurious customer is a switcher', async t => {
  const loyal = { purchaseDays: 3 }
  const switcher = { purchaseDays: 2 }
  t.same(found(facts({ ...loyal, attitude: 0.5 })), ['loyal', 'patronage', 'true'])
  t.same(found(facts({ ...loyal, attitude: -0.5 })), ['switcher', 'attitude', 'spurious'])
  t.same(found(facts({ ...switcher, attitude: 0.5 })), ['switcher', 'patronage', 'latent'])
  t.same(found(facts({ ...switcher, attitude: -0.5 })), ['switcher', 'patronage', 'none'])
  t.same(found(facts({ ...loyal, attitude: 0 })), ['switcher', 'attitude', 'spurious'], 'no better is no preference')
  t.same(found(facts({ attitude: 4 })), ['unknown', 'none', null], 'one purchase shows no repeat')
})

t.test('a first user is loyal, unless he is spurious or buys by price', async t => {
  t.same(found(facts({ firstUser: true })), ['loyal', 'first_user', null])
  t.same(found(facts({ firstUser: true, purchaseDays: 3 })), ['loyal', 'patronage', null])
  t.same(found(facts({ firstUser: true, purchaseDays: 3, attitude: -1 })), ['switcher', 'attitude', 'spurious'])
  t.same(found(facts({ firstUser: true, priceDriven: true })), ['non_loyal', 'price_driven', null])
  t.same(found(facts({ priceDriven: true, purchaseDays: 9, attitude: 2 })), ['non_loyal', 'price_driven', 'true'])
})

t.test('nobody is loyal who buys by price, and nobody spurious is', async t => {
  fc.assert(
    fc.property(anyFacts, one => {
      const [level, basis, pattern] = found(one)
      if (one.priceDriven) return level === 'non_loyal' && basis === 'price_driven'
      if (pattern === 'spurious') return level === 'switcher'
      return (level === 'unknown') === (basis === 'none') && (one.attitude !== null || pattern === null)
    })
  )
  t.pass()
})

t.test(
  'more lines of the favourite, more purchase days and fewer changes never make a customer less loyal',
  async t => {
    const rank = (one: LoyaltyFacts) => {
      const { level } = decideLoyalty({ ...one, attitude: null, firstUser: false, priceDriven: false }, policy)
      return ['unknown', 'non_loyal', 'switcher', 'loyal'].indexOf(LOYALTY_LEVELS[level] as string)
    }
    fc.assert(
      fc.property(anyFacts, one => {
        const { brandLines, favouriteLines, brandSwitches, purchaseDays } = one
        const better = [
          { ...one, purchaseDays: purchaseDays + 1 },
          { ...one, favouriteLines: Math.min(favouriteLines + 1, brandLines) },
          { ...one, brandSwitches: Math.max(brandSwitches - 1, 0) }
        ]
        return better.every(other => rank(other) >= rank(one))
      })
    )
    t.pass()
  }
)

t.test('one object may be filled again for each row', async t => {
  fc.assert(
    fc.property(fc.array(anyFacts), rows => {
      const into = { level: 0, basis: 0, pattern: 0 }
      return rows.every(row => {
        const { level, basis, pattern } = decideLoyalty(row, policy, into)
        const alone = decideLoyalty(row, policy)
        return level === alone.level && basis === alone.basis && pattern === alone.pattern
      })
    })
  )
  t.pass()
})

t.test('stated attitude is the gap to the competitor, weighted by importance, of the last twelve months', async t => {
  const asOf = dayNumber('2026-11-22')
  const answer = (day: string, importance: number, own: number, competitor: number | null): NeedAnswer => ({
    day: dayNumber(day),
    importance,
    own,
    competitor
  })
  const answers = [answer('2026-05-01', 5, 4, 3), answer('2026-05-01', 1, 2, 5)]
  t.equal(statedAttitude(answers, asOf, policy), (5 * 1 + 1 * -3) / 6)
  t.equal(statedAttitude([answer('2026-05-01', 5, 4, null)], asOf, policy), null, 'unknown is not low')
  t.equal(statedAttitude([], asOf, policy), null)
  t.equal(statedAttitude([answer('2025-11-21', 5, 4, 1)], asOf, policy), null, 'older than twelve months')
  t.equal(statedAttitude([answer('2025-11-22', 5, 4, 1)], asOf, policy), 3)
  t.equal(statedAttitude([answer('2026-11-22', 5, 4, 1)], asOf, policy), null, 'of the day itself')
})

t.test('the walk counts lines, the favourite and changes of brand, where there is a choice', async t => {
  const walk = brandWalk(new Set(['shoes', 'bags']))
  const bought: [string | null, string | null][] = [
    ['Aokang', 'shoes'],
    ['Belle', 'shoes'],
    ['Solo', 'socks'],
    [null, 'shoes'],
    ['Belle', null],
    ['Belle', 'bags'],
    ['Aokang', 'shoes']
  ]
  for (const [brand, category] of bought) walk.add(brand, category)
  t.same(walk.found(), { lines: 4, favouriteBrand: 'Aokang', favouriteLines: 2, switches: 2 })
  walk.reset()
  t.same(walk.found(), { lines: 0, favouriteBrand: null, favouriteLines: 0, switches: 0 })
})

t.test('of brands bought equally often the first by code unit is the favourite, whatever the order', async t => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('b', 'Z', 'é', 'a', '鞋'), { minLength: 1 }), brands => {
      const walked = (order: readonly string[]) => {
        const walk = brandWalk(new Set(['x']))
        for (const brand of order) walk.add(brand, 'x')
        return walk.found()
      }
      const count = (brand: string) => brands.filter(other => other === brand).length
      const most = Math.max(...brands.map(count))
      const [favourite] = [...new Set(brands)].filter(brand => count(brand) === most).sort()
      const { favouriteBrand, favouriteLines, switches, lines } = walked(brands)
      return (
        favouriteBrand === favourite &&
        favouriteLines === most &&
        lines === brands.length &&
        switches === brands.slice(1).filter((brand, i) => brand !== brands[i]).length &&
        walked([...brands].sort()).favouriteBrand === favourite
      )
    })
  )
  t.pass()
})

t.test('a category offers a choice from two brands on', async t => {
  const sold = [
    { brand: 'Aokang', category: 'shoes' },
    { brand: 'Belle', category: 'shoes' },
    { brand: 'Solo', category: 'socks' },
    { brand: 'Solo', category: 'socks' },
    { brand: null, category: 'bags' },
    { brand: 'Belle', category: 'bags' },
    { brand: 'Belle', category: null }
  ]
  t.same([...categoriesOfChoice(sold, 2)], ['shoes'])
  t.same([...categoriesOfChoice(sold, 1)], ['shoes', 'socks', 'bags'])
})

t.test('the explanation says what decided, by which figures, and what would make him loyal', async t => {
  const switcher = explainLoyalty(facts({ brandLines: 9, favouriteLines: 5, brandSwitches: 2 }), 'Aokang', policy)
  t.match(switcher, { level: 'switcher', basis: 'brand', pattern: null, firstUser: false, priceDriven: false })
  t.same(sentences(switcher.reasons), [
    '5 of 9 lines are of the favourite brand Aokang (55.56 %); a loyal customer has at least 66.67 %, a switcher 50.00 %.',
    'Changed the brand in 2 of 8 steps (25.00 %); a loyal customer does so in at most 33.33 %.'
  ])
  t.same(sentences(switcher.missing), ['Has not been asked what he thinks of the shop and of its competitor.'])
  t.same(sentences(switcher.changes), ['3 more lines of the favourite brand in a row make him loyal.'])

  const patron = explainLoyalty(facts({ purchaseDays: 3, state: 'overdue' }), null, policy)
  t.same(sentences(patron.reasons), [
    'Bought on 3 days; a loyal customer on at least 3, a switcher on 2.',
    'Is overdue by his own rhythm, and so not loyal at present.'
  ])
  t.same(sentences(patron.changes), ['1 more purchase day makes him loyal.'])

  const spurious = explainLoyalty(facts({ purchaseDays: 5, attitude: -0.5 }), null, policy)
  t.match(sentences(spurious.reasons)[1], 'rates the shop -0.50 against its competitor: spurious loyalty.')
  t.same(sentences(spurious.changes), ['Rating the shop above its competitor would make him loyal.'])

  t.equal(explainLoyalty(facts({ priceDriven: true }), null, policy).reasons[0]?.code, 'loyalty.price_driven')
  t.equal(explainLoyalty(facts({ firstUser: true }), null, policy).reasons[0]?.code, 'loyalty.first_user')
  t.match(sentences(explainLoyalty(facts({ attitude: 1 }), null, policy).reasons)[1], 'Rates the shop +1.00')
  t.same(explainLoyalty(facts({ purchaseDays: 3 }), null, policy).changes, [])
})

t.test('what is promised comes true', async t => {
  fc.assert(
    fc.property(anyFacts, one => {
      const [change] = explainLoyalty(one, null, policy).changes
      if (change?.code === 'loyalty.loyal_after_days') {
        const days = one.purchaseDays + change.facts.more
        return found({ ...one, purchaseDays: days, defectionState: 0 })[0] === 'loyal'
      }
      if (change?.code !== 'loyalty.loyal_after_lines') return true
      const { more } = change.facts
      const lines = { brandLines: one.brandLines + more, favouriteLines: one.favouriteLines + more }
      return (
        found({ ...one, ...lines, brandSwitches: one.brandSwitches + 1 })[0] === 'loyal' ||
        one.favouriteLines === one.brandLines
      )
    })
  )
  t.pass()
})
