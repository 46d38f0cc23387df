import type { Ground } from './reason.ts'

/** One row a customer. Who has no paid purchase day in the window (frequency 0) is outside the population. */
export interface RfmColumns {
  /** Whole days since the last paid purchase day; read only inside the population. */
  readonly recencyDays: ArrayLike<number>
  /** Distinct purchase days of positive amount. */
  readonly frequencyDays: ArrayLike<number>
  /** Net amount in minor units, of any sign. */
  readonly monetaryMinor: ArrayLike<number>
}

/**
 * What each score from 2 on takes, in ascending order of score: a value strictly better than `cuts[k]` scores at least
 * k + 2. Enough to score one customer exactly as the run did.
 */
export interface RfmCuts {
  readonly customers: number
  readonly recencyDays: readonly number[]
  readonly frequencyDays: readonly number[]
  readonly monetaryMinor: readonly number[]
}

/** Scores 1 (worst) to 5; 0 outside the population. */
export interface RfmResult {
  readonly r: Uint8Array
  readonly f: Uint8Array
  readonly m: Uint8Array
  readonly cuts: RfmCuts
}

/**
 * Cuts of a measure of which more is better. score(x) = min(s, 1 + ⌊s·w/n⌋), with w the number of values strictly below
 * x and s the number of scores: it is at least k + 1 exactly when w ≥ ⌈k·n/s⌉, that is when x is above the value at
 * that place of the ascending order. The values are sorted in place. Nobody: no cuts.
 */
export function scoreCuts(values: Float64Array, scores = 5): number[] {
  values.sort()
  const n = values.length
  if (n === 0) return []
  return Array.from({ length: scores - 1 }, (_, k) => values[Math.ceil(((k + 1) * n) / scores) - 1] as number)
}

/** Score of one value: 1, and one more for each cut that it is strictly above. Equal values always score equally. */
export function scoreOf(value: number, cuts: readonly number[]): number {
  let score = 1
  for (const cut of cuts) if (value > cut) score++
  return score
}

/**
 * Recency, frequency and monetary scores (Hughes 1994) against the customers with a paid purchase day in the window.
 * A score may be missing when many values are equal; a sole customer scores 1/1/1.
 */
export function scoreRfm(columns: RfmColumns, scores = 5): RfmResult {
  const { recencyDays, frequencyDays, monetaryMinor } = columns
  const rows = frequencyDays.length
  let customers = 0
  for (let row = 0; row < rows; row++) if ((frequencyDays[row] as number) > 0) customers++
  const values = new Float64Array(customers)
  const scored = (measure: ArrayLike<number>, sign: 1 | -1) => {
    let next = 0
    for (let row = 0; row < rows; row++) {
      if ((frequencyDays[row] as number) > 0) values[next++] = sign * (measure[row] as number)
    }
    const cuts = scoreCuts(values, scores)
    const column = new Uint8Array(rows)
    for (let row = 0; row < rows; row++) {
      if ((frequencyDays[row] as number) > 0) column[row] = scoreOf(sign * (measure[row] as number), cuts)
    }
    return { column, cuts }
  }
  const r = scored(recencyDays, -1)
  const f = scored(frequencyDays, 1)
  const m = scored(monetaryMinor, 1)
  return {
    r: r.column,
    f: f.column,
    m: m.column,
    cuts: { customers, recencyDays: r.cuts.map(negate), frequencyDays: f.cuts, monetaryMinor: m.cuts }
  }
}

export interface RfmPlace {
  readonly recencyDays: number
  readonly frequencyDays: number
  readonly monetaryMinor: number
  readonly currency: string
}

export interface RfmExplanation {
  readonly r: number | null
  readonly f: number | null
  readonly m: number | null
  readonly reasons: readonly Ground[]
}

/** The three scores of one customer with the reason for each; null scores outside the population. The cuts are the run's. */
export function explainRfm(place: RfmPlace, cuts: RfmCuts): RfmExplanation {
  const { recencyDays, frequencyDays, monetaryMinor, currency } = place
  const { customers } = cuts
  if (frequencyDays === 0) {
    return { r: null, f: null, m: null, reasons: [{ code: 'rfm.no_purchase', facts: { customers } }] }
  }
  const scores = cuts.frequencyDays.length + 1
  const r = scoreOf(-recencyDays, cuts.recencyDays.map(negate))
  const f = scoreOf(frequencyDays, cuts.frequencyDays)
  const m = scoreOf(monetaryMinor, cuts.monetaryMinor)
  const among = { scores, customers }
  const reasons: Ground[] = [
    {
      code: 'rfm.recency',
      facts: { recencyDays, score: r, betterThanDays: cuts.recencyDays[r - 2] ?? null, ...among }
    },
    {
      code: 'rfm.frequency',
      facts: { frequencyDays, score: f, betterThanDays: cuts.frequencyDays[f - 2] ?? null, ...among }
    },
    {
      code: 'rfm.monetary',
      facts: { monetaryMinor, currency, score: m, betterThanMinor: cuts.monetaryMinor[m - 2] ?? null, ...among }
    }
  ]
  return { r, f, m, reasons }
}

/** Avoids −0, which a report would show. */
function negate(value: number): number {
  return 0 - value
}
