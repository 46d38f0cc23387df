import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readOnlineRetail } from './replay/online-retail.ts'
import { pushAll } from './replay/push.ts'
import type { ReplaySet, TillReceipt } from './replay/receipt.ts'
import { type Api, api, finished } from './support/http.ts'
import type { Options } from './support/options.ts'
import { figure, median, say, table } from './support/report.ts'
import { ending, openTenant, startBenchDatabase, startServiceProcess } from './support/service.ts'

const WINDOW = 'fromOn=2010-12-01&toOn=2011-12-10'
const REPORTS: Readonly<Record<string, string>> = {
  'abc-curve': '',
  'class-migration': '',
  'rfm-grid': '',
  'loyalty-by-class': '',
  'trust-ladder': '',
  'defection-overview': '',
  'core-share': 'months=13&toMonth=2011-12',
  'cohort-retention': 'months=13&toMonth=2011-12',
  'purchase-habits': WINDOW,
  'products-bought-together': `${WINDOW}&limit=200`,
  'demand-changes': 'toOn=2011-12-10'
}
const LANGUAGES = ['en', 'zh']
const MIN_PAIRS = 30

/**
 * Every report over the 24,564 receipts of a wholesaler: how long it takes as figures and as a chart, and for cohorts,
 * products bought together and habits whether the figures are those that the plainest code makes of the receipts.
 */
export async function run(options: Options): Promise<void> {
  const set = await readOnlineRetail(options)
  if (!set) return
  say(`${set.name}: ${set.control}`)
  await ending(async later => {
    const database = await startBenchDatabase('reports', true, later)
    const service = await startServiceProcess(database.url, true, later)
    const { key } = await openTenant(database.url, set)
    const shop = api(service.baseUrl, key)
    await shop.expect(201, 'POST', '/v1/stores', { code: set.storeCode, name: set.name, timeZone: set.timeZone })
    const pushed = await pushAll(shop, set.receipts, options.inFlight)
    say(`${pushed.created} receipts stored in ${figure(pushed.seconds)} s`)
    for (const day of ['2011-09-01', set.asOfDay]) {
      const job = await shop.expect(202, 'POST', '/v1/classification-runs', { asOf: `${day}T12:00:00Z` })
      await finished(shop, `/v1/jobs/${job.id}`)
    }
    const answers = await measured(service.baseUrl, key, shop, options)
    const differences = [
      ...compareCohorts(set, answers.get('cohort-retention')),
      ...comparePairs(set, answers.get('products-bought-together')),
      ...compareHabits(set, answers.get('purchase-habits'))
    ]
    say(`${differences.length} differences from what was recomputed`)
    for (const difference of differences.slice(0, 20)) say(`  ${difference}`)
    if (differences.length > 0) process.exitCode = 1
  })
}

// biome-ignore lint/suspicious/noExplicitAny: a benchmark reads what came, whatever its form
type Answer = any

async function measured(baseUrl: string, key: string, shop: Api, options: Options): Promise<Map<string, Answer>> {
  const answers = new Map<string, Answer>()
  const rows: string[][] = []
  if (options.out !== null) await mkdir(options.out, { recursive: true })
  for (const [name, query] of Object.entries(REPORTS)) {
    const path = `/v1/reports/${name}${query === '' ? '' : `?${query}`}`
    const times: number[] = []
    for (let round = 0; round < options.rounds; round++) {
      const started = performance.now()
      answers.set(name, await shop.expect(200, 'GET', path))
      times.push(performance.now() - started)
    }
    const charts: number[] = []
    let bytes = 0
    for (const language of LANGUAGES) {
      const started = performance.now()
      const svg = await drawn(baseUrl + path, key, language)
      charts.push(performance.now() - started)
      bytes = svg.length
      if (options.out !== null) await writeFile(join(options.out, `${name}.${language}.svg`), svg)
    }
    const items = answers.get(name).data.length
    rows.push([name, String(items), figure(median(times)), figure(median(charts)), figure(bytes / 1_024)])
  }
  say(table(['report', 'items', 'ms as JSON', 'ms as a chart', 'KiB of the chart'], rows))
  return answers
}

async function drawn(url: string, key: string, language: string): Promise<string> {
  const response = await fetch(url, {
    headers: { authorization: `Bearer ${key}`, accept: 'image/svg+xml', 'accept-language': language }
  })
  if (response.status !== 200) throw new Error(`${url} answered ${response.status}: ${await response.text()}`)
  return response.text()
}

/** The day of the till's own clock. */
const dayOf = ({ purchasedAt }: TillReceipt): string => purchasedAt.slice(0, 10)
const netOf = ({ kind, totalMinor }: TillReceipt): number => (kind === 'sale' ? totalMinor : -totalMinor)
const isPaid = (receipt: TillReceipt): boolean => receipt.kind === 'sale' && receipt.totalMinor > 0

/** Checks one figure: what was seen, what was wanted. Fractions are fractions of doubles on both sides. */
function differ(what: string, seen: unknown, wanted: unknown): string[] {
  const same = typeof seen === 'number' && typeof wanted === 'number' ? Math.abs(seen - wanted) < 1e-9 : seen === wanted
  return same ? [] : [`${what}: ${JSON.stringify(seen)}, expected ${JSON.stringify(wanted)}`]
}

/** Customers by the month of their first purchase, and in which later months they bought. */
function compareCohorts({ receipts }: ReplaySet, answer: Answer): string[] {
  const months = new Map<string, { paid: Set<string>; net: Map<string, number> }>()
  for (const receipt of receipts) {
    const customer = receipt.customer?.externalId.key
    if (customer === undefined) continue
    const known = months.get(customer) ?? { paid: new Set(), net: new Map() }
    months.set(customer, known)
    const month = dayOf(receipt).slice(0, 7)
    known.net.set(month, (known.net.get(month) ?? 0) + netOf(receipt))
    if (isPaid(receipt)) known.paid.add(month)
  }
  return answer.data.flatMap((row: Answer) => {
    const members = [...months.values()].filter(({ paid }) => [...paid].sort()[0] === row.cohort)
    return [
      ...differ(`size of ${row.cohort}`, row.size, members.length),
      ...row.months.flatMap((cell: Answer) => {
        const bought = members.filter(({ paid }) => paid.has(cell.month)).length
        const net = members.reduce((sum, member) => sum + (member.net.get(cell.month) ?? 0), 0)
        const share = members.length === 0 ? null : bought / members.length
        return [
          ...differ(`customers of ${row.cohort} in ${cell.month}`, cell.customers, bought),
          ...differ(`share of ${row.cohort} in ${cell.month}`, cell.share, share),
          ...differ(`net of ${row.cohort} in ${cell.month}`, cell.netMinor, net)
        ]
      })
    ]
  })
}

/** Every pair that is in enough baskets, by counting baskets. */
function comparePairs({ receipts }: ReplaySet, answer: Answer): string[] {
  const baskets = receipts
    .filter(({ kind }) => kind === 'sale')
    .map(({ lines }) => [...new Set(lines.map(line => line.sku))])
  const single = new Map<string, number>()
  for (const basket of baskets) for (const sku of basket) single.set(sku, (single.get(sku) ?? 0) + 1)
  const together = new Map<string, number>()
  for (const basket of baskets) {
    const often = basket.filter(sku => (single.get(sku) ?? 0) >= MIN_PAIRS).sort()
    for (const [place, a] of often.entries()) {
      for (const b of often.slice(place + 1)) together.set(`${a}\n${b}`, (together.get(`${a}\n${b}`) ?? 0) + 1)
    }
  }
  const lifts = [...together]
    .filter(([, count]) => count >= MIN_PAIRS)
    .map(([pair, count]) => {
      const [a = '', b = ''] = pair.split('\n')
      return (count * baskets.length) / ((single.get(a) ?? 0) * (single.get(b) ?? 0))
    })
    .sort((a, b) => b - a)
  say(`${lifts.length} pairs in at least ${MIN_PAIRS} of ${baskets.length} baskets`)
  return answer.data.flatMap((row: Answer, place: number) => {
    const [a, b] = [row.skuA, row.skuB].sort()
    const count = together.get(`${a}\n${b}`) ?? 0
    return [
      ...differ(`baskets with ${a} and ${b}`, row.together, count),
      ...differ(`baskets with ${row.skuA}`, row.basketsA, single.get(row.skuA)),
      ...differ(`baskets with ${row.skuB}`, row.basketsB, single.get(row.skuB)),
      ...differ(`lift of pair ${place + 1}`, row.lift, lifts[place])
    ]
  })
}

/** The median basket, the median gap, who is regular, and the hours of the week. */
function compareHabits({ receipts }: ReplaySet, answer: Answer): string[] {
  const paid = receipts.filter(isPaid)
  const days = new Map<string, Set<number>>()
  const hours = new Map<string, number>()
  for (const receipt of paid) {
    const day = Date.parse(dayOf(receipt)) / 86_400_000
    const hour = `${new Date(day * 86_400_000).getUTCDay() || 7} ${Number(receipt.purchasedAt.slice(11, 13))}`
    hours.set(hour, (hours.get(hour) ?? 0) + 1)
    const customer = receipt.customer?.externalId.key
    if (customer !== undefined) days.set(customer, (days.get(customer) ?? new Set()).add(day))
  }
  const gapsOf = [...days.values()].map(set => {
    const ascending = [...set].sort((a, b) => a - b)
    return ascending.slice(1).map((day, place) => day - (ascending[place] as number))
  })
  const judged = gapsOf.filter(gaps => gaps.length >= 2)
  const regular = judged.filter(gaps => {
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length
    const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / (gaps.length - 1)
    return Math.sqrt(variance) / mean < 0.6
  })
  return [
    ...differ('receipts', answer.baskets.receipts, paid.length),
    ...differ('median basket', answer.baskets.medianMinor, median(paid.map(({ totalMinor }) => totalMinor))),
    ...differ('gaps', answer.frequency.gaps, gapsOf.flat().length),
    ...differ('median gap', answer.frequency.medianGapDays, median(gapsOf.flat())),
    ...differ('judged', answer.frequency.judged, judged.length),
    ...differ('regular', answer.frequency.regular, regular.length),
    ...answer.hours.flatMap((hour: Answer) =>
      differ(`receipts at ${hour.weekday} ${hour.hour}`, hour.receipts, hours.get(`${hour.weekday} ${hour.hour}`) ?? 0)
    )
  ]
}
