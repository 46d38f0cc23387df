import t from 'tap'
import { asAdmin } from '../support/cluster.ts'
import { startService } from '../support/service.ts'

const service = await startService()
t.teardown(() => service.close())

const { tenants } = service.services
const shop = { name: 'Shop', currency: 'EUR', country: 'DE', timeZone: 'Europe/Berlin' }
const KEY = `ck_${'a'.repeat(16)}_${'b'.repeat(40)}`

const statusWith = async (key: string) =>
  (await fetch(`${service.baseUrl}/v1/tenant`, { headers: { authorization: `Bearer ${key}` } })).status

t.test('however many processes start at once, one opens the first tenant, with the chosen key', async t => {
  const opened = await Promise.all(Array.from({ length: 6 }, () => tenants.createFirst(shop, KEY)))
  t.equal(opened.filter(one => one !== null).length, 1)
  t.equal((await tenants.list()).length, 1)
  t.equal(await statusWith(KEY), 200)
  t.equal(await tenants.createFirst(shop, `${KEY.slice(0, -1)}c`), null, 'a later start changes nothing')
})

t.test('a tenant that cannot be opened whole leaves nothing behind', async t => {
  const before = (await tenants.list()).length
  await asAdmin(service.databaseUrl, 'revoke insert on api_keys from clientele_service')
  await t.rejects(tenants.create(shop, null))
  await asAdmin(service.databaseUrl, 'grant insert on api_keys to clientele_service')
  t.equal((await tenants.list()).length, before)
})

t.test("an owner's key is in the answer and nowhere in the database", async t => {
  const { key } = await tenants.create(shop, null)
  const secret = key.key.split('_')[2] ?? ''
  const rows = await asAdmin<{ row: string }>(service.databaseUrl, 'select to_jsonb(k)::text as row from api_keys k')
  t.ok(rows.some(({ row }) => row.includes(key.id)))
  t.notOk(rows.some(({ row }) => row.includes(secret)))
})
