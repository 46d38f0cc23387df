import { z } from 'zod'
import {
  AbcClass,
  CustomerNamed,
  Cutoffs,
  DefectionBasis,
  DefectionState,
  LoyaltyLevel,
  StandingLevel,
  TrustLevel
} from '../shared/classification.ts'
import {
  Day,
  flagQuery,
  Id,
  Instant,
  InstantInput,
  Minor,
  PageQuery,
  pageOf,
  Reason,
  Share,
  Version
} from '../shared/schemas.ts'

const Rank = z.int().min(1).max(2_147_483_647)
const Count = z.int().min(0).max(2_147_483_647)
const Score = z.int().min(1).max(10)
const Reasons = z.array(Reason).max(20)
const AbcReason = z.enum(['ranked', 'no_purchase', 'zero_net', 'negative_net'])

const Abc = z
  .object({
    class: AbcClass,
    amountMinor: Minor.meta({ description: 'Net turnover in the window of the run.' }),
    rank: Rank.nullable(),
    shareBefore: Share.nullable().meta({ description: 'Share of the turnover that is ranked before the customer.' }),
    reason: z.enum([...AbcReason.options, 'not_yet_classified']),
    cutoffs: Cutoffs.nullable(),
    nextClass: z.enum(['A', 'B', 'C']).nullable(),
    toNextClassMinor: Minor.nullable().meta({ description: 'What is missing to the next class.' }),
    since: Instant.nullable().meta({ description: 'Since when the class holds.' }),
    provisional: z.object({ class: AbcClass.nullable(), amountMinor: Minor }).nullable().meta({
      description:
        'What was bought until now, and the class it would have by the cut-offs of the last run. Null for the past.'
    }),
    reasons: Reasons
  })
  .meta({ id: 'AbcClassification' })

const RFM = {
  recencyDays: Count,
  frequency: Count.meta({ description: 'Distinct days with a paid purchase.' }),
  monetaryMinor: Minor,
  r: Score,
  f: Score,
  m: Score
}

const Rfm = z.object({ ...RFM, reasons: Reasons }).meta({ id: 'RfmClassification' })

const WHY = {
  reasons: Reasons,
  missing: Reasons.meta({ description: 'What is not known, and is not held against anybody.' }),
  changes: Reasons.meta({ description: 'What would change it.' })
}

const LEVELS = {
  loyalty: {
    level: LoyaltyLevel,
    basis: z
      .enum(['brand', 'patronage', 'attitude', 'first_user', 'price_driven', 'none'])
      .meta({ description: 'The rule that decided.' }),
    firstUser: z.boolean().meta({ description: 'Among the first buyers of new products more often than by lot.' }),
    priceDriven: z.boolean().meta({ description: 'Buys on promotion alone; no effort is spent on retention.' }),
    pattern: z
      .enum(['true', 'latent', 'spurious', 'none'])
      .nullable()
      .meta({ description: 'Attitude against repeat purchase; null while either is unknown.' })
  },
  trust: { level: TrustLevel },
  standing: { level: StandingLevel },
  defection: {
    state: DefectionState.meta({
      description:
        'By the own rhythm of purchase days; `lapsed` by the hiatus alone where there are too few of them for a rhythm.'
    }),
    basis: DefectionBasis,
    partial: z.boolean().nullable().meta({
      description: 'Spends much less of late than by his own rate; null where too little is known to tell.'
    })
  }
}

const Loyalty = z.object({ ...LEVELS.loyalty, ...WHY }).meta({ id: 'LoyaltyClassification' })

const Trust = z
  .object({ ...LEVELS.trust, evidence: Reasons, missing: WHY.missing, changes: WHY.changes })
  .meta({ id: 'TrustClassification' })

const Standing = z.object({ ...LEVELS.standing, ...WHY }).meta({ id: 'StandingClassification' })

const Defection = z
  .object({
    ...LEVELS.defection,
    hiatus: z.boolean().meta({ description: 'Has bought nothing for longer than the hiatus of the policy.' }),
    sinceDays: Count.nullable().meta({ description: 'Days since the last purchase day; null without one.' }),
    nextChange: z
      .object({ on: Day, state: DefectionState })
      .nullable()
      .meta({ description: 'The first day as of which the state is another one if nothing is bought.' }),
    pAlive: Share.nullable().meta({
      description: 'Probability of being a customer still (MBG/NBD); null without a model.'
    }),
    expectedPurchases12m: z
      .number()
      .min(0)
      .max(1e6)
      .nullable()
      .meta({ description: 'An estimate of two significant digits.' }),
    expectedValue12mMinor: Minor.nullable().meta({
      description: 'An estimate of two significant digits, as things stand: that he may have left is in it.'
    }),
    valueIfStays12mMinor: Minor.nullable().meta({
      description: 'What he would bring if he stayed; without a model out of his own past.'
    }),
    ...WHY
  })
  .meta({ id: 'DefectionClassification' })

const CLASSIFICATION = {
  asOf: Instant.nullable().meta({ description: 'Of the run that found it; null before the first run.' }),
  runId: Id.nullable(),
  policyVersion: Version,
  abc: Abc,
  rfm: Rfm.nullable().meta({ description: 'Null without a paid purchase in the window.' }),
  loyalty: Loyalty,
  trust: Trust,
  standing: Standing,
  defection: Defection
}

export const Classification = z
  .object({ customerId: Id, ...CLASSIFICATION })
  .meta({ id: 'Classification', description: 'What a customer is, and why.' })

export const ClassificationPage = pageOf(
  z.object({ ...CustomerNamed, ...CLASSIFICATION }).meta({ id: 'ListedClassification' })
).meta({ id: 'ClassificationPage' })

export const ClassificationHistoryPage = pageOf(
  z
    .object({
      asOf: Instant,
      runId: Id,
      abc: z.object({
        class: AbcClass,
        previousClass: AbcClass.nullable().meta({ description: 'Null: classified for the first time.' }),
        amountMinor: Minor,
        reason: AbcReason
      }),
      rfm: z.object(RFM).nullable(),
      loyalty: z.object(LEVELS.loyalty),
      trust: z.object(LEVELS.trust),
      standing: z.object(LEVELS.standing),
      defection: z.object(LEVELS.defection)
    })
    .meta({ id: 'ClassificationChange' })
).meta({ id: 'ClassificationHistoryPage' })

export const GetClassificationQuery = z.strictObject({
  asOf: z.union([InstantInput, Day], { error: 'must be a day or an instant in RFC 3339' }).optional().meta({
    description: 'What held at an instant, or at the end of a day of the tenant. Absent: what holds now.',
    example: '2026-11-21'
  })
})

export const ListHistoryQuery = z.strictObject(PageQuery)

export const ListClassificationsQuery = z.strictObject({
  abcClass: AbcClass.optional(),
  loyalty: LoyaltyLevel.optional(),
  trustLevel: TrustLevel.optional(),
  standing: StandingLevel.optional(),
  defectionState: DefectionState.optional(),
  defectionBasis: DefectionBasis.optional(),
  priceDriven: flagQuery().optional(),
  firstUser: flagQuery().optional(),
  storeId: Id.optional().meta({ description: 'Only customers whose home store this is.' }),
  relationshipManagerId: Id.optional().meta({ description: 'Only customers whom this staff member looks after now.' }),
  ...PageQuery
})
