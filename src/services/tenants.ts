import { randomBytes } from 'node:crypto'
import type { Tx } from '../db/client.ts'
import { SCOPES, type Scope } from '../domain/access.ts'
import { DEFAULT_POLICY } from '../domain/classification-policy.ts'
import { apiKeysRepository } from '../repositories/api-keys.ts'
import { classificationPoliciesRepository } from '../repositories/classification-policies.ts'
import { tenantRepository } from '../repositories/tenant.ts'
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

export interface OpenedTenant {
  readonly tenant: Tenant
  readonly key: IssuedKey
}

/** Work that happens before there is a caller, or for all tenants: setting up and looking after the service itself. */
export const tenantsService = (deps: ServiceDeps) => {
  const list = (): Promise<Tenant[]> => tenantsRepository(deps.database).list()

  return {
    /** Opens a tenant with the default policy and an owner's key. The key's secret is in the answer and nowhere else. */
    create: (input: NewTenant, ownerKey: string | null): Promise<OpenedTenant> => {
      const tenant = newTenant(deps, input)
      return deps.inTenant(systemActor(tenant), tx => open(deps, tx, tenant, ownerKey))
    },

    /** Opens a tenant if there is none at all; null when there is. However many processes start at once, one opens it. */
    createFirst: (input: NewTenant, ownerKey: string | null): Promise<OpenedTenant | null> => {
      const tenant = newTenant(deps, input)
      return deps.inTenant(systemActor(tenant), async tx => {
        await tenantRepository(tx).lockFirst()
        return (await list()).length > 0 ? null : open(deps, tx, tenant, ownerKey)
      })
    },

    list
  }
}

const newTenant = (deps: ServiceDeps, { name, currency, country, timeZone }: NewTenant): Tenant => ({
  id: deps.newId(),
  name,
  currency,
  country,
  timeZone,
  language: 'en',
  cursorSecret: randomBytes(24).toString('hex')
})

async function open(deps: ServiceDeps, tx: Tx, tenant: Tenant, ownerKey: string | null): Promise<OpenedTenant> {
  const { id: _, ...row } = tenant
  const createdAt = deps.clock().toISOString()
  await tenantRepository(tx).insert({ ...row, createdAt })
  await classificationPoliciesRepository(tx).insert({
    version: 1,
    policy: { ...DEFAULT_POLICY },
    createdAt,
    createdBy: null
  })
  const owner = { name: 'owner', roles: ['owner'], storeId: null, expiresAt: null } as const
  const { row: key, issued } = createApiKey(deps, owner, ownerKey)
  await apiKeysRepository(tx).insert(key)
  return { tenant, key: issued }
}

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
