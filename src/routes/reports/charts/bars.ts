import type { ProductsBoughtTogether } from '../../../services/reports-buying.ts'
import type { LoyaltyByClass, TrustLadder } from '../../../services/reports-findings.ts'
import {
  BLUE,
  type Chart,
  CLASS_COLOURS,
  emptyChart,
  frame,
  INK,
  nameAxis,
  PALE_INK,
  type Pen,
  percentAxis,
  restOf,
  SIZE,
  widest,
  windowOf
} from './frame.ts'
import { fitted } from './text.ts'

const LOYALTY_COLOURS: Readonly<Record<string, string>> = {
  loyal: '#14532d',
  switcher: '#6aa67f',
  non_loyal: '#d59a5b',
  unknown: '#d5dae1'
}
const CLASSES = ['A', 'B', 'C', 'none'] as const
/** Bars of this width and more have room for a label of their own. */
const LABEL_FROM = 0.06

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
      yAxis: nameAxis(names, 240),
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
      yAxis: nameAxis(names, 240),
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
  const about = windowOf(view.window, pen)
  if (view.baskets === 0) return emptyChart(title, [about], words.nothingBought, pen)
  const { minBasketPairs, excluded } = view
  const least = write.whole(minBasketPairs)
  const fewer =
    excluded.mostTogether === null
      ? ''
      : words.fewerTogether(write.whole(excluded.pairsInFewer), least, write.whole(excluded.mostTogether))
  if (view.data.length === 0) {
    return emptyChart(title, [about], [words.nothingTogether(least), fewer].join(' '), pen)
  }
  const shown = view.data.slice(0, PAIRS_AT_MOST)
  const more = restOf(false, view.data.length, shown.length, pen)
  const names = shown.map(({ nameA, nameB }) => `${fitted(nameA, 215, SIZE)} + ${fitted(nameB, 215, SIZE)}`)
  const measured = frame(title, [about, words.pairsNote], [more, fewer], 0)
  const height = measured.top + shown.length * PAIR_ROW + measured.bottom + 40
  const framed = frame(title, [about, words.pairsNote], [more, fewer], height)
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
      yAxis: nameAxis(names, 480),
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
