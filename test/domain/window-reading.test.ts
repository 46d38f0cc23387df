import fc from 'fast-check'
import t from 'tap'
import {
  countDays,
  type DayNumber,
  dayBit,
  dayNumber,
  monthOf,
  type Period,
  trailingWindow
} from '../../src/domain/period.ts'
import { readingOf } from '../../src/domain/window-reading.ts'

const from = dayNumber('2024-01-01')
const to = dayNumber('2027-12-31')

interface Receipt {
  day: DayNumber
  net: number
}

const receipts = fc.array(
  fc.record({ day: fc.integer({ min: from, max: to }), net: fc.integer({ min: -500, max: 900 }) }),
  {
    maxLength: 60
  }
)

/** What the run's statement does with a reading, spelled out over single receipts. */
function summed(all: readonly Receipt[], window: Period, lastDay: DayNumber) {
  const { firstMonth, lastMonth, cut, slices } = readingOf(window, lastDay)
  const masks = new Map<number, number>()
  const mark = (day: DayNumber) => masks.set(monthOf(day), (masks.get(monthOf(day)) ?? 0) | dayBit(day))
  let net = 0
  for (const receipt of all) {
    const month = monthOf(receipt.day)
    if (month <= lastMonth && (firstMonth === null || month >= firstMonth)) {
      net += receipt.net
      mark(receipt.day)
    }
  }
  for (const { month, mask } of cut) masks.set(month, (masks.get(month) ?? 0) & mask)
  for (const { fromDay, toDay, sign } of slices) {
    for (const receipt of all) {
      if (receipt.day < fromDay || receipt.day >= toDay) continue
      net += sign * receipt.net
      if (sign === 1) mark(receipt.day)
    }
  }
  return { net, days: [...masks.values()].reduce((days, mask) => days + countDays(mask), 0) }
}

t.test('months corrected at their edges are exactly the receipts of the window', async () => {
  fc.assert(
    fc.property(
      receipts,
      fc.integer({ min: from, max: to }),
      fc.constantFrom(1, 2, 12, 24, null),
      fc.integer({ min: -40, max: 400 }),
      (all, asOfDay, months, ahead) => {
        const window = trailingWindow(asOfDay, months)
        const lastDay = asOfDay + ahead
        const known = all.filter(receipt => receipt.day <= lastDay)
        const inside = known.filter(
          ({ day }) => day < window.toDay && (window.fromDay === null || day >= window.fromDay)
        )
        const net = inside.reduce((sum, receipt) => sum + receipt.net, 0)
        const days = new Set(inside.map(receipt => receipt.day)).size
        const found = summed(known, window, lastDay)
        return found.net === net && found.days === days
      }
    ),
    { numRuns: 500 }
  )
})

t.test('whole months need no receipt', async t => {
  const reading = readingOf(trailingWindow(dayNumber('2026-11-01'), 12), dayNumber('2026-11-03'))
  t.same(reading.slices, [])
  t.same(reading.cut, [])
})

t.test(
  'never more than half a month of receipts is read at the start, and a run up to today reads those of today',
  async t => {
    for (let asOfDay = dayNumber('2026-01-01'); asOfDay < dayNumber('2027-01-01'); asOfDay++) {
      for (const { fromDay, toDay, sign } of readingOf(trailingWindow(asOfDay, 12), asOfDay + 2).slices) {
        if (sign === -1 && fromDay === asOfDay) continue
        t.ok(toDay - fromDay <= 16)
      }
    }
  }
)
