import { and, asc, eq, gt } from 'drizzle-orm'
import type { Tx } from '../db/client.ts'
import { products } from '../db/schema/products.ts'

export type ProductRow = Omit<typeof products.$inferSelect, 'tenantId'>
export type ProductChange = Partial<Pick<ProductRow, 'name' | 'brand' | 'category' | 'supplierId' | 'launchedOn'>>

export interface ProductFilter {
  readonly sku?: string | undefined
  readonly brand?: string | undefined
  readonly category?: string | undefined
}

const columns = {
  id: products.id,
  sku: products.sku,
  name: products.name,
  brand: products.brand,
  category: products.category,
  supplierId: products.supplierId,
  launchedOn: products.launchedOn,
  createdFrom: products.createdFrom,
  version: products.version,
  createdAt: products.createdAt,
  updatedAt: products.updatedAt
}

export const productsRepository = (tx: Tx) => {
  const bySku = (sku: string) => and(eq(products.tenantId, tx.tenantId), eq(products.sku, sku))

  return {
    /** Adds the product unless its sku is taken, and says whether it did. Waits for whoever is adding the same sku. */
    async insertIfNew(product: ProductRow): Promise<boolean> {
      const added = await tx.drizzle
        .insert(products)
        .values({ tenantId: tx.tenantId, ...product })
        .onConflictDoNothing({ target: [products.tenantId, products.sku] })
        .returning({ id: products.id })
      return added.length > 0
    },

    async find(sku: string): Promise<ProductRow | undefined> {
      const [row] = await tx.drizzle.select(columns).from(products).where(bySku(sku))
      return row
    },

    /** Locks the product until the transaction ends, so that two changes cannot both build on one version. */
    async forUpdate(sku: string): Promise<ProductRow | undefined> {
      const [row] = await tx.drizzle.select(columns).from(products).where(bySku(sku)).for('update')
      return row
    },

    async save(product: ProductRow): Promise<void> {
      await tx.drizzle.update(products).set(product).where(bySku(product.sku))
    },

    /** By brand or category `products_brand_idx` and `products_category_idx` give the order as well. */
    async list(filter: ProductFilter, afterId: string | null, limit: number): Promise<ProductRow[]> {
      return tx.drizzle
        .select(columns)
        .from(products)
        .where(
          and(
            eq(products.tenantId, tx.tenantId),
            afterId === null ? undefined : gt(products.id, afterId),
            filter.sku === undefined ? undefined : eq(products.sku, filter.sku),
            filter.brand === undefined ? undefined : eq(products.brand, filter.brand),
            filter.category === undefined ? undefined : eq(products.category, filter.category)
          )
        )
        .orderBy(asc(products.id))
        .limit(limit)
    }
  }
}
