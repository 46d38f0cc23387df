import { collapse, type DropoutHistories, objectiveOf, type Patterns, thinned } from './dropout-likelihood.ts'
import type { DropoutModel, DropoutParameters } from './dropout-model.ts'
import type { Minimum } from './minimise.ts'
import { FEW_ROWS, type Fit, fitPositive, namesAtBound, notFitted, type Starts } from './model-fit.ts'

const PARAMETERS = ['r', 'alpha', 'a', 'b'] as const

/** A fitted model and what is known of the fit. Plain data. */
export interface DropoutFit extends DropoutParameters {
  readonly fitted: true
  /** Natural logarithm of the likelihood of all customers, with time in days. */
  readonly logLikelihood: number
  readonly customers: number
  readonly repeatBuyers: number
  /** Parameters that ended at a bound of their range. */
  readonly atBound: readonly (typeof PARAMETERS)[number][]
  /**
   * Whether the data tell leaving from pausing. When not (a/(a+b) below 1e-4, or a parameter at its bound) the model says
   * that nobody ever leaves, which is no finding: P(alive) is then not to be shown.
   */
  readonly dropoutIdentified: boolean
}

/** The oldest customer's age, in the unit of time in which the search is made. */
const LONGEST_AGE = 10
const LEAST_DROPOUT = 1e-4
/** In the units of the search: one start where leaving is common, one where it is rare. */
const STARTS: Starts = [
  [0.5, 2, 1, 2.5],
  [1, 5, 0.2, 4]
]

/**
 * Fits a model by maximum likelihood over the logarithms of its parameters, time scaled so that the oldest customer has
 * age 10, customers of equal (x, t_x, T) taken together. Needs `minRepeatBuyers` customers with a repeat purchase. The
 * order of customers changes nothing; other units of time change nothing but α and the constant Σx·ln(unit).
 */
export function fitDropout(model: DropoutModel, histories: DropoutHistories, minRepeatBuyers: number): Fit<DropoutFit> {
  const patterns = collapse(histories)
  const { repeatBuyers, customers } = patterns
  if (repeatBuyers < Math.max(minRepeatBuyers, 1)) {
    return notFitted('too_few_repeat_buyers', { repeatBuyers, needed: minRepeatBuyers })
  }
  const unit = LONGEST_AGE / (patterns.daysSeen - 1)
  const found = searchDropout(model, patterns, unit)
  if (!found.converged) return notFitted('not_converged', { evaluations: found.evaluations })
  const [r, alpha, a, b] = found.point.map(Math.exp) as unknown as [number, number, number, number]
  const atBound = namesAtBound(PARAMETERS, found.point)
  return {
    fitted: true,
    model,
    r,
    alpha: alpha / unit,
    a,
    b,
    logLikelihood: patterns.purchases * Math.log(unit) - found.value * customers,
    customers,
    repeatBuyers,
    atBound,
    dropoutIdentified: atBound.length === 0 && a / (a + b) >= LEAST_DROPOUT
  }
}

/** The logarithms of the likeliest (r, α, a, b), `unit` being the length of a day. */
export function searchDropout(model: DropoutModel, patterns: Patterns, unit: number): Minimum {
  const few = patterns.weight.length > FEW_ROWS ? objectiveOf(model, thinned(patterns, FEW_ROWS), unit) : null
  return fitPositive(objectiveOf(model, patterns, unit), STARTS, few)
}
