import { z } from 'zod'

/** Building blocks of the wire contract, so that the same thing has the same form in every operation. */

export const Id = z.uuid().meta({ description: 'A UUIDv7.' })

/** Text without NUL and without lone surrogates, which PostgreSQL and other clients could not keep. */
export const text = (max: number, min = 1) =>
  z
    .string()
    .min(min)
    .max(max)
    .refine(value => value.isWellFormed() && !value.includes('\u0000'), 'must be well-formed Unicode without NUL')

/** Words that somebody will read: more than blanks and what nobody sees. */
export const words = (max: number) => text(max).refine(value => /[^\s\p{Cf}\p{Cc}]/u.test(value), 'must not be blank')

/** Words on one line, as a title is: nothing in it breaks it, or turns its letters round where it is shown. */
export const line = (max: number) =>
  words(max).refine(value => !/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u.test(value), 'must be one line')

/** A code the shop gives: visible characters without spaces at either end. */
export const Code = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[^\s\p{C}](?:[^\p{C}]*[^\s\p{C}])?$/u, 'must not begin or end with a space')

export const Currency = z
  .string()
  .length(3)
  .regex(/^[A-Z]{3}$/)
  .meta({ description: 'ISO 4217 code.', example: 'EUR' })

export const Minor = z
  .int()
  .min(-9_007_199_254_740_991)
  .max(9_007_199_254_740_991)
  .meta({ description: 'Integer amount in minor units.' })

export const Share = z.number().min(0).max(1).meta({ description: 'A fraction, 0 to 1.' })

/** What the database can hold, and what is still a day of these years in every zone. */
const EARLIEST_YEAR = '0001'
const EARLIEST_INSTANT_MS = Date.parse('0001-01-02T00:00:00Z')
const LATEST_INSTANT_MS = Date.parse('9999-01-01T00:00:00Z')

/** An instant as it is read: RFC 3339 with any offset. Written in UTC with milliseconds. */
export const InstantInput = z.iso
  .datetime({ offset: true })
  .max(40)
  .refine(
    instant => Date.parse(instant) >= EARLIEST_INSTANT_MS && Date.parse(instant) < LATEST_INSTANT_MS,
    'must lie in the years 1 to 9998'
  )
export const Instant = z
  .string()
  .max(30)
  .meta({ format: 'date-time', description: 'RFC 3339, UTC, milliseconds.', example: '2026-11-21T09:30:00.000Z' })
export const Day = z.iso
  .date()
  .max(10)
  .refine(day => day > EARLIEST_YEAR, 'must lie in the year 1 or later')

export const Version = z
  .int()
  .min(1)
  .max(2_147_483_647)
  .meta({ description: 'Counts changes; the ETag is this number in quotes.' })

const zones = new Set(Intl.supportedValuesOf('timeZone'))

/** An IANA time zone that this machine can compute with. */
export const TimeZone = z
  .string()
  .min(1)
  .max(64)
  .refine(isTimeZone, 'must be an IANA time zone')
  .meta({ example: 'Europe/Berlin' })

function isTimeZone(name: string): boolean {
  if (zones.has(name)) return true
  try {
    // Names such as UTC and older aliases are known without being listed.
    new Intl.DateTimeFormat('en', { timeZone: name })
    return /^[A-Za-z]/.test(name)
  } catch {
    return false
  }
}

/** An id is compared as text in places; a caller may write it in capitals. */
export const IdParams = z.strictObject({ id: Id.toLowerCase() })

export const Problem = z
  .object({
    type: z.string().max(200),
    title: z.string().max(200),
    status: z.int().min(400).max(599),
    detail: z.string().max(1_000),
    instance: z.string().max(200),
    code: z.string().max(100),
    retryable: z.boolean(),
    errors: z
      .array(z.object({ pointer: z.string().max(1_000), code: z.string().max(100), message: z.string().max(500) }))
      .max(100)
      .optional(),
    facts: z.record(z.string().max(100), z.union([z.string().max(500), z.number(), z.boolean(), z.null()])).optional()
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem document.' })

/** Every operation may meet these; the rest it names. */
const EVERYWHERE = [400, 401, 403, 413, 414, 415, 429, 431, 500, 503] as const

/** The problem responses of an operation: its own statuses beside those that any request can meet. */
export function problems(...own: number[]): Record<number, typeof Problem> {
  return Object.fromEntries([...EVERYWHERE, ...own].map(status => [status, Problem]))
}

/** Why something is as it is: a code for machines, a sentence for people, and the figures that the sentence used. */
export const Reason = z
  .object({
    code: z.string().max(100),
    text: z.string().max(2_000),
    facts: z.record(z.string().max(100), z.union([z.string().max(500), z.number(), z.boolean(), z.null()]))
  })
  .meta({ id: 'Reason' })

/** With which a manager decides that somebody who is not pursued shall be all the same. */
export const PursuitOverride = z
  .strictObject({ reason: words(1_000) })
  .meta({ id: 'PursuitOverride', example: { reason: 'Runs the club that sends us half of our customers.' } })

/** A query parameter that holds an integer, as text of a URL does. Empty text is no number. */
export const integerQuery = (min: number, max: number) =>
  z
    .string()
    .regex(/^-?\d{1,15}$/, 'must be an integer')
    .transform(Number)
    .pipe(z.int().min(min).max(max))

/** A query parameter that is `true` or `false`. */
export const flagQuery = () =>
  z
    .enum(['true', 'false'])
    .transform(value => value === 'true')
    .pipe(z.boolean())

export const PageQuery = {
  limit: integerQuery(1, 200).optional().meta({ description: 'At most this many items, 1 to 200; 50 when absent.' }),
  cursor: z.string().min(1).max(1_000).optional().meta({ description: 'The nextCursor of the page before.' })
}

export const DEFAULT_LIMIT = 50

/** A page of a list. `nextCursor` is null on the last page. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({
    data: z.array(item).max(200),
    nextCursor: z.string().max(1_000).nullable().meta({ example: 'WyIwMTkzYTFmMCJd.Zk3v9Qw1xT8b5LmNpR2s4A' })
  })
