import { createReadStream, existsSync } from 'node:fs'
import { join } from 'node:path'
import { createGunzip } from 'node:zlib'
import { parse } from 'csv-parse'
import { Temporal } from 'temporal-polyfill'
import type { Options } from '../support/options.ts'
import { say } from '../support/report.ts'
import type { ReplaySet, TillLine, TillReceipt } from './receipt.ts'
import { replay } from './replay.ts'

const FILE = join('online-retail-2010-11', 'online_retail.csv.gz')
const STORE = 'UK'
const SYSTEM = 'online-retail'
const ZONE = 'Europe/London'

interface Row {
  readonly InvoiceNo: string
  readonly StockCode: string
  readonly Description: string
  readonly Quantity: string
  readonly InvoiceDate: string
  readonly UnitPrice: string
  readonly CustomerID: string
}

/** A gift wholesaler of 2010 to 2011: receipts of up to 1,114 lines, returns without their sale, anonymous receipts. */
export async function run(options: Options): Promise<void> {
  const set = await readOnlineRetail(options)
  if (set) await replay(set, options)
}

/** The data set as receipts; null, and a word about it, where the file is not there. */
export async function readOnlineRetail({ data }: Options): Promise<ReplaySet | null> {
  if (data === null || !existsSync(join(data, FILE))) {
    say(`skipped: no ${FILE}; name the folder of the data sets with --data or CLIENTELE_BENCH_DATA`)
    return null
  }
  const rows: Row[] = []
  const file = createReadStream(join(data, FILE)).pipe(createGunzip())
  for await (const row of file.pipe(parse({ columns: true }))) rows.push(row as Row)
  return onlineRetail(rows)
}

/**
 * An invoice is a receipt. Its lines stay as they are, exact duplicates included. One whose number begins with C is a
 * return with positive figures; it does not name its sale. Lines with a negative price (bad debt written off) take
 * money away, so they are returns too. Single lines of a negative quantity at price 0 outside C are corrections of the
 * stock: no customer, no money, nobody bought; they are counted and left out.
 */
export function onlineRetail(rows: readonly Row[]): ReplaySet {
  const invoices = new Map<string, Row[]>()
  let corrections = 0
  for (const row of rows) {
    if (!row.InvoiceNo.startsWith('C') && Number(row.Quantity) < 0) {
      if (Number(row.UnitPrice) !== 0)
        throw new Error(`invoice ${row.InvoiceNo} takes goods back without being a return`)
      corrections += 1
      continue
    }
    const lines = invoices.get(row.InvoiceNo)
    if (lines) lines.push(row)
    else invoices.set(row.InvoiceNo, [row])
  }
  const receipts = [...invoices].map(([number, lines]) => receiptOf(number, lines))
  const customers = new Set(receipts.flatMap(receipt => receipt.customer?.externalId.key ?? []))
  const returns = receipts.filter(receipt => receipt.kind === 'return').length
  const anonymous = receipts.filter(receipt => receipt.customer === null).length
  return {
    name: 'Online Retail',
    currency: 'GBP',
    timeZone: ZONE,
    country: 'GB',
    storeCode: STORE,
    asOfDay: '2011-12-10',
    receipts,
    control: `${rows.length} lines, ${invoices.size + corrections} invoices, of which ${corrections} corrections of the stock left out and ${returns} returns; ${customers.size} customers, ${anonymous} anonymous receipts`
  }
}

function receiptOf(receiptNumber: string, rows: readonly Row[]): TillReceipt {
  const [first] = rows as [Row]
  const kind = receiptNumber.startsWith('C') || rows.some(row => row.UnitPrice.startsWith('-')) ? 'return' : 'sale'
  return {
    source: SYSTEM,
    receiptNumber,
    kind,
    storeCode: STORE,
    purchasedAt: instantOf(first.InvoiceDate),
    currency: 'GBP',
    customer:
      first.CustomerID === '' ? null : { externalId: { system: SYSTEM, key: first.CustomerID.replace(/\.0$/, '') } },
    lines: rows.map(lineOf),
    totalMinor: rows.reduce((sum, row) => sum + amountMinorOf(row), 0)
  }
}

/** The line's amount is left to the service, which multiplies first and rounds once; the total is ours, and must meet. */
const lineOf = (row: Row): TillLine => ({
  sku: row.StockCode.trim(),
  name: row.Description.trim() || row.StockCode.trim(),
  quantity: Math.abs(Number(row.Quantity)),
  unitPriceMinor: Number(thousandthsOf(row.UnitPrice)) / 10
})

/** Quantity × price in thousandths of a pound, rounded once to pence, half away from zero; always positive. */
function amountMinorOf(row: Row): number {
  const thousandths = BigInt(Math.abs(Number(row.Quantity))) * thousandthsOf(row.UnitPrice)
  return Number((thousandths + 5n) / 10n)
}

function thousandthsOf(pounds: string): bigint {
  const [whole = '', fraction = ''] = pounds.replace('-', '').split('.')
  if (fraction.length > 3) throw new Error('a price has more than three decimals')
  return BigInt(whole + fraction.padEnd(3, '0'))
}

const instants = new Map<string, string>()

/** The file writes London wall time. */
function instantOf(wallTime: string): string {
  let instant = instants.get(wallTime)
  if (instant === undefined) {
    instant = Temporal.PlainDateTime.from(wallTime.replace(' ', 'T'))
      .toZonedDateTime(ZONE)
      .toString({ timeZoneName: 'never' })
    instants.set(wallTime, instant)
  }
  return instant
}
