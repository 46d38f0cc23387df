import { nameMaker } from './names.ts'
import { emailOf, phoneOf, seeded } from './seed.ts'
import { api } from './support/http.ts'
import { loadProgram, sampleLoad } from './support/load.ts'
import type { Options } from './support/options.ts'
import { figure, say, seededRandom, table } from './support/report.ts'
import { interleave, type Measured, type Series } from './support/series.ts'
import { ending, startServiceProcess } from './support/service.ts'

const CONNECTIONS = 4
const SAMPLE = 2_000

/** How long a person at the counter waits: search by what identifies a customer and by parts of names of every script. */
export async function run(options: Options): Promise<void> {
  await ending(async later => {
    const { url, key, customers } = await seeded(options, later)
    const service = await startServiceProcess(url, true, later)
    const shop = api(service.baseUrl, key)
    const program = loadProgram(options)
    const series: Series[] = []
    for (const [name, bodies] of questions(customers)) {
      const { data } = await shop.expect(200, 'POST', '/v1/customers/search', bodies[0])
      series.push({
        name: `${name}, e.g. ${bodies[0]} (${data.length} on the first page)`,
        measure: () =>
          sampleLoad(service, {
            program,
            baseUrl: service.baseUrl,
            key,
            connections: CONNECTIONS,
            seconds: options.seconds,
            method: 'POST',
            path: '/v1/customers/search',
            body: '{item}',
            items: bodies
          })
      })
    }
    say(
      `${customers} customers, ${CONNECTIONS} connections, ${options.rounds} rounds of ${options.seconds} s, load by ${program}`
    )
    report(await interleave(series, options.rounds, options.only))
  })
}

/** Each kind of question, asked about customers who exist, two thousand different ones. */
function questions(customers: number): readonly (readonly [string, readonly string[]])[] {
  const random = seededRandom(11)
  const number = () => Math.floor(random() * customers)
  const nextName = nameMaker(5)
  const names = Array.from({ length: SAMPLE * 4 }, nextName)
  const about = (body: (draw: number) => unknown) =>
    Array.from({ length: SAMPLE }, () => JSON.stringify(body(number())))
  const named = (fits: (name: string) => boolean, part: (name: string) => string) =>
    names.filter(fits).map(name => JSON.stringify({ query: part(name) }))
  const isChinese = (name: string) => /^\p{Script=Han}+$/u.test(name)
  const isLatin = (name: string) => /^[\p{Script=Latin} ]+$/u.test(name)
  return [
    ['phone', about(n => ({ phone: phoneOf(n) }))],
    ['e-mail', about(n => ({ email: emailOf(n - (n % 2)) }))],
    ['external id', about(n => ({ externalId: { system: 'pos', key: `C${n}` } }))],
    ['whole name', named(isLatin, name => name)],
    ['part of a family name', named(isLatin, name => (name.split(' ')[1] ?? '').slice(1, 6))],
    ['first letters of a family name', named(isLatin, name => (name.split(' ')[1] ?? '').slice(0, 3))],
    ['given name, shared by thousands', named(isLatin, name => name.split(' ')[0] ?? '')],
    ['Chinese name', named(isChinese, name => name)],
    [
      'two characters within a Chinese name',
      named(
        name => isChinese(name) && name.length === 3,
        name => name.slice(1)
      )
    ],
    ['one Chinese character', named(isChinese, name => name.slice(0, 1))]
  ]
}

function report(results: ReadonlyMap<string, Measured>): void {
  const rows = [...results.values()].map(({ name, value, p50, p95, p99, cpuUs }) => [
    name,
    ...[value, p50, p95, p99, cpuUs].map(figure)
  ])
  say()
  say(table(['search', 'per second', 'p50 ms', 'p95 ms', 'p99 ms', 'CPU µs'], rows))
}
