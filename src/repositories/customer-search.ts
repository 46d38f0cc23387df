import type { Tx } from '../db/client.ts'
import type { ContactType } from '../domain/contact.ts'
import type { ExternalId } from '../domain/customer.ts'
import type { NameQuery } from '../domain/name-search.ts'

/** What a customer must fulfil besides what he is looked for by. */
export interface CustomerFilters {
  readonly storeId?: string | undefined
  readonly tag?: string | undefined
  /** Changed at this instant or later. */
  readonly updatedSince?: string | undefined
  readonly abcClass?: string | undefined
  readonly relationshipManagerId?: string | undefined
}

export type CustomerSort = 'createdAt' | '-createdAt' | 'updatedAt' | '-updatedAt'

/** One contact or one external id: it leads to one customer at most. */
export type CustomerKey =
  | { readonly contact: { type: ContactType; normalized: string } }
  | { readonly externalId: ExternalId }

/** A customer found, and his place in the order of the list: the sort keys, the id last. */
export interface Found {
  readonly id: string
  readonly place: readonly (string | number)[]
}

export interface FoundByName {
  readonly found: Found[]
  /** More names hold what was sought than were looked at. */
  readonly truncated: boolean
}

export type Place = readonly (string | number | null)[] | null

/** Names looked at for one search; with filters more, because these leave few of them over. */
const CANDIDATES = 1_000
const CANDIDATES_TO_FILTER = 5_000

const SORT_COLUMNS = { createdAt: 'c.created_at', updatedAt: 'c.updated_at' } as const

/**
 * Finds customers; their files are read afterwards, by id. Statements that depend on values for the choice of an index (a
 * rare tag or a common one) have no name, so that they are planned with their values each time.
 */
export const customerSearch = (tx: Tx) => ({
  /** Customers by id, or in a published order. */
  async list(filters: CustomerFilters, sort: CustomerSort | null, after: Place, limit: number): Promise<Found[]> {
    const statement = conditions(tx.tenantId, filters)
    const [direction, beyond] = sort?.startsWith('-') ? ['desc', '<'] : ['asc', '>']
    const column = sort === null ? null : SORT_COLUMNS[sort.replace('-', '') as keyof typeof SORT_COLUMNS]
    const keys = column === null ? ['c.id'] : [column, 'c.id']
    if (after) statement.also(`(${keys.join(', ')}) ${beyond} (${after.map(statement.bind).join(', ')})`)
    const text = `select c.id${column === null ? '' : `, ${column} as place`} from customers c where ${statement.where()}
      order by ${keys.map(key => `${key} ${direction}`).join(', ')} limit ${statement.bind(limit)}`
    const { rows } = await tx.client.query<{ id: string; place?: string }>({ text, values: statement.values })
    return rows.map(({ id, place }) => ({ id, place: place === undefined ? [id] : [place, id] }))
  },

  /** The customer with this contact or external id, if the filters let him pass. */
  async byKey(key: CustomerKey, filters: CustomerFilters): Promise<Found[]> {
    const statement = conditions(tx.tenantId, filters)
    const owner =
      'contact' in key
        ? `select customer_id from customer_contacts where tenant_id = $1
             and type = ${statement.bind(key.contact.type)} and normalized = ${statement.bind(key.contact.normalized)}`
        : `select customer_id from customer_external_ids where tenant_id = $1
             and system = ${statement.bind(key.externalId.system)} and key = ${statement.bind(key.externalId.key)}`
    statement.also(`c.id = (${owner})`)
    const text = `select c.id from customers c where ${statement.where()}`
    const { rows } = await tx.client.query<{ id: string }>({ text, values: statement.values })
    return rows.map(({ id }) => ({ id, place: [id] }))
  },

  /**
   * Customers whose name holds what is sought: the name itself first, then names that begin with it, then those in which a
   * word does, then the rest. One manager's customers are all looked at; of all others so many that the answer comes soon.
   */
  async byName(sought: NameQuery, filters: CustomerFilters, after: Place, limit: number): Promise<FoundByName> {
    const statement = conditions(tx.tenantId, filters)
    const bounded = filters.relationshipManagerId === undefined
    const filtered = Object.values(filters).some(value => value !== undefined)
    const candidates = filtered ? CANDIDATES_TO_FILTER : CANDIDATES
    const patterns = sought.substrings.map(word => `%${word}%`)
    const [text, grams, holding] = [sought.folded, sought.gramKeys, patterns].map(statement.bind)
    const named = bounded
      ? `select customer_id as id, rank from clientele_customers_named(${text}, ${grams}, ${holding}, ${statement.bind(candidates + 1)})`
      : `select c.id, clientele_name_rank(c.folded_name, ${text}) as rank from customers c
           where ${statement.where()} and c.name_grams @> ${grams}::bigint[] and c.folded_name like all (${holding}::text[])`
    if (after) statement.also(`(n.rank, c.id) > (${after.map(statement.bind).join(', ')})`)
    const answer = await tx.client.query<{ looked: number; id: string | null; rank: number }>({
      text: `with named as materialized (${named}),
               page as (select n.id, n.rank from named n join customers c on c.id = n.id
                        where ${statement.where()} order by n.rank, n.id limit ${statement.bind(limit)})
             select l.looked, p.id, p.rank from (select count(*)::int as looked from named) l left join page p on true
             order by p.rank, p.id`,
      values: statement.values
    })
    return {
      found: answer.rows.flatMap(({ id, rank }) => (id === null ? [] : [{ id, place: [rank, id] }])),
      truncated: bounded && (answer.rows[0]?.looked ?? 0) > candidates
    }
  }
})

/** The conditions on `customers c`, with their values; `$1` is the tenant. */
function conditions(tenantId: string, filters: CustomerFilters) {
  const values: unknown[] = [tenantId]
  const parts = ['c.tenant_id = $1']
  const bind = (value: unknown): string => `$${values.push(value)}`
  const given = <T>(value: T | undefined, condition: (placeholder: string) => string) => {
    if (value !== undefined) parts.push(condition(bind(value)))
  }
  given(filters.storeId, store => `c.home_store_id = ${store}`)
  given(filters.updatedSince, instant => `c.updated_at >= ${instant}`)
  given(
    filters.tag,
    tag => `c.id in (select t.customer_id from customer_tags t where t.tenant_id = $1 and t.tag = ${tag})`
  )
  given(
    filters.abcClass,
    abc => `c.id in (select l.customer_id from classifications l where l.tenant_id = $1 and l.abc_class = ${abc})`
  )
  given(
    filters.relationshipManagerId,
    staff =>
      `c.id in (select a.customer_id from assignments a where a.tenant_id = $1 and a.staff_id = ${staff} and a.valid_to is null)`
  )
  return { values, bind, also: (condition: string) => parts.push(condition), where: () => parts.join(' and ') }
}
