import {
  type Cadence,
  type CadenceLimits,
  cadenceLimits,
  cadenceState,
  DEFECTION_STATES,
  type DefectionState
} from './cadence.ts'
import type { DefectionPolicy } from './classification-policy.ts'
import { BASIS, type SegmentCadence } from './gap-quantiles.ts'
import {
  missingSpendMinor,
  PARTIAL_DEFECTION,
  type PartialDefection,
  partialDefection,
  type Spend,
  usualSpendMinor
} from './partial-defection.ts'
import { type DayNumber, dayText, NO_DAY } from './period.ts'
import type { Explained, Ground } from './reason.ts'

/** Whether somebody has bought nothing for longer than the hiatus: the baseline beside rhythm and models. False for who never bought. */
export function isHiatus(lastDay: DayNumber, asOfDay: DayNumber, policy: DefectionPolicy): boolean {
  return lastDay !== NO_DAY && asOfDay - lastDay > policy.hiatusDays
}

/** Everything that his own purchases say about a customer's leaving, as of the start of a day. */
export interface Defection extends Explained {
  readonly state: DefectionState
  readonly sinceDays: number | null
  readonly limits: CadenceLimits | null
  readonly hiatus: boolean
  readonly partial: PartialDefection
  /** The first day as of which the state is another one if nothing more is bought; null where none is ahead. */
  readonly nextChange: { readonly on: string; readonly state: DefectionState } | null
}

/** The case of one customer with the reasons for it. The figures are those of the columns: nothing is decided anew. */
export function explainDefection(
  cadence: Cadence,
  segment: SegmentCadence,
  spend: Spend,
  asOfDay: DayNumber,
  currency: string,
  policy: DefectionPolicy
): Defection {
  const state = DEFECTION_STATES[cadenceState(cadence, segment, policy, asOfDay)] as DefectionState
  const limits = cadenceLimits(cadence, segment, policy)
  const sinceDays = cadence.lastDay === NO_DAY ? null : asOfDay - cadence.lastDay
  const hiatus = isHiatus(cadence.lastDay, asOfDay, policy)
  const partial = PARTIAL_DEFECTION[partialDefection(spend, policy)] as PartialDefection
  const nextChange = nextChangeOf(cadence, segment, limits, policy, state)
  return {
    state,
    sinceDays,
    limits,
    hiatus,
    partial,
    nextChange,
    reasons: [
      ...stateReasons(state, sinceDays, limits, cadence, segment, policy),
      ...(hiatus && sinceDays !== null
        ? [{ code: 'defection.hiatus', facts: { sinceDays, hiatusDays: policy.hiatusDays } } as const]
        : []),
      ...partialReasons(partial, spend, currency, policy)
    ],
    missing: missingOf(cadence, partial, policy),
    changes: [
      ...stateChanges(state, nextChange, cadence, policy),
      ...(partial === 'yes'
        ? [
            {
              code: 'defection.partial_ends',
              facts: { missingMinor: missingSpendMinor(spend, policy), currency }
            } as const
          ]
        : [])
    ]
  }
}

/** States that share a limit are passed together: the state is asked for on the day itself. */
function nextChangeOf(
  cadence: Cadence,
  segment: SegmentCadence,
  limits: CadenceLimits | null,
  policy: DefectionPolicy,
  state: DefectionState
): Defection['nextChange'] {
  if (limits === null || state === 'lapsed' || state === 'unknown') return null
  const within = { active: limits.activeDays, due: limits.dueDays, overdue: limits.overdueDays }[state]
  const day = cadence.lastDay + within + 1
  return { on: dayText(day), state: DEFECTION_STATES[cadenceState(cadence, segment, policy, day)] as DefectionState }
}

function stateReasons(
  state: DefectionState,
  sinceDays: number | null,
  limits: CadenceLimits | null,
  { gaps, ownDue, ownOverdue }: Cadence,
  segment: SegmentCadence,
  policy: DefectionPolicy
): Ground[] {
  if (state === 'unknown' || limits === null || sinceDays === null) return []
  const rhythm = {
    gaps,
    ownMedianDays: ownDue / BASIS,
    ownLateDays: ownOverdue / BASIS,
    allMedianDays: segment.gaps === 0 ? null : segment.due / BASIS,
    allLateDays: segment.gaps === 0 ? null : segment.overdue / BASIS,
    weightGaps: segment.gaps === 0 ? 0 : policy.segmentWeightGaps
  }
  return [
    { code: `defection.${state}`, facts: { sinceDays, ...limits } },
    { code: 'defection.rhythm', facts: rhythm }
  ]
}

function partialReasons(partial: PartialDefection, spend: Spend, currency: string, policy: DefectionPolicy): Ground[] {
  if (partial === 'unknown') return []
  const facts = {
    recentMinor: spend.recentMinor,
    usualMinor: usualSpendMinor(spend, policy),
    recentDays: policy.partialRecentDays,
    share: policy.partialSpendShare,
    currency
  }
  return [{ code: partial === 'yes' ? 'defection.partial' : 'defection.not_partial', facts }]
}

function missingOf({ purchaseDays }: Cadence, partial: PartialDefection, policy: DefectionPolicy): Ground[] {
  const neededDays = policy.minGaps + 1
  return [
    ...(purchaseDays < neededDays
      ? [{ code: 'defection.rhythm_unknown', facts: { purchaseDays, neededDays } } as const]
      : []),
    ...(partial === 'unknown'
      ? [{ code: 'defection.partial_unknown', facts: { recentDays: policy.partialRecentDays } } as const]
      : [])
  ]
}

function stateChanges(
  state: DefectionState,
  next: Defection['nextChange'],
  { purchaseDays }: Cadence,
  policy: DefectionPolicy
): Ground[] {
  if (state === 'unknown') {
    return [{ code: 'defection.rhythm_after', facts: { missingDays: policy.minGaps + 1 - purchaseDays } }]
  }
  if (next === null) return [{ code: 'defection.active_again', facts: {} }]
  const facts = { on: next.on, nextState: next.state }
  return [{ code: state === 'active' ? 'defection.stays_active' : 'defection.active_again_or', facts }]
}
