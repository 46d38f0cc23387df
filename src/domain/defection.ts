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

/** On what a state rests: the own rhythm, the hiatus alone, or nothing (the state is unknown). The index is the code of columns. */
export const DEFECTION_BASES = ['cadence', 'hiatus', 'none'] as const
export type DefectionBasis = (typeof DEFECTION_BASES)[number]
export const BY_CADENCE = 0
export const BY_HIATUS = 1
export const BY_NOTHING = 2

const LAPSED = 3
const UNKNOWN = 4

/** Whether somebody has bought nothing for longer than the hiatus: the baseline beside rhythm and models. False for who never bought. */
export function isHiatus(lastDay: DayNumber, asOfDay: DayNumber, policy: DefectionPolicy): boolean {
  return lastDay !== NO_DAY && asOfDay - lastDay > policy.hiatusDays
}

/**
 * Code of the basis (index into DEFECTION_BASES): `cadence` with as many gaps as a rhythm needs. With fewer the rhythm says
 * nothing, and the hiatus speaks once it has passed; before that, and of who never bought, `none`.
 */
export function defectionBasis(cadence: Cadence, asOfDay: DayNumber, policy: DefectionPolicy): number {
  if (cadence.gaps >= policy.minGaps) return BY_CADENCE
  return isHiatus(cadence.lastDay, asOfDay, policy) ? BY_HIATUS : BY_NOTHING
}

/** Code of the state (index into DEFECTION_STATES): the rhythm's, or `lapsed` where the hiatus alone tells. */
export function defectionState(
  cadence: Cadence,
  segment: SegmentCadence,
  asOfDay: DayNumber,
  policy: DefectionPolicy
): number {
  const basis = defectionBasis(cadence, asOfDay, policy)
  return basis === BY_HIATUS ? LAPSED : cadenceState(cadence, segment, policy, asOfDay)
}

/**
 * A state as far as the own rhythm tells it: `unknown` where the hiatus alone does. Who has no habit yet has broken none, so
 * neither loyalty nor trust is lost by it.
 */
export const stateByRhythm = (state: number, basis: number): number => (basis === BY_HIATUS ? UNKNOWN : state)

/** Everything that his own purchases say about a customer's leaving, as of the start of a day. */
export interface Defection extends Explained {
  readonly state: DefectionState
  readonly basis: DefectionBasis
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
  const state = DEFECTION_STATES[defectionState(cadence, segment, asOfDay, policy)] as DefectionState
  const basis = DEFECTION_BASES[defectionBasis(cadence, asOfDay, policy)] as DefectionBasis
  const limits = cadenceLimits(cadence, segment, policy)
  const sinceDays = cadence.lastDay === NO_DAY ? null : asOfDay - cadence.lastDay
  const hiatus = isHiatus(cadence.lastDay, asOfDay, policy)
  const partial = PARTIAL_DEFECTION[partialDefection(spend, policy)] as PartialDefection
  const nextChange = nextChangeOf(cadence, segment, limits, policy, state)
  return {
    state,
    basis,
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
      ...stateChanges(basis, state, nextChange, cadence, policy),
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
  if (state === 'lapsed' || cadence.lastDay === NO_DAY) return null
  if (limits === null || state === 'unknown') {
    return { on: dayText(cadence.lastDay + policy.hiatusDays + 1), state: 'lapsed' }
  }
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
  basis: DefectionBasis,
  state: DefectionState,
  next: Defection['nextChange'],
  { purchaseDays }: Cadence,
  policy: DefectionPolicy
): Ground[] {
  const missingDays = policy.minGaps + 1 - purchaseDays
  if (basis === 'none') {
    const { hiatusDays } = policy
    return [
      { code: 'defection.rhythm_after', facts: { missingDays } },
      ...(next === null ? [] : [{ code: 'defection.hiatus_from', facts: { on: next.on, hiatusDays } } as const])
    ]
  }
  if (basis === 'hiatus' && missingDays > 1) return [{ code: 'defection.hiatus_ends', facts: { missingDays } }]
  if (next === null) return [{ code: 'defection.active_again', facts: {} }]
  const facts = { on: next.on, nextState: next.state }
  return [{ code: state === 'active' ? 'defection.stays_active' : 'defection.active_again_or', facts }]
}
