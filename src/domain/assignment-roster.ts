import type { CustomerToCare } from './assignment.ts'
import type { AssignmentOrigin } from './manager-change.ts'

/** A customer whom no active manager looks after, with the care he needs in minutes a month. */
export interface UncaredEntry {
  readonly customerId: string
  /** An A customer who is pursued: his class gives him a manager. */
  readonly isEntitled: boolean
  readonly amountMinor: number
  readonly minutes: number
  readonly storeId: string | null
  /** An assignment to somebody who is no longer an active manager. */
  readonly open: { readonly id: string; readonly staffId: string; readonly origin: AssignmentOrigin } | null
}

/** The manager who left, and whether his successor stays by hand as he did. */
export interface Predecessor {
  readonly staffId: string
  readonly origin: AssignmentOrigin
}

/** Whom a run places, and what ends because a manager left. */
export interface Roster {
  readonly customers: CustomerToCare[]
  readonly entitledIds: Set<string>
  /** Ids of the assignments that end. */
  readonly left: string[]
  /** By customer: the manager who left one that needs a successor. */
  readonly predecessors: Map<string, Predecessor>
}

export function emptyRoster(): Roster {
  return { customers: [], entitledIds: new Set(), left: [], predecessors: new Map() }
}

/**
 * Puts one customer into his place. The assignment to a manager who left ends. An A customer who is pursued needs a successor
 * then, and so does one kept by hand, because somebody decided that he shall have a manager whatever his class; a customer
 * in his runs of grace needs none.
 */
export function addToRoster(roster: Roster, { customerId: id, isEntitled, open, ...entry }: UncaredEntry): void {
  if (open !== null) roster.left.push(open.id)
  if (!isEntitled && open?.origin !== 'manual') return
  roster.customers.push({ id, amountMinor: entry.amountMinor, storeId: entry.storeId, loadMinutes: entry.minutes })
  if (isEntitled) roster.entitledIds.add(id)
  if (open !== null) roster.predecessors.set(id, { staffId: open.staffId, origin: open.origin })
}
