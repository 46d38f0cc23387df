import { decodeJwt, type JWTPayload, jwtVerify } from 'jose'
import { type Scope, scopesOfRoles } from '../domain/access.ts'
import { credentialsRepository } from '../repositories/credentials.ts'
import { type Actor, DomainError, type ServiceDeps, sha256 } from './context.ts'
import type { TokenVerifier } from './credentials.ts'
import { issuerKeys, type KeySource } from './issuer-keys.ts'

/** Who may issue tokens for whom, and which claims say what. Exactly one of `tenantId` and `tenantClaim` is set. */
export interface TokenIssuer {
  readonly issuer: string
  readonly jwksUri: string
  readonly audience: string
  readonly algorithms: readonly string[]
  readonly tenantId?: string | undefined
  readonly tenantClaim?: string | undefined
  readonly staffClaim: string
  readonly rolesClaim: string
}

/** Difference between two clocks that is forgiven. */
const TOLERANCE_SECONDS = 5
/** How long a staff member's rights are believed without asking again, as for keys. */
const BELIEVED_MS = 1_000
const REMEMBERED_AT_MOST = 10_000
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

interface Verified {
  readonly issuer: TokenIssuer
  readonly claims: JWTPayload
  readonly expiresAtMs: number
  actor: Promise<Actor | null>
  believedUntil: number
}

/**
 * Accepts access tokens (RFC 9068) of the named issuers: their algorithms, issuer, audience and end are checked, and the
 * person must be an active staff member of the tenant. A verified token is remembered until its end, so that its
 * signature is checked once; what the person may do is asked again every second.
 */
export function tokenVerifier(deps: ServiceDeps, issuers: readonly TokenIssuer[]): TokenVerifier {
  const sources = issuers.map(issuer => ({ issuer, keys: issuerKeys(issuer.jwksUri, deps.clock) }))
  const remembered = new Map<string, Verified>()

  const remember = (fingerprint: string, verified: Verified) => {
    // A map keeps the order of insertion: the first is the one that was longest not used.
    remembered.delete(fingerprint)
    const [oldest] = remembered.size >= REMEMBERED_AT_MOST ? remembered.keys() : []
    if (oldest !== undefined) remembered.delete(oldest)
    remembered.set(fingerprint, verified)
  }

  return async token => {
    const now = deps.clock().getTime()
    const fingerprint = sha256(token)
    let verified = remembered.get(fingerprint)
    if (verified && verified.expiresAtMs <= now) {
      remembered.delete(fingerprint)
      return null
    }
    if (!verified) {
      const accepted = await verify(token, sources, deps.clock())
      if (!accepted) return null
      verified = { ...accepted, actor: Promise.resolve(null), believedUntil: 0 }
    }
    if (verified.believedUntil <= now) {
      verified.actor = actorOf(deps, verified)
      verified.believedUntil = now + BELIEVED_MS
      verified.actor.catch(() => remembered.delete(fingerprint))
    }
    remember(fingerprint, verified)
    return verified.actor
  }
}

async function verify(
  token: string,
  sources: readonly { issuer: TokenIssuer; keys: KeySource }[],
  currentDate: Date
): Promise<Pick<Verified, 'issuer' | 'claims' | 'expiresAtMs'> | null> {
  const claimed = issuerClaim(token)
  for (const { issuer, keys } of sources) {
    if (issuer.issuer !== claimed) continue
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer: issuer.issuer,
        audience: issuer.audience,
        algorithms: [...issuer.algorithms],
        typ: 'at+jwt',
        requiredClaims: ['exp'],
        clockTolerance: TOLERANCE_SECONDS,
        currentDate
      })
      return { issuer, claims: payload, expiresAtMs: ((payload.exp ?? 0) + TOLERANCE_SECONDS) * 1_000 }
    } catch (error) {
      // Whatever is wrong with a token, another entry of the same issuer may stand for another audience.
      if (error instanceof DomainError) throw error
    }
  }
  return null
}

/** The issuer that a token names itself by, unverified: it only chooses the keys to verify with. */
function issuerClaim(token: string): string | undefined {
  try {
    return decodeJwt(token).iss
  } catch {
    return undefined
  }
}

async function actorOf({ database }: ServiceDeps, { issuer, claims }: Verified): Promise<Actor | null> {
  const tenantId = issuer.tenantId ?? claims[issuer.tenantClaim ?? '']
  const code = claims[issuer.staffClaim]
  if (typeof tenantId !== 'string' || !UUID.test(tenantId) || typeof code !== 'string') return null
  const person = await credentialsRepository(database).activeStaff(tenantId, code)
  if (!person) return null
  return {
    tenantId,
    tenant: person.tenant,
    type: 'user',
    id: person.id,
    scopes: scopesIn(claims[issuer.rolesClaim], person.roles),
    storeId: null,
    idempotency: null
  }
}

/** The issuer's word on roles counts where it says anything, as a list or as words; else what the shop itself noted. */
function scopesIn(claim: unknown, ownRoles: readonly string[]): ReadonlySet<Scope> {
  if (claim === undefined) return scopesOfRoles(ownRoles)
  const words = typeof claim === 'string' ? claim.split(' ') : Array.isArray(claim) ? claim : []
  return scopesOfRoles(words.filter(word => typeof word === 'string'))
}
