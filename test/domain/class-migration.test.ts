import fc from 'fast-check'
import t from 'tap'
import type { AbcClass } from '../../src/domain/abc.ts'
import { CLASS_ORDER, classMigration } from '../../src/domain/class-migration.ts'

t.test('each class of the earlier run is shared out over the classes of the later', async t => {
  const { rows, customers, newcomers, stayedShare } = classMigration([
    { from: 'A', to: 'A', customers: 6 },
    { from: 'A', to: 'B', customers: 3 },
    { from: 'A', to: 'none', customers: 1 },
    { from: 'B', to: 'A', customers: 2 },
    { from: null, to: 'C', customers: 7 }
  ])
  t.same(rows[0], {
    from: 'A',
    customers: 10,
    counts: { A: 6, B: 3, C: 0, none: 1 },
    shares: { A: 0.6, B: 0.3, C: 0, none: 0.1 }
  })
  t.same(rows[1]?.shares, { A: 1, B: 0, C: 0, none: 0 })
  t.same(newcomers, { A: 0, B: 0, C: 7, none: 0 }, 'who is new was in no class before')
  t.same([customers, stayedShare], [12, 0.5])
})

t.test('an empty row is null, not 0', async t => {
  const { rows, stayedShare } = classMigration([{ from: 'A', to: 'A', customers: 1 }])
  t.same(
    rows.map(row => row.shares === null),
    [false, true, true, true]
  )
  t.equal(stayedShare, 1)
  t.match(classMigration([]), { customers: 0, stayedShare: null })
})

t.test('every row that has customers sums to 1, and nobody is lost', async () => {
  const named = fc.constantFrom<AbcClass>(...CLASS_ORDER)
  const move = fc.record({ from: fc.option(named), to: named, customers: fc.integer({ min: 1, max: 1_000 }) })
  fc.assert(
    fc.property(fc.array(move, { maxLength: 40 }), moves => {
      const { rows, customers, newcomers } = classMigration(moves)
      const total = moves.reduce((sum, one) => sum + one.customers, 0)
      const summed = rows.every(
        ({ shares }) => shares === null || Math.abs(shares.A + shares.B + shares.C + shares.none - 1) < 1e-9
      )
      return summed && customers + newcomers.A + newcomers.B + newcomers.C + newcomers.none === total
    })
  )
})
