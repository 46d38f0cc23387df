import type { CustomerToCare } from './assignment.ts'
import type { AssignmentOrigin } from './manager-change.ts'

/** A customer who has a manager or should have one, with the care he needs in minutes a month. */
export interface RosterEntry {
  readonly customerId: string
  readonly isA: boolean
  readonly amountMinor: number
  readonly minutes: number
  readonly storeId: string | null
  readonly open: { readonly id: string; readonly staffId: string; readonly origin: AssignmentOrigin } | null
}

/** The manager who left, and whether his successor stays by hand as he did. */
export interface Predecessor {
  readonly staffId: string
  readonly origin: AssignmentOrigin
}

/** A roster sorted for a run: whom to look after, who has whom, and what ends because a manager left. */
export interface Roster {
  readonly customers: CustomerToCare[]
  readonly current: Map<string, string>
  /** Open assignments, by id, whose manager is no longer an active one. */
  readonly left: string[]
  /** By customer: the managers who left customers that need a successor. */
  readonly predecessors: Map<string, Predecessor>
  readonly counts: {
    aCustomers: number
    /** A customers whose manager stays. */
    aKept: number
    /** Customers outside A whose manager stays, because it was decided by hand, or for the runs of grace. */
    keptByHand: number
    inGrace: number
  }
}

export function emptyRoster(): Roster {
  return {
    customers: [],
    current: new Map(),
    left: [],
    predecessors: new Map(),
    counts: { aCustomers: 0, aKept: 0, keptByHand: 0, inGrace: 0 }
  }
}

/**
 * Puts one customer into his place. An assignment whose manager is not among the active ones ends. An A customer needs a
 * successor then, and so does one kept by hand, because somebody decided that he shall have a manager whatever his
 * class; a customer in his runs of grace needs none.
 */
export function addToRoster(roster: Roster, entry: RosterEntry, activeManagers: ReadonlySet<string>): void {
  const { counts } = roster
  const { open, isA } = entry
  const stays = open !== null && activeManagers.has(open.staffId)
  if (isA) counts.aCustomers++
  if (stays && isA) counts.aKept++
  else if (stays) counts[open.origin === 'manual' ? 'keptByHand' : 'inGrace']++
  if (stays) roster.current.set(entry.customerId, open.staffId)
  else if (open !== null) roster.left.push(open.id)

  const needsOne = isA || stays || open?.origin === 'manual'
  if (!needsOne) return
  const { customerId: id, amountMinor, storeId, minutes: loadMinutes } = entry
  roster.customers.push({ id, amountMinor, storeId, loadMinutes })
  if (open !== null && !stays) roster.predecessors.set(id, { staffId: open.staffId, origin: open.origin })
}
