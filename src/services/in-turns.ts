import { setImmediate as turn } from 'node:timers/promises'

/** Milliseconds for which nobody else is heard; short work is done without a break, a list of it in a few pieces. */
const A_TURN_MS = 4

/** Does long work of the processor piece by piece, so that requests are answered in between. */
export async function inTurns<T>(work: Generator<void, T>): Promise<T> {
  let since = performance.now()
  for (;;) {
    const step = work.next()
    if (step.done) return step.value
    if (performance.now() - since < A_TURN_MS) continue
    await turn()
    since = performance.now()
  }
}

/**
 * Waits for two works of one transaction, of which one keeps the database busy and the other the processor. Also where one of them
 * fails it waits for the other: a statement that is still to come must not meet a transaction that has ended. What failed first is
 * told: the other one fails for it, since nothing more can be asked of the transaction, and says nothing of whether to try again.
 */
export async function together<A, B>(one: Promise<A>, other: Promise<B>): Promise<[A, B]> {
  const both = Promise.all([one, other])
  await Promise.allSettled([both, one, other])
  return both
}
