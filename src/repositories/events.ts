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

  /** The feed after a position, in the order of positions. `events_position_idx` carries it. */
  async after(position: number, limit: number, types: readonly string[] | null): Promise<EventRow[]> {
    const rows = await tx.rows<{
      id: string
      position: number
      type: string
      subject_type: string
      subject_id: string
      actor_type: string
      actor_id: string | null
      data: Record<string, unknown>
      occurred_at: string
    }>(
      {
        name: 'events_after',
        text: `select id, position, type, subject_type, subject_id, actor_type, actor_id, data, occurred_at
               from events
               where tenant_id = $1 and position > $2 and position is not null and ($4::text[] is null or type = any ($4))
               order by position limit $3`
      },
      [tx.tenantId, position, limit, types]
    )
    return rows.map(row => ({
      id: row.id,
      position: row.position,
      type: row.type,
      subjectType: row.subject_type,
      subjectId: row.subject_id,
      actorType: row.actor_type,
      actorId: row.actor_id,
      data: row.data,
      occurredAt: row.occurred_at
    }))
  }
})
