import fc from 'fast-check'
import t from 'tap'
import { averageRetention, cohortTable, monthsBetween } from '../../src/domain/cohorts.ts'

const JAN = 672
const window = { fromMonth: JAN, toMonth: JAN + 2, runningMonth: JAN + 2 }

t.test('each cohort has a row, with a cell for each month since, and zeros where nobody bought', async t => {
  const table = cohortTable(
    [
      { cohort: JAN, month: JAN, customers: 4, netMinor: 400 },
      { cohort: JAN, month: JAN + 2, customers: 1, netMinor: 70 },
      { cohort: JAN + 2, month: JAN + 2, customers: 2, netMinor: 10 }
    ],
    window
  )
  t.same(table[0], {
    cohort: JAN,
    size: 4,
    partial: false,
    months: [
      { age: 0, month: JAN, customers: 4, share: 1, netMinor: 400, partial: false },
      { age: 1, month: JAN + 1, customers: 0, share: 0, netMinor: 0, partial: false },
      { age: 2, month: JAN + 2, customers: 1, share: 0.25, netMinor: 70, partial: true }
    ]
  })
  t.same(
    table[1]?.months.map(cell => cell.share),
    [null, null],
    'a month in which nobody began has no shares'
  )
  t.match(table[2], { size: 2, partial: true, months: [{ age: 0, share: 1, partial: true }] })
  t.equal(table.length, 3)
})

t.test('the running month is partial, and what was before it is not', async t => {
  const running = (runningMonth: number) =>
    cohortTable([], { ...window, runningMonth }).flatMap(({ months }) => months.filter(cell => cell.partial)).length
  t.equal(running(JAN + 2), 3)
  t.equal(running(JAN + 3), 0)
  t.equal(running(JAN), 6)
})

t.test('the average weighs cohorts by their size and leaves out months that are not over', async t => {
  const table = cohortTable(
    [
      { cohort: JAN, month: JAN, customers: 90, netMinor: 0 },
      { cohort: JAN, month: JAN + 1, customers: 9, netMinor: 0 },
      { cohort: JAN, month: JAN + 2, customers: 90, netMinor: 0 },
      { cohort: JAN + 1, month: JAN + 1, customers: 10, netMinor: 0 }
    ],
    window
  )
  t.same(averageRetention(table), [
    { age: 0, cohorts: 2, share: 1 },
    { age: 1, cohorts: 1, share: 0.1 },
    { age: 2, cohorts: 0, share: null }
  ])
  t.same(averageRetention([]), [])
})

t.test('no months lie between a month and an earlier one', async t => {
  t.same(monthsBetween(3, 2), [])
  t.same(monthsBetween(3, 4), [3, 4])
})

t.test('shares are those of the customers, whatever their number', async () => {
  const months = fc.integer({ min: 0, max: 11 })
  fc.assert(
    fc.property(fc.array(fc.tuple(months, fc.array(months)), { maxLength: 60 }), customers => {
      const counted = new Map<string, number>()
      for (const [cohort, later] of customers) {
        for (const month of new Set([cohort, ...later.filter(month => month > cohort)])) {
          const key = `${cohort} ${month}`
          counted.set(key, (counted.get(key) ?? 0) + 1)
        }
      }
      const cells = [...counted].map(([key, count]) => {
        const [cohort = 0, month = 0] = key.split(' ').map(Number)
        return { cohort, month, customers: count, netMinor: 0 }
      })
      const table = cohortTable(cells, { fromMonth: 0, toMonth: 11, runningMonth: 12 })
      const sizes = table.reduce((sum, { size }) => sum + size, 0)
      return (
        sizes === customers.length &&
        table.every(({ size, months: row }) =>
          row.every(({ share }) => (share === null ? size === 0 : share >= 0 && share <= 1))
        )
      )
    })
  )
})
