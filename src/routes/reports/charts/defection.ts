import type { EChartsOption } from 'echarts'
import type { DefectionOverview } from '../../../services/reports-findings.ts'
import { BLUE, type Chart, emptyChart, frame, INK, nameAxis, type Pen, textAt, widest } from './frame.ts'

const HEIGHT = 640
const PANEL = { width: 440, right: 468, height: 214, below: 264 }
const NAMES_AT_MOST = 190
const STORES_AT_MOST = 8

interface Bar {
  readonly name: string
  readonly valueMinor: number
  readonly label: string
}

/** What is at stake, seen from four sides. */
export function defectionChart(view: DefectionOverview, pen: Pen): Chart {
  const { words, write } = pen
  const title = words.defectionTitle
  if (view.run === null) return emptyChart(title, [], words.nothingBeforeRun, pen)
  const about = [
    words.asOf(view.run.asOf.slice(0, 10)),
    words.atRiskLine(write.whole(view.atRisk), write.money(view.valueAtStakeMinor, view.currency))
  ]
  const framed = frame(title, [about.join(' · ')], [words.stakeNote], HEIGHT)
  const panels = [
    { heading: words.byRecommendation, bars: barsOf(view, 'recommendation', words.recommendation, pen) },
    { heading: words.byState, bars: barsOf(view, 'state', words.state, pen) },
    { heading: words.byClass, bars: barsOf(view, 'class', words.classNames, pen) },
    { heading: words.byStore, bars: storeBars(view, pen) }
  ].map((panel, place) => ({
    ...panel,
    left: 24 + (place % 2) * PANEL.right,
    top: framed.top + 14 + Math.floor(place / 2) * PANEL.below
  }))
  return {
    title,
    height: HEIGHT,
    option: {
      ...framed.option,
      graphic: [
        ...(framed.option.graphic as object[]),
        ...panels.map(({ heading, left, top }) => textAt(heading, left, top, { bold: true, size: 13 }))
      ] as NonNullable<EChartsOption['graphic']>,
      grid: panels.map(({ bars, left, top }) => {
        const names = widest(bars.map(namesOf), NAMES_AT_MOST) + 12
        const labels = widest(bars.map(labelsOf), PANEL.width) + 8
        return { left: left + names, top: top + 24, width: PANEL.width - names - labels, height: PANEL.height }
      }),
      xAxis: panels.map(({ bars }, gridIndex) => {
        const max = Math.max(1, ...bars.map(({ valueMinor }) => valueMinor))
        return { type: 'value', gridIndex, min: 0, max, show: false }
      }),
      yAxis: panels.map(({ bars }, gridIndex) => ({ gridIndex, ...nameAxis(bars.map(namesOf), NAMES_AT_MOST) })),
      series: panels.map(({ bars }, gridIndex) => ({
        type: 'bar',
        xAxisIndex: gridIndex,
        yAxisIndex: gridIndex,
        silent: true,
        barMaxWidth: 22,
        itemStyle: { color: BLUE },
        data: bars.map(({ valueMinor, label }) => ({
          value: valueMinor,
          label: { show: true, position: 'right', color: INK, formatter: label }
        }))
      }))
    }
  }
}

const namesOf = ({ name }: Bar): string => name
const labelsOf = ({ label }: Bar): string => label

interface Side {
  readonly valueAtStakeMinor: number
  readonly atRisk: number
}

const barOf = (name: string, { valueAtStakeMinor, atRisk }: Side, currency: string, { words, write }: Pen): Bar => ({
  name,
  valueMinor: valueAtStakeMinor,
  label: words.stakeLabel(write.money(valueAtStakeMinor, currency), write.whole(atRisk))
})

function barsOf(
  { data, currency }: DefectionOverview,
  dimension: string,
  names: Readonly<Record<string, string>>,
  pen: Pen
): Bar[] {
  return data
    .filter(row => row.dimension === dimension)
    .map(row => barOf(names[row.key ?? ''] ?? row.key ?? '', row, currency, pen))
}

/** Stores with the most at stake; the others together. */
function storeBars({ data, currency }: DefectionOverview, pen: Pen): Bar[] {
  const stores = data.filter(row => row.dimension === 'store').sort((a, b) => b.valueAtStakeMinor - a.valueAtStakeMinor)
  const shown = stores.slice(0, STORES_AT_MOST).map(row => barOf(row.label ?? pen.words.noStore, row, currency, pen))
  const rest = stores.slice(STORES_AT_MOST)
  if (rest.length === 0) return shown
  const others = {
    valueAtStakeMinor: rest.reduce((sum, row) => sum + row.valueAtStakeMinor, 0),
    atRisk: rest.reduce((sum, row) => sum + row.atRisk, 0)
  }
  return [...shown, barOf(pen.words.others, others, currency, pen)]
}
