import { feedbackRepository } from '../repositories/feedback.ts'
import type { QueuedJob } from '../repositories/job-queue.ts'
import { tenantsRepository } from '../repositories/tenants.ts'
import { scheduleWake } from './answer-clock-wakes.ts'
import type { Actor, ServiceDeps } from './context.ts'
import { raiseFallenDue } from './feedback-clock.ts'
import { findMissingApprovers } from './remedy-approvers.ts'
import { systemActor } from './tenants.ts'

/** Feedbacks in one transaction: done long before anybody who wants to answer one of them grows impatient. */
const CHUNK = 200
const SECOND_MS = 1_000

/** The timer of answers: raises what has fallen due, with nobody touching it. */
export const answerClockService = (deps: ServiceDeps) => {
  /**
   * Raises what has fallen due in a tenant, each step once however many do so at the same moment: who takes a feedback holds
   * it until its alerts are committed, and others pass over it. Then has itself woken for what comes next.
   */
  const sweepTenant = async (actor: Actor, signal?: AbortSignal): Promise<number> => {
    for (let raised = 0; ; ) {
      const taken = await deps.working(actor, async tx => {
        const now = deps.clock()
        const feedback = feedbackRepository(tx)
        const rows = await feedback.takeDue(now.toISOString(), CHUNK)
        await raiseFallenDue(deps, tx, actor, rows, now.getTime())
        if (rows.length < CHUNK) await scheduleWake(tx, notBefore(await feedback.nextStepAt(), now))
        return rows.length
      })
      raised += taken
      if (taken < CHUNK || signal?.aborted) return raised
    }
  }

  return {
    /** Looks at the tenant of a wake. */
    async perform({ tenantId }: QueuedJob, signal?: AbortSignal): Promise<void> {
      const tenant = await tenantsRepository(deps.database).find(tenantId)
      if (tenant) await sweepTenant(systemActor(tenant), signal)
    },

    /**
     * Looks at every tenant: a wake that was lost, and deadlines that passed while no process was there, lose nothing; and
     * whether somebody has come who can be asked for an approval that nobody was there for. Says how many feedbacks had fallen
     * due. One tenant that fails keeps none of the others waiting; it is told in the end.
     */
    async sweep(signal?: AbortSignal): Promise<number> {
      let raised = 0
      const failures: unknown[] = []
      for (const tenant of await tenantsRepository(deps.database).list()) {
        if (signal?.aborted) break
        try {
          raised += await sweepTenant(systemActor(tenant), signal)
          await findMissingApprovers(deps, systemActor(tenant), signal)
        } catch (error) {
          failures.push(error)
        }
      }
      if (failures.length > 0) throw failures[0]
      return raised
    }
  }
}

/** What somebody else has in hand at the moment is looked at again a second later. */
function notBefore(next: string | null, now: Date): string | null {
  if (next === null) return null
  const soon = new Date(now.getTime() + SECOND_MS).toISOString()
  return next < soon ? soon : next
}
