import { descent, learn, unlearned } from './curvature.ts'
import { difference, dot, largest } from './vector.ts'

/** Value at a point; writes the gradient there into `gradient`. */
export type Objective = (point: Float64Array, gradient: Float64Array) => number

/** Lower and upper bound of each coordinate. */
export interface Box {
  readonly lower: readonly number[]
  readonly upper: readonly number[]
}

export interface Minimum {
  readonly point: Float64Array
  readonly value: number
  /** Whether nothing more was to be gained: every coordinate is level, or presses against its bound. */
  readonly converged: boolean
  readonly evaluations: number
}

/** Trials of one step: the last is a millionth of the first. */
const MAX_TRIALS = 20
const LEVEL = 1e-8
/** A step that gains less than this share of the value gains nothing but rounding; nearly level is then level enough. */
const NOTHING = 1e-12
const NEARLY_LEVEL = 1e-6
/** So near a bound is at it. */
const AT_BOUND = 1e-9
/** No coordinate moves farther in one first trial; coordinates are logarithms. */
const LONGEST_STEP = 2
const SUFFICIENT_DECREASE = 1e-4
const SUFFICIENT_FLATTENING = 0.9

interface Place {
  point: Float64Array
  gradient: Float64Array
  value: number
}

/**
 * The least value of a smooth function of few coordinates within a box: BFGS (Broyden, Fletcher, Goldfarb, Shanno 1970)
 * with a line search by bisection (Lewis and Overton 2013). A coordinate that runs into its bound is held there until the
 * others are level, and let go if it then points inwards. It finds a valley from where it starts; functions of several
 * valleys need several starts. Never takes more than `most` evaluations: what is reached by then counts as converged only
 * if it is nearly level. Deterministic.
 */
export function minimise(objective: Objective, start: ArrayLike<number>, box: Box, most: number): Minimum {
  const size = start.length
  let evaluations = 0
  const placeAt = (point: Float64Array): Place => {
    const gradient = new Float64Array(size)
    evaluations++
    return { point, gradient, value: objective(point, gradient) }
  }
  let here = placeAt(within(box, Float64Array.from(start)))
  let held = pressing(here, box)
  let curvature = unlearned(size)
  let settled = false
  for (;;) {
    const steepest = free(here.gradient, held)
    if (settled || largest(steepest) <= LEVEL || evaluations >= most) {
      const pressed = pressing(here, box)
      if (pressed.join() === held.join() || evaluations >= most) {
        return { ...here, converged: largest(free(here.gradient, pressed)) <= NEARLY_LEVEL, evaluations }
      }
      held = pressed
      curvature = unlearned(size)
      settled = false
      continue
    }
    const direction = descent(curvature, steepest)
    const trials = Math.min(MAX_TRIALS, most - evaluations)
    const next = dot(direction, steepest) < 0 ? search(here, direction, box, placeAt, trials) : null
    if (next === null) {
      settled = !curvature.learned
      curvature = unlearned(size)
      continue
    }
    const after = free(next.gradient, held)
    learn(curvature, difference(next.point, here.point), difference(after, steepest))
    settled = here.value - next.value <= rounding(here) && largest(after) <= NEARLY_LEVEL
    here = next
    if (free(atBound(here, box), held).some(bound => bound === 1)) {
      held = atBound(here, box)
      curvature = unlearned(size)
    }
  }
}

/** 1 for the coordinates that have run into a bound. */
function atBound({ point }: Place, { lower, upper }: Box): Uint8Array {
  return Uint8Array.from(point, (at, i) => {
    return at <= (lower[i] as number) + AT_BOUND || at >= (upper[i] as number) - AT_BOUND ? 1 : 0
  })
}

/** 1 for those of them that would go on beyond it. */
function pressing(place: Place, box: Box): Uint8Array {
  return atBound(place, box).map((bound, i) => {
    const outwards =
      (place.gradient[i] as number) > 0 === (place.point[i] as number) <= (box.lower[i] as number) + AT_BOUND
    return bound === 1 && outwards ? 1 : 0
  })
}

/** A vector without the coordinates that are held. */
function free<V extends Float64Array | Uint8Array>(vector: V, held: Uint8Array): V {
  return vector.map((entry, i) => (held[i] === 1 ? 0 : entry)) as V
}

/**
 * A place along the direction that is lower by enough and less steep by enough, or where the direction leaves the box;
 * null when no step goes down.
 */
function search(
  here: Place,
  direction: Float64Array,
  box: Box,
  placeAt: (point: Float64Array) => Place,
  trials: number
): Place | null {
  const slope = dot(direction, here.gradient)
  const longest = longestWithin(box, here.point, direction)
  let length = Math.min(1, LONGEST_STEP / largest(direction), longest)
  let low = 0
  let high = Number.POSITIVE_INFINITY
  let best: Place | null = null
  for (let trial = 0; trial < trials; trial++) {
    const place = placeAt(
      within(
        box,
        here.point.map((at, i) => at + length * (direction[i] as number))
      )
    )
    if (place.value <= here.value + SUFFICIENT_DECREASE * length * slope + rounding(here)) {
      if (length === longest || dot(direction, place.gradient) >= SUFFICIENT_FLATTENING * slope) return place
      best = place
      low = length
    } else {
      high = length
    }
    length = high < Number.POSITIVE_INFINITY ? (low + high) / 2 : Math.min(2 * length, longest)
  }
  return best
}

/** How many times the direction fits into the box from here. */
function longestWithin({ lower, upper }: Box, point: Float64Array, direction: Float64Array): number {
  let longest = Number.POSITIVE_INFINITY
  for (const [i, step] of direction.entries()) {
    const bound = (step > 0 ? upper[i] : lower[i]) as number
    if (step !== 0) longest = Math.min(longest, (bound - (point[i] as number)) / step)
  }
  return longest
}

function rounding({ value }: Place): number {
  return NOTHING * Math.max(1, Math.abs(value))
}

function within({ lower, upper }: Box, point: Float64Array): Float64Array {
  return point.map((at, i) => Math.min(Math.max(at, lower[i] as number), upper[i] as number))
}
