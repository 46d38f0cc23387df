import fc from 'fast-check'
import t from 'tap'
import { ABC_CLASSES } from '../../src/domain/abc.ts'
import {
  changedRows,
  classifyColumns,
  curveOf,
  emptyFindings,
  movementsOf,
  NO_DAY
} from '../../src/domain/classification-columns.ts'
import { DEFAULT_POLICY } from '../../src/domain/classification-policy.ts'
import { reportOn } from '../../src/domain/classification-report.ts'
import { dayNumber } from '../../src/domain/period.ts'
import { gini, lorenzPoints, shareOfTop, sortedPositive } from '../../src/domain/statistics.ts'

const asOfDay = dayNumber('2026-11-21')
const amounts = fc.array(fc.integer({ min: -50, max: 300 }), { maxLength: 40 })

const columnsOf = (list: readonly number[]) => ({
  amounts: Float64Array.from(list),
  receipts: Int32Array.from(list, amount => (amount === 0 ? 0 : 1)),
  lastPaidDays: Int32Array.from(list, (amount, row) => (amount > 0 ? asOfDay - 1 - (row % 9) : NO_DAY)),
  paidDays: Int32Array.from(list, (amount, row) => (amount > 0 ? 1 + (row % 3) : 0))
})

const classified = (list: readonly number[], ties: 'together' | 'by_id' = 'together') =>
  classifyColumns(
    columnsOf(list),
    emptyFindings(list.length),
    { ...DEFAULT_POLICY, abc: { ...DEFAULT_POLICY.abc, ties } },
    asOfDay
  )

t.test('at first everybody has changed, and a second look at the same finds nothing', async () => {
  fc.assert(
    fc.property(amounts, list => {
      const before = emptyFindings(list.length)
      const { found } = classified(list)
      return (
        changedRows(before, found).length === list.length && changedRows(found, classified(list).found).length === 0
      )
    })
  )
})

t.test('exactly those rows have changed in which a figure differs', async t => {
  const before = classified([500, 40, 30, 20, 0]).found
  const after = classified([500, 40, 30, 21, 0]).found
  t.same([...changedRows(before, after)], [3])
})

t.test('who enters a class and who leaves one adds up to the difference of the counts', async () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: -9, max: 90 }), fc.integer({ min: -9, max: 90 })), { maxLength: 30 }),
      pairs => {
        const before = classified(pairs.map(([first]) => first))
        const after = classified(pairs.map(([, second]) => second))
        const { entered, left } = movementsOf(before.found, after.found, changedRows(before.found, after.found))
        return ABC_CLASSES.every(
          name => before.abc.report.counts[name] + entered[name] - left[name] === after.abc.report.counts[name]
        )
      }
    )
  )
})

t.test('the curve and the tie offset give back every rank and what lies before it', async () => {
  fc.assert(
    fc.property(amounts, fc.constantFrom('together' as const, 'by_id' as const), (list, ties) => {
      const { found, abc } = classified(list, ties)
      const curve = curveOf(found.amounts, abc)
      return list.every((amount, row) => {
        if (amount <= 0) return true
        const place = curve.amounts.indexOf(amount)
        const offset = found.tieOffsets[row] as number
        return (
          (curve.ranks[place] as number) + offset === abc.ranks[row] &&
          (curve.before[place] as number) + offset * amount === abc.before[row]
        )
      })
    })
  )
})

t.test('the report measures the same concentration as the statistics of the amounts', async () => {
  fc.assert(
    fc.property(amounts, list => {
      const result = classified(list)
      const before = emptyFindings(list.length)
      const report = reportOn(result, before, changedRows(before, result.found))
      const ascending = sortedPositive(Float64Array.from(list))
      return (
        report.gini === gini(ascending) &&
        report.topFifthShare === shareOfTop(ascending, 2_000) &&
        JSON.stringify(report.lorenz) === JSON.stringify(lorenzPoints(ascending))
      )
    })
  )
})

t.test('recency counts the days up to the day of the run', async t => {
  const { rfmCuts } = classified([10])
  t.same(rfmCuts.recencyDays, [1, 1, 1, 1])
})
