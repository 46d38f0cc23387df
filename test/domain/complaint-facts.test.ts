import t from 'tap'
import { type ComplaintRecord, complaintPicture } from '../../src/domain/complaint-facts.ts'
import { dayNumber } from '../../src/domain/period.ts'

const BEFORE = '2026-03-01T00:00:00.000Z'
const DAY = dayNumber('2026-03-01')
const HIATUS = 180

const record = (changes: Partial<ComplaintRecord> = {}): ComplaintRecord => ({
  receivedAt: '2026-02-10T10:00:00.000Z',
  dueAt: '2026-02-11T10:00:00.000Z',
  answeredAt: '2026-02-10T12:00:00.000Z',
  turn: null,
  turnedAt: null,
  verdict: null,
  ...changes
})
const closed = (verdict: string, turnedAt = '2026-02-20T10:00:00.000Z') => record({ turn: 'close', verdict, turnedAt })
const picture = (...records: ComplaintRecord[]) => complaintPicture(records, BEFORE, DAY, HIATUS)

t.test('an open complaint is open, in time or past its deadline', async t => {
  const day = dayNumber('2026-02-10')
  t.same(picture(record()), {
    states: [{ day, open: true, pastDeadline: false, recovered: false }],
    open: true,
    badlyClosed: false
  })
  t.match(picture(record({ answeredAt: null })).states, [{ pastDeadline: true }])
  t.match(picture(record({ answeredAt: null, dueAt: BEFORE })).states, [{ pastDeadline: false }], 'exactly at due')
  t.match(
    picture(record({ answeredAt: BEFORE })).states,
    [{ pastDeadline: true }],
    'answered later than is asked about'
  )
  t.match(picture(record({ turn: 'reopen', turnedAt: '2026-02-25T00:00:00.000Z' })), { open: true })
})

t.test('closed: recovered if he was content, badly closed if not, and no evidence if he said nothing', async t => {
  t.match(picture(closed('accepted')), { states: [{ open: false, recovered: true }], open: false, badlyClosed: false })
  t.match(picture(closed('not_accepted')), { states: [{ open: false, recovered: false }], badlyClosed: true })
  for (const verdict of ['no_reply', 'unreachable']) t.same(picture(closed(verdict)).states, [], verdict)
  t.same(picture(record({ turn: 'withdraw', turnedAt: BEFORE })).states, [])
})

t.test('a badly closed complaint explains a leaving for as long as the hiatus, and trust remembers it', async t => {
  const long = picture(closed('not_accepted', '2025-09-01T10:00:00.000Z'))
  t.match(long, { states: [{ recovered: false }], badlyClosed: false })
  t.equal(picture(closed('not_accepted', '2025-09-02T10:00:00.000Z')).badlyClosed, true, '180 days')
})

t.test('nothing later than the question counts', async t => {
  t.same(picture(record({ receivedAt: BEFORE })).states, [])
  const [state] = picture(record({ receivedAt: '2026-02-28T23:59:59.999Z' })).states
  t.equal(state?.day, DAY - 1)
  const far = complaintPicture(
    [record({ receivedAt: '2026-03-01T05:00:00.000Z' })],
    '2026-03-01T08:00:00.000Z',
    DAY,
    HIATUS
  )
  t.equal(far.states[0]?.day, DAY - 1, 'the day has begun elsewhere, not where the question is asked')
})
