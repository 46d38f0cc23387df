import { violates } from '../db/errors.ts'
import { conflict, notFound } from '../domain/errors.ts'
import { FEEDBACK_KINDS, type FeedbackKind } from '../domain/feedback.ts'
import { changedFields } from '../domain/merge-patch.ts'
import { expectDaysOrdered, type PromotionKind } from '../domain/promotion.ts'
import { eventsRepository } from '../repositories/events.ts'
import {
  type PromotionChange,
  type PromotionOrder,
  type PromotionRow,
  promotionsRepository,
  type SaidRow
} from '../repositories/promotions.ts'
import { type Actor, expectVersion, type ServiceDeps } from './context.ts'
import { eventsOf } from './events.ts'

export type { PromotionRow }

export interface NewPromotion {
  /** The code by which tills name it on lines. */
  readonly code: string
  readonly name: string
  readonly kind: PromotionKind
  readonly startsOn: string
  /** The last day; until further notice when absent. */
  readonly endsOn?: string | null | undefined
}

/** A promotion with what customers said of it, without what they took back. */
export interface PromotionView extends PromotionRow {
  readonly said: {
    readonly feedback: { readonly kind: FeedbackKind; readonly count: number }[]
    /** 1 (against) to 5 (for), over the feedback that tells one; null where none does. */
    readonly meanAttitude: number | null
    /** Complaints with an expectation gap that leads back to it. */
    readonly expectationGaps: number
  }
}

/** Offers of the shop, by the codes that tills know them by. */
export const promotionsService = (deps: ServiceDeps) => ({
  /** Adds a promotion. Refuses a code that another one has (`promotion.code_taken`), and `promotion.days_not_ordered`. */
  create: (actor: Actor, input: NewPromotion): Promise<PromotionRow> =>
    deps.inTenant(actor, async tx => {
      const now = deps.clock().toISOString()
      const promotion: PromotionRow = {
        id: deps.newId(),
        code: input.code,
        name: input.name,
        kind: input.kind,
        startsOn: input.startsOn,
        endsOn: input.endsOn ?? null,
        version: 1,
        createdAt: now,
        updatedAt: now
      }
      expectDaysOrdered(promotion)
      try {
        await promotionsRepository(tx).insert(promotion)
      } catch (error) {
        if (violates(error, 'promotions_code_key')) {
          throw conflict('promotion.code_taken', 'Another promotion has this code.')
        }
        throw error
      }
      const data = { code: promotion.code, kind: promotion.kind }
      await eventsRepository(tx).append(
        eventsOf(deps, actor, [{ type: 'promotion.created', subjectType: 'promotion', subjectId: promotion.id, data }])
      )
      return promotion
    }),

  /** With what customers said of it; who acts for one store sees what was said there. */
  get: (actor: Actor, id: string): Promise<PromotionView> =>
    deps.reading(actor, async tx => {
      const promotions = promotionsRepository(tx)
      const promotion = await promotions.find(id)
      if (!promotion) throw notFound('promotion')
      return { ...promotion, said: saidOf(await promotions.said(promotion.code, actor.storeId)) }
    }),

  list: (actor: Actor, order: PromotionOrder, after: string | null, limit: number): Promise<PromotionRow[]> =>
    deps.reading(actor, tx => promotionsRepository(tx).list(order, after, limit)),

  /** Changes what is named; the code stays, for what was said of it goes by it. Refuses `promotion.days_not_ordered`. */
  update: (actor: Actor, id: string, change: PromotionChange, expectedVersion: number | null): Promise<PromotionRow> =>
    deps.inTenant(actor, async tx => {
      const promotions = promotionsRepository(tx)
      const before = await promotions.forUpdate(id)
      if (!before) throw notFound('promotion')
      expectVersion(expectedVersion, before.version)
      const changed = changedFields(before, change)
      if (changed.length === 0) return before
      const after = { ...before, ...change, version: before.version + 1, updatedAt: deps.clock().toISOString() }
      expectDaysOrdered(after)
      await promotions.save(after)
      const data = { code: before.code, changed }
      await eventsRepository(tx).append(
        eventsOf(deps, actor, [{ type: 'promotion.updated', subjectType: 'promotion', subjectId: id, data }])
      )
      return after
    })
})

function saidOf(rows: readonly SaidRow[]): PromotionView['said'] {
  const countOf = (wanted: FeedbackKind | null) => rows.find(({ kind }) => kind === wanted)?.count ?? 0
  const attitudes = rows.reduce((sum, row) => sum + row.attitudes, 0)
  const attitudeSum = rows.reduce((sum, row) => sum + row.attitudeSum, 0)
  return {
    feedback: FEEDBACK_KINDS.map(kind => ({ kind, count: countOf(kind) })),
    meanAttitude: attitudes === 0 ? null : attitudeSum / attitudes,
    expectationGaps: countOf(null)
  }
}
