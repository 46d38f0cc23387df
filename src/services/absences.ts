import { conflict, DomainError, notFound, unprocessable } from '../domain/errors.ts'
import { isPlausibleAbsence } from '../domain/escalation.ts'
import { type AbsenceRow, absencesRepository } from '../repositories/absences.ts'
import { eventsRepository } from '../repositories/events.ts'
import { staffRepository } from '../repositories/staff.ts'
import { dayIn } from './calendar.ts'
import type { Actor, ServiceDeps } from './context.ts'
import { eventsOf, type Happening } from './events.ts'
import { expectPresentStaff } from './references.ts'

export type { AbsenceRow }

/** Days on which a person is not there, both included. */
export interface NewAbsence {
  readonly fromOn: string
  readonly toOn: string
  readonly deputyStaffId?: string | null | undefined
  readonly note?: string | null | undefined
}

/** When people are not there, and who stands in for them. */
export const absencesService = (deps: ServiceDeps) => ({
  /**
   * Records an absence. Refuses `staff.not_found`, days that end before they begin (`absence.days_not_ordered`)
   * or cannot be right (`absence.implausible`), a deputy who
   * is nobody of the staff (`staff.unknown`) or the person himself (`absence.own_deputy`), and days on which the person is
   * absent already (`absence.overlap`).
   */
  create: (actor: Actor, staffId: string, input: NewAbsence): Promise<AbsenceRow> =>
    deps.inTenant(actor, async tx => {
      // Two absences of one person come one after the other.
      if (!(await staffRepository(tx).forUpdate(staffId))) throw notFound('staff')
      const { fromOn, toOn } = input
      if (fromOn > toOn) {
        throw unprocessable('absence.days_not_ordered', 'The last day of the absence lies before the first.')
      }
      if (!isPlausibleAbsence(input, dayIn(actor.tenant.timeZone, deps.clock().toISOString()))) {
        throw unprocessable('absence.implausible', 'The days of the absence cannot be right.')
      }
      const deputyStaffId = input.deputyStaffId ?? null
      if (deputyStaffId === staffId) throw ownDeputy()
      if (deputyStaffId !== null) await expectPresentStaff(tx, [{ id: deputyStaffId, pointer: '/deputyStaffId' }])
      const absences = absencesRepository(tx)
      if (await absences.overlaps(staffId, fromOn, toOn)) {
        throw conflict('absence.overlap', 'The person is absent on some of these days already.')
      }
      const absence: AbsenceRow = {
        id: deps.newId(),
        staffId,
        fromOn,
        toOn,
        deputyStaffId,
        note: input.note ?? null,
        createdAt: deps.clock().toISOString(),
        createdBy: actor.id
      }
      await absences.insert(absence)
      await eventsRepository(tx).append(eventsOf(deps, actor, [happened('staff.absence_recorded', absence)]))
      return absence
    }),

  /** The earliest to end first. */
  list: (
    actor: Actor,
    staffId: string,
    after: { toOn: string; id: string } | null,
    limit: number
  ): Promise<AbsenceRow[]> =>
    deps.reading(actor, async tx => {
      if (!(await staffRepository(tx).find(staffId))) throw notFound('staff')
      return absencesRepository(tx).list(staffId, after, limit)
    }),

  /** Takes an absence away. Refuses `absence.not_found`. */
  remove: (actor: Actor, staffId: string, id: string): Promise<void> =>
    deps.inTenant(actor, async tx => {
      const absence = await absencesRepository(tx).remove(staffId, id)
      if (!absence) throw notFound('absence')
      await eventsRepository(tx).append(eventsOf(deps, actor, [happened('staff.absence_removed', absence)]))
    })
})

const ownDeputy = () =>
  new DomainError({
    kind: 'unprocessable',
    code: 'absence.own_deputy',
    detail: 'Nobody stands in for himself.',
    errors: [{ pointer: '/deputyStaffId', code: 'absence.own_deputy', message: 'is the absent person' }]
  })

/** The note stays out of it: it may say why somebody is ill. */
const happened = (type: string, { id, staffId, fromOn, toOn, deputyStaffId }: AbsenceRow): Happening => ({
  type,
  subjectType: 'staff',
  subjectId: staffId,
  data: { absenceId: id, fromOn, toOn, deputyStaffId }
})
