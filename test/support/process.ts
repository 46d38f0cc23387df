import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, rmdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const PROJECT = fileURLToPath(new URL('../..', import.meta.url))
const BUILDING = join(PROJECT, '.tap', 'building')
const ABANDONED_MS = 120_000

/**
 * Brings `dist` up to date, as "npm start" does; nothing to do takes half a second. Types are left to "npm run typecheck":
 * they are three quarters of what a build takes. Test files that run side by side take turns, so that none starts a program
 * that another one is writing.
 */
export async function build(): Promise<void> {
  while (!taken(BUILDING)) await delay(100)
  try {
    const tsc = join(PROJECT, 'node_modules', 'typescript', 'bin', 'tsc')
    await promisify(execFile)(process.execPath, [tsc, '-b', 'tsconfig.build.json', '--noCheck'], { cwd: PROJECT })
  } finally {
    rmdirSync(BUILDING)
  }
}

function taken(turn: string): boolean {
  try {
    mkdirSync(turn)
    return true
  } catch {
    const since = statSync(turn, { throwIfNoEntry: false })?.mtimeMs
    if (since !== undefined && Date.now() - since > ABANDONED_MS) rmdirSync(turn)
    return false
  }
}

/** A program of the project as a process of its own. */
export interface Program {
  readonly output: { out: string; err: string }
  /** Resolves with the first match of what it prints; rejects if it ends before. */
  printed(pattern: RegExp): Promise<RegExpExecArray>
  kill(signal: NodeJS.Signals): void
  /** The exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>
}

/** Runs `dist/<path>` with this environment and nothing of the test's own but the path. */
export function run(path: string, args: readonly string[], environment: Record<string, string>): Program {
  const child = spawn(process.execPath, [join(PROJECT, 'dist', path), ...args], {
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', 'pipe', 'pipe']
  })
  const output = { out: '', err: '' }
  child.stdout.setEncoding('utf8').on('data', text => {
    output.out += text
  })
  child.stderr.setEncoding('utf8').on('data', text => {
    output.err += text
  })
  const ended = once(child, 'close').then(([code, signal]) => code ?? signal)
  return {
    output,
    ended,
    kill: signal => child.kill(signal),
    printed: pattern =>
      new Promise((resolve, reject) => {
        const look = () => {
          const match = pattern.exec(output.out)
          if (match) resolve(match)
        }
        child.stdout.on('data', look)
        child.once('close', () => reject(new Error(`ended without printing ${pattern}: ${output.err}`)))
        look()
      })
  }
}

/** The process id of the embedded database's server under `dataDir`; undefined when it was ended in order. */
export function databasePid(dataDir: string): number | undefined {
  const file = join(dataDir, 'database', 'cluster', 'postmaster.pid')
  return existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[0]) : undefined
}
