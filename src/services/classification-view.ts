import { type AbcClass, type AbcCutoffs, type AbcStanding, provisionalClass } from '../domain/abc.ts'
import { explainAbc } from '../domain/abc-explanation.ts'
import type { ClassificationPolicy } from '../domain/classification-policy.ts'
import type { Language } from '../domain/language.ts'
import { dayNumber } from '../domain/period.ts'
import type { Picture } from '../domain/picture.ts'
import type { Ground, Reason } from '../domain/reason.ts'
import { allInWords, inWords } from '../domain/reason-texts.ts'
import { explainRfm } from '../domain/rfm.ts'
import type { CurvePlace, RunRow } from '../repositories/classification-runs.ts'
import type { FindingsRow } from '../repositories/classifications.ts'
import type { RunReport } from './classification-run.ts'
import { type DefectionView, type LoyaltyView, pictureView, type StandingView, type TrustView } from './picture-view.ts'

export interface ClassificationView {
  readonly customerId: string
  /** Of the run that found it; null before the first. */
  readonly asOf: string | null
  readonly runId: string | null
  readonly policyVersion: number
  readonly abc: AbcView
  readonly rfm: RfmView | null
  readonly loyalty: LoyaltyView
  readonly trust: TrustView
  readonly standing: StandingView
  readonly defection: DefectionView
}

export interface AbcView {
  readonly class: AbcClass
  readonly amountMinor: number
  /** Null where the customer is not ranked, and where the ranking is no longer kept. */
  readonly rank: number | null
  readonly shareBefore: number | null
  readonly reason: AbcStanding | 'not_yet_classified'
  readonly cutoffs: AbcCutoffs | null
  readonly nextClass: 'A' | 'B' | 'C' | null
  readonly toNextClassMinor: number | null
  readonly since: string | null
  /** What the customer has bought until now, and the class it would have by the last run's cut-offs; null for the past. */
  readonly provisional: { readonly class: AbcClass | null; readonly amountMinor: number } | null
  readonly reasons: Reason[]
}

export interface RfmView {
  readonly recencyDays: number
  readonly frequency: number
  readonly monetaryMinor: number
  readonly r: number
  readonly f: number
  readonly m: number
  readonly reasons: Reason[]
}

/** The run whose findings are shown, with the policy that it used, and the language in which reasons are told. */
export interface RunContext {
  readonly run: RunRow
  readonly policy: ClassificationPolicy
  readonly currency: string
  readonly language: Language
}

/** A customer's classification with its reasons. `live` is what he has bought until now; null for a view of the past. */
export function classificationView(
  context: RunContext,
  findings: FindingsRow,
  place: CurvePlace | undefined,
  live: number | null,
  picture: Picture | null
): ClassificationView {
  const { run } = context
  return {
    customerId: findings.customerId,
    asOf: run.asOf,
    runId: run.id,
    policyVersion: run.policyVersion,
    abc: { ...abcView(context, findings, place), provisional: provisional(live, reportOf(run).cutoffs) },
    rfm: rfmView(context, findings),
    ...pictureView(findings, picture, context.language)
  }
}

const NOT_YET: Ground = { code: 'abc.not_yet_classified', facts: {} }
const NEVER_BOUGHT: Ground = { code: 'abc.no_purchase', facts: {} }

/**
 * A customer whom no run has met; `run` is the last one, if there was any. Runs look at those who have ever bought: who
 * never has is in no class for that reason, and not for want of a run.
 */
export function notYetClassified(
  customerId: string,
  run: RunRow | null,
  policyVersion: number,
  bought: boolean,
  live: number | null,
  language: Language
): ClassificationView {
  const neverBought = run !== null && !bought
  const cutoffs = run === null ? null : reportOf(run).cutoffs
  return {
    customerId,
    asOf: run?.asOf ?? null,
    runId: run?.id ?? null,
    policyVersion,
    abc: {
      class: 'none',
      amountMinor: 0,
      rank: null,
      shareBefore: null,
      reason: neverBought ? 'no_purchase' : 'not_yet_classified',
      cutoffs,
      nextClass: null,
      toNextClassMinor: null,
      since: null,
      provisional: provisional(live, cutoffs ?? { aMinor: null, bMinor: null }),
      reasons: [inWords(neverBought ? NEVER_BOUGHT : NOT_YET, language)]
    },
    rfm: null,
    ...pictureView(null, null, language)
  }
}

const reportOf = (run: RunRow): RunReport => run.report as unknown as RunReport

function provisional(live: number | null, cutoffs: AbcCutoffs): AbcView['provisional'] {
  return live === null ? null : { class: provisionalClass(live, cutoffs), amountMinor: live }
}

function abcView(
  { run, policy, currency, language }: RunContext,
  findings: FindingsRow,
  place: CurvePlace | undefined
): Omit<AbcView, 'provisional'> {
  const { cutoffs, riseCutoffs, turnoverMinor } = reportOf(run)
  const { abcClass, abcReason, amountMinor, tieOffset, since } = findings
  // Where equal amounts are ranked by id, the curve knows the first of them.
  const rank = place === undefined ? 0 : place.rank + tieOffset
  const beforeMinor = place === undefined ? 0 : place.beforeMinor + tieOffset * amountMinor
  const explanation = explainAbc(
    {
      class: abcClass,
      standing: abcReason,
      amountMinor,
      rank,
      beforeMinor,
      totalMinor: turnoverMinor.total,
      cutoffs,
      riseCutoffs,
      currency
    },
    policy.abc
  )
  const forgotten = abcReason === 'ranked' && place === undefined
  return {
    class: abcClass,
    amountMinor,
    rank: place === undefined ? null : rank,
    shareBefore: forgotten ? null : explanation.shareBefore,
    reason: abcReason,
    cutoffs,
    nextClass: explanation.nextClass,
    toNextClassMinor: explanation.toNextClassMinor,
    since,
    reasons: allInWords(
      forgotten
        ? [rankingGone(amountMinor, currency, cutoffs), ...explanation.reasons.filter(isOutlook)]
        : explanation.reasons,
      language
    )
  }
}

const rankingGone = (amountMinor: number, currency: string, cutoffs: AbcCutoffs): Ground => ({
  code: 'abc.ranking_not_kept',
  facts: { amountMinor, currency, ...cutoffs }
})

const isOutlook = ({ code }: Ground): boolean => code === 'abc.short_of_next_class'

/** Null without a paid purchase day in the window: there is nothing to score. */
function rfmView(
  { run, currency, language }: RunContext,
  { amountMinor, lastSaleOn, frequency }: FindingsRow
): RfmView | null {
  if (frequency === 0 || lastSaleOn === null) return null
  const recencyDays = dayNumber(run.asOfDay) - dayNumber(lastSaleOn)
  const place = { recencyDays, frequencyDays: frequency, monetaryMinor: amountMinor, currency }
  const { r, f, m, reasons } = explainRfm(place, reportOf(run).rfmCuts)
  return {
    recencyDays,
    frequency,
    monetaryMinor: amountMinor,
    r: r ?? 0,
    f: f ?? 0,
    m: m ?? 0,
    reasons: allInWords(reasons, language)
  }
}
