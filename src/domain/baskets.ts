import { invalid } from './errors.ts'

/** In how many baskets a pair of products, each of the two, and anything at all was. */
export interface PairCounts {
  readonly together: number
  readonly first: number
  readonly second: number
  readonly baskets: number
}

export interface PairFigures {
  /** How many times as often as by chance: 1 is chance, above it they attract, below it they avoid each other. */
  readonly lift: number
  /** Share of all baskets with both, 0..1. */
  readonly support: number
  /** Of the baskets with the first (the second), the share that holds the other too, 0..1. */
  readonly ofFirst: number
  readonly ofSecond: number
}

/**
 * Lift of two products (Brin, Motwani, Ullman and Tsur 1997): n_ab·N / (n_a·n_b). A product counts once a basket however
 * many pieces of it are in there; a basket is a receipt of a sale with at least one product. Counts that contradict one
 * another (a pair more often than its products, a product in more baskets than there are) are refused.
 */
export function pairFigures({ together, first, second, baskets }: PairCounts): PairFigures {
  const consistent = together >= 0 && together <= Math.min(first, second) && Math.max(first, second) <= baskets
  if (!consistent || first === 0 || second === 0 || first + second - together > baskets) {
    throw invalid('baskets.counts_invalid', 'The counts of a pair of products contradict one another.')
  }
  return {
    // Divided one after the other: the product of two counts may pass what a double holds exactly.
    lift: (together / first) * (baskets / second),
    support: together / baskets,
    ofFirst: together / first,
    ofSecond: together / second
  }
}
