import { violates } from '../db/errors.ts'
import type { Role } from '../domain/access.ts'
import { conflict, notFound } from '../domain/errors.ts'
import { changedFields } from '../domain/merge-patch.ts'
import { eventsRepository } from '../repositories/events.ts'
import { type StaffChange, type StaffFilter, type StaffRow, staffRepository } from '../repositories/staff.ts'
import { type Actor, expectVersion, type ServiceDeps } from './context.ts'
import { eventsOf, type Happening } from './events.ts'
import { expectStores } from './references.ts'

export interface NewStaff {
  readonly code: string
  readonly name: string
  readonly roles: readonly Role[]
  /** None: serves every store. */
  readonly storeIds?: readonly string[] | undefined
  readonly team?: string | null | undefined
  readonly department?: string | null | undefined
  readonly capacityMinutesPerMonth?: number | null | undefined
  readonly active?: boolean | undefined
}

export const staffService = (deps: ServiceDeps) => ({
  /** Takes on a person. Refuses `store.unknown`, and a code that somebody else has: `staff.code_taken`. */
  create: (actor: Actor, input: NewStaff): Promise<StaffRow> =>
    deps.inTenant(actor, async tx => {
      const now = deps.clock().toISOString()
      const person: StaffRow = {
        id: deps.newId(),
        code: input.code,
        name: input.name,
        storeIds: inOrder(input.storeIds ?? []),
        roles: inOrder(input.roles),
        team: input.team ?? null,
        department: input.department ?? null,
        capacityMinutesPerMonth: input.capacityMinutesPerMonth ?? null,
        active: input.active ?? true,
        version: 1,
        createdAt: now,
        updatedAt: now
      }
      await expectStores(tx, namedIn(input.storeIds))
      try {
        await staffRepository(tx).insert(person)
      } catch (error) {
        if (violates(error, 'staff_code_key')) throw conflict('staff.code_taken', 'Another person has this code.')
        throw error
      }
      await eventsRepository(tx).append(eventsOf(deps, actor, [happened('staff.created', person, {})]))
      return person
    }),

  get: (actor: Actor, id: string): Promise<StaffRow> =>
    deps.reading(actor, async tx => {
      const person = await staffRepository(tx).find(id)
      if (!person) throw notFound('staff')
      return person
    }),

  list: (actor: Actor, filter: StaffFilter, afterId: string | null, limit: number): Promise<StaffRow[]> =>
    deps.reading(actor, tx => staffRepository(tx).list(filter, afterId, limit)),

  /**
   * Changes what is named; a patch that changes nothing leaves the version. Who manages customers may be deactivated: the
   * next classification run gives them to others, and the event says how many wait for that.
   */
  update: (actor: Actor, id: string, patch: StaffChange, expectedVersion: number | null): Promise<StaffRow> =>
    deps.inTenant(actor, async tx => {
      const people = staffRepository(tx)
      const before = await people.forUpdate(id)
      if (!before) throw notFound('staff')
      expectVersion(expectedVersion, before.version)
      await expectStores(tx, namedIn(patch.storeIds))
      const change: StaffChange = {
        ...patch,
        ...(patch.storeIds ? { storeIds: inOrder(patch.storeIds) } : {}),
        ...(patch.roles ? { roles: inOrder(patch.roles) } : {})
      }
      const changed = changedFields(before, change)
      if (changed.length === 0) return before
      const after = { ...before, ...change, version: before.version + 1, updatedAt: deps.clock().toISOString() }
      await people.save(after)
      if (changed.includes('storeIds')) await people.rebind(id, after.storeIds)
      const leaving = before.active && !after.active ? { customersToReassign: await people.customersInCare(id) } : {}
      await eventsRepository(tx).append(
        eventsOf(deps, actor, [happened('staff.updated', after, { changed, active: after.active, ...leaving })])
      )
      return after
    })
})

const happened = (type: string, person: StaffRow, data: Record<string, unknown>): Happening => ({
  type,
  subjectType: 'staff',
  subjectId: person.id,
  data: { code: person.code, ...data }
})

/** Once each and ascending: as a set compares, and as it is read back. */
const inOrder = <T extends string>(values: readonly T[]): T[] => [...new Set(values)].sort()

const namedIn = (storeIds: readonly string[] | undefined) =>
  (storeIds ?? []).map((id, index) => ({ id, pointer: `/storeIds/${index}` }))
