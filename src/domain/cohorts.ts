import type { MonthNumber } from './period.ts'

/** What the customers who began in `cohort` did in `month`: how many of them bought, and their net minor units. */
export interface CohortCell {
  readonly cohort: MonthNumber
  readonly month: MonthNumber
  readonly customers: number
  readonly netMinor: number
}

/** The months that are looked at, both included. A month that is not over when the report is made is partial. */
export interface CohortWindow {
  readonly fromMonth: MonthNumber
  readonly toMonth: MonthNumber
  /** The first month that is not over. */
  readonly runningMonth: MonthNumber
}

/** A cohort, so many months after it began (0: the month of the first purchase itself). */
export interface CohortMonth {
  readonly age: number
  readonly month: MonthNumber
  readonly customers: number
  /** Of the cohort's customers, 0..1; null for a month in which nobody began. */
  readonly share: number | null
  readonly netMinor: number
  readonly partial: boolean
}

export interface Cohort {
  readonly cohort: MonthNumber
  readonly size: number
  /** More may still begin in the running month. */
  readonly partial: boolean
  readonly months: readonly CohortMonth[]
}

/**
 * Retention by cohorts: customers belong to the month of their first purchase ever (a store day with a sale of a positive
 * amount), and of each cohort it is said which share bought again in each month since. Age 0 is 1 by definition. Months
 * in which nobody bought are zeros, months after the window are not there, and whatever falls into a month that is not
 * over is marked partial, because it can only grow.
 */
export function cohortTable(cells: readonly CohortCell[], window: CohortWindow): Cohort[] {
  const found = new Map(cells.map(cell => [`${cell.cohort} ${cell.month}`, cell]))
  return monthsBetween(window.fromMonth, window.toMonth).map(cohort => {
    const size = found.get(`${cohort} ${cohort}`)?.customers ?? 0
    const months = monthsBetween(cohort, window.toMonth).map(month => {
      const { customers = 0, netMinor = 0 } = found.get(`${cohort} ${month}`) ?? {}
      const share = size === 0 ? null : customers / size
      return { age: month - cohort, month, customers, share, netMinor, partial: month >= window.runningMonth }
    })
    return { cohort, size, partial: cohort >= window.runningMonth, months }
  })
}

/**
 * Retention of all cohorts together at each age: customers who bought over customers who could have, months that are not
 * over left out. Null where no cohort is old enough.
 */
export function averageRetention(cohorts: readonly Cohort[]): { age: number; cohorts: number; share: number | null }[] {
  const oldest = Math.max(0, ...cohorts.map(({ months }) => months.length))
  return Array.from({ length: oldest }, (_, age) => {
    const complete = cohorts.filter(({ size, months }) => size > 0 && months[age] !== undefined && !months[age].partial)
    const began = complete.reduce((sum, { size }) => sum + size, 0)
    const bought = complete.reduce((sum, { months }) => sum + (months[age]?.customers ?? 0), 0)
    return { age, cohorts: complete.length, share: began === 0 ? null : bought / began }
  })
}

/** The months from one to another, both included; none where the second comes first. */
export function monthsBetween(fromMonth: MonthNumber, toMonth: MonthNumber): MonthNumber[] {
  return Array.from({ length: Math.max(0, toMonth - fromMonth + 1) }, (_, step) => fromMonth + step)
}
