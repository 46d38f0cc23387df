import type { Tx } from '../db/client.ts'
import { type CareKind, type CareSource, contactOwedBy, type WithdrawnBecause } from '../domain/care-task.ts'
import { type CareTaskRow, careTasksRepository, type FollowedTask } from '../repositories/care-tasks.ts'
import { complaintsRepository } from '../repositories/complaints.ts'
import { eventsRepository, type NewEvent } from '../repositories/events.ts'
import { deputiesOf } from './care-task-deputies.ts'
import type { Actor, ServiceDeps } from './context.ts'
import { eventsOf, type Happening } from './events.ts'

/** What a new task is made of. */
export interface Owed
  extends Pick<CareTaskRow, 'customerId' | 'storeId' | 'staffId' | 'followsManager' | 'dueAt' | 'complaintId'> {
  readonly kind: CareKind
  readonly source: CareSource
  readonly note?: string | null | undefined
  readonly plannedMinutes?: number | null
  readonly overrideReason?: string | null
}

/** An event about a task: ids and facts, and none of the words. */
export const taskHappening = (
  type: string,
  task: Pick<CareTaskRow, 'id' | 'kind' | 'source' | 'complaintId' | 'customerId' | 'storeId' | 'staffId' | 'dueAt'>,
  data: Readonly<Record<string, unknown>> = {}
): Happening => ({
  type: `care_task.${type}`,
  subjectType: 'care_task',
  subjectId: task.id,
  data: {
    careTaskId: task.id,
    kind: task.kind,
    source: task.source,
    complaintId: task.complaintId,
    customerId: task.customerId,
    storeId: task.storeId,
    staffId: task.staffId,
    dueAt: task.dueAt,
    ...data
  }
})

/** Opens a task and tells of it; null where its complaint has an open one already, which stays. */
export async function openTask(deps: ServiceDeps, tx: Tx, actor: Actor, owed: Owed): Promise<CareTaskRow | null> {
  const now = deps.clock().toISOString()
  const { note = null, plannedMinutes = null, overrideReason = null, ...rest } = owed
  const row: CareTaskRow = {
    ...rest,
    id: deps.newId(),
    assignReason: null,
    note,
    plannedMinutes,
    overrideReason,
    state: 'open',
    doneAt: null,
    doneByStaffId: null,
    doneChannel: null,
    doneNote: null,
    onTime: null,
    endedAt: null,
    cancelReason: null,
    withdrawnBecause: null,
    version: 1,
    createdAt: now,
    createdBy: actor.id,
    updatedAt: now
  }
  if (!(await careTasksRepository(tx).insert(row))) return null
  const deputies = await deputiesOf(deps, tx, actor, [row.staffId])
  const facts = { actingStaffId: deputies.actingFor(row.staffId), overridden: overrideReason !== null }
  await eventsRepository(tx).append(eventsOf(deps, actor, [taskHappening('opened', row, facts)]))
  return row
}

/** A case as its contact is owed. */
interface CaseOfCustomer {
  readonly id: string
  readonly customerId: string | null
  readonly storeId: string | null
  readonly answerDueAt: string
}

/**
 * Has the relationship manager of an A customer speak with him about his complaint by the time at which its answer is owed,
 * in the transaction in which the case is opened, reopened, or found to be his. Says which task it is; null where none
 * is owed, or the case has one that is open.
 */
export async function oweContact(
  deps: ServiceDeps,
  tx: Tx,
  actor: Actor,
  { id, customerId, storeId, answerDueAt }: CaseOfCustomer
): Promise<string | null> {
  if (customerId === null) return null
  const complaints = complaintsRepository(tx)
  if ((await complaints.knownOf(customerId))?.abcClass !== 'A') return null
  await careTasksRepository(tx).holdManagerOf(customerId)
  const known = await complaints.knownOf(customerId)
  const staffId = known ? contactOwedBy(known) : null
  if (staffId === null) return null
  const task = await openTask(deps, tx, actor, {
    kind: 'complaint_contact',
    source: 'complaint',
    complaintId: id,
    customerId,
    storeId,
    staffId,
    followsManager: true,
    dueAt: answerDueAt
  })
  return task?.id ?? null
}

/** Ends the open task of a case that is over, or not his any more. */
export async function withdrawContact(
  deps: ServiceDeps,
  tx: Tx,
  actor: Actor,
  complaintId: string,
  because: WithdrawnBecause
): Promise<void> {
  const row = await careTasksRepository(tx).withdrawOfComplaint(complaintId, because, deps.clock().toISOString())
  if (!row) return
  await eventsRepository(tx).append(eventsOf(deps, actor, [taskHappening('withdrawn', row, { because })]))
}

/** Open tasks of a customer go on to the manager whom he was given. The customer is locked. */
export async function followManager(deps: ServiceDeps, tx: Tx, actor: Actor, customerId: string): Promise<void> {
  const followed = await careTasksRepository(tx).followManagerOf(customerId, deps.clock().toISOString())
  await eventsRepository(tx).append(eventsOf(deps, actor, followed.map(reassigned)))
}

/** As `followManager` for all customers, at the very end of the transaction of a run that chose managers. */
export async function followManagers(
  deps: Pick<ServiceDeps, 'newId'>,
  tx: Tx,
  { runId, now }: { readonly runId: string; readonly now: string }
): Promise<void> {
  const followed = await careTasksRepository(tx).followManagers(now)
  for (let from = 0; from < followed.length; from += CHUNK) {
    const events = followed.slice(from, from + CHUNK).map((task): NewEvent => {
      const { data, ...happening } = reassigned(task)
      const by = { id: deps.newId(), occurredAt: now, actorType: 'system', actorId: null }
      return { ...happening, ...by, data: { ...data, runId } }
    })
    await eventsRepository(tx).append(events)
  }
}

/** Rows of one statement. */
const CHUNK = 2_000

const reassigned = (task: FollowedTask): Happening =>
  taskHappening('reassigned', task, { before: task.before, because: 'manager_changed' })
