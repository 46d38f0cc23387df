import fc from 'fast-check'
import t from 'tap'
import { DEFAULT_POLICY, mergePolicy, type TrialPolicy } from '../../src/domain/classification-policy.ts'
import { validatePolicy } from '../../src/domain/policy-validation.ts'

const faults = (trial: TrialPolicy) =>
  validatePolicy(mergePolicy(DEFAULT_POLICY, trial)).map(fault => `${fault.pointer} ${fault.code}`)

t.test('the defaults are a valid policy', async t => {
  t.same(validatePolicy(DEFAULT_POLICY), [])
})

t.test('a trial changes what it names and nothing else', async t => {
  const merged = mergePolicy(DEFAULT_POLICY, {
    windowMonths: null,
    abc: { aShare: 0.7 },
    standing: { minutesPerMonth: { key: 90 } }
  })
  t.equal(merged.windowMonths, null, 'null replaces')
  t.same(merged.abc, { ...DEFAULT_POLICY.abc, aShare: 0.7 })
  t.same(merged.standing, { keyRuns: 2, minutesPerMonth: { key: 90, suitable: 20, general: 5 } })
  t.same(merged.loyalty, DEFAULT_POLICY.loyalty)
  t.equal(DEFAULT_POLICY.windowMonths, 12, 'the base stays as it was')
  t.same(mergePolicy(DEFAULT_POLICY, { windowMonths: undefined }), DEFAULT_POLICY, 'absent leaves')
})

t.test('a policy that was stored before a number existed takes its default', async t => {
  const { saveProbability: _, attemptCostMinor: __, dueRisk: ___, ...older } = DEFAULT_POLICY.defection
  const stored = { ...DEFAULT_POLICY, defection: { ...older, hiatusDays: 90 } }
  t.same(mergePolicy(DEFAULT_POLICY, stored).defection, { ...DEFAULT_POLICY.defection, hiatusDays: 90 })
})

t.test('what the policy does not have is not taken over', async t => {
  const trial = JSON.parse('{ "unknown": 1, "abc": { "constructor": 1, "__proto__": { "aShare": 0.1 } } }')
  t.same(mergePolicy(DEFAULT_POLICY, trial), DEFAULT_POLICY)
})

t.test('shares of A and B are in order, above 0 and not above 1', async t => {
  t.same(faults({ abc: { aShare: 0.95 } }), ['/abc/bShare policy.not_ordered'])
  t.same(faults({ abc: { aShare: 0 } }), ['/abc/aShare policy.out_of_range'])
  t.same(faults({ abc: { bShare: 1.01 } }), ['/abc/bShare policy.out_of_range'])
  t.same(faults({ abc: { aShare: 0.9499, bShare: 1 } }), [])
  t.same(faults({ abc: { aShare: 0.12345 } }), ['/abc/aShare policy.too_fine'])
  t.same(faults({ abc: { aShare: Number.NaN } }).includes('/abc/aShare policy.out_of_range'), true)
})

t.test('every share of four decimals is accepted', async t => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 9499 }), bp => faults({ abc: { aShare: bp / 10_000 } }).length === 0))
  t.pass()
})

t.test('fixed amounts are both needed, A above B above 0', async t => {
  t.same(faults({ abc: { method: 'fixed' } }), ['/abc/aMinor policy.missing', '/abc/bMinor policy.missing'])
  t.same(faults({ abc: { method: 'fixed', aMinor: 100, bMinor: 100 } }), ['/abc/bMinor policy.not_ordered'])
  t.same(faults({ abc: { method: 'fixed', aMinor: 100, bMinor: 0 } }), ['/abc/bMinor policy.out_of_range'])
  t.same(faults({ abc: { method: 'fixed', aMinor: 100.5, bMinor: 1 } }), ['/abc/aMinor policy.out_of_range'])
  t.same(faults({ abc: { method: 'fixed', aMinor: 100, bMinor: 99, hysteresis: 0.2 } }), [])
})

t.test('a margin is at most a fifth, and never freezes a class for ever', async t => {
  t.same(faults({ abc: { hysteresis: 0.02 } }), [])
  t.same(faults({ abc: { bShare: 0.9, hysteresis: 0.0999 } }), [])
  t.same(faults({ abc: { hysteresis: 0.05 } }), ['/abc/hysteresis policy.margin_too_wide'], 'no B could become a C')
  t.same(faults({ abc: { aShare: 0.1, bShare: 0.5, hysteresis: 0.1 } }), ['/abc/hysteresis policy.margin_too_wide'])
  t.ok(faults({ abc: { bShare: 0.85, hysteresis: 0.21 } }).includes('/abc/hysteresis policy.out_of_range'))
  t.ok(faults({ abc: { hysteresis: -0.01 } }).includes('/abc/hysteresis policy.out_of_range'))
})

t.test('the window is 1 to 120 whole months, or all data', async t => {
  for (const windowMonths of [1, 120, null]) t.same(faults({ windowMonths }), [])
  for (const windowMonths of [0, 121, 1.5]) t.same(faults({ windowMonths }), ['/windowMonths policy.out_of_range'])
})

t.test('numbers of the other parts are within their limits and in order', async t => {
  t.same(faults({ rfm: { scores: 1 } }), ['/rfm/scores policy.out_of_range'])
  t.same(faults({ loyalty: { switcherShare: 0.7 } }), ['/loyalty/switcherShare policy.not_ordered'])
  t.same(faults({ trust: { cognitiveQuality: 6 } }), ['/trust/cognitiveQuality policy.out_of_range'])
  t.same(faults({ standing: { minutesPerMonth: { key: -1 } } }), ['/standing/minutesPerMonth/key policy.out_of_range'])
  t.same(faults({ defection: { hiatusDays: 0 } }), ['/defection/hiatusDays policy.out_of_range'])
  t.same(faults({ defection: { saveProbability: 1.1 } }), ['/defection/saveProbability policy.out_of_range'])
  t.same(faults({ defection: { attemptCostMinor: 0.5 } }), ['/defection/attemptCostMinor policy.out_of_range'])
  t.same(faults({ defection: { dueRisk: 0.6, lapsedRisk: 0.4 } }), [
    '/defection/dueRisk policy.not_ordered',
    '/defection/overdueRisk policy.not_ordered'
  ])
  t.same(faults({ relationshipManagers: { graceRuns: 0 } }), [])
  t.same(faults({ care: { usualMinutes: { visit: 1440, call: 0, thankYou: 1.5 } } }), [
    '/care/usualMinutes/call policy.out_of_range',
    '/care/usualMinutes/thankYou policy.out_of_range'
  ])
  t.match(
    validatePolicy(mergePolicy(DEFAULT_POLICY, { rfm: { scores: 1.5 } }))[0]?.message,
    'A whole number from 2 to 10.'
  )
})
