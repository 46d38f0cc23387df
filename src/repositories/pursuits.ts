import type { Tx } from '../db/client.ts'
import type { AbcClass } from '../domain/abc.ts'
import type { DefectionCause } from '../domain/defection-advice.ts'
import type { Effort, NotPursuedCause, PursuitFacts } from '../domain/pursuit.ts'
import { REPORT_STATEMENT_MS } from './reports-session.ts'

/** What decides whether a customer is pursued, and the figures that say why. */
export interface PursuedRow extends PursuitFacts {
  readonly abcClass: AbcClass
  /** Of a customer at risk; null for others. */
  readonly likelyCause: DefectionCause | null
  readonly valueAtStakeMinor: number | null
  readonly atRiskSince: string | null
  /** Sale lines, and those of them on a promotion; null before a run has counted them. */
  readonly lines: number | null
  readonly promotionLines: number | null
}

/** An attempt on a customer who is not pursued. */
export interface NewPursuit {
  readonly id: string
  /** Equal for a repeat of the same attempt. */
  readonly attempt: string
  readonly customerId: string
  readonly effort: Effort
  /** What of that effort, where parts of it are asked for apart. */
  readonly about: string | null
  readonly cause: NotPursuedCause
  /** Null where it was refused. */
  readonly overrideReason: string | null
  readonly minutes: number
  readonly costMinor: number
  readonly occurredAt: string
  readonly actor: string | null
}

/** Attempts of a period, alike in effort, cause and end. */
export interface PursuitCount {
  readonly effort: Effort
  readonly cause: NotPursuedCause
  readonly overridden: boolean
  /** Refused first, and granted by a manager's reason afterwards: nothing was saved. */
  readonly overriddenLater: boolean
  readonly attempts: number
  readonly minutes: number
  readonly costMinor: number
}

/** Customers who are not pursued, alike in cause and class. */
export interface NotPursuedCount {
  readonly cause: NotPursuedCause
  readonly abcClass: AbcClass
  readonly customers: number
}

export const pursuitsRepository = (tx: Tx) => ({
  /** What is known of a customer; of one who does not exist as of one of whom nothing is known. */
  async factsOf(customerId: string): Promise<PursuedRow> {
    const [row] = await tx.rows<PursuedRow>(
      {
        name: 'pursuits_facts',
        text: `select coalesce(c.abc_class, 'none') as "abcClass", coalesce(c.price_driven, false) as "priceDriven",
                      d.recommendation, d.cause as "likelyCause", d.value_at_stake_minor as "valueAtStakeMinor",
                      d.since as "atRiskSince", f.lines, f.promotion_lines as "promotionLines",
                      exists (select from customer_marks m where m.tenant_id = $1 and m.customer_id = $2
                              and m.mark = 'strategic' and m.removed_at is null) as strategic
               from (select $2::uuid as id) asked
               left join classifications c on c.tenant_id = $1 and c.customer_id = asked.id
               left join defections d on d.tenant_id = $1 and d.customer_id = asked.id
               left join customer_facts f on f.tenant_id = $1 and f.customer_id = asked.id`
      },
      [tx.tenantId, customerId]
    )
    if (!row) throw new Error('one row was asked for')
    return row
  },

  /** Keeps an attempt; false for a repeat of one that is kept already. */
  async record(pursuit: NewPursuit): Promise<boolean> {
    const rows = await tx.rows(
      {
        name: 'pursuits_record',
        text: `insert into pursuits (tenant_id, id, attempt, customer_id, effort, about, cause, override_reason, minutes,
                 cost_minor, occurred_at, actor)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
               on conflict on constraint pursuits_attempt_key do nothing returning id`
      },
      [
        tx.tenantId,
        pursuit.id,
        pursuit.attempt,
        pursuit.customerId,
        pursuit.effort,
        pursuit.about,
        pursuit.cause,
        pursuit.overrideReason,
        pursuit.minutes,
        pursuit.costMinor,
        pursuit.occurredAt,
        pursuit.actor
      ]
    )
    return rows.length > 0
  },

  /**
   * Attempts that occurred in [from, to). `pursuits_occurred_at_idx` carries it. Overrides after `to` count for refusals
   * before it: what was granted in the end was not saved, whoever had asked first.
   */
  async attempts(from: string, to: string): Promise<PursuitCount[]> {
    return tx.rows<PursuitCount>(
      {
        name: 'pursuits_attempts',
        timeoutMs: REPORT_STATEMENT_MS,
        text: `with leaves as materialized (
                 select customer_id, effort, coalesce(about, '') as about, max(occurred_at) as last_at from pursuits
                 where tenant_id = $1 and occurred_at >= $2 and override_reason is not null
                 group by customer_id, effort, coalesce(about, ''))
               select p.effort, p.cause, p.override_reason is not null as overridden,
                      p.override_reason is null and l.last_at is not null as "overriddenLater",
                      count(*)::int as attempts, sum(p.minutes)::bigint as minutes, sum(p.cost_minor)::bigint as "costMinor"
               from pursuits p
               left join leaves l on l.customer_id = p.customer_id and l.effort = p.effort
                 and l.about = coalesce(p.about, '') and l.last_at >= p.occurred_at
               where p.tenant_id = $1 and p.occurred_at >= $2 and p.occurred_at < $3
               group by 1, 2, 3, 4 order by 1, 2, 3, 4`
      },
      [tx.tenantId, from, to]
    )
  },

  /**
   * Who is not pursued now, by cause and class; who is both counts as price-driven. The few who are price-driven come from
   * `classifications_price_driven_idx`, those to let go from `defections_picked_value_idx`, a class at a time.
   */
  async notPursued(): Promise<NotPursuedCount[]> {
    return tx.rows<NotPursuedCount>(
      {
        name: 'pursuits_not_pursued',
        timeoutMs: REPORT_STATEMENT_MS,
        text: `with price_driven as materialized (
                 select customer_id, abc_class from classifications where tenant_id = $1 and price_driven),
               let_go as (
                 select customer_id, abc_class from defections
                 where tenant_id = $1 and abc_class in ('A', 'B', 'C', 'none') and recommendation = 'let_go'
                   and customer_id not in (select customer_id from price_driven)),
               found as (
                 select 'price_driven' as cause, customer_id, abc_class from price_driven
                 union all select 'let_go', customer_id, abc_class from let_go)
               select cause, abc_class as "abcClass", count(*)::int as customers from found
               where customer_id not in (
                 select customer_id from customer_marks
                 where tenant_id = $1 and mark = 'strategic' and removed_at is null)
               group by cause, abc_class order by cause, abc_class`
      },
      [tx.tenantId]
    )
  }
})
