import { z } from 'zod'
import { Instant } from '../shared/schemas.ts'
import { Count, DaysQuery, DaysWindow, IN_TIME_SHARE, StoreIdOrNull, StoreQuery } from './schemas.ts'

const Group = z.enum(['store', 'channel', 'week'])

export const AnsweredQuery = z.strictObject({
  ...DaysQuery,
  ...StoreQuery,
  by: Group.optional().meta({ description: 'What the shares are told apart by; `week` when absent.' })
})

const FIGURES = {
  received: Count,
  inTime: Count.meta({ description: 'Answered at their term or before.' }),
  late: Count.meta({ description: 'Answered after their term.' }),
  overdue: Count.meta({ description: 'Past their term and not answered.' }),
  notDue: Count.meta({ description: 'Not answered and not due yet; they count for nothing.' }),
  withdrawn: Count.meta({ description: 'Taken back before their term; they count for nothing.' }),
  ...IN_TIME_SHARE
}

export const AnsweredInTime = z
  .object({
    report: z.literal('answered-in-time'),
    by: Group,
    storeId: StoreIdOrNull,
    window: DaysWindow,
    asOf: Instant,
    total: z.object(FIGURES),
    data: z
      .array(
        z.object({
          key: z
            .string()
            .max(64)
            .nullable()
            .meta({ description: 'The id of a store, a channel, or the Monday of a week; null: of no store.' }),
          label: z.string().max(200).nullable().meta({ description: "The store's name." }),
          ...FIGURES
        })
      )
      .max(100_000)
  })
  .meta({ id: 'AnsweredInTime' })
