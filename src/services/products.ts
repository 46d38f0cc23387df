import type { Tx } from '../db/client.ts'
import { conflict, notFound } from '../domain/errors.ts'
import { changedFields } from '../domain/merge-patch.ts'
import { eventsRepository } from '../repositories/events.ts'
import {
  type ProductChange,
  type ProductFilter,
  type ProductRow,
  productsRepository
} from '../repositories/products.ts'
import { type Actor, expectVersion, type ServiceDeps } from './context.ts'
import { eventsOf } from './events.ts'

/** What the shop says about a product; absent is not said. */
export interface ProductFacts {
  readonly name: string
  readonly brand?: string | null | undefined
  readonly category?: string | null | undefined
  /** The shop's own identifier of the supplier. */
  readonly supplierId?: string | null | undefined
  readonly launchedOn?: string | null | undefined
}

export const productsService = (deps: ServiceDeps) => {
  const productOf = (sku: string, facts: ProductFacts): ProductRow => {
    const now = deps.clock().toISOString()
    return {
      id: deps.newId(),
      sku,
      name: facts.name,
      brand: facts.brand ?? null,
      category: facts.category ?? null,
      supplierId: facts.supplierId ?? null,
      launchedOn: facts.launchedOn ?? null,
      createdFrom: 'api',
      version: 1,
      createdAt: now,
      updatedAt: now
    }
  }

  const record = (tx: Tx, actor: Actor, type: string, product: ProductRow, data: Record<string, unknown>) =>
    eventsRepository(tx).append(
      eventsOf(deps, actor, [
        { type, subjectType: 'product', subjectId: product.id, data: { sku: product.sku, ...data } }
      ])
    )

  /** A patch that changes nothing leaves the version and says nothing: catalogues are sent whole every night. */
  const change = async (
    tx: Tx,
    actor: Actor,
    before: ProductRow,
    patch: ProductChange,
    expectedVersion: number | null
  ): Promise<ProductRow> => {
    expectVersion(expectedVersion, before.version)
    const changed = changedFields(before, patch)
    if (changed.length === 0) return before
    const after = { ...before, ...patch, version: before.version + 1, updatedAt: deps.clock().toISOString() }
    await productsRepository(tx).save(after)
    await record(tx, actor, 'product.updated', after, { changed })
    return after
  }

  return {
    /** Adds a product. Refuses a sku that another product has: `product.sku_taken`. */
    create: (actor: Actor, sku: string, facts: ProductFacts): Promise<ProductRow> =>
      deps.inTenant(actor, async tx => {
        const product = productOf(sku, facts)
        if (!(await productsRepository(tx).insertIfNew(product))) {
          throw conflict('product.sku_taken', 'Another product has this sku.')
        }
        await record(tx, actor, 'product.created', product, {})
        return product
      }),

    /** Adds the product or changes what is named of it. Any number at once of one sku end as one product. */
    upsert: (
      actor: Actor,
      sku: string,
      facts: ProductFacts & ProductChange,
      expectedVersion: number | null
    ): Promise<{ product: ProductRow; created: boolean }> =>
      deps.inTenant(actor, async tx => {
        const products = productsRepository(tx)
        let before = await products.forUpdate(sku)
        if (!before) {
          // A version can only have been seen of a product that is there.
          expectVersion(expectedVersion, 0)
          const product = productOf(sku, facts)
          if (await products.insertIfNew(product)) {
            await record(tx, actor, 'product.created', product, {})
            return { product, created: true }
          }
          before = await products.forUpdate(sku)
        }
        if (!before) throw notFound('product')
        return { product: await change(tx, actor, before, facts, expectedVersion), created: false }
      }),

    get: (actor: Actor, sku: string): Promise<ProductRow> =>
      deps.reading(actor, async tx => {
        const product = await productsRepository(tx).find(sku)
        if (!product) throw notFound('product')
        return product
      }),

    list: (actor: Actor, filter: ProductFilter, afterId: string | null, limit: number): Promise<ProductRow[]> =>
      deps.reading(actor, tx => productsRepository(tx).list(filter, afterId, limit)),

    update: (actor: Actor, sku: string, patch: ProductChange, expectedVersion: number | null): Promise<ProductRow> =>
      deps.inTenant(actor, async tx => {
        const before = await productsRepository(tx).forUpdate(sku)
        if (!before) throw notFound('product')
        return change(tx, actor, before, patch, expectedVersion)
      })
  }
}
