import { notFound } from '../domain/errors.ts'
import { classificationsRepository } from '../repositories/classifications.ts'
import { type CustomerName, customerNamesRepository } from '../repositories/customer-names.ts'
import {
  type MemberFilter,
  type MemberRow,
  type MembershipRow,
  segmentMembershipsRepository
} from '../repositories/segment-memberships.ts'
import type { Actor, ServiceDeps } from './context.ts'
import { visibleName } from './customer-names.ts'
import { foundSegment } from './segments.ts'

export interface SegmentMember extends MemberRow, CustomerName {}

/** Who is in which segment, and was. */
export const segmentMembersService = (deps: ServiceDeps) => ({
  /** Who belongs to a segment as it was last computed, by id. */
  list: (
    actor: Actor,
    segmentId: string,
    filter: MemberFilter,
    afterId: string | null,
    limit: number
  ): Promise<SegmentMember[]> =>
    deps.reading(actor, async tx => {
      await foundSegment(tx, segmentId)
      const rows = await segmentMembershipsRepository(tx).members(segmentId, filter, afterId, limit)
      const names = await customerNamesRepository(tx).of(rows.map(row => row.customerId))
      return rows.map(row => ({ ...row, ...visibleName(names.get(row.customerId), actor) }))
    }),

  /** The segments that a customer belongs to, and did unless `current`; latest first. */
  ofCustomer: (
    actor: Actor,
    customerId: string,
    current: boolean,
    after: { enteredAt: string; segmentId: string } | null,
    limit: number
  ): Promise<MembershipRow[]> =>
    deps.reading(actor, async tx => {
      if (!(await classificationsRepository(tx).customerExists(customerId))) throw notFound('customer')
      return segmentMembershipsRepository(tx).ofCustomer(customerId, current, after, limit)
    })
})
