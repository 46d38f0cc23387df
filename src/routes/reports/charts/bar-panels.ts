import type { EChartsOption } from 'echarts'
import { BLUE, type Chart, frame, INK, nameAxis, textAt, widest } from './frame.ts'

const PANEL = { width: 440, right: 468, height: 214, below: 264 }
const ACROSS = 2
const NAMES_AT_MOST = 190

/** A figure with its name and what is said beside it. */
export interface PanelBar {
  readonly name: string
  readonly value: number
  readonly label: string
}

interface Panel {
  readonly heading: string
  readonly bars: readonly PanelBar[]
}

interface PanelsPlan {
  readonly title: string
  readonly about: string[]
  readonly notes: string[]
  readonly panels: readonly Panel[]
}

/** The same thing seen from several sides: bars in panels, two beside each other, each panel with a scale of its own. */
export function barPanels({ title, about, notes, panels }: PanelsPlan): Chart {
  const measured = frame(title, about, notes, 0)
  const height = measured.top + 10 + Math.ceil(panels.length / ACROSS) * PANEL.below + measured.bottom
  const framed = frame(title, about, notes, height)
  const placed = panels.map((panel, place) => ({
    ...panel,
    left: 24 + (place % ACROSS) * PANEL.right,
    top: framed.top + 14 + Math.floor(place / ACROSS) * PANEL.below
  }))
  return {
    title,
    height,
    option: {
      ...framed.option,
      graphic: [
        ...(framed.option.graphic as object[]),
        ...placed.map(({ heading, left, top }) => textAt(heading, left, top, { bold: true, size: 13 }))
      ] as NonNullable<EChartsOption['graphic']>,
      grid: placed.map(({ bars, left, top }) => {
        const names = widest(bars.map(namesOf), NAMES_AT_MOST) + 12
        const labels = widest(bars.map(labelsOf), PANEL.width) + 8
        return { left: left + names, top: top + 24, width: PANEL.width - names - labels, height: PANEL.height }
      }),
      xAxis: placed.map(({ bars }, gridIndex) => {
        const max = Math.max(1, ...bars.map(({ value }) => value))
        return { type: 'value', gridIndex, min: 0, max, show: false }
      }),
      yAxis: placed.map(({ bars }, gridIndex) => ({ gridIndex, ...nameAxis(bars.map(namesOf), NAMES_AT_MOST) })),
      series: placed.map(({ bars }, gridIndex) => ({
        type: 'bar',
        xAxisIndex: gridIndex,
        yAxisIndex: gridIndex,
        silent: true,
        barMaxWidth: 22,
        itemStyle: { color: BLUE },
        data: bars.map(({ value, label }) => ({
          value,
          label: { show: true, position: 'right', color: INK, formatter: label }
        }))
      }))
    }
  }
}

const namesOf = ({ name }: PanelBar): string => name
const labelsOf = ({ label }: PanelBar): string => label
