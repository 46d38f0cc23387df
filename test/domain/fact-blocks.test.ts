import fc from 'fast-check'
import t from 'tap'
import { FACT_BLOCK_ROWS, FACT_LAYOUT, packFacts, unpackFacts } from '../../src/domain/fact-blocks.ts'
import { FactMerge, GrowingFacts, type IdentifiedFacts } from '../../src/domain/growing-facts.ts'

const FIGURES = [
  'sales',
  'returns',
  'lines',
  'promotionLines',
  'brandLines',
  'favouriteLines',
  'brandSwitches'
] as const

interface Customer {
  readonly id: number
  readonly days: readonly (readonly [entry: number, sales: number, net: number])[]
  readonly figures: readonly number[]
}

const filled = (customers: readonly Customer[], room = 1): IdentifiedFacts => {
  const facts = new GrowingFacts(room, room)
  for (const { id, days, figures } of customers) {
    facts.idsOfNext().set([7, 0, 0, id], 4 * facts.rows)
    for (const [entry, sales, net] of days) facts.addDay(entry, sales, net)
    for (const [place, name] of FIGURES.entries()) facts.set(name, figures[place] as number)
    facts.end()
  }
  return facts.columns()
}

const told = ({ ids, facts }: IdentifiedFacts): Customer[] =>
  Array.from({ length: ids.length / 4 }, (_, row) => ({
    id: ids[4 * row + 3] as number,
    days: Array.from({ length: (facts.offsets[row + 1] as number) - (facts.offsets[row] as number) }, (_, n) => {
      const at = (facts.offsets[row] as number) + n
      return [facts.days[at] as number, facts.daySales[at] as number, facts.nets[at] as number] as const
    }),
    figures: FIGURES.map(name => facts[name][row] as number)
  }))

const small = fc.nat({ max: 300 })
const anyNumber = fc.oneof(small, fc.nat({ max: 70_000 }), fc.nat())
const day = fc.tuple(
  fc.oneof(fc.integer({ min: -50, max: 70_000 }), fc.integer({ min: 0, max: 60_000 })),
  anyNumber,
  fc.oneof(fc.integer({ min: -70_000, max: 70_000 }), fc.maxSafeInteger())
)
const customer = fc.record({
  days: fc.array(day, { maxLength: 4 }),
  figures: fc.array(anyNumber, { minLength: FIGURES.length, maxLength: FIGURES.length })
})
const known = (entries: readonly { days: Customer['days']; figures: readonly number[] }[], firstId = 0, step = 1) =>
  entries.map((entry, n) => ({ id: firstId + n * step, ...entry }))

t.test('what was packed comes back as it was, however large its numbers, wherever it lies', async t => {
  fc.assert(
    fc.property(fc.array(customer, { maxLength: 12 }), fc.nat({ max: 5 }), (entries, skipped) => {
      const customers = known(entries)
      const all = filled(customers)
      const from = Math.min(skipped, customers.length)
      const bytes = packFacts(all.facts, from, customers.length)
      const shifted = new Uint8Array(bytes.length + 3)
      shifted.set(bytes, 3)
      const facts = unpackFacts(shifted.subarray(3), customers.length - from)
      t.same(told({ ids: all.ids.slice(4 * from), facts }), customers.slice(from))
    }),
    { numRuns: 60 }
  )
})

t.test('columns that are filled by many at a time hold what those filled one by one hold', async t => {
  fc.assert(
    fc.property(fc.array(customer, { maxLength: 8 }), fc.nat({ max: 8 }), (entries, cut) => {
      const customers = known(entries)
      const whole = filled(customers)
      const facts = new GrowingFacts(1, 1)
      const middle = Math.min(cut, customers.length)
      facts.append(whole, 0, middle)
      facts.append(whole, middle, customers.length)
      t.same(told(facts.columns()), customers)
    }),
    { numRuns: 60 }
  )
})

t.test(
  'facts made anew take their places among the kept ones, and every block with another content is named',
  async t => {
    const rows = 2 * FACT_BLOCK_ROWS + 5
    const plain = (id: number, net = 1): Customer => ({ id, days: [[40_000, 1, net]], figures: [1, 0, 2, 0, 0, 0, 0] })
    const kept = Array.from({ length: rows }, (_, n) => plain(10 + 2 * n))
    const packed = filled(kept, rows)
    const blocksOf = (customers: readonly Customer[]) => {
      const blocks: string[] = []
      for (let from = 0; from < customers.length; from += FACT_BLOCK_ROWS)
        blocks.push(JSON.stringify(customers.slice(from, from + FACT_BLOCK_ROWS)))
      return blocks
    }
    const before = blocksOf(kept)
    const last = 10 + 2 * (rows - 1)
    for (const [what, ids] of [
      ['nobody', []],
      ['one of the first block', [10]],
      ['one of each end', [10, last]],
      ['the last of a block', [10 + 2 * (FACT_BLOCK_ROWS - 1)]],
      ['somebody new before all', [1]],
      ['somebody new between two blocks', [10 + 2 * FACT_BLOCK_ROWS - 1]],
      ['somebody new in the second block', [10 + 2 * FACT_BLOCK_ROWS + 1]],
      ['new ones at the end', [last + 1, last + 2]],
      ['so many new ones that there is one block more', Array.from({ length: FACT_BLOCK_ROWS }, (_, n) => last + 1 + n)]
    ] as const) {
      const fresh = ids.map(id => plain(id, 500))
      const facts = new GrowingFacts(rows, rows)
      const changed = new Set<number>()
      const merge = new FactMerge(facts, filled(fresh), changed)
      for (let from = 0; from < rows; from += FACT_BLOCK_ROWS) {
        const to = Math.min(from + FACT_BLOCK_ROWS, rows)
        const bytes = packFacts(packed.facts, from, to)
        merge.takeBlock({ ids: packed.ids.subarray(4 * from, 4 * to), facts: unpackFacts(bytes, to - from) })
      }
      const wanted = [...kept.filter(({ id }) => !fresh.some(one => one.id === id)), ...fresh].sort(
        (a, b) => a.id - b.id
      )
      const after = blocksOf(wanted)
      t.equal(merge.finish(), after.length, what)
      t.ok(JSON.stringify(told(facts.columns())) === JSON.stringify(wanted), what)
      const other = after.flatMap((block, n) => (block === before[n] ? [] : [n]))
      t.same([...changed].sort(), other, what)
    }
  }
)

t.test('a layout names every column', async t => {
  for (const name of [...FIGURES, 'days', 'nets', 'daySales']) t.ok(FACT_LAYOUT.includes(`"${name}"`), name)
})
