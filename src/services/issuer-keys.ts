import {
  type CompactJWSHeaderParameters,
  createLocalJWKSet,
  errors,
  type FlattenedJWSInput,
  type JSONWebKeySet
} from 'jose'
import { unavailable } from '../domain/errors.ts'

/** A set older than this is fetched again, beside the requests that still use it. */
const FRESH_MS = 10 * 60_000
/** How soon after a fetch an unknown key may cause the next: a flood of made-up key ids is nobody's reason to ask. */
const COOLDOWN_MS = 30_000
/** How soon after a fetch that failed the next is tried. */
const RETRY_MS = 5_000
const TIMEOUT_MS = 5_000
const SET_AT_MOST = 256 * 1024

type LocalKeys = ReturnType<typeof createLocalJWKSet>

export type KeySource = (header: CompactJWSHeaderParameters, token: FlattenedJWSInput) => ReturnType<LocalKeys>

/**
 * An issuer's keys. The last set that was read is used for as long as no newer one can be: an issuer that is down locks
 * nobody out. Refuses with `credential.issuer_unavailable` while there has never been a set.
 */
export function issuerKeys(uri: string, clock: () => Date): KeySource {
  let keys: LocalKeys | undefined
  let fetchedAt = Number.NEGATIVE_INFINITY
  let nextTryAt = Number.NEGATIVE_INFINITY
  let pending: Promise<void> | undefined

  const fetchKeys = async (): Promise<void> => {
    try {
      keys = createLocalJWKSet(await readKeySet(uri))
      fetchedAt = clock().getTime()
      nextTryAt = fetchedAt + COOLDOWN_MS
    } catch {
      nextTryAt = clock().getTime() + RETRY_MS
    } finally {
      pending = undefined
    }
  }

  /** Resolves when the set is as new as it may be now; fetches at most once at a time and never sooner than allowed. */
  const renew = async (): Promise<void> => {
    if (pending === undefined && clock().getTime() >= nextTryAt) pending = fetchKeys()
    await pending
  }

  return async (header, token) => {
    if (keys === undefined) await renew()
    else if (clock().getTime() - fetchedAt >= FRESH_MS) void renew()
    if (keys === undefined) {
      throw unavailable('credential.issuer_unavailable', 'The keys of the token’s issuer cannot be read at the moment.')
    }
    const known = keys
    try {
      return await known(header, token)
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error
      await renew()
      if (keys === known) throw error
      return keys(header, token)
    }
  }
}

async function readKeySet(uri: string): Promise<JSONWebKeySet> {
  const response = await fetch(uri, {
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
    headers: { accept: 'application/jwk-set+json, application/json' }
  })
  if (response.status !== 200) throw new Error(`the issuer answered ${response.status}`)
  const text = await response.text()
  if (text.length > SET_AT_MOST) throw new Error('the key set is too large')
  return JSON.parse(text) as JSONWebKeySet
}
