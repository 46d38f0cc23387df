import { customerId, seeded } from './seed.ts'
import { api } from './support/http.ts'
import { loadProgram, sampleLoad } from './support/load.ts'
import type { Options } from './support/options.ts'
import { figure, say, seededRandom, table } from './support/report.ts'
import { interleave, type Measured, ratio, type Series } from './support/series.ts'
import { ending, startServiceProcess } from './support/service.ts'

const CONNECTIONS = 32
const SAMPLE = 50_000
const EMPTY = 'empty route'

/** Reads of one customer and of pages of fifty, each beside an empty route of the same process. */
export async function run(options: Options): Promise<void> {
  await ending(async later => {
    const { url, key, customers } = await seeded(options, later)
    const service = await startServiceProcess(url, true, later)
    const program = loadProgram(options)
    const random = seededRandom(7)
    const numbers = Array.from({ length: SAMPLE }, () => Math.floor(random() * customers))
    const customerCursors = await cursors(service.baseUrl, key, '/v1/customers')

    const get = (name: string, path: string, items: readonly string[], baseUrl = service.baseUrl): Series => ({
      name,
      measure: async () => {
        const load = {
          program,
          baseUrl,
          key,
          connections: CONNECTIONS,
          seconds: options.seconds,
          method: 'GET' as const
        }
        return sampleLoad(service, { ...load, path, items })
      }
    })
    const series = [
      get(EMPTY, '/', [], service.emptyUrl),
      get('customer by id', '/v1/customers/{item}', numbers.map(customerId)),
      get(
        'customer by external id',
        '/v1/customers/by-external-id/pos/{item}',
        numbers.map(n => `C${n}`)
      ),
      get('list of 50 customers', '/v1/customers?limit=50&cursor={item}', customerCursors)
    ]
    say(
      `${customers} customers, ${CONNECTIONS} connections, ${options.rounds} rounds of ${options.seconds} s, load by ${program}`
    )
    const results = await interleave(series, options.rounds, options.only)
    report(results)
    const { peakMiB } = await service.usage()
    say(`largest memory of the service's process: ${figure(peakMiB)} MiB`)
  })
}

/** The cursors of the first pages, so that a list is read from many places. */
async function cursors(baseUrl: string, key: string, path: string): Promise<string[]> {
  const shop = api(baseUrl, key)
  const found: string[] = []
  let cursor: string | null = null
  do {
    const at: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const page: { nextCursor: string | null } = await shop.expect(200, 'GET', `${path}?limit=50${at}`)
    cursor = page.nextCursor
    if (cursor !== null) found.push(encodeURIComponent(cursor))
  } while (cursor !== null && found.length < 200)
  return found
}

function report(results: ReadonlyMap<string, Measured>): void {
  const empty = results.get(EMPTY)
  const rows = [...results.values()].map(measured => [
    measured.name,
    figure(measured.value),
    measured.name === EMPTY ? '1' : figure(ratio(measured, empty)),
    figure(measured.p50),
    figure(measured.p95),
    figure(measured.p99),
    figure(measured.cpuUs)
  ])
  say()
  say(table(['read', 'per second', 'of the empty route', 'p50 ms', 'p95 ms', 'p99 ms', 'CPU µs'], rows))
}
