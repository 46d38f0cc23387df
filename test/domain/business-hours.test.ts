import fc from 'fast-check'
import t from 'tap'
import {
  afterOpenTime,
  type BusinessHours,
  businessHoursFaults,
  type OpenInterval,
  openTimeBetween
} from '../../src/domain/business-hours.ts'
import { zoneClock } from '../../src/services/calendar.ts'

const HOUR = 3_600_000
const BERLIN = zoneClock('Europe/Berlin')
const NEW_YORK = zoneClock('America/New_York')

const ms = (text: string): number => Date.parse(text)
const text = (at: number): string => new Date(at).toISOString()
const daily = (...intervals: OpenInterval[]): BusinessHours => ({
  weekly: [1, 2, 3, 4, 5, 6, 7].flatMap(weekday => intervals.map(one => ({ weekday, ...one }))),
  exceptions: []
})
const open = (opensAt: string, closesAt: string): OpenInterval => ({ opensAt, closesAt })

/** Monday to Friday 9 to 18, Saturday 10 to 14; Good Friday and Easter Monday of 2024 closed. */
const EASTER: BusinessHours = {
  weekly: [
    ...[1, 2, 3, 4, 5].map(weekday => ({ weekday, ...open('09:00', '18:00') })),
    { weekday: 6, ...open('10:00', '14:00') }
  ],
  exceptions: [
    { on: '2024-03-29', intervals: [] },
    { on: '2024-04-01', intervals: [] }
  ]
}

t.test(
  '24 business hours from Good Friday 16:30 end on Thursday 11:00, over Easter and the change of clocks',
  async t => {
    const from = ms('2024-03-29T16:30:00+01:00')
    const due = afterOpenTime(from, 24 * HOUR, EASTER, BERLIN)
    t.equal(text(due), '2024-04-04T09:00:00.000Z')
    t.equal(due, ms('2024-04-04T11:00:00+02:00'))
    t.equal(openTimeBetween(from, due, EASTER, BERLIN), 24 * HOUR)
  }
)

t.test('a start outside of the hours begins with the next opening', async t => {
  const hours = daily(open('09:00', '18:00'))
  const after = (from: string) => text(afterOpenTime(ms(from), HOUR, hours, BERLIN))
  t.equal(after('2026-06-10T05:00:00+02:00'), text(ms('2026-06-10T10:00:00+02:00')), 'before the opening')
  t.equal(after('2026-06-10T09:00:00+02:00'), text(ms('2026-06-10T10:00:00+02:00')), 'at the opening')
  t.equal(after('2026-06-10T18:00:00+02:00'), text(ms('2026-06-11T10:00:00+02:00')), 'at the close, which is not open')
  t.equal(after('2026-06-10T17:00:00+02:00'), text(ms('2026-06-10T18:00:00+02:00')), 'a term may end at the close')
  t.equal(after('2026-06-10T17:00:00.001+02:00'), text(ms('2026-06-11T09:00:00.001+02:00')), 'a moment is left over')
})

t.test('a lunch break does not count', async t => {
  const hours = daily(open('13:30', '18:00'), open('09:00', '12:30'))
  const at = (from: string, hoursLater: number) => text(afterOpenTime(ms(from), hoursLater * HOUR, hours, BERLIN))
  t.equal(at('2026-06-10T12:00:00+02:00', 1), text(ms('2026-06-10T14:00:00+02:00')))
  t.equal(at('2026-06-10T13:00:00+02:00', 1), text(ms('2026-06-10T14:30:00+02:00')), 'received in the break')
  t.equal(openTimeBetween(ms('2026-06-10T12:00:00+02:00'), ms('2026-06-10T14:00:00+02:00'), hours, BERLIN), HOUR)
})

t.test('days that are closed are passed over, midnights and weekends between them too', async t => {
  const hours: BusinessHours = {
    weekly: [
      { weekday: 5, ...open('20:00', '24:00') },
      { weekday: 6, ...open('00:00', '02:00') }
    ],
    exceptions: [
      { on: '2026-06-19', intervals: [] },
      { on: '2026-06-20', intervals: [] }
    ]
  }
  const friday = ms('2026-06-12T23:00:00+02:00')
  t.equal(text(afterOpenTime(friday, 2 * HOUR, hours, BERLIN)), text(ms('2026-06-13T01:00:00+02:00')), 'over midnight')
  t.equal(text(afterOpenTime(friday, 4 * HOUR, hours, BERLIN)), text(ms('2026-06-26T21:00:00+02:00')), 'a week closed')
})

t.test('a dated exception replaces the hours of its weekday', async t => {
  const hours = {
    ...daily(open('09:00', '18:00')),
    exceptions: [{ on: '2026-12-24', intervals: [open('09:00', '12:00')] }]
  }
  const from = ms('2026-12-24T11:00:00+01:00')
  t.equal(text(afterOpenTime(from, 2 * HOUR, hours, BERLIN)), text(ms('2026-12-25T10:00:00+01:00')))
})

t.test(
  'the night in which clocks are put forward has an hour less, and the one in which they go back an hour more',
  async t => {
    const night = daily(open('00:00', '06:00'))
    const day = (date: string, offset: string) => ms(`${date}T00:00:00${offset}`)
    t.equal(openTimeBetween(day('2026-03-29', '+01:00'), day('2026-03-30', '+02:00'), night, BERLIN), 5 * HOUR)
    t.equal(openTimeBetween(day('2026-10-25', '+02:00'), day('2026-10-26', '+01:00'), night, BERLIN), 7 * HOUR)
    t.equal(openTimeBetween(day('2026-03-08', '-05:00'), day('2026-03-09', '-04:00'), night, NEW_YORK), 5 * HOUR)
    t.equal(openTimeBetween(day('2026-11-01', '-04:00'), day('2026-11-02', '-05:00'), night, NEW_YORK), 7 * HOUR)
  }
)

t.test('hours that the clocks leap over are not there, and edges in them lie at the leap', async t => {
  const from = ms('2026-03-29T00:00:00+01:00')
  const until = ms('2026-03-30T00:00:00+02:00')
  t.equal(openTimeBetween(from, until, daily(open('02:00', '03:00')), BERLIN), 0)
  t.equal(openTimeBetween(from, until, daily(open('02:30', '03:30')), BERLIN), HOUR / 2)
  t.equal(openTimeBetween(from, until, daily(open('01:30', '02:30')), BERLIN), HOUR / 2)
  t.equal(openTimeBetween(from, until, daily(open('01:00', '02:30'), open('02:30', '04:00')), BERLIN), 2 * HOUR)
})

t.test('a wall that shows an hour twice opens and closes the first time', async t => {
  const from = ms('2026-10-25T00:00:00+02:00')
  const until = ms('2026-10-26T00:00:00+01:00')
  t.equal(openTimeBetween(from, until, daily(open('02:00', '02:30')), BERLIN), HOUR / 2)
  t.equal(openTimeBetween(from, until, daily(open('02:00', '03:00')), BERLIN), 2 * HOUR)
})

t.test('faults are told with their places', async t => {
  const codes = (hours: BusinessHours) =>
    businessHoursFaults(hours, '/h').map(({ pointer, code }) => `${pointer} ${code}`)
  const week = daily(open('09:00', '18:00')).weekly
  t.same(codes(EASTER), [])
  t.same(codes({ weekly: [{ weekday: 1, ...open('9:00', '25:00') }, ...week.slice(1)], exceptions: [] }), [
    '/h/weekly/0/opensAt business_hours.time_invalid',
    '/h/weekly/0/closesAt business_hours.time_invalid'
  ])
  t.same(codes({ weekly: [{ weekday: 1, ...open('22:00', '02:00') }], exceptions: [] }), [
    '/h/weekly/0/closesAt business_hours.not_ordered'
  ])
  t.same(codes({ weekly: [...week, { weekday: 3, ...open('17:00', '19:00') }], exceptions: [] }), [
    '/h/weekly/7 business_hours.overlap'
  ])
  t.same(codes({ weekly: [...week, { weekday: 3, ...open('18:00', '19:00') }], exceptions: [] }), [], 'they may touch')
  t.same(codes({ weekly: [{ weekday: 1, ...open('09:00', '09:59') }], exceptions: [] }), [
    '/h/weekly business_hours.too_few'
  ])
  t.same(
    codes({
      weekly: week,
      exceptions: [
        { on: '2026-01-01', intervals: [] },
        { on: '2026-01-01', intervals: [] }
      ]
    }),
    ['/h/exceptions/1/on business_hours.day_repeated']
  )
  t.same(
    codes({
      weekly: week,
      exceptions: [{ on: '2026-01-01', intervals: [open('09:00', '11:00'), open('10:00', '12:00')] }]
    }),
    ['/h/exceptions/0/intervals/1 business_hours.overlap']
  )
})

const ZONES = [
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Shanghai',
  'America/Santiago',
  'Africa/Cairo'
]
const time = (minute: number) =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`

/** Hours with up to three intervals a day, at any minute, the doubtful ones of a change of clocks included. */
const anyHours = fc
  .array(fc.uniqueArray(fc.integer({ min: 0, max: 1_440 }), { minLength: 2, maxLength: 6 }), {
    minLength: 7,
    maxLength: 7
  })
  .map(
    (days): BusinessHours => ({
      weekly: days.flatMap((edges, index) => intervalsOf(edges).map(one => ({ weekday: index + 1, ...one }))),
      exceptions: []
    })
  )
  .filter(hours => businessHoursFaults(hours).length === 0)

function intervalsOf(edges: readonly number[]): OpenInterval[] {
  const sorted = [...edges].sort((a, b) => a - b)
  return sorted.flatMap((edge, index) => (index % 2 === 1 ? [open(time(sorted[index - 1] as number), time(edge))] : []))
}

const anyInstant = fc.integer({ min: ms('2023-01-01T00:00:00Z'), max: ms('2027-01-01T00:00:00Z') })
const anyZone = fc.constantFrom(...ZONES).map(zoneClock)

t.test('what is counted up to the end of a term is the term, in every zone', async () => {
  fc.assert(
    fc.property(anyHours, anyZone, anyInstant, fc.integer({ min: 0, max: 100 * HOUR }), (hours, zone, from, length) => {
      const due = afterOpenTime(from, length, hours, zone)
      return due >= from && openTimeBetween(from, due, hours, zone) === length
    }),
    { numRuns: 200 }
  )
})

t.test('a term can be counted in two pieces, whatever lies between them', async () => {
  fc.assert(
    fc.property(anyHours, anyZone, anyInstant, anyInstant, (hours, zone, a, b) => {
      const [from, to] = a < b ? [a, Math.min(b, a + 40 * 24 * HOUR)] : [b, Math.min(a, b + 40 * 24 * HOUR)]
      const middle = Math.floor((from + to) / 2)
      const between = (one: number, other: number) => openTimeBetween(one, other, hours, zone)
      return between(from, middle) + between(middle, to) === between(from, to)
    }),
    { numRuns: 100 }
  )
})

t.test('what comes in later is never due earlier, and a longer term neither', async () => {
  fc.assert(
    fc.property(
      anyHours,
      anyZone,
      anyInstant,
      fc.nat(50 * HOUR),
      fc.nat(50 * HOUR),
      (hours, zone, from, length, more) =>
        afterOpenTime(from + more, length, hours, zone) >= afterOpenTime(from, length, hours, zone) &&
        afterOpenTime(from, length + more, hours, zone) >= afterOpenTime(from, length, hours, zone)
    ),
    { numRuns: 100 }
  )
})
