import type { Tx } from '../db/client.ts'
import type { AbcClass, AbcCutoffs } from '../domain/abc.ts'
import { type ClassMigration, classMigration, type MigrationRow } from '../domain/class-migration.ts'
import { notFound, unprocessable } from '../domain/errors.ts'
import type { LorenzPoint } from '../domain/statistics.ts'
import { classificationRunsRepository, type RunRow } from '../repositories/classification-runs.ts'
import { type CurveCorner, reportsClassesRepository } from '../repositories/reports-classes.ts'
import type { RunReport } from './classification-run.ts'
import type { Actor } from './context.ts'

/** A run, as a report names it. */
export interface RunNamed {
  readonly id: string
  readonly asOf: string
}

/** A place on the curve: the best `customers` of all, and what they make of the turnover. */
export interface AbcCurvePoint {
  readonly customers: number
  readonly customerShare: number
  readonly turnoverShare: number
  /** Amount of the next customer; null where nobody comes after. */
  readonly nextAmountMinor: number | null
}

export interface ClassFigures {
  readonly abcClass: Exclude<AbcClass, 'none'>
  readonly customers: number
  readonly customerShare: number
  readonly turnoverMinor: number
  readonly turnoverShare: number
}

export interface AbcCurve {
  readonly report: 'abc-curve'
  readonly currency: string
  /** Null before the first run; then there are no figures either. */
  readonly run: RunNamed | null
  readonly window: { readonly fromOn: string | null; readonly toOn: string } | null
  readonly customers: number
  readonly turnoverMinor: number
  readonly classes: ClassFigures[]
  readonly cutoffs: AbcCutoffs
  readonly gini: number | null
  readonly topFifthShare: number | null
  readonly lorenz: LorenzPoint[]
  readonly excluded: {
    readonly noPurchase: number
    readonly zeroNet: number
    readonly negativeNet: number
    readonly anonymousMinor: number
    readonly anonymousShare: number | null
  }
  readonly data: AbcCurvePoint[]
}

export interface ClassMigrationReport extends Omit<ClassMigration, 'rows'> {
  readonly report: 'class-migration'
  /** Both null before the second run that was applied. */
  readonly fromRun: RunNamed | null
  readonly toRun: RunNamed | null
  readonly data: MigrationRow[]
}

export interface MigrationQuery {
  readonly fromRunId?: string | undefined
  readonly toRunId?: string | undefined
}

const RANKED = ['A', 'B', 'C'] as const

/** Who makes how much of the turnover, as a run found it; the last applied one where none is named. */
export async function abcCurve(tx: Tx, actor: Actor, runId: string | undefined): Promise<AbcCurve> {
  const head = { report: 'abc-curve', currency: actor.tenant.currency } as const
  const [last] = await reportsClassesRepository(tx).lastApplied(1)
  const id = runId ?? last?.id
  if (id === undefined) return { ...head, ...NO_CURVE }
  const run = await appliedRun(tx, id)
  const report = run.report as unknown as RunReport
  const { counts, turnoverMinor, customerShares, turnoverShares, noneByReason, anonymousMinor, anonymousShare } = report
  const customers = counts.A + counts.B + counts.C
  const corners =
    customers === 0 ? [] : await reportsClassesRepository(tx).curveCorners(id, customers, turnoverMinor.total)
  return {
    ...head,
    run: { id, asOf: run.asOf },
    window: report.window,
    customers,
    turnoverMinor: turnoverMinor.total,
    classes: RANKED.map(abcClass => ({
      abcClass,
      customers: counts[abcClass],
      customerShare: customerShares?.[abcClass] ?? 0,
      turnoverMinor: turnoverMinor[abcClass],
      turnoverShare: turnoverShares?.[abcClass] ?? 0
    })),
    cutoffs: report.cutoffs,
    gini: report.gini,
    topFifthShare: report.topFifthShare,
    lorenz: [...report.lorenz],
    excluded: {
      noPurchase: noneByReason.no_purchase,
      zeroNet: noneByReason.zero_net,
      negativeNet: noneByReason.negative_net,
      anonymousMinor,
      anonymousShare
    },
    data: corners.length > 0 ? curveOf(corners, customers, turnoverMinor.total) : mirrored(report.lorenz, customers)
  }
}

/** Nothing yet: no run was applied. */
const NO_CURVE = {
  run: null,
  window: null,
  customers: 0,
  turnoverMinor: 0,
  classes: [],
  cutoffs: { aMinor: null, bMinor: null },
  gini: null,
  topFifthShare: null,
  lorenz: [],
  excluded: { noPurchase: 0, zeroNet: 0, negativeNet: 0, anonymousMinor: 0, anonymousShare: null },
  data: []
} satisfies Partial<AbcCurve>

function curveOf(corners: readonly CurveCorner[], customers: number, totalMinor: number): AbcCurvePoint[] {
  const points = corners.map(({ amountMinor, rank, beforeMinor }) => ({
    customers: rank - 1,
    customerShare: (rank - 1) / customers,
    turnoverShare: beforeMinor / totalMinor,
    nextAmountMinor: amountMinor
  }))
  return [...points, { customers, customerShare: 1, turnoverShare: 1, nextAmountMinor: null }]
}

/** The ranking of an old run is no longer kept; its Lorenz curve, seen from the other end, is the same line. */
function mirrored(lorenz: readonly LorenzPoint[], customers: number): AbcCurvePoint[] {
  return lorenz.toReversed().map(({ customerShare, amountShare }) => ({
    customers: Math.round((1 - customerShare) * customers),
    customerShare: 1 - customerShare,
    turnoverShare: 1 - amountShare,
    nextAmountMinor: null
  }))
}

/** Into which classes the customers of each class went from one applied run to a later one; the last two where none is named. */
export async function classMigrationReport(tx: Tx, query: MigrationQuery): Promise<ClassMigrationReport> {
  const { from, to } = await bothRuns(tx, query)
  const moves = from && to ? await reportsClassesRepository(tx).moves(from, to) : []
  const { rows, ...figures } = classMigration(moves)
  return { report: 'class-migration', fromRun: from, toRun: to, ...figures, data: [...rows] }
}

async function bothRuns(
  tx: Tx,
  { fromRunId, toRunId }: MigrationQuery
): Promise<{ from: RunNamed | null; to: RunNamed | null }> {
  const runs = reportsClassesRepository(tx)
  const [last] = toRunId === undefined ? await runs.lastApplied(1) : [await appliedRun(tx, toRunId)]
  const to = named(last)
  const before = fromRunId === undefined ? to && (await runs.appliedBefore(to)) : await appliedRun(tx, fromRunId)
  const from = named(before ?? undefined)
  if (from && to && !comesBefore(from, to)) {
    throw unprocessable('report.runs_out_of_order', 'The first run of a comparison comes before the second.')
  }
  return { from, to }
}

const named = (run: RunNamed | undefined): RunNamed | null => (run ? { id: run.id, asOf: run.asOf } : null)

const comesBefore = (one: RunNamed, other: RunNamed): boolean =>
  one.asOf < other.asOf || (one.asOf === other.asOf && one.id < other.id)

async function appliedRun(tx: Tx, id: string): Promise<RunRow> {
  const run = await classificationRunsRepository(tx).find(id)
  if (!run) throw notFound('classification_run')
  if (run.appliedAt === null) {
    throw unprocessable(
      'report.run_not_applied',
      'The run has changed no classes: it was a dry one, or has not succeeded.'
    )
  }
  return run
}
