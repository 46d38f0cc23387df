import { createHmac } from 'node:crypto'
import { generateKeyPair, SignJWT } from 'jose'
import t, { type Test } from 'tap'
import { ROLE_SCOPES } from '../../src/domain/access.ts'
import { startIssuer } from '../support/issuer.ts'
import { type Answer, startService, type TestTenant } from '../support/service.ts'

const issuer = await startIssuer()
const fixed = await startIssuer()
const dead = await startIssuer()
await dead.close()

const TENANT = '0193a1f0-7c1e-7b3a-9d52-3f0c8e6a4b21'
const algorithms = ['ES256', 'RS256', 'EdDSA']
const claimNames = { staffClaim: 'staff_code', rolesClaim: 'roles', audience: 'clientele', algorithms }

const service = await startService({
  clock: new Date('2026-11-21T09:00:00Z'),
  jwtIssuers: [
    { issuer: issuer.url, jwksUri: `${issuer.url}/jwks`, tenantClaim: 'tenant', ...claimNames },
    { issuer: fixed.url, jwksUri: `${fixed.url}/jwks`, tenantId: TENANT, ...claimNames, algorithms: ['RS256'] },
    { issuer: dead.url, jwksUri: `${dead.url}/jwks`, tenantClaim: 'tenant', ...claimNames }
  ]
})
t.teardown(async () => {
  await service.close()
  await Promise.all([issuer.close(), fixed.close()])
})

const minutes = (count: number) =>
  service.clock.set(new Date(service.clock.now.getTime() + count * 60_000).toISOString())

const ask = (token: string, path = '/v1/stores', method = 'GET'): Promise<Answer> =>
  fetch(service.baseUrl + path, { method, headers: { authorization: `Bearer ${token}` } }).then(async response => ({
    status: response.status,
    headers: response.headers,
    body: await response.json()
  }))

async function shopWith(code: string, roles: string[]): Promise<TestTenant> {
  const shop = await service.newTenant()
  const { status } = await shop.call('POST', '/v1/staff', { code, name: 'Wang Li', storeIds: [], roles })
  if (status !== 201) throw new Error(`staff: ${status}`)
  return shop
}

t.test('an API key', async t => {
  const shop = await service.newTenant()
  const [prefix, keyId, secret] = shop.key.key.split('_')

  t.test('401 without one, and for every other kind of credential', async t => {
    const answer = await fetch(`${service.baseUrl}/v1/stores`)
    t.equal(answer.status, 401)
    t.equal(answer.headers.get('www-authenticate'), 'Bearer')
    t.match(await answer.json(), { code: 'credential.missing', retryable: false })
    for (const authorization of ['Basic eDp5', 'Bearer', `Bearer ${shop.key.key} x`, shop.key.key]) {
      const other = await shop.call('GET', '/v1/stores', undefined, { authorization })
      t.match([other.status, other.body.code], [401, 'credential.missing'], authorization.slice(0, 8))
    }
  })

  t.test('401 for a wrong secret, key id or form, in the same words', async t => {
    const wrong = [
      `${prefix}_${keyId}_${'x'.repeat(40)}`,
      `${prefix}_${'x'.repeat(16)}_${secret}`,
      `${shop.key.key}x`,
      `ck_${keyId}`,
      'nonsense',
      'a.b.c'
    ]
    for (const key of wrong) {
      const { status, body } = await ask(key)
      t.match([status, body.code, body.detail], [401, 'credential.invalid', 'The credential is not valid.'])
    }
  })

  t.test('the scheme is read in any case', async t => {
    const { status } = await shop.call('GET', '/v1/stores', undefined, { authorization: `bEARER ${shop.key.key}` })
    t.equal(status, 200)
  })

  t.test('403 names the scope that is missing', async t => {
    const narrow = await shop.withScopes('stores:read')
    t.equal((await narrow.call('GET', '/v1/stores')).status, 200)
    const { status, body } = await narrow.call('POST', '/v1/stores', {})
    t.match([status, body.code, body.detail], [403, 'scope.missing', /stores:write/])
  })
})

t.test('429 after a hundred wrong credentials a minute from one address, until the minute is over', async t => {
  const other = await startService({ clock: new Date('2026-11-21T09:00:00Z') })
  t.teardown(() => other.close())
  const wrong = () =>
    fetch(`${other.baseUrl}/v1/stores`, { headers: { authorization: `Bearer ck_${'x'.repeat(16)}_${'y'.repeat(40)}` } })
  const statuses = await Promise.all(Array.from({ length: 100 }, async () => (await wrong()).status))
  t.same(new Set(statuses), new Set([401]))
  const refused = await wrong()
  t.equal(refused.status, 429)
  t.match(await refused.json(), { code: 'credential.too_many_failures', retryable: true })
  const wait = Number(refused.headers.get('retry-after'))
  t.equal(wait, 60)
  const till = await other.newTenant()
  t.equal((await till.call('GET', '/v1/stores')).status, 200, 'while a right one from there is let in')
  other.clock.set('2026-11-21T09:01:01Z')
  t.equal((await wrong()).status, 401)
})

t.test('a token of a known issuer', async t => {
  const shop = await shopWith('S-1', ['front_line'])
  const claims = { tenant: shop.tenant.id, staff_code: 'S-1' }
  const at = service.clock.now

  t.test('200 acts for the staff member, whose id its events carry', async t => {
    const token = await issuer.token({ ...claims, roles: ['owner'] }, { at })
    const made = await fetch(`${service.baseUrl}/v1/stores`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ code: 'T1', name: 'Through a token', timeZone: 'UTC' })
    })
    t.equal(made.status, 201)
    const staff = await shop.call('GET', '/v1/staff')
    const { rows } = await service.database.system.query(
      `select actor_type, actor_id from events where tenant_id = $1 and type = 'store.created'`,
      [shop.tenant.id]
    )
    t.same(rows, [{ actor_type: 'user', actor_id: staff.body.data[0].id }])
  })

  t.test('the roles in the token count, as a list or as words', async t => {
    for (const roles of [['analyst', 'someone-elses'], 'someone-elses analyst']) {
      const token = await issuer.token({ ...claims, roles }, { at })
      t.equal((await ask(token, '/v1/stores')).status, 200)
      t.equal((await ask(token, '/v1/api-keys')).status, 403)
    }
    for (const roles of [[], 'none', 7, null, { owner: true }]) {
      const token = await issuer.token({ ...claims, roles }, { at })
      t.equal((await ask(token, '/v1/stores')).status, 403, JSON.stringify(roles))
    }
  })

  t.test("without a word on roles, the shop's own count", async t => {
    const token = await issuer.token(claims, { at })
    t.ok(ROLE_SCOPES.front_line.includes('stores:read'))
    t.equal((await ask(token, '/v1/stores')).status, 200)
    t.equal((await ask(token, '/v1/api-keys')).status, 403)
  })

  t.test('every pinned algorithm is taken', async t => {
    await issuer.addKey('rsa', 'RS256')
    await issuer.addKey('ed', 'EdDSA')
    minutes(1)
    for (const kid of ['rsa', 'ed']) {
      t.equal((await ask(await issuer.token(claims, { at: service.clock.now, kid }))).status, 200, kid)
    }
  })

  t.test('a person who has left is let in no longer, a second later', async t => {
    const leaver = await shopWith('S-2', ['analyst'])
    const token = await issuer.token({ tenant: leaver.tenant.id, staff_code: 'S-2' }, { at: service.clock.now })
    t.equal((await ask(token)).status, 200)
    const { body } = await leaver.call('GET', '/v1/staff')
    await leaver.call('PATCH', `/v1/staff/${body.data[0].id}`, { active: false })
    minutes(0.05)
    t.equal((await ask(token)).status, 401)
  })
})

t.test('401 for a token', async t => {
  const shop = await shopWith('S-1', ['owner'])
  const claims = { tenant: shop.tenant.id, staff_code: 'S-1' }
  const good = () => issuer.token(claims, { at: service.clock.now })
  const refused = async (t: Test, token: string, why: string) => {
    const { status, body } = await ask(token)
    t.match([status, body.code, body.detail], [401, 'credential.invalid', 'The credential is not valid.'], why)
  }
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const payload = async () => (await good()).split('.')[1]

  t.equal((await ask(await good())).status, 200, 'the token from which the bad ones are made is good')

  t.test('without a signature', async t => {
    for (const alg of ['none', 'None', 'NONE', '']) {
      await refused(t, `${part({ alg, typ: 'at+jwt' })}.${await payload()}.`, alg)
    }
    const [head, body] = (await good()).split('.')
    await refused(t, `${head}.${body}.`, 'cut off')
  })

  t.test('signed with the public key as if it were a secret', async t => {
    const { publicKey } = await generateKeyPair('RS256', { extractable: true })
    const secrets = [JSON.stringify(issuer.publicJwk('k1')), String(issuer.publicJwk('k1').x), String(publicKey)]
    for (const secret of secrets) {
      const signed = `${part({ alg: 'HS256', typ: 'at+jwt', kid: 'k1' })}.${await payload()}`
      await refused(t, `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`, 'HS256')
    }
  })

  t.test("signed with somebody else's key, or one that it brings along", async t => {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
    const jwk = await crypto.subtle.exportKey('jwk', publicKey)
    const now = Math.floor(service.clock.now.getTime() / 1_000)
    for (const header of [{ kid: 'k1' }, { jwk }, { kid: 'k1', jku: `${fixed.url}/jwks` }, {}]) {
      const token = await new SignJWT({ ...claims, iss: issuer.url, aud: 'clientele', exp: now + 60 })
        .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', ...header } as never)
        .sign(privateKey)
      await refused(t, token, JSON.stringify(Object.keys(header)))
    }
  })

  t.test('that is not an access token', async t => {
    for (const typ of ['JWT', 'id+jwt', 'logout+jwt', ''])
      await refused(t, await issuer.token(claims, { at: service.clock.now, typ }), typ)
    const at = await issuer.token(claims, { at: service.clock.now, typ: 'application/at+jwt' })
    t.equal((await ask(at)).status, 200, 'the long form of the type is the same type')
  })

  t.test('of another audience or issuer', async t => {
    const at = service.clock.now
    await refused(t, await issuer.token({ ...claims, aud: 'somebody-else' }, { at }), 'audience')
    await refused(t, await issuer.token({ ...claims, aud: undefined } as never, { at }), 'no audience')
    await refused(t, await issuer.token({ ...claims, iss: 'https://evil.example' }, { at }), 'unknown issuer')
    await refused(t, await issuer.token({ ...claims, iss: fixed.url }, { at }), "another issuer's name")
    t.equal((await ask(await issuer.token({ ...claims, aud: ['x', 'clientele'] }, { at }))).status, 200)
  })

  t.test('that has ended, that has not begun, or that never ends', async t => {
    const at = service.clock.now
    await refused(t, await issuer.token(claims, { at, expiresIn: -6 }), 'ended')
    await refused(t, await issuer.token(claims, { at, expiresIn: null }), 'endless')
    const later = Math.floor(at.getTime() / 1_000) + 60
    await refused(t, await issuer.token({ ...claims, nbf: later }, { at }), 'not yet')
    t.equal((await ask(await issuer.token(claims, { at, expiresIn: -3 }))).status, 200, 'clocks may differ by 5 s')
  })

  t.test('that ends while it is remembered', async t => {
    const token = await issuer.token(claims, { at: service.clock.now, expiresIn: 60 })
    t.equal((await ask(token)).status, 200)
    minutes(1.5)
    await refused(t, token, 'remembered')
  })

  t.test('of nobody we know', async t => {
    const at = service.clock.now
    const nobody = [
      { ...claims, staff_code: 'S-9' },
      { ...claims, staff_code: 7 },
      { staff_code: 'S-1' },
      { ...claims, tenant: TENANT },
      { ...claims, tenant: 'x' },
      { ...claims, tenant: [shop.tenant.id] }
    ]
    for (const one of nobody) await refused(t, await issuer.token(one, { at }), JSON.stringify(one))
  })

  t.test('of an issuer bound to a tenant that does not exist, with an algorithm it may not use', async t => {
    await refused(t, await fixed.token(claims, { at: service.clock.now }), 'algorithm')
    await fixed.addKey('rsa', 'RS256')
    minutes(1)
    await refused(t, await fixed.token(claims, { at: service.clock.now, kid: 'rsa' }), 'tenant')
  })

  t.test("that one tenant's claim cannot turn into another's", async t => {
    const other = await shopWith('S-1', ['owner'])
    await other.call('POST', '/v1/stores', { code: 'X1', name: 'Theirs', timeZone: 'UTC' })
    const { body } = await ask(await good())
    t.same(
      body.data.filter((store: { code: string }) => store.code === 'X1'),
      []
    )
  })
})

t.test("an issuer's keys", async t => {
  const shop = await shopWith('S-1', ['owner'])
  const claims = { tenant: shop.tenant.id, staff_code: 'S-1' }
  const good = (kid = 'k1') => issuer.token(claims, { at: service.clock.now, kid })
  minutes(60)
  t.equal((await ask(await good())).status, 200)

  t.test('a flood of made-up key ids asks the issuer once in 30 seconds', async t => {
    minutes(1)
    await issuer.addKey('never-published')
    issuer.removeKey('never-published')
    const before = issuer.asked
    const tokens = await Promise.all(Array.from({ length: 40 }, () => good('never-published')))
    t.same(new Set(await Promise.all(tokens.map(async token => (await ask(token)).status))), new Set([401]))
    t.equal(issuer.asked - before, 1)
  })

  t.test('a new key is taken as soon as the issuer may be asked again', async t => {
    minutes(2)
    await issuer.addKey('k2')
    t.equal((await ask(await good('k2'))).status, 200)
  })

  t.test('the last good set holds for as long as the issuer is down, or talks nonsense', async t => {
    for (const state of ['down', 'nonsense'] as const) {
      issuer.state = state
      for (let hour = 0; hour < 3; hour++) {
        minutes(60)
        t.equal((await ask(await good())).status, 200, `${state} for ${hour + 1} h`)
      }
    }
    issuer.state = 'up'
  })

  t.test('a key that the issuer took back is refused once that was heard', async t => {
    issuer.removeKey('k2')
    const asked = issuer.asked
    minutes(60)
    await ask(await good('k1'))
    while (issuer.asked === asked) await new Promise(setImmediate)
    const statuses: number[] = []
    while (statuses.at(-1) !== 401 && statuses.length < 100) statuses.push((await ask(await good('k2'))).status)
    t.equal(statuses.at(-1), 401)
  })

  t.test('503, not 401, while an issuer was never reached', async t => {
    const token = await dead.token(claims, { at: service.clock.now })
    const { status, body, headers } = await ask(token)
    t.match([status, body.code, body.retryable], [503, 'credential.issuer_unavailable', true])
    t.ok(headers.get('retry-after'))
  })
})
