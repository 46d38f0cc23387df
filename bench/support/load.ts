import { execFile, spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { LoadProgram, Options } from './options.ts'
import type { Sample } from './series.ts'
import type { ServiceProcess } from './service.ts'

const run = promisify(execFile)
// Not compiled, so it stays beside its source.
const SCRIPT = fileURLToPath(new URL('../../../../support/load.lua', import.meta.url))
const AUTOCANNON = fileURLToPath(new URL('./autocannon-process.js', import.meta.url))

export interface Load {
  readonly program: LoadProgram
  readonly baseUrl: string
  readonly key: string
  readonly connections: number
  readonly seconds: number
  readonly method: 'GET' | 'POST'
  /** `{n}` becomes a number never used before, `{item}` one of the items. The body likewise. */
  readonly path: string
  readonly body?: string
  readonly items?: readonly string[]
}

export interface LoadResult {
  readonly perSecond: number
  readonly requests: number
  /** Milliseconds. */
  readonly p50: number
  readonly p95: number
  readonly p99: number
}

let number = Date.now()

/** The next number that no request of this program has used, with room for those of one load. */
export function freshNumbers(count = 10_000_000): number {
  number += count
  return number
}

const hasWrk = spawnSync('wrk', ['--version']).error === undefined

/**
 * Which program makes the load: the lighter it is, the more of the machine is left to what is measured. A ratio to an empty
 * route depends on it, as a client that costs as much as the empty route halves that route's rate.
 */
export const loadProgram = ({ load }: Options): LoadProgram => load ?? (hasWrk ? 'wrk' : 'autocannon')

/** Loads one route from a process of its own for some seconds; any answer but 2xx is an error. */
export async function runLoad(load: Load): Promise<LoadResult> {
  const folder = await mkdtemp(join(tmpdir(), 'clientele-load-'))
  try {
    const raw = load.program === 'wrk' ? await withWrk(load, folder) : await withAutocannon(load, folder)
    if (raw.failed + raw.lost > 0) {
      throw new Error(`${load.method} ${load.path}: ${raw.failed} of ${raw.requests} refused, ${raw.lost} lost`)
    }
    const { requests, seconds, p50, p95, p99 } = raw
    return { perSecond: requests / seconds, requests, p50, p95, p99 }
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** Loads a route of the service and gives what came, each request holding `count` things. */
export async function sampleLoad(service: ServiceProcess, load: Load, count = 1): Promise<Sample> {
  const before = await service.usage()
  const { perSecond, requests, p50, p95, p99 } = await runLoad(load)
  const { cpuMs } = await service.usage()
  return { value: perSecond * count, p50, p95, p99, cpuUs: ((cpuMs - before.cpuMs) * 1_000) / (requests * count) }
}

interface RawResult {
  readonly requests: number
  readonly seconds: number
  readonly p50: number
  readonly p95: number
  readonly p99: number
  readonly failed: number
  readonly lost: number
}

async function withWrk(load: Load, folder: string): Promise<RawResult> {
  const file = async (name: string, text: string | undefined) => {
    if (text === undefined) return '-'
    await writeFile(join(folder, name), text)
    return join(folder, name)
  }
  const { stdout, stderr } = await run('wrk', [
    ...['-t1', `-c${load.connections}`, `-d${load.seconds}s`, '--timeout', '30s', '-s', SCRIPT],
    ...['-H', `Authorization: Bearer ${load.key}`, '-H', 'Content-Type: application/json', load.baseUrl, '--'],
    ...[load.method, load.path, await file('body', load.body), await file('items', load.items?.join('\n'))],
    String(freshNumbers())
  ])
  const line = /^\{.*\}$/m.exec(stdout)?.[0]
  if (line === undefined) throw new Error(`wrk: ${stdout}${stderr}`)
  return JSON.parse(line)
}

async function withAutocannon(load: Load, folder: string): Promise<RawResult> {
  const spec = join(folder, 'load.json')
  await writeFile(spec, JSON.stringify({ ...load, number: freshNumbers() }))
  const { stdout } = await run(process.execPath, [AUTOCANNON, spec])
  return JSON.parse(stdout)
}
