import { z } from 'zod'
import { Instant } from '../shared/schemas.ts'
import { Count, DaysQuery, DaysWindow, IN_TIME_SHARE, StoreIdOrNull, StoreQuery } from './schemas.ts'

const Group = z.enum(['staff', 'store', 'kind'])

export const CareQuery = z.strictObject({
  ...DaysQuery,
  ...StoreQuery,
  by: Group.optional().meta({
    description: 'What the shares are told apart by; `staff`, who was to do it, when absent.'
  })
})

const FIGURES = {
  tasks: Count.meta({ description: 'Due in the window, whatever became of them.' }),
  inTime: Count.meta({ description: 'Done at their term or before.' }),
  late: Count.meta({ description: 'Done after their term.' }),
  overdue: Count.meta({ description: 'Past their term and not done.' }),
  notDue: Count.meta({ description: 'Not done and not due yet; they count for nothing.' }),
  dueBeforeMade: Count.meta({
    description:
      'Their term was over before they were made, as with a complaint that was recorded late; they count for nobody.'
  }),
  cancelled: Count.meta({ description: 'Given up by a person; they count for nothing.' }),
  withdrawn: Count.meta({ description: 'What they came from was over; they count for nothing.' }),
  ...IN_TIME_SHARE
}

export const CareOnTime = z
  .object({
    report: z.literal('care-on-time'),
    by: Group,
    storeId: StoreIdOrNull,
    window: DaysWindow.meta({ description: 'Days of the tenant on which they were due; `toOn` excluded.' }),
    asOf: Instant,
    total: z.object(FIGURES),
    data: z
      .array(
        z.object({
          key: z
            .string()
            .max(64)
            .nullable()
            .meta({ description: 'The id of a person or store, or a kind; null: of no store.' }),
          label: z.string().max(200).nullable().meta({ description: 'The name of the person or store.' }),
          ...FIGURES
        })
      )
      .max(100_000)
  })
  .meta({ id: 'CareOnTime' })
