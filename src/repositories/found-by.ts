import type { Tx } from '../db/client.ts'

/**
 * Contacts and external ids of a customer as his file keeps them once more, from the tables in which they are looked
 * up; `customer` is the alias of his row.
 */
export const foundByOf = (customer: string): string => `json_build_array(
  coalesce((select json_agg(json_build_object('type', k.type, 'value', k.value, 'normalized', k.normalized, 'label', k.label)
                            order by k.position)
            from customer_contacts k where k.tenant_id = $1 and k.customer_id = ${customer}.id), '[]'),
  coalesce((select json_agg(json_build_object('system', x.system, 'key', x.key))
            from customer_external_ids x where x.tenant_id = $1 and x.customer_id = ${customer}.id), '[]'))`

/** The same of everybody; external ids are a set, so both sides are put in one order. */
const DIFFERING = `
  customers c
  left join (select customer_id,
               jsonb_agg(jsonb_build_object('type', type, 'value', value, 'normalized', normalized, 'label', label)
                         order by position) as contacts
             from customer_contacts where tenant_id = $1 group by customer_id) k on k.customer_id = c.id
  left join (select customer_id, jsonb_agg(e order by e) as external_ids
             from customer_external_ids, jsonb_build_object('system', system, 'key', key) e
             where tenant_id = $1 group by customer_id) x on x.customer_id = c.id
  where c.tenant_id = $1`

const KEPT = 'c.found_by_version = c.version'

const DIFFERS = `(c.found_by::jsonb -> 0, (select coalesce(jsonb_agg(e order by e), '[]') from jsonb_array_elements(c.found_by::jsonb -> 1) e))
  is distinct from (coalesce(k.contacts, '[]'), coalesce(x.external_ids, '[]'))`

/** What files keep of the tables by which customers are found, beside these tables. */
export const foundByRepository = (tx: Tx) => ({
  /** How many files show something else than the tables say. */
  async differences(): Promise<number> {
    const [row] = await tx.rows<{ files: number }>(
      {
        name: 'found_by_differences',
        text: `select count(*)::int as files from ${DIFFERING} and ${KEPT} and ${DIFFERS}`
      },
      [tx.tenantId]
    )
    return row?.files ?? 0
  },

  /** Files that show something else, and those that keep nothing for their present version, in the order of their ids. */
  async outdated(): Promise<string[]> {
    const rows = await tx.rows<{ id: string }>(
      {
        name: 'found_by_outdated',
        text: `select c.id from ${DIFFERING} and (${KEPT} is not true or ${DIFFERS}) order by c.id`
      },
      [tx.tenantId]
    )
    return rows.map(({ id }) => id)
  },

  /**
   * Writes into the files what the tables say. Two statements: one that waited for a file would have read the tables as they
   * were before the change that it waited for.
   */
  async keep(customerIds: readonly string[]): Promise<void> {
    const values = [tx.tenantId, customerIds]
    await tx.rows(
      {
        name: 'found_by_lock',
        text: `select from customers where tenant_id = $1 and id = any ($2::uuid[]) order by id for update`
      },
      values
    )
    await tx.rows(
      {
        name: 'found_by_keep',
        text: `update customers c set found_by = ${foundByOf('c')}, found_by_version = c.version
               where c.tenant_id = $1 and c.id = any ($2::uuid[])`
      },
      values
    )
  }
})
