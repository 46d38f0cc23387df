import fc from 'fast-check'
import t from 'tap'
import {
  CARE_KINDS,
  CARE_KINDS_BY_HAND,
  CARE_STATES,
  contactOwedBy,
  doneTime,
  dueTime,
  expectNotOverdue,
  expectOpen,
  isOnTime,
  isOverdue,
  minutesOf
} from '../../src/domain/care-task.ts'
import { DEFAULT_POLICY } from '../../src/domain/classification-policy.ts'

const NOW = '2026-03-10T10:00:00.000Z'
const instant = fc
  .integer({ min: Date.parse('2020-01-01'), max: Date.parse('2035-01-01') })
  .map(ms => new Date(ms).toISOString())
const later = (iso: string, ms: number) => new Date(Date.parse(iso) + ms).toISOString()

t.test('only the manager of an A customer owes a contact, and nobody where there is no manager', async t => {
  t.equal(contactOwedBy({ abcClass: 'A', relationshipManagerId: 'rm' }), 'rm')
  t.equal(contactOwedBy({ abcClass: 'A', relationshipManagerId: null }), null)
  for (const abcClass of ['B', 'C', 'none', null] as const) {
    t.equal(contactOwedBy({ abcClass, relationshipManagerId: 'rm' }), null, String(abcClass))
  }
})

t.test('only an open task can be done, given up or changed', async t => {
  t.doesNotThrow(() => expectOpen('open'))
  for (const state of CARE_STATES.filter(one => one !== 'open')) {
    t.throws(() => expectOpen(state), { kind: 'conflict', code: 'care_task.invalid_state', facts: { state } })
  }
})

t.test('a term lies ahead, this very moment included', async t => {
  t.equal(dueTime('2026-03-10T11:00:00+01:00', NOW), NOW)
  t.throws(() => dueTime('2026-03-10T09:59:59.999Z', NOW), { code: 'care_task.due_passed' })
})

t.test('a term is moved until it is over, and not a millisecond later', async t => {
  t.doesNotThrow(() => expectNotOverdue(NOW, NOW))
  t.throws(() => expectNotOverdue(NOW, later(NOW, 1)), { code: 'care_task.overdue', facts: { dueAt: NOW } })
})

t.test('what was done was done between the making of the task and now', async t => {
  const createdAt = '2026-03-09T08:00:00.000Z'
  t.equal(doneTime(undefined, createdAt, NOW), NOW)
  t.equal(doneTime('2026-03-09T09:00:00+01:00', createdAt, NOW), createdAt, 'at the very moment')
  t.throws(() => doneTime('2026-03-09T07:59:59.999Z', createdAt, NOW), { code: 'care_task.before_created' })
  t.equal(doneTime(later(NOW, 300_000), createdAt, NOW), NOW, 'five minutes ahead are a difference of clocks')
  t.throws(() => doneTime(later(NOW, 300_001), createdAt, NOW), { code: 'care_task.in_future' })
  t.equal(doneTime(undefined, later(NOW, 2), NOW), later(NOW, 2), 'also where the clock went back')
})

t.test('when something was done never lies ahead of now or before the task, whatever is said', async () => {
  fc.assert(
    fc.property(instant, fc.nat(10_000_000_000), instant, (createdAt, age, given) => {
      const now = later(createdAt, age)
      let doneAt: string
      try {
        doneAt = doneTime(given, createdAt, now)
      } catch {
        return given < createdAt || given > now
      }
      return doneAt >= createdAt && doneAt <= now
    })
  )
})

t.test('exactly at its term is in time, and a task is overdue exactly when it can be in time no more', async t => {
  t.ok(isOnTime(NOW, NOW))
  t.notOk(isOnTime(later(NOW, 1), NOW))
  fc.assert(
    fc.property(instant, instant, (dueAt, now) => {
      t.equal(isOverdue('open', dueAt, now), !isOnTime(now, dueAt))
      for (const state of ['done', 'cancelled', 'withdrawn'] as const) t.notOk(isOverdue(state, dueAt, now))
    })
  )
})

t.test('every kind by hand takes some minutes, and a contact after a complaint is not made by hand', async t => {
  const { usualMinutes } = DEFAULT_POLICY.care
  for (const kind of CARE_KINDS_BY_HAND) t.ok(minutesOf(kind, usualMinutes) > 0, kind)
  t.equal(minutesOf('thank_you', { ...usualMinutes, thankYou: 7 }), 7)
  t.same(
    CARE_KINDS.filter(kind => !(CARE_KINDS_BY_HAND as readonly string[]).includes(kind)),
    ['complaint_contact']
  )
})
