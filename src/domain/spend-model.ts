import { type BuyingHistories, meanSpend } from './buying-history.ts'
import { canonicalOrder, pick } from './canonical-rows.ts'
import type { Objective } from './minimise.ts'
import { type Fit, fitPositive, namesAtBound, notFitted, type Starts } from './model-fit.ts'
import { digamma, logBeta } from './special-functions.ts'

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
export function fitSpend(histories: Pick<BuyingHistories, 'repeats' | 'net'>, minRepeatBuyers: number): Fit<SpendFit> {
  const spenders = spendersOf(histories)
  const { customers, unit } = spenders
  if (customers < Math.max(minRepeatBuyers, 1)) {
    return notFitted('too_few_repeat_buyers', { repeatBuyers: customers, needed: minRepeatBuyers })
  }
  const found = fitPositive(objectiveOf(spenders), STARTS)
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

/** Customers of a known mean spend, in blocks of equal number of repeat purchases. Amounts in units of their mean. */
interface Spenders {
  readonly customers: number
  /** What a customer spent on all repeat purchases together, block by block. */
  readonly totals: Float64Array
  readonly blocks: readonly Block[]
  /** Σ ln of the mean spends. */
  readonly logMeans: number
  /** Minor units of a 1. */
  readonly unit: number
}

/** The spenders from `from` up to `to` (excluded), all of `repeats` repeat purchases; Σ ln of their totals. */
interface Block {
  readonly repeats: number
  readonly from: number
  readonly to: number
  readonly logTotals: number
}

function spendersOf(histories: Pick<BuyingHistories, 'repeats' | 'net'>): Spenders {
  const known = (row: number) => meanSpend(histories.repeats[row] as number, histories.net[row] as number) !== null
  const rows = canonicalOrder([histories.repeats, histories.net]).filter(known)
  const repeats = pick(histories.repeats, rows)
  const totals = pick(histories.net, rows)
  const customers = rows.length
  let means = 0
  for (let row = 0; row < customers; row++) means += (totals[row] as number) / (repeats[row] as number)
  const unit = means / customers
  const blocks: Block[] = []
  let logMeans = 0
  for (let from = 0, to = 0; from < customers; from = to) {
    const x = repeats[from] as number
    let logTotals = 0
    for (to = from; to < customers && repeats[to] === x; to++) {
      totals[to] = (totals[to] as number) / unit
      logTotals += Math.log(totals[to] as number)
    }
    logMeans += logTotals - (to - from) * Math.log(x)
    blocks.push({ repeats: x, from, to, logTotals })
  }
  return { customers, totals, blocks, logMeans, unit }
}

/**
 * The negative log-likelihood of a spender on average, over the logarithms of (p, q, v):
 * ln L = −ln B(px, q) + q·ln v + (px−1)·ln m + px·ln x − (px+q)·ln(v + m·x). What depends on x alone is computed once for
 * a block.
 */
function objectiveOf({ customers, totals, blocks, logMeans }: Spenders): Objective {
  return (point, gradient) => {
    const [p, q, v] = point.map(Math.exp) as unknown as [number, number, number]
    let value = -logMeans
    let [byP, byQ, byV] = [0, 0, 0]
    for (const { repeats, from, to, logTotals } of blocks) {
      const shape = p * repeats
      const count = to - from
      const atSum = digamma(shape + q)
      let [logShifted, inverses] = [0, 0]
      for (let row = from; row < to; row++) {
        const shifted = v + (totals[row] as number)
        logShifted += Math.log(shifted)
        inverses += 1 / shifted
      }
      value += shape * logTotals - (shape + q) * logShifted - count * logBeta(shape, q)
      byP += repeats * (count * (atSum - digamma(shape)) + logTotals - logShifted)
      byQ += count * atSum - logShifted
      byV -= (shape + q) * inverses
    }
    gradient[0] = -(byP / customers) * p
    gradient[1] = -(byQ / customers + Math.log(v) - digamma(q)) * q
    gradient[2] = -(byV / customers) * v - q
    return -value / customers - q * Math.log(v)
  }
}
