import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import type { Options } from '../support/options.ts'
import { say } from '../support/report.ts'
import type { ReplaySet, TillReceipt } from './receipt.ts'
import { replayPicture } from './replay-picture.ts'

const FILE = join('yogurt', 'Yogurt.csv')
const STORE = 'PANEL'
const SYSTEM = 'yogurt'
const BEGIN = Date.UTC(2022, 0, 3, 12)
const WEEK_MS = 7 * 86_400_000
/** After so many purchases of everybody: too few for brands, just enough, and on; everybody's last is the 185th. */
const AFTER = [4, 5, 8, 16, 40, 185]

interface Row {
  readonly id: string
  readonly choice: string
  readonly [column: string]: string
}

/** A household panel: which of four brands of yogurt each of 100 households chose, purchase by purchase. */
export async function run(options: Options): Promise<void> {
  if (options.data === null || !existsSync(join(options.data, FILE))) {
    say(`skipped: no ${FILE}; name the folder of the data sets with --data or CLIENTELE_BENCH_DATA`)
    return
  }
  const rows: Row[] = parse(await readFile(join(options.data, FILE), 'utf8'), { columns: true })
  const days = AFTER.map(purchases =>
    new Date(BEGIN + (purchases - 1) * WEEK_MS + 86_400_000).toISOString().slice(0, 10)
  )
  await replayPicture(yogurt(rows), days, options)
}

/**
 * A row is a purchase, so it is a receipt of one line. The file knows the order of a household's purchases, not their
 * days: the n-th of everybody is taken for the n-th week. Promotions are left out, as it is not known which weeks were the
 * same for two households. Prices are cents an ounce; hundredths of them stand for the amount.
 */
export function yogurt(rows: readonly Row[]): ReplaySet {
  const bought = new Map<string, number>()
  const receipts = rows.map(({ id, choice, ...columns }, index): TillReceipt => {
    const purchase = bought.get(id) ?? 0
    bought.set(id, purchase + 1)
    const totalMinor = Math.round(Number(columns[`price.${choice}`]) * 100)
    return {
      source: SYSTEM,
      receiptNumber: `${index + 1}`,
      kind: 'sale',
      storeCode: STORE,
      purchasedAt: new Date(BEGIN + purchase * WEEK_MS).toISOString(),
      currency: 'USD',
      customer: { externalId: { system: SYSTEM, key: id } },
      lines: [
        {
          sku: choice,
          name: `Yogurt of ${choice}`,
          brand: choice,
          category: 'yogurt',
          quantity: 1,
          amountMinor: totalMinor
        }
      ],
      totalMinor
    }
  })
  return {
    name: 'Yogurt',
    currency: 'USD',
    timeZone: 'UTC',
    country: 'US',
    storeCode: STORE,
    asOfDay: new Date(BEGIN + 185 * WEEK_MS).toISOString().slice(0, 10),
    receipts,
    control: `${bought.size} households, ${rows.length} purchases, ${new Set(rows.map(row => row.choice)).size} brands; at least ${Math.min(...bought.values())}, at most ${Math.max(...bought.values())} of a household`
  }
}
