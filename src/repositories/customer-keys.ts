import type { Tx } from '../db/client.ts'
import type { Contact } from '../domain/contact.ts'
import type { ExternalId } from '../domain/customer.ts'

/** A contact or external id that belongs to another customer already. `index` is its place in what was to be added. */
export interface Taken {
  readonly index: number
  readonly customerId: string | null
}

/** What a customer is found by besides his id: contacts and external ids, each one customer's only, and tags. */
export const customerKeysRepository = (tx: Tx) => ({
  /**
   * Adds contacts and tells which of them another customer has. Written in the order of their keys, so that no two such
   * statements wait for one another in a circle.
   */
  async addContacts(id: string, contacts: readonly Contact[]): Promise<Taken[]> {
    if (contacts.length === 0) return []
    const types = contacts.map(contact => contact.type)
    const normalized = contacts.map(contact => contact.normalized)
    const added = await tx.rows<{ position: number }>(
      {
        name: 'customer_contacts_add',
        text: `insert into customer_contacts (tenant_id, customer_id, position, type, value, normalized, label)
               select $1, $2, k.position - 1, k.type, k.value, k.normalized, k.label
               from unnest($3::text[], $4::text[], $5::text[], $6::text[])
                 with ordinality as k (type, normalized, value, label, position)
               order by k.type, k.normalized
               on conflict (tenant_id, type, normalized) do nothing
               returning position`
      },
      [
        tx.tenantId,
        id,
        types,
        normalized,
        contacts.map(contact => contact.value),
        contacts.map(contact => contact.label)
      ]
    )
    if (added.length === contacts.length) return []
    return tx.rows<Taken>(
      {
        name: 'customer_contacts_taken',
        text: `select (k.n - 1)::int as index, o.customer_id as "customerId"
               from unnest($3::text[], $4::text[]) with ordinality as k (type, normalized, n)
               left join customer_contacts o on o.tenant_id = $1 and o.type = k.type and o.normalized = k.normalized
               where o.customer_id is distinct from $2
               order by k.n`
      },
      [tx.tenantId, id, types, normalized]
    )
  },

  /** Adds external ids and tells which of them another customer has; in the order of their keys, too. */
  async addExternalIds(id: string, externalIds: readonly ExternalId[]): Promise<Taken[]> {
    if (externalIds.length === 0) return []
    const values = [tx.tenantId, id, externalIds.map(({ system }) => system), externalIds.map(({ key }) => key)]
    const added = await tx.rows(
      {
        name: 'customer_external_ids_add',
        text: `insert into customer_external_ids (tenant_id, system, key, customer_id)
               select $1, e.system, e.key, $2 from unnest($3::text[], $4::text[]) as e (system, key)
               order by e.system, e.key
               on conflict (tenant_id, system, key) do nothing
               returning key`
      },
      values
    )
    if (added.length === externalIds.length) return []
    return tx.rows<Taken>(
      {
        name: 'customer_external_ids_taken',
        text: `select (e.n - 1)::int as index, o.customer_id as "customerId"
               from unnest($3::text[], $4::text[]) with ordinality as e (system, key, n)
               left join customer_external_ids o on o.tenant_id = $1 and o.system = e.system and o.key = e.key
               where o.customer_id is distinct from $2
               order by e.n`
      },
      values
    )
  },

  /** Makes the customer findable by tags; the file itself keeps them in their order. */
  async addTags(id: string, tags: readonly string[]): Promise<void> {
    if (tags.length === 0) return
    await tx.rows(
      {
        name: 'customer_tags_add',
        text: 'insert into customer_tags (tenant_id, tag, customer_id) select $1, unnest($3::text[]), $2'
      },
      [tx.tenantId, id, tags]
    )
  },

  async removeContacts(id: string): Promise<void> {
    await tx.rows(
      {
        name: 'customer_contacts_remove',
        text: 'delete from customer_contacts where tenant_id = $1 and customer_id = $2'
      },
      [tx.tenantId, id]
    )
  },

  async removeExternalIds(id: string): Promise<void> {
    await tx.rows(
      {
        name: 'customer_external_ids_remove',
        text: 'delete from customer_external_ids where tenant_id = $1 and customer_id = $2'
      },
      [tx.tenantId, id]
    )
  },

  async removeTags(id: string): Promise<void> {
    await tx.rows(
      { name: 'customer_tags_remove', text: 'delete from customer_tags where tenant_id = $1 and customer_id = $2' },
      [tx.tenantId, id]
    )
  }
})
