/** Who bought more often has a history of his own, and a fast series: he is computed, not looked up. */
const CACHED_REPEATS = 256

/**
 * Remembers the answers by repeats and whole age: many customers share these two, and what those still alive would buy
 * depends on nothing else.
 */
export function kept(compute: (repeats: number, age: number) => number): (repeats: number, age: number) => number {
  const byRepeats: Float64Array[] = []
  return (repeats, age) => {
    if (repeats >= CACHED_REPEATS) return compute(repeats, age)
    let answers = byRepeats[repeats]
    if (answers === undefined || age >= answers.length) {
      answers = grown(answers, age)
      byRepeats[repeats] = answers
    }
    const known = answers[age] as number
    if (!Number.isNaN(known)) return known
    const answer = compute(repeats, age)
    answers[age] = answer
    return answer
  }
}

function grown(answers: Float64Array | undefined, age: number): Float64Array {
  const room = new Float64Array(Math.max(2 * (answers?.length ?? 0), age + 64)).fill(Number.NaN)
  if (answers) room.set(answers)
  return room
}
