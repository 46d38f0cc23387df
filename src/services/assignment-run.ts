import type { Tx } from '../db/client.ts'
import {
  type AssignmentPlan,
  assignManagers,
  type Manager,
  type ManagerLoad,
  type Shortfall
} from '../domain/assignment.ts'
import { addToRoster, emptyRoster, type Roster } from '../domain/assignment-roster.ts'
import {
  type CareColumns,
  type Carried,
  carriedBy,
  countEntitled,
  graceOf,
  uncaredRows
} from '../domain/care-columns.ts'
import { assignmentFactsRepository, type Held, type StaffAtWork } from '../repositories/assignment-facts.ts'
import { assignmentRosterRepository, type CareMinutes } from '../repositories/assignment-roster.ts'
import { assignmentRunRepository, type EndedRow } from '../repositories/assignment-run.ts'
import { customerMarksRepository } from '../repositories/customer-marks.ts'
import { customerRows } from '../repositories/customer-rows.ts'
import { eventsRepository } from '../repositories/events.ts'
import type { ServiceDeps } from './context.ts'

/** What a classification run tells the assignments. Instants as the wire writes them. */
export interface AssignmentRun {
  readonly runId: string
  readonly asOf: string
  readonly now: string
  /** Runs outside A that an assignment outlives; 0 ends it with the first. */
  readonly graceRuns: number
  /** The policy's `standing.minutesPerMonth`. */
  readonly minutesPerCustomer: CareMinutes
  /** What it found of everybody, as it has been written; the ids of the rows ascending, four words each. */
  readonly ids: Uint32Array
  readonly found: Omit<CareColumns, 'strategic'>
}

/** A manager who may take customers, with whom he keeps in any case. */
type ManagerAtWork = Manager & Carried

/** What a run did to the assignments. */
export interface AssignmentRunReport {
  /** A customers who are pursued: those whom their class gives a manager. */
  readonly aCustomers: number
  /** A customers who are not, because they buy by price alone. */
  readonly notPursued: number
  /** A customers who kept their manager, one given by hand while the run went on included. */
  readonly kept: number
  readonly opened: number
  /** Of `opened`: those that follow on a manager who left. */
  readonly moved: number
  readonly ended: number
  /** Customers outside A, or not pursued any more, whose manager stays for the runs of grace. */
  readonly inGrace: number
  /** Such customers whose manager stays because somebody decided so by hand. */
  readonly keptByHand: number
  /** A customers without a manager, and why. */
  readonly uncovered: { readonly count: number; readonly reason: 'no_manager' | null }
  readonly shortfall: Shortfall
  readonly loads: readonly ManagerLoad[]
}

type Deps = Pick<ServiceDeps, 'newId'>
type RunRepository = ReturnType<typeof assignmentRunRepository>

/** Rows of one statement: enough to spread its cost, few enough that requests do not wait while it is put together. */
const CHUNK = 2_000
/** A run is long work: only a statement that hangs is given up. */
const RUN_TIMEOUT_MS = 600_000

/**
 * Gives every A customer who is pursued exactly one relationship manager, in the transaction of the run that found the classes and after
 * they were written. Whoever has an active manager keeps him. A manager who left hands his A customers, and those kept
 * by hand, to others at the same instant; a successor stays by hand if his predecessor did. Outside A, and of a customer who
 * is not pursued any more, an assignment by class ends after `graceRuns` more runs, one by hand never. Without any manager the A customers are reported uncovered.
 * Events tell only of customers whose manager changed.
 */
export async function applyAssignments(deps: Deps, tx: Tx, run: AssignmentRun): Promise<AssignmentRunReport> {
  const repository = assignmentRunRepository(tx, { id: run.runId, now: run.now })
  const facts = assignmentFactsRepository(tx)
  await repository.holdKeptByHand()
  const staff = await facts.staff()
  const held = await facts.held(run.ids, staff)
  const customers = rowsOf(run.ids, held)
  const { strategic } = await customerMarksRepository(tx).all()
  const care = { ...run.found, strategic: new Set(strategic.map(customers.find)) }

  const { outside, back } = graceOf(care, held)
  for (const rows of chunks(back)) await repository.forgetGrace(rows.map(customers.id))
  const leftClass: EndedRow[] = []
  for (const rows of chunks(outside)) {
    leftClass.push(...(await repository.passGrace(rows.map(customers.id), run.graceRuns)))
  }
  await announce(deps, tx, run, leftClass)
  for (const { customerId } of leftClass) held.holders[customers.find(customerId)] = 0

  const managers = managersOf(staff, carriedBy(care, held, staff.length, run.minutesPerCustomer))
  const placing = managers.length > 0
  const isManager = staff.map(person => person.isManager)
  const roster = emptyRoster()
  for (const rows of chunks(uncaredRows(care, held, isManager, placing))) {
    const entries = await facts.uncared(rows.map(customers.id), run.minutesPerCustomer)
    for (const entry of entries) addToRoster(roster, entry)
  }
  const plan = assignManagers({ customers: roster.customers, managers, current: [] })

  const managerLeft = await endLeft(deps, tx, run, repository, roster, plan)
  const opened = await openPlanned(deps, run, repository, roster, plan)
  const { entitled, notPursued } = countEntitled(care)
  const carried = (count: (manager: ManagerAtWork) => number) => sum(managers.map(count))
  return {
    aCustomers: entitled,
    notPursued,
    // What was planned and not opened was given by hand meanwhile.
    kept: placing ? entitled - roster.entitledIds.size + plan.open.length - opened : 0,
    opened,
    moved: plan.open.length === 0 ? 0 : roster.predecessors.size,
    ended: leftClass.length + managerLeft,
    inGrace: carried(manager => manager.customers - manager.aCustomers - manager.byHand),
    keptByHand: carried(manager => manager.byHand),
    uncovered: placing || entitled === 0 ? { count: 0, reason: null } : { count: entitled, reason: 'no_manager' },
    shortfall: await shortfallOf(tx, run, plan, managers),
    loads: loadsOf(plan, managers)
  }
}

/** Ids of rows and rows of ids, of customers of whom nothing was found, too. */
function rowsOf(ids: Uint32Array, { others }: Held) {
  const known = customerRows(ids)
  const rows = ids.length / 4
  const places = new Map(others.map((id, place) => [id, rows + place]))
  return {
    id: (row: number): string => others[row - rows] ?? known.text(row),
    find: (id: string): number => places.get(id) ?? known.findText(id)
  }
}

/** Who may take customers now, with what he carries. */
const managersOf = (staff: readonly StaffAtWork[], carried: readonly Carried[]): ManagerAtWork[] =>
  staff.flatMap(({ id, isManager, storeIds, capacityMinutes }, place) => {
    const load = carried[place] as Carried
    return isManager ? [{ id, storeIds, capacityMinutes, carriedMinutes: load.minutes, ...load }] : []
  })

/** Ends what a manager who left still had open. Whoever gets a successor learns of it in the successor's event. */
async function endLeft(
  deps: Deps,
  tx: Tx,
  run: AssignmentRun,
  repository: RunRepository,
  { left }: Roster,
  plan: AssignmentPlan
): Promise<number> {
  const followed = new Set(left.length === 0 ? [] : plan.open.map(opening => opening.customerId))
  let count = 0
  for (const ids of chunks(left)) {
    const ended = await repository.end(ids, 'manager_left')
    count += ended.length
    const alone = ended.filter(row => !followed.has(row.customerId))
    await announce(deps, tx, run, alone)
  }
  return count
}

/** Opens in the order of customers, so that neighbours in the indexes are written together. */
async function openPlanned(
  deps: Deps,
  run: AssignmentRun,
  repository: RunRepository,
  { predecessors }: Roster,
  plan: AssignmentPlan
): Promise<number> {
  if (plan.open.length === 0) return 0
  const endsAhead = await repository.endsAhead()
  const inOrder = [...plan.open].sort((a, b) => (a.customerId < b.customerId ? -1 : 1))
  let count = 0
  for (const openings of chunks(inOrder)) {
    count += await repository.open(
      openings.map(({ customerId, staffId, reason }) => {
        const before = predecessors.get(customerId)
        return {
          id: deps.newId(),
          eventId: deps.newId(),
          customerId,
          staffId,
          origin: before?.origin ?? 'class',
          reason,
          before: before?.staffId ?? null,
          validFrom: endsAhead.get(customerId) ?? run.now
        }
      })
    )
  }
  return count
}

/**
 * As the coverage report tells it at any later time. The plan knows it where everybody was placed by it, in the order in
 * which the report fills capacities.
 */
async function shortfallOf(
  tx: Tx,
  run: AssignmentRun,
  { loads, shortfall }: AssignmentPlan,
  managers: readonly ManagerAtWork[]
): Promise<Shortfall> {
  const overfull = loads.some(load => load.capacityMinutes !== null && load.minutes > load.capacityMinutes)
  if (!overfull || managers.every(manager => manager.customers === 0)) return shortfall
  const byStore = await assignmentRosterRepository(tx).shortfall(run.minutesPerCustomer, RUN_TIMEOUT_MS)
  return {
    minutes: sum(byStore.map(store => store.minutes)),
    customers: sum(byStore.map(store => store.customers)),
    byStore
  }
}

/** The plan counts whom it placed; whom a manager kept comes on top. */
function loadsOf({ loads }: AssignmentPlan, managers: readonly ManagerAtWork[]): ManagerLoad[] {
  const kept = new Map(managers.map(manager => [manager.id, manager.customers]))
  return loads.map(load => ({ ...load, customers: load.customers + (kept.get(load.staffId) ?? 0) }))
}

async function announce(deps: Deps, tx: Tx, run: AssignmentRun, ended: readonly EndedRow[]): Promise<void> {
  for (const rows of chunks(ended)) {
    await eventsRepository(tx).append(
      rows.map(({ id, customerId, staffId, origin, endReason: reason }) => ({
        id: deps.newId(),
        type: 'relationship_manager.ended',
        subjectType: 'customer',
        subjectId: customerId,
        data: { assignmentId: id, customerId, staffId: null, before: staffId, origin, reason, runId: run.runId },
        occurredAt: run.now,
        actorType: 'system',
        actorId: null
      }))
    )
  }
}

function* chunks<T>(all: readonly T[]): Generator<T[]> {
  for (let from = 0; from < all.length; from += CHUNK) yield all.slice(from, from + CHUNK)
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)
