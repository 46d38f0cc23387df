import { notFound } from '../domain/errors.ts'
import { changedFields } from '../domain/merge-patch.ts'
import { eventsRepository } from '../repositories/events.ts'
import { type TenantChange, type TenantSettings, tenantRepository } from '../repositories/tenant.ts'
import { type Actor, expectVersion, type ServiceDeps } from './context.ts'
import { eventsOf } from './events.ts'

/** The caller's own business. `forgetAll` empties what is believed of credentials, which carry the tenant's facts. */
export const tenantService = (deps: ServiceDeps, forgetAll: () => void) => ({
  get: (actor: Actor): Promise<TenantSettings> =>
    deps.reading(actor, async tx => {
      const settings = await tenantRepository(tx).find()
      if (!settings) throw notFound('tenant')
      return settings
    }),

  /**
   * Changes what is named; a patch that changes nothing leaves the version. The next request with a key to this process
   * sees the change, any other within a second. Days that the ledger has already decided stay as they are.
   */
  async update(actor: Actor, patch: TenantChange, expectedVersion: number | null): Promise<TenantSettings> {
    const settings = await deps.inTenant(actor, async tx => {
      const before = await tenantRepository(tx).forUpdate()
      if (!before) throw notFound('tenant')
      expectVersion(expectedVersion, before.version)
      const changed = changedFields(before, patch)
      if (changed.length === 0) return before
      const after = { ...before, ...patch, version: before.version + 1, updatedAt: deps.clock().toISOString() }
      await tenantRepository(tx).save(after)
      await eventsRepository(tx).append(
        eventsOf(deps, actor, [
          { type: 'tenant.updated', subjectType: 'tenant', subjectId: before.id, data: { changed } }
        ])
      )
      return after
    })
    forgetAll()
    return settings
  }
})
