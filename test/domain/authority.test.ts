import fc from 'fast-check'
import t from 'tap'
import {
  type AuthorityMatrix,
  type AuthorityRule,
  authorityFaults,
  DECIDING_ROLES,
  DEFAULT_AUTHORITY,
  decidingRoles,
  judge,
  REMEDY_DECISIONS,
  reaches,
  ruleOf
} from '../../src/domain/authority.ts'

const rule = (changes: Partial<AuthorityRule> = {}): AuthorityRule => ({
  role: 'front_line',
  decision: 'refund',
  storeId: null,
  perCaseMinor: 5_000,
  perMonthMinor: 20_000,
  ...changes
})
const matrix = (...rules: AuthorityRule[]): AuthorityMatrix => ({ rules })

t.test('a limit is included, on the case and in the month', async t => {
  const spending = { amountMinor: 2_000, caseMinor: 3_000, monthMinor: 18_000 }
  t.equal(judge(rule(), spending), 'within')
  t.equal(judge(rule(), { ...spending, caseMinor: 3_001 }), 'above_case_limit')
  t.equal(judge(rule(), { ...spending, monthMinor: 18_001 }), 'above_month_limit')
  t.equal(judge(undefined, spending), 'not_delegated')
  t.equal(judge(rule({ perCaseMinor: null, perMonthMinor: null }), { ...spending, amountMinor: 1e12 }), 'within')
  t.equal(judge(rule({ perCaseMinor: 0, perMonthMinor: 0 }), { amountMinor: 0, caseMinor: 0, monthMinor: 0 }), 'within')
})

t.test('a smaller remedy is never refused where a larger one is granted', async t => {
  const amount = fc.integer({ min: 0, max: 100_000 })
  fc.assert(
    fc.property(amount, amount, amount, amount, amount, fc.option(amount), fc.option(amount), (a, b, ...rest) => {
      const [caseMinor, monthMinor, other, perCaseMinor, perMonthMinor] = rest
      const limits = rule({ perCaseMinor, perMonthMinor })
      const larger = judge(limits, { amountMinor: Math.max(a, b), caseMinor, monthMinor })
      const smaller = judge(limits, { amountMinor: Math.min(a, b), caseMinor, monthMinor })
      if (larger === 'within') t.equal(smaller, 'within', String(other))
    })
  )
})

t.test("a store's own rule takes the place of the general one, for that store alone", async t => {
  const own = rule({ storeId: 's1', perCaseMinor: 100 })
  const rules = matrix(rule(), own)
  t.equal(ruleOf(rules, 'front_line', 'refund', 's1'), own)
  t.match(ruleOf(rules, 'front_line', 'refund', 's2'), { perCaseMinor: 5_000 })
  t.match(ruleOf(rules, 'front_line', 'refund', null), { perCaseMinor: 5_000 })
  t.equal(ruleOf(matrix(own), 'front_line', 'refund', 's2'), undefined)
  t.equal(ruleOf(rules, 'front_line', 'voucher', 's1'), undefined)
  t.equal(ruleOf(rules, 'analyst', 'refund', 's1'), undefined)
})

t.test('the first matrix lets everybody apologise, the front line mend small things, and the owner all', async t => {
  t.same(authorityFaults(DEFAULT_AUTHORITY), [])
  const small = { amountMinor: 5_000, caseMinor: 0, monthMinor: 0 }
  for (const role of DECIDING_ROLES) {
    const apology = ruleOf(DEFAULT_AUTHORITY, role, 'apology', null)
    t.equal(judge(apology, { ...small, amountMinor: 0 }), 'within', role)
    for (const decision of REMEDY_DECISIONS.filter(one => one !== 'apology')) {
      t.equal(judge(ruleOf(DEFAULT_AUTHORITY, role, decision, null), small), 'within', `${role} ${decision}`)
    }
  }
  t.equal(
    judge(ruleOf(DEFAULT_AUTHORITY, 'front_line', 'refund', null), { ...small, amountMinor: 5_001 }),
    'above_case_limit'
  )
  t.equal(judge(ruleOf(DEFAULT_AUTHORITY, 'owner', 'refund', null), { ...small, amountMinor: 1e12 }), 'within')
})

t.test('authority goes from the front line up', async t => {
  t.same(decidingRoles(['owner', 'analyst', 'front_line']), ['front_line', 'owner'])
  t.ok(reaches('owner', 'store_manager'))
  t.ok(reaches('store_manager', 'store_manager'))
  t.notOk(reaches('front_line', 'store_manager'))
})

t.test('a matrix that says the same twice, or less for a month than for a case, is at fault', async t => {
  t.same(
    authorityFaults(matrix(rule(), rule({ storeId: 's1' }), rule({ perCaseMinor: 1 }))).map(({ pointer }) => pointer),
    ['/rules/2']
  )
  t.same(
    authorityFaults(matrix(rule({ perMonthMinor: 4_999 }))).map(({ pointer }) => pointer),
    ['/rules/0/perMonthMinor']
  )
  t.same(authorityFaults(matrix(rule({ perMonthMinor: 5_000 }), rule({ role: 'owner', perCaseMinor: null }))), [])
})
