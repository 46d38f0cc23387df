import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Options } from '../support/options.ts'
import { say } from '../support/report.ts'
import type { ReplaySet, TillReceipt } from './receipt.ts'
import { replay } from './replay.ts'

const FILE = join('cdnow', 'CDNOW_master.txt')
const STORE = 'CDNOW'
const SYSTEM = 'cdnow'

/** CD buyers of 1997 to 1998: small receipts, very many tied totals, free goods. */
export async function run(options: Options): Promise<void> {
  if (options.data === null || !existsSync(join(options.data, FILE))) {
    say(`skipped: no ${FILE}; name the folder of the data sets with --data or CLIENTELE_BENCH_DATA`)
    return
  }
  await replay(cdnow(await readFile(join(options.data, FILE), 'utf8')), options)
}

/**
 * A row of the file is one transaction, so it becomes one receipt with a number of its own, rows of the same customer and
 * day included. The file knows days only: noon in the shop. A value of 0.00 is a gift, and stays a receipt.
 */
export function cdnow(text: string): ReplaySet {
  const rows = text.trim().split('\n').slice(1)
  const receipts = rows.map((row, index): TillReceipt => {
    const [customer = '', date = '', discs = '', dollars = ''] = row.trim().split(/\s+/)
    const [whole = '', cents = ''] = dollars.split('.')
    const totalMinor = Number(whole) * 100 + Number(cents.padEnd(2, '0'))
    return {
      source: SYSTEM,
      receiptNumber: `${index + 1}`,
      kind: 'sale',
      storeCode: STORE,
      purchasedAt: `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}T12:00:00-05:00`,
      currency: 'USD',
      customer: { externalId: { system: SYSTEM, key: customer } },
      lines: [{ sku: 'CD', name: 'Compact disc', quantity: Number(discs), amountMinor: totalMinor }],
      totalMinor
    }
  })
  const customers = new Set(receipts.map(receipt => receipt.customer?.externalId.key)).size
  const cents = receipts.reduce((sum, receipt) => sum + receipt.totalMinor, 0)
  const free = receipts.filter(receipt => receipt.totalMinor === 0).length
  return {
    name: 'CDNOW',
    currency: 'USD',
    timeZone: 'America/New_York',
    country: 'US',
    storeCode: STORE,
    asOfDay: '1998-07-01',
    receipts,
    control: `${customers} customers, ${receipts.length} rows, $${(cents / 100).toFixed(2)}, ${free} of value 0.00`
  }
}
