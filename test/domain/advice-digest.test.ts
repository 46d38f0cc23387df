import t from 'tap'
import type { AdviceRow } from '../../src/domain/advice-columns.ts'
import { adviceDigest } from '../../src/domain/advice-digest.ts'

const ADVICE: AdviceRow = {
  row: 7,
  state: 2,
  basis: 0,
  partial: 0,
  lastDay: 20_000,
  pAlive: 41,
  pDefect: 0.59,
  expectedPurchases: 1.2,
  expectedValueMinor: 12_000,
  valueAtStakeMinor: 30_000,
  valueKnown: true,
  cause: 0,
  recommendation: 1,
  costMinor: 500,
  netBenefitMinor: 900,
  productGone: false,
  productReturned: false,
  openComplaint: false,
  badlyClosedComplaint: false
}
const CLASS_A = 1
const digest = (change: Partial<AdviceRow> = {}) => adviceDigest({ ...ADVICE, ...change }, CLASS_A, 0.3)

t.test(
  'the same advice has the same digest, a whole number that is exact, wherever the customer stands in the run',
  async t => {
    t.equal(digest({ row: 8 }), digest())
    t.ok(Number.isSafeInteger(digest()) && digest() >= 0)
  }
)

t.test('another value of anything that is kept is another digest', async t => {
  const digests = new Set([digest(), adviceDigest(ADVICE, 2, 0.3), adviceDigest(ADVICE, CLASS_A, 0.31)])
  const { row: _, ...kept } = ADVICE
  for (const [name, value] of Object.entries(kept)) {
    digests.add(digest({ [name]: typeof value === 'boolean' ? !value : value === null ? 1 : value + 1 }))
  }
  t.equal(digests.size, 3 + Object.keys(kept).length)
})

t.test('what is not known differs from nothing', async t => {
  t.not(digest({ netBenefitMinor: null }), digest({ netBenefitMinor: 0 }))
  t.not(digest({ pAlive: null }), digest({ pAlive: 0 }))
})

t.test('a million advices that differ in two figures only share no digest', async t => {
  const seen = new Set<number>()
  for (let cost = 0; cost < 1_000; cost++) {
    for (let value = 0; value < 1_000; value++) seen.add(digest({ costMinor: cost, valueAtStakeMinor: value * 100 }))
  }
  t.equal(seen.size, 1_000_000)
})
