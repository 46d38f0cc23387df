import fc from 'fast-check'
import t from 'tap'
import { allInWords } from '../../src/domain/reason-texts.ts'
import { explainRfm, scoreCuts, scoreOf, scoreRfm } from '../../src/domain/rfm.ts'

const byDefinition = (value: number, values: readonly number[]) => {
  const worse = values.filter(other => other < value).length
  return Math.min(5, 1 + Math.floor((5 * worse) / values.length))
}

t.test('cuts score every value as counting the strictly worse ones does', async t => {
  const values = fc.array(fc.oneof(fc.integer({ min: 0, max: 8 }), fc.integer()), { minLength: 1, maxLength: 60 })
  fc.assert(
    fc.property(values, values => {
      const cuts = scoreCuts(Float64Array.from(values))
      return values.every(value => scoreOf(value, cuts) === byDefinition(value, values))
    })
  )
  t.pass()
})

t.test('a sole customer scores 1/1/1', async t => {
  const { r, f, m } = scoreRfm({ recencyDays: [3], frequencyDays: [1], monetaryMinor: [500] })
  t.same([r[0], f[0], m[0]], [1, 1, 1])
})

t.test('ten different customers are two to a score, and fewer days since the last purchase are better', async t => {
  const ten = [...Array(10).keys()]
  const { r, f, m } = scoreRfm({
    recencyDays: ten,
    frequencyDays: ten.map(i => i + 1),
    monetaryMinor: ten.map(i => 100 * i - 300)
  })
  t.same([...r], [5, 5, 4, 4, 3, 3, 2, 2, 1, 1])
  t.same([...f], [1, 1, 2, 2, 3, 3, 4, 4, 5, 5])
  t.same([...m], [...f], 'a negative net amount scores like any other')
})

t.test('under ties a score may be missing, and equals are never told apart', async t => {
  const { f } = scoreRfm({
    recencyDays: [0, 0, 0, 0, 0],
    frequencyDays: [1, 1, 1, 2, 2],
    monetaryMinor: [0, 0, 0, 0, 0]
  })
  t.same([...f], [1, 1, 1, 4, 4])
})

t.test('who has no paid purchase day is outside and changes nobody', async t => {
  const measures = fc.record({
    days: fc.integer({ min: 0, max: 400 }),
    frequency: fc.integer({ min: 0, max: 5 }),
    minor: fc.integer({ min: -1000, max: 100_000 })
  })
  const columns = (rows: { days: number; frequency: number; minor: number }[]) => ({
    recencyDays: rows.map(row => row.days),
    frequencyDays: rows.map(row => row.frequency),
    monetaryMinor: rows.map(row => row.minor)
  })
  fc.assert(
    fc.property(fc.array(measures, { maxLength: 50 }), rows => {
      const all = scoreRfm(columns(rows))
      const inside = scoreRfm(columns(rows.filter(row => row.frequency > 0)))
      let next = 0
      return rows.every((row, i) => {
        const scores = [all.r[i], all.f[i], all.m[i]]
        if (row.frequency === 0) return scores.join() === '0,0,0'
        const alone = [inside.r[next], inside.f[next], inside.m[next++]]
        const explained = explainRfm(
          { recencyDays: row.days, frequencyDays: row.frequency, monetaryMinor: row.minor, currency: 'EUR' },
          all.cuts
        )
        return scores.join() === alone.join() && scores.join() === [explained.r, explained.f, explained.m].join()
      })
    })
  )
  t.pass()
})

t.test('each score is explained with the figure that it took', async t => {
  const cuts = {
    customers: 10,
    recencyDays: [8, 6, 4, 2],
    frequencyDays: [2, 4, 6, 8],
    monetaryMinor: [100, 200, 300, 400]
  }
  const { r, f, m, reasons } = explainRfm(
    { recencyDays: 1, frequencyDays: 7, monetaryMinor: 100, currency: 'EUR' },
    cuts
  )
  t.same([r, f, m], [5, 4, 1])
  t.same(
    allInWords(reasons, 'en').map(reason => reason.text),
    [
      'Last bought 1 day ago: 5 of 5 among 10 customers.',
      'Bought on 7 days: 4 of 5 among 10 customers.',
      'Spent 1.00: 1 of 5 among 10 customers.'
    ]
  )
  t.match(reasons[0]?.facts, { recencyDays: 1, score: 5, betterThanDays: 2 })
  t.match(reasons[2]?.facts, { score: 1, betterThanMinor: null })
})

t.test('outside the population there are no scores, and it says why', async t => {
  const cuts = { customers: 0, recencyDays: [], frequencyDays: [], monetaryMinor: [] }
  const { r, f, m, reasons } = explainRfm({ recencyDays: 0, frequencyDays: 0, monetaryMinor: 0, currency: 'EUR' }, cuts)
  t.same([r, f, m], [null, null, null])
  t.equal(reasons[0]?.code, 'rfm.no_purchase')
})
