/** Up to here the series needs no more than some 3,700 terms; beyond it, integration is cheaper. */
const SERIES_BELOW = 0.99
/** Numbers of either sign farther from 0 than these make the series cancel or overflow. */
const MOST_NEGATIVE = -5
const LARGEST_EXPONENT = 500
const STEP = 0.05
/** e^-42 is below the last digit of a double. */
const NEGLIGIBLE = 42

/**
 * How many purchases a customer makes in a horizon who may leave for good after each of them: the mean of
 * (1 − (1 + pu)^−s)/p over p ~ Beta(a, β). s: shape of his rate of buying; u: horizon over α + age. For a = 1 and for
 * a + β = 1, where the usual formulas divide by 0, it is as smooth as elsewhere. All of s, a, β > 0, u ≥ 0.
 *
 * With z = u/(1+u), C = a+β−1 and B = a−1 the usual form is C/B·[1 − (1−z)^B·2F1(C−s, B; C; z)]. Taking the first term
 * of the 2F1 out of the bracket leaves C·(1 − (1−z)^B)/B − (1−z)^B·Σ, in which nothing is divided by B or C.
 */
export function stoppedPurchases(s: number, a: number, beta: number, u: number): number {
  if (u <= 0) return 0
  const z = u / (1 + u)
  const smooth =
    z <= SERIES_BELOW && a + beta - 1 - s > MOST_NEGATIVE && Math.abs(a - 1) * Math.log1p(u) < LARGEST_EXPONENT
  return Math.max(0, smooth ? bySeries(s, a, beta, u) : byIntegration(s, a, beta, u))
}

/** Σ over n ≥ 1 of (C−s)_n (B+1)_(n−1) / ((C+1)_(n−1) n!)·z^n by its recurrence, and what it is taken from. */
export function bySeries(s: number, a: number, beta: number, u: number): number {
  const z = u / (1 + u)
  const power = -Math.log1p(u)
  const b = a - 1
  const c = a + beta - 1
  let term = (c - s) * z
  let sum = term
  for (let n = 1; Math.abs(term) > 1e-17 * (1 - z) * Math.abs(sum); n++) {
    term *= (((c - s + n) * (b + n)) / ((c + n) * (n + 1))) * z
    sum += term
  }
  const whole = b === 0 ? -power : -Math.expm1(b * power) / b
  return c * whole - Math.exp(b * power) * sum
}

/**
 * The same mean by quadrature: double exponential (Takahasi and Mori 1974) in the logit of p, around the middle of the
 * beta distribution, which is normalised by the same points. Every term is positive, so nothing cancels.
 */
export function byIntegration(s: number, a: number, beta: number, u: number): number {
  const centre = Math.log(a / beta)
  const width = Math.min(1, Math.sqrt(1 / a + 1 / beta))
  const peak = logDensity(a, beta, centre)
  let weights = 0
  let sum = 0
  for (const direction of [-1, 1]) {
    for (let k = direction === 1 ? 0 : 1; ; k++) {
      const v = direction * k * STEP
      const logit = centre + width * Math.sinh(v)
      const depth = logDensity(a, beta, logit) - peak
      const weight = Math.exp(depth) * Math.cosh(v)
      weights += weight
      sum += weight * purchasesAt(s, u, logit)
      if (depth < -NEGLIGIBLE) break
    }
  }
  return sum / weights
}

/** Of the logit of p, up to a constant: a·ln p + β·ln(1−p). */
function logDensity(a: number, beta: number, logit: number): number {
  return logit > 0
    ? -beta * logit - (a + beta) * Math.log1p(Math.exp(-logit))
    : a * logit - (a + beta) * Math.log1p(Math.exp(logit))
}

/** (1 − (1 + pu)^−s)/p. */
function purchasesAt(s: number, u: number, logit: number): number {
  const p = 1 / (1 + Math.exp(-logit))
  return p < 1e-290 ? s * u : -Math.expm1(-s * Math.log1p(p * u)) / p
}
