import type { Tx } from '../db/client.ts'
import { DomainError } from '../domain/errors.ts'
import { productsRepository } from '../repositories/products.ts'
import { staffRepository } from '../repositories/staff.ts'
import { storesRepository } from '../repositories/stores.ts'

/** A thing that a request names, and where it names it (RFC 6901). */
export interface Named {
  readonly id: string
  readonly pointer: string
}

/** Refuses with `store.unknown`, naming each field at fault, unless all of these stores are the tenant's. */
export async function expectStores(tx: Tx, named: readonly Named[]): Promise<void> {
  const unknown = await missing(named, ids => storesRepository(tx).existing(ids))
  if (unknown.length === 0) return
  throw new DomainError({
    code: 'store.unknown',
    kind: 'unprocessable',
    detail: 'A store that is named does not exist.',
    errors: unknown.map(({ pointer }) => ({ pointer, code: 'store.unknown', message: 'is not one of your stores' }))
  })
}

/** Refuses with `staff.unknown`, naming each field at fault, unless all of these people are the tenant's staff. */
export async function expectStaff(tx: Tx, named: readonly Named[]): Promise<void> {
  const unknown = await missing(named, ids => staffRepository(tx).existing(ids))
  if (unknown.length === 0) return
  throw new DomainError({
    code: 'staff.unknown',
    kind: 'unprocessable',
    detail: 'A person who is named does not exist.',
    errors: unknown.map(({ pointer }) => ({ pointer, code: 'staff.unknown', message: 'is nobody of your staff' }))
  })
}

/** Refuses with `product.unknown` a product that is named and that the tenant does not have; none is named by null. */
export async function expectProduct(tx: Tx, sku: string | null | undefined): Promise<void> {
  if (sku == null || (await productsRepository(tx).find(sku)) !== undefined) return
  throw new DomainError({
    code: 'product.unknown',
    kind: 'unprocessable',
    detail: 'Something that is named does not exist.',
    errors: [{ pointer: '/sku', code: 'product.unknown', message: 'is none of your products' }]
  })
}

async function missing(named: readonly Named[], existing: (ids: string[]) => Promise<string[]>): Promise<Named[]> {
  if (named.length === 0) return []
  const known = new Set(await existing(named.map(({ id }) => id)))
  return named.filter(({ id }) => !known.has(id))
}
