import { ABC_STANDINGS, type AbcClass, type AbcCutoffs, type AbcStanding } from './abc.ts'
import type { AbcReport } from './abc-run.ts'
import { type ClassifiedColumns, type FindingColumns, type Movements, movementsOf } from './classification-columns.ts'
import type { RfmCuts } from './rfm.ts'
import { gini, type LorenzPoint, lorenzPoints, shareOfTop } from './statistics.ts'

type Ranked = 'A' | 'B' | 'C'

/** What a run says of all customers together. Amounts in minor units, shares 0..1, null where there is nobody. */
export interface ClassificationReport extends Movements {
  readonly customers: number
  readonly counts: Readonly<Record<AbcClass, number>>
  readonly noneByReason: Readonly<Record<Exclude<AbcStanding, 'ranked'>, number>>
  /** Turnover of the ranked customers, by class and together. */
  readonly turnoverMinor: Readonly<Record<Ranked | 'total', number>>
  /** Share of each class in the ranked customers and in their turnover. */
  readonly customerShares: Readonly<Record<Ranked, number>> | null
  readonly turnoverShares: Readonly<Record<Ranked, number>> | null
  readonly cutoffs: AbcCutoffs
  /** What it takes to rise where hysteresis asks for a margin. */
  readonly riseCutoffs: AbcCutoffs
  readonly ties: AbcReport['ties']
  readonly gini: number | null
  readonly topFifthShare: number | null
  readonly lorenz: readonly LorenzPoint[]
  readonly rfmCuts: RfmCuts
  /** Customers of whom anything changed, the class or a figure. */
  readonly changed: number
}

/** Sums up a run; `before` is what was known of the same customers, `changed` the rows in which it differs. */
export function reportOn(
  { found, abc, rfmCuts }: ClassifiedColumns,
  before: FindingColumns,
  changed: Uint32Array
): ClassificationReport {
  const { counts, amountsMinor, totalMinor, cutoffs, riseCutoffs, ties } = abc.report
  const ascending = ascendingAmounts(found.amounts, abc.order)
  return {
    customers: found.known.length,
    counts,
    noneByReason: countReasons(found.standings),
    turnoverMinor: { ...amountsMinor, total: totalMinor },
    customerShares: sharesOf(counts, ascending.length),
    turnoverShares: sharesOf(amountsMinor, totalMinor),
    cutoffs,
    riseCutoffs,
    ties,
    gini: gini(ascending),
    topFifthShare: shareOfTop(ascending, 2_000),
    lorenz: lorenzPoints(ascending),
    rfmCuts,
    changed: changed.length,
    ...movementsOf(before, found, changed)
  }
}

/** The positive amounts, smallest first, out of the ranking that has sorted them already. */
function ascendingAmounts(amounts: Float64Array, order: Uint32Array): Float64Array {
  const ascending = new Float64Array(order.length)
  for (let place = 0; place < order.length; place++) {
    ascending[order.length - 1 - place] = amounts[order[place] as number] as number
  }
  return ascending
}

function countReasons(standings: Uint8Array): Record<Exclude<AbcStanding, 'ranked'>, number> {
  const counts = ABC_STANDINGS.map(() => 0)
  for (const code of standings) counts[code] = (counts[code] as number) + 1
  const [, noPurchase, zeroNet, negativeNet] = counts as [number, number, number, number]
  return { no_purchase: noPurchase, zero_net: zeroNet, negative_net: negativeNet }
}

function sharesOf(parts: Readonly<Record<Ranked, number>>, whole: number): Record<Ranked, number> | null {
  return whole === 0 ? null : { A: parts.A / whole, B: parts.B / whole, C: parts.C / whole }
}
