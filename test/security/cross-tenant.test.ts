import t from 'tap'
import { type Described, filled, idPlaces, operationsOf, resourceOf, withValueAt } from '../support/document.ts'
import { type Answer, startService } from '../support/service.ts'
import { daysAhead, KIND_OF, managersMayAll, openWorld, receipt, type World } from '../support/world.ts'

/** Tenant A has everything; tenant B knows every id of A and has things of its own. Made from the document. */
const service = await startService({ workers: true })
t.teardown(() => service.close())
const a = await openWorld(await service.newTenant(), 'aardvark', { runs: true })
const b = await openWorld(await service.newTenant(), 'badger')
const operations = operationsOf(service.app)
const { schemas } = service.app.openapi().components

const UNKNOWN = {
  id: '0193a1f0-7c1e-7b3a-9d52-ffffffffffff',
  customerId: '0193a1f0-7c1e-7b3a-9d52-ffffffffffff',
  mark: 'strategic',
  absenceId: '0193a1f0-7c1e-7b3a-9d52-ffffffffffff',
  sku: 'nobody-1',
  system: 'pos',
  key: 'nobody-2'
}
/** These make what is not there, under the caller's own tenant. */
const UPSERTS = ['putProduct', 'putCustomerByExternalId']

let count = 0
/** Bodies that the tenant itself could send, where the document's example names things that it does not have. */
const BODIES: Readonly<Record<string, (world: World) => unknown>> = {
  createStore: () => ({ code: `N${++count}`, name: 'New', timeZone: 'UTC' }),
  createStaff: () => ({ code: `N${++count}`, name: 'New', storeIds: [], roles: ['front_line'] }),
  updateStaff: () => ({ name: 'Changed' }),
  createCustomer: () => ({ kind: 'person', name: `New ${++count}` }),
  updateCustomer: () => ({ name: 'Changed' }),
  putCustomerByExternalId: () => ({ kind: 'person', name: 'Put' }),
  createApiKey: () => ({ name: 'New', scopes: ['stores:read'] }),
  assignRelationshipManager: world => ({ staffId: world.ids.staff }),
  createAbsence: () => ({ fromOn: dayAfter(++count), toOn: dayAfter(count) }),
  replaceAuthorityMatrix: () => managersMayAll(++count),
  requestRemedy: world => ({ decision: 'apology', staffId: world.ids.staff }),
  approveRemedy: world => ({ staffId: world.ids.staff }),
  refuseRemedy: world => ({ staffId: world.ids.staff, reason: 'No.' }),
  withdrawRemedy: world => ({ staffId: world.ids.staff }),
  revokeRemedy: world => ({ staffId: world.ids.staff, reason: 'No.' }),
  handOverComplaint: world => ({ handlerId: world.ids.staff }),
  escalateComplaint: world => ({ toStaffId: world.ids.staff }),
  createCareTask: world => ({
    customerId: world.ids.customer,
    kind: 'call',
    dueAt: '2096-01-01T00:00:00Z',
    staffId: world.ids.staff
  }),
  updateCareTask: world => ({ staffId: world.ids.staff, reason: `N${++count}` }),
  updateInquiry: () => ({ about: `N${++count}` }),
  planListeningSession: world => ({ ...visit(world), customerIds: [world.ids.customer] }),
  changeListeningSession: () => ({ topic: `N${++count}` }),
  putListeningAttendance: world => ({ attendedCustomerIds: [world.ids.customer] }),
  recordFinding: world => ({ kind: 'suggestion', text: 'N', ownerStaffId: world.ids.staff }),
  proposeNotice: world => ({ feedbackId: world.ids.feedback, title: 'New', staffId: world.ids.staff }),
  addReplacement: () => ({ startsAt: 0, endsAt: 1, kind: 'other' }),
  rejectReplacement: world => ({ number: 1, reason: 'No.', staffId: world.ids.staff }),
  reviewNotice: world => ({ verdict: 'approved', staffId: world.ids.staff }),
  commentNotice: world => ({ text: 'N', staffId: world.ids.staff }),
  readNotice: world => ({ staffId: world.ids.staff }),
  createSegment: world => ({ code: `N${++count}`, name: 'New', rule: boughtAt(world) }),
  updateSegment: world => ({ name: `Changed ${++count}`, rule: boughtAt(world) }),
  previewSegment: world => ({ rule: boughtAt(world) }),
  searchCustomers: () => ({ filters: {} }),
  pushPurchase: world => anonymous(world),
  pushPurchaseBatch: world => ({ purchases: [anonymous(world)] })
}

/** They find nothing of what there is not. */
const SEARCHES = ['searchCustomers', 'searchInquiries']

const visit = (world: World) => ({
  kind: 'visit',
  plannedAt: '2026-11-01T12:00:00Z',
  staffIds: [world.ids.staff]
})

/** Behind the absences that the worlds have. */
const dayAfter = (days: number): string => daysAhead(400 + days)

const anonymous = (world: World) => ({ ...receipt(wordOf(world), `N${++count}`, ''), customer: null })

const boughtAt = (world: World) => ({
  aggregate: { function: 'count', storeId: world.ids.store },
  operator: 'at_least',
  value: 1
})

const wordOf = (world: World): string => String(world.marks[0])
const bodyFor = ({ operationId, example }: Described, world: World): unknown => BODIES[operationId]?.(world) ?? example

const call = (world: World, { method, path }: Described, params: Readonly<Record<string, string>>, body?: unknown) =>
  world.shop.call(method, filled(path, params), body)

/** Of something that the operation can still be done to. */
const paramsOf = async (world: World, { operationId, path }: Described) =>
  (await world.fresh[operationId]?.()) ?? world.params[resourceOf(path)] ?? {}

/** What a refusal says, but for the ids of this very answer. */
const said = ({ status, body }: Answer) => ({
  status,
  body: JSON.parse(JSON.stringify(body).replaceAll(/urn:request:[^"]+/g, 'urn:request:this'))
})

const withParameters = operations.filter(one => one.pathParameters.length > 0)

const snapshot = async () => {
  const reads = withParameters.filter(one => one.method === 'GET' && one.operationId !== 'streamJob')
  const seen: [string, unknown][] = []
  for (const one of reads) seen.push([one.operationId, (await call(a, one, a.params[resourceOf(one.path)] ?? {})).body])
  return seen
}

t.test("what is A's does not exist for B", async t => {
  const before = await snapshot()
  // What B makes under a key of A's is B's from then on, so that comes last.
  const isUpsert = (one: Described) => Number(UPSERTS.includes(one.operationId))
  for (const one of [...withParameters].sort((x, y) => isUpsert(x) - isUpsert(y))) {
    t.test(`${one.method} ${one.path}`, async t => {
      const params = a.params[resourceOf(one.path)]
      if (!params) throw new Error(`${resourceOf(one.path)} needs a line in test/support/world.ts`)
      const foreign = await call(b, one, params, bodyFor(one, b))
      const missing = await call(b, one, UNKNOWN, bodyFor(one, b))
      if (UPSERTS.includes(one.operationId)) {
        t.same([foreign.status, missing.status], [201, 201], 'becomes a thing of its own')
        t.notSame(foreign.body.id, missing.body.id)
        return
      }
      t.equal(foreign.status, 404)
      t.same(said(foreign), said(missing), 'the identical answer')
      if (one.method === 'GET') {
        t.equal((await b.shop.call('HEAD', filled(one.path, params))).status, 404)
      }
    })
  }

  t.test('and nothing of A has changed', async t => {
    t.same(await snapshot(), before)
  })
})

t.test('A itself reaches it, so that the answers above mean something', async t => {
  const order = ['GET', 'PATCH', 'PUT', 'POST', 'DELETE']
  for (const one of [...withParameters].sort((x, y) => order.indexOf(x.method) - order.indexOf(y.method))) {
    const { status, body } = await call(a, one, await paramsOf(a, one), bodyFor(one, a))
    const conflicts = [
      'cancelJob',
      'releaseRelationshipManager',
      'rotateApiKey',
      'revokeApiKey',
      'pauseFeedback',
      'resumeFeedback'
    ]
    const reached = status < 300 || (conflicts.includes(one.operationId) && status === 409)
    t.ok(reached, `${one.method} ${one.path} ${status} ${reached ? '' : JSON.stringify(body)}`)
  }
})

t.test("a body that names something of A's is refused like one that names nothing", async t => {
  for (const one of operations) {
    for (const place of one.body ? idPlaces(one.body, schemas) : []) {
      const field = String(place.filter(step => typeof step === 'string' && step !== 'id').at(-1))
      t.test(`${one.operationId} /${place.join('/')}`, async t => {
        const kind = KIND_OF[field]
        if (!kind) throw new Error(`${field} needs a line in test/support/world.ts`)
        const params = await paramsOf(b, one)
        const send = async (id: string) => call(b, one, params, withValueAt(bodyFor(one, b), place, id))
        const foreign = await send(a.ids[kind])
        const missing = await send(UNKNOWN.id)
        const own = await send(b.ids[kind])
        t.ok(own.status < 300, `its own is taken: ${own.status} ${JSON.stringify(own.body).slice(0, 300)}`)
        t.same(said(foreign), said(missing), 'the identical answer')
        if (SEARCHES.includes(one.operationId)) return void t.same(foreign.body.data, [])
        // Each item of a batch stands alone.
        const status = foreign.status === 207 ? foreign.body.results[0].status : foreign.status
        t.ok(status >= 400 && status < 500, `refused: ${status}`)
      })
    }
  }

  t.test('an external id, a code and a sku of A name nothing, or something of its own', async t => {
    const body = {
      ...receipt('badger', `X${++count}`, ''),
      customer: { externalId: { system: 'pos', key: 'aardvark-C1' } }
    }
    const made = await b.shop.call('POST', '/v1/purchases', body)
    t.equal(made.status, 201)
    t.not(made.body.customerId, a.ids.customer)
    const store = await b.shop.call('POST', '/v1/purchases', { ...body, receiptNumber: 'X', storeCode: 'aardvark-S1' })
    t.match([store.status, store.body.code], [422, 'store.unknown'])
    const staff = await b.shop.call('POST', '/v1/purchases', { ...body, receiptNumber: 'Y', staffCode: 'aardvark-P1' })
    t.match([staff.status, staff.body.code], [422, 'staff.unknown'])
    const own = await b.shop.call('POST', '/v1/purchases', {
      ...body,
      receiptNumber: 'Z',
      lines: [{ sku: 'aardvark-SKU2', quantity: 1, amountMinor: 1000 }]
    })
    t.equal(own.status, 201)
    t.match((await b.shop.call('GET', '/v1/products/aardvark-SKU2')).body, { createdFrom: 'purchase' })
  })
})

t.test("a list that is filtered by something of A's is the list filtered by nothing that exists", async t => {
  for (const one of operations) {
    for (const { name } of one.queryParameters.filter(({ schema }) => schema.format === 'uuid')) {
      const kind = KIND_OF[name]
      if (!kind) throw new Error(`${name} needs a line in test/support/world.ts`)
      const list = (id: string) =>
        b.shop.call(one.method, `${filled(one.path, b.params[resourceOf(one.path)] ?? {})}?${name}=${id}`)
      const [foreign, missing] = [await list(a.ids[kind]), await list(UNKNOWN.id)]
      // A report of a store or run that does not exist is refused, where a list of nothing is empty.
      if (one.path.startsWith('/v1/reports/') || LIKE_REPORTS.includes(one.operationId)) {
        t.same(said(foreign), said(missing), `${one.operationId} ${name}`)
        t.ok(foreign.status === 404 || foreign.status === 422, `${one.operationId} is refused`)
        continue
      }
      t.same([foreign.status, foreign.body], [200, missing.body], `${one.operationId} ${name}`)
      const isForAll = ['listStaff', 'listNotices'].includes(one.operationId)
      t.ok(foreign.body.data.length === 0 || isForAll, 'staff and notices without a store are of them all')
    }
  }
})

t.test('a cursor of A leads B nowhere', async t => {
  const lists = operations.filter(one => one.queryParameters.some(({ name }) => name === 'cursor'))
  t.ok(lists.length > 10)
  const cursors = new Map<string, string>()
  for (const one of lists) {
    const params = a.params[resourceOf(one.path)] ?? {}
    const path = filled(one.path, params)
    const own = await a.shop.call(one.method, `${path}?limit=1`, bodyFor(one, a))
    const cursor = own.body.nextCursor
    t.ok(cursor || SHORT.includes(one.operationId), `${one.operationId} has a second page`)
    if (!cursor) continue
    cursors.set(one.operationId, cursor)
    const next = await a.shop.call(one.method, `${path}?limit=1&cursor=${cursor}`, bodyFor(one, a))
    t.equal(next.status, 200, `${one.operationId} goes on for A`)
    const foreign = await b.shop.call(
      one.method,
      `${filled(one.path, b.params[resourceOf(one.path)] ?? {})}?cursor=${cursor}`,
      bodyFor(one, b)
    )
    const code = foreign.status === 404 ? foreign.body.code : 'cursor.invalid'
    t.match([foreign.status, foreign.body.code], [foreign.status === 404 ? 404 : 400, code], one.operationId)
    const altered = `${cursor.slice(0, -1)}${cursor.endsWith('A') ? 'B' : 'A'}`
    const tampered = await a.shop.call(one.method, `${path}?cursor=${altered}`, bodyFor(one, a))
    t.equal(tampered.body.code, 'cursor.invalid', `${one.operationId} altered`)
  }
  const stores = cursors.get('listStores') ?? ''
  for (const one of lists.filter(({ operationId }) => operationId !== 'listStores')) {
    const path = filled(one.path, a.params[resourceOf(one.path)] ?? {})
    const other = await a.shop.call(one.method, `${path}?cursor=${stores}`, bodyFor(one, a))
    t.equal(other.body.code, 'cursor.invalid', `${one.operationId} takes no cursor of another list`)
  }
})

/** What sums up one store, and is refused for a store that does not exist. */
const LIKE_REPORTS = ['getAuthorityBudgets', 'listComplaintCauseSources', 'listComplaintRepeats']

/** Lists that the world of A has one entry of at most. */
const SHORT = ['listClassificationPolicyVersions', 'listClassificationHistory', 'listAssignments']

t.test('no list, search or report of B shows anything of A', async t => {
  const reads = operations.filter(one => one.method === 'GET' || SEARCHES.includes(one.operationId))
  for (const one of reads.filter(({ operationId }) => operationId !== 'streamJob')) {
    const params = b.params[resourceOf(one.path)] ?? {}
    const answer = await call(b, one, params, one.method === 'POST' ? bodyFor(one, b) : undefined)
    const text = JSON.stringify(answer.body)
    // B itself has pushed a product and a customer of these names above, and files under these keys.
    const ids = a.marks.filter(mark => /^[0-9a-f-]{36}$/.test(mark))
    t.same(
      ids.filter(id => text.includes(id)),
      [],
      one.operationId
    )
  }
  for (const query of ['aardvark', 'zhang']) {
    const found = await b.shop.call('POST', '/v1/customers/search', { query })
    t.notOk(JSON.stringify(found.body).includes('aardvark Zhang'), query)
  }
  const own = JSON.stringify((await a.shop.call('GET', '/v1/customers')).body)
  t.ok(own.includes(a.ids.customer), 'while A sees them')
})

t.test('an Idempotency-Key belongs to its tenant', async t => {
  const headers = { 'idempotency-key': 'the-same-for-both' }
  const body = { code: 'KEY', name: 'Same', timeZone: 'UTC' }
  const first = await a.shop.call('POST', '/v1/stores', body, headers)
  const other = await b.shop.call('POST', '/v1/stores', body, headers)
  t.same([first.status, other.status], [201, 201])
  t.not(first.body.id, other.body.id)
  t.equal(other.headers.get('idempotency-replayed'), null)
})
