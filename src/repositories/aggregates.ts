import type { Statement, Tx } from '../db/client.ts'

/** A row of totals or of a month that is not what the ledger says; null where there is no such row. */
export interface AggregateDifference {
  readonly customerId: string
  /** First day of the month; null for the totals. */
  readonly month: string | null
  readonly stored: Record<string, unknown> | null
  readonly rebuilt: Record<string, unknown> | null
}

export interface Differences {
  readonly rows: number
  /** The first of them, by customer and month. */
  readonly examples: readonly AggregateDifference[]
}

export type AggregateTable = 'customer_totals' | 'customer_months'

interface Definition {
  readonly keys: string
  readonly figures: readonly string[]
  /** The figures from the ledger, in their order. The months' days are bits, the 1st is bit 0. */
  readonly derived: string
}

const IN_BOTH = `sum(net_minor)::bigint, (count(*) filter (where kind = 'sale'))::int,
  (count(*) filter (where kind = 'return'))::int, sum(units)::numeric(15,3)`
const DAY = `1 << (date_part('day', purchased_on)::int - 1)`

const DEFINITIONS: Record<AggregateTable, Definition> = {
  customer_totals: {
    keys: 'customer_id',
    figures: ['net_minor', 'sales', 'returns', 'units', 'first_sale_on', 'last_sale_on', 'last_purchased_at'],
    derived: `customer_id, ${IN_BOTH},
      min(purchased_on) filter (where kind = 'sale'), max(purchased_on) filter (where kind = 'sale'), max(purchased_at)`
  },
  customer_months: {
    keys: 'customer_id, month',
    figures: ['net_minor', 'sales', 'returns', 'units', 'sale_days', 'paid_days', 'last_purchased_at'],
    derived: `customer_id, date_trunc('month', purchased_on)::date, ${IN_BOTH},
      coalesce(bit_or(${DAY}) filter (where kind = 'sale'), 0),
      coalesce(bit_or(${DAY}) filter (where kind = 'sale' and net_minor > 0), 0), max(purchased_at)`
  }
}

const derivedRows = ({ derived, keys }: Definition, filter = ''): string =>
  `select ${derived} from purchases where tenant_id = $1 and customer_id is not null ${filter}
   group by ${keys.split(', ').map((_, index) => index + 1)}`

/** Rows in which table and ledger differ. One statement, so both are seen as of one moment, however busy the tills are. */
const differing = (table: AggregateTable): string => {
  const { keys, figures } = DEFINITIONS[table]
  const of = (side: string) => `(${figures.map(figure => `${side}.${figure}`).join(', ')})`
  return `(select ${keys}, ${figures.join(', ')} from ${table} where tenant_id = $1) s
    full join (${derivedRows(DEFINITIONS[table])}) r (${keys}, ${figures.join(', ')}) using (${keys})
    where ${of('s')} is distinct from ${of('r')}`
}

const examples = (table: AggregateTable): Statement => {
  const { keys, figures } = DEFINITIONS[table]
  const document = (side: string) =>
    `case when ${side}.net_minor is not null then jsonb_build_object(${figures
      .map(figure => `'${figure.replace(/_(\w)/g, (_, letter) => letter.toUpperCase())}', ${side}.${figure}`)
      .join(', ')}) end`
  return {
    name: `aggregates_examples_${table}`,
    text: `select customer_id, ${keys.includes('month') ? 'month' : 'null::date as month'}, ${document('s')} as stored,
        ${document('r')} as rebuilt, count(*) over () as rows
      from ${differing(table)} order by ${keys} limit 10`
  }
}

/** The derived tables beside the ledger they are derived from. */
export const aggregatesRepository = (tx: Tx) => ({
  async differences(table: AggregateTable): Promise<Differences> {
    const found = await tx.rows<{
      customer_id: string
      month: string | null
      stored: Record<string, unknown> | null
      rebuilt: Record<string, unknown> | null
      rows: number
    }>(examples(table), [tx.tenantId])
    return {
      rows: found[0]?.rows ?? 0,
      examples: found.map(({ customer_id, month, stored, rebuilt }) => ({
        customerId: customer_id,
        month,
        stored,
        rebuilt
      }))
    }
  },

  /** Every customer with a row that differs. */
  async differingCustomers(): Promise<string[]> {
    const rows = await tx.rows<{ customer_id: string }>(
      {
        name: 'aggregates_differing_customers',
        text: `select customer_id from ${differing('customer_totals')}
          union select customer_id from ${differing('customer_months')} order by customer_id`
      },
      [tx.tenantId]
    )
    return rows.map(row => row.customer_id)
  },

  /**
   * Holds back every push, of all tenants, until the transaction ends, and waits for those under way. Every push writes
   * totals, so this one lock is enough. A push that waits sees what was rebuilt and adds to it.
   */
  async holdPushes(): Promise<void> {
    // Shorter than a till waits for its answer; longer than a vacuum takes to notice that it is in the way.
    await tx.rows({ name: 'aggregates_lock_timeout', text: `set local lock_timeout = '2s'` }, [])
    await tx.rows({ name: 'aggregates_lock', text: 'lock table customer_totals in share row exclusive mode' }, [])
  },

  /** Puts what the ledger says in place of the customers' rows. `purchases_customer_id_idx` finds their receipts. */
  async rebuild(table: AggregateTable, customerIds: readonly string[]): Promise<void> {
    const { keys, figures } = DEFINITIONS[table]
    await tx.rows(
      {
        name: `aggregates_clear_${table}`,
        text: `delete from ${table} where tenant_id = $1 and customer_id = any ($2::uuid[])`
      },
      [tx.tenantId, customerIds]
    )
    await tx.rows(
      {
        name: `aggregates_fill_${table}`,
        text: `insert into ${table} (tenant_id, ${keys}, ${figures.join(', ')})
          select $1, d.* from (${derivedRows(DEFINITIONS[table], 'and customer_id = any ($2::uuid[])')}) d`
      },
      [tx.tenantId, customerIds]
    )
  }
})
