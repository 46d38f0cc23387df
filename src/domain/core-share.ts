/** What is counted in one store and month. Amounts in net minor units. */
export interface CoreCounts {
  /** Known customers who bought. */
  readonly customers: number
  /** Those of them who were loyal, first users or A when the month ended; null where nobody had been classified by then. */
  readonly coreCustomers: number | null
  /** All turnover, that of nobody known included; what known customers, and what core customers, made of it. */
  readonly netMinor: number
  readonly knownMinor: number
  readonly coreMinor: number | null
  /** A customers whose home store it is, those with a relationship manager, and those whose care is up to date. */
  readonly aCustomers: number | null
  readonly managedCustomers: number | null
  readonly caredCustomers: number | null
}

/** Shares 0..1, each null where it is not known or there is nothing to share. */
export interface CoreShare {
  readonly customerShare: number | null
  readonly revenueShare: number | null
  readonly knownShare: number | null
  readonly managedShare: number | null
  readonly caredShare: number | null
  /** The one figure. */
  readonly coreShare: number | null
}

/**
 * How far a store's customers are a core rather than a crowd: the share of customers, and of turnover, who are loyal, first
 * users or A; the share of turnover of known customers; the share of A customers with a relationship manager, and with
 * their care up to date. The one figure is the plain mean of those that are known, so that it can be worked out on a sheet
 * of paper; without the share of customers it would say nothing of a core and is null. A month whose returns exceed its
 * sales has no shares of turnover. *Policy.*
 */
export function coreShareOf(counts: CoreCounts): CoreShare {
  const customerShare = shareOf(counts.coreCustomers, counts.customers)
  const parts = {
    customerShare,
    revenueShare: shareOf(counts.coreMinor, counts.netMinor),
    knownShare: shareOf(counts.knownMinor, counts.netMinor),
    managedShare: shareOf(counts.managedCustomers, counts.aCustomers ?? 0),
    caredShare: shareOf(counts.caredCustomers, counts.aCustomers ?? 0)
  }
  const known = Object.values(parts).filter(share => share !== null)
  const mean = known.reduce((sum, share) => sum + share, 0) / known.length
  return { ...parts, coreShare: customerShare === null ? null : mean }
}

/** Returns of others can leave a part larger than the whole, and own returns below zero: both stop at the ends. */
function shareOf(part: number | null, whole: number): number | null {
  return part === null || whole <= 0 ? null : Math.min(Math.max(part / whole, 0), 1)
}
