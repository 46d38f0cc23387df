/** Rows of a column that are worked on in one go: a few milliseconds. */
export const ROWS_A_TURN = 8_192

/**
 * Work over many rows that stops for breath now and then, so that whoever does it may see to something else in between.
 * The result does not depend on when it goes on.
 */
export type Turns<T> = Generator<void, T>

/** Does such work in one go. */
export function atOnce<T>(work: Turns<T>): T {
  for (;;) {
    const step = work.next()
    if (step.done) return step.value
  }
}
