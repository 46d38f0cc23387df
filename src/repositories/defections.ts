import type { Tx } from '../db/client.ts'
import type { AbcClass } from '../domain/abc.ts'
import { DEFECTION_STATES, type DefectionState } from '../domain/cadence.ts'
import type { DefectionBasis } from '../domain/defection.ts'
import {
  DEFECTION_CAUSES,
  type DefectionCause,
  RECOMMENDATIONS,
  type Recommendation
} from '../domain/defection-advice.ts'
import type { StandingLevel } from '../domain/standing.ts'
import type { StoredFacts } from '../domain/stored-advice.ts'

/** A customer at risk, as the last run found him, with who looks after him and what was done last. */
export interface DefectionRow {
  readonly customerId: string
  readonly abcClass: AbcClass
  readonly state: DefectionState
  readonly basis: DefectionBasis
  readonly partial: boolean | null
  readonly since: string
  readonly lastPaidOn: string | null
  /** In hundredths. */
  readonly pAlive: number | null
  readonly expectedPurchases: number | null
  readonly expectedValueMinor: number | null
  readonly valueAtStakeMinor: number
  readonly cause: DefectionCause
  readonly recommendation: Recommendation
  readonly costMinor: number
  readonly netBenefitMinor: number | null
  readonly facts: StoredFacts
  readonly priceDriven: boolean
  readonly strategic: boolean
  readonly needsNotServed: boolean
  /** Sale lines, and those of them with a promotion. */
  readonly lines: number
  readonly promotionLines: number
  readonly standing: StandingLevel
  readonly storeId: string | null
  readonly relationshipManagerId: string | null
  readonly advisedOn: string | null
  readonly dueOn: string | null
  readonly lastAction: { readonly id: string; readonly action: Recommendation; readonly actedAt: string } | null
}

export interface DefectionFilter {
  readonly abcClass?: AbcClass | undefined
  readonly recommendation?: Recommendation | undefined
  readonly state?: DefectionState | undefined
  readonly basis?: DefectionBasis | undefined
  readonly cause?: DefectionCause | undefined
  readonly storeId?: string | undefined
  readonly relationshipManagerId?: string | undefined
}

export const DEFECTION_SORTS = ['-valueAtStakeMinor', 'valueAtStakeMinor', 'since', '-since'] as const
export type DefectionSort = (typeof DEFECTION_SORTS)[number]

/** The sort key of the last row of a page, and his id. */
export type DefectionPlace = readonly [key: number | string, customerId: string]

/** How each order goes through its index, and what lies beyond a place in it. The id goes with the index. */
const ORDERS: Readonly<Record<DefectionSort, Order>> = {
  '-valueAtStakeMinor': {
    key: 'value_at_stake_minor',
    by: 'd.value_at_stake_minor desc nulls last, d.customer_id',
    beyond: (key, id) =>
      `d.value_at_stake_minor <= ${key} and (d.value_at_stake_minor < ${key} or d.customer_id > ${id})`
  },
  valueAtStakeMinor: {
    key: 'value_at_stake_minor',
    by: 'd.value_at_stake_minor asc nulls first, d.customer_id desc',
    beyond: (key, id) =>
      `d.value_at_stake_minor >= ${key} and (d.value_at_stake_minor > ${key} or d.customer_id < ${id})`
  },
  since: {
    key: 'since',
    by: 'd.since, d.customer_id',
    beyond: (key, id) => `(d.since, d.customer_id) > (${key}::timestamptz, ${id}::uuid)`
  },
  '-since': {
    key: 'since',
    by: 'd.since desc, d.customer_id desc',
    beyond: (key, id) => `(d.since, d.customer_id) < (${key}::timestamptz, ${id}::uuid)`
  }
}

interface Order {
  readonly key: string
  readonly by: string
  readonly beyond: (key: string, id: string) => string
}

const CLASSES: readonly AbcClass[] = ['A', 'B', 'C', 'none']

/** Behind a subquery, so that the planner does not see how many: seeing it, it would plan anew each time. */
const AMONG = 'any ((select $2::uuid[])::uuid[])'

/** Everything that is shown of the customers at risk among the ids. What is joined is asked for all ids at once. */
const SHOWN = `
  select d.customer_id as "customerId", d.abc_class as "abcClass", d.state, d.basis, d.partial, d.since, d.last_paid_on as "lastPaidOn",
         d.p_alive as "pAlive", d.expected_purchases as "expectedPurchases", d.expected_value_minor as "expectedValueMinor",
         d.value_at_stake_minor as "valueAtStakeMinor", d.cause, d.recommendation, d.cost_minor as "costMinor",
         d.net_benefit_minor as "netBenefitMinor", d.facts,
         coalesce(k.price_driven, false) as "priceDriven", coalesce(k.standing, 'general') as standing,
         coalesce(m.marks @> '{strategic}', false) as strategic,
         coalesce(m.marks @> '{needs_not_served}', false) as "needsNotServed",
         coalesce(f.lines, 0) as lines, coalesce(f.promotion_lines, 0) as "promotionLines",
         d.home_store_id as "storeId", r.staff_id as "relationshipManagerId",
         v.advised_on as "advisedOn", v.due_on as "dueOn", x.id as "actionId", x.action, x.acted_at as "actedAt"
  from unnest((select $2::uuid[])) with ordinality as asked (id, place)
  join defections d on d.tenant_id = $1 and d.customer_id = asked.id
  left join classifications k on k.tenant_id = $1 and k.customer_id = asked.id
  left join customer_facts f on f.tenant_id = $1 and f.customer_id = asked.id
  left join (select customer_id, staff_id from assignments
             where tenant_id = $1 and customer_id = ${AMONG} and valid_to is null) r on r.customer_id = asked.id
  left join (select customer_id, array_agg(mark) as marks from customer_marks
             where tenant_id = $1 and customer_id = ${AMONG} and removed_at is null group by customer_id) m
    on m.customer_id = asked.id
  left join defection_advices v on v.tenant_id = $1 and v.customer_id = asked.id and v.at_risk_since = d.since
    and v.recommendation = d.recommendation
  left join (select distinct on (customer_id) customer_id, id, action, acted_at from defection_actions
             where tenant_id = $1 and customer_id = ${AMONG} order by customer_id, acted_at desc, id desc) x
    on x.customer_id = asked.id
  order by asked.place`

export const defectionsRepository = (tx: Tx) => ({
  async customerExists(customerId: string): Promise<boolean> {
    const rows = await tx.rows(
      { name: 'defections_customer', text: 'select 1 from customers where tenant_id = $1 and id = $2' },
      [tx.tenantId, customerId]
    )
    return rows.length > 0
  },

  /** Those of the customers who are at risk, in the order of the ids. */
  async findAll(customerIds: readonly string[]): Promise<DefectionRow[]> {
    if (customerIds.length === 0) return []
    return (await tx.rows<Selected>({ name: 'defections_find_all', text: SHOWN }, [tx.tenantId, customerIds])).map(
      rowOf
    )
  },

  /**
   * Customers at risk in an order, of which each page is read from an index in that order: of all of them, or of each
   * combination of class, advice, state with its basis, and cause that is asked for, whose first rows are put together. Of one
   * store or one manager those who do not fit are passed over. The text depends on the filters, hence no name.
   */
  async list(
    filter: DefectionFilter,
    sort: DefectionSort,
    after: DefectionPlace | null,
    limit: number
  ): Promise<DefectionRow[]> {
    const values: unknown[] = [tx.tenantId, limit]
    const bind = (value: unknown) => `$${values.push(value)}`
    const order = ORDERS[sort]
    const beyond = after === null ? '' : `and ${order.beyond(bind(after[0]), bind(after[1]))}`
    const { rows } = await tx.client.query<{ id: string }>(
      `select d.customer_id as id from (${candidates(filter, order, beyond, bind)}) d order by ${order.by} limit $2`,
      values
    )
    return this.findAll(rows.map(row => row.id))
  }
})

/** Ids and sort keys of the customers among whom the page is: the first `$2` of all who fit, or some more. */
function candidates(
  filter: DefectionFilter,
  { key, by }: Order,
  beyond: string,
  bind: (value: unknown) => string
): string {
  const { storeId, relationshipManagerId, abcClass, recommendation, state, basis, cause } = filter
  const first = `order by ${by} limit $2`
  const ofStore = storeId === undefined ? '' : `and d.home_store_id = ${bind(storeId)}`
  const ofManager =
    relationshipManagerId === undefined
      ? ''
      : `and d.customer_id in (select a.customer_id from assignments a
           where a.tenant_id = $1 and a.staff_id = ${bind(relationshipManagerId)} and a.valid_to is null)`
  const picked = { abc_class: abcClass, recommendation, state, cause, basis }
  const named = Object.entries(picked).filter(([, value]) => value !== undefined)
  const select = `select d.customer_id, d.${key} from defections d where d.tenant_id = $1`
  const isNarrow = ofStore !== '' || ofManager !== ''
  if (isNarrow || (named.length === 0 && key === 'value_at_stake_minor')) {
    const conditions = named.map(([column, value]) => `and d.${column} = ${bind(value)}`)
    return `${select} ${conditions.join(' ')} ${ofManager} ${ofStore} ${beyond} ${first}`
  }
  const each = (all: readonly string[], value: string | undefined) =>
    `unnest(${bind(value === undefined ? all : [value])}::text[])`
  const found = basedStates(state, basis)
  return `
    select d.* from ${each(CLASSES, abcClass)} as of_class (name)
    cross join ${each(RECOMMENDATIONS, recommendation)} as of_advice (name)
    cross join unnest(${bind(found.map(([name]) => name))}::text[], ${bind(found.map(([, on]) => on))}::text[])
      as of_state (name, basis)
    cross join ${each(DEFECTION_CAUSES, cause)} as of_cause (name)
    cross join lateral (
      ${select} and d.abc_class = of_class.name and d.recommendation = of_advice.name and d.state = of_state.name
        and d.cause = of_cause.name and d.basis = of_state.basis ${beyond} ${first}) d`
}

/** The states with what each may rest on, as far as they are asked for. */
function basedStates(
  state: DefectionState | undefined,
  basis: DefectionBasis | undefined
): readonly (readonly [DefectionState, DefectionBasis])[] {
  return DEFECTION_STATES.flatMap(name => BASES[name].map(on => [name, on] as const)).filter(
    ([name, on]) => (state === undefined || state === name) && (basis === undefined || basis === on)
  )
}

/** Rows of runs before there was a basis rest on the rhythm by default, whatever their state. */
const BASES: Readonly<Record<DefectionState, readonly DefectionBasis[]>> = {
  active: ['cadence'],
  due: ['cadence'],
  overdue: ['cadence'],
  lapsed: ['cadence', 'hiatus'],
  unknown: ['none', 'cadence']
}

type Selected = Omit<DefectionRow, 'lastAction'> & {
  readonly actionId: string | null
  readonly action: Recommendation | null
  readonly actedAt: string | null
}

const rowOf = ({ actionId, action, actedAt, ...row }: Selected): DefectionRow => ({
  ...row,
  lastAction: actionId === null || action === null || actedAt === null ? null : { id: actionId, action, actedAt }
})
