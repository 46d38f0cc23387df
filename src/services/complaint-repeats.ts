import { complaintRepeatsRepository, type RepeatCount } from '../repositories/complaint-repeats.ts'
import type { CustomerName } from '../repositories/customer-names.ts'
import { customerNamesRepository } from '../repositories/customer-names.ts'
import { instantsOf } from './complaint-causes.ts'
import type { Actor, ServiceDeps } from './context.ts'
import { visibleName } from './customer-names.ts'
import { type DaysQuery, type DaysView, daysOf, daysView, type StoreQuery, storeOf } from './report-window.ts'

/** Who complained more than once, and about what, in some days: the most first, at most 200 of each. */
export interface ComplaintRepeats {
  readonly window: DaysView
  readonly storeId: string | null
  readonly customers: (CustomerName & Omit<RepeatCount, 'key'> & { readonly customerId: string })[]
  readonly products: (Omit<RepeatCount, 'key'> & { readonly sku: string; readonly productName: string | null })[]
}

const ROWS_AT_MOST = 200

export const complaintRepeatsService = (deps: ServiceDeps) => ({
  /** Names are masked for who may not see persons. Withdrawn complaints do not count. */
  list: (actor: Actor, query: DaysQuery & StoreQuery): Promise<ComplaintRepeats> =>
    deps.reading(actor, async tx => {
      const storeId = await storeOf(tx, actor, query)
      const days = daysOf(deps, actor, query)
      const window = { ...instantsOf(actor, days), storeId }
      const repository = complaintRepeatsRepository(tx)
      const customers = await repository.customers(window, ROWS_AT_MOST)
      const names = await customerNamesRepository(tx).of(customers.map(({ key }) => key))
      const products = await repository.products(window, ROWS_AT_MOST)
      return {
        window: daysView(days),
        storeId,
        customers: customers.map(({ key, ...count }) => ({
          customerId: key,
          ...visibleName(names.get(key), actor),
          ...count
        })),
        products: products.map(({ key, ...product }) => ({ sku: key, ...product }))
      }
    })
})
