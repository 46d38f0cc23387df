import type { Tx } from '../db/client.ts'
import { dayNumber, dayText, firstDayOfMonth, type MonthNumber, monthOf } from '../domain/period.ts'
import { REPORT_STATEMENT_MS } from './reports-session.ts'

/** A month and the instant at which it ends for what customers are; of the running month, now. */
export interface MonthEnd {
  readonly month: MonthNumber
  readonly endsAt: string
}

/** What was counted in a store and month; `storeId` null: of all stores together. */
export interface CoreFigures {
  readonly storeId: string | null
  readonly month: MonthNumber
  readonly customers: number
  readonly coreCustomers: number
  readonly netMinor: number
  readonly knownMinor: number
  readonly coreMinor: number
}

/** A customers by home store (null: without one), and how many of them had a relationship manager. */
export interface ManagedFigures {
  readonly storeId: string | null
  readonly month: MonthNumber
  readonly aCustomers: number
  readonly managed: number
}

const DAYS_AROUND = 2

/**
 * What each customer was when each month ended: of the findings up to then the latest. A row of history holds until the next
 * one of the same customer. $2 and $3: the months' first days and their ends, ascending.
 */
const HELD = `
  ends as (select * from unnest($2::date[], $3::timestamptz[]) as e (month, ends_at)),
  findings as (
    select customer_id, as_of, loyalty_level = 'loyal' or first_user or abc_class = 'A' as core, abc_class = 'A' as is_a,
           lead(as_of) over (partition by customer_id order by as_of, run_id) as until
    from classification_history where tenant_id = $1 and as_of <= $4),
  held as (
    select f.customer_id, e.month, e.ends_at, f.core, f.is_a from findings f
    join ends e on f.as_of <= e.ends_at and (f.until is null or f.until > e.ends_at)
    where f.core)`

/** Figures of the core, by store and month of store days. */
export const reportsCoreShareRepository = (tx: Tx) => ({
  /** When the first run was applied as of; undefined before it. */
  async firstRunAsOf(): Promise<string | undefined> {
    const [row] = await tx.rows<{ as_of: string | null }>(
      {
        name: 'reports_first_run',
        text: 'select min(as_of) as as_of from classification_runs where tenant_id = $1 and applied_at is not null'
      },
      [tx.tenantId]
    )
    return row?.as_of ?? undefined
  },

  /** By store and month, and by month alone unless one store is asked for. A customer is one who bought for money. */
  async bought(ends: readonly MonthEnd[], storeId: string | null): Promise<CoreFigures[]> {
    const rows = await tx.rows<Omit<CoreFigures, 'month'> & { month: string }>(
      {
        name: 'reports_core_bought',
        timeoutMs: REPORT_STATEMENT_MS,
        text: `with ${HELD},
               bought as (
                 select store_id, date_trunc('month', purchased_on)::date as month, customer_id, sum(net_minor) as net,
                        bool_or(kind = 'sale' and net_minor > 0) as paid
                 from purchases
                 where tenant_id = $1 and purchased_on >= $5 and purchased_on < $6 and purchased_at >= $7 and purchased_at < $8
                   and ($9::uuid is null or store_id = $9)
                 group by 1, 2, 3),
               counted as (
                 select store_id, month, customer_id, net, paid from bought
                 union all
                 select null, month, customer_id, sum(net), bool_or(paid) from bought where $9::uuid is null group by 2, 3)
               select b.store_id as "storeId", b.month,
                      count(*) filter (where b.paid and b.customer_id is not null) as customers,
                      count(*) filter (where b.paid and h.customer_id is not null) as "coreCustomers",
                      sum(b.net)::bigint as "netMinor",
                      coalesce(sum(b.net) filter (where b.customer_id is not null), 0)::bigint as "knownMinor",
                      coalesce(sum(b.net) filter (where h.customer_id is not null), 0)::bigint as "coreMinor"
               from counted b left join held h on h.customer_id = b.customer_id and h.month = b.month
               group by b.store_id, b.month`
      },
      [...endValues(tx, ends), ...receiptValues(ends), storeId]
    )
    return rows.map(row => ({ ...row, month: monthOf(dayNumber(row.month)) }))
  },

  /** Who was an A when the month ended, by home store, and by month alone unless one store is asked for. */
  async managed(ends: readonly MonthEnd[], storeId: string | null): Promise<ManagedFigures[]> {
    const rows = await tx.rows<Omit<ManagedFigures, 'month'> & { month: string; together: number }>(
      {
        name: 'reports_core_managed',
        timeoutMs: REPORT_STATEMENT_MS,
        text: `with ${HELD}
               select c.home_store_id as "storeId", h.month, grouping(c.home_store_id) as together, count(*) as "aCustomers",
                      count(*) filter (where exists (
                        select from assignments a where a.tenant_id = $1 and a.customer_id = h.customer_id
                          and a.valid_from <= h.ends_at and (a.valid_to is null or a.valid_to > h.ends_at))) as managed
               from held h join customers c on c.tenant_id = $1 and c.id = h.customer_id
               where h.is_a and ($5::uuid is null or c.home_store_id = $5)
               group by grouping sets ((c.home_store_id, h.month), (h.month))`
      },
      [...endValues(tx, ends), storeId]
    )
    return rows
      .filter(({ together, storeId: home }) => (storeId === null ? together === 1 || home !== null : together === 0))
      .map(row => ({
        storeId: row.storeId,
        month: monthOf(dayNumber(row.month)),
        aCustomers: row.aCustomers,
        managed: row.managed
      }))
  }
})

const firstDay = (month: MonthNumber): string => dayText(firstDayOfMonth(month))

const endValues = (tx: Tx, ends: readonly MonthEnd[]): unknown[] => [
  tx.tenantId,
  ends.map(({ month }) => firstDay(month)),
  ends.map(({ endsAt }) => endsAt),
  ends.at(-1)?.endsAt ?? null
]

/** $5 to $8: days of the receipts, and instants around them for `purchases_purchased_at_idx`. */
function receiptValues(ends: readonly MonthEnd[]): unknown[] {
  const from = firstDayOfMonth(ends[0]?.month ?? 0)
  const to = firstDayOfMonth((ends.at(-1)?.month ?? -1) + 1)
  return [dayText(from), dayText(to), dayText(from - DAYS_AROUND), dayText(to + DAYS_AROUND)]
}
