import { type DayNumber, dayText, type Period } from '../domain/period.ts'

/** How a column comes out of the database. */
export type ColumnForm = 'number' | 'label' | 'text' | 'json'

/** A column of a statement: its expression, and its form. */
export interface Selected {
  readonly expression: string
  readonly form: ColumnForm
}

/** A table to be joined to the customers `c`, by the customer. */
export interface Joined {
  readonly alias: string
  readonly rows: string
}

export interface Part {
  readonly selected: ReadonlyMap<string, Selected>
  readonly joined: readonly Joined[]
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

/** The days of a window that ends where the day asked for begins; without a length, all days before it. */
export const windowOf = (withinDays: number | null, until: DayNumber): Period => ({
  fromDay: withinDays === null ? null : until - withinDays,
  toDay: until
})
