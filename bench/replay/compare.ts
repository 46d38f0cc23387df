import type { Expected, Recomputed } from '../recompute.ts'
import type { Api } from '../support/http.ts'

/** A classification as the list gives it, as far as it is compared. */
interface Listed {
  readonly customerExternalIds: readonly { readonly key: string }[]
  readonly abc: {
    readonly class: string
    readonly reason: string
    readonly amountMinor: number
    readonly rank: number | null
    readonly shareBefore: number | null
  }
  /** Null without a paid purchase day in the window. */
  readonly rfm: {
    readonly recencyDays: number
    readonly frequency: number
    readonly monetaryMinor: number
    readonly r: number
    readonly f: number
    readonly m: number
  } | null
}

/** Shares and the Gini coefficient are fractions of doubles on both sides. */
const TOLERANCE = 1e-9

/** Every customer's class, place and scores, and the run's report, against what was recomputed. */
export async function compare(
  shop: Api,
  runId: string,
  expected: Recomputed
): Promise<{ summary: string; differences: readonly string[] }> {
  const differences: string[] = []
  const check = (what: string, seen: unknown, wanted: unknown) => {
    const same =
      typeof seen === 'number' && typeof wanted === 'number' ? Math.abs(seen - wanted) <= TOLERANCE : seen === wanted
    if (!same) differences.push(`${what}: ${JSON.stringify(seen)}, expected ${JSON.stringify(wanted)}`)
  }

  const seen = new Set<string>()
  for await (const item of shop.list<Listed>('/v1/classifications')) {
    const key = item.customerExternalIds[0]?.key ?? ''
    const wanted = expected.customers.get(key)
    if (seen.has(key)) differences.push(`customer ${key} is listed twice`)
    seen.add(key)
    if (wanted) checkCustomer(check, key, item, wanted)
    else differences.push(`customer ${key} is not in the data`)
  }
  for (const [key, wanted] of expected.customers) {
    if (!seen.has(key)) differences.push(`customer ${key} is not listed; expected ${wanted.abcClass}`)
  }

  const run = await shop.expect(200, 'GET', `/v1/classification-runs/${runId}`)
  checkReport(check, run, expected)
  const { A, B, C, none } = expected.counts
  return {
    summary: `${seen.size} customers compared (A ${A}, B ${B}, C ${C}, none ${none}), net ${expected.totalMinor} minor units, Gini ${expected.gini?.toFixed(6)}, cut-offs ${expected.cutoffs.aMinor} and ${expected.cutoffs.bMinor}`,
    differences
  }
}

type Check = (what: string, seen: unknown, wanted: unknown) => void

function checkCustomer(check: Check, key: string, { abc, rfm }: Listed, wanted: Expected): void {
  check(`class of ${key}`, abc.class, wanted.abcClass)
  check(`reason of ${key}`, abc.reason, wanted.reason)
  check(`amount of ${key}`, abc.amountMinor, wanted.amountMinor)
  check(`rank of ${key}`, abc.rank, wanted.rank)
  check(`share before ${key}`, abc.shareBefore, wanted.shareBefore)
  check(`frequency of ${key}`, rfm?.frequency ?? 0, wanted.frequency)
  if (rfm === null) return
  check(`recency of ${key}`, rfm.recencyDays, wanted.recencyDays)
  check(`monetary value of ${key}`, rfm.monetaryMinor, wanted.amountMinor)
  check(`R of ${key}`, rfm.r, wanted.r)
  check(`F of ${key}`, rfm.f, wanted.f)
  check(`M of ${key}`, rfm.m, wanted.m)
}

interface Report {
  readonly counts: Record<string, number>
  readonly gini: number | null
  readonly cutoffs: { readonly aMinor: number | null; readonly bMinor: number | null }
}

function checkReport(check: Check, report: Report, wanted: Recomputed): void {
  for (const [name, count] of Object.entries(wanted.counts)) check(`count of ${name}`, report.counts[name], count)
  check('Gini', report.gini, wanted.gini)
  check('cut-off of A', report.cutoffs.aMinor, wanted.cutoffs.aMinor)
  check('cut-off of B', report.cutoffs.bMinor, wanted.cutoffs.bMinor)
}
