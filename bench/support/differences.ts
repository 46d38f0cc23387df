/** Fractions are fractions of doubles on both sides. */
const TOLERANCE = 1e-9

export interface Differences {
  /** What is not as it was expected, in words. */
  readonly found: string[]
  /** How many figures were held against each other. */
  checked(): number
  check(what: string, seen: unknown, wanted: unknown): void
}

/** Notes every figure that is not the one that was recomputed. */
export function differences(): Differences {
  const found: string[] = []
  let checked = 0
  return {
    found,
    checked: () => checked,
    check(what, seen, wanted) {
      checked += 1
      const same =
        typeof seen === 'number' && typeof wanted === 'number' ? Math.abs(seen - wanted) <= TOLERANCE : seen === wanted
      if (!same) found.push(`${what}: ${JSON.stringify(seen)}, expected ${JSON.stringify(wanted)}`)
    }
  }
}
