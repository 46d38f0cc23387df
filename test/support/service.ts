import { randomUUID } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import createClient from 'openapi-fetch'
import { type AppOptions, buildApp } from '../../src/app.ts'
import { type Database, openDatabase } from '../../src/db/client.ts'
import type { Scope } from '../../src/domain/access.ts'
import { startWorkers } from '../../src/jobs/workers.ts'
import type { IssuedKey } from '../../src/services/api-keys.ts'
import { createServices, type Services } from '../../src/services/index.ts'
import { systemActor, type Tenant } from '../../src/services/tenants.ts'
import type { TokenIssuer } from '../../src/services/token-verifier.ts'
import type { paths } from './client.d.ts'
import { cloneDatabase } from './cluster.ts'

export interface Answer {
  status: number
  headers: Headers
  /** The parsed body; tests look into it freely. */
  // biome-ignore lint/suspicious/noExplicitAny: a test asserts on what came, whatever its form
  body: any
}

export interface TestTenant {
  tenant: Tenant
  key: IssuedKey
  /** Calls the API as this tenant's owner. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  /** Makes something by a POST and answers its id; throws where it is refused. */
  make(path: string, body?: unknown): Promise<string>
  /**
   * As `call`, by a client that honours Retry-After on a busy machine: the same request with the same key, until it is told
   * something else than to come back.
   */
  patiently(method: string, path: string, body?: unknown): Promise<Answer>
  /** The generated, typed client, as an integrator would use it. */
  client: ReturnType<typeof createClient<paths>>
  /** The same tenant seen through a key bound to one store. */
  withKey(key: { scopes: Scope[]; storeId: string | null }): Promise<TestTenant>
  /** The same tenant seen through a key with fewer scopes. */
  withScopes(...scopes: Scope[]): Promise<TestTenant>
}

export interface TestService {
  app: FastifyInstance
  baseUrl: string
  databaseUrl: string
  database: Database
  services: Services
  /** A tenant of its own for a test, so that tests do not meet. */
  newTenant(
    overrides?: Partial<{ name: string; currency: string; country: string; timeZone: string }>
  ): Promise<TestTenant>
  /** The day the service believes it is; `set` moves it. */
  clock: { now: Date; set(iso: string): void }
  close(): Promise<void>
}

const SILENT = { info: () => {}, warn: () => {} }

/** A running service over its own database, reached through HTTP like any other; with `workers` it carries out jobs too. */
export async function startService(
  options: AppOptions & { clock?: Date; jwtIssuers?: readonly TokenIssuer[]; workers?: boolean } = {}
): Promise<TestService> {
  const cloned = await cloneDatabase()
  const database = openDatabase({ url: cloned.url, apiConnections: 8, queryTimeoutMs: 20_000, onError: () => {} })
  const clock = {
    fixed: options.clock,
    get now() {
      return clock.fixed ?? new Date()
    },
    set(iso: string) {
      clock.fixed = new Date(iso)
    }
  }
  const services = createServices({ database, clock: () => clock.now, jwtIssuers: options.jwtIssuers ?? [] })
  // Tests share two cores with the database and one another: a slow moment of the machine is not what they ask about.
  const app = await buildApp(services, { pressure: null, rateLimitPerSecond: 100_000, ...options })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const baseUrl = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
  const workers = options.workers ? await startWorkers({ services, database, logger: SILENT }) : null

  const tenantOf = (tenant: Tenant, key: IssuedKey): TestTenant => ({
    tenant,
    key,
    call: (method, path, body, headers = {}) => call(baseUrl, key.key, method, path, body, headers),
    async make(path, body) {
      const answer = await call(baseUrl, key.key, 'POST', path, body, {})
      if (answer.status >= 300) throw new Error(`${path} ${answer.status} ${JSON.stringify(answer.body)}`)
      return answer.body.id
    },
    async patiently(method, path, body) {
      const headers = { 'idempotency-key': randomUUID() }
      for (;;) {
        const answer = await call(baseUrl, key.key, method, path, body, headers)
        const told = answer.headers.get('retry-after')
        if (told === null || !answer.body.retryable) return answer
        await sleep(Number(told) * 1_000)
      }
    },
    client: createClient<paths>({ baseUrl, headers: { authorization: `Bearer ${key.key}` } }),
    withKey: async ({ scopes, storeId }) =>
      tenantOf(
        tenant,
        await services.apiKeys.create(systemActor(tenant), { name: 'test', scopes, storeId, expiresAt: null })
      ),
    withScopes: (...scopes) => tenantOf(tenant, key).withKey({ scopes, storeId: null })
  })

  return {
    app,
    baseUrl,
    databaseUrl: cloned.url,
    database,
    services,
    clock,
    async newTenant(overrides = {}) {
      const { tenant, key } = await services.tenants.create(
        { name: 'Test shop', currency: 'EUR', country: 'DE', timeZone: 'Europe/Berlin', ...overrides },
        null
      )
      return tenantOf(tenant, key)
    },
    async close() {
      await workers?.stop()
      await app.close()
      await database.close()
      await cloned.drop()
    }
  }
}

async function call(
  baseUrl: string,
  key: string,
  method: string,
  path: string,
  body: unknown,
  headers: Record<string, string>
): Promise<Answer> {
  const response = await fetch(baseUrl + path, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) })
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: text === '' ? null : parsed(text) }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
