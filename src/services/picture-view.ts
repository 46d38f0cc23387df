import type { DefectionState } from '../domain/cadence.ts'
import type { DefectionBasis } from '../domain/defection.ts'
import type { Language } from '../domain/language.ts'
import type { LoyaltyBasis, LoyaltyLevel, LoyaltyPattern } from '../domain/loyalty.ts'
import type { Picture } from '../domain/picture.ts'
import type { Explained, Reason } from '../domain/reason.ts'
import { allInWords } from '../domain/reason-texts.ts'
import type { StandingLevel } from '../domain/standing.ts'
import type { TrustLevel } from '../domain/trust.ts'
import type { FindingsRow } from '../repositories/classifications.ts'

/** What would change a result. */
interface Outlook {
  readonly changes: Reason[]
}

export interface LoyaltyView extends Outlook {
  readonly level: LoyaltyLevel
  readonly basis: LoyaltyBasis
  readonly firstUser: boolean
  readonly priceDriven: boolean
  readonly pattern: LoyaltyPattern
  readonly reasons: Reason[]
  readonly missing: Reason[]
}

export interface TrustView extends Outlook {
  readonly level: TrustLevel
  readonly evidence: Reason[]
  readonly missing: Reason[]
}

export interface StandingView extends Outlook {
  readonly level: StandingLevel
  readonly reasons: Reason[]
  readonly missing: Reason[]
}

export interface DefectionView extends Outlook {
  readonly state: DefectionState
  /** What the state rests on. */
  readonly basis: DefectionBasis
  readonly partial: boolean | null
  /** No purchase for longer than the policy's hiatus. */
  readonly hiatus: boolean
  readonly sinceDays: number | null
  /** When the state becomes another one if nothing is bought; null where none is ahead. */
  readonly nextChange: { readonly on: string; readonly state: DefectionState } | null
  readonly pAlive: number | null
  readonly expectedPurchases12m: number | null
  /** As things stand: that he may have left is in it. */
  readonly expectedValue12mMinor: number | null
  readonly valueIfStays12mMinor: number | null
  readonly reasons: Reason[]
  readonly missing: Reason[]
}

const UNKNOWN = {
  loyaltyLevel: 'unknown',
  loyaltyBasis: 'none',
  loyaltyPattern: null,
  firstUser: false,
  priceDriven: false,
  trustLevel: 'insufficient',
  standing: 'general',
  defectionState: 'unknown',
  defectionBasis: 'none',
  partialDefection: null
} as const
const UNEXPLAINED: Explained = { reasons: [], missing: [], changes: [] }

/** What a run found beyond the amount, with the reasons out of the same facts; null of a customer whom no run has met. */
export function pictureView(
  found: FindingsRow | null,
  picture: Picture | null,
  language: Language
): {
  readonly loyalty: LoyaltyView
  readonly trust: TrustView
  readonly standing: StandingView
  readonly defection: DefectionView
} {
  const finding = found ?? UNKNOWN
  const trust = inLanguage(picture?.trust, language)
  return {
    loyalty: {
      level: finding.loyaltyLevel,
      basis: finding.loyaltyBasis,
      firstUser: finding.firstUser,
      priceDriven: finding.priceDriven,
      pattern: finding.loyaltyPattern,
      ...inLanguage(picture?.loyalty, language)
    },
    trust: { level: finding.trustLevel, evidence: trust.reasons, missing: trust.missing, changes: trust.changes },
    standing: { level: finding.standing, ...inLanguage(picture?.standing, language) },
    defection: {
      state: finding.defectionState,
      basis: finding.defectionBasis,
      partial: finding.partialDefection,
      hiatus: picture?.defection.hiatus ?? false,
      sinceDays: picture?.defection.sinceDays ?? null,
      nextChange: picture?.defection.nextChange ?? null,
      pAlive: picture?.defection.pAlive ?? null,
      expectedPurchases12m: picture?.defection.expectedPurchases ?? null,
      expectedValue12mMinor: picture?.defection.expectedValueMinor ?? null,
      valueIfStays12mMinor: picture?.defection.valueIfStaysMinor ?? null,
      ...inLanguage(picture?.defection, language)
    }
  }
}

const inLanguage = ({ reasons, missing, changes }: Explained = UNEXPLAINED, language: Language) => ({
  reasons: allInWords(reasons, language),
  missing: allInWords(missing, language),
  changes: allInWords(changes, language)
})
