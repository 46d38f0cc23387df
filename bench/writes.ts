import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { openDatabase } from '../src/db/client.ts'
import { purchaseIngest, type Receipt } from '../src/repositories/purchase-ingest.ts'
import { api } from './support/http.ts'
import { freshNumbers, loadProgram, sampleLoad } from './support/load.ts'
import type { LoadProgram, Options } from './support/options.ts'
import { hasPgbench, ingestScript, pgbench } from './support/pgbench.ts'
import { CUSTOMERS, customerKeys, ledgerReceipt, STORE, tillBatch, tillReceipt } from './support/receipts.ts'
import { figure, say, table } from './support/report.ts'
import { interleave, type Measured, ratio, type Sample, type Series } from './support/series.ts'
import { ending, openTenant, type ServiceProcess, startBenchDatabase, startServiceProcess } from './support/service.ts'

const TENANT = { name: 'Bench', currency: 'EUR', country: 'DE', timeZone: 'Europe/Berlin' }
const BATCHES = [100, 1_000]
const CONNECTIONS = [32, 64, 256]
const LIMIT_ONE = 'pgbench, one purchase a transaction, 32 clients'
const limitOf = (size: number) => `pgbench, ${size} purchases a statement, 2 clients`

/** Purchases a second: single pushes and batches through HTTP, each beside the database alone with the same statement. */
export async function run(options: Options): Promise<void> {
  if (!hasPgbench) {
    say('skipped: needs pgbench for the limits (Debian: postgresql-contrib)')
    return
  }
  await ending(async later => {
    const database = await startBenchDatabase('writes', true, later)
    const gathering = await startServiceProcess(database.url, true, later)
    const oneByOne = await startServiceProcess(database.url, false, later)
    const { key, tenantId } = await openTenant(database.url, TENANT)
    const shop = api(gathering.baseUrl, key)
    await shop.expect(201, 'POST', '/v1/stores', { code: STORE, name: 'Bench', timeZone: TENANT.timeZone })
    await openCustomers(shop)

    const program = loadProgram(options)
    const push = (service: ServiceProcess, connections: number, size: number) =>
      http({ program, service, key, connections, size, seconds: options.seconds })
    const limit = async (clients: number, count: number): Promise<Sample> => ({
      value: count * (await pgbench(database.url, tenantId, ingestScript(tenantId, count), clients, options.seconds))
    })
    const series: Series[] = [
      { name: LIMIT_ONE, measure: () => limit(32, 1) },
      ...CONNECTIONS.flatMap(connections => [
        { name: single(connections, true), measure: () => push(gathering, connections, 1) },
        { name: single(connections, false), measure: () => push(oneByOne, connections, 1) }
      ]),
      ...BATCHES.flatMap(size => [
        { name: limitOf(size), measure: () => limit(2, size) },
        { name: driverOf(size), measure: () => driver(database.url, tenantId, size, options.seconds) },
        { name: batchOf(size), measure: () => push(gathering, 2, size) }
      ])
    ]
    say(`warming up; then ${options.rounds} rounds of ${options.seconds} s each, load by ${program}`)
    await push(gathering, 64, 1)
    await push(oneByOne, 64, 1)
    const results = await interleave(series, options.rounds, options.only)
    report(results)
    await checkLedger(database.url)
    const { peakMiB } = await gathering.usage()
    say(`largest memory of the service's process: ${figure(peakMiB)} MiB`)
  })
}

const single = (connections: number, gathered: boolean) =>
  `HTTP, single pushes, ${connections} connections, ${gathered ? 'group commit' : 'without group commit'}`
const batchOf = (size: number) => `HTTP, batches of ${size}, 2 in flight`
const driverOf = (size: number) => `bare driver, ${size} purchases a statement, 2 in flight`

/** Every customer has bought once before anything is measured, so that the measured statements meet known customers. */
async function openCustomers(shop: ReturnType<typeof api>): Promise<void> {
  const keys = customerKeys()
  for (let first = 0; first < CUSTOMERS; first += 1_000) {
    const purchases = keys
      .slice(first, first + 1_000)
      .map(key => tillReceipt(`open-${key}`).replace('{item}', key))
      .join(',')
    const { results } = await shop.expect(207, 'POST', '/v1/purchases/batch', `{"purchases":[${purchases}]}`)
    if (results.some((item: { status: number }) => item.status !== 201)) throw new Error('a receipt was refused')
  }
}

function http(of: {
  program: LoadProgram
  service: ServiceProcess
  key: string
  connections: number
  size: number
  seconds: number
}): Promise<Sample> {
  const { program, service, key, connections, size, seconds } = of
  return sampleLoad(
    service,
    {
      program,
      baseUrl: service.baseUrl,
      key,
      connections,
      seconds,
      method: 'POST',
      path: size === 1 ? '/v1/purchases' : '/v1/purchases/batch',
      body: size === 1 ? tillReceipt() : tillBatch(size),
      items: customerKeys()
    },
    size
  )
}

/** What all of them wrote holds together: three lines a receipt, and totals that are the ledger's sums. */
async function checkLedger(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query(`select count(*)::int as receipts, sum(net_minor) as net,
      (select count(*)::int from purchase_lines) as lines, (select sum(net_minor) from customer_totals) as totals,
      (select sum(net_minor) from customer_months) as months from purchases`)
    const { receipts, lines, net, totals, months } = rows[0]
    if (lines !== 3 * receipts || net !== totals || net !== months) throw new Error(`torn: ${JSON.stringify(rows[0])}`)
    say(`${receipts} receipts stored, each with its three lines; totals and months are their sums`)
  } finally {
    await client.end()
  }
}

/** The service's repository alone, without HTTP, checks and answers. */
async function driver(url: string, tenantId: string, size: number, seconds: number): Promise<Sample> {
  const database = openDatabase({ url, apiConnections: 2, queryTimeoutMs: 20_000, onError: () => {} })
  const ingest = purchaseIngest(database.api)
  const started = performance.now()
  let stored = 0
  const worker = async () => {
    while (performance.now() - started < seconds * 1_000) {
      const outcomes = await ingest.store(tenantId, receipts(size), new Date().toISOString())
      stored += outcomes.filter(({ verdict }) => verdict === 'accepted').length
    }
  }
  await Promise.all([worker(), worker()])
  const value = stored / ((performance.now() - started) / 1_000)
  await database.close()
  return { value }
}

/** Receipts as the ingestion takes them, the marks of the pattern replaced. */
function receipts(size: number): Receipt[] {
  const number = freshNumbers(size)
  const pattern = JSON.stringify(ledgerReceipt())
  return Array.from({ length: size }, (_, index) => {
    const purchaseId = randomUUID()
    const filled = pattern.replaceAll(/\{(id|purchase|receipt|customer)\}/g, (_, mark) => {
      if (mark === 'id') return randomUUID()
      if (mark === 'purchase') return purchaseId
      return mark === 'receipt' ? `D${number}-${index}` : `C${(number + 7 * index) % CUSTOMERS}`
    })
    return JSON.parse(filled)
  })
}

function report(results: ReadonlyMap<string, Measured>): void {
  const rows = [...results.values()].map(measured => {
    const size = BATCHES.find(
      batch => measured.name.includes(`batches of ${batch},`) || measured.name === driverOf(batch)
    )
    const limit = results.get(size === undefined ? LIMIT_ONE : limitOf(size))
    const isLimit = measured.name.startsWith('pgbench')
    return [
      measured.name,
      figure(measured.value),
      isLimit ? '1' : figure(ratio(measured, limit)),
      figure(measured.p50),
      figure(measured.p99),
      figure(measured.cpuUs)
    ]
  })
  say()
  say(table(['series', 'purchases/s', 'of its limit', 'p50 ms', 'p99 ms', 'CPU µs in Node'], rows))
}
