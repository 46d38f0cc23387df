import { DomainError, notFound } from '../domain/errors.ts'
import type { CustomerMarkName } from '../domain/pursuit.ts'
import { type CustomerMark, customerMarksRepository } from '../repositories/customer-marks.ts'
import { eventsRepository } from '../repositories/events.ts'
import { type Actor, expectVersion, type ServiceDeps } from './context.ts'
import { eventsOf, type Happening } from './events.ts'

export type { CustomerMark }

/** What managers decide about a customer by hand. */
export const customerMarksService = (deps: ServiceDeps) => ({
  /** The marks that hold for a customer. */
  list: (actor: Actor, customerId: string): Promise<CustomerMark[]> =>
    deps.reading(actor, async tx => {
      const marks = customerMarksRepository(tx)
      if (!(await marks.customerExists(customerId))) throw notFound('customer')
      return marks.of(customerId)
    }),

  /**
   * Marks a customer, or gives the mark he has another reason; the same reason again changes nothing. Runs follow it from
   * the next one on. The event does not carry the reason, which is in the words of a person.
   */
  put: (
    actor: Actor,
    customerId: string,
    mark: CustomerMarkName,
    reason: string,
    expectedVersion: number | null
  ): Promise<CustomerMark> =>
    deps.inTenant(actor, async tx => {
      const marks = customerMarksRepository(tx)
      if (!(await marks.lockCustomer(customerId))) throw notFound('customer')
      const before = (await marks.of(customerId)).find(one => one.mark === mark)
      expectVersion(expectedVersion, before?.version ?? 0)
      if (before?.reason === reason) return before
      const markedAt = deps.clock().toISOString()
      const after = await marks.set({ customerId, mark, reason, markedAt, markedBy: actor.id })
      const type = before ? 'customer.mark_changed' : 'customer.marked'
      await eventsRepository(tx).append(eventsOf(deps, actor, [happened(type, customerId, mark)]))
      return after
    }),

  /** Takes a mark away. Refuses `customer_mark.not_found` for one that he does not have. */
  remove: (actor: Actor, customerId: string, mark: CustomerMarkName, expectedVersion: number | null): Promise<void> =>
    deps.inTenant(actor, async tx => {
      const marks = customerMarksRepository(tx)
      if (!(await marks.lockCustomer(customerId))) throw notFound('customer')
      const before = (await marks.of(customerId)).find(one => one.mark === mark)
      if (!before) throw noMark()
      expectVersion(expectedVersion, before.version)
      await marks.remove(customerId, mark, deps.clock().toISOString(), actor.id)
      await eventsRepository(tx).append(eventsOf(deps, actor, [happened('customer.unmarked', customerId, mark)]))
    })
})

const noMark = (): DomainError =>
  new DomainError({ kind: 'not_found', code: 'customer_mark.not_found', detail: 'The customer has no such mark.' })

const happened = (type: string, customerId: string, mark: CustomerMarkName): Happening => ({
  type,
  subjectType: 'customer',
  subjectId: customerId,
  data: { customerId, mark }
})
