import { randomInt } from 'node:crypto'
import type { Scope } from '../domain/access.ts'
import { type ApiKeyRow, apiKeysRepository } from '../repositories/api-keys.ts'
import { type Actor, type ServiceDeps, sha256 } from './context.ts'

export interface NewApiKey {
  readonly name: string
  readonly scopes: readonly Scope[]
  readonly storeId: string | null
  readonly expiresAt: string | null
}

/** A key as its owner sees it, once: `key` is never shown again. */
export interface IssuedKey {
  readonly id: string
  readonly name: string
  readonly scopes: readonly string[]
  readonly storeId: string | null
  readonly expiresAt: string | null
  readonly createdAt: string
  readonly key: string
}

/** Makes a key, or takes the one that the operator chose for a scripted set-up. Only the secret's hash is for keeping. */
export function createApiKey(
  deps: ServiceDeps,
  input: NewApiKey,
  given: string | null
): { row: ApiKeyRow; issued: IssuedKey } {
  const key = given ?? `ck_${randomText(16)}_${randomText(40)}`
  const [, keyId = '', secret = ''] = key.split('_')
  const shown = {
    id: deps.newId(),
    name: input.name,
    scopes: [...input.scopes],
    storeId: input.storeId,
    expiresAt: input.expiresAt,
    createdAt: deps.clock().toISOString()
  }
  return { row: { ...shown, keyId, secretHash: sha256(secret), revokedAt: null, replacedBy: null }, issued: { ...shown, key } }
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

const randomText = (length: number): string =>
  Array.from({ length }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')

export const apiKeysService = (deps: ServiceDeps) => ({
  /** Issues a key. Its secret is in this answer and nowhere else. */
  create: (actor: Actor, input: NewApiKey): Promise<IssuedKey> =>
    deps.inTenant(actor, async tx => {
      const { row, issued } = createApiKey(deps, input, null)
      await apiKeysRepository(tx).insert(row)
      return issued
    })
})
