import type { Tx } from '../db/client.ts'
import type { AbcClass, AbcStanding } from '../domain/abc.ts'
import type { DefectionState } from '../domain/cadence.ts'
import type { DefectionBasis } from '../domain/defection.ts'
import type { LoyaltyBasis, LoyaltyLevel, LoyaltyPattern } from '../domain/loyalty.ts'
import { type DayNumber, dayText, firstDayOfMonth } from '../domain/period.ts'
import type { StandingLevel } from '../domain/standing.ts'
import type { TrustLevel } from '../domain/trust.ts'
import type { WindowReading } from '../domain/window-reading.ts'

/** What a run found out about one customer. */
export interface FindingsRow {
  readonly customerId: string
  readonly abcClass: AbcClass
  readonly abcReason: AbcStanding
  readonly amountMinor: number
  readonly tieOffset: number
  readonly lastSaleOn: string | null
  readonly frequency: number
  readonly r: number | null
  readonly f: number | null
  readonly m: number | null
  readonly loyaltyLevel: LoyaltyLevel
  readonly loyaltyBasis: LoyaltyBasis
  readonly loyaltyPattern: LoyaltyPattern
  readonly firstUser: boolean
  readonly priceDriven: boolean
  readonly trustLevel: TrustLevel
  readonly standing: StandingLevel
  readonly defectionState: DefectionState
  readonly defectionBasis: DefectionBasis
  /** Null is unknown. */
  readonly partialDefection: boolean | null
  readonly runsInA: number
  /** Since when the class holds. */
  readonly since: string
}

/** A change of findings, with the run that found it. */
export interface HistoryRow extends Omit<FindingsRow, 'since'> {
  readonly asOf: string
  readonly runId: string
  readonly previousAbcClass: AbcClass | null
  readonly runDay: string
}

export interface ClassificationFilter {
  readonly abcClass?: AbcClass | undefined
  readonly loyalty?: LoyaltyLevel | undefined
  readonly trustLevel?: TrustLevel | undefined
  readonly standing?: StandingLevel | undefined
  readonly defectionState?: DefectionState | undefined
  readonly defectionBasis?: DefectionBasis | undefined
  readonly priceDriven?: boolean | undefined
  readonly firstUser?: boolean | undefined
  readonly storeId?: string | undefined
  readonly relationshipManagerId?: string | undefined
}

/** The days from which on a customer's purchases count now, and how to sum them up. */
export interface LiveWindow {
  readonly fromDay: DayNumber | null
  readonly reading: WindowReading
  readonly returnsCountOn: 'return' | 'sale'
}

/** Rows of earlier runs say `cadence` whatever their state. */
const DEFECTION_BASIS = `case when defection_state = 'unknown' then 'none' else defection_basis end`
const FINDINGS = `customer_id as "customerId", abc_class as "abcClass", abc_reason as "abcReason", amount_minor as "amountMinor",
                  tie_offset as "tieOffset", last_sale_on as "lastSaleOn", frequency, r, f, m,
                  loyalty_level as "loyaltyLevel", loyalty_basis as "loyaltyBasis", loyalty_pattern as "loyaltyPattern",
                  first_user as "firstUser", price_driven as "priceDriven", trust_level as "trustLevel", standing,
                  defection_state as "defectionState", ${DEFECTION_BASIS} as "defectionBasis",
                  partial_defection as "partialDefection", runs_in_a as "runsInA"`
const CLASSES: readonly AbcClass[] = ['A', 'B', 'C', 'none']

export const classificationsRepository = (tx: Tx) => ({
  async customerExists(id: string): Promise<boolean> {
    const rows = await tx.rows(
      { name: 'classification_customer', text: 'select 1 from customers where tenant_id = $1 and id = $2' },
      [tx.tenantId, id]
    )
    return rows.length === 1
  },

  /** True for a customer with any receipt, whenever it was. */
  async hasBought(id: string): Promise<boolean> {
    const rows = await tx.rows(
      {
        name: 'classification_bought',
        text: 'select 1 from customer_totals where tenant_id = $1 and customer_id = $2'
      },
      [tx.tenantId, id]
    )
    return rows.length === 1
  },

  async current(customerId: string): Promise<FindingsRow | undefined> {
    const [row] = await tx.rows<FindingsRow>(
      {
        name: 'classification_current',
        text: `select ${FINDINGS}, class_since as since from classifications where tenant_id = $1 and customer_id = $2`
      },
      [tx.tenantId, customerId]
    )
    return row
  },

  /** What held at an instant: the last change up to then, and the last one that changed the class. */
  async at(customerId: string, instant: string): Promise<FindingsRow | undefined> {
    const [row] = await tx.rows<FindingsRow>(
      {
        name: 'classification_at',
        text: `select ${FINDINGS}, (
                 select s.as_of from classification_history s
                 where s.tenant_id = $1 and s.customer_id = $2 and s.as_of <= $3
                   and s.previous_abc_class is distinct from s.abc_class
                 order by s.as_of desc, s.run_id desc limit 1) as since
               from classification_history where tenant_id = $1 and customer_id = $2 and as_of <= $3
               order by as_of desc, run_id desc limit 1`
      },
      [tx.tenantId, customerId, instant]
    )
    return row
  },

  /** Changes of a customer's findings, latest first; the primary key carries it. */
  async history(
    customerId: string,
    after: { asOf: string; runId: string } | null,
    limit: number
  ): Promise<HistoryRow[]> {
    return tx.rows<HistoryRow>(
      {
        name: after === null ? 'classification_history' : 'classification_history_after',
        text: `select h.*, r.as_of_day as "runDay" from (
                 select ${FINDINGS}, as_of as "asOf", run_id as "runId", previous_abc_class as "previousAbcClass"
                 from classification_history
                 where tenant_id = $1 and customer_id = $2
                   ${after === null ? '' : 'and (as_of, run_id) < ($4::timestamptz, $5::uuid)'}
                 order by as_of desc, run_id desc limit $3) h
               join classification_runs r on r.tenant_id = $1 and r.id = h."runId"
               order by h."asOf" desc, h."runId" desc`
      },
      after === null ? [tx.tenantId, customerId, limit] : [tx.tenantId, customerId, limit, after.asOf, after.runId]
    )
  },

  /**
   * Largest amount first, equal ones by id. Each class is read in its order out of `classifications_abc_class_idx`, so a
   * list of all classes stops as early as a list of one. The text depends on which filters there are, hence no name.
   */
  async list(
    filter: ClassificationFilter,
    after: { amountMinor: number; customerId: string } | null,
    limit: number
  ): Promise<FindingsRow[]> {
    const values: unknown[] = [tx.tenantId, limit]
    const bind = (value: unknown) => `$${values.push(value)}`
    const conditions: string[] = []
    if (after) {
      const [amount, id] = [bind(after.amountMinor), bind(after.customerId)]
      conditions.push(`amount_minor <= ${amount} and (amount_minor < ${amount} or customer_id > ${id})`)
    }
    if (filter.storeId !== undefined) {
      conditions.push(`exists (select from customers c where c.tenant_id = $1 and c.id = customer_id
                         and c.home_store_id = ${bind(filter.storeId)})`)
    }
    if (filter.relationshipManagerId !== undefined) {
      conditions.push(`exists (select from assignments a where a.tenant_id = $1 and a.customer_id = k.customer_id
                         and a.valid_to is null and a.staff_id = ${bind(filter.relationshipManagerId)})`)
    }
    for (const [column, value] of [
      ['loyalty_level', filter.loyalty],
      ['trust_level', filter.trustLevel],
      ['standing', filter.standing],
      ['defection_state', filter.defectionState],
      ['price_driven', filter.priceDriven],
      ['first_user', filter.firstUser]
    ] as const) {
      if (value !== undefined) conditions.push(`k.${column} = ${bind(value)}`)
    }
    if (filter.defectionBasis !== undefined) conditions.push(`${DEFECTION_BASIS} = ${bind(filter.defectionBasis)}`)
    const classes = filter.abcClass === undefined ? CLASSES : [filter.abcClass]
    const pieces = classes.map(
      name => `(select ${FINDINGS}, class_since as since from classifications k
                where tenant_id = $1 and abc_class = ${bind(name)} ${conditions.map(c => `and ${c}`).join(' ')}
                order by amount_minor desc nulls last, customer_id limit $2)`
    )
    const { rows } = await tx.client.query<FindingsRow>(
      `select * from (${pieces.join(' union all ')}) listed order by "amountMinor" desc, "customerId" limit $2`,
      values
    )
    return rows
  },

  /** What customers have bought in the window so far, net minor units; nothing is 0. */
  async liveAmounts(ids: readonly string[], window: LiveWindow): Promise<Map<string, number>> {
    const rows = await (window.returnsCountOn === 'sale' && window.fromDay !== null
      ? bySaleDay(tx, ids, window.fromDay)
      : byOwnDay(tx, ids, window.reading))
    return new Map(rows.map(row => [row.id, row.amount]))
  }
})

interface LiveAmount {
  readonly id: string
  readonly amount: number
}

/** Whole months from the months' figures, the days at the edge of the window from the ledger. */
function byOwnDay(
  tx: Tx,
  ids: readonly string[],
  { firstMonth, slices: [slice] }: WindowReading
): Promise<LiveAmount[]> {
  return tx.rows<LiveAmount>(
    {
      name: 'classification_live_amounts',
      text: `select i.id, coalesce((select sum(net_minor) from customer_months m
                 where m.tenant_id = $1 and m.customer_id = i.id and m.month >= $3::date), 0)
               + $4::int * coalesce((select sum(net_minor) from purchases p
                 where $4::int <> 0 and p.tenant_id = $1 and p.customer_id = i.id and p.purchased_on >= $5::date and p.purchased_on < $6::date
                   and p.purchased_at >= $5::timestamptz - interval '15 hours' and p.purchased_at < $6::timestamptz + interval '13 hours'), 0)
               as amount
             from unnest($2::uuid[]) as i (id)`
    },
    [
      tx.tenantId,
      ids,
      firstMonth === null ? '-infinity' : dayText(firstDayOfMonth(firstMonth)),
      slice?.sign ?? 0,
      slice ? dayText(slice.fromDay) : '1970-01-01',
      slice ? dayText(slice.toDay) : '1970-01-01'
    ]
  )
}

/** A return that has met its sale counts on the sale's day, so every receipt is asked for its day. */
function bySaleDay(tx: Tx, ids: readonly string[], fromDay: DayNumber): Promise<LiveAmount[]> {
  return tx.rows<LiveAmount>(
    {
      name: 'classification_live_amounts_by_sale',
      text: `select i.id, coalesce((select sum(p.net_minor) from purchases p
                 left join purchases s on p.kind = 'return' and s.kind = 'sale' and s.tenant_id = $1
                   and s.source = p.return_of_source and s.receipt_number = p.return_of_receipt_number
                 where p.tenant_id = $1 and p.customer_id = i.id and coalesce(s.purchased_on, p.purchased_on) >= $3::date), 0)
               as amount
             from unnest($2::uuid[]) as i (id)`
    },
    [tx.tenantId, ids, dayText(fromDay)]
  )
}
