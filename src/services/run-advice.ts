import type { Tx } from '../db/client.ts'
import { type AdviceCounts, type AdviceRow, adviseAll } from '../domain/advice-columns.ts'
import { adviceDigest } from '../domain/advice-digest.ts'
import type { BuyingModel } from '../domain/buying-model.ts'
import { emptyBits, hasBit, setBit } from '../domain/member-bits.ts'
import { outlookReader } from '../domain/outlook.ts'
import { dayText } from '../domain/period.ts'
import { adviceRunRepository, CHANGED_AT_RISK, type ChangedAdvice } from '../repositories/advice-run.ts'
import type { RunRow } from '../repositories/classification-runs.ts'
import { modelFor } from './buying-models.ts'
import type { ServiceDeps } from './context.ts'
import { findOutcomes, type OutcomesReport, observedSaveProbability, openAdvices } from './defection-run.ts'
import { inTurns } from './in-turns.ts'
import { markBlocks } from './kept-findings.ts'
import type { FoundRun } from './run-findings.ts'

/** What a run says of its advice, and the model that it used. */
export interface AdvisedReport {
  /** Customers at risk by what is recommended. */
  readonly advices: AdviceCounts
  /** What came of earlier advice; null for a run that changes nothing. */
  readonly outcomes: OutcomesReport | null
  readonly modelId: string | null
}

/** What advice is made of beside the findings of the run. */
interface AdviceGrounds {
  readonly modelId: string | null
  readonly model: BuyingModel
  readonly outcomes: OutcomesReport | null
  readonly saveProbability: number
  readonly productGone: ReadonlySet<number>
}

/** Advice on everybody at risk, and what of it has to be written. */
interface Advised extends AdvisedReport {
  readonly saveProbability: number
  readonly changed: readonly ChangedAdvice[]
  /** Rows at risk no longer. */
  readonly gone: readonly number[]
}

/**
 * Finds what came of earlier advice, and whatever else new advice rests on but the findings of the run; `now` is null for a run that
 * changes nothing.
 */
export async function groundsOfAdvice(
  deps: ServiceDeps,
  tx: Tx,
  { row, policy, asOfDay }: Pick<FoundRun, 'row' | 'policy' | 'asOfDay'>,
  { ids, facts }: Pick<FoundRun, 'ids' | 'facts'>,
  now: string | null
): Promise<AdviceGrounds> {
  const outcomes = now === null ? null : await findOutcomes(deps, tx, followUpOf(row, now))
  const { probability } = await observedSaveProbability(tx, row.asOfDay, policy.defection)
  const { minGaps, partialRecentDays } = policy.defection
  const productGone = await adviceRunRepository(tx, ids).productGone(minGaps + 1, dayText(asOfDay - partialRecentDays))
  const { id, model } = await modelFor(deps, tx, facts, asOfDay, policy, {
    keptAt: now,
    trial: row.trialPolicy !== null
  })
  return { modelId: id, model, outcomes, saveProbability: probability, productGone }
}

/**
 * Estimates what is to be expected of the customers at risk and advises on each. Asks the database nothing. `now` is null for a run
 * that changes nothing, whose advice is counted and compared with nothing.
 */
export async function advise(
  { policy, asOfDay, facts, rhythm, people, findings, digests }: FoundRun,
  grounds: AdviceGrounds,
  now: string | null
): Promise<Advised> {
  const { model, modelId, outcomes, productGone, saveProbability } = grounds
  const { classes } = findings
  const atRisk = emptyBits(digests.length)
  const changed: ChangedAdvice[] = []
  const take = (advice: AdviceRow) => {
    if (now === null) return
    setBit(atRisk, advice.row)
    const digest = adviceDigest(advice, classes[advice.row] as number, saveProbability)
    if (digest !== digests[advice.row]) changed.push({ advice: { ...advice }, digest })
  }
  const advices = await inTurns(
    adviseAll(
      facts,
      rhythm,
      findings,
      { ...people, productGone, saveProbability },
      outlookReader(model, policy.defection, asOfDay),
      policy,
      asOfDay,
      take
    )
  )
  const gone = now === null ? [] : rowsGone(digests, atRisk)
  return { advices, outcomes, modelId, saveProbability, changed, gone }
}

/** Writes advice that is new or changed, and opens what is to be followed up. The digests of the run become those of its advice. */
export async function writeAdvice(
  tx: Tx,
  run: FoundRun,
  { changed, gone, saveProbability }: Advised,
  now: string
): Promise<void> {
  const { row, policy, ids, findings } = run
  const repository = adviceRunRepository(tx, ids)
  await repository.remove(gone)
  await repository.write(changed, findings.classes, { asOf: row.asOf, saveProbability })
  await openAdvices(tx, followUpOf(row, now), policy.defection, CHANGED_AT_RISK)
  noteDigests(run, changed, gone)
}

const followUpOf = ({ id, asOfDay }: RunRow, now: string) => ({ runId: id, asOfDay, now })

/** The rows at risk before that are at risk no longer. */
function rowsGone(digests: Float64Array, atRisk: Uint32Array): number[] {
  const gone: number[] = []
  for (let row = 0; row < digests.length; row++) {
    if (!Number.isNaN(digests[row]) && !hasBit(atRisk, row)) gone.push(row)
  }
  return gone
}

function noteDigests(run: FoundRun, changed: readonly ChangedAdvice[], gone: readonly number[]): void {
  for (const row of gone) run.digests[row] = Number.NaN
  for (const { advice, digest } of changed) run.digests[advice.row] = digest
  markBlocks(run.changed, gone)
  for (const { advice } of changed) markBlocks(run.changed, [advice.row])
}
