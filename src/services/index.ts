import { uuidv7 } from 'uuidv7'
import type { Database } from '../db/client.ts'
import { apiKeysService } from './api-keys.ts'
import { createDeps } from './context.ts'
import { credentialsService, type TokenVerifier } from './credentials.ts'
import { eventsService } from './events.ts'
import { type PurchasesOptions, purchasesService } from './purchases.ts'
import { storesService } from './stores.ts'
import { tenantsService } from './tenants.ts'

export interface ServiceOptions {
  readonly database: Database
  readonly clock?: () => Date
  readonly verifyToken?: TokenVerifier
  readonly purchases?: PurchasesOptions
}

/** The composition root: every use case, made once from what it needs. */
export function createServices({
  purchases = {},
  database,
  clock = () => new Date(),
  verifyToken = async () => null
}: ServiceOptions) {
  const deps = createDeps(database, clock, uuidv7)
  return {
    apiKeys: apiKeysService(deps),
    credentials: credentialsService(deps, verifyToken),
    events: eventsService(deps),
    purchases: purchasesService(deps, purchases),
    stores: storesService(deps),
    tenants: tenantsService(deps)
  }
}

export type Services = ReturnType<typeof createServices>
