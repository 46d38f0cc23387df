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
    const latestDay = new Date(Date.parse(now) + EARLIEST_ZONE_MS).toISOString().slice(0, 10)
    // Zones are few and tenants many; what a zone's clock shows is worked out once.
    const clocks = new Map<string, ZoneTime>()
    const timeIn = (zone: string): ZoneTime => {
      const known = clocks.get(zone) ?? { day: dayIn(zone, now), hour: hourIn(zone, now) }
      clocks.set(zone, known)
      return known
    }
    let queued = 0
    for (const tenant of await tenantsRepository(deps.database).clocks(latestDay)) {
      const { day, hour } = timeIn(tenant.timeZone)
      if (!isDue(tenant, day, hour)) continue
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

interface ZoneTime {
  readonly day: string
  readonly hour: number
}

/** By how much the clocks of the Line Islands, the earliest on earth, are ahead of UTC. */
const EARLIEST_ZONE_MS = 14 * 3_600_000

function isDue(tenant: TenantClock, day: string, hour: number): boolean {
  const before = tenant.lastScheduledOn ?? dayIn(tenant.timeZone, tenant.createdAt)
  return before < day && hour >= tenant.dailyRunHour
}
