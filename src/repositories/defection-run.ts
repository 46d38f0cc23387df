import type { Tx } from '../db/client.ts'
import type { AdviceOutcome } from '../domain/advice-outcome.ts'
import type { Recommendation } from '../domain/defection-advice.ts'

/** The run before: what it could not see yet is what there is to look at now. */
export interface PreviousRun {
  readonly asOfDay: string
  readonly createdAt: string
}

/** An action whose outcome has been found, or has become another one. */
export interface OutcomeRow {
  readonly id: string
  readonly customerId: string
  readonly action: Recommendation
  readonly recommendation: Recommendation | null
  readonly staffId: string | null
  readonly actedOn: string
  readonly dueOn: string
  readonly before: AdviceOutcome | null
  readonly outcome: AdviceOutcome
  readonly outcomeOn: string | null
  readonly outcomeMinor: number
}

/** Receipts, and changes of files, may have been on their way into the database while the run before looked. */
const IN_FLIGHT = `interval '1 hour'`

export const ATTEMPT_ACTIONS = `('recover', 'win_back', 'keep')`

/**
 * The first paid day after `fromDay` and before both `dueDay` and `asOfDay`, of one customer's months; no day where there is
 * none. A month's mask is cut at both ends, and the lowest bit that is left is the day.
 */
const firstPaidDay = (customer: string, fromDay: string, dueDay: string, asOfDay: string): string => `(
  select min(m.month + round(ln((cut.mask & -cut.mask)::float8) / ln(2::float8))::integer) as day
  from customer_months m cross join lateral (
    select m.paid_days::bigint
           & ((1::bigint << least(least(${dueDay}, ${asOfDay}) - m.month, 31)) - 1)
           & ~((1::bigint << greatest(${fromDay} + 1 - m.month, 0)) - 1) as mask) cut
  where m.tenant_id = $1 and m.customer_id = ${customer} and cut.mask <> 0
    and m.month >= date_trunc('month', ${fromDay})::date and m.month < least(${dueDay}, ${asOfDay}))`

/**
 * The set-based statements by which a run follows up on what was advised and done, on a connection kept for jobs. Purchases
 * on the run's day and later are not looked at.
 */
export const defectionRunRepository = (tx: Tx, { id: runId, asOfDay }: { id: string; asOfDay: string }) => ({
  /** The last run that was applied before this one; undefined for the first. */
  async previousRun(): Promise<PreviousRun | undefined> {
    const [row] = await tx.rows<PreviousRun>(
      {
        name: 'defection_run_previous',
        text: `select as_of_day as "asOfDay", created_at as "createdAt" from classification_runs
               where tenant_id = $1 and applied_at is not null and id <> $2 order by as_of desc, id desc limit 1`
      },
      [tx.tenantId, runId]
    )
    return row
  },

  /**
   * Brings the customers about whom something may have to be found into a table of this transaction, with the days between which
   * it may be: who has receipts that the run before did not have, or did not look at, and everybody whose actions are open. Without a
   * run before that is everybody who is followed. A receipt that comes late changes an outcome that was found already, whatever
   * its age, if the horizon of the advice or action holds its day.
   */
  async stageFollowed(previous: PreviousRun | undefined): Promise<void> {
    await tx.client.query(
      `create temp table followed_customers (customer_id uuid primary key, from_day date not null, to_day date not null) on commit drop`
    )
    await tx.client.query({
      text: `with bought as materialized (
               select customer_id, min(purchased_on) as from_day, max(purchased_on) as to_day from purchases
               where $2::timestamptz is not null and tenant_id = $1 and customer_id is not null
                 and (recorded_at >= $2::timestamptz - ${IN_FLIGHT} or purchased_at >= $3::timestamptz - interval '15 hours')
               group by customer_id),
             followed as (
               select customer_id, date '-infinity' as from_day, date 'infinity' as to_day from defection_actions
               where tenant_id = $1 and ($2::timestamptz is null or outcome is null)
               union all
               select customer_id, '-infinity', 'infinity' from defection_advices
               where tenant_id = $1 and $2::timestamptz is null
               union all
               select customer_id, from_day, to_day from bought b
               where exists (select from defection_advices a where a.tenant_id = $1 and a.customer_id = b.customer_id)
               union all
               select customer_id, from_day, to_day from bought b
               where exists (select from defection_actions x where x.tenant_id = $1 and x.customer_id = b.customer_id))
             insert into pg_temp.followed_customers
             select customer_id, min(from_day), max(to_day) from followed group by customer_id`,
      values: [tx.tenantId, previous?.createdAt ?? null, previous?.asOfDay ?? null]
    })
    await tx.client.query('analyze pg_temp.followed_customers')
  },

  /** Takes over the home stores of customers at risk whose files were changed since the run before looked. */
  async followStores(previous: PreviousRun): Promise<void> {
    await tx.client.query({
      text: `update defections d set home_store_id = c.home_store_id from customers c
             where c.tenant_id = $1 and c.updated_at >= $2::timestamptz - ${IN_FLIGHT}
               and d.tenant_id = $1 and d.customer_id = c.id and d.home_store_id is distinct from c.home_store_id`,
      values: [tx.tenantId, previous.createdAt]
    })
  },

  /**
   * Finds who bought after an advice, and gives up on those whose horizon has passed. An attempt counts as made on an advice
   * only while the customer had not bought. Returns how many outcomes were found or changed.
   */
  async settleAdvices(): Promise<number> {
    const bought = await tx.client.query({
      text: `with found as materialized (
               select a.customer_id, a.at_risk_since, a.recommendation, bought.day
               from pg_temp.followed_customers f
               join defection_advices a on a.tenant_id = $1 and a.customer_id = f.customer_id
                 and a.advised_on < f.to_day and a.due_on > f.from_day
               cross join lateral ${firstPaidDay('a.customer_id', 'a.advised_on', 'a.due_on', '$2::date')} bought
               where bought.day is not null and (a.outcome is distinct from 'bought' or a.outcome_on <> bought.day))
             update defection_advices a set outcome = 'bought', outcome_on = found.day, acted = a.acted and exists (
               select from defection_actions x
               where x.tenant_id = $1 and x.customer_id = a.customer_id and x.action in ${ATTEMPT_ACTIONS}
                 and x.acted_on >= a.advised_on and x.acted_on < found.day)
             from found
             where a.tenant_id = $1 and a.customer_id = found.customer_id and a.at_risk_since = found.at_risk_since
               and a.recommendation = found.recommendation`,
      values: [tx.tenantId, asOfDay]
    })
    const passed = await tx.client.query({
      text: `update defection_advices set outcome = 'not_bought'
             where tenant_id = $1 and outcome is null and due_on <= $2`,
      values: [tx.tenantId, asOfDay]
    })
    return (bought.rowCount ?? 0) + (passed.rowCount ?? 0)
  },

  /** The same for actions, with what was bought so far within the horizon. Returns those whose outcome is another one now. */
  async settleActions(): Promise<OutcomeRow[]> {
    const { rows } = await tx.client.query<OutcomeRow>({
      text: `with found as materialized (
               select x.id, x.outcome as before, bought.day,
                      case when bought.day is not null then 'bought' when x.due_on <= $2 then 'not_bought' end as outcome,
                      coalesce((select sum(p.net_minor) from purchases p
                        where p.tenant_id = $1 and p.customer_id = x.customer_id
                          and p.purchased_on > x.acted_on and p.purchased_on < least(x.due_on, $2::date)), 0) as minor
               from pg_temp.followed_customers f
               join defection_actions x on x.tenant_id = $1 and x.customer_id = f.customer_id
                 and x.acted_on < f.to_day and x.due_on > f.from_day
               cross join lateral ${firstPaidDay('x.customer_id', 'x.acted_on', 'x.due_on', '$2::date')} bought),
             settled as (
               update defection_actions x
               set outcome = found.outcome, outcome_on = found.day, outcome_minor = found.minor
               from found
               where x.tenant_id = $1 and x.id = found.id and found.outcome is not null
                 and (x.outcome, x.outcome_on, x.outcome_minor)
                   is distinct from (found.outcome, found.day, found.minor::bigint)
               returning x.id, x.customer_id as "customerId", x.action, x.recommendation, x.staff_id as "staffId",
                 x.acted_on as "actedOn", x.due_on as "dueOn", found.before, x.outcome, x.outcome_on as "outcomeOn",
                 x.outcome_minor as "outcomeMinor")
             select * from settled where before is distinct from outcome order by id`,
      values: [tx.tenantId, asOfDay]
    })
    return rows
  },

  /**
   * Opens an advice for each customer at risk to whom the same was not advised before since he is at risk without a break;
   * `changed` names a table of those of whom that may be so, null for all. The horizon are the `horizonDays` days after the
   * run's day. Returns how many.
   */
  async openAdvices(horizonDays: number, changed: string | null): Promise<number> {
    const { rowCount } = await tx.client.query({
      text: `insert into defection_advices (tenant_id, customer_id, run_id, advised_on, due_on, at_risk_since, state,
               recommendation, price_driven, p_alive, value_at_stake_minor, acted)
             select $1, d.customer_id, $2, $3::date, $3::date + $4::integer + 1, d.since, d.state, d.recommendation,
                    coalesce(c.price_driven, false), d.p_alive, d.value_at_stake_minor, exists (
                      select from defection_actions x
                      where x.tenant_id = $1 and x.customer_id = d.customer_id and x.action in ${ATTEMPT_ACTIONS}
                        and x.acted_on >= $3::date)
             from ${changed === null ? '' : `${changed} changed join`} defections d ${changed === null ? '' : 'using (customer_id)'}
             left join classifications c on c.tenant_id = $1 and c.customer_id = d.customer_id
             where d.tenant_id = $1 and not exists (
               select from defection_advices a
               where a.tenant_id = $1 and a.customer_id = d.customer_id and a.at_risk_since = d.since
                 and a.recommendation = d.recommendation)
             order by d.customer_id
             on conflict do nothing`,
      values: [tx.tenantId, runId, asOfDay, horizonDays]
    })
    return rowCount ?? 0
  }
})
