import type { Facts } from './errors.ts'
import { type Box, type Minimum, minimise, type Objective } from './minimise.ts'

/** Why a model was not fitted, or not tried: nothing is shown in its place. */
export interface NotFitted {
  readonly fitted: false
  readonly reason: NotFittedReason
  readonly facts: Facts
}

export type NotFittedReason = 'too_few_repeat_buyers' | 'history_too_short' | 'not_converged' | 'no_finite_mean'

/** The outcome of a fit: the model, or why there is none. */
export type Fit<F extends { readonly fitted: true }> = F | NotFitted

export function notFitted(reason: NotFittedReason, facts: Facts = {}): NotFitted {
  return { fitted: false, reason, facts }
}

/** Parameters are searched between these, in units in which a typical one is near 1. */
const LEAST = Math.log(1e-5)
const MOST = Math.log(1e4)
const NEAR_BOUND = 1e-3

type Start = readonly number[]

/** Where searches begin. */
export type Starts = readonly [Start, ...Start[]]

/**
 * Minimises over the logarithms of positive parameters from the first start (natural values), and from the next only
 * where that one does not converge inside the range; of several the lowest that converged wins, the earlier on a tie.
 */
export function fitPositive(objective: Objective, [first, ...others]: Starts): Minimum {
  const box: Box = { lower: first.map(() => LEAST), upper: first.map(() => MOST) }
  const from = (start: Start) => minimise(objective, start.map(Math.log), box)
  let best = from(first)
  for (const start of others) {
    if (best.converged && !best.point.some(isAtBound)) break
    const found = from(start)
    if (better(found, best)) best = found
  }
  return best
}

/** The names of the parameters that ended at an end of their range: the data do not say where beyond it they belong. */
export function namesAtBound<N extends string>(names: readonly N[], point: Float64Array): N[] {
  return names.filter((_, i) => isAtBound(point[i] as number))
}

function isAtBound(at: number): boolean {
  return at < LEAST + NEAR_BOUND || at > MOST - NEAR_BOUND
}

function better(other: Minimum, best: Minimum): boolean {
  if (other.converged !== best.converged) return other.converged
  return other.value < best.value
}
