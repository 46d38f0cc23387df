import { foreignKey, index, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import type { Role } from '../../domain/access.ts'
import { instant, tenantId } from './columns.ts'
import { stores } from './stores.ts'
import { tenants } from './tenants.ts'

/** A credential `ck_<key id>_<secret>`. Only the secret's SHA-256 is kept; the secret has 40 random characters. */
export const apiKeys = pgTable(
  'api_keys',
  {
    tenantId: tenantId(),
    id: uuid('id').notNull(),
    keyId: text('key_id').notNull(),
    secretHash: text('secret_hash').notNull(),
    name: text('name').notNull(),
    /** What it may do; of a key with roles, what these brought when they were given, for versions that know no roles. */
    scopes: text('scopes').array().notNull(),
    /** Whose scopes it has, whatever a later version gives to these; empty: it has those that are named. */
    roles: text('roles').array().$type<Role[]>().notNull().default([]),
    /** A till's key may act for one store only. */
    storeId: uuid('store_id'),
    expiresAt: instant('expires_at'),
    revokedAt: instant('revoked_at'),
    /** The key that a rotation issued in its place. */
    replacedBy: uuid('replaced_by'),
    version: integer('version').notNull().default(1),
    createdAt: instant('created_at').notNull()
  },
  t => [
    primaryKey({ name: 'api_keys_pkey', columns: [t.tenantId, t.id] }),
    foreignKey({ name: 'api_keys_tenant_id_fkey', columns: [t.tenantId], foreignColumns: [tenants.id] }),
    foreignKey({
      name: 'api_keys_store_id_fkey',
      columns: [t.tenantId, t.storeId],
      foreignColumns: [stores.tenantId, stores.id]
    }),
    foreignKey({
      name: 'api_keys_replaced_by_fkey',
      columns: [t.tenantId, t.replacedBy],
      foreignColumns: [t.tenantId, t.id]
    }),
    // Read before the tenant is known, so it cannot begin with the tenant; not unique for the same reason.
    index('api_keys_key_id_idx').on(t.keyId)
  ]
)
