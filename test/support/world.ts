import { openListening } from './listening-world.ts'
import type { TestTenant } from './service.ts'

/** A tenant that has two of everything, and what leads to each of its things. */
export interface World {
  readonly shop: TestTenant
  /** The path parameters of a resource, by its path up to its last parameter. */
  readonly params: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** Makes something that an operation can still be done to once, by its operationId; answers the path parameters. */
  readonly fresh: Readonly<Record<string, () => Promise<Readonly<Record<string, string>>>>>
  /** Ids of things that a body or a query may name, by what they are. */
  readonly ids: Readonly<Record<Kind, string>>
  /** Every id and word that belongs to this tenant alone. */
  readonly marks: readonly string[]
}

export type Kind =
  | 'store'
  | 'staff'
  | 'customer'
  | 'run'
  | 'segment'
  | 'purchase'
  | 'feedback'
  | 'complaint'
  | 'session'
  | 'promotion'

/** Which kind of thing a field names. A new field that holds an id needs a line here. */
export const KIND_OF: Readonly<Record<string, Kind>> = {
  storeId: 'store',
  storeIds: 'store',
  homeStoreId: 'store',
  staffId: 'staff',
  staffIds: 'staff',
  responsibleStaffId: 'staff',
  relationshipManagerId: 'staff',
  customerId: 'customer',
  customerIds: 'customer',
  attendedCustomerIds: 'customer',
  customer: 'customer',
  purchaseId: 'purchase',
  feedbackId: 'feedback',
  listeningSessionId: 'session',
  ownerStaffId: 'staff',
  receivedByStaffId: 'staff',
  deputyStaffId: 'staff',
  handlerId: 'staff',
  toStaffId: 'staff',
  causedByStaffId: 'staff',
  approverId: 'staff',
  complaintId: 'complaint',
  promotionId: 'promotion',
  runId: 'run',
  fromRunId: 'run',
  toRunId: 'run',
  segmentId: 'segment'
}

/** A day so many days from today, as the calendar of the service names it. */
export const daysAhead = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)

/**
 * Opens the world of a tenant through the API. `word` goes into every name and key, so that it can be recognised.
 * With `runs` two classification runs are carried out, which needs a service with workers.
 */
export async function openWorld(shop: TestTenant, word: string, { runs = false } = {}): Promise<World> {
  const { make } = shop
  const twice = async (path: string, body: (n: number) => unknown) => [
    await make(path, body(1)),
    await make(path, body(2))
  ]
  const stores = await twice('/v1/stores', n => ({ code: `${word}-S${n}`, name: `${word} store`, timeZone: 'UTC' }))
  const staff = await twice('/v1/staff', n => ({
    code: `${word}-P${n}`,
    name: `${word} person`,
    storeIds: [],
    roles: ['relationship_manager'],
    capacityMinutesPerMonth: 600
  }))
  const products = await twice('/v1/products', n => ({ sku: `${word}-SKU${n}`, name: `${word} shoe` }))
  const promotions = await twice('/v1/promotions', n => ({
    code: `${word}-OFFER${n}`,
    name: `${word} offer`,
    kind: 'promotion',
    startsOn: '2026-03-01'
  }))
  const customers = await twice('/v1/customers', n => ({
    kind: 'person',
    name: `${word} Zhang`,
    homeStoreId: stores[0],
    externalIds: [{ system: 'pos', key: `${word}-C${n}` }]
  }))
  const purchases = await twice('/v1/purchases', n => receipt(word, n, String(customers[n - 1])))
  // Week after week until then: whoever has not come since is at risk.
  for (const weeks of [1, 2, 3, 4]) {
    await twice('/v1/purchases', n => ({
      ...receipt(word, `${n}-${weeks}`, String(customers[n - 1])),
      purchasedAt: new Date(Date.parse(PURCHASED_AT) - weeks * WEEK_MS).toISOString()
    }))
  }
  const actions = await twice(`/v1/defections/${customers[0]}/actions`, () => ({ action: 'watch' }))
  const feedback = [...(await twice('/v1/feedback', n => saying(word, n))), await make('/v1/feedback', saying(word, 3))]
  await twice(`/v1/feedback/${feedback[0]}/answers`, () => ({ substantive: false, text: `${word} thanks you` }))
  await shop.call('POST', `/v1/feedback/${feedback[0]}/pauses`)
  await shop.call('PUT', '/v1/answer-policy', { answerWithinMinutes: 1_000 })
  // Of the second person, so that the first can stand in.
  const absences = await twice(`/v1/staff/${staff[1]}/absences`, n => ({
    fromOn: daysAhead(100 * n),
    toOn: daysAhead(100 * n + 8)
  }))
  const clerk = await make('/v1/staff', {
    code: `${word}-P3`,
    name: `${word} clerk`,
    storeIds: [],
    roles: ['front_line']
  })
  await shop.call('PUT', '/v1/authority-matrix', managersMayAll(1))
  const complain = () =>
    make('/v1/complaints', {
      channel: 'letter',
      subject: `${word} complains`,
      description: `${word} has words.`,
      customerId: customers[0],
      purchaseId: purchases[0],
      ownerStaffId: clerk
    })
  const complaints = [await complain(), await complain()]
  const voucher = { decision: 'voucher', amountMinor: 1, staffId: clerk }
  const remedies = await twice(`/v1/complaints/${complaints[0]}/remedies`, () => voucher)
  const answered = async () => {
    const id = await complain()
    await make(`/v1/complaints/${id}/causes`, { cause: 'undetermined' })
    await make(`/v1/complaints/${id}/answers`, { substantive: true, text: `${word} is sorry` })
    return { id }
  }
  const complained = async () => ({ id: await complain() })
  const waiting = async () => ({ id: await make(`/v1/complaints/${await complain()}/remedies`, voucher) })
  const asked = (amountMinor: number) => async () => {
    const own = { ...voucher, amountMinor, staffId: staff[0] }
    return { id: await make(`/v1/complaints/${await complain()}/remedies`, own) }
  }
  const owe = () =>
    make('/v1/care-tasks', {
      customerId: customers[0],
      kind: 'call',
      dueAt: '2096-01-01T00:00:00Z',
      staffId: staff[0],
      note: `${word} is to be called.`
    })
  const tasks = [await owe(), await owe()]
  const owed = async () => ({ id: await owe() })
  const listening = await openListening({ word, make, staff, customers, feedback })
  const keys = await twice('/v1/api-keys', n => ({ name: `${word} key ${n}`, scopes: ['stores:read'] }))
  const everybody = (count: number) => ({ aggregate: { function: 'count' }, operator: 'at_least', value: count })
  const segments = await twice('/v1/segments', n => ({
    code: `${word}-G${n}`,
    name: `${word} group`,
    rule: everybody(1)
  }))
  for (const id of segments) await shop.call('PATCH', `/v1/segments/${id}`, { rule: everybody(0) })
  if (runs) for (const id of segments) await done(shop, `/v1/segments/${id}/refreshes`)
  const carriedOut = runs ? [await run(shop), await run(shop)] : []
  const models = runs ? (await shop.call('GET', '/v1/buying-models')).body.data : []
  const customer = String(customers[0])
  const runId = carriedOut[0] ?? NOTHING
  const words = [
    word,
    ...stores,
    ...staff,
    ...products,
    ...promotions,
    ...customers,
    ...purchases,
    ...actions,
    ...keys,
    ...segments,
    ...feedback,
    ...complaints,
    ...remedies,
    ...absences,
    ...tasks,
    ...listening.ids,
    ...carriedOut,
    ...models.map(({ id }: { id: string }) => id)
  ]
  return {
    shop,
    params: {
      '/v1/stores/{id}': { id: String(stores[0]) },
      '/v1/staff/{id}': { id: String(staff[1]) },
      '/v1/staff/{id}/absences/{absenceId}': { id: String(staff[1]), absenceId: String(absences[0]) },
      '/v1/feedback/{id}': { id: String(feedback[0]) },
      '/v1/complaints/{id}': { id: String(complaints[0]) },
      '/v1/remedies/{id}': { id: String(remedies[0]) },
      '/v1/care-tasks/{id}': { id: String(tasks[0]) },
      ...listening.params,
      '/v1/promotions/{id}': { id: String(promotions[0]) },
      '/v1/products/{sku}': { sku: `${word}-SKU1` },
      '/v1/customers/{id}': { id: customer },
      '/v1/customers/by-external-id/{system}/{key}': { system: 'pos', key: `${word}-C1` },
      '/v1/customer-marks/{customerId}/{mark}': { customerId: customer, mark: 'strategic' },
      '/v1/defections/{customerId}': { customerId: customer },
      '/v1/defection-actions/{id}': { id: String(actions[0]) },
      '/v1/purchases/{id}': { id: String(purchases[0]) },
      '/v1/classification-runs/{id}': { id: runId },
      '/v1/buying-models/{id}': { id: models[0]?.id ?? NOTHING },
      '/v1/segments/{id}': { id: String(segments[0]) },
      '/v1/segments/{id}/explanations/{customerId}': { id: String(segments[0]), customerId: customer },
      '/v1/jobs/{id}': { id: runId },
      '/v1/api-keys/{id}': { id: String(keys[0]) }
    },
    fresh: {
      ...listening.fresh,
      // Its notices go with it.
      withdrawFeedback: async () => ({ id: await make('/v1/feedback', saying(word, 4)) }),
      escalateComplaint: complained,
      handOverComplaint: complained,
      withdrawComplaint: complained,
      resolveComplaint: answered,
      closeComplaint: answered,
      reopenComplaint: answered,
      approveRemedy: waiting,
      refuseRemedy: waiting,
      withdrawRemedy: asked(5_000_000),
      revokeRemedy: asked(1),
      completeCareTask: owed,
      cancelCareTask: owed
    },
    ids: {
      store: String(stores[0]),
      staff: String(staff[0]),
      customer,
      run: runId,
      segment: String(segments[0]),
      purchase: String(purchases[0]),
      feedback: String(feedback[1]),
      complaint: String(complaints[0]),
      promotion: String(promotions[0]),
      session: listening.params['/v1/listening-sessions/{id}'].id
    },
    marks: words.map(String)
  }
}

const WEEK_MS = 604_800_000
const PURCHASED_AT = '2026-11-01T12:00:00Z'
const NOTHING = '0193a1f0-7c1e-7b3a-9d52-000000000000'

export const receipt = (word: string, number: number | string, customerId: string) => ({
  source: 'pos',
  receiptNumber: `${word}-R${number}`,
  kind: 'sale',
  storeCode: `${word}-S1`,
  purchasedAt: PURCHASED_AT,
  currency: 'EUR',
  customer: { id: customerId },
  lines: [{ sku: `${word}-SKU1`, quantity: 1, amountMinor: 1000 }],
  totalMinor: 1000
})

/** A matrix by which the front line decides nothing, relationship managers everything up to an amount, and owners the rest. */
export const managersMayAll = (perCaseMinor: number) => ({
  rules: ['voucher', 'refund', 'apology'].flatMap(decision => [
    { role: 'relationship_manager', decision, perCaseMinor: 1_000_000 + perCaseMinor },
    { role: 'owner', decision }
  ])
})

const saying = (word: string, number: number) => ({
  kind: 'suggestion',
  channel: 'letter',
  text: `${word} has said something ${number} times.`
})

/** A classification run, waited for. */
const run = (shop: TestTenant): Promise<string> => done(shop, '/v1/classification-runs', {})

/** Long work that is asked for here, waited for on its job's stream, which ends with it. Answers the job's id. */
async function done(shop: TestTenant, path: string, asked?: unknown): Promise<string> {
  const { status, body } = await shop.call('POST', path, asked)
  if (status !== 202) throw new Error(`${path} ${status} ${JSON.stringify(body)}`)
  const stream = await shop.call('GET', `/v1/jobs/${body.id}/stream`)
  if (!String(stream.body).includes('succeeded')) throw new Error(`${path} ended otherwise: ${stream.body}`)
  return body.id
}
