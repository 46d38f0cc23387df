import type { CareOnTimeReport } from '../../../services/reports-care.ts'
import { type Bar, barChart } from './bar-chart.ts'
import { type Chart, emptyChart, GREEN, type Pen, windowOf } from './frame.ts'

/** A bar for each person, store or kind: the share of care tasks done in time. */
export function careChart(view: CareOnTimeReport, pen: Pen): Chart {
  const { words, write } = pen
  const title = words.careTitle
  const about = windowOf(view.window, pen)
  const { total } = view
  if (total.tasks === 0) return emptyChart(title, [about], words.noCare, pen)
  const overall =
    total.share === null || total.shareLower === null || total.shareUpper === null
      ? words.noCareOwed
      : words.careLine(write.percent(total.share), write.percent(total.shareLower), write.percent(total.shareUpper))
  const rest = words.careRest(write.whole(total.late), write.whole(total.overdue), write.whole(total.notDue))
  const bars = view.data.map(
    ({ key, label, share, inTime, owed }): Bar => ({
      name: nameOf(view.by, key, label, pen),
      value: share ?? 0,
      label: owed === 0 ? '–' : words.answeredLabel(write.percent(share ?? 0), write.whole(inTime), write.whole(owed))
    })
  )
  return barChart({ title, about: [about, overall, words.careNote], notes: [rest], bars, colour: GREEN }, pen)
}

function nameOf(by: CareOnTimeReport['by'], key: string | null, label: string | null, { words }: Pen): string {
  if (by === 'kind') return words.careKinds[key as keyof typeof words.careKinds] ?? String(key)
  return label ?? words.ofNoStore
}
