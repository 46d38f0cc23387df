import type { Tx } from '../db/client.ts'
import { apiKeys } from '../db/schema/api-keys.ts'

export type ApiKeyRow = Omit<typeof apiKeys.$inferSelect, 'tenantId'>

export const apiKeysRepository = (tx: Tx) => ({
  async insert(row: ApiKeyRow): Promise<void> {
    await tx.drizzle.insert(apiKeys).values({ tenantId: tx.tenantId, ...row })
  }
})
