import { unprocessable } from './errors.ts'

/** What was paid for a purchase, and what went back already: minor units of the tenant's currency. */
export interface PaidFacts {
  readonly kind: 'sale' | 'return'
  /** What the sale came to; what is owed to nobody (0 or less) cannot be refunded. */
  readonly paidMinor: number
  /** What returns of it gave back, as a positive amount. */
  readonly returnedMinor: number
  /** What was refunded on complaints before. */
  readonly refundedMinor: number
}

/** What may still be refunded, never below 0. A return that came after a refund can make it less than nothing on paper. */
export function refundableMinor({ paidMinor, returnedMinor, refundedMinor }: PaidFacts): number {
  return Math.max(0, paidMinor - returnedMinor - refundedMinor)
}

/**
 * Refuses a refund of more than was paid, less returns and earlier refunds (`refund.exceeds_paid`; exactly that much is
 * granted), and one of a receipt that is no sale (`refund.not_a_sale`).
 */
export function expectRefundable(facts: PaidFacts, amountMinor: number): void {
  if (facts.kind !== 'sale') throw unprocessable('refund.not_a_sale', 'Only what was bought can be refunded.')
  const refundable = refundableMinor(facts)
  if (amountMinor > refundable) {
    throw unprocessable('refund.exceeds_paid', 'A refund is never more than was paid, less returns and refunds.', {
      refundableMinor: refundable,
      paidMinor: facts.paidMinor,
      returnedMinor: facts.returnedMinor,
      refundedMinor: facts.refundedMinor
    })
  }
}
