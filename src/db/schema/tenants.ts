import { sql } from 'drizzle-orm'
import { bigint, check, integer, pgTable, primaryKey, smallint, text, uuid } from 'drizzle-orm/pg-core'
import type { Language } from '../../domain/language.ts'
import { day, instant } from './columns.ts'

/** A business: a shop or a chain. Its currency is fixed for ever, because the ledger is kept in it. */
export const tenants = pgTable(
  'tenants',
  {
    id: uuid('id').notNull(),
    name: text('name').notNull(),
    currency: text('currency').notNull(),
    country: text('country').notNull(),
    timeZone: text('time_zone').notNull(),
    /** In which the shop reads sentences and charts, where a reader does not ask for another. */
    language: text('language').$type<Language>().notNull().default('en'),
    /** Hour of the tenant's day at which the daily classification becomes due. */
    dailyRunHour: smallint('daily_run_hour').notNull().default(3),
    /** Signs the tenant's list cursors, so that a foreign or altered one is refused. */
    cursorSecret: text('cursor_secret').notNull(),
    lastScheduledOn: day('last_scheduled_on'),
    /** Events up to this position are past their retention and gone: a reader who stands before it has missed some. */
    eventsExpiredTo: bigint('events_expired_to', { mode: 'number' }).notNull().default(0),
    version: integer('version').notNull().default(1),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull()
  },
  t => [
    primaryKey({ name: 'tenants_pkey', columns: [t.id] }),
    check('tenants_language_check', sql`${t.language} in ('en', 'zh')`)
  ]
)
