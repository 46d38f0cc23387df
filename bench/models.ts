import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type BuyingHistories, historiesBefore, type PurchaseDays } from '../src/domain/buying-history.ts'
import { fitBuyingModel } from '../src/domain/buying-model.ts'
import { DEFAULT_POLICY } from '../src/domain/classification-policy.ts'
import { type DropoutFit, fitDropout } from '../src/domain/dropout-fit.ts'
import { expectedOfNewcomer, expectedPurchases, probabilityAlive } from '../src/domain/dropout-model.ts'
import { compare } from '../src/domain/hold-out.ts'
import { buyingPredictor } from '../src/domain/lifetime-value.ts'
import { dayNumber, dayText } from '../src/domain/period.ts'
import { scorePrediction } from '../src/domain/prediction-score.ts'
import { receiptDay } from '../src/domain/receipt-days.ts'
import { fitSpend, type SpendFit } from '../src/domain/spend-model.ts'
import { simulateBuyers } from '../test/support/simulated-buyers.ts'
import type { Options } from './support/options.ts'
import { figure, median, say, table } from './support/report.ts'

const SAMPLE = join('cdnow', 'CDNOW_sample.txt')
const MASTER = join('cdnow', 'CDNOW_master.txt')
const WEEK = 7
const HORIZON = 39 * WEEK

/** The models of buyers: published figures beside ours, what the service would say of CD buyers, and what it costs. */
export async function run(options: Options): Promise<void> {
  if (options.data === null || !existsSync(join(options.data, SAMPLE))) {
    say(`published figures skipped: no ${SAMPLE}; name the folder of the data sets with --data or CLIENTELE_BENCH_DATA`)
  } else {
    reproduce(cdnow(await readFile(join(options.data, SAMPLE), 'utf8'), 1))
    asTheService(cdnow(await readFile(join(options.data, MASTER), 'utf8'), 0))
  }
  speed(options)
}

/**
 * The rows of the file by customer and day; column `skip` and those after it are date, discs, dollars behind the customer.
 * As in the papers every row is a purchase, those of value 0.00 included.
 */
function cdnow(text: string, skip: number): PurchaseDays {
  const byCustomer = new Map<string, Map<number, number>>()
  for (const line of text.trim().split('\n')) {
    const [customer = '', ...rest] = line.trim().split(/\s+/)
    const [date = '', , dollars = ''] = rest.slice(skip)
    if (!/^\d{8}$/.test(date)) continue
    const day = dayNumber(`${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`)
    const days = byCustomer.get(customer) ?? new Map<number, number>()
    byCustomer.set(customer, days.set(day, (days.get(day) ?? 0) + Math.round(Number(dollars) * 100)))
  }
  const customers = [...byCustomer.values()].map(days => [...days].sort(([one], [other]) => one - other))
  const offsets = [0]
  for (const days of customers) offsets.push((offsets.at(-1) as number) + days.length)
  return {
    days: Int32Array.from(customers.flat(), ([day]) => receiptDay(day, true)),
    nets: Float64Array.from(customers.flat(), ([, net]) => net),
    offsets: Int32Array.from(offsets)
  }
}

/** The papers let the calibration end with 1997-09-30 and count ages up to that day, one less than up to the day after. */
function calibration(purchases: PurchaseDays): BuyingHistories {
  const split = dayNumber('1997-10-01')
  const histories = historiesBefore(purchases, split, split + HORIZON)
  return { ...histories, age: histories.age.map(age => age - 1) }
}

type Row = readonly [what: string, published: number, found: number, tolerance: number]

function reproduce(purchases: PurchaseDays): void {
  const histories = calibration(purchases)
  const bg = fitDropout('bg_nbd', histories, 100)
  const mbg = fitDropout('mbg_nbd', histories, 100)
  const spend = fitSpend(histories, 100)
  if (!bg.fitted || !mbg.fitted || !spend.fitted) throw new Error('a model was not fitted')
  const rows = [...parameters(histories, bg, mbg, spend), ...heldOut(histories, bg, mbg)]
  const off = rows.filter(([, published, found, tolerance]) => !(Math.abs(found - published) <= tolerance))
  say('CDNOW sample, 2,357 customers, calibration to 1997-09-30, 39 weeks held out')
  say(
    table(
      ['figure', 'published', 'found', 'tolerance'],
      rows.map(([what, published, found, tolerance]) => [what, `${published}`, found.toFixed(4), `${tolerance}`])
    )
  )
  say()
  say(off.length === 0 ? 'all within tolerance' : `OUT OF TOLERANCE: ${off.map(([what]) => what).join('; ')}`)
  if (off.length > 0) process.exitCode = 1
}

function parameters(histories: BuyingHistories, bg: DropoutFit, mbg: DropoutFit, spend: SpendFit): Row[] {
  const purchases = histories.repeats.reduce((sum, x) => sum + x, 0)
  return [
    ['customers', 2357, histories.repeats.length, 0],
    ['BG/NBD r', 0.243, bg.r, 0.0005],
    ['BG/NBD α, weeks', 4.414, bg.alpha / WEEK, 0.0005],
    ['BG/NBD a', 0.793, bg.a, 0.0005],
    ['BG/NBD b', 2.426, bg.b, 0.0005],
    ['BG/NBD ln L, in weeks', -9582.4, bg.logLikelihood + purchases * Math.log(WEEK), 0.05],
    ['BG/NBD E[X(1 week)]', 0.0532, expectedOfNewcomer(bg, WEEK), 0.00005],
    ['BG/NBD E[X(52 weeks)]', 1.444, expectedOfNewcomer(bg, 52 * WEEK), 0.0005],
    ['BG/NBD E[Y(39 weeks)], x 2, t_x 30.43, T 38.86', 1.226, expectedPurchases(bg, 2, 213, 272, HORIZON), 0.0005],
    ['MBG/NBD r', 0.525, mbg.r, 0.0005],
    ['MBG/NBD α, weeks', 6.183, mbg.alpha / WEEK, 0.0005],
    ['MBG/NBD a', 0.891, mbg.a, 0.0005],
    ['MBG/NBD b', 1.614, mbg.b, 0.0005],
    ['Gamma-Gamma customers', 946, spend.customers, 0],
    ['Gamma-Gamma p', 6.25, spend.p, 0.005],
    ['Gamma-Gamma q', 3.74, spend.q, 0.005],
    ['Gamma-Gamma v, dollars', 15.44, spend.v / 100, 0.01]
  ]
}

const ACTUAL_MEANS = [0.2367, 0.697, 1.3925, 1.56, 2.5323, 2.9474, 3.8621, 6.3594]
const EXPECTED_MEANS = [0.2251, 0.5231, 1.0441, 1.5203, 2.1638, 2.6538, 3.504, 6.157]

function heldOut(histories: BuyingHistories, bg: DropoutFit, mbg: DropoutFit): Row[] {
  const { repeats, recency, age, later } = histories
  const bought = Uint8Array.from(later, count => (count > 0 ? 1 : 0))
  const each = (of: (x: number, last: number, T: number) => number) =>
    Float64Array.from(repeats, (x, row) => of(x, recency[row] as number, age[row] as number))
  const expected = each((x, last, T) => expectedPurchases(bg, x, last, T, HORIZON))
  const scored = (name: string, scores: Float64Array, threshold: number, accuracy: number, auc: number): Row[] => {
    const score = scorePrediction(scores, threshold, bought)
    return [
      [`${name}: right, %`, accuracy, (score.accuracy as number) * 100, 0.05],
      [`${name}: AUC`, auc, score.auc as number, 0.0005]
    ]
  }
  const means = ACTUAL_MEANS.flatMap((actual, x): Row[] => {
    const rows = [...repeats.keys()].filter(row => Math.min(repeats[row] as number, 7) === x)
    const mean = (of: ArrayLike<number>) => rows.reduce((sum, row) => sum + (of[row] as number), 0) / rows.length
    const name = `x ${x === 7 ? '7+' : x}`
    return [
      [`${name}: mean held out`, actual, mean(later), 0.00005],
      [`${name}: mean by BG/NBD`, EXPECTED_MEANS[x] as number, mean(expected), 0.0005]
    ]
  })
  return [
    ...means,
    ...scored(
      'BG/NBD P(alive) ≥ ½',
      each((x, last, T) => probabilityAlive(bg, x, last, T)),
      0.5,
      33.9,
      0.316
    ),
    ...scored(
      'MBG/NBD P(alive) ≥ ½',
      each((x, last, T) => probabilityAlive(mbg, x, last, T)),
      0.5,
      77.5,
      0.687
    ),
    ...scored('BG/NBD expected purchases ≥ ½', expected, 0.5, 77.7, 0.773),
    ...scored(
      'hiatus of 13 weeks',
      each((_, last, T) => last - T),
      -13 * WEEK,
      77.9,
      0.771
    )
  ]
}

/** Everything as a tenant would get it, by our own convention of days and the default policy. */
function asTheService(purchases: PurchaseDays): void {
  const started = performance.now()
  const model = fitBuyingModel(purchases, dayNumber('1998-07-01'), DEFAULT_POLICY.defection)
  say()
  say(`all 23,570 CD buyers as of 1998-07-01, ${figure(performance.now() - started)} ms:`)
  for (const fit of [model.bgNbd, model.mbgNbd]) {
    if (fit.fitted) {
      const { r, alpha, a, b } = fit
      const numbers = [r, alpha, a, b].map(value => value.toPrecision(4)).join(', ')
      say(
        `- ${fit.model}: r, α in days, a, b = ${numbers}; ln L ${fit.logLikelihood.toFixed(2)}; drop-out identified: ${fit.dropoutIdentified}`
      )
    } else say(`- not fitted: ${fit.reason}`)
  }
  const { gammaGamma, holdOut } = model
  if (gammaGamma.fitted) {
    const { p, q, v, customers, populationMean } = gammaGamma
    say(
      `- gamma-gamma: p ${p.toPrecision(4)}, q ${q.toPrecision(4)}, v ${v.toPrecision(4)}, mean ${figure(populationMean)} cents over ${customers} customers`
    )
  }
  if (!holdOut.fitted) return
  const percent = (share: number | null) => `${((share ?? Number.NaN) * 100).toFixed(1)} %`
  const score = (of: { accuracy: number | null; auc: number | null }) =>
    `${percent(of.accuracy)}, AUC ${of.auc?.toFixed(3)}`
  say(
    `- held out from ${dayText(holdOut.splitDay)}, ${holdOut.horizonDays} days: model ${score(holdOut.modelScore)}; hiatus of ${holdOut.hiatusDays} days ${score(holdOut.hiatusScore)}`
  )
  say(
    `- bought again: within the hiatus ${percent(holdOut.within.share)} of ${holdOut.within.customers}, past it ${percent(holdOut.past.share)} of ${holdOut.past.customers}`
  )
  say(
    `- better: ${holdOut.better} by ${holdOut.by} (only the model right ${holdOut.onlyModelRight}, only the hiatus ${holdOut.onlyHiatusRight})`
  )
}

const CUSTOMERS = 100_000
const PREDICTIONS = 1_000_000

function speed(options: Options): void {
  const purchases = simulateBuyers({
    customers: CUSTOMERS,
    seed: 1,
    buying: { model: 'bg_nbd', r: 0.6, alpha: 45, a: 0.7, b: 3 },
    spending: { p: 4, q: 4, v: 1500 },
    firstDay: 0,
    lastFirstDay: 1000,
    untilDay: 1095
  })
  const histories = historiesBefore(purchases, 1095)
  const rows: string[][] = []
  const timed = <T>(what: string, work: () => T): T => {
    const wall: number[] = []
    const processor: number[] = []
    let result = work()
    for (let round = 0; round < options.rounds; round++) {
      const started = performance.now()
      const before = process.cpuUsage()
      result = work()
      const used = process.cpuUsage(before)
      wall.push(performance.now() - started)
      processor.push((used.user + used.system) / 1000)
    }
    rows.push([what, figure(median(wall)), figure(Math.min(...wall)), figure(median(processor))])
    return result
  }
  const { repeats, recency, age, net } = histories
  timed('read the histories', () => historiesBefore(purchases, 1095))
  const bgNbd = timed('fit BG/NBD', () => fitDropout('bg_nbd', histories, 100))
  const mbgNbd = timed('fit MBG/NBD', () => fitDropout('mbg_nbd', histories, 100))
  const gammaGamma = timed('fit Gamma-Gamma', () => fitSpend(histories, 100))
  timed('all three', () => [
    fitDropout('bg_nbd', histories, 100),
    fitDropout('mbg_nbd', histories, 100),
    fitSpend(histories, 100)
  ])
  if (bgNbd.fitted)
    timed('compare with the hiatus', () => compare(bgNbd, histories, { splitDay: 1095, horizonDays: 273 }, 180))
  timed('the whole: histories, fits, hold-out', () => fitBuyingModel(purchases, 1095, DEFAULT_POLICY.defection))
  for (const annualDiscount of [0, 0.1]) {
    timed(`1,000,000 customers: P(alive), purchases, value (discount ${annualDiscount}), new predictor`, () => {
      const predictor = buyingPredictor({ bgNbd, mbgNbd, gammaGamma }, { months: 12, margin: 0.3, annualDiscount })
      let sum = 0
      for (let i = 0; i < PREDICTIONS; i++) {
        const row = i % CUSTOMERS
        const [x, last, T] = [repeats[row] as number, recency[row] as number, age[row] as number]
        sum += predictor.pAlive(x, last, T) ?? 0
        sum += predictor.expectedPurchases(x, last, T) ?? 0
        sum += predictor.expectedValue(x, last, T, net[row] as number) ?? 0
      }
      return sum
    })
  }
  say()
  say(`${figure(CUSTOMERS)} simulated customers, ${figure(purchases.days.length)} purchase days of three years`)
  say(table(['what', 'ms, median', 'ms, least', 'processor ms, median'], rows))
}
