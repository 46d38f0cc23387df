import fc from 'fast-check'
import t from 'tap'
import {
  emptyHistory,
  firstPurchaseDay,
  historiesBefore,
  meanSpend,
  type PurchaseDays,
  readHistory
} from '../../src/domain/buying-history.ts'
import { canonicalOrder, evenSample } from '../../src/domain/canonical-rows.ts'
import { receiptDay } from '../../src/domain/receipt-days.ts'

interface Day {
  readonly day: number
  readonly paid: boolean
  readonly net: number
}

const paid = (day: number, net = 100): Day => ({ day, paid: true, net })
const unpaid = (day: number, net = -30): Day => ({ day, paid: false, net })

function ledger(...customers: Day[][]): PurchaseDays {
  const all = customers.flat()
  const offsets = [0]
  for (const days of customers) offsets.push((offsets.at(-1) as number) + days.length)
  return {
    days: Int32Array.from(all, ({ day, paid }) => receiptDay(day, paid)),
    nets: Float64Array.from(all, ({ net }) => net),
    offsets: Int32Array.from(offsets)
  }
}

const read = (asOfDay: number, ...days: Day[]) => {
  const { days: coded, nets } = ledger(days)
  return readHistory(emptyHistory(), coded, nets, 0, days.length, asOfDay)
}

t.test('repeats, recency and age count from the first paid day, and the first is not repeated', async t => {
  t.same(read(60, paid(10), paid(20, 250), paid(45, 150)), { repeats: 2, recency: 35, age: 50, net: 400 })
  t.same(read(60, paid(59)), { repeats: 0, recency: 0, age: 1, net: 0 }, 'bought yesterday for the first time')
})

t.test('a day without a paid sale is no purchase, but what it gives back counts', async t => {
  t.same(read(60, paid(10), unpaid(12), paid(20, 200), unpaid(58)), { repeats: 1, recency: 10, age: 50, net: 140 })
  t.same(read(60, unpaid(3), paid(10)), { repeats: 0, recency: 0, age: 50, net: 0 }, 'nor does it make a customer')
})

t.test('the day of the reading and all later days are not looked at', async t => {
  t.same(read(20, paid(10), paid(20), paid(21)), { repeats: 0, recency: 0, age: 10, net: 0 })
  t.equal(read(10, paid(10)), null, 'not a customer yet')
  t.equal(read(10, unpaid(5)), null)
  t.equal(read(10), null)
})

t.test('days before 1970 are days', async t => {
  t.same(read(0, paid(-7), unpaid(-6), paid(-3)), { repeats: 1, recency: 4, age: 7, net: 70 })
})

t.test('the mean spend of a repeat purchase is unknown without one, or when returns ate everything', async t => {
  t.equal(meanSpend(2, 500), 250)
  t.equal(meanSpend(0, 0), null)
  t.equal(meanSpend(1, 0), null)
  t.equal(meanSpend(3, -10), null)
})

const someDays = fc
  .uniqueArray(
    fc.record({ day: fc.integer({ min: 0, max: 60 }), paid: fc.boolean(), net: fc.integer({ min: -500, max: 500 }) }),
    {
      selector: ({ day }) => day,
      maxLength: 12
    }
  )
  .map(days => days.toSorted((a, b) => a.day - b.day))
const someLedger = fc.array(someDays, { maxLength: 8 })

t.test('columns hold every customer as he reads alone, with what he bought later beside it', async t => {
  fc.assert(
    fc.property(
      someLedger,
      fc.integer({ min: 0, max: 60 }),
      fc.integer({ min: 0, max: 20 }),
      (customers, asOf, ahead) => {
        const columns = historiesBefore(ledger(...customers), asOf, asOf + ahead)
        const expected = customers.flatMap(days => {
          const history = read(asOf, ...days)
          const later = days.filter(({ day, paid }) => paid && day >= asOf && day < asOf + ahead).length
          return history ? [{ ...history, later }] : []
        })
        const found = expected.map((_, row) => ({
          repeats: columns.repeats[row],
          recency: columns.recency[row],
          age: columns.age[row],
          net: columns.net[row],
          later: columns.later[row]
        }))
        t.equal(columns.repeats.length, expected.length)
        t.same(found, expected)
      }
    ),
    { numRuns: 50 }
  )
})

t.test('what comes later changes no history', async t => {
  fc.assert(
    fc.property(someLedger, fc.integer({ min: 0, max: 60 }), (customers, asOf) => {
      const known = customers.map(days => days.filter(({ day }) => day < asOf))
      t.same(historiesBefore(ledger(...customers), asOf), historiesBefore(ledger(...known), asOf))
    }),
    { numRuns: 50 }
  )
})

t.test('observation begins with the first paid day of anybody', async t => {
  t.equal(firstPurchaseDay(ledger([unpaid(2), paid(9)], [paid(5)]), 10), 5)
  t.equal(firstPurchaseDay(ledger([paid(9)]), 9), null)
  t.equal(firstPurchaseDay(ledger(), 9), null)
})

const someRows = fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: -9, max: 9 })), { maxLength: 60 })
const columnsOf = (rows: [number, number][]) => [
  Int32Array.from(rows, ([a]) => a),
  Float64Array.from(rows, ([, b]) => b)
]

t.test('the canonical order is by the first column, then the next, whatever order the rows came in', async t => {
  fc.assert(
    fc.property(someRows, rows => {
      const order = canonicalOrder(columnsOf(rows))
      const sorted = rows.toSorted((a, b) => b[0] - a[0] || b[1] - a[1])
      t.same(
        [...order].map(row => rows[row]),
        sorted
      )
    }),
    { numRuns: 50 }
  )
  t.equal(canonicalOrder([]).length, 0)
})

t.test('a sample is evenly spaced over that order, so it is the same for every order of input', async t => {
  const rows = Array.from({ length: 1000 }, (_, i): [number, number] => [i % 10, (i * 7) % 13])
  const sampled = (rows: [number, number][]) => [...evenSample(columnsOf(rows), 100)].map(row => rows[row])
  t.same(sampled(rows), sampled(rows.toReversed()))
  const strata = [...Array(10).keys()]
  t.ok(
    strata.every(stratum => sampled(rows).filter(row => row?.[0] === stratum).length === 10),
    'a tenth of each stratum'
  )
  t.equal(evenSample(columnsOf(rows), 1000).length, 1000, 'all rows where they are not too many')
})
