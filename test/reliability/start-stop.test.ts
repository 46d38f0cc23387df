import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test as T } from 'tap'
import { startEmbedded } from '../../src/db/embedded.ts'
import { build, databasePid, type Program, run } from '../support/process.ts'

await build()

const KEY = `ck_${'a'.repeat(16)}_${'b'.repeat(40)}`

/** A data directory of its own for a test; whatever still runs there is ended with it. */
function dataDirOf(t: T): string {
  const dataDir = mkdtempSync(join(tmpdir(), 'clientele-start-'))
  t.teardown(async () => {
    if (databasePid(dataDir) !== undefined) await (await startEmbedded({ dataDir })).stop()
    rmSync(dataDir, { recursive: true, force: true })
  })
  return dataDir
}

const start = (dataDir: string, environment: Record<string, string> = {}): Program =>
  run('server.js', [], { DATA_DIR: dataDir, PORT: '0', LOG_LEVEL: 'info', ...environment })

const urlOf = async (service: Program): Promise<string> => (await service.printed(/"url":"([^"]+)"/))[1] ?? ''

const statusOf = (url: string, key: string): Promise<number> =>
  fetch(`${url}/v1/tenant`, {
    headers: { authorization: `Bearer ${key}`, connection: 'close' },
    signal: AbortSignal.timeout(5_000)
  }).then(
    response => response.status,
    () => 0
  )

async function stop(service: Program, signal: NodeJS.Signals = 'SIGTERM'): Promise<number | NodeJS.Signals> {
  service.kill(signal)
  return service.ended
}

/** Asks until the answer is the wanted one; whoever waits in vain is ended by the test's own limit. */
async function until(wanted: number, ask: () => Promise<number>): Promise<void> {
  while ((await ask()) !== wanted) await new Promise(resolve => setTimeout(resolve, 50))
}

t.test(
  'the first start shows a key and the address of the reference once; a second one reuses all and warns of a key chosen late',
  async t => {
    const dataDir = dataDirOf(t)
    const first = start(dataDir)
    const [, key = ''] = await first.printed(/API key {5}(ck_\w{16}_\w{40})/)
    const url = await urlOf(first)
    t.match(first.output.out, `${url}/docs`)
    t.equal(await statusOf(url, key), 200)
    t.equal(await stop(first), 0)
    t.equal(databasePid(dataDir), undefined, 'the database has ended with the service')

    const second = start(dataDir, { BOOTSTRAP_API_KEY: KEY })
    t.equal(await statusOf(await urlOf(second), key), 200)
    await second.printed(/BOOTSTRAP_API_KEY is no key of this service/)
    t.notMatch(second.output.out, 'API key')
    t.equal(await stop(second), 0)
  }
)

t.test('a chosen first key works and is never printed, and an interrupt that comes twice is one stop', async t => {
  const dataDir = dataDirOf(t)
  const service = start(dataDir, {
    BOOTSTRAP_API_KEY: KEY,
    BOOTSTRAP_TENANT_NAME: 'Chosen',
    BOOTSTRAP_TENANT_CURRENCY: 'CNY'
  })
  const url = await urlOf(service)
  const response = await fetch(`${url}/v1/tenant`, { headers: { authorization: `Bearer ${KEY}` } })
  t.match(await response.json(), { name: 'Chosen', currency: 'CNY' })
  await service.printed(/Clientele is ready/)
  service.kill('SIGINT')
  t.equal(await stop(service, 'SIGINT'), 0)
  t.notMatch(service.output.out, KEY)
  t.equal(databasePid(dataDir), undefined)
})

t.test('a second service on the same data directory is refused, and the first goes on', async t => {
  const dataDir = dataDirOf(t)
  const first = start(dataDir, { BOOTSTRAP_API_KEY: KEY })
  const url = await urlOf(first)
  const second = start(dataDir, { BOOTSTRAP_API_KEY: KEY })
  t.equal(await second.ended, 1)
  t.match(second.output.err, /^another service already runs on the data directory .*DATA_DIR to another folder\n$/)
  t.equal(await statusOf(url, KEY), 200)
  t.equal(await stop(first), 0)
})

t.test('after a kill of the service, of its database, or of both, it starts again with what it had', async t => {
  const dataDir = dataDirOf(t)
  const killed = start(dataDir, { BOOTSTRAP_API_KEY: KEY })
  await urlOf(killed)
  const orphan = databasePid(dataDir)
  t.equal(await stop(killed, 'SIGKILL'), 'SIGKILL')
  t.equal(databasePid(dataDir), orphan, 'the database runs on without the service')

  const heir = start(dataDir)
  const url = await urlOf(heir)
  t.equal(databasePid(dataDir), orphan, 'the next service takes it over')
  t.equal(await statusOf(url, KEY), 200)

  process.kill(orphan ?? 0, 'SIGKILL')
  // On a busy machine a killed server may still answer once.
  await until(200, async () => (databasePid(dataDir) === orphan ? 0 : statusOf(url, KEY)))
  t.not(databasePid(dataDir), orphan, 'the service has brought its database back')

  process.kill(databasePid(dataDir) ?? 0, 'SIGKILL')
  t.equal(await stop(heir, 'SIGKILL'), 'SIGKILL')
  const last = start(dataDir)
  t.equal(await statusOf(await urlOf(last), KEY), 200)
  t.equal(await stop(last), 0)
  t.equal(databasePid(dataDir), undefined, 'who took a database over ends it')
})

t.test('a port in use is named, everything is closed again, and no key is made that nobody sees', async t => {
  const dataDir = dataDirOf(t)
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  const refused = start(dataDir, { PORT: String(port) })
  t.equal(await refused.ended, 1)
  t.equal(refused.output.err, `127.0.0.1:${port} is in use by another program; set PORT or HOST to another one\n`)
  t.equal(databasePid(dataDir), undefined)
  other.close()

  const service = start(dataDir)
  await service.printed(/API key/)
  t.equal(await stop(service), 0)
})

t.test('an environment that cannot work, or a database that does not answer, is one clear sentence', async t => {
  const misspelt = start('/nowhere', { PORT: 'http' })
  t.equal(await misspelt.ended, 1)
  t.equal(misspelt.output.err, 'the environment cannot be used:\n  PORT: must be a whole number from 0 to 65535\n')
  const alone = start('/nowhere', { DATABASE_URL: 'postgresql://me:secret@127.0.0.1:1/none' })
  t.equal(await alone.ended, 1)
  t.match(alone.output.err, /^the database cannot be reached: .*ECONNREFUSED.*\n$/)
  t.notMatch(alone.output.err, 'secret')
})
