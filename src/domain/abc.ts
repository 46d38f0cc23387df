/** `none` is who has no positive amount in the window; he is ranked nowhere. */
export type AbcClass = 'A' | 'B' | 'C' | 'none'
export type RankedClass = Exclude<AbcClass, 'none'>

/** Why a customer stands where he stands: ranked, or in no class because … */
export type AbcStanding = 'ranked' | 'no_purchase' | 'zero_net' | 'negative_net'

/** Classes and standings as columns keep them: the index is the code. */
export const ABC_CLASSES = ['none', 'A', 'B', 'C'] as const satisfies readonly AbcClass[]
export const ABC_STANDINGS = [
  'ranked',
  'no_purchase',
  'zero_net',
  'negative_net'
] as const satisfies readonly AbcStanding[]

/** Where A and B end, as shares of turnover 0..1; four decimals count, so that the comparison is one of integers. */
export interface AbcCuts {
  readonly aShare: number
  readonly bShare: number
}

/** The ABC part of a tenant's policy. `aMinor` and `bMinor` are read by the method `fixed` alone. */
export interface AbcPolicy extends AbcCuts {
  readonly method: 'share' | 'fixed'
  readonly aMinor: number | null
  readonly bMinor: number | null
  readonly ties: 'together' | 'by_id'
  readonly returnsCountOn: 'return' | 'sale'
  readonly hysteresis: number
}

/** The smallest amount that makes an A, and the smallest that makes at least a B; null where shares ranked nobody. */
export interface AbcCutoffs {
  readonly aMinor: number | null
  readonly bMinor: number | null
}

/**
 * The cuts as integers, by the code of the class before (none, A, B, C). Method `share`: the turnover ranked before a
 * customer must be below the bound. Method `fixed`: his amount must reach it.
 */
export interface AbcBounds {
  readonly method: 'share' | 'fixed'
  readonly a: readonly number[]
  readonly b: readonly number[]
}

/** To hold a class or to rise into it: which side of a cut the margin goes, by the code of the class before. */
const MARGIN_A = [0, 1, -1, -1]
const MARGIN_B = [0, 1, 1, -1]
const BASIS = 10_000

/**
 * Bounds of a ranking whose positive amounts come to `totalMinor`.
 *
 * Hysteresis h makes a change of class pass the cut by a margin. By shares, an A stays an A while the share before him
 * is below aShare + h, and others become one only below aShare − h; B's lower cut likewise. By fixed amounts, an A stays
 * while he reaches aMinor·(1 − h), and others rise at aMinor·(1 + h). Who was in no class meets the plain cut.
 */
export function boundsOf(totalMinor: number, policy: AbcPolicy): AbcBounds {
  const { method } = policy
  const at = (share: number, amountMinor: number | null) => (side: number) =>
    method === 'share'
      ? portionUp(totalMinor, Math.min(basisPoints(share) + side * basisPoints(policy.hysteresis), BASIS))
      : portionUp(amountMinor ?? 0, BASIS - side * basisPoints(policy.hysteresis))
  return {
    method,
    a: MARGIN_A.map(at(policy.aShare, policy.aMinor)),
    b: MARGIN_B.map(at(policy.bShare, policy.bMinor))
  }
}

/** The rule itself, for one row of columns: the code of the class of a customer with a positive amount. All in minor units. */
export function classWithin(bounds: AbcBounds, previous: number, beforeMinor: number, amountMinor: number): 1 | 2 | 3 {
  const a = bounds.a[previous] as number
  const b = bounds.b[previous] as number
  if (bounds.method === 'share') return beforeMinor < a ? 1 : beforeMinor < b ? 2 : 3
  return amountMinor >= a ? 1 : amountMinor >= b ? 2 : 3
}

/**
 * Class of a customer who has `beforeMinor` of the turnover `totalMinor` ranked before him (half-open: exactly at a cut
 * is the lower class). What lies before him decides, so a sole customer is an A. Safe integers of minor units.
 */
export function classAt(beforeMinor: number, totalMinor: number, cuts: AbcCuts): RankedClass {
  if (beforeMinor < portionUp(totalMinor, basisPoints(cuts.aShare))) return 'A'
  return beforeMinor < portionUp(totalMinor, basisPoints(cuts.bShare)) ? 'B' : 'C'
}

/**
 * Class that an amount would have by the cut-offs of the last run (inclusive: reaching a cut-off is enough), while the
 * next run has not ranked it. Null: that run ranked nobody, so there is nothing to compare with.
 */
export function provisionalClass(amountMinor: number, cutoffs: AbcCutoffs): AbcClass | null {
  if (amountMinor <= 0) return 'none'
  if (cutoffs.aMinor === null || cutoffs.bMinor === null) return null
  if (amountMinor >= cutoffs.aMinor) return 'A'
  return amountMinor >= cutoffs.bMinor ? 'B' : 'C'
}

/** Amounts decide first; only a net of zero asks whether anything was bought (receipts in the window, returns included). */
export function standingOf(amountMinor: number, receipts: number): AbcStanding {
  if (amountMinor > 0) return 'ranked'
  if (amountMinor < 0) return 'negative_net'
  return receipts > 0 ? 'zero_net' : 'no_purchase'
}

function basisPoints(share: number): number {
  return Math.round(share * BASIS)
}

/**
 * The least integer that is not below `shareBp` of the total. For an integer x, x·10000 < shareBp·total holds exactly
 * when x is below it, so one exact division per run replaces one per customer.
 */
function portionUp(totalMinor: number, shareBp: number): number {
  return Number((BigInt(totalMinor) * BigInt(shareBp) + BigInt(BASIS - 1)) / BigInt(BASIS))
}
