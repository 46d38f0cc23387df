import { isDeepStrictEqual } from 'node:util'
import { completeAnswerPolicy } from '../domain/answer-policy.ts'
import { type BusinessHours, businessHoursFaults } from '../domain/business-hours.ts'
import { DomainError, notFound } from '../domain/errors.ts'
import { type BusinessHoursRow, businessHoursRepository } from '../repositories/business-hours.ts'
import { eventsRepository } from '../repositories/events.ts'
import { storesRepository } from '../repositories/stores.ts'
import { answerPolicyVersion } from './answer-policy.ts'
import { type Actor, expectVersion, type ServiceDeps } from './context.ts'
import { eventsOf } from './events.ts'

/** When a store is open, by its own hours or by those of the answer policy. */
export interface StoreHours extends BusinessHours {
  readonly storeId: string
  readonly timeZone: string
  /** `store`: its own. `policy`: it has none, and those of the answer policy hold. */
  readonly source: 'store' | 'policy'
  readonly version: number
  readonly updatedAt: string
}

/** A store without hours of its own shows those of the policy as its first version. */
const INHERITED_VERSION = 1

/** When stores are open, in which answers are timed where the policy counts open hours alone. */
export const businessHoursService = (deps: ServiceDeps) => ({
  get: (actor: Actor, storeId: string): Promise<StoreHours> =>
    deps.reading(actor, async tx => {
      const store = await storesRepository(tx).find(storeId)
      if (!store) throw notFound('store')
      const own = await businessHoursRepository(tx).find(storeId)
      if (own) return shown(own, store.timeZone)
      const { policy, createdAt } = await answerPolicyVersion(tx, null)
      return {
        storeId,
        timeZone: store.timeZone,
        source: 'policy',
        ...completeAnswerPolicy(policy).businessHours,
        version: INHERITED_VERSION,
        updatedAt: createdAt
      }
    }),

  /**
   * Gives a store hours of its own, or puts others in their place. Terms that are running keep their end until the clock is
   * next set, by a pause or a reopening. Refuses hours with faults: `business_hours.invalid`. Equal ones change nothing.
   */
  replace: (actor: Actor, storeId: string, hours: BusinessHours, expectedVersion: number | null): Promise<StoreHours> =>
    deps.inTenant(actor, async tx => {
      const store = await storesRepository(tx).forUpdate(storeId)
      if (!store) throw notFound('store')
      const before = await businessHoursRepository(tx).find(storeId)
      expectVersion(expectedVersion, before?.version ?? INHERITED_VERSION)
      refuseFaults(hours)
      if (before && isDeepStrictEqual(before.hours, hours)) return shown(before, store.timeZone)
      const now = deps.clock().toISOString()
      const after: BusinessHoursRow = {
        storeId,
        hours,
        version: (before?.version ?? INHERITED_VERSION) + 1,
        createdAt: before?.createdAt ?? now,
        updatedAt: now
      }
      await businessHoursRepository(tx).put(after)
      await eventsRepository(tx).append(
        eventsOf(deps, actor, [
          {
            type: 'store.business_hours_replaced',
            subjectType: 'store',
            subjectId: storeId,
            data: { code: store.code, version: after.version }
          }
        ])
      )
      return shown(after, store.timeZone)
    })
})

function refuseFaults(hours: BusinessHours): void {
  const errors = businessHoursFaults(hours)
  if (errors.length === 0) return
  throw new DomainError({
    kind: 'unprocessable',
    code: 'business_hours.invalid',
    detail: 'The hours are none that a store can keep.',
    errors
  })
}

const shown = ({ storeId, hours, version, updatedAt }: BusinessHoursRow, timeZone: string): StoreHours => ({
  storeId,
  timeZone,
  source: 'store',
  ...hours,
  version,
  updatedAt
})
