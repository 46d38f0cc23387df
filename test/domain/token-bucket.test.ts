import fc from 'fast-check'
import t from 'tap'
import { type Bucket, isFull, takeToken } from '../../src/domain/token-bucket.ts'

const tenASecond = { perSecond: 10, burst: 20 }

/** The verdicts of tries at these instants, in milliseconds. */
function tries(instants: readonly number[], allowance = tenASecond): boolean[] {
  let bucket: Bucket | undefined
  return instants.map(now => {
    const taken = takeToken(bucket, now, allowance)
    bucket = taken.bucket
    return taken.allowed
  })
}

t.test('a caller not seen before may make as many requests at once as he could have saved up', async t => {
  const verdicts = tries(new Array(25).fill(0))
  t.equal(verdicts.filter(Boolean).length, 20)
  t.same(verdicts.slice(0, 20), new Array(20).fill(true))
})

t.test('tokens come back one by one, to the millisecond', async t => {
  const empty: Bucket = { tokens: 0, at: 0 }
  t.equal(takeToken(empty, 99, tenASecond).allowed, false)
  t.equal(takeToken(empty, 100, tenASecond).allowed, true)
})

t.test('the wait leads to the moment of the next token, and no further', async t => {
  const { allowed, waitMs, bucket } = takeToken({ tokens: 0.25, at: 1_000 }, 1_000, tenASecond)
  t.same([allowed, waitMs], [false, 75])
  t.equal(takeToken(bucket, 1_074, tenASecond).allowed, false)
  t.equal(takeToken(bucket, 1_075, tenASecond).allowed, true)
})

t.test('trying in vain takes nothing', async t => {
  const empty: Bucket = { tokens: 0, at: 0 }
  const patient = takeToken(empty, 100, tenASecond)
  let hasty = empty
  for (const now of [10, 20, 50, 90]) hasty = takeToken(hasty, now, tenASecond).bucket
  t.ok(Math.abs(takeToken(hasty, 101, tenASecond).bucket.tokens - patient.bucket.tokens) < 0.02)
})

t.test('time that runs backwards brings nothing', async t => {
  t.equal(takeToken({ tokens: 0, at: 1_000 }, 0, tenASecond).allowed, false)
})

t.test('a bucket is full when forgetting it would change nothing', async t => {
  t.ok(isFull({ tokens: 19, at: 0 }, 100, tenASecond))
  t.notOk(isFull({ tokens: 19, at: 0 }, 99, tenASecond))
})

t.test('in any span of time nobody gets more than his savings and what came back', async () => {
  const gaps = fc.array(fc.integer({ min: 0, max: 500 }), { minLength: 1, maxLength: 200 })
  const allowances = fc.record({ perSecond: fc.integer({ min: 1, max: 50 }), burst: fc.integer({ min: 1, max: 50 }) })
  fc.assert(
    fc.property(gaps, allowances, (waits, allowance) => {
      let now = 0
      const instants = waits.map(wait => {
        now += wait
        return now
      })
      const verdicts = tries(instants, allowance)
      return instants.every((from, first) => {
        const granted = verdicts.slice(first).filter(Boolean).length
        const spanMs = (instants.at(-1) ?? 0) - from
        return granted <= allowance.burst + (spanMs * allowance.perSecond) / 1_000 + 1e-6
      })
    })
  )
})
