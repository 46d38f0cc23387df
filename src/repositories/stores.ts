import { and, asc, eq, gt, inArray } from 'drizzle-orm'
import type { Tx } from '../db/client.ts'
import { stores } from '../db/schema/stores.ts'

export type StoreRow = Omit<typeof stores.$inferSelect, 'tenantId'>
export type StoreChange = Partial<Pick<StoreRow, 'name' | 'timeZone' | 'currency' | 'active'>>

const columns = {
  id: stores.id,
  code: stores.code,
  name: stores.name,
  timeZone: stores.timeZone,
  currency: stores.currency,
  active: stores.active,
  version: stores.version,
  createdAt: stores.createdAt,
  updatedAt: stores.updatedAt
}

export const storesRepository = (tx: Tx) => ({
  async insert(store: StoreRow): Promise<void> {
    await tx.drizzle.insert(stores).values({ tenantId: tx.tenantId, ...store })
  },

  async find(id: string): Promise<StoreRow | undefined> {
    const [row] = await tx.drizzle
      .select(columns)
      .from(stores)
      .where(and(eq(stores.tenantId, tx.tenantId), eq(stores.id, id)))
    return row
  },

  /** Locks the store until the transaction ends, so that two changes cannot both build on one version. */
  async forUpdate(id: string): Promise<StoreRow | undefined> {
    const [row] = await tx.drizzle
      .select(columns)
      .from(stores)
      .where(and(eq(stores.tenantId, tx.tenantId), eq(stores.id, id)))
      .for('update')
    return row
  },

  async save(store: StoreRow): Promise<void> {
    await tx.drizzle
      .update(stores)
      .set(store)
      .where(and(eq(stores.tenantId, tx.tenantId), eq(stores.id, store.id)))
  },

  /** Which of these ids are stores of the tenant. */
  async existing(ids: readonly string[]): Promise<string[]> {
    const rows = await tx.drizzle
      .select({ id: stores.id })
      .from(stores)
      .where(and(eq(stores.tenantId, tx.tenantId), inArray(stores.id, [...ids])))
    return rows.map(row => row.id)
  },

  async list(afterId: string | null, limit: number): Promise<StoreRow[]> {
    return tx.drizzle
      .select(columns)
      .from(stores)
      .where(and(eq(stores.tenantId, tx.tenantId), afterId === null ? undefined : gt(stores.id, afterId)))
      .orderBy(asc(stores.id))
      .limit(limit)
  }
})
