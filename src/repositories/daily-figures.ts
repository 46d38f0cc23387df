import type { ReceiptDays } from '../domain/receipt-days.ts'

/** Entry of ReceiptDays and receipts of sales, 4 bytes each, and net minor units, 8: all big-endian. */
const BYTES_A_DAY = 16
const TWO_32 = 2 ** 32

/** Takes a day of a customer: its entry of ReceiptDays, receipts of sales, net minor units. */
export type TakeDay = (entry: ReceiptDays[number], sales: number, net: number) => void

/** The aggregate that packs rows of days, ascending, into `customer_facts.daily`; rows that come in this order are not sorted again. */
export const PACKED_DAYS = `string_agg(int4send(entry) || int4send(receipts) || int8send(net), '' order by purchased_on)`

/** What `PACKED_DAYS` packs, of receipts `p` that are grouped by day. */
export const DAY_FIGURES = `
  p.purchased_on, (p.purchased_on - date '1970-01-01') * 2 + bool_or(p.kind = 'sale' and p.net_minor > 0)::int as entry,
  sum(p.net_minor)::bigint as net, (count(*) filter (where p.kind = 'sale'))::int as receipts`

/** Shows the days that were packed, the earliest first. */
export function unpackDays(view: DataView, from: number, length: number, take: TakeDay): void {
  for (let at = from; at < from + length; at += BYTES_A_DAY) {
    take(view.getInt32(at), view.getInt32(at + 4), view.getInt32(at + 8) * TWO_32 + view.getUint32(at + 12))
  }
}
