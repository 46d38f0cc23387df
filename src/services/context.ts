import { hash } from 'node:crypto'
import type { Database, Tx } from '../db/client.ts'
import { attempt, readInTenant, inTenant as transaction } from '../db/tenancy.ts'
import { conflict, DomainError, precondition, unprocessable } from '../domain/errors.ts'
import type { Language } from '../domain/language.ts'
import { idempotencyKeysRepository } from '../repositories/idempotency-keys.ts'

/** Facts of the tenant that nearly every use case needs, known with the credential. */
export interface TenantFacts {
  readonly name: string
  readonly currency: string
  readonly country: string
  readonly timeZone: string
  readonly language: Language
  readonly cursorSecret: string
}

/** What a request was answered. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
}

/** The caller's own word that two requests are one. The fingerprint covers method, path, body, If-Match and credential. */
export interface IdempotencyClaim {
  readonly key: string
  readonly requestHash: string
  /** How a result is answered on the wire, and how a refusal is. */
  readonly granted: (result: unknown) => Answer
  readonly refused: (refusal: DomainError) => Answer
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
  readonly answer: Answer

  constructor(answer: Answer) {
    super('replayed')
    this.answer = answer
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
   * one's result, or what `remembered` makes of it where a part of it must not be stored, or the first one's refusal.
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
    async inTenant(actor, fn, remembered = result => result) {
      const claim = actor.idempotency
      if (!claim) return transaction(database.api, actor.tenantId, fn)
      const outcome = await transaction(database.api, actor.tenantId, async tx => {
        await claimKey(tx, claim)
        const tried = await attempt(tx, () => fn(tx), isFinal)
        const answer =
          'refusal' in tried ? claim.refused(tried.refusal) : claim.granted(remembered(tried.result) ?? null)
        await idempotencyKeysRepository(tx).remember({ ...claim, ...answer, createdAt: clock().toISOString() })
        return tried
      })
      if ('refusal' in outcome) throw outcome.refusal
      return outcome.result
    },
    reading: (actor, fn) => readInTenant(database.api, actor.tenantId, fn),
    working: (actor, fn) => transaction(database.work, actor.tenantId, fn)
  }
}

/** Refusals that another try could change by itself, or that a caller mends before he has sent what he means. */
const PASSING: ReadonlySet<string> = new Set(['invalid', 'unauthorized', 'too_many', 'unavailable'])

/** Whether an error is an answer to keep: the request was understood and decided. */
const isFinal = (error: unknown): error is DomainError => error instanceof DomainError && !PASSING.has(error.kind)

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
  throw new Replayed(stored)
}

/** Refuses a change that was decided on an older version than the stored one. */
export function expectVersion(expected: number | null, actual: number): void {
  if (expected !== null && expected !== actual) {
    throw precondition('version.mismatch', 'The resource has changed since the version named in If-Match.')
  }
}

export const sha256 = (text: string): string => hash('sha256', text, 'hex')

export { DomainError }
