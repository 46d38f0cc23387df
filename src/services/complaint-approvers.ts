import type { Tx } from '../db/client.ts'
import { type DecidingRole, servesAll } from '../domain/authority.ts'
import { chooseRecipient } from '../domain/escalation.ts'
import { answerClocksRepository } from '../repositories/answer-clocks.ts'
import { dayIn } from './calendar.ts'
import type { Actor, ServiceDeps } from './context.ts'

/** Whom something is brought before, and in which role. */
export interface Found {
  readonly staffId: string
  readonly role: DecidingRole
}

/**
 * Somebody of the first of these roles that has anybody here who serves all of the stores: by the rule that escalations go
 * by, with deputies for who is absent. `besides` is not asked, nor as a deputy.
 */
export async function approverFor(
  deps: ServiceDeps,
  tx: Tx,
  actor: Actor,
  {
    roles,
    storeIds,
    besides
  }: { readonly roles: readonly DecidingRole[]; readonly storeIds: readonly string[]; readonly besides: string | null }
): Promise<Found | null> {
  const repository = answerClocksRepository(tx)
  const day = dayIn(actor.tenant.timeZone, deps.clock().toISOString())
  const colleagues = (await repository.authorities(roles, day))
    .filter(one => one.id !== besides)
    // Who serves but one of the stores has no authority in the matter, and may still stand in for somebody who has.
    .map(one => (servesAll(one, storeIds) ? one : { ...one, roles: [] }))
  const absences = await repository.absencesBetween(day, day)
  const ladder = roles.map(role => ({ atShare: 1, role }))
  const { staffId, role } = chooseRecipient(
    { ladder, rung: 0, handlerId: null, storeId: null, day },
    colleagues,
    absences
  )
  return staffId === null || role === null ? null : { staffId, role: role as DecidingRole }
}
