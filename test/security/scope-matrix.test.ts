import t from 'tap'
import { ROLE_SCOPES, ROLES, SCOPES, type Scope } from '../../src/domain/access.ts'
import { type Described, filled, operationsOf } from '../support/document.ts'
import { startService, type TestTenant } from '../support/service.ts'

/** Each operation with each single scope: forbidden exactly when its own is missing. Made from the document. */
const service = await startService()
t.teardown(() => service.close())
const shop = await service.newTenant()
const operations = operationsOf(service.app)
const NOBODY = '0193a1f0-7c1e-7b3a-9d52-ffffffffffff'
const PARAMS = {
  id: NOBODY,
  customerId: NOBODY,
  absenceId: NOBODY,
  mark: 'strategic',
  sku: 'nothing',
  system: 'pos',
  key: 'nothing'
}

/** Only who may call matters here, so nothing is sent that could have an effect. */
const isForbidden = async (caller: TestTenant, { method, path }: Described): Promise<boolean> => {
  const body = method === 'GET' || method === 'DELETE' ? undefined : { unknown: true }
  const { status, body: answer } = await caller.call(method, filled(path, PARAMS), body)
  return status === 403 && answer.code === 'scope.missing'
}

const allowed = async (caller: TestTenant): Promise<string[]> => {
  const verdicts = await Promise.all(operations.map(one => isForbidden(caller, one)))
  return operations.filter((_, index) => !verdicts[index]).map(one => one.operationId)
}

const needing = (scopes: readonly string[]): string[] =>
  operations.filter(one => scopes.includes(one.operation['x-required-scope'] ?? '')).map(one => one.operationId)

for (const scope of SCOPES) {
  t.test(`${scope} opens what asks for it, and nothing else`, async t => {
    t.same(await allowed(await shop.withScopes(scope)), needing([scope]))
  })
}

t.test('without a scope nothing is open, and with all of them everything', async t => {
  t.same(await allowed(await shop.withScopes()), [])
  t.same(
    await allowed(shop),
    operations.map(one => one.operationId)
  )
})

t.test('a role opens what its scopes open', async t => {
  for (const role of ROLES) {
    t.same(await allowed(await shop.withScopes(...(ROLE_SCOPES[role] as Scope[]))), needing(ROLE_SCOPES[role]), role)
  }
})

t.test('every operation can be opened, and every scope is known', async t => {
  const asked = new Set(operations.map(one => one.operation['x-required-scope']))
  t.ok(asked.size > 5)
  t.same(
    [...asked].filter(scope => !(SCOPES as readonly (string | undefined)[]).includes(scope)),
    []
  )
})

t.test('nobody gets in without a credential, and health asks for none', async t => {
  for (const { method, path, operationId } of operations) {
    const { status } = await fetch(service.baseUrl + filled(path, PARAMS), { method })
    t.equal(status, 401, operationId)
  }
  for (const path of ['/livez', '/readyz', '/metrics', '/openapi.json', '/docs', '/problems']) {
    t.equal((await fetch(service.baseUrl + path)).status, 200, path)
  }
})

t.test('a route that names no scope stops the start', async t => {
  const { buildApp } = await import('../../src/app.ts')
  const app = await buildApp(service.services)
  t.throws(() => app.get('/v1/forgotten', async () => 'open'), { message: 'GET /v1/forgotten names no scope' })
  await app.close()
})
