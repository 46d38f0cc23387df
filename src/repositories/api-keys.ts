import { and, arrayContains, arrayOverlaps, asc, eq, gt, isNull, or, sql } from 'drizzle-orm'
import type { Tx } from '../db/client.ts'
import { apiKeys } from '../db/schema/api-keys.ts'
import { rolesWith, type Scope } from '../domain/access.ts'

export type ApiKeyRow = Omit<typeof apiKeys.$inferSelect, 'tenantId'>
export type KeyChange = Partial<Pick<ApiKeyRow, 'name' | 'scopes' | 'roles' | 'expiresAt' | 'revokedAt' | 'replacedBy'>>
/** A key without what could be used to guess it. */
export type KnownKey = Omit<ApiKeyRow, 'secretHash'>

const columns = {
  id: apiKeys.id,
  keyId: apiKeys.keyId,
  name: apiKeys.name,
  scopes: apiKeys.scopes,
  roles: apiKeys.roles,
  storeId: apiKeys.storeId,
  expiresAt: apiKeys.expiresAt,
  revokedAt: apiKeys.revokedAt,
  replacedBy: apiKeys.replacedBy,
  version: apiKeys.version,
  createdAt: apiKeys.createdAt
}

export const apiKeysRepository = (tx: Tx) => {
  const own = (id: string) => and(eq(apiKeys.tenantId, tx.tenantId), eq(apiKeys.id, id))

  return {
    async insert(row: ApiKeyRow): Promise<void> {
      await tx.drizzle.insert(apiKeys).values({ tenantId: tx.tenantId, ...row })
    },

    async find(id: string): Promise<KnownKey | undefined> {
      const [row] = await tx.drizzle.select(columns).from(apiKeys).where(own(id))
      return row
    },

    /** Locks the key until the transaction ends: it is rotated or revoked once, whoever asks at the same time. */
    async forUpdate(id: string): Promise<KnownKey | undefined> {
      const [row] = await tx.drizzle.select(columns).from(apiKeys).where(own(id)).for('update')
      return row
    },

    /** The keys that hold at `now` and have this scope in every store, locked in one order: two callers cannot deadlock. */
    async holdingForUpdate(scope: Scope, now: string): Promise<string[]> {
      const rows = await tx.drizzle
        .select({ id: apiKeys.id })
        .from(apiKeys)
        .where(
          and(
            eq(apiKeys.tenantId, tx.tenantId),
            or(
              and(sql`cardinality(${apiKeys.roles}) = 0`, arrayContains(apiKeys.scopes, [scope])),
              arrayOverlaps(apiKeys.roles, rolesWith(scope))
            ),
            isNull(apiKeys.storeId),
            isNull(apiKeys.revokedAt),
            or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, now))
          )
        )
        .orderBy(asc(apiKeys.id))
        .for('update')
      return rows.map(row => row.id)
    },

    async change(id: string, change: KeyChange): Promise<void> {
      await tx.drizzle
        .update(apiKeys)
        .set({ ...change, version: sql`${apiKeys.version} + 1` })
        .where(own(id))
    },

    async list(afterId: string | null, limit: number): Promise<KnownKey[]> {
      return tx.drizzle
        .select(columns)
        .from(apiKeys)
        .where(and(eq(apiKeys.tenantId, tx.tenantId), afterId === null ? undefined : gt(apiKeys.id, afterId)))
        .orderBy(asc(apiKeys.id))
        .limit(limit)
    }
  }
}
