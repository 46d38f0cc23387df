import { z } from 'zod'
import { Id, Instant, integerQuery, Minor, Share, text } from '../shared/schemas.ts'

/** Parts that reports share. */

export const Count = z.int().min(0).max(2_147_483_647)
export const Figure = z.number().min(-1e15).max(1e15)
export const ShareOrNull = Share.nullable().meta({
  description: 'A fraction, 0 to 1; null where there is nothing to share.'
})

/** How much of what was owed by a time was done by then. */
export const IN_TIME_SHARE = {
  owed: Count.meta({ description: 'In time, late and overdue together.' }),
  share: ShareOrNull.meta({ description: 'In time, of what was owed.' }),
  shareLower: ShareOrNull.meta({
    description: 'The interval of Wilson, 95 %: it holds the truth where chance is all there is.'
  }),
  shareUpper: ShareOrNull
}

export const Month = z
  .string()
  .length(7)
  .regex(/^\d{4}-(?:0[1-9]|1[0-2])$/)
  .meta({ description: 'A month of store days, YYYY-MM.', example: '2026-11' })

export const DayQuery = (what: string, example: string) =>
  z.iso
    .date()
    .max(10)
    .refine(day => day > '1900', 'must lie after 1900')
    .optional()
    .meta({ description: what, example })

export const DaysQuery = {
  fromOn: DayQuery('First store day that counts; a year before `toOn` when absent.', '2025-11-22'),
  toOn: DayQuery('Store day after the last one that counts; tomorrow when absent.', '2026-11-22')
}

export const MonthsQuery = {
  months: integerQuery(1, 60).optional().meta({ description: 'Months, 1 to 60; 12 when absent.', example: 12 }),
  toMonth: Month.refine(month => month > '1900', 'must lie after 1900')
    .optional()
    .meta({ description: 'The last month, YYYY-MM; the running one when absent.', example: '2026-11' })
}

export const StoreQuery = {
  storeId: Id.toLowerCase().optional().meta({ description: 'Only this store; a store-bound credential gets its own.' })
}

export const Sku = text(64)

export const DaysWindow = z
  .object({ fromOn: z.string().max(10).meta({ format: 'date' }), toOn: z.string().max(10).meta({ format: 'date' }) })
  .meta({
    id: 'ReportDays',
    description: 'Store days; `toOn` excluded.',
    example: { fromOn: '2025-11-22', toOn: '2026-11-22' }
  })

export const MonthsWindow = z
  .object({ fromMonth: Month, toMonth: Month })
  .meta({ id: 'ReportMonths', description: 'Both included.', example: { fromMonth: '2025-12', toMonth: '2026-11' } })

export const RunNamed = z
  .object({ id: Id, asOf: Instant })
  .meta({ id: 'ReportRun', description: 'The applied classification run that the figures are of.' })

export const StoreIdOrNull = Id.nullable().meta({ description: 'The one store that the report is about; null: all.' })

export const MinorOrNull = Minor.nullable()
