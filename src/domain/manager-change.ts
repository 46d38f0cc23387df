import type { ChoiceReason } from './assignment.ts'
import type { Reason } from './reason.ts'

/** `class`: a run gave him the customer, and takes him away after he left A. `manual`: he stays until changed by hand. */
export type AssignmentOrigin = 'class' | 'manual'

/** How a manager came to a customer, and why that ended. */
export type StartReason = ChoiceReason | 'by_hand'
export type EndReason = 'changed_by_hand' | 'released_by_hand' | 'manager_left' | 'left_class' | 'not_pursued'

/** What a change by hand looks at in the open assignment. */
export interface OpenAssignment {
  readonly staffId: string
  readonly origin: AssignmentOrigin
  readonly note: string | null
}

export type ManagerChange = 'nothing' | 'keep_by_hand' | 'open' | 'replace'

/**
 * What naming a manager by hand does. Naming him who is it already changes nobody: the assignment is kept by hand from
 * now on, and a new reason takes the place of the former; without anything new, nothing happens, so that the same
 * request may be sent again. `note` null gives no reason and leaves the one that stands.
 */
export function changeByHand(current: OpenAssignment | null, staffId: string, note: string | null): ManagerChange {
  if (current === null) return 'open'
  if (current.staffId !== staffId) return 'replace'
  const newNote = note !== null && note !== current.note
  return current.origin === 'manual' && !newNote ? 'nothing' : 'keep_by_hand'
}

const STARTED: Readonly<Record<StartReason, string>> = {
  least_load_in_store: 'Had the least load of the managers of the store who had room.',
  store_over_capacity: 'All managers of the store were full; had the least load of them.',
  least_load_in_tenant: 'No manager serves the store of the customer; had the least load of all who had room.',
  tenant_over_capacity: 'All managers were full; had the least load of them.',
  by_hand: 'Chosen by hand.'
}

const ENDED: Readonly<Record<EndReason, string>> = {
  changed_by_hand: 'Another manager was chosen by hand.',
  released_by_hand: 'Released by hand.',
  manager_left: 'Was no longer an active relationship manager.',
  left_class: 'The customer left class A, and the grace is over.',
  not_pursued: 'The customer buys by price alone and is not pursued, and the grace is over.'
}

/** Why he is the manager, with the words of whoever decided it by hand. */
export function startReason(origin: AssignmentOrigin, reason: StartReason, note: string | null): Reason {
  if (origin === 'class' || reason === 'by_hand') {
    return { code: `assignment.${reason}`, text: note ?? STARTED[reason], facts: {} }
  }
  const text = note ?? 'Kept by hand, whatever the class of the customer.'
  return { code: 'assignment.kept_by_hand', text, facts: { foundBy: reason } }
}

/** Why he is the manager no longer. */
export function endReason(reason: EndReason, note: string | null): Reason {
  return { code: `assignment.${reason}`, text: note ?? ENDED[reason], facts: {} }
}
