import type { Tx } from '../db/client.ts'
import { type DayNumber, dayText } from '../domain/period.ts'
import { REPORT_TIMEOUT_MS } from './relationship-managers.ts'

/** The client waits a little longer than the server works, so that it is the server that gives up, and stops working. */
export const REPORT_STATEMENT_MS = REPORT_TIMEOUT_MS + 1_000

/** Receipts of store days [from, to), of one store or of all. */
export interface ReceiptWindow {
  readonly fromDay: DayNumber
  readonly toDay: DayNumber
  readonly storeId: string | null
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** No zone is further ahead of UTC than 14 hours, or further behind than 12. */
const AHEAD_MS = 15 * HOUR_MS
const BEHIND_MS = 13 * HOUR_MS

/** How a report's transaction reads: figures of one moment, planned for their values, without taking over the database. */
export const reportsSession = (tx: Tx) => ({
  /** `timeoutMs`: after which the database gives a statement up. */
  async begin(timeoutMs: number): Promise<void> {
    await tx.client.query(
      `set transaction isolation level repeatable read; set local statement_timeout = ${Math.round(timeoutMs)};
       set local plan_cache_mode = force_custom_plan; set local work_mem = '64MB'; set local jit = off;
       set local max_parallel_workers_per_gather = 0`
    )
  }
})

/**
 * The condition that receipts `p` lie in the window, as parameters $2 to $6 of `windowValues`: store days decide, the
 * instants around them are for `purchases_purchased_at_idx`.
 */
export const IN_WINDOW = `p.tenant_id = $1 and p.purchased_on >= $2 and p.purchased_on < $3
  and p.purchased_at >= $4 and p.purchased_at < $5 and ($6::uuid is null or p.store_id = $6)`

/** $1 to $6: tenant, days, instants around them, store. */
export const windowValues = (tx: Tx, { fromDay, toDay, storeId }: ReceiptWindow): unknown[] => [
  tx.tenantId,
  dayText(fromDay),
  dayText(toDay),
  new Date(fromDay * DAY_MS - AHEAD_MS).toISOString(),
  new Date(toDay * DAY_MS + BEHIND_MS).toISOString(),
  storeId
]
