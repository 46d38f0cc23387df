import { violates } from '../db/errors.ts'
import { conflict, notFound } from '../domain/errors.ts'
import { changedFields } from '../domain/merge-patch.ts'
import { eventsRepository } from '../repositories/events.ts'
import { type StoreChange, type StoreRow, storesRepository } from '../repositories/stores.ts'
import { type Actor, expectVersion, type ServiceDeps } from './context.ts'
import { eventsOf } from './events.ts'

export interface NewStore {
  readonly code: string
  readonly name: string
  readonly timeZone: string
  readonly currency?: string | null | undefined
}

export const storesService = (deps: ServiceDeps) => ({
  /** Opens a store. Refuses a code that another store has: `store.code_taken`. */
  create: (actor: Actor, input: NewStore): Promise<StoreRow> =>
    deps.inTenant(actor, async tx => {
      const now = deps.clock().toISOString()
      const store: StoreRow = {
        id: deps.newId(),
        code: input.code,
        name: input.name,
        timeZone: input.timeZone,
        currency: input.currency ?? null,
        active: true,
        version: 1,
        createdAt: now,
        updatedAt: now
      }
      try {
        await storesRepository(tx).insert(store)
      } catch (error) {
        if (violates(error, 'stores_code_key')) throw conflict('store.code_taken', 'Another store has this code.')
        throw error
      }
      await eventsRepository(tx).append(
        eventsOf(deps, actor, [
          { type: 'store.created', subjectType: 'store', subjectId: store.id, data: { code: store.code } }
        ])
      )
      return store
    }),

  get: (actor: Actor, id: string): Promise<StoreRow> =>
    deps.reading(actor, async tx => {
      const store = await storesRepository(tx).find(id)
      if (!store) throw notFound('store')
      return store
    }),

  list: (actor: Actor, afterId: string | null, limit: number): Promise<StoreRow[]> =>
    deps.reading(actor, tx => storesRepository(tx).list(afterId, limit)),

  /** Changes what is named. A closed store (`active: false`) keeps its history and takes no new purchases. */
  update: (actor: Actor, id: string, change: StoreChange, expectedVersion: number | null): Promise<StoreRow> =>
    deps.inTenant(actor, async tx => {
      const stores = storesRepository(tx)
      const before = await stores.forUpdate(id)
      if (!before) throw notFound('store')
      expectVersion(expectedVersion, before.version)
      const changed = changedFields(before, change)
      if (changed.length === 0) return before
      const after = { ...before, ...change, version: before.version + 1, updatedAt: deps.clock().toISOString() }
      await stores.save(after)
      await eventsRepository(tx).append(
        eventsOf(deps, actor, [{ type: 'store.updated', subjectType: 'store', subjectId: id, data: { changed } }])
      )
      return after
    })
})
