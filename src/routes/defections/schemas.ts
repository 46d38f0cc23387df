import { z } from 'zod'
import { DEFECTION_STATES } from '../../domain/cadence.ts'
import { DEFECTION_CAUSES, RECOMMENDATIONS } from '../../domain/defection-advice.ts'
import { EFFORTS, NOT_PURSUED_CAUSES } from '../../domain/pursuit.ts'
import { STANDING_LEVELS } from '../../domain/standing.ts'
import { AbcClass, CustomerNamed, DefectionBasis } from '../shared/classification.ts'
import {
  Day,
  Id,
  Instant,
  InstantInput,
  Minor,
  PageQuery,
  PursuitOverride,
  pageOf,
  Reason,
  Share,
  text
} from '../shared/schemas.ts'

const Count = z.int().min(0).max(2_147_483_647)
const Minutes = z.int().min(0).max(9_007_199_254_740_991)
const Cost = z.int().min(0).max(1_000_000_000_000).meta({ description: 'Integer amount in minor units.' })

const State = z.enum(DEFECTION_STATES).meta({
  description:
    'By the own rhythm of the customer, as the last run found it; `lapsed` by the hiatus alone of who has no rhythm yet.'
})
const Cause = z.enum(DEFECTION_CAUSES)
const Recommendation = z.enum(RECOMMENDATIONS).meta({
  description:
    'Mend the complaint first; win back who is overdue or lapsed; watch; keep who still comes; let go. The first two and `keep` are attempts.'
})
const NotPursued = z.enum(NOT_PURSUED_CAUSES)
const Outcome = z.enum(['bought', 'not_bought'])

export const CustomerParams = z.strictObject({ customerId: Id.toLowerCase() })

export const Defection = z
  .object({
    ...CustomerNamed,
    abcClass: AbcClass,
    standing: z.enum(STANDING_LEVELS),
    state: State,
    basis: DefectionBasis,
    partial: z
      .boolean()
      .nullable()
      .meta({ description: 'Spends much less than he used to; null where too little is known to tell.' }),
    since: Instant.meta({ description: 'Since when he is at risk without a break.' }),
    lastPaidOn: Day.nullable(),
    pAlive: Share.nullable().meta({
      description: 'Probability that he is still a customer; null where no model tells.'
    }),
    expectedPurchases: z
      .number()
      .min(0)
      .nullable()
      .meta({ description: "Purchase days over the policy's horizon (12 months), two significant digits." }),
    expectedValueMinor: Minor.nullable().meta({
      description:
        'What he is expected to bring over the horizon as things stand: that he may have left is in it. Null without a model.'
    }),
    valueAtStakeMinor: Minor.meta({
      description: 'What he would bring over the horizon if he stayed, and is lost with him; 0 where it is not known.'
    }),
    valueIfStaysMinor: Minor.nullable().meta({
      description: 'The same, null where it is not known. It decides whether an attempt pays.'
    }),
    likelyCause: Cause,
    advice: z.object({
      recommendation: Recommendation,
      costMinor: Minor.meta({ description: 'What following it costs.' }),
      netBenefitMinor: Minor.nullable().meta({ description: 'What an attempt gains on average, less its cost.' }),
      reasons: z.array(Reason).max(20),
      advisedOn: Day.nullable().meta({ description: 'When it was first given.' }),
      dueOn: Day.nullable().meta({ description: 'A purchase before this day counts as its outcome.' })
    }),
    notPursued: NotPursued.nullable().meta({ description: 'Why no effort may be spent on him; null where it may.' }),
    storeId: Id.nullable().meta({ description: 'Home store.' }),
    relationshipManagerId: Id.nullable(),
    lastAction: z.object({ id: Id, action: Recommendation, actedAt: Instant }).nullable()
  })
  .meta({ id: 'Defection' })

export const DefectionPage = pageOf(Defection).meta({ id: 'DefectionPage' })

export const ListDefectionsQuery = z.strictObject({
  storeId: Id.optional().meta({ description: 'Only customers whose home store this is.' }),
  relationshipManagerId: Id.optional().meta({ description: 'Only customers whom this staff member looks after now.' }),
  abcClass: AbcClass.optional(),
  state: State.optional(),
  basis: DefectionBasis.optional(),
  recommendation: Recommendation.optional(),
  likelyCause: Cause.optional(),
  sort: z
    .enum(['-valueAtStakeMinor', 'valueAtStakeMinor', 'since', '-since'])
    .optional()
    .meta({ description: 'Most at stake first when absent.' }),
  ...PageQuery
})

export const DefectionAction = z
  .object({
    id: Id,
    customerId: Id,
    action: Recommendation,
    note: z.string().max(1_000).nullable(),
    costMinor: Cost,
    staffId: Id.nullable(),
    actedAt: Instant,
    advised: z
      .object({
        recommendation: Recommendation,
        state: State.nullable(),
        pAlive: Share.nullable(),
        valueAtStakeMinor: Minor.nullable()
      })
      .nullable()
      .meta({ description: 'The advice in force on that day; null where there was none.' }),
    asAdvised: z.boolean().nullable(),
    dueOn: Day.meta({ description: 'A purchase after the action and before this day counts as its outcome.' }),
    outcome: Outcome.nullable().meta({ description: 'Found by the runs; null while it is open.' }),
    outcomeOn: Day.nullable().meta({ description: 'The first day on which he bought.' }),
    outcomeMinor: Minor.nullable().meta({ description: 'Net amount bought within the horizon so far.' }),
    overrideReason: z
      .string()
      .max(1_000)
      .nullable()
      .meta({ description: 'Why somebody who is not pursued was pursued all the same.' }),
    createdAt: Instant,
    createdBy: z.string().max(200).nullable()
  })
  .meta({ id: 'DefectionAction' })

export const DefectionActionPage = pageOf(DefectionAction).meta({ id: 'DefectionActionPage' })

export const RecordActionBody = z
  .strictObject({
    action: Recommendation,
    note: text(1_000).nullish(),
    costMinor: Cost.optional().meta({ description: "The policy's cost of an attempt when absent." }),
    staffId: Id.toLowerCase().nullish(),
    actedAt: InstantInput.optional().meta({ description: 'Now when absent.' }),
    override: PursuitOverride.nullish()
  })
  .meta({
    id: 'RecordDefectionAction',
    example: { action: 'win_back', note: 'Called him; he will come by on Saturday.', costMinor: 300 }
  })

export const ListCustomerActionsQuery = z.strictObject(PageQuery)

export const ListActionsQuery = z.strictObject({
  customerId: Id.optional(),
  staffId: Id.optional(),
  action: Recommendation.optional(),
  outcome: z.enum(['bought', 'not_bought', 'open']).optional(),
  ...PageQuery
})

const Rate = z
  .object({
    n: Count,
    successes: Count,
    share: Share.nullable(),
    interval: z
      .object({ lower: Share, upper: Share })
      .nullable()
      .meta({ description: "Wilson's interval at 95 %; null where n is 0." })
  })
  .meta({ id: 'Rate' })

export const AdviceHitRates = z
  .object({
    fromOn: Day.nullable().meta({ description: 'Advices given from this day on; null before the first run.' }),
    asOfOn: Day.nullable().meta({ description: 'Counted are those whose whole horizon lies before this day.' }),
    byRecommendation: z
      .array(
        z.object({
          recommendation: Recommendation,
          acted: Rate.meta({ description: 'Who bought, of those about whom something was done.' }),
          notActed: Rate.meta({ description: 'Who bought, of those about whom nothing was done.' }),
          right: Rate.meta({
            description:
              'How often the advice was right, of those whose outcome tells. To act: who was tried bought, and who was not tried did not. To watch: who was left alone bought. To let go: he bought nothing; who buys by price alone is left out.'
          }),
          open: Count.meta({ description: 'Advices whose horizon has not passed.' })
        })
      )
      .max(20),
    saveProbability: z
      .object({
        assumed: Share.meta({ description: "The policy's assumption." }),
        tried: Rate.meta({ description: 'Who bought, of those who were tried as advised.' }),
        leftAlone: Rate.meta({ description: 'Who bought, of those who were to be tried and were left alone.' }),
        neededOutcomes: Count.meta({ description: 'From so many outcomes on they replace the assumption.' }),
        basis: z.enum(['assumed', 'observed', 'beyond_returners']).meta({
          description:
            'The assumption; the share of those tried who bought; the same without the share that came back by itself.'
        }),
        used: Share.meta({ description: 'With which the next run weighs its advice.' })
      })
      .meta({ description: 'How likely an attempt saves a customer who would leave otherwise.' })
  })
  .meta({ id: 'AdviceHitRates' })

const Totals = z.object({ attempts: Count, minutes: Minutes, costMinor: Minor })

export const EffortSaved = z
  .object({
    fromOn: Day,
    toOn: Day.meta({ description: 'Included.' }),
    notPursued: z
      .array(z.object({ cause: NotPursued, abcClass: AbcClass, customers: Count, minutesPerMonth: Minutes }))
      .max(100)
      .meta({ description: 'Who is not pursued now, with the minutes a month that customers of the class have.' }),
    customers: Count,
    minutesPerMonth: Minutes.meta({ description: 'Minutes of care a month that are spared.' }),
    attempts: z
      .array(
        z.object({
          effort: z.enum(EFFORTS),
          cause: NotPursued,
          overridden: z.boolean(),
          attempts: Count,
          minutes: Minutes,
          costMinor: Minor
        })
      )
      .max(100)
      .meta({ description: 'What was asked for on the days of the report.' }),
    refused: Totals,
    overridden: Totals
  })
  .meta({ id: 'EffortSaved' })

export const EffortSavedQuery = z.strictObject({
  fromOn: Day.optional().meta({ description: 'First day of the tenant; 30 days back when absent.' }),
  toOn: Day.optional().meta({ description: 'Last day, included; today when absent.' })
})
