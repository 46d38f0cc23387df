import type { AbcClass } from './abc.ts'

/** Classes as people read them, the best first. */
export const CLASS_ORDER = ['A', 'B', 'C', 'none'] as const satisfies readonly AbcClass[]

/** Customers who were in one class in the earlier run and are in another in the later; null: met by no run before. */
export interface ClassMove {
  readonly from: AbcClass | null
  readonly to: AbcClass
  readonly customers: number
}

export interface MigrationRow {
  readonly from: AbcClass
  readonly customers: number
  readonly counts: Readonly<Record<AbcClass, number>>
  /** What became of this class, as shares that sum to 1; null where nobody was in it. */
  readonly shares: Readonly<Record<AbcClass, number>> | null
}

export interface ClassMigration {
  readonly rows: readonly MigrationRow[]
  /** Who was classified for the first time in between, by the class he came into; in no row. */
  readonly newcomers: Readonly<Record<AbcClass, number>>
  readonly customers: number
  /** Share of the customers of both runs who are where they were; null where there are none. */
  readonly stayedShare: number | null
}

/**
 * Class migration between two runs: for each class of the earlier one, which share of its customers is now in A, B, C and
 * none (a row of a Markov chain). A class in which nobody was has no shares: null, not 0. Newcomers are counted apart.
 */
export function classMigration(moves: readonly ClassMove[]): ClassMigration {
  const countOf = (from: AbcClass | null, to: AbcClass): number =>
    moves.filter(move => move.from === from && move.to === to).reduce((sum, { customers }) => sum + customers, 0)
  const rows = CLASS_ORDER.map((from): MigrationRow => {
    const counts = byClass(to => countOf(from, to))
    const customers = totalOf(counts)
    return { from, customers, counts, shares: customers === 0 ? null : byClass(to => counts[to] / customers) }
  })
  const customers = rows.reduce((sum, row) => sum + row.customers, 0)
  const stayed = rows.reduce((sum, row) => sum + row.counts[row.from], 0)
  const newcomers = byClass(to => countOf(null, to))
  return { rows, newcomers, customers, stayedShare: customers === 0 ? null : stayed / customers }
}

/** A figure for each class. */
export function byClass<T>(figure: (abcClass: AbcClass) => T): Record<AbcClass, T> {
  return { A: figure('A'), B: figure('B'), C: figure('C'), none: figure('none') }
}

function totalOf({ A, B, C, none }: Readonly<Record<AbcClass, number>>): number {
  return A + B + C + none
}
