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

/** Of more rows than this a fit first searches so many, evenly spaced. */
export const FEW_ROWS = 4000
/** Evaluations of one search over few rows, and over all where they are more: each of these takes up to 5 ms. */
export const MOST_OVER_FEW = 300
export const MOST_OVER_ALL = 120

type Start = readonly number[]

/** Where searches begin. */
export type Starts = readonly [Start, ...Start[]]

interface Search {
  readonly start: Start
  readonly found: Minimum
  /** Of this search and those before it. */
  readonly evaluations: number
}

/**
 * Minimises over the logarithms of positive parameters from the first start (natural values), and from the next only
 * where that one does not converge inside the range; of several the lowest that converged wins, the earlier on a tie.
 * Where `few` is given, the same function over a sample of the rows, that is done there, and all rows are searched once
 * only: from the minimum of the few, or from the start that won where it lies at a bound, as the surface is so level
 * there that a search might not find away from it. The evaluations reported are those of all searches.
 */
export function fitPositive(all: Objective, starts: Starts, few: Objective | null = null): Minimum {
  const { start, found, evaluations } = explore(few ?? all, starts)
  if (few === null) return { ...found, evaluations }
  const inside = found.converged && !found.point.some(isAtBound)
  const last = minimise(all, inside ? found.point : start.map(Math.log), boxOf(start), MOST_OVER_ALL)
  return { ...last, evaluations: evaluations + last.evaluations }
}

function explore(objective: Objective, [first, ...others]: Starts): Search {
  const from = (start: Start): Minimum => minimise(objective, start.map(Math.log), boxOf(start), MOST_OVER_FEW)
  let best = { start: first, found: from(first) }
  let evaluations = best.found.evaluations
  for (const start of others) {
    if (best.found.converged && !best.found.point.some(isAtBound)) break
    const found = from(start)
    evaluations += found.evaluations
    if (better(found, best.found)) best = { start, found }
  }
  return { ...best, evaluations }
}

function boxOf(start: Start): Box {
  return { lower: start.map(() => LEAST), upper: start.map(() => MOST) }
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
