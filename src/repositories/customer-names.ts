import type { Tx } from '../db/client.ts'

/** What lists of other things show of a customer. */
export interface CustomerName {
  readonly customerName: string | null
  readonly customerExternalIds: { readonly system: string; readonly key: string }[]
}

export const customerNamesRepository = (tx: Tx) => ({
  /** Names and external ids of customers, by id. */
  async of(ids: readonly string[]): Promise<Map<string, CustomerName>> {
    const rows = await tx.rows<{ id: string; name: string | null; external_ids: { system: string; key: string }[] }>(
      {
        name: 'customer_names',
        text: `select c.id, c.name, coalesce(
                 (select jsonb_agg(jsonb_build_object('system', x.system, 'key', x.key) order by x.system, x.key)
                  from customer_external_ids x where x.tenant_id = $1 and x.customer_id = c.id), '[]') as external_ids
               from customers c where c.tenant_id = $1 and c.id = any ($2::uuid[])`
      },
      [tx.tenantId, ids]
    )
    return new Map(rows.map(row => [row.id, { customerName: row.name, customerExternalIds: row.external_ids }]))
  }
})
