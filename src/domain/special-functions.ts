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

/** ψ(x), the derivative of lnΓ, for x > 0. */
export function digamma(x: number): number {
  let shifted = x
  let sum = 0
  while (shifted < ASYMPTOTIC_FROM) sum += 1 / shifted++
  const w = 1 / (shifted * shifted)
  const series = w * (1 / 12 - w * (1 / 120 - w * (1 / 252 - w * (1 / 240 - w * (1 / 132 - (w * 691) / 32760)))))
  return Math.log(shifted) - 0.5 / shifted - series - sum
}

/** ln B(p, q) for p, q > 0. The difference of two large lnΓ is taken term by term, so that a large p with a small q keeps its digits. */
export function logBeta(p: number, q: number): number {
  const small = Math.min(p, q)
  const large = Math.max(p, q)
  if (large < ASYMPTOTIC_FROM) return logGamma(small) + logGamma(large) - logGamma(small + large)
  const both = small + large
  const difference = small - (large - 0.5) * Math.log1p(small / large) - small * Math.log(both)
  return logGamma(small) + difference + stirlingRest(large) - stirlingRest(both)
}

/** What Stirling's formula leaves of lnΓ(x), for x of at least ASYMPTOTIC_FROM. */
function stirlingRest(x: number): number {
  const w = 1 / (x * x)
  return (1 / 12 - w * (1 / 360 - w * (1 / 1260 - w * (1 / 1680 - w * (1 / 1188 - (w * 691) / 360360))))) / x
}
