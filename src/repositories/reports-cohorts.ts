import type { Tx } from '../db/client.ts'
import type { CohortCell } from '../domain/cohorts.ts'
import { dayNumber, dayText, firstDayOfMonth, type MonthNumber, monthOf } from '../domain/period.ts'
import { REPORT_STATEMENT_MS } from './reports-session.ts'

/** Months [from, to] of store days. */
export interface CohortQuestion {
  readonly fromMonth: MonthNumber
  readonly toMonth: MonthNumber
  readonly storeId: string | null
}

/** What nobody is known to have bought. */
export interface AnonymousFigures {
  readonly receipts: number
  readonly netMinor: number
}

/** Of all stores the months that a purchase keeps up to date tell all, in the order of their key. */
const ALL_STORES = `
  select customer_id, month, net_minor as net, paid_days <> 0 as paid,
         min(month) filter (where paid_days <> 0) over (partition by customer_id) as cohort
  from customer_months where tenant_id = $1 and month < $3 and $4::uuid is null`

const ONE_STORE = `
  select customer_id, month, net, paid, min(month) filter (where paid) over (partition by customer_id) as cohort
  from (select customer_id, date_trunc('month', purchased_on)::date as month, sum(net_minor) as net,
               bool_or(kind = 'sale' and net_minor > 0) as paid
        from purchases
        where tenant_id = $1 and customer_id is not null and purchased_on < $3 and store_id = $4
        group by 1, 2) x`

export const reportsCohortsRepository = (tx: Tx) => ({
  /** Cohorts that began in the months asked for, in each month since; the past before them decides who is new. */
  async cells({ fromMonth, toMonth, storeId }: CohortQuestion): Promise<CohortCell[]> {
    const rows = await tx.rows<{ cohort: string; month: string; customers: number; net: number }>(
      {
        name: storeId === null ? 'reports_cohorts' : 'reports_cohorts_of_store',
        timeoutMs: REPORT_STATEMENT_MS,
        text: `select cohort, month, count(*) filter (where paid) as customers, sum(net)::bigint as net
               from (${storeId === null ? ALL_STORES : ONE_STORE}) x
               where cohort >= $2 and month >= cohort group by cohort, month`
      },
      [tx.tenantId, firstDay(fromMonth), firstDay(toMonth + 1), storeId]
    )
    return rows.map(row => ({
      cohort: monthOf(dayNumber(row.cohort)),
      month: monthOf(dayNumber(row.month)),
      customers: row.customers,
      netMinor: row.net
    }))
  },

  /** Receipts of the months that belong to no cohort, because nobody is known to have bought. `purchases_anonymous_idx`. */
  async anonymous({ fromMonth, toMonth, storeId }: CohortQuestion): Promise<AnonymousFigures> {
    const [row] = await tx.rows<AnonymousFigures & { [name: string]: unknown }>(
      {
        name: 'reports_anonymous',
        timeoutMs: REPORT_STATEMENT_MS,
        text: `select count(*) as receipts, coalesce(sum(net_minor), 0)::bigint as "netMinor" from purchases
               where tenant_id = $1 and customer_id is null and purchased_on >= $2 and purchased_on < $3
                 and ($4::uuid is null or store_id = $4)`
      },
      [tx.tenantId, firstDay(fromMonth), firstDay(toMonth + 1), storeId]
    )
    return row ?? { receipts: 0, netMinor: 0 }
  }
})

const firstDay = (month: MonthNumber): string => dayText(firstDayOfMonth(month))
