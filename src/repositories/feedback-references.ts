import type { Tx } from '../db/client.ts'
import type { ExternalId } from '../domain/customer.ts'

/** What a feedback may name, as its caller knows it. */
export const feedbackReferencesRepository = (tx: Tx) => ({
  async customerExists(id: string): Promise<boolean> {
    const rows = await tx.rows(
      { name: 'feedback_customer', text: 'select 1 from customers where tenant_id = $1 and id = $2' },
      [tx.tenantId, id]
    )
    return rows.length > 0
  },

  async customerByExternalId({ system, key }: ExternalId): Promise<string | undefined> {
    const [row] = await tx.rows<{ customer_id: string }>(
      {
        name: 'feedback_customer_by_external_id',
        text: 'select customer_id from customer_external_ids where tenant_id = $1 and system = $2 and key = $3'
      },
      [tx.tenantId, system, key]
    )
    return row?.customer_id
  },

  async purchase(id: string): Promise<{ storeId: string } | undefined> {
    const [row] = await tx.rows<{ storeId: string }>(
      {
        name: 'feedback_purchase',
        text: 'select store_id as "storeId" from purchases where tenant_id = $1 and id = $2'
      },
      [tx.tenantId, id]
    )
    return row
  }
})
