import { z } from 'zod'

const Figure = z.number().min(-1e15).max(1e15)

/** An object of plain figures; what a figure may be is the policy's own business. */
const figures = <K extends string>(...names: readonly K[]) =>
  Object.fromEntries(names.map(name => [name, Figure])) as { [N in K]: typeof Figure }

const ABC = {
  method: z.enum(['share', 'fixed']).meta({ description: 'Cuts by share of turnover, or by fixed amounts.' }),
  aShare: Figure.meta({
    description: 'A ends at this share of turnover, 0 to 1, at most four decimals.',
    example: 0.8
  }),
  bShare: Figure.meta({ description: 'B ends at this share of turnover.', example: 0.95 }),
  aMinor: Figure.nullable().meta({ description: 'Smallest amount of an A; for the method `fixed`.' }),
  bMinor: Figure.nullable().meta({ description: 'Smallest amount of a B; for the method `fixed`.' }),
  ties: z.enum(['together', 'by_id']).meta({ description: 'Whether equal amounts share a class or the id decides.' }),
  returnsCountOn: z.enum(['return', 'sale']).meta({ description: 'The day on which a return counts.' }),
  hysteresis: Figure.meta({
    description: 'Margin by which a cut must be passed to change class, 0 to 0.2.',
    example: 0
  })
}

const RFM = figures('scores')

const LOYALTY = figures(
  'minBrandLines',
  'minBrandsInCategory',
  'loyalShare',
  'maxSwitchRate',
  'switcherShare',
  'patronageLoyalDays',
  'patronageSwitcherDays',
  'attitudeMonths',
  'newProductAfterDays',
  'innovatorShare',
  'earlyAdopterShare',
  'provisionalBuyers',
  'provisionalDays',
  'firstUserSignificance',
  'minPromotionLines',
  'priceDrivenShare',
  'priceDrivenRatio'
)

const TRUST = figures(
  'cognitivePurchases',
  'cognitiveQuality',
  'maxReturnRate',
  'affectiveSatisfaction',
  'affectiveAnswers',
  'affectiveSpanDays',
  'affectiveLowestAnswer',
  'behavioralTenureDays',
  'behavioralPurchaseDays',
  'behavioralQuarters',
  'lowAnswer',
  'lowAnswersInARow'
)

const MINUTES = figures('key', 'suitable', 'general')

const DEFECTION = figures(
  'minGaps',
  'segmentWeightGaps',
  'dueQuantile',
  'overdueQuantile',
  'lapsedFactor',
  'hiatusDays',
  'partialRecentDays',
  'partialBaseDays',
  'partialSpendShare',
  'minRepeatBuyers',
  'valueHorizonMonths',
  'valueMargin',
  'valueAnnualDiscount',
  'dueRisk',
  'overdueRisk',
  'lapsedRisk',
  'partialRisk',
  'saveProbability',
  'attemptCostMinor',
  'adviceHorizonDays',
  'saveOutcomes'
)

const HABITS = figures(
  'regularMaxVariation',
  'changeSlackDeviations',
  'changeThresholdDeviations',
  'minBaselineWeeks',
  'minBasketPairs'
)

const MANAGERS = figures('graceRuns')

const CARE_MINUTES = figures('call', 'visit', 'thankYou', 'review', 'guidance')
const USUAL_MINUTES = {
  description: 'Minutes that a care task of each kind is planned with, unless it says so itself.'
}

const windowMonths = Figure.nullable().meta({
  description: 'Months that a run looks back, 1 to 120; null takes all data.',
  example: 12
})

/** A whole policy as it is read. */
export const PolicyParts = {
  windowMonths,
  abc: z.object(ABC),
  rfm: z.object(RFM),
  loyalty: z.object(LOYALTY),
  trust: z.object(TRUST),
  standing: z.object({ keyRuns: Figure, minutesPerMonth: z.object(MINUTES) }),
  defection: z.object(DEFECTION),
  habits: z.object(HABITS),
  relationshipManagers: z.object(MANAGERS),
  care: z.object({ usualMinutes: z.object(CARE_MINUTES).meta(USUAL_MINUTES) })
}

const partial = <T extends z.ZodRawShape>(shape: T) => z.strictObject(shape).partial()

/** What a policy may be told: every part and every figure is optional. */
export const PolicyInput = {
  windowMonths: windowMonths.optional(),
  abc: partial(ABC).optional(),
  rfm: partial(RFM).optional(),
  loyalty: partial(LOYALTY).optional(),
  trust: partial(TRUST).optional(),
  standing: z
    .strictObject({ keyRuns: Figure, minutesPerMonth: partial(MINUTES) })
    .partial()
    .optional(),
  defection: partial(DEFECTION).optional(),
  habits: partial(HABITS).optional(),
  relationshipManagers: partial(MANAGERS).optional(),
  care: z
    .strictObject({ usualMinutes: partial(CARE_MINUTES).meta(USUAL_MINUTES) })
    .partial()
    .optional()
}
