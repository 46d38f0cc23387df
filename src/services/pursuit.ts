import type { Tx } from '../db/client.ts'
import type { AbcClass } from '../domain/abc.ts'
import { hasScope, PURSUIT_OVERRIDE } from '../domain/access.ts'
import { DomainError, type Facts } from '../domain/errors.ts'
import { careOfClass, decidePursuit, type Effort, type NotPursuedCause, notPursuedBecause } from '../domain/pursuit.ts'
import { eventsRepository } from '../repositories/events.ts'
import { type PursuedRow, pursuitsRepository } from '../repositories/pursuits.ts'
import { dayIn } from './calendar.ts'
import { completePolicy, currentPolicy } from './classification-policy.ts'
import { type Actor, type ServiceDeps, sha256 } from './context.ts'
import { eventsOf } from './events.ts'

/** A manager's word that somebody who is not pursued shall be all the same, with his reason. */
export interface PursuitOverride {
  readonly reason: string
}

/** An effort that is asked for, and what it would take. */
export interface Pursuit {
  readonly customerId: string
  readonly effort: Effort
  /** What of that effort, where parts of it are asked for apart: the kind of a care task. An override counts for all of it. */
  readonly about: string | null
  /** What it is for: a task, a campaign, a person. Tells one attempt from another on the same day; null where nothing does. */
  readonly subject: string | null
  /** Null: the care that a customer of his class has in a month. */
  readonly minutes: number | null
  readonly costMinor: number
  readonly override: PursuitOverride | null
}

/** An effort on somebody who is not pursued, as it is counted. */
interface Attempt extends Pursuit {
  readonly cause: NotPursuedCause
  readonly minutes: number
}

const DETAIL: Readonly<Record<NotPursuedCause, string>> = {
  price_driven: 'The customer buys by price alone and is not pursued. A manager may decide otherwise, with a reason.',
  let_go: 'The advice is to let the customer go, so he is not pursued. A manager may decide otherwise, with a reason.'
}
const NO_LEAVE = `To pursue the customer all the same needs the scope ${PURSUIT_OVERRIDE}.`

/** A refusal that is still to be recorded: its own transaction ends without a trace. */
class NotPursued extends DomainError {
  readonly attempt: Attempt

  constructor(attempt: Attempt, facts: Facts) {
    super(
      attempt.override === null
        ? { kind: 'conflict', code: 'customer.not_pursued', detail: DETAIL[attempt.cause], facts }
        : { kind: 'forbidden', code: 'pursuit.override_not_allowed', detail: NO_LEAVE, facts }
    )
    this.attempt = attempt
  }
}

/**
 * The gate before every effort on a customer, in the transaction of that effort and after the customer was locked. Refuses
 * `customer.not_pursued` for who buys by price alone or is to be let go, with the figures that say why; with an override,
 * whoever may not decide that: `pursuit.override_not_allowed`. An override that counts is recorded and told here, a refusal
 * by `recordingRefusals` around the transaction. Returns whether an override was used.
 */
export async function expectPursued(deps: ServiceDeps, tx: Tx, actor: Actor, pursuit: Pursuit): Promise<boolean> {
  const known = await pursuitsRepository(tx).factsOf(pursuit.customerId)
  const cause = notPursuedBecause(known)
  if (cause === null) return false
  const attempt: Attempt = { ...pursuit, cause, minutes: pursuit.minutes ?? (await careOf(tx, known.abcClass)) }
  const verdict = decidePursuit(cause, pursuit.override !== null, hasScope(actor.scopes, PURSUIT_OVERRIDE))
  if (verdict !== 'overridden') throw new NotPursued(attempt, factsOf(known, attempt))
  await record(deps, tx, actor, attempt)
  return true
}

/**
 * Runs the transaction of an effort and records its refusal, if it is refused, in a transaction of its own: what it saved
 * is reported. A request that is repeated under its Idempotency-Key is answered from memory and counts once; without a
 * key the same attempt of the same caller counts once a day.
 */
export async function recordingRefusals<T>(deps: ServiceDeps, actor: Actor, effort: () => Promise<T>): Promise<T> {
  try {
    return await effort()
  } catch (error) {
    if (error instanceof NotPursued) {
      const refused = { ...error.attempt, override: null }
      await deps.inTenant({ ...actor, idempotency: null }, tx => record(deps, tx, actor, refused))
    }
    throw error
  }
}

async function record(deps: ServiceDeps, tx: Tx, actor: Actor, attempt: Attempt): Promise<void> {
  const { subject, override, ...counted } = attempt
  const { customerId, effort } = counted
  const occurredAt = deps.clock().toISOString()
  const once = actor.idempotency?.key ?? dayIn(actor.tenant.timeZone, occurredAt)
  const isNew = await pursuitsRepository(tx).record({
    ...counted,
    id: deps.newId(),
    attempt: sha256(JSON.stringify([customerId, effort, subject, actor.type, actor.id, once, override !== null])),
    overrideReason: override?.reason ?? null,
    occurredAt,
    actor: actor.id
  })
  if (!isNew) return
  const type = override === null ? 'customer.pursuit_refused' : 'customer.pursuit_overridden'
  await eventsRepository(tx).append(
    eventsOf(deps, actor, [{ type, subjectType: 'customer', subjectId: customerId, data: counted }])
  )
}

async function careOf(tx: Tx, abcClass: AbcClass): Promise<number> {
  return careOfClass(abcClass, completePolicy((await currentPolicy(tx)).policy).standing)
}

const factsOf = (known: PursuedRow, { cause, effort, minutes, costMinor }: Attempt): Facts => ({
  cause,
  effort,
  minutes,
  costMinor,
  abcClass: known.abcClass,
  lines: known.lines,
  promotionLines: known.promotionLines,
  recommendation: known.recommendation,
  likelyCause: known.likelyCause,
  valueAtStakeMinor: known.valueAtStakeMinor,
  atRiskSince: known.atRiskSince
})
