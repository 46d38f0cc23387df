import type { EChartsOption } from 'echarts'
import type { ProductsBoughtTogether } from '../../../services/reports-buying.ts'
import type { DefectionOverview, LoyaltyByClass, TrustLadder } from '../../../services/reports-findings.ts'
import {
  BLUE,
  type Chart,
  CLASS_COLOURS,
  emptyChart,
  frame,
  INK,
  PALE_INK,
  type Pen,
  percentAxis,
  SIZE,
  textAt
} from './frame.ts'
import { fitted, textWidth } from './text.ts'

const LOYALTY_COLOURS: Readonly<Record<string, string>> = {
  loyal: '#14532d',
  switcher: '#6aa67f',
  non_loyal: '#d59a5b',
  unknown: '#d5dae1'
}
const CLASSES = ['A', 'B', 'C', 'none'] as const
/** Bars of this width and more have room for a label of their own. */
const LABEL_FROM = 0.06

const categoryAxis = (data: readonly string[], room: number) => ({
  type: 'category' as const,
  inverse: true,
  data: data.map(name => fitted(name, room, SIZE)),
  axisTick: { show: false },
  axisLine: { show: false },
  axisLabel: { color: INK, fontSize: SIZE, interval: 0 }
})

const widest = (names: readonly string[], most: number): number =>
  Math.min(most, Math.ceil(Math.max(0, ...names.map(name => textWidth(name, SIZE)))) + 4)

/** One bar a class, shared out over the levels of loyalty. */
export function loyaltyChart(view: LoyaltyByClass, pen: Pen): Chart {
  const { words, write } = pen
  const title = words.loyaltyTitle
  if (view.run === null) return emptyChart(title, [], words.nothingBeforeRun, pen)
  const height = 430
  const about = [words.asOf(view.run.asOf.slice(0, 10)), words.customersOf(write.whole(view.customers))].join(' · ')
  const notes = [
    [words.firstUsers(write.whole(view.firstUsers)), words.priceDriven(write.whole(view.priceDriven))].join(' · ')
  ]
  const framed = frame(title, [about], notes, height)
  const sizes = CLASSES.map(abcClass =>
    view.data.filter(row => row.abcClass === abcClass).reduce((sum, { customers }) => sum + customers, 0)
  )
  const names = CLASSES.map((abcClass, place) => `${words.classNames[abcClass]} (${write.whole(sizes[place] ?? 0)})`)
  const levels = [...new Set(view.data.map(({ loyaltyLevel }) => loyaltyLevel))]
  const left = 24 + widest(names, 240) + 12
  return {
    title,
    height,
    option: {
      ...framed.option,
      legend: legendAt(framed.top),
      grid: { left, right: 40, top: framed.top + 40, bottom: framed.bottom + 40 },
      xAxis: percentAxis(write),
      yAxis: categoryAxis(names, 240),
      series: levels.map(level => ({
        type: 'bar',
        stack: 'class',
        name: words.loyalty[level as keyof typeof words.loyalty] ?? level,
        silent: true,
        barMaxWidth: 46,
        itemStyle: { color: LOYALTY_COLOURS[level] ?? PALE_INK },
        data: CLASSES.map(abcClass => {
          const share = view.data.find(row => row.abcClass === abcClass && row.loyaltyLevel === level)?.share ?? 0
          return {
            value: share,
            label: {
              show: share >= LABEL_FROM,
              color: level === 'loyal' ? '#ffffff' : INK,
              formatter: write.percent(share)
            }
          }
        })
      }))
    }
  }
}

const legendAt = (top: number) => ({
  left: 24,
  top,
  itemWidth: 14,
  itemHeight: 14,
  itemGap: 22,
  selectedMode: false,
  textStyle: { color: INK, fontSize: SIZE }
})

/** A rung a bar, the highest on top; of what is known too little, a bar apart at the foot. */
export function trustChart(view: TrustLadder, pen: Pen): Chart {
  const { words, write } = pen
  const title = words.trustTitle
  if (view.run === null) return emptyChart(title, [], words.nothingBeforeRun, pen)
  const height = 430
  const about = [words.asOf(view.run.asOf.slice(0, 10)), words.customersOf(write.whole(view.customers))].join(' · ')
  const framed = frame(title, [about], [], height)
  const names = view.data.map(({ trustLevel }) => words.trust[trustLevel as keyof typeof words.trust] ?? trustLevel)
  const left = 24 + widest(names, 240) + 12
  return {
    title,
    height,
    option: {
      ...framed.option,
      legend: legendAt(framed.top),
      grid: { left, right: 130, top: framed.top + 40, bottom: framed.bottom + 34 },
      xAxis: {
        type: 'value',
        minInterval: 1,
        axisLabel: { color: PALE_INK, hideOverlap: true, formatter: write.whole }
      },
      yAxis: categoryAxis(names, 240),
      series: CLASSES.map((abcClass, place) => ({
        type: 'bar',
        stack: 'level',
        name: words.classNames[abcClass],
        silent: true,
        barMaxWidth: 40,
        itemStyle: { color: CLASS_COLOURS[abcClass] },
        data: view.data.map(({ counts, customers, share }) => ({
          value: counts[abcClass],
          label: {
            show: place === CLASSES.length - 1,
            position: 'right',
            color: INK,
            formatter: words.reached(write.whole(customers), write.percent(share ?? 0))
          }
        }))
      }))
    }
  }
}

const PAIRS_AT_MOST = 20
const PAIR_ROW = 26

/** The strongest pairs; both names are shortened alike where they are long. */
export function pairsChart(view: ProductsBoughtTogether, pen: Pen): Chart {
  const { words, write } = pen
  const title = words.pairsTitle
  const about = words.days(view.window.fromOn, view.window.toOn)
  if (view.baskets === 0) return emptyChart(title, [about], words.nothingBought, pen)
  if (view.data.length === 0) return emptyChart(title, [about], words.nothingTogether, pen)
  const shown = view.data.slice(0, PAIRS_AT_MOST)
  const more =
    view.data.length > shown.length ? words.moreRows(write.whole(shown.length), write.whole(view.data.length)) : ''
  const names = shown.map(({ nameA, nameB }) => `${fitted(nameA, 215, SIZE)} + ${fitted(nameB, 215, SIZE)}`)
  const measured = frame(title, [about, words.pairsNote], [more], 0)
  const height = measured.top + shown.length * PAIR_ROW + measured.bottom + 40
  const framed = frame(title, [about, words.pairsNote], [more], height)
  return {
    title,
    height,
    option: {
      ...framed.option,
      grid: { left: 24 + widest(names, 470) + 12, right: 120, top: framed.top + 8, height: shown.length * PAIR_ROW },
      xAxis: {
        type: 'value',
        min: 0,
        axisLabel: { color: PALE_INK, hideOverlap: true, formatter: write.decimal },
        splitLine: { show: false }
      },
      yAxis: categoryAxis(names, 480),
      series: [
        {
          type: 'bar',
          silent: true,
          barMaxWidth: 16,
          itemStyle: { color: BLUE },
          data: shown.map(({ lift, together }) => ({
            value: lift,
            label: {
              show: true,
              position: 'right',
              color: INK,
              formatter: words.pairLabel(write.decimal(lift), write.whole(together))
            }
          }))
        }
      ]
    }
  }
}

const STORES_AT_MOST = 8
const PANEL_WIDTH = 440
const NAMES_AT_MOST = 190
const STAKE_LABEL = 120

/** What is at stake, seen from four sides. */
export function defectionChart(view: DefectionOverview, pen: Pen): Chart {
  const { words, write } = pen
  const title = words.defectionTitle
  if (view.run === null) return emptyChart(title, [], words.nothingBeforeRun, pen)
  const about = [
    words.asOf(view.run.asOf.slice(0, 10)),
    words.atRiskLine(write.whole(view.atRisk), write.money(view.valueAtStakeMinor, view.currency))
  ].join(' · ')
  const panels = [
    { title: words.byRecommendation, bars: barsOf(view, 'recommendation', words.recommendation) },
    { title: words.byState, bars: barsOf(view, 'state', words.state) },
    { title: words.byClass, bars: barsOf(view, 'class', words.classNames) },
    { title: words.byStore, bars: storeBars(view, pen) }
  ]
  const height = 640
  const framed = frame(title, [about], [words.stakeNote], height)
  const placed = panels.map(({ title: heading, bars }, place) => {
    const left = 24 + (place % 2) * 468
    const top = framed.top + 14 + Math.floor(place / 2) * 264
    const names = widest(
      bars.map(bar => bar.name),
      NAMES_AT_MOST
    )
    return { heading, bars, left, top, names, most: Math.max(1, ...bars.map(bar => bar.valueMinor)) }
  })
  const option: EChartsOption = {
    ...framed.option,
    graphic: [
      ...(framed.option.graphic as object[]),
      ...placed.map(({ heading, left, top }) => textAt(heading, left, top, { bold: true, size: 13 }))
    ] as NonNullable<EChartsOption['graphic']>,
    grid: placed.map(({ left, top, names }) => ({
      left: left + names + 12,
      top: top + 24,
      width: PANEL_WIDTH - names - 12 - STAKE_LABEL,
      height: 214
    })),
    xAxis: placed.map(({ most }, gridIndex) => ({ type: 'value', gridIndex, min: 0, max: most, show: false })),
    yAxis: placed.map(({ bars }, gridIndex) => ({
      gridIndex,
      ...categoryAxis(
        bars.map(bar => bar.name),
        NAMES_AT_MOST
      )
    })),
    series: placed.map(({ bars }, gridIndex) => ({
      type: 'bar',
      xAxisIndex: gridIndex,
      yAxisIndex: gridIndex,
      silent: true,
      barMaxWidth: 22,
      itemStyle: { color: BLUE },
      data: bars.map(({ valueMinor, atRisk }) => ({
        value: valueMinor,
        label: {
          show: true,
          position: 'right',
          color: INK,
          formatter: words.stakeLabel(write.money(valueMinor, view.currency), write.whole(atRisk))
        }
      }))
    }))
  }
  return { title, height, option }
}

interface Bar {
  readonly name: string
  readonly valueMinor: number
  readonly atRisk: number
}

function barsOf(view: DefectionOverview, dimension: string, names: Readonly<Record<string, string>>): Bar[] {
  return view.data
    .filter(row => row.dimension === dimension)
    .map(row => ({
      name: names[row.key ?? ''] ?? row.key ?? '',
      valueMinor: row.valueAtStakeMinor,
      atRisk: row.atRisk
    }))
}

function storeBars(view: DefectionOverview, { words }: Pen): Bar[] {
  const stores = view.data
    .filter(row => row.dimension === 'store')
    .sort((a, b) => b.valueAtStakeMinor - a.valueAtStakeMinor)
    .map(row => ({ name: row.label ?? words.noStore, valueMinor: row.valueAtStakeMinor, atRisk: row.atRisk }))
  const rest = stores.slice(STORES_AT_MOST)
  if (rest.length === 0) return stores
  const others = {
    name: words.others,
    valueMinor: rest.reduce((sum, bar) => sum + bar.valueMinor, 0),
    atRisk: rest.reduce((sum, bar) => sum + bar.atRisk, 0)
  }
  return [...stores.slice(0, STORES_AT_MOST), others]
}
