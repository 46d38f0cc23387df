import fc from 'fast-check'
import t from 'tap'
import {
  type AdviceGroup,
  adviceWasRight,
  isAttempt,
  rate,
  recordOf,
  saveEstimate,
  saveTrials
} from '../../src/domain/advice-outcome.ts'
import { RECOMMENDATIONS } from '../../src/domain/defection-advice.ts'

const group = (
  recommendation: AdviceGroup['recommendation'],
  acted: boolean,
  outcome: AdviceGroup['outcome'],
  count = 1,
  priceDriven = false
): AdviceGroup => ({ recommendation, acted, outcome, count, priceDriven })

t.test('to mend, to win back and to keep are attempts; to watch and to let go are none', async t => {
  t.same(RECOMMENDATIONS.filter(isAttempt), ['recover', 'win_back', 'keep'])
})

t.test('an advice to act was right if who was tried bought, and if who was left alone did not', async t => {
  for (const recommendation of ['recover', 'win_back', 'keep'] as const) {
    t.equal(adviceWasRight(group(recommendation, true, 'bought')), true)
    t.equal(adviceWasRight(group(recommendation, true, 'not_bought')), false)
    t.equal(adviceWasRight(group(recommendation, false, 'bought')), false)
    t.equal(adviceWasRight(group(recommendation, false, 'not_bought')), true)
  }
})

t.test(
  'an advice to watch was right if the customer came by himself, and nobody knows once something was done',
  async t => {
    t.equal(adviceWasRight(group('watch', false, 'bought')), true)
    t.equal(adviceWasRight(group('watch', false, 'not_bought')), false)
    t.equal(adviceWasRight(group('watch', true, 'bought')), null)
    t.equal(adviceWasRight(group('watch', true, 'not_bought')), null)
  }
)

t.test(
  'an advice to let go was right if he bought nothing, tried or not; of the price-driven it is not judged',
  async t => {
    for (const acted of [false, true]) {
      t.equal(adviceWasRight(group('let_go', acted, 'not_bought')), true)
      t.equal(adviceWasRight(group('let_go', acted, 'bought')), false)
      t.equal(adviceWasRight(group('let_go', acted, 'bought', 1, true)), null)
      t.equal(adviceWasRight(group('let_go', acted, 'not_bought', 1, true)), null)
    }
  }
)

t.test('the record of a recommendation counts its own outcomes, with intervals', async t => {
  const groups = [
    group('win_back', true, 'bought', 6),
    group('win_back', true, 'not_bought', 4),
    group('win_back', false, 'not_bought', 9),
    group('win_back', false, 'bought', 1),
    group('watch', true, 'bought', 100)
  ]
  const { acted, notActed, right } = recordOf('win_back', groups)
  t.match(acted, { n: 10, successes: 6, share: 0.6 })
  t.match(notActed, { n: 10, successes: 1, share: 0.1 })
  t.match(right, { n: 20, successes: 15, share: 0.75 })
  // Wilson's interval of 6 in 10.
  t.equal(acted.interval?.lower.toFixed(4), '0.3127')
  t.equal(acted.interval?.upper.toFixed(4), '0.8318')
  t.match(recordOf('watch', groups).right, { n: 0, successes: 0, share: null, interval: null })
})

t.test('what would be divided by nothing is null', async t => {
  t.same(rate(0, 0), { n: 0, successes: 0, share: null, interval: null })
})

t.test('the trials are those of advice to act', async t => {
  const groups = [
    group('recover', true, 'bought', 1),
    group('keep', true, 'not_bought', 2),
    group('win_back', false, 'bought', 3),
    group('win_back', false, 'not_bought', 4),
    group('watch', true, 'bought', 50),
    group('let_go', false, 'bought', 50)
  ]
  t.same(saveTrials(groups), { tried: 3, triedBought: 1, alone: 7, aloneBought: 3 })
})

t.test('the probability that an attempt saves', async t => {
  const trials = (tried: number, triedBought: number, alone = 0, aloneBought = 0) => ({
    tried,
    triedBought,
    alone,
    aloneBought
  })

  t.test('is what the shop assumes while there are fewer outcomes than needed', async t => {
    t.same(saveEstimate(trials(29, 29), 0.2, 30), { probability: 0.2, basis: 'assumed' })
    t.same(saveEstimate(trials(0, 0), 0.2, 0), { probability: 0.2, basis: 'assumed' })
  })

  t.test('is the share of those tried who bought from there on', async t => {
    t.same(saveEstimate(trials(30, 10), 0.2, 30), { probability: 0.3333, basis: 'observed' })
    t.same(saveEstimate(trials(30, 0), 0.2, 30), { probability: 0, basis: 'observed' })
    t.same(saveEstimate(trials(30, 30, 29, 29), 0.2, 30), { probability: 1, basis: 'observed' })
  })

  t.test('leaves out those who come back by themselves once enough were left alone', async t => {
    t.same(saveEstimate(trials(100, 60, 50, 10), 0.2, 30), { probability: 0.5, basis: 'beyond_returners' })
    t.same(saveEstimate(trials(30, 6, 30, 6), 0.2, 30), { probability: 0, basis: 'beyond_returners' })
    t.same(saveEstimate(trials(30, 3, 30, 15), 0.2, 30), { probability: 0, basis: 'beyond_returners' })
  })

  t.test('is 0 where everybody comes back by himself: nobody is there to be saved', async t => {
    t.same(saveEstimate(trials(30, 30, 30, 30), 0.2, 30), { probability: 0, basis: 'beyond_returners' })
  })

  t.test('is a share, and never more than the share of those tried who bought', async t => {
    const counts = fc.nat({ max: 500 }).chain(n => fc.tuple(fc.constant(n), fc.nat({ max: n })))
    fc.assert(
      fc.property(counts, counts, ([tried, triedBought], [alone, aloneBought]) => {
        const { probability, basis } = saveEstimate({ tried, triedBought, alone, aloneBought }, 0.2, 30)
        if (basis === 'assumed') return probability === 0.2
        return probability >= 0 && probability <= 1 && probability <= triedBought / tried + 0.000_05
      })
    )
    t.pass()
  })
})
