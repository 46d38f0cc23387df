import type { EChartsOption } from 'echarts'
import type { LineSeriesOption } from 'echarts/charts'
import type { DemandChanges, DemandItem } from '../../../services/reports-demand.ts'
import {
  BLUE,
  type Chart,
  emptyChart,
  frame,
  GREEN,
  INK,
  PALE_INK,
  type Pen,
  RED,
  restOf,
  SIZE,
  textAt,
  WIDTH,
  windowOf
} from './frame.ts'
import { fitted } from './text.ts'

const PANELS_AT_MOST = 12
const WEEK_MS = 7 * 86_400_000

/** A small chart for each of the largest changes; one that is asked for alone has the whole sheet. */
export function demandChart(view: DemandChanges, pen: Pen): Chart {
  const { words, write } = pen
  const title = words.demandTitle
  if (view.window === null) return emptyChart(title, [], words.nothingBeforeRun, pen)
  const { increased, decreased, stable, baseline_short, no_spread } = view.counts
  const about = [
    windowOf(view.window, pen),
    words.demandCounts(
      write.whole(increased),
      write.whole(decreased),
      write.whole(stable),
      write.whole(baseline_short + no_spread)
    )
  ].join(' · ')
  if (view.data.length === 0) return emptyChart(title, [about], words.nothingChanged, pen)
  const shown = view.data.slice(0, PANELS_AT_MOST)
  const more = restOf(false, view.data.length, shown.length, pen)
  const columns = Math.min(3, shown.length)
  const rows = Math.ceil(shown.length / columns)
  const rowHeight = rows === 1 ? 360 : 190
  const measured = frame(title, [about, words.demandNote], [more], 0)
  const height = measured.top + rows * rowHeight + measured.bottom + 10
  const framed = frame(title, [about, words.demandNote], [more], height)
  const width = (WIDTH - 24) / columns
  const panels = shown.map((item, place) => ({
    item,
    left: 24 + (place % columns) * width,
    top: framed.top + 10 + Math.floor(place / columns) * rowHeight
  }))
  const option: EChartsOption = {
    ...framed.option,
    graphic: [
      ...(framed.option.graphic as object[]),
      ...panels.flatMap(({ item, left, top }) => [
        textAt(fitted(item.name, width - 34, SIZE), left, top, { bold: true }),
        textAt(changeText(item, pen), left, top + 17, { fill: COLOURS[item.state] ?? PALE_INK })
      ])
    ] as NonNullable<EChartsOption['graphic']>,
    grid: panels.map(({ left, top }) => ({
      left: left + 34,
      top: top + 44,
      width: width - 68,
      height: rowHeight - 84
    })),
    xAxis: panels.map(({ item }, gridIndex) => ({
      type: 'category',
      gridIndex,
      data: item.weeklyUnits.map((_, week) => weekOf(item, week)),
      axisTick: { show: false },
      axisLabel: {
        color: PALE_INK,
        fontSize: 10,
        interval: (week: number) => week === 0 || week === item.weeklyUnits.length - 1,
        alignMinLabel: 'left',
        alignMaxLabel: 'right'
      }
    })),
    yAxis: panels.map((_, gridIndex) => ({
      type: 'value',
      gridIndex,
      splitNumber: 2,
      axisLabel: { color: PALE_INK, fontSize: 10, formatter: write.decimal },
      splitLine: { lineStyle: { color: '#eceff3' } }
    })),
    series: panels.map(({ item }, place) => seriesOf(item, place))
  }
  return { title, height, option }
}

const COLOURS: Readonly<Record<string, string>> = { increased: GREEN, decreased: RED }

/** `more: 12.5 → 30.2`. */
function changeText({ state, baselineMean, meanSince }: DemandItem, { words, write }: Pen): string {
  const name = words.demandState[state]
  if (baselineMean === null) return name
  return meanSince === null
    ? `${name}: ${write.mean(baselineMean)}`
    : `${name}: ${write.mean(baselineMean)} → ${write.mean(meanSince)}`
}

function seriesOf(item: DemandItem, place: number): LineSeriesOption {
  const weeks = item.weeklyUnits.length
  const { baselineMean, changedFrom } = item
  return {
    type: 'line',
    xAxisIndex: place,
    yAxisIndex: place,
    silent: true,
    showSymbol: weeks < 3,
    lineStyle: { width: 1.5, color: BLUE },
    data: [...item.weeklyUnits],
    ...(baselineMean === null
      ? {}
      : {
          markLine: {
            symbol: 'none',
            silent: true,
            label: { show: false },
            lineStyle: { type: 'dashed', color: INK, width: 1 },
            data: [{ yAxis: baselineMean }]
          }
        }),
    ...(changedFrom === null
      ? {}
      : {
          markArea: {
            silent: true,
            itemStyle: { color: COLOURS[item.state] ?? PALE_INK, opacity: 0.12 },
            data: [[{ xAxis: changedFrom }, { xAxis: weekOf(item, weeks - 1) }]]
          }
        })
  }
}

const weekOf = ({ fromWeek }: DemandItem, week: number): string =>
  new Date(Date.parse(`${fromWeek}T00:00:00Z`) + week * WEEK_MS).toISOString().slice(0, 10)
