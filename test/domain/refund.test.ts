import fc from 'fast-check'
import t from 'tap'
import { expectRefundable, refundableMinor } from '../../src/domain/refund.ts'

const paid = { kind: 'sale', paidMinor: 20_000, returnedMinor: 5_000, refundedMinor: 4_000 } as const

t.test('what was paid, less returns and earlier refunds, may be refunded, exactly', async t => {
  t.equal(refundableMinor(paid), 11_000)
  t.doesNotThrow(() => expectRefundable(paid, 11_000))
  t.throws(() => expectRefundable(paid, 11_001), {
    code: 'refund.exceeds_paid',
    facts: { refundableMinor: 11_000, paidMinor: 20_000, returnedMinor: 5_000, refundedMinor: 4_000 }
  })
})

t.test('a return is no sale, and one that comes after a refund leaves nothing', async t => {
  t.throws(() => expectRefundable({ ...paid, kind: 'return', paidMinor: -20_000 }, 1), { code: 'refund.not_a_sale' })
  t.equal(refundableMinor({ ...paid, returnedMinor: 18_000 }), 0)
})

t.test('refunds one after the other never come to more than was paid', async t => {
  const amounts = fc.array(fc.integer({ min: 1, max: 10_000 }), { maxLength: 20 })
  fc.assert(
    fc.property(amounts, asked => {
      let refundedMinor = 0
      for (const amount of asked) {
        try {
          expectRefundable({ ...paid, refundedMinor }, amount)
          refundedMinor += amount
        } catch {}
      }
      t.ok(refundedMinor + paid.returnedMinor <= paid.paidMinor)
    })
  )
})
