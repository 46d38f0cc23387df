import { createHash } from 'node:crypto'
import type { Database, Tx } from '../db/client.ts'
import { readInTenant, inTenant as transaction } from '../db/tenancy.ts'
import { conflict, DomainError, precondition, unprocessable } from '../domain/errors.ts'
import { idempotencyKeysRepository } from '../repositories/idempotency-keys.ts'

/** Facts of the tenant that nearly every use case needs, known with the credential. */
export interface TenantFacts {
  readonly name: string
  readonly currency: string
  readonly country: string
  readonly timeZone: string
  readonly cursorSecret: string
}

/** The caller's own word that two requests are one. The fingerprint covers method, path, body and credential. */
export interface IdempotencyClaim {
  readonly key: string
  readonly requestHash: string
  readonly status: number
}

/** On whose behalf a use case runs. It always belongs to one tenant, and the tenant comes from the credential alone. */
export interface Actor {
  readonly tenantId: string
  readonly tenant: TenantFacts
  readonly type: 'api_key' | 'user' | 'system'
  /** The key's or the staff member's id. */
  readonly id: string | null
  readonly scopes: ReadonlySet<string>
  /** The one store that a store-bound key may act for. */
  readonly storeId: string | null
  readonly idempotency: IdempotencyClaim | null
}

/** Thrown when a request was answered before: carries the stored answer out of the use case. */
export class Replayed extends Error {
  readonly status: number
  readonly body: unknown

  constructor(status: number, body: unknown) {
    super('replayed')
    this.status = status
    this.body = body
  }
}

export interface ServiceDeps {
  readonly database: Database
  /** The present instant; a parameter, so that tests decide what day it is. */
  readonly clock: () => Date
  /** A new UUIDv7. */
  readonly newId: () => string
  /**
   * One write transaction of the actor's tenant. Honours the actor's idempotency claim: a repeated request gets the first
   * one's result, or what `remembered` makes of it where a part of it must not be stored.
   */
  inTenant<T>(actor: Actor, fn: (tx: Tx) => Promise<T>, remembered?: (result: T) => unknown): Promise<T>
  /** One read-only transaction of the actor's tenant. */
  reading<T>(actor: Actor, fn: (tx: Tx) => Promise<T>): Promise<T>
  /** As `inTenant`, over the connections kept for jobs. */
  working<T>(actor: Actor, fn: (tx: Tx) => Promise<T>): Promise<T>
}

export function createDeps(database: Database, clock: () => Date, newId: () => string): ServiceDeps {
  return {
    database,
    clock,
    newId,
    inTenant: (actor, fn, remembered = result => result) =>
      transaction(database.api, actor.tenantId, async tx => {
        const claim = actor.idempotency
        if (!claim) return fn(tx)
        await claimKey(tx, claim)
        const result = await fn(tx)
        await idempotencyKeysRepository(tx).remember({
          ...claim,
          body: JSON.stringify(remembered(result) ?? null),
          createdAt: clock().toISOString()
        })
        return result
      }),
    reading: (actor, fn) => readInTenant(database.api, actor.tenantId, fn),
    working: (actor, fn) => transaction(database.work, actor.tenantId, fn)
  }
}

/**
 * Takes the key for this transaction or says at once that somebody else holds it: waiting on a unique index instead would
 * let one impatient client occupy every connection.
 */
async function claimKey(tx: Tx, claim: IdempotencyClaim): Promise<void> {
  const keys = idempotencyKeysRepository(tx)
  if (!(await keys.tryLock(claim.key))) {
    throw conflict('idempotency.in_flight', 'A request with this Idempotency-Key is still being processed.')
  }
  const stored = await keys.find(claim.key)
  if (!stored) return
  if (stored.requestHash !== claim.requestHash) {
    throw unprocessable('idempotency.key_reused', 'This Idempotency-Key was used for a different request.')
  }
  throw new Replayed(stored.status, JSON.parse(stored.body))
}

/** Refuses a change that was decided on an older version than the stored one. */
export function expectVersion(expected: number | null, actual: number): void {
  if (expected !== null && expected !== actual) {
    throw precondition('version.mismatch', 'The resource has changed since the version named in If-Match.')
  }
}

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

export { DomainError }
