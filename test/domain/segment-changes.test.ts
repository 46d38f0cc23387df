import fc from 'fast-check'
import t from 'tap'
import { emptyBits, hasBit, ones, setBit } from '../../src/domain/member-bits.ts'
import { MembershipChanges } from '../../src/domain/segment-changes.ts'
import { columnOf, columnsOf, FilledBlock } from '../../src/domain/segment-columns.ts'
import { compileRule } from '../../src/domain/segment-evaluation.ts'
import type { SegmentRule } from '../../src/domain/segment-rule.ts'

const many = { field: 'birthYear', operator: 'at_least', value: 5 } as const
const even = { field: 'birthdayMonth', operator: 'in', value: [0, 2, 4, 6, 8] } as const
const few: SegmentRule = { field: 'birthYear', operator: 'at_most', value: 2 }
const rule: SegmentRule = { any: [{ all: [many, { not: few }] }, { all: [few, many] }] }

t.test('who comes and who goes is who is in one and not in the other, each with a reason', async () => {
  const PIECE = 64
  const figures = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 200 })
  fc.assert(
    fc.property(figures, fc.uniqueArray(fc.nat({ max: 199 })), (all, memberPlaces) => {
      const block = new FilledBlock(columnsOf([rule]), PIECE)
      const before = emptyBits(all.length)
      const were = memberPlaces.filter(place => place < all.length)
      for (const place of were) setBit(before, place)
      const changes = new MembershipChanges(rule, compileRule(rule, block), before, all.length)
      for (let first = 0; first < all.length; first += PIECE) {
        const piece = all.slice(first, first + PIECE)
        block.numbers(columnOf(many).key).set(piece)
        changes.judge(first, piece.length)
      }
      const are = all.flatMap((figure, place) => (figure >= 5 ? [place] : []))
      const found = Array.from({ length: changes.count }, (_, index) => changes.changeAt(index))
      const entered = found.filter(change => change.entered).map(change => change.place)
      const left = found.filter(change => !change.entered).map(change => change.place)
      return (
        changes.members === are.length &&
        all.every((_, place) => hasBit(changes.after, place) === are.includes(place)) &&
        String(entered) === String(are.filter(place => !were.includes(place))) &&
        String(left) === String(were.filter(place => !are.includes(place)).sort((a, b) => a - b)) &&
        changes.entered === entered.length &&
        changes.left === left.length &&
        found.every(({ why }) => (changes.reasons[why]?.length ?? 0) > 0)
      )
    })
  )
})

t.test('a reason is kept once, and names the conditions that decide', async t => {
  const both: SegmentRule = { all: [many, even] }
  const block = new FilledBlock(columnsOf([both]), 32)
  const changes = new MembershipChanges(both, compileRule(both, block), emptyBits(32), 32)
  block.numbers(columnOf(many).key).set([5, 6, 7, 1])
  block.numbers(columnOf(even).key).set([2, 4, 3, 2])
  changes.judge(0, 4)
  t.same([changes.count, changes.reasons.length], [2, 1])
  t.same(changes.reasons, [
    [
      { pointer: '/all/0', code: 'birthYear.at_least' },
      { pointer: '/all/1', code: 'birthdayMonth.in' }
    ]
  ])
})

t.test('more than a thousand changes are kept, in their order', async t => {
  const block = new FilledBlock(columnsOf([many]), 4_096)
  const changes = new MembershipChanges(many, compileRule(many, block), emptyBits(4_096), 4_096)
  block.numbers(columnOf(many).key).fill(9)
  changes.judge(0, 4_096)
  t.equal(changes.count, 4_096)
  t.same(changes.changeAt(4_095), { place: 4_095, entered: true, why: 0 })
})

t.test('bits of a word are counted', async () => {
  fc.assert(
    fc.property(
      fc.integer(),
      word =>
        ones(word) ===
        (word >>> 0)
          .toString(2)
          .split('')
          .filter(bit => bit === '1').length
    )
  )
})
