import type { AnsweredInTimeReport } from '../../../services/reports-answers.ts'
import {
  type Chart,
  emptyChart,
  frame,
  GREEN,
  INK,
  nameAxis,
  type Pen,
  percentAxis,
  restOf,
  widest,
  windowOf
} from './frame.ts'

const ROWS_AT_MOST = 26
const ROW = 26

/** A bar for each store, channel or week; of weeks the latest. */
export function answeredChart(view: AnsweredInTimeReport, pen: Pen): Chart {
  const { words, write } = pen
  const title = words.answeredTitle
  const about = windowOf(view.window, pen)
  if (view.total.received === 0) return emptyChart(title, [about], words.nothingSaid, pen)
  const { total } = view
  const shown = view.by === 'week' ? view.data.slice(-ROWS_AT_MOST) : view.data.slice(0, ROWS_AT_MOST)
  const more = restOf(view.by === 'week', view.data.length, shown.length, pen)
  const overall =
    total.share === null || total.shareLower === null || total.shareUpper === null
      ? words.nothingOwed
      : words.answeredLine(write.percent(total.share), write.percent(total.shareLower), write.percent(total.shareUpper))
  const lines = [about, overall, words.answeredNote]
  const notes = [
    words.answeredRest(write.whole(total.late), write.whole(total.overdue), write.whole(total.notDue)),
    more
  ]
  const names = shown.map(({ key, label }) => nameOf(key, label, view.by, pen))
  const height = frame(title, lines, notes, 0).top + shown.length * ROW + frame(title, lines, notes, 0).bottom + 40
  const framed = frame(title, lines, notes, height)
  return {
    title,
    height,
    option: {
      ...framed.option,
      grid: { left: 24 + widest(names, 240) + 12, right: 150, top: framed.top + 8, height: shown.length * ROW },
      xAxis: percentAxis(write),
      yAxis: nameAxis(names, 240),
      series: [
        {
          type: 'bar',
          silent: true,
          barMaxWidth: 16,
          itemStyle: { color: GREEN },
          data: shown.map(({ share, inTime, owed }) => ({
            value: share ?? 0,
            label: {
              show: owed > 0,
              position: 'right',
              color: INK,
              formatter: words.answeredLabel(write.percent(share ?? 0), write.whole(inTime), write.whole(owed))
            }
          }))
        }
      ]
    }
  }
}

function nameOf(key: string | null, label: string | null, by: AnsweredInTimeReport['by'], { words }: Pen): string {
  if (by === 'store') return label ?? words.ofNoStore
  if (by === 'channel') return words.channels[key as keyof typeof words.channels] ?? String(key)
  return String(key)
}
