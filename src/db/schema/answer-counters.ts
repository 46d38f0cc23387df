import { sql } from 'drizzle-orm'
import { check, foreignKey, index, pgTable, primaryKey, smallint, text, uuid } from 'drizzle-orm/pg-core'
import type { FeedbackChannel } from '../../domain/feedback.ts'
import { instant, tenantId } from './columns.ts'
import { stores } from './stores.ts'
import { tenants } from './tenants.ts'

/** A public link to the share of answers in time. Its token opens these figures and nothing else, so it is kept as it is. */
export const answerCounters = pgTable(
  'answer_counters',
  {
    tenantId: tenantId(),
    id: uuid('id').notNull(),
    token: text('token').notNull(),
    name: text('name').notNull(),
    /** Null: of all stores, and of all channels. */
    storeId: uuid('store_id'),
    channel: text('channel').$type<FeedbackChannel>(),
    /** How many days back are counted. */
    days: smallint('days').notNull(),
    revokedAt: instant('revoked_at'),
    createdAt: instant('created_at').notNull(),
    createdBy: text('created_by')
  },
  t => [
    primaryKey({ name: 'answer_counters_pkey', columns: [t.tenantId, t.id] }),
    foreignKey({ name: 'answer_counters_tenant_id_fkey', columns: [t.tenantId], foreignColumns: [tenants.id] }),
    foreignKey({
      name: 'answer_counters_store_id_fkey',
      columns: [t.tenantId, t.storeId],
      foreignColumns: [stores.tenantId, stores.id]
    }),
    check('answer_counters_days_check', sql`${t.days} between 7 and 366`),
    // Read before the tenant is known, so it cannot begin with the tenant; not unique for the same reason.
    index('answer_counters_token_idx').on(t.token)
  ]
)
