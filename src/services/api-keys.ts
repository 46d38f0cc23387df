import { randomInt } from 'node:crypto'
import { hasScope, type Role, type Scope, scopesOfKey } from '../domain/access.ts'
import { conflict, DomainError, forbidden, notFound, unprocessable } from '../domain/errors.ts'
import { changedFields } from '../domain/merge-patch.ts'
import { type ApiKeyRow, apiKeysRepository, type KeyChange, type KnownKey } from '../repositories/api-keys.ts'
import { eventsRepository } from '../repositories/events.ts'
import { type Actor, expectVersion, type ServiceDeps, sha256 } from './context.ts'
import { eventsOf, type Happening } from './events.ts'
import { expectStores } from './references.ts'

/** What a key may do: whatever its roles bring, now and later, or the scopes that are named. One of the two. */
export interface Grant {
  readonly scopes?: readonly Scope[] | undefined
  readonly roles?: readonly Role[] | undefined
}

export interface NewApiKey extends Grant {
  readonly name: string
  readonly storeId: string | null
  readonly expiresAt: string | null
}

export interface ApiKeyChange extends Grant {
  readonly name?: string
}

export interface ApiKeyView {
  readonly id: string
  /** The public beginning of the key, by which an owner finds it in his tills' settings. */
  readonly prefix: string
  readonly name: string
  /** What it may do now. */
  readonly scopes: Scope[]
  /** Whose scopes these are; empty where they were named. */
  readonly roles: Role[]
  readonly storeId: string | null
  readonly expiresAt: string | null
  readonly revokedAt: string | null
  readonly replacedBy: string | null
  /** Counts the changes of the key. */
  readonly version: number
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
    ...grantOf(input),
    storeId: input.storeId,
    expiresAt: input.expiresAt,
    revokedAt: null,
    replacedBy: null,
    version: 1,
    createdAt: now.toISOString()
  }
  return { row, issued: { ...viewOf(row), key } }
}

/** `forget` drops what is believed of a key, so that the very next request is judged anew. */
export const apiKeysService = (deps: ServiceDeps, forget: (keyId: string) => void) => ({
  /**
   * Issues a key. Its secret is in this answer and nowhere else, the memory of idempotent requests included.
   * Refuses scopes and roles together, or neither (`api_key.scopes_or_roles`), scopes (`scope.not_held`) and reach (`store.not_held`) beyond the caller's own, `store.unknown`, and an end
   * that has passed: `api_key.expires_in_past`.
   */
  create: (actor: Actor, input: NewApiKey): Promise<IssuedKey> =>
    deps.inTenant(
      actor,
      async tx => {
        expectHeld(actor, scopesOfKey(grantOf(input)), input.storeId)
        const expiresAt = futureInstant(input.expiresAt, deps.clock())
        await expectStores(tx, input.storeId === null ? [] : [{ id: input.storeId, pointer: '/storeId' }])
        const { row, issued } = createApiKey(deps, { ...input, expiresAt }, null)
        await apiKeysRepository(tx).insert(row)
        const { scopes, roles, storeId } = row
        await eventsRepository(tx).append(
          eventsOf(deps, actor, [happened('api_key.created', row, { scopes, roles, storeId, expiresAt })])
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
   * Changes the name of a key, or what it may do: scopes that are named in place of those it had, or the roles that it
   * follows from now on. Refuses to add or take what the caller does not have (`scope.not_held`), to change a key that has ended
   * (`api_key.not_active`), and to take the management of keys from the last one that has it (`api_key.last_owner`).
   */
  async update(actor: Actor, id: string, input: ApiKeyChange, expectedVersion: number | null): Promise<ApiKeyView> {
    const view = await deps.inTenant(actor, async tx => {
      const keys = apiKeysRepository(tx)
      const now = deps.clock().toISOString()
      const owners = await keys.holdingForUpdate('keys:manage', now)
      const before = await keys.forUpdate(id)
      if (!before) throw notFound('api_key')
      expectVersion(expectedVersion, before.version)
      expectActive(before, now)
      const change: KeyChange = {
        ...(input.name === undefined ? {} : { name: input.name }),
        ...(input.scopes === undefined && input.roles === undefined ? {} : grantOf(input))
      }
      const after = { ...before, ...change, version: before.version + 1 }
      const [had, has] = [scopesOfKey(before), scopesOfKey(after)]
      const added = has.filter(scope => !had.includes(scope))
      const removed = had.filter(scope => !has.includes(scope))
      expectHeld(actor, [...added, ...removed], before.storeId)
      if (!has.includes('keys:manage')) expectOtherOwner(actor, owners, id)
      const changed = changedFields<KnownKey>(before, change)
      if (changed.length === 0) return viewOf(before)
      await keys.change(id, change)
      await eventsRepository(tx).append(
        eventsOf(deps, actor, [happened('api_key.updated', after, { changed, roles: after.roles, added, removed })])
      )
      return viewOf(after)
    })
    forget(view.prefix.slice(PREFIX.length))
    return view
  },

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
      expectOtherOwner(actor, owners, id)
      await keys.change(id, { revokedAt: now })
      await eventsRepository(tx).append(eventsOf(deps, actor, [happened('api_key.revoked', key, {})]))
      return key.keyId
    })
    forget(keyId)
  },

  /**
   * Issues a key with the same name, scopes or roles, and store; the old one ends after the overlap, or when it would have ended
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
        expectHeld(actor, scopesOfKey(old), old.storeId)
        if (old.replacedBy !== null) throw conflict('api_key.already_rotated', 'This key has been replaced by another.')
        expectActive(old, now.toISOString())
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

const PREFIX = 'ck_'

const viewOf = (key: KnownKey): ApiKeyView => ({
  id: key.id,
  prefix: `${PREFIX}${key.keyId}`,
  name: key.name,
  scopes: scopesOfKey(key),
  roles: key.roles,
  storeId: key.storeId,
  expiresAt: key.expiresAt,
  revokedAt: key.revokedAt,
  replacedBy: key.replacedBy,
  version: key.version,
  createdAt: key.createdAt
})

/** As a grant is kept. Refuses both, and neither: `api_key.scopes_or_roles`. */
function grantOf({ scopes, roles }: Grant): Pick<ApiKeyRow, 'scopes' | 'roles'> {
  const named = { scopes: [...new Set(scopes)], roles: [...new Set(roles)] }
  if ((scopes === undefined) === (roles === undefined)) {
    throw unprocessable(
      'api_key.scopes_or_roles',
      'A key has scopes that are named, or those of roles: name one of the two.'
    )
  }
  return { ...named, scopes: scopesOfKey(named) }
}

/** Refuses `api_key.not_active`: what has ended stays as it is. */
function expectActive({ revokedAt, expiresAt }: KnownKey, now: string): void {
  if (revokedAt === null && (expiresAt === null || expiresAt > now)) return
  throw conflict('api_key.not_active', 'This key has ended; issue a new one.')
}

/** Refuses `api_key.last_owner` to a key that would leave no key that can manage keys. */
function expectOtherOwner(actor: Actor, owners: readonly string[], id: string): void {
  if (actor.type !== 'api_key' || owners.length !== 1 || owners[0] !== id) return
  throw conflict('api_key.last_owner', 'This is the last key that can manage keys; issue another one first.')
}

/** Nobody hands out, or takes away, more than he has. A caller bound to a store deals with that store's keys only. */
function expectHeld(actor: Actor, scopes: readonly Scope[], storeId: string | null): void {
  if (!scopes.every(scope => hasScope(actor.scopes, scope))) {
    throw forbidden('scope.not_held', 'A key gives and takes no scopes that it does not have itself.')
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
  ...(old.roles.length > 0 ? { roles: old.roles } : { scopes: scopesOfKey(old) }),
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
