import t from 'tap'
import { rate } from '../../src/domain/advice-outcome.ts'
import { DEFECTION_BASES } from '../../src/domain/defection.ts'
import { DEFECTION_CAUSES, RECOMMENDATIONS } from '../../src/domain/defection-advice.ts'
import { DEMAND_STATES } from '../../src/domain/demand-change.ts'
import { LANGUAGES } from '../../src/domain/language.ts'
import { EFFORTS, NOT_PURSUED_CAUSES } from '../../src/domain/pursuit.ts'
import { chartOf } from '../../src/routes/reports/charts/chart.ts'
import { fitted, lines, textWidth, writingIn } from '../../src/routes/reports/charts/text.ts'
import type { ChartView } from '../../src/routes/reports/charts/views.ts'
import { WORDS } from '../../src/routes/reports/charts/words.ts'
import { objectionTo, overlaps, sizeOf, textsOf } from '../support/svg.ts'

/** Charts of made-up figures, with little in them and with as much as there can be. */
const run = { id: '0193a1f0-7c1e-7b3a-9d52-3f0c8e6a4b21', asOf: '2026-11-21T03:00:00.000Z' }
const days = { fromOn: '2025-11-22', toOn: '2026-11-22' }
const LONG = 'Porcelain tea set "Winter" <12 pieces> & a very long name that nobody reads to its end'
const CHINESE = '景德镇手绘青花瓷功夫茶具套装家用客厅办公室整套礼盒装送长辈送客户'
const nameOf = (place: number) => (place % 2 === 0 ? `${LONG} ${place}` : `${CHINESE}${place}`)
const times = <T>(count: number, make: (place: number) => T): T[] =>
  Array.from({ length: count }, (_, place) => make(place))
const monthOf = (place: number) => new Date(Date.UTC(2021, 11 + place, 1)).toISOString().slice(0, 7)
const CLASSES = ['A', 'B', 'C', 'none'] as const
const counts = (each: number) => ({ A: each, B: each, C: each, none: each })

const abc = (corners: number): ChartView => ({
  report: 'abc-curve',
  currency: 'CNY',
  run,
  window: days,
  customers: 1_234_567,
  turnoverMinor: 98_765_432_100,
  classes: [
    { abcClass: 'A', customers: 200_000, customerShare: 0.16, turnoverMinor: 79_000_000_000, turnoverShare: 0.8 },
    { abcClass: 'B', customers: 300_000, customerShare: 0.24, turnoverMinor: 14_800_000_000, turnoverShare: 0.15 },
    { abcClass: 'C', customers: 734_567, customerShare: 0.6, turnoverMinor: 4_900_000_000, turnoverShare: 0.05 }
  ],
  cutoffs: { aMinor: 1, bMinor: 1 },
  gini: 0.7,
  topFifthShare: 0.83,
  lorenz: [],
  excluded: { noPurchase: 1, zeroNet: 2, negativeNet: 3, anonymousMinor: 4, anonymousShare: 0.12 },
  data: times(corners + 1, place => ({
    customers: place,
    customerShare: place / corners,
    turnoverShare: Math.sqrt(place / corners),
    nextAmountMinor: 1
  }))
})

const migration = (each: number): ChartView => ({
  report: 'class-migration',
  fromRun: run,
  toRun: run,
  newcomers: counts(1_000),
  customers: 16 * each,
  stayedShare: 0.25,
  data: CLASSES.map(from => ({
    from,
    customers: 4 * each,
    counts: counts(each),
    shares: each === 0 ? null : counts(0.25)
  }))
})

const rfm = (scores: number): ChartView => ({
  report: 'rfm-grid',
  currency: 'EUR',
  storeId: null,
  run,
  customers: 1_000_000,
  scores,
  unscored: 1_000,
  data: times(scores * scores, place => ({
    r: 1 + Math.floor(place / scores),
    f: 1 + (place % scores),
    customers: 12_345,
    share: place / (scores * scores),
    amountMinor: 1,
    meanAmountMinor: 123_456_789
  }))
})

const loyalty: ChartView = {
  report: 'loyalty-by-class',
  currency: 'EUR',
  storeId: null,
  run,
  customers: 1_000_000,
  firstUsers: 1_234,
  priceDriven: 99,
  bases: {},
  patterns: {},
  data: CLASSES.flatMap(abcClass =>
    (['loyal', 'switcher', 'non_loyal', 'unknown'] as const).map((loyaltyLevel, place) => ({
      abcClass,
      loyaltyLevel,
      customers: 250_000,
      share: [0.02, 0.08, 0.3, 0.6][place] ?? 0,
      amountMinor: 1
    }))
  )
}

const trust: ChartView = {
  report: 'trust-ladder',
  storeId: null,
  run,
  customers: 1_000_000,
  data: ['behavioral', 'affective', 'cognitive', 'none', 'insufficient'].map((trustLevel, place) => ({
    trustLevel,
    customers: 4 * 10 ** place,
    share: 0.2,
    reached: 1,
    counts: counts(10 ** place)
  }))
}

const defection = (stores: number): ChartView => {
  const rows = (
    dimension: 'state' | 'basis' | 'recommendation' | 'cause' | 'class' | 'store',
    keys: readonly string[]
  ) =>
    keys.map((key, place) => ({
      dimension,
      key,
      label: dimension === 'store' ? nameOf(place) : null,
      customers: 100_000,
      atRisk: 98_765,
      valueAtStakeMinor: 123_456_789_00 * (place + 1),
      expectedValueMinor: null
    }))
  return {
    report: 'defection-overview',
    currency: 'EUR',
    storeId: null,
    run,
    customers: 1_000_000,
    atRisk: 98_765,
    valueAtStakeMinor: 12_345_678_900,
    data: [
      ...rows('state', ['active', 'due', 'overdue', 'lapsed', 'unknown']),
      ...rows('recommendation', ['recover', 'win_back', 'watch', 'keep', 'let_go']),
      ...rows('basis', DEFECTION_BASES),
      ...rows('cause', DEFECTION_CAUSES),
      ...rows('class', CLASSES),
      ...rows('store', times(stores, String))
    ]
  }
}

const advice = (judged: number): ChartView => ({
  report: 'advice-hit-rates',
  fromOn: '2024-11-21',
  asOfOn: '2026-11-21',
  data: RECOMMENDATIONS.map(recommendation => ({
    recommendation,
    acted: rate(judged, judged),
    notActed: rate(0, judged),
    right: rate(Math.round(0.98 * judged), judged),
    open: 123_456
  })),
  saveProbability: {
    assumed: 0.2,
    tried: rate(judged, judged),
    leftAlone: rate(0, judged),
    neededOutcomes: 30,
    basis: 'beyond_returners',
    used: 0.3889
  }
})

const effort = (each: number): ChartView => {
  const total = { attempts: each, minutes: 60 * each, costMinor: 50_000 * each }
  const rows = EFFORTS.flatMap(name =>
    NOT_PURSUED_CAUSES.flatMap(cause =>
      [false, true].flatMap(overridden =>
        (overridden ? [false] : [false, true]).map(overriddenLater => ({
          effort: name,
          cause,
          overridden,
          overriddenLater,
          ...total
        }))
      )
    )
  )
  return {
    report: 'effort-saved',
    currency: 'CNY',
    fromOn: '2026-10-23',
    toOn: '2026-11-21',
    notPursued: NOT_PURSUED_CAUSES.flatMap(cause =>
      CLASSES.map(abcClass => ({ cause, abcClass, customers: each, minutesPerMonth: 60 * each }))
    ),
    customers: 8 * each,
    minutesPerMonth: 480 * each,
    data: each === 0 ? [] : rows,
    refused: total,
    overriddenLater: total,
    saved: total,
    overridden: total
  }
}

const core = (stores: number, months: number): ChartView => ({
  report: 'core-share',
  currency: 'EUR',
  storeId: null,
  window: { fromMonth: monthOf(60 - months), toMonth: monthOf(59) },
  data: [null, ...times(stores, String)].flatMap((storeId, row) =>
    times(months, place => ({
      storeId,
      storeCode: storeId,
      storeName: storeId && nameOf(row),
      month: monthOf(60 - months + place),
      partial: place === months - 1,
      customers: 5,
      coreCustomers: 1,
      netMinor: 1_000 - row,
      knownMinor: 1,
      coreMinor: 1,
      aCustomers: 1,
      managedCustomers: 1,
      caredCustomers: null,
      customerShare: 1,
      revenueShare: 1,
      knownShare: 1,
      managedShare: 1,
      caredShare: null,
      coreShare: place === 0 && months > 1 ? null : 1
    }))
  )
})

const cohorts = (months: number): ChartView => ({
  report: 'cohort-retention',
  currency: 'EUR',
  storeId: null,
  window: { fromMonth: monthOf(60 - months), toMonth: monthOf(59) },
  customers: 1_000_000,
  excluded: { anonymousReceipts: 0, anonymousMinor: 0 },
  average: [],
  data: times(months, row => ({
    cohort: monthOf(60 - months + row),
    size: 123_456,
    partial: row === months - 1,
    months: times(months - row, age => ({
      age,
      month: monthOf(60 - months + row + age),
      customers: 1,
      share: age === 0 ? 1 : 0.5 / age,
      netMinor: 1,
      partial: row + age === months - 1
    }))
  }))
})

const habits = (categories: number): ChartView => ({
  report: 'purchase-habits',
  currency: 'JPY',
  storeId: null,
  window: days,
  baskets: { receipts: 1, medianMinor: 123_456, meanMinor: 1, medianUnits: 2.5 },
  frequency: { customers: 1, gaps: 1, medianGapDays: 21.5, judged: 1, regular: 1, regularShare: 0.4444 },
  excluded: {
    anonymousReceipts: 0,
    freeReceipts: 0,
    returns: 0,
    returnsMinor: 0,
    furtherCategories: 0,
    furtherMinor: 0
  },
  hours: times(168, place => ({
    weekday: 1 + Math.floor(place / 24),
    hour: place % 24,
    receipts: place,
    share: 0,
    netMinor: 1
  })),
  data: times(categories, place => ({
    category: place === 1 ? null : nameOf(place),
    netMinor: 1,
    share: 0.09,
    units: 1
  }))
})

const pairs = (count: number): ChartView => ({
  report: 'products-bought-together',
  storeId: null,
  window: days,
  baskets: 10_000,
  products: 100,
  minBasketPairs: 30,
  excluded: { receiptsWithoutProduct: 0, rareProducts: 12, pairsInFewer: 6_120, mostTogether: 21 },
  data: times(count, place => ({
    skuA: 'A',
    nameA: nameOf(place),
    skuB: 'B',
    nameB: nameOf(place + 1),
    together: 12_345,
    basketsA: 20_000,
    basketsB: 20_000,
    lift: 1_234.5 / (place + 1),
    support: 0.1,
    ofFirst: 0.5,
    ofSecond: 0.5
  }))
})

const demand = (count: number, weeks: number): ChartView => ({
  report: 'demand-changes',
  by: 'product',
  window: days,
  counts: { increased: 1_000, decreased: 2_000, stable: 3_000, baseline_short: 4_000, no_spread: 5_000 },
  data: times(count, place => ({
    key: String(place),
    name: nameOf(place),
    state: DEMAND_STATES[place % DEMAND_STATES.length] ?? 'stable',
    fromWeek: '2025-11-24',
    baselineWeeks: 26,
    baselineMean: place % 5 === 3 ? null : 12_345.6,
    baselineDeviation: 1,
    changedFrom: place % 5 < 2 ? '2026-01-05' : null,
    detectedIn: place % 5 < 2 ? '2026-01-19' : null,
    meanSince: place % 5 < 2 ? 23_456.7 : null,
    weeklyUnits: times(weeks, week => 12_000 + week)
  }))
})

const answered = (by: 'store' | 'channel' | 'week', count: number): ChartView => {
  const figures = { received: 1_234, inTime: 900, late: 100, overdue: 34, notDue: 150, withdrawn: 50, owed: 1_034 }
  const shares = { share: 900 / 1_034, shareLower: 0.8, shareUpper: 0.9 }
  return {
    report: 'answered-in-time',
    by,
    storeId: null,
    window: days,
    asOf: run.asOf,
    total: { ...figures, ...shares },
    data: times(count, place => ({
      key: by === 'channel' ? 'customer_meeting' : '2026-11-16',
      label: by === 'store' ? nameOf(place) : null,
      ...figures,
      ...(place % 5 === 4 ? { owed: 0, share: null, shareLower: null, shareUpper: null } : shares)
    }))
  }
}
const handling = (by: 'month' | 'store', count: number): ChartView => {
  const figures = {
    complaints: 12_345,
    withdrawn: 10,
    open: 5,
    closed: 12_330,
    firstTime: 9_000,
    firstTimeOf: 12_000,
    firstTimeShare: 0.75,
    firstTimeLower: 0.74,
    firstTimeUpper: 0.76,
    reopened: 100,
    reopenedShare: 0.01,
    recovered: 11_000,
    badlyClosed: 1_000,
    recoveredShare: 0.92,
    medianHoursToAnswer: 5.5,
    p90HoursToAnswer: 23.9,
    medianHoursToClose: 120.4,
    p90HoursToClose: 1_000,
    sales: 1_000_000,
    perThousandSales: 12.3
  }
  return {
    report: 'complaint-handling',
    by,
    storeId: null,
    window: days,
    asOf: run.asOf,
    total: figures,
    data: times(count, place => ({
      key: by === 'month' ? monthOf(place) : nameOf(place),
      label: by === 'store' ? nameOf(place) : null,
      ...figures,
      ...(place % 5 === 4 ? { firstTimeShare: null } : {})
    }))
  }
}
const causes = (by: 'cause' | 'product', count: number): ChartView => ({
  report: 'complaint-causes',
  by,
  storeId: null,
  window: days,
  complaints: 1_000,
  withoutCause: 10,
  data: times(count, place => ({
    key: by === 'cause' ? (['staff_service', null][place] ?? 'undetermined') : `SKU-${place}`,
    label: by === 'product' ? nameOf(place) : null,
    complaints: 1_000 - place,
    share: 0.01,
    cumulativeShare: Math.min(1, (place + 1) / count),
    expectationGap: 1,
    productQuality: 2,
    staffService: 3,
    undetermined: 4,
    withoutCause: 5
  }))
})
const costs = (by: 'decision' | 'month' | 'store', count: number): ChartView => {
  const figures = { granted: 1_234, amountMinor: 123_456_789, refundMinor: 1, waiting: 12, refused: 3 }
  return {
    report: 'remedy-costs',
    by,
    storeId: null,
    window: days,
    currency: 'CNY',
    total: figures,
    data: times(count, place => ({
      key: by === 'decision' ? (['refund', 'voucher'][place] ?? 'apology') : by === 'month' ? monthOf(place) : null,
      label: by === 'store' ? nameOf(place) : null,
      ...figures
    }))
  }
}
const nobodyComplained = handling('month', 12)
if (nobodyComplained.report === 'complaint-handling') Object.assign(nobodyComplained.total, { complaints: 0 })
const nothingGranted = costs('decision', 6)
if (nothingGranted.report === 'remedy-costs') {
  Object.assign(nothingGranted.total, { granted: 0, waiting: 0, refused: 0 })
}
const nobodySaid = answered('week', 52)
if (nobodySaid.report === 'answered-in-time') Object.assign(nobodySaid.total, { received: 0 })

const CHARTS: Record<string, ChartView> = {
  'an ABC curve': abc(100),
  'an ABC curve of one customer': abc(1),
  'a migration': migration(98_765),
  'a migration of nobody': migration(0),
  'an RFM grid': rfm(5),
  'an RFM grid of ten scores': rfm(10),
  loyalty,
  trust,
  'a defection overview': defection(3),
  'a defection overview of many stores': defection(50),
  'hit rates of advice': advice(98_765),
  'hit rates of no advice so far': advice(0),
  'effort saved': effort(98_765),
  'core shares': core(3, 12),
  'core shares of one month': core(0, 1),
  'core shares of 200 stores in 60 months': core(200, 60),
  cohorts: cohorts(12),
  'a cohort': cohorts(1),
  '24 cohorts': cohorts(24),
  '60 cohorts': cohorts(60),
  habits: habits(3),
  'habits of many categories': habits(100),
  'a pair': pairs(1),
  'pairs with long names': pairs(200),
  'changes of demand': demand(200, 52),
  'a change of demand': demand(1, 260),
  'two changes of demand': demand(2, 9),
  'answers of many weeks': answered('week', 520),
  'answers by channel': answered('channel', 1),
  'answers of stores with long names': answered('store', 60),
  'complaints of many months': handling('month', 120),
  'complaints of stores with long names': handling('store', 60),
  'causes of complaints': causes('cause', 3),
  'complaints of many products': causes('product', 200),
  'costs by decision': costs('decision', 3),
  'costs of one month': costs('month', 1),
  'costs of many stores': costs('store', 60)
}

for (const [name, view] of Object.entries(CHARTS)) {
  t.test(`${name} can be read in every language`, async t => {
    for (const language of LANGUAGES) {
      const svg = chartOf(view, language)
      t.equal(objectionTo(svg), undefined, 'is well-formed')
      const texts = textsOf(svg)
      t.ok(texts.length > 5, `${texts.length} texts`)
      t.same(overlaps(texts), [], 'no text lies over another')
      const { width, height } = sizeOf(svg)
      const outside = texts.filter(one => one.left < 0 || one.right > width || one.top < 0 || one.bottom > height)
      t.same(outside, [], 'and none beyond the edge')
      t.equal(svg, chartOf(view, language), 'the same figures make the same chart')
      t.notMatch(svg, /<script|<style|<foreignObject|href=|\bon[a-z]+=/, 'nothing in it loads or runs')
    }
  })
}

t.test('a report without figures says so, and why', async t => {
  const empty: [
    ChartView,
    (
      | 'nothingBeforeRun'
      | 'nothingBeforeTwoRuns'
      | 'nothingBought'
      | 'nothingChanged'
      | 'nothingSaid'
      | 'nothingComplained'
      | 'nothingGranted'
      | 'allPursued'
    )
  ][] = [
    [{ ...abc(1), run: null } as ChartView, 'nothingBeforeRun'],
    [{ ...abc(1), data: [] } as ChartView, 'nothingBought'],
    [{ ...migration(1), fromRun: null } as ChartView, 'nothingBeforeTwoRuns'],
    [{ ...rfm(5), run: null } as ChartView, 'nothingBeforeRun'],
    [{ ...rfm(5), unscored: 1_000_000 } as ChartView, 'nothingBought'],
    [{ ...loyalty, run: null } as ChartView, 'nothingBeforeRun'],
    [{ ...trust, run: null } as ChartView, 'nothingBeforeRun'],
    [{ ...defection(0), run: null } as ChartView, 'nothingBeforeRun'],
    [{ ...advice(0), fromOn: null } as ChartView, 'nothingBeforeRun'],
    [{ ...effort(0), notPursued: [] } as ChartView, 'allPursued'],
    [{ ...core(0, 1), data: [] } as ChartView, 'nothingBought'],
    [{ ...cohorts(3), customers: 0 } as ChartView, 'nothingBought'],
    [{ ...habits(0), baskets: { receipts: 0 } } as ChartView, 'nothingBought'],
    [{ ...pairs(0), baskets: 0 } as ChartView, 'nothingBought'],
    [demand(0, 52), 'nothingChanged'],
    [{ ...demand(0, 52), window: null } as ChartView, 'nothingBeforeRun'],
    [nobodySaid, 'nothingSaid'],
    [nobodyComplained, 'nothingComplained'],
    [{ ...causes('cause', 0), complaints: 0 } as ChartView, 'nothingComplained'],
    [nothingGranted, 'nothingGranted']
  ]
  for (const [view, why] of empty) {
    for (const language of LANGUAGES) {
      const svg = chartOf(view, language)
      t.equal(objectionTo(svg), undefined)
      const texts = textsOf(svg).map(one => one.text)
      t.ok(texts.includes(WORDS[language].nothing), view.report)
      t.ok(texts.join('').includes(WORDS[language][why].slice(0, 20)), WORDS[language][why])
      t.same(overlaps(textsOf(svg)), [])
    }
  }
})

t.test('where no pair is in enough baskets, it is said how many are in fewer', async t => {
  for (const language of LANGUAGES) {
    const texts = textsOf(chartOf(pairs(0), language)).map(one => one.text)
    t.match(texts.join(' '), /\b30\b.*6,120.*30.*21/)
    t.ok(texts.includes(WORDS[language].nothing))
  }
})

t.test('what shops call their things is text, and never markup', async t => {
  const view = demand(1, 9)
  if (view.report !== 'demand-changes' || !view.data[0]) throw new Error('another report')
  const name = `<script>alert(1)</script>&"'\u0007\u001b`
  const svg = chartOf({ ...view, data: [{ ...view.data[0], name }] }, 'en')
  t.equal(objectionTo(svg), undefined)
  t.ok(textsOf(svg).some(one => one.text === `<script>alert(1)</script>&"'`))
})

t.test('amounts are in the currency, with its decimals and in the words of the language', async t => {
  const written = (minor: number, currency: string) =>
    LANGUAGES.map(language => writingIn(language).money(minor, currency))
  t.same(written(123_456, 'EUR'), ['€1.23k', '€1,235'])
  t.same(written(98_765, 'EUR'), ['€988', '€988'], 'from a hundred on without decimals')
  t.same(written(795, 'EUR'), ['€7.95', '€7.95'])
  t.same(written(-700, 'EUR'), ['-€7', '-€7'])
  t.equal(written(123_456_789, 'CNY')[1], '¥123万')
  t.same(written(123_456, 'JPY')[1], '¥12.3万', 'a yen has no hundredths')
  t.same(written(95, 'JPY')[0], '¥95')
  t.same(written(1_234_567, 'KWD')[0]?.replace(/\s/, ' '), 'KWD 1.23k', 'and a dinar thousandths')
  t.equal(writingIn('en').amount(123_456, 'EUR'), '€1,234.56')
  t.equal(writingIn('zh').amount(123_456, 'JPY'), '¥123,456')
})

t.test('shares and figures have the digits that matter, and what is nearly nothing is not nothing', async t => {
  const { percent, wholePercent, decimal, mean } = writingIn('en')
  t.same([0, 0.0004, 0.16, 0.225, 0.9996, 1].map(percent), ['0%', '<0.1%', '16.0%', '22.5%', '>99.9%', '100%'])
  t.same([0.2, 1].map(wholePercent), ['20%', '100%'])
  t.same([0, 0.598, 7, 7.36, 123.4].map(decimal), ['0', '0.60', '7', '7.4', '123'])
  t.same([10, 5.82, 0.5, 1234.5].map(mean), ['10.0', '5.8', '0.5', '1,235'])
})

t.test('texts are measured, cut and broken by what letters take', async t => {
  t.equal(textWidth('汉字', 12), 24)
  t.ok(textWidth('iiii', 12) < textWidth('mmmm', 12))
  t.equal(fitted('short', 100, 12), 'short')
  const cut = fitted(LONG, 100, 12)
  t.match(cut, /^Porcelain.*…$/)
  t.ok(textWidth(cut, 12) <= 100)
  for (const text of [LONG, CHINESE, 'one', '']) {
    const broken = lines(text, 120, 12)
    t.ok(broken.every(line => textWidth(line, 12) <= 120))
    t.equal(broken.join('').replaceAll(' ', ''), text.replaceAll(' ', ''), 'nothing is lost')
  }
})
