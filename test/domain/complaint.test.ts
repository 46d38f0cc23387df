import fc from 'fast-check'
import t from 'tap'
import {
  type ClosingFacts,
  COMPLAINT_MACHINE,
  COMPLAINT_STATES,
  COMPLAINT_STEPS,
  type ComplaintState,
  type ComplaintStep,
  closingPath,
  endingOf,
  FINISHED_STATES,
  type FirstTimeFacts,
  handledFirstTime,
  nextState
} from '../../src/domain/complaint.ts'

const closing = (changes: Partial<ClosingFacts> = {}): ClosingFacts => ({
  state: 'answered',
  hasPrimaryCause: true,
  isKnown: true,
  waitingRemedies: 0,
  ...changes
})

t.test('a complaint goes from received to closed, one step after the other', async t => {
  const way: [ComplaintStep, ComplaintState][] = [
    ['acknowledge', 'acknowledged'],
    ['assess', 'investigating'],
    ['answer', 'answered'],
    ['resolve', 'resolved'],
    ['close', 'closed'],
    ['reopen', 'reopened'],
    ['answer', 'answered'],
    ['reject', 'rejected'],
    ['close', 'closed']
  ]
  let state: ComplaintState = 'received'
  for (const [step, next] of way) {
    state = nextState(state, step)
    t.equal(state, next, step)
  }
})

t.test('a step that the machine does not list is refused with the state and the step', async t => {
  const refused: [ComplaintState, ComplaintStep][] = [
    ['received', 'close'],
    ['received', 'resolve'],
    ['received', 'reopen'],
    ['answered', 'close'],
    ['closed', 'answer'],
    ['closed', 'close'],
    ['closed', 'trace'],
    ['closed', 'remedy'],
    ['withdrawn', 'reopen'],
    ['withdrawn', 'answer'],
    ['resolved', 'withdraw']
  ]
  for (const [state, step] of refused) {
    t.throws(() => nextState(state, step), {
      code: 'complaint.invalid_state',
      kind: 'conflict',
      facts: { state, step }
    })
  }
})

t.test('whatever is done, a case is closed only behind an outcome, and nothing leads out of withdrawn', async t => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...COMPLAINT_STEPS), { maxLength: 40 }), steps => {
      let state: ComplaintState = 'received'
      for (const step of steps) {
        const next: ComplaintState | undefined = COMPLAINT_MACHINE[state][step]
        if (next === undefined) continue
        if (next === 'closed' && state !== 'closed') t.ok(['resolved', 'rejected'].includes(state))
        if (state === 'closed') t.equal(next, step === 'reopen' ? 'reopened' : 'closed')
        if (next === 'reopened' && state !== 'reopened')
          t.ok(['answered', 'resolved', 'rejected', 'closed'].includes(state))
        state = next
      }
    })
  )
  t.same(COMPLAINT_MACHINE.withdrawn, { revoke: 'withdrawn', relink: 'withdrawn' })
  t.same(FINISHED_STATES, ['closed', 'withdrawn'])
})

t.test('every open state can be answered or has an outcome, so that no case is stuck', async t => {
  for (const state of COMPLAINT_STATES.filter(state => !FINISHED_STATES.includes(state))) {
    const { answer, close } = COMPLAINT_MACHINE[state]
    t.ok(answer ?? close, state)
  }
})

t.test('an answered complaint is closed through its outcome, a resolved one at once', async t => {
  t.same(closingPath(closing(), 'resolved', 'accepted'), ['resolved', 'closed'])
  t.same(closingPath(closing(), 'rejected', 'not_accepted'), ['rejected', 'closed'])
  t.same(closingPath(closing({ state: 'resolved' }), null, 'no_reply'), ['closed'])
  t.same(closingPath(closing({ state: 'resolved' }), 'resolved', 'accepted'), ['closed'])
})

t.test(
  'closing needs an answer, an outcome, a cause, the verdict of who is known, and no remedy that waits',
  async t => {
    const refused = (facts: ClosingFacts, code: string, verdict: 'accepted' | 'unreachable' = 'accepted') =>
      t.throws(() => closingPath(facts, 'resolved', verdict), { code })
    refused(closing({ state: 'received' }), 'complaint.invalid_state')
    refused(closing({ state: 'closed' }), 'complaint.invalid_state')
    refused(closing({ state: 'rejected' }), 'complaint.outcome_differs')
    refused(closing({ hasPrimaryCause: false }), 'complaint.cause_missing')
    refused(closing({ waitingRemedies: 1 }), 'complaint.remedy_waiting')
    refused(closing(), 'complaint.verdict_missing', 'unreachable')
    t.throws(() => closingPath(closing(), null, 'accepted'), { code: 'complaint.outcome_missing' })
    t.same(closingPath(closing({ isKnown: false }), 'resolved', 'unreachable'), ['resolved', 'closed'])
  }
)

const firstTime = (changes: Partial<FirstTimeFacts> = {}): FirstTimeFacts => ({
  firstHandlerId: 'anna',
  answeredById: 'anna',
  settledById: 'anna',
  escalatedBeforeClosure: false,
  firstClosedAt: '2026-03-01T10:00:00.000Z',
  firstVerdict: 'accepted',
  firstReopenedAt: null,
  ...changes
})

t.test('handled the first time: by the first handler, accepted, and closed for 30 days', async t => {
  const LATER = '2026-06-01T00:00:00.000Z'
  t.equal(handledFirstTime(firstTime(), LATER), true)
  t.equal(handledFirstTime(firstTime(), '2026-03-31T10:00:00.000Z'), true, '30 days to the millisecond')
  t.equal(handledFirstTime(firstTime(), '2026-03-31T09:59:59.999Z'), null, 'it may still be reopened')
  t.equal(handledFirstTime(firstTime({ firstReopenedAt: '2026-03-31T09:59:59.999Z' }), LATER), false)
  t.equal(handledFirstTime(firstTime({ firstReopenedAt: '2026-03-31T10:00:00.000Z' }), LATER), true)
  t.equal(handledFirstTime(firstTime({ answeredById: 'bo' }), LATER), false)
  t.equal(handledFirstTime(firstTime({ firstVerdict: 'not_accepted' }), LATER), false)
  t.equal(handledFirstTime(firstTime({ firstVerdict: 'no_reply' }), LATER), false)
  t.equal(handledFirstTime(firstTime({ firstClosedAt: null, firstVerdict: null }), LATER), null)
  t.equal(
    handledFirstTime(firstTime({ firstClosedAt: null, firstVerdict: null, firstReopenedAt: LATER }), LATER),
    false,
    'reopened before it was ever closed'
  )
  t.equal(handledFirstTime(firstTime({ firstHandlerId: null }), LATER), null)
})

t.test(
  'not handled the first time where somebody else had to finish it, and unknown where nobody was named',
  async t => {
    const LATER = '2026-06-01T00:00:00.000Z'
    const open = { settledById: null, firstClosedAt: null, firstVerdict: null } as const
    t.equal(handledFirstTime(firstTime({ settledById: 'otto' }), LATER), false)
    t.equal(handledFirstTime(firstTime({ escalatedBeforeClosure: true }), LATER), false)
    t.equal(handledFirstTime(firstTime({ ...open, escalatedBeforeClosure: true }), LATER), false, 'as soon as it is')
    t.equal(handledFirstTime(firstTime({ answeredById: null }), LATER), null)
    t.equal(handledFirstTime(firstTime({ settledById: null }), LATER), null)
    t.equal(handledFirstTime(firstTime({ answeredById: null, settledById: 'otto' }), LATER), false)
    t.equal(handledFirstTime(firstTime({ answeredById: null, firstVerdict: 'not_accepted' }), LATER), false)
    const reopened = { firstReopenedAt: '2026-03-02T00:00:00.000Z' }
    t.equal(handledFirstTime(firstTime({ answeredById: null, ...reopened }), LATER), false)
  }
)

t.test('a case is recovered by the customer’s word alone', async t => {
  t.equal(endingOf('closed', 'accepted'), 'recovered')
  t.equal(endingOf('closed', 'not_accepted'), 'badly_closed')
  t.equal(endingOf('closed', 'no_reply'), 'closed_unheard')
  t.equal(endingOf('closed', 'unreachable'), 'closed_unheard')
  t.equal(endingOf('withdrawn', null), 'withdrawn')
  t.equal(endingOf('resolved', null), 'open')
})
