import { dot } from './vector.ts'

const LEAST_CURVATURE = 1e-12

/** What the steps have shown of the curvature: an approximation to the inverse Hessian, the identity at first. */
export interface Curvature {
  readonly inverse: readonly Float64Array[]
  learned: boolean
}

/** Before the first step: downhill is straight against the slope. */
export function unlearned(size: number): Curvature {
  const inverse = Array.from({ length: size }, (_, i) => {
    const row = new Float64Array(size)
    row[i] = 1
    return row
  })
  return { inverse, learned: false }
}

/** −H·g over the coordinates whose slope is not 0; the others stay. */
export function descent({ inverse }: Curvature, steepest: Float64Array): Float64Array {
  return steepest.map((slope, i) => (slope === 0 ? 0 : -dot(inverse[i] as Float64Array, steepest)))
}

/** Takes in how far a step moved and how much that turned the gradient; a step without curvature teaches nothing. */
export function learn(seen: Curvature, moved: Float64Array, turned: Float64Array): void {
  const { inverse } = seen
  const bend = dot(moved, turned)
  if (!(bend > LEAST_CURVATURE * Math.sqrt(dot(moved, moved) * dot(turned, turned)))) return
  if (!seen.learned) {
    for (const [i, row] of inverse.entries()) row[i] = bend / dot(turned, turned)
    seen.learned = true
  }
  const image = inverse.map(row => dot(row, turned))
  const weight = (1 + image.reduce((sum, entry, i) => sum + entry * (turned[i] as number), 0) / bend) / bend
  for (const [i, row] of inverse.entries()) {
    const [step, pulled] = [moved[i] as number, image[i] as number]
    for (let j = 0; j < row.length; j++) {
      const [otherStep, otherPulled] = [moved[j] as number, image[j] as number]
      row[j] = (row[j] as number) + weight * step * otherStep - (pulled * otherStep + step * otherPulled) / bend
    }
  }
}
