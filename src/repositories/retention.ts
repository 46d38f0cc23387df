import type { Database } from '../db/client.ts'

/** Deletes what has been kept long enough, a bounded piece of one tenant at a time, with the system's role. */
export const retentionRepository = ({ system }: Pick<Database, 'system'>) => ({
  /**
   * Tenants whose oldest event in the feed, or oldest idempotency key, is older than is kept: two looks into an index for each
   * of all tenants, so that clearing up asks only those of whom there is something to clear.
   */
  async tenantsWithExpired(eventsBefore: string, keysBefore: string): Promise<string[]> {
    const { rows } = await system.query<{ id: string }>({
      name: 'retention_tenants',
      text: `select t.id from tenants t
             where exists (
               select from (
                 select occurred_at from events
                 where tenant_id = t.id and position is not null order by position limit 1) e
               where e.occurred_at < $1)
             or exists (
               select from idempotency_keys k where k.tenant_id = t.id and k.created_at < $2 offset 0)
             order by t.id`,
      values: [eventsBefore, keysBefore]
    })
    return rows.map(({ id }) => id)
  },

  /**
   * The oldest of a tenant's events, up to the first that occurred at `before` or later, and at most `limit`; remembers how
   * far the feed is gone. An event that never reached the feed stays. `events_position_idx` carries it.
   */
  async expireEvents(tenantId: string, before: string, limit: number): Promise<number> {
    const { rows } = await system.query<{ expired: number }>({
      name: 'retention_events',
      text: `with oldest as (
               select id, position, occurred_at from events
               where tenant_id = $1 and position is not null
               order by position limit $3
             ), expired as (
               delete from events as e using oldest
               where e.tenant_id = $1 and e.id = oldest.id
                 and oldest.position < coalesce((select min(position) from oldest where occurred_at >= $2), 9223372036854775807)
               returning e.position
             ), noted as (
               update tenants set events_expired_to = greatest(events_expired_to, (select max(position) from expired))
               where id = $1 and exists (select from expired)
             )
             select count(*)::int as expired from expired`,
      values: [tenantId, before, limit]
    })
    return rows[0]?.expired ?? 0
  },

  /** Answers to idempotency keys of before `before`, at most `limit`. `idempotency_keys_created_at_idx` carries it. */
  async expireIdempotencyKeys(tenantId: string, before: string, limit: number): Promise<number> {
    const { rowCount } = await system.query({
      name: 'retention_idempotency_keys',
      text: `delete from idempotency_keys
             where tenant_id = $1 and key in (
               select key from idempotency_keys where tenant_id = $1 and created_at < $2 order by created_at limit $3)`,
      values: [tenantId, before, limit]
    })
    return rowCount ?? 0
  }
})
