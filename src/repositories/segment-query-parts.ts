import { type DayNumber, dayText, type Period } from '../domain/period.ts'
import type { FactColumn } from '../domain/segment-columns.ts'

/** How a column comes out of the database. */
export type ColumnForm = 'number' | 'integer' | 'flag' | 'label' | 'text' | 'json'

/** A figure as a statement reads it. */
export interface ReadColumn {
  readonly column: FactColumn
  readonly expression: string
  readonly form: ColumnForm
  /** What it is where the database knows nothing: nothing is known, or there is none. */
  readonly absent: null | 0
}

/** Figures of customers that one statement reads. */
export interface Reading {
  readonly columns: readonly ReadColumn[]
  /** A row of each customer of whom there is something, by ascending id: his id, then the columns. */
  text(scope: Scope): string
}

/** What conditions on rows of one tenant, and of the customers asked for, have in common. */
export interface Scope {
  readonly tenant: string
  /** A further condition on the column that holds the customer; empty for all customers. */
  readonly among: (column: string) => string
  /** All days that count, the last one excluded. */
  readonly until: DayNumber
}

export const dayLiteral = (day: DayNumber): string => `'${dayText(day)}'::date`

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** No zone is further ahead of UTC than 14 hours, or further behind than 12. */
const AHEAD_MS = 15 * HOUR_MS
const BEHIND_MS = 13 * HOUR_MS

/** Receipts of the store days from one to another, that one excluded; by the instants around them too, which an index knows. */
export const onDays = (fromDay: DayNumber | null, toDay: DayNumber): string =>
  [
    `p.purchased_on < ${dayLiteral(toDay)} and p.purchased_at < ${instantLiteral(toDay * DAY_MS + BEHIND_MS)}`,
    ...(fromDay === null
      ? []
      : [
          `p.purchased_on >= ${dayLiteral(fromDay)} and p.purchased_at >= ${instantLiteral(fromDay * DAY_MS - AHEAD_MS)}`
        ])
  ].join(' and ')

const instantLiteral = (ms: number): string => `'${new Date(ms).toISOString()}'::timestamptz`

/** The days of a window that ends where the day asked for begins; without a length, all days before it. */
export const windowOf = (withinDays: number | null, until: DayNumber): Period => ({
  fromDay: withinDays === null ? null : until - withinDays,
  toDay: until
})
