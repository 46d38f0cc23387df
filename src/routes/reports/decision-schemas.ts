import { z } from 'zod'
import { RECOMMENDATIONS } from '../../domain/defection-advice.ts'
import { EFFORTS, NOT_PURSUED_CAUSES } from '../../domain/pursuit.ts'
import { AbcClass } from '../shared/classification.ts'
import { Currency, Day, Minor, Share } from '../shared/schemas.ts'
import { Count, DayQuery } from './schemas.ts'

const Minutes = z.int().min(0).max(9_007_199_254_740_991)
const Recommendation = z.enum(RECOMMENDATIONS)
const NotPursued = z.enum(NOT_PURSUED_CAUSES)

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
    report: z.literal('advice-hit-rates'),
    fromOn: Day.nullable().meta({ description: 'Advices given from this day on; null before the first run.' }),
    asOfOn: Day.nullable().meta({ description: 'Counted are those whose whole horizon lies before this day.' }),
    data: z
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
    report: z.literal('effort-saved'),
    currency: Currency,
    fromOn: Day,
    toOn: Day.meta({ description: 'Included.' }),
    notPursued: z
      .array(z.object({ cause: NotPursued, abcClass: AbcClass, customers: Count, minutesPerMonth: Minutes }))
      .max(100)
      .meta({ description: 'Who is not pursued now, with the minutes a month that customers of the class have.' }),
    customers: Count,
    minutesPerMonth: Minutes.meta({ description: 'Minutes of care a month that are spared.' }),
    data: z
      .array(
        z.object({
          effort: z.enum(EFFORTS),
          cause: NotPursued,
          overridden: z.boolean().meta({ description: 'Granted by a manager with a reason; refused otherwise.' }),
          overriddenLater: z.boolean().meta({
            description: 'Refused, and the same effort on the same customer was granted later: nothing was saved.'
          }),
          attempts: Count,
          minutes: Minutes,
          costMinor: Minor
        })
      )
      .max(100)
      .meta({ description: 'What was asked for on the days of the report.' }),
    refused: Totals.meta({ description: 'Everything that was refused.' }),
    overriddenLater: Totals.meta({ description: 'Of that, what a manager granted later.' }),
    saved: Totals.meta({ description: 'Of that, what was never granted: the effort saved.' }),
    overridden: Totals.meta({ description: 'What a manager granted with a reason.' })
  })
  .meta({ id: 'EffortSaved' })

export const EffortSavedQuery = z.strictObject({
  fromOn: DayQuery('First day of the tenant; 30 days back when absent.', '2026-10-24'),
  toOn: DayQuery('Last day, included; today when absent.', '2026-11-22'),
  table: z
    .enum(['attempts', 'not_pursued'])
    .optional()
    .meta({ description: 'Which table CSV shows; `attempts` when absent.' })
})
