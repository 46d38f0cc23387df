import type { Tx } from '../db/client.ts'
import type { AbcClass } from '../domain/abc.ts'
import {
  type AdviceRecord,
  type Rate,
  rate,
  recordOf,
  type SaveBasis,
  saveEstimate,
  saveTrials
} from '../domain/advice-outcome.ts'
import type { ClassificationPolicy } from '../domain/classification-policy.ts'
import { RECOMMENDATIONS } from '../domain/defection-advice.ts'
import { unprocessable } from '../domain/errors.ts'
import { dayNumber, dayText } from '../domain/period.ts'
import { careOfClass, type NotPursuedCause } from '../domain/pursuit.ts'
import { classificationRunsRepository } from '../repositories/classification-runs.ts'
import { type PursuitCount, pursuitsRepository } from '../repositories/pursuits.ts'
import { reportsAdviceRepository } from '../repositories/reports-advice.ts'
import { dayIn, endOfDay, startOfDay } from './calendar.ts'
import { completePolicy, currentPolicy } from './classification-policy.ts'
import type { Actor, ServiceDeps } from './context.ts'
import { firstDayCounted } from './defection-run.ts'

/** How often advice was right, and how likely an attempt is to save a customer. */
export interface AdviceHitRates {
  readonly report: 'advice-hit-rates'
  /** Advices given from this day on, whose whole horizon lies before `asOfOn`; both null before the first run. */
  readonly fromOn: string | null
  readonly asOfOn: string | null
  readonly data: (AdviceRecord & {
    /** Advices whose horizon has not passed. */
    readonly open: number
  })[]
  readonly saveProbability: {
    /** What the policy assumes. */
    readonly assumed: number
    /** Of advices to act: who bought of those who were tried, and of those who were left alone. */
    readonly tried: Rate
    readonly leftAlone: Rate
    /** Outcomes of attempts from which on they take the place of the assumption. */
    readonly neededOutcomes: number
    readonly basis: SaveBasis
    /** With which the next run weighs its advice. */
    readonly used: number
  }
}

/** What it spares the shop not to pursue those who cannot be held or are not worth it. */
export interface EffortSaved {
  readonly report: 'effort-saved'
  readonly currency: string
  /** Days of the tenant, both included, over which attempts are counted. */
  readonly fromOn: string
  readonly toOn: string
  /** Who is not pursued now, with the care a month that a customer of his class has. */
  readonly notPursued: {
    readonly cause: NotPursuedCause
    readonly abcClass: AbcClass
    readonly customers: number
    readonly minutesPerMonth: number
  }[]
  readonly customers: number
  readonly minutesPerMonth: number
  readonly data: PursuitCount[]
  /** All refusals; of these, what was granted later, and what was saved because it never was. */
  readonly refused: AttemptTotals
  readonly overriddenLater: AttemptTotals
  readonly saved: AttemptTotals
  readonly overridden: AttemptTotals
}

/** Days of the tenant, both included; the last 30 up to today where they are not named. */
export interface EffortSavedQuery {
  readonly fromOn?: string | undefined
  readonly toOn?: string | undefined
}

export interface AttemptTotals {
  readonly attempts: number
  readonly minutes: number
  readonly costMinor: number
}

/** Days that a report of attempts looks back where none are named. */
const DAYS_BACK = 30

/**
 * How often advice of the last 24 months was right, as of the last run. Only advices whose horizon has passed whole are
 * counted, also where a purchase was found sooner.
 */
export async function adviceHitRates(tx: Tx): Promise<AdviceHitRates> {
  const { defection } = await policyInForce(tx)
  const run = await classificationRunsRepository(tx).appliedAt(null)
  const asOfOn = run?.asOfDay ?? null
  const fromOn = asOfOn === null ? null : firstDayCounted(asOfOn)
  const advice = reportsAdviceRepository(tx)
  const groups = fromOn && asOfOn ? await advice.groups(fromOn, asOfOn) : []
  const open = fromOn && asOfOn ? await advice.open(fromOn, asOfOn) : []
  const trials = saveTrials(groups)
  const { probability, basis } = saveEstimate(trials, defection.saveProbability, defection.saveOutcomes)
  return {
    report: 'advice-hit-rates',
    fromOn,
    asOfOn,
    data: RECOMMENDATIONS.map(recommendation => ({
      ...recordOf(recommendation, groups),
      open: open.find(one => one.recommendation === recommendation)?.count ?? 0
    })),
    saveProbability: {
      assumed: defection.saveProbability,
      tried: rate(trials.triedBought, trials.tried),
      leftAlone: rate(trials.aloneBought, trials.alone),
      neededOutcomes: defection.saveOutcomes,
      basis,
      used: probability
    }
  }
}

/**
 * Who is not pursued now, and what was refused or overridden on the days that are asked for. A refusal saved nothing where a
 * manager granted the same effort on the same customer later. Refuses days in the wrong order: `report.days_not_ordered`.
 */
export async function effortSaved(
  deps: ServiceDeps,
  tx: Tx,
  actor: Actor,
  days: EffortSavedQuery
): Promise<EffortSaved> {
  const { timeZone: zone, currency } = actor.tenant
  const toOn = days.toOn ?? dayIn(zone, deps.clock().toISOString())
  const fromOn = days.fromOn ?? dayText(dayNumber(toOn) - DAYS_BACK + 1)
  if (fromOn > toOn) throw unprocessable('report.days_not_ordered', 'The first day lies after the last.')
  const { standing } = await policyInForce(tx)
  const pursuits = pursuitsRepository(tx)
  const notPursued = (await pursuits.notPursued()).map(one => ({
    ...one,
    minutesPerMonth: one.customers * careOfClass(one.abcClass, standing)
  }))
  const attempts = await pursuits.attempts(startOfDay(zone, fromOn), endOfDay(zone, toOn))
  const refused = attempts.filter(one => !one.overridden)
  return {
    report: 'effort-saved',
    currency,
    fromOn,
    toOn,
    notPursued,
    customers: sum(notPursued.map(one => one.customers)),
    minutesPerMonth: sum(notPursued.map(one => one.minutesPerMonth)),
    data: attempts,
    refused: totals(refused),
    overriddenLater: totals(refused.filter(one => one.overriddenLater)),
    saved: totals(refused.filter(one => !one.overriddenLater)),
    overridden: totals(attempts.filter(one => one.overridden))
  }
}

const policyInForce = async (tx: Tx): Promise<ClassificationPolicy> => completePolicy((await currentPolicy(tx)).policy)

const totals = (attempts: readonly AttemptTotals[]): AttemptTotals => ({
  attempts: sum(attempts.map(one => one.attempts)),
  minutes: sum(attempts.map(one => one.minutes)),
  costMinor: sum(attempts.map(one => one.costMinor))
})

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)
