import { mkdtempSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { startEmbedded } from '../../src/db/embedded.ts'
import { asAdmin } from '../support/cluster.ts'
import { build, type Program, run } from '../support/process.ts'

await build()

const KEY = `ck_${'a'.repeat(16)}_${'b'.repeat(40)}`
const TILLS = 12
const RECEIPTS = 600

const dataDir = mkdtempSync(join(tmpdir(), 'clientele-crash-'))
const port = await freePort()
let service: Program | undefined

t.teardown(async () => {
  service?.kill('SIGKILL')
  const server = await startEmbedded({ dataDir })
  await server.stop()
  rmSync(dataDir, { recursive: true, force: true })
})

function start(): void {
  service = run('server.js', [], {
    DATA_DIR: dataDir,
    PORT: String(port),
    BOOTSTRAP_API_KEY: KEY,
    LOG_LEVEL: 'silent',
    RATE_LIMIT_PER_SECOND: '100000'
  })
}

/** One request, repeated until it is answered: what a till does while the line is down. */
async function insist(method: string, path: string, body: unknown): Promise<{ status: number; body: { id?: string } }> {
  for (let attempt = 0; attempt < 2_400; attempt++) {
    try {
      const response = await fetch(`http://127.0.0.1:${port}${path}`, {
        method,
        headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(5_000)
      })
      if (response.status < 500) return { status: response.status, body: (await response.json()) as { id?: string } }
    } catch {
      // Nobody there: as below.
    }
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  throw new Error('the service did not come back')
}

/** What dies after how many acknowledged receipts. */
const KILLS: Record<number, () => Promise<void>> = {
  120: async () => restart(),
  240: async () => {
    const file = await readFile(join(dataDir, 'database', 'cluster', 'postmaster.pid'), 'utf8')
    process.kill(Number(file.split('\n')[0]), 'SIGKILL')
  },
  360: async () => restart()
}

function restart(): void {
  service?.kill('SIGKILL')
  start()
}

const receipt = (n: number) => ({
  source: 'till',
  receiptNumber: `R${n}`,
  kind: 'sale',
  storeCode: 'S',
  purchasedAt: '2026-03-01T10:00:00Z',
  currency: 'EUR',
  customer: { externalId: { system: 'till', key: `C${n % 40}` } },
  lines: [{ sku: `P${n % 7}`, quantity: 1, amountMinor: 100 + n }],
  totalMinor: 100 + n
})

t.test('what was acknowledged is stored once, though service and database are killed while tills push', async t => {
  start()
  t.equal((await insist('POST', '/v1/stores', { code: 'S', name: 'Store', timeZone: 'UTC' })).status, 201)

  const acknowledged = new Map<number, string>()
  let next = 0
  const till = async () => {
    for (let n = next++; n < RECEIPTS; n = next++) {
      // Every tenth receipt is sent twice at once.
      const answers = await Promise.all(
        Array.from({ length: n % 10 === 0 ? 2 : 1 }, () => insist('POST', '/v1/purchases', receipt(n)))
      )
      for (const { status, body } of answers) {
        if (body.id && (status === 200 || status === 201) && !acknowledged.has(n)) {
          acknowledged.set(n, body.id)
          await KILLS[acknowledged.size]?.()
        }
      }
    }
  }
  await Promise.all(Array.from({ length: TILLS }, till))

  const server = await startEmbedded({ dataDir })
  const [stored] = await asAdmin<{ receipts: string; sum: string; lines: string }>(
    server.url,
    'select count(*) as receipts, sum(net_minor) as sum, (select count(*) from purchase_lines) as lines from purchases'
  )
  const [totals] = await asAdmin<{ sum: string; sales: string; customers: string }>(
    server.url,
    'select sum(net_minor) as sum, sum(sales) as sales, (select count(*) from customers) as customers from customer_totals'
  )
  const [months] = await asAdmin<{ sum: string }>(server.url, 'select sum(net_minor) as sum from customer_months')
  const [events] = await asAdmin<{ n: string }>(
    server.url,
    `select count(*) as n from events where type = 'purchase.recorded'`
  )
  await server.stop()

  const sum = String((RECEIPTS * (199 + RECEIPTS)) / 2)
  t.equal(acknowledged.size, RECEIPTS, 'every receipt was acknowledged in the end')
  t.match(stored, { receipts: String(RECEIPTS), lines: String(RECEIPTS), sum })
  t.match(totals, { sales: String(RECEIPTS), sum, customers: '40' })
  t.equal(months?.sum, sum)
  t.equal(events?.n, String(RECEIPTS), 'one event each')
})

function freePort(): Promise<number> {
  return new Promise(done => {
    const probe = createServer()
    probe.listen(0, '127.0.0.1', () => {
      const { port: free } = probe.address() as { port: number }
      probe.close(() => done(free))
    })
  })
}
