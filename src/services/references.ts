import type { Tx } from '../db/client.ts'
import { DomainError } from '../domain/errors.ts'
import { productsRepository } from '../repositories/products.ts'
import { promotionsRepository } from '../repositories/promotions.ts'
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

/**
 * As `expectStaff`, for people who are given something to do: who has left is given nothing any more (`staff.left`, naming each
 * field at fault).
 */
export async function expectPresentStaff(tx: Tx, named: readonly Named[]): Promise<void> {
  await expectStaff(tx, named)
  const gone = await missing(named, ids => staffRepository(tx).active(ids))
  if (gone.length === 0) return
  throw new DomainError({
    code: 'staff.left',
    kind: 'unprocessable',
    detail: 'The person who is named does not work here any more.',
    errors: gone.map(({ pointer }) => ({ pointer, code: 'staff.left', message: 'does not work here any more' }))
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

/** A promotion as a request names it: by the till's code, by the id, or by both. */
export interface NamedPromotion {
  readonly promotionCode?: string | null | undefined
  readonly promotionId?: string | null | undefined
}

/**
 * The code of the promotion that is named; null where none is, undefined where nothing is said of it. A code needs no promotion
 * that is kept, and a null id beside it says nothing: answers carry one where none is. Refuses an id that is not the tenant's
 * (`promotion.unknown`), and one of another code than is named (`promotion.differs`).
 */
export async function promotionCodeOf(
  tx: Tx,
  { promotionCode, promotionId }: NamedPromotion
): Promise<string | null | undefined> {
  if (promotionId === undefined) return promotionCode
  if (promotionId === null) return promotionCode ?? null
  const promotion = await promotionsRepository(tx).find(promotionId)
  if (!promotion) throw promotionRefused('promotion.unknown', 'is none of your promotions')
  if (promotionCode !== undefined && promotionCode !== promotion.code) {
    throw promotionRefused('promotion.differs', 'has another code than promotionCode')
  }
  return promotion.code
}

const promotionRefused = (code: string, message: string) =>
  new DomainError({
    code,
    kind: 'unprocessable',
    detail: 'The promotion that is named does not exist, or is another one.',
    errors: [{ pointer: '/promotionId', code, message }]
  })

/** The ids of the promotions that these name by code, in their order, with one statement; null where none of the code is kept. */
export async function promotionIdsOf(
  tx: Tx,
  rows: readonly { readonly promotionCode: string | null }[]
): Promise<(string | null)[]> {
  const codes = new Set(rows.flatMap(({ promotionCode }) => promotionCode ?? []))
  if (codes.size === 0) return rows.map(() => null)
  const ids = await promotionsRepository(tx).idsOf([...codes])
  return rows.map(({ promotionCode }) => ids.get(promotionCode ?? '') ?? null)
}

async function missing(named: readonly Named[], existing: (ids: string[]) => Promise<string[]>): Promise<Named[]> {
  if (named.length === 0) return []
  const known = new Set(await existing(named.map(({ id }) => id)))
  return named.filter(({ id }) => !known.has(id))
}
