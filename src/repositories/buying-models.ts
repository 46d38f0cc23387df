import type { Tx } from '../db/client.ts'
import type { BuyingModel } from '../domain/buying-model.ts'
import { type DayNumber, dayText } from '../domain/period.ts'

/** A fit that was kept. */
export interface KeptModel {
  readonly id: string
  readonly asOfDay: string
  readonly createdAt: string
  readonly fit: BuyingModel
}

const COLUMNS = `id, as_of_day as "asOfDay", created_at as "createdAt", fit`

export const buyingModelsRepository = (tx: Tx) => ({
  /** The latest fit as of a day from `fromDay` on, and not after `toDay`. */
  async latest(fromDay: DayNumber, toDay: DayNumber): Promise<KeptModel | undefined> {
    const [row] = await tx.rows<KeptModel>(
      {
        name: 'buying_models_latest',
        text: `select ${COLUMNS} from buying_models where tenant_id = $1 and as_of_day >= $2 and as_of_day <= $3
               order by as_of_day desc, id desc limit 1`
      },
      [tx.tenantId, dayText(fromDay), dayText(toDay)]
    )
    return row
  },

  async find(id: string): Promise<KeptModel | undefined> {
    const [row] = await tx.rows<KeptModel>(
      { name: 'buying_models_find', text: `select ${COLUMNS} from buying_models where tenant_id = $1 and id = $2` },
      [tx.tenantId, id]
    )
    return row
  },

  /** Latest first. */
  list(after: { asOfDay: string; id: string } | null, limit: number): Promise<KeptModel[]> {
    return tx.rows<KeptModel>(
      {
        name: after === null ? 'buying_models_list' : 'buying_models_list_after',
        text: `select ${COLUMNS} from buying_models
               where tenant_id = $1 ${after === null ? '' : 'and (as_of_day, id) < ($3::date, $4::uuid)'}
               order by as_of_day desc, id desc limit $2`
      },
      after === null ? [tx.tenantId, limit] : [tx.tenantId, limit, after.asOfDay, after.id]
    )
  },

  async keep(id: string, fit: BuyingModel, createdAt: string): Promise<void> {
    await tx.rows(
      {
        name: 'buying_models_keep',
        text: `insert into buying_models (tenant_id, id, as_of_day, used, fit, created_at) values ($1, $2, $3, $4, $5, $6)`
      },
      [tx.tenantId, id, dayText(fit.asOfDay), fit.used, JSON.stringify(fit), createdAt]
    )
  }
})
