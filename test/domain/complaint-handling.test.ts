import fc from 'fast-check'
import t from 'tap'
import { type HandledCase, handlingFigures } from '../../src/domain/complaint-handling.ts'
import { pareto } from '../../src/domain/pareto.ts'

const NOW = '2026-06-01T00:00:00.000Z'
const one = (changes: Partial<HandledCase> = {}): HandledCase => ({
  state: 'closed',
  verdict: 'accepted',
  reopenings: 0,
  receivedAt: '2026-03-01T00:00:00.000Z',
  answeredAt: '2026-03-01T06:00:00.000Z',
  firstHandlerId: 'anna',
  answeredById: 'anna',
  firstClosedAt: '2026-03-03T00:00:00.000Z',
  firstVerdict: 'accepted',
  firstReopenedAt: null,
  ...changes
})
const OPEN = { state: 'answered', verdict: null, firstClosedAt: null, firstVerdict: null } as const

t.test('shares count those of which something is known', async t => {
  const figures = handlingFigures(
    [
      one(),
      one({ verdict: 'not_accepted', firstVerdict: 'not_accepted' }),
      one({ verdict: 'no_reply', firstVerdict: 'no_reply' }),
      one({ ...OPEN, reopenings: 1, firstReopenedAt: '2026-03-05T00:00:00.000Z' }),
      one({ ...OPEN, answeredAt: null, answeredById: null, firstHandlerId: null }),
      one({ ...OPEN, state: 'withdrawn' })
    ],
    NOW
  )
  t.match(figures, {
    withdrawn: 1,
    complaints: 5,
    open: 2,
    closed: 3,
    firstTime: { count: 1, of: 4, share: 0.25 },
    reopened: { count: 1, of: 4 },
    recovered: { count: 1, of: 2, share: 0.5 },
    badlyClosed: 1,
    hoursToAnswer: { median: 6, p90: 6 },
    hoursToClose: { median: 48, p90: 48 }
  })
  t.equal(figures.firstTime.interval?.lower.toFixed(3), '0.046')
})

t.test('median and p90 are quantiles of type 7', async t => {
  const cases = [1, 2, 3, 4].map(hour => one({ answeredAt: `2026-03-01T0${hour}:00:00.000Z` }))
  const { median, p90 } = handlingFigures(cases, NOW).hoursToAnswer
  t.equal(median, 2.5)
  t.equal(p90?.toFixed(3), '3.700')
})

t.test('of nothing there is no share and no time', async t => {
  t.match(handlingFigures([], NOW), {
    complaints: 0,
    firstTime: { of: 0, share: null, interval: null },
    recovered: { share: null },
    hoursToAnswer: { median: null, p90: null },
    hoursToClose: { median: null }
  })
})

t.test('Pareto: the largest first, and together they come to the whole', async t => {
  t.same(
    pareto(
      [
        { key: 'a', n: 1 },
        { key: 'b', n: 3 },
        { key: 'c', n: 0 }
      ],
      part => part.n,
      4
    ),
    [
      { key: 'b', n: 3, share: 0.75, cumulativeShare: 0.75 },
      { key: 'a', n: 1, share: 0.25, cumulativeShare: 1 }
    ]
  )
  t.same(
    pareto([], () => 1, 0),
    []
  )
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 1_000 }), { minLength: 1 }), sizes => {
      const whole = sizes.reduce((sum, size) => sum + size, 0)
      const parts = pareto(
        sizes.map(size => ({ size })),
        part => part.size,
        whole
      )
      t.ok(parts.every((part, at) => at === 0 || part.size <= (parts[at - 1]?.size ?? 0)))
      t.equal(parts.at(-1)?.cumulativeShare, 1)
    })
  )
})
