import fc from 'fast-check'
import t from 'tap'
import {
  addMonths,
  countDays,
  dayBit,
  dayNumber,
  dayText,
  firstDayOfMonth,
  lastDayIn,
  lastDayOfMonth,
  maskOfPeriod,
  monthOf,
  trailingWindow
} from '../../src/domain/period.ts'

const anyDay = fc.integer({ min: dayNumber('0001-01-01'), max: dayNumber('9990-12-31') })

t.test('days count from 1970', async t => {
  t.equal(dayNumber('1970-01-01'), 0)
  t.equal(dayNumber('1969-12-31'), -1)
  t.equal(dayNumber('2000-03-01'), 11017)
  t.equal(dayText(11017), '2000-03-01')
  t.equal(dayText(dayNumber('0001-01-01')), '0001-01-01')
})

t.test('a date that the calendar lacks is refused', async t => {
  for (const text of [
    '2023-02-29',
    '1900-02-29',
    '2024-02-30',
    '2024-04-31',
    '2024-13-01',
    '2024-00-10',
    '24-01-01',
    '2024-1-1',
    ''
  ]) {
    t.throws(() => dayNumber(text), { code: 'day.invalid', kind: 'invalid' }, text)
  }
  t.equal(dayText(dayNumber('2000-02-29')), '2000-02-29')
})

t.test('text and number of a day are two spellings of one thing', async t => {
  fc.assert(fc.property(anyDay, day => dayNumber(dayText(day)) === day))
  t.pass()
})

t.test('every day lies in its month', async t => {
  fc.assert(
    fc.property(anyDay, day => {
      const month = monthOf(day)
      return firstDayOfMonth(month) <= day && day <= lastDayOfMonth(month) && firstDayOfMonth(month + 1) > day
    })
  )
  t.equal(monthOf(dayNumber('1970-01-31')), 0)
  t.equal(monthOf(dayNumber('1969-12-31')), -1)
  t.equal(dayText(lastDayOfMonth(monthOf(dayNumber('2024-02-10')))), '2024-02-29')
})

t.test('months are added by the calendar and stop at the end of a shorter month', async t => {
  const later = (text: string, months: number) => dayText(addMonths(dayNumber(text), months))
  t.equal(later('2024-01-31', 1), '2024-02-29')
  t.equal(later('2023-01-31', 1), '2023-02-28')
  t.equal(later('2024-02-29', 12), '2025-02-28')
  t.equal(later('2024-02-29', -12), '2023-02-28')
  t.equal(later('2024-01-15', -1), '2023-12-15')
  t.equal(later('2024-05-31', 0), '2024-05-31')
})

t.test('a window ends where the day begins and is half-open', async t => {
  const asOf = dayNumber('2026-11-21')
  t.same(trailingWindow(asOf, 12), { fromDay: dayNumber('2025-11-21'), toDay: asOf })
  t.same(trailingWindow(asOf, null), { fromDay: null, toDay: asOf })
})

t.test('a mask holds the days of a month, the 31st included, without touching the sign', async t => {
  const month = monthOf(dayNumber('2024-01-01'))
  const mask = dayBit(dayNumber('2024-01-01')) | dayBit(dayNumber('2024-01-31'))
  t.equal(mask, 2 ** 30 + 1)
  t.equal(countDays(mask), 2)
  t.equal(lastDayIn(mask, month), dayNumber('2024-01-31'))
  t.equal(lastDayIn(1, month), dayNumber('2024-01-01'))
  t.equal(lastDayIn(0, month), null)
  t.equal(countDays(2 ** 31 - 1), 31)
})

t.test('a month is cut by the period: from is in, to is out', async t => {
  const month = monthOf(dayNumber('2024-02-01'))
  const within = (from: string | null, to: string) =>
    maskOfPeriod(month, { fromDay: from === null ? null : dayNumber(from), toDay: dayNumber(to) })
  t.equal(within('2024-02-02', '2024-02-04'), 0b110)
  t.equal(within('2024-01-15', '2024-02-02'), 0b1)
  t.equal(within('2024-02-29', '2024-05-01'), 1 << 28)
  t.equal(countDays(within(null, '2024-03-01')), 29)
  t.equal(within('2024-03-01', '2024-04-01'), 0)
  t.equal(within('2023-01-01', '2024-02-01'), 0)
  t.equal(within('2024-02-10', '2024-02-10'), 0)
  t.equal(maskOfPeriod(0, { fromDay: 0, toDay: 31 }), 2 ** 31 - 1)
})

t.test('masks count the same days as a calendar gone through day by day', async t => {
  const span = fc.tuple(fc.integer({ min: 19000, max: 19800 }), fc.integer({ min: 0, max: 100 }))
  fc.assert(
    fc.property(
      span,
      fc.uniqueArray(fc.integer({ min: 18990, max: 19910 }), { maxLength: 60 }),
      ([fromDay, length], days) => {
        const period = { fromDay, toDay: fromDay + length }
        const masks = new Map<number, number>()
        for (const day of days) masks.set(monthOf(day), (masks.get(monthOf(day)) ?? 0) | dayBit(day))
        const inside = days.filter(day => day >= period.fromDay && day < period.toDay)
        let counted = 0
        let last: number | null = null
        for (const [month, mask] of [...masks].sort(([a], [b]) => a - b)) {
          counted += countDays(mask & maskOfPeriod(month, period))
          last = lastDayIn(mask & maskOfPeriod(month, period), month) ?? last
        }
        return counted === inside.length && last === (inside.length === 0 ? null : Math.max(...inside))
      }
    )
  )
  t.pass()
})
