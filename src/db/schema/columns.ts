import { customType, uuid } from 'drizzle-orm/pg-core'

/**
 * An instant with millisecond precision, as the wire writes it: `2026-11-20T09:03:00.000Z`.
 * Three decimals on both sides, so that a cursor made from a row finds exactly that row again.
 */
export const instant = customType<{ data: string; driverData: string }>({
  dataType: () => 'timestamptz(3)',
  fromDriver: instantFromText
})

/** A day without a zone, `YYYY-MM-DD`: a store's day or a tenant's day, as the column's name says. */
export const day = customType<{ data: string; driverData: string }>({ dataType: () => 'date' })

/** An integer amount of minor units. Ledger limits keep every sum below 2^53, so a JavaScript number is exact. */
export const minor = customType<{ data: number; driverData: string | number }>({
  dataType: () => 'bigint',
  fromDriver: Number
})

/** A quantity with at most three decimals. */
export const quantity = customType<{ data: number; driverData: string | number }>({
  dataType: () => 'numeric(15,3)',
  fromDriver: Number
})

/** Bytes as they are. */
export const bytes = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => 'bytea' })

/** The tenant of a row: the first column of every key, so that rows of one tenant can live on one node. */
export const tenantId = () => uuid('tenant_id').notNull()

/**
 * PostgreSQL's text for a timestamptz in UTC as RFC 3339 with milliseconds: `2026-11-20 09:03:00.12+00`, within JSON
 * `2026-11-20T09:03:00.12+00:00`.
 */
export function instantFromText(text: string): string {
  if (text.length === 24 && text.endsWith('Z')) return text
  // Sooner than a pattern: lists turn hundreds of these in one answer.
  if (text.length === 29 && text[10] === 'T' && text[23] === '+') return `${text.slice(0, 23)}Z`
  const zone = text.lastIndexOf('+')
  const fraction = text.slice(20, zone === -1 ? undefined : zone)
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${fraction.padEnd(3, '0')}Z`
}
