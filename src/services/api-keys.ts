import { randomInt } from 'node:crypto'
import { hasScope, type Scope } from '../domain/access.ts'
import { conflict, DomainError, forbidden, notFound } from '../domain/errors.ts'
import { type ApiKeyRow, apiKeysRepository, type KnownKey } from '../repositories/api-keys.ts'
import { eventsRepository } from '../repositories/events.ts'
import { type Actor, type ServiceDeps, sha256 } from './context.ts'
import { eventsOf, type Happening } from './events.ts'
import { expectStores } from './references.ts'

export interface NewApiKey {
  readonly name: string
  readonly scopes: readonly Scope[]
  readonly storeId: string | null
  readonly expiresAt: string | null
}

export interface ApiKeyView {
  readonly id: string
  /** The public beginning of the key, by which an owner finds it in his tills' settings. */
  readonly prefix: string
  readonly name: string
  readonly scopes: string[]
  readonly storeId: string | null
  readonly expiresAt: string | null
  readonly revokedAt: string | null
  readonly replacedBy: string | null
  readonly createdAt: string
}

/** A key as its owner sees it, once: `key` is never shown again. */
export interface IssuedKey extends ApiKeyView {
  readonly key: string
}

/** Makes a key, or takes the one that the operator chose for a scripted set-up. Only the secret's hash is for keeping. */
export function createApiKey(
  deps: ServiceDeps,
  input: NewApiKey,
  given: string | null,
  now = deps.clock()
): { row: ApiKeyRow; issued: IssuedKey } {
  const key = given ?? `ck_${randomText(16)}_${randomText(40)}`
  const [, keyId = '', secret = ''] = key.split('_')
  const row: ApiKeyRow = {
    id: deps.newId(),
    keyId,
    secretHash: sha256(secret),
    name: input.name,
    scopes: [...new Set(input.scopes)],
    storeId: input.storeId,
    expiresAt: input.expiresAt,
    revokedAt: null,
    replacedBy: null,
    createdAt: now.toISOString()
  }
  return { row, issued: { ...viewOf(row), key } }
}

/** `forget` drops what is believed of a key, so that the very next request is judged anew. */
export const apiKeysService = (deps: ServiceDeps, forget: (keyId: string) => void) => ({
  /**
   * Issues a key. Its secret is in this answer and nowhere else, the memory of idempotent requests included.
   * Refuses scopes (`scope.not_held`) and reach (`store.not_held`) beyond the caller's own, `store.unknown`, and an end
   * that has passed: `api_key.expires_in_past`.
   */
  create: (actor: Actor, input: NewApiKey): Promise<IssuedKey> =>
    deps.inTenant(
      actor,
      async tx => {
        expectHeld(actor, input.scopes, input.storeId)
        const expiresAt = futureInstant(input.expiresAt, deps.clock())
        await expectStores(tx, input.storeId === null ? [] : [{ id: input.storeId, pointer: '/storeId' }])
        const { row, issued } = createApiKey(deps, { ...input, expiresAt }, null)
        await apiKeysRepository(tx).insert(row)
        const { scopes, storeId } = row
        await eventsRepository(tx).append(
          eventsOf(deps, actor, [happened('api_key.created', row, { scopes, storeId, expiresAt })])
        )
        return issued
      },
      withoutSecret
    ),

  get: (actor: Actor, id: string): Promise<ApiKeyView> =>
    deps.reading(actor, async tx => {
      const key = await apiKeysRepository(tx).find(id)
      if (!key) throw notFound('api_key')
      return viewOf(key)
    }),

  list: (actor: Actor, afterId: string | null, limit: number): Promise<ApiKeyView[]> =>
    deps.reading(actor, async tx => (await apiKeysRepository(tx).list(afterId, limit)).map(viewOf)),

  /**
   * Ends a key at once; one that has ended stays so. With a key one cannot end the last key that manages keys
   * (`api_key.last_owner`): nobody would be left to let himself in again.
   */
  async revoke(actor: Actor, id: string): Promise<void> {
    const keyId = await deps.inTenant(actor, async tx => {
      const keys = apiKeysRepository(tx)
      const now = deps.clock().toISOString()
      // Locked before the key itself: two owners who revoke each other at once do not both succeed.
      const owners = await keys.holdingForUpdate('keys:manage', now)
      const key = await keys.forUpdate(id)
      if (!key) throw notFound('api_key')
      expectHeld(actor, [], key.storeId)
      if (key.revokedAt !== null) return key.keyId
      if (actor.type === 'api_key' && owners.length === 1 && owners[0] === id) {
        throw conflict('api_key.last_owner', 'This is the last key that can manage keys; issue another one first.')
      }
      await keys.change(id, { revokedAt: now })
      await eventsRepository(tx).append(eventsOf(deps, actor, [happened('api_key.revoked', key, {})]))
      return key.keyId
    })
    forget(keyId)
  },

  /**
   * Issues a key with the same name, scopes and store; the old one ends after the overlap, or when it would have ended
   * anyway. The new one lives as long as the old one was made to live. A key is rotated once
   * (`api_key.already_rotated`), and only while it holds (`api_key.not_active`).
   */
  async rotate(actor: Actor, id: string, overlapSeconds: number): Promise<IssuedKey> {
    let keyId: string | undefined
    const replacement = await deps.inTenant(
      actor,
      async tx => {
        const keys = apiKeysRepository(tx)
        const now = deps.clock()
        const old = await keys.forUpdate(id)
        if (!old) throw notFound('api_key')
        expectHeld(actor, old.scopes as Scope[], old.storeId)
        if (old.replacedBy !== null) throw conflict('api_key.already_rotated', 'This key has been replaced by another.')
        if (old.revokedAt !== null || (old.expiresAt !== null && Date.parse(old.expiresAt) <= now.getTime())) {
          throw conflict('api_key.not_active', 'This key has ended; issue a new one.')
        }
        const { row, issued } = createApiKey(deps, successorOf(old, now), null, now)
        await keys.insert(row)
        const expiresAt = earlier(old.expiresAt, new Date(now.getTime() + overlapSeconds * 1_000).toISOString())
        await keys.change(id, { expiresAt, replacedBy: row.id })
        await eventsRepository(tx).append(
          eventsOf(deps, actor, [happened('api_key.rotated', old, { replacedBy: row.id, expiresAt })])
        )
        keyId = old.keyId
        return issued
      },
      withoutSecret
    )
    if (keyId !== undefined) forget(keyId)
    return replacement
  }
})

/** What is remembered of an issued key for a repeated request: all but the key. */
const withoutSecret = (issued: IssuedKey) => ({ ...issued, key: null })

const viewOf = (key: KnownKey): ApiKeyView => ({
  id: key.id,
  prefix: `ck_${key.keyId}`,
  name: key.name,
  scopes: key.scopes,
  storeId: key.storeId,
  expiresAt: key.expiresAt,
  revokedAt: key.revokedAt,
  replacedBy: key.replacedBy,
  createdAt: key.createdAt
})

/** Nobody hands out, or takes away, more than he has. A caller bound to a store deals with that store's keys only. */
function expectHeld(actor: Actor, scopes: readonly Scope[], storeId: string | null): void {
  if (!scopes.every(scope => hasScope(actor.scopes, scope))) {
    throw forbidden('scope.not_held', 'A key cannot have scopes that its issuer does not have.')
  }
  if (actor.storeId !== null && storeId !== actor.storeId) {
    throw forbidden('store.not_held', 'A credential bound to a store manages keys of that store only.')
  }
}

function futureInstant(text: string | null, now: Date): string | null {
  if (text === null) return null
  const instant = new Date(text)
  if (instant.getTime() > now.getTime()) return instant.toISOString()
  throw new DomainError({
    code: 'api_key.expires_in_past',
    kind: 'unprocessable',
    detail: 'A key must end in the future.',
    errors: [{ pointer: '/expiresAt', code: 'api_key.expires_in_past', message: 'must lie in the future' }]
  })
}

const successorOf = (old: KnownKey, now: Date): NewApiKey => ({
  name: old.name,
  scopes: old.scopes as Scope[],
  storeId: old.storeId,
  expiresAt:
    old.expiresAt && new Date(now.getTime() + Date.parse(old.expiresAt) - Date.parse(old.createdAt)).toISOString()
})

/** Instants as text compare like the instants. */
const earlier = (a: string | null, b: string): string => (a !== null && a < b ? a : b)

const happened = (type: string, key: KnownKey, data: Record<string, unknown>): Happening => ({
  type,
  subjectType: 'api_key',
  subjectId: key.id,
  data
})

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

const randomText = (length: number): string =>
  Array.from({ length }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')
