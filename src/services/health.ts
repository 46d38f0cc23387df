import { verifyMigrations } from '../db/migrate.ts'
import type { ServiceDeps } from './context.ts'

/** Whether the service can do its work, check by check; a sentence says what is wrong. */
export interface Readiness {
  readonly database: 'ok' | string
  readonly migrations: 'ok' | string
}

export interface PoolState {
  readonly pool: string
  readonly open: number
  readonly idle: number
  readonly waiting: number
}

export const healthService = ({ database }: ServiceDeps) => ({
  /**
   * Asks the database itself, and compares its schema with this version's. Not over the connections of requests: a busy
   * service is ready.
   */
  async readiness(): Promise<Readiness> {
    try {
      await database.system.query('select 1')
    } catch {
      return { database: 'The database does not answer.', migrations: 'Unknown while the database does not answer.' }
    }
    try {
      await verifyMigrations(database.system)
      return { database: 'ok', migrations: 'ok' }
    } catch {
      return { database: 'ok', migrations: 'The schema is not the one of this version; run the migrations.' }
    }
  },

  pools: (): PoolState[] =>
    (['api', 'work', 'system'] as const).map(pool => {
      const { totalCount, idleCount, waitingCount } = database[pool]
      return { pool, open: totalCount, idle: idleCount, waiting: waitingCount }
    })
})
