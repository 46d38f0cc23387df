import type { BuyingHistories } from './buying-history.ts'
import { canonicalOrder, pick } from './canonical-rows.ts'
import { type DropoutModel, type DropoutParameters, occasionsToLeave } from './dropout-model.ts'
import type { Objective } from './minimise.ts'

/** The columns of histories that these models look at. */
export type DropoutHistories = Pick<BuyingHistories, 'repeats' | 'recency' | 'age'>

/** ln L of histories under given parameters, with time in days. */
export function logLikelihood(parameters: DropoutParameters, histories: DropoutHistories): number {
  const { model, r, alpha, a, b } = parameters
  const patterns = collapse(histories)
  const point = Float64Array.of(r, alpha, a, b).map(Math.log)
  return -patterns.customers * objectiveOf(model, patterns, 1)(point, new Float64Array(4))
}

/** Distinct (x, t_x, T), the largest x first, with the number of customers who have them. */
export interface Patterns {
  readonly repeats: Int32Array
  readonly recency: Int32Array
  readonly age: Int32Array
  readonly weight: Float64Array
  /** Customers by number of repeat purchases. */
  readonly byRepeats: Float64Array
  readonly customers: number
  readonly repeatBuyers: number
  /** Repeat purchases of all. */
  readonly purchases: number
  /** One more than the oldest age: the length of a table by day. */
  readonly daysSeen: number
}

/** Takes customers of equal history together; the order in which they came is lost. */
export function collapse({ repeats, recency, age }: DropoutHistories): Patterns {
  const order = canonicalOrder([repeats, recency, age])
  const weight = new Float64Array(order.length)
  const firsts = new Uint32Array(order.length)
  let rows = 0
  for (const row of order) {
    const before = firsts[rows - 1] as number
    const same =
      rows > 0 && repeats[row] === repeats[before] && recency[row] === recency[before] && age[row] === age[before]
    if (!same) firsts[rows++] = row
    weight[rows - 1] = (weight[rows - 1] as number) + 1
  }
  return weighed({ repeats, recency, age }, firsts.subarray(0, rows), weight)
}

/** So many of the customers, evenly spaced over their patterns; all where they are no more. */
export function thinned(patterns: Patterns, limit: number): Patterns {
  const share = Math.min(1, limit / patterns.customers)
  const weight = new Float64Array(patterns.weight.length)
  const kept = new Uint32Array(patterns.weight.length)
  let rows = 0
  let seen = 0
  for (const [row, count] of patterns.weight.entries()) {
    const before = Math.round(seen * share)
    seen += count
    weight[rows] = Math.round(seen * share) - before
    if ((weight[rows] as number) > 0) kept[rows++] = row
  }
  return weighed(patterns, kept.subarray(0, rows), weight)
}

/** The patterns at these rows, with how many customers have each. */
function weighed(histories: DropoutHistories, rows: Uint32Array, weights: Float64Array): Patterns {
  const repeats = pick(histories.repeats, rows)
  const age = pick(histories.age, rows)
  const weight = weights.subarray(0, rows.length)
  const byRepeats = new Float64Array((repeats[0] ?? 0) + 1)
  let [customers, purchases, daysSeen] = [0, 0, 1]
  for (const [row, count] of weight.entries()) {
    const x = repeats[row] as number
    byRepeats[x] = (byRepeats[x] as number) + count
    customers += count
    purchases += count * x
    daysSeen = Math.max(daysSeen, (age[row] as number) + 1)
  }
  return {
    repeats,
    recency: pick(histories.recency, rows),
    age,
    weight,
    byRepeats,
    customers,
    repeatBuyers: customers - (byRepeats[0] as number),
    purchases,
    daysSeen
  }
}

/**
 * The negative log-likelihood of a customer on average, over the logarithms of (r, α, a, b), `unit` being the length of a
 * day. With k occasions to leave, and (y)_n for y·(y+1)···(y+n−1),
 *
 *   ln L = ln (r)_x + r·ln α + ln (b)_k − ln (a+b)_k + ln( (α+T)^−(r+x) + [k>0]·a/(b+k−1)·(α+t_x)^−(r+x) ).
 *
 * As x is whole, the rising factorials are running sums over x, without a lnΓ and without its cancellation. Likewise the
 * powers are taken of 1+T/α, which leaves −x·ln α: where everybody buys at the same rate, r and α are both large, and
 * r·ln α against (r+x)·ln(α+T) would lose so many digits that no search would ever see level ground.
 */
export function objectiveOf(model: DropoutModel, patterns: Patterns, unit: number): Objective {
  const { byRepeats, customers, purchases, daysSeen } = patterns
  const tables: Tables = {
    logs: new Float64Array(daysSeen),
    shares: new Float64Array(daysSeen),
    oddsGone: new Float64Array(byRepeats.length),
    gone: new Float64Array(byRepeats.length)
  }
  return (point, gradient) => {
    const [r, alpha, a, b] = point.map(Math.exp) as unknown as [number, number, number, number]
    for (let day = 0; day < daysSeen; day++) {
      const time = day * unit
      tables.logs[day] = Math.log1p(time / alpha)
      tables.shares[day] = time / (alpha + time)
    }
    const counted = risingSums(byRepeats, r, a, b, occasionsToLeave(model, 0), tables.oddsGone)
    const mixed = mixture(patterns, r, tables)
    let { byA, byB } = counted
    for (let x = 0; x < byRepeats.length; x++) {
      const left = tables.gone[x] as number
      const before = b + occasionsToLeave(model, x) - 1
      byA += left / a
      if (left > 0) byB -= left / before
    }
    gradient[0] = -((counted.byR + mixed.byR) / customers) * r
    gradient[1] = -(mixed.byLogAlpha - purchases) / customers
    gradient[2] = -(byA / customers) * a
    gradient[3] = -(byB / customers) * b
    return -(counted.total + mixed.total - purchases * Math.log(alpha)) / customers
  }
}

/** By day: ln(1 + day/α) and day/(α + day). By repeats: ln a/(b+k−1), and the customers who have probably left. */
interface Tables {
  readonly logs: Float64Array
  readonly shares: Float64Array
  readonly oddsGone: Float64Array
  readonly gone: Float64Array
}

/** Σ of ln (r)_x + ln (b)_k − ln (a+b)_k over the customers, and its slopes; the odds on the way. `k` is that of x = 0. */
function risingSums(byRepeats: Float64Array, r: number, a: number, b: number, k: number, oddsGone: Float64Array) {
  const both = a + b
  const sums = { total: 0, byR: 0, byA: 0, byB: 0 }
  let logs = k * Math.log(b / both)
  let [slopeR, slopeB, slopeBoth] = [0, k / b, k / both]
  for (let x = 0; x < byRepeats.length; x++, k++) {
    const count = byRepeats[x] as number
    sums.total += count * logs
    sums.byR += count * slopeR
    sums.byA -= count * slopeBoth
    sums.byB += count * (slopeB - slopeBoth)
    oddsGone[x] = k > 0 ? Math.log(a / (b + k - 1)) : Number.NEGATIVE_INFINITY
    logs += Math.log(((r + x) * (b + k)) / (both + k))
    slopeR += 1 / (r + x)
    slopeB += 1 / (b + k)
    slopeBoth += 1 / (both + k)
  }
  return sums
}

/** The last term of the likelihood over all patterns, the only one that needs each of them, and its slopes. */
function mixture(patterns: Patterns, r: number, { logs, shares, oddsGone, gone }: Tables) {
  const { repeats, recency, age, weight } = patterns
  let [total, byR, byLogAlpha] = [0, 0, 0]
  gone.fill(0)
  for (let row = 0; row < weight.length; row++) {
    const x = repeats[row] as number
    const count = weight[row] as number
    const shape = r + x
    const untilNow = logs[age[row] as number] as number
    const untilLast = logs[recency[row] as number] as number
    const lead = (oddsGone[x] as number) + shape * (untilNow - untilLast)
    const ratio = Math.exp(-Math.abs(lead))
    const left = lead > 0 ? 1 / (1 + ratio) : ratio / (1 + ratio)
    const shareNow = shares[age[row] as number] as number
    const shareLast = shares[recency[row] as number] as number
    total += count * (Math.max(lead, 0) + Math.log1p(ratio) - shape * untilNow)
    byR -= count * (untilNow + left * (untilLast - untilNow))
    byLogAlpha += count * shape * (shareNow + left * (shareLast - shareNow))
    gone[x] = (gone[x] as number) + count * left
  }
  return { total, byR, byLogAlpha }
}
