import type { Tx } from '../db/client.ts'

/** A store, as a report names it. */
export interface StoreName {
  readonly id: string
  readonly code: string
  readonly name: string
}

export const reportsStoresRepository = (tx: Tx) => ({
  /** All stores, those that were closed included: they have a past. */
  async all(): Promise<StoreName[]> {
    return tx.rows<StoreName & { [name: string]: unknown }>(
      { name: 'reports_stores', text: 'select id, code, name from stores where tenant_id = $1 order by code, id' },
      [tx.tenantId]
    )
  }
})
