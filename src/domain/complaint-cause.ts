import { unprocessable } from './errors.ts'

/** Why a customer had to complain. `undetermined` is an answer too, and is counted. */
export const COMPLAINT_CAUSES = ['expectation_gap', 'product_quality', 'staff_service', 'undetermined'] as const
export type ComplaintCause = (typeof COMPLAINT_CAUSES)[number]

/** The sub-causes of each cause; what fits none of them is `other`. */
export const SUB_CAUSES = {
  expectation_gap: ['promotion_promised_more', 'guidance_promised_more', 'price_not_as_shown', 'not_in_stock', 'other'],
  product_quality: ['defect', 'early_wear', 'fit_or_size', 'missing_part', 'wrong_product', 'damaged', 'other'],
  staff_service: ['rudeness', 'waiting_time', 'wrong_advice', 'broken_promise', 'till_error', 'no_answer', 'other'],
  undetermined: []
} as const satisfies Record<ComplaintCause, readonly string[]>

export type SubCause = (typeof SUB_CAUSES)[ComplaintCause][number]

export const ALL_SUB_CAUSES = [...new Set(Object.values(SUB_CAUSES).flat())] as readonly SubCause[]

/** What a cause leads back to. */
export const SOURCE_KINDS = ['promotion', 'guidance', 'product', 'supplier', 'training'] as const
export type SourceKind = (typeof SOURCE_KINDS)[number]

/** A thing of the shop that a cause leads to: a promotion's code, who gave the guidance, a sku, a supplier, whom to train. */
export interface CauseSource {
  readonly kind: SourceKind
  readonly key: string
}

/** What a case, or the cause itself, names. */
export interface CauseLinks {
  readonly promotionCode: string | null
  readonly sku: string | null
  readonly supplierId: string | null
  readonly staffId: string | null
}

/** Refuses `complaint_cause.sub_cause_unknown`: a sub-cause belongs to its cause, and `undetermined` has none. */
export function expectSubCause(cause: ComplaintCause, subCause: string | null): void {
  if (subCause === null || (SUB_CAUSES[cause] as readonly string[]).includes(subCause)) return
  throw unprocessable('complaint_cause.sub_cause_unknown', 'The sub-cause does not belong to the cause.', { cause })
}

/**
 * Where a cause leads: an expectation gap to the promotion that promised too much, or, where guidance is said to have done
 * so, to whoever gave it; a product's quality to the product and its supplier; service to whom training is owed, and wrong
 * advice to whose guidance it was as well. What is not known is left out, nobody is blamed for it, and `undetermined` leads
 * nowhere.
 */
export function sourcesOf(
  cause: ComplaintCause,
  subCause: string | null,
  { promotionCode, sku, supplierId, staffId }: CauseLinks
): CauseSource[] {
  const named = (kind: SourceKind, key: string | null): CauseSource[] => (key === null ? [] : [{ kind, key }])
  switch (cause) {
    case 'expectation_gap':
      return subCause === 'guidance_promised_more' ? named('guidance', staffId) : named('promotion', promotionCode)
    case 'product_quality':
      return [...named('product', sku), ...named('supplier', supplierId)]
    case 'staff_service':
      return [...(subCause === 'wrong_advice' ? named('guidance', staffId) : []), ...named('training', staffId)]
    case 'undetermined':
      return []
  }
}
