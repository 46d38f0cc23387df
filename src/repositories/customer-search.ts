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
  readonly loyalty?: string | undefined
  readonly trustLevel?: string | undefined
  readonly standing?: string | undefined
  readonly relationshipManagerId?: string | undefined
  readonly segmentId?: string | undefined
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
const CANDIDATES_TO_FILTER = 2_000

/** What a run found of a customer, by the filter's name. */
const FINDINGS = {
  abcClass: 'x.abc_class',
  loyalty: 'x.loyalty_level',
  trustLevel: 'x.trust_level',
  standing: 'x.standing'
} as const

const SORT_COLUMNS = { createdAt: 'c.created_at', updatedAt: 'c.updated_at' } as const

/**
 * Finds customers; their files are read afterwards, by id. Statements with filters depend on values for the choice of an
 * index (a rare tag or a common one): they have no name, so that they are planned with their values each time.
 */
export const customerSearch = (tx: Tx) => ({
  /** Customers by id, or in a published order. */
  async list(filters: CustomerFilters, sort: CustomerSort | null, after: Place, limit: number): Promise<Found[]> {
    const draft = new Draft(tx.tenantId).filter(filters, AMONG)
    const [direction, beyond] = sort?.startsWith('-') ? ['desc', '<'] : ['asc', '>']
    const column = sort === null ? null : SORT_COLUMNS[sort.replace('-', '') as keyof typeof SORT_COLUMNS]
    const keys = column === null ? ['c.id'] : [column, 'c.id']
    if (after) draft.also(`(${keys.join(', ')}) ${beyond} (${draft.bindAll(after)})`)
    const rows = await draft.rows<{ id: string; place?: string }>(
      tx,
      `select c.id${column === null ? '' : `, ${column} as place`} from customers c where c.tenant_id = $1 and ${draft.where()}
       order by ${keys.map(key => `${key} ${direction}`).join(', ')} limit ${draft.bind(limit)}`,
      // In the order of an index, wherever it begins: one plan is right for all.
      isFiltered(filters) ? null : `customers_list_${column ?? 'c.id'}_${direction}${after ? '_after' : ''}`
    )
    return rows.map(({ id, place }) => ({ id, place: place === undefined ? [id] : [place, id] }))
  },

  /** The customer with this contact or external id, if the filters let him pass. */
  async byKey(key: CustomerKey, filters: CustomerFilters): Promise<Found[]> {
    const draft = new Draft(tx.tenantId).filter(filters, AMONG)
    const owner =
      'contact' in key
        ? `select customer_id from customer_contacts where tenant_id = $1
             and type = ${draft.bind(key.contact.type)} and normalized = ${draft.bind(key.contact.normalized)}`
        : `select customer_id from customer_external_ids where tenant_id = $1
             and system = ${draft.bind(key.externalId.system)} and key = ${draft.bind(key.externalId.key)}`
    const rows = await draft.rows<{ id: string }>(
      tx,
      `select c.id from customers c where c.tenant_id = $1 and c.id = (${owner}) and ${draft.where()}`,
      isFiltered(filters) ? null : `customers_by_${'contact' in key ? 'contact' : 'external_id'}`
    )
    return rows.map(({ id }) => ({ id, place: [id] }))
  },

  /**
   * Customers whose name holds what is sought: the name itself first, then names that begin with it, then those in which a
   * word does, then the rest. One manager's customers are all looked at; of all others so many that the answer comes soon.
   */
  async byName(sought: NameQuery, filters: CustomerFilters, after: Place, limit: number): Promise<FoundByName> {
    const { relationshipManagerId, ...others } = filters
    const filtered = isFiltered(filters)
    const candidates = filtered ? CANDIDATES_TO_FILTER : CANDIDATES
    const draft = new Draft(tx.tenantId)
    const text = draft.bind(sought.folded)
    const grams = draft.bind(sought.gramKeys)
    const patterns = draft.bind(sought.substrings.map(word => `%${word}%`))
    const named =
      relationshipManagerId === undefined
        ? `select customer_id as id, rank
           from clientele_customers_named($1, ${text}, ${grams}, ${patterns}, ${draft.bind(candidates + 1)})`
        : `select c.id, clientele_name_rank(c.folded_name, ${text}) as rank
           from assignments a join customers c on c.tenant_id = $1 and c.id = a.customer_id
           where a.tenant_id = $1 and a.staff_id = ${draft.bind(relationshipManagerId)} and a.valid_to is null
             and c.name_grams @> ${grams}::bigint[] and c.folded_name like all (${patterns}::text[])`
    draft.filter(others, EACH)
    if (after) draft.also(`(n.rank, n.id) > (${draft.bindAll(after)})`)
    const rows = await draft.rows<{ looked: number; id: string | null; rank: number }>(
      tx,
      `with named as materialized (${named}),
         page as (select n.id, n.rank
                  from named n ${readsFile(others) ? 'join customers c on c.tenant_id = $1 and c.id = n.id' : ''}
                  where ${draft.where()} order by n.rank, n.id limit ${draft.bind(limit)})
       select l.looked, p.id, p.rank from (select count(*)::int as looked from named) l left join page p on true
       order by p.rank, p.id`,
      filtered ? null : `customers_named${after ? '_after' : ''}`
    )
    return {
      found: rows.flatMap(({ id, rank }) => (id === null ? [] : [{ id, place: [rank, id] }])),
      truncated: relationshipManagerId === undefined && (rows[0]?.looked ?? 0) > candidates
    }
  }
})

const isFiltered = (filters: CustomerFilters): boolean => Object.values(filters).some(value => value !== undefined)

const readsFile = ({ storeId, updatedSince }: CustomerFilters): boolean =>
  storeId !== undefined || updatedSince !== undefined

/** That a customer has a row in another table. */
type Belongs = (rows: string) => string

/** For customers `c`, of whom there may be many: the planner may begin with the rows or with the customers. */
const AMONG: Belongs = rows => `c.id in (select x.customer_id from ${rows} and x.tenant_id = $1)`

/** For names `n`, of which there are few: each is looked up, however many rows there are (`offset 0` keeps it so). */
const EACH: Belongs = rows => `exists (select from ${rows} and x.tenant_id = $1 and x.customer_id = n.id offset 0)`

/** A statement in the making: conditions, and the values behind placeholders, of which `$1` is the tenant. */
class Draft {
  private readonly values: unknown[]
  private readonly conditions: string[] = []

  constructor(tenantId: string) {
    this.values = [tenantId]
  }

  bind(value: unknown): string {
    return `$${this.values.push(value)}`
  }

  bindAll(values: readonly unknown[]): string {
    return values.map(value => this.bind(value)).join(', ')
  }

  also(condition: string): void {
    this.conditions.push(condition)
  }

  where(): string {
    return this.conditions.join(' and ') || 'true'
  }

  filter(filters: CustomerFilters, belongs: Belongs): this {
    const { storeId, updatedSince, tag, relationshipManagerId: staffId, segmentId } = filters
    if (storeId !== undefined) this.also(`c.home_store_id = ${this.bind(storeId)}`)
    if (updatedSince !== undefined) this.also(`c.updated_at >= ${this.bind(updatedSince)}`)
    if (tag !== undefined) this.also(belongs(`customer_tags x where x.tag = ${this.bind(tag)}`))
    const found = Object.entries(FINDINGS).filter(([name]) => filters[name as keyof typeof FINDINGS] !== undefined)
    if (found.length > 0) {
      const all = found.map(([name, column]) => `${column} = ${this.bind(filters[name as keyof typeof FINDINGS])}`)
      this.also(belongs(`classifications x where ${all.join(' and ')}`))
    }
    if (staffId !== undefined) {
      this.also(belongs(`assignments x where x.staff_id = ${this.bind(staffId)} and x.valid_to is null`))
    }
    if (segmentId !== undefined) {
      this.also(belongs(`segment_memberships x where x.segment_id = ${this.bind(segmentId)} and x.left_at is null`))
    }
    return this
  }

  /** A name says that the text is the same each time, and so may its plan be. */
  async rows<Row extends object>(tx: Tx, text: string, name: string | null = null): Promise<Row[]> {
    if (name !== null) return tx.rows<Row>({ name, text }, this.values)
    return (await tx.client.query<Row>({ text, values: this.values })).rows
  }
}
