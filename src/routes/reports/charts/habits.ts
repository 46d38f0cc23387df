import type { EChartsOption } from 'echarts'
import type { PurchaseHabits } from '../../../services/reports-buying.ts'
import { BLUE, type Chart, emptyChart, frame, INK, PALE_INK, type Pen, SIZE, textAt, WIDTH, windowOf } from './frame.ts'
import { heatMap } from './heat-map.ts'
import { fitted } from './text.ts'

const CATEGORIES_AT_MOST = 12
const NAMES = 185

/** Four figures on top, below them what is bought and when. */
export function habitsChart(view: PurchaseHabits, pen: Pen): Chart {
  const { words, write } = pen
  const title = words.habitsTitle
  const about = windowOf(view.window, pen)
  if (view.baskets.receipts === 0) return emptyChart(title, [about], words.nothingBought, pen)
  const height = 600
  const framed = frame(title, [about], [], height)
  const top = framed.top + 106
  const bars = barsOf(view, pen)
  const map = heatMap(
    {
      columns: Array.from({ length: 24 }, (_, hour) => String(hour)),
      rows: words.weekdays,
      cells: view.hours.map(({ weekday, hour, receipts }) => ({
        column: hour,
        row: weekday - 1,
        value: receipts,
        label: ''
      })),
      columnTitle: '',
      rowTitle: '',
      most: Math.max(1, ...view.hours.map(({ receipts }) => receipts)),
      left: 440,
      top: top + 30,
      width: WIDTH - 440 - 24,
      rowHeight: 46
    },
    1
  )
  const option: EChartsOption = {
    ...framed.option,
    graphic: [
      ...figures(view, pen, framed.top + 24),
      textAt(words.whatIsBought, 24, top, { bold: true, size: 13 }),
      textAt(words.whenIsBought, 440, top, { bold: true, size: 13 })
    ],
    grid: [
      { left: 24 + NAMES + 10, top: top + 30, width: 140, height: Math.max(60, bars.length * 29) },
      ...(map.grid as object[])
    ],
    xAxis: [{ type: 'value', min: 0, show: false }, ...(map.xAxis as object[])],
    yAxis: [
      {
        type: 'category',
        inverse: true,
        data: bars.map(({ name }) => fitted(name, NAMES, SIZE)),
        axisTick: { show: false },
        axisLine: { show: false },
        axisLabel: { color: INK, fontSize: SIZE, interval: 0 }
      },
      ...(map.yAxis as object[])
    ],
    visualMap: map.visualMap as NonNullable<EChartsOption['visualMap']>,
    series: [
      {
        type: 'bar',
        silent: true,
        barMaxWidth: 18,
        itemStyle: { color: BLUE },
        data: bars.map(({ share }) => ({
          value: share,
          label: { show: true, position: 'right', color: INK, formatter: write.percent(share) }
        }))
      },
      ...(map.series as object[])
    ]
  }
  return { title, height, option }
}

function barsOf({ data }: PurchaseHabits, { words }: Pen): { name: string; share: number }[] {
  const named = data.map(({ category, share }) => ({ name: category ?? words.notFiled, share: share ?? 0 }))
  if (named.length <= CATEGORIES_AT_MOST) return named
  const rest = named.slice(CATEGORIES_AT_MOST - 1).reduce((sum, { share }) => sum + share, 0)
  return [...named.slice(0, CATEGORIES_AT_MOST - 1), { name: words.others, share: rest }]
}

function figures({ baskets, frequency, currency }: PurchaseHabits, { words, write }: Pen, top: number) {
  const orNone = (value: number | null, written: (value: number) => string) => (value === null ? '–' : written(value))
  const all: [label: string, figure: string][] = [
    [words.medianBasket, orNone(baskets.medianMinor, minor => write.amount(minor, currency))],
    [words.medianUnits, orNone(baskets.medianUnits, write.decimal)],
    [words.medianGap, orNone(frequency.medianGapDays, write.decimal)],
    [words.regular, orNone(frequency.regularShare, write.percent)]
  ]
  const column = (WIDTH - 48) / all.length
  return all.flatMap(([label, figure], place) => [
    textAt(figure, 24 + place * column, top, { bold: true, size: 24 }),
    textAt(fitted(label, column - 14, SIZE), 24 + place * column, top + 34, { fill: PALE_INK })
  ])
}
