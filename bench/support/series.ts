import { figure, median, say } from './report.ts'

/** Something measured again and again, in figures of its own unit. */
export interface Series {
  readonly name: string
  measure(): Promise<Sample>
}

export interface Sample {
  /** What is compared: so many a second, or seconds. */
  readonly value: number
  /** Latencies in milliseconds, where there are any. */
  readonly p50?: number
  readonly p95?: number
  readonly p99?: number
  /** Processor time of the service's process, microseconds each. */
  readonly cpuUs?: number
}

export interface Measured {
  readonly name: string
  readonly samples: readonly Sample[]
  readonly value: number
  readonly p50: number
  readonly p95: number
  readonly p99: number
  readonly cpuUs: number
}

/**
 * Measures all series in turn, round after round, each round starting at another one: whatever else the machine does
 * meanwhile meets all of them. The medians of the rounds are given. Which series are wanted is told by how their names begin.
 */
export async function interleave(
  series: readonly Series[],
  rounds: number,
  only: readonly string[]
): Promise<Map<string, Measured>> {
  const wanted = series.filter(({ name }) => only.length === 0 || only.some(start => name.startsWith(start)))
  const samples = new Map<string, Sample[]>(wanted.map(({ name }) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < wanted.length; turn++) {
      const { name, measure } = wanted[(round + turn) % wanted.length] as Series
      const sample = await measure()
      samples.get(name)?.push(sample)
      say(`  round ${round + 1}: ${name}: ${figure(sample.value)}`)
    }
  }
  return new Map([...samples].map(([name, all]) => [name, measured(name, all)]))
}

const measured = (name: string, samples: readonly Sample[]): Measured => {
  const middle = (field: (sample: Sample) => number | undefined) =>
    median(samples.map(sample => field(sample) ?? Number.NaN).filter(value => !Number.isNaN(value)))
  return {
    name,
    samples,
    value: middle(sample => sample.value),
    p50: middle(sample => sample.p50),
    p95: middle(sample => sample.p95),
    p99: middle(sample => sample.p99),
    cpuUs: middle(sample => sample.cpuUs)
  }
}

/** How a series stands against its limit, round by round, so that both met the same moment; the median of that. */
export function ratio(of: Measured | undefined, limit: Measured | undefined): number {
  if (!of || !limit) return Number.NaN
  return median(of.samples.map((sample, round) => sample.value / (limit.samples[round]?.value ?? Number.NaN)))
}
