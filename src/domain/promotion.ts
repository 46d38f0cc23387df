import { DomainError } from './errors.ts'

/** A launch is a promotion of a new product. */
export const PROMOTION_KINDS = ['promotion', 'launch'] as const
export type PromotionKind = (typeof PROMOTION_KINDS)[number]

/** Refuses `promotion.days_not_ordered`: the last day may be the first one, not one before it; null is until further notice. */
export function expectDaysOrdered({
  startsOn,
  endsOn
}: {
  readonly startsOn: string
  readonly endsOn: string | null
}): void {
  if (endsOn === null || endsOn >= startsOn) return
  throw new DomainError({
    kind: 'unprocessable',
    code: 'promotion.days_not_ordered',
    detail: 'The last day of the promotion lies before the first.',
    errors: [{ pointer: '/endsOn', code: 'promotion.days_not_ordered', message: 'lies before startsOn' }]
  })
}
