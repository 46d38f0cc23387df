import type { Tx } from '../db/client.ts'

/** Minutes of care a month by standing. */
export interface CareMinutes {
  readonly key: number
  readonly suitable: number
  readonly general: number
}

/** Who is an active relationship manager. */
export const IS_MANAGER = `active and 'relationship_manager' = any (roles)`
export const MANAGERS = `select id from staff where tenant_id = $1 and ${IS_MANAGER}`

export const A_CUSTOMERS = `select customer_id from classifications where tenant_id = $1 and abc_class = 'A'`

/**
 * Whether class gives a customer a manager: an A who is pursued. Who buys by price alone is not, unless a manager marked him
 * as strategic, which is looked up for these few only. Takes the name of a row of classifications; null where there is none.
 */
export const IS_ENTITLED = (
  found: string
): string => `(${found}.abc_class = 'A' and (not ${found}.price_driven or exists (
  select from customer_marks mark where mark.tenant_id = $1 and mark.customer_id = ${found}.customer_id
    and mark.mark = 'strategic' and mark.removed_at is null)))`

/** The home store, else that of the latest purchase, which `purchases_customer_id_idx` finds at once. */
const STORE = `coalesce(customer.home_store_id, (
           select bought.store_id from purchases bought
           where bought.tenant_id = $1 and bought.customer_id = customer.id
           order by bought.purchased_at desc, bought.id desc limit 1))`

const MINUTES = `case found.standing when 'key' then $2::int when 'suitable' then $3::int else $4::int end`

/**
 * What a run or a report looks at in customers named by a query of customer_id: abc_class, amount_minor, minutes (of
 * care a month), store_id, entitled, and of the open assignment assignment_id, staff_id, origin. Takes the tenant as $1 and the minutes as $2 (key), $3 (suitable), $4 (general).
 */
export const rosterOf = (named: string): string => `
  select customer.id as customer_id, found.abc_class, coalesce(found.amount_minor, 0) as amount_minor,
         ${MINUTES} as minutes,
         ${STORE} as store_id, coalesce(${IS_ENTITLED('found')}, false) as entitled,
         open.id as assignment_id, open.staff_id, open.origin
  from (${named}) named
  join customers customer on customer.tenant_id = $1 and customer.id = named.customer_id
  left join classifications found on found.tenant_id = $1 and found.customer_id = named.customer_id
  left join assignments open on open.tenant_id = $1 and open.customer_id = named.customer_id and open.valid_to is null`

/**
 * What each staff member carries, by staff_id, of the customers in his open assignments: all, those whom class gives a manager,
 * and of the others those kept by hand. Parameters as of `rosterOf`.
 */
export const CARRIED = `
  select held.staff_id, count(*)::int as customers, sum(${MINUTES})::bigint as minutes,
         (count(*) filter (where ${IS_ENTITLED('found')}))::int as a_customers,
         (count(*) filter (where held.origin = 'manual' and ${IS_ENTITLED('found')} is not true))::int as by_hand
  from assignments held
  left join classifications found on found.tenant_id = $1 and found.customer_id = held.customer_id
  where held.tenant_id = $1 and held.valid_to is null
  group by held.staff_id`

export interface StoreShortfall {
  readonly storeId: string | null
  readonly minutes: number
  readonly customers: number
}

export const assignmentRosterRepository = (tx: Tx) => ({
  /**
   * What the capacity of the managers lacks, by store of the customers. A manager's customers fill his capacity in the
   * order of the assignment rule (most care first, then larger amount, then lower id): whoever does not fit whole
   * counts, with the minutes that are too many. Without a stated capacity everything fits.
   */
  async shortfall({ key, suitable, general }: CareMinutes, timeoutMs: number): Promise<StoreShortfall[]> {
    const rows = await tx.rows<{ store_id: string | null; minutes: number; customers: number }>(
      {
        name: 'assignment_roster_shortfall',
        timeoutMs,
        text: `with overfull as materialized (
                 select manager.id, manager.capacity_minutes_per_month as capacity
                 from staff manager join (${CARRIED}) carried on carried.staff_id = manager.id
                 where manager.tenant_id = $1 and ${IS_MANAGER} and carried.minutes > manager.capacity_minutes_per_month),
               weighed as (
                 select held.customer_id, held.staff_id, overfull.capacity, ${MINUTES} as minutes,
                        coalesce(found.amount_minor, 0) as amount_minor
                 from assignments held join overfull on overfull.id = held.staff_id
                 left join classifications found on found.tenant_id = $1 and found.customer_id = held.customer_id
                 where held.tenant_id = $1 and held.valid_to is null),
               filled as (
                 select customer_id, capacity, minutes, sum(minutes) over (
                   partition by staff_id order by minutes desc, amount_minor desc, customer_id) as upto
                 from weighed)
               select ${STORE} as store_id, sum(least(minutes, upto - capacity))::bigint as minutes, count(*)::int as customers
               from filled join customers customer on customer.tenant_id = $1 and customer.id = filled.customer_id
               where upto > capacity group by 1 order by 1 nulls last`
      },
      [tx.tenantId, key, suitable, general]
    )
    return rows.map(row => ({ storeId: row.store_id, minutes: row.minutes, customers: row.customers }))
  }
})
