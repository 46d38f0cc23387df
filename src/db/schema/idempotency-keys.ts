import { foreignKey, index, jsonb, pgTable, primaryKey, smallint, text } from 'drizzle-orm/pg-core'
import { instant, tenantId } from './columns.ts'
import { tenants } from './tenants.ts'

/** The answer given to an `Idempotency-Key`, written in the transaction of its effect and kept for 72 hours. */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    tenantId: tenantId(),
    key: text('key').notNull(),
    requestHash: text('request_hash').notNull(),
    status: smallint('status').notNull(),
    headers: jsonb('headers').$type<Record<string, string>>().notNull(),
    body: text('body').notNull(),
    createdAt: instant('created_at').notNull()
  },
  t => [
    primaryKey({ name: 'idempotency_keys_pkey', columns: [t.tenantId, t.key] }),
    foreignKey({ name: 'idempotency_keys_tenant_id_fkey', columns: [t.tenantId], foreignColumns: [tenants.id] }),
    index('idempotency_keys_created_at_idx').on(t.tenantId, t.createdAt)
  ]
)
