import type { Tx } from '../db/client.ts'
import { type ComplaintStep, nextState } from '../domain/complaint.ts'
import { DomainError, forbidden, notFound, unprocessable } from '../domain/errors.ts'
import { type ComplaintChange, type ComplaintRow, complaintsRepository } from '../repositories/complaints.ts'
import { eventsRepository } from '../repositories/events.ts'
import { type FeedbackRow, feedbackRepository } from '../repositories/feedback.ts'
import { type StaffRow, staffRepository } from '../repositories/staff.ts'
import { type Actor, expectVersion, type ServiceDeps } from './context.ts'
import { eventsOf, type Happening } from './events.ts'

/** What is done about a case in one step. */
export interface Doing {
  readonly step: ComplaintStep
  readonly change?: ComplaintChange
  /** Who does it, where a person is known. */
  readonly staffId: string | null
  readonly note?: string | null | undefined
  /** Codes and ids; no words of a customer. */
  readonly facts?: Readonly<Record<string, unknown>>
  /** Told beside `complaint.state_changed`: what kind of thing happened, and the figures of it. */
  readonly told?: { readonly type: string; readonly data?: Readonly<Record<string, unknown>> }
}

/** A case in hand, with the feedback that carries its words and its clock. */
export interface CaseInHand {
  readonly row: ComplaintRow
  readonly feedback: FeedbackRow
}

/**
 * A case that nobody else can change until the transaction ends: first the feedback is held, then the case, by everybody in
 * this order. Refuses `complaint.not_found`, also to a caller who acts for another store, and a version that is not the
 * present one.
 */
export async function caseForUpdate(
  tx: Tx,
  actor: Actor,
  id: string,
  expectedVersion: number | null
): Promise<CaseInHand> {
  const feedback = await feedbackRepository(tx).forUpdate(id, actor.storeId)
  const row = feedback && (await complaintsRepository(tx).forUpdate(id))
  if (!row) throw notFound('complaint')
  expectVersion(expectedVersion, row.version)
  return { row, feedback }
}

/** Who acts for one store sees the cases of that store. */
export function visible<Row extends { readonly storeId: string | null }>(actor: Actor, row: Row | undefined): Row {
  if (!row || (actor.storeId !== null && row.storeId !== actor.storeId)) throw notFound('complaint')
  return row
}

/**
 * Takes a step with a case that is locked: where the machine leads it, what changes, the entry in its history and the
 * events. Each step is a version, so the history has no gap. Refuses `complaint.invalid_state`.
 */
export async function takeStep(
  deps: ServiceDeps,
  tx: Tx,
  actor: Actor,
  row: ComplaintRow,
  { step, change = {}, staffId, note = null, facts = {}, told }: Doing
): Promise<ComplaintRow> {
  const repository = complaintsRepository(tx)
  const now = deps.clock().toISOString()
  const state = nextState(row.state, step)
  const version = row.version + 1
  const changed = { ...change, state, updatedAt: now }
  await repository.save(row.id, changed, version)
  await repository.addStep(row.id, {
    stepNo: version,
    step,
    stateBefore: row.state,
    stateAfter: state,
    staffId,
    note,
    facts: { ...facts },
    at: now,
    actorType: actor.type,
    actorId: actor.id
  })
  const happenings = [
    ...(told === undefined ? [] : [happening(told.type, row, { staffId, ...told.data })]),
    ...(state === row.state
      ? []
      : [happening('complaint.state_changed', row, { before: row.state, after: state, step, staffId })])
  ]
  await eventsRepository(tx).append(eventsOf(deps, actor, happenings))
  return { ...row, ...changed, version }
}

/** An event about a case; it names the case, its customer and its store. */
export const happening = (
  type: string,
  { id, customerId, storeId }: Pick<ComplaintRow, 'id' | 'customerId' | 'storeId'>,
  data: Readonly<Record<string, unknown>>
): Happening => ({
  type,
  subjectType: 'complaint',
  subjectId: id,
  data: { complaintId: id, customerId, storeId, ...data }
})

/**
 * The person who acts: a user acts for himself alone (`staff.not_yourself`), a system says for whom, or for nobody. Refuses
 * `staff.unknown`.
 */
export async function actingPerson(tx: Tx, actor: Actor, staffId: string | null | undefined): Promise<StaffRow | null> {
  if (actor.type === 'user' && staffId != null && staffId !== actor.id) {
    throw forbidden('staff.not_yourself', 'A person acts for himself, not for a colleague.')
  }
  const id = staffId ?? (actor.type === 'user' ? actor.id : null)
  if (id === null) return null
  const person = await staffRepository(tx).find(id)
  if (!person) throw unknownPerson('/staffId')
  return person
}

/** As `actingPerson`, where somebody has to stand for the decision: `staff.required` without one, `staff.left` for who is gone. */
export async function decidingPerson(tx: Tx, actor: Actor, staffId: string | null | undefined): Promise<StaffRow> {
  const person = await actingPerson(tx, actor, staffId)
  if (person === null) throw unprocessable('staff.required', 'Name the person who decides this, as staffId.')
  if (!person.active) throw unprocessable('staff.left', 'The person who is named does not work here any more.')
  return person
}

/** Somebody who is named, and who works here: refuses `staff.unknown` and `staff.left`. */
export async function presentPerson(tx: Tx, id: string, pointer: string): Promise<StaffRow> {
  const person = await staffRepository(tx).find(id)
  if (!person) throw unknownPerson(pointer)
  if (!person.active) throw unprocessable('staff.left', 'The person who is named does not work here any more.')
  return person
}

export const unknownPerson = (pointer: string): DomainError =>
  new DomainError({
    kind: 'unprocessable',
    code: 'staff.unknown',
    detail: 'A person who is named does not exist.',
    errors: [{ pointer, code: 'staff.unknown', message: 'is nobody of your staff' }]
  })
