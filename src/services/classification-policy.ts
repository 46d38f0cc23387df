import { isDeepStrictEqual } from 'node:util'
import type { Tx } from '../db/client.ts'
import { violates } from '../db/errors.ts'
import {
  type ClassificationPolicy,
  DEFAULT_POLICY,
  mergePolicy,
  type TrialPolicy
} from '../domain/classification-policy.ts'
import { DomainError, notFound, precondition } from '../domain/errors.ts'
import { validatePolicy } from '../domain/policy-validation.ts'
import { classificationPoliciesRepository, type PolicyVersion } from '../repositories/classification-policies.ts'
import { eventsRepository } from '../repositories/events.ts'
import { type Actor, expectVersion, type ServiceDeps } from './context.ts'
import { eventsOf } from './events.ts'

/** A policy with what is known of its version. */
export interface StoredPolicy extends ClassificationPolicy {
  readonly version: number
  readonly createdAt: string
  readonly createdBy: string | null
}

/** The tenant's own numbers of all classifications. A version is never changed: a new one takes its place. */
export const classificationPolicyService = (deps: ServiceDeps) => ({
  get: (actor: Actor): Promise<StoredPolicy> => deps.reading(actor, async tx => storedPolicy(await currentPolicy(tx))),

  /** All versions, newest first. */
  versions: (actor: Actor, before: number | null, limit: number): Promise<StoredPolicy[]> =>
    deps.reading(actor, async tx => (await classificationPoliciesRepository(tx).list(before, limit)).map(storedPolicy)),

  /**
   * Puts a policy in the place of the present one; what it leaves out takes its default. Runs use it from now on. Refuses a
   * policy with faults: `classification_policy.invalid`. One that is equal to the present one changes nothing.
   */
  replace: (actor: Actor, input: TrialPolicy, expectedVersion: number | null): Promise<StoredPolicy> =>
    deps.inTenant(actor, async tx => {
      const before = await currentPolicy(tx)
      expectVersion(expectedVersion, before.version)
      const policy = mergePolicy(DEFAULT_POLICY, input)
      refuseFaults(policy)
      if (isDeepStrictEqual(completePolicy(before.policy), policy)) return storedPolicy(before)
      const after: PolicyVersion = {
        version: before.version + 1,
        policy: { ...policy },
        createdAt: deps.clock().toISOString(),
        createdBy: actor.id
      }
      await insertVersion(tx, after)
      await eventsRepository(tx).append(
        eventsOf(deps, actor, [
          {
            type: 'classification_policy.replaced',
            subjectType: 'tenant',
            subjectId: actor.tenantId,
            data: { before: before.version, after: after.version }
          }
        ])
      )
      return storedPolicy(after)
    })
})

/** The version that holds in a transaction. */
export async function currentPolicy(tx: Tx): Promise<PolicyVersion> {
  const current = await classificationPoliciesRepository(tx).current()
  if (!current) throw notFound('classification_policy')
  return current
}

/** A stored policy with the defaults of whatever this version of the service has added since. */
export const completePolicy = (stored: Record<string, unknown>): ClassificationPolicy =>
  mergePolicy(DEFAULT_POLICY, stored as TrialPolicy)

/** Refuses a policy that runs could not use, naming every field at fault. */
export function refuseFaults(policy: ClassificationPolicy, within = ''): void {
  const faults = validatePolicy(policy)
  if (faults.length === 0) return
  throw new DomainError({
    kind: 'unprocessable',
    code: 'classification_policy.invalid',
    detail: 'The policy has numbers that no run could use.',
    errors: faults.map(fault => ({ ...fault, pointer: within + fault.pointer }))
  })
}

const storedPolicy = ({ version, policy, createdAt, createdBy }: PolicyVersion): StoredPolicy => ({
  ...completePolicy(policy),
  version,
  createdAt,
  createdBy
})

/** Two callers who replace the same version meet at the key: the second one decided on what is no longer there. */
async function insertVersion(tx: Tx, version: PolicyVersion): Promise<void> {
  try {
    await classificationPoliciesRepository(tx).insert(version)
  } catch (error) {
    if (violates(error, 'classification_policies_pkey')) {
      throw precondition('version.mismatch', 'Somebody else has just replaced the policy.')
    }
    throw error
  }
}
