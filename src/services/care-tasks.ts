import type { Tx } from '../db/client.ts'
import {
  type CareChannel,
  type CareKindByHand,
  doneTime,
  dueTime,
  expectNotOverdue,
  expectOpen,
  isOnTime,
  minutesOf
} from '../domain/care-task.ts'
import { conflict, DomainError, forbidden, notFound, unprocessable } from '../domain/errors.ts'
import { changedFields } from '../domain/merge-patch.ts'
import {
  type CareOfCustomer,
  type CareTaskFilter,
  type CareTaskPlace,
  type CareTaskRow,
  careTasksRepository
} from '../repositories/care-tasks.ts'
import { eventsRepository } from '../repositories/events.ts'
import { deputiesOf } from './care-task-deputies.ts'
import { openTask, taskHappening } from './care-task-moves.ts'
import { type CareTaskView, careTaskViews } from './care-task-view.ts'
import { completePolicy, currentPolicy } from './classification-policy.ts'
import { actingPerson, presentPerson } from './complaint-desk.ts'
import { type Actor, expectVersion, type ServiceDeps } from './context.ts'
import { eventsOf, type Happening } from './events.ts'
import { expectPursued, type PursuitOverride, recordingRefusals } from './pursuit.ts'
import { expectStores } from './references.ts'

export type { CareTaskPlace, CareTaskView }

/** A task that a person gives to somebody. */
export interface NewCareTask {
  readonly kind: CareKindByHand
  readonly customerId: string
  readonly dueAt: string
  /** The relationship manager of the customer when absent, whoever that is at the time. */
  readonly staffId?: string | null | undefined
  /** The caller's own store, or the customer's home store, when absent. */
  readonly storeId?: string | null | undefined
  readonly note?: string | null | undefined
  /** What it will take; what its kind usually takes when absent. */
  readonly plannedMinutes?: number | null | undefined
  /** Why a customer who is not pursued shall be cared for all the same. */
  readonly override?: PursuitOverride | null | undefined
}

export interface CareTaskChange {
  readonly dueAt?: string
  readonly note?: string | null
  /** Null gives it back to the relationship manager of the customer. */
  readonly staffId?: string | null
  /** Why somebody else is to do it. */
  readonly reason?: string
}

/** The proof that a task was done. */
export interface NewCompletion {
  readonly channel: CareChannel
  readonly doneAt?: string | undefined
  /** Who did it; whoever acts for it today when absent. */
  readonly staffId?: string | null | undefined
  readonly note?: string | null | undefined
}

export interface CareTaskQuery extends Omit<CareTaskFilter, 'staffIds'> {
  /** Whoever has it, or acts for who has. */
  readonly staffId?: string | undefined
}

/** What is owed to customers by a time: by whom, and whether it was done. */
export const careTasksService = (deps: ServiceDeps) => {
  const viewOf = async (tx: Tx, actor: Actor, row: CareTaskRow): Promise<CareTaskView> =>
    (await careTaskViews(deps, tx, actor, [row]))[0] as CareTaskView

  const announce = (tx: Tx, actor: Actor, happenings: readonly Happening[]) =>
    eventsRepository(tx).append(eventsOf(deps, actor, happenings))

  /** Changes an open task that is locked, and answers it as it stands then. */
  const changing = (
    actor: Actor,
    id: string,
    expectedVersion: number | null,
    step: (tx: Tx, row: CareTaskRow) => Promise<{ change: Partial<CareTaskRow>; told: string; facts?: object }>
  ): Promise<CareTaskView> =>
    deps.inTenant(actor, async tx => {
      const row = visible(actor, await careTasksRepository(tx).forUpdate(id))
      expectVersion(expectedVersion, row.version)
      expectOpen(row.state)
      const { change, told, facts } = await step(tx, row)
      const after = { ...row, ...change, version: row.version + 1, updatedAt: deps.clock().toISOString() }
      await careTasksRepository(tx).save(after)
      await announce(tx, actor, [taskHappening(told, after, { ...facts })])
      return viewOf(tx, actor, after)
    })

  return {
    /**
     * Gives somebody a task. Refuses `customer.unknown`, `staff.unknown`, `staff.left`, a customer without a relationship
     * manager where nobody is named (`care_task.nobody_to_do_it`), `care_task.due_passed`, `store.unknown`,
     * `store.not_allowed`, and to care for who is not pursued: `customer.not_pursued`, unless a manager overrides that.
     */
    create: (actor: Actor, input: NewCareTask): Promise<CareTaskView> =>
      recordingRefusals(deps, actor, () =>
        deps.inTenant(actor, async tx => {
          const { kind, customerId } = input
          const dueAt = dueTime(input.dueAt, deps.clock().toISOString())
          const care = await heldCare(tx, customerId)
          const staffId = (await presentPerson(tx, input.staffId ?? managerOf(care), '/staffId')).id
          const storeId = await storeFor(tx, actor, input.storeId ?? null, care.homeStoreId)
          const plannedMinutes = input.plannedMinutes ?? minutesOf(kind, await usualMinutes(tx))
          const overridden = await expectPursued(deps, tx, actor, {
            customerId,
            effort: 'care_task',
            about: kind,
            subject: `${kind} ${dueAt}`,
            minutes: plannedMinutes,
            costMinor: 0,
            override: input.override ?? null
          })
          const task = await openTask(deps, tx, actor, {
            kind,
            source: 'by_hand',
            complaintId: null,
            customerId,
            storeId,
            staffId,
            followsManager: input.staffId == null,
            dueAt,
            note: input.note ?? null,
            plannedMinutes,
            overrideReason: overridden ? (input.override?.reason ?? null) : null
          })
          return viewOf(tx, actor, task as CareTaskRow)
        })
      ),

    get: (actor: Actor, id: string): Promise<CareTaskView> =>
      deps.reading(actor, async tx => viewOf(tx, actor, visible(actor, await careTasksRepository(tx).find(id)))),

    /** What is owed first comes first. A person's are those that he has and those of whom he stands in for today. */
    list: (actor: Actor, query: CareTaskQuery, after: CareTaskPlace | null, limit: number): Promise<CareTaskView[]> =>
      deps.reading(actor, async tx => {
        const { staffId, ...filter } = query
        if (actor.storeId !== null && filter.storeId !== undefined && filter.storeId !== actor.storeId) return []
        const staffIds =
          staffId === undefined
            ? undefined
            : [staffId, ...(await deputiesOf(deps, tx, actor, [staffId])).represents(staffId)]
        const storeId = filter.storeId ?? actor.storeId ?? undefined
        const dueBefore = filter.dueBefore === undefined ? undefined : new Date(filter.dueBefore).toISOString()
        const rows = await careTasksRepository(tx).list({ ...filter, staffIds, storeId, dueBefore }, after, limit)
        return careTaskViews(deps, tx, actor, rows)
      }),

    /**
     * Changes what is named of an open task: by when it is owed, what is noted, who is to do it. Refuses
     * `care_task.overdue` and `care_task.due_fixed` for a term that cannot be moved, and who cannot be given it, as for a new one.
     */
    update: (actor: Actor, id: string, input: CareTaskChange, expectedVersion: number | null): Promise<CareTaskView> =>
      deps.inTenant(actor, async tx => {
        const tasks = careTasksRepository(tx)
        const seen = visible(actor, await tasks.find(id))
        // Before the task, as by everybody who locks both.
        const care = input.staffId === null ? await heldCare(tx, seen.customerId) : null
        const before = visible(actor, await tasks.forUpdate(id))
        expectVersion(expectedVersion, before.version)
        expectOpen(before.state)
        const change = {
          ...termOf(before, input.dueAt, deps.clock().toISOString()),
          ...(input.note === undefined ? {} : { note: input.note }),
          ...(await assigneeOf(tx, input, care))
        }
        const changed = changedFields<CareTaskRow>(before, change)
        if (changed.length === 0) return viewOf(tx, actor, before)
        const after = { ...before, ...change, version: before.version + 1, updatedAt: deps.clock().toISOString() }
        await tasks.save(after)
        const others = changed.filter(field => !ASSIGNING.has(field))
        await announce(tx, actor, [
          ...(after.staffId === before.staffId
            ? []
            : [taskHappening('reassigned', after, { before: before.staffId, because: 'by_hand' })]),
          ...(others.length === 0 && after.staffId !== before.staffId
            ? []
            : [taskHappening('updated', after, { changed, dueBefore: before.dueAt })])
        ])
        return viewOf(tx, actor, after)
      }),

    /**
     * Records that a task was done, once. Refuses `care_task.invalid_state`, `care_task.in_future`,
     * `care_task.before_created`, `staff.unknown` and `staff.not_yourself`.
     */
    complete: (actor: Actor, id: string, input: NewCompletion, expectedVersion: number | null): Promise<CareTaskView> =>
      changing(actor, id, expectedVersion, async (tx, row) => {
        const doneAt = doneTime(input.doneAt, row.createdAt, deps.clock().toISOString())
        const person = await actingPerson(tx, actor, input.staffId)
        const acting = person ? null : (await deputiesOf(deps, tx, actor, [row.staffId])).actingFor(row.staffId)
        const doneByStaffId = person?.id ?? acting ?? row.staffId
        const onTime = isOnTime(doneAt, row.dueAt)
        const { channel, note = null } = input
        return {
          change: { state: 'done', doneAt, doneByStaffId, doneChannel: channel, doneNote: note, onTime },
          told: 'completed',
          facts: { doneAt, doneByStaffId, channel, onTime }
        }
      }),

    /** Gives a task up, with the reason. Refuses `care_task.invalid_state`. */
    cancel: (actor: Actor, id: string, reason: string, expectedVersion: number | null): Promise<CareTaskView> =>
      changing(actor, id, expectedVersion, async () => ({
        change: { state: 'cancelled', cancelReason: reason, endedAt: deps.clock().toISOString() },
        told: 'cancelled'
      }))
  }
}

/** Fields that a change of who is to do it brings with it. */
const ASSIGNING: ReadonlySet<string> = new Set(['staffId', 'followsManager', 'assignReason'])

/** Who acts for one store sees the tasks of that store. */
function visible(actor: Actor, row: CareTaskRow | undefined): CareTaskRow {
  if (!row || (actor.storeId !== null && row.storeId !== actor.storeId)) throw notFound('care_task')
  return row
}

/** The customer, locked, and whose manager stays who he is until the task is there. */
async function heldCare(tx: Tx, customerId: string): Promise<CareOfCustomer> {
  const tasks = careTasksRepository(tx)
  const care = (await tasks.holdManagerOf(customerId)) ? await tasks.careOf(customerId) : undefined
  if (care) return care
  throw new DomainError({
    kind: 'unprocessable',
    code: 'customer.unknown',
    detail: 'The customer who is named does not exist.',
    errors: [{ pointer: '/customerId', code: 'customer.unknown', message: 'is not one of your customers' }]
  })
}

/** What tasks usually take, by the policy that holds now. */
const usualMinutes = async (tx: Tx) => completePolicy((await currentPolicy(tx)).policy).care.usualMinutes

function managerOf({ relationshipManagerId }: CareOfCustomer): string {
  if (relationshipManagerId !== null) return relationshipManagerId
  throw unprocessable('care_task.nobody_to_do_it', 'The customer has no relationship manager: name who is to do it.')
}

async function storeFor(tx: Tx, actor: Actor, named: string | null, home: string | null): Promise<string | null> {
  if (actor.storeId !== null && named !== null && named !== actor.storeId) {
    throw forbidden('store.not_allowed', 'This credential belongs to another store.')
  }
  if (named !== null) await expectStores(tx, [{ id: named, pointer: '/storeId' }])
  return named ?? actor.storeId ?? home
}

function termOf(before: CareTaskRow, given: string | undefined, now: string): Partial<CareTaskRow> {
  if (given === undefined || new Date(given).toISOString() === before.dueAt) return {}
  if (before.source === 'complaint') {
    throw conflict('care_task.due_fixed', 'The term is that of the answer to the complaint; it is not moved.')
  }
  expectNotOverdue(before.dueAt, now)
  return { dueAt: dueTime(given, now) }
}

async function assigneeOf(
  tx: Tx,
  { staffId, reason }: CareTaskChange,
  care: CareOfCustomer | null
): Promise<Partial<CareTaskRow>> {
  if (staffId === undefined) return {}
  const person = await presentPerson(tx, care === null ? String(staffId) : managerOf(care), '/staffId')
  return { staffId: person.id, followsManager: care !== null, assignReason: reason ?? null }
}
