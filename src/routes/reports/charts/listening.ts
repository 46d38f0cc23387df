import type { InquiryConversion, ListeningCoverage } from '../../../services/reports-listening.ts'
import { type Bar, barChart } from './bar-chart.ts'
import { BLUE, type Chart, emptyChart, GREEN, type Pen, windowOf } from './frame.ts'

/** A bar for each person, channel or store: the share of inquiries that became customers. */
export function conversionChart(view: InquiryConversion, pen: Pen): Chart {
  const { words, write } = pen
  const title = words.conversionTitle
  const about = windowOf(view.window, pen)
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
    ({ key, label, share, converted, existing, inquiries }): Bar => ({
      name: conversionName(view.by, key, label, pen),
      value: share ?? 0,
      label: words.conversionLabel(write.percent(share ?? 0), write.whole(converted), write.whole(inquiries - existing))
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
  const about = windowOf(view.window, pen)
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
