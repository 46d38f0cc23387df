/** Chance that can be repeated: the same seed gives the same draws on every machine. */
export interface Random {
  /** Uniform in [0, 1), with 32 bits. */
  next(): number
  /** A whole number, uniform in [from, to], both included. */
  whole(from: number, to: number): number
  /** True with the given probability. */
  chance(probability: number): boolean
  /** One of the items, all equally likely. */
  pick<T>(items: readonly T[]): T
  /** One of the items by its weight. */
  weighted<T>(items: readonly (readonly [item: T, weight: number])[]): T
  /** Normal with mean 0 and deviation 1. */
  normal(): number
  /** Exponential with the given mean. */
  exponential(mean: number): number
  /** Gamma with mean 1: the smaller the shape, the fewer have most of it. */
  gamma(shape: number): number
  /** A number of events, Poisson with the given mean (up to 600). */
  poisson(mean: number): number
}

/**
 * The generator named by a seed and a purpose. Each purpose draws from a stream of its own, so that another draw for
 * customers leaves the products as they were. The engine is sfc32, "small fast chaotic", by Chris Doty-Humphrey: 128 bits
 * of state, no known bias; its state is filled from the name by FNV-1a and run in for twenty rounds.
 */
export function randomOf(seed: string, purpose: string): Random {
  const next = sfc32(fnv1a(`${seed} a ${purpose}`), fnv1a(`${seed} b ${purpose}`), fnv1a(`${seed} c ${purpose}`))
  const whole = (from: number, to: number) => from + Math.floor(next() * (to - from + 1))
  // Twelve uniform draws: near enough to normal for a shop, and no transcendental function to differ in its last bit.
  const normal = () => {
    let sum = -6
    for (let draw = 0; draw < 12; draw++) sum += next()
    return sum
  }
  const exponential = (mean: number) => -mean * Math.log(1 - next())
  return {
    next,
    whole,
    chance: probability => next() < probability,
    pick: items => items[whole(0, items.length - 1)] as never,
    weighted(items) {
      let left = next() * items.reduce((sum, [, weight]) => sum + weight, 0)
      for (const [item, weight] of items) {
        left -= weight
        if (left < 0) return item
      }
      return items[items.length - 1]?.[0] as never
    },
    normal,
    exponential,
    gamma: shape => gammaOf(shape, next, normal) / shape,
    poisson(mean) {
      const limit = Math.exp(-mean)
      let count = 0
      for (let product = next(); product > limit; product *= next()) count++
      return count
    }
  }
}

/** Marsaglia and Tsang (2000), scale 1; below shape 1 by their own boost. */
function gammaOf(shape: number, next: () => number, normal: () => number): number {
  if (shape < 1) return gammaOf(shape + 1, next, normal) * (1 - next()) ** (1 / shape)
  const d = shape - 1 / 3
  const c = 1 / Math.sqrt(9 * d)
  for (;;) {
    const x = normal()
    const v = (1 + c * x) ** 3
    if (v > 0 && Math.log(1 - next()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v
  }
}

function sfc32(a: number, b: number, c: number): () => number {
  let counter = 1
  const draw = () => {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return (sum >>> 0) / 2 ** 32
  }
  for (let round = 0; round < 20; round++) draw()
  return draw
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5
  for (const char of text) hash = Math.imul(hash ^ (char.codePointAt(0) as number), 0x01000193)
  return hash | 0
}
