import { eq } from 'drizzle-orm'
import type { Tx } from '../db/client.ts'
import { tenants } from '../db/schema/tenants.ts'

export type TenantSettings = Omit<typeof tenants.$inferSelect, 'cursorSecret' | 'lastScheduledOn' | 'eventsExpiredTo'>
/** A tenant as it is opened; its settings start with the defaults. */
export type NewTenantRow = Pick<
  TenantSettings,
  'name' | 'currency' | 'country' | 'timeZone' | 'language' | 'createdAt'
> & {
  readonly cursorSecret: string
}
export type TenantChange = Partial<Pick<TenantSettings, 'name' | 'country' | 'timeZone' | 'language' | 'dailyRunHour'>>

const columns = {
  id: tenants.id,
  name: tenants.name,
  currency: tenants.currency,
  country: tenants.country,
  timeZone: tenants.timeZone,
  language: tenants.language,
  dailyRunHour: tenants.dailyRunHour,
  version: tenants.version,
  createdAt: tenants.createdAt,
  updatedAt: tenants.updatedAt
}

/** Any number will do; it must only be the same for everybody. */
const FIRST_TENANT_LOCK = 7_236_103

/** The one tenant of the transaction; `tenants.ts` looks across all of them. */
export const tenantRepository = (tx: Tx) => ({
  /** Opens the tenant that the transaction is about; row-level security lets it make no other. */
  async insert(tenant: NewTenantRow): Promise<void> {
    await tx.drizzle.insert(tenants).values({ id: tx.tenantId, updatedAt: tenant.createdAt, ...tenant })
  },

  /** Waits until no other transaction of any process is opening the service's first tenant. */
  async lockFirst(): Promise<void> {
    await tx.rows({ name: 'tenant_lock_first', text: 'select pg_advisory_xact_lock($1)' }, [FIRST_TENANT_LOCK])
  },

  async find(): Promise<TenantSettings | undefined> {
    const [row] = await tx.drizzle.select(columns).from(tenants).where(eq(tenants.id, tx.tenantId))
    return row
  },

  /** Locks the settings until the transaction ends, so that two changes cannot both build on one version. */
  async forUpdate(): Promise<TenantSettings | undefined> {
    const [row] = await tx.drizzle.select(columns).from(tenants).where(eq(tenants.id, tx.tenantId)).for('update')
    return row
  },

  /** Takes a day's work for scheduling; false when that day, or a later one, was taken before. */
  async takeDay(day: string): Promise<boolean> {
    const rows = await tx.rows(
      {
        name: 'tenant_take_day',
        text: `update tenants set last_scheduled_on = $2
               where id = $1 and (last_scheduled_on is null or last_scheduled_on < $2) returning id`
      },
      [tx.tenantId, day]
    )
    return rows.length === 1
  },

  async save(settings: TenantSettings): Promise<void> {
    await tx.drizzle.update(tenants).set(settings).where(eq(tenants.id, tx.tenantId))
  }
})
