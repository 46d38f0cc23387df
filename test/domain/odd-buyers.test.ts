import t from 'tap'
import { type BuyingHistories, historiesBefore } from '../../src/domain/buying-history.ts'
import { searchDropout } from '../../src/domain/dropout-fit.ts'
import { collapse } from '../../src/domain/dropout-likelihood.ts'
import { receiptDay } from '../../src/domain/receipt-days.ts'
import { searchSpend, spenderRows } from '../../src/domain/spend-model.ts'
import { uniform } from '../support/simulated-buyers.ts'

/** More than are searched at once, so that a sample is taken first. */
const CUSTOMERS = 12_000
const DAYS = 730
/** Of both starts over a sample and one over all; searches that run on for nothing take thousands. */
const FEW_EVALUATIONS = 300

type Random = () => number
type Buying = (random: Random) => readonly (readonly [day: number, net: number])[]

const whole = (random: Random, from: number, to: number) => from + Math.floor(random() * (to - from))
const every = (random: Random, step: number): (readonly [number, number])[] => {
  const first = whole(random, 0, 365)
  return Array.from({ length: Math.ceil((DAYS - first) / step) }, (_, i) => [
    first + i * step,
    whole(random, 500, 5500)
  ])
}
const evenly = (random: Random, purchases: number, net: () => number): (readonly [number, number])[] =>
  Array.from({ length: purchases }, () => [whole(random, 0, DAYS), net()])
const season = (random: Random) => 365 * whole(random, 0, 2) + whole(random, 320, 350)

/** Shops that buy as neither model says: searches run to the ends of the range, and along level ridges. */
const SHOPS: Record<string, Buying> = {
  'drawn evenly over two years': random => evenly(random, whole(random, 1, 13), () => whole(random, 100, 10_000)),
  'all at the same rate': random => evenly(random, 10, () => whole(random, 100, 10_000)),
  'every week': random => every(random, 7),
  'every fourth day': random => every(random, 4),
  'twice and no more': random => evenly(random, 2, () => whole(random, 1000, 5000)),
  'always for the same amount': random => evenly(random, whole(random, 1, 13), () => 1000),
  'all repeats on one day for one amount': random => [
    [whole(random, 0, 600), 1000],
    [600, 2000]
  ],
  'at Christmas only': random =>
    Array.from({ length: whole(random, 1, 9) }, () => [season(random), whole(random, 100, 10_000)]),
  'a few days running, and gone': random => {
    const first = whole(random, 0, DAYS - 5)
    return Array.from({ length: whole(random, 1, 5) }, (_, i) => [first + i, whole(random, 100, 10_000)])
  }
}

for (const [name, buying] of Object.entries(SHOPS)) {
  t.test(`customers who buy ${name} are fitted in a bounded number of evaluations`, async t => {
    const histories = historiesOf(buying)
    const patterns = collapse(histories)
    for (const model of ['bg_nbd', 'mbg_nbd'] as const) {
      const found = searchDropout(model, patterns, 10 / DAYS)
      t.ok(found.evaluations <= FEW_EVALUATIONS, `${model}: ${found.evaluations}`)
      t.ok(found.converged, `${model}: converged`)
    }
    const found = searchSpend(histories, spenderRows(histories), 2500)
    t.ok(found.evaluations <= FEW_EVALUATIONS, `gamma-gamma: ${found.evaluations}`)
    t.ok(found.converged, 'gamma-gamma: converged')
  })
}

function historiesOf(buying: Buying): BuyingHistories {
  const random = uniform(11)
  const days: number[] = []
  const nets: number[] = []
  const offsets = [0]
  for (let customer = 0; customer < CUSTOMERS; customer++) {
    const byDay = new Map<number, number>()
    for (const [day, net] of buying(random)) byDay.set(day, (byDay.get(day) ?? 0) + net)
    for (const [day, net] of [...byDay].sort(([one], [other]) => one - other)) {
      days.push(receiptDay(day, true))
      nets.push(net)
    }
    offsets.push(days.length)
  }
  return historiesBefore({ days, nets, offsets }, DAYS)
}
