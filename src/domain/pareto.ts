/** How much of a whole a part is, and how much it is with all larger parts. */
export interface ParetoShares {
  readonly share: number
  readonly cumulativeShare: number
}

/**
 * Parts in the order of their size with their shares of the whole (Juran's Pareto principle: few causes make most of it).
 * The whole may hold more than the parts that are shown. Parts of the same size keep their order. What `isKnown` denies comes
 * last, however large: nobody can mend what nobody knows. Nothing: no parts.
 */
export function pareto<Part>(
  parts: readonly Part[],
  sizeOf: (part: Part) => number,
  whole: number,
  isKnown: (part: Part) => boolean = () => true
): (Part & ParetoShares)[] {
  let before = 0
  return parts
    .filter(part => sizeOf(part) > 0)
    .sort((a, b) => Number(isKnown(b)) - Number(isKnown(a)) || sizeOf(b) - sizeOf(a))
    .map(part => {
      before += sizeOf(part)
      return { ...part, share: sizeOf(part) / whole, cumulativeShare: before / whole }
    })
}
