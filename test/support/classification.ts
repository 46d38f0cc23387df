import type { TestService, TestTenant } from './service.ts'

export interface Receipt {
  /** The till's number; made where absent. */
  number?: string
  customer: string | null
  amount: number
  /** A day, at noon UTC, or an instant. */
  at: string
  kind?: 'sale' | 'return'
  returnOf?: string
}

// biome-ignore lint/suspicious/noExplicitAny: a test asserts on what came, whatever its form
type Body = any

export interface Shop extends TestTenant {
  readonly storeId: string
  /** Pushes a receipt for a customer of this till. */
  push(receipt: Receipt): Promise<void>
  /** Starts a run and waits for its end; answers the run. */
  run(body?: object): Promise<Body>
  /** Starts a run and waits for its end; answers the job. */
  job(body?: object): Promise<Body>
  ended(jobId: string): Promise<Body>
  /** The id of the customer with this till's number. */
  idOf(customer: string): Promise<string>
  classOf(customer: string, asOf?: string): Promise<Body>
  /** Classes by the till's numbers: `{ anna: 'A' }`. */
  classes(): Promise<Record<string, string>>
}

/** A tenant with one store whose till knows customers by a number, in a service with workers. */
export async function openShop(
  service: TestService,
  overrides: Parameters<TestService['newTenant']>[0] & { storeZone?: string } = {}
): Promise<Shop> {
  const { storeZone = 'Europe/Berlin', ...tenant } = overrides
  const shop = await service.newTenant(tenant)
  const store = await shop.call('POST', '/v1/stores', { code: 'S1', name: 'Store', timeZone: storeZone })
  let count = 0

  const ended = async (jobId: string): Promise<Body> => {
    for (;;) {
      const { body } = await shop.call('GET', `/v1/jobs/${jobId}`)
      if (body.status !== 'queued' && body.status !== 'running') return body
      await new Promise(resolve => setTimeout(resolve, 25))
    }
  }
  const job = async (body: object = {}): Promise<Body> => {
    const started = await shop.call('POST', '/v1/classification-runs', body)
    if (started.status !== 202) throw new Error(JSON.stringify(started.body))
    return ended(started.body.id)
  }
  const idOf = async (customer: string): Promise<string> => {
    const { body } = await shop.call('POST', '/v1/customers/search', { externalId: { system: 'till', key: customer } })
    return body.data[0].id
  }

  return {
    ...shop,
    storeId: store.body.id,
    async push({ customer, amount, at, kind = 'sale', number = `R${++count}`, returnOf }) {
      const answer = await shop.call('POST', '/v1/purchases', {
        source: 'till',
        receiptNumber: number,
        kind,
        storeCode: 'S1',
        purchasedAt: at.length === 10 ? `${at}T12:00:00Z` : at,
        currency: tenant.currency ?? 'EUR',
        customer: customer === null ? null : { externalId: { system: 'till', key: customer } },
        lines: [{ sku: 'SHOE', name: 'Shoe', quantity: 1, unitPriceMinor: amount, amountMinor: amount }],
        totalMinor: amount,
        ...(returnOf === undefined ? {} : { returnOf: { source: 'till', receiptNumber: returnOf } })
      })
      if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
    },
    job,
    ended,
    async run(body = {}) {
      const done = await job(body)
      if (done.status !== 'succeeded') throw new Error(JSON.stringify(done))
      return (await shop.call('GET', `/v1/classification-runs/${done.id}`)).body
    },
    idOf,
    async classOf(customer, asOf) {
      const query = asOf === undefined ? '' : `?asOf=${encodeURIComponent(asOf)}`
      return (await shop.call('GET', `/v1/customers/${await idOf(customer)}/classification${query}`)).body
    },
    async classes() {
      const { body } = await shop.call('GET', '/v1/classifications?limit=200')
      const named = body.data.map((item: Body) => [item.customerExternalIds[0].key, item.abc.class])
      return Object.fromEntries(named)
    }
  }
}
