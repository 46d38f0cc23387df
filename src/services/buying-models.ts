import type { Tx } from '../db/client.ts'
import type { PurchaseDays } from '../domain/buying-history.ts'
import type { BuyingModel } from '../domain/buying-model.ts'
import type { ClassificationPolicy } from '../domain/classification-policy.ts'
import { notFound } from '../domain/errors.ts'
import type { Fit } from '../domain/model-fit.ts'
import { type DayNumber, dayText } from '../domain/period.ts'
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
 * that changes nothing keeps no fit, and one by other rules uses none that was kept. A fit for want of repeat buyers is tried again with each run: it costs little.
 */
export async function modelFor(
  deps: Pick<ServiceDeps, 'newId'>,
  tx: Tx,
  facts: PurchaseDays,
  asOfDay: DayNumber,
  policy: ClassificationPolicy,
  { keptAt, trial }: { readonly keptAt: string | null; readonly trial: boolean }
): Promise<RunModel> {
  const models = buyingModelsRepository(tx)
  const kept = trial ? undefined : await models.latest(asOfDay - REFIT_DAYS + 1, asOfDay)
  if (kept?.fit.bgNbd.fitted) return { id: kept.id, model: kept.fit }
  const model = await fitAside({ purchases: facts, asOfDay, policy: policy.defection })
  if (keptAt === null) return { id: null, model }
  const id = deps.newId()
  await models.keep(id, model, keptAt)
  return { id, model }
}

/** The fits of a tenant: what was fitted, how well, and what did better on the tenant's own past. */
export const buyingModelsService = (deps: ServiceDeps) => ({
  list: (actor: Actor, after: { asOfDay: string; id: string } | null, limit: number) =>
    deps.reading(actor, async tx => (await buyingModelsRepository(tx).list(after, limit)).map(shown)),

  /** Refuses with `buying_model.not_found`. */
  get: (actor: Actor, id: string) =>
    deps.reading(actor, async tx => {
      const model = await buyingModelsRepository(tx).find(id)
      if (!model) throw notFound('buying_model')
      return shown(model)
    })
})

/** A fit as it is shown: beside its id, with days as days of the calendar. */
function shown({ id, asOfDay, createdAt, fit }: KeptModel) {
  const { holdOut } = fit
  return {
    ...fit,
    id,
    asOfDay,
    createdAt,
    bgNbd: listed(fit.bgNbd),
    mbgNbd: listed(fit.mbgNbd),
    gammaGamma: listed(fit.gammaGamma),
    holdOut: holdOut.fitted ? { ...holdOut, splitDay: dayText(holdOut.splitDay) } : holdOut
  }
}

/** The same fit, whose list belongs to whoever is shown it. */
const listed = <Part extends { readonly fitted: true; readonly atBound: readonly string[] }>(fit: Fit<Part>) =>
  fit.fitted ? { ...fit, atBound: [...fit.atBound] as Part['atBound'][number][] } : fit
