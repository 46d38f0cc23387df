import { tenantRepository } from '../repositories/tenant.ts'
import { type TenantClock, tenantsRepository } from '../repositories/tenants.ts'
import { dayIn, hourIn } from './calendar.ts'
import { currentPolicy } from './classification-policy.ts'
import { queueRun } from './classification-runs.ts'
import type { ServiceDeps } from './context.ts'
import { systemActor } from './tenants.ts'

/** What falls due by the clock, with nobody asking for it. */
export const scheduleService = (deps: ServiceDeps) => ({
  /**
   * Queues the day's classification of every tenant whose hour has come, once a day of the tenant however many processes
   * ask and however often; after a pause of days, once and not once a day. A tenant's first one is due on the day after
   * he was opened. Says how many were queued.
   */
  async queueDue(): Promise<number> {
    const now = deps.clock().toISOString()
    let queued = 0
    for (const tenant of await tenantsRepository(deps.database).clocks()) {
      const day = dayIn(tenant.timeZone, now)
      if (!isDue(tenant, day, now)) continue
      const actor = systemActor(tenant)
      const taken = await deps.inTenant(actor, async tx => {
        if (!(await tenantRepository(tx).takeDay(day))) return false
        const { version } = await currentPolicy(tx)
        const run = {
          asOf: now,
          policyVersion: version,
          trialPolicy: null,
          dryRun: false,
          trigger: 'schedule',
          createdAt: now
        } as const
        await queueRun(deps, tx, actor, run)
        return true
      })
      if (taken) queued++
    }
    return queued
  }
})

function isDue(tenant: TenantClock, day: string, now: string): boolean {
  const before = tenant.lastScheduledOn ?? dayIn(tenant.timeZone, tenant.createdAt)
  return before < day && hourIn(tenant.timeZone, now) >= tenant.dailyRunHour
}
