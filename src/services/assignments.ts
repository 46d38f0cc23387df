import type { Tx } from '../db/client.ts'
import { conflict, notFound, unavailable, unprocessable } from '../domain/errors.ts'
import {
  type AssignmentOrigin,
  changeByHand,
  type EndReason,
  endReason,
  type StartReason,
  startReason
} from '../domain/manager-change.ts'
import type { Reason } from '../domain/reason.ts'
import {
  type AssignmentFilter,
  type AssignmentPlace,
  type AssignmentRow,
  assignmentsRepository
} from '../repositories/assignments.ts'
import { eventsRepository } from '../repositories/events.ts'
import { followManager } from './care-task-moves.ts'
import { type Actor, expectVersion, type ServiceDeps } from './context.ts'
import { eventsOf } from './events.ts'
import { expectPursued, type PursuitOverride, recordingRefusals } from './pursuit.ts'

/** A manager chosen by hand, with the reason in the words of whoever chose. */
export interface ManagerChoice {
  readonly staffId: string
  readonly reason?: string | null | undefined
  /** Why a customer who is not pursued shall have a manager all the same. */
  readonly override?: PursuitOverride | null | undefined
}

/** Who is or was whose relationship manager in [validFrom, validTo), and why. */
export interface Assignment {
  readonly id: string
  readonly customerId: string
  readonly staffId: string
  readonly staffCode: string
  readonly staffName: string
  readonly origin: AssignmentOrigin
  readonly reason: Reason
  readonly validFrom: string
  readonly validTo: string | null
  readonly endReason: Reason | null
  /** When a run first found the customer outside A; null while he is an A or kept by hand. */
  readonly leftClassAt: string | null
  readonly createdBy: string | null
  readonly endedBy: string | null
  /** Counts the changes to who looks after the customer, from one assignment to the next. */
  readonly version: number
}

/** What a change by hand is told as; `reason` is a code, because the words of a person stay out of the events. */
interface Change {
  readonly type: 'assigned' | 'changed' | 'ended'
  readonly assignmentId: string
  readonly staffId: string | null
  readonly before: string | null
  readonly origin: AssignmentOrigin
  readonly reason: StartReason | EndReason | 'kept_by_hand'
}

/** A run that opens an assignment at the same moment is met at most once: it is over by then. */
const ATTEMPTS = 3

export const assignmentsService = (deps: ServiceDeps) => {
  const announce = (tx: Tx, actor: Actor, customerId: string, { type, ...change }: Change) =>
    eventsRepository(tx).append(
      eventsOf(deps, actor, [
        {
          type: `relationship_manager.${type}`,
          subjectType: 'customer',
          subjectId: customerId,
          data: { ...change, customerId }
        }
      ])
    )

  /** One try at a change by hand; null when a run gave the customer a manager in the meantime. */
  const choose = async (
    tx: Tx,
    actor: Actor,
    customerId: string,
    { staffId, reason: note = null, override = null }: ManagerChoice,
    expectedVersion: number | null
  ): Promise<string | null> => {
    const assignments = assignmentsRepository(tx)
    const current = (await assignments.currentForUpdate(customerId)) ?? null
    expectVersion(expectedVersion, current?.version ?? 0)
    const change = changeByHand(current, staffId, note)
    if (current !== null && change === 'nothing') return current.id
    // A new reason for a manager whom he has by hand already spends nothing on him.
    if (change !== 'keep_by_hand' || current?.origin === 'class') {
      await expectPursued(deps, tx, actor, {
        customerId,
        effort: 'relationship_manager',
        about: null,
        subject: staffId,
        minutes: null,
        costMinor: 0,
        override
      })
    }
    if (current !== null && change === 'keep_by_hand') {
      await assignments.keepByHand(current.id, note)
      const kept = { origin: 'manual', reason: 'kept_by_hand' } as const
      await announce(tx, actor, customerId, {
        type: 'changed',
        assignmentId: current.id,
        staffId,
        before: staffId,
        ...kept
      })
      return current.id
    }
    const now = deps.clock().toISOString()
    if (current !== null) {
      await assignments.end(current.id, { now, endReason: 'changed_by_hand', endNote: null, endedBy: actor.id })
    }
    const chosen = { id: deps.newId(), customerId, staffId, origin: 'manual', reason: 'by_hand' } as const
    if (!(await assignments.open({ ...chosen, note, createdBy: actor.id }, now))) return null
    await followManager(deps, tx, actor, customerId)
    await announce(tx, actor, customerId, {
      type: current === null ? 'assigned' : 'changed',
      assignmentId: chosen.id,
      staffId,
      before: current?.staffId ?? null,
      origin: chosen.origin,
      reason: chosen.reason
    })
    return chosen.id
  }

  return {
    /**
     * Gives a customer a manager by hand; he stays whatever the class, until changed by hand. The one before ends at the
     * same instant, and open tasks that are the manager's go on to the next. Naming him who is it already keeps him by hand. Refuses `staff.not_a_manager`, and a version that is
     * not that of the manager he has now; a manager's capacity does not bind a person's decision, and the coverage report
     * tells of the excess. Who is not pursued gets none by hand, `customer.not_pursued`, unless a manager overrides that.
     */
    assign: (
      actor: Actor,
      customerId: string,
      choice: ManagerChoice,
      expectedVersion: number | null
    ): Promise<Assignment> =>
      recordingRefusals(deps, actor, () =>
        deps.inTenant(actor, async tx => {
          const assignments = assignmentsRepository(tx)
          if (!(await assignments.lockCustomer(customerId))) throw notFound('customer')
          if (!(await assignments.holdManager(choice.staffId))) {
            throw unprocessable('staff.not_a_manager', 'The person named is not an active relationship manager.')
          }
          for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
            const id = await choose(tx, actor, customerId, choice, expectedVersion)
            if (id !== null) return assignmentOf(existing(await assignments.find(id)))
          }
          throw unavailable('assignment.contended', 'The relationship manager is being changed by others.')
        })
      ),

    /**
     * Ends the assignment of a customer outside A, or of one who is not pursued. Refuses `relationship_manager.required` for
     * any other A customer, who never goes without: name his successor instead.
     */
    release: (actor: Actor, customerId: string, reason: string, expectedVersion: number | null): Promise<Assignment> =>
      deps.inTenant(actor, async tx => {
        const assignments = assignmentsRepository(tx)
        if (!(await assignments.lockCustomer(customerId))) throw notFound('customer')
        const current = await assignments.currentForUpdate(customerId)
        if (!current) throw notFound('relationship_manager')
        expectVersion(expectedVersion, current.version)
        // Asked after the lock, which waits for a run at work: its class counts.
        if (await assignments.isEntitled(customerId)) {
          throw conflict('relationship_manager.required', 'An A customer needs a manager; name another one instead.')
        }
        const { id, staffId, origin } = current
        const now = deps.clock().toISOString()
        await assignments.end(id, { now, endReason: 'released_by_hand', endNote: reason, endedBy: actor.id })
        await announce(tx, actor, customerId, {
          type: 'ended',
          assignmentId: id,
          staffId: null,
          before: staffId,
          origin,
          reason: 'released_by_hand'
        })
        return assignmentOf(existing(await assignments.find(id)))
      }),

    /** The manager a customer has now. Refuses `relationship_manager.not_found` when he has none. */
    current: (actor: Actor, customerId: string): Promise<Assignment> =>
      deps.reading(actor, async tx => {
        const assignments = assignmentsRepository(tx)
        const row = await assignments.current(customerId)
        if (row) return assignmentOf(row)
        throw notFound((await assignments.customerExists(customerId)) ? 'relationship_manager' : 'customer')
      }),

    /** Assignments past and present, newest first. */
    list: (
      actor: Actor,
      filter: AssignmentFilter,
      after: AssignmentPlace | null,
      limit: number
    ): Promise<Assignment[]> =>
      deps.reading(actor, async tx => (await assignmentsRepository(tx).list(filter, after, limit)).map(assignmentOf))
  }
}

function assignmentOf({ reason, note, endReason: ended, endNote, ...row }: AssignmentRow): Assignment {
  return {
    ...row,
    reason: startReason(row.origin, reason, note),
    endReason: ended === null ? null : endReason(ended, endNote)
  }
}

/** A row that this transaction has just written or locked. */
function existing(row: AssignmentRow | undefined): AssignmentRow {
  if (!row) throw new Error('an assignment vanished inside its transaction')
  return row
}
