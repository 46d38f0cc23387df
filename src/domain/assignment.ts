import { conflict } from './errors.ts'

/** An A customer and the care he needs a month. */
export interface CustomerToCare {
  readonly id: string
  readonly amountMinor: number
  readonly storeId: string | null
  readonly loadMinutes: number
}

/** A relationship manager who may take customers. No stores named: he serves every store. Capacity null: no limit stated. */
export interface Manager {
  readonly id: string
  readonly storeIds: readonly string[]
  readonly capacityMinutes: number | null
  /** The care of those whom he keeps in any case and who are not among the customers to be placed; 0 when absent. */
  readonly carriedMinutes?: number
}

/** How a manager was found, from the best case to the last resort. */
export type ChoiceReason =
  | 'least_load_in_store'
  | 'store_over_capacity'
  | 'least_load_in_tenant'
  | 'tenant_over_capacity'

export interface KeptAssignment {
  readonly customerId: string
  readonly staffId: string
}

export interface OpenedAssignment extends KeptAssignment {
  readonly reason: ChoiceReason
}

/** What the managers' capacity lacks. `customers` counts those whose care no longer fitted when they were added. */
export interface Shortfall {
  readonly minutes: number
  readonly customers: number
  readonly byStore: readonly { readonly storeId: string | null; readonly minutes: number; readonly customers: number }[]
}

export interface ManagerLoad {
  readonly staffId: string
  readonly minutes: number
  readonly capacityMinutes: number | null
  readonly customers: number
}

export interface AssignmentPlan {
  readonly keep: readonly KeptAssignment[]
  readonly open: readonly OpenedAssignment[]
  readonly uncovered: readonly { readonly customerId: string; readonly reason: 'no_manager' }[]
  readonly shortfall: Shortfall
  readonly loads: readonly ManagerLoad[]
}

export interface AssignmentFacts {
  readonly customers: readonly CustomerToCare[]
  readonly managers: readonly Manager[]
  /** Customer id and staff id of each active assignment. */
  readonly current: Iterable<readonly [customerId: string, staffId: string]>
}

/**
 * Gives every A customer exactly one relationship manager; minutes are minutes a month.
 *
 * Who has an active manager keeps him, full or not, because moving a customer has a cost. The others are placed largest
 * load first, then larger amount, then lower id (LPT, Graham 1969), each with the least loaded manager of his store who
 * has room, ties by manager id. A manager without stores belongs to every store. Where all of the store's managers
 * are full, the least loaded of them takes the customer all the same and the excess is reported as a shortfall. A
 * customer without a store, or whose store nobody serves, is placed among all managers by the same rule. Without any
 * manager everybody is `uncovered`. The order of the input is irrelevant. A customer or manager named twice is refused.
 */
export function assignManagers({ customers, managers, current }: AssignmentFacts): AssignmentPlan {
  const desk = openDesk(managers)
  const holders = new Map(current)
  const ordered = [...customers].sort(largestFirst)
  refuseRepeated(ordered)
  const keep: KeptAssignment[] = []
  const waiting: CustomerToCare[] = []
  for (const customer of ordered) {
    const holder = desk.indexOf.get(holders.get(customer.id) ?? '')
    if (holder === undefined) {
      waiting.push(customer)
      continue
    }
    addTo(desk, holder, customer)
    keep.push({ customerId: customer.id, staffId: desk.ids[holder] as string })
  }
  if (managers.length === 0) {
    return planOf(desk, keep, [], waiting)
  }
  const open = waiting.map(customer => {
    const { manager, reason } = choose(desk, customer)
    addTo(desk, manager, customer)
    return { customerId: customer.id, staffId: desk.ids[manager] as string, reason }
  })
  return planOf(desk, keep, open, [])
}

/** The managers in order of id as columns, with the places of those who serve each store. */
interface Desk {
  readonly ids: readonly string[]
  readonly capacities: Float64Array
  readonly loads: Float64Array
  readonly customers: Uint32Array
  readonly indexOf: ReadonlyMap<string, number>
  readonly everybody: readonly number[]
  readonly ofStore: ReadonlyMap<string, readonly number[]>
  readonly everyStore: readonly number[]
  readonly overflow: Map<string | null, { minutes: number; customers: number }>
}

function openDesk(managers: readonly Manager[]): Desk {
  const sorted = [...managers].sort((a, b) => compareText(a.id, b.id))
  const indexOf = new Map(sorted.map((manager, index) => [manager.id, index]))
  if (indexOf.size !== sorted.length) throw conflict('assignment.manager_repeated', 'A manager is named twice.')
  const everybody = [...sorted.keys()]
  const stores = new Set(sorted.flatMap(manager => manager.storeIds))
  const serves = (index: number, storeId: string) => {
    const { storeIds } = sorted[index] as Manager
    return storeIds.length === 0 || storeIds.includes(storeId)
  }
  return {
    ids: sorted.map(manager => manager.id),
    capacities: Float64Array.from(sorted, manager => manager.capacityMinutes ?? Number.POSITIVE_INFINITY),
    loads: Float64Array.from(sorted, manager => manager.carriedMinutes ?? 0),
    customers: new Uint32Array(sorted.length),
    indexOf,
    everybody,
    ofStore: new Map([...stores].map(storeId => [storeId, everybody.filter(index => serves(index, storeId))])),
    everyStore: everybody.filter(index => sorted[index]?.storeIds.length === 0),
    overflow: new Map()
  }
}

function choose(desk: Desk, { storeId, loadMinutes }: CustomerToCare): { manager: number; reason: ChoiceReason } {
  const ofStore = storeId === null ? [] : (desk.ofStore.get(storeId) ?? desk.everyStore)
  const candidates = ofStore.length > 0 ? ofStore : desk.everybody
  const where = ofStore.length > 0 ? 'store' : 'tenant'
  const roomy = leastLoaded(desk, candidates, loadMinutes)
  if (roomy !== null) return { manager: roomy, reason: `least_load_in_${where}` }
  return { manager: leastLoaded(desk, candidates, null) as number, reason: `${where}_over_capacity` }
}

/** The first, by id, of the least loaded candidates with room for the minutes; null minutes ask for no room. */
function leastLoaded(
  { loads, capacities }: Desk,
  candidates: readonly number[],
  minutes: number | null
): number | null {
  let best: number | null = null
  let least = Number.POSITIVE_INFINITY
  for (const index of candidates) {
    const load = loads[index] as number
    if (load < least && (minutes === null || load + minutes <= (capacities[index] as number))) {
      best = index
      least = load
    }
  }
  return best
}

/** Adds the load, and books what exceeds the capacity on the customer's store, so that the excesses add up exactly. */
function addTo(desk: Desk, manager: number, { storeId, loadMinutes }: CustomerToCare): void {
  const before = desk.loads[manager] as number
  const after = before + loadMinutes
  const capacity = desk.capacities[manager] as number
  desk.loads[manager] = after
  desk.customers[manager] = (desk.customers[manager] as number) + 1
  if (after <= capacity) return
  const booked = desk.overflow.get(storeId) ?? { minutes: 0, customers: 0 }
  booked.minutes += after - Math.max(before, capacity)
  booked.customers++
  desk.overflow.set(storeId, booked)
}

function planOf(
  desk: Desk,
  keep: readonly KeptAssignment[],
  open: readonly OpenedAssignment[],
  left: readonly CustomerToCare[]
): AssignmentPlan {
  const byStore = [...desk.overflow]
    .map(([storeId, booked]) => ({ storeId, ...booked }))
    .sort((a, b) => (a.storeId === null ? 1 : b.storeId === null ? -1 : compareText(a.storeId, b.storeId)))
  return {
    keep,
    open,
    uncovered: left.map(customer => ({ customerId: customer.id, reason: 'no_manager' })),
    shortfall: {
      minutes: byStore.reduce((sum, store) => sum + store.minutes, 0),
      customers: byStore.reduce((sum, store) => sum + store.customers, 0),
      byStore
    },
    loads: desk.ids.map((staffId, index) => ({
      staffId,
      minutes: desk.loads[index] as number,
      capacityMinutes: Number.isFinite(desk.capacities[index]) ? (desk.capacities[index] as number) : null,
      customers: desk.customers[index] as number
    }))
  }
}

function largestFirst(a: CustomerToCare, b: CustomerToCare): number {
  return b.loadMinutes - a.loadMinutes || b.amountMinor - a.amountMinor || compareText(a.id, b.id)
}

/** By code units: the same order on every machine, which a locale's order is not. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function refuseRepeated(customers: readonly CustomerToCare[]): void {
  if (new Set(customers.map(customer => customer.id)).size !== customers.length) {
    throw conflict('assignment.customer_repeated', 'A customer is named twice.')
  }
}
