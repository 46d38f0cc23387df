import { type ChildProcess, fork } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { openDatabase } from '../../src/db/client.ts'
import { startEmbedded } from '../../src/db/embedded.ts'
import { migrate } from '../../src/db/migrate.ts'
import { createServices } from '../../src/services/index.ts'

/** Where the benchmarks' own database server keeps its data; a seeded database stays there between runs. */
const DATA_DIR = process.env.CLIENTELE_BENCH_DIR ?? join(tmpdir(), 'clientele-bench')

/** What has to be ended when a benchmark is over, however it ends: last started, first ended. */
export type Later = (end: () => Promise<void>) => void

/** Runs a benchmark and then ends, in reverse, all that it started. */
export async function ending<T>(run: (later: Later) => Promise<T>): Promise<T> {
  const ends: (() => Promise<void>)[] = []
  try {
    return await run(end => ends.push(end))
  } finally {
    for (const end of ends.reverse()) await end()
  }
}

export interface BenchDatabase {
  /** Connects as the server's administrator, who owns the tables. */
  readonly url: string
  /** True when the database was made just now and is empty. */
  readonly created: boolean
}

/** An embedded server with its durable defaults (`fsync` and `synchronous_commit` on) and one database of that name. */
export async function startBenchDatabase(name: string, fresh: boolean, later: Later): Promise<BenchDatabase> {
  await mkdir(DATA_DIR, { recursive: true })
  const server = await startEmbedded({ dataDir: DATA_DIR })
  later(() => server.stop())
  const url = new URL(server.url)
  url.pathname = `/bench_${name}`
  const admin = new pg.Client({ connectionString: server.url })
  await admin.connect()
  try {
    if (fresh) await admin.query(`drop database if exists bench_${name} with (force)`)
    const { rowCount } = await admin.query('select from pg_database where datname = $1', [`bench_${name}`])
    if (rowCount === 0) await admin.query(`create database bench_${name}`)
    await migrate(url.toString())
    return { url: url.toString(), created: rowCount === 0 }
  } finally {
    await admin.end()
  }
}

export interface BenchTenant {
  readonly name: string
  readonly currency: string
  readonly country: string
  readonly timeZone: string
}

/** Opens a tenant as an operator would and gives its owner's key and its id. */
export async function openTenant(url: string, tenant: BenchTenant): Promise<{ key: string; tenantId: string }> {
  const database = openDatabase({ url, apiConnections: 2, queryTimeoutMs: 20_000, onError: () => {} })
  try {
    const { name, currency, country, timeZone } = tenant
    const opened = await createServices({ database }).tenants.create({ name, currency, country, timeZone }, null)
    return { key: opened.key.key, tenantId: opened.tenant.id }
  } finally {
    await database.close()
  }
}

export interface ServiceProcess {
  readonly baseUrl: string
  /** A Fastify of the same process with one empty route: what HTTP alone costs here. */
  readonly emptyUrl: string
  /** What the service's process takes: memory now, the largest since it was last asked, and processor time so far. */
  usage(): Promise<Usage>
}

export interface Usage {
  readonly rssMiB: number
  readonly peakMiB: number
  readonly cpuMs: number
}

/** The service itself in a process of its own, as `npm start` runs it, over a database that is already there. */
export async function startServiceProcess(url: string, groupCommit: boolean, later: Later): Promise<ServiceProcess> {
  const child = fork(fileURLToPath(new URL('./service-process.js', import.meta.url)), {
    env: {
      ...process.env,
      NODE_ENV: 'production',
      DATABASE_URL: url,
      RATE_LIMIT_PER_SECOND: '1000000',
      GROUP_COMMIT: String(groupCommit)
    },
    // As `npm start` gives it.
    execArgv: [...process.execArgv, '--max-semi-space-size=32'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc']
  })
  const exited = new Promise<void>(done => child.once('exit', () => done()))
  later(async () => {
    child.kill('SIGTERM')
    await exited
  })
  const { baseUrl, emptyUrl } = await reply<{ baseUrl: string; emptyUrl: string }>(child)
  return {
    baseUrl,
    emptyUrl,
    usage: () => {
      const answer = reply<Usage>(child)
      child.send('usage')
      return answer
    }
  }
}

const reply = <T>(child: ChildProcess): Promise<T> =>
  new Promise((done, failed) => {
    const gone = (code: number | null) => failed(new Error(`the service's process ended with ${code}`))
    child.once('exit', gone)
    child.once('message', message => {
      child.off('exit', gone)
      done(message as T)
    })
  })
