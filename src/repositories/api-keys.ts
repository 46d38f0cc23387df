import { and, arrayContains, asc, eq, gt, isNull, or } from 'drizzle-orm'
import type { Tx } from '../db/client.ts'
import { apiKeys } from '../db/schema/api-keys.ts'

export type ApiKeyRow = Omit<typeof apiKeys.$inferSelect, 'tenantId'>
/** A key without what could be used to guess it. */
export type KnownKey = Omit<ApiKeyRow, 'secretHash'>

const columns = {
  id: apiKeys.id,
  keyId: apiKeys.keyId,
  name: apiKeys.name,
  scopes: apiKeys.scopes,
  storeId: apiKeys.storeId,
  expiresAt: apiKeys.expiresAt,
  revokedAt: apiKeys.revokedAt,
  replacedBy: apiKeys.replacedBy,
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
    async holdingForUpdate(scope: string, now: string): Promise<string[]> {
      const rows = await tx.drizzle
        .select({ id: apiKeys.id })
        .from(apiKeys)
        .where(
          and(
            eq(apiKeys.tenantId, tx.tenantId),
            arrayContains(apiKeys.scopes, [scope]),
            isNull(apiKeys.storeId),
            isNull(apiKeys.revokedAt),
            or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, now))
          )
        )
        .orderBy(asc(apiKeys.id))
        .for('update')
      return rows.map(row => row.id)
    },

    async change(
      id: string,
      change: Partial<Pick<ApiKeyRow, 'expiresAt' | 'revokedAt' | 'replacedBy'>>
    ): Promise<void> {
      await tx.drizzle.update(apiKeys).set(change).where(own(id))
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
