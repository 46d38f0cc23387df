import { sql } from 'drizzle-orm'
import { bigint, index, jsonb, pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { instant, tenantId } from './columns.ts'

/**
 * Every change, written in the transaction that made it. `position` is stamped afterwards by the one dispatcher,
 * from rows that are committed, so a reader who goes by position can miss nothing. There is no foreign key to the
 * tenant: every writer would share a lock on that one row, and a tenant is never deleted.
 */
export const events = pgTable(
  'events',
  {
    tenantId: tenantId(),
    id: uuid('id').notNull(),
    /** Order of writing; orders the events of one transaction among themselves. */
    writeOrder: bigint('write_order', { mode: 'number' }).generatedAlwaysAsIdentity().notNull(),
    position: bigint('position', { mode: 'number' }),
    type: text('type').notNull(),
    subjectType: text('subject_type').notNull(),
    subjectId: uuid('subject_id').notNull(),
    actorType: text('actor_type').notNull(),
    actorId: text('actor_id'),
    data: jsonb('data').$type<Record<string, unknown>>().notNull(),
    occurredAt: instant('occurred_at').notNull()
  },
  t => [
    primaryKey({ name: 'events_pkey', columns: [t.tenantId, t.id] }),
    uniqueIndex('events_position_idx').on(t.tenantId, t.position).where(sql`position is not null`),
    index('events_unstamped_idx').on(t.writeOrder).where(sql`position is null`)
  ]
)
