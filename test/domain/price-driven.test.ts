import fc from 'fast-check'
import t from 'tap'
import { DEFAULT_POLICY } from '../../src/domain/classification-policy.ts'
import { explainPriceDriven, isPriceDriven, mayBePriceDriven, type PriceFacts } from '../../src/domain/price-driven.ts'
import { allInWords } from '../../src/domain/reason-texts.ts'

const { loyalty: policy } = DEFAULT_POLICY

const facts = (promotionLines: number, lines: number, expected: number | null = null, regular = false): PriceFacts => ({
  lines,
  promotionLines,
  expected,
  regular
})
const driven = (...args: Parameters<typeof facts>) => isPriceDriven(facts(...args), policy)
const sentences = (grounds: Parameters<typeof allInWords>[0]) => allInWords(grounds, 'en').map(({ text }) => text)

const anyFacts = fc
  .record({
    lines: fc.integer({ min: 0, max: 300 }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    expected: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
    regular: fc.boolean()
  })
  .map(({ share, ...rest }) => ({ ...rest, promotionLines: Math.round(share * rest.lines) }))

t.test('a share that is certainly high is enough', async t => {
  // The lower Wilson bound of 16 of 16 is 0.8064, of 15 of 15 0.7961.
  t.ok(driven(16, 16))
  t.notOk(driven(15, 15))
})

t.test(
  'a high share is enough where it is 1.3 times what was to be expected, and not where that is unknown',
  async t => {
    t.ok(driven(4, 5, 0.6))
    t.notOk(driven(4, 5, 0.62), '0.8 is 1.29 times 0.62')
    t.ok(driven(13, 13, 1 / 1.3), 'exactly 1.3 times')
    t.ok(driven(5, 5, 10 / 13), 'the same, though the digits of a machine say less')
    t.notOk(driven(13, 13, 0.77))
    t.notOk(driven(4, 5, null))
    t.ok(driven(4, 5, 0), 'where nothing was to be expected, anything is more')
  }
)

t.test('below 0.8, below five lines, and with a regular rhythm nobody is price-driven', async t => {
  t.ok(driven(8, 10, 0.1))
  t.notOk(driven(79, 100, 0.1))
  t.notOk(driven(4, 4, 0.1))
  t.ok(driven(5, 5, 0.1))
  t.notOk(driven(50, 50, 0.1, true))
  t.notOk(driven(0, 0, 0))
})

t.test('in a shop where half is on promotion, half on promotion is nothing', async t => {
  for (const lines of [6, 20, 100, 1000]) t.notOk(driven(lines / 2, lines, 0.5))
})

t.test('who cannot be price-driven is known before the expectation is', async t => {
  fc.assert(
    fc.property(anyFacts, one => {
      const may = mayBePriceDriven(one.lines, one.promotionLines, one.regular, policy)
      return may === isPriceDriven({ ...one, expected: 0 }, policy) && (may || !isPriceDriven(one, policy))
    })
  )
  t.pass()
})

t.test('more lines on promotion, or a lower expectation, never clear a customer', async t => {
  fc.assert(
    fc.property(anyFacts, fc.double({ min: 0, max: 1, noNaN: true }), (one, part) => {
      if (!isPriceDriven(one, policy)) return true
      const promotionLines = Math.min(one.promotionLines + 1, one.lines)
      const expected = one.expected === null ? null : one.expected * part
      return isPriceDriven({ ...one, promotionLines }, policy) && isPriceDriven({ ...one, expected }, policy)
    })
  )
  t.pass()
})

t.test('the explanation gives the share, what it is measured with, and the way out', async t => {
  const found = explainPriceDriven(facts(9, 10, 0.5), policy)
  t.equal(found.priceDriven, true)
  t.same(sentences(found.reasons), [
    '9 of 10 lines bought on promotion (90.00 %; 80.00 % are the limit).',
    'The same products were bought on promotion in 50.00 % of cases in the same weeks; his share is at least 1.30 times that.'
  ])
  t.same(sentences(found.changes), ['2 more lines at the full price would end it.'], '9 of 12 is below 0.8')

  const certain = explainPriceDriven(facts(100, 100), policy)
  t.same(
    certain.reasons.map(({ code }) => code),
    ['price.share', 'price.certain']
  )
  t.same(sentences(certain.missing), ['How often others bought the same products on promotion is not known.'])
  const usual = explainPriceDriven(facts(9, 10, 0.85), policy)
  t.same(
    [usual.priceDriven, usual.reasons.map(({ code }) => code), usual.changes],
    [false, ['price.share', 'price.as_expected'], []]
  )
  const regular = explainPriceDriven(facts(9, 10, 0.1, true), policy)
  t.same([regular.priceDriven, regular.reasons.at(-1)?.code], [false, 'price.regular'])
  const few = explainPriceDriven(facts(1, 1), policy)
  t.same([few.reasons, sentences(few.missing)], [[], ['1 line bought; 5 are needed to judge by promotions.']])
})

t.test('the way out is the shortest', async t => {
  fc.assert(
    fc.property(anyFacts, one => {
      const [change] = explainPriceDriven(one, policy).changes
      if (change?.code !== 'price.ends_after_lines') return true
      const after = (more: number) => isPriceDriven({ ...one, lines: one.lines + more }, policy)
      return !after(change.facts.more) && after(change.facts.more - 1)
    })
  )
  t.pass()
})
