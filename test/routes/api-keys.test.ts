import t from 'tap'
import { ROLE_SCOPES, ROLES, SCOPES, type Scope } from '../../src/domain/access.ts'
import { asAdmin } from '../support/cluster.ts'
import { startService, type TestTenant } from '../support/service.ts'

const service = await startService()
t.teardown(() => service.close())

const till = { name: 'Till 7', scopes: ['purchases:write', 'stores:read'] }
const NOBODY = '01890000-0000-7000-8000-000000000000'

const issue = async (shop: TestTenant, body: Record<string, unknown> = {}) =>
  (await shop.call('POST', '/v1/api-keys', { ...till, ...body })).body
/** The status that this key gets where it has the scope. */
const knock = async (shop: TestTenant, key: string) =>
  (await shop.call('GET', '/v1/stores', undefined, { authorization: `Bearer ${key}` })).status
const secondsFromNow = (seconds: number) => new Date(Date.now() + seconds * 1_000).toISOString()

t.test('POST /v1/api-keys', async t => {
  const shop = await service.newTenant()

  t.test('201 shows the key once, and it works', async t => {
    const { status, headers, body } = await shop.call('POST', '/v1/api-keys', till)
    t.equal(status, 201)
    t.match(body, { ...till, key: /^ck_\w{16}_\w{40}$/, storeId: null, expiresAt: null, revokedAt: null })
    t.equal(body.prefix, body.key.slice(0, 19))
    t.equal(headers.get('location'), `/v1/api-keys/${body.id}`)
    t.equal(await knock(shop, body.key), 200)
    const { key: _, ...known } = body
    t.same((await shop.call('GET', `/v1/api-keys/${body.id}`)).body, known)
  })

  t.test('201 bound to a store; 422 points at one that is unknown', async t => {
    const { body: store } = await shop.call('POST', '/v1/stores', { code: 'A', name: 'A', timeZone: 'Europe/Berlin' })
    t.match(await issue(shop, { storeId: store.id }), { storeId: store.id })
    const { status, body } = await shop.call('POST', '/v1/api-keys', { ...till, storeId: NOBODY })
    t.match([status, body.code, body.errors[0].pointer], [422, 'store.unknown', '/storeId'])
  })

  t.test('201 until an instant of any offset; 422 when that has passed', async t => {
    t.match(await issue(shop, { expiresAt: '2999-01-01T08:00:00+08:00' }), { expiresAt: '2999-01-01T00:00:00.000Z' })
    const { status, body } = await shop.call('POST', '/v1/api-keys', { ...till, expiresAt: secondsFromNow(-1) })
    t.match([status, body.code, body.errors[0].pointer], [422, 'api_key.expires_in_past', '/expiresAt'])
  })

  t.test('201 with roles may do what they may, in every version; 422 for roles and scopes, or neither', async t => {
    const { scopes: _, ...unscoped } = till
    const { status, body } = await shop.call('POST', '/v1/api-keys', { ...unscoped, roles: ['analyst'] })
    t.equal(status, 201)
    t.same([body.roles, body.scopes], [['analyst'], [...ROLE_SCOPES.analyst]])
    for (const wrong of [unscoped, { ...till, roles: ['analyst'] }]) {
      const refused = await shop.call('POST', '/v1/api-keys', wrong)
      t.match([refused.status, refused.body.code], [422, 'api_key.scopes_or_roles'])
    }
    t.equal((await shop.call('POST', '/v1/api-keys', { ...unscoped, roles: ['king'] })).status, 400)
    t.equal((await shop.call('POST', '/v1/api-keys', { ...unscoped, roles: [] })).status, 400)
    const deputy = await shop.withScopes('keys:manage', 'stores:read')
    t.match((await deputy.call('POST', '/v1/api-keys', { ...unscoped, roles: ['analyst'] })).body, {
      code: 'scope.not_held'
    })
  })

  t.test('400 for a scope that does not exist and for none', async t => {
    t.equal((await shop.call('POST', '/v1/api-keys', { ...till, scopes: ['moon:read'] })).status, 400)
    t.equal((await shop.call('POST', '/v1/api-keys', { ...till, scopes: [] })).status, 400)
  })

  t.test('403 for a scope that the issuer does not have', async t => {
    const deputy = await shop.withScopes('keys:manage', 'stores:read')
    const { status, body } = await deputy.call('POST', '/v1/api-keys', till)
    t.match([status, body.code], [403, 'scope.not_held'])
    t.match(await issue(deputy, { scopes: ['stores:read'] }), { key: String })
  })

  t.test('403 for a reach beyond the one store that the issuer is bound to', async t => {
    const { body: store } = await shop.call('POST', '/v1/stores', { code: 'B', name: 'B', timeZone: 'Europe/Berlin' })
    const scopes: Scope[] = ['keys:manage', 'stores:read']
    const bound = await shop.withKey({ scopes, storeId: store.id })
    const { status, body } = await bound.call('POST', '/v1/api-keys', { name: 'x', scopes })
    t.match([status, body.code], [403, 'store.not_held'])
    t.equal((await bound.call('POST', '/v1/api-keys', { name: 'x', scopes, storeId: store.id })).status, 201)
    t.match((await bound.call('DELETE', `/v1/api-keys/${shop.key.id}`)).body, { code: 'store.not_held' })
  })

  t.test('403 without the scope to manage keys', async t => {
    const reader = await shop.withScopes('stores:read')
    t.match((await reader.call('GET', '/v1/api-keys')).body, { code: 'scope.missing' })
  })

  t.test('the same Idempotency-Key makes one key and never tells it again', async t => {
    const headers = { 'idempotency-key': 'once' }
    const first = await shop.call('POST', '/v1/api-keys', till, headers)
    const again = await shop.call('POST', '/v1/api-keys', till, headers)
    t.match([again.status, again.headers.get('idempotency-replayed')], [201, 'true'])
    t.same(again.body, { ...first.body, key: null })
    t.equal(await knock(shop, first.body.key), 200)
  })
})

t.test('GET /v1/api-keys', async t => {
  const shop = await service.newTenant()
  await issue(shop, { name: 'second' })

  t.test('200 lists every key by name and prefix, never a secret', async t => {
    const { status, body } = await shop.call('GET', '/v1/api-keys')
    t.equal(status, 200)
    t.match(body.data, [
      { name: 'owner', prefix: shop.key.prefix },
      { name: 'second', prefix: /^ck_/ }
    ])
    t.notMatch(JSON.stringify(body), /secret|"key"/)
  })

  t.test('404, the identical one, for another tenant', async t => {
    const other = await service.newTenant()
    for (const [method, suffix, body] of [
      ['GET', ''],
      ['DELETE', ''],
      ['POST', '/rotations', {}]
    ] as const) {
      const foreign = await other.call(method, `/v1/api-keys/${shop.key.id}${suffix}`, body)
      const missing = await other.call(method, `/v1/api-keys/${NOBODY}${suffix}`, body)
      t.equal(foreign.status, 404)
      t.same({ ...foreign.body, instance: '' }, { ...missing.body, instance: '' })
    }
    t.equal((await shop.call('GET', '/v1/api-keys')).status, 200)
  })
})

t.test('DELETE /v1/api-keys/:id', async t => {
  const shop = await service.newTenant()

  t.test('204 revokes at once: the very next request is refused', async t => {
    const { id, key } = await issue(shop)
    t.equal(await knock(shop, key), 200)
    t.match(await shop.call('DELETE', `/v1/api-keys/${id}`), { status: 204, body: null })
    t.equal(await knock(shop, key), 401)
    t.match((await shop.call('GET', `/v1/api-keys/${id}`)).body, { revokedAt: /Z$/ })
  })

  t.test('204 again for a key that is revoked, which keeps its time', async t => {
    const { id } = await issue(shop)
    await shop.call('DELETE', `/v1/api-keys/${id}`)
    const { body: before } = await shop.call('GET', `/v1/api-keys/${id}`)
    t.equal((await shop.call('DELETE', `/v1/api-keys/${id}`)).status, 204)
    t.same((await shop.call('GET', `/v1/api-keys/${id}`)).body, before)
  })

  t.test('409 for the key in use when no other one manages keys, ended ones not counted', async t => {
    const { id } = await issue(shop, { scopes: ['keys:manage'] })
    await shop.call('DELETE', `/v1/api-keys/${id}`)
    const { status, body } = await shop.call('DELETE', `/v1/api-keys/${shop.key.id}`)
    t.match([status, body.code], [409, 'api_key.last_owner'])
    t.equal(await knock(shop, shop.key.key), 200)
  })

  t.test('409 for the key in use when only keys of one store could manage keys after it', async t => {
    const owner = await service.newTenant()
    const { body: store } = await owner.call('POST', '/v1/stores', { code: 'A', name: 'A', timeZone: 'Europe/Berlin' })
    const branch = await owner.withKey({ scopes: ['keys:manage'], storeId: store.id })
    t.match((await owner.call('DELETE', `/v1/api-keys/${owner.key.id}`)).body, { code: 'api_key.last_owner' })
    t.equal((await branch.call('DELETE', `/v1/api-keys/${branch.key.id}`)).status, 204)
  })

  t.test('204 for the key in use when another one manages keys', async t => {
    const owner = await service.newTenant()
    await issue(owner, { scopes: ['keys:manage'] })
    t.equal((await owner.call('DELETE', `/v1/api-keys/${owner.key.id}`)).status, 204)
    t.equal((await owner.call('GET', '/v1/tenant')).status, 401)
  })

  t.test('two owners who revoke themselves at once: one stays', async t => {
    const owner = await service.newTenant()
    const second = await owner.withScopes('keys:manage')
    const statuses = await Promise.all(
      [owner, second].map(async one => (await one.call('DELETE', `/v1/api-keys/${one.key.id}`)).status)
    )
    t.same(statuses.sort(), [204, 409])
  })
})

t.test('PATCH /v1/api-keys/:id', async t => {
  const shop = await service.newTenant()
  const change = (id: string, body: unknown, headers = {}, caller = shop) =>
    caller.call('PATCH', `/v1/api-keys/${id}`, body, headers)

  t.test('200 gives and takes scopes, from the very next request on', async t => {
    const key = await issue(shop)
    t.equal(await knock(shop, key.key), 200)
    const taken = await change(key.id, { scopes: ['purchases:write'] }, { 'if-match': '"1"' })
    t.match(taken, { status: 200, body: { name: till.name, scopes: ['purchases:write'], roles: [], version: 2 } })
    t.equal(taken.headers.get('etag'), '"2"')
    t.equal(await knock(shop, key.key), 403)
    t.match(await change(key.id, { roles: ['front_line'], name: 'Counter' }), {
      body: { name: 'Counter', roles: ['front_line'], scopes: ROLE_SCOPES.front_line, version: 3 }
    })
    t.equal(await knock(shop, key.key), 200)
    t.match(await change(key.id, { name: 'Counter' }), { body: { version: 3 } }, 'nothing changes')
    t.match(await change(key.id, { name: 'x' }, { 'if-match': '"2"' }), { status: 412 })
    t.same((await change(key.id, { scopes: ['jobs:read'] })).body.roles, [], 'what is named does not grow')
    const told = await asAdmin<{ data: unknown }>(
      service.databaseUrl,
      `select data from events where tenant_id = $1 and type = 'api_key.updated' order by write_order`,
      [shop.tenant.id]
    )
    t.match(told[0], { data: { changed: ['scopes'], roles: [], added: [], removed: ['stores:read'] } })
    t.equal(told.length, 3)
  })

  t.test('a key of a role that an older version issued has what the role has today', async t => {
    await asAdmin(service.databaseUrl, `update api_keys set scopes = '{keys:manage}' where id = $1`, [shop.key.id])
    service.services.credentials.forgetAll()
    t.match((await shop.call('GET', `/v1/api-keys/${shop.key.id}`)).body, { roles: ['owner'], scopes: [...SCOPES] })
    t.equal(await knock(shop, shop.key.key), 200)
    const { body } = await shop.call('POST', `/v1/api-keys/${shop.key.id}/rotations`, {})
    t.same([body.roles, body.scopes], [['owner'], [...SCOPES]])
  })

  t.test('403 for what the caller does not have; what the key had before may stay', async t => {
    const deputy = await shop.withScopes('keys:manage', 'stores:read')
    const key = await issue(shop, { scopes: ['purchases:write'] })
    const refused = await change(key.id, { scopes: ['purchases:write', 'jobs:read'] }, {}, deputy)
    t.match([refused.status, refused.body.code], [403, 'scope.not_held'])
    t.match(await change(deputy.key.id, { roles: ['owner'] }, {}, deputy), { body: { code: 'scope.not_held' } })
    t.equal((await change(key.id, { scopes: ['purchases:write', 'stores:read'] }, {}, deputy)).status, 200)
    const disarmed = await change(shop.key.id, { scopes: ['keys:manage'] }, {}, deputy)
    t.match([disarmed.status, disarmed.body.code], [403, 'scope.not_held'], 'nor is it taken from who has more')
    t.equal((await change(key.id, { scopes: ['purchases:write'] }, {}, deputy)).status, 200)
  })

  t.test('409 for a key that has ended, and for the last one that manages keys', async t => {
    const key = await issue(shop)
    await shop.call('DELETE', `/v1/api-keys/${key.id}`)
    t.match(await change(key.id, { name: 'x' }), { status: 409, body: { code: 'api_key.not_active' } })
    const other = await service.newTenant()
    t.match(await change(other.key.id, { roles: ['analyst'] }, {}, other), {
      status: 409,
      body: { code: 'api_key.last_owner' }
    })
    t.equal((await change(other.key.id, { roles: ['owner', 'analyst'] }, {}, other)).status, 200)
  })

  t.test('404 for another tenant, 422 for both or an empty wish for neither', async t => {
    const other = await service.newTenant()
    t.equal((await change(shop.key.id, { name: 'x' }, {}, other)).status, 404)
    const key = await issue(shop)
    t.equal((await change(key.id, { roles: ['owner'], scopes: ['jobs:read'] })).body.code, 'api_key.scopes_or_roles')
    t.match(await change(key.id, {}), { status: 200, body: { version: 1 } })
  })
})

t.test('GET /v1/roles', async t => {
  const shop = await service.newTenant()

  t.test('200 says what each role brings, so that what a key lacks can be seen', async t => {
    const { status, body } = await shop.call('GET', '/v1/roles')
    t.equal(status, 200)
    t.same(
      body.data.map((one: { role: string }) => one.role),
      [...ROLES]
    )
    t.same(body.data.at(-1), { role: 'owner', scopes: [...SCOPES] })
    t.equal((await (await shop.withScopes('staff:read')).call('GET', '/v1/roles')).status, 403)
  })
})

t.test('POST /v1/api-keys/:id/rotations', async t => {
  const shop = await service.newTenant()
  const rotate = (id: string, body: Record<string, unknown> = {}) =>
    shop.call('POST', `/v1/api-keys/${id}/rotations`, body)

  t.test('201 gives a like key; both hold during the overlap, a day unless said otherwise', async t => {
    const old = await issue(shop)
    const { status, body } = await rotate(old.id)
    t.equal(status, 201)
    t.match(body, { ...till, storeId: null, expiresAt: null, key: /^ck_/ })
    t.same([await knock(shop, old.key), await knock(shop, body.key)], [200, 200])
    const { body: replaced } = await shop.call('GET', `/v1/api-keys/${old.id}`)
    t.equal(replaced.replacedBy, body.id)
    t.equal(Date.parse(replaced.expiresAt) - Date.parse(body.createdAt), 86_400_000)
  })

  t.test('201 without an overlap ends the old key at once', async t => {
    const old = await issue(shop)
    t.equal(await knock(shop, old.key), 200)
    const { body } = await rotate(old.id, { overlapSeconds: 0 })
    t.same([await knock(shop, old.key), await knock(shop, body.key)], [401, 200])
  })

  t.test('201 never lengthens the life of the old key, and gives the new one as much', async t => {
    const old = await issue(shop, { expiresAt: secondsFromNow(100) })
    const { body } = await rotate(old.id, { overlapSeconds: 2_592_000 })
    t.match((await shop.call('GET', `/v1/api-keys/${old.id}`)).body, { expiresAt: old.expiresAt })
    const life = (key: { createdAt: string; expiresAt: string }) =>
      Date.parse(key.expiresAt) - Date.parse(key.createdAt)
    t.equal(life(body), life(old))
  })

  t.test('409 for a key that has been rotated, and for one that has ended', async t => {
    const old = await issue(shop)
    await rotate(old.id)
    t.match(await rotate(old.id), { status: 409, body: { code: 'api_key.already_rotated' } })
    const revoked = await issue(shop)
    await shop.call('DELETE', `/v1/api-keys/${revoked.id}`)
    t.match(await rotate(revoked.id), { status: 409, body: { code: 'api_key.not_active' } })
  })

  t.test('403 for a key with scopes that the caller does not have: its successor would be shown to him', async t => {
    const deputy = await shop.withScopes('keys:manage')
    const { status, body } = await deputy.call('POST', `/v1/api-keys/${shop.key.id}/rotations`, {})
    t.match([status, body.code], [403, 'scope.not_held'])
  })

  t.test('400 for an overlap longer than 30 days', async t => {
    t.equal((await rotate(shop.key.id, { overlapSeconds: 2_592_001 })).status, 400)
  })
})

t.test('no table holds a secret, neither of a key nor of its replayed or rotated answer', async t => {
  const shop = await service.newTenant()
  const { body: made } = await shop.call('POST', '/v1/api-keys', till, { 'idempotency-key': 'a' })
  const { body: rotated } = await shop.call('POST', `/v1/api-keys/${made.id}/rotations`, {}, { 'idempotency-key': 'b' })
  const tables = await asAdmin<{ name: string }>(
    service.databaseUrl,
    `select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p') and n.nspname not in ('pg_catalog', 'information_schema')`
  )
  for (const { name } of tables) {
    const secrets = [shop.key.key, made.key, rotated.key].map(key => `%${key.slice(20)}%`)
    const found = await asAdmin(service.databaseUrl, `select 1 from ${name} t where t::text like any ($1)`, [secrets])
    t.equal(found.length, 0, name)
  }
  t.ok(tables.some(table => table.name === 'idempotency_keys'))
})
