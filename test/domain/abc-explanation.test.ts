import t from 'tap'
import type { AbcPolicy } from '../../src/domain/abc.ts'
import { type AbcPlace, explainAbc } from '../../src/domain/abc-explanation.ts'
import { DEFAULT_POLICY } from '../../src/domain/classification-policy.ts'
import { allInWords } from '../../src/domain/reason-texts.ts'

const place = (changes: Partial<AbcPlace>): AbcPlace => ({
  class: 'B',
  standing: 'ranked',
  amountMinor: 182_000,
  rank: 412,
  beforeMinor: 8123,
  totalMinor: 10_000,
  cutoffs: { aMinor: 183_240, bMinor: 61_200 },
  currency: 'CNY',
  ...changes
})
const explain = (changes: Partial<AbcPlace>, policy: Partial<AbcPolicy> = {}) =>
  explainAbc(place(changes), { ...DEFAULT_POLICY.abc, ...policy })
const codes = (explanation: ReturnType<typeof explain>) => explanation.reasons.map(reason => reason.code)
const texts = (explanation: ReturnType<typeof explain>) =>
  allInWords(explanation.reasons, 'en').map(reason => reason.text)

t.test('a B learns place, cuts and what he lacks to A', async t => {
  const b = explain({})
  t.equal(b.shareBefore, 0.8123)
  t.equal(b.toNextClassMinor, 1240)
  t.equal(b.nextClass, 'A')
  t.same(codes(b), ['abc.share_before_between_cuts', 'abc.short_of_next_class'])
  t.same(texts(b), [
    'Rank 412 with 1820.00; 81.23 % of the turnover is ranked before, A ends at 80.00 %, B at 95.00 %.',
    '12.40 short of A.'
  ])
  t.match(b.reasons[0]?.facts, { rank: 412, amountMinor: 182_000, shareBefore: 0.8123, aMinor: 183_240, aShare: 0.8 })
})

t.test('an A lacks nothing', async t => {
  const a = explain({ class: 'A', beforeMinor: 7999 })
  t.equal(a.toNextClassMinor, null)
  t.equal(a.nextClass, null)
  t.same(codes(a), ['abc.share_before_below_cut'])
})

t.test('a C looks at B, or at A where B is empty', async t => {
  const c = explain({ class: 'C', beforeMinor: 9800, amountMinor: 61_199 })
  t.same([c.nextClass, c.toNextClassMinor], ['B', 1])
  t.equal(c.reasons[0]?.code, 'abc.share_before_above_cuts')
  const noB = explain({ class: 'C', beforeMinor: 9800, amountMinor: 50, cutoffs: { aMinor: 60, bMinor: 60 } })
  t.same([noB.nextClass, noB.toNextClassMinor], ['A', 10])
})

t.test('an amount equal to the cut-off, ranked behind it by id, still lacks 1', async t => {
  t.equal(explain({ amountMinor: 183_240 }, { ties: 'by_id' }).toNextClassMinor, 1)
})

t.test('who is not ranked is told why, and any positive amount is a C', async t => {
  const none = explain({ class: 'none', standing: 'negative_net', amountMinor: -500, rank: 0, beforeMinor: 0 })
  t.same(codes(none), ['abc.negative_net', 'abc.short_of_next_class'])
  t.equal(none.shareBefore, null)
  t.equal(none.toNextClassMinor, 501)
  for (const standing of ['no_purchase', 'zero_net'] as const) {
    t.equal(explain({ class: 'none', standing, amountMinor: 0 }).reasons[0]?.code, `abc.${standing}`)
  }
})

t.test('a class that only the margin kept says so, and a rise is measured with the margin', async t => {
  const kept = explain({ beforeMinor: 7900, riseCutoffs: { aMinor: 190_000, bMinor: 61_200 } }, { hysteresis: 0.02 })
  t.same(codes(kept), ['abc.share_before_below_cut', 'abc.kept_by_margin', 'abc.short_of_next_class'])
  t.equal(texts(kept)[1], 'The cuts alone say A; class B stays until a cut is passed by 2.00 %.')
  t.equal(kept.toNextClassMinor, 8000)
})

t.test('by fixed amounts the amount is the reason', async t => {
  const fixed = { method: 'fixed', aMinor: 183_240, bMinor: 61_200 } as const
  t.equal(texts(explain({}, fixed))[0], 'Rank 412 with 1820.00; A starts at 1832.40, B at 612.00.')
  t.equal(explain({}, fixed).reasons[0]?.code, 'abc.amount_between_cuts')
  t.equal(explain({ class: 'A', amountMinor: 183_240 }, fixed).reasons[0]?.code, 'abc.amount_reaches_cut')
  t.equal(explain({ class: 'C', amountMinor: 1 }, fixed).reasons[0]?.code, 'abc.amount_below_cuts')
  const margin = { ...fixed, hysteresis: 0.1 }
  t.same(codes(explain({ amountMinor: 184_000 }, margin)).slice(1), ['abc.kept_by_margin', 'abc.short_of_next_class'])
})

t.test('where no cut-off is known, nothing is promised', async t => {
  const unknown = explain({ cutoffs: { aMinor: null, bMinor: null } })
  t.same([unknown.nextClass, unknown.toNextClassMinor], [null, null])
})
