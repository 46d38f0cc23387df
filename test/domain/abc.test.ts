import fc from 'fast-check'
import t from 'tap'
import { type AbcPolicy, boundsOf, classAt, classWithin, provisionalClass, standingOf } from '../../src/domain/abc.ts'
import { DEFAULT_POLICY } from '../../src/domain/classification-policy.ts'

const cuts = { aShare: 0.8, bShare: 0.95 }
const policy = (changes: Partial<AbcPolicy>): AbcPolicy => ({ ...DEFAULT_POLICY.abc, ...changes })

t.test('a sole customer is an A, however small the amount', async t => {
  t.equal(classAt(0, 1, cuts), 'A')
})

t.test('exactly at a cut is the lower class', async t => {
  t.equal(classAt(7999, 10_000, cuts), 'A')
  t.equal(classAt(8000, 10_000, cuts), 'B')
  t.equal(classAt(9499, 10_000, cuts), 'B')
  t.equal(classAt(9500, 10_000, cuts), 'C')
})

t.test('a total that the cut does not divide is compared exactly', async t => {
  t.equal(classAt(2, 3, cuts), 'A', '20000 < 24000')
  t.equal(classAt(8, 11, cuts), 'A', '80000 < 88000')
  t.equal(classAt(9, 11, cuts), 'B', '90000 ≥ 88000')
  t.equal(classAt(4, 5, { aShare: 0.7, bShare: 0.8 }), 'C')
})

t.test('the comparison is that of integers, up to 2^53', async t => {
  const basisPoints = fc.integer({ min: 1, max: 10_000 })
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.maxSafeNat(), basisPoints, basisPoints, (x, y, p, q) => {
      const [before, total] = [Math.min(x, y), Math.max(x, y)]
      const [a, b] = [Math.min(p, q), Math.max(p, q)]
      const scaled = BigInt(before) * 10_000n
      const expected = scaled < BigInt(a) * BigInt(total) ? 'A' : scaled < BigInt(b) * BigInt(total) ? 'B' : 'C'
      return classAt(before, total, { aShare: a / 10_000, bShare: b / 10_000 }) === expected
    })
  )
  t.pass()
})

t.test('columns and one customer follow one definition', async t => {
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.maxSafeNat(), (x, y) => {
      const [before, total] = [Math.min(x, y), Math.max(x, y)]
      const code = classWithin(boundsOf(total, policy({})), 0, before, 1)
      return 'ABC'[code - 1] === classAt(before, total, cuts)
    })
  )
  t.pass()
})

t.test('hysteresis by shares: a change must pass the cut by the margin', async t => {
  const bounds = boundsOf(10_000, policy({ hysteresis: 0.02 }))
  const classOf = (previous: number, before: number) => classWithin(bounds, previous, before, 1)
  const [none, A, B, C] = [0, 1, 2, 3] as const
  t.same(
    [7999, 8000, 9500].map(before => classOf(none, before)),
    [A, B, C],
    'who had no class meets the plain cuts'
  )
  t.same(
    [8199, 8200, 9699, 9700].map(before => classOf(A, before)),
    [A, B, B, C]
  )
  t.same(
    [7799, 7800, 9699, 9700].map(before => classOf(B, before)),
    [A, B, B, C]
  )
  t.same(
    [7799, 7800, 9299, 9300].map(before => classOf(C, before)),
    [A, B, B, C]
  )
})

t.test('fixed amounts are reached inclusively, and margins move them both ways', async t => {
  const fixed = policy({ method: 'fixed', aMinor: 1000, bMinor: 101 })
  const plain = boundsOf(5000, fixed)
  t.same(
    [1000, 999, 101, 100].map(amount => classWithin(plain, 0, 0, amount)),
    [1, 2, 2, 3]
  )
  const wide = boundsOf(5000, { ...fixed, hysteresis: 0.1 })
  t.same(
    [900, 899, 91, 90].map(amount => classWithin(wide, 1, 0, amount)),
    [1, 2, 2, 3],
    'an A sinks late'
  )
  t.same(
    [1100, 1099, 91, 90].map(amount => classWithin(wide, 2, 0, amount)),
    [1, 2, 2, 3],
    'a B rises late, sinks late'
  )
  t.same(
    [1100, 1099, 112, 111].map(amount => classWithin(wide, 3, 0, amount)),
    [1, 2, 2, 3],
    '111.1 is not reached by 111'
  )
})

t.test('the provisional class compares with the last cut-offs, inclusively', async t => {
  const cutoffs = { aMinor: 1000, bMinor: 100 }
  t.same(
    [1000, 999, 100, 99, 1, 0, -5].map(amount => provisionalClass(amount, cutoffs)),
    ['A', 'B', 'B', 'C', 'C', 'none', 'none']
  )
  t.equal(provisionalClass(1000, { aMinor: null, bMinor: null }), null, 'no run, no class')
})

t.test('who is not ranked is told apart', async t => {
  t.equal(standingOf(1, 1), 'ranked')
  t.equal(standingOf(0, 0), 'no_purchase')
  t.equal(standingOf(0, 2), 'zero_net')
  t.equal(standingOf(-1, 1), 'negative_net')
})
