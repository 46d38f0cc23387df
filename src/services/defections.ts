import type { Tx } from '../db/client.ts'
import type { AbcClass } from '../domain/abc.ts'
import type { DefectionState } from '../domain/cadence.ts'
import type { ClassificationPolicy } from '../domain/classification-policy.ts'
import type { DefectionBasis } from '../domain/defection.ts'
import type { DefectionCause, Recommendation } from '../domain/defection-advice.ts'
import { notFound } from '../domain/errors.ts'
import type { Language } from '../domain/language.ts'
import { type NotPursuedCause, notPursuedBecause } from '../domain/pursuit.ts'
import type { Reason } from '../domain/reason.ts'
import { allInWords } from '../domain/reason-texts.ts'
import type { StandingLevel } from '../domain/standing.ts'
import { reasonsForStored, valueIfStaysOf } from '../domain/stored-advice.ts'
import { classificationPoliciesRepository } from '../repositories/classification-policies.ts'
import { classificationRunsRepository } from '../repositories/classification-runs.ts'
import { type CustomerName, customerNamesRepository } from '../repositories/customer-names.ts'
import {
  type DefectionFilter,
  type DefectionPlace,
  type DefectionRow,
  type DefectionSort,
  defectionsRepository
} from '../repositories/defections.ts'
import { completePolicy } from './classification-policy.ts'
import type { Actor, ServiceDeps } from './context.ts'
import { visibleName } from './customer-names.ts'

export type { DefectionFilter, DefectionPlace, DefectionSort }

/** A customer at risk: what he is worth, why he may be leaving, and what to do about it. */
export interface DefectionView extends CustomerName {
  readonly customerId: string
  readonly abcClass: AbcClass
  readonly standing: StandingLevel
  readonly state: DefectionState
  readonly basis: DefectionBasis
  /** Spends much less than he used to; null where too little is known. */
  readonly partial: boolean | null
  readonly since: string
  readonly lastPaidOn: string | null
  /** 0..1; null where no model tells. */
  readonly pAlive: number | null
  readonly expectedPurchases: number | null
  readonly expectedValueMinor: number | null
  /** 0 where it is not known. */
  readonly valueAtStakeMinor: number
  readonly valueIfStaysMinor: number | null
  readonly likelyCause: DefectionCause
  readonly advice: {
    readonly recommendation: Recommendation
    readonly costMinor: number
    readonly netBenefitMinor: number | null
    readonly reasons: Reason[]
    /** When it was first given; its outcome counts up to the day before `dueOn`. Null until a run has followed it up. */
    readonly advisedOn: string | null
    readonly dueOn: string | null
  }
  /** Why no effort may be spent on him; null where it may. */
  readonly notPursued: NotPursuedCause | null
  readonly storeId: string | null
  readonly relationshipManagerId: string | null
  readonly lastAction: DefectionRow['lastAction']
}

/** Customers at risk, as the last run found them. */
export const defectionsService = (deps: ServiceDeps) => ({
  /** In the order asked for; the id breaks ties. Nothing before the first run. */
  list: (
    actor: Actor,
    filter: DefectionFilter,
    sort: DefectionSort,
    after: DefectionPlace | null,
    limit: number,
    language: Language
  ): Promise<DefectionView[]> =>
    deps.reading(actor, async tx => {
      const rows = await defectionsRepository(tx).list(filter, sort, after, limit)
      return views(tx, actor, rows, language)
    }),

  /** Refuses `customer.not_found`, and `defection.not_found` for a customer who is not at risk. */
  get: (actor: Actor, customerId: string, language: Language): Promise<DefectionView> =>
    deps.reading(actor, async tx => {
      const defections = defectionsRepository(tx)
      const [view] = await views(tx, actor, await defections.findAll([customerId]), language)
      if (view) return view
      if (!(await defections.customerExists(customerId))) throw notFound('customer')
      throw notFound('defection')
    })
})

async function views(
  tx: Tx,
  actor: Actor,
  rows: readonly DefectionRow[],
  language: Language
): Promise<DefectionView[]> {
  if (rows.length === 0) return []
  const policy = await policyOfLastRun(tx)
  const names = await customerNamesRepository(tx).of(rows.map(row => row.customerId))
  return rows.map(row => ({
    customerId: row.customerId,
    ...visibleName(names.get(row.customerId), actor),
    abcClass: row.abcClass,
    standing: row.standing,
    state: row.state,
    basis: row.basis,
    partial: row.partial,
    since: row.since,
    lastPaidOn: row.lastPaidOn,
    pAlive: row.pAlive === null ? null : row.pAlive / 100,
    expectedPurchases: row.expectedPurchases,
    expectedValueMinor: row.expectedValueMinor,
    valueAtStakeMinor: row.valueAtStakeMinor,
    valueIfStaysMinor: valueIfStaysOf(row.valueAtStakeMinor, row.facts),
    likelyCause: row.cause,
    advice: {
      recommendation: row.recommendation,
      costMinor: row.costMinor,
      netBenefitMinor: row.netBenefitMinor,
      reasons: allInWords(reasonsOf(row, actor.tenant.currency, policy), language),
      advisedOn: row.advisedOn,
      dueOn: row.dueOn
    },
    notPursued: notPursuedBecause(row),
    storeId: row.storeId,
    relationshipManagerId: row.relationshipManagerId,
    lastAction: row.lastAction
  }))
}

const reasonsOf = (row: DefectionRow, currency: string, { loyalty, defection }: ClassificationPolicy) =>
  reasonsForStored(row, currency, loyalty, defection)

/** By which the advice was made; today's where its version is not known. */
async function policyOfLastRun(tx: Tx): Promise<ClassificationPolicy> {
  const policies = classificationPoliciesRepository(tx)
  const run = await classificationRunsRepository(tx).appliedAt(null)
  const stored = run ? await policies.find(run.policyVersion) : await policies.current()
  return completePolicy(stored?.policy ?? {})
}
