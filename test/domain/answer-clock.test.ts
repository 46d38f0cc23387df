import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import t from 'tap'
import {
  type AnswerClock,
  answer,
  answerGivenEarlier,
  type ClockEntry,
  countedAt,
  ELAPSED,
  isGivenEarlier,
  move,
  openTime,
  pause,
  type RaisedStep,
  raiseDue,
  reopen,
  resume,
  startClock,
  type Terms,
  urgencyAt,
  withdraw
} from '../../src/domain/answer-clock.ts'
import { DEFAULT_ANSWER_POLICY } from '../../src/domain/answer-policy.ts'
import { zoneClock } from '../../src/services/calendar.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const TERMS: Terms = { policy: DEFAULT_ANSWER_POLICY, counting: ELAPSED }
const START = Date.parse('2026-06-10T08:00:00Z')

const started = (terms = TERMS, at = START): AnswerClock => startClock(at, terms).clock
const kinds = (raised: readonly RaisedStep[]) => raised.map(({ kind, at }) => [kind, (at - START) / HOUR])

t.test('an answer is due 24 elapsed hours later, also over a change of clocks', async t => {
  for (const [received, due] of [
    ['2026-03-28T20:00:00+01:00', '2026-03-29T21:00:00+02:00'],
    ['2026-10-24T20:00:00+02:00', '2026-10-25T19:00:00+01:00']
  ] as const) {
    t.equal(started(TERMS, Date.parse(received)).dueAt, Date.parse(due))
  }
})

t.test('at its term an answer is in time, a millisecond later it is not', async t => {
  const clock = started()
  t.equal(answer(clock, TERMS, START + DAY).clock.answeredInTime, true)
  t.equal(answer(clock, TERMS, START + DAY + 1).clock.answeredInTime, false)
  t.equal(urgencyAt(clock, START + DAY), 'at_risk')
  t.equal(urgencyAt(clock, START + DAY + 1), 'overdue')
  t.equal(urgencyAt(clock, START + 18 * HOUR - 1), 'on_track')
  t.equal(urgencyAt(clock, START + 18 * HOUR), 'at_risk')
})

t.test('the steps fall due one after the other, each once', async t => {
  const late = raiseDue(started(), TERMS, START + 100 * HOUR)
  t.same(kinds(late.raised), [
    ['at_risk', 18],
    ['escalated', 18],
    ['breached', 24 + 1 / HOUR],
    ['escalated', 24 + 1 / HOUR],
    ['escalated', 36]
  ])
  t.equal(late.clock.breachedAt, START + DAY)
  t.equal(late.clock.nextStepAt, null)
  t.same(raiseDue(late.clock, TERMS, START + 1000 * HOUR).raised, [])
  t.same(
    kinds(raiseDue(started(), TERMS, START + DAY).raised).map(([kind]) => kind),
    ['at_risk', 'escalated']
  )
})

t.test('a pause stops the clock, and what is due moves with it', async t => {
  const paused = pause(started(), TERMS, START + 6 * HOUR).clock
  t.equal(paused.dueAt, START + 6 * HOUR + 7 * DAY + 18 * HOUR, 'if it lasts as long as it may')
  t.equal(countedAt(paused, TERMS, START + 2 * DAY), 6 * HOUR)
  t.equal(urgencyAt(paused, START + 3 * DAY), 'on_track')
  const resumed = resume(paused, TERMS, START + 2 * DAY).clock
  t.equal(resumed.dueAt, START + 2 * DAY + 18 * HOUR)
  t.equal(resumed.pausedMs, 42 * HOUR)
  t.equal(answer(resumed, TERMS, resumed.dueAt).clock.answeredInTime, true)
})

t.test('a pause that lasts too long ends by itself, with nobody touching it', async t => {
  const paused = pause(started(), TERMS, START + 6 * HOUR).clock
  const ended = paused.pauseEndsAt as number
  t.equal(ended, START + 6 * HOUR + 7 * DAY)
  t.equal(countedAt(paused, TERMS, ended + HOUR), 7 * HOUR, 'it counts whether or not the timer came by')
  const { clock, entries, raised } = raiseDue(paused, TERMS, ended + 12 * HOUR)
  t.same(
    entries.map(({ entry, at, reason }) => [entry, at, reason]),
    [['resumed', ended, 'pause_limit']]
  )
  t.same(
    raised.map(({ kind }) => kind),
    ['at_risk', 'escalated']
  )
  t.equal(clock.dueAt, paused.dueAt, 'what was due stays due')
  t.throws(() => pause(clock, TERMS, ended + 12 * HOUR), { code: 'feedback.pause_limit_reached' })
})

t.test('no pause takes a breach back', async t => {
  t.throws(() => pause(started(), TERMS, START + DAY + 1), { code: 'feedback.overdue' })
  t.equal(pause(started(), TERMS, START + DAY).clock.pausedAt, START + DAY)
})

t.test('a clock is paused once and goes on once', async t => {
  const paused = pause(started(), TERMS, START + HOUR).clock
  t.throws(() => pause(paused, TERMS, START + HOUR), { code: 'feedback.already_paused' })
  t.throws(() => resume(started(), TERMS, START + HOUR), { code: 'feedback.not_paused' })
  const none = { ...TERMS, policy: { ...DEFAULT_ANSWER_POLICY, maxPauseMinutes: 0 } }
  t.throws(() => pause(started(none), none, START + HOUR), { code: 'feedback.pause_limit_reached' })
})

t.test('reopening goes on from where the clock stood and keeps the record of the first answer', async t => {
  const answered = answer(started(), TERMS, START + 20 * HOUR).clock
  const open = reopen(answered, TERMS, START + 50 * HOUR, 'not_satisfied').clock
  t.match(open, { state: 'open', answeredAt: START + 20 * HOUR, answeredInTime: true, reopenings: 1 })
  t.equal(open.dueAt, START + 54 * HOUR)
  t.equal(open.atRiskAt, answered.atRiskAt, 'it was at risk before')
  const late = raiseDue(open, TERMS, START + 60 * HOUR)
  t.equal(late.clock.breachedAt, START + 54 * HOUR)
  const again = answer(late.clock, TERMS, START + 60 * HOUR).clock
  t.match(again, { answeredAt: START + 20 * HOUR, answeredInTime: true, lastAnsweredAt: START + 60 * HOUR })
})

t.test('a feedback answered too late stays overdue from its first term when it is reopened', async t => {
  const late = raiseDue(started(), TERMS, START + 30 * HOUR).clock
  const answered = answer(late, TERMS, START + 30 * HOUR).clock
  const open = reopen(answered, TERMS, START + 40 * HOUR, 'other').clock
  t.match(open, { dueAt: START + DAY, breachedAt: START + DAY, answeredInTime: false })
  t.same(kinds(raiseDue(open, TERMS, START + 50 * HOUR).raised), [['escalated', 46]], 'six hours later the owner hears')
})

/** A clock and its ledger, after things that happened one after the other. */
function lived(...happened: ((clock: AnswerClock) => { clock: AnswerClock; entries: readonly ClockEntry[] })[]) {
  let { clock, entries: ledger } = startClock(START, TERMS)
  for (const happens of happened) {
    const after = happens(clock)
    clock = after.clock
    ledger = [...ledger, ...after.entries]
  }
  return { clock, ledger }
}

t.test('an answer that was given in time and is recorded later is in time, and the breach is withdrawn', async t => {
  const { clock, ledger } = lived(clock => raiseDue(clock, TERMS, START + 40 * HOUR))
  t.throws(() => answer(clock, TERMS, START + 20 * HOUR), { code: 'feedback.answer_too_early' })
  t.equal(isGivenEarlier(clock, START + 20 * HOUR), true)
  const after = answerGivenEarlier(clock, TERMS, START + 20 * HOUR, ledger)
  t.match(after.clock, {
    state: 'answered',
    answeredAt: START + 20 * HOUR,
    answeredInTime: true,
    breachedAt: null,
    countedMs: 20 * HOUR
  })
  t.same(
    after.entries.map(({ entry, at, countedMs, reason }) => [entry, at, countedMs, reason]),
    [
      ['breach_withdrawn', START + 20 * HOUR, 20 * HOUR, 'answered_in_time'],
      ['answered', START + 20 * HOUR, 20 * HOUR, 'recorded_later']
    ]
  )
  const exact = answerGivenEarlier(clock, TERMS, START + DAY, ledger).clock
  t.match(exact, { answeredInTime: true, breachedAt: null }, 'at its term it is in time')
  t.equal(isGivenEarlier(clock, START + DAY + 1), false)
  t.equal(answer(clock, TERMS, START + DAY + 1).clock.answeredInTime, false)
  t.equal(answer(started(), TERMS, START + 20 * HOUR).clock.answeredInTime, true, 'also where nothing was raised')
})

t.test('a breach that was withdrawn comes again where the feedback is reopened and left alone', async t => {
  const { clock, ledger } = lived(clock => raiseDue(clock, TERMS, START + 40 * HOUR))
  const answered = answerGivenEarlier(clock, TERMS, START + 20 * HOUR, ledger).clock
  const open = reopen(answered, TERMS, START + 50 * HOUR, 'not_satisfied').clock
  t.equal(open.dueAt, START + 54 * HOUR)
  const late = raiseDue(open, TERMS, START + 100 * HOUR)
  t.same(
    late.raised.map(({ kind, rung }) => [kind, rung]),
    [
      ['breached', null],
      ['escalated', 1],
      ['escalated', 2]
    ],
    'it was at risk before'
  )
  t.equal(late.clock.breachedAt, START + 54 * HOUR)
})

t.test('what the clock did by itself is no obstacle to an answer of before; what somebody did is', async t => {
  const paused = lived(
    clock => pause(clock, TERMS, START + 2 * HOUR),
    clock => raiseDue(clock, TERMS, START + 300 * HOUR)
  )
  const inPause = answerGivenEarlier(paused.clock, TERMS, START + 100 * HOUR, paused.ledger).clock
  t.match(inPause, { countedMs: 2 * HOUR, pausedMs: 98 * HOUR, answeredInTime: true, breachedAt: null })
  const after = answerGivenEarlier(paused.clock, TERMS, START + 180 * HOUR, paused.ledger).clock
  t.match(after, { countedMs: 12 * HOUR, pausedMs: 7 * DAY, answeredInTime: true })
  const early = { code: 'feedback.answer_too_early' }
  t.throws(() => answerGivenEarlier(paused.clock, TERMS, START + HOUR, paused.ledger), early)
  const resumed = lived(
    clock => pause(clock, TERMS, START + 2 * HOUR),
    clock => resume(clock, TERMS, START + 3 * HOUR),
    clock => raiseDue(clock, TERMS, START + 300 * HOUR)
  )
  t.throws(() => answerGivenEarlier(resumed.clock, TERMS, START + 2.5 * HOUR, resumed.ledger), early)
  t.throws(() => answerGivenEarlier(resumed.clock, TERMS, START - 1, resumed.ledger), early)
  t.throws(() => answer(started(), TERMS, START - 1), early)
  const gone = withdraw(paused.clock, TERMS, START + 301 * HOUR).clock
  t.throws(() => answerGivenEarlier(gone, TERMS, START + 180 * HOUR, paused.ledger), { code: 'feedback.withdrawn' })
})

t.test('an earlier answer that is recorded after a later one is the first one', async t => {
  const { clock, ledger } = lived(
    clock => raiseDue(clock, TERMS, START + 30 * HOUR),
    clock => answer(clock, TERMS, START + 30 * HOUR)
  )
  const first = answerGivenEarlier(clock, TERMS, START + 20 * HOUR, ledger)
  t.match(first.clock, { answeredAt: START + 20 * HOUR, answeredInTime: true, breachedAt: null, countedMs: 20 * HOUR })
  t.equal(first.clock.lastAnsweredAt, START + 30 * HOUR)
  const late = answerGivenEarlier(clock, TERMS, START + 26 * HOUR, ledger)
  t.match(late.clock, { answeredAt: START + 26 * HOUR, answeredInTime: false, breachedAt: START + DAY })
  t.same(
    late.entries.map(({ entry }) => entry),
    ['answered']
  )
  const { clock: open, entries } = reopen(clock, TERMS, START + 40 * HOUR, 'other')
  t.throws(() => answerGivenEarlier(open, TERMS, START + 20 * HOUR, [...ledger, ...entries]), {
    code: 'feedback.answer_too_early'
  })
})

t.test('what was withdrawn is left alone', async t => {
  const gone = withdraw(started(), TERMS, START + HOUR).clock
  t.match(gone, { state: 'withdrawn', countedMs: HOUR, nextStepAt: null, runningSince: null })
  t.equal(urgencyAt(gone, START + 10 * DAY), null)
  for (const change of [
    () => answer(gone, TERMS, START + 2 * HOUR),
    () => pause(gone, TERMS, START + 2 * HOUR),
    () => resume(gone, TERMS, START + 2 * HOUR),
    () => reopen(gone, TERMS, START + 2 * HOUR, 'other'),
    () => withdraw(gone, TERMS, START + 2 * HOUR)
  ]) {
    t.throws(change, { code: 'feedback.withdrawn' })
  }
  const answered = answer(started(), TERMS, START + HOUR).clock
  t.throws(() => pause(answered, TERMS, START + 2 * HOUR), { code: 'feedback.already_answered' })
  t.throws(() => reopen(started(), TERMS, START + HOUR, 'other'), { code: 'feedback.not_answered' })
})

t.test('by business hours the clock stands still while the shop is closed', async t => {
  const hours = DEFAULT_ANSWER_POLICY.businessHours
  const terms: Terms = {
    policy: { ...DEFAULT_ANSWER_POLICY, answerWithinMinutes: 540 },
    counting: openTime(hours, zoneClock('Europe/Berlin'))
  }
  const friday = Date.parse('2026-06-12T16:00:00+02:00')
  const clock = started(terms, friday)
  t.equal(clock.dueAt, Date.parse('2026-06-15T16:00:00+02:00'))
  const paused = pause(clock, terms, Date.parse('2026-06-12T17:00:00+02:00')).clock
  const resumed = resume(paused, terms, Date.parse('2026-06-15T20:00:00+02:00')).clock
  t.equal(resumed.dueAt, Date.parse('2026-06-16T17:00:00+02:00'))
})

/** Any course of events: what is tried, and how long after the one before. */
const course = fc.array(
  fc.record({
    what: fc.constantFrom('raise', 'pause', 'resume', 'answer', 'reopen', 'withdraw'),
    after: fc.integer({ min: 0, max: 30 * HOUR })
  }),
  { maxLength: 25 }
)

type Happened = {
  clock: AnswerClock
  now: number
  raised: readonly RaisedStep[]
  entries: readonly ClockEntry[]
}

/** Runs a course as the service does: what has fallen due is raised before anything else happens. */
function run(
  steps: readonly { what: string; after: number }[],
  terms: Terms,
  looks = 1,
  from: Happened = { ...startClock(START, terms), now: START, raised: [] }
): Happened {
  let state = from
  for (const { what, after } of steps) {
    const now = state.now + after
    for (let look = 1; look <= looks; look++) {
      const due = raiseDue(state.clock, terms, state.now + Math.floor((after * look) / looks))
      state = {
        ...state,
        clock: due.clock,
        raised: [...state.raised, ...due.raised],
        entries: [...state.entries, ...due.entries]
      }
    }
    state = { ...state, now }
    try {
      const changed = change(what, state.clock, terms, now)
      if (changed) state = { ...state, clock: changed.clock, entries: [...state.entries, ...changed.entries] }
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'DomainError') throw error
    }
  }
  return state
}

function change(what: string, clock: AnswerClock, terms: Terms, now: number) {
  if (what === 'pause') return pause(clock, terms, now)
  if (what === 'resume') return resume(clock, terms, now)
  if (what === 'answer') return answer(clock, terms, now)
  if (what === 'reopen') return reopen(clock, terms, now, 'other')
  if (what === 'withdraw') return withdraw(clock, terms, now)
  return null
}

const BUSINESS: Terms = {
  policy: DEFAULT_ANSWER_POLICY,
  counting: openTime(DEFAULT_ANSWER_POLICY.businessHours, zoneClock('Europe/Berlin'))
}

t.test('whatever happens, each step is raised at most once and in its order', async () => {
  fc.assert(
    fc.property(course, fc.constantFrom(TERMS, BUSINESS), (steps, terms) => {
      const { raised } = run(steps, terms)
      const names = raised.map(({ kind, rung }) => `${kind} ${rung}`)
      const inOrder = raised.every(({ at }, index) => at >= (raised[index - 1]?.at ?? 0))
      return new Set(names).size === names.length && inOrder
    }),
    { numRuns: 300 }
  )
})

t.test('a timer that looks often raises what one raises that looks once afterwards', async () => {
  fc.assert(
    fc.property(course, fc.constantFrom(TERMS, BUSINESS), fc.integer({ min: 2, max: 7 }), (steps, terms, looks) => {
      return isDeepStrictEqual(run(steps, terms, looks), run(steps, terms))
    }),
    { numRuns: 150 }
  )
})

t.test('an open feedback is overdue exactly when that was raised or falls due to be raised', async () => {
  fc.assert(
    fc.property(course, fc.constantFrom(TERMS, BUSINESS), fc.nat(100 * HOUR), (steps, terms, later) => {
      const { clock, now } = run(steps, terms)
      const at = now + later
      const overdue = urgencyAt(clock, at) === 'overdue'
      const raised = raiseDue(clock, terms, at).clock.breachedAt !== null
      return clock.state !== 'open' || overdue === raised
    }),
    { numRuns: 300 }
  )
})

t.test('an answer counts alike whether it is recorded when it is given or later', async () => {
  const outcome = ({ clock }: { clock: AnswerClock }) => {
    const { atRiskAt: _risk, dueAt: _due, stepsRaised: _raised, lastAnsweredAt: _last, ...told } = clock
    return told
  }
  fc.assert(
    fc.property(
      course,
      fc.constantFrom(TERMS, BUSINESS),
      fc.integer({ min: 1, max: 400 * HOUR }),
      fc.option(fc.integer({ min: 1, max: 400 * HOUR })),
      (steps, terms, later, again) => {
        const { clock, now, entries } = run(steps, terms)
        if (clock.state !== 'open') return true
        const due = raiseDue(clock, terms, now)
        const atOnce = answer(due.clock, terms, now)
        const seen = raiseDue(due.clock, terms, now + later)
        let after = { clock: seen.clock, entries: [...entries, ...due.entries, ...seen.entries] }
        if (again !== null) {
          const given = answer(after.clock, terms, now + later)
          after = { clock: given.clock, entries: [...after.entries, ...given.entries] }
        }
        const isEarlier = isGivenEarlier(after.clock, now)
        if (after.clock.state === 'answered' && !isEarlier) return true
        const recorded = isEarlier
          ? answerGivenEarlier(after.clock, terms, now, after.entries)
          : answer(after.clock, terms, now)
        return isDeepStrictEqual(outcome(recorded), outcome(atOnce))
      }
    ),
    { numRuns: 300 }
  )
})

/** Open when the others are not, and elsewhere. */
const NIGHTS: Terms = {
  policy: DEFAULT_ANSWER_POLICY,
  counting: openTime(
    { weekly: [6, 7].map(weekday => ({ weekday, opensAt: '20:00', closesAt: '24:00' })), exceptions: [] },
    zoneClock('America/New_York')
  )
}

t.test('given to another store, what was counted stays and its hours count from then on', async t => {
  const { clock, entries } = move(started(BUSINESS), BUSINESS, TERMS, START + 3 * HOUR)
  t.match(clock, {
    countedMs: 3 * HOUR,
    runningSince: START + 3 * HOUR,
    dueAt: START + DAY,
    atRiskAt: START + 18 * HOUR
  })
  t.same(entries, [{ entry: 'moved', at: START + 3 * HOUR, countedMs: 3 * HOUR, dueAt: START + DAY, reason: null }])
  const late = raiseDue(started(), TERMS, START + 30 * HOUR).clock
  t.match(move(late, TERMS, NIGHTS, START + 30 * HOUR).clock, { dueAt: START + DAY, atRiskAt: START + 18 * HOUR })
  const answered = answer(started(), TERMS, START + HOUR).clock
  t.same(move(answered, TERMS, NIGHTS, START + 2 * HOUR).clock, answered)
})

t.test('given to a store of the same hours, nothing falls due at another time', async () => {
  fc.assert(
    fc.property(course, fc.constantFrom(TERMS, BUSINESS, NIGHTS), (steps, terms) => {
      const { clock, now } = run([...steps, { what: 'raise', after: 1 }], terms)
      const instants = ({ atRiskAt, dueAt, nextStep, nextStepAt }: AnswerClock) => [
        atRiskAt,
        dueAt,
        nextStep,
        nextStepAt
      ]
      return isDeepStrictEqual(instants(move(clock, terms, terms, now).clock), instants(clock))
    }),
    { numRuns: 300 }
  )
})

t.test(
  'whichever store has it in the end, each step is raised at most once, and what was overdue stays so',
  async () => {
    fc.assert(
      fc.property(course, course, fc.constantFrom(TERMS, BUSINESS, NIGHTS), (before, after, next) => {
        const first = run([...before, { what: 'raise', after: 1 }], BUSINESS)
        const given = { ...first, clock: move(first.clock, BUSINESS, next, first.now).clock }
        const { clock, raised } = run(after, next, 1, given)
        const names = raised.map(({ kind, rung }) => `${kind} ${rung}`)
        const stays = first.clock.breachedAt === null || clock.breachedAt === first.clock.breachedAt
        return new Set(names).size === names.length && stays
      }),
      { numRuns: 300 }
    )
  }
)

t.test('an answer given before another store had it counts alike when it is recorded afterwards', async () => {
  const outcome = ({ clock }: { clock: AnswerClock }) => {
    const { atRiskAt: _risk, dueAt: _due, stepsRaised: _raised, ...told } = clock
    return told
  }
  fc.assert(
    fc.property(
      course,
      fc.constantFrom(TERMS, BUSINESS, NIGHTS),
      fc.constantFrom(TERMS, BUSINESS, NIGHTS),
      fc.integer({ min: 1, max: 400 * HOUR }),
      (steps, terms, next, later) => {
        const { clock, now, entries } = run([...steps, { what: 'raise', after: 1 }], terms)
        if (clock.state !== 'open') return true
        const due = raiseDue(clock, terms, now + later)
        const moved = move(due.clock, terms, next, now + later)
        const ledger = [...entries, ...due.entries, ...moved.entries]
        const seen = raiseDue(moved.clock, next, now + 2 * later)
        const recorded = isGivenEarlier(seen.clock, now)
          ? answerGivenEarlier(seen.clock, terms, now, [...ledger, ...seen.entries])
          : answer(seen.clock, next, now)
        return isDeepStrictEqual(outcome(recorded), outcome(answer(clock, terms, now)))
      }
    ),
    { numRuns: 300 }
  )
})

t.test('the ledger adds up: what is counted is the time between a start and a stop', async () => {
  fc.assert(
    fc.property(course, fc.constantFrom(TERMS, BUSINESS), (steps, terms) => {
      const { entries } = run(steps, terms)
      let counted = 0
      let since: number | null = null
      for (const { entry, at, countedMs } of [...entries].sort((a, b) => a.at - b.at)) {
        if (since !== null && entry !== 'breached') counted += terms.counting.between(since, at)
        if (entry === 'breached') {
          if (counted + terms.counting.between(since ?? at, at) !== countedMs) return false
          continue
        }
        since = ['started', 'resumed', 'reopened'].includes(entry) ? at : null
        if (counted !== countedMs) return false
      }
      return true
    }),
    { numRuns: 300 }
  )
})
