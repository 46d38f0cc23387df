import type { Database } from '../db/client.ts'

export interface TenantRow {
  readonly id: string
  readonly name: string
  readonly currency: string
  readonly country: string
  readonly timeZone: string
  readonly cursorSecret: string
}

/** Across tenants, with the system's role: who they all are. */
export const tenantsRepository = ({ system }: Pick<Database, 'system'>) => ({
  async list(): Promise<TenantRow[]> {
    const { rows } = await system.query(
      'select id, name, currency, country, time_zone, cursor_secret from tenants order by created_at, id'
    )
    return rows.map(row => ({
      id: row.id,
      name: row.name,
      currency: row.currency,
      country: row.country,
      timeZone: row.time_zone,
      cursorSecret: row.cursor_secret
    }))
  }
})
