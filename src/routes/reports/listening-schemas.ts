import { z } from 'zod'
import { Count, DaysQuery, DaysWindow, ShareOrNull, StoreIdOrNull, StoreQuery } from './schemas.ts'

const Group = z.enum(['staff', 'channel', 'store'])
const DaysOrNull = z.number().min(0).max(1_000_000).nullable().meta({
  description: 'Days from the inquiry to the customer file; null where nobody became a customer.'
})
const StoreText = z.string().max(200).nullable()

export const ConversionQuery = z.strictObject({
  ...DaysQuery,
  ...StoreQuery,
  by: Group.optional().meta({ description: 'What the shares are told apart by; `staff` when absent.' })
})

const CONVERSION = {
  inquiries: Count.meta({ description: 'Received in the window.' }),
  converted: Count.meta({ description: 'Became customers.' }),
  existing: Count.meta({ description: 'Had a customer file before they asked; they are in no share.' }),
  lost: Count,
  open: Count,
  share: ShareOrNull.meta({
    description: 'Converted, of all who were no customers before; those still open count as not converted.'
  }),
  shareLower: ShareOrNull.meta({ description: 'The interval of Wilson, 95 %.' }),
  shareUpper: ShareOrNull,
  medianDays: DaysOrNull,
  p90Days: DaysOrNull
}

export const InquiryConversion = z
  .object({
    report: z.literal('inquiry-conversion'),
    by: Group,
    storeId: StoreIdOrNull,
    window: DaysWindow,
    total: z.object(CONVERSION),
    data: z
      .array(
        z.object({
          key: z
            .string()
            .max(64)
            .nullable()
            .meta({ description: 'The id of a person or store, or a channel; null: nobody’s, or of no store.' }),
          label: StoreText.meta({ description: 'The name of the person or store.' }),
          ...CONVERSION
        })
      )
      .max(100_000)
  })
  .meta({ id: 'InquiryConversion' })

export const CoverageQuery = z.strictObject({ ...DaysQuery, ...StoreQuery })

const LISTENING = {
  planned: Count.meta({ description: 'Planned for the window, whatever became of them.' }),
  held: Count.meta({ description: 'Held in the window.' }),
  cancelled: Count,
  rounds: Count,
  visits: Count,
  meetings: Count,
  attended: Count.meta({ description: 'Customers who came or were visited, once for each session.' }),
  findings: Count.meta({ description: 'Feedbacks that came of it.' }),
  aCustomers: Count.meta({ description: 'A customers of the last run, by home store.' }),
  aListened: Count.meta({ description: 'Of these, those who came to a session or were visited.' }),
  aShare: ShareOrNull
}

export const ListeningCoverage = z
  .object({
    report: z.literal('listening-coverage'),
    storeId: StoreIdOrNull,
    window: DaysWindow,
    stores: Count.meta({ description: 'Stores that are open.' }),
    storesCovered: Count.meta({ description: 'Of these, those in which a session was held.' }),
    storesShare: ShareOrNull,
    total: z.object(LISTENING),
    data: z
      .array(
        z.object({
          storeId: StoreIdOrNull.meta({ description: 'Null: of no store.' }),
          storeCode: StoreText,
          storeName: StoreText,
          covered: z.boolean(),
          ...LISTENING
        })
      )
      .max(100_000)
  })
  .meta({ id: 'ListeningCoverage' })
