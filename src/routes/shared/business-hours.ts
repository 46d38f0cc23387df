import { z } from 'zod'
import { Day } from './schemas.ts'

/** What an interval may be is the business of the rules; here it is a short text. */
const Time = z.string().min(1).max(5).meta({ description: 'By the clock on the wall, HH:MM.', example: '09:00' })

const INTERVAL = {
  opensAt: Time,
  closesAt: Time.meta({ description: 'Not open any more; 24:00 ends the day.', example: '18:00' })
}

const WEEKLY = { weekday: z.int().min(1).max(7).meta({ description: '1 is Monday.' }), ...INTERVAL }

/** Business hours as they are read. */
export const BUSINESS_HOURS = {
  weekly: z
    .array(z.object(WEEKLY))
    .max(70)
    .meta({ description: 'A lunch break makes two intervals; hours over midnight are two intervals.' }),
  exceptions: z
    .array(
      z.object({
        on: z.string().max(10).meta({ format: 'date' }),
        intervals: z.array(z.object(INTERVAL)).max(10)
      })
    )
    .max(1_000)
    .meta({ description: 'Days that differ from their weekday; without intervals it is closed.' })
}

/** Business hours as they are told. */
export const BUSINESS_HOURS_INPUT = {
  weekly: z.array(z.strictObject(WEEKLY)).max(70),
  exceptions: z.array(z.strictObject({ on: Day, intervals: z.array(z.strictObject(INTERVAL)).max(10) })).max(1_000)
}

export const BusinessHours = z.object(BUSINESS_HOURS)
export const BusinessHoursInput = z.strictObject(BUSINESS_HOURS_INPUT)
