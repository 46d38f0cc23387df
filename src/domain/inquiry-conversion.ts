import { type ShareInterval, wilson } from './statistics.ts'

/** What has become of inquiries. */
export interface InquiryCounts {
  readonly inquiries: number
  /** Became customers. */
  readonly converted: number
  /** Asked by who was a customer already. */
  readonly existing: number
  readonly lost: number
}

export interface ConversionRate {
  readonly open: number
  /** Of all who might become customers, those still open included; null where nobody of them asked. */
  readonly share: number | null
  /** Wilson's at 95 %. */
  readonly interval: ShareInterval | null
}

/**
 * The share of inquiries that became customers. Who was one before he asked, cannot become one and is left out. Those still open count as not converted: the rate of a period that is not
 * over yet can only grow, and giving nothing up does not make it better.
 */
export const conversionRate = ({ inquiries, converted, existing, lost }: InquiryCounts): ConversionRate => {
  const mightBecome = inquiries - existing
  return {
    open: mightBecome - converted - lost,
    share: mightBecome === 0 ? null : converted / mightBecome,
    interval: wilson(converted, mightBecome)
  }
}
