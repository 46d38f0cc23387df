import type { Tx } from '../db/client.ts'
import type { BuyingModel } from '../domain/buying-model.ts'
import type { ClassificationPolicy } from '../domain/classification-policy.ts'
import { notFound } from '../domain/errors.ts'
import type { FactColumns } from '../domain/fact-columns.ts'
import type { DayNumber } from '../domain/period.ts'
import { buyingModelsRepository, type KeptModel } from '../repositories/buying-models.ts'
import { fitAside } from './buying-model-fit.ts'
import type { Actor, ServiceDeps } from './context.ts'

/** A fit serves runs for a week; customers do not change their ways from one day to the next. */
const REFIT_DAYS = 7

/** The model of a run, with the id under which it is kept; null for one that was made for a question alone. */
export interface RunModel {
  readonly id: string | null
  readonly model: BuyingModel
}

/**
 * The model to judge customers by as of a day: the latest of the week before, or a new fit out of the facts at hand. A run
 * that changes nothing keeps no fit. A fit for want of repeat buyers is tried again with each run: it costs little.
 */
export async function modelFor(
  deps: Pick<ServiceDeps, 'newId'>,
  tx: Tx,
  facts: FactColumns,
  asOfDay: DayNumber,
  policy: ClassificationPolicy,
  keep: { readonly now: string } | null
): Promise<RunModel> {
  const models = buyingModelsRepository(tx)
  const kept = keep && (await models.latest(asOfDay - REFIT_DAYS + 1, asOfDay))
  if (kept?.fit.bgNbd.fitted) return { id: kept.id, model: kept.fit }
  const model = await fitAside({ purchases: facts, asOfDay, policy: policy.defection })
  if (keep === null) return { id: null, model }
  const id = deps.newId()
  await models.keep(id, model, keep.now)
  return { id, model }
}

/** The fits of a tenant: what was fitted, how well, and what did better on the tenant's own past. */
export const buyingModelsService = (deps: ServiceDeps) => ({
  list: (actor: Actor, after: { asOfDay: string; id: string } | null, limit: number): Promise<KeptModel[]> =>
    deps.reading(actor, tx => buyingModelsRepository(tx).list(after, limit)),

  /** Refuses with `buying_model.not_found`. */
  get: (actor: Actor, id: string): Promise<KeptModel> =>
    deps.reading(actor, async tx => {
      const model = await buyingModelsRepository(tx).find(id)
      if (!model) throw notFound('buying_model')
      return model
    })
})
