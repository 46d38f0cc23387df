import t from 'tap'
import { hasScope, isRole, isScope, ROLE_SCOPES, ROLES, SCOPES, scopesOfRoles } from '../../src/domain/access.ts'

t.test('every scope is written resource:verb, once', async t => {
  t.equal(new Set(SCOPES).size, SCOPES.length)
  for (const scope of SCOPES) t.match(scope, /^[a-z]+(\.pii)?:(read|write|manage)$/)
})

t.test('every role grants scopes that exist, none twice', async t => {
  for (const role of ROLES) {
    t.ok(ROLE_SCOPES[role].every(isScope), role)
    t.equal(new Set(ROLE_SCOPES[role]).size, ROLE_SCOPES[role].length, role)
  }
})

t.test('the owner may do everything', async t => {
  t.same([...scopesOfRoles(['owner'])].sort(), [...SCOPES].sort())
})

t.test('analysts and the counter do not see personal data; managers of people do', async t => {
  for (const role of ['analyst', 'front_line']) t.notOk(hasScope(scopesOfRoles([role]), 'customers.pii:read'), role)
  for (const role of ['relationship_manager', 'store_manager'])
    t.ok(hasScope(scopesOfRoles([role]), 'customers.pii:read'), role)
})

t.test('an analyst changes nothing', async t => {
  t.ok([...scopesOfRoles(['analyst'])].every(scope => scope.endsWith(':read')))
})

t.test('only the owner manages keys, webhooks, privacy, staff and the tenant', async t => {
  const others = scopesOfRoles(ROLES.filter(role => role !== 'owner'))
  for (const scope of ['keys:manage', 'webhooks:manage', 'privacy:manage', 'staff:write', 'tenant:write'] as const) {
    t.notOk(others.has(scope), scope)
  }
})

t.test('roles add up, and a role of another system grants nothing', async t => {
  const both = scopesOfRoles(['front_line', 'analyst'])
  t.ok(hasScope(both, 'purchases:write') && hasScope(both, 'reports:read'))
  t.equal(scopesOfRoles(['admin', 'constructor', '__proto__', '']).size, 0)
  t.notOk(isRole('toString'))
})

t.test('writing does not include reading', async t => {
  t.ok(hasScope(['customers:write'], 'customers:write'))
  t.notOk(hasScope(['customers:write'], 'customers:read'))
  t.notOk(isScope('customers:*'))
})
