import { type Chart, frame, INK, nameAxis, type Pen, percentAxis, restOf, widest } from './frame.ts'

const ROWS_AT_MOST = 26
const ROW = 26

/** A share with its name and what is said beside it. */
export interface Bar {
  readonly name: string
  readonly value: number
  readonly label: string
}

interface BarsPlan {
  readonly title: string
  readonly about: string[]
  readonly notes?: string[]
  readonly bars: readonly Bar[]
  readonly colour: string
  /** Pixels for what is said beside the longest bar. */
  readonly labels?: number
}

/** Shares as bars, one below the other; the first ones where there are too many. */
export function barChart({ title, about, notes = [], bars, colour, labels = 250 }: BarsPlan, pen: Pen): Chart {
  const shown = bars.slice(0, ROWS_AT_MOST)
  const below = [...notes, restOf(false, bars.length, shown.length, pen)]
  const names = shown.map(({ name }) => name)
  const measured = frame(title, about, below, 0)
  const height = measured.top + shown.length * ROW + measured.bottom + 40
  const framed = frame(title, about, below, height)
  return {
    title,
    height,
    option: {
      ...framed.option,
      grid: { left: 24 + widest(names, 240) + 12, right: labels, top: framed.top + 8, height: shown.length * ROW },
      xAxis: percentAxis(pen.write),
      yAxis: nameAxis(names, 240),
      series: [
        {
          type: 'bar',
          silent: true,
          barMaxWidth: 16,
          itemStyle: { color: colour },
          data: shown.map(({ value, label }) => ({
            value,
            label: { show: true, position: 'right', color: INK, formatter: label }
          }))
        }
      ]
    }
  }
}
