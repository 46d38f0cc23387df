import type { AdviceHitRates, AttemptTotals, EffortSaved } from '../../../services/reports-decisions.ts'
import { type Bar, barChart } from './bar-chart.ts'
import { barPanels, type PanelBar } from './bar-panels.ts'
import { type Chart, emptyChart, GREEN, type Pen } from './frame.ts'

/** A bar for each recommendation: how often it was right, of those whose outcome tells. */
export function adviceChart(view: AdviceHitRates, pen: Pen): Chart {
  const { words, write } = pen
  const title = words.adviceTitle
  if (view.fromOn === null || view.asOfOn === null) return emptyChart(title, [], words.nothingBeforeRun, pen)
  const { used, basis } = view.saveProbability
  const days = words.days(view.fromOn, view.asOfOn)
  const chance = words.saveChance(write.percent(used), words.saveBasis[basis])
  const bars = view.data.map(({ recommendation, right: { share, interval, n, successes }, open }): Bar => {
    const judged =
      share === null || interval === null
        ? words.notJudged
        : words.adviceLabel(
            words.answeredLabel(write.percent(share), write.whole(successes), write.whole(n)),
            write.percent(interval.lower),
            write.percent(interval.upper)
          )
    const label = words.adviceOpen(judged, write.whole(open))
    return { name: words.recommendation[recommendation], value: share ?? 0, label }
  })
  return barChart({ title, about: [days, chance, words.adviceNote], bars, colour: GREEN, labels: 380 }, pen)
}

/** What is spared, by class; what was asked for and refused, and what a manager granted, by effort. */
export function effortChart(view: EffortSaved, pen: Pen): Chart {
  const { words, write } = pen
  const { customers, minutesPerMonth, saved, currency } = view
  const amount = (total: AttemptTotals) =>
    words.effortLabel(write.whole(total.attempts), write.whole(total.minutes), write.money(total.costMinor, currency))
  const about = [
    words.sparedLine(write.whole(customers), write.whole(minutesPerMonth)),
    words.savedLine(words.days(view.fromOn, view.toOn), amount(saved))
  ]
  const spared = view.notPursued.map(({ cause, abcClass, customers: count, minutesPerMonth: minutes }) => ({
    name: words.notPursuedOf(words.notPursued[cause], words.classNames[abcClass]),
    value: minutes,
    label: words.sparedLabel(write.whole(count), write.whole(minutes))
  }))
  const byEffort = (which: (row: EffortSaved['data'][number]) => boolean) =>
    effortBars(view.data.filter(which), amount, pen)
  const panels = [
    { heading: words.sparedHeading, bars: spared },
    { heading: words.savedHeading, bars: byEffort(row => !row.overridden && !row.overriddenLater) },
    { heading: words.laterHeading, bars: byEffort(row => row.overriddenLater) },
    { heading: words.grantedHeading, bars: byEffort(row => row.overridden) }
  ].filter(({ bars }) => bars.length > 0)
  if (panels.length === 0) return emptyChart(words.effortTitle, about, words.allPursued, pen)
  return barPanels({ title: words.effortTitle, about, notes: [words.effortNote], panels })
}

/** Attempts of each effort, whatever the cause for which the customer is not pursued. */
function effortBars(rows: EffortSaved['data'], amount: (total: AttemptTotals) => string, { words }: Pen): PanelBar[] {
  return [...new Set(rows.map(({ effort }) => effort))].map(effort => {
    const total = rows
      .filter(row => row.effort === effort)
      .reduce(
        (sum, row) => ({
          attempts: sum.attempts + row.attempts,
          minutes: sum.minutes + row.minutes,
          costMinor: sum.costMinor + row.costMinor
        }),
        { attempts: 0, minutes: 0, costMinor: 0 }
      )
    return { name: words.efforts[effort], value: total.attempts, label: amount(total) }
  })
}
