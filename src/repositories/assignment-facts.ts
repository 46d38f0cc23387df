import pg from 'pg'
import type { Tx } from '../db/client.ts'
import type { Manager } from '../domain/assignment.ts'
import type { UncaredEntry } from '../domain/assignment-roster.ts'
import type { AssignmentOrigin } from '../domain/manager-change.ts'
import { CARRIED, type CareMinutes, ENTITLED_CUSTOMERS, IS_MANAGER, MANAGERS, rosterOf } from './assignment-roster.ts'

/** An active manager, with whom he keeps in any case: how many, of them pursued A customers, and of the others those by hand. */
export interface ManagerAtWork extends Manager {
  readonly carriedMinutes: number
  readonly customers: number
  readonly aCustomers: number
  readonly byHand: number
}

/** What a run must know before it places anybody. */
export const assignmentFactsRepository = (tx: Tx, { key, suitable, general }: CareMinutes) => ({
  /** Who may take customers now, with his stores and what he carries. */
  async managers(): Promise<ManagerAtWork[]> {
    const rows = await tx.rows<ManagerColumns>(
      {
        name: 'assignment_facts_managers',
        text: `select id, capacity_minutes_per_month as capacity,
                      array(select s.store_id::text from staff_stores s
                            where s.tenant_id = $1 and s.staff_id = staff.id order by s.store_id) as store_ids,
                      coalesce(minutes, 0) as minutes, coalesce(customers, 0) as customers,
                      coalesce(a_customers, 0) as a_customers, coalesce(by_hand, 0) as by_hand
               from staff left join (${CARRIED}) carried on carried.staff_id = staff.id
               where tenant_id = $1 and ${IS_MANAGER}`
      },
      [tx.tenantId, key, suitable, general]
    )
    return rows.map(row => ({
      id: row.id,
      storeIds: row.store_ids,
      capacityMinutes: row.capacity,
      carriedMinutes: row.minutes,
      customers: row.customers,
      aCustomers: row.a_customers,
      byHand: row.by_hand
    }))
  },

  /** How many customers are to have a manager by their class. */
  async countEntitled(): Promise<number> {
    const [row] = await tx.rows<{ count: number }>(
      { name: 'assignment_facts_entitled', text: `select count(*) as count from (${ENTITLED_CUSTOMERS}) a` },
      [tx.tenantId]
    )
    return row?.count ?? 0
  },

  /**
   * Hands over, row by row, the A customers who are pursued and without an active manager and whoever else is assigned to somebody who is none:
   * few as a rule, and in a first run hundreds of thousands, which are never held twice. Who is cared for is looked up in
   * a hash table ("in" inside coalesce): right after a first run the planner still believes that nobody is, and would
   * compare each A customer with each assignment. Where there is no manager to give them (`placing` is false), only those are
   * handed over who lose somebody.
   */
  readUncared(placing: boolean, take: (entry: UncaredEntry) => void): Promise<void> {
    const query = new pg.Query<UncaredColumns>({
      text: `with managers as materialized (${MANAGERS}),
                  held as (select customer_id, staff_id in (select id from managers) as cared
                           from assignments where tenant_id = $1 and valid_to is null)
             select customer_id, entitled, amount_minor, minutes, store_id, assignment_id, staff_id, origin
             from (${rosterOf(`
               select customer_id from (${ENTITLED_CUSTOMERS}) a
               where ${placing} and not coalesce(a.customer_id in (select customer_id from held where cared), false)
               union select customer_id from held where not cared`)}) roster`,
      values: [tx.tenantId, key, suitable, general]
    })
    const share = sharedText()
    query.on('row', row => take(uncaredEntry(row, share)))
    return new Promise((resolve, reject) => {
      query.on('end', () => resolve())
      query.on('error', reject)
      tx.client.query(query)
    })
  }
})

interface ManagerColumns {
  readonly id: string
  readonly capacity: number | null
  readonly store_ids: string[]
  readonly minutes: number
  readonly customers: number
  readonly a_customers: number
  readonly by_hand: number
}

interface UncaredColumns {
  readonly customer_id: string
  readonly entitled: boolean
  readonly amount_minor: number
  readonly minutes: number
  readonly store_id: string | null
  readonly assignment_id: string | null
  readonly staff_id: string
  readonly origin: AssignmentOrigin
}

const uncaredEntry = (row: UncaredColumns, share: (text: string) => string): UncaredEntry => ({
  customerId: row.customer_id,
  isEntitled: row.entitled,
  amountMinor: row.amount_minor,
  minutes: row.minutes,
  storeId: row.store_id === null ? null : share(row.store_id),
  open:
    row.assignment_id === null
      ? null
      : { id: row.assignment_id, staffId: share(row.staff_id), origin: row.origin === 'class' ? 'class' : 'manual' }
})

/** One string for all equal ones: a few stores and managers are named by every customer. */
function sharedText(): (text: string) => string {
  const known = new Map<string, string>()
  return text => {
    const first = known.get(text)
    if (first === undefined) known.set(text, text)
    return first ?? text
  }
}
