import type { AbcClass } from './abc.ts'
import type { StandingPolicy } from './classification-policy.ts'
import { notPursued, type Recommendation } from './defection-advice.ts'

/** What a shop may spend on a customer of its own accord. Serving him, and mending what went wrong, is none of it. */
export const EFFORTS = ['relationship_manager', 'care_task', 'campaign', 'win_back', 'keep', 'recover'] as const
export type Effort = (typeof EFFORTS)[number]

/** Why a customer is not pursued: he buys by price alone, or is to be let go. */
export const NOT_PURSUED_CAUSES = ['price_driven', 'let_go'] as const
export type NotPursuedCause = (typeof NOT_PURSUED_CAUSES)[number]

/**
 * What a manager may decide about a customer by hand. `strategic`: a key customer whatever he buys, who is pursued whatever
 * the figures say. `needs_not_served`: the shop has not what he needs, so that he is to be let go when he leaves.
 */
export const CUSTOMER_MARKS = ['strategic', 'needs_not_served'] as const
export type CustomerMarkName = (typeof CUSTOMER_MARKS)[number]

/** What is known of a customer on whom an effort is to be spent. */
export interface PursuitFacts {
  readonly priceDriven: boolean
  /** The standing advice; null for who is not at risk. */
  readonly recommendation: Recommendation | null
  /** Marked by a manager as one to keep whatever he buys. */
  readonly strategic: boolean
}

/** What is to happen with a request to pursue a customer. */
export type PursuitVerdict = 'granted' | 'refused' | 'overridden' | 'override_refused'

/** Why a customer is not pursued; null for who is. A manager's mark as strategic stands above the figures. */
export function notPursuedBecause({ priceDriven, recommendation, strategic }: PursuitFacts): NotPursuedCause | null {
  if (strategic || !notPursued(priceDriven, recommendation)) return null
  return priceDriven ? 'price_driven' : 'let_go'
}

/**
 * Whether an effort may be spent. Who is pursued needs no leave, and an override for him changes nothing. For who is not,
 * a reason is needed, and somebody whose role lets him decide it.
 */
export function decidePursuit(
  cause: NotPursuedCause | null,
  asksToOverride: boolean,
  mayOverride: boolean
): PursuitVerdict {
  if (cause === null) return 'granted'
  if (!asksToOverride) return 'refused'
  return mayOverride ? 'overridden' : 'override_refused'
}

/**
 * The effort that is spent when something is done about a customer at risk; null where it is none. To `recover` is owed to
 * everybody with a complaint that is open or was closed badly; without one there is nothing to mend, and it is an effort to
 * hold him under another name.
 */
export function effortOf(action: Recommendation, toMend: boolean): Effort | null {
  if (action === 'recover') return toMend ? null : action
  return action === 'win_back' || action === 'keep' ? action : null
}

/** Minutes a month of the care that a customer of a class would have; outside of every class as in the lowest. */
export function careOfClass(abcClass: AbcClass, { minutesPerMonth }: StandingPolicy): number {
  if (abcClass === 'A') return minutesPerMonth.key
  return abcClass === 'B' ? minutesPerMonth.suitable : minutesPerMonth.general
}
