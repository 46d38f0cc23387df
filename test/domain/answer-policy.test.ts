import t from 'tap'
import {
  answerPolicyFaults,
  completeAnswerPolicy,
  DEFAULT_ANSWER_POLICY,
  stepsOf
} from '../../src/domain/answer-policy.ts'

t.test('the default answers within 24 elapsed hours and has no faults', async t => {
  t.match(DEFAULT_ANSWER_POLICY, { answerWithinMinutes: 1_440, calendar: 'elapsed', atRiskShare: 0.75 })
  t.same(answerPolicyFaults(DEFAULT_ANSWER_POLICY), [])
})

t.test('what is left out takes its default, and a ladder is replaced whole', async t => {
  const policy = completeAnswerPolicy({ answerWithinMinutes: 60, ladder: [], calendar: undefined })
  t.same(policy, { ...DEFAULT_ANSWER_POLICY, answerWithinMinutes: 60, ladder: [] })
})

t.test('every number that no answer could be timed by is named', async t => {
  const codes = (input: Parameters<typeof completeAnswerPolicy>[0]) =>
    answerPolicyFaults(completeAnswerPolicy(input)).map(({ pointer, code }) => `${pointer} ${code}`)
  t.same(codes({ answerWithinMinutes: 0 }), ['/answerWithinMinutes policy.out_of_range'])
  t.same(codes({ answerWithinMinutes: 43_200 }), [])
  t.same(codes({ answerWithinMinutes: 43_201 }), ['/answerWithinMinutes policy.out_of_range'])
  t.same(codes({ answerWithinMinutes: 1.5 }), ['/answerWithinMinutes policy.out_of_range'])
  t.same(codes({ atRiskShare: 0.049, maxPauseMinutes: -1 }), [
    '/atRiskShare policy.out_of_range',
    '/maxPauseMinutes policy.out_of_range'
  ])
  t.same(codes({ ladder: [{ atShare: 0.49, role: 'owner' }] }), ['/ladder/0/atShare policy.out_of_range'])
  t.same(codes({ ladder: [1.5, 1].map(atShare => ({ atShare, role: 'owner' })) }), [
    '/ladder/1/atShare policy.not_ordered'
  ])
  t.same(codes({ ladder: Array.from({ length: 11 }, () => ({ atShare: 1, role: 'owner' as const })) }), [
    '/ladder policy.out_of_range'
  ])
  t.same(codes({ businessHours: { weekly: [], exceptions: [] } }), ['/businessHours/weekly business_hours.too_few'])
})

t.test('of steps at one share, what a feedback is comes before who hears of it', async t => {
  const steps = stepsOf({
    atRiskShare: 1,
    ladder: [
      { atShare: 1, role: 'owner' },
      { atShare: 2, role: 'owner' }
    ]
  })
  t.same(
    steps.map(({ kind, share, rung }) => [kind, share, rung]),
    [
      ['at_risk', 1, null],
      ['breached', 1, null],
      ['escalated', 1, 0],
      ['escalated', 2, 1]
    ]
  )
})
