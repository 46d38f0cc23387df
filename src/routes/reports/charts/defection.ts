import type { DefectionOverview } from '../../../services/reports-findings.ts'
import { barPanels, type PanelBar } from './bar-panels.ts'
import { type Chart, emptyChart, type Pen } from './frame.ts'

const STORES_AT_MOST = 8

/** What is at stake, seen from all sides. */
export function defectionChart(view: DefectionOverview, pen: Pen): Chart {
  const { words, write } = pen
  const title = words.defectionTitle
  if (view.run === null) return emptyChart(title, [], words.nothingBeforeRun, pen)
  const about = [
    words.asOf(view.run.asOf.slice(0, 10)),
    words.atRiskLine(write.whole(view.atRisk), write.money(view.valueAtStakeMinor, view.currency))
  ]
  const panels = [
    { heading: words.byRecommendation, bars: barsOf(view, 'recommendation', words.recommendation, pen) },
    { heading: words.byState, bars: barsOf(view, 'state', words.state, pen) },
    { heading: words.byBasis, bars: barsOf(view, 'basis', words.basis, pen) },
    { heading: words.byCause, bars: barsOf(view, 'cause', words.likelyCause, pen) },
    { heading: words.byClass, bars: barsOf(view, 'class', words.classNames, pen) },
    { heading: words.byStore, bars: storeBars(view, pen) }
  ]
  return barPanels({ title, about: [about.join(' · ')], notes: [words.stakeNote], panels })
}

interface Side {
  readonly valueAtStakeMinor: number
  readonly atRisk: number
}

const barOf = (
  name: string,
  { valueAtStakeMinor, atRisk }: Side,
  currency: string,
  { words, write }: Pen
): PanelBar => ({
  name,
  value: valueAtStakeMinor,
  label: words.stakeLabel(write.money(valueAtStakeMinor, currency), write.whole(atRisk))
})

function barsOf(
  { data, currency }: DefectionOverview,
  dimension: string,
  names: Readonly<Record<string, string>>,
  pen: Pen
): PanelBar[] {
  return data
    .filter(row => row.dimension === dimension)
    .map(row => barOf(names[row.key ?? ''] ?? row.key ?? '', row, currency, pen))
}

/** Stores with the most at stake; the others together. */
function storeBars({ data, currency }: DefectionOverview, pen: Pen): PanelBar[] {
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
