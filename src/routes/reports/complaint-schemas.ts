import { z } from 'zod'
import { Currency, Instant, Minor, Share } from '../shared/schemas.ts'
import { Count, DaysQuery, DaysWindow, Figure, ShareOrNull, StoreIdOrNull, StoreQuery } from './schemas.ts'

const HandlingGroup = z.enum(['month', 'store'])
const CauseGroup = z.enum(['cause', 'product', 'staff', 'store', 'supplier'])
const CostGroup = z.enum(['decision', 'role', 'store', 'month'])

const WHAT = 'What the figures are told apart by.'
const WINDOW = { ...DaysQuery, ...StoreQuery }

export const HandlingQuery = z.strictObject({ ...WINDOW, by: HandlingGroup.optional().meta({ description: WHAT }) })
export const CausesQuery = z.strictObject({ ...WINDOW, by: CauseGroup.optional().meta({ description: WHAT }) })
export const CostsQuery = z.strictObject({ ...WINDOW, by: CostGroup.optional().meta({ description: WHAT }) })

const KEYED = {
  key: z
    .string()
    .max(200)
    .nullable()
    .meta({ description: 'A code, a month, or the id of a store or staff member; null: not known.' }),
  label: z.string().max(500).nullable().meta({ description: 'Name of a store or product, code of a staff member.' })
}

const Hours = Figure.nullable()

const HANDLING = {
  complaints: Count.meta({ description: 'Received in the window; withdrawn ones are in no other figure.' }),
  withdrawn: Count,
  open: Count,
  closed: Count,
  firstTime: Count.meta({
    description: 'Answered by the first handler, accepted, and not reopened within 30 days of the closure.'
  }),
  firstTimeOf: Count.meta({ description: 'Of which it can be told by now.' }),
  firstTimeShare: ShareOrNull,
  firstTimeLower: ShareOrNull.meta({ description: 'The interval of Wilson, 95 %.' }),
  firstTimeUpper: ShareOrNull,
  reopened: Count,
  reopenedShare: ShareOrNull.meta({ description: 'Of those that were ever closed or reopened.' }),
  recovered: Count.meta({ description: 'Closed, and the customer was content.' }),
  badlyClosed: Count.meta({ description: 'Closed, and the customer was not content.' }),
  recoveredShare: ShareOrNull.meta({ description: 'Of those closed after the customer was heard.' }),
  medianHoursToAnswer: Hours,
  p90HoursToAnswer: Hours.meta({ description: 'Nine of ten were answered within so many hours.' }),
  medianHoursToClose: Hours,
  p90HoursToClose: Hours,
  sales: Count.meta({ description: 'Receipts of sales in the same days.' }),
  perThousandSales: Figure.nullable().meta({ description: 'Complaints for every thousand of them.' })
}

export const ComplaintHandling = z
  .object({
    report: z.literal('complaint-handling'),
    by: HandlingGroup,
    storeId: StoreIdOrNull,
    window: DaysWindow,
    asOf: Instant,
    total: z.object(HANDLING),
    data: z.array(z.object({ ...KEYED, ...HANDLING })).max(100_000)
  })
  .meta({ id: 'ComplaintHandling' })

export const ComplaintCauses = z
  .object({
    report: z.literal('complaint-causes'),
    by: CauseGroup,
    storeId: StoreIdOrNull,
    window: DaysWindow,
    complaints: Count.meta({ description: 'Withdrawn ones are left out.' }),
    withoutCause: Count.meta({ description: 'Without a primary cause so far.' }),
    data: z
      .array(
        z.object({
          ...KEYED,
          complaints: Count,
          share: Share,
          cumulativeShare: Share.meta({ description: 'With all that are larger.' }),
          expectationGap: Count,
          productQuality: Count,
          staffService: Count,
          undetermined: Count,
          withoutCause: Count
        })
      )
      .max(200)
      .meta({ description: 'The largest first.' })
  })
  .meta({ id: 'ComplaintCauses' })

const COSTS = {
  granted: Count,
  amountMinor: Minor.meta({ description: 'What was granted costs.' }),
  refundMinor: Minor.meta({ description: 'Of it, money given back.' }),
  waiting: Count.meta({ description: 'Waiting for approval; they cost nothing yet.' }),
  refused: Count
}

export const RemedyCosts = z
  .object({
    report: z.literal('remedy-costs'),
    by: CostGroup,
    storeId: StoreIdOrNull,
    window: DaysWindow.meta({ description: 'Days of the tenant on which they were decided; `toOn` excluded.' }),
    currency: Currency,
    total: z.object(COSTS),
    data: z.array(z.object({ ...KEYED, ...COSTS })).max(100_000)
  })
  .meta({ id: 'RemedyCosts' })
