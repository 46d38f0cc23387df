import fc from 'fast-check'
import t from 'tap'
import { handlingShares } from '../../src/domain/complaint-handling.ts'
import { pareto } from '../../src/domain/pareto.ts'
import { countHandled, type HandledCase, hoursTo } from '../support/complaint-reference.ts'

const NOW = '2026-06-01T00:00:00.000Z'
const one = (changes: Partial<HandledCase> = {}): HandledCase => ({
  state: 'closed',
  verdict: 'accepted',
  reopenings: 0,
  receivedAt: '2026-03-01T00:00:00.000Z',
  answeredAt: '2026-03-01T06:00:00.000Z',
  firstHandlerId: 'anna',
  answeredById: 'anna',
  settledById: 'anna',
  escalatedBeforeClosure: false,
  firstClosedAt: '2026-03-03T00:00:00.000Z',
  firstVerdict: 'accepted',
  firstReopenedAt: null,
  ...changes
})
const OPEN = { state: 'answered', verdict: null, firstClosedAt: null, firstVerdict: null } as const

t.test('shares count those of which something is known', async t => {
  const cases = [
    one(),
    one({ verdict: 'not_accepted', firstVerdict: 'not_accepted' }),
    one({ verdict: 'no_reply', firstVerdict: 'no_reply' }),
    one({ ...OPEN, reopenings: 1, firstReopenedAt: '2026-03-05T00:00:00.000Z' }),
    one({ ...OPEN, answeredAt: null, answeredById: null, firstHandlerId: null }),
    one({ ...OPEN, state: 'withdrawn' })
  ]
  const counts = countHandled(cases, NOW)
  t.match(counts, { withdrawn: 1, complaints: 5, open: 2, everEnded: 4, badlyClosed: 1 })
  const shares = handlingShares(counts)
  t.match(shares, {
    firstTime: { count: 1, of: 4, share: 0.25 },
    reopened: { count: 1, of: 4, share: 0.25 },
    recovered: { count: 1, of: 2, share: 0.5 }
  })
  t.equal(shares.firstTime.interval?.lower.toFixed(3), '0.046')
  t.same(hoursTo(cases, 'firstClosedAt'), { median: 48, p90: 48 })
})

t.test('of nothing there is no share', async t => {
  const nothing = handlingShares(countHandled([], NOW))
  for (const { of, share, interval } of Object.values(nothing)) t.same([of, share, interval], [0, null, null])
})

t.test('Pareto: what nobody knows comes last, however large', async t => {
  const parts = pareto(
    [
      { key: null, n: 6 },
      { key: 'a', n: 1 },
      { key: 'b', n: 3 }
    ],
    part => part.n,
    10,
    part => part.key !== null
  )
  t.same(
    parts.map(({ key, cumulativeShare }) => [key, cumulativeShare]),
    [
      ['b', 0.3],
      ['a', 0.4],
      [null, 1]
    ]
  )
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
