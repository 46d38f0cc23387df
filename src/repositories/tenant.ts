import { eq } from 'drizzle-orm'
import type { Tx } from '../db/client.ts'
import { tenants } from '../db/schema/tenants.ts'

export type TenantSettings = Omit<typeof tenants.$inferSelect, 'cursorSecret' | 'lastScheduledOn' | 'eventsExpiredTo'>
export type TenantChange = Partial<Pick<TenantSettings, 'name' | 'country' | 'timeZone' | 'dailyRunHour'>>

const columns = {
  id: tenants.id,
  name: tenants.name,
  currency: tenants.currency,
  country: tenants.country,
  timeZone: tenants.timeZone,
  dailyRunHour: tenants.dailyRunHour,
  version: tenants.version,
  createdAt: tenants.createdAt,
  updatedAt: tenants.updatedAt
}

/** The one tenant of the transaction; `tenants.ts` looks across all of them. */
export const tenantRepository = (tx: Tx) => ({
  async find(): Promise<TenantSettings | undefined> {
    const [row] = await tx.drizzle.select(columns).from(tenants).where(eq(tenants.id, tx.tenantId))
    return row
  },

  /** Locks the settings until the transaction ends, so that two changes cannot both build on one version. */
  async forUpdate(): Promise<TenantSettings | undefined> {
    const [row] = await tx.drizzle.select(columns).from(tenants).where(eq(tenants.id, tx.tenantId)).for('update')
    return row
  },

  async save(settings: TenantSettings): Promise<void> {
    await tx.drizzle.update(tenants).set(settings).where(eq(tenants.id, tx.tenantId))
  }
})
