import type { Tx } from '../db/client.ts'
import type { AbcClass } from '../domain/abc.ts'
import { REPORT_STATEMENT_MS } from './reports-session.ts'

/** Customers of one cell of the RFM grid. */
export interface RfmCount {
  readonly r: number
  readonly f: number
  readonly customers: number
  readonly amountMinor: number
}

/** Customers who share a class and everything that is asked of loyalty. */
export interface LoyaltyCount {
  readonly abcClass: AbcClass
  readonly level: string
  readonly basis: string
  readonly pattern: string | null
  readonly firstUser: boolean
  readonly priceDriven: boolean
  readonly customers: number
  readonly amountMinor: number
}

export interface TrustCount {
  readonly level: string
  readonly abcClass: AbcClass
  readonly customers: number
}

/** By which a defection is counted; null for all together. */
export type DefectionDimension = 'state' | 'basis' | 'recommendation' | 'cause' | 'class' | 'store'

export interface DefectionCount {
  readonly dimension: DefectionDimension | null
  /** Null for customers without a home store, and for all together. */
  readonly key: string | null
  readonly customers: number
  readonly atRisk: number
  readonly valueAtStakeMinor: number
  readonly expectedValueMinor: number | null
}

/** Rows of runs before there was a basis say `cadence` whatever their state. */
const DEFECTION_BASIS = `case when c.defection_state = 'unknown' then 'none' else c.defection_basis end`

/** Customers whose home store it is, or all. */
const OF_STORE = `($2::uuid is null or exists (
  select from customers h where h.tenant_id = $1 and h.id = c.customer_id and h.home_store_id = $2))`

/** What the last run found of customers, counted. `storeId`: only those whose home store it is. */
export const reportsFindingsRepository = (tx: Tx) => ({
  /** Whoever was scored, by recency and frequency. */
  async rfm(storeId: string | null): Promise<RfmCount[]> {
    return tx.rows<RfmCount & { [name: string]: unknown }>(
      {
        name: 'reports_rfm',
        timeoutMs: REPORT_STATEMENT_MS,
        text: `select r, f, count(*) as customers, sum(amount_minor)::bigint as "amountMinor" from classifications c
               where tenant_id = $1 and r is not null and f is not null and ${OF_STORE} group by r, f`
      },
      [tx.tenantId, storeId]
    )
  },

  /** How many were classified, and how many of them have no scores, for nothing was bought on a paid day of the window. */
  async classified(storeId: string | null): Promise<{ customers: number; unscored: number }> {
    const [row] = await tx.rows<{ customers: number; unscored: number }>(
      {
        name: 'reports_classified',
        timeoutMs: REPORT_STATEMENT_MS,
        text: `select count(*) as customers, count(*) filter (where r is null or f is null) as unscored
               from classifications c where tenant_id = $1 and ${OF_STORE}`
      },
      [tx.tenantId, storeId]
    )
    return row ?? { customers: 0, unscored: 0 }
  },

  async loyalty(storeId: string | null): Promise<LoyaltyCount[]> {
    return tx.rows<LoyaltyCount & { [name: string]: unknown }>(
      {
        name: 'reports_loyalty',
        timeoutMs: REPORT_STATEMENT_MS,
        text: `select abc_class as "abcClass", loyalty_level as level, loyalty_basis as basis, loyalty_pattern as pattern,
                      first_user as "firstUser", price_driven as "priceDriven", count(*) as customers,
                      sum(amount_minor)::bigint as "amountMinor"
               from classifications c where tenant_id = $1 and ${OF_STORE} group by 1, 2, 3, 4, 5, 6`
      },
      [tx.tenantId, storeId]
    )
  },

  async trust(storeId: string | null): Promise<TrustCount[]> {
    return tx.rows<TrustCount & { [name: string]: unknown }>(
      {
        name: 'reports_trust',
        timeoutMs: REPORT_STATEMENT_MS,
        text: `select trust_level as level, abc_class as "abcClass", count(*) as customers from classifications c
               where tenant_id = $1 and ${OF_STORE} group by 1, 2`
      },
      [tx.tenantId, storeId]
    )
  },

  /** Customers, those at risk among them and what is at stake with those, by each dimension and in all. */
  async defection(storeId: string | null): Promise<DefectionCount[]> {
    return tx.rows<DefectionCount & { [name: string]: unknown }>(
      {
        name: 'reports_defection',
        timeoutMs: REPORT_STATEMENT_MS,
        text: `select case grouping(state, basis, recommendation, cause, abc_class, store_id)
                        when 31 then 'state' when 47 then 'basis' when 55 then 'recommendation' when 59 then 'cause'
                        when 61 then 'class' when 62 then 'store' end as dimension,
                      coalesce(state, basis, recommendation, cause, abc_class, store_id) as key,
                      count(*) as customers, count(customer_id) as "atRisk",
                      coalesce(sum(stake), 0)::bigint as "valueAtStakeMinor", sum(expected)::bigint as "expectedValueMinor"
               from (select c.defection_state as state, ${DEFECTION_BASIS} as basis, c.abc_class, h.home_store_id::text as store_id,
                            d.customer_id, d.recommendation, d.cause, d.value_at_stake_minor as stake,
                            d.expected_value_minor as expected
                     from classifications c
                     join customers h on h.tenant_id = $1 and h.id = c.customer_id
                     left join defections d on d.tenant_id = $1 and d.customer_id = c.customer_id
                     where c.tenant_id = $1 and ($2::uuid is null or h.home_store_id = $2)) x
               group by grouping sets ((state), (basis), (recommendation), (cause), (abc_class), (store_id), ())`
      },
      [tx.tenantId, storeId]
    )
  }
})
