import { setImmediate as turn } from 'node:timers/promises'

/** Does long work of the processor piece by piece, so that requests are answered in between. */
export async function inTurns<T>(work: Generator<void, T>): Promise<T> {
  for (;;) {
    const step = work.next()
    if (step.done) return step.value
    await turn()
  }
}
