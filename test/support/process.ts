import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A program of the project as a process of its own, with the loader that runs this very test. */
export interface Program {
  readonly pid: number
  readonly output: { out: string; err: string }
  /** Resolves with the first match of what it prints; rejects if it ends before. */
  printed(pattern: RegExp): Promise<RegExpExecArray>
  kill(signal: NodeJS.Signals): void
  /** The exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>
}

/** Runs `src/<path>` with this environment beside what the loader needs; the surrounding DATABASE_URL does not count. */
export function run(path: string, args: readonly string[], environment: Record<string, string>): Program {
  const file = fileURLToPath(new URL(`../../src/${path}`, import.meta.url))
  const child = spawn(process.execPath, [...process.execArgv, file, ...args], {
    env: { ...process.env, npm_lifecycle_event: undefined, DATABASE_URL: '', ...environment },
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
    pid: child.pid ?? 0,
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
