import type { Facts } from './errors.ts'
import type { ReasonFigures } from './reason-figures.ts'

/** Why a figure is what it is: a code for machines, a sentence for people, and the figures that the sentence used. */
export interface Reason {
  readonly code: string
  readonly text: string
  readonly facts: Facts
}

/** The code of every reason that a classification can give. */
export type ReasonCode = keyof ReasonFigures

/** A reason as a rule gives it: not yet in the words of any language. */
export type Ground<C extends ReasonCode = ReasonCode> = {
  readonly [K in C]: { readonly code: K; readonly facts: ReasonFigures[K] }
}[C]

/** The sentence for each reason in one language. */
export type Catalogue = { readonly [C in ReasonCode]: (figures: ReasonFigures[C]) => string }

/** What a rule says about its result: why it is so, what was not known, and what would change it. */
export interface Explained {
  readonly reasons: readonly Ground[]
  readonly missing: readonly Ground[]
  readonly changes: readonly Ground[]
}

/** A fraction as people read it, in per cent with two decimals: 0.8123 is `81.23 %`. */
export function percentText(share: number): string {
  return `${(share * 100).toFixed(2)} %`
}

/** A count with its noun, which takes an s unless the count is one: `1 day`, `12 days`. */
export function countText(count: number, noun: string): string {
  return count === 1 ? `1 ${noun}` : `${count} ${noun}s`
}
