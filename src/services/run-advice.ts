import type { Tx } from '../db/client.ts'
import { type AdviceCounts, type AdviceRow, adviseAll } from '../domain/advice-columns.ts'
import { adviceDigest } from '../domain/advice-digest.ts'
import { emptyBits, hasBit, setBit } from '../domain/member-bits.ts'
import { outlookReader } from '../domain/outlook.ts'
import { dayText } from '../domain/period.ts'
import { adviceRunRepository, CHANGED_AT_RISK, type ChangedAdvice } from '../repositories/advice-run.ts'
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

/**
 * Estimates what is to be expected of the customers at risk and advises on each; `now` is null for a run that changes nothing.
 * The digests of the run become those of its advice.
 */
export async function advise(deps: ServiceDeps, tx: Tx, run: FoundRun, now: string | null): Promise<AdvisedReport> {
  const { row, policy, asOfDay, ids, facts, rhythm, people, findings, digests } = run
  const { id, model } = await modelFor(deps, tx, facts, asOfDay, policy, {
    keptAt: now,
    trial: row.trialPolicy !== null
  })
  const followUp = { runId: row.id, asOfDay: row.asOfDay, now: now ?? row.createdAt }
  const outcomes = now === null ? null : await findOutcomes(deps, tx, followUp)
  const { probability } = await observedSaveProbability(tx, row.asOfDay, policy.defection)
  const repository = adviceRunRepository(tx, ids)
  const { minGaps, partialRecentDays } = policy.defection
  const productGone = await repository.productGone(minGaps + 1, dayText(asOfDay - partialRecentDays))
  const { classes } = findings
  const atRisk = emptyBits(digests.length)
  const changed: ChangedAdvice[] = []
  const take = (advice: AdviceRow) => {
    // A run that changes nothing counts its advice and compares it with nothing.
    if (now === null) return
    setBit(atRisk, advice.row)
    const digest = adviceDigest(advice, classes[advice.row] as number, probability)
    if (digest !== digests[advice.row]) changed.push({ advice: { ...advice }, digest })
  }
  const advices = await inTurns(
    adviseAll(
      facts,
      rhythm,
      findings,
      { ...people, productGone, saveProbability: probability },
      outlookReader(model, policy.defection, asOfDay),
      policy,
      asOfDay,
      take
    )
  )
  if (now !== null) {
    const gone = rowsGone(digests, atRisk)
    await repository.remove(gone)
    await repository.write(changed, classes, { asOf: row.asOf, saveProbability: probability })
    await openAdvices(tx, followUp, policy.defection, CHANGED_AT_RISK)
    noteDigests(run, changed, gone)
  }
  return { advices, outcomes, modelId: id }
}

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
