import { z } from 'zod'
import { LANGUAGES } from '../../domain/language.ts'
import { Currency, Id, Instant, TimeZone, text, Version } from '../shared/schemas.ts'

const regions = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' })

const Country = z
  .string()
  .length(2)
  .regex(/^[A-Z]{2}$/)
  .refine(code => /^[A-Z]{2}$/.test(code) && regions.of(code) !== undefined, 'must be an ISO 3166-1 code')
  .meta({
    description: 'ISO 3166-1 alpha-2 code; phone numbers without a country code are read as of here.',
    example: 'DE'
  })

const Reading = z.enum(LANGUAGES).meta({
  description: 'Language of sentences and charts, where a request does not ask for another by Accept-Language.'
})

const DailyRunHour = z
  .int()
  .min(0)
  .max(23)
  .meta({ description: "Hour of the tenant's day at which the daily classification becomes due." })

export const Tenant = z
  .object({
    id: Id,
    name: z.string().max(200),
    currency: Currency.meta({ description: "ISO 4217 code of the ledger's currency, fixed for ever." }),
    country: z.string().max(2),
    timeZone: z.string().max(64),
    language: Reading,
    dailyRunHour: DailyRunHour,
    version: Version,
    createdAt: Instant,
    updatedAt: Instant
  })
  .meta({ id: 'Tenant', description: 'The business that the credential belongs to.' })

export const UpdateTenantBody = z
  .strictObject({
    name: text(200).optional(),
    country: Country.optional(),
    timeZone: TimeZone.optional(),
    language: Reading.optional(),
    dailyRunHour: DailyRunHour.optional()
  })
  .meta({ id: 'UpdateTenant', example: { timeZone: 'Europe/Berlin', language: 'en', dailyRunHour: 4 } })
