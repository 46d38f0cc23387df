import { randomBytes } from 'node:crypto'
import { SCOPES, type Scope } from '../domain/access.ts'
import { DEFAULT_POLICY } from '../domain/classification-policy.ts'
import { apiKeysRepository } from '../repositories/api-keys.ts'
import { classificationPoliciesRepository } from '../repositories/classification-policies.ts'
import { tenantsRepository } from '../repositories/tenants.ts'
import { createApiKey, type IssuedKey } from './api-keys.ts'
import type { Actor, ServiceDeps, TenantFacts } from './context.ts'

export interface NewTenant {
  readonly name: string
  readonly currency: string
  readonly country: string
  readonly timeZone: string
}

export interface Tenant extends TenantFacts {
  readonly id: string
}

/** Work that happens before there is a caller, or for all tenants: setting up and looking after the service itself. */
export const tenantsService = (deps: ServiceDeps) => ({
  /** Opens a tenant with the default policy and an owner's key. The key's secret is in the answer and nowhere else. */
  async create(input: NewTenant, ownerKey: string | null): Promise<{ tenant: Tenant; key: IssuedKey }> {
    const tenant: Tenant = { id: deps.newId(), cursorSecret: randomBytes(24).toString('hex'), ...input }
    const now = deps.clock().toISOString()
    await tenantsRepository(deps.database).insert({ ...tenant, createdAt: now })
    const key = await deps.inTenant(systemActor(tenant), async tx => {
      await classificationPoliciesRepository(tx).insert({
        version: 1,
        policy: { ...DEFAULT_POLICY },
        createdAt: now,
        createdBy: null
      })
      const issued = createApiKey(
        deps,
        { name: 'owner', scopes: [...SCOPES], storeId: null, expiresAt: null },
        ownerKey
      )
      await apiKeysRepository(tx).insert(issued.row)
      return issued.issued
    })
    return { tenant, key }
  },

  list: (): Promise<Tenant[]> => tenantsRepository(deps.database).list()
})

/** The service acting by itself in a tenant: the clock, a job, an operator's command. */
export const systemActor = (tenant: Tenant): Actor => ({
  tenantId: tenant.id,
  tenant,
  type: 'system',
  id: null,
  scopes: new Set<Scope>(SCOPES),
  storeId: null,
  idempotency: null
})
