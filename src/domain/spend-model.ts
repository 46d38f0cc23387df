import { type BuyingHistories, meanSpend } from './buying-history.ts'
import { canonicalOrder, evenlySpaced, pick } from './canonical-rows.ts'
import type { Minimum, Objective } from './minimise.ts'
import { FEW_ROWS, type Fit, fitPositive, namesAtBound, notFitted, type Starts } from './model-fit.ts'
import { digammaRest, logGammaRest } from './special-functions.ts'

const PARAMETERS = ['p', 'q', 'v'] as const

/**
 * The Gamma-Gamma model of what a purchase is worth (Fader and Hardie 2013): each customer has a mean of his own, around
 * which his purchases scatter as a gamma distribution of shape p; means differ as its shape q and scale v say. v is in
 * minor units. It takes for granted that who buys often does not for that reason spend more at a time.
 */
export interface SpendParameters {
  readonly p: number
  readonly q: number
  readonly v: number
}

/** A fitted model and what is known of the fit. Plain data. */
export interface SpendFit extends SpendParameters {
  readonly fitted: true
  /** Natural logarithm of the likelihood, with money in minor units. */
  readonly logLikelihood: number
  /** Customers with a repeat purchase and a positive mean: only they tell anything. */
  readonly customers: number
  /** Parameters that ended at a bound of their range. */
  readonly atBound: readonly (typeof PARAMETERS)[number][]
  /** What a repeat purchase is worth over all customers, minor units. */
  readonly populationMean: number
}

/** In units of the mean spend. */
const STARTS: Starts = [
  [2, 3, 1],
  [6, 4, 0.5]
] as const

/** p·v/(q−1): the mean over all customers; null when q ≤ 1, where none exists. */
export function populationMean({ p, q, v }: SpendParameters): number | null {
  return q > 1 ? (p * v) / (q - 1) : null
}

/**
 * E[M | m, x] = p·(v + m·x)/(p·x + q − 1), minor units: what a purchase of this customer is worth, between his own mean m
 * over x repeat purchases and that of all. Without a repeat, or with an unknown mean (null), that of all.
 */
export function expectedSpend(model: SpendFit, mean: number | null, repeats: number): number {
  if (mean === null || repeats === 0) return model.populationMean
  return (model.p * (model.v + mean * repeats)) / (model.p * repeats + model.q - 1)
}

/**
 * Fits the model by maximum likelihood over the logarithms of its parameters, amounts scaled by their mean. Needs
 * `minRepeatBuyers` customers with a repeat purchase and a positive net amount after the first. A fit without a
 * finite population mean is refused.
 */
export function fitSpend(histories: Spends, minRepeatBuyers: number): Fit<SpendFit> {
  const rows = spenderRows(histories)
  const customers = rows.length
  if (customers < Math.max(minRepeatBuyers, 1)) {
    return notFitted('too_few_repeat_buyers', { repeatBuyers: customers, needed: minRepeatBuyers })
  }
  const unit = meanOf(histories, rows)
  const found = searchSpend(histories, rows, unit)
  if (!found.converged) return notFitted('not_converged', { evaluations: found.evaluations })
  const [p, q, scaled] = found.point.map(Math.exp) as unknown as [number, number, number]
  const parameters = { p, q, v: scaled * unit }
  const mean = populationMean(parameters)
  if (mean === null) return notFitted('no_finite_mean', { q })
  return {
    fitted: true,
    ...parameters,
    logLikelihood: -found.value * customers - customers * Math.log(unit),
    customers,
    atBound: namesAtBound(PARAMETERS, found.point),
    populationMean: mean
  }
}

/** The logarithms of the likeliest (p, q, v/unit) over these rows, which are `spenderRows`. */
export function searchSpend(histories: Spends, rows: Uint32Array, unit: number): Minimum {
  const over = (some: Uint32Array) => objectiveOf(spendersOf(histories, some, unit))
  const few = rows.length > FEW_ROWS ? over(evenlySpaced(rows, FEW_ROWS)) : null
  return fitPositive(over(rows), STARTS, few)
}

/** Customers of a known mean spend, in blocks of equal number of repeat purchases. Amounts in units of their mean. */
interface Spenders {
  readonly customers: number
  /** What a customer spent on all repeat purchases together, block by block. */
  readonly totals: Float64Array
  readonly blocks: readonly Block[]
  /** Σ ln of the mean spends. */
  readonly logMeans: number
}

/** The spenders from `from` up to `to` (excluded), all of `repeats` repeat purchases. */
interface Block {
  readonly repeats: number
  readonly from: number
  readonly to: number
}

type Spends = Pick<BuyingHistories, 'repeats' | 'net'>

/** The rows of those whose mean spend is known, in canonical order. */
export function spenderRows({ repeats, net }: Spends): Uint32Array {
  const known = (row: number) => meanSpend(repeats[row] as number, net[row] as number) !== null
  return canonicalOrder([repeats, net]).filter(known)
}

function meanOf({ repeats, net }: Spends, rows: Uint32Array): number {
  let means = 0
  for (const row of rows) means += (net[row] as number) / (repeats[row] as number)
  return means / rows.length
}

function spendersOf(histories: Spends, rows: Uint32Array, unit: number): Spenders {
  const repeats = pick(histories.repeats, rows)
  const totals = pick(histories.net, rows)
  const customers = rows.length
  const blocks: Block[] = []
  let logMeans = 0
  for (let from = 0, to = 0; from < customers; from = to) {
    const x = repeats[from] as number
    for (to = from; to < customers && repeats[to] === x; to++) {
      totals[to] = (totals[to] as number) / unit
      logMeans += Math.log((totals[to] as number) / x)
    }
    blocks.push({ repeats: x, from, to })
  }
  return { customers, totals, blocks, logMeans }
}

/**
 * The negative log-likelihood of a spender on average, over the logarithms of (p, q, v). With z = m·x, w = z/(v+z) and
 * s = px, ln L = s·ln w + q·ln(1−w) − ln B(s, q) − ln m. The first three are each far larger than their sum where p or q
 * is large, as when all amounts are alike, so they are taken from where w is likeliest, s/(s+q): with
 * d = (z·q − s·v)/(v+z), s·ln(1 + d/s) + q·ln(1 − d/q) and what is left of ln B.
 */
function objectiveOf({ customers, totals, blocks, logMeans }: Spenders): Objective {
  return (point, gradient) => {
    const [p, q, v] = point.map(Math.exp) as unknown as [number, number, number]
    let value = -logMeans
    let [byP, byQ, byV] = [0, 0, 0]
    for (const { repeats, from, to } of blocks) {
      const shape = p * repeats
      const count = to - from
      let [own, others, apart] = [0, 0, 0]
      for (let row = from; row < to; row++) {
        const total = totals[row] as number
        const lead = (total * q - shape * v) / (v + total)
        own += logOfRatio(lead / shape, (total * (shape + q)) / (shape * (v + total)))
        others += logOfRatio(-lead / q, (v * (shape + q)) / (q * (v + total)))
        apart += lead
      }
      const atSum = digammaRest(shape + q)
      value += shape * own + q * others
      value -= count * (logGammaRest(shape) + logGammaRest(q) - logGammaRest(shape + q))
      byP += repeats * (own + count * (atSum - digammaRest(shape)))
      byQ += others + count * (atSum - digammaRest(q))
      byV += apart
    }
    gradient[0] = -(byP / customers) * p
    gradient[1] = -(byQ / customers) * q
    gradient[2] = -byV / customers
    return -value / customers
  }
}

/** ln of a ratio of which the excess over 1 is known more exactly: by that near 1, else by itself. */
function logOfRatio(excess: number, ratio: number): number {
  return Math.abs(excess) < 0.5 ? Math.log1p(excess) : Math.log(ratio)
}
