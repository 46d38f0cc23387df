import type { Tx } from '../db/client.ts'
import type { BusinessHours } from '../domain/business-hours.ts'

/** The hours that a store has of its own. */
export interface BusinessHoursRow {
  readonly storeId: string
  readonly hours: BusinessHours
  readonly version: number
  readonly createdAt: string
  readonly updatedAt: string
}

/** What the calendar of a store is made of; `hours` null: those of the policy. */
export interface StoreCalendar {
  readonly storeId: string
  readonly timeZone: string
  readonly hours: BusinessHours | null
}

const COLUMNS = `store_id as "storeId", hours, version, created_at as "createdAt", updated_at as "updatedAt"`

export const businessHoursRepository = (tx: Tx) => ({
  async find(storeId: string): Promise<BusinessHoursRow | undefined> {
    const [row] = await tx.rows<BusinessHoursRow>(
      {
        name: 'business_hours_find',
        text: `select ${COLUMNS} from store_business_hours where tenant_id = $1 and store_id = $2`
      },
      [tx.tenantId, storeId]
    )
    return row
  },

  /** Puts hours in the place of what the store had. Whoever does so has locked the store. */
  async put(row: BusinessHoursRow): Promise<void> {
    await tx.rows(
      {
        name: 'business_hours_put',
        text: `insert into store_business_hours (tenant_id, store_id, hours, version, created_at, updated_at)
               values ($1, $2, $3, $4, $5, $6)
               on conflict (tenant_id, store_id) do update
                 set hours = excluded.hours, version = excluded.version, updated_at = excluded.updated_at`
      },
      [tx.tenantId, row.storeId, JSON.stringify(row.hours), row.version, row.createdAt, row.updatedAt]
    )
  },

  /** Zone and own hours of these stores. */
  async calendars(storeIds: readonly string[]): Promise<StoreCalendar[]> {
    if (storeIds.length === 0) return []
    return tx.rows<StoreCalendar>(
      {
        name: 'business_hours_calendars',
        text: `select s.id as "storeId", s.time_zone as "timeZone", h.hours
               from stores s left join store_business_hours h on h.tenant_id = $1 and h.store_id = s.id
               where s.tenant_id = $1 and s.id = any ($2::uuid[])`
      },
      [tx.tenantId, storeIds]
    )
  }
})
