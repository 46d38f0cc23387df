import { retentionRepository } from '../repositories/retention.ts'
import type { ServiceDeps } from './context.ts'

const HOUR_MS = 3_600_000
const EVENTS_KEPT_MS = 30 * 24 * HOUR_MS
const IDEMPOTENCY_KEYS_KEPT_MS = 72 * HOUR_MS
/** Rows in one statement: each is done long before a query's time is up. */
const CHUNK = 1_000

export interface Swept {
  readonly events: number
  readonly idempotencyKeys: number
}

/** What is kept for a while only. */
export const retentionService = (deps: ServiceDeps) => ({
  /** Deletes events older than 30 days and idempotency keys older than 72 hours, of every tenant; says how many. */
  async sweep(): Promise<Swept> {
    const retention = retentionRepository(deps.database)
    const now = deps.clock().getTime()
    const eventsBefore = new Date(now - EVENTS_KEPT_MS).toISOString()
    const keysBefore = new Date(now - IDEMPOTENCY_KEYS_KEPT_MS).toISOString()
    let events = 0
    let idempotencyKeys = 0
    for (const id of await retention.tenantsWithExpired(eventsBefore, keysBefore)) {
      events += await inChunks(limit => retention.expireEvents(id, eventsBefore, limit))
      idempotencyKeys += await inChunks(limit => retention.expireIdempotencyKeys(id, keysBefore, limit))
    }
    return { events, idempotencyKeys }
  }
})

/** Repeats a bounded deletion until it finds less than it might have taken. */
async function inChunks(expire: (limit: number) => Promise<number>): Promise<number> {
  for (let total = 0; ; ) {
    const expired = await expire(CHUNK)
    total += expired
    if (expired < CHUNK) return total
  }
}
