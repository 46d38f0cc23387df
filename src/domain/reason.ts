import type { Facts } from './errors.ts'

/** Why a figure is what it is: a code for machines, a sentence for people, and the figures that the sentence used. */
export interface Reason {
  readonly code: string
  readonly text: string
  readonly facts: Facts
}

/** A fraction as people read it, in per cent with two decimals: 0.8123 is `81.23 %`. */
export function percentText(share: number): string {
  return `${(share * 100).toFixed(2)} %`
}

/** A count with its noun, which takes an s unless the count is one: `1 day`, `12 days`. */
export function countText(count: number, noun: string): string {
  return count === 1 ? `1 ${noun}` : `${count} ${noun}s`
}
