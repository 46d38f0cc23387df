import type { Tx } from '../db/client.ts'
import { ELAPSED, openTime, type Terms } from '../domain/answer-clock.ts'
import { type AnswerPolicy, completeAnswerPolicy } from '../domain/answer-policy.ts'
import { businessHoursRepository, type StoreCalendar } from '../repositories/business-hours.ts'
import { answerPolicyVersion } from './answer-policy.ts'
import { zoneClock } from './calendar.ts'
import type { Actor } from './context.ts'

/** By which policy a feedback is timed, and in which store; null: in none. */
export interface TermsKey {
  readonly policyVersion: number
  readonly storeId: string | null
}

export interface FeedbackTerms extends Terms {
  readonly policy: AnswerPolicy
  /** The store's zone, or the tenant's. */
  readonly timeZone: string
}

/**
 * The terms of each of these feedbacks: the policy that it came in under, and the hours that its store has now. Feedback of
 * no store runs by the policy's hours in the tenant's zone.
 */
export async function termsFor(
  tx: Tx,
  actor: Actor,
  keys: readonly TermsKey[]
): Promise<(key: TermsKey) => FeedbackTerms> {
  const storeIds = new Set(keys.flatMap(({ storeId }) => (storeId === null ? [] : [storeId])))
  const calendars = new Map(
    (await businessHoursRepository(tx).calendars([...storeIds])).map(one => [one.storeId, one] as const)
  )
  const policies = new Map<number, AnswerPolicy>()
  for (const { policyVersion } of keys) {
    if (policies.has(policyVersion)) continue
    policies.set(policyVersion, completeAnswerPolicy((await answerPolicyVersion(tx, policyVersion)).policy))
  }
  return ({ policyVersion, storeId }) => {
    const policy = policies.get(policyVersion) as AnswerPolicy
    return termsOf(actor, policy, storeId === null ? undefined : calendars.get(storeId))
  }
}

/** The terms by which a feedback that comes in now is timed, and the version of the policy that says so. */
export async function presentTerms(
  tx: Tx,
  actor: Actor,
  storeId: string | null
): Promise<FeedbackTerms & { policyVersion: number }> {
  const { version, policy } = await answerPolicyVersion(tx, null)
  const [calendar] = await businessHoursRepository(tx).calendars(storeId === null ? [] : [storeId])
  return { ...termsOf(actor, completeAnswerPolicy(policy), calendar), policyVersion: version }
}

function termsOf(actor: Actor, policy: AnswerPolicy, store: StoreCalendar | undefined): FeedbackTerms {
  const timeZone = store?.timeZone ?? actor.tenant.timeZone
  const counting =
    policy.calendar === 'elapsed' ? ELAPSED : openTime(store?.hours ?? policy.businessHours, zoneClock(timeZone))
  return { policy, timeZone, counting }
}
