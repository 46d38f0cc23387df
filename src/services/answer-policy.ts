import { isDeepStrictEqual } from 'node:util'
import type { Tx } from '../db/client.ts'
import { violates } from '../db/errors.ts'
import {
  type AnswerPolicy,
  type AnswerPolicyInput,
  answerPolicyFaults,
  completeAnswerPolicy
} from '../domain/answer-policy.ts'
import { DomainError, notFound, precondition } from '../domain/errors.ts'
import { type AnswerPolicyVersion, answerPoliciesRepository } from '../repositories/answer-policies.ts'
import { eventsRepository } from '../repositories/events.ts'
import { type Actor, expectVersion, type ServiceDeps } from './context.ts'
import { eventsOf } from './events.ts'

/** A policy with what is known of its version. */
export interface StoredAnswerPolicy extends AnswerPolicy {
  readonly version: number
  readonly createdAt: string
  readonly createdBy: string | null
}

/** How soon the tenant answers his customers. A version is never changed: a new one takes its place. */
export const answerPolicyService = (deps: ServiceDeps) => ({
  get: (actor: Actor): Promise<StoredAnswerPolicy> =>
    deps.reading(actor, async tx => storedPolicy(await answerPolicyVersion(tx, null))),

  /** All versions, newest first. */
  versions: (actor: Actor, before: number | null, limit: number): Promise<StoredAnswerPolicy[]> =>
    deps.reading(actor, async tx => (await answerPoliciesRepository(tx).list(before, limit)).map(storedPolicy)),

  /**
   * Puts a policy in the place of the present one; what it leaves out takes its default. It holds for what comes in from now
   * on: a clock that runs keeps its term. Refuses a policy with faults: `answer_policy.invalid`. One that is equal to the
   * present one changes nothing.
   */
  replace: (actor: Actor, input: AnswerPolicyInput, expectedVersion: number | null): Promise<StoredAnswerPolicy> =>
    deps.inTenant(actor, async tx => {
      const before = await answerPolicyVersion(tx, null)
      expectVersion(expectedVersion, before.version)
      const policy = completeAnswerPolicy(input)
      refuseFaults(policy)
      if (isDeepStrictEqual(completeAnswerPolicy(before.policy), policy)) return storedPolicy(before)
      const after: AnswerPolicyVersion = {
        version: before.version + 1,
        policy,
        createdAt: deps.clock().toISOString(),
        createdBy: actor.id
      }
      await insertVersion(tx, after)
      await eventsRepository(tx).append(
        eventsOf(deps, actor, [
          {
            type: 'answer_policy.replaced',
            subjectType: 'tenant',
            subjectId: actor.tenantId,
            data: { before: before.version, after: after.version }
          }
        ])
      )
      return storedPolicy(after)
    })
})

/** The version that is named, or the one that holds now. */
export async function answerPolicyVersion(tx: Tx, version: number | null): Promise<AnswerPolicyVersion> {
  const found = await answerPoliciesRepository(tx).find(version)
  if (!found) throw notFound('answer_policy')
  return found
}

function refuseFaults(policy: AnswerPolicy): void {
  const errors = answerPolicyFaults(policy)
  if (errors.length === 0) return
  throw new DomainError({
    kind: 'unprocessable',
    code: 'answer_policy.invalid',
    detail: 'The policy has numbers or hours that no answer could be timed by.',
    errors
  })
}

const storedPolicy = ({ version, policy, createdAt, createdBy }: AnswerPolicyVersion): StoredAnswerPolicy => ({
  ...completeAnswerPolicy(policy),
  version,
  createdAt,
  createdBy
})

/** Two callers who replace the same version meet at the key: the second one decided on what is no longer there. */
async function insertVersion(tx: Tx, version: AnswerPolicyVersion): Promise<void> {
  try {
    await answerPoliciesRepository(tx).insert(version)
  } catch (error) {
    if (violates(error, 'answer_policies_pkey')) {
      throw precondition('version.mismatch', 'Somebody else has just replaced the policy.')
    }
    throw error
  }
}
