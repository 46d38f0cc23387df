import type { Tx } from '../db/client.ts'
import { copyIn, copyOut } from '../db/copy.ts'
import { ABC_CLASSES } from '../domain/abc.ts'
import type { AdviceRow } from '../domain/advice-columns.ts'
import { DEFECTION_STATES } from '../domain/cadence.ts'
import { DEFECTION_BASES } from '../domain/defection.ts'
import { DEFECTION_CAUSES, RECOMMENDATIONS } from '../domain/defection-advice.ts'
import { PARTIAL_UNKNOWN } from '../domain/partial-defection.ts'
import { NO_DAY } from '../domain/period.ts'
import { customerRows } from './customer-rows.ts'

const COLUMNS = 21
/** 2 bytes of count; so many columns with 4 bytes of length each; their content. */
const LONGEST_ROW = 2 + COLUMNS * 4 + 140

const named = (names: readonly string[], code: string) => `(array['${names.join("', '")}'])[${code} + 1]`
/** In this table of the transaction a run names the customers at risk who are new or changed. */
export const CHANGED_AT_RISK = 'pg_temp.staged_advice'
/** Ids of one statement. */
const CHUNK = 10_000

/** What is written, by the column's name. */
const WRITTEN: Readonly<Record<string, string>> = {
  abc_class: named(ABC_CLASSES, 'class'),
  state: named(DEFECTION_STATES, 'state'),
  basis: named(DEFECTION_BASES, 'basis'),
  partial: `nullif(partial, ${PARTIAL_UNKNOWN}) = 1`,
  last_paid_on: 'last_paid_on',
  p_alive: 'p_alive',
  expected_purchases: 'expected_purchases',
  expected_value_minor: 'expected_value_minor',
  value_at_stake_minor: 'value_at_stake_minor',
  cause: named(DEFECTION_CAUSES, 'cause'),
  recommendation: named(RECOMMENDATIONS, 'recommendation'),
  cost_minor: 'cost_minor',
  net_benefit_minor: 'net_benefit_minor',
  digest: 'digest',
  facts: `jsonb_build_object('pDefect', p_defect / 100.0, 'valueKnown', value_known = 1, 'productGone', product_gone = 1,
    'productReturned', product_returned = 1, 'saveProbability', $2::float8)
    || case when open_complaint = 1 then '{"openComplaint": true}'::jsonb else '{}' end
    || case when badly_closed_complaint = 1 then '{"badlyClosedComplaint": true}'::jsonb else '{}' end`
}
const NAMES = Object.keys(WRITTEN)

/** An advice that a run has to write, with its digest. */
export interface ChangedAdvice {
  readonly advice: AdviceRow
  readonly digest: number
}

/** Brings the customers at risk up to what a run found: whoever is new, whoever changed, and whoever is so no longer. */
export const adviceRunRepository = (tx: Tx, ids: Uint32Array) => ({
  /**
   * Rows of customers whose favourite product is sold no longer: at least `lines` lines and half of all that they bought, and
   * nobody has bought it since a day. Unnamed, as the tables may be the transaction's own.
   */
  async productGone(lines: number, since: string): Promise<Set<number>> {
    const { rows } = await tx.client.query({
      text: `select k.customer_id as id from customer_products k
             join customer_facts f on f.tenant_id = $1 and f.customer_id = k.customer_id
             where k.tenant_id = $1 and k.lines >= $2 and 2 * k.lines >= f.lines and k.sku in (
               select sku from product_weeks where tenant_id = $1 group by sku
               having coalesce(max(week) filter (where lines > 0), '-infinity') < $3::date)`,
      values: [tx.tenantId, lines, since]
    })
    const customers = customerRows(ids)
    return new Set((rows as { id: string }[]).map(({ id }) => customers.findText(id)))
  },

  /** Reads the digests of the customers at risk, as the last run found them, into their rows. */
  async readDigests(into: Float64Array): Promise<void> {
    const customers = customerRows(ids)
    const id = new Uint32Array(4)
    await copyOut(tx.client, `select customer_id, digest from defections where tenant_id = '${tx.tenantId}'`, row => {
      row.uuid(id, 0)
      into[customers.find(id)] = row.integer(-1)
    })
  },

  /** Takes those rows off the list of customers at risk. */
  async remove(rows: readonly number[]): Promise<void> {
    const customers = customerRows(ids)
    for (let from = 0; from < rows.length; from += CHUNK) {
      const gone = rows.slice(from, from + CHUNK).map(row => customers.text(row))
      await tx.client.query({
        text: 'delete from defections where tenant_id = $1 and customer_id = any ($2::uuid[])',
        values: [tx.tenantId, gone]
      })
    }
  },

  /** Writes advices that are new or changed, one of a customer, and leaves them in CHANGED_AT_RISK. `classes` are codes by row. */
  async write(
    advices: readonly ChangedAdvice[],
    classes: Uint8Array,
    run: { readonly asOf: string; readonly saveProbability: number }
  ): Promise<void> {
    await tx.client.query(
      `create temp table staged_advice (
         customer_id uuid not null, class smallint not null, state smallint not null, basis smallint not null, partial smallint not null,
         last_paid_on date, p_alive smallint, p_defect smallint, expected_purchases float8, expected_value_minor bigint,
         value_at_stake_minor bigint not null, value_known smallint not null, cause smallint not null,
         recommendation smallint not null, cost_minor bigint not null, net_benefit_minor bigint,
         product_gone smallint not null, product_returned smallint not null, open_complaint smallint not null,
         badly_closed_complaint smallint not null, digest bigint not null) on commit drop`
    )
    await copyIn(tx.client, 'pg_temp.staged_advice', COLUMNS, advices.length, LONGEST_ROW, (out, place) => {
      const { advice, digest } = advices[place] as ChangedAdvice
      const known = <T>(value: T | null, write: (value: T) => void) => (value === null ? out.null() : write(value))
      out.uuid(ids, advice.row)
      out.smallint(classes[advice.row] as number)
      out.smallint(advice.state)
      out.smallint(advice.basis)
      out.smallint(advice.partial)
      if (advice.lastDay === NO_DAY) out.null()
      else out.day(advice.lastDay)
      known(advice.pAlive, value => out.smallint(value))
      known(advice.pDefect, value => out.smallint(Math.round(value * 100)))
      known(advice.expectedPurchases, value => out.float(value))
      known(advice.expectedValueMinor, value => out.bigint(value))
      out.bigint(advice.valueAtStakeMinor)
      out.smallint(advice.valueKnown ? 1 : 0)
      out.smallint(advice.cause)
      out.smallint(advice.recommendation)
      out.bigint(advice.costMinor)
      known(advice.netBenefitMinor, value => out.bigint(value))
      out.smallint(advice.productGone ? 1 : 0)
      out.smallint(advice.productReturned ? 1 : 0)
      out.smallint(advice.openComplaint ? 1 : 0)
      out.smallint(advice.badlyClosedComplaint ? 1 : 0)
      out.bigint(digest)
    })
    await tx.client.query('create unique index on pg_temp.staged_advice (customer_id); analyze pg_temp.staged_advice')
    await tx.client.query({
      text: `insert into defections (tenant_id, customer_id, since, home_store_id, ${NAMES.join(', ')})
             select $1, s.customer_id, $3, c.home_store_id, ${NAMES.map(name => `s.${name}`).join(', ')}
             from (select customer_id, ${NAMES.map(name => `${WRITTEN[name]} as ${name}`).join(', ')} from pg_temp.staged_advice) s
             left join customers c on c.tenant_id = $1 and c.id = s.customer_id
             order by s.customer_id
             on conflict (tenant_id, customer_id) do update set ${NAMES.map(name => `${name} = excluded.${name}`).join(', ')}`,
      values: [tx.tenantId, run.saveProbability, run.asOf]
    })
  }
})
