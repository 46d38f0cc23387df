import { readFile } from 'node:fs/promises'
import autocannon from 'autocannon'
import type { Load } from './load.ts'

/** The load of `load.lua` for machines without wrk: the same numbers and items, and the same line of JSON. */
const load: Load & { number: number } = JSON.parse(await readFile(process.argv[2] ?? '', 'utf8'))
let { number } = load
const items = load.items ?? []

const fill = (template: string): string =>
  template.replace(/\{(n|item)\}/g, (_, name) =>
    name === 'n' ? String(number) : (items[Math.floor(Math.random() * items.length)] ?? '')
  )

const result = await autocannon({
  url: load.baseUrl,
  connections: load.connections,
  duration: load.seconds,
  timeout: 30,
  headers: { authorization: `Bearer ${load.key}`, 'content-type': 'application/json' },
  requests: [
    {
      method: load.method,
      setupRequest: request => {
        number += 1
        return { ...request, path: fill(load.path), ...(load.body === undefined ? {} : { body: fill(load.body) }) }
      }
    }
  ]
})
process.stdout.write(
  JSON.stringify({
    requests: result.requests.total,
    seconds: result.duration,
    p50: result.latency.p50,
    // Autocannon keeps 90 and 97.5 and nothing between: the higher one, so that no figure is flattered.
    p95: result.latency.p97_5,
    p99: result.latency.p99,
    failed: result.non2xx,
    lost: result.errors
  })
)
