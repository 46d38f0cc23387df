import fc from 'fast-check'
import t from 'tap'
import { ABC_CLASSES, ABC_STANDINGS, type AbcPolicy, classAt, provisionalClass } from '../../src/domain/abc.ts'
import { classifyAbc } from '../../src/domain/abc-run.ts'
import { DEFAULT_POLICY } from '../../src/domain/classification-policy.ts'

const run = (amounts: readonly number[], changes: Partial<AbcPolicy> = {}, previous?: readonly number[]) =>
  classifyAbc(
    {
      amounts: Float64Array.from(amounts),
      receipts: amounts.map(amount => (amount === 0 ? 0 : 1)),
      ...(previous === undefined ? {} : { previous })
    },
    { ...DEFAULT_POLICY.abc, ...changes }
  )
const classesOf = (result: ReturnType<typeof run>) => [...result.classes].map(code => ABC_CLASSES[code])
const someAmounts = fc.array(fc.oneof(fc.integer({ min: -20, max: 20 }), fc.integer({ min: -5, max: 1e9 })), {
  maxLength: 80
})
const anyTies = fc.constantFrom('together' as const, 'by_id' as const)

t.test('each customer is ranked, with the turnover before him', async t => {
  const result = run([100, 5000, 0, 3000, -50, 1900])
  t.same(classesOf(result), ['C', 'A', 'none', 'A', 'none', 'B'])
  t.same([...result.ranks], [4, 1, 0, 2, 0, 3])
  t.same([...result.before], [9900, 0, 0, 5000, 0, 8000])
  t.same([...result.order], [1, 3, 5, 0])
  t.same(
    [...result.standings].map(code => ABC_STANDINGS[code]),
    ['ranked', 'ranked', 'no_purchase', 'ranked', 'negative_net', 'ranked']
  )
  t.same(result.report, {
    counts: { A: 2, B: 1, C: 1, none: 2 },
    amountsMinor: { A: 8000, B: 1900, C: 100 },
    totalMinor: 10_000,
    cutoffs: { aMinor: 3000, bMinor: 1900 },
    riseCutoffs: { aMinor: 3000, bMinor: 1900 },
    ties: { method: 'together', straddlingGroups: 0, straddlingCustomers: 0 }
  })
})

t.test('returns that took everything back are no purchase of zero', async t => {
  const result = classifyAbc({ amounts: Float64Array.of(0, 0), receipts: [2, 0] }, DEFAULT_POLICY.abc)
  t.same(
    [...result.standings].map(code => ABC_STANDINGS[code]),
    ['zero_net', 'no_purchase']
  )
})

t.test('nobody at all makes an empty report, not an error', async t => {
  const { report } = run([])
  t.same(report.counts, { A: 0, B: 0, C: 0, none: 0 })
  t.same(report.cutoffs, { aMinor: null, bMinor: null })
  t.equal(report.totalMinor, 0)
})

t.test('equals stay together with the first of them', async t => {
  const result = run([20, 20, 20, 20, 20])
  t.same(classesOf(result), ['A', 'A', 'A', 'A', 'A'])
  t.same([...result.ranks], [1, 1, 1, 1, 1])
  t.same([...result.tieOffsets], [0, 0, 0, 0, 0])
  t.same(result.report.ties, { method: 'together', straddlingGroups: 1, straddlingCustomers: 5 })
})

t.test('by id, equals are divided where the cut falls', async t => {
  const result = run([20, 20, 20, 20, 20], { ties: 'by_id' })
  t.same(classesOf(result), ['A', 'A', 'A', 'A', 'B'])
  t.same([...result.ranks], [1, 2, 3, 4, 5])
  t.same([...result.before], [0, 20, 40, 60, 80])
  t.same([...result.tieOffsets], [0, 1, 2, 3, 4])
  t.same(result.report.ties, { method: 'by_id', straddlingGroups: 1, straddlingCustomers: 5 })
  t.same(result.report.cutoffs, { aMinor: 20, bMinor: 20 })
})

t.test('more money never means a lower class', async t => {
  fc.assert(
    fc.property(someAmounts, anyTies, (amounts, ties) => {
      const { classes } = run(amounts, { ties })
      const worth = (row: number) => (classes[row] === 0 ? 9 : (classes[row] as number))
      return amounts.every((a, i) => amounts.every((b, j) => a <= b || worth(i) <= worth(j)))
    })
  )
  t.pass()
})

t.test('every row has the class that the rule for one customer gives', async t => {
  fc.assert(
    fc.property(someAmounts, anyTies, (amounts, ties) => {
      const { classes, before, report } = run(amounts, { ties })
      return amounts.every((amount, row) => {
        const expected = amount > 0 ? classAt(before[row] as number, report.totalMinor, DEFAULT_POLICY.abc) : 'none'
        return ABC_CLASSES[classes[row] as number] === expected
      })
    })
  )
  t.pass()
})

t.test('scaling all amounts changes nothing', async t => {
  fc.assert(
    fc.property(someAmounts, anyTies, fc.integer({ min: 2, max: 1000 }), (amounts, ties, factor) => {
      const scaled = run(
        amounts.map(amount => amount * factor),
        { ties }
      )
      return run(amounts, { ties }).classes.join() === scaled.classes.join()
    })
  )
  t.pass()
})

t.test('the order of the rows is irrelevant while equals stay together', async t => {
  fc.assert(
    fc.property(someAmounts, amounts => {
      const [forth, back] = [run(amounts), run(amounts.toReversed())]
      return (
        forth.classes.join() === back.classes.toReversed().join() &&
        forth.ranks.join() === back.ranks.toReversed().join()
      )
    })
  )
  t.pass()
})

t.test('a customer without a positive amount changes nobody else', async t => {
  fc.assert(
    fc.property(someAmounts, anyTies, fc.integer({ min: -1e9, max: 0 }), (amounts, ties, amount) => {
      return (
        run([...amounts, amount], { ties })
          .classes.subarray(0, -1)
          .join() === run(amounts, { ties }).classes.join()
      )
    })
  )
  t.pass()
})

t.test('A is empty only if nobody is ranked, and the report adds up', async t => {
  fc.assert(
    fc.property(someAmounts, anyTies, (amounts, ties) => {
      const { counts, amountsMinor, totalMinor } = run(amounts, { ties }).report
      return (
        counts.A > 0 === amounts.some(amount => amount > 0) &&
        counts.A + counts.B + counts.C + counts.none === amounts.length &&
        amountsMinor.A + amountsMinor.B + amountsMinor.C === totalMinor
      )
    })
  )
  t.pass()
})

t.test('while equals stay together, the cut-offs tell every class again', async t => {
  fc.assert(
    fc.property(someAmounts, amounts => {
      const { classes, report } = run(amounts)
      return amounts.every((amount, row) => {
        return (
          report.totalMinor === 0 || provisionalClass(amount, report.cutoffs) === ABC_CLASSES[classes[row] as number]
        )
      })
    })
  )
  t.pass()
})

t.test('both ways with ties differ only in groups that are reported', async t => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 60 }), amounts => {
      const [together, byId] = [run(amounts), run(amounts, { ties: 'by_id' })]
      const differing = new Set(amounts.filter((_, row) => together.classes[row] !== byId.classes[row]))
      const inThem = amounts.filter(amount => differing.has(amount)).length
      const { straddlingGroups, straddlingCustomers } = byId.report.ties
      return straddlingGroups === differing.size && straddlingCustomers === inThem
    })
  )
  t.pass()
})

t.test('fixed amounts need no ranking to decide, and are the cut-offs', async t => {
  const result = run([1000, 999, 100, 99, 0], { method: 'fixed', aMinor: 1000, bMinor: 100 })
  t.same(classesOf(result), ['A', 'B', 'B', 'C', 'none'])
  t.same(result.report.cutoffs, { aMinor: 1000, bMinor: 100 })
  t.equal(result.report.ties.straddlingGroups, 0)
})

t.test('a margin keeps classes and says what a rise takes', async t => {
  const amounts = [79, 4, 11, 3, 3]
  t.same(classesOf(run(amounts)), ['A', 'B', 'A', 'B', 'B'])
  const kept = run(amounts, { hysteresis: 0.02 }, [1, 3, 2, 3, 2])
  t.same(classesOf(kept), ['A', 'B', 'B', 'C', 'B'], 'before: 79 and 90 and 94 of 100')
  t.same(kept.report.cutoffs, { aMinor: 11, bMinor: 3 })
  t.same(kept.report.riseCutoffs, { aMinor: 79, bMinor: 4 })
})

t.test('without a margin the class before has no say', async t => {
  const previous = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 80, maxLength: 80 })
  fc.assert(
    fc.property(
      someAmounts,
      previous,
      (amounts, before) => run(amounts, {}, before).classes.join() === run(amounts).classes.join()
    )
  )
  t.pass()
})

t.test('a second run on the same amounts changes no class, margin or not', async t => {
  fc.assert(
    fc.property(someAmounts, fc.constantFrom(0, 0.01, 0.04), (amounts, hysteresis) => {
      const first = run(amounts, { hysteresis })
      return run(amounts, { hysteresis }, [...first.classes]).classes.join() === first.classes.join()
    })
  )
  t.pass()
})

t.test('a total that a number cannot hold exactly is refused', async t => {
  t.equal(run([2 ** 53 - 2, 1]).report.totalMinor, Number.MAX_SAFE_INTEGER)
  t.throws(() => run([2 ** 53 - 1, 1]), { code: 'abc.total_out_of_range' })
})
