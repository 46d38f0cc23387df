import { type Api, ApiError, forEach } from './client.ts'
import type { DemoCustomer } from './customers.ts'
import type { Step } from './progress.ts'
import { CUSTOMER_SYSTEM, type DemoPurchase, type DemoShop, type DemoStaff, SHOP_CURRENCY } from './shop.ts'

/** The tenant cannot take the demo shop; the message says what to do. */
export class UnfitTenantError extends Error {}

/** How many requests are under way at once: enough to keep the service busy, few enough to leave others room. */
const REQUESTS_AT_ONCE = 8
const BATCHES_AT_ONCE = 3
const BATCH = 500

interface Page<T> {
  readonly data: readonly T[]
}

interface Coded {
  readonly id: string
  readonly code: string
}

export interface Pushed {
  /** Receipts that were new, and those that the service had already. */
  readonly stored: number
  readonly known: number
}

/**
 * Sends the whole shop, as a head office and its tills would: stores, staff, products, customers, then the receipts in
 * batches. Sending the same shop again changes nothing. Refuses a tenant that holds another shop, which would not be
 * itself any more afterwards, or keeps its books in another currency.
 */
export async function pushShop(
  api: Api,
  shop: DemoShop,
  begin: (label: string, total: number) => Step
): Promise<Pushed> {
  await refuseUnfit(api, shop)
  const stores = await pushStores(api, shop)
  await pushStaff(api, shop.staff, stores)

  const products = begin('products', shop.products.length)
  await forEach(
    shop.products,
    REQUESTS_AT_ONCE,
    async ({ sku, priceMinor: _, ...product }) => {
      await api.send('PUT', `/v1/products/${sku}`, product)
    },
    products.to
  )
  products.end()

  const customers = begin('customers', shop.customers.length)
  await forEach(
    shop.customers,
    REQUESTS_AT_ONCE,
    async customer => {
      await api.send('PUT', `/v1/customers/by-external-id/${CUSTOMER_SYSTEM}/${customer.key}`, fileOf(customer, stores))
    },
    customers.to
  )
  customers.end()

  return pushPurchases(api, shop.purchases, begin('receipts', shop.purchases.length))
}

async function refuseUnfit(api: Api, shop: DemoShop): Promise<void> {
  const { currency } = await api.send<{ currency: string }>('GET', '/v1/tenant')
  const { data } = await api.send<Page<Coded>>('GET', '/v1/stores?limit=200')
  const own = new Set(shop.stores.map(store => store.code))
  const advice =
    'make one for the demo: npm run clientele -- tenant create "Demo shop" --currency EUR --country DE --json'
  if (data.some(store => !own.has(store.code))) {
    throw new UnfitTenantError(`the key belongs to a tenant with stores of its own; ${advice}`)
  }
  if (currency !== SHOP_CURRENCY) {
    throw new UnfitTenantError(
      `the demo shop keeps its books in ${SHOP_CURRENCY}, this tenant in ${currency}; ${advice}`
    )
  }
}

/** Ids of the stores by their codes. */
async function pushStores(api: Api, { stores }: DemoShop): Promise<Map<string, string>> {
  const ids = await idsByCode(api, '/v1/stores')
  for (const { code, name, timeZone, currency } of stores) {
    if (ids.has(code)) continue
    const store = await api.send<Coded>('POST', '/v1/stores', { code, name, timeZone, currency })
    ids.set(code, store.id)
  }
  return ids
}

async function pushStaff(api: Api, staff: readonly DemoStaff[], stores: ReadonlyMap<string, string>): Promise<void> {
  const known = await idsByCode(api, '/v1/staff')
  for (const { storeCodes, ...person } of staff) {
    if (known.has(person.code)) continue
    await api.send('POST', '/v1/staff', { ...person, storeIds: storeCodes.map(code => stores.get(code)) })
  }
}

async function idsByCode(api: Api, path: string): Promise<Map<string, string>> {
  const { data } = await api.send<Page<Coded>>('GET', `${path}?limit=200`)
  return new Map(data.map(({ code, id }) => [code, id]))
}

function fileOf({ key: _, homeStoreCode, ...customer }: DemoCustomer, stores: ReadonlyMap<string, string>) {
  return { ...customer, homeStoreId: stores.get(homeStoreCode) }
}

interface BatchAnswer {
  readonly results: readonly { status: number; problem?: ItemProblem }[]
}

interface ItemProblem {
  readonly code: string
  readonly detail: string
  readonly retryable: boolean
}

async function pushPurchases(api: Api, purchases: readonly DemoPurchase[], progress: Step): Promise<Pushed> {
  const batches = Array.from({ length: Math.ceil(purchases.length / BATCH) }, (_, index) =>
    purchases.slice(index * BATCH, (index + 1) * BATCH)
  )
  let [stored, known] = [0, 0]
  await forEach(batches, BATCHES_AT_ONCE, async batch => {
    // What could not be stored at the moment goes again; what was stored would only be answered as known.
    for (let open = batch, round = 1; open.length > 0; round++) {
      const { results } = await api.send<BatchAnswer>('POST', '/v1/purchases/batch', { purchases: open })
      const left = open.filter((_, index) => results[index]?.problem)
      for (const { status, problem } of results) {
        if (problem && (!problem.retryable || round === 3)) throw refused(status, problem)
        if (status === 201) stored++
        else if (!problem) known++
      }
      open = left
      progress.to(stored + known)
    }
  })
  progress.end()
  return { stored, known }
}

function refused(status: number, problem: ItemProblem): Error {
  if (problem.code === 'purchase.content_differs') {
    return new UnfitTenantError(
      'this tenant holds the demo shop of another day or seed; name the same --until and --seed, or take a new tenant'
    )
  }
  return new ApiError('an item of POST /v1/purchases/batch', status, problem)
}
