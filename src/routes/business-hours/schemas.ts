import { z } from 'zod'
import { BUSINESS_HOURS, BUSINESS_HOURS_INPUT } from '../shared/business-hours.ts'
import { Id, Instant, Version } from '../shared/schemas.ts'

export const StoreBusinessHours = z
  .object({
    storeId: Id,
    timeZone: z.string().max(64),
    source: z.enum(['store', 'policy']).meta({
      description: '`policy`: the store has no hours of its own, and those of the answer policy hold.'
    }),
    ...BUSINESS_HOURS,
    version: Version,
    updatedAt: Instant
  })
  .meta({ id: 'StoreBusinessHours' })

export const ReplaceBusinessHoursBody = z.strictObject(BUSINESS_HOURS_INPUT).meta({
  id: 'ReplaceBusinessHours',
  example: {
    weekly: [
      { weekday: 1, opensAt: '09:00', closesAt: '18:00' },
      { weekday: 6, opensAt: '10:00', closesAt: '14:00' }
    ],
    exceptions: [{ on: '2026-12-25', intervals: [] }]
  }
})
