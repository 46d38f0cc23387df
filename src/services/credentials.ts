import { hash, timingSafeEqual } from 'node:crypto'
import { scopesOfKey } from '../domain/access.ts'
import { tooMany, unauthorized } from '../domain/errors.ts'
import { credentialsRepository, type StoredCredential } from '../repositories/credentials.ts'
import type { Actor, ServiceDeps } from './context.ts'

const API_KEY = /^ck_([A-Za-z0-9]{16})_([A-Za-z0-9]{40})$/
/** How long a found credential is believed without asking again: other processes learn of a revocation within this. */
const BELIEVED_MS = 1_000
const CACHED_AT_MOST = 10_000
/** Wrong tries from one address within a minute, after which it has to wait. */
const WRONG_TRIES = 100

export interface CredentialsService {
  /** The caller behind a bearer token. Refuses with `credential.invalid`, whatever was wrong with it. */
  authenticate(token: string, address: string): Promise<Actor>
  /** Forgets a key at once in this process. */
  forget(keyId: string): void
  /** Forgets everything at once in this process: facts of a tenant travel with each of its credentials. */
  forgetAll(): void
}

/** Verifies a JWT; null when the token is none of ours to accept. Kept apart so that the key store can be replaced. */
export type TokenVerifier = (token: string) => Promise<Actor | null>

export function credentialsService(deps: ServiceDeps, verifyToken: TokenVerifier): CredentialsService {
  const believed = new Map<string, { found: Promise<Believed[]>; until: number }>()
  const wrong = new Map<string, { tries: number; until: number }>()

  const lookUp = (keyId: string, now: number): Promise<Believed[]> => {
    const known = believed.get(keyId)
    if (known && known.until > now) return known.found
    if (believed.size >= CACHED_AT_MOST) believed.clear()
    const found = credentialsRepository(deps.database)
      .byKeyId(keyId)
      .then(credentials => credentials.map(believe))
    believed.set(keyId, { found, until: now + BELIEVED_MS })
    found.catch(() => believed.delete(keyId))
    return found
  }

  const fail = (address: string, now: number) => {
    if (wrong.size >= CACHED_AT_MOST) wrong.clear()
    const entry = wrong.get(address)
    if (entry && entry.until > now) {
      // Only wrong credentials have to wait: a till with a right one may share the address of whoever tries.
      if (entry.tries >= WRONG_TRIES) {
        return tooMany('credential.too_many_failures', 'Too many invalid credentials from this address.', {
          retryAfterSeconds: Math.ceil((entry.until - now) / 1_000)
        })
      }
      entry.tries += 1
    } else wrong.set(address, { tries: 1, until: now + 60_000 })
    return unauthorized('credential.invalid', 'The credential is not valid.')
  }

  return {
    async authenticate(token, address) {
      const now = deps.clock().getTime()
      const parts = API_KEY.exec(token)
      if (parts?.[1] && parts[2]) {
        const [, keyId, secret] = parts
        const given = hash('sha256', secret, 'buffer')
        for (const { credential, secretHash, actor } of await lookUp(keyId, now)) {
          if (timingSafeEqual(secretHash, given) && holds(credential, now)) return actor
        }
        throw fail(address, now)
      }
      const actor = await verifyToken(token)
      if (!actor) throw fail(address, now)
      return actor
    },
    forget: keyId => {
      believed.delete(keyId)
    },
    forgetAll: () => believed.clear()
  }
}

/** A credential with what every request of it would work out again. */
interface Believed {
  readonly credential: StoredCredential
  readonly secretHash: Buffer
  readonly actor: Actor
}

const believe = (credential: StoredCredential): Believed => ({
  credential,
  secretHash: Buffer.from(credential.secretHash, 'hex'),
  actor: actorOf(credential)
})

const holds = (credential: StoredCredential, now: number): boolean =>
  credential.revokedAt === null && (credential.expiresAt === null || Date.parse(credential.expiresAt) > now)

const actorOf = (credential: StoredCredential): Actor => ({
  tenantId: credential.tenantId,
  tenant: credential.tenant,
  type: 'api_key',
  id: credential.id,
  scopes: new Set(scopesOfKey(credential)),
  storeId: credential.storeId,
  idempotency: null
})
