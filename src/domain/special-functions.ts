const HALF_LOG_TWO_PI = 0.9189385332046728
/** From here on a few terms of the asymptotic series are exact to the last digits of a double. */
const ASYMPTOTIC_FROM = 10

/** lnΓ(x) for x > 0, to about 1e-15 of the larger of 1 and its size: Stirling's series, smaller arguments raised by recurrence. */
export function logGamma(x: number): number {
  let shifted = x
  let product = 1
  while (shifted < ASYMPTOTIC_FROM) product *= shifted++
  return (shifted - 0.5) * Math.log(shifted) - shifted + HALF_LOG_TWO_PI + stirlingRest(shifted) - Math.log(product)
}

/** ψ(x) − ln x, the derivative of `logGammaRest`, for x > 0; ψ is that of lnΓ. */
export function digammaRest(x: number): number {
  let shifted = x
  let sum = 0
  while (shifted < ASYMPTOTIC_FROM) sum += 1 / shifted++
  const w = 1 / (shifted * shifted)
  const series = w * (1 / 12 - w * (1 / 120 - w * (1 / 252 - w * (1 / 240 - w * (1 / 132 - (w * 691) / 32760)))))
  return Math.log(shifted / x) - 0.5 / shifted - series - sum
}

/**
 * lnΓ(x) − x·ln x + x for x > 0: what is left of it beside its large terms, which cancel in ratios of such functions:
 * ln B(p, q) = p·ln(p/(p+q)) + q·ln(q/(p+q)) + logGammaRest(p) + logGammaRest(q) − logGammaRest(p+q).
 */
export function logGammaRest(x: number): number {
  if (x < ASYMPTOTIC_FROM) return logGamma(x) - x * Math.log(x) + x
  return HALF_LOG_TWO_PI - 0.5 * Math.log(x) + stirlingRest(x)
}

/** What Stirling's formula leaves of lnΓ(x), for x of at least ASYMPTOTIC_FROM. */
function stirlingRest(x: number): number {
  const w = 1 / (x * x)
  return (1 / 12 - w * (1 / 360 - w * (1 / 1260 - w * (1 / 1680 - w * (1 / 1188 - (w * 691) / 360360))))) / x
}
