import t from 'tap'
import { answeredInTime } from '../../src/domain/answered-in-time.ts'

t.test('what is not due yet counts for nothing, what is overdue counts against', async t => {
  const { owed, share, interval } = answeredInTime({ inTime: 81, late: 100, overdue: 82, notDue: 1_000 })
  t.equal(owed, 263)
  t.equal(share, 81 / 263)
  t.equal(interval?.lower.toFixed(4), '0.2553')
  t.equal(interval?.upper.toFixed(4), '0.3662')
})

t.test('where nothing was owed there is no share, and none is not nought', async t => {
  t.same(answeredInTime({ inTime: 0, late: 0, overdue: 0, notDue: 5 }), { owed: 0, share: null, interval: null })
  t.match(answeredInTime({ inTime: 0, late: 0, overdue: 20, notDue: 0 }), { share: 0, interval: { lower: 0 } })
})
