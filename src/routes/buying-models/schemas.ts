import { z } from 'zod'
import { Day, Id, Instant, PageQuery, pageOf, Share } from '../shared/schemas.ts'

const Count = z.int().min(0).max(2_147_483_647)
const Days = z.int().min(0).max(1_000_000)
const Parameter = z.number().min(0)

/** Stands where a part has no result: it says why, and nothing is shown in its place. */
const NotFitted = z
  .object({
    fitted: z.literal(false),
    reason: z.enum(['too_few_repeat_buyers', 'history_too_short', 'not_converged', 'no_finite_mean']).meta({
      description:
        'Fewer repeat buyers than the policy asks for; too few days to hold a part of them out; the search ended without a result; no mean spend follows from what was found.'
    }),
    facts: z
      .record(z.string().max(100), z.union([z.string().max(500), z.number(), z.boolean(), z.null()]))
      .meta({ description: 'The figures behind the reason, such as `repeatBuyers` and how many are `needed`.' })
  })
  .meta({ id: 'NotFitted' })

const DropoutFit = z
  .object({
    fitted: z.literal(true),
    model: z.enum(['bg_nbd', 'mbg_nbd']),
    r: Parameter.meta({ description: 'Shape of how rates of buying differ between customers.' }),
    alpha: Parameter.meta({
      description: 'Scale of the same, in days: r / alpha purchases a day are bought on average.'
    }),
    a: Parameter.meta({
      description: 'With b: how chances to leave differ; a / (a + b) leave at an occasion on average.'
    }),
    b: Parameter,
    logLikelihood: z.number().meta({ description: 'Natural logarithm, over all customers looked at, time in days.' }),
    customers: Count,
    repeatBuyers: Count.meta({
      description: 'Those of them who bought on a second day: only they tell how people buy.'
    }),
    atBound: z
      .array(z.enum(['r', 'alpha', 'a', 'b']))
      .max(4)
      .meta({
        description: 'Parameters that ended at the edge of what is searched. Usually empty.'
      }),
    dropoutIdentified: z.boolean().meta({
      description:
        'Whether the data tell leaving from pausing. When false, no probability of being a customer is shown.'
    })
  })
  .meta({ id: 'DropoutFit' })

const SpendFit = z
  .object({
    fitted: z.literal(true),
    p: Parameter.meta({ description: 'Shape of the amounts of one customer around his own mean.' }),
    q: Parameter.meta({ description: 'Shape of how these means differ between customers.' }),
    v: Parameter.meta({ description: 'Scale of the same, in minor units.' }),
    logLikelihood: z.number().meta({ description: 'Natural logarithm, money in minor units.' }),
    customers: Count.meta({ description: 'Customers with a repeat purchase and a positive mean amount.' }),
    atBound: z.array(z.enum(['p', 'q', 'v'])).max(3),
    populationMean: z.number().min(0).meta({
      description: 'What a repeat purchase is worth over all customers, p·v / (q − 1), minor units with fractions.'
    })
  })
  .meta({ id: 'SpendFit' })

const PredictionScore = z
  .object({
    accuracy: Share.nullable().meta({ description: 'Share of the customers of whom it was right; null without any.' }),
    auc: Share.nullable().meta({
      description: 'How often, of one who bought again and one who did not, it ranked the buyer higher; 0.5 is chance.'
    })
  })
  .meta({ id: 'PredictionScore' })

const ObservedShare = z
  .object({
    customers: Count,
    boughtAgain: Count,
    share: Share.nullable().meta({ description: 'Null where there is nobody.' }),
    interval: z
      .object({ lower: Share, upper: Share })
      .nullable()
      .meta({ description: "Wilson's interval at 95 %; null where there is nobody." })
  })
  .meta({ id: 'ObservedShare' })

const HoldOut = z
  .object({
    fitted: z.literal(true),
    model: z.enum(['bg_nbd', 'mbg_nbd']).meta({ description: 'Whose expected purchases were tried.' }),
    splitDay: Day.meta({
      description: 'The forecast was made when this day began, by a model that knew nothing later.'
    }),
    horizonDays: Days.meta({ description: 'How many days were forecast and then looked at.' }),
    hiatusDays: Days.meta({
      description: 'The plain rule: who has not bought for so many days is taken to have left.'
    }),
    customers: Count,
    boughtAgain: Count.meta({ description: 'Those of them who bought in the days held out.' }),
    modelScore: PredictionScore.meta({ description: '“Half a purchase or more is expected.”' }),
    hiatusScore: PredictionScore.meta({ description: '“Bought within the hiatus.”' }),
    within: ObservedShare.meta({ description: 'Who bought again of those still within the hiatus at the split.' }),
    past: ObservedShare.meta({ description: 'Who bought again of those past it.' }),
    onlyModelRight: Count.meta({ description: 'Customers of whom the model was right and the plain rule wrong.' }),
    onlyHiatusRight: Count.meta({ description: 'Customers of whom the plain rule was right and the model wrong.' }),
    better: z.enum(['model', 'hiatus']),
    by: z.enum(['auc', 'accuracy', 'tie']).meta({
      description:
        'What decided: the ranking (a lead of more than 0.01 and more than chance), else who was right more often (more than chance), else the plain rule for being simpler.'
    })
  })
  .meta({ id: 'HoldOut' })

export const BuyingModel = z
  .object({
    id: Id,
    asOfDay: Day.meta({ description: 'Only what was bought before this day is in it.' }),
    createdAt: Instant,
    customers: Count.meta({ description: 'Customers who had bought by then.' }),
    sampled: Count.meta({ description: 'How many of them were looked at: of very many, an even sample.' }),
    bgNbd: z.discriminatedUnion('fitted', [DropoutFit, NotFitted]).meta({
      description: 'BG/NBD, by which purchases to come are expected. Customers may leave after a repeat purchase.'
    }),
    mbgNbd: z.discriminatedUnion('fitted', [DropoutFit, NotFitted]).meta({
      description:
        'MBG/NBD, by which it is said how likely somebody is still a customer. He may leave after the first, too.'
    }),
    gammaGamma: z
      .discriminatedUnion('fitted', [SpendFit, NotFitted])
      .meta({ description: 'Gamma-Gamma: what a purchase of a customer is worth.' }),
    holdOut: z.discriminatedUnion('fitted', [HoldOut, NotFitted]).meta({
      description: 'The trial on the shop’s own past, or why there was none.'
    }),
    used: z.enum(['model', 'hiatus']).meta({
      description: 'Which says who is leaving: the model only where it did better and tells leaving from pausing.'
    })
  })
  .meta({ id: 'BuyingModel' })

export const BuyingModelPage = pageOf(BuyingModel).meta({ id: 'BuyingModelPage' })

export const ListBuyingModelsQuery = z.strictObject(PageQuery)
