import fc from 'fast-check'
import { assignManagers } from '../../src/domain/assignment.ts'
import { DomainError } from '../../src/domain/errors.ts'
import type { AssignmentRunReport } from '../../src/services/assignment-run.ts'
import { systemActor, type Tenant } from '../../src/services/tenants.ts'
import { type AssignmentRecord, type Fixtures, openOf, runAssignments } from './assignments.ts'
import type { TestService } from './service.ts'

/** One thing that may happen in a shop, as far as it concerns relationship managers. */
export type Step =
  | { do: 'classify'; customer: number; abcClass: string; priceDriven: boolean }
  | { do: 'activate'; manager: number; active: boolean }
  | { do: 'assign' | 'release'; customer: number; manager: number }
  | { do: 'run'; graceRuns: number; laterMs: number }

const CUSTOMERS = 3
const MANAGERS = 2
const customer = fc.nat({ max: CUSTOMERS - 1 })
const manager = fc.nat({ max: MANAGERS - 1 })
export const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant('classify' as const),
    customer,
    abcClass: fc.constantFrom('A', 'A', 'A', 'B', 'none'),
    priceDriven: fc.constantFrom(false, false, false, true)
  }),
  fc.record({ do: fc.constant('activate' as const), manager, active: fc.boolean() }),
  fc.record({ do: fc.constantFrom('assign' as const, 'release' as const), customer, manager }),
  fc.record({
    do: fc.constant('run' as const),
    graceRuns: fc.constantFrom(0, 1, 1, 2),
    laterMs: fc.constantFrom(-5, 0, 0, 1, 86_400_000)
  })
)

/** A shop with a few customers and managers, which checks what must hold after each step. */
export async function openWorld(service: TestService, shop: Fixtures, tenant: Tenant) {
  const { id } = tenant
  const by = systemActor(tenant)
  const classes = new Map<string, string>()
  /** Who is pursued, so that class A gives him a manager. */
  const entitled = new Set<string>()
  const active = new Map<string, boolean>()
  const customers: string[] = []
  const managers: string[] = []
  for (let i = 0; i < MANAGERS; i++) managers.push(await shop.staff(id, `M${i}`, { capacity: i === 0 ? null : 50 * i }))
  for (const managerId of managers) active.set(managerId, true)
  for (let i = 0; i < CUSTOMERS; i++) customers.push(await shop.customer(id, 'none', { amountMinor: i }))
  let known = await shop.assignments(id)

  const check = (now: AssignmentRecord[]) => {
    const byId = new Map(now.map(a => [a.id, a]))
    for (const old of known) {
      const still = byId.get(old.id)
      if (!still) throw new Error('an assignment vanished')
      if (old.validTo !== null && JSON.stringify(old) !== JSON.stringify(still))
        throw new Error('history was rewritten')
      if (old.staffId !== still.staffId || old.validFrom !== still.validFrom)
        throw new Error('a beginning was rewritten')
    }
    now.forEach((a, index) => {
      if (a.validTo !== null && a.validTo <= a.validFrom) throw new Error('an empty period')
      const next = now[index + 1]
      if (next?.customerId === a.customerId && (a.validTo === null || a.validTo > next.validFrom))
        throw new Error('overlap')
    })
  }

  const checkRun = async (report: AssignmentRunReport, now: AssignmentRecord[], graceRuns: number) => {
    const anybody = [...active.values()].some(Boolean)
    const opened = openOf(now)
    for (const customerId of customers) {
      const mine = opened.filter(a => a.customerId === customerId)
      const before = known.find(a => a.customerId === customerId && a.validTo === null)
      const isA = entitled.has(customerId)
      if (isA && mine.length !== (anybody ? 1 : 0)) throw new Error('an A customer has not exactly one manager')
      if (mine.some(a => !active.get(a.staffId))) throw new Error('somebody has a manager who left')
      if (!before || !active.get(before.staffId)) continue
      if ((isA || before.origin === 'manual') && mine[0]?.id !== before.id) throw new Error('somebody kept was moved')
      if (!isA && before.origin === 'class') {
        if ((mine.length === 1) !== before.outsideRuns < graceRuns)
          throw new Error('the grace was not as long as it is')
      }
    }
    const news = now.filter(a => !known.some(old => old.id === a.id))
    const ends = now.filter(a => a.validTo !== null && known.some(old => old.id === a.id && old.validTo === null))
    const aCustomers = entitled.size
    const notPursued = [...classes.values()].filter(abcClass => abcClass === 'A').length - aCustomers
    const expected = { opened: news.length, ended: ends.length, aCustomers, notPursued }
    for (const [name, value] of Object.entries(expected)) {
      if (report[name as keyof typeof expected] !== value) throw new Error(`${name} was reported wrongly`)
    }
    await checkShortfall(opened, report.shortfall)
  }

  /** The report, the run and the rule in the domain are one: with everybody kept they find the same shortfall. */
  const checkShortfall = async (opened: AssignmentRecord[], reported: AssignmentRunReport['shortfall']) => {
    const plan = assignManagers({
      customers: opened.map(({ customerId }) => ({
        id: customerId,
        amountMinor: customers.indexOf(customerId),
        storeId: null,
        loadMinutes: { A: 60, B: 20 }[classes.get(customerId) ?? ''] ?? 5
      })),
      managers: managers
        .filter(managerId => active.get(managerId))
        .map(managerId => {
          const index = managers.indexOf(managerId)
          return { id: managerId, storeIds: [], capacityMinutes: index === 0 ? null : 50 * index }
        }),
      current: opened.map(a => [a.customerId, a.staffId] as const)
    })
    const { shortfallMinutes, shortfallCustomers } = await service.services.relationshipManagers.coverage(by)
    for (const { minutes, customers: count } of [plan.shortfall, reported]) {
      if (shortfallMinutes !== minutes || shortfallCustomers !== count)
        throw new Error('the shortfall is told in two ways')
    }
  }

  const at = (all: string[], index: number) => all[index] as string

  return {
    async take(one: Step): Promise<void> {
      if (one.do === 'classify') {
        const customerId = at(customers, one.customer)
        classes.set(customerId, one.abcClass)
        if (one.abcClass === 'A' && !one.priceDriven) entitled.add(customerId)
        else entitled.delete(customerId)
        await shop.classify(id, customerId, one.abcClass)
        await shop.priceDriven(id, customerId, one.priceDriven)
      } else if (one.do === 'activate') {
        active.set(at(managers, one.manager), one.active)
        await shop.activate(id, at(managers, one.manager), one.active)
      } else if (one.do === 'run') {
        service.clock.set(new Date(service.clock.now.getTime() + one.laterMs).toISOString())
        const report = await runAssignments(service, id, { graceRuns: one.graceRuns })
        const now = await shop.assignments(id)
        check(now)
        await checkRun(report, now, one.graceRuns)
        known = now
      } else {
        await byHand(one.do, at(customers, one.customer), at(managers, one.manager))
        const now = await shop.assignments(id)
        check(now)
        known = now
      }
    }
  }

  async function byHand(what: 'assign' | 'release', customerId: string, staffId: string): Promise<void> {
    const { assignments } = service.services
    try {
      if (what === 'assign') await assignments.assign(by, customerId, { staffId }, null)
      else await assignments.release(by, customerId, 'by hand', null)
    } catch (error) {
      if (!(error instanceof DomainError)) throw error
    }
  }
}
