import { isRetryable, isUnreachable } from '../db/errors.ts'
import { unavailable } from '../domain/errors.ts'
import type { Outcome, Receipt } from '../repositories/purchase-ingest.ts'

/** Stores receipts of one tenant in one transaction, in their order. */
export type StoreReceipts = (tenantId: string, receipts: readonly Receipt[]) => Promise<Outcome[]>

export interface GateLimits {
  /** Statements under way at once. */
  readonly inFlight: number
  /** Receipts in one statement. */
  readonly together: number
  /** Receipts that may wait; beyond this the caller is told to come back. */
  readonly waiting: number
}

export const GATE_LIMITS: GateLimits = { inFlight: 2, together: 64, waiting: 5_000 }

interface Waiting {
  readonly receipt: Receipt
  readonly settle: (outcome: Outcome) => void
  readonly fail: (error: unknown) => void
}

/**
 * Group commit, one level above the database: receipts that arrive while statements are under way are gathered into the
 * next one, so that all of them share one commit. There is no timer: a statement leaves as soon as a place is free, with
 * whatever has come by then. Each caller is answered after the commit that holds his receipt, with his own outcome.
 */
export function purchaseGate(store: StoreReceipts, limits: GateLimits = GATE_LIMITS) {
  /** Tenants with waiting receipts, in the order in which they are next served. */
  const queues = new Map<string, Waiting[]>()
  let underWay = 0
  let waiting = 0

  const dispatch = () => {
    while (underWay < limits.inFlight) {
      const next = queues.entries().next().value
      if (!next) return
      const [tenantId, queue] = next
      const group = takeGroup(queue, limits.together)
      // Back of the line: a busy tenant does not keep the others waiting.
      queues.delete(tenantId)
      if (queue.length > 0) queues.set(tenantId, queue)
      waiting -= group.length
      underWay += 1
      storeGroup(store, tenantId, group).finally(() => {
        underWay -= 1
        dispatch()
      })
    }
  }

  return {
    /** Resolves when the receipt is committed or was found to be refused. */
    push(tenantId: string, receipt: Receipt): Promise<Outcome> {
      if (waiting >= limits.waiting)
        return Promise.reject(unavailable('service.overloaded', 'Too many purchases are waiting to be stored.'))
      return new Promise((settle, fail) => {
        const queue = queues.get(tenantId) ?? []
        queue.push({ receipt, settle, fail })
        queues.set(tenantId, queue)
        waiting += 1
        // Everything that this turn of the event loop still brings goes into the same statement.
        setImmediate(dispatch)
      })
    },
    /** For the metrics page. */
    load: () => ({ waiting, underWay })
  }
}

/** Takes the oldest receipts, but only one of each number: a repeat waits until the first is stored and then meets it. */
function takeGroup(queue: Waiting[], atMost: number): Waiting[] {
  const taken: Waiting[] = []
  const left: Waiting[] = []
  const numbers = new Set<string>()
  for (const entry of queue.splice(0)) {
    const number = receiptKey(entry.receipt)
    if (taken.length < atMost && !numbers.has(number)) {
      numbers.add(number)
      taken.push(entry)
    } else left.push(entry)
  }
  queue.push(...left)
  return taken
}

export const receiptKey = (receipt: Receipt): string => `${receipt.source}\n${receipt.receiptNumber}`

/** One receipt that the database refuses must not fail its neighbours: after a failure each is tried alone. */
async function storeGroup(store: StoreReceipts, tenantId: string, group: readonly Waiting[]): Promise<void> {
  try {
    const outcomes = await storePatiently(
      store,
      tenantId,
      group.map(entry => entry.receipt)
    )
    group.forEach((entry, index) => {
      entry.settle(outcomes[index] as Outcome)
    })
  } catch (error) {
    if (group.length === 1 || isUnreachable(error)) {
      for (const entry of group) entry.fail(error)
      return
    }
    for (const entry of group) await storeGroup(store, tenantId, [entry])
  }
}

const ATTEMPTS = 4

/** Runs the statement again when it lost a race: to a deadlock's victim choice, or to the same receipt from elsewhere. */
export async function storePatiently(
  store: StoreReceipts,
  tenantId: string,
  receipts: readonly Receipt[],
  attempt = 1
): Promise<Outcome[]> {
  try {
    const outcomes = await store(tenantId, receipts)
    const raced = outcomes.flatMap((outcome, index) => (outcome.verdict === 'raced' ? [index] : []))
    if (raced.length === 0) return outcomes
    if (attempt >= ATTEMPTS) throw unavailable('purchase.contended', 'The same receipt is being stored from elsewhere.')
    const again = await storePatiently(
      store,
      tenantId,
      raced.map(index => receipts[index] as Receipt),
      attempt + 1
    )
    raced.forEach((index, n) => {
      outcomes[index] = again[n] as Outcome
    })
    return outcomes
  } catch (error) {
    if (attempt < ATTEMPTS && isRetryable(error)) return storePatiently(store, tenantId, receipts, attempt + 1)
    throw error
  }
}
