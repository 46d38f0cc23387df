import { z } from 'zod'
import { DEFECTION_STATES } from '../../domain/cadence.ts'
import { DEFECTION_CAUSES, RECOMMENDATIONS } from '../../domain/defection-advice.ts'
import { NOT_PURSUED_CAUSES } from '../../domain/pursuit.ts'
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

/** As far as the policy's cost of an attempt goes. */
const Cost = z.int().min(0).max(1_000_000_000)

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
    costMinor: Minor,
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
    costMinor: Cost.optional().meta({
      description: "Integer amount in minor units; the policy's cost of an attempt when absent."
    }),
    staffId: Id.toLowerCase().nullish(),
    actedAt: InstantInput.optional().meta({
      description: 'Now when absent. Not before the first purchase or the file of the customer, nor ahead.'
    }),
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
