/** to − from. */
export function difference(to: Float64Array, from: Float64Array): Float64Array {
  return to.map((entry, i) => entry - (from[i] as number))
}

/** Σ a_i·b_i. */
export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number)
  return sum
}

/** The largest size of an entry; 0 without entries. */
export function largest(vector: Float64Array): number {
  let most = 0
  for (const entry of vector) most = Math.max(most, Math.abs(entry))
  return most
}
