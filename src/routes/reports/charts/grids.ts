import type { CohortRetention } from '../../../services/reports-buying.ts'
import type { ClassMigrationReport } from '../../../services/reports-classes.ts'
import type { CoreShareReport } from '../../../services/reports-core-share.ts'
import type { RfmGrid } from '../../../services/reports-findings.ts'
import { type Chart, emptyChart, frame, type Pen } from './frame.ts'
import { type HeatCell, type HeatMap, heatMap, heatMapRoom } from './heat-map.ts'
import { fitted } from './text.ts'

const STORES_AT_MOST = 40
const STORE_NAME = 200

/** A map of cells in its frame; the height follows from the rows. */
function gridChart(title: string, about: string[], notes: string[], map: Omit<HeatMap, 'top'>): Chart {
  const measured = frame(title, about, notes, 0)
  const height = measured.top + heatMapRoom(map).height + measured.bottom + 22
  const framed = frame(title, about, notes, height)
  return { title, height, option: { ...framed.option, ...heatMap({ ...map, top: framed.top + 8 }) } }
}

export function classMigrationChart(view: ClassMigrationReport, pen: Pen): Chart {
  const { words, write } = pen
  const { fromRun, toRun } = view
  if (fromRun === null || toRun === null) return emptyChart(words.migrationTitle, [], words.nothingBeforeTwoRuns, pen)
  const days = words.days(fromRun.asOf.slice(0, 10), toRun.asOf.slice(0, 10))
  const about = [days, view.stayedShare === null ? '' : words.stayed(write.percent(view.stayedShare))].filter(Boolean)
  const newcomers = Object.values(view.newcomers).reduce((sum, count) => sum + count, 0)
  const names = view.data.map(({ from }) => from)
  const cells = view.data.flatMap(({ counts, shares }, row): HeatCell[] =>
    names.map((to, column) => ({
      column,
      row,
      value: shares?.[to] ?? 0,
      label: shares === null ? '–' : write.percent(shares[to]),
      small: shares === null ? '' : write.whole(counts[to])
    }))
  )
  return gridChart(
    words.migrationTitle,
    [about.join(' · ')],
    [newcomers > 0 ? words.newcomers(write.whole(newcomers)) : ''],
    {
      columns: names.map(name => words.classNames[name]),
      rows: view.data.map(({ from, customers }) => `${words.classNames[from]} (${write.whole(customers)})`),
      cells,
      columnTitle: words.classNow,
      rowTitle: words.classThen,
      most: 1,
      rowHeight: 76
    }
  )
}

export function rfmGridChart(view: RfmGrid, pen: Pen): Chart {
  const { words, write } = pen
  if (view.run === null) return emptyChart(words.rfmTitle, [], words.nothingBeforeRun, pen)
  if (view.customers === view.unscored) return emptyChart(words.rfmTitle, [], words.nothingBought, pen)
  const scores = Array.from({ length: view.scores }, (_, place) => place + 1)
  return gridChart(
    words.rfmTitle,
    [[words.asOf(view.run.asOf.slice(0, 10)), words.meanAmount].join(' · ')],
    [view.unscored > 0 ? words.unscored(write.whole(view.unscored)) : ''],
    {
      columns: scores.map(String),
      rows: scores.map(score => `${view.scores + 1 - score}`),
      cells: view.data.map(({ r, f, customers, share, meanAmountMinor }) => ({
        column: f - 1,
        row: view.scores - r,
        value: share ?? 0,
        label: write.whole(customers),
        small: meanAmountMinor === null ? '' : write.money(meanAmountMinor, view.currency)
      })),
      columnTitle: words.frequency,
      rowTitle: words.recency,
      most: Math.max(...view.data.map(({ share }) => share ?? 0)),
      rowHeight: view.scores > 8 ? 30 : 66
    }
  )
}

export function cohortChart(view: CohortRetention, pen: Pen): Chart {
  const { words, write } = pen
  const about = [words.days(view.window.fromMonth, view.window.toMonth), words.customersOf(write.whole(view.customers))]
  if (view.customers === 0) return emptyChart(words.cohortTitle, [about.join(' · ')], words.nothingBought, pen)
  // The first month is everybody, by definition; what is worth a look are those after it.
  const later = view.data.flatMap(({ months }) => months.slice(1).map(({ share }) => share ?? 0))
  const most = Math.max(...later, 0.05)
  const many = view.data.length > 30
  const cells = view.data.flatMap(({ months }, row) =>
    months.flatMap(({ age, share, partial }): HeatCell[] =>
      share === null ? [] : [{ column: age, row, value: Math.min(share, most), label: percentInCell(share, partial) }]
    )
  )
  return gridChart(
    words.cohortTitle,
    [about.join(' · '), words.cohortNote],
    [view.data.some(row => row.months.some(cell => cell.partial)) ? words.partial : ''],
    {
      columns: view.data.map((_, age) => String(age)),
      rows: view.data.map(({ cohort, size, partial }) => `${cohort}${partial ? '*' : ''} (${write.whole(size)})`),
      cells,
      columnTitle: words.cohortAge,
      rowTitle: words.cohortMonth,
      most,
      rowHeight: many ? 14 : view.data.length > 15 ? 20 : view.data.length > 4 ? 28 : 60
    }
  )
}

/** Whole per cent, and a star where the month is not over. */
const percentInCell = (share: number, partial: boolean): string => `${Math.round(share * 100)}${partial ? '*' : '%'}`

export function coreShareChart(view: CoreShareReport, pen: Pen): Chart {
  const { words, write } = pen
  const months = [...new Set(view.data.map(({ month }) => month))]
  const turnover = (id: string | null) =>
    view.data.filter(({ storeId }) => storeId === id).reduce((sum, { netMinor }) => sum + netMinor, 0)
  const stores = [...new Set(view.data.map(({ storeId }) => storeId))]
  const ranked = stores
    .filter(id => id !== null)
    .map(id => ({ id, turnover: turnover(id) }))
    .sort((a, b) => b.turnover - a.turnover)
    .map(({ id }) => id)
  const shown = [...stores.filter(id => id === null), ...ranked.slice(0, STORES_AT_MOST)]
  const known = view.data.filter(({ coreShare }) => coreShare !== null)
  const about = [words.days(view.window.fromMonth, view.window.toMonth), words.coreNote]
  if (known.length === 0) {
    const bought = view.data.some(({ customers }) => customers > 0)
    return emptyChart(words.coreTitle, about.slice(0, 1), bought ? words.nothingBeforeRun : words.nothingBought, pen)
  }
  const nameOf = (id: string | null): string =>
    id === null
      ? words.allStores
      : fitted(view.data.find(({ storeId }) => storeId === id)?.storeName ?? '', STORE_NAME, 12)
  const more =
    ranked.length > STORES_AT_MOST ? words.moreStores(write.whole(STORES_AT_MOST), write.whole(ranked.length)) : ''
  return gridChart(words.coreTitle, about, [`${words.partial} ${words.coreUnknown}`, more], {
    columns: months.map(month => (view.data.some(row => row.month === month && row.partial) ? `${month}*` : month)),
    rows: shown.map(nameOf),
    cells: known.flatMap(({ storeId, month, coreShare }): HeatCell[] => {
      const row = shown.indexOf(storeId)
      return row < 0
        ? []
        : [
            {
              column: months.indexOf(month),
              row,
              value: coreShare ?? 0,
              label: `${Math.round((coreShare ?? 0) * 100)}%`
            }
          ]
    }),
    columnTitle: '',
    rowTitle: '',
    surely: 'last',
    most: 1,
    rowHeight: shown.length > 20 ? 20 : 30
  })
}
