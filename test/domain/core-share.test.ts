import fc from 'fast-check'
import t from 'tap'
import { type CoreCounts, coreShareOf } from '../../src/domain/core-share.ts'

const counts: CoreCounts = {
  customers: 200,
  coreCustomers: 50,
  netMinor: 100_000,
  knownMinor: 80_000,
  coreMinor: 60_000,
  aCustomers: 20,
  managedCustomers: 19,
  caredCustomers: null
}

t.test('the one figure is the mean of the shares that are known', async t => {
  t.same(coreShareOf(counts), {
    customerShare: 0.25,
    revenueShare: 0.6,
    knownShare: 0.8,
    managedShare: 0.95,
    caredShare: null,
    coreShare: (0.25 + 0.6 + 0.8 + 0.95) / 4
  })
  t.equal(coreShareOf({ ...counts, caredCustomers: 10 }).coreShare, (0.25 + 0.6 + 0.8 + 0.95 + 0.5) / 5)
})

t.test('where nobody had been classified there is no core share', async t => {
  const unknown = coreShareOf({
    ...counts,
    coreCustomers: null,
    coreMinor: null,
    aCustomers: null,
    managedCustomers: null
  })
  t.match(unknown, { customerShare: null, revenueShare: null, knownShare: 0.8, managedShare: null, coreShare: null })
})

t.test('nothing sold, and more taken back than sold, has no share of turnover', async t => {
  t.match(coreShareOf({ ...counts, netMinor: 0 }), { revenueShare: null, knownShare: null })
  t.match(coreShareOf({ ...counts, netMinor: -5 }), { revenueShare: null, knownShare: null })
  t.match(coreShareOf({ ...counts, customers: 0, coreCustomers: 0 }), { customerShare: null, coreShare: null })
})

t.test('returns of others leave no share above 1, and own ones none below 0', async t => {
  t.equal(coreShareOf({ ...counts, coreMinor: 120_000 }).revenueShare, 1)
  t.equal(coreShareOf({ ...counts, coreMinor: -1 }).revenueShare, 0)
})

t.test('one more core customer never lowers the figure', async () => {
  const whole = fc.integer({ min: 1, max: 1_000 })
  fc.assert(
    fc.property(whole, whole, fc.nat(1_000), (customers, netMinor, core) => {
      const base = { ...counts, customers, netMinor, coreMinor: 0, knownMinor: 0 }
      const of = (coreCustomers: number) => coreShareOf({ ...base, coreCustomers }).coreShare ?? 0
      const fewer = Math.min(core, customers - 1)
      return of(fewer + 1) >= of(fewer) && of(fewer) >= 0 && of(fewer) <= 1
    })
  )
})
