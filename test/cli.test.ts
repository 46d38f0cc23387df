import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import t from 'tap'
import { cli } from '../src/cli/cli.ts'
import { startEmbedded } from '../src/db/embedded.ts'
import { asAdmin, cloneDatabase } from './support/cluster.ts'
import { build, databasePid, run } from './support/process.ts'
import { startService } from './support/service.ts'

interface Said {
  code: number
  out: string
  err: string
}

/** Types a command, in this process, over the database of the environment. */
async function type(environment: Record<string, string>, ...words: string[]): Promise<Said> {
  const said = { code: 0, out: '', err: '' }
  const into = (stream: 'out' | 'err') =>
    new Writable({
      write(chunk, _, done) {
        said[stream] += String(chunk)
        done()
      }
    })
  said.code = await cli(words, { environment, out: into('out'), err: into('err'), closing: () => {} })
  return said
}

const json = ({ out }: Said) => JSON.parse(out)

t.test('over a given database', async t => {
  const service = await startService()
  t.teardown(() => service.close())
  const environment = { DATABASE_URL: service.databaseUrl, BOOTSTRAP_TENANT_CURRENCY: 'CHF' }
  const statusWith = async (key: string, path: string) =>
    (await fetch(service.baseUrl + path, { headers: { authorization: `Bearer ${key}` } })).status

  const opened = await type(
    environment,
    'tenant',
    'create',
    'Schuh & Söhne 鞋',
    '--time-zone',
    'Europe/Zurich',
    '--json'
  )
  const tenant = json(opened)

  t.test('tenant create opens a tenant whose owner key works, and tells one document', async t => {
    t.match([opened.code, opened.err], [0, ''])
    t.match(tenant, { name: 'Schuh & Söhne 鞋', currency: 'CHF', country: 'DE', timeZone: 'Europe/Zurich' })
    t.notMatch(opened.out, 'cursorSecret')
    t.equal(await statusWith(tenant.apiKey.key, '/v1/tenant'), 200)
    t.match(json(await type(environment, 'tenant', 'list', '--json')), [{ id: tenant.id }])
  })

  t.test('api-key create issues what was asked for, and api-key revoke ends it', async t => {
    const key = json(
      await type(
        environment,
        'api-key',
        'create',
        '--name',
        'till',
        '--scopes',
        'stores:read',
        '--expires',
        '2999-01-31',
        '--json'
      )
    )
    t.match(key, { name: 'till', scopes: ['stores:read'], storeId: null, expiresAt: '2999-01-31T23:59:59.999Z' })
    t.same([await statusWith(key.key, '/v1/stores'), await statusWith(key.key, '/v1/staff')], [200, 403])
    const update = await type(environment, 'api-key', 'update', key.id, '--tenant', tenant.id, '--role', 'front_line')
    t.match(update, { code: 0, err: '', out: /has front_line;/ })
    t.match(await type(environment, 'api-key', 'revoke', key.id, '--tenant', tenant.id), { code: 0, err: '' })
    const listed = json(await type(environment, 'api-key', 'list', '--json'))
    t.match(
      listed.find((one: { id: string }) => one.id === key.id),
      { revokedAt: String, prefix: key.prefix }
    )
    t.notMatch(JSON.stringify(listed), key.key)
  })

  t.test('a key may be bound to a store by its code', async t => {
    const response = await fetch(`${service.baseUrl}/v1/stores`, {
      method: 'POST',
      headers: { authorization: `Bearer ${tenant.apiKey.key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ code: 'S1', name: 'Store', timeZone: 'UTC' })
    })
    const { id } = (await response.json()) as { id: string }
    const create = (store: string) =>
      type(environment, 'api-key', 'create', '--name', 'till', '--scopes', 'all', '--store', store, '--json')
    t.match(json(await create('S1')), { storeId: id })
    t.match(await create('S2'), { code: 1, out: '', err: 'there is no store with this code\n' })
  })

  t.test('rebuild-aggregates --check says no to a false figure, rebuild-aggregates puts it right', async t => {
    const customer = { externalId: { system: 'till', key: 'C' } }
    await fetch(`${service.baseUrl}/v1/purchases`, {
      method: 'POST',
      headers: { authorization: `Bearer ${tenant.apiKey.key}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        source: 'till',
        receiptNumber: '1',
        kind: 'sale',
        storeCode: 'S1',
        purchasedAt: '2026-01-01T10:00:00Z',
        currency: 'CHF',
        customer,
        lines: [{ sku: 'P', quantity: 1, amountMinor: 500 }],
        totalMinor: 500
      })
    })
    const check = () => type(environment, 'rebuild-aggregates', '--check', '--json')
    t.equal((await check()).code, 0)
    await asAdmin(service.databaseUrl, 'update customer_totals set net_minor = 1')
    const found = await check()
    t.equal(found.code, 1)
    t.match(json(found).tenants, [{ tenantId: tenant.id, rebuiltCustomers: 0, differences: { totals: { rows: 1 } } }])
    const rebuilt = await type(environment, 'rebuild-aggregates', '--tenant', tenant.id)
    t.match(
      [rebuilt.code, rebuilt.out],
      [0, /1 totals and 0 months differ from the ledger, 0 files from their contacts; 1 customers made anew/]
    )
    t.equal((await check()).code, 0)
  })

  t.test('with several tenants, the one that is meant has to be named', async t => {
    await type(environment, 'tenant', 'create', 'Another')
    const unnamed = await type(environment, 'api-key', 'list')
    t.match([unnamed.code, unnamed.err], [2, /name one with --tenant/])
    const unknown = await type(environment, 'api-key', 'list', '--tenant', '01890000-0000-7000-8000-000000000000')
    t.match(unknown, { code: 1, err: 'there is no tenant with this id\n' })
  })
})

t.test('migrate brings an empty database to this version, and other commands say so before', async t => {
  const empty = await cloneDatabase()
  t.teardown(empty.drop)
  await asAdmin(empty.url, 'drop schema drizzle cascade')
  await asAdmin(empty.url, 'drop schema public cascade')
  await asAdmin(empty.url, 'drop schema clientele_jobs cascade')
  await asAdmin(empty.url, 'create schema public')
  const environment = { DATABASE_URL: empty.url }
  t.match(await type(environment, 'tenant', 'list'), { code: 1, err: /run "clientele migrate"/ })
  const first = json(await type(environment, 'migrate', '--json'))
  t.equal(first.applied, first.total)
  t.match(json(await type(environment, 'migrate', '--json')), { applied: 0, total: first.total })
  t.match(await type(environment, 'tenant', 'list'), { code: 0, out: 'there is no tenant yet\n' })
})

t.test('openapi writes the document, and --check tells the first line that differs', async t => {
  const folder = t.testdir({ 'stale.json': '{\n  "openapi": "3.0.3"\n}\n' })
  const [file, stale] = [join(folder, 'openapi.json'), join(folder, 'stale.json')]
  t.equal((await type({}, 'openapi', file)).code, 0)
  t.equal(JSON.parse(readFileSync(file, 'utf8')).openapi, '3.1.0')
  t.equal((await type({}, 'openapi', file, '--check')).code, 0)
  t.match(await type({}, 'openapi', '--check', stale), { code: 1, out: /differs from line 2 on/ })
})

t.test('a command that is not understood shows how it is used, on the error stream, with exit code 2', async t => {
  for (const [words, complaint] of [
    [[], /^Usage: /],
    [['tenants'], /^Usage: /],
    [['tenant', 'create'], /takes a name/],
    [['tenant', 'create', 'X', '--colour', 'red'], /Unknown option '--colour'/],
    [['tenant', 'create', 'X', '--currency', 'EURO'], /--currency must be an ISO 4217 code/],
    [['tenant', 'create', ''], /the name must not be empty/],
    [['api-key', 'create', '--name', 'x'], /--scopes or --role is needed/],
    [['api-key', 'create', '--name', 'x', '--role', 'king'], /unknown ones: king/],
    [['api-key', 'create', '--name', 'x', '--role', 'owner', '--scopes', 'all'], /not both/],
    [['api-key', 'create', '--name', 'x', '--scopes', 'stores:fly'], /unknown ones: stores:fly/],
    [['api-key', 'create', '--name', 'x', '--scopes', 'all', '--expires', 'soon'], /--expires must be a day/],
    [['api-key', 'revoke', 'x'], /the id must be a UUID/]
  ] as const) {
    const said = await type({ DATABASE_URL: 'postgresql://127.0.0.1:1/none' }, ...words)
    t.match(said, { code: 2, out: '', err: complaint }, words.join(' '))
    t.match(said.err, 'Usage: ')
  }
  t.match(await type({}, '--help'), { code: 0, out: /tenant create <name>.*api-key revoke <id>/s, err: '' })
})

t.test('what goes wrong is one line on the error stream, without secrets', async t => {
  const unreachable = await type({ DATABASE_URL: 'postgresql://me:canary@127.0.0.1:1/none' }, 'tenant', 'list')
  t.match(unreachable, { code: 1, out: '', err: /^the database cannot be reached: .*ECONNREFUSED.*\n$/ })
  t.notMatch(unreachable.err, 'canary')
  t.match(await type({ PORT: 'x' }, 'tenant', 'list'), { code: 1, err: /PORT: must be a whole number/ })
})

t.test('the embedded database', async t => {
  const dataDir = mkdtempSync(join(tmpdir(), 'clientele-cli-'))
  t.teardown(() => rmSync(dataDir, { recursive: true, force: true }))
  const environment = { DATA_DIR: dataDir }

  t.test('is made and started for a command, and ended after it', async t => {
    t.equal((await type(environment, 'tenant', 'create', 'First')).code, 0)
    t.equal(databasePid(dataDir), undefined)
  })

  t.test('is left running when somebody else uses it, and everything stays', async t => {
    const other = await startEmbedded({ dataDir })
    const pid = databasePid(dataDir)
    t.match(json(await type(environment, 'tenant', 'list', '--json')), [{ name: 'First' }])
    t.equal(databasePid(dataDir), pid)
    await other.stop()
    t.equal(databasePid(dataDir), undefined)
  })

  t.test('the built program is the same, and ends with what it was told', async t => {
    await build()
    const listed = run('cli/main.js', ['tenant', 'list', '--json'], environment)
    t.equal(await listed.ended, 0)
    t.match(JSON.parse(listed.output.out), [{ name: 'First' }])
    t.equal(listed.output.err, '')
    t.equal(await run('cli/main.js', ['nonsense'], environment).ended, 2)
    t.equal(databasePid(dataDir), undefined)
  })
})
