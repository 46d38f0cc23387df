import type { Tx } from '../db/client.ts'
import type { RemedyDecision } from '../domain/authority.ts'
import { FIRST_TIME_DAYS } from '../domain/complaint.ts'
import type { SourceKind } from '../domain/complaint-cause.ts'
import type { HandlingCounts } from '../domain/complaint-handling.ts'
import { IN_WINDOW, REPORT_STATEMENT_MS, type ReceiptWindow, windowValues } from './reports-session.ts'

export const HANDLING_GROUPS = ['month', 'store'] as const
export const CAUSE_GROUPS = ['cause', 'product', 'staff', 'store', 'supplier'] as const
export const COST_GROUPS = ['decision', 'role', 'store', 'month'] as const

export type HandlingGroup = (typeof HANDLING_GROUPS)[number]
export type CauseGroup = (typeof CAUSE_GROUPS)[number]
export type CostGroup = (typeof COST_GROUPS)[number]

/** Complaints of a group, or of all of them; hours from receiving to the first answer and to the first closure. */
export interface GroupedHandling extends HandlingCounts {
  readonly key: string | null
  readonly isTotal: boolean
  readonly medianHoursToAnswer: number | null
  readonly p90HoursToAnswer: number | null
  readonly medianHoursToClose: number | null
  readonly p90HoursToClose: number | null
}

export interface GroupedCauses {
  /** Null: nothing of the kind is known of them. */
  readonly key: string | null
  readonly label: string | null
  readonly complaints: number
  readonly expectationGap: number
  readonly productQuality: number
  readonly staffService: number
  readonly undetermined: number
  /** Without a primary cause so far. */
  readonly withoutCause: number
}

export interface GroupedCosts {
  readonly key: string | null
  readonly granted: number
  readonly amountMinor: number
  readonly refundMinor: number
  readonly waiting: number
  readonly refused: number
}

/** Instants, the second one excluded. */
export interface InstantWindow {
  readonly from: string
  readonly to: string
  readonly storeId: string | null
}

/** The same window as that of receipts, over the days and instants of receiving. */
const RECEIVED_IN_WINDOW = IN_WINDOW.replaceAll('purchased_on', 'received_on').replaceAll('purchased_at', 'received_at')

/** As `countedAs` says of one case: what was closed once is not wiped by a withdrawal. */
const COUNTED = `
  case when c.state = 'withdrawn' and c.first_closed_at is not null then 'closed' else c.state end as state,
  case when c.state = 'withdrawn' then c.first_verdict else c.verdict end as verdict`
const KEPT = `state <> 'withdrawn'`

/** Quantile of type 7 of the hours of those that came so far. */
const hoursOf = (column: string, share: number): string =>
  `percentile_cont(${share}) within group (order by ${column}) filter (where ${KEPT})`

/**
 * As `handledFirstTime` (domain/complaint.ts) says of one case, and a test holds the two together; $7 is now, $8 for how many
 * days a case has to stay closed.
 */
const SETTLED_AT = `c.first_closed_at + make_interval(hours => 24 * $8::integer)`
const FIRST_TIME = `
  case when c.first_handler_id is null then null
       when c.escalated_before_closure then false
       when c.answered_by_id <> c.first_handler_id or c.settled_by_id <> c.first_handler_id then false
       when c.first_closed_at is null then case when c.first_reopened_at is null then null else false end
       when c.first_verdict <> 'accepted' then false
       when c.first_reopened_at < ${SETTLED_AT} then false
       when c.first_reopened_at is null and $7::timestamptz < ${SETTLED_AT} then null
       when c.answered_by_id is not null and c.settled_by_id is not null then true end`

/** In the words of the index. */
const COUNTED_AT = 'coalesce(r.decided_at, r.requested_at)'

const HANDLING_KEY: Readonly<Record<HandlingGroup, string>> = {
  month: `to_char(p.received_on, 'YYYY-MM')`,
  store: 'p.store_id::text'
}
const SALES_KEY: Readonly<Record<HandlingGroup, string>> = {
  month: `to_char(p.purchased_on, 'YYYY-MM')`,
  store: 'p.store_id::text'
}
/**
 * What was found to have caused a case, of these kinds: what its primary cause leads back to, or else a further one. Read by
 * `complaint_causes_complaint_id_idx`.
 */
const found = (...kinds: readonly SourceKind[]): string => `
  left join lateral (
    select s.source ->> 'key' as key
    from complaint_causes k cross join lateral jsonb_array_elements(k.sources) as s (source)
    where c.primary_cause is not null and k.tenant_id = $1 and k.complaint_id = c.id
      and s.source ->> 'kind' in (${kinds.map(kind => `'${kind}'`).join(', ')})
    order by k.is_primary desc, k.found_at, k.id limit 1
  ) s on true`

/** What was found as the cause counts; where nothing of the kind was, what the complaint is about. */
const CAUSE_KEY: Readonly<Record<CauseGroup, { key: string; label: string; join: string }>> = {
  cause: { key: 'c.primary_cause', label: 'null', join: '' },
  product: {
    key: 'coalesce(s.key, p.sku)',
    label: 'max(x.name)',
    join: `${found('product')} left join products x on x.tenant_id = $1 and x.sku = coalesce(s.key, p.sku)`
  },
  staff: {
    key: 'coalesce(s.key::uuid, p.staff_id)::text',
    label: 'max(x.code)',
    join: `${found('training', 'guidance')}
           left join staff x on x.tenant_id = $1 and x.id = coalesce(s.key::uuid, p.staff_id)`
  },
  store: {
    key: 'p.store_id::text',
    label: 'max(x.name)',
    join: 'left join stores x on x.tenant_id = $1 and x.id = p.store_id'
  },
  supplier: { key: 'coalesce(s.key, c.supplier_id)', label: 'null', join: found('supplier') }
}

export const reportsComplaintsRepository = (tx: Tx) => ({
  /**
   * Complaints received on store days of the window, by what became of them as it stands `now`: of each group, and of all.
   * `feedback_received_at_idx` carries it. Says of a million what `handledFirstTime` and `endingOf` say of one.
   */
  async handling(by: HandlingGroup, window: ReceiptWindow, now: string): Promise<GroupedHandling[]> {
    return tx.rows<GroupedHandling & { [name: string]: unknown }>(
      {
        name: `reports_complaint_handling_${by}`,
        timeoutMs: REPORT_STATEMENT_MS,
        text: `with found as (
                 select ${HANDLING_KEY[by]} as key, ${COUNTED}, c.reopenings, c.first_closed_at, ${FIRST_TIME} as first_time,
                   extract(epoch from p.answered_at - c.received_at)::float8 / 3600 as to_answer,
                   extract(epoch from c.first_closed_at - c.received_at)::float8 / 3600 as to_close
                 from feedback p join complaints c on c.tenant_id = $1 and c.id = p.id
                 where ${RECEIVED_IN_WINDOW})
               select key, grouping(key) = 1 as "isTotal",
                 count(*) filter (where state = 'withdrawn') as withdrawn,
                 count(*) filter (where ${KEPT}) as complaints,
                 count(*) filter (where ${KEPT} and state <> 'closed') as open,
                 count(*) filter (where ${KEPT} and first_time) as "firstTime",
                 count(*) filter (where ${KEPT} and not first_time) as "notFirstTime",
                 count(*) filter (where ${KEPT} and (first_closed_at is not null or reopenings > 0)) as "everEnded",
                 count(*) filter (where ${KEPT} and reopenings > 0) as reopened,
                 count(*) filter (where state = 'closed' and verdict = 'accepted') as recovered,
                 count(*) filter (where state = 'closed' and verdict = 'not_accepted') as "badlyClosed",
                 ${hoursOf('to_answer', 0.5)} as "medianHoursToAnswer", ${hoursOf('to_answer', 0.9)} as "p90HoursToAnswer",
                 ${hoursOf('to_close', 0.5)} as "medianHoursToClose", ${hoursOf('to_close', 0.9)} as "p90HoursToClose"
               from found group by grouping sets ((key), ())`
      },
      [...windowValues(tx, window), now, FIRST_TIME_DAYS]
    )
  },

  /** Receipts of sales in the window, by the same groups. */
  async sales(by: HandlingGroup, window: ReceiptWindow): Promise<{ key: string; sales: number }[]> {
    return tx.rows<{ key: string; sales: number }>(
      {
        name: `reports_complaint_sales_${by}`,
        timeoutMs: REPORT_STATEMENT_MS,
        text: `select ${SALES_KEY[by]} as key, count(*) as sales from purchases p
               where ${IN_WINDOW} and p.kind = 'sale' group by 1`
      },
      windowValues(tx, window)
    )
  },

  /**
   * Complaints of the window, each once, by what was found to have caused them or else what they are about, and by primary
   * cause; left out are those withdrawn before they were closed.
   */
  async causes(by: CauseGroup, window: ReceiptWindow): Promise<GroupedCauses[]> {
    const { key, label, join } = CAUSE_KEY[by]
    const of = (cause: string) => `count(*) filter (where c.primary_cause = '${cause}')`
    return tx.rows<GroupedCauses & { [name: string]: unknown }>(
      {
        name: `reports_complaint_causes_${by}`,
        timeoutMs: REPORT_STATEMENT_MS,
        text: `select ${key} as key, ${label} as label, count(*) as complaints, ${of('expectation_gap')} as "expectationGap",
                      ${of('product_quality')} as "productQuality", ${of('staff_service')} as "staffService",
                      ${of('undetermined')} as undetermined, count(*) filter (where c.primary_cause is null) as "withoutCause"
               from feedback p join complaints c on c.tenant_id = $1 and c.id = p.id ${join}
               where ${RECEIVED_IN_WINDOW} and (c.state <> 'withdrawn' or c.first_closed_at is not null)
               group by 1 order by 3 desc, 1 nulls last`
      },
      windowValues(tx, window)
    )
  },

  /**
   * Remedies that were decided, or asked for and not decided yet, between two instants; what was taken back is nothing. Months
   * are those of the zone. `complaint_remedies_counted_at_idx` carries it.
   */
  async costs(by: CostGroup, { from, to, storeId }: InstantWindow, timeZone: string): Promise<GroupedCosts[]> {
    const key: Readonly<Record<CostGroup, string>> = {
      decision: 'r.decision',
      role: 'coalesce(r.granted_role, r.approver_role)',
      store: 'c.store_id::text',
      month: `to_char(${COUNTED_AT} at time zone $5, 'YYYY-MM')`
    }
    const values = [tx.tenantId, from, to, storeId]
    return tx.rows<GroupedCosts & { decision: RemedyDecision; [name: string]: unknown }>(
      {
        name: `reports_remedy_costs_${by}`,
        timeoutMs: REPORT_STATEMENT_MS,
        text: `select ${key[by]} as key, count(*) filter (where r.status = 'granted') as granted,
                      coalesce(sum(r.amount_minor) filter (where r.status = 'granted'), 0)::bigint as "amountMinor",
                      coalesce(sum(r.amount_minor) filter (where r.status = 'granted' and r.decision = 'refund'), 0)::bigint
                        as "refundMinor",
                      count(*) filter (where r.status = 'waiting') as waiting,
                      count(*) filter (where r.status = 'refused') as refused
               from complaint_remedies r join complaints c on c.tenant_id = $1 and c.id = r.complaint_id
               where r.tenant_id = $1 and ${COUNTED_AT} >= $2 and ${COUNTED_AT} < $3
                 and ($4::uuid is null or c.store_id = $4)
               group by 1 order by 1 nulls last`
      },
      by === 'month' ? [...values, timeZone] : values
    )
  }
})
