import type { Tx } from '../db/client.ts'
import { DomainError } from '../domain/errors.ts'
import { storesRepository } from '../repositories/stores.ts'

/** A store that a request names, and where it names it (RFC 6901). */
export interface NamedStore {
  readonly id: string
  readonly pointer: string
}

/** Refuses with `store.unknown`, naming each field at fault, unless all of these stores are the tenant's. */
export async function expectStores(tx: Tx, named: readonly NamedStore[]): Promise<void> {
  if (named.length === 0) return
  const known = new Set(await storesRepository(tx).existing(named.map(store => store.id)))
  const unknown = named.filter(store => !known.has(store.id))
  if (unknown.length === 0) return
  throw new DomainError({
    code: 'store.unknown',
    kind: 'unprocessable',
    detail: 'A store that is named does not exist.',
    errors: unknown.map(({ pointer }) => ({ pointer, code: 'store.unknown', message: 'is not one of your stores' }))
  })
}
