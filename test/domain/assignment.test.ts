import fc from 'fast-check'
import t from 'tap'
import { assignManagers, type CustomerToCare, type Manager } from '../../src/domain/assignment.ts'

const customer = (id: string, changes: Partial<CustomerToCare> = {}): CustomerToCare => ({
  id,
  amountMinor: 1000,
  storeId: null,
  loadMinutes: 20,
  ...changes
})
const manager = (id: string, changes: Partial<Manager> = {}): Manager => ({
  id,
  storeIds: [],
  capacityMinutes: null,
  ...changes
})
const none: [string, string][] = []
const chosen = (plan: ReturnType<typeof assignManagers>) =>
  Object.fromEntries(plan.open.map(({ customerId, staffId, reason }) => [customerId, `${staffId} ${reason}`]))

t.test('the largest load is placed first, each with the least loaded, ties by id', async t => {
  const customers = [
    customer('c1', { loadMinutes: 5 }),
    customer('c2', { loadMinutes: 60 }),
    customer('c3'),
    customer('c4')
  ]
  const plan = assignManagers({ customers, managers: [manager('m2'), manager('m1')], current: none })
  t.same(chosen(plan), {
    c2: 'm1 least_load_in_tenant',
    c3: 'm2 least_load_in_tenant',
    c4: 'm2 least_load_in_tenant',
    c1: 'm2 least_load_in_tenant'
  })
  t.same(plan.loads, [
    { staffId: 'm1', minutes: 60, capacityMinutes: null, customers: 1 },
    { staffId: 'm2', minutes: 45, capacityMinutes: null, customers: 3 }
  ])
})

t.test('of equal loads the larger amount goes first, then the lower id', async t => {
  const customers = [customer('c1'), customer('c3', { amountMinor: 2000 }), customer('c2')]
  const plan = assignManagers({ customers, managers: [manager('m1')], current: none })
  t.same(
    plan.open.map(open => open.customerId),
    ['c3', 'c1', 'c2']
  )
})

t.test('a customer is cared for in his store, by a manager of that store or of every store', async t => {
  const managers = [manager('m1', { storeIds: ['s1'] }), manager('m2', { storeIds: ['s2'] }), manager('m3')]
  const customers = [
    customer('c1', { storeId: 's2' }),
    customer('c2', { storeId: 's2' }),
    customer('c3', { storeId: 's9' })
  ]
  const plan = assignManagers({ customers, managers, current: none })
  t.same(chosen(plan), { c1: 'm2 least_load_in_store', c2: 'm3 least_load_in_store', c3: 'm3 least_load_in_store' })
})

t.test('a store that nobody serves, and a customer without a store, draw on all managers', async t => {
  const managers = [manager('m1', { storeIds: ['s1'] }), manager('m2', { storeIds: ['s2'], capacityMinutes: 10 })]
  const customers = [customer('c1', { storeId: 's9' }), customer('c2')]
  const plan = assignManagers({ customers, managers, current: none })
  t.same(chosen(plan), { c1: 'm1 least_load_in_tenant', c2: 'm1 least_load_in_tenant' })
  const full = assignManagers({ customers: [customer('c1')], managers: managers.slice(1), current: none })
  t.same(chosen(full), { c1: 'm2 tenant_over_capacity' })
})

t.test(
  'exactly at the capacity is still within it; beyond, the customer is taken and the shortfall reported',
  async t => {
    const managers = [manager('m1', { storeIds: ['s1'], capacityMinutes: 40 }), manager('m2', { storeIds: ['s2'] })]
    const customers = ['c1', 'c2', 'c3'].map(id => customer(id, { storeId: 's1' }))
    const plan = assignManagers({ customers, managers, current: none })
    t.same(chosen(plan), { c1: 'm1 least_load_in_store', c2: 'm1 least_load_in_store', c3: 'm1 store_over_capacity' })
    t.same(plan.shortfall, { minutes: 20, customers: 1, byStore: [{ storeId: 's1', minutes: 20, customers: 1 }] })
  }
)

t.test('who has a manager keeps him, full or of another store, as long as he is one', async t => {
  const managers = [manager('m1', { storeIds: ['s1'], capacityMinutes: 10 }), manager('m2', { storeIds: ['s2'] })]
  const customers = [customer('c1', { storeId: 's2' }), customer('c2', { storeId: 's2' })]
  const current: [string, string][] = [
    ['c1', 'm1'],
    ['c2', 'gone'],
    ['c9', 'm2']
  ]
  const plan = assignManagers({ customers, managers, current: new Map(current) })
  t.same(plan.keep, [{ customerId: 'c1', staffId: 'm1' }])
  t.same(chosen(plan), { c2: 'm2 least_load_in_store' })
  t.same(plan.shortfall, { minutes: 10, customers: 1, byStore: [{ storeId: 's2', minutes: 10, customers: 1 }] })
})

t.test('without any manager everybody is uncovered', async t => {
  const plan = assignManagers({ customers: [customer('c1')], managers: [], current: [['c1', 'm1']] })
  t.same(plan.uncovered, [{ customerId: 'c1', reason: 'no_manager' }])
  t.same([plan.keep, plan.open, plan.loads, plan.shortfall.minutes], [[], [], [], 0])
})

t.test('a customer or a manager named twice is refused', async t => {
  const twice = { customers: [customer('c1'), customer('c1')], managers: [manager('m1')], current: none }
  t.throws(() => assignManagers(twice), { code: 'assignment.customer_repeated' })
  t.throws(() => assignManagers({ customers: [], managers: [manager('m1'), manager('m1')], current: none }), {
    code: 'assignment.manager_repeated'
  })
})

const store = fc.constantFrom('s1', 's2', 's3')
const someCustomers = fc
  .array(fc.tuple(fc.option(store), fc.constantFrom(5, 20, 60), fc.integer({ min: 1, max: 99 })), { maxLength: 40 })
  .map(rows =>
    rows.map(([storeId, loadMinutes, amountMinor], i) => customer(`c${i}`, { storeId, loadMinutes, amountMinor }))
  )
const someManagers = fc
  .array(fc.tuple(fc.uniqueArray(store, { maxLength: 2 }), fc.option(fc.integer({ min: 0, max: 200 }))), {
    maxLength: 6
  })
  .map(rows => rows.map(([storeIds, capacityMinutes], i) => manager(`m${i}`, { storeIds, capacityMinutes })))
const someCurrent = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 45 }), fc.integer({ min: 0, max: 8 })), { maxLength: 20 })
  .map(rows => new Map<string, string>(rows.map(([c, m]) => [`c${c}`, `m${m}`])))

t.test('every customer comes out exactly once', async t => {
  fc.assert(
    fc.property(someCustomers, someManagers, someCurrent, (customers, managers, current) => {
      const { keep, open, uncovered } = assignManagers({ customers, managers, current })
      const out = [...keep, ...open, ...uncovered].map(row => row.customerId).sort()
      return (
        out.join() ===
          customers
            .map(row => row.id)
            .sort()
            .join() &&
        (managers.length === 0 || uncovered.length === 0)
      )
    })
  )
  t.pass()
})

t.test('nobody is moved from a manager who still is one', async t => {
  fc.assert(
    fc.property(someCustomers, someManagers, someCurrent, (customers, managers, current) => {
      const kept = new Map(
        assignManagers({ customers, managers, current }).keep.map(row => [row.customerId, row.staffId])
      )
      return customers.every(({ id }) => {
        const holder = current.get(id)
        return kept.get(id) === (managers.some(row => row.id === holder) ? holder : undefined)
      })
    })
  )
  t.pass()
})

t.test('the order of the input is irrelevant', async t => {
  fc.assert(
    fc.property(someCustomers, someManagers, someCurrent, (customers, managers, current) => {
      const forth = assignManagers({ customers, managers, current })
      const back = assignManagers({ customers: customers.toReversed(), managers: managers.toReversed(), current })
      return JSON.stringify(forth) === JSON.stringify(back)
    })
  )
  t.pass()
})

t.test('the shortfall is what all loads exceed their capacities by, and loads add up', async t => {
  fc.assert(
    fc.property(someCustomers, someManagers, someCurrent, (customers, managers, current) => {
      const { loads, shortfall } = assignManagers({ customers, managers, current })
      const excess = loads.reduce(
        (sum, { minutes, capacityMinutes }) => sum + Math.max(0, minutes - (capacityMinutes ?? minutes)),
        0
      )
      const minutes = loads.reduce((sum, load) => sum + load.minutes, 0)
      const needed = managers.length === 0 ? 0 : customers.reduce((sum, row) => sum + row.loadMinutes, 0)
      return shortfall.minutes === excess && minutes === needed
    })
  )
  t.pass()
})

t.test('a plan carried out is kept by the next run', async t => {
  fc.assert(
    fc.property(someCustomers, someManagers, (customers, managers) => {
      const first = assignManagers({ customers, managers, current: [] })
      const current = first.open.map(row => [row.customerId, row.staffId] as const)
      const second = assignManagers({ customers, managers, current })
      return second.open.length === 0 && JSON.stringify(second.loads) === JSON.stringify(first.loads)
    })
  )
  t.pass()
})

t.test('whom a manager carries weighs as much as if he were named', async t => {
  fc.assert(
    fc.property(someCustomers, someManagers, someCurrent, (customers, managers, current) => {
      const whole = assignManagers({ customers, managers, current })
      const holders = new Map(whole.keep.map(row => [row.customerId, row.staffId]))
      const carriedMinutes = (id: string) =>
        customers.reduce((sum, row) => sum + (holders.get(row.id) === id ? row.loadMinutes : 0), 0)
      const part = assignManagers({
        customers: customers.filter(row => !holders.has(row.id)),
        managers: managers.map(row => ({ ...row, carriedMinutes: carriedMinutes(row.id) })),
        current: []
      })
      const loads = (plan: typeof whole) => JSON.stringify(plan.loads.map(load => [load.staffId, load.minutes]))
      return JSON.stringify(part.open) === JSON.stringify(whole.open) && loads(part) === loads(whole)
    })
  )
  t.pass()
})

t.test('no one is over capacity while equal customers of one store fit', async t => {
  const capacities = fc.array(fc.integer({ min: 0, max: 8 }), { minLength: 1, maxLength: 5 })
  fc.assert(
    fc.property(capacities, places => {
      const managers = places.map((count, i) => manager(`m${i}`, { storeIds: ['s1'], capacityMinutes: 20 * count }))
      const total = places.reduce((sum, count) => sum + count, 0)
      const customers = Array.from({ length: total }, (_, i) => customer(`c${i}`, { storeId: 's1' }))
      return assignManagers({ customers, managers, current: [] }).shortfall.minutes === 0
    })
  )
  t.pass()
})
