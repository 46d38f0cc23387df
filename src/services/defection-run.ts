import type { Tx } from '../db/client.ts'
import { type SaveEstimate, saveEstimate, saveTrials } from '../domain/advice-outcome.ts'
import type { DefectionPolicy } from '../domain/classification-policy.ts'
import { addMonths, dayNumber, dayText } from '../domain/period.ts'
import { defectionRunRepository, type OutcomeRow } from '../repositories/defection-run.ts'
import { eventsRepository } from '../repositories/events.ts'
import { reportsAdviceRepository } from '../repositories/reports-advice.ts'
import type { ServiceDeps } from './context.ts'

/** What a classification run tells those who follow up on its advice. */
export interface FollowUpRun {
  readonly runId: string
  /** The tenant's day of `asOf`, YYYY-MM-DD. */
  readonly asOfDay: string
  readonly now: string
}

/** What a run found out about advice that was given and about what was done. */
export interface OutcomesReport {
  readonly advices: number
  readonly actions: number
}

/** How far back outcomes count: customers and what is done about them change. */
export const OUTCOME_MONTHS = 24
/** A run is long work: only a statement that hangs is given up. */
const RUN_TIMEOUT_MS = 600_000
/** Events of one statement. */
const CHUNK = 2_000

/**
 * Finds what came of advice and of actions, in the transaction of a run and before it advises anew: bought on a paid day
 * after the advice or action and within its horizon, or not, once the horizon has passed. Purchases on the run's day and later
 * are not looked at. An outcome that is found, or changed by a receipt that came late, raises `defection.outcome_found` for
 * an action; of advices, which are many, the report tells.
 */
export async function findOutcomes(
  deps: Pick<ServiceDeps, 'newId'>,
  tx: Tx,
  run: FollowUpRun
): Promise<OutcomesReport> {
  const repository = defectionRunRepository(tx, { id: run.runId, asOfDay: run.asOfDay })
  const previous = await repository.previousRun()
  if (previous) await repository.followStores(previous)
  await repository.stageFollowed(previous)
  const advices = await repository.settleAdvices()
  const found = await repository.settleActions()
  for (let from = 0; from < found.length; from += CHUNK) {
    await announce(deps, tx, run, found.slice(from, from + CHUNK))
  }
  return { advices, actions: found.length }
}

/**
 * Opens the advices of a run, in its transaction and after its customers at risk were written: one for each customer to whom
 * the same was not advised before since he is at risk without a break. `changed` names a table of this transaction with those who
 * are new or changed; null looks at all. Returns how many.
 */
export function openAdvices(
  tx: Tx,
  { runId, asOfDay }: FollowUpRun,
  policy: DefectionPolicy,
  changed: string | null
): Promise<number> {
  return defectionRunRepository(tx, { id: runId, asOfDay }).openAdvices(policy.adviceHorizonDays, changed)
}

/**
 * How likely an attempt is to save a customer, as a run is to assume it: the tenant's own outcomes of the last 24 months
 * once there are enough, else the policy's number. Only advices whose whole horizon lies before the day count. Ask after
 * `findOutcomes`.
 */
export async function observedSaveProbability(tx: Tx, asOfDay: string, policy: DefectionPolicy): Promise<SaveEstimate> {
  const groups = await reportsAdviceRepository(tx).groups(firstDayCounted(asOfDay), asOfDay, RUN_TIMEOUT_MS)
  return saveEstimate(saveTrials(groups), policy.saveProbability, policy.saveOutcomes)
}

/** The first day whose advices count as of a day. */
export const firstDayCounted = (asOfDay: string): string => dayText(addMonths(dayNumber(asOfDay), -OUTCOME_MONTHS))

const announce = (deps: Pick<ServiceDeps, 'newId'>, tx: Tx, run: FollowUpRun, found: readonly OutcomeRow[]) =>
  eventsRepository(tx).append(
    found.map(({ id, customerId, ...outcome }) => ({
      id: deps.newId(),
      type: 'defection.outcome_found',
      subjectType: 'customer',
      subjectId: customerId,
      data: { actionId: id, customerId, ...outcome, runId: run.runId },
      occurredAt: run.now,
      actorType: 'system',
      actorId: null
    }))
  )
