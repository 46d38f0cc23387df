import type { Tx } from '../db/client.ts'
import { type CareKind, type CareSource, contactOwedBy, type WithdrawnBecause } from '../domain/care-task.ts'
import {
  type CareTaskRow,
  careTasksRepository,
  type FollowedTask,
  type TermOfCase,
  type UntoldCase
} from '../repositories/care-tasks.ts'
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
  readonly note?: string | null
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
  return (await openTasks(deps, tx, actor, [owed]))[0] ?? null
}

/** As `openTask` for many; answers those that were opened. */
async function openTasks(deps: ServiceDeps, tx: Tx, actor: Actor, owed: readonly Owed[]): Promise<CareTaskRow[]> {
  const now = deps.clock().toISOString()
  const rows = await careTasksRepository(tx).insertAll(owed.map(one => rowOf(one, deps.newId(), actor, now)))
  if (rows.length === 0) return rows
  const deputies = await deputiesOf(
    deps,
    tx,
    actor,
    rows.map(({ staffId }) => staffId)
  )
  const opened = rows.map(row => {
    const facts = { actingStaffId: deputies.actingFor(row.staffId), overridden: row.overrideReason !== null }
    return taskHappening('opened', row, facts)
  })
  await eventsRepository(tx).append(eventsOf(deps, actor, opened))
  return rows
}

const rowOf = (owed: Owed, id: string, actor: Actor, now: string): CareTaskRow => ({
  note: null,
  plannedMinutes: null,
  overrideReason: null,
  ...owed,
  id,
  assignReason: null,
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
})

/** A case as its contact is owed. */
interface CaseOfCustomer {
  readonly id: string
  readonly customerId: string | null
  readonly storeId: string | null
  readonly answerDueAt: string
}

/** The word that is owed to an A customer about his case: his manager's, whoever that is. */
const contactOf = (owed: UntoldCase): Owed => ({
  ...owed,
  kind: 'complaint_contact',
  source: 'complaint',
  followsManager: true
})

/**
 * Has the relationship manager of an A customer speak with him about his complaint by the time at which its answer is owed,
 * in the transaction in which the case is opened, reopened, or found to be his. Says which task it is; null where none
 * is owed, or the case has one that is open. His class is read when no run can be about to change it unseen.
 */
export async function oweContact(
  deps: ServiceDeps,
  tx: Tx,
  actor: Actor,
  { id, customerId, storeId, answerDueAt }: CaseOfCustomer
): Promise<string | null> {
  if (customerId === null) return null
  await careTasksRepository(tx).holdManagerOf(customerId)
  const known = await complaintsRepository(tx).knownOf(customerId)
  const staffId = known ? contactOwedBy(known) : null
  if (staffId === null) return null
  const owed = contactOf({ complaintId: id, customerId, storeId, staffId, dueAt: answerDueAt })
  return (await openTask(deps, tx, actor, owed))?.id ?? null
}

/**
 * The case of an answered complaint goes on, reopened or escalated, and another answer is owed by `answerDueAt`: so is the
 * manager's word, and one that is still open goes on with the answer.
 */
export async function oweContactAgain(deps: ServiceDeps, tx: Tx, actor: Actor, row: CaseOfCustomer): Promise<void> {
  await oweContact(deps, tx, actor, row)
  await followTerms(deps, tx, actor, [{ id: row.id, dueAt: row.answerDueAt }])
}

/**
 * Has the words said that are owed since a customer became an A, or got a manager, while cases of his are open; each
 * manager is told as when a case is opened. The managers are held.
 */
async function oweUntold(
  deps: ServiceDeps,
  tx: Tx,
  actor: Actor,
  untold: readonly UntoldCase[],
  facts: Readonly<Record<string, unknown>>
): Promise<void> {
  for (let from = 0; from < untold.length; from += CHUNK) {
    const tasks = await openTasks(deps, tx, actor, untold.slice(from, from + CHUNK).map(contactOf))
    const told = tasks.map(({ id: careTaskId, complaintId, customerId, storeId, staffId, dueAt }) =>
      managerTold(staffId, {
        complaintId,
        customerId,
        storeId,
        abcClass: 'A',
        answerDueAt: dueAt,
        careTaskId,
        ...facts
      })
    )
    await eventsRepository(tx).append(eventsOf(deps, actor, told))
  }
}

/** Tells a relationship manager of an open case of his customer. */
export const managerTold = (staffId: string, data: Readonly<Record<string, unknown>>): Happening => ({
  type: 'relationship_manager.complaint_opened',
  subjectType: 'staff',
  subjectId: staffId,
  data: { staffId, ...data }
})

/**
 * Brings the terms of open contacts to where a pause, its end or a reopening brought those of the answers; an overdue one
 * stays overdue. Whoever locks the customers has done so.
 */
export async function followTerms(
  deps: ServiceDeps,
  tx: Tx,
  actor: Actor,
  cases: readonly TermOfCase[]
): Promise<void> {
  if (cases.length === 0) return
  const moved = await careTasksRepository(tx).moveTerms(cases, deps.clock().toISOString())
  const told = moved.map(({ dueBefore, ...task }) =>
    taskHappening('updated', task, { changed: ['dueAt'], dueBefore, because: 'answer_term_moved' })
  )
  await eventsRepository(tx).append(eventsOf(deps, actor, told))
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

/** The open task of a case that was given to another store is that store's, and owed when the answer is owed there. */
export async function contactFollows(deps: ServiceDeps, tx: Tx, actor: Actor, row: CaseOfCustomer): Promise<void> {
  const { id, storeId, answerDueAt } = row
  const task = await careTasksRepository(tx).moveOfComplaint(id, storeId, deps.clock().toISOString())
  if (!task) return
  const told = taskHappening('updated', task, { changed: ['storeId'], dueBefore: task.dueAt })
  await eventsRepository(tx).append(eventsOf(deps, actor, [told]))
  await followTerms(deps, tx, actor, [{ id, dueAt: answerDueAt }])
}

/**
 * Open tasks of a customer go on to the manager whom he was given, who owes an A the word that nobody owed before. The
 * customer is locked and has his manager.
 */
export async function followManager(deps: ServiceDeps, tx: Tx, actor: Actor, customerId: string): Promise<void> {
  const tasks = careTasksRepository(tx)
  await tasks.holdManagerOf(customerId)
  const followed = await tasks.followManagerOf(customerId, deps.clock().toISOString())
  await eventsRepository(tx).append(eventsOf(deps, actor, followed.map(reassigned)))
  await oweUntold(deps, tx, actor, await tasks.untoldOf(customerId), {})
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

/** After `followManagers`: whom the run made an A, or gave a manager, while a case of his is open is owed a word about it. */
export async function oweContacts(deps: ServiceDeps, tx: Tx, actor: Actor, runId: string): Promise<void> {
  await oweUntold(deps, tx, actor, await careTasksRepository(tx).untold(), { runId })
}

/** Rows of one statement; a task has 27 columns, and a statement takes 65,535 values. */
const CHUNK = 2_000

const reassigned = (task: FollowedTask): Happening =>
  taskHappening('reassigned', task, { before: task.before, because: 'manager_changed' })
