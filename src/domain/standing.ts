import { ABC_CLASSES, type AbcClass } from './abc.ts'
import type { StandingPolicy } from './classification-policy.ts'
import { LOYALTY_PATTERNS } from './loyalty.ts'
import type { Explained, Ground } from './reason.ts'

/** How much the shop wants a customer, which decides how much care he gets; the index is the code of columns. */
export const STANDING_LEVELS = ['key', 'suitable', 'general'] as const
export type StandingLevel = (typeof STANDING_LEVELS)[number]

/** What is known of one customer. A loop over columns may fill the same object again and again. */
export interface StandingFacts {
  /** Code of ABC_CLASSES. */
  readonly abcClass: number
  /** Runs in a row that found him in A, this one included; 0 outside A. */
  readonly runsInA: number
  /** Code of LOYALTY_PATTERNS. */
  readonly pattern: number
  readonly priceDriven: boolean
  readonly firstUser: boolean
  /** Whether he can bring others: null is unknown. */
  readonly referralPotential: boolean | null
  /** Marked as strategic by a manager. */
  readonly strategic: boolean
  /** A complaint of his is open, or was closed and he was not content. */
  readonly unmendedComplaint: boolean
}

/**
 * Code of the standing (index into STANDING_LEVELS). `key`: marked as strategic, or A in two runs in a row and not spurious.
 * `suitable`: any other A, every B, and a C who is a first user, can bring others, or has a complaint that is still to be
 * mended. `general`: everybody else, and whoever buys by price alone, however much it comes to.
 */
export function decideStanding(facts: StandingFacts, policy: StandingPolicy): number {
  return STANDING_LEVELS.indexOf(rule(facts, policy).level)
}

export interface Standing extends Explained {
  readonly level: StandingLevel
}

/** The rule for one customer with the reason for it. `note` is what the manager wrote who marked him as strategic. */
export function explainStanding(facts: StandingFacts, note: string | null, policy: StandingPolicy): Standing {
  const { level, because } = rule(facts, policy)
  const { runsInA } = facts
  const neededRuns = policy.keyRuns
  const ground: Ground =
    because === 'strategic'
      ? { code: 'standing.strategic', facts: { note } }
      : because === 'a_in_runs' || because === 'a_in_few_runs'
        ? { code: `standing.${because}`, facts: { runsInA, neededRuns } }
        : { code: `standing.${because}`, facts: {} }
  const changes: Ground[] =
    because === 'a_in_few_runs'
      ? [{ code: 'standing.key_after_runs', facts: { missingRuns: neededRuns - runsInA } }]
      : []
  const unknown = because === 'c' && facts.referralPotential === null
  return {
    level,
    reasons: [ground],
    missing: unknown ? [{ code: 'standing.referral_unknown', facts: {} }] : [],
    changes
  }
}

interface Verdict {
  readonly level: StandingLevel
  readonly because:
    | 'strategic'
    | 'price_driven'
    | 'a_in_runs'
    | 'a_spurious'
    | 'a_in_few_runs'
    | 'b'
    | 'c_first_user'
    | 'c_referral'
    | 'c_complaint'
    | 'c'
    | 'no_class'
}

const verdict = (level: StandingLevel, because: Verdict['because']): Verdict => ({ level, because })

/** All that the rule can say, made once. */
const STRATEGIC = verdict('key', 'strategic')
const PRICE_DRIVEN = verdict('general', 'price_driven')
const A_IN_RUNS = verdict('key', 'a_in_runs')
const A_SPURIOUS = verdict('suitable', 'a_spurious')
const A_IN_FEW_RUNS = verdict('suitable', 'a_in_few_runs')
const B = verdict('suitable', 'b')
const C_FIRST_USER = verdict('suitable', 'c_first_user')
const C_REFERRAL = verdict('suitable', 'c_referral')
const C_COMPLAINT = verdict('suitable', 'c_complaint')
const C = verdict('general', 'c')
const NO_CLASS = verdict('general', 'no_class')

function rule(facts: StandingFacts, policy: StandingPolicy): Verdict {
  if (facts.strategic) return STRATEGIC
  if (facts.priceDriven) return PRICE_DRIVEN
  switch (ABC_CLASSES[facts.abcClass] as AbcClass) {
    case 'A':
      if (LOYALTY_PATTERNS[facts.pattern] === 'spurious') return A_SPURIOUS
      return facts.runsInA >= policy.keyRuns ? A_IN_RUNS : A_IN_FEW_RUNS
    case 'B':
      return B
    case 'C':
      if (facts.firstUser) return C_FIRST_USER
      if (facts.referralPotential === true) return C_REFERRAL
      return facts.unmendedComplaint ? C_COMPLAINT : C
    default:
      return NO_CLASS
  }
}
