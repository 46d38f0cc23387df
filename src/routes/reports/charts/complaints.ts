import type {
  ComplaintCausesReport,
  ComplaintHandlingReport,
  RemedyCostsReport
} from '../../../services/reports-complaints.ts'
import { figuresChart, ROWS_AT_MOST } from './bar-chart.ts'
import { BLUE, type Chart, emptyChart, GREEN, type Pen, RED, restOf, windowOf } from './frame.ts'

/** How complaints were handled, by month or store: a bar for those handled the first time, the other shares beside it. */
export function complaintHandlingChart(view: ComplaintHandlingReport, pen: Pen): Chart {
  const { words, write } = pen
  const { total } = view
  const title = words.handlingTitle
  const about = windowOf(view.window, pen)
  if (total.complaints === 0) return emptyChart(title, [about], words.nothingComplained, pen)
  const share = (value: number | null) => (value === null ? '–' : write.percent(value))
  const figure = (value: number | null) => (value === null ? '–' : write.decimal(value))
  const lines = [
    about,
    words.handlingLine(write.whole(total.complaints), share(total.firstTimeShare), share(total.recoveredShare)),
    words.handlingTimes(figure(total.medianHoursToAnswer), figure(total.medianHoursToClose))
  ]
  const rows = view.by === 'month' ? view.data.slice(-ROWS_AT_MOST) : view.data.slice(0, ROWS_AT_MOST)
  const bars = rows.map(row => ({
    name: row.label ?? row.key ?? words.ofNoStore,
    value: row.firstTimeShare ?? 0,
    label: words.handlingLabel(
      [row.firstTimeShare, row.recoveredShare, row.reopenedShare].map(share).join(' · '),
      write.whole(row.complaints),
      figure(row.perThousandSales)
    )
  }))
  const rest = restOf(view.by === 'month', view.data.length, rows.length, pen)
  return figuresChart({ title, about: [...lines, words.handlingNote], below: [rest], bars, colour: GREEN, most: 1 })
}

/** What makes most of the complaints, the largest first, with what it comes to together. */
export function complaintCausesChart(view: ComplaintCausesReport, pen: Pen): Chart {
  const { words, write } = pen
  const title = words.causesTitle
  const about = windowOf(view.window, pen)
  if (view.complaints === 0) return emptyChart(title, [about], words.nothingComplained, pen)
  const rows = view.data.slice(0, ROWS_AT_MOST)
  const bars = rows.map(row => ({
    name: causeName(row, view.by, pen),
    value: row.complaints,
    label: words.causesLabel(write.whole(row.complaints), write.percent(row.cumulativeShare))
  }))
  const lines = [about, words.causesLine(write.whole(view.complaints), write.whole(view.withoutCause))]
  const below = [words.causesNote, restOf(false, view.data.length, rows.length, pen)]
  return figuresChart({ title, about: lines, below, bars, colour: RED })
}

/** What was granted, by decision, role, store or month. */
export function remedyCostsChart(view: RemedyCostsReport, pen: Pen): Chart {
  const { words, write } = pen
  const { total, currency } = view
  const title = words.costsTitle
  const about = windowOf(view.window, pen)
  if (total.granted + total.waiting + total.refused === 0) return emptyChart(title, [about], words.nothingGranted, pen)
  const rows = view.by === 'month' ? view.data.slice(-ROWS_AT_MOST) : view.data.slice(0, ROWS_AT_MOST)
  const names: Readonly<Record<string, string>> = { ...words.remedies, ...words.roles }
  const bars = rows.map(row => ({
    name: row.label ?? names[row.key ?? ''] ?? row.key ?? words.ofNoStore,
    value: row.amountMinor,
    label: words.stakeLabel(write.money(row.amountMinor, currency), write.whole(row.granted))
  }))
  const line = words.costsLine(write.money(total.amountMinor, currency), write.whole(total.granted))
  const rest = words.costsRest(write.whole(total.waiting), write.whole(total.refused))
  const below = [rest, restOf(view.by === 'month', view.data.length, rows.length, pen)]
  return figuresChart({ title, about: [about, line], below, bars, colour: BLUE })
}

function causeName(
  { key, label }: { key: string | null; label: string | null },
  by: ComplaintCausesReport['by'],
  { words }: Pen
): string {
  if (by === 'cause') return words.causes[(key ?? 'none') as keyof typeof words.causes] ?? String(key)
  return label ?? key ?? words.notKnown
}
