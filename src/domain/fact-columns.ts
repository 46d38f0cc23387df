import { type DayNumber, NO_DAY, type Period } from './period.ts'
import { dayOf, isPaid } from './receipt-days.ts'

/** What is known of each customer's receipts, one row a customer in ascending order of customer id. */
export interface FactColumns {
  /** Days with receipts (see ReceiptDays) and their net minor units; those of a row lie at offsets[row] up to offsets[row + 1]. */
  readonly days: Int32Array
  readonly nets: Int32Array | Float64Array
  readonly offsets: Uint32Array
  /** Receipts of each kind, and lines of sales, before the day of the question. */
  readonly sales: Int32Array
  readonly returns: Int32Array
  readonly lines: Int32Array
  readonly promotionLines: Int32Array
  /** Figures of the brand rule (see BrandLines). */
  readonly brandLines: Int32Array
  readonly favouriteLines: Int32Array
  readonly brandSwitches: Int32Array
}

/** What a window holds of each customer: one row a customer, in ascending order of customer id. */
export interface WindowColumns {
  /** Net minor units, safe integers. */
  readonly amounts: Float64Array
  /** Days with receipts, less what returns that count elsewhere took along: more than none where there was anything. */
  readonly receipts: Int32Array
  /** Last day with a paid sale; NO_DAY without one. */
  readonly lastPaidDays: Int32Array
  /** Distinct days with a paid sale. */
  readonly paidDays: Int32Array
}

/** What has to be added to the sums of a window because returns count on their sale's day. */
export interface MovedReturns {
  readonly rows: readonly number[]
  /** Net minor units, either sign. */
  readonly nets: readonly number[]
  /** Receipts that came into the window, less those that left it. */
  readonly receipts: readonly number[]
}

/** Sums up what each customer bought in a window of days. */
export function windowOf(facts: FactColumns, window: Period, moved?: MovedReturns): WindowColumns {
  const { days, nets, offsets } = facts
  const rows = offsets.length - 1
  const amounts = new Float64Array(rows)
  const receipts = new Int32Array(rows)
  const lastPaidDays = new Int32Array(rows).fill(NO_DAY)
  const paidDays = new Int32Array(rows)
  const fromDay: DayNumber = window.fromDay ?? NO_DAY
  for (let row = 0; row < rows; row++) {
    const first = offsets[row] as number
    for (let at = (offsets[row + 1] as number) - 1; at >= first; at--) {
      const entry = days[at] as number
      const day = dayOf(entry)
      if (day < fromDay) break
      if (day >= window.toDay) continue
      amounts[row] = (amounts[row] as number) + (nets[at] as number)
      receipts[row] = (receipts[row] as number) + 1
      if (!isPaid(entry)) continue
      if (lastPaidDays[row] === NO_DAY) lastPaidDays[row] = day
      paidDays[row] = (paidDays[row] as number) + 1
    }
  }
  moved?.rows.forEach((row, place) => {
    amounts[row] = (amounts[row] as number) + (moved.nets[place] as number)
    receipts[row] = (receipts[row] as number) + (moved.receipts[place] as number)
  })
  return { amounts, receipts, lastPaidDays, paidDays }
}
