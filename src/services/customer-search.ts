import type { Tx } from '../db/client.ts'
import type { ExternalId } from '../domain/customer.ts'
import { nameQuery } from '../domain/name-search.ts'
import {
  type CustomerFilters,
  type CustomerKey,
  type CustomerSort,
  customerSearch,
  type Found,
  type Place
} from '../repositories/customer-search.ts'
import { customersRepository } from '../repositories/customers.ts'
import { contactKey } from './contact-key.ts'
import type { Actor, ServiceDeps } from './context.ts'
import { type CustomerView, customerView } from './customer-view.ts'

/** Whom a caller looks for: by one of these at most, and only among those that pass the filters. */
export interface CustomerCriteria {
  /** A part of a name, or several. */
  readonly query?: string | undefined
  readonly phone?: string | undefined
  readonly email?: string | undefined
  readonly externalId?: ExternalId | undefined
  readonly filters?: CustomerFilters | undefined
}

/** A file, with its place in the order of the list it was found in. */
export interface ListedCustomer extends CustomerView {
  readonly place: Found['place']
}

export interface CustomerMatches {
  readonly customers: ListedCustomer[]
  readonly truncated: boolean
}

export const customerSearchService = (deps: ServiceDeps) => ({
  /** Customers in a published order; by id, that is in the order of opening, without one. */
  list: (
    actor: Actor,
    filters: CustomerFilters,
    sort: CustomerSort | null,
    after: Place,
    limit: number
  ): Promise<ListedCustomer[]> =>
    deps.reading(actor, async tx => filesOf(tx, actor, await customerSearch(tx).list(filters, sort, after, limit))),

  /**
   * Customers by phone, e-mail or external id (one at most), by a part of the name (best first), or all that pass the
   * filters. `truncated` when more names held what was sought than are looked at in one search.
   */
  search: (actor: Actor, criteria: CustomerCriteria, after: Place, limit: number): Promise<CustomerMatches> => {
    const { query, filters = {} } = criteria
    const key = keyOf(criteria, actor.tenant.country)
    const sought = query === undefined ? undefined : nameQuery(actor.tenantId, query)
    if (sought === null) return Promise.resolve({ customers: [], truncated: false })
    return deps.reading(actor, async tx => {
      const search = customerSearch(tx)
      const { found, truncated } = sought
        ? await search.byName(sought, filters, after, limit)
        : {
            found: key ? await search.byKey(key, filters) : await search.list(filters, null, after, limit),
            truncated: false
          }
      return { customers: await filesOf(tx, actor, found), truncated }
    })
  }
})

async function filesOf(tx: Tx, actor: Actor, found: readonly Found[]): Promise<ListedCustomer[]> {
  const rows = await customersRepository(tx).findAll(found.map(({ id }) => id))
  return rows.map((row, index) => Object.assign(customerView(row, actor), { place: found[index]?.place ?? [] }))
}

/** What leads to one customer; undefined when he is looked for in another way. Refuses what no contact can be. */
function keyOf({ phone, email, externalId }: CustomerCriteria, country: string): CustomerKey | undefined {
  if (externalId !== undefined) return { externalId }
  const contact = contactKey({ phone, email }, country)
  return contact && { contact }
}
