import type { Tx } from '../db/client.ts'

export interface NewEvent {
  readonly id: string
  /** `noun.happened`, such as `customer.created`. */
  readonly type: string
  readonly subjectType: string
  readonly subjectId: string
  readonly data: Record<string, unknown>
  readonly occurredAt: string
  readonly actorType: string
  readonly actorId: string | null
}

export interface EventRow extends NewEvent {
  readonly position: number
}

export interface EventSlice {
  readonly events: EventRow[]
  readonly head: number
  readonly expiredTo: number
}

interface StoredEvent {
  id: string
  position: number
  type: string
  subject_type: string
  subject_id: string
  actor_type: string
  actor_id: string | null
  data: Record<string, unknown>
  occurred_at: string
}

/** Without an event, the figures of the feed come alone. */
type SliceRow = (StoredEvent | { id: null }) & { head: number | null; events_expired_to: number }

export const eventsRepository = (tx: Tx) => ({
  /** Adds events in their order. They reach the feed once this transaction is committed. */
  async append(events: readonly NewEvent[]): Promise<void> {
    if (events.length === 0) return
    await tx.rows(
      {
        name: 'events_append',
        text: `insert into events (tenant_id, id, type, subject_type, subject_id, actor_type, actor_id, data, occurred_at)
               select $1, e.id, e.type, e.subject_type, e.subject_id, e.actor_type, e.actor_id, e.data, e.occurred_at
               from unnest($2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::text[], $7::text[], $8::jsonb[], $9::timestamptz[])
                 with ordinality as e (id, type, subject_type, subject_id, actor_type, actor_id, data, occurred_at, n)
               order by e.n`
      },
      [
        tx.tenantId,
        events.map(e => e.id),
        events.map(e => e.type),
        events.map(e => e.subjectType),
        events.map(e => e.subjectId),
        events.map(e => e.actorType),
        events.map(e => e.actorId),
        events.map(e => JSON.stringify(e.data)),
        events.map(e => e.occurredAt)
      ]
    )
  },

  /**
   * The feed after a position, in the order of positions; `events_position_idx` carries it. `head` is the last position
   * given so far, and `expiredTo` the last one that retention has deleted, both as of the same moment as the events.
   */
  async after(position: number, limit: number, types: readonly string[] | null): Promise<EventSlice> {
    const rows = await tx.rows<SliceRow>(
      {
        name: 'events_after',
        text: `select e.*,
                      (select max(h.position) from events h where h.tenant_id = $1 and h.position is not null) as head,
                      t.events_expired_to
               from tenants t left join lateral (
                 select id, position, type, subject_type, subject_id, actor_type, actor_id, data, occurred_at
                 from events
                 where tenant_id = $1 and position > $2 and position is not null
                   and ($4::text[] is null or type = any ($4))
                 order by position limit $3
               ) e on true
               where t.id = $1
               order by e.position`
      },
      [tx.tenantId, position, limit, types]
    )
    return {
      events: rows.flatMap(row => (row.id === null ? [] : [eventOf(row)])),
      head: rows[0]?.head ?? 0,
      expiredTo: rows[0]?.events_expired_to ?? 0
    }
  }
})

const eventOf = (row: StoredEvent): EventRow => ({
  id: row.id,
  position: row.position,
  type: row.type,
  subjectType: row.subject_type,
  subjectId: row.subject_id,
  actorType: row.actor_type,
  actorId: row.actor_id,
  data: row.data,
  occurredAt: row.occurred_at
})
