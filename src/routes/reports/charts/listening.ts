import type { InquiryConversion, ListeningCoverage } from '../../../services/reports-listening.ts'
import { BLUE, type Chart, emptyChart, frame, GREEN, INK, nameAxis, type Pen, percentAxis, widest } from './frame.ts'

const ROWS_AT_MOST = 26
const ROW = 26

interface Bar {
  readonly name: string
  readonly value: number
  readonly label: string
}

/** A bar for each person, channel or store: the share of inquiries that became customers. */
export function conversionChart(view: InquiryConversion, pen: Pen): Chart {
  const { words, write } = pen
  const title = words.conversionTitle
  const about = words.days(view.window.fromOn, view.window.toOn)
  const { total } = view
  if (total.share === null || total.shareLower === null || total.shareUpper === null) {
    return emptyChart(title, [about], words.nobodyAsked, pen)
  }
  const overall = words.conversionLine(
    write.percent(total.share),
    write.percent(total.shareLower),
    write.percent(total.shareUpper)
  )
  const lag =
    total.medianDays === null || total.p90Days === null
      ? ''
      : words.conversionLag(write.decimal(total.medianDays), write.decimal(total.p90Days))
  const bars = view.data.map(
    ({ key, label, share, converted, inquiries }): Bar => ({
      name: conversionName(view.by, key, label, pen),
      value: share ?? 0,
      label: words.conversionLabel(write.percent(share ?? 0), write.whole(converted), write.whole(inquiries))
    })
  )
  return barChart({ title, about: [about, overall, lag, words.conversionNote], bars, colour: GREEN }, pen)
}

function conversionName(by: InquiryConversion['by'], key: string | null, label: string | null, { words }: Pen): string {
  if (by === 'channel') return words.inquiryChannels[key as keyof typeof words.inquiryChannels] ?? String(key)
  return label ?? (by === 'store' ? words.ofNoStore : words.ofNobody)
}

/** A bar for each store: the share of its A customers who were listened to, with the sessions that were held. */
export function coverageChart(view: ListeningCoverage, pen: Pen): Chart {
  const { words, write } = pen
  const title = words.coverageTitle
  const about = words.days(view.window.fromOn, view.window.toOn)
  if (view.data.length === 0) return emptyChart(title, [about], words.noStores, pen)
  const { total } = view
  const overall = words.coverageLine(
    write.whole(view.storesCovered),
    write.whole(view.stores),
    write.whole(total.aListened),
    write.whole(total.aCustomers)
  )
  const bars = view.data.map(
    ({ storeName, aShare, held, findings }): Bar => ({
      name: storeName ?? words.ofNoStore,
      value: aShare ?? 0,
      label: words.coverageLabel(
        aShare === null ? '–' : write.percent(aShare),
        write.whole(held),
        write.whole(findings)
      )
    })
  )
  return barChart({ title, about: [about, overall, words.coverageNote], bars, colour: BLUE }, pen)
}

function barChart(
  { title, about, bars, colour }: { title: string; about: string[]; bars: readonly Bar[]; colour: string },
  { words, write }: Pen
): Chart {
  const shown = bars.slice(0, ROWS_AT_MOST)
  const notes = [bars.length > shown.length ? words.moreRows(write.whole(shown.length), write.whole(bars.length)) : '']
  const names = shown.map(({ name }) => name)
  const measured = frame(title, about, notes, 0)
  const height = measured.top + shown.length * ROW + measured.bottom + 40
  const framed = frame(title, about, notes, height)
  return {
    title,
    height,
    option: {
      ...framed.option,
      grid: { left: 24 + widest(names, 240) + 12, right: 250, top: framed.top + 8, height: shown.length * ROW },
      xAxis: percentAxis(write),
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
