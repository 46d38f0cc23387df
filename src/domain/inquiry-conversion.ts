import { type ShareInterval, wilson } from './statistics.ts'

/** What has become of inquiries. */
export interface InquiryCounts {
  readonly inquiries: number
  readonly converted: number
  readonly lost: number
}

export interface ConversionRate {
  readonly open: number
  /** Of all that were received, those that are still open included; null where nobody asked. */
  readonly share: number | null
  /** Wilson's at 95 %. */
  readonly interval: ShareInterval | null
}

/**
 * The share of inquiries that became customers. Those still open count as not converted: the rate of a period that is not
 * over yet can only grow, and giving nothing up does not make it better.
 */
export const conversionRate = ({ inquiries, converted, lost }: InquiryCounts): ConversionRate => ({
  open: inquiries - converted - lost,
  share: inquiries === 0 ? null : converted / inquiries,
  interval: wilson(converted, inquiries)
})
