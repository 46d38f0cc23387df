import { execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { platform, totalmem, userInfo } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import pg from 'pg'
import { findBinaries } from './embedded-binaries.ts'

const run = promisify(execFile)
const USER = 'postgres'
const FOLDER = 'database'
const START_WITHIN_MS = 120_000

/** A database cluster on disk, whether its server runs or not. */
export interface Cluster {
  readonly data: string
  readonly log: string
  readonly pgCtl: string
  readonly password: string
  readonly owner: ServerUser
}

interface ServerUser {
  uid?: number
  gid?: number
}

/** The administrator's address of one of the cluster's databases. */
export const urlOf = (cluster: Cluster, port: number, database: string): string =>
  `postgresql://${USER}:${cluster.password}@127.0.0.1:${port}/${database}`

/**
 * Finds the cluster under `dataDir` or makes it. A new one is made aside and moved into place whole, so that neither a
 * first start that was interrupted nor two first starts at once leave half a cluster behind.
 */
export async function prepareCluster(dataDir: string): Promise<Cluster> {
  const { initdb, pgCtl } = await findBinaries()
  const owner = await serverUser()
  const home = join(resolve(dataDir), FOLDER)
  await mkdir(resolve(dataDir), { recursive: true })
  // The other user that runs the server must be able to pass through; what is inside stays closed to others.
  if (owner.uid !== undefined) await chmod(resolve(dataDir), (await stat(resolve(dataDir))).mode | 0o011)
  if (!isCluster(home)) await createCluster(initdb, home, owner)
  await removeDrafts(resolve(dataDir))
  return {
    data: join(home, 'cluster'),
    log: join(home, 'server.log'),
    pgCtl,
    password: (await readFile(join(home, 'password'), 'utf8')).trim(),
    owner
  }
}

const isCluster = (home: string): boolean => existsSync(join(home, 'cluster', 'PG_VERSION'))

async function createCluster(initdb: string, home: string, owner: ServerUser): Promise<void> {
  const draft = await mkdtemp(`${home}.new-`)
  const passwordFile = join(draft, 'password')
  try {
    await writeFile(passwordFile, randomBytes(24).toString('hex'), { mode: 0o600 })
    await Promise.all([draft, passwordFile].map(path => giveTo(owner, path)))
    const sync = platform() === 'linux' ? ['--sync-method=syncfs'] : []
    const place = ['-D', join(draft, 'cluster'), '-U', USER, '-A', 'scram-sha-256', `--pwfile=${passwordFile}`]
    await run(
      initdb,
      [...place, ...sync, '--encoding=UTF8', '--locale=C.UTF-8', '--lc-messages=C'],
      asUser(owner, draft)
    )
    await rename(draft, home)
  } catch (error) {
    // Two first starts at once: the quicker one's cluster serves both.
    if (!isCluster(home)) throw notCreated(error, home)
  } finally {
    await removeQuietly(draft)
  }
}

/** What interrupted first starts left behind. Once a cluster stands, nobody needs a draft, not even one at work on it. */
async function removeDrafts(dataDir: string): Promise<void> {
  const drafts = (await readdir(dataDir)).filter(name => name.startsWith(`${FOLDER}.new-`))
  await Promise.all(drafts.map(name => removeQuietly(join(dataDir, name))))
}

/** What cannot be removed now, because another process still writes there, is removed by a later start. */
const removeQuietly = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true }).catch(() => {})

/** Starts the cluster's server, or finds it running or on its way, and returns the port on which it answers. */
export async function ensureRunning(
  cluster: Cluster,
  settings: readonly string[]
): Promise<{ port: number; startedHere: boolean }> {
  const deadline = Date.now() + START_WITHIN_MS
  while (Date.now() < deadline) {
    const running = await runningPort(cluster)
    if (running === undefined) {
      const port = await choosePort(cluster)
      if (await startServer(cluster, port, settings)) return { port, startedHere: true }
    } else if (await answers(urlOf(cluster, running, 'postgres'))) {
      return { port: running, startedHere: false }
    }
    await delay(200)
  }
  throw new Error(`the embedded database did not answer in time; see ${cluster.log}`)
}

/** Ends the server with its sessions and waits until its data is on disk. One that is down already is left alone. */
export async function endServer(cluster: Cluster): Promise<void> {
  if ((await runningPort(cluster)) === undefined) return
  try {
    const how = ['stop', '-D', cluster.data, '-m', 'fast', '-w', '-t', '60']
    await run(cluster.pgCtl, how, asUser(cluster.owner, cluster.data))
  } catch (error) {
    if ((await runningPort(cluster)) !== undefined) throw error
  }
}

/** True when the server is up; false when somebody or something else was quicker and a further look is worthwhile. */
async function startServer(cluster: Cluster, port: number, settings: readonly string[]): Promise<boolean> {
  await writeFile(cluster.log, '', { flag: 'a', mode: 0o600 })
  await giveTo(cluster.owner, cluster.log)
  const { size: logged } = await stat(cluster.log)
  const buffers = `shared_buffers=${await sharedBuffersMiB()}MB`
  const options = [...SERVER_SETTINGS, buffers, ...settings].map(setting => `-c ${setting}`)
  const how = ['start', '-D', cluster.data, '-w', '-t', `${START_WITHIN_MS / 1_000}`, '-l', cluster.log]
  // pg_ctl gives the server a session of its own: an interrupt from the terminal reaches the service alone.
  const child = spawn(cluster.pgCtl, [...how, '-o', `-p ${port} ${options.join(' ')}`], {
    ...asUser(cluster.owner, cluster.data),
    stdio: 'ignore'
  })
  const code = await new Promise<number | null>((done, failed) => child.once('error', failed).once('exit', done))
  if (code === 0) return true
  const said = (await readFile(cluster.log)).subarray(logged).toString('utf8').trim()
  if (PASSING.test(said)) return false
  throw new Error(
    `the embedded database did not start; ${cluster.log} ends with:\n${said.split('\n').slice(-5).join('\n')}`
  )
}

const SERVER_SETTINGS = [
  'listen_addresses=127.0.0.1',
  `unix_socket_directories=''`,
  'max_wal_size=2GB',
  // Details and failed statements carry the rows, and those are people.
  'log_error_verbosity=terse',
  'log_min_error_statement=panic',
  'log_checkpoints=off',
  // One call for the file system instead of one for each file: a second instead of five after a crash.
  ...(platform() === 'linux' ? ['recovery_init_sync_method=syncfs'] : [])
]

/** Another process starts the server, its port was taken meanwhile, or sessions of a killed server are still ending. */
const PASSING = /lock file ".*" already exists|Address already in use|shared memory block .* is still in use/

/**
 * The port in `postmaster.pid`, if that process is a living PostgreSQL. The file alone may be a crash's leftover: its
 * process number belongs to another program by now, or to a dead server that nobody has collected, as in a container
 * whose first process is the service. PostgreSQL itself would then refuse to start, so the file is removed.
 */
async function runningPort(cluster: Cluster): Promise<number | undefined> {
  const file = join(cluster.data, 'postmaster.pid')
  const lines = (await readFile(file, 'utf8').catch(() => '')).split('\n')
  const [pid, port] = [Number(lines[0]), Number(lines[3])]
  if (!pid || !port || !isAlive(pid)) return undefined
  // Elsewhere than on Linux there is no such file, and the process is taken for the server.
  const [, program, state] = /\((.*)\) (\S)/.exec(await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')) ?? []
  if (program === undefined || (program === 'postgres' && state !== 'Z')) return port
  await rm(file, { force: true })
  return undefined
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** False while the server starts, recovers or stops. Any other refusal will not pass by waiting. */
async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
  client.on('error', () => {})
  try {
    await client.connect()
    return true
  } catch (error) {
    if (error instanceof pg.DatabaseError && !error.code?.startsWith('57P')) {
      throw new Error(`the embedded database refuses its own administrator: ${error.message}`)
    }
    return false
  } finally {
    await client.end().catch(() => {})
  }
}

/** The port of the last start if it is free, so that the address stays the same; else any free one. */
async function choosePort(cluster: Cluster): Promise<number> {
  const last = /"-p" "(\d+)"/.exec(await readFile(join(cluster.data, 'postmaster.opts'), 'utf8').catch(() => ''))?.[1]
  return (last && (await freePort(Number(last)))) || (await freePort(0)) || 0
}

function freePort(wanted: number): Promise<number | undefined> {
  return new Promise(done => {
    const probe = createServer().once('error', () => done(undefined))
    probe.listen(wanted, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => done(port))
    })
  })
}

/**
 * An eighth of the machine's memory, or of the container's, up to what a million customers are read from. The server takes
 * it as it comes to need it, so a small shop never fills it.
 */
async function sharedBuffersMiB(): Promise<number> {
  const limit = Number(await readFile('/sys/fs/cgroup/memory.max', 'utf8').catch(() => 'none'))
  const memoryMiB = (limit > 0 ? Math.min(totalmem(), limit) : totalmem()) / 2 ** 20
  return Math.min(1_024, Math.max(128, Math.floor(memoryMiB / 8)))
}

/** PostgreSQL refuses to run as root; there, an unprivileged user that every system has takes its place. */
async function serverUser(): Promise<ServerUser> {
  if (platform() === 'win32' || userInfo().uid !== 0) return {}
  for (const name of ['postgres', 'nobody']) {
    try {
      const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])])
      return { uid: Number(uid.stdout), gid: Number(gid.stdout) }
    } catch {}
  }
  throw new Error(
    'running as root, and neither "postgres" nor "nobody" exists to run the database as; start as another user or set DATABASE_URL'
  )
}

/** The server gets nothing of the service's environment, which holds secrets. Windows cannot start a program without. */
const asUser = (owner: ServerUser, cwd: string) => ({ ...owner, cwd, ...(platform() === 'win32' ? {} : { env: {} }) })

async function giveTo(owner: ServerUser, path: string): Promise<void> {
  if (owner.uid !== undefined && owner.gid !== undefined) await chown(path, owner.uid, owner.gid)
}

function notCreated(error: unknown, home: string): Error {
  const text = (error as { stderr?: string }).stderr || String(error)
  const hint = /permission denied|could not access|EACCES/i.test(text)
    ? ` (the user that runs the database must be able to reach ${home} and the installed packages)`
    : ''
  return new Error(`the embedded database could not be created${hint}: ${text.trim()}`)
}
