import { parseArgs } from 'node:util'

/** What may be said on the command line; each benchmark reads what concerns it. */
export interface Options {
  /** Folder of the public data sets; a replay without it says so and does nothing. */
  readonly data: string | null
  /** Customers of the seeded database. */
  readonly customers: number
  /** Length of one measurement, and how often each is repeated (medians are reported). */
  readonly seconds: number
  readonly rounds: number
  /** Requests that a replay keeps in flight. */
  readonly inFlight: number
  /** Seed by which a replay shuffles its receipts; null keeps the order of the file. */
  readonly shuffle: number | null
  /** Push everything a second time. */
  readonly twice: boolean
  /** Make the seeded database anew even if it exists. */
  readonly fresh: boolean
  /** Folder that drawings are written to; null: nowhere. */
  readonly out: string | null
  /** Series to measure, by the start of their name; empty: all. */
  readonly only: readonly string[]
  /** Which program makes the load; null: the lightest that is installed. */
  readonly load: LoadProgram | null
}

export const LOAD_PROGRAMS = ['wrk', 'autocannon'] as const
export type LoadProgram = (typeof LOAD_PROGRAMS)[number]

export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      data: { type: 'string' },
      customers: { type: 'string', default: '1000000' },
      seconds: { type: 'string', default: '5' },
      rounds: { type: 'string', default: '5' },
      'in-flight': { type: 'string', default: '2' },
      shuffle: { type: 'string' },
      twice: { type: 'boolean', default: false },
      fresh: { type: 'boolean', default: false },
      out: { type: 'string' },
      only: { type: 'string', multiple: true, default: [] },
      load: { type: 'string' }
    }
  })
  return {
    data: values.data ?? process.env.CLIENTELE_BENCH_DATA ?? null,
    customers: count('customers', values.customers),
    seconds: count('seconds', values.seconds),
    rounds: count('rounds', values.rounds),
    inFlight: count('in-flight', values['in-flight']),
    shuffle: values.shuffle === undefined ? null : count('shuffle', values.shuffle),
    twice: values.twice,
    fresh: values.fresh,
    out: values.out ?? null,
    only: values.only,
    load: values.load === undefined ? null : program(values.load)
  }
}

function count(name: string, text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 1) throw new Error(`--${name} takes a positive whole number`)
  return value
}

function program(text: string): LoadProgram {
  const found = LOAD_PROGRAMS.find(name => name === text)
  if (found === undefined) throw new Error(`--load takes ${LOAD_PROGRAMS.join(' or ')}`)
  return found
}
