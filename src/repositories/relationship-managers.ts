import type { Tx } from '../db/client.ts'
import { A_CUSTOMERS, CARRIED, type CareMinutes, IS_MANAGER, MANAGERS, rosterOf } from './assignment-roster.ts'

/** A report over hundreds of thousands of customers may take longer than a till's statement. */
export const REPORT_TIMEOUT_MS = 15_000

/** A relationship manager and what he carries now. */
export interface ManagerRow {
  readonly staffId: string
  readonly code: string
  readonly name: string
  /** False when he serves as one no longer and still has customers, until the next run. */
  readonly active: boolean
  readonly storeIds: string[]
  readonly capacityMinutesPerMonth: number | null
  readonly loadMinutes: number
  readonly customers: number
  /** Of them, those whom their class gives a manager: A customers who are pursued. */
  readonly aCustomers: number
}

export interface StoreCoverage {
  readonly storeId: string | null
  readonly aCustomers: number
  readonly covered: number
  /** Without a manager, because they are not pursued. */
  readonly notPursued: number
}

export type UncoveredReason = 'no_manager' | 'manager_left' | 'waits_for_run' | 'not_pursued'

export interface UncoveredRow {
  readonly customerId: string
  readonly storeId: string | null
  readonly reason: UncoveredReason
}

export interface LastRun {
  readonly runId: string
  readonly asOf: string
  readonly appliedAt: string
}

/** The reports about relationship managers, over assignments as they stand. */
export const relationshipManagersRepository = (tx: Tx) => ({
  /** Whoever is one, and whoever still has customers, by id. `assignments_staff_id_idx` carries the counts. */
  async list(minutes: CareMinutes, afterId: string | null, limit: number): Promise<ManagerRow[]> {
    const rows = await tx.rows<ManagerColumns>(
      {
        name: 'relationship_managers_list',
        timeoutMs: REPORT_TIMEOUT_MS,
        text: `with listed as (
                 select id, code, name, capacity_minutes_per_month, ${IS_MANAGER} as active,
                        array(select s.store_id::text from staff_stores s
                              where s.tenant_id = $1 and s.staff_id = staff.id order by s.store_id) as store_ids
                 from staff
                 where tenant_id = $1 and ($5::uuid is null or id > $5) and (${IS_MANAGER} or exists (
                   select from assignments a where a.tenant_id = $1 and a.staff_id = staff.id and a.valid_to is null))
                 order by id limit $6)
               select listed.*, coalesce(customers, 0) as customers, coalesce(a_customers, 0) as a_customers,
                      coalesce(minutes, 0) as minutes
               from listed left join (${CARRIED}) carried on carried.staff_id = listed.id order by listed.id`
      },
      [tx.tenantId, minutes.key, minutes.suitable, minutes.general, afterId, limit]
    )
    return rows.map(row => ({
      staffId: row.id,
      code: row.code,
      name: row.name,
      active: row.active,
      storeIds: row.store_ids,
      capacityMinutesPerMonth: row.capacity_minutes_per_month,
      loadMinutes: row.minutes,
      customers: row.customers,
      aCustomers: row.a_customers
    }))
  },

  /** Of the A customers of each store, how many have an active manager. */
  async coverage(minutes: CareMinutes): Promise<StoreCoverage[]> {
    const rows = await tx.rows<{ store_id: string | null; a_customers: number; covered: number; not_pursued: number }>(
      {
        name: 'relationship_managers_coverage',
        timeoutMs: REPORT_TIMEOUT_MS,
        text: `select roster.store_id, count(*)::int as a_customers, count(manager.id)::int as covered,
                      (count(*) filter (where manager.id is null and not roster.entitled))::int as not_pursued
               from (${rosterOf(A_CUSTOMERS)}) roster left join (${MANAGERS}) manager on manager.id = roster.staff_id
               group by roster.store_id order by roster.store_id nulls last`
      },
      [tx.tenantId, minutes.key, minutes.suitable, minutes.general]
    )
    return rows.map(row => ({
      storeId: row.store_id,
      aCustomers: row.a_customers,
      covered: row.covered,
      notPursued: row.not_pursued
    }))
  },

  /** The A customers without an active manager, largest turnover first, and why; those who are not pursued come last. */
  async uncovered(minutes: CareMinutes, limit: number): Promise<UncoveredRow[]> {
    const rows = await tx.rows<{ customer_id: string; store_id: string | null; reason: UncoveredReason }>(
      {
        name: 'relationship_managers_uncovered',
        timeoutMs: REPORT_TIMEOUT_MS,
        text: `select roster.customer_id, roster.store_id,
                      case when not roster.entitled then 'not_pursued'
                           when not exists (${MANAGERS}) then 'no_manager'
                           when roster.staff_id is not null then 'manager_left'
                           else 'waits_for_run' end as reason
               from (${rosterOf(A_CUSTOMERS)}) roster left join (${MANAGERS}) manager on manager.id = roster.staff_id
               where manager.id is null
               order by roster.entitled desc, roster.amount_minor desc, roster.customer_id limit $5`
      },
      [tx.tenantId, minutes.key, minutes.suitable, minutes.general, limit]
    )
    return rows.map(row => ({ customerId: row.customer_id, storeId: row.store_id, reason: row.reason }))
  },

  /** The run whose classes hold; undefined before the first. */
  async lastRun(): Promise<LastRun | undefined> {
    const [row] = await tx.rows<{ id: string; as_of: string; applied_at: string }>(
      {
        name: 'relationship_managers_last_run',
        text: `select id, as_of, applied_at from classification_runs
               where tenant_id = $1 and applied_at is not null order by applied_at desc, id desc limit 1`
      },
      [tx.tenantId]
    )
    return row && { runId: row.id, asOf: row.as_of, appliedAt: row.applied_at }
  }
})

interface ManagerColumns {
  readonly id: string
  readonly code: string
  readonly name: string
  readonly active: boolean
  readonly store_ids: string[]
  readonly capacity_minutes_per_month: number | null
  readonly minutes: number
  readonly customers: number
  readonly a_customers: number
}
