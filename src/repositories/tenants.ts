import type { Database } from '../db/client.ts'
import type { Language } from '../domain/language.ts'

export interface TenantRow {
  readonly id: string
  readonly name: string
  readonly currency: string
  readonly country: string
  readonly timeZone: string
  readonly language: Language
  readonly cursorSecret: string
}

/** A tenant with what decides when his day's work is due. */
export interface TenantClock extends TenantRow {
  readonly dailyRunHour: number
  /** The tenant's last day whose work was scheduled. */
  readonly lastScheduledOn: string | null
  readonly createdAt: string
}

const COLUMNS = 'id, name, currency, country, time_zone, language, cursor_secret'

/** Across tenants, with the system's role: who they all are. */
export const tenantsRepository = ({ system }: Pick<Database, 'system'>) => ({
  async list(): Promise<TenantRow[]> {
    const { rows } = await system.query(`select ${COLUMNS} from tenants order by created_at, id`)
    return rows.map(tenantRow)
  },

  async find(id: string): Promise<TenantRow | undefined> {
    const { rows } = await system.query(`select ${COLUMNS} from tenants where id = $1`, [id])
    return rows[0] && tenantRow(rows[0])
  },

  /** Those whose work of this day may not have been scheduled yet; it is the latest day anywhere on earth. */
  async clocks(latestDay: string): Promise<TenantClock[]> {
    const { rows } = await system.query({
      name: 'tenants_clocks',
      text: `select ${COLUMNS}, daily_run_hour, last_scheduled_on, created_at from tenants
             where last_scheduled_on is null or last_scheduled_on < $1 order by id`,
      values: [latestDay]
    })
    return rows.map(row => ({
      ...tenantRow(row),
      dailyRunHour: row.daily_run_hour,
      lastScheduledOn: row.last_scheduled_on,
      createdAt: row.created_at
    }))
  }
})

interface TenantColumns {
  readonly id: string
  readonly name: string
  readonly currency: string
  readonly country: string
  readonly time_zone: string
  readonly language: Language
  readonly cursor_secret: string
}

const tenantRow = (row: TenantColumns): TenantRow => ({
  id: row.id,
  name: row.name,
  currency: row.currency,
  country: row.country,
  timeZone: row.time_zone,
  language: row.language,
  cursorSecret: row.cursor_secret
})
