import { type Chart, frame, INK, nameAxis, type Pen, percentAxis, restOf, widest } from './frame.ts'

/** Rows of one chart. */
export const ROWS_AT_MOST = 26
const ROW = 26
const NAMES_AT_MOST = 240

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
  return drawn({ title, about, below, bars: shown, colour, right: labels, xAxis: percentAxis(pen.write) })
}

interface FiguresPlan {
  readonly title: string
  readonly about: readonly string[]
  readonly below: readonly string[]
  /** As many as fit. */
  readonly bars: readonly Bar[]
  readonly colour: string
  /** What the full width stands for; the largest figure, and 1 at least, when absent. */
  readonly most?: number
}

/** Figures as bars, each with its label at its end and without an axis. */
export function figuresChart({ most, ...plan }: FiguresPlan): Chart {
  const max = most ?? Math.max(1, ...plan.bars.map(({ value }) => value))
  const labels = plan.bars.map(({ label }) => label)
  const right = widest(labels, NAMES_AT_MOST) + 40
  return drawn({ ...plan, right, xAxis: { type: 'value', min: 0, max, show: false } })
}

interface Drawing extends Omit<FiguresPlan, 'most'> {
  readonly right: number
  readonly xAxis: object
}

function drawn({ title, about, below, bars, colour, right, xAxis }: Drawing): Chart {
  const names = bars.map(({ name }) => name)
  const measured = frame(title, about, below, 0)
  const height = measured.top + bars.length * ROW + measured.bottom + 40
  const framed = frame(title, about, below, height)
  const left = 24 + widest(names, NAMES_AT_MOST) + 12
  return {
    title,
    height,
    option: {
      ...framed.option,
      grid: { left, right, top: framed.top + 8, height: bars.length * ROW },
      xAxis,
      yAxis: nameAxis(names, NAMES_AT_MOST),
      series: [
        {
          type: 'bar',
          silent: true,
          barMaxWidth: 16,
          itemStyle: { color: colour },
          data: bars.map(({ value, label }) => ({
            value,
            label: { show: true, position: 'right', color: INK, formatter: label }
          }))
        }
      ]
    }
  }
}
