import type { Tx } from '../db/client.ts'
import { type HeldRole, heldRoles } from '../domain/authority.ts'
import { answerClocksRepository } from '../repositories/answer-clocks.ts'
import { type StaffRow, staffRepository } from '../repositories/staff.ts'
import { dayIn } from './calendar.ts'
import { deputiesOf } from './care-task-deputies.ts'
import type { Actor, ServiceDeps } from './context.ts'

/** By which roles somebody decides in these stores today: his own, and those of the absent whom he stands in for. */
export async function authorityOf(
  deps: ServiceDeps,
  tx: Tx,
  actor: Actor,
  person: StaffRow,
  stores: readonly string[]
): Promise<HeldRole[]> {
  const day = dayIn(actor.tenant.timeZone, deps.clock().toISOString())
  const absences = await answerClocksRepository(tx).absencesBetween(day, day)
  // Nearly always: whoever decides waits for nothing more.
  if (!absences.some(({ deputyStaffId }) => deputyStaffId === person.id)) return heldRoles(person, [], stores)
  const { represents } = await deputiesOf(deps, tx, actor, [person.id])
  const absent: StaffRow[] = []
  for (const id of represents(person.id)) {
    const found = await staffRepository(tx).find(id)
    if (found) absent.push(found)
  }
  return heldRoles(person, absent, stores)
}
