import { hash } from 'node:crypto'
import { isUnreachable } from '../db/errors.ts'
import { contactFault, normalizeContact } from '../domain/contact.ts'
import { conflict, DomainError, forbidden, notFound, unavailable, unprocessable } from '../domain/errors.ts'
import { canonicalPurchase, settlePurchase } from '../domain/purchase.ts'
import { type CustomerReference, type Outcome, purchaseIngest, type Receipt } from '../repositories/purchase-ingest.ts'
import { type PurchaseFilter, type PurchaseView, purchasesRepository } from '../repositories/purchases.ts'
import type { Actor, ServiceDeps } from './context.ts'
import { normalizePhone } from './phones.ts'
import { purchaseGate, receiptKey, storePatiently } from './purchase-gate.ts'

type Optional<T> = T | null | undefined

export interface NewPurchaseLine {
  readonly sku?: Optional<string>
  readonly name?: Optional<string>
  readonly brand?: Optional<string>
  readonly category?: Optional<string>
  readonly quantity: number
  readonly unitPriceMinor?: Optional<number>
  readonly discountMinor?: Optional<number>
  readonly amountMinor?: Optional<number>
  readonly promotionCode?: Optional<string>
}

export interface NewPurchase {
  readonly source: string
  readonly receiptNumber: string
  readonly kind: 'sale' | 'return'
  readonly storeCode: string
  readonly staffCode?: Optional<string>
  readonly purchasedAt: string
  readonly currency: string
  readonly exchangeRate?: Optional<number>
  readonly customer?: Optional<CustomerNamed>
  readonly lines: readonly NewPurchaseLine[]
  readonly roundingMinor?: Optional<number>
  readonly totalMinor: number
  readonly returnOf?: Optional<{ readonly source: string; readonly receiptNumber: string }>
}

/** Exactly one of these names the customer. */
export type CustomerNamed =
  | { readonly id: string }
  | { readonly externalId: { readonly system: string; readonly key: string } }
  | { readonly phone: string }
  | { readonly email: string }

export interface PushOptions {
  /** `create` opens a customer file for one who is not known yet; `reject` refuses with `customer.unknown`. */
  readonly unknownCustomer: 'create' | 'reject'
}

/** What one push led to: a new purchase, or the one that was stored before under the same number. */
export interface Pushed {
  readonly replayed: boolean
  readonly purchase: PurchaseView
}

/** One item of a batch: its purchase's id, or why it was refused. */
export type BatchResult = { readonly id: string; readonly replayed: boolean } | { readonly refusal: DomainError }

/** Tills' clocks run ahead; more than a day ahead is a mistake. */
const LATEST_AHEAD_MS = 24 * 3_600_000
const EARLIEST = '1900-01-01T00:00:00.000Z'
/** Batches under way at once: more would only take turns on the same processor. */
const BATCHES_AT_ONCE = 2

export interface PurchasesOptions {
  /** False stores each push in a transaction of its own; for measuring what gathering gains. */
  readonly groupCommit?: boolean
}

export const purchasesService = (deps: ServiceDeps, options: PurchasesOptions = {}) => {
  const ingest = purchaseIngest(deps.database.api)
  const store = (tenantId: string, receipts: readonly Receipt[]) =>
    ingest.store(tenantId, receipts, deps.clock().toISOString())
  const gate = purchaseGate(store)
  const pushOne =
    options.groupCommit === false
      ? async (tenantId: string, receipt: Receipt) => (await storePatiently(store, tenantId, [receipt]))[0] as Outcome
      : gate.push
  const batchTurn = turns(BATCHES_AT_ONCE)

  return {
    /** What waits at the gate, for the metrics page. */
    load: gate.load,

    /**
     * Stores a sale or a return, once and for ever under { source, receiptNumber }. The same content again answers the
     * stored purchase; other content is refused: `purchase.content_differs`.
     */
    async push(actor: Actor, input: NewPurchase, push: PushOptions): Promise<Pushed> {
      const receipt = receiptOf(deps, actor, input, push)
      const outcome = await pushOne(actor.tenantId, receipt)
      const refusal = refusalOf(outcome)
      if (refusal) throw refusal
      if (outcome.verdict === 'accepted') return { replayed: false, purchase: viewOf(receipt, outcome) }
      const stored = await deps.reading(actor, tx =>
        purchasesRepository(tx).find(outcome.purchaseId ?? '', actor.storeId)
      )
      if (!stored) throw notFound('purchase')
      return { replayed: true, purchase: stored }
    },

    /** Stores up to a thousand, each for itself: a refused one leaves the others untouched. Results keep their order. */
    async pushBatch(actor: Actor, inputs: readonly NewPurchase[], push: PushOptions): Promise<BatchResult[]> {
      const results: BatchResult[] = []
      let open: { index: number; receipt: Receipt }[] = []
      inputs.forEach((input, index) => {
        try {
          open.push({ index, receipt: receiptOf(deps, actor, input, push) })
        } catch (error) {
          if (!(error instanceof DomainError)) throw error
          results[index] = { refusal: error }
        }
      })
      await batchTurn(async () => {
        while (open.length > 0) {
          // A number that occurs twice waits for the next round, where it meets what the first round stored.
          const numbers = new Set<string>()
          const round = open.filter(
            ({ receipt }) => !numbers.has(receiptKey(receipt)) && numbers.add(receiptKey(receipt))
          )
          const later = new Set(round)
          open = open.filter(entry => !later.has(entry))
          for (const [index, result] of await storeRound(store, actor.tenantId, round)) results[index] = result
        }
      })
      return results
    },

    /** One purchase; a store-bound key sees its own store's. */
    get: (actor: Actor, id: string): Promise<PurchaseView> =>
      deps.reading(actor, async tx => {
        const purchase = await purchasesRepository(tx).find(id, actor.storeId)
        if (!purchase) throw notFound('purchase')
        return purchase
      }),

    /** Purchases by time of purchase, [from, to). */
    list: (
      actor: Actor,
      filter: PurchaseFilter,
      newestFirst: boolean,
      after: readonly [string, string] | null,
      limit: number
    ): Promise<PurchaseView[]> => {
      if (actor.storeId !== null && filter.storeId !== null && filter.storeId !== actor.storeId) throw storeNotAllowed()
      return deps.reading(actor, tx =>
        purchasesRepository(tx).list({ ...filter, storeId: filter.storeId ?? actor.storeId }, newestFirst, after, limit)
      )
    }
  }
}

type StoreReceipts = (tenantId: string, receipts: readonly Receipt[]) => Promise<Outcome[]>

/** One statement for the round; when it fails, halves of it, down to the receipt at fault. */
async function storeRound(
  store: StoreReceipts,
  tenantId: string,
  round: readonly { index: number; receipt: Receipt }[]
): Promise<[number, BatchResult][]> {
  try {
    const outcomes = await storePatiently(
      store,
      tenantId,
      round.map(({ receipt }) => receipt)
    )
    return round.map(({ index }, n) => [index, resultOf(outcomes[n] as Outcome)])
  } catch (error) {
    if (isUnreachable(error)) throw error
    const [only] = round
    if (only && round.length === 1) return [[only.index, { refusal: notStored() }]]
    const middle = Math.ceil(round.length / 2)
    return [
      ...(await storeRound(store, tenantId, round.slice(0, middle))),
      ...(await storeRound(store, tenantId, round.slice(middle)))
    ]
  }
}

/** The rules found nothing wrong, the database did: rare, worth another try, and no reason to keep back the rest. */
const notStored = () =>
  unavailable('purchase.not_stored', 'The purchase could not be stored at the moment; send it again.')

const resultOf = (outcome: Outcome): BatchResult => {
  const refusal = refusalOf(outcome)
  return refusal ? { refusal } : { id: outcome.purchaseId ?? '', replayed: outcome.verdict === 'replayed' }
}

/** Checks and settles a push, and gives it the ids it will have if it is new. */
function receiptOf(deps: ServiceDeps, actor: Actor, input: NewPurchase, push: PushOptions): Receipt {
  const settled = settlePurchase(input, actor.tenant.currency)
  const purchasedAt = new Date(input.purchasedAt).toISOString()
  if (Date.parse(purchasedAt) > deps.clock().getTime() + LATEST_AHEAD_MS) {
    throw unprocessable('purchase.in_future', 'The time of purchase is more than 24 hours ahead of the service.')
  }
  if (purchasedAt < EARLIEST) throw unprocessable('purchase.too_old', 'The time of purchase lies before 1900.')
  if (input.returnOf && input.kind === 'sale')
    throw unprocessable('purchase.return_of_sale', 'Only a return names the sale it belongs to.')
  if (input.returnOf?.source === input.source && input.returnOf.receiptNumber === input.receiptNumber)
    throw unprocessable('purchase.return_of_itself', 'A return names the receipt of a sale, not its own.')
  const customer = referenceOf(input.customer, actor.tenant.country)
  // As the till sent it: how a phone is read may change with the tenant's settings, what was said does not. A figure that
  // is left out says the same as 0.
  const content = {
    ...input,
    purchasedAt,
    roundingMinor: input.roundingMinor || null,
    lines: input.lines.map(line => ({ ...line, discountMinor: line.discountMinor || null }))
  }
  return {
    id: deps.newId(),
    source: input.source,
    receiptNumber: input.receiptNumber,
    kind: input.kind,
    storeCode: input.storeCode,
    staffCode: input.staffCode ?? null,
    purchasedAt,
    currency: input.currency,
    exchangeRate: settled.exchangeRate,
    totalMinor: settled.totalMinor,
    roundingMinor: settled.roundingMinor,
    netMinor: settled.netMinor,
    units: settled.unitsThousandths / 1_000,
    returnOf: input.returnOf ?? null,
    contentHash: hash('sha256', canonicalPurchase(content), 'base64url'),
    customer,
    rejectUnknownCustomer: push.unknownCustomer === 'reject',
    allowedStoreId: actor.storeId,
    newCustomerId: deps.newId(),
    lines: settled.lines.map(line => ({
      sku: line.sku ?? null,
      name: line.name ?? null,
      brand: line.brand ?? null,
      category: line.category ?? null,
      quantity: line.quantity,
      unitPriceMinor: line.unitPriceMinor ?? null,
      discountMinor: line.discountMinor ?? 0,
      amountMinor: line.amountMinor,
      netMinor: line.baseNetMinor,
      promotionCode: line.promotionCode ?? null,
      newProductId: deps.newId(),
      productEventId: deps.newId()
    })),
    actorType: actor.type,
    actorId: actor.id,
    eventId: deps.newId(),
    customerEventId: deps.newId(),
    recordedAt: deps.clock().toISOString()
  }
}

const ANONYMOUS: CustomerReference = { kind: 'none', system: '', key: '', raw: '' }

function referenceOf(named: Optional<CustomerNamed>, country: string): CustomerReference {
  if (!named) return ANONYMOUS
  if ('id' in named) return { kind: 'id', system: '', key: named.id, raw: '' }
  if ('externalId' in named)
    return { kind: 'external', system: named.externalId.system, key: named.externalId.key, raw: '' }
  const [kind, raw] = 'email' in named ? (['email', named.email] as const) : (['phone', named.phone] as const)
  const key = normalizeContact(kind, raw, phone => normalizePhone(phone, country))
  if (key !== null) return { kind, system: '', key, raw }
  const fault = contactFault(kind, `/customer/${kind}`)
  const detail = 'The customer is named by a contact that could not exist.'
  throw new DomainError({ code: fault.code, kind: 'unprocessable', detail, errors: [fault] })
}

const storeNotAllowed = () => forbidden('store.not_allowed', 'This credential belongs to another store.')

/** Why a receipt was refused; null when it is stored. */
function refusalOf(outcome: Outcome): DomainError | null {
  switch (outcome.verdict) {
    case 'content_differs':
      return conflict('purchase.content_differs', 'This receipt is stored already, with other content.', {
        purchaseId: outcome.purchaseId
      })
    case 'store_unknown':
      return unknownReference('store.unknown', 'No store has this code.', '/storeCode')
    case 'store_closed':
      return unprocessable('store.closed', 'The store is closed and takes no purchases.')
    case 'store_not_allowed':
      return storeNotAllowed()
    case 'staff_unknown':
      return unknownReference('staff.unknown', 'No staff member has this code.', '/staffCode')
    case 'customer_unknown':
      return unknownReference('customer.unknown', 'No customer is known by this reference.', '/customer')
    default:
      return null
  }
}

const unknownReference = (code: string, detail: string, pointer: string): DomainError =>
  new DomainError({ code, kind: 'unprocessable', detail, errors: [{ pointer, code, message: detail }] })

/** The stored document of a receipt that was just accepted, without reading it back. */
function viewOf(receipt: Receipt, outcome: Outcome): PurchaseView {
  return {
    id: receipt.id,
    source: receipt.source,
    receiptNumber: receipt.receiptNumber,
    kind: receipt.kind,
    storeId: outcome.storeId ?? '',
    staffId: outcome.staffId,
    customerId: outcome.customerId,
    purchasedAt: receipt.purchasedAt,
    purchasedOn: outcome.purchasedOn ?? '',
    currency: receipt.currency,
    exchangeRate: receipt.exchangeRate,
    totalMinor: receipt.totalMinor,
    roundingMinor: receipt.roundingMinor,
    netMinor: receipt.netMinor,
    units: receipt.units,
    returnOf: receipt.returnOf && { ...receipt.returnOf, purchaseId: outcome.saleId },
    lines: receipt.lines.map(({ newProductId: _, productEventId: __, netMinor: ___, ...line }) => line),
    recordedAt: receipt.recordedAt
  }
}

/** Lets at most `limit` tasks run at once; the others wait their turn. */
function turns(limit: number) {
  let running = 0
  const waiting: (() => void)[] = []
  return async <T>(task: () => Promise<T>): Promise<T> => {
    if (running >= limit) await new Promise<void>(go => waiting.push(go))
    else running += 1
    try {
      return await task()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running -= 1
    }
  }
}
