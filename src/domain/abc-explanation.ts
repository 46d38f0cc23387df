import { type AbcClass, type AbcCutoffs, type AbcPolicy, type AbcStanding, classAt, provisionalClass } from './abc.ts'
import type { Ground } from './reason.ts'

/** What is known of one customer's place in a run; amounts in minor units of `currency`. */
export interface AbcPlace {
  readonly class: AbcClass
  readonly standing: AbcStanding
  readonly amountMinor: number
  /** 0 when not ranked. */
  readonly rank: number
  readonly beforeMinor: number
  readonly totalMinor: number
  readonly cutoffs: AbcCutoffs
  /** Absent: no margin is asked for a rise. */
  readonly riseCutoffs?: AbcCutoffs
  readonly currency: string
}

export interface AbcExplanation {
  /** Share of the turnover ranked before the customer, 0..1; null when not ranked. */
  readonly shareBefore: number | null
  readonly nextClass: 'A' | 'B' | 'C' | null
  /** Amount missing to the next class, at least 1; null for an A, and where no cut-off is known. */
  readonly toNextClassMinor: number | null
  readonly reasons: readonly Ground[]
}

/** Where the plain cuts would put each class. */
const SHARE_CODES = {
  A: 'abc.share_before_below_cut',
  B: 'abc.share_before_between_cuts',
  C: 'abc.share_before_above_cuts'
} as const
const AMOUNT_CODES = {
  A: 'abc.amount_reaches_cut',
  B: 'abc.amount_between_cuts',
  C: 'abc.amount_below_cuts'
} as const

/**
 * Says why a customer has his class: place and amount, the share ranked before him against the cuts (or the amount
 * against the cut-offs), whether only a margin keeps him where he is, and what he lacks to the next class. The class
 * is taken as given, never decided again.
 */
export function explainAbc(place: AbcPlace, policy: AbcPolicy): AbcExplanation {
  const next = nextStep(place)
  const outlook = next === null ? [] : [shortfallReason(place, next)]
  if (place.standing === 'ranked') {
    const shareBefore = place.beforeMinor / place.totalMinor
    return { shareBefore, ...spread(next), reasons: [...rankedReasons(place, policy, shareBefore), ...outlook] }
  }
  const { standing, amountMinor, currency } = place
  const why: Ground = { code: `abc.${standing}`, facts: { amountMinor, currency } }
  return { shareBefore: null, ...spread(next), reasons: [why, ...outlook] }
}

interface NextStep {
  readonly nextClass: 'A' | 'B' | 'C'
  readonly missingMinor: number
}

/** Any positive amount is at least a C. Where B is empty, the step from C leads to A. An equal amount must be outdone by 1. */
function nextStep({ class: is, amountMinor, cutoffs, riseCutoffs }: AbcPlace): NextStep | null {
  if (is === 'A') return null
  if (is === 'none') return { nextClass: 'C', missingMinor: 1 - amountMinor }
  const { aMinor, bMinor } = riseCutoffs ?? cutoffs
  const target = is === 'B' ? aMinor : bMinor
  if (target === null) return null
  const nextClass = is === 'B' || bMinor === aMinor ? 'A' : 'B'
  return { nextClass, missingMinor: Math.max(target - amountMinor, 1) }
}

function spread(next: NextStep | null): Pick<AbcExplanation, 'nextClass' | 'toNextClassMinor'> {
  return { nextClass: next?.nextClass ?? null, toNextClassMinor: next?.missingMinor ?? null }
}

function shortfallReason({ currency }: AbcPlace, { nextClass, missingMinor }: NextStep): Ground {
  return { code: 'abc.short_of_next_class', facts: { nextClass, missingMinor, currency } }
}

function rankedReasons(place: AbcPlace, policy: AbcPolicy, shareBefore: number): Ground[] {
  const { rank, amountMinor, beforeMinor, totalMinor, cutoffs, currency } = place
  const facts = { rank, amountMinor, beforeMinor, totalMinor, shareBefore, currency, ...cutoffs }
  if (policy.method === 'fixed') {
    const plain = provisionalClass(amountMinor, cutoffs) as 'A' | 'B' | 'C'
    return [{ code: AMOUNT_CODES[plain], facts }, ...marginReason(place, plain, policy)]
  }
  const plain = classAt(beforeMinor, totalMinor, policy)
  const { aShare, bShare } = policy
  return [{ code: SHARE_CODES[plain], facts: { ...facts, aShare, bShare } }, ...marginReason(place, plain, policy)]
}

/** The class differs from what the plain cuts say: the margin against hasty changes kept the class that was there. */
function marginReason(place: AbcPlace, plainClass: 'A' | 'B' | 'C', { hysteresis }: AbcPolicy): Ground[] {
  if (hysteresis === 0 || place.class === plainClass) return []
  return [{ code: 'abc.kept_by_margin', facts: { plainClass, class: place.class, hysteresis } }]
}
