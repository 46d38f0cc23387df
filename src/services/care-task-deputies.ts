import type { Tx } from '../db/client.ts'
import { actingFor } from '../domain/escalation.ts'
import { answerClocksRepository } from '../repositories/answer-clocks.ts'
import { staffRepository } from '../repositories/staff.ts'
import { dayIn } from './calendar.ts'
import type { Actor, ServiceDeps } from './context.ts'

/** Who acts today for whom: by the rule that escalations find deputies by, on the tenant's day. */
export interface Deputies {
  /** The person himself, his deputy, or null where nobody does. */
  readonly actingFor: (staffId: string) => string | null
  /** For whom a person acts as deputy. */
  readonly represents: (staffId: string) => string[]
}

/** Looks up what is known today of these people, and of whoever is absent or stands in. */
export async function deputiesOf(
  deps: ServiceDeps,
  tx: Tx,
  actor: Actor,
  staffIds: readonly string[]
): Promise<Deputies> {
  const day = dayIn(actor.tenant.timeZone, deps.clock().toISOString())
  const absences = await answerClocksRepository(tx).absencesBetween(day, day)
  const deputies = absences.flatMap(({ staffId, deputyStaffId }) =>
    deputyStaffId === null ? [] : [staffId, deputyStaffId]
  )
  const here = new Set(await staffRepository(tx).active([...new Set([...staffIds, ...deputies])]))
  const acting = (staffId: string) => actingFor(staffId, here, absences, day)
  return {
    actingFor: acting,
    represents: deputy =>
      absences.flatMap(({ staffId, deputyStaffId }) =>
        deputyStaffId === deputy && acting(staffId) === deputy ? [staffId] : []
      )
  }
}
